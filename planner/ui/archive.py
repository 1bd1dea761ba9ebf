"""The store of this server, opened once for all sittings."""

from __future__ import annotations

import streamlit as st

from planner.edits import Edits
from planner.store import Store, open_store

__all__ = ["edits_at", "edits_id", "the_store"]

_KNOWN = "edits-known"


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
    """Keep edits for links, and tell their id: the same for the same edits."""
    known: dict[Edits, str] = st.session_state.setdefault(_KNOWN, {})
    if edits not in known:
        known[edits] = the_store().keep_edits(edits)
    return known[edits]


def edits_at(snapshot_id: str) -> Edits:
    """Take the edits of a link.

    Raises
    ------
    StoreError
        If they are not there.
    """
    return the_store().edits(snapshot_id)
