"""From a problem to the ground of a question with capacities: settle, merge, write down."""

from __future__ import annotations

import sys

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.capacity.ground import Capacitated, Ground
from optimise.covering.reduce import grain_of, weight_needed
from optimise.errors import CapacityShort, Fact, Infeasible, TargetShort
from optimise.incidence import narrowed, widest
from optimise.models import CapacitatedCover
from optimise.problem import EVERYBODY, Problem
from optimise.sides import side_rows

__all__ = ["lay_ground"]


def lay_ground(
    problem: Problem, model: Capacitated, *, only: NDArray[np.int32] | None = None
) -> Ground:
    """Settle what is obvious and merge what is equal.

    ``only`` leaves nothing but these sites, which are open, takes in also those whom no target
    counts, and lets serving cost its impedance.

    Raises
    ------
    Infeasible
        Where a target asks for weight that no allowed site can take.
    """
    cover = isinstance(model, CapacitatedCover)
    if isinstance(model, CapacitatedCover):
        problem = narrowed(problem, model.radius)
    weights = problem.weights.astype(np.float64)
    radius = sys.float_info.max if model.radius is None else widest(model.radius)
    allowed = ~problem.forbidden
    if only is not None:
        allowed = np.isin(np.arange(problem.n_sites), only)
    sites = np.flatnonzero(allowed).astype(np.int32)
    number = np.full(problem.n_sites, -1, dtype=np.int32)
    number[sites] = np.arange(len(sites), dtype=np.int32)
    room = np.full(problem.n_sites, np.inf)
    if problem.capacities is not None:
        room = problem.capacities
    unit = np.repeat(np.arange(problem.n_units), np.diff(problem.travel.indptr))
    site = problem.travel.indices
    far = problem.travel.impedance.astype(np.float64)
    usable = (far <= radius) & (number[site] >= 0) & (room[site] > 0) & (weights[unit] > 0)
    if not model.split:
        usable &= weights[unit] <= room[site]
    coverable = np.zeros(problem.n_units, dtype=np.bool_)
    coverable[unit[usable]] = True
    must, targets = _targets(problem, model, coverable)
    wanted = must.copy()
    for members, _, _ in targets:
        wanted[members] = True
    if only is not None:
        wanted[:] = True
    usable &= wanted[unit]
    unit, column = unit[usable], number[site[usable]]
    cost = np.zeros(len(unit)) if cover and only is None else far[usable]
    units = np.unique(unit)
    first, member, start, column, cost = _merged(
        units, unit, column, cost, [members for members, _, _ in targets], must, model.split
    )
    weight = np.add.reduceat(weights[member], first[:-1]) if len(member) else np.zeros(0)
    lead = member[first[:-1]]
    row_of = np.repeat(np.arange(len(lead), dtype=np.int32), np.diff(start))
    by_site = np.argsort(column, kind="stable").astype(np.int64)
    counts = np.bincount(column, minlength=len(sites))
    given = np.bincount(column, weights=weight[row_of], minlength=len(sites))
    inside = np.zeros((len(targets), problem.n_units))
    for line, (members, _, _) in zip(inside, targets, strict=True):
        line[members] = 1.0
    rows = side_rows(problem)
    matrix, lower, upper, names = rows.matrix[:, sites], rows.lower, rows.upper, rows.names
    own = getattr(model, "p", None)
    if own is not None:
        every = sparse.csr_array(np.ones((1, len(sites))))
        matrix = sparse.csr_array(sparse.vstack([matrix, every]))
        lower, upper = np.append(lower, -np.inf), np.append(upper, float(own))
        names = (*names, ("p", 0))
    return Ground(
        sites=sites,
        fixed=_fixed(problem, model)[sites],
        capacity=np.minimum(room[sites], given),
        kept=problem.kept[sites],
        weight=weight,
        first=first,
        member=member,
        start=start,
        column=column,
        cost=cost,
        site_start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        row=row_of[by_site],
        site_cost=cost[by_site],
        must=must[lead],
        inside=sparse.csr_array(inside[:, lead]),
        need=np.array([need for _, need, _ in targets]),
        groups=tuple(name for _, _, name in targets),
        matrix=sparse.csr_array(matrix),
        lower=lower,
        upper=upper,
        names=names,
        zone=problem.zones[sites].astype(np.int32),
        quota=problem.quotas.astype(np.int64),
        most=problem.most(own),
        split=model.split,
        grain=_grain(problem, model, weights, far[usable]),
    )


def _fixed(problem: Problem, model: Capacitated) -> NDArray[np.float64]:
    if isinstance(model, CapacitatedCover):
        count = model.objective == "sites"
    elif model.fixed_costs == "none":
        return np.zeros(problem.n_sites)
    else:
        count = False
    return np.ones(problem.n_sites) if count else problem.site_costs.astype(np.float64)


def _grain(
    problem: Problem, model: Capacitated, weights: NDArray[np.float64], far: NDArray[np.float64]
) -> float | None:
    """What divides every value: of flows only where the numbers are whole (total unimodularity)."""
    if isinstance(model, CapacitatedCover):
        return grain_of(_fixed(problem, model))
    room = np.zeros(0) if problem.capacities is None else problem.capacities
    room = room[np.isfinite(room)] if model.split else np.zeros(0)
    numbers = (weights, far, room, _fixed(problem, model))
    if all((one == np.round(one)).all() for one in numbers):
        return 1.0
    return None


def _targets(
    problem: Problem, model: Capacitated, coverable: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], list[tuple[NDArray[np.int32], float, str]]]:
    """Units that must be served whole, and what other targets need of the rest."""
    weights = problem.weights.astype(np.float64)
    must = np.zeros(problem.n_units, dtype=np.bool_)
    asked: list[tuple[NDArray[np.int32], float, str]] = []
    facts: list[Fact] = []
    wanted = model.targets if isinstance(model, CapacitatedCover) else ((EVERYBODY, 1.0),)
    for name, share in wanted:
        members = problem.members(name)
        members = members[weights[members] > 0]
        total = float(weights[members].sum())
        need = weight_needed(problem, share, total)
        most = float(weights[members[coverable[members]]].sum())
        if most < need:
            facts.append(_short(problem, model, name, share, need, most, members))
        if share == 1.0:
            must[members] = True
        elif need > 0:
            asked.append((members, need, name))
    if facts:
        raise Infeasible(tuple(facts))
    left = []
    for members, need, name in asked:
        rest = need - float(weights[members[must[members]]].sum())
        if rest > 0:
            left.append((members[~must[members]], rest, name))
    return must, left


def _short(
    problem: Problem,
    model: Capacitated,
    name: str,
    share: float,
    need: float,
    most: float,
    members: NDArray[np.int32],
) -> Fact:
    """Too far, or near but too heavy for any site."""
    travel, weights = problem.travel, problem.weights.astype(np.float64)
    radius = sys.float_info.max if model.radius is None else widest(model.radius)
    near = travel.impedance.astype(np.float64) <= radius
    near &= ~problem.forbidden[travel.indices]
    before = np.concatenate([[0], np.cumsum(near)])
    reached = before[travel.indptr[1:]] > before[travel.indptr[:-1]]
    within = float(weights[members[reached[members]]].sum())
    if within >= need:
        return CapacityShort(group=name, need=need, most=most)
    total = float(weights[members].sum())
    return TargetShort(
        group=name,
        share=float(share),
        attainable=within / total,
        total=total,
        coverable=within,
        stranded=members[~reached[members]],
    )


def _merged(
    units: NDArray[np.int64],
    unit: NDArray[np.int64],
    column: NDArray[np.int32],
    cost: NDArray[np.float64],
    groups: list[NDArray[np.int32]],
    must: NDArray[np.bool_],
    split: bool,
) -> tuple[
    NDArray[np.int64], NDArray[np.int32], NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]
]:
    """Rows of units with the same columns at the same costs in the same targets."""
    lengths = np.bincount(unit, minlength=len(must))[units]
    start = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)
    label = np.arange(len(units))
    if split and len(units):
        label = _labels(units, start, column, cost, groups, must)
    order = np.argsort(label, kind="stable")
    _, first = np.unique(label[order], return_index=True)
    member = units[order].astype(np.int32)
    lead = order[first]
    # Rows in the order of their first unit.
    rank = np.argsort(lead, kind="stable")
    sizes = np.diff(np.append(first, len(order)))
    at = np.repeat(first[rank], sizes[rank])
    ends = np.concatenate([[0], np.cumsum(sizes[rank])]).astype(np.int64)
    member = member[at + np.arange(len(member)) - np.repeat(ends[:-1], sizes[rank])]
    lead = lead[rank]
    row_lengths = lengths[lead]
    row_start = np.concatenate([[0], np.cumsum(row_lengths)]).astype(np.int64)
    take = np.repeat(start[lead] - row_start[:-1], row_lengths) + np.arange(row_start[-1])
    return ends, member, row_start, column[take], cost[take]


def _labels(
    units: NDArray[np.int64],
    start: NDArray[np.int64],
    column: NDArray[np.int32],
    cost: NDArray[np.float64],
    groups: list[NDArray[np.int32]],
    must: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Equal numbers for equal units: sorted by a signature, then compared in full."""
    word = cost.view(np.uint64) ^ (column.astype(np.uint64) + np.uint64(1)) * np.uint64(
        0x9E3779B97F4A7C15
    )
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        word = (word ^ (word >> np.uint64(shift))) * np.uint64(factor)
    signature = np.add.reduceat(word, start[:-1])
    sides = must[units].astype(np.int64)
    for members in groups:
        sides = np.unique(np.stack([sides, np.isin(units, members)]), axis=1, return_inverse=True)[
            1
        ].reshape(-1)
    lengths = np.diff(start)
    order = np.lexsort((np.arange(len(units)), lengths, sides, signature))
    same = np.zeros(len(units), dtype=np.bool_)
    before, after = order[:-1], order[1:]
    alike = (
        (signature[before] == signature[after])
        & (sides[before] == sides[after])
        & (lengths[before] == lengths[after])
    )
    at = np.flatnonzero(alike)
    if len(at):
        size = lengths[before[at]]
        inner = np.arange(size.sum()) - np.repeat(np.cumsum(size) - size, size)
        one = np.repeat(start[before[at]], size) + inner
        other = np.repeat(start[after[at]], size) + inner
        differs = (column[one] != column[other]) | (cost[one] != cost[other])
        alike[at] = np.bincount(np.repeat(at, size), weights=differs, minlength=len(alike))[at] == 0
    same[order[1:]] = alike
    label = np.empty(len(units), dtype=np.int64)
    label[order] = np.cumsum(~same[order]) - 1
    return label
