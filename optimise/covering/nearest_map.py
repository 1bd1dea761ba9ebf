"""The board on which plans are drawn nearer: who is served from where, and what would change.

Gains, losses and pair corrections of fast interchange (Whitaker 1983; Resende and Werneck 2007)
on the bounded travel matrix: what opening a site gains, what closing one loses, and how much less
it loses when a certain other one opens. An uncovered unit counts as far as the radius.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.covering.reduce import weight_needed
from optimise.incidence import reach_within, widest
from optimise.models import Cover, CoverMost
from optimise.problem import EVERYBODY, Problem

__all__ = ["Map", "Now", "keeps_targets", "move", "survey", "weigh"]

#: None of them; a 64-bit number for the compiler, not a literal.
_NONE: Any = np.int64(-1)


class Map(NamedTuple):
    """Fixed arrays: the radius' incidence both ways with impedances, groups of each unit."""

    unit_ptr: NDArray[np.int64]
    unit_sites: NDArray[np.int32]
    unit_far: NDArray[np.float64]
    site_ptr: NDArray[np.int64]
    site_units: NDArray[np.int32]
    site_far: NDArray[np.float64]
    weight: NDArray[np.float64]
    group_ptr: NDArray[np.int64]
    group_of: NDArray[np.int32]
    zone: NDArray[np.int32]
    quota: NDArray[np.int32]
    cost: NDArray[np.float64]
    frozen: NDArray[np.bool_]
    radius: float


class Now(NamedTuple):
    """Changing arrays: nearest and second nearest of each unit, and what follows from them."""

    is_open: NDArray[np.bool_]
    first: NDArray[np.float64]
    second: NDArray[np.float64]
    site: NDArray[np.int64]
    cover: NDArray[np.int32]
    gain: NDArray[np.float64]
    loss: NDArray[np.float64]
    in_zone: NDArray[np.int64]
    spare: NDArray[np.float64]


def survey(problem: Problem, model: Cover, open_sites: NDArray[np.int32]) -> tuple[Map, Now]:
    """Lay out a plan that holds every quota and target."""
    reach, far = reach_within(problem.travel, widest(model.radius), problem.n_sites)
    back = reach.transpose()
    weights = problem.weights.astype(np.float64)
    if isinstance(model, CoverMost):
        targets, cost = [problem.members(EVERYBODY)], np.zeros(problem.n_sites)
    else:
        targets = [problem.members(name) for name, _ in model.targets]
        cost = problem.site_costs.astype(np.float64)
        if model.objective == "sites":
            cost = np.ones(problem.n_sites)
    group = np.concatenate([np.full(len(t), g) for g, t in enumerate(targets)] or [np.zeros(0)])
    unit = np.concatenate([*targets, np.zeros(0, dtype=np.int32)]).astype(np.int64)
    by_unit = np.argsort(unit, kind="stable")
    group_ptr = np.searchsorted(unit[by_unit], np.arange(problem.n_units + 1))
    here = Map(
        unit_ptr=reach.indptr,
        unit_sites=reach.indices,
        unit_far=far,
        site_ptr=back.indptr,
        site_units=back.indices,
        site_far=_turned(reach.indices, far, back.indptr),
        weight=weights,
        group_ptr=group_ptr.astype(np.int64),
        group_of=group[by_unit].astype(np.int32),
        zone=np.array(problem.zones),
        quota=np.array(problem.quotas),
        cost=cost,
        frozen=problem.kept | problem.forbidden,
        radius=widest(model.radius),
    )
    is_open = np.zeros(problem.n_sites, dtype=np.bool_)
    is_open[open_sites] = True
    zones = problem.zones[open_sites]
    covered = reach.touches(is_open)
    now = Now(
        is_open=is_open,
        first=np.full(problem.n_units, widest(model.radius)),
        second=np.full(problem.n_units, widest(model.radius)),
        site=np.full(problem.n_units, -1, dtype=np.int64),
        cover=np.zeros(problem.n_units, dtype=np.int32),
        gain=np.zeros(problem.n_sites),
        loss=np.zeros(problem.n_sites),
        in_zone=np.bincount(zones[zones >= 0], minlength=len(problem.quotas)).astype(np.int64),
        spare=_spare(problem, model, targets, covered),
    )
    weigh(here, now)
    return here, now


@kernel
def _turned(
    indices: NDArray[np.int32], far: NDArray[np.float64], start: NDArray[np.int64]
) -> NDArray[np.float64]:
    """Impedances in the order of the transpose, whose rows start at ``start``."""
    at, turned = start.copy(), np.empty_like(far)
    for a in range(len(indices)):
        turned[at[indices[a]]] = far[a]
        at[indices[a]] += 1
    return turned


def _spare(
    problem: Problem, model: Cover, targets: list[NDArray[np.int32]], covered: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Weight each target can lose; none with a budget, where coverage is the first goal."""
    if isinstance(model, CoverMost):
        return np.zeros(1)
    weights, spare = problem.weights.astype(np.float64), np.zeros(len(targets))
    for g, ((_, share), members) in enumerate(zip(model.targets, targets, strict=True)):
        need = weight_needed(problem, share, float(weights[members].sum()))
        spare[g] = float(weights[members[covered[members]]].sum()) - need
    return spare


@inner
def _look(here: Map, now: Now, u: Any) -> None:
    """Find the nearest and second nearest open site of unit u."""
    first, second, site, count = here.radius, here.radius, _NONE, 0
    for a in range(here.unit_ptr[u], here.unit_ptr[u + 1]):
        s = here.unit_sites[a]
        if now.is_open[s]:
            count += 1
            far = here.unit_far[a]
            if site < 0 or far < first:
                first, second, site = far, first, np.int64(s)
            elif far < second:
                second = far
    now.first[u], now.second[u], now.site[u], now.cover[u] = first, second, site, count


@inner
def _count_unit(here: Map, now: Now, u: Any, sign: Any) -> None:
    """Add what unit u contributes to gains and losses, or take it away."""
    weight = sign * here.weight[u]
    if now.site[u] >= 0:
        now.loss[now.site[u]] += weight * (now.second[u] - now.first[u])
    for a in range(here.unit_ptr[u], here.unit_ptr[u + 1]):
        if here.unit_far[a] < now.first[u]:
            now.gain[here.unit_sites[a]] += weight * (now.first[u] - here.unit_far[a])


@kernel
def weigh(here: Map, now: Now) -> None:
    """Count everything afresh, so that rounding does not add up."""
    for s in range(len(now.gain)):
        now.gain[s] = 0.0
        now.loss[s] = 0.0
    for u in range(len(here.weight)):
        _look(here, now, u)
        _count_unit(here, now, u, 1.0)


@inner
def move(here: Map, now: Now, s: Any) -> None:
    """Open or close site s."""
    was = now.is_open[s]
    now.is_open[s] = not was
    if here.zone[s] >= 0:
        now.in_zone[here.zone[s]] += -1 if was else 1
    for a in range(here.site_ptr[s], here.site_ptr[s + 1]):
        u = here.site_units[a]
        before = now.cover[u]
        _count_unit(here, now, u, -1.0)
        _look(here, now, u)
        _count_unit(here, now, u, 1.0)
        if (before == 0) != (now.cover[u] == 0):
            weight = here.weight[u] if before == 0 else -here.weight[u]
            for b in range(here.group_ptr[u], here.group_ptr[u + 1]):
                now.spare[here.group_of[b]] += weight


@inner
def keeps_targets(here: Map, now: Now, k: Any, i: Any, change: NDArray[np.float64]) -> Any:
    """Tell whether closing k and opening i leaves every target met; ``change`` is left zeroed."""
    for a in range(here.site_ptr[i], here.site_ptr[i + 1]):
        u = here.site_units[a]
        if now.cover[u] == 0 or (now.cover[u] == 1 and now.site[u] == k):
            for b in range(here.group_ptr[u], here.group_ptr[u + 1]):
                change[here.group_of[b]] += here.weight[u]
    for a in range(here.site_ptr[k], here.site_ptr[k + 1]):
        u = here.site_units[a]
        if now.cover[u] == 1:
            for b in range(here.group_ptr[u], here.group_ptr[u + 1]):
                change[here.group_of[b]] -= here.weight[u]
    good = True
    for g in range(len(change)):
        good &= now.spare[g] + change[g] >= 0.0 or change[g] >= 0.0
        change[g] = 0.0
    return good
