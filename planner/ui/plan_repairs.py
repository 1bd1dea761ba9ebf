"""What would help: the nearest repairs of a township, or of a question that has no answer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.bundle import Bundle
from planner.plan import Plan
from planner.repairs.repair import Repair
from planner.repairs.townships import repairs_for, repairs_of_refusal
from planner.scenario import Scenario
from planner.ui import sitting
from planner.ui.answer import Bar, distances, repairs
from planner.ui.text import plain
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["show_repairs_of", "show_ways_out"]


def show_repairs_of(
    region_id: str, bundle: Bundle, plan: Plan, code: str, language: Language
) -> None:
    """Tell what would help one township of a plan, each with a button that does it.

    Parameters
    ----------
    bundle
        The region as it was imported, without edits.
    """
    place = st.empty()
    # One question has other plans: quick ones, and what somebody saved.
    key = (plan.bundle.sha256, plan.scenario, tuple(plan.sites["id"]), code)

    def find(bar: Bar) -> tuple[Repair, ...]:
        return repairs_for(plan, code, distances(bundle, plan.scenario, bar))

    found = _known(key, find, place, language)
    _offer(region_id, plan.scenario, found, f"repair-{code}", language)


def show_ways_out(
    region_id: str, bundle: Bundle, scenario: Scenario, place: DeltaGenerator, language: Language
) -> None:
    """Tell what would give a refused question an answer."""

    def find(bar: Bar) -> tuple[Repair, ...]:
        travel = distances(bundle, scenario, bar)
        return repairs_of_refusal(bundle, scenario, travel, progress=bar)

    found = _known((bundle.sha256, scenario), find, place, language)
    if found:
        st.caption(UI.say("ways-out", language))
    _offer(region_id, scenario, found, "way-out", language)


def _known(
    key: tuple[object, ...],
    find: Callable[[Bar], tuple[Repair, ...]],
    place: DeltaGenerator,
    language: Language,
) -> tuple[Repair, ...]:
    bar = Bar(place, language)
    try:
        found = repairs().get_or_make(key, lambda: find(bar), bar.wait)
    except KeyboardInterrupt:
        if bar.overtaken is not None:
            raise bar.overtaken from None
        raise
    place.empty()
    return found


def _offer(
    region_id: str,
    scenario: Scenario,
    found: tuple[Repair, ...],
    key: str,
    language: Language,
) -> None:
    for number, repair in enumerate(found):
        with st.container(horizontal=True, gap="small", vertical_alignment="center"):
            st.markdown(f":material/build: {plain(repair.said(language))}", width="stretch")
            st.button(
                UI.say("repair", language),
                key=f"{key}-{number}",
                on_click=partial(_apply, region_id, scenario, repair),
            )


def _apply(region_id: str, scenario: Scenario, repair: Repair) -> None:
    sitting.ask(region_id, repair.apply(scenario))
