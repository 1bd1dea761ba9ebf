"""Lines and areas to draw a region on, so that no map needs the internet: never computed with."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.boundary import Region
from geo.crs import WGS84
from geo.extract import Extract, Roads

__all__ = ["basemap_of"]

ROAD_CLASSES = {
    "motorway": ("motorway", "motorway_link"),
    "trunk": ("trunk", "trunk_link"),
    "primary": ("primary", "primary_link"),
    "secondary": ("secondary", "secondary_link"),
    "tertiary": ("tertiary", "tertiary_link"),
    "residential": ("residential", "unclassified", "living_street", "road", "pedestrian"),
    "service": ("service",),
    "path": ("track", "path", "footway", "cycleway", "bridleway", "steps"),
}
AREAS = ("water", "wood", "green", "residential", "industrial", "commercial", "farmland", "sand")
MARGIN_M = 1000.0
"""A map shows a little of what lies around the region, so that roads do not end in mid-air."""
TOLERANCE_M = 2.0
GRID_M = 0.1


def basemap_of(extract: Extract | None, region: Region) -> gpd.GeoDataFrame:
    """Collect what is worth drawing in and around a region.

    Returns
    -------
    GeoDataFrame
        ``kind`` (road class, area or waterway kind) and ``geometry`` in the region's CRS, one row
        a kind and geometry type, simplified to 2 m; empty without an extract.
    """
    empty = gpd.GeoDataFrame({"kind": pd.Series(dtype=str)}, geometry=[], crs=region.crs)
    if extract is None:
        return empty
    frame = pd.concat(
        [
            _roads(extract.roads),
            extract.areas.loc[extract.areas["kind"].isin(AREAS), ["kind", "geometry"]],
            extract.lines[["kind", "geometry"]],
        ],
        ignore_index=True,
    )
    if frame.empty:
        return empty
    shapes = gpd.GeoSeries(frame["geometry"].to_numpy(), crs=WGS84).to_crs(region.crs).to_numpy()
    west, south, east, north = region.townships.total_bounds
    frame_box = shapely.box(west, south, east, north).buffer(MARGIN_M, join_style="mitre")
    near = shapely.intersects(shapes, shapely.box(*frame_box.bounds))
    kinds, shapes = frame["kind"].to_numpy(object)[near], shapes[near]
    shapes = _clipped(shapely.simplify(shapes, TOLERANCE_M), frame_box.bounds)
    rows = []
    for kind in sorted(set(kinds.tolist())):
        for dimension, collect in ((1, shapely.multilinestrings), (2, shapely.multipolygons)):
            parts = shapely.get_parts(shapes[kinds == kind])
            parts = parts[(shapely.get_dimensions(parts) == dimension) & ~shapely.is_empty(parts)]
            if len(parts):
                rows.append((kind, collect(parts)))
    return gpd.GeoDataFrame(rows, columns=["kind", "geometry"], geometry="geometry", crs=region.crs)


def _clipped(
    shapes: np.ndarray[tuple[int], np.dtype[np.object_]],
    bounds: tuple[float, float, float, float],
) -> np.ndarray[tuple[int], np.dtype[np.object_]]:
    cut = shapely.clip_by_rect(shapely.make_valid(shapes), *bounds)
    # Rounding the coordinates makes the file half as large; a crossing of 0.1 m draws the same.
    return shapely.transform(cut, lambda xy: np.round(xy / GRID_M) * GRID_M)


def _roads(roads: Roads) -> gpd.GeoDataFrame:
    class_of = {tag: name for name, tags in ROAD_CLASSES.items() for tag in tags}
    kinds = roads.tags["highway"].map(class_of)
    lengths = np.diff(roads.offsets)
    drawn = kinds.notna().to_numpy() & (lengths >= 2)
    keep = np.repeat(drawn, lengths)
    lines = shapely.linestrings(
        np.column_stack([roads.lon, roads.lat])[keep],
        indices=np.repeat(np.arange(int(drawn.sum())), lengths[drawn]),
    )
    return gpd.GeoDataFrame(
        {"kind": kinds[drawn].to_numpy(object)}, geometry=np.asarray(lines, object), crs=WGS84
    )
