"""One planner's sitting: the question on the table, its edits with undo, plans kept aside.

The question stands in the address too (see :mod:`planner.ui.address`), so that a reload or a
link brings it back; edits are in the store, and the address has their id.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from planner.edits import NO_EDITS, Edits
from planner.scenario import Scenario
from planner.store.snapshots import snapshot_id
from planner.ui.links import Question, token_of

__all__ = [
    "Kept",
    "ask",
    "bring_back",
    "can_redo",
    "can_undo",
    "change_edits",
    "current",
    "forget_kept",
    "keep",
    "kept",
    "redo",
    "scenario_of",
    "steps",
    "take",
    "take_steps",
    "undo",
]

_CURRENT, _PAST, _FUTURE, _KEPT = "sitting-now", "sitting-past", "sitting-future", "sitting-kept"
MOST_KEPT = 12
MOST_UNDONE = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """A plan put aside for comparison.

    Parameters
    ----------
    id
        Unlike the others of this sitting. It is a token that carries the question, so that an
        address that names it brings the plan back after a reload and in another browser.
    region_id
        As in the address.
    scenario
        Its question; the plan itself is made again, or taken from what is known.
    """

    id: str
    name: str
    region_id: str
    scenario: Scenario


def current() -> tuple[str, Scenario] | None:
    """Region and question of this sitting; ``None`` before the first."""
    found: tuple[str, Scenario] | None = st.session_state.get(_CURRENT)
    return found


def scenario_of(region_id: str) -> Scenario | None:
    """Question that this sitting asks of a region."""
    found = current()
    return found[1] if found is not None and found[0] == region_id else None


def take(region_id: str, scenario: Scenario) -> None:
    """Note what is asked now, edits and all."""
    st.session_state[_CURRENT] = (region_id, scenario)


def ask(region_id: str, scenario: Scenario) -> None:
    """Put another question on the table: a point of a curve, a repair, a saved scenario.

    Its edits can be undone like any other.
    """
    found = scenario_of(region_id)
    if found is None:
        st.session_state[_PAST], st.session_state[_FUTURE] = [], []
    elif found.edits != scenario.edits:
        _remember(found.edits)
    take(region_id, scenario)


def change_edits(region_id: str, edits: Edits) -> None:
    """Edit by hand; what was before can be had again."""
    scenario = scenario_of(region_id) or Scenario()
    if edits != scenario.edits:
        _remember(scenario.edits)
        take(region_id, dataclasses.replace(scenario, edits=edits))


def can_undo() -> bool:
    """Whether there is an edit to take back."""
    return bool(_stack(_PAST))


def can_redo() -> bool:
    """Whether there is an edit to do again."""
    return bool(_stack(_FUTURE))


def undo(region_id: str) -> None:
    """Take the last edit back."""
    _step(region_id, _PAST, _FUTURE)


def redo(region_id: str) -> None:
    """Do again what was taken back."""
    _step(region_id, _FUTURE, _PAST)


def steps() -> tuple[tuple[Edits, ...], tuple[Edits, ...]]:
    """Edits that can be had back, and those that can be had again; the latest last."""
    return tuple(_stack(_PAST)), tuple(_stack(_FUTURE))


def take_steps(past: Sequence[Edits], future: Sequence[Edits]) -> None:
    """Take what an address carries; edits of this sitting stay as they are."""
    if not _stack(_PAST) and not _stack(_FUTURE):
        st.session_state[_PAST], st.session_state[_FUTURE] = [*past], [*future]


def kept() -> tuple[Kept, ...]:
    """Plans put aside in this sitting, in the order of their making."""
    found: tuple[Kept, ...] = st.session_state.get(_KEPT, ())
    return found


def keep(name: str, region_id: str, scenario: Scenario) -> Kept:
    """Put a plan aside; one with the same question is not kept twice."""
    for one in kept():
        if (one.region_id, one.scenario) == (region_id, scenario):
            return one
    question = Question(
        name=name,
        region_id=region_id,
        scenario=scenario,
        edits_id=snapshot_id(scenario.edits) if scenario.edits else "",
    )
    made = Kept(id=token_of(question), name=name, region_id=region_id, scenario=scenario)
    bring_back(made)
    return made


def bring_back(plan: Kept) -> None:
    """Put aside again what an address names; the one that was kept first goes if need be."""
    others = (one for one in kept() if one.id != plan.id)
    st.session_state[_KEPT] = (*others, plan)[-MOST_KEPT:]


def forget_kept(kept_id: str) -> None:
    """Put a plan away for good."""
    st.session_state[_KEPT] = tuple(one for one in kept() if one.id != kept_id)


def _stack(name: str) -> list[Edits]:
    found: list[Edits] = st.session_state.setdefault(name, [])
    return found


def _remember(edits: Edits) -> None:
    past: list[Any] = [*_stack(_PAST), edits]
    st.session_state[_PAST] = past[-MOST_UNDONE:]
    st.session_state[_FUTURE] = []


def _step(region_id: str, source: str, target: str) -> None:
    scenario = scenario_of(region_id)
    if scenario is None or not _stack(source):
        return
    *rest, edits = _stack(source)
    st.session_state[source] = rest
    st.session_state[target] = [*_stack(target), scenario.edits]
    take(region_id, dataclasses.replace(scenario, edits=edits or NO_EDITS))
