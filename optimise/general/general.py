"""Any covering or distance question with any side constraint: the general way.

First the question without the rules that only this way heeds, on the fast way: its bound holds
here too, and if its plan keeps every rule nothing else is needed. Else local search among plans
that keep the rules, the linear relaxation, branch and cut (:mod:`optimise.general.pursue`).
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import CoverFairly, CoverMost, CoverShare
from optimise.covering.nearest_bound import distance_bound
from optimise.distance_models import PCenter, PMedian
from optimise.errors import Infeasible, Undecided
from optimise.general.blame import blame
from optimise.general.center import solve_center_general
from optimise.general.pursue import Ledger, moves_for, pursue
from optimise.general.relaxed import linked, relaxed
from optimise.general.search import search
from optimise.incidence import narrowed, widest
from optimise.problem import EVERYBODY, Problem
from optimise.programme.aim import Aim, Prices, Question, Target, aim_of, refuse_obvious
from optimise.programme.programme import FAIR, outcome_of, programme_of
from optimise.run import Run
from optimise.solution import (
    Solution,
    Status,
    TieBreak,
    covered_weight,
    relative_gap,
    serve,
    weighted_distance,
)

__all__ = ["solve_general"]

#: Relative difference that is rounding, not a gap.
_EQUAL = 2e-9
#: Seconds spent on bringing a plan nearer to the people, exact and quick.
_NEAR_S = (0.5, 0.05)
#: Pairs beyond which the second goal is left as the first one's plan has it.
_MANY_PAIRS = 5_000_000


def solve_general(problem: Problem, model: Question | PCenter, run: Run) -> Solution:
    """Answer a question under every side constraint but capacities.

    Raises
    ------
    Infeasible
        If no plan can satisfy the question, with the reasons found.
    Undecided
        If a limit or a cancel came before any plan was known.
    """
    if isinstance(model, PCenter):
        return solve_center_general(problem, model, run)
    began = time.perf_counter()
    run.watch.look("reduce", 0.0)
    aim = aim_of(problem, model)
    refuse_obvious(aim)
    programme = programme_of(aim)
    sense = _sense(problem, model)
    head = (
        f"{problem.n_units} units x {problem.n_sites} sites: {programme.units.count} rows x "
        f"{programme.columns.count} columns, {programme.rules.matrix.shape[0]} rules"
    )
    laid = time.perf_counter()
    first = relaxed(problem, model, replace(run, exact=run.exact and not linked(problem)))
    start, bound, proved_by = None, -np.inf, "nothing"
    if first.plan is not None:
        start = programme.columns.plan_of(first.plan)
        if run.exact and linked(problem) and outcome_of(programme, start).feasible:
            # Rules that do not bite: worth proving without them.
            first = relaxed(problem, model, run)
            start = programme.columns.plan_of(first.plan) if first.plan is not None else None
    lines = first.log
    if first.bound is not None:
        bound, proved_by = sense.minimised(first.bound), "the question without its rules"
    ledger = pursue(
        programme,
        run,
        lambda value: run.gap * sense.scale * abs(sense.told(value)),
        start=start,
        bound=bound,
        proved_by=proved_by,
    )
    searched = time.perf_counter()
    if ledger.plan is None:
        raise _nothing(aim, ledger, run)
    plan = ledger.plan
    tie_break = getattr(model, "tie_break", None)
    if tie_break is not None and run.watch.look("improve", 0.0) is None:
        plan = _nearer(aim, ledger, plan, run)
    seconds = {
        "reduce": laid - began,
        "search and prove": searched - laid,
        "tie-break": time.perf_counter() - searched,
    }
    log = (head, *lines, *ledger.log)
    open_sites = programme.columns.open_sites(plan)
    return _certify(problem, model, open_sites, sense, ledger, run, seconds, log)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Sense:
    """How what is minimised and what is told belong together.

    ``told = whole - minimised / scale``, or just what is minimised without a whole.
    """

    whole: float | None
    scale: float = 1.0

    def told(self, value: float) -> float:
        """Value as it is told, from the one that is minimised."""
        return value if self.whole is None else self.whole - value / self.scale

    def minimised(self, told: float) -> float:
        """Turn a value as told into the one that is minimised."""
        return told if self.whole is None else (self.whole - told) * self.scale


def _sense(problem: Problem, model: Question) -> _Sense:
    if isinstance(model, CoverMost):
        return _Sense(whole=float(problem.weights.sum()))
    if isinstance(model, CoverFairly):
        return _Sense(whole=1.0, scale=FAIR)
    return _Sense(whole=None)


def _nothing(aim: Aim, ledger: Ledger, run: Run) -> Infeasible | Undecided:
    """Say why there is no plan at all."""
    if ledger.impossible:
        return blame(aim, run)
    return Undecided(
        f"no plan that keeps every rule was found ({ledger.stopped}), nor a proof that there is "
        "none",
        remedy="Allow more time, or drop a rule.",
    )


def _nearer(aim: Aim, ledger: Ledger, plan: NDArray[np.int64], run: Run) -> NDArray[np.int64]:
    """Of the plans of this value look for one that is nearer to the people."""
    problem = aim.problem
    if len(problem.travel.indices) > _MANY_PAIRS:
        ledger.log.append("the second goal is left as it is: too many pairs")
        return plan
    value, targets = ledger.value, aim.targets
    most_sites, most_cost = aim.most_sites, aim.most_cost
    if aim.prices.sites > 0:
        most_sites = round(value)
    elif aim.prices.cost > 0:
        most_cost = value * (1.0 + 1e-12)
    else:
        need = float(problem.weights.sum()) - value
        units = problem.members(EVERYBODY)
        targets = (*targets, Target(name=EVERYBODY, units=units, need=need, share=0.0))
    near = replace(
        aim,
        prices=Prices(distance=1.0),
        far=aim.radius,
        targets=targets,
        most_sites=most_sites,
        most_cost=most_cost,
    )
    programme = programme_of(near)
    if programme.impossible:
        return plan
    before = outcome_of(programme, plan)
    moves = moves_for(programme, _NEAR_S[0 if run.exact else 1])
    found, feasible = search(programme, plan, moves=moves, seed=run.seed, heat=0.05)
    if not feasible:
        return plan
    after = outcome_of(programme, found)
    if after.feasible and after.value < before.value:
        first = outcome_of(ledger.programme, found)
        if first.feasible and first.value <= value:
            return found
    return plan


def _certify(
    problem: Problem,
    model: Question,
    open_sites: NDArray[np.int32],
    sense: _Sense,
    ledger: Ledger,
    run: Run,
    seconds: dict[str, float],
    log: tuple[str, ...],
) -> Solution:
    """Recompute everything from the problem."""
    if isinstance(model, PMedian):
        near, radius = problem, np.inf if model.radius is None else float(model.radius)
    else:
        near, radius = narrowed(problem, model.radius), widest(model.radius)
    assignment, distance = serve(near, open_sites, radius)
    objective, value = _value(near, model, open_sites, assignment, distance)
    bound = sense.told(ledger.bound)
    bound = min(bound, value) if sense.whole is None else max(bound, value)
    if abs(value - bound) <= _EQUAL * max(1.0, abs(value)):
        bound = value
    reached = relative_gap(value, bound)
    tie_break = None
    if isinstance(model, CoverShare | CoverMost) and model.tie_break is not None:
        total = weighted_distance(near, distance, radius)
        tie_break = TieBreak(name="distance", value=total)
        if run.exact and run.watch.stopped is None:
            least = distance_bound(near, model, open_sites, total)
            tie_break = TieBreak(
                name="distance", value=total, bound=least, gap=relative_gap(total, least)
            )
    proven = reached <= max(run.gap, _EQUAL)
    return Solution(
        open_sites=open_sites,
        assignment=assignment,
        distance=distance,
        status=Status.PROVEN if proven else Status.FEASIBLE,
        stopped=run.watch.stopped or ("gap" if proven else ledger.stopped or "work limit"),
        objective=objective,
        value=value,
        bound=bound,
        gap=reached,
        proved_by=ledger.proved_by,
        tie_break=tie_break,
        seconds=seconds,
        log=log,
    )


def _value(
    problem: Problem,
    model: Question,
    open_sites: NDArray[np.int32],
    assignment: NDArray[np.int32],
    distance: NDArray[np.float64],
) -> tuple[str, float]:
    match model:
        case CoverMost():
            return "people", covered_weight(problem, assignment)
        case CoverFairly():
            shares = []
            for group in model.groups:
                units = problem.members(group)
                total = float(problem.weights[units].sum())
                have = float(problem.weights[units[assignment[units] >= 0]].sum())
                if total > 0:
                    shares.append(have / total)
            return "share", min(shares, default=1.0)
        case PMedian():
            weights, served = problem.weights.astype(np.float64), assignment >= 0
            value = float(weights[served] @ distance[served])
            if model.unserved_cost is not None:
                value += float(weights[~served].sum()) * model.unserved_cost
            return "distance", value
    if model.objective == "sites":
        return "sites", float(len(open_sites))
    return "cost", float(problem.site_costs[open_sites].sum())
