"""What each open site is good for, and what could stand in for it.

One pass over the travel matrix. Of each unit the nearest open site, the second nearest and how
many there are within reach say what closing a site costs; what a closed site k in place of an
open site j brings is ``loss_j - gain_k - extra_jk``, where only units whose nearest site is j make
``extra`` (Whitaker 1983; Resende and Werneck 2007). Covered people are the same count with
"within reach" in place of "how far".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.errors import ProblemError
from optimise.incidence import narrowed, widest
from optimise.models import Model, PCenter, PMedian
from optimise.problem import Problem
from optimise.solution import Solution

__all__ = ["SiteWorth", "site_worth"]

#: Exchanges judged at a time: what two tables of them take is about 200 MB.
_AT_ONCE = 12_000_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SiteWorth:
    """One entry for each open site, in the order of ``Solution.open_sites``.

    Capacities are left out of account: reach is what counts, as if nobody were turned away.

    Parameters
    ----------
    sites
        int32[p], the open sites.
    only
        float64[p], weight within the radius of this site and of no other open one: covered weight
        lost if it were closed.
    backup
        float64[p], weight within the radius of this site and of exactly one other.
    farther
        float64[p], total weighted impedance more if it were closed, a unit left without any site
        counting as far as the (largest) radius or what an unserved unit costs; infinite where the
        question wants everybody served and somebody would not be.
    closable
        bool[p], whether it may be closed at all: neither kept nor tied to others that are open.
    substitute
        int32[p], the closed site that would replace it best; -1 if there is none that is allowed
        and keeps quotas, budget and rules. Best: least ``regret_people``, then
        ``regret_distance``, then the lowest number; for a p-median with unserved costs only the
        distance counts.
    regret_people, regret_distance
        float64[p], covered weight less and weighted impedance more after that exchange; below 0
        where the plan would become better. NaN without a substitute.
    """

    sites: NDArray[np.int32]
    only: NDArray[np.float64]
    backup: NDArray[np.float64]
    farther: NDArray[np.float64]
    closable: NDArray[np.bool_]
    substitute: NDArray[np.int32]
    regret_people: NDArray[np.float64]
    regret_distance: NDArray[np.float64]


def site_worth(problem: Problem, model: Model, solution: Solution) -> SiteWorth:
    """Tell what each open site of a plan is good for.

    Parameters
    ----------
    problem, model, solution
        The question and its answer. "Within the radius" is within the model's; for a p-center
        within the radius the plan reaches, for a median without one within the travel matrix.

    Raises
    ------
    ProblemError
        If the plan names sites that are not there.
    """
    sites = solution.open_sites
    if len(sites) and (sites.min() < 0 or sites.max() >= problem.n_sites):
        raise ProblemError(
            "site_worth.solution",
            f"sites up to {sites.max()} in a problem of {problem.n_sites}",
            remedy="Give the problem that the solution answers.",
        )
    near, radius, far = _reach(problem, model, solution)
    position = np.full(problem.n_sites, -1, dtype=np.int64)
    position[sites] = np.arange(len(sites))
    weights = problem.weights.astype(np.float64)
    travel = near.travel
    lost, backup, farther, state = _survey(
        travel.indptr, travel.indices, travel.impedance, weights, position, len(sites), radius, far
    )
    allowed = ~problem.forbidden
    allowed[sites] = False
    closable = ~problem.kept[sites] & ~np.isin(sites, _flat(problem.together))
    by_people = not (isinstance(model, PMedian) and model.unserved_cost is not None)
    substitute = np.full(len(sites), -1, dtype=np.int32)
    regret = np.full((2, len(sites)), np.nan)
    step = max(1, _AT_ONCE // problem.n_sites)
    for start in range(0, len(sites), step):
        rows = np.arange(start, min(start + step, len(sites)))
        people, distance = _exchanges(
            travel.indptr,
            travel.indices,
            travel.impedance,
            weights,
            position,
            state,
            (start, len(rows), radius),
        )
        people += lost[rows, None]
        distance += farther[rows, None]
        possible = _possible(problem, sites, rows) & allowed & closable[rows, None]
        first = np.where(possible, people if by_people else 0.0, np.inf)
        best = possible & (first == first.min(axis=1, initial=np.inf)[:, None])
        second = np.where(best, distance, np.inf)
        chosen = second.argmin(axis=1)
        found = best.any(axis=1)
        at = np.arange(len(rows))[found]
        substitute[rows[found]] = chosen[found]
        regret[0, rows[found]] = people[at, chosen[found]]
        regret[1, rows[found]] = distance[at, chosen[found]]
    if _wants_everybody(model):
        farther = np.where(lost > 0, np.inf, farther)
        regret[1, regret[0] > 0] = np.inf
    return SiteWorth(
        sites=sites,
        only=lost,
        backup=backup,
        farther=farther,
        closable=closable,
        substitute=substitute,
        regret_people=regret[0],
        regret_distance=regret[1],
    )


def _wants_everybody(model: Model) -> bool:
    return hasattr(model, "p") and getattr(model, "unserved_cost", None) is None


def _reach(problem: Problem, model: Model, solution: Solution) -> tuple[Problem, float, float]:
    """Pairs that count, their limit, and how far a unit without any site is."""
    if isinstance(model, PCenter):
        return problem, solution.value, solution.value
    own = getattr(model, "radius", None)
    largest = float(problem.travel.impedance.max(initial=0.0))
    radius = largest if own is None else widest(own)
    unserved = getattr(model, "unserved_cost", None)
    near = narrowed(problem, own) if own is not None else problem
    return near, radius, radius if unserved is None else float(unserved)


def _flat(groups: tuple[tuple[int, ...], ...]) -> NDArray[np.int64]:
    return np.array([site for group in groups for site in group], dtype=np.int64)


def _possible(
    problem: Problem, sites: NDArray[np.int32], rows: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Exchanges that break no quota, budget or rule, bool[rows, m]; closed sites only."""
    m = problem.n_sites
    is_open = np.zeros(m, dtype=np.bool_)
    is_open[sites] = True
    leaving = sites[rows]
    possible = np.ones((len(rows), m), dtype=np.bool_)
    # All of such a group are open or none, and the sites that come are closed.
    possible[:, _flat(problem.together)] = False
    zones = problem.zones
    have = np.bincount(zones[sites][zones[sites] >= 0], minlength=len(problem.quotas))
    bound = np.zeros(len(rows), dtype=np.bool_)
    inside = zones[leaving] >= 0
    bound[inside] = (have <= problem.quotas)[zones[leaving[inside]]]
    possible[bound] &= zones[leaving[bound], None] == zones
    if problem.budget is not None:
        costs = problem.site_costs.astype(np.float64)
        rest = costs[sites].sum() - costs[leaving]
        possible &= rest[:, None] + costs <= problem.budget
    if len(problem.apart):
        row_of = np.full(m, -1, dtype=np.int64)
        row_of[leaving] = np.arange(len(rows))
        one, other = np.concatenate([problem.apart, problem.apart[:, ::-1]]).T
        near_open = is_open[one]
        one, other = one[near_open], other[near_open]
        clashes = np.bincount(other, minlength=m)
        left = np.tile(clashes, (len(rows), 1))
        mine = row_of[one] >= 0
        np.subtract.at(left, (row_of[one[mine]], other[mine]), 1)
        possible &= left == 0
    for choice in problem.choices:
        among = np.zeros(m, dtype=np.bool_)
        among[list(choice.sites)] = True
        count = int(among[sites].sum())
        goes = among[leaving]
        possible[np.ix_(goes, ~among)] &= count - 1 >= choice.least
        possible[np.ix_(~goes, among)] &= count + 1 <= choice.most
    return possible


@kernel
def _survey(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    impedance: NDArray[Any],
    weights: NDArray[np.float64],
    position: NDArray[np.int64],
    n_open: int,
    radius: float,
    far: float,
) -> Any:
    """Loss of each open site, and of each unit its nearest site, two distances and the count."""
    n = len(weights)
    lost, backup, farther = np.zeros(n_open), np.zeros(n_open), np.zeros(n_open)
    nearest = np.full(n, -1, dtype=np.int32)
    count = np.zeros(n, dtype=np.int32)
    first, second = np.full(n, far), np.full(n, far)
    for unit in range(n):
        other = -1
        for entry in range(indptr[unit], indptr[unit + 1]):
            at = position[indices[entry]]
            away = np.float64(impedance[entry])
            if at < 0 or away > radius:
                continue
            count[unit] += 1
            if count[unit] == 1 or away < first[unit]:
                second[unit] = first[unit] if count[unit] > 1 else far
                other = nearest[unit]
                first[unit], nearest[unit] = away, at
            elif count[unit] == 2 or away < second[unit]:
                second[unit], other = away, at
        if count[unit] == 0:
            continue
        farther[nearest[unit]] += weights[unit] * (second[unit] - first[unit])
        if count[unit] == 1:
            lost[nearest[unit]] += weights[unit]
        elif count[unit] == 2:
            backup[nearest[unit]] += weights[unit]
            backup[other] += weights[unit]
    return lost, backup, farther, (nearest, count, first, second)


@kernel
def _exchanges(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    impedance: NDArray[Any],
    weights: NDArray[np.float64],
    position: NDArray[np.int64],
    state: Any,
    scope: Any,
) -> Any:
    """What the closed sites (columns) take off the losses of some open ones (rows)."""
    nearest, count, first, second = state
    start, rows, radius = scope
    m = len(position)
    people, distance = np.zeros((rows, m)), np.zeros((rows, m))
    new_people, nearer = np.zeros(m), np.zeros(m)
    for unit in range(len(weights)):
        weight = weights[unit]
        if weight == 0.0:
            continue
        row = nearest[unit] - start
        inside = count[unit] > 0 and 0 <= row < rows
        for entry in range(indptr[unit], indptr[unit + 1]):
            site = indices[entry]
            away = np.float64(impedance[entry])
            if position[site] >= 0 or away > radius:
                continue
            if count[unit] == 0:
                new_people[site] += weight
            if away < first[unit]:
                nearer[site] += weight * (first[unit] - away)
            if inside:
                if count[unit] == 1:
                    people[row, site] -= weight
                if away < second[unit]:
                    distance[row, site] -= weight * (second[unit] - max(away, first[unit]))
    for row in range(rows):
        for site in range(m):
            people[row, site] -= new_people[site]
            distance[row, site] -= nearer[site]
    return people, distance
