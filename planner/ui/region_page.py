"""The page of regions and data: what is loaded, another region, a file checked, data quality."""

from __future__ import annotations

import streamlit as st

from geo.bundle import Bundle
from geo.errors import BundleError
from planner.regions.recipes import recipe_names
from planner.ui.answer import region
from planner.ui.figures import show_about
from planner.ui.library import UnknownRegionError, chosen
from planner.ui.region_check import show_check
from planner.ui.region_files import show_files
from planner.ui.region_quality import show_quality
from planner.ui.region_source import PLAN_NOW, show_sources
from planner.ui.region_work import said_in_page
from planner.ui.text import plain
from planner.ui.words import UI
from planner.wording.language import Language
from planner.wording.sources import boundaries_said, people_said

__all__ = ["show_region"]

#: What can be done here; each has its word ``section-`` and the key.
SECTIONS = ("choose", "check", "quality")


def show_region(language: Language) -> bool:
    """Draw the page.

    Returns
    -------
    bool
        Whether the user wants to plan the region now.
    """
    if st.session_state.pop(PLAN_NOW, False):
        return True
    bundle = _loaded(language)
    if bundle is not None and _show_loaded(bundle, language):
        return True
    if bundle is None:
        _choose(language)
        return False
    choose, check, quality = st.tabs(
        [UI.say(f"section-{key}", language) for key in SECTIONS],
        key="region-section",
        on_change="rerun",
    )
    with choose:  # drawn also when another is open, as uploads would be forgotten
        _choose(language)
    if check.open:
        with check:
            show_check(bundle, language)
    if quality.open:
        with quality:
            show_quality(bundle, language)
    return False


def _loaded(language: Language) -> Bundle | None:
    try:
        return region(chosen())
    except UnknownRegionError as error:
        st.error(plain(error.zh if language == "zh" else str(error)), icon=":material/link_off:")
    except BundleError as error:
        st.error(said_in_page(error, language), icon=":material/error:")
    return None


def _show_loaded(bundle: Bundle, language: Language) -> bool:
    show_about(bundle, language)
    facts = [
        UI.say("fact-boundaries", language, source=boundaries_said(bundle.region.source, language)),
        UI.say("fact-people", language, source=people_said(bundle.demand.source, language) or "—"),
        UI.say("fact-licence", language, licence=bundle.source.licence),
    ]
    files = ", ".join(file.file for file in bundle.source.inputs)
    if files:
        facts.append(UI.say("fact-files", language, files=files))
    if bundle.source.requests:
        facts.append(
            UI.say(
                "fact-requests",
                language,
                n=len(bundle.source.requests),
                date=bundle.source.requests[-1].time[:10],
            )
        )
    st.caption(plain(" · ".join(facts)))
    with st.container(horizontal=True, vertical_alignment="center"):
        plan = st.button(
            UI.say("plan-this", language),
            type="primary",
            icon=":material/map:",
            key="region-plan",
        )
        region_id = chosen()
        note = (
            "region-shared"
            if not region_id
            else "region-ready-made"
            if region_id in recipe_names()
            else "region-private"
        )
        st.caption(UI.say(note, language))
    return plan


def _choose(language: Language) -> None:
    left, right = st.columns(2, gap="medium")
    with left:
        show_sources(language)
    with right:
        show_files(language)
