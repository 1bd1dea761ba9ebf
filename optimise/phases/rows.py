"""Openings over the years as one mixed-integer programme.

A column for every site and year, 1 if it is open by the end of it, and one for every merged row of
units and year, the part of it that is given up::

    min  sum of share_t w_tr u_tr + what changes cost
    s.t. sum of x_tj over the sites that reach row r + u_tr >= 1
         x_(t+1)j >= x_tj                        (none is closed again)
         sum of x_tj <= number, cost_j x_tj <= budget, quotas, targets    (each year)
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.covering.alike import SERVED, classes
from optimise.covering.reduce import weight_needed
from optimise.formulate import Milp
from optimise.phases.question import NEVER, Phases

__all__ = ["Written", "write"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Written:
    """The programme and what its columns mean.

    Parameters
    ----------
    sites
        int64[k], the sites to decide on; column ``t * (k + rows) + i`` is the i-th in year t.
    stride
        Columns of a year.
    most
        Value of a plan that gives nothing up; the plan's value is that less the programme's.
    """

    milp: Milp
    sites: NDArray[np.int64]
    stride: int
    most: float
    phases: Phases

    def opened(self, values: NDArray[np.float64]) -> NDArray[np.int32]:
        """Year of each site's opening."""
        problem = self.phases.problem
        found = np.full(problem.n_sites, NEVER, np.int32)
        for number in reversed(range(len(self.phases.years))):
            x = values[number * self.stride : number * self.stride + len(self.sites)]
            found[self.sites[x > 0.5]] = number
        found[problem.existing & ~problem.closable] = 0
        return found

    def start(self, opened_in: NDArray[np.int32]) -> NDArray[np.float64]:
        """Columns of a plan."""
        values = np.zeros(len(self.milp.cost))
        k, here = len(self.sites), opened_in[self.sites]
        rows = self.milp.matrix
        for number in range(len(self.phases.years)):
            at = number * self.stride
            values[at : at + k] = (here != NEVER) & (here <= number)
            cover = rows[number * (self.stride - k) : (number + 1) * (self.stride - k)]
            reached = cover[:, at : at + k] @ values[at : at + k]
            values[at + k : at + self.stride] = reached < 0.5
        return values


def write(phases: Phases) -> Written:
    """Write the question down."""
    problem, years = phases.problem, range(len(phases.years))
    kept = problem.existing & ~problem.closable
    found = classes(problem.travel, phases.radius, kept, problem.forbidden & ~kept)
    sites = np.flatnonzero(~kept & ~problem.forbidden)
    k, c = len(sites), found.reach.n_rows
    some = found.of >= 0
    of = found.of[some]
    cover = sparse.csr_array(
        (np.ones(len(found.reach.indices)), found.reach.indices, found.reach.indptr), shape=(c, k)
    )
    blocks: list[Any] = []
    lower, upper = [], []
    one = sparse.hstack([cover, sparse.eye_array(c)])
    blocks.append(sparse.block_diag([one] * len(years)))
    lower.append(np.ones(c * len(years)))
    upper.append(np.full(c * len(years), np.inf))
    step = sparse.hstack([sparse.eye_array(k), sparse.csr_array((k, c))])
    if len(years) > 1:
        later = sparse.diags_array(np.ones(len(years) - 1), offsets=1, shape=(len(years),) * 2)
        links = sparse.csr_array(later - sparse.eye_array(len(years)))[:-1]
        blocks.append(sparse.kron(links, step))
        lower.append(np.zeros(k * (len(years) - 1)))
        upper.append(np.full(k * (len(years) - 1), np.inf))
    cost, most = [], 0.0
    for number in years:
        weight = np.bincount(of, weights=phases.weights[number][some], minlength=c)
        share = phases.years[number].share
        served = float(phases.weights[number][found.of == SERVED].sum())
        most += share * (float(weight.sum()) + served)
        x_cost = np.zeros(k)
        if phases.earlier is not None:
            told = phases.earlier.opened_in
            before = (told != NEVER) & (told <= number)
            x_cost = np.where(before[sites], -phases.earlier.drop, phases.earlier.add)
            # A site that was planned costs its price unless it is open; one that stands anyway, or
            # must not be, pays or spares it whatever is decided.
            fixed = (before & ~kept).sum() * phases.earlier.drop
            most -= float(fixed + (kept & ~before).sum() * phases.earlier.add)
        cost += [x_cost, share * weight]
        rows, low, high = _of_year(phases, number, sites, found.of, c)
        blocks.append(_at(rows, number, len(years)))
        lower.append(low)
        upper.append(high)
    floor = np.zeros((k + c) * len(years))
    floor[(len(years) - 1) * (k + c) :][:k] = problem.forced[sites]
    whole = np.tile(np.concatenate([np.ones(k, np.bool_), np.zeros(c, np.bool_)]), len(years))
    milp = Milp(
        cost=np.concatenate(cost),
        matrix=sparse.csr_array(sparse.vstack(blocks)),
        row_lower=np.concatenate(lower),
        row_upper=np.concatenate(upper),
        whole=whole,
        offset=0.0,
        column_lower=floor,
    )
    return Written(milp=milp, sites=sites, stride=k + c, most=most, phases=phases)


def _at(rows: sparse.csr_array, number: int, years: int) -> sparse.csr_array:
    """Put the rows of a year where its columns are."""
    here = sparse.csr_array(([1.0], ([0], [number])), shape=(1, years))
    return sparse.csr_array(sparse.kron(here, rows))


def _of_year(
    phases: Phases, number: int, sites: NDArray[np.int64], of: NDArray[np.int32], c: int
) -> tuple[sparse.csr_array, NDArray[np.float64], NDArray[np.float64]]:
    """Limits, quotas and targets of a year: rows over its columns, and their bounds."""
    problem, year = phases.problem, phases.years[number]
    kept = problem.existing & ~problem.closable
    k = len(sites)
    parts: list[NDArray[np.float64]] = []
    low, high = [], []

    def add(x: NDArray[np.float64], u: NDArray[np.float64], least: float, most: float) -> None:
        parts.append(np.concatenate([x, u]))
        low.append(least)
        high.append(most)

    nothing = np.zeros(c)
    if year.max_sites is not None:
        add(np.ones(k), nothing, -np.inf, float(year.max_sites - int(kept.sum())))
    if year.budget is not None:
        costs = problem.site_costs.astype(np.float64)
        add(costs[sites], nothing, -np.inf, year.budget - float(costs[kept].sum()))
    quotas = phases.quotas(number)
    for zone in np.flatnonzero(quotas > 0).tolist():
        there = int((kept & (problem.zones == zone)).sum())
        if quotas[zone] > there:
            add(
                np.asarray(problem.zones[sites] == zone, np.float64),
                nothing,
                float(quotas[zone] - there),
                np.inf,
            )
    weights, alone = phases.weights[number], phases.alone(number)
    for group, share in year.targets:
        mine = np.zeros(problem.n_units, np.bool_)
        mine[problem.members(group)] = True
        total = float(weights[mine].sum())
        inside = mine & (of >= 0)
        weight = np.bincount(of[inside], weights=weights[inside], minlength=c)
        reachable = float(weight.sum()) + float(weights[mine & (of == SERVED)].sum())
        need = weight_needed(alone, share, total)
        if need > 0:
            add(np.zeros(k), weight.astype(np.float64), -np.inf, reachable - need)
    rows = sparse.csr_array(np.array(parts).reshape(len(parts), k + c))
    return rows, np.array(low), np.array(high)
