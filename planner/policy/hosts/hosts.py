"""Two networks in one place (两网融合): the plan again with its points at existing places.

As many sites as the plan has, every township's number kept, and a dial between two goals: at 0
most is covered, at 1 most sites stand at hosts. In between

    min (1 - dial) * (weight not covered) / (all weight) + dial * (new sites) / (sites)

is one programme of the optimiser (weighed goals), with a bound.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.crs import WGS84
from geo.findings import Finding
from geo.progress import Progress, silent
from optimise import Choice, OptimiseError, Ordered, Weighed, solve_weighed
from planner.errors import PlanError
from planner.geojson import plain
from planner.plan import Plan
from planner.policy.hosts.match import Hosting, Places, host_places, hosting_of
from planner.policy.hosts.spec import HostCosts, HostsSpec, read_costs
from planner.policy.naming import numbers_of
from planner.posed import Posed, pose

__all__ = ["HostsResult", "make_hosts"]

Ints = npt.NDArray[np.int32]

TIE = 0.5
"""At the end of the dial all people together weigh half a site: they only tell equals apart."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class HostsResult:
    """The plan along the dial.

    Parameters
    ----------
    plan, spec, costs
        What was asked of which plan, and the costs it was answered with.
    record
        The content of ``hosts.json``: every number named with its unit.
    sites
        Sites at the step asked for, WGS84 points: ``id``, ``kind``, ``name``, ``role``
        ("existing", "hosted" or "new"), ``host``, ``host_kind``, ``host_name``, ``away_m``,
        ``yuan``, ``township``, ``in_plan``.
    """

    plan: Plan
    spec: HostsSpec
    costs: HostCosts
    record: dict[str, Any]
    sites: gpd.GeoDataFrame


def make_hosts(
    plan: Plan,
    spec: HostsSpec,
    *,
    costs: HostCosts | None = None,
    file: Path | None = None,
    progress: Progress = silent,
) -> HostsResult:
    """Solve a plan again along the dial between coverage and re-use.

    Parameters
    ----------
    file
        Hosts that the region's data do not know: waste-sorting points, co-operatives … in any
        file of places with a column ``kind``.

    Raises
    ------
    PlanError
        If the plan's rules cannot be kept with its number of sites.
    InputError
        If the costs or the file cannot be used.
    """
    costs = read_costs() if costs is None else costs
    places = host_places(plan.bundle, costs, file)
    hosting = hosting_of(plan.bundle, places, costs, spec.within_m)
    posed = pose(plan.bundle, plan.scenario, progress=progress)
    ids = posed.bundle.candidates.frame["id"].astype(str).tolist()
    number = {one: row for row, one in enumerate(ids)}
    opened = np.array([number[str(one)] for one in plan.sites["id"]], np.int32)
    base = _told(posed, hosting, opened, costs)
    dials = spec.dials if (hosting.host >= 0).any() else ()
    found = []
    # Without any host there is nothing to trade: the plan stays as it is.
    for done, dial in enumerate(dials):
        progress("turn dial", done / len(dials))
        answer = _solve(posed, hosting, len(opened), dial, spec, plan.scenario.seed)
        found.append(answer)
    known = [np.asarray(answer.open_sites, np.int32) for answer in found]
    steps = []
    answers: dict[float, Ints] = {}
    for dial, answer in zip(dials, found, strict=True):
        # What is best at one step may have been found at another.
        values = [_value(posed, hosting, one, dial) for one in known]
        best = int(np.argmin(values))
        answers[dial] = known[best]
        bound = min(float(answer.stages[0].bound), values[best])
        gap = (values[best] - bound) / max(1e-10, values[best])
        told = _told(posed, hosting, answers[dial], costs)
        steps.append(
            {
                "dial": dial,
                **told,
                "people_change": told["people_covered"] - base["people_covered"],
                "yuan_change": round(told["yuan"] - base["yuan"], 2),
                "same_as_plan": len(set(answers[dial].tolist()) & set(opened.tolist())),
                "value": round(values[best], 6),
                "bound": round(bound, 6),
                "gap": round(gap, 6),
                "status": "proven" if gap <= max(spec.gap, 1e-9) else "feasible",
                "open": [ids[row] for row in answers[dial].tolist()],
            }
        )
    progress("turn dial", 1.0)
    chosen = answers.get(round(spec.dial, 6), np.sort(opened))
    findings = []
    if not places.ids:
        findings.append(Finding(kind="hosts-none", values={"within_m": spec.within_m}))
    elif not (hosting.host >= 0).any():
        findings.append(Finding(kind="hosts-not-matched", values={"within_m": spec.within_m}))
    sites = _sites(posed, hosting, places, chosen, set(opened.tolist()))
    record = {
        "part": "hosts",
        "spec": spec.record(),
        "hosts": {
            "places": len(places.ids),
            "candidates": int((hosting.host >= 0).sum()),
            "by_kind": {
                one.key: places.kinds.count(one.key)
                for one in costs.hosts
                if one.key in places.kinds
            },
        },
        "plan": {**base, "open": [str(one) for one in plan.sites["id"]]},
        "steps": steps,
        "sites": [
            {key: plain(value) for key, value in row.items()}
            for row in sites.drop(columns="geometry").to_dict("records")
        ],
        "places": [
            {"id": one, "kind": kind, "name": name, "lon": lon, "lat": lat}
            for one, kind, name, (lon, lat) in zip(
                places.ids, places.kinds, places.names, _degrees(plan, places), strict=True
            )
        ],
        "costs": costs.record(),
        "findings": [finding.record() for finding in findings],
    }
    return HostsResult(plan=plan, spec=spec, costs=costs, record=record, sites=sites)


def _solve(
    posed: Posed, hosting: Hosting, sites: int, dial: float, spec: HostsSpec, seed: int
) -> Ordered:
    """Exactly so many sites; new ones cost 1, those at existing places nothing."""
    problem = posed.question.problem
    problem = dataclasses.replace(
        problem,
        site_costs=np.where(hosting.reused, 0.0, 1.0),
        choices=(Choice(sites=tuple(range(problem.n_sites)), least=sites, most=sites),),
    )
    people, new = _prices(problem.weights, sites, dial)
    goals = Weighed(radius=posed.question.model.radius, people=people, cost=new, max_sites=sites)
    try:
        return solve_weighed(problem, goals, gap=spec.gap, seed=seed, effort=spec.effort)
    except OptimiseError as error:
        raise PlanError(str(error), zh=str(error), where="hosts") from error


def _prices(weights: npt.NDArray[Any], sites: int, dial: float) -> tuple[float, float]:
    """Price of a unit of weight without a site, and of a new site: both in units of weight."""
    total = max(1.0, float(weights.sum()))
    return max(1.0 - dial, TIE / max(1, sites)), dial * total / max(1, sites)


def _value(posed: Posed, hosting: Hosting, opened: Ints, dial: float) -> float:
    """What is minimised, of any set of open sites."""
    weights = posed.question.problem.weights
    people, new = _prices(weights, len(opened), dial)
    missed = float(weights[~_covered(posed, opened)].sum())
    return people * missed + new * float((~hosting.reused[opened]).sum())


def _covered(posed: Posed, opened: Ints) -> npt.NDArray[np.bool_]:
    """Units with an open site within the limit."""
    travel, limit = posed.question.problem.travel, posed.question.model.radius
    assert isinstance(limit, int | float)
    is_open = np.zeros(posed.question.problem.n_sites, bool)
    is_open[opened] = True
    hit = is_open[travel.indices] & (travel.impedance <= limit)
    before = np.concatenate([[0], np.cumsum(hit)])
    return np.asarray(before[travel.indptr[1:]] > before[travel.indptr[:-1]], np.bool_)


def _told(posed: Posed, hosting: Hosting, opened: Ints, costs: HostCosts) -> dict[str, Any]:
    """What a set of open sites re-uses, costs and covers."""
    covered = _covered(posed, opened)
    people = posed.bundle.demand.frame["people"].to_numpy(np.int64)
    existing = int(hosting.existing[opened].sum())
    hosted = int((hosting.host[opened] >= 0).sum())
    yuan = float(hosting.yuan[opened].sum())
    anew = costs.new.yuan * (len(opened) - existing) + costs.existing.yuan * existing
    return {
        "sites": len(opened),
        "existing": existing,
        "hosted": hosted,
        "reused": existing + hosted,
        "new": len(opened) - existing - hosted,
        "people_covered": int(people[covered].sum()),
        "yuan": round(yuan, 2),
        "saved_yuan": round(anew - yuan, 2),
    }


def _sites(
    posed: Posed, hosting: Hosting, places: Places, opened: Ints, in_plan: set[int]
) -> gpd.GeoDataFrame:
    frame = posed.bundle.candidates.frame
    townships = posed.bundle.region.townships["name"].to_numpy(object)
    numbers = numbers_of(frame)
    rows = []
    for row in opened.tolist():
        one, host = frame.iloc[row], int(hosting.host[row])
        role = "existing" if hosting.existing[row] else "hosted" if host >= 0 else "new"
        rows.append(
            {
                "id": str(one["id"]),
                "kind": str(one["kind"]),
                "name": str(one["name"]),
                "number": numbers[row],
                "role": role,
                "host": places.ids[host] if host >= 0 else "",
                "host_kind": places.kinds[host] if host >= 0 else "",
                "host_name": places.names[host] if host >= 0 else "",
                "away_m": round(float(hosting.away_m[row]), 2) if host >= 0 else None,
                "yuan": float(hosting.yuan[row]),
                "township": str(townships[int(one["township"])]),
                "in_plan": row in in_plan,
            }
        )
    points = gpd.GeoSeries(frame.geometry.iloc[opened], crs=frame.crs).to_crs(WGS84)
    return gpd.GeoDataFrame(rows, geometry=points.to_numpy(), crs=WGS84)


def _degrees(plan: Plan, places: Places) -> list[tuple[float, float]]:
    points = gpd.GeoSeries(
        gpd.points_from_xy(places.xy[:, 0], places.xy[:, 1]), crs=plan.bundle.region.crs
    ).to_crs(WGS84)
    return list(zip(points.x.round(7).tolist(), points.y.round(7).tolist(), strict=True))
