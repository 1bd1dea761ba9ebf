"""Fixed point, terminal or mobile stop for every village that a plan leaves out."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from geo.crs import WGS84
from geo.findings import Finding
from geo.progress import Progress, silent
from optimise import ServiceChoice, ServicePlan, ServiceShort, break_even, choose_service
from planner.errors import PlanError
from planner.material import DAYS
from planner.plan import Plan
from planner.policy.service.figures import CYCLES, WAYS, WEEKS, ServiceFigures, Way
from planner.policy.service.spec import Depot, ServiceSpec
from planner.policy.service.villages import MOST_VILLAGES, Villages, villages_of
from planner.policy.service.ways import StopWays, stop_ways

__all__ = ["DISTANCES_KM", "Service", "allowed_visits", "make_service", "stop_service_s"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: From depot to village, for the table of break-evens.
DISTANCES_KM = (1, 2, 5, 10, 15, 20, 30, 40)
POINT, TERMINAL, MOBILE = range(3)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Service:
    """How each village is served and what it costs.

    Parameters
    ----------
    villages
        WGS84 points: the columns of ``Villages`` (see there), ``kg_week``,
        ``depot`` (row), ``depot_km`` and ``depot_min`` (there and back), ``visits`` (in four
        weeks, as a mobile stop), ``cost_point``, ``cost_terminal``, ``cost_mobile`` (yuan a year,
        infinite where it cannot be), ``way`` (one of :data:`WAYS`, empty where it is left out),
        ``cost``, ``point_from_kg_week`` and ``terminal_from_kg_week`` (from so much on it is
        cheaper than a mobile stop here; NaN: never), ``suggested`` (id of a candidate within the
        plan's limit, straight, where a point or a terminal may stand).
    of_cell
        int64[cells], row of ``villages``, -1 where an open point serves the cell.
    ways
        Between the depots, then the villages.
    choice
        The optimiser's answer with its bound.
    break_evens
        Rows by distance and frequency.
    """

    plan: Plan
    spec: ServiceSpec
    figures: ServiceFigures
    villages: gpd.GeoDataFrame
    of_cell: Ints
    depots: tuple[Depot, ...]
    depot_xy: Floats
    ways: StopWays
    question: ServiceChoice
    choice: ServicePlan
    break_evens: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]
    days_a_week: int

    def record(self) -> dict[str, Any]:
        """Plain form for JSON; units stand in the names."""
        frame, choice = self.villages, self.choice
        ways = {
            key: {
                "villages": int((frame["way"] == key).sum()),
                "people": int(frame["people"][frame["way"] == key].sum()),
                "cost_yuan_year": round(float(frame["cost"][frame["way"] == key].sum()), 2),
            }
            for key in WAYS
        }
        rows = frame.drop(columns=["geometry", "township"]).to_dict("records")
        cell_ids = self.plan.bundle.demand.frame["id"].to_numpy(object)
        for number, (row, point) in enumerate(zip(rows, frame.geometry, strict=True)):
            row |= {"lon": round(point.x, 7), "lat": round(point.y, 7)}
            row["cell_ids"] = cell_ids[self.of_cell == number].tolist()
        return {
            "spec": self.spec.record(),
            "figures": self.figures.record(),
            "bundle_sha256": self.plan.bundle.sha256,
            "villages": len(frame),
            "people": int(frame["people"].sum()),
            "people_served": int(frame["people"][frame["way"] != ""].sum()),
            "ways": ways,
            "cost_yuan_year": round(choice.value, 2),
            "bound_yuan_year": round(choice.bound, 2),
            "gap": choice.gap,
            "status": choice.status.value,
            "proved_by": choice.proved_by,
            "depots": [{"name": d.name, "lon": d.lon, "lat": d.lat} for d in self.depots],
            "break_even": list(self.break_evens),
            "by_village": [{key: _told(value) for key, value in row.items()} for row in rows],
            "findings": [one.record() for one in self.findings],
        }


def make_service(
    plan: Plan,
    spec: ServiceSpec,
    figures: ServiceFigures,
    *,
    days_a_week: int = 5,
    progress: Progress = silent,
) -> Service:
    """Choose a way of serving each village at the least yearly cost.

    Raises
    ------
    PlanError
        If the share asked for cannot be reached, or no depot can be had.
    """
    progress("villages", 0.0)
    villages = villages_of(plan, spec.village_m)
    frame = villages.frame
    depots, depot_xy, home = _depots(plan, spec, villages)
    xy = np.vstack([depot_xy, np.column_stack([frame.geometry.x, frame.geometry.y])])
    townships = np.concatenate([home, frame["township"].to_numpy(np.int64)])
    ways = stop_ways(plan.bundle, xy, townships, progress)
    progress("choose service", 0.0)
    priced = _priced(frame, ways, len(depots), figures, days_a_week)
    question = ServiceChoice(
        cost=priced[[f"cost_{key}" for key in WAYS]].to_numpy(np.float64).reshape(-1, len(WAYS)),
        weight=priced["people"].to_numpy(np.float64),
        required=spec.share,
        limits=(spec.max_points, spec.max_terminals, spec.max_mobile),
    )
    try:
        choice = choose_service(question, gap=plan.scenario.gap)
    except ServiceShort as short:
        need, most = math.ceil(short.need), math.floor(short.attainable)
        raise PlanError(
            f"at most {most} of the {need} people who are to be served can be",
            where="policy.service.share",
            remedy="Lower share, or raise max_points, max_terminals, max_mobile",
            zh=f"须服务 {need} 人，最多只能服务 {most} 人；请降低 share 或提高 max_points 等上限",
        ) from short
    priced["way"] = [WAYS[way] if way >= 0 else "" for way in choice.way.tolist()]
    priced["cost"] = [
        float(question.cost[row, way]) if way >= 0 else 0.0
        for row, way in enumerate(choice.way.tolist())
    ]
    priced["suggested"] = _suggested(plan, frame, priced["way"].tolist())
    return Service(
        plan=plan,
        spec=spec,
        figures=figures,
        villages=priced.to_crs(WGS84),
        of_cell=villages.of_cell,
        depots=depots,
        depot_xy=depot_xy,
        ways=ways,
        question=question,
        choice=choice,
        break_evens=_break_evens(plan, ways, len(depots), figures),
        findings=_findings(plan, spec, priced, ways, villages.village_m),
        days_a_week=days_a_week,
    )


def allowed_visits(least: int, days_a_week: int) -> int | None:
    """Find the fewest visits in four weeks that can be spread evenly and are at least so many."""
    even = (1, 2, *(WEEKS * k for k in range(1, days_a_week + 1)))
    return next((visits for visits in even if visits >= least), None)


def _depots(
    plan: Plan, spec: ServiceSpec, villages: Villages
) -> tuple[tuple[Depot, ...], Floats, Ints]:
    region = plan.bundle.region
    if spec.depots:
        to_metric = Transformer.from_crs(WGS84, region.crs, always_xy=True)
        x, y = to_metric.transform([d.lon for d in spec.depots], [d.lat for d in spec.depots])
        xy = np.column_stack([x, y])
        return spec.depots, xy, np.asarray(region.assign(xy[:, 0], xy[:, 1]), np.int64)
    if plan.sites.empty:
        raise PlanError(
            "no point is open where rounds could begin",
            where="policy.service.depots",
            remedy="Give depots",
            zh="没有可作为车辆基地的开放网点；请给出 depots",
        )
    sites = plan.sites.to_crs(region.crs)
    xy = np.column_stack([sites.geometry.x, sites.geometry.y])
    frame = villages.frame
    there = np.column_stack([frame.geometry.x, frame.geometry.y])
    weight = frame["grams_day"].to_numpy(np.float64)
    far = np.hypot(*(xy[:, None] - there[None]).transpose(2, 0, 1)) * weight
    least = np.full(len(there), np.inf)
    chosen: list[int] = []
    for _ in range(min(spec.depot_count, len(xy))):
        total = np.minimum(far, least).sum(axis=1)
        total[chosen] = np.inf
        chosen.append(int(np.argmin(total)))
        least = np.minimum(least, far[chosen[-1]])
    points = plan.sites.geometry
    depots = tuple(
        Depot(
            name=_one_line(
                str(plan.sites["name"].iloc[row]) or str(plan.sites["township"].iloc[row])
            ),
            lon=round(float(points.iloc[row].x), 7),
            lat=round(float(points.iloc[row].y), 7),
        )
        for row in chosen
    )
    return depots, xy[chosen], np.asarray(region.assign(xy[chosen, 0], xy[chosen, 1]), np.int64)


def _one_line(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in text).strip()[:200]
    return plain or "depot"


def _priced(
    frame: gpd.GeoDataFrame,
    ways: StopWays,
    depots: int,
    figures: ServiceFigures,
    days_a_week: int,
) -> gpd.GeoDataFrame:
    priced = frame.copy()
    rows: list[dict[str, Any]] = []
    lorry = figures.vehicle
    for row, grams_day, estate in zip(
        range(len(frame)), frame["grams_day"].tolist(), frame["estate"].tolist(), strict=True
    ):
        here = depots + row
        back_s = ways.time_s[:depots, here] + ways.time_s[here, :depots]
        depot = int(np.argmin(back_s))
        km = int(ways.length_m[depot, here] + ways.length_m[here, depot]) / 1000
        hours = int(back_s[depot]) / 3600
        kg_year = grams_day / 1000 * DAYS
        rule = figures.frequency.estate_visits if estate else figures.frequency.country_visits
        point, terminal, mobile = (figures.tariff(way, km, hours, rule) for way in figures.ways)
        kg_cycle = kg_year / CYCLES
        visits = allowed_visits(
            max(rule, mobile_visits(figures.ways[MOBILE], kg_cycle)), days_a_week
        )
        cost = math.inf
        # In whole kilograms and seconds, as the rounds are.
        kg = math.ceil(kg_cycle / visits - 1e-9) if visits else 0
        shift_s = int(back_s[depot]) + stop_service_s(figures, kg)
        if visits and kg <= lorry.capacity_kg and shift_s <= lorry.shift_h * 3600:
            cost = mobile.fixed + mobile.per_kg * kg_year + mobile.per_visit * visits * CYCLES
        rows.append(
            {
                "kg_week": grams_day * 7 / 1000,
                "depot": depot,
                "depot_km": km,
                "depot_min": hours * 60,
                "visits": visits or 0,
                "cost_point": point.yearly(kg_year),
                "cost_terminal": terminal.yearly(kg_year),
                "cost_mobile": cost,
                "point_from_kg_week": _weekly(break_even(point, mobile)),
                "terminal_from_kg_week": _weekly(break_even(terminal, mobile)),
            }
        )
    for column in rows[0] if rows else _COLUMNS:
        priced[column] = [one[column] for one in rows]
    return priced


_COLUMNS = (
    *("kg_week", "depot", "depot_km", "depot_min", "visits"),
    *("cost_point", "cost_terminal", "cost_mobile", "point_from_kg_week", "terminal_from_kg_week"),
)


def stop_service_s(figures: ServiceFigures, kg_visit: int) -> int:
    """Seconds that a visit with so many kilograms takes, set-up included."""
    return math.ceil(figures.vehicle.stop_h(kg_visit) * 3600 - 1e-6)


def mobile_visits(way: Way, kg_cycle: float) -> int:
    """Visits in a cycle that take an amount."""
    return max(1, math.ceil(kg_cycle / way.kg_visit - 1e-9))


def _weekly(kg_year: float | None) -> float:
    return math.nan if kg_year is None else kg_year / DAYS * 7


def _suggested(plan: Plan, frame: gpd.GeoDataFrame, ways: list[str]) -> list[str]:
    """Candidates that are near enough, straight, to stand for a point or a terminal."""
    candidates = plan.bundle.candidates.frame
    if not len(frame) or candidates.empty:
        return [""] * len(frame)
    from scipy.spatial import cKDTree

    closed = set(plan.scenario.edits.closed)
    usable = candidates[~candidates["id"].isin(closed)]
    if usable.empty:
        return [""] * len(frame)
    tree = cKDTree(np.column_stack([usable.geometry.x, usable.geometry.y]))
    far, at = tree.query(np.column_stack([frame.geometry.x, frame.geometry.y]))
    limit = plan.scenario.radius_m or 1000.0
    ids = usable["id"].tolist()
    return [
        str(ids[row]) if way in ("point", "terminal") and away <= limit else ""
        for way, away, row in zip(
            ways, np.asarray(far).tolist(), np.asarray(at).tolist(), strict=True
        )
    ]


def _break_evens(
    plan: Plan, ways: StopWays, depots: int, figures: ServiceFigures
) -> tuple[dict[str, Any], ...]:
    """From how much a week on one way is cheaper than another, by distance and frequency."""
    length_m, time_s = ways.length_m[:depots, depots:], ways.time_s[:depots, depots:]
    told = time_s > 0
    kmh = (
        float(np.median(length_m[told] / time_s[told])) * 3.6
        if told.any()
        else float(plan.bundle.speeds.elsewhere("drive"))
    )
    demand = plan.bundle.demand.frame
    kg_week = float(plan.record["material"]["kg_day"]) * 7
    household = kg_week / max(1, int(demand["households"].sum()))
    rows = []
    rules = {figures.frequency.country_visits, figures.frequency.estate_visits}
    for visits in sorted(rules):
        for km in DISTANCES_KM:
            tariffs = [figures.tariff(way, 2 * km, 2 * km / kmh, visits) for way in figures.ways]
            row: dict[str, Any] = {
                "depot_km_one_way": km,
                "speed_kmh": round(kmh, 2),
                "visits_in_4_weeks": visits,
            }
            for name, one, other in (
                ("point_over_mobile", POINT, MOBILE),
                ("terminal_over_mobile", TERMINAL, MOBILE),
                ("point_over_terminal", POINT, TERMINAL),
            ):
                weekly = _weekly(break_even(tariffs[one], tariffs[other]))
                known = math.isfinite(weekly)
                row[f"{name}_kg_week"] = round(weekly, 2) if known else None
                row[f"{name}_households"] = math.ceil(weekly / household) if known else None
            rows.append(row)
    return tuple(rows)


def _findings(
    plan: Plan, spec: ServiceSpec, frame: gpd.GeoDataFrame, ways: StopWays, village_m: float
) -> tuple[Finding, ...]:
    values: dict[str, str | int | float] = {"villages": len(frame), "village_m": round(village_m)}
    found = [Finding(kind="service-villages", values=values)]
    depots = len(ways.node) - len(frame)
    if village_m > spec.village_m:
        asked: dict[str, str | int | float] = {
            "asked": round(spec.village_m),
            "most": MOST_VILLAGES,
        }
        found.append(Finding(kind="service-coarser", values=asked))
    if not spec.depots:
        found.append(Finding(kind="service-depot-assumed", values={"depots": depots}))
    straight = int((~ways.by_road[:depots, depots:].any(axis=0)).sum())
    if straight:
        factor = plan.bundle.detour_factor
        found.append(
            Finding(kind="service-straight-line", values={"villages": straight, "factor": factor})
        )
    left = frame["way"].to_numpy(object) == ""
    if left.any():
        people = int(frame["people"].to_numpy(np.int64)[left].sum())
        count: dict[str, str | int | float] = {"villages": int(left.sum()), "people": people}
        found.append(Finding(kind="service-left-out", values=count))
    found.append(Finding(kind="service-costs-assumed"))
    return tuple(found)


def _told(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float):
        return round(value, 7) if math.isfinite(value) else None
    return value
