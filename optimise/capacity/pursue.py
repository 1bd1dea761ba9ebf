"""From a ground to a plan and a bound that meet, or as near as the work allowed.

choose columns that keep the rules -> exchange -> Lagrangian bound -> choose by its prices
-> exchange -> cuts of Benders' -> fix by reduced costs -> branch and cut on what is left
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from optimise.capacity.bound import Dual, Prices, judge, subgradient
from optimise.capacity.branch import branch
from optimise.capacity.ground import Ground
from optimise.capacity.ledger import Ledger
from optimise.capacity.master import Cut, Master
from optimise.capacity.plan import Plan, evaluate, trimmed
from optimise.capacity.search import improve, lower
from optimise.run import Run

__all__ = ["pursue"]

#: Exchanges weighed in one search: work of about so many pairs, at least and at most so many.
_SEARCH_PAIRS, _LEAST_MOVES, _MOST_MOVES = 1e8, 20, 400
#: Subgradient steps: work of about so many pairs, at least and at most so many.
_STEP_PAIRS, _LEAST_STEPS, _MOST_STEPS = 4e8, 120, 600
#: Rounds of branch and cut on the columns alone; choices tried to serve enough, and to do better.
_CHOICE_WORK, _FIRST_CHOICES, _MORE_CHOICES = 30, 40, 6
#: Relative gap of a first choice.
_ROUGH = 0.1


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
        branch(ledger, dual, run)


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
    takes = ground.capacity > 0
    rates = ground.fixed[takes] / ground.capacity[takes]
    rate = float(rates.min()) if len(rates) else 0.0
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
