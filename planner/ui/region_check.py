"""A file held against the loaded region: what is understood, and where its places lie."""

from __future__ import annotations

from pathlib import Path

import folium
import geopandas as gpd
import shapely
import streamlit as st
from streamlit_folium import st_folium

from geo.bundle import Bundle
from geo.columns import Role
from geo.crs import WGS84
from geo.errors import InputError
from geo.preview import ROLES, Preview, preview
from planner.commands.inspect_words import PREVIEW, say_diagnosis
from planner.maps.page import Theme, empty_group, region_map
from planner.ui.region_files import PLACES, show_preview
from planner.ui.region_work import keep_upload, said_in_page
from planner.ui.text import plain
from planner.ui.uploads import limit_mb
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["places_group", "show_check"]

#: A pair that the colour-blind can tell apart.
AS_IS, AS_READ = "#d9541b", "#1d5fc4"
MOST_PLACES = 2000
MAP_PX = 480
_DEGREES = 1e-5
_AUTO = "auto"


def show_check(bundle: Bundle, language: Language) -> None:
    """Take a file, say what is understood of it, draw it on the region's map."""
    left, right = st.columns([2, 3], gap="medium")
    with left:
        st.caption(UI.say("check-help", language))
        upload = st.file_uploader(
            UI.say("check-file", language),
            PLACES,
            key="check-file",
            max_upload_size=limit_mb("check-file"),
        )
        told = st.selectbox(
            UI.say("check-role", language),
            (_AUTO, *ROLES),
            format_func=lambda role: (
                UI.say("check-auto", language)
                if role == _AUTO
                else PREVIEW.say(f"role-{role}", language)
            ),
            key="check-role",
        )
        layer = st.text_input(UI.say("file-layer", language), key="check-layer", max_chars=200)
    role: Role | None = None if told == _AUTO else told  # type: ignore[assignment]
    seen, as_is, as_read = None, None, None
    if upload is not None:
        path = keep_upload(upload, "check")
        try:
            seen, as_is, as_read = _look(path, bundle, role, layer.strip() or None)
        except InputError as error:
            left.error(said_in_page(error, language), icon=":material/error:")
    with left:
        if seen is not None:
            _show_verdict(seen, language)
            show_preview(seen, language)
    with right:
        if as_read is not None:
            st.html(_key(language, both=as_is is not None))
        theme: Theme = "dark" if st.context.theme.type == "dark" else "light"
        st_folium(
            region_map(bundle, language, theme=theme),
            feature_group_to_add=places_group(as_is, as_read),
            key=f"check-{bundle.sha256[:16]}-{language}-{theme}",
            height=MAP_PX,
            use_container_width=True,
            returned_objects=[],
        )


def places_group(as_is: gpd.GeoSeries | None, as_read: gpd.GeoSeries | None) -> folium.FeatureGroup:
    """Draw a file's places as they are in one colour, as the check reads them in another.

    Only shapes are drawn: no text of the file's reaches the map.
    """
    group = empty_group()
    for shapes, colour in ((as_is, AS_IS), (as_read, AS_READ)):
        told = None if shapes is None else _drawn(shapes)
        if told is not None:
            _add(group, told, colour)
    return group


def _add(group: folium.FeatureGroup, shapes: gpd.GeoSeries, colour: str) -> None:
    style = {"color": colour, "weight": 2, "fillColor": colour, "fillOpacity": 0.12}
    dot = folium.CircleMarker(radius=4, color=colour, fill=True, fill_color=colour)
    folium.GeoJson(shapes.to_json(), style_function=lambda _feature: style, marker=dot).add_to(
        group
    )


def _look(
    path: Path, bundle: Bundle, role: Role | None, layer: str | None
) -> tuple[Preview, gpd.GeoSeries | None, gpd.GeoSeries | None]:
    """Preview a file; its places as they are (where that is another place) and as it is read."""

    def look(convert: str | None) -> Preview:
        return preview(
            path,
            role=role,
            region=bundle.region,
            basemap=bundle.basemap,
            layer=layer,
            convert=convert,
        )

    seen = look(None)
    found = seen.diagnosis
    if found is None or found.verdict not in ("mend", "doubt") or not found.plain:
        return seen, None, seen.shapes
    # Under "doubt" the file is read as it says, under "mend" as the check finds.
    as_is = look("none").shapes if found.verdict == "mend" else seen.shapes
    as_read = seen.shapes if found.verdict == "mend" else look(found.best.key).shapes
    return seen, as_is, as_read


def _drawn(shapes: gpd.GeoSeries) -> gpd.GeoSeries | None:
    shapes = shapes.reset_index(drop=True)
    if shapes.crs is not None:
        shapes = shapes.to_crs(WGS84)
    bounds = shapes.bounds
    somewhere = bounds.abs().max(axis=1) <= 180.0  # false for NaN: neither empty nor missing
    shapes = shapes[somewhere].head(MOST_PLACES)
    if shapes.empty:
        return None
    simple = shapely.simplify(shapes.to_numpy(), _DEGREES)
    return gpd.GeoSeries(shapely.set_precision(simple, _DEGREES / 10), crs=WGS84)


def _show_verdict(seen: Preview, language: Language) -> None:
    if seen.diagnosis is None:
        return
    text = plain(say_diagnosis(seen.diagnosis, language))
    verdict = seen.diagnosis.verdict
    if verdict in ("plain", "unknown"):
        st.success(text, icon=":material/check_circle:")
    elif verdict == "elsewhere":
        st.error(text, icon=":material/wrong_location:")
    else:
        st.warning(text, icon=":material/share_location:")


def _key(language: Language, *, both: bool) -> str:
    rows = [(AS_READ, UI.say("check-read" if both else "check-places", language))]
    if both:
        rows.insert(0, (AS_IS, UI.say("check-as-is", language)))
    dots = (
        f'<span style="color:{colour};font-size:1.2em">●</span> {text}' for colour, text in rows
    )
    return f"<div>{' &emsp; '.join(dots)}</div>"
