"""Good p-median plans: greedy, then exchanges, then kicks and exchanges again.

Greedy adding with late re-evaluation (Kuehn and Hamburger 1963; Minoux 1978), fast interchange
(Whitaker 1983; Resende and Werneck 2007): the profit of opening j and closing k is what j gains
alone, less what losing k costs, plus a correction where both concern the same unit; one pass over
the units of j weighs all k at once. Iterated with random kicks (Lourenço, Martin and Stützle
2003). Every plan holds the quotas and keeps the kept sites.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.median.core import Ground

__all__ = ["complete", "iterate", "trim"]

#: None of them; a 64-bit number for the compiler, not a literal.
_NONE: Any = np.int64(-1)


class _Now(NamedTuple):
    """A plan and the two cheapest open sites of each unit (-1 and ``left`` for none)."""

    is_open: NDArray[np.bool_]
    site: NDArray[np.int64]
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    runner_up: NDArray[np.int64]
    loss: NDArray[np.float64]
    in_zone: NDArray[np.int64]


def complete(ground: Ground, start: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Open what saves most until there are as many sites as may be; bool[k].

    Starts from the kept sites and those of ``start``, if that leaves room for the quotas. Ties go
    to the lowest site.
    """
    wanted = start | ground.kept
    counted = ground.zone[wanted & (ground.zone >= 0)]
    lacking = ground.quota - np.bincount(counted, minlength=len(ground.quota))
    if wanted.sum() + np.maximum(lacking, 0).sum() > ground.most:
        wanted = ground.kept.copy()
    now = _begin(ground, wanted)
    _add(ground, now)
    return now.is_open


def trim(ground: Ground, plan: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Close sites that save nothing and that no quota needs, the highest first; bool[k]."""
    now = _begin(ground, plan.copy())
    for s in np.flatnonzero(plan & ~ground.kept)[::-1]:
        z = ground.zone[s]
        if now.loss[s] <= 0.0 and (z < 0 or now.in_zone[z] > ground.quota[z]):
            now.is_open[s] = False
            _rebuild(ground, now)
    return now.is_open


def iterate(
    ground: Ground,
    plan: NDArray[np.bool_],
    *,
    rounds: int,
    seed: int,
    enough: float = -np.inf,
) -> tuple[NDArray[np.bool_], float]:
    """Improve a plan by exchanges and kicks; returns bool[k] and its cost.

    Ends after ``rounds`` kicks, or at a cost of at most ``enough``, or when a number of kicks
    that grows with the number of sites have brought nothing.
    """
    now = _begin(ground, plan.copy())
    best = plan.copy()
    cost = _iterate(ground, now, best, rounds, seed, enough)
    return best, float(cost)


def _begin(ground: Ground, is_open: NDArray[np.bool_]) -> _Now:
    n, k = len(ground.left), len(ground.kept)
    now = _Now(
        is_open=is_open,
        site=np.full(n, -1, dtype=np.int64),
        first=ground.left.copy(),
        second=ground.left.copy(),
        runner_up=np.full(n, -1, dtype=np.int64),
        loss=np.zeros(k),
        in_zone=np.zeros(len(ground.quota), dtype=np.int64),
    )
    _rebuild(ground, now)
    return now


@inner
def _random(word: NDArray[np.uint64]) -> Any:
    """Number in [0, 1) by xorshift64 (Marsaglia 2003)."""
    x = word[0]
    x ^= x << np.uint64(13)
    x ^= x >> np.uint64(7)
    x ^= x << np.uint64(17)
    word[0] = x
    return np.float64(x >> np.uint64(11)) * (1.0 / 9007199254740992.0)


@inner
def _look(ground: Ground, now: _Now, i: Any) -> None:
    """Find the two cheapest open sites of unit i."""
    now.site[i], now.first[i] = _NONE, ground.left[i]
    now.runner_up[i], now.second[i] = _NONE, ground.left[i]
    for a in range(ground.unit_ptr[i], ground.unit_ptr[i + 1]):
        s = np.int64(ground.unit_site[a])
        if now.is_open[s]:
            if now.site[i] < 0:
                now.site[i], now.first[i] = s, ground.unit_cost[a]
            else:
                now.runner_up[i], now.second[i] = s, ground.unit_cost[a]
                break


@kernel
def _rebuild(ground: Ground, now: _Now) -> None:
    """Count everything afresh from ``is_open``."""
    now.loss[:] = 0.0
    now.in_zone[:] = 0
    for s in range(len(now.is_open)):
        if now.is_open[s] and ground.zone[s] >= 0:
            now.in_zone[ground.zone[s]] += 1
    for i in range(len(ground.left)):
        _look(ground, now, i)
        if now.site[i] >= 0:
            now.loss[now.site[i]] += now.second[i] - now.first[i]


@inner
def _open(ground: Ground, now: _Now, j: Any) -> None:
    now.is_open[j] = True
    if ground.zone[j] >= 0:
        now.in_zone[ground.zone[j]] += 1
    for a in range(ground.site_ptr[j], ground.site_ptr[j + 1]):
        i, cost = ground.site_unit[a], ground.site_cost[a]
        if cost >= now.second[i] and now.runner_up[i] >= 0:
            continue
        if now.site[i] >= 0:
            now.loss[now.site[i]] -= now.second[i] - now.first[i]
        if now.site[i] < 0 or cost < now.first[i]:
            now.runner_up[i], now.second[i] = now.site[i], now.first[i]
            now.site[i], now.first[i] = np.int64(j), cost
        else:
            now.runner_up[i], now.second[i] = np.int64(j), cost
        now.loss[now.site[i]] += now.second[i] - now.first[i]


@inner
def _close(ground: Ground, now: _Now, k: Any) -> None:
    now.is_open[k] = False
    if ground.zone[k] >= 0:
        now.in_zone[ground.zone[k]] -= 1
    for a in range(ground.site_ptr[k], ground.site_ptr[k + 1]):
        i = ground.site_unit[a]
        if now.site[i] == k or now.runner_up[i] == k:
            now.loss[now.site[i]] -= now.second[i] - now.first[i]
            _look(ground, now, i)
            if now.site[i] >= 0:
                now.loss[now.site[i]] += now.second[i] - now.first[i]


@inner
def _gain(ground: Ground, now: _Now, j: Any) -> Any:
    """What opening j saves."""
    saved = 0.0
    for a in range(ground.site_ptr[j], ground.site_ptr[j + 1]):
        saved += max(0.0, now.first[ground.site_unit[a]] - ground.site_cost[a])
    return saved


@kernel
def _add(ground: Ground, now: _Now) -> None:
    """Open sites until there are as many as may be; savings only shrink, so old ones bound."""
    k = len(now.is_open)
    promise, checked = np.full(k, np.inf), np.full(k, -1)
    n_open = now.is_open.sum()
    while n_open < ground.most:
        wanted = 0
        for z in range(len(ground.quota)):
            wanted += max(0, ground.quota[z] - now.in_zone[z])
        while True:
            pick, top = _NONE, -1.0
            for j in range(k):
                if now.is_open[j] or promise[j] <= top:
                    continue
                z = ground.zone[j]
                missing = z >= 0 and now.in_zone[z] < ground.quota[z]
                if missing or wanted < ground.most - n_open:
                    pick, top = np.int64(j), promise[j]
            if pick < 0 or checked[pick] == n_open:
                break
            promise[pick], checked[pick] = _gain(ground, now, pick), n_open
        if pick < 0:
            break
        _open(ground, now, pick)
        n_open += 1


@inner
def _exchange(ground: Ground, now: _Now, start: Any, least: Any) -> None:
    """Offer each closed site its best exchange, round and round until none is left."""
    k = len(now.is_open)
    extra = np.zeros(k)
    listed = np.flatnonzero(now.is_open)
    idle, j = 0, start
    while idle < k:
        j = j + 1 if j + 1 < k else 0
        idle += 1
        if now.is_open[j]:
            continue
        gain = 0.0
        for a in range(ground.site_ptr[j], ground.site_ptr[j + 1]):
            i, cost = ground.site_unit[a], ground.site_cost[a]
            if cost < now.second[i] and now.site[i] >= 0:
                if cost < now.first[i]:
                    gain += now.first[i] - cost
                    extra[now.site[i]] += now.second[i] - now.first[i]
                else:
                    extra[now.site[i]] += now.second[i] - cost
            elif cost < now.first[i]:
                gain += now.first[i] - cost
        pick, top = _NONE, least
        for q in range(len(listed)):
            s = listed[q]
            profit = gain - now.loss[s] + extra[s]
            extra[s] = 0.0
            z = ground.zone[s]
            tight = z >= 0 and now.in_zone[z] <= ground.quota[z] and ground.zone[j] != z
            if profit > top and not ground.kept[s] and not tight:
                pick, top = np.int64(q), profit
        if pick >= 0:
            _open(ground, now, j)
            _close(ground, now, listed[pick])
            listed[pick] = j
            idle = 0


@inner
def _kick(ground: Ground, now: _Now, word: NDArray[np.uint64], times: Any) -> None:
    """Exchange sites at random, within the quotas."""
    k = len(now.is_open)
    listed = np.flatnonzero(now.is_open & ~ground.kept)
    for _ in range(times):
        if len(listed) == 0:
            return
        at, j = np.int64(_random(word) * len(listed)), np.int64(_random(word) * k)
        s = listed[at]
        z = ground.zone[s]
        tight = z >= 0 and now.in_zone[z] <= ground.quota[z] and ground.zone[j] != z
        if not now.is_open[j] and not tight:
            _open(ground, now, j)
            _close(ground, now, s)
            listed[at] = j


@kernel
def _iterate(
    ground: Ground, now: _Now, best: NDArray[np.bool_], rounds: Any, seed: Any, enough: Any
) -> Any:
    word = np.array([np.uint64(seed) * np.uint64(2) + np.uint64(88172645463325253)])
    k = len(now.is_open)
    top = now.first.sum()
    least = 1e-9 * max(1.0, top)
    _exchange(ground, now, k - 1, least)
    top = now.first.sum()
    best[:] = now.is_open
    idle = 0
    for _ in range(rounds):
        if top <= enough or idle > 30 + 3 * ground.most:
            break
        idle += 1
        _kick(ground, now, word, 2 + np.int64(_random(word) * min(6, 1 + ground.most // 8)))
        _exchange(ground, now, np.int64(_random(word) * k), least)
        cost = now.first.sum()
        if cost <= top:
            idle = idle if cost > top - least else 0
            top = cost
            best[:] = now.is_open
        else:
            now.is_open[:] = best
        _rebuild(ground, now)
    return top
