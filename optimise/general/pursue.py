"""From a programme to a plan and a bound that meet, or as near as the work allowed.

    local search that heeds the rules -> linear relaxation -> fix by reduced costs -> search again
    -> branch and cut

The best plan and bound are kept in a ledger, so that a limit, a cancel or Ctrl-C loses nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimise.formulate import Milp
from optimise.general.search import search
from optimise.milp import Limits, minimise, relax
from optimise.programme.milp import entries_of, write
from optimise.programme.programme import FAIR, Programme, outcome_of
from optimise.run import Run
from optimise.watch import Stopped

__all__ = ["Ledger", "moves_for", "pursue"]

#: Elementary operations of a search that take about a second; shortest search; longest search for
#: each column; moves where branch and cut ends the question at once.
_SECOND, _LEAST_MOVES, _MOVES_EACH, _TINY_MOVES = 4e7, 2_000, 3_000, 500
#: Seconds of the first search, exact and quick, of one more where it found no plan, and of one
#: after the relaxation.
_START_S, _QUICK_S, _AGAIN_S, _LATER_S = 1.0, 0.25, 3.0, 2.0
#: Entries beyond which the linear relaxation is not tried, in an exact answer of mere coverage, in
#: one that measures distance (chains are slow to solve), and in a quick one;
#: beyond which branch and cut is not, where a plan is known and where none is; and up to which it
#: goes to the end.
_LP_ENTRIES, _CHAIN_LP_ENTRIES, _QUICK_LP_ENTRIES = 4_000_000, 800_000, 60_000
_MILP_ENTRIES, _LAST_MILP_ENTRIES, _TINY_ENTRIES = 80_000, 600_000, 1_000
#: Rounds of branch and cut: so many over the number of entries, and at least; those below the gap.
_ROUNDS, _LEAST_ROUNDS, _EASY_ROUNDS = 1e7, 50, 8
#: Relative difference that is rounding, not a gap.
_EQUAL = 2e-9
#: Steps towards the fairest plan.
_FAIR_STEPS = 10


@dataclass(slots=True)
class Ledger:
    """Best plan and bound so far.

    Parameters
    ----------
    programme
        What is solved.
    tolerance
        For a value, the difference to the bound that is good enough.
    plan, value
        Open columns, None while none is known, and their value.
    bound
        No plan has a lower value.
    proved_by
        Where the bound comes from.
    impossible
        Whether it is proven that there is no plan.
    stopped
        Why the work ended before the gap asked for was reached, None if it was.
    log
        What was done.
    """

    programme: Programme
    tolerance: Callable[[float], float]
    plan: NDArray[np.int64] | None = None
    value: float = math.inf
    bound: float = -math.inf
    proved_by: str = "nothing"
    impossible: bool = False
    stopped: Stopped | None = None
    log: list[str] = field(default_factory=list)

    def offer(self, plan: NDArray[np.integer]) -> bool:
        """Take a plan if it misses nothing and is better."""
        outcome = outcome_of(self.programme, plan)
        better = outcome.feasible and outcome.value < self.value
        if better:
            self.plan, self.value = np.sort(plan).astype(np.int64), outcome.value
        return better

    def prove(self, bound: float, by: str) -> None:
        """Take a bound if it is better."""
        bound = min(self.programme.round_up(bound), self.value)
        if bound > self.bound:
            self.bound, self.proved_by = bound, by

    @property
    def floor(self) -> float:
        """Bound that holds once nothing better by a step is possible."""
        grain = self.programme.grain
        return self.value if grain else self.value - self.programme.step(self.value)

    @property
    def closed(self) -> bool:
        """Whether value and bound have met."""
        return self.impossible or self.bound >= self.floor - 1e-9 * max(1.0, abs(self.value))

    @property
    def good_enough(self) -> bool:
        """Whether the gap asked for is reached."""
        if self.plan is None:
            return False
        rounding = _EQUAL * max(1.0, abs(self.value))
        return self.value - self.bound <= max(rounding, self.tolerance(self.value))


def pursue(
    programme: Programme,
    run: Run,
    tolerance: Callable[[float], float],
    *,
    start: NDArray[np.integer] | None = None,
    bound: float = -math.inf,
    proved_by: str = "nothing",
) -> Ledger:
    """Solve a programme.

    Parameters
    ----------
    tolerance
        For a value, the difference to the bound that is good enough.
    start
        Columns to begin the search with; they may miss rules.
    bound, proved_by
        A bound that is known, and where it comes from.
    """
    ledger = Ledger(programme=programme, tolerance=tolerance)
    ledger.prove(bound, proved_by)
    ledger.prove(programme.offset, "what is settled")
    if programme.impossible:
        ledger.impossible, ledger.proved_by = True, "what is settled"
        return ledger
    none = np.zeros(0, dtype=np.int64)
    ledger.offer(none)
    if not programme.columns.count:
        ledger.impossible = ledger.plan is None
        ledger.prove(ledger.value, "what is settled")
        return ledger
    try:
        if start is not None and ledger.offer(start) and ledger.good_enough:
            ledger.log.append(f"the plan to start from keeps every rule: {ledger.value:g}")
        else:
            _search(ledger, run, none if start is None else start)
            if not ledger.closed and run.watch.look("prove", 0.0) is None:
                _prove(ledger, run)
    except KeyboardInterrupt:
        run.watch.stopped = "cancelled"
    done = ledger.good_enough or ledger.impossible
    ledger.stopped = None if done else run.watch.stopped or ledger.stopped or "work limit"
    return ledger


def moves_for(programme: Programme, seconds: float) -> int:
    """Moves that take about so long, counted, not timed."""
    k = max(1, programme.columns.count)
    if entries_of(programme) <= _TINY_ENTRIES:
        return _TINY_MOVES
    each = 40.0 + 6.0 * len(programme.units.columns) / k
    return int(max(_LEAST_MOVES, min(_MOVES_EACH * k, seconds * _SECOND / each)))


def _search(ledger: Ledger, run: Run, start: NDArray[np.integer]) -> None:
    """Search from the start; if it leads to no plan, longer and from nothing."""
    if run.watch.look("search", 0.0) is not None:
        # Even one who waits no longer gets a plan if a short search finds one.
        plan, _ = search(ledger.programme, start, moves=_LEAST_MOVES, seed=run.seed)
        ledger.offer(plan)
        return
    programme = ledger.programme
    seconds = _START_S if run.exact else _QUICK_S
    moves = moves_for(programme, seconds)
    heat = 0.1 if len(start) else 0.3
    plan, _ = search(programme, start, moves=moves, seed=run.seed, heat=heat)
    ledger.offer(plan)
    if ledger.plan is None and run.watch.look("search", 0.4) is None:
        again = np.zeros(0, dtype=np.int64)
        moves = moves_for(programme, _AGAIN_S)
        plan, _ = search(programme, again, moves=moves, seed=run.seed + 1, heat=1.0)
        ledger.offer(plan)
    if len(programme.fair_target) and ledger.plan is not None:
        _search_fairly(ledger, run)
    found = "no plan" if ledger.plan is None else f"{ledger.value:g}"
    ledger.log.append(f"local search: {found}")


def _search_fairly(ledger: Ledger, run: Run) -> None:
    """Ask for a smaller largest loss again and again, halving what may still be gained."""
    programme = ledger.programme
    total = programme.target_total[programme.fair_target]
    low = max(FAIR * float((programme.fair_base / total).max()), ledger.bound)
    moves = moves_for(programme, (_START_S if run.exact else _QUICK_S) / 4)
    for step in range(_FAIR_STEPS):
        if ledger.plan is None or run.watch.look("search", 0.5 + 0.05 * step) is not None:
            return
        if ledger.value - low <= max(1e-6 * FAIR, ledger.tolerance(ledger.value)):
            return
        middle = 0.5 * (low + ledger.value)
        slack = programme.target_slack.copy()
        slack[programme.fair_target] = middle / FAIR * total - programme.fair_base
        asked = replace(programme, target_slack=slack)
        plan, _ = search(asked, ledger.plan, moves=moves, seed=run.seed + step)
        ledger.offer(plan)
        if ledger.value > middle:
            low = middle


def _prove(ledger: Ledger, run: Run) -> None:
    programme = ledger.programme
    entries = entries_of(programme)
    most = _CHAIN_LP_ENTRIES if programme.units.measured.any() else _LP_ENTRIES
    if entries > (most if run.exact else _QUICK_LP_ENTRIES):
        ledger.log.append(f"linear relaxation left out: {entries} entries")
        return
    milp = write(programme)
    reduced: NDArray[np.float64] | None = None
    relaxed = relax(milp, run.watch)
    if relaxed is not None:
        bound, reduced = _dual(milp, relaxed.duals)
        ledger.prove(bound, "linear relaxation")
        ledger.log.append(f"linear relaxation: {bound:g}")
        if run.exact and not ledger.good_enough and entries > _TINY_ENTRIES:
            _search_on(ledger, run, reduced)
    if not run.exact or ledger.closed or run.watch.look("prove", 0.2) is not None:
        return
    _branch(ledger, run, milp, reduced, ledger.bound if relaxed is None else bound)


def _dual(milp: Milp, duals: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
    """Bound that any prices of the rows prove, and the reduced costs that go with it.

    What rounding may add where figures lie far apart is taken off the bound.
    """
    lower, upper = milp.row_lower, milp.row_upper
    prices = np.where((duals > 0) & np.isfinite(lower), duals, 0.0)
    prices = np.where((duals < 0) & np.isfinite(upper), duals, prices)
    sides = np.where(prices > 0, lower, np.where(prices < 0, upper, 0.0))
    reduced = milp.cost - milp.matrix.T @ prices
    low, high = milp.bounds
    worth, rest = prices * sides, np.minimum(reduced * low, reduced * high)
    bound = milp.offset + float(worth.sum()) + float(rest.sum())
    span = np.where(np.isfinite(high), np.maximum(np.abs(low), np.abs(high)), 0.0)
    inside = (abs(milp.matrix).T @ np.abs(prices) + np.abs(milp.cost)) * span
    size = abs(milp.offset) + float(np.abs(worth).sum()) + float(inside.sum())
    rounding = np.finfo(np.float64).eps * math.log2(2 + len(worth) + len(rest)) * size
    return bound - rounding, reduced


def _search_on(ledger: Ledger, run: Run, reduced: NDArray[np.float64]) -> None:
    """Search around the best plan, or from the columns that the relaxation likes best."""
    programme = ledger.programme
    if run.watch.look("search", 0.7) is not None:
        return
    k = programme.columns.count
    liked = np.flatnonzero(reduced[:k] < -1e-9)
    start = ledger.plan if ledger.plan is not None else liked
    heat = 0.15 if ledger.plan is not None else 0.5
    moves = moves_for(programme, _LATER_S)
    plan, _ = search(programme, start, moves=moves, seed=run.seed + 5, heat=heat)
    ledger.offer(plan)
    found = "no plan" if ledger.plan is None else f"{ledger.value:g}"
    ledger.log.append(f"local search: {found}")


def _branch(
    ledger: Ledger,
    run: Run,
    milp: Milp,
    reduced: NDArray[np.float64] | None,
    bound: float,
) -> None:
    """Prove with HiGHS that nothing is better, or find it."""
    programme = ledger.programme
    known = ledger.plan is not None
    lower, upper = (side.copy() for side in milp.bounds)
    if known and reduced is not None:
        step = programme.step(ledger.value)
        spare = ledger.value - step - bound + 1e-6 * max(1.0, step)
        width = upper - lower
        out = milp.whole & (reduced * width > spare)
        into = milp.whole & (-reduced * width > spare)
        upper[out], lower[into] = lower[out], upper[into]
        fixed = int((out | into)[: programme.columns.count].sum())
        ledger.log.append(f"reduced costs settle {fixed} of {programme.columns.count} columns")
        milp = replace(milp, column_lower=lower, column_upper=upper)
    free = upper > lower
    entries = int(free[milp.matrix.indices].sum())
    if entries > (_MILP_ENTRIES if known else _LAST_MILP_ENTRIES):
        ledger.log.append(f"branch and cut left out: {entries} entries")
        ledger.stopped = "work limit"
        return
    rounds = max(_LEAST_ROUNDS, int(_ROUNDS / max(1, entries)))
    limits = Limits(
        tolerance=ledger.tolerance(ledger.value) if known else 0.0,
        easy_work=rounds if entries <= _TINY_ENTRIES else _EASY_ROUNDS,
        work=rounds,
        cutoff=ledger.value - 0.5 * programme.step(ledger.value) if known else math.inf,
    )
    found = minimise(milp, limits, run.watch, seed=run.seed, heuristics=not known)
    ledger.log.append(
        f"HiGHS: {found.nodes} nodes, {found.work} rounds, {found.stopped or 'complete'}"
    )
    if found.values is not None:
        plan = np.flatnonzero(found.values[: programme.columns.count] > 0.5)
        if not ledger.offer(plan) and not known:
            ledger.log.append("the plan of HiGHS misses a limit by rounding")
        else:
            tidy, _ = search(programme, plan, moves=0, seed=run.seed)
            ledger.offer(tidy)
    if ledger.plan is None:
        ledger.impossible = found.stopped is None and found.values is None
        ledger.prove(found.bound, "HiGHS")
    else:
        ledger.prove(min(ledger.floor if known else ledger.value, found.bound), "HiGHS")
    ledger.stopped = found.stopped
