"""From an address to the question on the table, and back: a reload or a link loses nothing."""

from __future__ import annotations

import dataclasses
from typing import get_args

import streamlit as st

from geo.bundle import Bundle
from planner.edits import NO_EDITS
from planner.errors import PlannerError
from planner.scenario import Mode, Scenario
from planner.store import UnknownScenarioError
from planner.ui import sitting
from planner.ui.address import SCENARIO_KEYS, address_of, scenario_at
from planner.ui.archive import edits_at, edits_id
from planner.ui.history import bring_back_steps
from planner.ui.text import line_of, plain
from planner.ui.words import UI
from planner.wording.language import LANGUAGES, Language

__all__ = ["opened", "tell_address"]

EDITS = "e"
_WITHOUT, _REFUSED = "edits-not-here", "link-refused"


def opened(region_id: str, bundle: Bundle, language: Language) -> Scenario:
    """Question that this sitting, or the link it came by, asks of a region.

    Where the link's edits cannot be had, the question is asked without them, and that is said.
    """
    found = sitting.scenario_of(region_id)
    if found is not None:
        _tell_refused(found, language)
        return found
    refused: tuple[tuple[str, str], ...] = ()
    before = sitting.current()
    if before is not None:
        # Another region was chosen: what was asked goes along, what was drawn by hand does not.
        scenario = dataclasses.replace(before[1], edits=NO_EDITS)
    else:
        link = scenario_at(st.query_params.to_dict())
        told = st.query_params.get("lang", LANGUAGES[0])
        strange = () if told in LANGUAGES else (("lang", told[:60]),)
        refused = (*strange, *link.refused)
        kept = st.query_params.get(EDITS, "")
        scenario = link.scenario
        if kept:
            try:
                scenario = dataclasses.replace(scenario, edits=edits_at(kept))
            except PlannerError as error:
                st.session_state[_WITHOUT] = error
    modes = [mode for mode in get_args(Mode) if mode in bundle.modes]
    if scenario.mode not in modes:
        scenario = dataclasses.replace(scenario, mode=modes[0])
    sitting.ask(region_id, scenario)
    if before is None:
        bring_back_steps()
    st.session_state[_REFUSED] = (scenario, refused)
    _tell_refused(scenario, language)
    return scenario


def _tell_refused(scenario: Scenario, language: Language) -> None:
    """Say what of the link is no good, until something else is asked: a page runs many times."""
    asked, refused = st.session_state.get(_REFUSED, (scenario, ()))
    if asked != scenario:
        return
    for key, value in refused:
        said = UI.say("link-refused", language, name=key, value=value)
        st.warning(plain(said), icon=":material/link_off:")


def tell_address(language: Language | None = None) -> None:
    """Let the address of the page tell the question on the table.

    Parameters
    ----------
    language
        In which it is said, where the call stands, what the address does not tell.
    """
    found = sitting.current()
    if found is None:
        return
    scenario = found[1]
    wanted = address_of(scenario)
    if scenario.edits:
        st.session_state.pop(_WITHOUT, None)
        name = edits_id(scenario.edits)
        if name:
            wanted[EDITS] = name
        elif language:
            st.warning(UI.say("edits-not-linked", language), icon=":material/link_off:")
    elif language and _WITHOUT in st.session_state:
        error = st.session_state[_WITHOUT]
        # For the store edits are as little there as a scenario: what a reader misses are edits.
        unknown = isinstance(error, UnknownScenarioError)
        why = UI.say("edits-unknown", language) if unknown else line_of(error, language)
        said = UI.say("edits-not-here", language, why=why)
        st.warning(plain(said), icon=":material/link_off:")
    there = {
        key: value
        for key, value in st.query_params.to_dict().items()
        if key in SCENARIO_KEYS or key == EDITS
    }
    if there != wanted:
        others = {
            key: value for key, value in st.query_params.to_dict().items() if key not in there
        }
        st.query_params.from_dict({**others, **wanted})
