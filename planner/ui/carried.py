"""Texts that an address carries: the store keeps them, the address has their ids.

A reload or another browser opens the same; where the store cannot be used, the address goes
without, and is tried again after a while.
"""

from __future__ import annotations

import time

import streamlit as st

from planner.errors import PlannerError
from planner.ui.archive import the_store

__all__ = ["carried", "carry"]

_TOLD, _AGAIN = "carried-told", "carried-again"
WAIT_S = 60.0
"""Until a store that could not be used is asked again: it may take long to fail."""


def carried(name: str) -> str:
    """Text of a parameter of the address; empty if it has none.

    Raises
    ------
    PlannerError
        If the store has none of its id, or cannot be used.
    """
    told = str(st.query_params.get(name, ""))
    return the_store().text(told) if told else ""


def carry(name: str, text: str) -> None:
    """Let a parameter of the address carry a text; an empty one takes the parameter away."""
    told = _id_of(name, text) if text else ""
    if told != st.query_params.get(name, ""):
        if told:
            st.query_params[name] = told
        else:
            st.query_params.pop(name, None)


def _id_of(name: str, text: str) -> str:
    known: dict[str, tuple[str, str]] = st.session_state.setdefault(_TOLD, {})
    before = known.get(name, ("", ""))
    if before[0] == text:
        return before[1]
    if time.monotonic() < st.session_state.get(_AGAIN, 0.0):
        return ""
    try:
        told = the_store().keep_text(text)
    except PlannerError:
        st.session_state[_AGAIN] = time.monotonic() + WAIT_S
        return ""
    known[name] = (text, told)
    return told
