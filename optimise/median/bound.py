"""Lower bounds on the p-median by Lagrangian relaxation, and what they settle.

Give each unit i a price u_i for being served. Then every site decides alone by
``rho_j = sum of min(0, c_ij - u_i)``; the cheapest sites that hold the quotas and the number are
found by sorting, because each site lies in at most one zone. Whatever the prices,
``sum of u + sum of rho over the chosen`` is a valid bound (Cornuéjols, Fisher and Nemhauser 1977;
Christofides and Beasley 1982). Prices come from deflected subgradient steps (Camerini, Fratta and
Maffioli 1975). A unit never pays more than it costs to leave it: prices are capped there.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.median.choice import CLOSED, FREE, OPEN, choose, room_for, settle
from optimise.median.core import Ground, cost_of

__all__ = ["Visit", "first_prices", "visit"]


class Visit(NamedTuple):
    """What a look at one part of the question showed.

    Parameters
    ----------
    bound
        No plan within the part costs less; infinite if there is none.
    state
        int8[k], what is settled about each site in every plan of the part better than the target.
    prices
        float64[n], prices that prove the bound.
    share
        float64[k], how often each site was chosen lately: what it would have in a fractional plan.
    plan, cost
        bool[k], the best plan met, and its cost.
    work
        Pairs looked at.
    """

    bound: float
    state: NDArray[np.int8]
    prices: NDArray[np.float64]
    share: NDArray[np.float64]
    plan: NDArray[np.bool_]
    cost: float
    work: int


def first_prices(ground: Ground) -> NDArray[np.float64]:
    """Prices to begin with, float64[n]: the cost of one of the nearer sites."""
    n = len(ground.left)
    rank = max(1, round(1.5 * len(ground.kept) / max(1, ground.most)))
    at = np.minimum(ground.unit_ptr[:-1] + rank, ground.unit_ptr[1:] - 1)
    have = np.diff(ground.unit_ptr) > 0
    prices = np.where(have, 0.0, ground.left)
    prices[have] = ground.unit_cost[at[have]]
    return np.minimum(prices, ground.left).reshape(n)


def visit(
    ground: Ground,
    state: NDArray[np.int8],
    prices: NDArray[np.float64],
    bound: float,
    *,
    target: float,
    goal: float,
    steps: int,
    pace: float,
    patience: int,
) -> Visit:
    """Look at the plans that agree with ``state``.

    Parameters
    ----------
    prices, bound
        Prices to begin with and a bound they prove for this part; ``-inf`` if not known.
    target
        Only plans that cost less are of interest; above it the look ends.
    goal
        What the steps aim at.
    steps, pace, patience
        Number of subgradient steps at most, their length at first, and after how many without
        success they are shortened.
    """
    return Visit(*_visit(ground, state, prices, bound, target, goal, steps, pace, patience))


@inner
def _compact(
    ground: Ground, state: NDArray[np.int8], worth: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float64]]:
    """Pairs that a better plan may use: none dearer than a site known to be open."""
    n, size = len(ground.left), 0
    ptr = np.empty(n + 1, np.int64)
    site, cost = np.empty_like(ground.unit_site), np.empty_like(ground.unit_cost)
    ptr[0] = 0
    for i in range(n):
        for a in range(ground.unit_ptr[i], ground.unit_ptr[i + 1]):
            s = ground.unit_site[a]
            if state[s] == CLOSED:
                continue
            if ground.unit_cost[a] > worth[i]:
                break
            site[size], cost[size] = s, ground.unit_cost[a]
            size += 1
            if state[s] == OPEN:
                break
        ptr[i + 1] = size
    return ptr, site[:size], cost[:size]


@kernel
def _visit(
    ground: Ground,
    state_in: NDArray[np.int8],
    prices_in: NDArray[np.float64],
    bound: Any,
    target: Any,
    goal: Any,
    steps: Any,
    pace: Any,
    patience: Any,
) -> tuple[
    Any,
    NDArray[np.int8],
    NDArray[np.float64],
    NDArray[np.float64],
    NDArray[np.bool_],
    Any,
    Any,
]:
    """Do the work of :func:`visit`."""
    n, k = len(ground.left), len(state_in)
    state, best = state_in.copy(), prices_in.copy()
    plan, chosen = state == OPEN, state == OPEN
    share, rho = np.zeros(k), np.zeros(k)
    wanted = np.zeros(len(ground.quota), np.int64)
    room, beyond = room_for(ground, state, wanted)
    if beyond < 0:
        return np.inf, state, best, share, plan, np.inf, 0
    free = np.flatnonzero(state == FREE)
    if room == 0 or len(free) == 0:
        cost = cost_of(ground, plan)
        return cost, state, best, share, plan, cost, n
    ptr, site, pair = _compact(ground, state, best + (target - bound))
    cost, work, idle = np.inf, len(ground.unit_cost) // 4, 0
    prices, trend = best.copy(), np.zeros(n)
    while True:
        # After the last step the best prices are judged again, to settle sites by them.
        settling = steps == 0
        steps -= 1
        if settling:
            prices[:] = best
        rho[:] = 0.0
        value = _rho(ptr, site, pair, prices, rho)
        order = free[np.argsort(rho[free], kind="mergesort")]
        last, next_ = choose(ground, order, rho, wanted, beyond, chosen)
        for j in range(k):
            if chosen[j]:
                value += rho[j]
        bound = max(bound, value)
        if settling or bound >= target:
            break
        share += 0.1 * (chosen - share)
        paid, looked = _slope(ground.left, ptr, site, pair, prices, chosen, trend)
        work += looked
        if paid < cost:
            cost = paid
            plan[:] = chosen
        if value >= bound:
            best[:] = prices
            idle = 0
        else:
            idle += 1
        if idle >= patience:
            pace, idle = pace * 0.6, 0
            prices[:] = best
        size = (trend * trend).sum()
        if size < 1e-12:
            steps = 0
        length = pace * max(0.0, goal - value) / max(size, 1e-12)
        for i in range(n):
            prices[i] = min(ground.left[i], prices[i] + length * trend[i])
    spare = target - value
    if spare > 0:
        far = 1.0 + 2.0 * spare + 2.0 * np.abs(rho).max()
        high = -last if np.isfinite(last) else far
        settle(ground, order, rho, wanted, high, spare, state, False)
        settle(ground, order, rho, wanted, -next_, spare, state, True)
    return bound, state, best, share, plan, cost, work


@inner
def _rho(
    ptr: NDArray[np.int64],
    site: NDArray[np.int32],
    pair: NDArray[np.float64],
    prices: NDArray[np.float64],
    rho: NDArray[np.float64],
) -> Any:
    """Fill what each site earns at these prices; returns the sum of the prices."""
    total = 0.0
    for i in range(len(prices)):
        u = prices[i]
        total += u
        for a in range(ptr[i], ptr[i + 1]):
            if pair[a] >= u:
                break
            rho[site[a]] += pair[a] - u
    return total


@inner
def _slope(
    left: NDArray[np.float64],
    ptr: NDArray[np.int64],
    site: NDArray[np.int32],
    pair: NDArray[np.float64],
    prices: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    trend: NDArray[np.float64],
) -> tuple[Any, Any]:
    """Mix the slope of the bound into the trend.

    Returns
    -------
    paid, looked
        Cost of the choice as a plan, and the pairs looked at.
    """
    paid, looked = 0.0, 0
    for i in range(len(prices)):
        count, nearest = 0.0, left[i]
        for a in range(ptr[i], ptr[i + 1]):
            if count > 0.0 and pair[a] >= prices[i]:
                looked += a - ptr[i]
                break
            if chosen[site[a]]:
                nearest = min(nearest, pair[a])
                if pair[a] >= prices[i]:
                    looked += a - ptr[i]
                    break
                count += 1.0
        paid += nearest
        slope = 0.0 if count == 0.0 and prices[i] >= left[i] else 1.0 - count
        trend[i] = 0.7 * slope + 0.3 * trend[i]
    return paid, looked
