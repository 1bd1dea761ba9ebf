"""Subgradient steps on the prices of a core (compiled).

Deflected steps (Camerini, Fratta and Maffioli 1975) towards the value of a known plan (Polyak
1969), shorter from step to step and after a while without progress. Prices of heavy rows are
stepped further. A step costs one pass over the entries for the reduced costs and one over those of
the chosen columns for the slope.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.compiled import inner, kernel
from optimise.covering.core import Core, must_cover

__all__ = ["Pitch", "climb", "lay_pitch"]

#: Share of the newest slope in the direction; steps without progress before the pace is cut, and
#: to what share of it. (Measured on clustered towns: 250 steps end 0.6 to 0.8 % below the linear
#: relaxation, with a share of 0.15 and no fall of the pace 3 to 4 %.)
_NEWEST, _PATIENCE, _CUT = 0.06, 15, 0.6
#: How far beyond the known value a step aims.
_BEYOND = 1.02


class Pitch(NamedTuple):
    """What does not change: incidence both ways, weights of each row in each target, zones."""

    row_ptr: NDArray[np.int64]
    row_cols: NDArray[np.int32]
    col_ptr: NDArray[np.int64]
    col_rows: NDArray[np.int32]
    par_ptr: NDArray[np.int32]
    par_target: NDArray[np.int32]
    par_gain: NDArray[np.float64]
    must: NDArray[np.bool_]
    stretch: NDArray[np.float64]
    cost: NDArray[np.float64]
    spare: NDArray[np.float64]
    scale: NDArray[np.float64]
    zone_ptr: NDArray[np.int64]
    zone_cols: NDArray[np.int64]
    quota: NDArray[np.int32]
    room: int
    offset: float


def lay_pitch(core: Core) -> Pitch:
    """Lay a core out; ``room`` is what the quotas leave of the budget, -1 without one."""
    columns = core.reach.transpose()
    by_row = sparse.csr_array(core.gain.T)
    by_row.sort_indices()
    weight, rows = core.gain.sum(axis=1), np.maximum(1.0, (core.gain > 0).sum(axis=1))
    order = np.argsort(core.zone, kind="stable").astype(np.int64)
    budget, must = core.budget is not None, must_cover(core)
    return Pitch(
        row_ptr=core.reach.indptr,
        row_cols=core.reach.indices,
        col_ptr=columns.indptr,
        col_rows=columns.indices,
        par_ptr=by_row.indptr.astype(np.int32),
        par_target=by_row.indices.astype(np.int32),
        par_gain=by_row.data,
        must=must,
        stretch=_stretch(core, must),
        cost=core.costs,
        spare=np.zeros(0) if budget else weight - core.need,
        # Each target's price is stepped in units in which its slope is of the order of a row's.
        scale=3.0 * np.sqrt(rows) / np.maximum(weight / rows, 1e-300) / rows,
        zone_ptr=np.searchsorted(core.zone[order], np.arange(len(core.quota) + 1)).astype(np.int64),
        zone_cols=order,
        quota=core.quota,
        room=-1 if core.budget is None else int(core.budget - core.quota.sum()),
        offset=core.offset,
    )


def _stretch(core: Core, must: NDArray[np.bool_]) -> NDArray[np.float64]:
    """How far the price of each row is stepped: by the root of its weight, if that counts."""
    weight = core.gain.sum(axis=0)
    middle = np.median(weight) if len(weight) else 1.0
    return np.where(must, 1.0, np.sqrt(weight / max(float(middle), 1e-300)))


@inner
def _nth(values: NDArray[np.float64], n: Any, count: Any) -> Any:
    """Reorder ``values[:n]`` and return the ``count``-th smallest, ``1 <= count <= n``."""
    low, high, k = 0, n - 1, count - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if k <= j:
            high = j
        elif k >= i:
            low = i
        else:
            break
    return values[k]


@inner
def _choose(
    pitch: Pitch, reduced: NDArray[np.float64], chosen: NDArray[np.bool_], pool: NDArray[np.float64]
) -> Any:
    """Choose the cheapest columns that hold the quotas and the budget; return their sum."""
    k, total = len(reduced), 0.0
    for j in range(k):
        chosen[j] = False
    for zone in range(len(pitch.quota)):
        first, last = pitch.zone_ptr[zone], pitch.zone_ptr[zone + 1]
        for a in range(first, last):
            pool[a - first] = reduced[pitch.zone_cols[a]]
        left = pitch.quota[zone]
        limit = _nth(pool, last - first, left)
        for a in range(first, last):
            j = pitch.zone_cols[a]
            if reduced[j] < limit:
                chosen[j] = True
                total += reduced[j]
                left -= 1
        for a in range(first, last):
            j = pitch.zone_cols[a]
            if left > 0 and reduced[j] == limit:
                chosen[j] = True
                total += limit
                left -= 1
    n, limit, left = 0, np.inf, k
    if pitch.room >= 0:
        left = pitch.room
        for j in range(k):
            if not chosen[j] and reduced[j] < 0.0:
                pool[n] = reduced[j]
                n += 1
        if n > left:
            limit = _nth(pool, n, left) if left > 0 else -np.inf
            for j in range(k):
                if not chosen[j] and reduced[j] < limit:
                    left -= 1
        else:
            left = k
    for j in range(k):
        if not chosen[j] and reduced[j] < 0.0:
            if reduced[j] < limit:
                chosen[j] = True
                total += reduced[j]
            elif reduced[j] == limit and left > 0:
                chosen[j] = True
                total += reduced[j]
                left -= 1
    return total


@kernel
def climb(
    pitch: Pitch,
    rows: NDArray[np.float64],
    targets: NDArray[np.float64],
    value: Any,
    steps: Any,
    pace: Any,
    last_pace: Any,
) -> None:
    """Step from the prices given; ``rows`` and ``targets`` become the best found.

    The pace falls from ``pace`` to ``last_pace`` over the steps.
    """
    slower = (last_pace / pace) ** (1.0 / max(1, steps))
    n, k = len(rows), len(pitch.cost)
    y, t = rows.copy(), targets.copy()
    trend, trend_t = np.zeros(n), np.zeros(len(t))
    slope_t = np.zeros(len(t))
    reduced, chosen, pool = np.zeros(k), np.zeros(k, dtype=np.bool_), np.zeros(k)
    cover, cap = np.zeros(n, dtype=np.int32), np.zeros(n)
    best, idle = -np.inf, 0
    for _ in range(steps):
        pace *= slower
        now = pitch.offset
        for j in range(k):
            reduced[j] = pitch.cost[j]
        for r in range(n):
            top = 0.0
            for p in range(pitch.par_ptr[r], pitch.par_ptr[r + 1]):
                if pitch.room >= 0:
                    top += pitch.par_gain[p]
                else:
                    top += t[pitch.par_target[p]] * pitch.par_gain[p]
            cap[r] = np.inf if pitch.must[r] else top
            y[r] = min(max(y[r], 0.0), cap[r])
            cover[r] = 0
            price = y[r]
            if price > 0.0:
                now += price
                for a in range(pitch.row_ptr[r], pitch.row_ptr[r + 1]):
                    reduced[pitch.row_cols[a]] -= price
        now += _choose(pitch, reduced, chosen, pool)
        for g in range(len(t)):
            now -= t[g] * pitch.spare[g]
            slope_t[g] = -pitch.spare[g]
        if now > best:
            best, idle = now, 0
            for r in range(n):
                rows[r] = y[r]
            for g in range(len(t)):
                targets[g] = t[g]
        else:
            idle += 1
            if idle >= _PATIENCE:
                pace, idle = pace * _CUT, 0
                for r in range(n):
                    y[r] = rows[r]
                for g in range(len(t)):
                    t[g] = targets[g]
                continue
        if value - best <= 1e-9 * abs(value):
            break
        for j in range(k):
            if chosen[j]:
                for a in range(pitch.col_ptr[j], pitch.col_ptr[j + 1]):
                    cover[pitch.col_rows[a]] += 1
        size = 0.0
        for r in range(n):
            s = 1.0 - cover[r]
            if s > 0.0 and y[r] >= cap[r]:
                for p in range(pitch.par_ptr[r], pitch.par_ptr[r + 1]):
                    if pitch.room < 0:
                        slope_t[pitch.par_target[p]] += pitch.par_gain[p]
                s = 0.0
            elif s < 0.0 and y[r] <= 0.0:
                s = 0.0
            trend[r] = _NEWEST * s + (1.0 - _NEWEST) * trend[r]
            size += pitch.stretch[r] * trend[r] * trend[r]
        for g in range(len(t)):
            trend_t[g] = _NEWEST * pitch.scale[g] * slope_t[g] + (1.0 - _NEWEST) * trend_t[g]
            size += trend_t[g] * trend_t[g]
        if size < 1e-12:
            break
        step = pace * ((_BEYOND * value if value > 0.0 else value) - now) / size
        for r in range(n):
            y[r] += step * pitch.stretch[r] * trend[r]
        for g in range(len(t)):
            t[g] = max(0.0, t[g] + step * pitch.scale[g] * trend_t[g])
