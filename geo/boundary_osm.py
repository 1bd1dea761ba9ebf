"""Townships out of an OSM extract: its administrative units, else cells around its settlements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.admin_level import (
    TILING_SHARE,
    areas_m2,
    choose_level,
    levels_told,
    road_hull,
    units_inside,
)
from geo.crs import WGS84, in_china, metric_crs
from geo.errors import BoundaryError
from geo.extract import AdminArea, Extract
from geo.findings import Finding, Value
from geo.progress import Progress, silent
from geo.region import Region, build_region
from geo.settlements import settlement_cells, settlements

__all__ = ["region_from_osm", "surroundings"]

_CHINA_COUNTY = 6
_CHINA_TOWNSHIP = 8
_FINEST = 10
_OWN_FILE = "Give township outlines with --boundaries FILE --name-field FIELD"
# Units that hold less of the roads are scraps of a clipped extract, not its townships.
_LITTLE_SHARE = 0.25


def region_from_osm(
    extract: Extract, *, admin_level: int | None = None, progress: Progress = silent
) -> tuple[Region, list[Finding]]:
    """Form the region from an extract's administrative units, else around its place nodes.

    Parameters
    ----------
    extract
        As read.
    admin_level
        Level of the townships; chosen from the data if None (`choose_level`, among the levels
        whose complete units hold a quarter of the roads). Where no level will do, each
        settlement node gets the ground nearest to it (Voronoi) inside the outlines of the
        county, else among the roads, and the region is marked approximate.
    progress
        Told ``"assemble boundaries"``.

    Raises
    ------
    BoundaryError
        Nothing complete at the level asked for; or no level, nor place nodes, to go by.
    """
    progress("assemble boundaries", 0.0)
    units = units_inside(extract)
    share = {level: _roads_share(extract, areas) for level, areas in units.items()}
    chinese = _is_chinese(extract)
    little: list[Finding] = []
    if admin_level is None:
        for level in sorted(k for k in units if share[k] < _LITTLE_SHARE):
            told: dict[str, Value] = {"level": level, "units": len(units[level])}
            told["roads_share"] = share[level]
            little.append(Finding(kind="admin-covers-little", values=told))
            little += _left_out(extract.admin, units.pop(level), level)
    if admin_level is not None:
        whole = [a for a in extract.admin if a.level == admin_level and a.geometry is not None]
        if not whole:
            raise BoundaryError(
                f"no complete administrative boundary at admin_level {admin_level}"
                f" (there are {levels_told(extract.admin)})",
                where=str(extract.path),
                remedy="Choose one of those levels, or give outlines with --boundaries FILE",
            )
        units.setdefault(admin_level, whole)
        chosen: int | None = admin_level
        why = "asked"
    else:
        chosen, why = choose_level({k: areas_m2(v) for k, v in units.items()}, chinese=chinese)
    seats = settlements(extract.places, chinese=chinese)
    if chosen is None and (single := _single(units, seats, chinese=chinese)):
        chosen, why = single, "single-unit"
    progress("assemble boundaries", 0.2)
    if chosen is None:
        region, found = _around_places(extract, units, seats, chinese=chinese)
        found = [*little, *found]
    else:
        region, found = _of_units(extract, units[chosen], chosen)
        values: dict[str, Value] = {
            "level": chosen,
            "units": len(units[chosen]),
            "why": why,
            "area_km2": round(float(region.townships["area_m2"].sum()) / 1e6, 1),
            "roads_share": _roads_share(extract, units[chosen]),
        }
        reason = Finding(kind="admin-level-chosen", values=values)
        found = [reason, *_left_out(extract.admin, units[chosen], chosen), *found]
    progress("assemble boundaries", 1.0)
    return region, found


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
    around: list[list[AdminArea]] = [[] for _ in points]
    for area in admin:
        if area.geometry is not None and area.level < below:
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
    shapes = [unit.geometry for unit in units if unit.geometry is not None]
    inside = [shape.representative_point() for shape in shapes]
    around = surroundings(inside, extract.admin, below=level)
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
    name, source = _name(around, extract.path), f"OSM admin_level={level}"
    region, more = build_region(frame, name=name, source=source, approximate=False)
    return region, [*found, *more]


def _single(
    units: Mapping[int, Sequence[AdminArea]], seats: gpd.GeoDataFrame, *, chinese: bool
) -> int | None:
    """The finest level of one unit that is the whole place, where settlements divide it no more."""
    coarsest = _CHINA_COUNTY + 1 if chinese else 0
    total = {level: sum(areas_m2(areas)) for level, areas in units.items()}
    whole = TILING_SHARE * max(total.values(), default=0.0)
    single = [k for k, areas in units.items() if len(areas) == 1 and total[k] >= whole]
    level = max((k for k in single if coarsest <= k <= _FINEST), default=None)
    if level is None:
        return None
    inside = shapely.intersects(units[level][0].geometry, seats.geometry.to_numpy())
    return level if np.count_nonzero(inside) <= 1 else None


def _around_places(
    extract: Extract,
    units: Mapping[int, Sequence[AdminArea]],
    seats: gpd.GeoDataFrame,
    *,
    chinese: bool,
) -> tuple[Region, list[Finding]]:
    """Cells around settlements, inside the outlines of the finest level that covers the most."""
    finest = _CHINA_TOWNSHIP - 1 if chinese else _FINEST
    total = {k: sum(areas_m2(v)) for k, v in units.items() if k <= finest}
    best = max(total.values(), default=0.0)
    level = max((k for k in total if total[k] >= TILING_SHARE * best), default=None)
    grounds = [unit.geometry for unit in units[level]] if level else [road_hull(extract)]
    rows: list[int] = []
    shapes: list[BaseGeometry] = []
    spots = seats.geometry.to_numpy()
    for ground in grounds:
        if ground is None:
            continue
        inside = np.setdiff1d(np.flatnonzero(shapely.intersects(ground, spots)), rows)
        if len(inside):
            if ground.bounds[2] - ground.bounds[0] > 180.0:
                raise BoundaryError(
                    "reaches across the 180th meridian, where no cells are drawn",
                    where=str(extract.path),
                    remedy=_OWN_FILE,
                )
            crs = metric_crs(ground.centroid.x, ground.centroid.y)
            metric = gpd.GeoSeries([ground, *spots[inside]], crs=WGS84).to_crs(crs).to_numpy()
            cells = settlement_cells(metric[1:], metric[0])
            rows += inside.tolist()
            shapes += gpd.GeoSeries(cells, crs=crs).to_crs(WGS84).tolist()
    kept = [i for i, shape in enumerate(shapes) if not shape.is_empty]
    if not kept:
        raise BoundaryError(
            "has no administrative boundaries to take for townships"
            f" ({levels_told(extract.admin)}) and no place nodes to draw cells around",
            where=str(extract.path),
            remedy=_OWN_FILE,
        )
    chosen = seats.iloc[[rows[i] for i in kept]]
    below = (level or _FINEST) + 1
    around = surroundings(list(chosen.geometry), extract.admin, below=below)
    frame = gpd.GeoDataFrame(
        {
            "code": chosen["osm_id"].tolist(),
            "name": [n or c for n, c in zip(chosen["name"], chosen["osm_id"], strict=True)],
            "name_en": "",
            **_county(around, extract.admin, below),
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
    kinds = ", ".join(f"{kind} {n}" for kind, n in sorted(Counter(chosen["place"]).items()))
    values: dict[str, Value] = {
        "places": len(kept),
        "kinds": kinds,
        "within": f"admin_level {level}" if level else "roads",
    }
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
            # In China a county is level 6; elsewhere nobody knows what is missing in between.
            sure = county.level == _CHINA_COUNTY and _in_china(county)
            county = county if sure else None
        names.append(county.name if county else "")
        codes.append((county.code or f"{county.osm_type}{county.osm_id}") if county else "")
        told = [text for a in areas for text in (a.name, a.name_en, a.code) if text]
        ancestors.append(";".join(dict.fromkeys(text.replace(";", ",") for text in told)))
    return {"county": names, "county_code": codes, "ancestors": ancestors}


def _in_china(area: AdminArea) -> bool:
    assert area.geometry is not None
    centre = area.geometry.centroid
    return in_china(centre.x, centre.y)


def _name(around: Sequence[Sequence[AdminArea]], path: Path) -> str:
    """Name of the finest unit around all townships, else the file's."""
    common = [
        area
        for area in (around[0] if around else ())
        if area.name and all(area in areas for areas in around[1:])
    ]
    return common[-1].name if common else path.name.split(".")[0]


def _is_chinese(extract: Extract) -> bool:
    west, south, east, north = extract.bounds
    return bool(np.isfinite(west)) and in_china((west + east) / 2, (south + north) / 2)


def _roads_share(extract: Extract, units: Sequence[AdminArea]) -> float:
    """Share of the roads (by some of their vertices) that lie in some units; 1 if none."""
    step = max(1, len(extract.roads.lon) // 20_000)
    lon, lat = extract.roads.lon[::step], extract.roads.lat[::step]
    if extract.place is not None:  # roads around it say nothing about its units
        shapely.prepare(extract.place)
        mine = shapely.intersects_xy(extract.place, lon, lat)
        lon, lat = lon[mine], lat[mine]
    if not len(lon):
        return 1.0
    inside = np.zeros(len(lon), dtype=np.bool_)
    for unit in units:
        shapely.prepare(unit.geometry)
        inside |= shapely.intersects_xy(unit.geometry, lon, lat)
    return round(float(inside.mean()), 3)


def _left_out(admin: Sequence[AdminArea], units: Sequence[AdminArea], level: int) -> list[Finding]:
    """Units of the level that are not in the region: incomplete, or beyond the roads."""
    found = []
    beyond = [a for a in admin if a.level == level and a.geometry is not None and a not in units]
    broken = [a for a in admin if a.level == level and a.geometry is None]
    for kind, areas in (("admin-incomplete", broken), ("admin-beyond-roads", beyond)):
        if areas:
            names = ", ".join(a.name or f"{a.osm_type}{a.osm_id}" for a in areas)
            values: dict[str, Value] = {"level": level, "units": len(areas), "names": names}
            found.append(Finding(kind=kind, values=values))
    return found
