"""What this sitting asks of the parts of the policy; the address carries it."""

from __future__ import annotations

import dataclasses
from typing import Any

import streamlit as st

from planner.errors import PlannerError
from planner.policy.asked import NOTHING_ASKED, Asked, asked_in
from planner.ui.carried import carried, carry

__all__ = [
    "POLICY",
    "ask_of",
    "asked_already",
    "asked_now",
    "lost",
    "put_asked",
    "serial",
    "tell_asked",
]

POLICY = "p"
"""Parameter of an address."""
_ASKED, _SERIAL, _LOST = "policy-asked", "policy-serial", "policy-lost"


def asked_now() -> Asked:
    """What is asked; the first time, what the link asks that the sitting came by."""
    found: Asked | None = st.session_state.get(_ASKED)
    if found is None:
        found = NOTHING_ASKED
        try:
            if text := carried(POLICY):
                found = asked_in(text)
                st.session_state[_SERIAL] = serial() + 1
        except PlannerError as error:
            st.session_state[_LOST] = error
        st.session_state[_ASKED] = found
    return found


def asked_already() -> bool:
    """Whether this sitting has asked anything, or has looked at what its link asks."""
    return _ASKED in st.session_state


def lost() -> PlannerError | None:
    """Why what a link asks could not be had; told once."""
    error: PlannerError | None = st.session_state.pop(_LOST, None)
    return error


def serial() -> int:
    """Number that changes when all of it was put on the table at once: widgets begin anew then."""
    return int(st.session_state.get(_SERIAL, 0))


def ask_of(part: str, spec: Any) -> None:
    """Note what the controls of a part ask."""
    st.session_state[_ASKED] = dataclasses.replace(asked_now(), **{part: spec})


def put_asked(asked: Asked) -> None:
    """Put all of it on the table: a saved scenario was opened."""
    if asked != st.session_state.get(_ASKED):
        st.session_state[_SERIAL] = serial() + 1
    st.session_state[_ASKED] = asked
    tell_asked()


def tell_asked() -> None:
    """Let the address tell it."""
    carry(POLICY, asked_now().text())
