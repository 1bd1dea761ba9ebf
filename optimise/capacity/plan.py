"""What a set of open columns is worth: units shared out among them as well as can be."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.capacity.fit import fit
from optimise.capacity.ground import Ground
from optimise.capacity.transport import transport
from optimise.compiled import kernel

__all__ = ["Plan", "evaluate", "plan_of", "serve_by", "served_by", "trimmed"]

#: How often what is served is weighed anew where several targets compete.
_ROUNDS = 6


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Plan:
    """Open columns and what they serve.

    Parameters
    ----------
    is_open
        bool[k]
    pairs, flow
        int64 and float64: pairs of the ground that serve something, increasing, and how much.
    value
        Fixed costs and costs of serving.
    short
        Weight that should be served and is not; 0 for a plan that answers the question.
    price
        float64[n], what one more weight of each row would cost, if rows were split.
    least
        No way of sharing out is below this for these columns.
    """

    is_open: NDArray[np.bool_]
    pairs: NDArray[np.int64]
    flow: NDArray[np.float64]
    value: float
    short: float
    price: NDArray[np.float64]
    least: float

    @property
    def rank(self) -> tuple[float, float]:
        """First nobody is left out, then cheap."""
        return self.short, self.value


@kernel
def _restricted(
    start: NDArray[np.int64],
    column: NDArray[np.int32],
    cost: NDArray[np.float64],
    number: NDArray[np.int32],
    k: int,
    penalty: NDArray[np.float64],
) -> Any:
    """Pairs of the numbered columns, and for each row one with nobody (column ``k``)."""
    n = len(start) - 1
    count = n
    for entry in range(len(column)):
        count += number[column[entry]] >= 0
    new_start, origin = np.zeros(n + 1, dtype=np.int64), np.empty(count, dtype=np.int64)
    new_column, new_cost = np.empty(count, dtype=np.int32), np.empty(count)
    at = 0
    for unit in range(n):
        for entry in range(start[unit], start[unit + 1]):
            site = number[column[entry]]
            if site >= 0:
                new_column[at], new_cost[at], origin[at] = site, cost[entry], entry
                at += 1
        new_column[at], new_cost[at], origin[at] = k, penalty[unit], -1
        at += 1
        new_start[unit + 1] = at
    site_start = np.zeros(k + 2, dtype=np.int64)
    for entry in range(count):
        site_start[new_column[entry] + 1] += 1
    for site in range(k + 1):
        site_start[site + 1] += site_start[site]
    fill = site_start[:-1].copy()
    by_site, row = np.empty(count, dtype=np.int64), np.empty(count, dtype=np.int32)
    for unit in range(n):
        for entry in range(new_start[unit], new_start[unit + 1]):
            place = fill[new_column[entry]]
            by_site[place], row[place] = entry, unit
            fill[new_column[entry]] += 1
    return new_start, new_column, new_cost, origin, by_site, site_start, row


@kernel
def _marginal(
    start: NDArray[np.int64],
    column: NDArray[np.int32],
    cost: NDArray[np.float64],
    price: NDArray[np.float64],
) -> NDArray[np.float64]:
    least = np.full(len(start) - 1, np.inf)
    for unit in range(len(start) - 1):
        for entry in range(start[unit], start[unit + 1]):
            least[unit] = min(least[unit], cost[entry] + price[column[entry]])
    return least


def _short_of(ground: Ground, served: NDArray[np.float64]) -> float:
    """Weight that should be served and is not; rounding apart."""
    lacking = np.append(
        (ground.weight - served)[ground.must].sum() if ground.must.any() else 0.0,
        np.maximum(0.0, ground.need - ground.inside @ served),
    )
    total = float(lacking.sum())
    return total if total > ground.lack else 0.0


def serve_by(
    ground: Ground, is_open: NDArray[np.bool_], penalty: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64], float]:
    """Share rows out among open columns, leaving weight out at a penalty.

    Returns
    -------
    pairs, flow, price, least
        As in :class:`Plan`; float64[n], marginal cost of each row; a bound on the cost with
        penalties.
    """
    columns = np.flatnonzero(is_open)
    number = np.full(len(is_open), -1, dtype=np.int32)
    number[columns] = np.arange(len(columns))
    start, column, cost, origin, by_site, site_start, row = _restricted(
        ground.start, ground.column, ground.cost, number, len(columns), penalty
    )
    room = np.append(ground.capacity[columns], np.inf)
    flow, price = transport(start, column, cost, ground.weight, room, ground.dust)
    least = float(flow @ cost)
    marginal = _marginal(start, column, cost, price)
    if not ground.split:
        flow = fit(
            start, column, cost, by_site, site_start, row, ground.weight, room, flow, ground.dust
        )
    used = np.flatnonzero((flow > 0) & (origin >= 0))
    return origin[used], flow[used], marginal, least


def served_by(
    ground: Ground, pairs: NDArray[np.int64], flow: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Weight of each row that is served, float64[n]."""
    rows = ground.row_at(pairs)
    return np.asarray(np.bincount(rows, weights=flow, minlength=len(ground.weight)), dtype=float)


def evaluate(ground: Ground, is_open: NDArray[np.bool_], *, idle: float = 0.0) -> Plan:
    """Serve what must be served, then what the targets need, as cheaply as can be.

    ``idle`` is what weight costs that nobody asks for and nothing serves.
    """
    reach = float(ground.cost.max(initial=0.0))
    large = (2.0 + float(is_open.sum())) * reach + 1.0
    if not ground.split:
        large *= 1e3
    rate = np.ones(len(ground.need))
    best: Plan | None = None
    fixed = float(ground.fixed[is_open].sum())
    for _ in range(_ROUNDS):
        pays = ground.inside.T @ rate
        most = max(1.0, float(pays.max(initial=0.0)))
        penalty = np.where(pays > 0, large * pays / most, idle)
        penalty[ground.must] = 2.0 * large
        pairs, flow, price, least = serve_by(ground, is_open, penalty)
        served = served_by(ground, pairs, flow)
        short = _short_of(ground, served)
        plan = Plan(
            is_open=is_open,
            pairs=pairs,
            flow=flow,
            value=fixed + float(flow @ ground.cost[pairs]),
            short=short,
            price=price,
            least=fixed + least if short == 0 and len(ground.need) == 0 else -math.inf,
        )
        if best is None or plan.rank < best.rank:
            best = plan
        lacking = ground.need - ground.inside @ served
        if short == 0 or len(rate) < 2 or not (lacking > 0).any():
            break
        rate = np.where(lacking > 0, rate * 2.0, rate)
    assert best is not None
    return best


def plan_of(
    ground: Ground,
    is_open: NDArray[np.bool_],
    pairs: NDArray[np.int64],
    flow: NDArray[np.float64],
) -> Plan | None:
    """A plan with flows found elsewhere; None if they break a capacity or leave somebody out."""
    load = np.bincount(ground.column[pairs], weights=flow, minlength=len(is_open))
    served = served_by(ground, pairs, flow)
    fits = (load <= np.where(is_open, ground.capacity, 0.0) + ground.dust).all()
    whole = (served <= ground.weight + ground.dust).all()
    if not fits or not whole or _short_of(ground, served) > 0:
        return None
    return Plan(
        is_open=is_open,
        pairs=pairs,
        flow=flow,
        value=float(ground.fixed[is_open].sum() + flow @ ground.cost[pairs]),
        short=0.0,
        price=np.zeros(len(ground.weight)),
        least=-math.inf,
    )


def trimmed(ground: Ground, plan: Plan) -> Plan:
    """Close columns that serve nobody and that no side constraint needs, the last first."""
    used = np.zeros_like(plan.is_open)
    used[ground.column[plan.pairs]] = True
    is_open = plan.is_open.copy()
    for idle in np.flatnonzero(is_open & ~used & ~ground.kept)[::-1]:
        is_open[idle] = False
        if not ground.keeps(is_open):
            is_open[idle] = True
    saved = float(ground.fixed[plan.is_open].sum() - ground.fixed[is_open].sum())
    return replace(plan, is_open=is_open, value=plan.value - saved)
