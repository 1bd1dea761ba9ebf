"""Tables of what was gathered from an OSM file: geometries made, areas measured, rows sorted."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84, equal_area_m2
from geo.osm_areas import assemble, polygonal
from geo.osm_reader import ROAD_TAGS, Gathered, Place, Thing
from geo.osm_ways import WayLines

__all__ = ["Shapes", "area_table", "building_table", "footprints_of", "line_table", "place_table",
           "poi_table", "road_table", "shape_things"]  # fmt: skip

_TYPE_ORDER = {"n": 0, "w": 1, "r": 2}


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shapes:
    """Things with their geometry, sorted by type and id.

    Parameters
    ----------
    things, geometry
        Row by row; a Point, a valid (Multi)Polygon or a LineString.
    area_m2
        float64[n], 0 for what is no polygon.
    broken
        Areas left out because their rings do not close.
    clipped
        Areas left out because the extract lacks some of their ways.
    mended
        Areas whose rings crossed and were made valid, or of whose rings one does not close.
    """

    things: tuple[Thing, ...]
    geometry: npt.NDArray[np.object_]
    area_m2: npt.NDArray[np.float64]
    broken: int
    clipped: int
    mended: int


def shape_things(
    things: Sequence[Thing], shapes: WayLines, lines: Mapping[int, BaseGeometry]
) -> Shapes:
    """Make the geometry of nodes, ways and multipolygons.

    Parameters
    ----------
    things
        As gathered.
    shapes
        Lines of the ways.
    lines
        LineString of each whole member way.
    """
    ordered = sorted(things, key=lambda thing: (_TYPE_ORDER[thing.osm_type], thing.osm_id))
    geometry = np.full(len(ordered), None, dtype=object)
    closed = shapes.closed()
    rings = [i for i, thing in enumerate(ordered) if len(thing.rows) == 1 and closed[thing.rows[0]]]
    geometry[rings] = shapes.polygons([ordered[i].rows[0] for i in rings])
    faulty = np.flatnonzero(~shapely.is_valid(geometry) & ~shapely.is_missing(geometry))
    mended = len(faulty)
    for row in faulty:
        geometry[row] = polygonal(geometry[row])
    broken = clipped = 0
    told: set[tuple[int, str]] = set()  # what relations already tell of their outer ways
    for i, thing in reversed(list(enumerate(ordered))):  # relations before ways
        if thing.lonlat:
            geometry[i] = shapely.Point(thing.lonlat)
        elif thing.osm_type == "r":
            whole = [(lines[ref], role) for ref, role in thing.members if ref in lines]
            if len(whole) < len(thing.members) or not whole:
                clipped += 1
                continue
            made = assemble([line for line, _ in whole], [role for _, role in whole])
            geometry[i] = made.geometry
            mended += made.crossed or made.loose > 0.0
            broken += made.geometry is None
            if made.geometry is not None:
                outer = [ref for ref, role in thing.members if role != "inner"]
                told |= {(ref, what) for ref in outer for what in _claims(thing)}
        else:
            ordered[i] = thing = _untold(thing, told)
            if geometry[i] is not None or not thing.rows:
                continue
            if thing.building or thing.kinds:
                cut = not all(shapes.whole[row] for row in thing.rows)
                broken, clipped = broken + (not cut), clipped + cut
            if thing.poi:  # a line can be a place too
                geometry[i] = shapes.lines([thing.rows[0]])[0]
    kept = np.flatnonzero(~shapely.is_missing(geometry))
    geometry = geometry[kept]
    return Shapes(
        things=tuple(ordered[i] for i in kept),
        geometry=geometry,
        area_m2=equal_area_m2(geometry),
        broken=broken,
        clipped=clipped,
        mended=mended,
    )


def _claims(thing: Thing) -> tuple[str, ...]:
    return (*thing.kinds, *(("building",) if thing.building else ()))


def _untold(thing: Thing, told: Collection[tuple[int, str]]) -> Thing:
    """A way without what the relation around it tells already, lest it count twice."""
    if not any((thing.osm_id, what) in told for what in _claims(thing)):
        return thing
    return replace(
        thing,
        kinds=tuple(kind for kind in thing.kinds if (thing.osm_id, kind) not in told),
        building=None if (thing.osm_id, "building") in told else thing.building,
    )


def road_table(out: Gathered) -> tuple[WayLines, pd.DataFrame, npt.NDArray[np.int64]]:
    """Roads by ascending way id, their tags, and when each was last edited (Unix seconds)."""
    ways = out.roads.arrays()
    order = np.argsort(ways.way_id, kind="stable")
    count = np.diff(ways.offsets)[order]
    start = ways.offsets[:-1][order]
    offsets = np.concatenate(([0], np.cumsum(count))).astype(np.int64)
    vertex = np.arange(offsets[-1]) - np.repeat(offsets[:-1], count) + np.repeat(start, count)
    tags = pd.DataFrame(
        {
            key: np.asarray(column, dtype=object)[order]
            for key, column in zip(ROAD_TAGS, _columns(out.road_tags, len(ROAD_TAGS)), strict=True)
        },
        dtype="str",
    )
    sorted_ways = WayLines(
        way_id=ways.way_id[order],
        offsets=offsets,
        lonlat=ways.lonlat[vertex],
        node_id=ways.node_id[vertex],
        whole=ways.whole[order],
    )
    return sorted_ways, tags, np.asarray(out.road_edited_s, np.int64)[order]


def place_table(places: Sequence[Place]) -> gpd.GeoDataFrame:
    """Settlements by ascending id."""
    ordered = sorted(places, key=lambda place: place.osm_id)
    return _frame(
        {
            "osm_id": [f"n{place.osm_id}" for place in ordered],
            "place": [place.place for place in ordered],
            "name": [place.name for place in ordered],
            "population": [place.population for place in ordered],
        },
        shapely.points([place.lonlat for place in ordered]) if ordered else [],
    )


def poi_table(shapes: Shapes, columns: Sequence[str]) -> gpd.GeoDataFrame:
    """Points of interest."""
    rows = [i for i, thing in enumerate(shapes.things) if thing.poi]
    things = [shapes.things[i] for i in rows]
    geometry = shapes.geometry[rows]
    is_line = np.isin(shapely.get_type_id(geometry), (1, 5))
    points = np.asarray(shapely.point_on_surface(geometry), dtype=object)
    if is_line.any():
        points[is_line] = shapely.line_interpolate_point(geometry[is_line], 0.5, normalized=True)
    texts = _columns([thing.poi or () for thing in things], len(columns))
    return _frame(
        {
            "osm_id": [f"{thing.osm_type}{thing.osm_id}" for thing in things],
            "name": [thing.name for thing in things],
            **dict(zip(columns, texts, strict=True)),
            "area_m2": shapes.area_m2[rows],
        },
        points,
    )


def _building_rows(shapes: Shapes) -> list[int]:
    areal = np.isin(shapely.get_type_id(shapes.geometry), (3, 6))
    return [i for i, thing in enumerate(shapes.things) if thing.building and areal[i]]


def footprints_of(shapes: Shapes) -> npt.NDArray[np.object_]:
    """Outlines of the buildings, in the order of their table."""
    return np.asarray(shapes.geometry[_building_rows(shapes)], dtype=object)


def building_table(shapes: Shapes) -> pd.DataFrame:
    """Buildings: where, how large, how high, what for."""
    rows = _building_rows(shapes)
    facts = [shapes.things[i].building or ("", np.nan, False) for i in rows]
    centre = shapely.centroid(shapes.geometry[rows])
    return pd.DataFrame(
        {
            "lon": np.asarray(shapely.get_x(centre), dtype=np.float64),
            "lat": np.asarray(shapely.get_y(centre), dtype=np.float64),
            "area_m2": shapes.area_m2[rows],
            "levels": np.asarray([levels for _, levels, _ in facts], dtype=np.float64),
            "building": pd.array([kind for kind, _, _ in facts], dtype="str"),
            "other_use": np.asarray([other for _, _, other in facts], dtype=np.bool_),
        }
    )


def area_table(shapes: Shapes) -> gpd.GeoDataFrame:
    """Ground by kind; a row for each kind a thing has."""
    areal = np.isin(shapely.get_type_id(shapes.geometry), (3, 6))
    rows = [(i, kind) for i, thing in enumerate(shapes.things) if areal[i] for kind in thing.kinds]
    things = [shapes.things[i] for i, _ in rows]
    return _frame(
        {
            "osm_id": [f"{thing.osm_type}{thing.osm_id}" for thing in things],
            "kind": [kind for _, kind in rows],
            "name": [thing.name for thing in things],
            "protect_class": [thing.protect_class for thing in things],
        },
        shapes.geometry[[i for i, _ in rows]],
    )


def line_table(out: Gathered, shapes: WayLines) -> gpd.GeoDataFrame:
    """Rivers, railways, coastlines by ascending way id."""
    rows = sorted(out.line_rows, key=lambda pair: (int(shapes.way_id[pair[0]]), pair[0]))
    lines = shapes.lines([row for row, _ in rows]) if rows else np.empty(0, dtype=object)
    return _frame({"kind": [kind for _, kind in rows]}, lines)


def _columns(rows: Sequence[tuple[str, ...]], width: int) -> list[tuple[str, ...]]:
    return list(zip(*rows, strict=True)) if rows else [()] * width


def _frame(columns: Mapping[str, Any], geometry: Any) -> gpd.GeoDataFrame:
    data = {
        key: column if isinstance(column, np.ndarray) else pd.array(list(column), dtype="str")
        for key, column in columns.items()
    }
    return gpd.GeoDataFrame(data, geometry=gpd.GeoSeries(geometry, crs=WGS84), crs=WGS84)
