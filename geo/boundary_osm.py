"""Townships out of an OSM extract: which administrative level they are, and who is around them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84, equal_area_m2, in_china, metric_crs
from geo.errors import BoundaryError
from geo.extract import AdminArea, Extract
from geo.findings import Finding
from geo.progress import Progress, silent
from geo.region import Region, build_region
from geo.settlements import settlement_cells, settlements

__all__ = ["choose_level", "region_from_osm", "surroundings"]

_FINEST = 10
# The township level, then its neighbours; never the counties (6) nor the villages (10).
_CHINA_LEVELS = (8, 7, 9)
_CHINA_SHARE = 0.5
_TILING_SHARE = 0.9
# A complete unit belongs to the extract if this much of it lies among the extract's roads.
_INSIDE_SHARE = 0.5
_HULL_BUFFER_M = 1000.0
_OWN_FILE = "Give township outlines with --boundaries FILE --name-field FIELD"


def region_from_osm(
    extract: Extract, *, admin_level: int | None = None, progress: Progress = silent
) -> tuple[Region, list[Finding]]:
    """Form the region from an extract's administrative units, else around its place nodes.

    Parameters
    ----------
    extract
        As read.
    admin_level
        Level of the townships; chosen from the data if None.
    progress
        Told ``"assemble boundaries"``.

    Raises
    ------
    BoundaryError
        Nothing complete at the level asked for; or no level, nor place nodes, to go by.
    """
    progress("assemble boundaries", 0.0)
    units = _inside(extract)
    chinese = _is_chinese(extract)
    if admin_level is not None:
        level: int | None = admin_level
        if not units.get(admin_level):
            units[admin_level] = [
                a for a in extract.admin if a.level == admin_level and a.geometry is not None
            ]
        if not units[admin_level]:
            raise BoundaryError(
                f"no complete administrative boundary at admin_level {admin_level}"
                f" (there are {_levels(extract.admin)})",
                where=str(extract.path),
                remedy="Choose one of those levels, or give outlines with --boundaries FILE",
            )
        why = "asked"
    else:
        level, why = choose_level({k: _area_m2(v) for k, v in units.items()}, chinese=chinese)
    found = [_incomplete(extract.admin, level)] if level is not None else []
    if level is None:
        region, more = _around_places(extract, units, chinese=chinese)
    else:
        region, more = _of_units(extract, units[level], level)
        values: dict[str, str | int | float] = {
            "level": level,
            "units": len(units[level]),
            "why": why,
            "area_km2": round(float(region.townships["area_m2"].sum()) / 1e6, 1),
        }
        found.append(Finding(kind="admin-level-chosen", values=values))
    progress("assemble boundaries", 1.0)
    return region, [*(f for f in found if f), *more]


def choose_level(areas_m2: dict[int, Sequence[float]], *, chinese: bool) -> tuple[int | None, str]:
    """Choose the administrative level whose units serve as townships.

    Parameters
    ----------
    areas_m2
        Level -> areas of its complete units inside the extract.
    chinese
        In China the township level 8 (else 7, else 9) is taken where it covers half of what the
        best level does.

    Returns
    -------
    The level, or None where no level will do, and why: ``"township-level"`` (China),
    ``"finest-tiling"`` (the finest level with at least two units that covers nine tenths of what
    any such level does) or ``"none"``.
    """
    total = {level: sum(areas) for level, areas in areas_m2.items() if level <= _FINEST and areas}
    if chinese:
        for level in _CHINA_LEVELS:
            own = total.get(level, 0.0)
            if own > 0.0 and own >= _CHINA_SHARE * max(total.values()):
                return level, "township-level"
        return None, "none"
    several = {level: total[level] for level in total if len(areas_m2[level]) >= 2}
    if not several:
        return None, "none"
    best = max(several.values())
    return max(k for k, area in several.items() if area >= _TILING_SHARE * best), "finest-tiling"


def surroundings(
    points: Sequence[BaseGeometry], admin: Sequence[AdminArea], *, below: int
) -> list[list[AdminArea]]:
    """Find the complete units around each point, coarse to fine.

    Parameters
    ----------
    points
        WGS84 Points.
    admin
        Units of every level.
    below
        Only levels coarser than this count.
    """
    complete = [a for a in admin if a.geometry is not None and a.level < below]
    around: list[list[AdminArea]] = [[] for _ in points]
    for area in complete:
        shapely.prepare(area.geometry)
        for i in np.flatnonzero(shapely.intersects(area.geometry, np.asarray(points))):
            around[i].append(area)
    return [sorted(areas, key=lambda a: (a.level, a.osm_type, a.osm_id)) for areas in around]


def _of_units(
    extract: Extract, units: Sequence[AdminArea], level: int
) -> tuple[Region, list[Finding]]:
    official = Counter(unit.code for unit in units if unit.code)
    codes = [
        unit.code if official[unit.code] == 1 else f"{unit.osm_type}{unit.osm_id}" for unit in units
    ]
    unnamed = sum(not unit.name for unit in units)
    found = [Finding(kind="boundary-unnamed", values={"units": unnamed})] if unnamed else []
    shapes = [unit.geometry for unit in units]
    around = surroundings([s.representative_point() for s in shapes if s], extract.admin,
                          below=level)  # fmt: skip
    frame = gpd.GeoDataFrame(
        {
            "code": codes,
            "name": [unit.name or code for unit, code in zip(units, codes, strict=True)],
            "name_en": [unit.name_en for unit in units],
            **_county(around, extract.admin, level),
            "mended": [unit.mended for unit in units],
        },
        geometry=shapes,
        crs=WGS84,
    )
    region, more = build_region(
        frame,
        name=_name(around, extract.path),
        source=f"OSM admin_level={level}",
        approximate=False,
    )
    return region, [*found, *more]


def _around_places(
    extract: Extract, units: dict[int, list[AdminArea]], *, chinese: bool
) -> tuple[Region, list[Finding]]:
    """Cells around settlements, inside the outlines of the finest level that covers the most."""
    seats = settlements(extract.places, chinese=chinese)
    total = {level: sum(_area_m2(areas)) for level, areas in units.items() if areas}
    best = max(total.values(), default=0.0)
    level = max((k for k in total if total[k] >= _TILING_SHARE * best), default=None)
    grounds: list[BaseGeometry | None] = [u.geometry for u in units[level]] if level else []
    if not grounds:
        grounds = [_hull(extract)]
    rows: list[int] = []
    shapes: list[BaseGeometry] = []
    spots = seats.geometry.to_numpy()
    for ground in grounds:
        if ground is None:
            continue
        inside = np.flatnonzero(shapely.intersects(ground, spots))
        inside = np.setdiff1d(inside, rows)
        if len(inside):
            centre = ground.centroid
            crs = metric_crs(centre.x, centre.y)
            to_metres = gpd.GeoSeries([ground, *spots[inside]], crs=WGS84).to_crs(crs).to_numpy()
            cells = settlement_cells(to_metres[1:], to_metres[0])
            rows += inside.tolist()
            shapes += gpd.GeoSeries(cells, crs=crs).to_crs(WGS84).tolist()
    kept = [i for i, shape in enumerate(shapes) if not shape.is_empty]
    if not kept:
        raise BoundaryError(
            "has no complete administrative boundaries"
            f" ({_levels(extract.admin)}) and no place nodes inside to go by",
            where=str(extract.path),
            remedy=_OWN_FILE,
        )
    chosen = seats.iloc[[rows[i] for i in kept]]
    finest = (level or _FINEST) + 1
    around = surroundings(list(chosen.geometry), extract.admin, below=finest)
    frame = gpd.GeoDataFrame(
        {
            "code": chosen["osm_id"].tolist(),
            "name": [n or c for n, c in zip(chosen["name"], chosen["osm_id"], strict=True)],
            "name_en": "",
            **_county(around, extract.admin, finest),
            "mended": False,
        },
        geometry=[shapes[i] for i in kept],
        crs=WGS84,
    )
    region, found = build_region(
        frame,
        name=_name(around, extract.path),
        source="OSM place nodes (approximate)",
        approximate=True,
    )
    within = "county" if level else "roads"
    values: dict[str, str | int | float] = {"places": len(kept), "within": within}
    return region, [Finding(kind="boundary-approximate", values=values), *found]


def _county(
    around: Sequence[Sequence[AdminArea]], admin: Sequence[AdminArea], level: int
) -> dict[str, list[str]]:
    """The county columns: the finest unit around, unless an incomplete finer one may be nearer."""
    incomplete = {a.level for a in admin if a.geometry is None and a.level < level}
    names, codes, ancestors = [], [], []
    for areas in around:
        county = areas[-1] if areas else None
        if county and any(county.level < finer for finer in incomplete):
            # China's counties are level 6; elsewhere nobody knows what is missing in between.
            sure = county.level == 6 and in_china(*_middle(county))
            county = county if sure else None
        names.append(county.name if county else "")
        codes.append((county.code or f"{county.osm_type}{county.osm_id}") if county else "")
        told = [text for a in areas for text in (a.name, a.name_en, a.code) if text]
        ancestors.append(";".join(dict.fromkeys(text.replace(";", ",") for text in told)))
    return {"county": names, "county_code": codes, "ancestors": ancestors}


def _middle(area: AdminArea) -> tuple[float, float]:
    assert area.geometry is not None
    centre = area.geometry.centroid
    return centre.x, centre.y


def _name(around: Sequence[Sequence[AdminArea]], path: Path) -> str:
    """Name of the finest unit around all townships, else the file's."""
    if around:
        common = [a for a in around[0] if a.name and all(a in areas for areas in around[1:])]
        if common:
            return common[-1].name
    return path.name.split(".")[0]


def _inside(extract: Extract) -> dict[int, list[AdminArea]]:
    """Complete units per level that lie, for the most part, where the extract has roads."""
    hull = _hull(extract)
    units: dict[int, list[AdminArea]] = {}
    for area in extract.admin:
        if area.geometry is None:
            continue
        common = shapely.intersection(area.geometry, hull).area if hull else area.geometry.area
        if common >= _INSIDE_SHARE * area.geometry.area:
            units.setdefault(area.level, []).append(area)
    return units


def _hull(extract: Extract) -> BaseGeometry | None:
    """Convex hull of the roads, a kilometre wider, in degrees; None without roads or places."""
    roads = extract.roads
    points = np.column_stack((roads.lon, roads.lat))
    if not len(points):
        points = shapely.get_coordinates(extract.places.geometry)
    if not len(points):
        return None
    hull = shapely.convex_hull(shapely.MultiPoint(points))
    crs = metric_crs(hull.centroid.x, hull.centroid.y)
    metric = gpd.GeoSeries([hull], crs=WGS84).to_crs(crs).buffer(_HULL_BUFFER_M)
    wide: BaseGeometry = metric.to_crs(WGS84).iloc[0]
    return wide


def _is_chinese(extract: Extract) -> bool:
    west, south, east, north = extract.bounds
    return bool(np.isfinite(west)) and in_china((west + east) / 2, (south + north) / 2)


def _area_m2(areas: Sequence[AdminArea]) -> list[float]:
    return equal_area_m2([area.geometry for area in areas]).tolist() if areas else []


def _incomplete(admin: Sequence[AdminArea], level: int) -> Finding | None:
    """Units of the level that the extract holds only in part."""
    broken = [a for a in admin if a.level == level and a.geometry is None]
    if not broken:
        return None
    names = ", ".join(a.name or f"{a.osm_type}{a.osm_id}" for a in broken)
    return Finding(
        kind="admin-incomplete",
        values={"level": level, "units": len(broken), "names": names},
    )


def _levels(admin: Sequence[AdminArea]) -> str:
    """The levels there are, for an error's one line."""
    every = Counter(a.level for a in admin)
    whole = Counter(a.level for a in admin if a.geometry is not None)
    told = [f"level {k}: {whole[k]} complete of {every[k]}" for k in sorted(every)]
    return ", ".join(told) or "no administrative boundaries at all"
