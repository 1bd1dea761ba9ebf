"""Fixed point, terminal or mobile stop for every village that a plan leaves out."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.crs import WGS84
from geo.findings import Finding
from geo.progress import Progress, silent
from optimise import ServiceChoice, ServicePlan, ServiceShort, Status, choose_service
from planner.errors import PlanError
from planner.material import DAYS
from planner.plan import Plan
from planner.policy.service.figures import CYCLES, WAYS, ServiceFigures
from planner.policy.service.ground import Ground, ground_of
from planner.policy.service.pricing import MOBILE, break_evens, priced
from planner.policy.service.spec import Depot, ServiceSpec
from planner.policy.service.villages import MOST_VILLAGES
from planner.policy.service.ways import StopWays

__all__ = ["Driven", "Service", "Step", "choose", "make_service"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Step:
    """A choice that rounds were made for, and what its mobile stops cost then.

    Parameters
    ----------
    mobile
        Villages.
    reckoned_yuan_4_weeks, driven_yuan_4_weeks
        Of the vehicles: by the unit costs of the choice, and by the rounds.
    cost_yuan_year
        Of everything, the rounds as they are driven.
    kept
        Whether this is the answer.
    """

    mobile: int
    reckoned_yuan_4_weeks: float
    driven_yuan_4_weeks: float
    cost_yuan_year: float
    kept: bool = False


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Driven:
    """A choice to be priced by its own rounds.

    Parameters
    ----------
    way
        Row of :data:`WAYS` for each village, -1 where it is left out.
    chosen_share
        float64[villages], share of a trip that was reckoned when it was chosen.
    steps
        Choices made on the way to it.
    known_by
        Of each village: how its share of a trip is known.
    """

    way: Ints
    chosen_share: Floats
    steps: tuple[Step, ...]
    known_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Service:
    """How each village is served and what it costs.

    Parameters
    ----------
    villages
        WGS84 points: the columns of ``Villages`` (see there), ``kg_week``,
        ``depot`` (row), ``depot_km`` and ``depot_min`` (there and back), ``visits`` (in four
        weeks, as a mobile stop), ``trip_share`` (of the way there and back and of the vehicle's
        day that a visit bears: as the rounds are driven, or as assumed) and
        ``trip_share_chosen`` (when its way was chosen), ``trip_share_by`` (``"driven"`` in these
        rounds, ``"tried"`` in rounds of another choice, ``"average"`` of its depot's stops, or
        ``"assumed"``), ``cost_point``, ``cost_terminal``,
        ``cost_mobile`` (yuan a year, infinite where it cannot be), ``way`` (one of :data:`WAYS`,
        empty where it is left out), ``cost``, ``point_from_kg_week`` and
        ``terminal_from_kg_week`` (from so much on it is cheaper than a mobile stop here; NaN:
        never), ``suggested`` (id of a candidate within the plan's limit, straight, where a point
        or a terminal may stand).
    question, choice
        The optimiser's question and answer with its bound: under these unit costs no choice costs
        less. Where the costs are those of the choice's own rounds (``steps``), the choice is the
        one driven, and its gap tells what another would save if its stops cost as much.
    break_evens
        Rows by distance and frequency.
    steps
        Choices that rounds were made for, one of them kept; empty where costs are as assumed.
    """

    ground: Ground
    villages: gpd.GeoDataFrame
    question: ServiceChoice
    choice: ServicePlan
    break_evens: tuple[dict[str, Any], ...]
    findings: tuple[Finding, ...]
    steps: tuple[Step, ...] = ()

    @property
    def plan(self) -> Plan:
        """The plan that leaves the villages out."""
        return self.ground.plan

    @property
    def spec(self) -> ServiceSpec:
        """What was asked."""
        return self.ground.spec

    @property
    def figures(self) -> ServiceFigures:
        """Costs."""
        return self.ground.figures

    @property
    def of_cell(self) -> Ints:
        """int64[cells], row of ``villages``, -1 where an open point serves the cell."""
        return self.ground.villages.of_cell

    @property
    def depots(self) -> tuple[Depot, ...]:
        """Where rounds begin."""
        return self.ground.depots.places

    @property
    def depot_xy(self) -> Floats:
        """In the region's coordinates."""
        return self.ground.depots.xy

    @property
    def ways(self) -> StopWays:
        """Between the depots, then the villages."""
        return self.ground.ways

    @property
    def days_a_week(self) -> int:
        """On which vehicles go out."""
        return self.ground.days_a_week

    def trip_yuan(self) -> Floats:
        """Yuan for a vehicle's trip to each village alone and back, its day included."""
        frame, figures = self.villages, self.figures
        return np.array(
            [
                figures.trip_yuan(km, minutes / 60)
                for km, minutes in zip(
                    frame["depot_km"].tolist(), frame["depot_min"].tolist(), strict=True
                )
            ],
            np.float64,
        )

    def vehicle_yuan(self) -> Floats:
        """Yuan of the vehicles in four weeks for a mobile stop at each village, as reckoned."""
        way, kg_year = self.figures.ways[MOBILE], self.villages["kg_week"].to_numpy() / 7 * DAYS
        cost = self.villages["cost_mobile"].to_numpy(np.float64)
        return np.asarray((cost - way.fixed_yuan_year - way.yuan_kg * kg_year) / CYCLES, np.float64)

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
            "settled": [dataclasses.asdict(step) for step in self.steps],
            "depots": [{"name": d.name, "lon": d.lon, "lat": d.lat} for d in self.depots],
            "depots_from": self.ground.depots.origin,
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
    depot_sites: tuple[Depot, ...] | None = None,
    progress: Progress = silent,
) -> Service:
    """Choose a way of serving each village at the least yearly cost, as the figures assume them.

    What mobile stops cost depends on the rounds: see ``planner.policy.service.settle``.

    Parameters
    ----------
    depot_sites
        Stations and centres that depots are chosen from.

    Raises
    ------
    PlanError
        If the share asked for cannot be reached, or no depot can be had.
    """
    ground = ground_of(
        plan,
        spec,
        figures,
        days_a_week=days_a_week,
        depot_sites=depot_sites,
        progress=progress,
    )
    progress("choose service", 0.0)
    return choose(ground)


def choose(ground: Ground, shares: Floats | None = None, driven: Driven | None = None) -> Service:
    """Choose a way of serving each village, or price one that was chosen by its rounds.

    Parameters
    ----------
    shares
        float64[villages], of a trip that a visit bears; ``None``: as figures assume.
    driven
        The choice to keep.

    Raises
    ------
    PlanError
        If the share asked for cannot be reached.
    """
    plan, spec = ground.plan, ground.spec
    frame = priced(ground, shares)
    question = ServiceChoice(
        cost=frame[[f"cost_{key}" for key in WAYS]].to_numpy(np.float64).reshape(-1, len(WAYS)),
        weight=frame["people"].to_numpy(np.float64),
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
    if driven is not None:
        choice = _kept(question, choice, driven.way, plan.scenario.gap)
    way = choice.way.tolist()
    chosen = frame["trip_share"].to_numpy(np.float64) if driven is None else driven.chosen_share
    frame["trip_share_chosen"] = chosen
    frame["trip_share_by"] = ["assumed"] * len(frame) if driven is None else [*driven.known_by]
    frame["way"] = [WAYS[one] if one >= 0 else "" for one in way]
    frame["cost"] = [
        float(question.cost[row, one]) if one >= 0 else 0.0 for row, one in enumerate(way)
    ]
    frame["suggested"] = _suggested(plan, frame, frame["way"].tolist())
    return Service(
        ground=ground,
        villages=frame.to_crs(WGS84),
        question=question,
        choice=choice,
        break_evens=break_evens(ground, _usual_share(ground, frame)),
        findings=_findings(ground, frame),
        steps=() if driven is None else driven.steps,
    )


def _kept(question: ServiceChoice, best: ServicePlan, way: Ints, gap: float) -> ServicePlan:
    """A choice beside the best that could be, under the same costs."""
    rows = np.flatnonzero(way >= 0)
    value = math.fsum(question.cost[rows, way[rows]].tolist())
    bound = min(value, best.bound)
    left = (value - bound) / value if value else 0.0
    return ServicePlan(
        way=way.astype(np.int32),
        value=value,
        bound=bound,
        gap=left,
        status=Status.PROVEN if left <= gap + 1e-9 else Status.FEASIBLE,
        proved_by=best.proved_by,
    )


def _usual_share(ground: Ground, frame: gpd.GeoDataFrame) -> float:
    """Share of a trip that a visit bears, in the middle of the mobile stops (of all, if none)."""
    mobile = frame["way"].to_numpy(object) == "mobile"
    shares = frame["trip_share"].to_numpy(np.float64)
    if not len(shares):
        return ground.figures.trip_share(ground.figures.ways[MOBILE])
    return float(np.median(shares[mobile] if mobile.any() else shares))


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


def _findings(ground: Ground, frame: gpd.GeoDataFrame) -> tuple[Finding, ...]:
    plan, spec, ways, village_m = ground.plan, ground.spec, ground.ways, ground.villages.village_m
    values: dict[str, str | int | float] = {"villages": len(frame), "village_m": round(village_m)}
    found = [Finding(kind="service-villages", values=values)]
    depots = len(ways.node) - len(frame)
    if village_m > spec.village_m:
        asked: dict[str, str | int | float] = {
            "asked": round(spec.village_m),
            "most": MOST_VILLAGES,
        }
        found.append(Finding(kind="service-coarser", values=asked))
    if depots:
        kind = f"service-depots-{ground.depots.origin}"
        found.append(Finding(kind=kind, values={"depots": depots}))
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
