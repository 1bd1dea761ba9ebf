"""Rounds of the mobile stops over four weeks: who is visited when, kilometres, hours, cost."""

from __future__ import annotations

import datetime
import itertools
import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import WGS84
from geo.findings import Finding
from geo.legs import lines_between
from geo.progress import Progress, silent
from optimise import Rounds, RoundsPlan, RoundsShort, Vehicles, solve_rounds
from planner.errors import PlanError
from planner.material import DAYS
from planner.policy.service.figures import CYCLES, WEEKS
from planner.policy.service.pricing import stop_service_s
from planner.policy.service.service import Service
from planner.policy.service.spec import RoundsSpec
from planner.policy.service.ways import SECONDS

__all__ = [
    "YUAN",
    "MobileRounds",
    "draw_rounds",
    "make_rounds",
    "mobile_stops",
    "plan_rounds",
]

#: The optimiser counts millionths of a yuan.
YUAN = 1_000_000
_MONTHS = 12


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MobileRounds:
    """Timetable and rounds of a cycle of four weeks.

    Parameters
    ----------
    stops
        Rows of the service's villages that are visited, in the order of the question's stops.
    visits
        A row a visit: ``village`` (id), ``week``, ``weekday`` (1-7), ``date`` (if weeks are
        dated), ``round`` (id), ``place`` (in the round, from 1), ``from_s`` and ``until_s``
        (seconds after midnight, open to people), ``kg``.
    rounds
        WGS84 lines along the roads: ``id``, ``day``, ``week``, ``weekday``, ``vehicle``,
        ``depot``, ``stops``, ``kg``, ``km``, ``hours``, ``cost_yuan``.
    """

    service: Service
    spec: RoundsSpec
    question: Rounds
    plan: RoundsPlan
    stops: tuple[int, ...]
    visits: pd.DataFrame
    rounds: gpd.GeoDataFrame
    findings: tuple[Finding, ...]

    def by_village(self) -> list[dict[str, Any]]:
        """List all villages in their order, with the visits and days of those with a mobile stop.

        Returns
        -------
        list of dict
            ``id``, ``township_code``, ``township_name``, ``name_zh``, ``name_en``, ``people``,
            ``estate``, ``way``, ``visits_in_4_weeks`` (made; 0 without a mobile stop) and ``days``
            (pairs of week and weekday, from 1, ascending).
        """
        days: dict[str, list[tuple[int, int]]] = {}
        for village, week, day in zip(
            *(self.visits[name].tolist() for name in ("village", "week", "weekday")), strict=True
        ):
            days.setdefault(village, []).append((week, day))
        told = ["id", "township_code", "township_name", "name_zh", "name_en", "people", "estate"]
        rows = _plain(self.service.villages[[*told, "way"]])
        return [
            {
                **row,
                "visits_in_4_weeks": len(days.get(row["id"], [])),
                "days": sorted(days.get(row["id"], [])),
            }
            for row in rows
        ]

    def record(self) -> dict[str, Any]:
        """Plain form for JSON; units stand in the names."""
        plan, rounds = self.plan, self.rounds
        month = CYCLES / _MONTHS
        vehicles = plan.vehicles(len(self.question.fleet))
        return {
            "spec": self.spec.record(),
            "bundle_sha256": self.service.plan.bundle.sha256,
            "villages": len(self.stops),
            "weeks": WEEKS,
            "visits_in_4_weeks": len(self.visits),
            "rounds_in_4_weeks": len(rounds),
            "vehicles": int(sum(vehicles)),
            "vehicles_by_depot": {
                depot.name: int(count)
                for depot, count in zip(self.service.depots, vehicles, strict=True)
            },
            "km_month": round(float(rounds["km"].sum()) * month, 1),
            "hours_month": round(float(rounds["hours"].sum()) * month, 1),
            "cost_yuan_month": round(plan.value / YUAN * month, 2),
            "cost_yuan_4_weeks": round(plan.value / YUAN, 2),
            "bound_yuan_4_weeks": round(plan.bound / YUAN, 2),
            "bound_of_days_yuan_4_weeks": round(plan.bound_of_days / YUAN, 2),
            "gap": plan.gap,
            "status": plan.status,
            "iterations": plan.iterations,
            "seed": plan.seed,
            "rounds": _plain(rounds.drop(columns="geometry")),
            "visits": _plain(self.visits),
            "findings": [one.record() for one in self.findings],
        }


def _plain(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows of plain Python values."""
    columns = {name: frame[name].tolist() for name in frame.columns}
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def make_rounds(service: Service, spec: RoundsSpec, *, progress: Progress = silent) -> MobileRounds:
    """Plan the rounds of a service's mobile stops.

    Raises
    ------
    PlanError
        If the vehicles were found not to do.
    """
    return draw_rounds(service, spec, plan_rounds(service, spec, progress=progress), progress)


def mobile_stops(service: Service) -> tuple[int, ...]:
    """Rows of the villages with a mobile stop: the stops of the rounds, in this order."""
    return tuple(np.flatnonzero(service.villages["way"].to_numpy(object) == "mobile").tolist())


def plan_rounds(service: Service, spec: RoundsSpec, *, progress: Progress = silent) -> RoundsPlan:
    """Search rounds, without a timetable or lines.

    Raises
    ------
    PlanError
        If the vehicles were found not to do.
    """
    if spec.days_a_week != service.days_a_week:
        raise ValueError(f"service on {service.days_a_week} days, rounds on {spec.days_a_week}")
    stops = mobile_stops(service)
    question = _question(service, spec, stops)
    try:
        return solve_rounds(question, iterations=spec.iterations, seed=spec.seed, progress=progress)
    except RoundsShort as short:
        told = (
            service.villages["name_en"].iloc[stops[short.stops[0]]]
            if short.stops
            else f"day {short.day + 1}"
        )
        raise PlanError(
            f"{spec.vehicles or 'the'} vehicles at a depot were found not to do ({told:.120})",
            where="policy.rounds.vehicles",
            remedy="Allow more vehicles, or set more depots",
            zh="车辆数量不足以完成全部流动回收；请增加 vehicles 或增设 depots",
        ) from short


def draw_rounds(
    service: Service, spec: RoundsSpec, plan: RoundsPlan, progress: Progress = silent
) -> MobileRounds:
    """Make timetable and lines of rounds that :func:`plan_rounds` found."""
    progress("draw rounds", 0.0)
    stops = mobile_stops(service)
    question = _question(service, spec, stops)
    return MobileRounds(
        service=service,
        spec=spec,
        question=question,
        plan=plan,
        stops=stops,
        visits=_visits(service, spec, question, plan, stops),
        rounds=_drawn(service, plan, stops),
        findings=_findings(service, plan, stops),
    )


def _question(service: Service, spec: RoundsSpec, stops: tuple[int, ...]) -> Rounds:
    depots = len(service.depots)
    nodes = np.array([*range(depots), *(depots + row for row in stops)], np.int64)
    at = np.ix_(nodes, nodes)
    chosen = service.villages.iloc[list(stops)]
    visits = chosen["visits"].to_numpy(np.int64)
    kg_year = chosen["grams_day"].to_numpy(np.float64) / 1000 * DAYS
    kg = np.ceil(kg_year / CYCLES / np.maximum(visits, 1) - 1e-9).astype(np.int64)
    lorry = service.figures.vehicle
    return Rounds(
        time_s=service.ways.time_s[at],
        length_m=service.ways.length_m[at],
        depots=depots,
        kg=kg,
        service_s=np.array([stop_service_s(service.figures, one) for one in kg.tolist()], np.int64),
        visits=visits,
        fleet=tuple(
            Vehicles(
                depot=depot,
                capacity_kg=math.floor(lorry.capacity_kg),
                shift_s=math.floor(lorry.shift_h * 3600),
                count=spec.vehicles,
                cost_round=round(lorry.yuan_round * YUAN),
                cost_m=round(lorry.yuan_km * YUAN / 1000),
                cost_s=round(lorry.yuan_h * YUAN / 3600),
            )
            for depot in range(depots)
        ),
        weeks=WEEKS,
        days_a_week=spec.days_a_week,
    )


def _ids(plan: RoundsPlan) -> list[str]:
    return [f"r{number + 1:04d}" for number in range(len(plan.rounds))]


def _visits(
    service: Service,
    spec: RoundsSpec,
    question: Rounds,
    plan: RoundsPlan,
    stops: tuple[int, ...],
) -> pd.DataFrame:
    setup_s = round(service.figures.vehicle.setup_min * 60)
    ids = service.villages["id"].tolist()
    rows = []
    for number, one in zip(_ids(plan), plan.rounds, strict=True):
        week, day = divmod(one.day, spec.days_a_week)
        here, clock = question.fleet[one.vehicle].depot, spec.start_s
        for place, stop in enumerate(one.stops):
            there = question.depots + stop
            clock += int(question.time_s[here, there])
            done = clock + int(question.service_s[stop])
            rows.append(
                {
                    "village": ids[stops[stop]],
                    "week": week + 1,
                    "weekday": day + 1,
                    "date": _date(spec, week, day),
                    "round": number,
                    "place": place + 1,
                    "from_s": clock + setup_s,
                    "until_s": done,
                    "kg": int(question.kg[stop]),
                }
            )
            here, clock = there, done
    columns = (
        *("village", "week", "weekday", "date", "round", "place", "from_s", "until_s", "kg"),
    )
    frame = pd.DataFrame(rows, columns=list(columns))
    return frame.sort_values(["village", "week", "weekday", "from_s"], ignore_index=True)


def _date(spec: RoundsSpec, week: int, day: int) -> str:
    if not spec.first_monday:
        return ""
    first = datetime.date.fromisoformat(spec.first_monday)
    return (first + datetime.timedelta(days=7 * week + day)).isoformat()


def _drawn(service: Service, plan: RoundsPlan, stops: tuple[int, ...]) -> gpd.GeoDataFrame:
    """Lines of the rounds: the roads driven, straight where there are none."""
    bundle, ways, depots = service.plan.bundle, service.ways, len(service.depots)
    metric = service.villages.to_crs(bundle.region.crs).geometry
    xy = np.vstack([service.depot_xy, np.column_stack([metric.x, metric.y])])
    steps: list[list[tuple[int, int]]] = []
    for one in plan.rounds:
        nodes = [one.vehicle, *(depots + stops[stop] for stop in one.stops), one.vehicle]
        steps.append(list(itertools.pairwise(nodes)))
    legs = sorted({leg for path in steps for leg in path})
    drawn: dict[tuple[int, int], shapely.LineString] = {
        (a, b): shapely.LineString([xy[a], xy[b]]) for a, b in legs
    }
    network = bundle.networks.get("drive")
    road = [(a, b) for a, b in legs if ways.by_road[a, b]]
    if network is not None and road:
        pairs = [(int(ways.node[a]), int(ways.node[b])) for a, b in road]
        lines = lines_between(network, pairs, SECONDS)
        drawn |= {leg: line for leg, line in zip(road, lines, strict=True) if line is not None}
    rows = []
    for number, one in zip(_ids(plan), plan.rounds, strict=True):
        week, day = divmod(one.day, service.days_a_week)
        rows.append(
            {
                "id": number,
                "day": one.day + 1,
                "week": week + 1,
                "weekday": day + 1,
                "depot": service.depots[one.vehicle].name,
                "stops": len(one.stops),
                "villages": " ".join(service.villages["id"].iloc[stops[s]] for s in one.stops),
                "kg": one.kg,
                "km": one.length_m / 1000,
                "hours": round((one.travel_s + one.service_s) / 3600, 4),
                "cost_yuan": one.cost / YUAN,
            }
        )
    columns = (
        *("id", "day", "week", "weekday", "depot", "stops", "villages"),
        *("kg", "km", "hours", "cost_yuan"),
    )
    shapes = [shapely.MultiLineString([drawn[leg] for leg in path]) for path in steps]
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=list(columns)), geometry=shapes, crs=bundle.region.crs
    )
    return frame.to_crs(WGS84)


def _findings(service: Service, plan: RoundsPlan, stops: tuple[int, ...]) -> tuple[Finding, ...]:
    found = [Finding(kind="rounds-heuristic", values={"gap": round(plan.gap, 4)})]
    if plan.rounds:
        kept = next((step for step in service.steps if step.kept), None)
        reckoned = (
            math.fsum(service.vehicle_yuan()[list(stops)].tolist())
            if kept is None
            else kept.reckoned_yuan_4_weeks
        )
        found.append(
            Finding(
                kind="rounds-against-choice",
                values={
                    "reckoned_yuan": round(reckoned),
                    "driven_yuan": round(plan.value / YUAN),
                    "stops": round(sum(len(r.stops) for r in plan.rounds) / len(plan.rounds), 2),
                },
            )
        )
    return tuple(found)
