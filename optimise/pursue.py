"""From a core to a plan and a bound that meet, or as near as the work allowed.

    build greedily -> anneal -> Lagrangian bound -> linear relaxation -> fix by reduced costs
    -> anneal what is left -> branch and cut on what is left

Each step ends the work when value and bound meet. The best plan and bound are kept in a ledger,
so that a limit, a cancel or Ctrl-C between or within steps loses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimise.anneal import anneal
from optimise.bound import Dual, judge, subgradient
from optimise.core import Core, must_cover, settle, value_of
from optimise.formulate import formulate
from optimise.greedy import complete
from optimise.milp import Limits, minimise, relax
from optimise.watch import Stopped, Watch

__all__ = ["Ledger", "pursue"]

#: Elementary operations of a search that take about a second, and the shortest run.
_SECOND, _LEAST_MOVES = 4e7, 10_000
#: The first search: about how many seconds of annealing, how many subgradient steps.
_EXACT_START, _QUICK = (0.1, 250), (0.06, 120)
#: Further searches: about how many seconds, among how many sites (in sizes of the plan, but at
#: least so many); for cores of more sites than this they last longer, up to so many times.
_SEARCHES, _LEAST_POOL, _MANY_SITES, _LONGEST = ((0.4, 3.0), (0.8, 6.0)), 60, 1500, 4.0
#: More of them where there is too much left to branch on, and one after branching.
_MORE_SEARCHES, _LAST_SEARCH = ((1.0, 3.0), (1.0, 6.0)), ((2.0, 9.0),)
#: Subgradient steps that are tried before the linear relaxation where that takes long.
_MORE_STEPS = 800
#: Entries of the incidence beyond which the linear relaxation takes long, and is not tried;
#: beyond which branch and cut is not tried, or not if the gap asked for is reached; and up to
#: which it then goes to the end.
_LONG_LP_ENTRIES, _LP_ENTRIES = 80_000, 4_000_000
_MILP_ENTRIES, _EASY_ENTRIES, _TINY_ENTRIES = 60_000, 5_000, 1_000
#: Rounds of branch and cut: so many over the number of entries, and at least; and those that are
#: spent below the gap asked for.
_ROUNDS, _LEAST_ROUNDS, _EASY_ROUNDS = 3e6, 20, 8


@dataclass(slots=True)
class Ledger:
    """Best plan and bound so far for one core.

    Parameters
    ----------
    plan, value
        Open columns and their value.
    bound
        No plan has a lower value.
    proved_by
        Where the bound comes from.
    stopped
        Why the work ended before the gap asked for was reached, None if it was.
    log
        What was done.
    """

    core: Core
    tolerance: Callable[[float], float]
    plan: NDArray[np.int32]
    value: float
    bound: float = -math.inf
    proved_by: str = "nothing"
    stopped: Stopped | None = None
    log: list[str] = field(default_factory=list)

    def offer(self, plan: NDArray[np.integer]) -> bool:
        """Take a plan if it is better."""
        value = value_of(self.core, plan)
        better = value < self.value
        if better:
            self.plan, self.value = np.sort(plan).astype(np.int32), value
        return better

    def prove(self, bound: float, by: str) -> None:
        """Take a bound if it is better."""
        bound = min(self.core.round_up(bound), self.value)
        if bound > self.bound:
            self.bound, self.proved_by = bound, by

    @property
    def floor(self) -> float:
        """Bound that holds once nothing better by a step is possible."""
        return self.value if self.core.integral else self.value - self.core.step

    @property
    def closed(self) -> bool:
        """Whether value and bound have met."""
        return self.bound >= self.floor - 1e-9 * max(1.0, abs(self.value))

    @property
    def good_enough(self) -> bool:
        """Whether the gap asked for is reached."""
        return self.value - self.bound <= self.tolerance(self.value)


def pursue(
    core: Core,
    watch: Watch,
    *,
    tolerance: Callable[[float], float],
    seed: int,
    exact: bool,
) -> Ledger:
    """Solve a core.

    Parameters
    ----------
    tolerance
        For a value, the difference to the bound that is good enough.
    exact
        Whether to go on to the linear relaxation and branch and cut.
    """
    plan = complete(core)
    ledger = Ledger(
        core=core,
        tolerance=tolerance,
        plan=plan,
        value=value_of(core, plan),
        bound=core.offset,
        proved_by="what is settled",
    )
    ledger.log.append(f"greedy: {ledger.value:g}")
    free = judge(core, np.zeros(core.reach.n_rows), np.zeros(len(core.need)))
    ledger.prove(free.value, "quotas")
    if ledger.closed or not len(core.sites):
        ledger.log.clear()
        return ledger
    seconds, steps = _EXACT_START if exact else _QUICK
    try:
        dual = _search(ledger, watch, seed=seed, seconds=seconds, steps=steps)
        if exact and not ledger.closed and watch.look("prove", 0.0) is None:
            _prove(ledger, watch, dual, seed=seed)
    except KeyboardInterrupt:
        watch.stopped = "cancelled"
    ledger.stopped = None if ledger.good_enough else watch.stopped or ledger.stopped
    return ledger


def _moves(core: Core, seconds: float) -> int:
    """Exchanges that take about so long, counted, not timed; longer for many sites."""
    seconds *= min(_LONGEST, max(1.0, len(core.sites) / _MANY_SITES))
    each = 20.0 + len(core.reach.indices) / max(1, len(core.sites))
    return max(_LEAST_MOVES, int(seconds * _SECOND / each))


def _search(ledger: Ledger, watch: Watch, *, seed: int, seconds: float, steps: int) -> Dual:
    """First a bound, which tells the search when it is done, then the search."""
    core = ledger.core
    if watch.look("search", 0.0) is not None:
        return subgradient(core, ledger.value, steps=1)
    dual = subgradient(core, ledger.value, steps=steps)
    ledger.prove(dual.value, "Lagrangian relaxation")
    ledger.log.append(f"Lagrangian bound: {dual.value:g}")
    if not ledger.closed and watch.look("search", 0.3) is None:
        moves = _moves(core, seconds)
        ledger.offer(anneal(core, ledger.plan, moves=moves, seed=seed, goal=ledger.bound))
        ledger.log.append(f"annealing: {ledger.value:g}")
    return dual


def _prove(ledger: Ledger, watch: Watch, dual: Dual, *, seed: int) -> None:
    """Bound, search and branch in turn until the gap asked for is reached, and a little beyond."""
    core = ledger.core
    large = len(core.reach.indices) > _LONG_LP_ENTRIES
    if large:
        dual = subgradient(core, ledger.value, steps=_MORE_STEPS, start=dual)
        ledger.prove(dual.value, "Lagrangian relaxation")
        ledger.log.append(f"Lagrangian bound: {dual.value:g}")
        _search_on(ledger, watch, dual, _SEARCHES[:1], seed=seed + 20)
    if not (large and ledger.good_enough):
        dual = _relax(ledger, watch, dual)
        _search_on(ledger, watch, dual, _SEARCHES, seed=seed)
    left = _settle(ledger, dual)
    if left is not None and not ledger.good_enough and _too_big(left):
        _search_on(ledger, watch, dual, _MORE_SEARCHES, seed=seed + 2)
        left = _settle(ledger, dual)
    if left is None or watch.look("prove", 0.0) is not None:
        return
    if _branch(ledger, watch, left, seed=seed):
        _search_on(ledger, watch, dual, _LAST_SEARCH, seed=seed + 10)


def _relax(ledger: Ledger, watch: Watch, dual: Dual) -> Dual:
    """Bound by the linear relaxation, unless it is too big; the better of the two duals."""
    core = ledger.core
    if len(core.reach.indices) > _LP_ENTRIES or watch.look("prove", 0.0) is not None:
        return dual
    relaxed = relax(formulate(core), watch)
    if relaxed is None:
        return dual
    better = judge(core, *_prices(core, relaxed.duals))
    ledger.prove(better.value, "linear relaxation")
    ledger.log.append(f"linear relaxation: {better.value:g}")
    return max(dual, better, key=lambda one: one.value)


def _too_big(core: Core) -> bool:
    """Whether there is too much left for branch and cut."""
    return len(core.reach.indices) > _MILP_ENTRIES


def _search_on(
    ledger: Ledger,
    watch: Watch,
    dual: Dual,
    searches: tuple[tuple[float, float], ...],
    *,
    seed: int,
) -> None:
    """Search until the gap asked for is reached, or once if it is, or there is no search left."""
    for number, (seconds, pool) in enumerate(searches):
        share = 0.5 + 0.5 * number / len(searches)
        enough = ledger.good_enough if number or searches is not _SEARCHES else ledger.closed
        if enough or watch.look("search", share) is not None:
            return
        _search_pool(ledger, dual, pool=pool, seconds=seconds, seed=seed + number + 1)


def _prices(
    core: Core, duals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sort the row prices of the programme back to rows and targets of the core."""
    must, n = must_cover(core), core.reach.n_rows
    rows = np.zeros(n)
    rows[np.concatenate([np.flatnonzero(must), np.flatnonzero(~must)])] = duals[:n]
    return rows, -duals[n + len(core.quota) :] if core.budget is None else np.zeros(0)


def _lift(ledger: Ledger, small: Core, plan: NDArray[np.integer]) -> NDArray[np.int64]:
    """Plan of the whole core from a plan of what was left."""
    mine = np.setdiff1d(small.sites_of(plan), ledger.core.opened)
    return np.searchsorted(ledger.core.sites, mine)


def _search_pool(ledger: Ledger, dual: Dual, *, pool: float, seconds: float, seed: int) -> None:
    """Search among the best plan's sites and those of least reduced cost.

    ``pool`` is how many sites that makes, in sizes of the plan.
    """
    core = ledger.core
    size = min(len(core.sites), max(_LEAST_POOL, int(pool * len(ledger.plan))))
    dropped = dual.reduced > np.partition(dual.reduced, size - 1)[size - 1]
    dropped[ledger.plan] = False
    opened = np.zeros_like(dropped)
    small = settle(core, opened, dropped)
    if small is None:
        return
    start = complete(small, np.flatnonzero(np.isin(small.sites, core.sites[ledger.plan])))
    moves = _moves(small, seconds)
    plan = anneal(small, start, moves=moves, seed=seed, goal=ledger.bound)
    ledger.offer(_lift(ledger, small, plan))
    ledger.log.append(f"annealing of {len(small.sites)} promising sites: {ledger.value:g}")


def _settle(ledger: Ledger, dual: Dual) -> Core | None:
    """Settle what no better plan could have otherwise; None if there is nothing better."""
    if ledger.closed:
        return None
    step = ledger.core.step
    spare = ledger.value - step - dual.value + 1e-6 * max(1.0, step)
    opened, dropped = -dual.reduced > spare, dual.reduced > spare
    small = settle(ledger.core, opened, dropped)
    if small is None:
        ledger.prove(ledger.floor, "reduced costs")
        return None
    ledger.log.append(
        f"reduced costs open {opened.sum()} and drop {dropped.sum()} sites, left "
        f"{small.reach.n_rows} rows x {len(small.sites)} sites"
    )
    return small


def _branch(ledger: Ledger, watch: Watch, small: Core, *, seed: int) -> bool:
    """Prove with HiGHS that nothing is better, or find it; False if there is too much left."""
    entries = len(small.reach.indices)
    if _too_big(small) or (ledger.good_enough and entries > _EASY_ENTRIES):
        ledger.stopped = "work limit"
        return False
    rounds = max(_LEAST_ROUNDS, int(_ROUNDS / max(1, entries)))
    limits = Limits(
        tolerance=ledger.tolerance(ledger.value),
        easy_work=rounds if entries <= _TINY_ENTRIES else _EASY_ROUNDS,
        work=rounds,
        cutoff=ledger.value - 0.5 * ledger.core.step,
    )
    found = minimise(formulate(small), limits, watch, seed=seed)
    ledger.log.append(
        f"HiGHS: {found.nodes} nodes, {found.work} rounds, {found.stopped or 'complete'}"
    )
    bound = min(ledger.floor, found.bound)
    if found.values is not None:
        chosen = np.flatnonzero(found.values[: len(small.sites)] > 0.5)
        ledger.offer(_lift(ledger, small, complete(small, chosen)))
    ledger.prove(bound, "HiGHS")
    ledger.stopped = found.stopped
    return True
