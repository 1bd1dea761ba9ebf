"""Any question without capacities as one programme over columns, rows of demand and rules.

    min  sum of price x + sum over targets of (price lost) + price distance + price shortfall
         (+ FAIR times the largest share lost by a fair group)
    s.t. each target loses no more than its slack, distance and shortfall are within their caps,
         lower <= rules x <= upper,  x binary

A p-median is of the same kind as a covering question: what a unit loses steps up with the rank
of its nearest open site (Cornuejols, Nemhauser and Wolsey 1980; Elloumi 2010).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.problem import Problem
from optimise.programme.aim import Aim
from optimise.programme.columns import Columns, Rules, columns_of, rules_of
from optimise.programme.targets import Weights, weights_of
from optimise.programme.units import Units, lay_units, merged

__all__ = ["FAIR", "Outcome", "Programme", "outcome_of", "programme_of"]

#: Sums may miss a limit by this share of it: what adding up in another order makes.
_ROUNDING = 1e-9
#: A share lost by a fair group counts so much: HiGHS proves to a fixed difference.
FAIR = 1e4
#: Values beyond so many are not looked through for a common grain.
_MANY = 2_000_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Programme:
    """What is left to decide.

    Parameters
    ----------
    columns, rules, units
        Decisions, what ties them, and who loses what.
    price
        float64[columns], price of opening each.
    target_price, target_slack
        float64[targets], price of weight lost, and the most that may be lost.
    target_total
        float64[targets], weight of the target.
    fair_target, fair_base
        int64 and float64[fair groups]: number of the target of each, and weight it has lost
        whatever is opened.
    distance_price, distance_cap, shortfall_price, shortfall_cap
        Of the units' levels, and of missing quotas.
    offset
        Value of what is settled.
    grain
        Values are ``offset`` and whole multiples of this; None where that is not known.
    impossible
        Whether what is settled contradicts a rule or a target already.
    """

    columns: Columns
    rules: Rules
    units: Units
    price: NDArray[np.float64]
    target_price: NDArray[np.float64]
    target_slack: NDArray[np.float64]
    target_total: NDArray[np.float64]
    fair_target: NDArray[np.int64]
    fair_base: NDArray[np.float64]
    distance_price: float
    distance_cap: float
    shortfall_price: float
    shortfall_cap: float
    offset: float
    grain: float | None
    impossible: bool

    @property
    def must(self) -> NDArray[np.bool_]:
        """Rows that no plan may lose, bool[rows]: they weigh more than a target can spare."""
        gain = self.units.gain
        over = gain.data > self.target_slack[gain.indices]
        rows = np.repeat(np.arange(self.units.count), np.diff(gain.indptr))
        return np.asarray(np.bincount(rows[over], minlength=self.units.count) > 0)

    def round_up(self, bound: float) -> float:
        """Strengthen a bound to the next value there can be."""
        if self.grain is None or not math.isfinite(bound):
            return bound
        steps = math.ceil((bound - self.offset) / self.grain - 1e-6)
        return float(self.offset + steps * self.grain)

    def step(self, value: float) -> float:
        """Least improvement of a value worth looking for."""
        return self.grain or 1e-9 * max(1.0, abs(value))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Outcome:
    """What a plan comes to.

    Parameters
    ----------
    value
        As minimised.
    lost
        float64[targets], weight lost where something can be done about it.
    feasible
        Whether every rule, target and limit holds.
    """

    value: float
    lost: NDArray[np.float64]
    feasible: bool


def outcome_of(programme: Programme, plan: NDArray[np.integer]) -> Outcome:
    """Recompute what a plan comes to, with plain array operations."""
    units, rules = programme.units, programme.rules
    chosen = np.zeros(programme.columns.count, dtype=np.bool_)
    chosen[plan] = True
    hits = chosen[units.columns]
    before = np.concatenate([[0], np.cumsum(hits)])
    have = before[units.indptr[1:]] - before[units.indptr[:-1]]
    out = have < units.need
    lost = np.asarray(units.gain.T @ out.astype(np.float64)).reshape(-1)
    first = np.flatnonzero(hits & (before[:-1] == before[units.indptr[units.row_of]]))
    distance = float(units.level[first].sum() + units.far[have == 0].sum())
    active = np.asarray(rules.matrix @ chosen.astype(np.float64)).reshape(-1)
    lacking = np.maximum(rules.lower - active, 0.0)
    shortfall = float(lacking[rules.quota].sum())
    value = programme.offset + float(programme.price[chosen].sum())
    value += float(programme.target_price @ lost) + programme.distance_price * distance
    value += programme.shortfall_price * shortfall
    if len(programme.fair_target):
        value += FAIR * float(_shares(programme, lost).max())
    slack = programme.target_slack + _ROUNDING * np.where(
        np.isfinite(programme.target_slack), programme.target_total, 0.0
    ) * (programme.target_slack != np.round(programme.target_slack))
    feasible = not programme.impossible
    feasible &= bool((lost <= slack).all() and (active <= rules.upper).all())
    feasible &= bool((lacking[~rules.quota] <= 0).all())
    feasible &= shortfall <= programme.shortfall_cap
    feasible &= distance <= programme.distance_cap * (1 + _ROUNDING)
    return Outcome(value=value, lost=lost, feasible=feasible)


def _shares(programme: Programme, lost: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share that each fair group loses."""
    total = programme.target_total[programme.fair_target]
    return np.asarray((programme.fair_base + lost[programme.fair_target]) / total)


def programme_of(aim: Aim) -> Programme:
    """Write an aim down: settle what is certain, tie, merge."""
    problem = aim.problem
    columns = columns_of(problem)
    rules = rules_of(problem, columns, most_sites=aim.most_sites, most_cost=aim.most_cost)
    weights = weights_of(aim)
    by_column = aim.prices.sites * np.ones(problem.n_sites)
    by_column += aim.prices.cost * problem.site_costs.astype(np.float64)
    price = np.add.reduceat(
        np.concatenate([by_column[columns.sites.indices], [0.0]]), columns.sites.indptr[:-1]
    )
    units, lost, distance = _units_of(aim, columns, weights)
    slack = weights.slack - lost
    # What is not a whole number has been added up in several orders.
    rough = np.isfinite(slack) & (slack < 0) & (slack >= -_ROUNDING * weights.total)
    slack[rough & (weights.slack != np.round(weights.slack))] = 0.0
    offset = float(by_column[columns.opened].sum()) + float(weights.price @ lost)
    offset += aim.prices.distance * distance
    return Programme(
        columns=columns,
        rules=rules,
        units=units,
        price=price[: columns.count].astype(np.float64),
        target_price=weights.price,
        target_slack=slack,
        target_total=weights.total,
        fair_target=weights.fair,
        fair_base=lost[weights.fair],
        distance_price=aim.prices.distance,
        distance_cap=aim.most_distance - distance,
        shortfall_price=aim.prices.shortfall,
        shortfall_cap=float(aim.most_short),
        offset=offset,
        grain=None if len(weights.fair) else _grain_of(aim, price, units),
        impossible=columns.clash
        or rules.clash
        or bool((slack < 0).any())
        or aim.most_distance - distance < 0,
    )


def _entries(
    problem: Problem, columns: Columns, radius: float
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Unit, site and impedance of the pairs within reach whose site may be open."""
    travel = problem.travel
    far = travel.impedance.astype(np.float64)
    usable = (far <= radius) & (columns.opened | (columns.number >= 0))[travel.indices]
    unit = np.repeat(np.arange(problem.n_units), np.diff(travel.indptr))[usable]
    return unit, travel.indices[usable], far[usable]


def _units_of(
    aim: Aim, columns: Columns, weights: Weights
) -> tuple[Units, NDArray[np.float64], float]:
    """Rows, and the weight and distance that are lost whatever is opened."""
    problem, n = aim.problem, aim.problem.n_units
    unit, site, far = _entries(problem, columns, aim.radius)
    kept = columns.opened[site]
    have = np.bincount(unit[kept], minlength=n)
    lost = np.zeros(len(weights.price))
    distance, parts = 0.0, []
    people = problem.weights.astype(np.float64)
    for need, gain in ((1, weights.once), (2, weights.twice)):
        counted = np.diff(gain.indptr) > 0
        measured = need == 1 and aim.by_distance
        if measured:
            counted |= people > 0
        left = need - np.minimum(have, need)
        use = counted[unit] & ~kept & (counted if measured else left > 0)[unit]
        beyond = np.zeros(n)
        if measured:
            out = aim.far if aim.far is not None else 0.0
            nearest = np.full(n, np.inf)
            np.minimum.at(nearest, unit[kept], far[kept])
            beyond = people * np.where(have > 0, nearest, out)
            use &= far < nearest[unit]
        rows = np.flatnonzero(np.bincount(unit[use], minlength=n) > 0)
        if need == 2:
            # Fewer columns than needed: a tied column may still stand for two sites.
            enough = np.bincount(unit[use], minlength=n) >= left
            rows = rows[enough[rows]]
        settled = np.ones(n, dtype=np.bool_)
        settled[rows] = False
        gone = settled & counted & (left > 0)
        lost += np.asarray(gain.T @ gone.astype(np.float64)).reshape(-1)
        distance += float(beyond[settled & counted].sum())
        number = np.full(n, -1, dtype=np.int64)
        number[rows] = np.arange(len(rows))
        use &= number[unit] >= 0
        still = sparse.csr_array(gain[rows])
        if measured:
            # Those that an open site serves already can only come nearer.
            served = sparse.diags_array((have[rows] == 0).astype(np.float64))
            still = sparse.csr_array(served @ still)
            still.eliminate_zeros()
        lengths = np.bincount(number[unit[use]], minlength=len(rows))
        laid = lay_units(
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
            columns.number[site[use]],
            people[unit[use]] * far[use] if measured else np.zeros(int(use.sum())),
            beyond[rows],
            (np.ones(len(rows)) if measured else left[rows]).astype(np.int8),
            still,
            measured=measured,
            tied=len(columns.sites.indices) > columns.count,
        )
        parts.append(laid if measured else merged(laid, columns.count))
    return _joined(*parts), lost, distance


def _joined(one: Units, other: Units) -> Units:
    return Units(
        indptr=np.concatenate([one.indptr, one.indptr[-1] + other.indptr[1:]]),
        columns=np.concatenate([one.columns, other.columns]),
        level=np.concatenate([one.level, other.level]),
        far=np.concatenate([one.far, other.far]),
        need=np.concatenate([one.need, other.need]),
        measured=np.concatenate([one.measured, other.measured]),
        gain=sparse.csr_array(sparse.vstack([one.gain, other.gain])),
    )


def _grain_of(aim: Aim, price: NDArray[np.float64], units: Units) -> float | None:
    """Find the largest 1/d, d up to a hundred, of which every value is a multiple."""
    parts = [price]
    if aim.prices.people > 0:
        own = units.gain.data[units.gain.indices == 0]
        parts.append(own * aim.prices.people)
    if aim.prices.distance > 0:
        parts += [units.level * aim.prices.distance, units.far * aim.prices.distance]
    if aim.prices.shortfall > 0:
        parts.append(np.array([aim.prices.shortfall]))
    if sum(len(part) for part in parts) > _MANY:
        return None
    distinct = np.unique(np.concatenate(parts))
    for pieces in range(1, 101):
        scaled = distinct * pieces
        if (np.abs(scaled - np.round(scaled)) <= 1e-9 * np.maximum(1.0, scaled)).all():
            return 1.0 / pieces
    return None
