"""What the policy's sections share: work begun by a button, a map, files to take away."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import streamlit as st
from streamlit_folium import st_folium

from geo.bundle import Bundle
from geo.errors import GeoError
from planner.maps.overlay import Overlay, overlay_group
from planner.maps.page import Theme, region_map
from planner.ui.answer import Bar
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = [
    *("DOCX", "GEOJSON", "HTML", "JSON", "PNG", "XLSX"),
    *("About", "kept_result", "offer", "put_result", "show_overlay", "worked_out"),
]

GEOJSON, HTML, JSON, PNG = "application/geo+json", "text/html", "application/json", "image/png"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MAP_PX = 480

About = tuple[object, ...]
"""Region, data and scenario that something was worked out for."""
Made = TypeVar("Made")
Say = Callable[[str], str]


def worked_out(
    name: str,
    about: About,
    asked: object,
    make: Callable[[Bar], Made],
    say: Say,
    language: Language,
) -> Made | None:
    """What a section has worked out; nothing is begun before its button is pressed.

    Parameters
    ----------
    name
        Of the section: its words begin with it.
    about
        Region, data and scenario: what was worked out for others is not shown.
    asked
        What the section's own controls ask; what was worked out for other answers is shown, and
        called that.
    """
    place = st.empty()
    if st.button(say(f"{name}-make"), key=f"{name}-button", type="primary"):
        bar = Bar(place, language)
        try:
            put_result(name, about, asked, make(bar))
        except KeyboardInterrupt:
            if bar.overtaken is not None:
                raise bar.overtaken from None
            raise
        except GeoError as error:
            place.empty()
            st.error(plain(line_of(error, language)), icon=":material/block:")
            return None
        place.empty()
    found = kept_result(name, about)
    if found is None:
        return None
    known, result = found
    if known != asked:
        st.info(say(f"{name}-old"))
    made: Made = result
    return made


def put_result(name: str, about: About, asked: object, result: object) -> None:
    """Keep what a section has worked out: its last result."""
    st.session_state[f"{name}-result"] = (about, asked, result)


def kept_result(name: str, about: About) -> tuple[object, Any] | None:
    """What a section has worked out for a region, data and scenario, and what it was asked."""
    found = st.session_state.get(f"{name}-result")
    return None if found is None or found[0] != about else (found[1], found[2])


def show_overlay(bundle: Bundle, overlay: Overlay, name: str, language: Language) -> None:
    """Show places and lines on the region's own map."""
    theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
    st_folium(
        region_map(bundle, language, theme=theme),
        feature_group_to_add=overlay_group(overlay),
        key=f"{name}-{bundle.sha256[:16]}-{language}-{theme}",
        height=MAP_PX,
        use_container_width=True,
        returned_objects=[],
    )


def offer(
    name: str, files: Mapping[str, tuple[str, str, Callable[[], bytes | str]]], say: Say
) -> None:
    """Offer files by key: their name, their type, and how each is made when it is asked for."""
    with st.container(horizontal=True, gap="small"):
        for key, (file, mime, make) in files.items():
            st.download_button(
                say(f"{name}-{key}"),
                make,
                file_name=file,
                mime=mime,
                key=f"{name}-get-{key}",
                on_click="ignore",
                icon=":material/download:",
            )
