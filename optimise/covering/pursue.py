"""From a core to a plan and a bound that meet, or as near as the work allowed.

    build greedily -> Lagrangian bound -> search -> linear relaxation -> settle by reduced costs
    -> branch and cut shortly -> search -> settle -> branch and cut on what is left

Each step ends the work when value and bound meet. The best plan and bound are kept in a ledger,
so that a limit, a cancel or Ctrl-C between or within steps loses nothing.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from optimise.covering.anneal import anneal
from optimise.covering.bound import Dual, judge, subgradient
from optimise.covering.core import Core, must_cover, settle, value_of
from optimise.covering.greedy import complete
from optimise.covering.ledger import Ledger
from optimise.covering.weighting import fits, search
from optimise.formulate import formulate
from optimise.milp import Limits, minimise, relax
from optimise.watch import Watch

__all__ = ["pursue"]

#: Elementary operations of annealing that take about a second, and the shortest run.
_SECOND, _LEAST_MOVES = 4e7, 10_000
#: Columns closed in a second of row weighting, over those looked at each time; the shortest run;
#: cores of fewer entries than this are searched shorter, down to this share of the time.
_WEIGHED_SECOND, _LEAST_WEIGHED = 3e8, 2_000
_WEIGHED_ENTRIES, _SHORTEST = 20_000, 0.1
#: Subgradient steps before the first search, at most so many over the number of entries, but at
#: least; and before the linear relaxation.
_STEPS, _STEPS_ENTRIES, _LEAST_STEPS, _MORE_STEPS = 250, 2e7, 160, 600
#: Searches, each about how many seconds among how many sites (in sizes of the plan, but at least
#: so many); for cores of more sites than this they last longer, up to so many times.
_QUICK = ((0.045, 4.0),)
_SEARCHES, _LEAST_POOL, _MANY_SITES, _LONGEST = ((0.4, 3.0), (0.8, 6.0)), 60, 1500, 4.0
#: More of them where there is too much left to branch on, and one after branching.
_MORE_SEARCHES, _LAST_SEARCH = ((1.0, 3.0), (1.0, 6.0)), ((2.0, 9.0),)
#: Entries of the incidence beyond which the linear relaxation takes long, and is not tried;
#: beyond which branch and cut is not tried, or not if the gap asked for is reached; up to which
#: it then goes to the end; and beyond which it is not tried before searching on.
_LONG_LP_ENTRIES, _LP_ENTRIES = 80_000, 4_000_000
_MILP_ENTRIES, _EASY_ENTRIES, _TINY_ENTRIES, _TRY_ENTRIES = 60_000, 5_000, 1_000, 20_000
#: Rounds of branch and cut: so many over the number of entries, and at least; those that are spent
#: below the gap asked for; and those tried before searching on.
_ROUNDS, _LEAST_ROUNDS, _EASY_ROUNDS, _FIRST_ROUNDS = 3e6, 20, 8, 30
#: Temperature of annealing at first where a plan has to cover every row.
_COOL = 0.5


def pursue(
    core: Core,
    watch: Watch,
    *,
    tolerance: Callable[[float], float],
    seed: int,
    exact: bool,
    start: NDArray[np.integer] | None = None,
) -> Ledger:
    """Solve a core.

    Parameters
    ----------
    tolerance
        For a value, the difference to the bound that is good enough.
    exact
        Whether to go on to the linear relaxation and branch and cut.
    start
        Sites, by the problem's indices, of a plan to begin with.
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
    if start is not None:
        near = complete(core, np.flatnonzero(np.isin(core.sites, start)))
        if ledger.offer(near):
            ledger.log.append(f"from the plan given: {ledger.value:g}")
    free = judge(core, np.zeros(core.reach.n_rows), np.zeros(len(core.need)))
    ledger.prove(free.value, "quotas")
    if ledger.closed or not len(core.sites):
        ledger.log.clear()
        return ledger
    try:
        dual = _begin(ledger, watch, seed=seed)
        if exact and not ledger.closed and watch.look("prove", 0.0) is None:
            _prove(ledger, watch, dual, seed=seed)
    except KeyboardInterrupt:
        watch.stopped = "cancelled"
    ledger.stopped = None if ledger.good_enough else watch.stopped or ledger.stopped
    return ledger


def _begin(ledger: Ledger, watch: Watch, *, seed: int) -> Dual:
    """First a bound, which tells the search where to look and when it is done, then the search."""
    core = ledger.core
    if watch.look("search", 0.0) is not None:
        return subgradient(core, ledger.value, steps=1)
    affordable = int(_STEPS_ENTRIES / max(1, len(core.reach.indices)))
    dual = subgradient(core, ledger.value, steps=min(_STEPS, max(_LEAST_STEPS, affordable)))
    ledger.prove(dual.value, "Lagrangian relaxation")
    ledger.log.append(f"Lagrangian bound: {dual.value:g}")
    _search_on(ledger, watch, dual, _QUICK, seed=seed)
    return dual


def _prove(ledger: Ledger, watch: Watch, dual: Dual, *, seed: int) -> None:
    """Bound, search and branch in turn until the gap asked for is reached, and a little beyond."""
    core = ledger.core
    dual = subgradient(core, ledger.value, steps=_MORE_STEPS, start=dual)
    ledger.prove(dual.value, "Lagrangian relaxation")
    ledger.log.append(f"Lagrangian bound: {dual.value:g}")
    large = len(core.reach.indices) > _LONG_LP_ENTRIES
    if large:
        _search_on(ledger, watch, dual, _SEARCHES[:1], seed=seed + 20)
    left = _settle(ledger, dual)
    small = left is None or len(left.reach.indices) <= _EASY_ENTRIES
    if not small and not (large and ledger.good_enough):
        dual = _relax(ledger, watch, dual)
        left = _settle(ledger, dual)
    if left is None or _try(ledger, watch, left, seed=seed):
        return
    before = ledger.value
    _search_on(ledger, watch, dual, _SEARCHES, seed=seed, left=left)
    if ledger.value < before:
        left = _settle(ledger, dual)
    if left is not None and not ledger.good_enough and _too_big(left):
        _search_on(ledger, watch, dual, _MORE_SEARCHES, seed=seed + 2)
        left = _settle(ledger, dual)
    if left is None or watch.look("prove", 0.0) is not None:
        return
    if _branch(ledger, watch, left, seed=seed):
        _search_on(ledger, watch, dual, _LAST_SEARCH, seed=seed + 10)


def _try(ledger: Ledger, watch: Watch, small: Core, *, seed: int) -> bool:
    """Branch shortly on what is left; True if that was all."""
    if len(small.reach.indices) > _TRY_ENTRIES or watch.look("prove", 0.2) is not None:
        return False
    return _minimise(ledger, watch, small, rounds=_FIRST_ROUNDS, easy=_FIRST_ROUNDS, seed=seed)


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
    left: Core | None = None,
) -> None:
    """Search until the gap asked for is reached, or once if it is, or there is no search left.

    ``left`` is what better plans can be made of.
    """
    core = left if left is not None and fits(left) else ledger.core
    for number, (seconds, pool) in enumerate(searches):
        share = 0.5 + 0.5 * number / len(searches)
        enough = ledger.good_enough if number else ledger.closed
        if enough or watch.look("search", share) is not None:
            return
        if fits(core):
            _search_all(ledger, core, seconds=seconds, seed=seed + number + 1)
        else:
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


def _moves(core: Core, seconds: float) -> int:
    """Exchanges that take about so long, counted, not timed; longer for many sites."""
    seconds *= min(_LONGEST, max(1.0, len(core.sites) / _MANY_SITES))
    each = 20.0 + len(core.reach.indices) / max(1, len(core.sites))
    return max(_LEAST_MOVES, int(seconds * _SECOND / each))


def _search_all(ledger: Ledger, core: Core, *, seconds: float, seed: int) -> None:
    """Search where every row must be covered, in the core of the ledger or what is left of it."""
    plan = np.flatnonzero(np.isin(core.sites, ledger.core.sites[ledger.plan]))
    if core is not ledger.core:
        plan = complete(core, plan).astype(np.int64)
    entries = len(core.reach.indices)
    # A column meets the rows of its rows; and the open ones are gone through each time.
    each = len(plan) + 2.0 * entries * entries / max(1, len(core.sites) * core.reach.n_rows)
    longer = min(_LONGEST, max(1.0, len(core.sites) / _MANY_SITES))
    longer *= min(1.0, max(_SHORTEST, entries / _WEIGHED_ENTRIES))
    moves = max(_LEAST_WEIGHED, int(seconds * longer * _WEIGHED_SECOND / each))
    found = search(core, plan, moves=moves, seed=seed, goal=ledger.bound)
    ledger.offer(_lift(ledger, core, found))
    ledger.log.append(f"row weighting of {len(core.sites)} sites: {ledger.value:g}")


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
    heat = _COOL if must_cover(small).all() else None
    plan = anneal(small, start, moves=moves, seed=seed, goal=ledger.bound, heat=heat)
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
    easy = rounds if entries <= _TINY_ENTRIES else _EASY_ROUNDS
    _minimise(ledger, watch, small, rounds=rounds, easy=easy, seed=seed)
    return True


def _minimise(
    ledger: Ledger, watch: Watch, small: Core, *, rounds: int, easy: int, seed: int
) -> bool:
    """Branch and cut for so many rounds; True if everything was searched."""
    limits = Limits(
        tolerance=ledger.tolerance(ledger.value),
        easy_work=easy,
        work=rounds,
        cutoff=ledger.value - 0.5 * ledger.core.step,
    )
    found = minimise(formulate(small), limits, watch, seed=seed, reduced=True)
    ledger.log.append(
        f"HiGHS: {found.nodes} nodes, {found.work} rounds, {found.stopped or 'complete'}"
    )
    bound = min(ledger.floor, found.bound)
    if found.values is not None:
        chosen = np.flatnonzero(found.values[: len(small.sites)] > 0.5)
        ledger.offer(_lift(ledger, small, complete(small, chosen)))
    ledger.prove(bound, "HiGHS")
    ledger.stopped = found.stopped
    return found.stopped is None
