"""Which base maps from the internet the legend offers in this sitting; none is asked for unseen."""

from __future__ import annotations

import os

import streamlit as st

from planner.errors import PlanError
from planner.maps.online import OFFLINE, Online
from planner.ui.text import plain
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["online_maps", "show_online"]

_KEY = "tianditu-key"


def online_maps() -> Online:
    """Base maps on offer: none where the server's owner forbids them (``RECYCLENET_ONLINE=0``)."""
    if os.environ.get("RECYCLENET_ONLINE") == "0":
        return OFFLINE
    try:
        return Online(osm=True, amap=True, tianditu_key=_key())
    except PlanError:
        return Online(osm=True, amap=True)  # said beside the field that the key is typed into


def show_online(language: Language) -> None:
    """Ask for the planner's own key of Tianditu; it stays in this sitting."""
    if os.environ.get("RECYCLENET_ONLINE") == "0":
        return
    with st.expander(UI.say("online", language), icon=":material/layers:", key="online-lid"):
        st.caption(UI.say("online-help", language))
        if "tianditu-input" not in st.session_state:
            st.session_state["tianditu-input"] = _key()
        typed = st.text_input(
            UI.say("tianditu", language),
            type="password",
            key="tianditu-input",
            autocomplete="off",
            placeholder=UI.say("tianditu-empty", language),
        )
        st.session_state[_KEY] = typed.strip()
        try:
            Online(tianditu_key=_key())
        except PlanError as error:
            st.error(plain(error.zh if language == "zh" else str(error)))


def _key() -> str:
    return str(st.session_state.get(_KEY, os.environ.get("RECYCLENET_TIANDITU_KEY", "")))
