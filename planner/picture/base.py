"""The base map of a picture: land, water, woods, built-up areas and roads, as on the app's map."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path
from shapely.geometry.base import BaseGeometry

__all__ = ["COLOURS", "Frame", "area_path", "draw_base", "line_path"]

COLOURS = {
    "outside": "#e9e8e3",
    "land": "#f8f7f3",
    "farmland": "#f6f3e8",
    "residential": "#ebe7e0",
    "commercial": "#ece3dc",
    "industrial": "#e5e3e6",
    "green": "#e5edd9",
    "wood": "#d9e6cf",
    "sand": "#f1e8cf",
    "water": "#b9d3df",
    "coast": "#8fb3c4",
    "rail": "#a9a6a1",
    "casing": "#cbc5b9",
    "minor": "#ffffff",
    "middle": "#fffdf6",
    "major": "#fbeecb",
    "motorway": "#f5dba5",
    "majorCasing": "#cdb98d",
    "path": "#c3b9a6",
}
"""Light palette of ``assets/basemap.js``: the strong colours are the plan's."""

AREAS = ("farmland", "green", "wood", "sand", "residential", "commercial", "industrial", "water")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    """How a kind of line is drawn: from which zoom on, and widths (px) at zooms."""

    zoom: float
    colour: str
    widths: tuple[tuple[float, float], ...]
    casing: str = ""


# From the bottom up, as in assets/basemap.js.
LINES = {
    "coastline": _Line(zoom=0, colour="coast", widths=((8, 0.8), (14, 1.6))),
    "stream": _Line(zoom=13.5, colour="water", widths=((13, 0.6), (17, 2))),
    "canal": _Line(zoom=9, colour="water", widths=((9, 0.8), (13, 2), (17, 6))),
    "river": _Line(zoom=9, colour="water", widths=((9, 0.8), (13, 2), (17, 6))),
    "rail": _Line(zoom=10, colour="rail", widths=((10, 0.7), (14, 1.4), (18, 2.4))),
    "path": _Line(zoom=14, colour="path", widths=((14, 0.7), (18, 1.8))),
    "service": _Line(
        zoom=14, colour="minor", casing="casing", widths=((14, 0.8), (16, 2.5), (18, 6))
    ),
    "residential": _Line(
        zoom=11.5,
        colour="minor",
        casing="casing",
        widths=((11.5, 0.5), (13, 1.1), (15, 3.4), (18, 10)),
    ),
    "tertiary": _Line(
        zoom=9.5, colour="minor", casing="casing", widths=((9.5, 0.6), (12, 1.5), (15, 4.6))
    ),
    "secondary": _Line(
        zoom=8.5, colour="middle", casing="majorCasing", widths=((8.5, 0.6), (11, 1.6), (15, 5.4))
    ),
    "primary": _Line(
        zoom=7, colour="major", casing="majorCasing", widths=((7, 0.7), (11, 2.1), (15, 6.2))
    ),
    "trunk": _Line(
        zoom=6, colour="major", casing="majorCasing", widths=((6, 0.8), (11, 2.4), (15, 6.8))
    ),
    "motorway": _Line(
        zoom=5, colour="motorway", casing="majorCasing", widths=((5, 1), (11, 2.8), (15, 7.4))
    ),
}

PX_PT = 0.75
"""A CSS pixel (1/96 inch) in points: widths above are a screen's."""
EQUATOR_M = 40_075_016.686
CHUNK = 20_000
"""Vertices drawn at a time: Agg refuses shapes that cover too much at once."""
FADE_M = (0.0, 0.006, 0.012, 0.02)
"""What lies outside the region fades out at these distances, in parts of the frame's width."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Frame:
    """What a map shows: metric coordinates of the region, and its scale on paper.

    Parameters
    ----------
    west, south, east, north
        Edges, metres.
    m_pt
        Metres a point (1/72 inch).
    latitude
        Of the middle, degrees.
    """

    west: float
    south: float
    east: float
    north: float
    m_pt: float
    latitude: float

    @property
    def zoom(self) -> float:
        """The web-map zoom that shows as much: thresholds and widths are those of the app's map."""
        m_px = self.m_pt * PX_PT
        return math.log2(EQUATOR_M * math.cos(math.radians(self.latitude)) / 256 / m_px)


def draw_base(axes: Axes, basemap: gpd.GeoDataFrame, land: BaseGeometry, frame: Frame) -> None:
    """Draw what is known of the land; ``land`` is the region itself (metric, as everything)."""
    axes.set_facecolor(COLOURS["outside"])
    _fill(axes, np.array([land], object), COLOURS["land"], 1.0)
    kinds = basemap["kind"].to_numpy(object)
    shapes = basemap.geometry.to_numpy()
    flat = shapely.get_dimensions(shapes) == 2
    for kind in AREAS:
        _fill(axes, _thinned_areas(shapes[flat & (kinds == kind)], frame), COLOURS[kind], 1.1)
    shown = {kind: style for kind, style in LINES.items() if style.zoom <= frame.zoom}
    lines = {kind: _thinned_lines(shapes[~flat & (kinds == kind)], frame) for kind in shown}
    for kind, style in shown.items():
        width = _width(style, frame.zoom)
        if style.casing and width >= 1.2:
            wide = width + min(2.0, 0.9 + width / 6)
            _stroke(axes, lines[kind], COLOURS[style.casing], wide, 1.2)
    for kind, style in shown.items():
        width = _width(style, frame.zoom)
        # A thin road has no room for a casing: it is drawn in the casing's colour.
        colour = style.casing if style.casing and width < 1.2 else style.colour
        _stroke(axes, lines[kind], COLOURS[colour], width, 1.3)
    box = shapely.box(frame.west, frame.south, frame.east, frame.north)
    rough = shapely.simplify(land, frame.m_pt)
    for step, share in enumerate(FADE_M):
        near = rough.buffer(share * (frame.east - frame.west), quad_segs=4)
        alpha = 1.0 if step == len(FADE_M) - 1 else 0.45
        outside = np.array([shapely.difference(box, near)], object)
        _fill(axes, outside, COLOURS["outside"], 1.4, alpha)


def area_path(shapes: npt.NDArray[np.object_]) -> Path:
    """One path of many polygons: outlines one way round, holes the other, none overlapping."""
    polygons = shapely.get_parts(shapely.orient_polygons(np.asarray(shapes, object)))
    rings = [part for part in shapely.get_rings(polygons) if not part.is_empty]
    return _path(rings, Path.CLOSEPOLY)


def line_path(lines: npt.NDArray[np.object_]) -> Path:
    """One path of many lines."""
    return _path([line for line in shapely.get_parts(lines) if not line.is_empty], Path.LINETO)


def _path(lines: list[BaseGeometry], last: np.uint8) -> Path:
    xy = shapely.get_coordinates(lines)
    ends = np.cumsum(shapely.get_num_coordinates(lines))
    codes = np.full(len(xy), Path.LINETO, Path.code_type)
    if len(xy):
        codes[ends - 1] = last
        codes[np.concatenate([[0], ends[:-1]])] = Path.MOVETO
    return Path(xy, codes)


def _chunks(shapes: npt.NDArray[np.object_]) -> Iterator[npt.NDArray[np.object_]]:
    parts = shapely.get_parts(shapes)
    turn = np.cumsum(shapely.get_num_coordinates(parts)) // CHUNK
    for number in np.unique(turn):
        yield parts[turn == number]


def _fill(
    axes: Axes, shapes: npt.NDArray[np.object_], colour: str, order: float, alpha: float = 1.0
) -> None:
    for some in _chunks(shapes):
        path = area_path(some)
        axes.add_artist(PathPatch(path, facecolor=colour, lw=0, zorder=order, alpha=alpha))


def _stroke(
    axes: Axes, shapes: npt.NDArray[np.object_], colour: str, width_px: float, order: float
) -> None:
    for some in _chunks(shapes):
        patch = PathPatch(
            line_path(some),
            facecolor="none",
            edgecolor=colour,
            lw=width_px * PX_PT,
            capstyle="round",
            joinstyle="round",
            zorder=order,
        )
        axes.add_artist(patch)


def _thinned_areas(shapes: npt.NDArray[np.object_], frame: Frame) -> npt.NDArray[np.object_]:
    single = shapely.get_parts(shapes)
    big = single[shapely.area(single) >= (1.2 * frame.m_pt) ** 2]
    return shapely.simplify(big, 0.35 * frame.m_pt, preserve_topology=True)


def _thinned_lines(shapes: npt.NDArray[np.object_], frame: Frame) -> npt.NDArray[np.object_]:
    parts = shapely.get_parts(shapes)
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(parts)))
    return shapely.simplify(joined, 0.3 * frame.m_pt, preserve_topology=False)


def _width(style: _Line, zoom: float) -> float:
    """Width at a zoom, geometric between the stops, as the app's map has it."""
    zooms, widths = np.array(style.widths).T
    return float(np.exp(np.interp(zoom, zooms, np.log(widths))))
