"""The store of this server, opened once for all sittings."""

from __future__ import annotations

import time

import streamlit as st

from planner.edits import Edits
from planner.errors import PlannerError
from planner.store import Store, open_store

__all__ = ["edits_at", "edits_id", "the_store"]

_KNOWN, _AGAIN = "edits-known", "edits-again"
WAIT_S = 60.0
"""Until a store that could not be used is asked again to keep edits: it may take long to fail."""


@st.cache_resource(show_spinner=False)
def the_store() -> Store:
    """Open the store that ``RECYCLENET_STORE`` names.

    Raises
    ------
    StoreError
        If it cannot be opened.
    """
    return open_store()


def edits_id(edits: Edits) -> str:
    """Keep edits for links, and tell their id: the same for the same edits.

    Empty where the store cannot be used: a link is no reason to take the page down.
    """
    known: dict[Edits, str] = st.session_state.setdefault(_KNOWN, {})
    if edits not in known:
        if time.monotonic() < st.session_state.get(_AGAIN, 0.0):
            return ""
        try:
            known[edits] = the_store().keep_edits(edits)
        except PlannerError:
            st.session_state[_AGAIN] = time.monotonic() + WAIT_S
            return ""
    return known[edits]


def edits_at(snapshot_id: str) -> Edits:
    """Take the edits of a link.

    Raises
    ------
    StoreError
        If they are not there.
    """
    return the_store().edits(snapshot_id)
