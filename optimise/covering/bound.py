"""Lower bounds by Lagrangian relaxation, and what they fix.

Give each row r a price y_r for being covered and each target a price for a unit of missing
weight; then every column decides alone by its reduced cost c_j - sum of y over its rows, quotas
and the budget included, because each column lies in at most one zone (closed form by sorting).
Whatever the prices, the value is a valid bound: those of a linear relaxation and those found by
subgradient steps (Held, Wolfe and Crowder 1974) are judged by the same function. Sums are numpy's,
not the linear-algebra library's, whose last digits depend on the number of threads.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.covering.bound_steps import climb, lay_pitch
from optimise.covering.core import Core, must_cover

__all__ = ["Dual", "judge", "subgradient"]

#: Pace of the steps at first, with prices to begin with, and at last.
_PACE, _WARM_PACE, _LAST_PACE = 1.0, 0.3, 0.005


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Dual:
    """Prices and the bound they prove.

    Parameters
    ----------
    rows
        float64[r], price of each row.
    targets
        float64[g], price of a unit of weight missing from each target; empty with a budget.
    value
        No plan has a lower value.
    reduced
        float64[k]: a plan with column j open costs at least ``value + max(0, reduced[j])``, one
        with it closed at least ``value + max(0, -reduced[j])``.
    """

    rows: NDArray[np.float64]
    targets: NDArray[np.float64]
    value: float
    reduced: NDArray[np.float64]


def _caps(core: Core, targets: NDArray[np.float64], must: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Most a row can be worth: the price of leaving it out."""
    if core.budget is not None:
        return np.asarray(core.gain[0])
    return np.where(must, np.inf, (targets[:, None] * core.gain).sum(axis=0))


def judge(core: Core, rows: NDArray[np.float64], targets: NDArray[np.float64]) -> Dual:
    """Value of any prices; prices out of range are moved into it first."""
    targets = np.maximum(targets, 0.0)
    rows = np.clip(rows, 0.0, _caps(core, targets, must_cover(core)))
    paid = np.repeat(rows, core.reach.lengths)
    reduced = core.costs - np.bincount(core.reach.indices, weights=paid, minlength=len(core.sites))
    value = core.offset + float(rows.sum())
    if core.budget is None:
        value -= float((targets * (core.gain.sum(axis=1) - core.need)).sum())
    else:
        price = _budget_price(core, reduced)
        reduced += price
        value -= price * core.budget
    for zone, quota in enumerate(core.quota):
        inside = np.flatnonzero(core.zone == zone)
        premium = max(0.0, float(np.partition(reduced[inside], quota - 1)[quota - 1]))
        reduced[inside] -= premium
        value += premium * float(quota)
    value += float(np.minimum(reduced, 0.0).sum())
    return Dual(rows=rows, targets=targets, value=value, reduced=reduced)


def _budget_price(core: Core, reduced: NDArray[np.float64]) -> float:
    """Price of a site: what the first one beyond the budget would have been worth."""
    assert core.budget is not None
    chosen, free = _choose(core, reduced)
    left = np.sort(reduced[~chosen])
    return max(0.0, -float(left[0])) if free == 0 and len(left) else 0.0


def _choose(core: Core, reduced: NDArray[np.float64]) -> tuple[NDArray[np.bool_], int]:
    """Cheapest columns that hold the quotas and the budget; and the budget left over."""
    chosen = np.zeros(len(reduced), dtype=np.bool_)
    order = np.argsort(reduced, kind="stable")
    if len(core.quota):
        zone = core.zone[order]
        by_zone = np.argsort(zone, kind="stable")
        start = np.searchsorted(zone[by_zone], np.arange(len(core.quota)))
        counted = by_zone[zone[by_zone] >= 0]
        rank = np.arange(len(by_zone))[zone[by_zone] >= 0] - start[zone[counted]]
        chosen[order[counted[rank < core.quota[zone[counted]]]]] = True
    more = order[~chosen[order] & (reduced[order] < 0)]
    if core.budget is None:
        chosen[more] = True
        return chosen, 0
    free = core.budget - int(core.quota.sum())
    chosen[more[:free]] = True
    return chosen, max(0, free - len(more))


def subgradient(core: Core, value: float, *, steps: int, start: Dual | None = None) -> Dual:
    """Find good prices by a fixed number of steps.

    Parameters
    ----------
    value
        Value of a known plan, what the steps aim at.
    start
        Prices to begin with.
    """
    rows, targets = (start.rows, start.targets) if start else _first_prices(core)
    rows, targets = rows.copy(), targets.copy()
    first = _WARM_PACE if start else _PACE
    climb(lay_pitch(core), rows, targets, value, steps, first, _LAST_PACE)
    return judge(core, rows, targets)


def _first_prices(core: Core) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Each row pays the share of its cheapest column that its weight has in it."""
    if core.budget is not None:
        return core.gain[0] / np.maximum(1.0, core.reach.lengths) * 2.0, np.zeros(0)
    weight = core.gain.sum(axis=0) + must_cover(core)
    paid = np.repeat(weight, core.reach.lengths)
    carried = np.bincount(core.reach.indices, weights=paid, minlength=len(core.sites))
    rate = np.full(len(core.costs), np.inf)
    np.divide(core.costs, carried, out=rate, where=carried > 1e-150)
    least = np.full(core.reach.n_rows, np.inf)
    np.minimum.at(least, core.reach.row_of, rate[core.reach.indices])
    rows = np.where(np.isfinite(least), least, 0.0) * weight
    top = np.quantile(rows / weight, 0.9) if len(rows) else 0.0
    return rows, np.full(len(core.need), 4.0 * top)
