"""Plans laid out from answers that somebody saved or sent: shown, but never taken for proven here.

Laying out counts everything again except that no plan is better: that is believed of the answer,
and anybody can write one. So such a plan is seen in the sitting that opened it alone, as saved,
and is what :mod:`planner.ui.answer` knows only when it has been solved here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

import streamlit as st

from geo.bundle import Bundle
from planner.answers import Answer, plan_from
from planner.plan import Plan
from planner.scenario import Scenario
from planner.ui.shelf import Shelf

__all__ = ["as_saved", "digest_of", "lay_out", "opened_in_sitting"]

_OPENED = "answers-opened"
MOST_OPENED = 24

Opened = dict[tuple[str, Scenario], str]


@st.cache_resource(show_spinner=False)
def _shelf() -> Shelf[Plan]:
    return Shelf(MOST_OPENED)


def digest_of(answer: Answer) -> str:
    """Tell an answer from every other one to the same question."""
    text = json.dumps(answer.record(), ensure_ascii=True, sort_keys=True, allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()


def lay_out(
    bundle: Bundle, scenario: Scenario, answer: Answer, made: Callable[[], Plan] | None = None
) -> Plan:
    """Lay a plan out from its answer, or take the one that was laid out from the same answer.

    Parameters
    ----------
    made
        Lays it out where that was done already; without, it is done here.

    Raises
    ------
    PlanError
        If what the answer claims does not hold.
    """
    key = (bundle.sha256, scenario, digest_of(answer))
    return _shelf().get_or_make(key, made or (lambda: plan_from(bundle, scenario, answer)))


def opened_in_sitting(
    bundle: Bundle, scenario: Scenario, answer: Answer, made: Callable[[], Plan] | None = None
) -> None:
    """Have this sitting, and no other, see the plan of an answer until it is solved here.

    Raises
    ------
    PlanError
        If what the answer claims does not hold.
    """
    lay_out(bundle, scenario, answer, made)
    opened: Opened = st.session_state.setdefault(_OPENED, {})
    opened.pop((bundle.sha256, scenario), None)
    opened[bundle.sha256, scenario] = digest_of(answer)
    while len(opened) > MOST_OPENED:
        opened.pop(next(iter(opened)))


def as_saved(bundle: Bundle, scenario: Scenario) -> Plan | None:
    """Take the plan that this sitting opened for a question; ``None`` if it opened none."""
    opened: Opened = st.session_state.get(_OPENED, {})
    digest = opened.get((bundle.sha256, scenario))
    return None if digest is None else _shelf().get((bundle.sha256, scenario, digest))
