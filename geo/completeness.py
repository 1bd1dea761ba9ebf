"""How completely each township is mapped, as far as a map can tell it of itself.

Roads are held against the people and the land they serve, twice: against what other townships of
the region with as many people and as much (built-up) land have (a robust log-linear fit; a region
that is bare throughout shows nothing there), and against published ratios, which are floors: most
of what stands in a map, streets in towns, is not counted in them. Buildings are held against the
homes their people must have. Barrington-Leigh and Millard-Ball (2017) found OSM's roads some 83 %
complete in 2016, unevenly so; Herfort et al. (2023) put cities above 80 % and below 20 % of their
buildings apart, the bounds used here too.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from geo.crs import WGS84, in_china
from geo.demand import Demand
from geo.dwellings import on_buildings, on_roads
from geo.extract import Extract
from geo.findings import Finding
from geo.region import Region

__all__ = ["COLUMNS", "GRADES", "completeness_of", "is_unmapped", "lone_spreads"]

GRADES = ("good", "doubtful", "poor")

#: Classes counted as roads by Barrington-Leigh and Millard-Ball (PLoS ONE 12(8), e0180698).
ROADS = dict.fromkeys(
    (
        *("motorway", "motorway_link", "trunk", "trunk_link", "primary", "primary_link"),
        *("secondary", "secondary_link", "tertiary", "tertiary_link", "residential", "road"),
        *("unclassified", "living_street"),
    ),
    1.0,
)
BUILT = ("residential", "industrial", "commercial")

#: Metres of public road a head: 5.44 million km for 1.41 thousand million people in China (Ministry
#: of Transport, statistical communique for 2023); elsewhere the world's 21.6 million km for 7.6
#: thousand million (GRIP, Meijer et al. 2018, Environ. Res. Lett. 13, 064006).
ROAD_PER_PERSON_M_CHINA, ROAD_PER_PERSON_M = 3.86, 2.8
#: What a dense town needs at most, km a km2: the mean density asked of built-up areas in China
#: (State Council, opinions on urban planning and construction, 6 February 2016, item 16).
ROAD_KM_PER_KM2 = 8.0
#: Floor of homes a head in China (population census 2020).
FLOOR_PER_PERSON_M2 = 41.76

#: Shares of the published ratio under which a map is doubtful, and poor (Herfort et al. 2023,
#: Nature Communications 14, 3985, for buildings; for roads half of a floor is poor already).
DOUBTFUL, POOR_ROADS, POOR_BUILDINGS = 0.8, 0.5, 0.2
#: Shares of what is usual in the region: townships differ, so that the bounds are wide.
FIT_DOUBTFUL, FIT_POOR = 0.6, 0.35
#: A fit of three numbers to fewer townships says nothing.
LEAST_TOWNSHIPS = 12
FEW_PEOPLE = 100

OLD_YEARS = 5
_YEAR_S = 365.25 * 86_400

#: ``code``; ``people``; ``area_km2`` of the territory; ``road_km`` of the classes above (each
#: carriageway counts); ``built_km2`` of mapped built-up land; ``buildings``, their ``footprint_m2``
#: and the ``floor_m2`` of homes; ``road_fit``, ``road_ratio``, ``floor_ratio``: shares of what is
#: usual in the region and of the published ratios, NaN where none can be told; ``cut_off``: people
#: on parts of the walking network without any candidate; ``road_newest`` (ISO date, empty if not
#: known) and ``road_old_share`` of its roads unedited for five years before the newest edit of the
#: extract (NaN); the grades ``roads``, ``homes`` and the worse of the two, ``grade``.
COLUMNS = (
    *("code", "people", "area_km2", "road_km", "built_km2", "buildings", "footprint_m2"),
    *("floor_m2", "road_fit", "road_ratio", "floor_ratio", "cut_off", "road_newest"),
    *("road_old_share", "roads", "homes", "grade"),
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def completeness_of(
    extract: Extract,
    region: Region,
    demand: Demand,
    *,
    cut_off: NDArray[np.bool_] | None = None,
    roadless: Sequence[int] = (),
) -> tuple[pd.DataFrame, list[Finding]]:
    """Measure how completely each township is mapped.

    Parameters
    ----------
    extract, region, demand
        The map, the townships and their people.
    cut_off
        bool[n], cells on road parts without any candidate.
    roadless
        Rows of townships in which no roads are mapped (:mod:`geo.roadless`): poor.

    Returns
    -------
    frame, findings
        A row a township, see :data:`COLUMNS`; kinds ``map-poor``, ``map-doubtful``
        (``townships``, ``of``, ``people``, ``names``) and ``map-age`` (``newest``, ``old_share``,
        ``years``, ``objects``).
    """
    size = len(region.townships)
    home = demand.frame["township"].to_numpy(np.int64)
    each = demand.frame["people"].to_numpy(np.int64)
    people = _summed(home, each, size)
    lost = np.zeros(len(each), np.bool_) if cut_off is None else cut_off
    streets = on_roads(extract, region, ROADS)
    homes = on_buildings(extract, region)
    count, footprint = _buildings(extract, region)
    newest, old = _road_ages(extract, region)
    frame = pd.DataFrame(
        {
            "code": region.townships["code"].to_numpy(object),
            "people": people,
            "area_km2": region.territories.area.to_numpy() / 1e6,
            "road_km": _summed(streets.township, streets.amount, size),
            "built_km2": _built_km2(extract, region),
            "buildings": count,
            "footprint_m2": footprint,
            "floor_m2": _summed(homes.township, homes.amount, size),
            "cut_off": _summed(home[lost], each[lost], size),
            "road_newest": newest,
            "road_old_share": old,
        }
    )
    frame["road_fit"] = _against_region(frame)
    frame["road_ratio"] = _against_published(frame, _road_per_person_m(region))
    floor = np.divide(frame["floor_m2"], people, out=np.full(size, np.nan), where=people > 0)
    frame["floor_ratio"] = floor / FLOOR_PER_PERSON_M2
    numbers = frame.select_dtypes("float").columns
    frame[numbers] = frame[numbers].round(4)
    roads = np.maximum(
        _graded(frame["road_ratio"], DOUBTFUL, POOR_ROADS),
        _graded(frame["road_fit"], FIT_DOUBTFUL, FIT_POOR),
    )
    roads[list(roadless)] = 2
    built = _graded(frame["floor_ratio"], DOUBTFUL, POOR_BUILDINGS)
    grades = np.array(GRADES, object)
    frame["roads"], frame["homes"] = grades[roads], grades[built]
    frame["grade"] = grades[np.maximum(roads, built)]
    frame = frame[list(COLUMNS)]
    return frame, _findings(frame, region, extract)


def is_unmapped(frame: pd.DataFrame | None, townships: int) -> NDArray[np.bool_]:
    """Townships whose roads or homes are likely missing on the map, bool[townships]."""
    if frame is None:
        return np.zeros(townships, np.bool_)
    return np.asarray(frame["grade"] == "poor", np.bool_)


def _summed(at: Ints, amount: NDArray[Any], size: int) -> NDArray[Any]:
    total = np.zeros(size, amount.dtype)
    np.add.at(total, at, amount)
    return total


def _buildings(extract: Extract, region: Region) -> tuple[Ints, Floats]:
    """Number and footprint (m2) of all buildings by township."""
    frame, size = extract.buildings, len(region.townships)
    x, y = Transformer.from_crs(4326, region.crs, always_xy=True).transform(
        frame["lon"].to_numpy(float), frame["lat"].to_numpy(float)
    )
    where = np.asarray(region.assign(np.asarray(x, float), np.asarray(y, float)), np.int64)
    inside = where >= 0
    area = np.nan_to_num(frame["area_m2"].to_numpy(float)[inside])
    footprint = np.bincount(where[inside], weights=area, minlength=size)
    count = np.bincount(where[inside], minlength=size)
    return count.astype(np.int64), footprint.astype(np.float64)


def _built_km2(extract: Extract, region: Region) -> Floats:
    """Mapped built-up land by township; what overlaps counts once."""
    areas = extract.areas
    land = shapely.make_valid(
        areas.geometry[areas["kind"].isin(BUILT)].to_crs(region.crs).to_numpy()
    )
    territories = region.territories.to_numpy()
    near = shapely.intersects(land, shapely.box(*region.territories.total_bounds))
    parts = shapely.get_parts(shapely.union_all(land[near]))
    at, part = shapely.STRtree(parts).query(territories, predicate="intersects")
    area_m2 = shapely.area(shapely.intersection(territories[at], parts[part]))
    return np.bincount(at, weights=area_m2, minlength=len(territories)) / 1e6


def _road_ages(extract: Extract, region: Region) -> tuple[NDArray[np.object_], Floats]:
    """Date of the newest edit of a township's roads, and the share of those grown old."""
    size, roads = len(region.townships), extract.roads
    newest, old = np.full(size, "", object), np.full(size, np.nan)
    if roads.edited_s is None or not len(roads.edited_s) or not len(extract.edited_s):
        return newest, old
    first = roads.offsets[:-1]
    x, y = Transformer.from_crs(4326, region.crs, always_xy=True).transform(
        roads.lon[first], roads.lat[first]
    )
    where = np.asarray(region.assign(np.asarray(x, float), np.asarray(y, float)), np.int64)
    told = (where >= 0) & (roads.edited_s > 0)
    at, edited_s = where[told], roads.edited_s[told]
    number = np.bincount(at, minlength=size)
    aged = np.bincount(at[edited_s < _old_before_s(extract)], minlength=size)
    np.divide(aged, number, out=old, where=number > 0)
    last_s = np.zeros(size, np.int64)
    np.maximum.at(last_s, at, edited_s)
    newest[number > 0] = [_date(when) for when in last_s[number > 0].tolist()]
    return newest, old


def _old_before_s(extract: Extract) -> float:
    return float(extract.edited_s[-1]) - OLD_YEARS * _YEAR_S


def _date(seconds: int) -> str:
    return str(np.datetime64(seconds, "s").astype("datetime64[D]"))


def _road_per_person_m(region: Region) -> float:
    west, south, east, north = region.townships.to_crs(WGS84).total_bounds.tolist()
    chinese = in_china((west + east) / 2, (south + north) / 2)
    return ROAD_PER_PERSON_M_CHINA if chinese else ROAD_PER_PERSON_M


def _against_published(frame: pd.DataFrame, per_person_m: float) -> Floats:
    """Share of the roads that so many people have, at most of those a town needs."""
    people = frame["people"].to_numpy(np.float64)
    due_km = np.minimum(per_person_m * people / 1e3, ROAD_KM_PER_KM2 * frame["area_km2"])
    known = (people >= FEW_PEOPLE) & (due_km > 0)
    out = np.full(len(frame), np.nan)
    return np.asarray(np.divide(frame["road_km"], due_km, out=out, where=known), np.float64)


def _against_region(frame: pd.DataFrame) -> Floats:
    """Share of the roads usual for townships with as many people and as much land.

    log(road km) on log(people), log(km2) and, where four fifths of the townships have some
    mapped, log(built-up km2): least squares with Huber's weights, so that a few bare townships
    do not make bareness usual.
    """
    out = np.full(len(frame), np.nan)
    usual = (frame["people"] >= FEW_PEOPLE) & (frame["area_km2"] > 0)
    if (frame["built_km2"] > 0).mean() >= 0.8:
        land, usual = ["area_km2", "built_km2"], usual & (frame["built_km2"] > 0)
    else:
        land = ["area_km2"]
    fitted = (usual & (frame["road_km"] > 0)).to_numpy()
    if fitted.sum() < LEAST_TOWNSHIPS:
        return out
    known = np.log(frame.loc[usual, ["people", *land]].to_numpy(np.float64))
    terms = np.column_stack([np.ones(len(known)), known])
    used = fitted[usual.to_numpy()]
    log_km = np.log(frame.loc[fitted, "road_km"].to_numpy(np.float64))
    weight = np.ones(len(log_km))
    for _ in range(30):
        root = np.sqrt(weight)
        told = np.linalg.lstsq(terms[used] * root[:, None], log_km * root, rcond=None)[0]
        off = np.abs(log_km - terms[used] @ told)
        scale = max(1.345 * 1.4826 * float(np.median(off)), 1e-9)
        weight = np.minimum(1.0, scale / np.maximum(off, 1e-12))
    out[usual.to_numpy()] = frame.loc[usual, "road_km"] / np.exp(terms @ told)
    return out


def _graded(ratio: pd.Series, doubtful: float, poor: float) -> Ints:
    """0 good, 1 doubtful, 2 poor; what cannot be told is not called bad."""
    told = ratio.to_numpy(np.float64)
    return (told < doubtful).astype(np.int64) + (told < poor)


def _findings(frame: pd.DataFrame, region: Region, extract: Extract) -> list[Finding]:
    found = []
    names = region.townships["name"].astype(str).to_numpy()
    for grade in ("poor", "doubtful"):
        at = np.flatnonzero(frame["grade"] == grade)
        if len(at):
            worst = at[np.argsort(-frame["people"].to_numpy()[at], kind="stable")]
            values: dict[str, str | int | float] = {
                "townships": len(at),
                "of": len(frame),
                "people": int(frame["people"].iloc[at].sum()),
                "names": "; ".join(names[worst[:10]]) + ("; …" if len(at) > 10 else ""),
            }
            found.append(Finding(kind=f"map-{grade}", values=values))
    if len(extract.edited_s):
        old = int((extract.edited_s < _old_before_s(extract)).sum())
        values = {
            "newest": _date(int(extract.edited_s[-1])),
            "old_share": round(old / len(extract.edited_s), 4),
            "years": OLD_YEARS,
            "objects": len(extract.edited_s),
        }
        found.append(Finding(kind="map-age", values=values))
    return found


def lone_spreads(demand: Demand, townships: int) -> list[Finding]:
    """Tell of townships whose people have one plausible spread only: no range can be given.

    Kind ``spread-single`` with ``townships``, ``people``.
    """
    home = demand.frame["township"].to_numpy(np.int64)
    people = _summed(home, demand.frame["people"].to_numpy(np.int64), townships)
    several = [] if demand.spreads is None else demand.spreads["township"].unique().tolist()
    alone = (people > 0) & ~np.isin(np.arange(townships), several)
    if not alone.any():
        return []
    values: dict[str, str | int | float] = {
        "townships": int(alone.sum()),
        "people": int(people[alone].sum()),
    }
    return [Finding(kind="spread-single", values=values)]
