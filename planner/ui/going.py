"""Going to another page of the app, from anywhere on a page."""

from __future__ import annotations

import streamlit as st

__all__ = ["go_to", "wanted"]

_WANTED = "go-to"


def go_to(page: str) -> None:
    """Ask for a page by its key: the app goes there at its next run."""
    st.session_state[_WANTED] = page


def wanted() -> str:
    """Page that was asked for since this was called last; empty for none."""
    return str(st.session_state.pop(_WANTED, ""))
