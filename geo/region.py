"""The planning region: townships, and which of them a point lies in."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pyproj
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84, equal_area_m2, in_china, metric_crs
from geo.errors import BoundaryError
from geo.findings import Finding, Value
from geo.osm_areas import polygonal
from geo.territory import overlaps, partition, wasted

__all__ = ["Region", "build_region", "outline"]

# Longer edges are broken up before projecting, so that borders straight in one drawing and bent
# at a corner in the neighbour's stay within centimetres of each other.
_LONGEST_EDGE_DEG = 0.01
# Smaller overlaps and gaps are measured but not worth a sentence.
_WORTH_TELLING_M2 = 1000.0
# How far an area in the metric system may be off: UTM and Gauss-Kruger reach it some 900 km from
# the middle meridian, where distances are off by half as much.
_MOST_DISTORTION = 0.02
_TEXTS = ("code", "name", "name_en", "county_code", "county", "ancestors")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Region:
    """Townships of a planning region.

    Parameters
    ----------
    name
        What the whole is called.
    crs
        Metric system of every coordinate.
    source
        Where the outlines come from.
    approximate
        They are cells around place nodes, not outlines anybody drew.
    townships
        Sorted by code, RangeIndex: ``code`` (unique), ``name, name_en, county_code, county,
        ancestors`` (names and codes of all areas around it, ``";"`` between), ``area_m2``,
        ``overlap_m2, gap_m2, mended`` and the outline as given.
    territories
        Disjoint partition in the same order, used for assignment.
    """

    name: str
    crs: pyproj.CRS
    source: str
    approximate: bool
    townships: gpd.GeoDataFrame
    territories: gpd.GeoSeries

    def assign(self, x: npt.ArrayLike, y: npt.ArrayLike) -> npt.NDArray[np.int32]:
        """Find the township of each point.

        Parameters
        ----------
        x, y
            float64[n] in `crs`.

        Returns
        -------
        int32[n]: row of the township, the first of them for a point on a border, -1 outside.
        """
        x, y = np.asarray(x, dtype=np.float64), np.asarray(y, dtype=np.float64)
        by_x = np.argsort(x, kind="stable")
        sorted_x = x[by_x]
        found = np.full(len(x), -1, dtype=np.int32)
        territories = self.territories.to_numpy()
        shapely.prepare(territories)
        # Last to first, so that on a border the first township has the last word.
        for i in reversed(range(len(territories))):
            if territories[i].is_empty:
                continue
            west, south, east, north = territories[i].bounds
            start = np.searchsorted(sorted_x, west, side="left")
            rows = by_x[start : np.searchsorted(sorted_x, east, side="right")]
            rows = rows[(y[rows] >= south) & (y[rows] <= north)]
            found[rows[shapely.intersects_xy(territories[i], x[rows], y[rows])]] = i
        return found


def outline(region: Region) -> BaseGeometry:
    """Union of all townships, in ``region.crs``."""
    return shapely.union_all(region.townships.geometry.to_numpy())


def build_region(
    units: gpd.GeoDataFrame, *, name: str, source: str, approximate: bool
) -> tuple[Region, list[Finding]]:
    """Project township outlines, measure how they fit, and cut them into territories.

    Parameters
    ----------
    units
        WGS84 (Multi)Polygons with the text columns ``code`` (unique), ``name, name_en,
        county_code, county, ancestors`` and ``mended``.
    name, source, approximate
        As in `Region`.

    Raises
    ------
    BoundaryError
        A township without area, coordinates no metric system takes, or townships so far apart
        that one metric system draws any of them more than 2 % too large or small.
    """
    units = units.sort_values("code", kind="stable", ignore_index=True)
    crs, findings = _zone(units)
    given = units.geometry.to_numpy()
    whole = [polygonal(geometry) for geometry in given]
    for geometry, unit in zip(whole, units["name"], strict=True):
        if geometry is None:
            raise BoundaryError(f"{unit!r} has no area", where=source, remedy="Redraw its outline")
    mended = units["mended"].to_numpy(dtype=np.bool_) | ~shapely.is_valid(given)
    edged = shapely.segmentize(whole, _LONGEST_EDGE_DEG)
    metric = gpd.GeoSeries(edged, crs=WGS84).to_crs(crs).to_numpy()
    _refuse_wide(metric, edged, units["name"].tolist(), crs, source)
    for i in np.flatnonzero(~shapely.is_valid(metric)):
        metric[i] = polygonal(metric[i])
    shared = overlaps(metric)
    overlap_m2, gap_m2 = wasted(metric, shared)
    townships = gpd.GeoDataFrame(
        {
            **{column: units[column].astype("str") for column in _TEXTS},
            "area_m2": shapely.area(metric),
            "overlap_m2": overlap_m2,
            "gap_m2": gap_m2,
            "mended": mended,
        },
        geometry=metric,
        crs=crs,
    )
    territories = gpd.GeoSeries(partition(metric, shared), crs=crs)
    region = Region(
        name=name,
        crs=crs,
        source=source,
        approximate=approximate,
        townships=townships,
        territories=territories,
    )
    partners: dict[int, set[int]] = {}
    for overlap in shared:
        if overlap.geometry.area > _WORTH_TELLING_M2:
            partners.setdefault(overlap.first, set()).add(overlap.second)
            partners.setdefault(overlap.second, set()).add(overlap.first)
    return region, [*findings, *_fit(townships, territories, partners)]


def _zone(units: gpd.GeoDataFrame) -> tuple[pyproj.CRS, list[Finding]]:
    """Metric system for the middle of the units."""
    west, south, east, north = units.total_bounds
    if not np.isfinite([west, south, east, north]).all():
        return metric_crs(0.0, 0.0), []
    # Part by part: the middle of a township with parts on both sides of the 180th meridian is on
    # the other side of the globe.
    parts = shapely.get_parts(units.geometry.to_numpy())
    parts = parts[~shapely.is_empty(parts)]
    centre = shapely.get_coordinates(shapely.centroid(parts))
    if east - west > 180.0:  # the region crosses the 180th meridian
        centre[:, 0] %= 360.0
    weights = np.maximum(equal_area_m2(parts), 1e-9)
    lon, lat = np.average(centre, axis=0, weights=weights)
    lon = (lon + 180.0) % 360.0 - 180.0
    crs = metric_crs(lon, lat)
    zones = sorted({round(west / 3), round(lon / 3), round(east / 3)})
    if in_china(lon, lat) and len(zones) > 1:
        values: dict[str, Value] = {
            "zones": ", ".join(str(zone) for zone in range(zones[0], zones[-1] + 1)),
            "zone": round(lon / 3),
            "meridian": 3 * round(lon / 3),
            "crs": crs.to_string(),
        }
        return crs, [Finding(kind="crs-zone-straddle", values=values)]
    return crs, []


def _refuse_wide(
    metric: npt.NDArray[np.object_],
    edged: npt.NDArray[np.object_],
    names: list[str],
    crs: pyproj.CRS,
    source: str,
) -> None:
    """Refuse townships that the metric system shows much larger or smaller than they are."""
    parts, which = shapely.get_parts(edged, return_index=True)
    spans = shapely.bounds(parts)
    around = np.flatnonzero(spans[:, 2] - spans[:, 0] > 180.0)
    if len(around):
        raise BoundaryError(
            f"{names[which[around[0]]]!r:.60} goes round the globe",
            where=source,
            remedy="Cut its outline at the 180th meridian (RFC 7946, section 3.1.9)",
        )
    true_m2 = equal_area_m2(edged)
    if not np.isfinite(true_m2).all():
        raise BoundaryError(
            f"has coordinates that {crs.name} cannot show",
            where=source,
            remedy="Check the coordinate system of the file",
        )
    factor = shapely.area(metric) / true_m2
    off = np.where(np.isfinite(factor), np.abs(factor - 1.0), np.inf)
    worst = int(off.argmax())
    if off[worst] <= _MOST_DISTORTION:
        return
    drawn = f"{factor[worst]:.3g} times as large" if np.isfinite(off[worst]) else "nowhere"
    raise BoundaryError(
        f"is too wide for one metric coordinate system: {crs.name} shows {names[worst]!r:.60}"
        f" {drawn}",
        where=source,
        remedy="Check that its coordinates are right, or import places more than a thousand"
        " kilometres apart one by one",
    )


def _fit(
    townships: gpd.GeoDataFrame, territories: gpd.GeoSeries, partners: dict[int, set[int]]
) -> list[Finding]:
    """What to say of overlaps, gaps and mended outlines."""
    found = []
    names = townships["name"].tolist()
    for i, row in enumerate(townships.drop(columns="geometry").itertuples(index=False)):
        values: dict[str, Value] = {"name": row.name}
        if row.overlap_m2 > _WORTH_TELLING_M2:
            others = ", ".join(names[j] for j in sorted(partners.get(i, ())))
            share = round(min(1.0, row.overlap_m2 / row.area_m2), 4)
            told = {"area_m2": round(row.overlap_m2), "share": share, "others": others}
            found.append(Finding(kind="boundary-overlap", where=row.code, values=values | told))
        if row.gap_m2 > _WORTH_TELLING_M2:
            told = {"area_m2": round(row.gap_m2)}
            found.append(Finding(kind="boundary-gap", where=row.code, values=values | told))
        if territories.iloc[i].is_empty:
            found.append(Finding(kind="boundary-no-territory", where=row.code, values=values))
        if row.mended:
            found.append(Finding(kind="boundary-mended", where=row.code, values=values))
    return sorted(found, key=lambda finding: finding.kind)
