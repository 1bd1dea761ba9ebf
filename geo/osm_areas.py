"""Areas out of OSM: which tags mean what kind of ground, and rings assembled from ways.

An area is a closed way or a relation whose member ways, end to end, form rings. The members' lines
are noded and polygonized, and a face belongs to the area if one crosses an odd number of lines on
the way out of it (the even-odd rule, as libosmium assembles areas): right for touching rings,
islands in holes and wrong roles alike. Only where lines end loose, so that the rule depends on the
way taken, the roles decide: more outer than inner rings must hold the face.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

__all__ = [
    "AREA_KINDS",
    "CLOSED_LAND",
    "LAND_KINDS",
    "Assembly",
    "assemble",
    "closing_segments",
    "polygonal",
]

#: (key, value) -> kind of ground.
AREA_KINDS: dict[tuple[str, str], str] = {
    ("landuse", "residential"): "residential",
    ("landuse", "industrial"): "industrial",
    ("landuse", "port"): "industrial",
    ("landuse", "quarry"): "quarry",
    ("landuse", "landfill"): "landfill",
    ("landuse", "commercial"): "commercial",
    ("landuse", "retail"): "commercial",
    ("landuse", "military"): "military",
    ("landuse", "farmland"): "farmland",
    ("landuse", "farmyard"): "farmland",
    ("landuse", "orchard"): "farmland",
    ("landuse", "vineyard"): "farmland",
    ("landuse", "plant_nursery"): "farmland",
    ("landuse", "greenhouse_horticulture"): "farmland",
    ("landuse", "paddy"): "farmland",
    ("landuse", "forest"): "wood",
    ("natural", "wood"): "wood",
    ("landuse", "grass"): "green",
    ("landuse", "meadow"): "green",
    ("landuse", "village_green"): "green",
    ("landuse", "recreation_ground"): "green",
    ("landuse", "cemetery"): "green",
    ("landuse", "allotments"): "green",
    ("natural", "grassland"): "green",
    ("natural", "scrub"): "green",
    ("natural", "heath"): "green",
    ("leisure", "park"): "green",
    ("leisure", "garden"): "green",
    ("leisure", "golf_course"): "green",
    ("leisure", "common"): "green",
    ("leisure", "recreation_ground"): "green",
    ("natural", "water"): "water",
    ("waterway", "riverbank"): "water",
    ("landuse", "reservoir"): "water",
    ("landuse", "basin"): "water",
    ("landuse", "aquaculture"): "water",
    ("natural", "wetland"): "wetland",
    ("natural", "mud"): "wetland",
    ("natural", "beach"): "sand",
    ("natural", "sand"): "sand",
    ("natural", "shingle"): "sand",
    ("natural", "dune"): "sand",
    ("leisure", "nature_reserve"): "protected",
    ("boundary", "protected_area"): "protected",
    ("boundary", "national_park"): "protected",
}
#: The same for what the suitability of places is judged by, beside the kind of ground: land where
#: a point may fit, and neighbours it should keep away from.
LAND_KINDS: dict[tuple[str, str], str] = {
    ("amenity", "parking"): "parking",
    ("place", "square"): "square",
    ("landuse", "grass"): "lawn",
    ("landuse", "village_green"): "lawn",
    ("landuse", "recreation_ground"): "lawn",
    ("leisure", "park"): "lawn",
    ("leisure", "common"): "lawn",
    ("amenity", "school"): "school",
    ("amenity", "kindergarten"): "school",
    ("man_made", "wastewater_plant"): "sewage",
}
#: Land that is none for a point: closed, under a roof, or under the ground.
CLOSED_LAND = (
    ("access", ("private", "no")),
    ("parking", ("underground", "multi-storey", "rooftop", "carports", "garage_boxes")),
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Assembly:
    """What came of a set of lines.

    Parameters
    ----------
    geometry
        Valid (Multi)Polygon, or None where no ring closes.
    loose
        Length of the lines that are part of no ring, in the unit of their coordinates.
    crossed
        Lines crossed or overlapped each other away from their vertices.
    """

    geometry: BaseGeometry | None
    loose: float
    crossed: bool


def assemble(lines: Sequence[BaseGeometry], roles: Sequence[str]) -> Assembly:
    """Form the area that member ways outline.

    Parameters
    ----------
    lines
        LineStrings, each way once.
    roles
        Role of each: ``"inner"`` for a hole; anything else outlines.
    """
    simple = _ring_and_holes(lines, roles)
    if simple is not None:
        return Assembly(geometry=simple, loose=0.0, crossed=False)
    noded = shapely.union_all(np.asarray(lines, dtype=object))
    faces, cuts, dangles, _ = shapely.polygonize_full([noded])
    cells = shapely.get_parts(faces)
    loose = float(cuts.length + dangles.length)
    crossed = len(np.unique(_complex(noded))) > len(np.unique(_complex(lines)))
    if not len(cells):
        return Assembly(geometry=None, loose=loose, crossed=crossed)
    array = np.asarray(lines, dtype=object)
    inside = shapely.point_on_surface(cells)
    if len(cells) == 1:
        keep = np.ones(1, dtype=np.bool_)
    elif not len(loose_ends(array)):
        keep = _crossings(array, inside) % 2 == 1
    else:
        inner = np.asarray([role == "inner" for role in roles], dtype=np.bool_)
        keep = _count(_rings(array[~inner]), inside) > _count(_rings(array[inner]), inside)
    area = polygonal(shapely.union_all(cells[keep])) if keep.any() else None
    return Assembly(geometry=area, loose=loose, crossed=crossed)


def loose_ends(lines: npt.NDArray[np.object_]) -> npt.NDArray[np.float64]:
    """Places, float64[k, 2], where an odd number of lines ends: none if all form rings."""
    ends = _complex([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    places, times = np.unique(ends, return_counts=True)
    loose = places[times % 2 == 1]
    return np.column_stack((loose.real, loose.imag))


def _complex(geometries: Any) -> npt.NDArray[np.complex128]:
    """Vertices as complex numbers, which numpy compares faster than rows."""
    xy = shapely.get_coordinates(geometries)
    return np.asarray(xy[:, 0] + 1j * xy[:, 1], dtype=np.complex128)


def closing_segments(
    lines: Sequence[BaseGeometry], *, longest_m: float, share: float
) -> list[shapely.LineString]:
    """Straight segments that close the open ends of a nearly complete outline.

    Parameters
    ----------
    lines
        LineStrings in degrees.
    longest_m
        No segment may be longer.
    share
        Nor longer than this share of the whole outline.

    Returns
    -------
    The segments, each open end used once, nearest ends first; empty where there are no open ends
    or where one segment would be too long.
    """
    array = np.asarray(lines, dtype=object)
    loose = loose_ends(array)
    if not len(loose) or len(loose) > 200:
        return []
    metres = np.array([np.cos(np.radians(loose[:, 1].mean())), 1.0]) * 111_195.0
    outline = np.diff(shapely.get_coordinates(array), axis=0) * metres
    first = np.cumsum(shapely.get_num_coordinates(array))[:-1] - 1
    steps = np.hypot(outline[:, 0], outline[:, 1])
    limit_m = min(longest_m, share * float(np.delete(steps, first).sum()))
    left, right = np.triu_indices(len(loose), 1)
    far_m = np.hypot(*((loose[left] - loose[right]) * metres).T)
    segments: list[shapely.LineString] = []
    used = np.zeros(len(loose), dtype=np.bool_)
    for pair in np.lexsort((right, left, far_m)):
        a, b = left[pair], right[pair]
        if used[a] or used[b]:
            continue
        if far_m[pair] > limit_m:
            return []
        used[[a, b]] = True
        segments.append(shapely.LineString([loose[a], loose[b]]))
    return segments


def polygonal(geometry: BaseGeometry | None) -> BaseGeometry | None:
    """Keep the polygons of a geometry, made valid; None where there are none."""
    if geometry is None or geometry.is_empty:
        return None
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    parts = shapely.get_parts(shapely.get_parts(geometry))
    flat = [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]
    if not flat:
        return None
    return flat[0] if len(flat) == 1 else shapely.MultiPolygon(flat)


def _ring_and_holes(lines: Sequence[BaseGeometry], roles: Sequence[str]) -> shapely.Polygon | None:
    """The usual case, quickly: one closed outer way, and closed inner ways within it."""
    outer = [line for line, role in zip(lines, roles, strict=True) if role != "inner"]
    holes = [line for line, role in zip(lines, roles, strict=True) if role == "inner"]
    if len(outer) != 1 or not all(line.is_closed and len(line.coords) > 3 for line in lines):
        return None
    polygon = shapely.Polygon(outer[0].coords, [hole.coords for hole in holes])
    return polygon if polygon.is_valid else None


def _crossings(
    lines: npt.NDArray[np.object_], points: npt.NDArray[np.object_]
) -> npt.NDArray[np.int64]:
    """How often a ray eastward from each point crosses the lines (even-odd rule)."""
    xy, line = shapely.get_coordinates(lines, return_index=True)
    same = line[:-1] == line[1:]
    x1, y1 = xy[:-1][same].T
    x2, y2 = xy[1:][same].T
    times = np.zeros(len(points), dtype=np.int64)
    for i, (x, y) in enumerate(shapely.get_coordinates(points)):
        level = np.flatnonzero((y1 > y) != (y2 > y))
        cut = x1[level] + (y - y1[level]) / (y2[level] - y1[level]) * (x2[level] - x1[level])
        times[i] = np.count_nonzero(cut > x)
    return times


def _rings(lines: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Filled rings of some lines."""
    faces = shapely.polygonize([shapely.union_all(lines)])
    shells = shapely.get_exterior_ring(shapely.get_parts(faces))
    return np.asarray(shapely.polygons(shells), dtype=object)


def _count(
    rings: npt.NDArray[np.object_], points: npt.NDArray[np.object_]
) -> npt.NDArray[np.int64]:
    """How many rings hold each point."""
    hits, _ = STRtree(rings).query(points, predicate="within")
    return np.bincount(hits, minlength=len(points))
