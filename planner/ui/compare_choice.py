"""Which plans are compared: those kept in this sitting, and those that an address names."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from contextlib import suppress

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.answers import read_answer
from planner.comparing.compare import MOST_PLANS
from planner.errors import PlannerError
from planner.plan import Plan
from planner.store import SavedScenario, UnknownScenarioError
from planner.ui import sitting
from planner.ui.answer import answer, known_answer, region
from planner.ui.archive import edits_at, edits_id, the_store
from planner.ui.as_saved import lay_out
from planner.ui.compare_words import compare_say
from planner.ui.library import UnknownRegionError, is_there
from planner.ui.links import SAVED, VERSION, is_token, link_at, question_in
from planner.ui.sitting import Kept
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = [
    *("KEYS", "bring_back_kept", "choosable", "choose_plans", "opened_plan", "saved_id"),
    *("saved_plan", "tell_kept"),
]

KEYS = ("a", "b", "c", "d", "p5", "p6", "p7", "p8")
"""Parameters of the address, in the order of the plans ("e" is the question's edits)."""

_CHOSEN, _SAVED = "compare-chosen", "compare-saved"
FIRST_SHOWN = 3
SHOWN_OF_IDS = 40


def choosable(language: Language) -> dict[str, Kept]:
    """Plans by id: kept ones, then saved ones that the address named in this sitting.

    What an address names is fetched once: a kept plan by the question in its token, a saved one
    at the version that is named, the latest by then if none is.
    """
    for name in _addressed():
        if name in {one.id for one in sitting.kept()} or name in _opened():
            continue
        try:
            if is_token(name):
                sitting.bring_back(_kept_at(name))
            else:
                _open(name)
        except PlannerError as error:
            why = line_of(error, language)
            said = compare_say("gone", language, id=name[:SHOWN_OF_IDS], why=why)
            st.warning(plain(said), icon=":material/link_off:")
    return {one.id: one for one in sitting.kept()} | {
        name: Kept(
            id=name,
            name=one.entry.title,
            region_id=one.entry.region_id,
            scenario=one.scenario,
        )
        for name, one in _opened().items()
    }


def bring_back_kept() -> None:
    """Put aside again what tokens of the address carry; Compare says what is no good in it."""
    there = {one.id for one in sitting.kept()}
    for name in _addressed():
        if is_token(name) and name not in there:
            with suppress(PlannerError):
                sitting.bring_back(_kept_at(name))


def tell_kept() -> None:
    """Let the address carry all that is put aside, as long as it has room."""
    there = _addressed()
    for one in sitting.kept():
        free = next((key for key in KEYS if key not in st.query_params), None)
        if one.id not in there and free is not None:
            if one.scenario.edits:
                edits_id(one.scenario.edits)  # a token has but their id
            st.query_params[free] = one.id


def saved_id(scenario_id: str, version: int) -> str:
    """Name a version of a saved scenario in the address."""
    return f"{scenario_id}.{version}"


def choose_plans(plans: dict[str, Kept], language: Language) -> list[Kept]:
    """Let two or more be chosen; the address carries them."""
    chosen = [name for name in _addressed() if name in plans]
    chosen = chosen or [name for name in st.session_state.get(_CHOSEN, ()) if name in plans]
    if len(chosen) < 2:
        # The latest of the region that was worked on last.
        here = list(plans.values())[-1].region_id
        chosen = [one.id for one in plans.values() if one.region_id == here][-FIRST_SHOWN:]
    told = st.multiselect(
        compare_say("choose", language),
        list(plans),
        default=chosen,
        format_func=lambda name: plans[name].name or name,
        max_selections=MOST_PLANS,
        placeholder=compare_say("choose-empty", language),
        key=f"compare-plans-{language}-{_short(plans)}",
    )
    st.session_state[_CHOSEN] = tuple(told)
    for name in told:
        if plans[name].scenario.edits:
            edits_id(plans[name].scenario.edits)  # a token has but their id
    wanted = dict(zip(KEYS, told, strict=False))
    there = {key: st.query_params[key] for key in KEYS if key in st.query_params}
    if there != wanted:
        rest = {k: v for k, v in st.query_params.to_dict().items() if k not in KEYS}
        st.query_params.from_dict(rest | wanted)
    return [plans[name] for name in told]


def opened_plan(one: Kept, place: DeltaGenerator, language: Language) -> Plan:
    """Lay a saved plan out again, take one that is known, or make it.

    A saved one is not replaced by what is known: two answers to one question stay two.

    Parameters
    ----------
    place
        Where progress is shown.

    Raises
    ------
    PlannerError
        If no plan can do what its scenario asks.
    """
    saved = saved_plan(one)
    if saved is not None:
        return saved
    bundle = region(one.region_id)
    known = known_answer(bundle, one.scenario)
    return answer(bundle, one.scenario, place, language) if known is None else known


def saved_plan(one: Kept) -> Plan | None:
    """Lay a plan out as it was saved; ``None`` where it was not, or on other data."""
    found = _opened().get(one.id)
    if found is None or not found.answer:
        return None
    try:
        told = read_answer(json.loads(found.answer))
        return lay_out(region(one.region_id), found.scenario, told)
    except (PlannerError, ValueError, RecursionError):
        return None  # it is made again


def _opened() -> dict[str, SavedScenario]:
    found: dict[str, SavedScenario] = st.session_state.setdefault(_SAVED, {})
    return found


def _open(name: str) -> None:
    scenario_id, _, version = name.partition(".")
    link = link_at({SAVED: scenario_id, VERSION: version})
    if "." in name and link.version is None:
        raise UnknownScenarioError
    _opened()[name] = the_store().open(link.saved_id, link.version)


def _kept_at(token: str) -> Kept:
    """Take what a token carries.

    Raises
    ------
    PlannerError
        If it is no good, its region is not here, or its edits are not in the store.
    """
    found = question_in(token)
    if found is None:
        raise UnknownScenarioError
    if not is_there(found.region_id):
        raise UnknownRegionError
    scenario = found.scenario
    if found.edits_id:
        scenario = dataclasses.replace(scenario, edits=edits_at(found.edits_id))
    return Kept(id=token, name=found.name, region_id=found.region_id, scenario=scenario)


def _short(plans: dict[str, Kept]) -> str:
    # Streamlit writes keys of widgets into the page: tokens are long.
    return hashlib.sha256(" ".join(plans).encode()).hexdigest()[:12]


def _addressed() -> list[str]:
    return [st.query_params[key] for key in KEYS if key in st.query_params]
