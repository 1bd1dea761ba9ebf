"""What is asked of Overpass: the tiles of a region, and the question about one of them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84, equal_area_m2, metric_crs
from geo.osm_areas import AREA_KINDS, LAND_KINDS, polygonal
from geo.osm_reader import LINE_KINDS, PLACE_KINDS

__all__ = [
    "MARGIN_M",
    "TILE_M2",
    "Tile",
    "halves",
    "map_query",
    "tiles_of",
    "units_query",
    "widened",
]

MARGIN_M = 1000.0
"""Fetched around the place: what a map shows of the surroundings, and ways just across."""
TILE_M2 = 1.0e9
"""Ground of one question: a county. A dense city's are split further when the server says so."""

_MEMORY_B = 1 << 29  # what a server gives unasked: more waits longer for its turn
_TOLERANCE_M = 200.0
# Longer polygons cost the server more than the ground around them would.
_MOST_CORNERS = 400
_MOST_PARTS = 8
_SEAM_DEG = 1e-4
_DIGITS = 5

Box = tuple[float, float, float, float]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Tile:
    """A part of the ground to ask about.

    Parameters
    ----------
    box
        West, south, east, north in degrees.
    ground
        (Multi)Polygon of what is wanted in it.
    """

    box: Box
    ground: BaseGeometry

    @property
    def area_m2(self) -> float:
        """Ground wanted."""
        return float(equal_area_m2([self.ground])[0])


def widened(place: BaseGeometry) -> BaseGeometry:
    """A place with `MARGIN_M` around it and fewer corners, in degrees."""
    crs = metric_crs(place.centroid.x, place.centroid.y)
    metric = gpd.GeoSeries([place], crs=WGS84).to_crs(crs).iloc[0]
    wide = metric.buffer(MARGIN_M + _TOLERANCE_M, quad_segs=4).simplify(_TOLERANCE_M)
    ground: BaseGeometry = gpd.GeoSeries([wide], crs=crs).to_crs(WGS84).iloc[0]
    return ground


def tiles_of(ground: BaseGeometry, most_m2: float = TILE_M2) -> list[Tile]:
    """Divide some ground into tiles, each with at most so much of it, by halving boxes."""
    tile = Tile(box=ground.bounds, ground=ground)
    if tile.area_m2 <= most_m2:
        return [tile]
    return [small for half in halves(tile) for small in tiles_of(half.ground, most_m2)]


def halves(tile: Tile) -> list[Tile]:
    """Cut a tile across its longer side; the halves overlap by some ten metres."""
    west, south, east, north = tile.box
    middle = np.cos(np.radians((south + north) / 2.0))
    if (east - west) * middle >= north - south:
        cut = (west + east) / 2.0
        boxes = [(west, south, cut + _SEAM_DEG, north), (cut - _SEAM_DEG, south, east, north)]
    else:
        cut = (south + north) / 2.0
        boxes = [(west, south, east, cut + _SEAM_DEG), (west, cut - _SEAM_DEG, east, north)]
    parts = [polygonal(shapely.intersection(tile.ground, shapely.box(*box))) for box in boxes]
    return [Tile(box=part.bounds, ground=part) for part in parts if part is not None]


def map_query(tile: Tile, wanted: Collection[tuple[str, str]], timeout_s: int) -> str:
    """Ask for everything that the importer reads, in one tile.

    Parameters
    ----------
    tile
        Where.
    wanted
        (key, value) pairs of the points of interest, value ``"*"`` for any.
    timeout_s
        That the server may take.

    Returns
    -------
    Overpass QL: what has one of the tags, whole (ways with nodes, multipolygons with members);
    administrative relations, but of their lines only those in the tile, lest a province come along
    with its townships. With the date of each object's last edit: the map's age is asked for.
    """
    box = _box(tile.box)
    lines = [f"  {statement}{box};" for statement in _statements(wanted)]
    rings = _rings(tile)
    found = "near" if rings else "things"
    within = "".join(f'nwr.near(poly:"{ring}");' for ring in rings)
    return "\n".join(
        (
            _head(timeout_s),
            "(",
            *lines,
            f")->.{found};",
            *([f"({within})->.things;"] if rings else []),
            f'rel["boundary"="administrative"]{box}->.units;',
            f"way(r.units){box}->.borders;",
            ".things out meta;",
            ".units out meta;",
            ".borders out meta;",
            "(.things;.borders;);",
            ">;",
            "out skel qt;",
        )
    )


def units_query(names: str, level: int, box: Box, timeout_s: int) -> str:
    """Ask for the administrative relations whose name holds a POSIX expression, whole."""
    name = f'["admin_level"="{level}"]["name"~{_quoted(names)}]'
    return "\n".join(
        (
            _head(timeout_s),
            f'rel["boundary"="administrative"]{name}{_box(box)};',
            "out body;",
            ">;",
            "out skel qt;",
        )
    )


def any_of(values: Iterable[str]) -> str:
    """POSIX extended expression for one of some texts, without anchors."""
    return "|".join(
        re.sub(r"([.^$*+?()\[\]{}\\|])", r"\\\1", value) for value in sorted(set(values))
    )


def _head(timeout_s: int) -> str:
    return f"[out:json][timeout:{timeout_s}][maxsize:{_MEMORY_B}];"


def _statements(wanted: Collection[tuple[str, str]]) -> list[str]:
    """Kind of element and tags, sorted; what `geo.osm_reader` takes, and nothing else."""
    points = _by_key([*wanted, *(("place", kind) for kind in PLACE_KINDS)])
    ground = _by_key([*wanted, *AREA_KINDS, *LAND_KINDS])
    lines = _by_key([(key, value) for key, kinds in LINE_KINDS for value in kinds])
    area = '["type"~"^(boundary|multipolygon)$"]'
    building = '["building"]["building"!="no"]'
    return [
        *(f"node{tags}" for tags in points),
        'way["highway"]',
        f"way{building}",
        'way["boundary"="administrative"]',
        *(f"way{tags}" for tags in dict.fromkeys([*lines, *ground])),
        f"rel{area}{building}",
        *(f"rel{area}{tags}" for tags in ground),
    ]


def _by_key(pairs: Iterable[tuple[str, str]]) -> list[str]:
    values: dict[str, set[str]] = {}
    for key, value in pairs:
        values.setdefault(key, set()).add(value)
    return [_tag_filter(key, values[key]) for key in sorted(values)]


def _tag_filter(key: str, values: set[str]) -> str:
    if "*" in values:
        return f"[{_quoted(key)}]"
    if len(values) == 1:
        return f"[{_quoted(key)}={_quoted(next(iter(values)))}]"
    return f"[{_quoted(key)}~{_quoted(f'^({any_of(values)})$')}]"


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n") + '"'


def _box(box: Box) -> str:
    west, south, east, north = box
    step = 10.0**-_DIGITS  # outwards
    return f"({_deg(south - step)},{_deg(west - step)},{_deg(north + step)},{_deg(east + step)})"


def _deg(value: float) -> str:
    return f"{value:.{_DIGITS}f}"


def _rings(tile: Tile) -> Sequence[str]:
    """Outlines for ``poly:`` filters; none where the box alone says it well enough."""
    shells = [shapely.Polygon(part.exterior) for part in shapely.get_parts(tile.ground)]
    corners = sum(len(shell.exterior.coords) for shell in shells)
    if len(shells) > _MOST_PARTS or corners > _MOST_CORNERS:
        return []
    covered = equal_area_m2([shapely.union_all(shells), shapely.box(*tile.box)])
    if covered[0] >= 0.95 * covered[1]:
        return []
    rings = [shapely.get_coordinates(shell.exterior)[:-1] for shell in shells]
    return [" ".join(f"{_deg(lat)} {_deg(lon)}" for lon, lat in ring) for ring in rings]
