"""From a ground to a plan and a bound that meet, or as near as the work allowed.

choose columns that keep the rules -> exchange -> Lagrangian bound -> choose by its prices
-> exchange -> cuts of Benders' -> fix by reduced costs -> branch and cut on what is left
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimise.capacitated_bound import Dual, Prices, judge, subgradient
from optimise.capacitated_ground import Ground, settle
from optimise.capacitated_master import Cut, Master
from optimise.capacitated_plan import Plan, evaluate, plan_of, trimmed
from optimise.capacitated_rows import Compact, compact, strengthen
from optimise.capacitated_search import improve, lower
from optimise.milp import Limits, minimise
from optimise.run import Run
from optimise.watch import Stopped

__all__ = ["Ledger", "pursue"]

#: Exchanges weighed in one search: work of about so many pairs, at least and at most so many.
_SEARCH_PAIRS, _LEAST_MOVES, _MOST_MOVES = 1e8, 20, 400
#: Subgradient steps: work of about so many pairs, at least and at most so many.
_STEP_PAIRS, _LEAST_STEPS, _MOST_STEPS = 4e8, 120, 600
#: Rounds of branch and cut on the columns alone; choices tried to serve enough, and to do better.
_CHOICE_WORK, _FIRST_CHOICES, _MORE_CHOICES = 30, 40, 6
#: Relative gap of a first choice.
_ROUGH = 0.1
#: Pairs beyond which branch and cut is not tried, not if the gap asked for is reached, and up to
#: which it then goes to the end.
_MILP_PAIRS, _EASY_PAIRS, _TINY_PAIRS = 150_000, 12_000, 3_000
#: Rounds of branch and cut: so many over the number of pairs, at least, and below the gap.
_ROUNDS, _LEAST_ROUNDS, _EASY_ROUNDS = 4e7, 300, 4


@dataclass(slots=True)
class Ledger:
    """Best plan and bound so far.

    Parameters
    ----------
    plan
        None as long as there is none that answers the question.
    bound
        No plan has a lower value; infinite once it is proven that there is none.
    """

    ground: Ground
    gap: float
    plan: Plan | None = None
    bound: float = 0.0
    proved_by: str = "nothing below 0"
    stopped: Stopped | None = None
    log: list[str] = field(default_factory=list)

    @property
    def value(self) -> float:
        """Value of the plan, infinite without one."""
        return math.inf if self.plan is None else self.plan.value

    def offer(self, plan: Plan) -> bool:
        """Take a plan if it answers the question and is better."""
        better = plan.short == 0 and plan.value < self.value
        if better:
            self.plan = plan
        return better

    def prove(self, bound: float, by: str) -> None:
        """Take a bound if it is better."""
        bound = min(self.ground.round_up(bound), self.value)
        if bound > self.bound:
            self.bound, self.proved_by = bound, by

    @property
    def closed(self) -> bool:
        """Whether value and bound have met."""
        if self.plan is None:
            return math.isinf(self.bound)
        return self.value - self.bound <= 1e-9 * max(1.0, abs(self.value))

    @property
    def good_enough(self) -> bool:
        """Whether the gap asked for is reached."""
        if self.closed or self.plan is None:
            return self.closed
        return self.value - self.bound <= self.gap * abs(self.value)


def pursue(ground: Ground, run: Run) -> Ledger:
    """Solve a ground; ``bound`` is infinite where there is no plan."""
    ledger = Ledger(ground=ground, gap=run.gap)
    ledger.prove(float(ground.fixed[ground.kept].sum()), "kept sites")
    try:
        _pursue(ledger, run)
    except KeyboardInterrupt:
        run.watch.stopped = "cancelled"
    if ledger.plan is not None:
        ledger.plan = trimmed(ground, ledger.plan)
        ledger.bound = min(ledger.bound, ledger.value)
    if not ledger.good_enough:
        ledger.stopped = run.watch.stopped or ledger.stopped or "work limit"
    return ledger


def _pursue(ledger: Ledger, run: Run) -> None:
    ground, watch = ledger.ground, run.watch
    master = Master(ground)
    plan = _first(ledger, master, run)
    if math.isinf(ledger.bound) or (plan is None and watch.stopped is not None):
        return
    moves = _count(_SEARCH_PAIRS, ground, _LEAST_MOVES, _MOST_MOVES)
    if plan is not None:
        plan = _better(ground, plan, run, moves, math.inf)
        ledger.offer(plan)
        ledger.log.append(f"exchanges: {_told(plan)}")
        if ledger.closed or watch.look("prove", 0.0) is not None:
            return
        dual, often = _relax(ledger, master, plan, run)
        if ledger.closed or watch.look("prove", 0.3) is not None:
            return
        _choose_on(ledger, master, dual, 1.0 - often, run)
        # Without a plan, only branching can tell whether there is one.
        enough = not run.exact and ledger.plan is not None
        if enough or watch.look("prove", 0.5) is not None:
            return
    else:
        dual = None
    if not ledger.closed:
        _branch(ledger, dual, run)


def _better(ground: Ground, plan: Plan, run: Run, moves: int, below: float) -> Plan:
    """Exchanges; where serving costs nothing, with fewer and fewer sites."""
    plan = improve(ground, plan, run.watch, moves=moves, below=below)
    if plan.short == 0 and not ground.cost.any():
        plan = lower(ground, plan, run.watch, moves=moves)
    return plan


def _count(work: float, ground: Ground, least: int, most: int) -> int:
    return int(min(most, max(least, work / max(1, len(ground.cost)))))


def _told(plan: Plan) -> str:
    return f"{plan.value:g}" + (f", {plan.short:g} not served" if plan.short else "")


def _first(ledger: Ledger, master: Master, run: Run) -> Plan | None:
    """Columns that keep the rules and serve enough, if such can be found; the nearest to it."""
    ground = ledger.ground
    tilt = ground.fixed.copy()
    if not tilt.any():
        tilt = _remoteness(ground)
    moves = _count(_SEARCH_PAIRS, ground, _LEAST_MOVES, _MOST_MOVES)
    best: Plan | None = None
    for number in range(_FIRST_CHOICES):
        if run.watch.look("search", number / _FIRST_CHOICES) is not None:
            break
        size = float(np.abs(tilt).sum())
        choice = master.choose(run.watch, goal=size, gap=_ROUGH, work=_CHOICE_WORK, tilt=tilt)
        if math.isinf(choice.bound) and choice.bound > 0:
            ledger.prove(math.inf, "rules and capacities")
            return None
        if choice.is_open is None:
            break
        plan = evaluate(ground, choice.is_open)
        before = len(master.cuts)
        master.learn(plan)
        if plan.short > 0:
            plan = improve(ground, plan, run.watch, moves=moves, enough=True)
        if best is None or plan.rank < best.rank:
            best = plan
        if best.short == 0:
            break
        if len(master.cuts) == before:
            break
    if best is not None:
        ledger.offer(best)
        ledger.log.append(f"first choice of sites: {_told(best)}")
    return best


def _remoteness(ground: Ground) -> NDArray[np.float64]:
    """Mean cost of filling each column with what is nearest, from 1 to 2: central ones first."""
    price = np.full(len(ground.weight), float(ground.cost.max(initial=0.0)) + 1.0)
    zero = np.zeros(len(ground.need))
    dual = judge(ground, Prices(unit=price, target=zero, side=np.zeros(len(ground.names))))
    worth = dual.worth
    return 2.0 - worth / max(1e-300, float(worth.max(initial=0.0)))


def _relax(
    ledger: Ledger, master: Master, plan: Plan, run: Run
) -> tuple[Dual, NDArray[np.float64]]:
    ground = ledger.ground
    steps = _count(_STEP_PAIRS, ground, _LEAST_STEPS, _MOST_STEPS)
    goal = plan.value if plan.short == 0 else plan.value * 1.1
    start = _start_prices(ground, plan)
    dual, trail, often = subgradient(ground, start, goal=goal, steps=steps, watch=run.watch)
    ledger.prove(dual.value, "Lagrangian relaxation")
    ledger.log.append(f"Lagrangian bound: {dual.value:g}")
    for one in trail[-8:]:
        master.cuts.append(Cut(base=one.base, worth=one.worth, costs=True))
    return dual, often


def _start_prices(ground: Ground, plan: Plan) -> Prices:
    """Prices of a plan; where serving costs nothing, what opening costs for each weight."""
    unit, side = plan.price, np.zeros(len(ground.names))
    room = np.maximum(ground.capacity, 1e-300)
    rate = float((ground.fixed / room).min(initial=math.inf)) if len(room) else 0.0
    target = np.zeros(len(ground.need))
    if not ground.cost.any():
        unit = np.full(len(ground.weight), rate)
        target[:] = rate
    return Prices(unit=unit, target=target, side=side)


def _choose_on(
    ledger: Ledger, master: Master, dual: Dual, seldom: NDArray[np.float64], run: Run
) -> None:
    """Choose by the relaxation, exchange, and learn from what serving really costs."""
    ground = ledger.ground
    tilts = [seldom, dual.reduced]
    moves = _count(_SEARCH_PAIRS, ground, _LEAST_MOVES, _MOST_MOVES)
    seen = set()
    for number in range(_MORE_CHOICES if run.exact else 1):
        if ledger.closed or (ledger.good_enough and number >= 1):
            return
        if run.watch.look("search", number / _MORE_CHOICES) is not None:
            return
        tilt = tilts[number] if number < len(tilts) else None
        goal = ledger.value if math.isfinite(ledger.value) else max(1.0, dual.value)
        choice = master.choose(
            run.watch, goal=goal, gap=0.1 * ledger.gap, work=_CHOICE_WORK, tilt=tilt
        )
        if tilt is None:
            ledger.prove(choice.bound, "cuts of Benders'")
        if choice.is_open is None or choice.is_open.tobytes() in seen:
            continue
        seen.add(choice.is_open.tobytes())
        plan = evaluate(ground, choice.is_open)
        master.learn(plan)
        if plan.short == 0:
            own = judge(ground, _start_prices(ground, plan))
            master.cuts.append(Cut(base=own.base, worth=own.worth, costs=True))
        better = _better(ground, plan, run, moves, ledger.value)
        ledger.offer(better)
        ledger.log.append(f"choice {number + 1}: {_told(plan)}, exchanges: {_told(better)}")


def _branch(ledger: Ledger, dual: Dual | None, run: Run) -> None:
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
