"""Second goal: of equally good plans the one that is nearest to the people.

Vertex substitution (Teitz and Bart 1968): an open site is exchanged for a closed one where that
brings people nearer, keeps every quota and target, and costs no more. First boldly (simulated
annealing, Kirkpatrick, Gelatt and Vecchi 1983), then each open site's best exchange until none is
left.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.covering.nearest_map import Map, Now, keeps_targets, move, survey, weigh
from optimise.lots import lot
from optimise.models import Cover, CoverMost
from optimise.problem import Problem

__all__ = ["draw_near"]

#: None of them; a 64-bit number for the compiler, not a literal.
_NONE: Any = np.int64(-1)
#: Rounds over the open sites at most.
_PASSES = 40
#: Exchanges checked against the targets for one open site, the nearest first.
_CHECKS = 24
#: Temperature at first and at the end, in mean weighted distances of a site's people.
_HOT, _COLD = 0.1, 0.002


def draw_near(
    problem: Problem,
    model: Cover,
    open_sites: NDArray[np.int32],
    *,
    moves: int = 0,
    seed: int = 0,
) -> NDArray[np.int32]:
    """Exchange sites of a plan for nearer ones; the first goal gets no worse.

    Parameters
    ----------
    open_sites
        A plan that holds every quota and target.
    moves
        Bold exchanges to try before the strict ones.

    Returns
    -------
    int32
        Open sites, increasing.
    """
    here, now = survey(problem, model, open_sites)
    most = isinstance(model, CoverMost)
    if isinstance(model, CoverMost):
        _fill(here, now, problem.most(model.max_sites) - len(open_sites))
        # People gained on the way are the first goal's: they are not given back.
        now.spare[0] = 0.0
    total = float((here.weight * now.first).sum())
    movable = np.flatnonzero(now.is_open & ~here.frozen)
    if moves and len(movable):
        unit = total / len(movable)
        best = now.is_open.copy()
        _wander(here, now, best, movable, moves, _HOT * unit, _COLD * unit, seed)
        here, now = survey(problem, model, np.flatnonzero(best).astype(np.int32))
    for _ in range(_PASSES):
        if most:
            now.spare[0] = 0.0
        if not _sweep(here, now, 1e-9 * max(1.0, total), _CHECKS):
            break
        weigh(here, now)
    return np.flatnonzero(now.is_open).astype(np.int32)


@inner
def _saved(here: Map, now: Now, k: Any, i: Any) -> Any:
    """Weighted distance saved by closing k and opening i."""
    saved = now.gain[i] - now.loss[k]
    for a in range(here.site_ptr[i], here.site_ptr[i + 1]):
        u = here.site_units[a]
        far = here.site_far[a]
        if now.site[u] == k and far < now.second[u]:
            saved += here.weight[u] * (now.second[u] - max(now.first[u], far))
    return saved


@inner
def _neighbour(here: Map, word: NDArray[np.uint64], k: Any) -> Any:
    """Draw a site near some unit near k; any site if k has none."""
    n_units = here.site_ptr[k + 1] - here.site_ptr[k]
    if n_units == 0:
        return np.int64(lot(word) * len(here.zone))
    u = here.site_units[here.site_ptr[k] + np.int64(lot(word) * n_units)]
    n_sites = here.unit_ptr[u + 1] - here.unit_ptr[u]
    return np.int64(here.unit_sites[here.unit_ptr[u] + np.int64(lot(word) * n_sites)])


@kernel
def _wander(
    here: Map,
    now: Now,
    best: NDArray[np.bool_],
    movable: NDArray[np.int64],
    moves: Any,
    heat: Any,
    cold: Any,
    seed: Any,
) -> None:
    """Try exchanges, most of those for the worse while it is hot; fills ``best``."""
    word = np.array([np.uint64(seed) * np.uint64(2) + np.uint64(88172645463325253)])
    change = np.zeros(len(now.spare))
    cooling = (cold / heat) ** (1.0 / moves)
    gone, most_saved, purse = 0.0, 0.0, 0.0
    for _ in range(moves):
        heat *= cooling
        at = np.int64(lot(word) * len(movable))
        k = movable[at]
        i = _neighbour(here, word, k)
        if now.is_open[i] or here.frozen[i] or here.cost[i] > here.cost[k] + purse:
            continue
        zone = here.zone[k]
        if zone >= 0 and here.zone[i] != zone and now.in_zone[zone] <= here.quota[zone]:
            continue
        saved = _saved(here, now, k, i)
        if saved < 0.0 and lot(word) >= math.exp(saved / heat):
            continue
        if not keeps_targets(here, now, k, i, change):
            continue
        move(here, now, k)
        move(here, now, i)
        movable[at] = i
        purse += here.cost[k] - here.cost[i]
        gone += saved
        if gone > most_saved + 1e-9 * here.radius:
            most_saved = gone
            for s in range(len(best)):
                best[s] = now.is_open[s]


@kernel
def _fill(here: Map, now: Now, room: Any) -> None:
    """Open sites while there is room and somebody gains."""
    for _ in range(room):
        pick, top = _NONE, 0.0
        for s in range(len(now.gain)):
            if not now.is_open[s] and not here.frozen[s] and now.gain[s] > top:
                pick, top = s, now.gain[s]
        if pick < 0:
            break
        move(here, now, pick)


@kernel
def _sweep(here: Map, now: Now, least: Any, checks: Any) -> Any:
    """Offer each open site its best exchange; returns how many were made."""
    m = len(now.gain)
    extra, change = np.zeros(m), np.zeros(len(now.spare))
    saving = np.zeros(m)
    made = 0
    for k in range(m):
        if not now.is_open[k] or here.frozen[k]:
            continue
        for a in range(here.site_ptr[k], here.site_ptr[k + 1]):
            u = here.site_units[a]
            if now.site[u] == k:
                for b in range(here.unit_ptr[u], here.unit_ptr[u + 1]):
                    far = here.unit_far[b]
                    if far < now.second[u]:
                        nearer = now.second[u] - max(now.first[u], far)
                        extra[here.unit_sites[b]] += here.weight[u] * nearer
        zone = here.zone[k]
        tight = zone >= 0 and now.in_zone[zone] <= here.quota[zone]
        for i in range(m):
            saving[i] = now.gain[i] + extra[i] - now.loss[k]
            extra[i] = 0.0
            if (
                now.is_open[i]
                or here.frozen[i]
                or (tight and here.zone[i] != zone)
                or here.cost[i] > here.cost[k]
            ):
                saving[i] = 0.0
        for _ in range(checks):
            pick, top = _NONE, least
            for i in range(m):
                if saving[i] > top:
                    pick, top = np.int64(i), saving[i]
            if pick < 0:
                break
            if keeps_targets(here, now, k, pick, change):
                move(here, now, np.int64(k))
                move(here, now, pick)
                made += 1
                break
            saving[pick] = 0.0
    return made
