"""Something else than a plan on a region's map: places and lines of a few kinds, with a legend.

``assets/overlay.js`` is the other half. Names travel as text inside the packet.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

import folium
import shapely
from folium.template import Template
from shapely.geometry.base import BaseGeometry

from geo.bundle import Bundle
from planner.maps.codec import pack, text_of
from planner.maps.layers import PacketLayer
from planner.maps.page import page_html, still_map
from planner.wording.language import Language

__all__ = [
    "Kind",
    "Line",
    "Mark",
    "Overlay",
    "Shape",
    "overlay_group",
    "overlay_html",
    "places_of",
]

_DECIMALS = 7
Shape = Literal["circle", "square", "diamond", "triangle", "line"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A row of the legend.

    Parameters
    ----------
    label
        What it says.
    colour
        As ``#rrggbb``.
    """

    label: str
    colour: str
    shape: Shape


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A place.

    Parameters
    ----------
    kind
        Row of :attr:`Overlay.kinds`.
    lon, lat
        Degrees, WGS84.
    size_px
        Width of its symbol, pixels.
    says
        Lines of its tip, the first in bold.
    shape
        In place of its kind's: so that colour and shape can tell two things.
    """

    kind: int
    lon: float
    lat: float
    size_px: int
    says: tuple[str, ...]
    shape: Shape | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A line through places ``(lon, lat)``, degrees WGS84; otherwise as :class:`Mark`."""

    kind: int
    places: tuple[tuple[float, float], ...]
    width_px: float
    says: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Overlay:
    """What is shown, lines below marks.

    Parameters
    ----------
    title
        Over its rows of the legend.
    notes
        Sentences below them: what sizes mean, say.
    others
        Other views of the same, one of all being shown: the legend offers them by title.
    """

    title: str
    kinds: tuple[Kind, ...]
    marks: tuple[Mark, ...] = ()
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()
    others: tuple[Overlay, ...] = ()


def places_of(line: BaseGeometry) -> tuple[tuple[float, float], ...]:
    """Corners of a line in degrees, to the centimetre."""
    return tuple((x, y) for x, y in shapely.get_coordinates(line).round(_DECIMALS).tolist())


class OverlayLayer(PacketLayer):
    """Places and lines in place of a plan; ``packed`` is an :class:`Overlay`."""

    _template = Template(
        """
        {% macro script(this, kwargs) %}
        RecycleNet.overlay({{ this.map_name() }}, "{{ this.packed }}");
        {% endmacro %}
        """
    )


def overlay_group(overlay: Overlay) -> folium.FeatureGroup:
    """Wrap it for ``st_folium(feature_group_to_add=...)``."""
    group = folium.FeatureGroup("overlay")
    _layer(overlay).add_to(group)
    return group


def overlay_html(
    bundle: Bundle, overlay: Overlay, lang: Language, *, review_number: str = ""
) -> str:
    """Render it as one page that opens without internet.

    Raises
    ------
    OutputError
        If the vendored map files are missing (``make setup`` brings them).
    """
    page = still_map(bundle, lang, review_number)
    _layer(overlay).add_to(page)
    title = f"{bundle.region.name} · {overlay.title} · RecycleNet"
    return page_html(page, bundle, title, "", lang)


def _layer(overlay: Overlay) -> OverlayLayer:
    return OverlayLayer(text_of(pack(asdict(overlay), [])))
