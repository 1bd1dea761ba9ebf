"""What this sitting asks of the parts of the policy; the address tells it by an id."""

from __future__ import annotations

import dataclasses
import time
from typing import Any

import streamlit as st

from planner.errors import PlannerError
from planner.policy.asked import NOTHING_ASKED, Asked, asked_in
from planner.ui.archive import the_store

__all__ = ["POLICY", "ask_of", "asked_now", "lost", "put_asked", "serial", "tell_asked"]

POLICY = "p"
"""Parameter of an address."""
_ASKED, _SERIAL, _TOLD, _AGAIN, _LOST = (
    *("policy-asked", "policy-serial", "policy-told", "policy-again"),
    "policy-lost",
)
WAIT_S = 60.0
"""Until a store that could not be used is asked again: it may take long to fail."""


def asked_now() -> Asked:
    """What is asked; the first time, what the link asks that the sitting came by."""
    found: Asked | None = st.session_state.get(_ASKED)
    if found is None:
        found = NOTHING_ASKED
        if name := str(st.query_params.get(POLICY, "")):
            try:
                found = asked_in(the_store().text(name))
                st.session_state[_SERIAL] = serial() + 1
            except PlannerError as error:
                st.session_state[_LOST] = error
        st.session_state[_ASKED] = found
    return found


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
    """Let the address tell it; where the store cannot be used, the address goes without."""
    text = asked_now().text()
    name = _kept(text) if text else ""
    if name != st.query_params.get(POLICY, ""):
        if name:
            st.query_params[POLICY] = name
        else:
            st.query_params.pop(POLICY, None)


def _kept(text: str) -> str:
    known: tuple[str, str] = st.session_state.get(_TOLD, ("", ""))
    if known[0] == text:
        return known[1]
    if time.monotonic() < st.session_state.get(_AGAIN, 0.0):
        return ""
    try:
        name = the_store().keep_text(text)
    except PlannerError:
        st.session_state[_AGAIN] = time.monotonic() + WAIT_S
        return ""
    st.session_state[_TOLD] = (text, name)
    return name
