"""Where no site may stand: water, nature reserves, and what the user rules out."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.boundary import Region
from geo.crs import WGS84, equal_area_m2
from geo.errors import CandidateError
from geo.findings import Finding
from geo.placing import Placed, placed_of

__all__ = ["exclusion_zones", "water_of", "within_zones"]

#: Classes of the IUCN that keep land for nature (strict reserve to habitat management). Landscapes
#: where people live and work (V, VI) are no reason against a recycling point.
STRICT_CLASSES = frozenset({"1", "1a", "1b", "2", "3", "4"})
LANDSCAPE_CLASSES = frozenset({"5", "6"})
#: A protected area of unknown class that is larger is taken for such a landscape: the Isle of
#: Wight's covers half the county, the mapped reserves in it at most 4 km2.
MAX_UNTOLD_KM2 = 20.0
#: Segments of a quarter circle: buffers are rounded to within a few percent.
_QUAD_SEGS = 4


def exclusion_zones(
    areas: gpd.GeoDataFrame | None,
    region: Region,
    *,
    user_file: Path | Placed | None = None,
    buffer_m: float = 10.0,
) -> tuple[gpd.GeoSeries, list[Finding]]:
    """Collect the areas in which no site may stand.

    Parameters
    ----------
    areas
        Areas of an extract (``kind``, ``name``, geometry and, if known, ``protect_class``).
    region
        Only what touches its surroundings counts.
    user_file
        Polygons of the user's: a file of any kind that ``geo.own_file`` reads, or one placed
        already.
    buffer_m
        Kept free around every area.

    Returns
    -------
    zones, findings
        Disjoint polygons in the region's coordinates, buffers included, in an order given by
        their places.

    Raises
    ------
    CandidateError
        If the user's file cannot be used.
    """
    findings: list[Finding] = []
    shapes: list[NDArray[np.object_]] = []
    if areas is not None:
        shapes.append(_near(areas, areas["kind"] == "water", region, buffer_m))
        strict, spared = _protected(areas, region)
        shapes.append(_near(areas, strict, region, buffer_m))
        findings += spared
    if user_file is not None:
        placed = placed_of(user_file, wanted="outlines", error=CandidateError)
        own = placed.frame
        near = _near(own, np.ones(len(own), bool), region, buffer_m)
        shapes.append(near)
        findings += placed.findings
        if not len(near):
            values: dict[str, str | int | float] = {"areas": len(own)}
            where = placed.own.file
            findings.append(Finding(kind="exclusions-outside", where=where, values=values))
    joined = np.concatenate([np.empty(0, object), *shapes])
    grown = shapely.buffer(joined, buffer_m, quad_segs=_QUAD_SEGS) if buffer_m else joined
    parts = shapely.get_parts(shapely.union_all(grown))
    bounds = shapely.bounds(parts).reshape(-1, 4)
    zones = gpd.GeoSeries(parts[np.lexsort(bounds.T)], crs=region.crs)
    if len(zones):
        km2 = round(float(zones.area.sum()) / 1e6, 2)
        values = {"areas": len(joined), "km2": km2, "buffer_m": buffer_m}
        findings.append(Finding(kind="exclusions", values=values))
    return zones, findings


def within_zones(zones: gpd.GeoSeries, xy: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Whether points (float64[n, 2]) lie in a zone or on its edge."""
    inside = np.zeros(len(xy), bool)
    if len(zones) and len(xy):
        shapes = zones.to_numpy()
        shapely.prepare(shapes)
        tree = shapely.STRtree(np.asarray(shapely.points(xy), dtype=object))
        inside[tree.query(shapes, predicate="intersects")[1]] = True
    return inside


def water_of(areas: gpd.GeoDataFrame, region: Region) -> shapely.Geometry:
    """Water in and around a region as one geometry in its coordinates."""
    return shapely.union_all(_near(areas, areas["kind"] == "water", region, 0.0))


def _near(
    areas: gpd.GeoDataFrame, wanted: Iterable[bool], region: Region, margin_m: float
) -> NDArray[np.object_]:
    """Valid polygons of some rows that come near the region, in its coordinates."""
    rows = np.asarray(wanted, bool) & _touching(areas, region, margin_m)
    return np.asarray(shapely.make_valid(areas.geometry[rows].to_crs(region.crs).to_numpy()))


def _touching(areas: gpd.GeoDataFrame, region: Region, margin_m: float = 0.0) -> NDArray[np.bool_]:
    """Rows near the region; told in degrees, for what is far away has no metric coordinates."""
    frame = shapely.box(*region.territories.total_bounds).buffer(margin_m + 1.0)
    degrees = shapely.box(*gpd.GeoSeries([frame], crs=region.crs).to_crs(WGS84).total_bounds)
    return np.asarray(shapely.intersects(areas.geometry.to_numpy(), degrees), bool)


def _protected(
    areas: gpd.GeoDataFrame, region: Region
) -> tuple[NDArray[np.bool_], Iterable[Finding]]:
    """Rows of protected areas that keep sites out, and findings about those that do not."""
    protected = (areas["kind"] == "protected").to_numpy(bool)
    told = np.full(len(areas), "", dtype=object)
    if "protect_class" in areas:
        told = areas["protect_class"].fillna("").astype(str).str.casefold().to_numpy(object)
    km2 = np.zeros(len(areas))
    km2[protected] = equal_area_m2(areas.geometry.to_numpy()[protected]) / 1e6
    landscape = np.isin(told, list(LANDSCAPE_CLASSES))
    landscape |= ~np.isin(told, list(STRICT_CLASSES)) & (km2 > MAX_UNTOLD_KM2)
    kept_open = protected & landscape & _touching(areas, region)
    findings = [
        Finding(
            kind="protected-area-not-excluded",
            where=str(name or osm_id),
            values={"osm_id": str(osm_id), "km2": round(float(size), 1)},
        )
        for name, osm_id, size in zip(
            areas["name"][kept_open], areas["osm_id"][kept_open], km2[kept_open], strict=True
        )
    ]
    return protected & ~landscape, findings
