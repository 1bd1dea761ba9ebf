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
_SECOND, _LEAST_MOVES = 4e7, 20_000
#: Entries beyond which the linear relaxation and branch and cut are not tried.
_LP_ENTRIES, _MILP_ENTRIES = 4_000_000, 400_000


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
        Why the work ended early, None if value and bound met.
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
        return self.bound >= self.floor

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
    if not len(core.sites):
        ledger.prove(ledger.value, "nothing left to decide")
        return ledger
    try:
        dual = _search(ledger, watch, seed=seed, seconds=0.1, steps=250 if exact else 150)
        if exact and not ledger.closed and watch.look("prove", 0.0) is None:
            _prove(ledger, watch, dual, seed=seed)
    except KeyboardInterrupt:
        watch.stopped = "cancelled"
    ledger.stopped = watch.stopped or ledger.stopped
    return ledger


def _moves(core: Core, seconds: float) -> int:
    """Exchanges that take about so long, counted, not timed."""
    each = 20.0 + len(core.reach.indices) / max(1, len(core.sites))
    return max(_LEAST_MOVES, int(seconds * _SECOND / each))


def _search(ledger: Ledger, watch: Watch, *, seed: int, seconds: float, steps: int) -> Dual:
    core = ledger.core
    if watch.look("search", 0.0) is not None:
        return subgradient(core, ledger.value, steps=1)
    ledger.offer(anneal(core, ledger.plan, moves=_moves(core, seconds), seed=seed))
    ledger.log.append(f"annealing: {ledger.value:g}")
    watch.look("search", 0.5)
    dual = subgradient(core, ledger.value, steps=steps)
    ledger.prove(dual.value, "Lagrangian relaxation")
    ledger.log.append(f"Lagrangian bound: {dual.value:g}")
    return dual


def _prove(ledger: Ledger, watch: Watch, dual: Dual, *, seed: int) -> None:
    core = ledger.core
    if len(core.reach.indices) > _LP_ENTRIES:
        ledger.stopped = "work limit"
        return
    milp = formulate(core)
    relaxed = relax(milp, watch)
    if relaxed is None:
        return
    better = judge(core, *_prices(core, relaxed.duals))
    ledger.prove(better.value, "linear relaxation")
    ledger.log.append(f"linear relaxation: {better.value:g}")
    dual = max(dual, better, key=lambda one: one.value)
    for round_, seconds in enumerate((0.4, 1.0)):
        if ledger.closed or watch.look("search", 0.6 + 0.2 * round_) is not None:
            return
        small, opened = _fix(ledger, dual)
        if small is None:
            ledger.prove(ledger.floor, "reduced costs")
            return
        if ledger.good_enough and round_ > 0:
            break
        found = _anneal_small(ledger, small, opened, seconds=seconds, seed=seed + round_ + 1)
        ledger.log.append(f"annealing of {len(small.sites)} sites: {found:g}")
    if not ledger.closed:
        small, opened = _fix(ledger, dual)
        if small is None:
            ledger.prove(ledger.floor, "reduced costs")
        else:
            _branch(ledger, watch, small, opened, seed=seed)


def _prices(
    core: Core, duals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Sort the row prices of the programme back to rows and targets of the core."""
    must, n = must_cover(core), core.reach.n_rows
    rows = np.zeros(n)
    rows[np.concatenate([np.flatnonzero(must), np.flatnonzero(~must)])] = duals[:n]
    return rows, -duals[n + len(core.quota) :] if core.budget is None else np.zeros(0)


def _fix(ledger: Ledger, dual: Dual) -> tuple[Core | None, NDArray[np.bool_]]:
    """Settle columns that no better plan could have otherwise.

    Returns
    -------
    core, opened
        What is left, None if there can be no better plan; the columns opened for good.
    """
    spare = ledger.value - ledger.core.step - dual.value + 1e-6 * max(1.0, ledger.core.step)
    opened, dropped = -dual.reduced > spare, dual.reduced > spare
    small = settle(ledger.core, opened, dropped)
    size = "nothing" if small is None else f"{small.reach.n_rows} rows x {len(small.sites)} sites"
    ledger.log.append(
        f"reduced costs open {opened.sum()} and drop {dropped.sum()} sites, left {size}"
    )
    return small, opened


def _lift(
    ledger: Ledger, small: Core, opened: NDArray[np.bool_], plan: NDArray[np.integer]
) -> NDArray[np.int64]:
    """Plan of the whole core from a plan of what was left."""
    inner = np.searchsorted(ledger.core.sites, small.sites[plan])
    return np.union1d(np.flatnonzero(opened), inner)


def _anneal_small(
    ledger: Ledger,
    small: Core,
    opened: NDArray[np.bool_],
    *,
    seconds: float,
    seed: int,
) -> float:
    """Search what is left, from the part of the best plan that lies in it."""
    inside = np.isin(small.sites, ledger.core.sites[ledger.plan])
    start = complete(small, np.flatnonzero(inside) if small.budget is None else None)
    plan = anneal(small, start, moves=_moves(small, seconds), seed=seed, goal=ledger.bound)
    ledger.offer(_lift(ledger, small, opened, plan))
    return ledger.value


def _branch(
    ledger: Ledger, watch: Watch, small: Core, opened: NDArray[np.bool_], *, seed: int
) -> None:
    """Prove with HiGHS that there is nothing better, or find it."""
    entries = len(small.reach.indices)
    if entries > _MILP_ENTRIES:
        ledger.stopped = "work limit"
        return
    milp = formulate(small)
    rounds = max(20, int(3e6 / max(1, entries)))
    cutoff = ledger.value - 0.5 * ledger.core.step
    found = minimise(
        milp,
        Limits(
            tolerance=ledger.tolerance(ledger.value),
            easy_work=max(3, rounds // 10),
            work=rounds,
            cutoff=cutoff,
        ),
        watch,
        seed=seed,
    )
    ledger.log.append(
        f"HiGHS: {found.nodes} nodes, {found.work} rounds, {found.stopped or 'complete'}"
    )
    bound = min(ledger.floor, found.bound)
    if found.values is not None:
        chosen = np.flatnonzero(found.values[: len(small.sites)] > 0.5)
        ledger.offer(_lift(ledger, small, opened, complete(small, chosen)))
    ledger.prove(bound, "HiGHS")
    if not ledger.good_enough:
        ledger.stopped = found.stopped
