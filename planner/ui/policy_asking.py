"""How a section of the policy is asked: by its controls, or as it was saved with a scenario.

Streamlit forgets a control that is not drawn, and only one section is drawn at a time. What a
scenario brings along may ask more than a section has controls for, and stands as it is until the
planner asks anew.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

import pandas as pd
import streamlit as st

from planner.policy.asked import NOTHING_ASKED, Asked
from planner.ui.asked import ask_of, asked_now, serial
from planner.ui.policy_chain_words import CHAIN_UI
from planner.wording.language import Language

__all__ = ["asked_in_section", "kept_table", "remember_table"]

_KEPT, _FREED = "policy-controls", "policy-freed"
_PLAIN = (bool, int, float, str, list, tuple, datetime.date, datetime.time)
_PRESSED = ("-button", "-get-", "-make", "-open", "-check", "-plan", "-add", "-map-")

Drawn = TypeVar("Drawn")


def asked_in_section(
    name: str, parts: tuple[str, ...], draw: Callable[[], Drawn | None], language: Language
) -> Drawn | None:
    """Take what is asked of a section, of its controls or as it came with a scenario.

    Parameters
    ----------
    name
        Of the section: its controls' keys begin with it.
    parts
        Tables ``[policy.<part>]`` that it asks.
    draw
        Draws the controls; what it gives is a spec for each part, ``None`` where they are not
        whole.
    """
    told = asked_now()
    if serial() and st.session_state.get(_freed(name)) != serial():
        brought = tuple(getattr(told, part) for part in parts)
        if brought != tuple(getattr(NOTHING_ASKED, part) for part in parts):
            _show_brought(name, parts, told, language)
            found: Any = brought if len(parts) > 1 else brought[0]
            return found  # type: ignore[no-any-return]
    with _remembered(name):
        drawn = draw()
    if drawn is not None:
        specs: Any = drawn if len(parts) > 1 else (drawn,)
        for part, spec in zip(parts, specs, strict=True):
            ask_of(part, spec)
    return drawn


def kept_table(key: str, empty: pd.DataFrame) -> pd.DataFrame:
    """What an editor of a table begins with: what it held when it was drawn last."""
    if key not in st.session_state:
        st.session_state[f"{key}-first"] = st.session_state.get(f"{key}-last", empty)
    first: pd.DataFrame = st.session_state.get(f"{key}-first", empty)
    return first


def remember_table(key: str, edited: pd.DataFrame) -> None:
    """Remember what an editor holds."""
    st.session_state[f"{key}-last"] = edited


def _freed(name: str) -> str:
    return f"{_FREED}-{name}"


def _show_brought(name: str, parts: tuple[str, ...], told: Asked, language: Language) -> None:
    """Show what came with the scenario, and offer the controls in its place."""
    with st.container(border=True):
        st.caption(CHAIN_UI.say("asked-brought", language))
        fields = {part: told.record().get(part, {}) for part in parts}
        alone = Asked(**{part: getattr(told, part) for part in parts})
        st.code(alone.toml() if any(fields.values()) else "", language="toml", wrap_lines=True)
        st.button(
            CHAIN_UI.say("asked-anew", language),
            key=f"{name}-anew-button",
            icon=":material/tune:",
            on_click=partial(_free, name),
        )


def _free(name: str) -> None:
    st.session_state[_freed(name)] = serial()


@contextmanager
def _remembered(name: str) -> Iterator[None]:
    """Bring back the values of a section's controls, and note them after they were drawn."""
    kept: dict[str, Any] = st.session_state.setdefault(_KEPT, {})
    for key, value in kept.items():
        if key.startswith(f"{name}-") and key not in st.session_state:
            st.session_state[key] = value
    yield
    kept |= _values(name, st.session_state)


def _values(name: str, state: Mapping[Any, Any]) -> dict[str, Any]:
    """Values that may be given to a control again: not what was pressed, uploaded or edited."""
    return {
        key: value
        for key, value in state.items()
        if isinstance(key, str)
        and key.startswith(f"{name}-")
        and isinstance(value, _PLAIN)
        and not any(mark in key for mark in _PRESSED)
        and not key.endswith(("-result", "-first", "-last", "-upload"))
    }
