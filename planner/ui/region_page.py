"""The page of regions and data: what is loaded, another region, a file checked, data quality."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from geo.bundle import Bundle
from geo.errors import BundleError
from planner.language import Language
from planner.recipes import recipe_names
from planner.ui.answer import region
from planner.ui.library import UnknownRegionError, chosen
from planner.ui.region_check import show_check
from planner.ui.region_files import show_files
from planner.ui.region_quality import show_quality
from planner.ui.region_source import show_sources
from planner.ui.region_work import said_in_page
from planner.ui.report import show_about
from planner.ui.text import plain
from planner.ui.words import UI

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
    bundle = _loaded(language)
    if bundle is not None and _show_loaded(bundle, language):
        return True
    section = SECTIONS[0]
    if bundle is not None:
        section = str(
            st.segmented_control(
                UI.say("sections", language),
                SECTIONS,
                default=SECTIONS[0],
                format_func=lambda key: UI.say(f"section-{key}", language),
                key="region-section",
                required=True,
                label_visibility="collapsed",
            )
        )
    sections: dict[str, Callable[[], None]] = {"choose": lambda: _choose(language)}
    if bundle is not None:
        sections["check"] = lambda: show_check(bundle, language)
        sections["quality"] = lambda: show_quality(bundle, language)
    sections.get(section, sections["choose"])()
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
    made = st.session_state.pop("region-made", False)
    if made:
        st.success(UI.say("region-made", language), icon=":material/check_circle:")
    show_about(bundle, language)
    facts = [
        UI.say("fact-boundaries", language, source=bundle.region.source),
        UI.say("fact-people", language, source=bundle.demand.source or "—"),
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
