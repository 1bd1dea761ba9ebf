"""The last step of a question with capacities: settle by reduced costs, branch and cut."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from optimise.capacity.bound import Dual, judge
from optimise.capacity.ground import Ground, settle
from optimise.capacity.ledger import Ledger
from optimise.capacity.plan import evaluate, plan_of
from optimise.capacity.rows import Compact, compact, strengthen
from optimise.milp import Limits, minimise
from optimise.run import Run

__all__ = ["branch"]

#: Pairs beyond which branch and cut is not tried, not if the gap asked for is reached, and up to
#: which it then goes to the end.
_MILP_PAIRS, _EASY_PAIRS, _TINY_PAIRS = 150_000, 12_000, 3_000
#: Rounds of branch and cut: so many over the number of pairs, at least, and below the gap.
_ROUNDS, _LEAST_ROUNDS, _EASY_ROUNDS = 4e7, 300, 4


def branch(ledger: Ledger, dual: Dual | None, run: Run) -> None:
    """Fix what no better plan has otherwise, and prove the rest with HiGHS."""
    watch = run.watch
    small = _settled(ledger, ledger.ground, dual)
    if ledger.good_enough and len(small.cost) > _EASY_PAIRS:
        return
    if len(small.cost) > _MILP_PAIRS:
        ledger.log.append(f"too much left to branch on: {len(small.cost)} pairs")
        ledger.stopped = "work limit"
        return
    goal = ledger.value if math.isfinite(ledger.value) else max(1.0, ledger.bound)
    strong, prices = strengthen(small, compact(small, goal=goal), watch)
    if prices is not None:
        relaxed = judge(small, prices)
        ledger.prove(relaxed.value, "linear relaxation")
        ledger.log.append(f"linear relaxation: {relaxed.value:g}, {len(strong.cuts)} cuts")
        if ledger.closed or watch.look("prove", 0.6) is not None:
            return
        less = _settled(ledger, small, relaxed)
        if len(less.cost) < len(small.cost):
            strong, _ = strengthen(less, compact(less, goal=goal), watch)
            small = less
    _search_tree(ledger, small, strong, run)


def _search_tree(ledger: Ledger, small: Ground, strong: Compact, run: Run) -> None:
    left = len(small.cost)
    goal = abs(ledger.value) if math.isfinite(ledger.value) else max(1.0, ledger.bound)
    step = 0.5 * small.grain if small.grain is not None else 4e-10 * goal
    limits = Limits(
        tolerance=ledger.gap * goal / strong.scale,
        easy_work=10**9 if left <= _TINY_PAIRS else _EASY_ROUNDS,
        work=max(_LEAST_ROUNDS, int(_ROUNDS / max(1, left))),
        cutoff=(ledger.value - step) / strong.scale,
    )
    found = minimise(strong.milp, limits, run.watch, seed=run.seed, heuristics=True)
    ledger.log.append(
        f"HiGHS: {found.nodes} nodes, {found.work} rounds, {found.stopped or 'complete'}"
    )
    bound = found.bound * strong.scale
    if math.isfinite(ledger.value):
        bound = min(bound, ledger.value if small.grain is not None else ledger.value - step)
    if found.values is not None:
        _take(ledger, small, found.values)
    ledger.prove(bound, "HiGHS")
    ledger.stopped = found.stopped


def _take(ledger: Ledger, small: Ground, values: NDArray[np.float64]) -> None:
    """The plan that HiGHS found: its columns, and its own assignment where units are whole."""
    ground = ledger.ground
    k = len(small.sites)
    is_open = np.zeros(len(ground.sites), dtype=np.bool_)
    is_open[np.searchsorted(ground.sites, small.sites[values[:k] > 0.5])] = True
    if not ground.keeps(is_open):
        return
    ledger.offer(evaluate(ground, is_open))
    taken = values[k:]
    if not ground.split:
        taken = (taken > 0.5).astype(np.float64)
    used = np.flatnonzero(taken > 0)
    row = small.row_at(used)
    column = np.searchsorted(ground.sites, small.sites[small.column[used]])
    plan = plan_of(ground, is_open, ground.pair_of(row, column), taken[used] * small.weight[row])
    if plan is not None:
        ledger.offer(plan)


def _settled(ledger: Ledger, ground: Ground, dual: Dual | None) -> Ground:
    """Settle what no better plan has otherwise: columns, and pairs where units are whole."""
    if dual is None or not math.isfinite(ledger.value):
        return ground
    step = ground.grain if ground.grain is not None else 0.0
    spare = ledger.value - step - dual.value + 1e-6 * max(step, 1e-3 * abs(ledger.value))
    more, fewer = _detours(ground, dual)
    opened = dual.chosen & (fewer > spare) & ~ground.kept
    dropped = ~dual.chosen & (more > spare)
    useless = None
    if not ground.split:
        row = ground.row_of
        margin = (ground.cost - dual.prices.unit[row]) * ground.weight[row]
        margin = np.maximum(margin, 0.0) + np.where(dual.chosen, 0.0, more)[ground.column]
        useless = margin > spare
    small = settle(ground, dropped=dropped, opened=opened, useless=useless)
    ledger.log.append(
        f"reduced costs open {opened.sum()} and drop {dropped.sum()} sites, left "
        f"{len(small.cost)} pairs"
    )
    return small


def _detours(ground: Ground, dual: Dual) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How much the relaxed value rises at least by opening a column, by closing one; float64[k].

    Opening one may spare another of its zone that only the quota asked for; closing one where the
    most are open makes room for the best that is not.
    """
    reduced, chosen = dual.reduced, dual.chosen
    asked = np.zeros(len(ground.quota) + 1)
    free = np.flatnonzero(chosen & ~ground.kept & (ground.zone >= 0))
    np.maximum.at(asked, ground.zone[free], reduced[free])
    more = np.maximum(0.0, reduced - asked[ground.zone])
    fewer = -reduced
    if chosen.sum() >= ground.most:
        fewer = fewer + min(0.0, float(reduced[~chosen].min(initial=0.0)))
    return more, fewer
