"""What is known to be where it is: borders, shores, roads and names to hold a file against."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.crs import WGS84, metric_crs
from geo.extract import Extract
from geo.reading import converter
from geo.region import Region

__all__ = ["Landmarks", "landmarks_of", "landmarks_of_extract"]

Floats = NDArray[np.float64]

#: What lies no farther outside the region is still of it: sketches run over borders.
MARGIN_M = 2_000.0
ROADS = ("motorway", "trunk", "primary", "secondary", "tertiary", "residential", "service", "path")
SHORES = ("water",)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Landmarks:
    """Places in a metric coordinate system that a file of the user's should fit.

    Parameters
    ----------
    crs
        Metric system of all of them.
    area
        The region with a margin.
    borders
        Segments of township and administrative borders and of shores.
    roads
        Segments of roads; none where no extract is.
    names, shapes
        Townships and their outlines.
    """

    crs: pyproj.CRS
    area: shapely.Geometry
    borders: shapely.STRtree
    roads: shapely.STRtree
    names: tuple[str, ...]
    shapes: NDArray[np.object_]

    def metres(self, lon: Floats, lat: Floats) -> Floats:
        """Project degrees to float64[n, 2]; NaN where there is no place."""
        x, y = converter(WGS84, self.crs).transform(lon, lat)
        xy = np.column_stack([x, y])
        xy[~np.isfinite(xy).all(axis=1)] = np.nan
        return xy

    def inside(self, xy: Floats) -> NDArray[np.bool_]:
        """Whether points are in the region or its margin."""
        return np.asarray(shapely.contains_xy(self.area, xy[:, 0], xy[:, 1]), bool)


def landmarks_of(region: Region, basemap: gpd.GeoDataFrame | None = None) -> Landmarks:
    """Take the landmarks of a region, roads and shores from its basemap."""
    shapes = region.townships.geometry.to_numpy()
    if basemap is None:
        basemap = gpd.GeoDataFrame({"kind": []}, geometry=[], crs=region.crs)
    kinds = basemap["kind"].astype(str)
    shores = shapely.boundary(basemap.geometry[kinds.isin(SHORES)].to_numpy())
    return Landmarks(
        crs=region.crs,
        area=_grown(region.territories.to_numpy()),
        borders=_segments([*shapely.boundary(shapes), *shores]),
        roads=_segments(basemap.geometry[kinds.isin(ROADS)].to_numpy()),
        names=tuple(region.townships["name"].astype(str)),
        shapes=shapes,
    )


def landmarks_of_extract(extract: Extract | None) -> Landmarks | None:
    """Take what an extract knows before its townships are known; None where it has no roads."""
    if extract is None or not np.isfinite(extract.bounds).all() or not len(extract.roads.lon):
        return None
    west, south, east, north = extract.bounds
    crs = metric_crs((west + east) / 2, (south + north) / 2)
    known = [area for area in extract.admin if area.geometry is not None]
    outlines = gpd.GeoSeries([area.geometry for area in known], crs=WGS84).to_crs(crs).to_numpy()
    x, y = pyproj.Transformer.from_crs(WGS84, crs, always_xy=True).transform(
        extract.roads.lon, extract.roads.lat
    )
    way = np.repeat(np.arange(len(extract.roads.way_id)), np.diff(extract.roads.offsets))
    around = shapely.convex_hull(shapely.multipoints(np.column_stack([x, y])))
    return Landmarks(
        crs=crs,
        area=_grown(np.array([around, *outlines], dtype=object)),
        borders=_segments(shapely.boundary(outlines)),
        roads=shapely.STRtree(_pieces(np.column_stack([x, y]), way)),
        names=tuple(area.name for area in known),
        shapes=outlines,
    )


def _grown(shapes: NDArray[np.object_]) -> shapely.Geometry:
    # Simplified first: a margin of kilometres needs no metres, and buffers are slow.
    whole = shapely.union_all(shapely.make_valid(shapely.simplify(shapes, 50.0)))
    grown = shapely.buffer(whole, MARGIN_M, quad_segs=2)
    shapely.prepare(grown)
    return grown


def _segments(shapes: Iterable[shapely.Geometry]) -> shapely.STRtree:
    """Straight pieces of lines (and of rings), as a tree to ask for the nearest."""
    lines = shapely.get_parts(np.array([*shapes], dtype=object))
    xy, line = shapely.get_coordinates(lines, return_index=True)
    return shapely.STRtree(_pieces(xy, line))


def _pieces(xy: Floats, line: NDArray[np.int64]) -> NDArray[np.object_]:
    """Segments between neighbouring vertices of the same line."""
    joined = np.flatnonzero(line[1:] == line[:-1]) if len(line) else np.empty(0, np.int64)
    ends = np.stack([xy[joined], xy[joined + 1]], axis=1) if len(joined) else np.empty((0, 2, 2))
    return np.asarray(shapely.linestrings(ends), dtype=object)
