"""Cases of a region: people elsewhere or more of them, roads blocked; and sites refused."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.crs import WGS84
from geo.findings import Finding
from geo.network import RoadNetwork
from geo.rounding import largest_remainder
from optimise import Case, Travel
from planner.plan import Plan
from planner.policy.robust.spec import RobustSpec
from planner.posed import Posed
from planner.travels import measure_of, travel_for

__all__ = ["Told", "cases_of", "refused_of"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Told:
    """A case, and how it is told: ``kind`` and plain ``values`` that make it again."""

    case: Case
    kind: str
    values: dict[str, Any]


def cases_of(plan: Plan, posed: Posed, spec: RobustSpec) -> tuple[list[Told], list[Finding]]:
    """Every case of people and of roads that a spec asks for, people first."""
    findings: list[Finding] = []
    people = _spreads(posed, plan, findings) if spec.spreads else []
    people += _people(posed, plan, spec)
    told = [*people, *_roads(posed, plan, spec, findings)]
    if len(told) > spec.max_runs:
        values: dict[str, str | int | float] = {"cases": len(told), "kept": spec.max_runs}
        findings.append(Finding(kind="robust-cases-left-out", values=values))
    return told[: spec.max_runs], findings


def _weights(posed: Posed, plan: Plan, people: Ints) -> Ints:
    """What cells weigh with other people in them; what special places hand in stays."""
    base = np.asarray(posed.question.problem.weights, np.int64)
    if plan.scenario.weight != "kg":
        return people
    grams = sum(stream.g_person_day for stream in posed.bundle.materials.streams)
    before = posed.bundle.demand.frame["people"].to_numpy(np.int64)
    return np.asarray(base + (people - before) * int(grams), np.int64)


def _spreads(posed: Posed, plan: Plan, findings: list[Finding]) -> list[Told]:
    demand = posed.bundle.demand
    if demand.spreads is None or demand.spreads.empty:
        findings.append(Finding(kind="robust-no-spreads"))
        return []
    frame = demand.frame
    home, before = frame["township"].to_numpy(), frame["people"].to_numpy(np.int64)
    xy = np.column_stack([frame.geometry.x, frame.geometry.y])
    found = []
    for method in sorted(set(demand.spreads["method"])):
        rows = demand.spreads[demand.spreads["method"] == method]
        people = before.copy()
        for township in sorted(set(rows["township"].tolist())):
            cells = np.flatnonzero(home == township)
            mine = rows[rows["township"] == township]
            weight = mine["weight"].to_numpy(np.float64)
            if not len(cells) or weight.sum() <= 0:
                continue
            # Places without a cell of their own count with the nearest one of the township.
            _, at = cKDTree(xy[cells]).query(mine[["x", "y"]].to_numpy(np.float64))
            share = np.bincount(at, weights=weight, minlength=len(cells)).astype(np.float64)
            people[cells] = largest_remainder(int(before[cells].sum()), share)
        case = Case(name=f"spread {method}", weights=_weights(posed, plan, people))
        moved = int(np.abs(people - before).sum() // 2)
        found.append(Told(case=case, kind="spread", values={"method": method, "moved": moved}))
    return found


def _people(posed: Posed, plan: Plan, spec: RobustSpec) -> list[Told]:
    codes = posed.bundle.region.townships["code"].tolist()
    home = posed.bundle.demand.frame["township"].to_numpy()
    before = posed.bundle.demand.frame["people"].to_numpy(np.int64)
    found = []
    for draw in range(spec.people_draws):
        random = np.random.default_rng([spec.seed, 1, draw])
        change = random.uniform(-spec.people_change, spec.people_change, len(codes))
        factors = np.round(1.0 + change, 6)
        people = np.rint(before * factors[home]).astype(np.int64)
        case = Case(name=f"people {draw + 1}", weights=_weights(posed, plan, people))
        values = {
            "draw": draw + 1,
            "factors": dict(zip(codes, factors.tolist(), strict=True)),
        }
        found.append(Told(case=case, kind="people", values=values))
    return found


def _roads(posed: Posed, plan: Plan, spec: RobustSpec, findings: list[Finding]) -> list[Told]:
    if not spec.blocked and not (spec.road_draws and spec.roads_blocked):
        return []
    network = posed.bundle.networks.get(plan.scenario.mode)
    if network is None:
        findings.append(Finding(kind="robust-no-roads"))
        return []
    tail = np.repeat(np.arange(len(network.x)), np.diff(network.indptr))
    found = []
    for number, place in enumerate(spec.blocked):
        spot = gpd.GeoSeries(gpd.points_from_xy([place.lon], [place.lat]), crs=WGS84)
        here = spot.to_crs(posed.bundle.region.crs).iloc[0]
        near = np.hypot(network.x - here.x, network.y - here.y) <= place.radius_m
        cut = near[tail] | near[network.indices]
        pairs = sorted(set(_pairs(tail[cut], network.indices[cut])))
        label = place.name or f"{place.lon:.5f}, {place.lat:.5f}"
        found.append(_cut(posed, plan, network, pairs, f"blocked {number + 1}", label))
    if not spec.road_draws:
        return found
    pairs_used, flow = _used(posed, plan, network)
    if not len(flow):
        return found
    for draw in range(spec.road_draws):
        random = np.random.default_rng([spec.seed, 2, draw])
        size = min(spec.roads_blocked, len(flow))
        picked = random.choice(len(flow), size=size, replace=False, p=flow / flow.sum())
        pairs = sorted(pairs_used[at] for at in picked.tolist())
        found.append(_cut(posed, plan, network, pairs, f"roads {draw + 1}", ""))
    return found


def _pairs(tail: Ints, head: Any) -> list[tuple[int, int]]:
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    return list(zip(low.tolist(), high.tolist(), strict=True))


def _cut(
    posed: Posed,
    plan: Plan,
    network: RoadNetwork,
    pairs: list[tuple[int, int]],
    name: str,
    label: str,
) -> Told:
    """The case without some pieces of road, either way."""
    size = len(network.x)
    tail = np.repeat(np.arange(size), np.diff(network.indptr))
    low = np.minimum(tail, network.indices).astype(np.int64)
    high = np.maximum(tail, network.indices).astype(np.int64)
    gone = np.isin(low * size + high, np.array([a * size + b for a, b in pairs], np.int64))
    keep = ~gone
    left = np.concatenate([[0], np.cumsum(keep)])
    less = dataclasses.replace(
        network,
        indptr=left[network.indptr].astype(np.int64),
        indices=network.indices[keep],
        length_cm=network.length_cm[keep],
        kmh=network.kmh[keep],
    )
    mode = plan.scenario.mode
    bundle = dataclasses.replace(posed.bundle, networks={**posed.bundle.networks, mode: less})
    travel = travel_for(bundle, mode, plan.scenario.limit, measure=measure_of(plan.scenario))
    case = Case(
        name=name,
        travel=Travel(
            indptr=travel.indptr,
            indices=travel.indices,
            impedance=np.round(travel.values.astype(np.float64), 2),
            cutoff=travel.cutoff,
        ),
    )
    return Told(case=case, kind="roads", values={"label": label, "pieces": pairs})


def _used(posed: Posed, plan: Plan, network: RoadNetwork) -> tuple[list[tuple[int, int]], Floats]:
    """Pieces of road that people use on the shortest way to their nearest point, and how many.

    One search from all open points over the turned-round network gives everybody's way; people
    are added up along it from the far end.
    """
    opened = posed.bundle.candidates.frame.set_index("id").loc[plan.sites["id"].tolist()]
    nodes, _ = network.snap(opened.geometry.x, opened.geometry.y)
    demand = posed.bundle.demand.frame
    home, _ = network.snap(demand.geometry.x, demand.geometry.y)
    size = len(network.x)
    arcs = csr_array(
        (network.length_cm.astype(np.float64), network.indices, network.indptr), shape=(size, size)
    )
    far, before, _ = dijkstra(
        csr_array(arcs.T),
        indices=np.unique(nodes[nodes >= 0]),
        min_only=True,
        return_predecessors=True,
        limit=100.0 * plan.scenario.limit if plan.scenario.unit == "m" else np.inf,
    )
    flow = np.zeros(size)
    live = home >= 0
    np.add.at(flow, home[live], demand["people"].to_numpy(np.float64)[live])
    flow[~np.isfinite(far)] = 0.0
    reached = np.flatnonzero(np.isfinite(far) & (before >= 0))
    used: dict[tuple[int, int], float] = {}
    for node in reached[np.argsort(-far[reached], kind="stable")].tolist():
        if flow[node] > 0:
            near = int(before[node])
            flow[near] += flow[node]
            pair = min(node, near), max(node, near)
            used[pair] = used.get(pair, 0.0) + float(flow[node])
    pairs = sorted(used)
    return pairs, np.array([used[pair] for pair in pairs])


def refused_of(
    plan: Plan, posed: Posed, spec: RobustSpec
) -> tuple[npt.NDArray[np.int32], list[Finding]]:
    """Rows of the plan's new points that are refused one by one, those that serve most first."""
    ids = posed.bundle.candidates.frame["id"].tolist()
    row_of = dict(zip(ids, range(len(ids)), strict=True))
    existing = posed.question.problem.existing
    mine = [
        (-int(people), row_of[name])
        for name, people in zip(plan.sites["id"], plan.sites["people"], strict=True)
        if not existing[row_of[name]]
    ]
    mine.sort()
    kept = mine if spec.refused_sites is None else mine[: spec.refused_sites]
    findings = []
    if len(kept) < len(mine):
        values: dict[str, str | int | float] = {"sites": len(mine), "kept": len(kept)}
        findings.append(Finding(kind="robust-refused-some", values=values))
    return np.array([row for _, row in kept], np.int32), findings
