"""Which plans are compared: those kept in this sitting, and saved ones that an address names."""

from __future__ import annotations

import json

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.answers import read_answer
from planner.comparing.compare import MOST_PLANS
from planner.errors import PlannerError
from planner.plan import Plan
from planner.store import SavedScenario
from planner.ui import sitting
from planner.ui.answer import answer, known_answer, region
from planner.ui.archive import the_store
from planner.ui.as_saved import lay_out
from planner.ui.compare_words import compare_say
from planner.ui.sitting import Kept
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["KEYS", "choosable", "choose_plans", "opened_plan", "saved_plan"]

KEYS = ("a", "b", "c", "d", "p5", "p6", "p7", "p8")
"""Parameters of the address, in the order of the plans ("e" is the question's edits)."""

_CHOSEN, _SAVED = "compare-chosen", "compare-saved"
FIRST_SHOWN = 3


def choosable(language: Language) -> dict[str, Kept]:
    """Plans by id: kept ones, then saved ones that the address named in this sitting."""
    found = {one.id: one for one in sitting.kept()}
    saved: dict[str, SavedScenario] = st.session_state.setdefault(_SAVED, {})
    for name in _addressed():
        if name in found or name in saved:
            continue
        try:
            saved[name] = the_store().open(name)
        except PlannerError:
            said = compare_say("gone", language, id=name[:40])
            st.warning(plain(said), icon=":material/link_off:")
    return found | {
        name: Kept(
            id=name,
            name=opened.entry.title,
            region_id=opened.entry.region_id,
            scenario=opened.scenario,
        )
        for name, opened in saved.items()
    }


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
        key=f"compare-plans-{language}-{'-'.join(plans)}",
    )
    st.session_state[_CHOSEN] = tuple(told)
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
    found: SavedScenario | None = st.session_state.get(_SAVED, {}).get(one.id)
    if found is None or not found.answer:
        return None
    try:
        told = read_answer(json.loads(found.answer))
        return lay_out(region(one.region_id), found.scenario, told)
    except (PlannerError, ValueError, RecursionError):
        return None  # it is made again


def _addressed() -> list[str]:
    return [st.query_params[key] for key in KEYS if key in st.query_params]
