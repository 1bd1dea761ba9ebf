"""Several goals: in order, each kept while the next is pursued, or weighed in one sum.

In order (lexicographic; Ignizio 1976; Ehrgott 2005, chapter 5): a stage is solved to its gap, what
it reached becomes a constraint of all later ones. Weighed: one programme with a price for each
goal.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import CoverMost
from optimise.covering.cover import solve_cover
from optimise.errors import BudgetShort, Infeasible, ProblemError, Undecided
from optimise.general.blame import blame
from optimise.general.pursue import Ledger, pursue
from optimise.goal_models import InOrder, Ordered, Stage, Weighed
from optimise.incidence import narrowed, widest
from optimise.problem import EVERYBODY, Problem
from optimise.programme.aim import Aim, Prices, Target
from optimise.programme.programme import programme_of
from optimise.run import Run, run_of
from optimise.solution import Status, relative_gap, serve
from optimise.watch import Progress

__all__ = ["InOrder", "Ordered", "Stage", "Weighed", "solve_in_order", "solve_weighed"]

#: Sums of floats may miss what an earlier stage reached by this share.
_ROUNDING = 1e-9


def solve_in_order(
    problem: Problem,
    goals: InOrder,
    *,
    gap: float = 0.01,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Ordered:
    """Pursue goals in order, each kept while the next one is pursued.

    Parameters
    ----------
    gap, seed, effort, time_limit_s, progress, cancel
        As in :func:`optimise.solve`; the gap holds for each stage, the time for all of them.

    Raises
    ------
    Infeasible
        If no plan keeps the rules.
    Undecided
        If a limit or a cancel came before any plan was known.
    ProblemError
        For an unknown group, a radius beyond the travel cutoff or a senseless option.
    """
    run = run_of(
        gap=gap,
        seed=seed,
        effort=effort,
        time_limit_s=time_limit_s,
        progress=progress,
        cancel=cancel,
    )
    aim = _aim(problem, goals)
    if "quotas" in goals.goals:
        aim = replace(aim, most_short=math.inf)
    hunt = _Hunt(aim=aim, run=run, tolerance=goals.tolerance)
    for goal in goals.goals:
        hunt.pursue(goal)
    return hunt.ordered(problem)


def solve_weighed(
    problem: Problem,
    goals: Weighed,
    *,
    gap: float = 0.01,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Ordered:
    """Minimise a weighed sum of goals; one stage called ``"weighed"``.

    Raises
    ------
    Infeasible, Undecided, ProblemError
        As :func:`solve_in_order`.
    """
    run = run_of(
        gap=gap,
        seed=seed,
        effort=effort,
        time_limit_s=time_limit_s,
        progress=progress,
        cancel=cancel,
    )
    prices = Prices(
        people=goals.people, cost=goals.cost, sites=goals.sites, distance=goals.distance
    )
    hunt = _Hunt(aim=_aim(problem, goals), run=run, tolerance=0.0)
    hunt.pursue("weighed", prices)
    return hunt.ordered(problem)


def _aim(problem: Problem, goals: InOrder | Weighed) -> Aim:
    """Rules and limits, nothing to minimise yet."""
    owner = type(goals).__name__
    if isinstance(goals.radius, tuple):
        for group, _ in goals.radius:
            if group != EVERYBODY and group not in problem.groups:
                raise ProblemError(
                    f"{owner}.radius", f"no group {group!r}", remedy="Name a group there is."
                )
    radius = widest(goals.radius)
    if radius > problem.travel.cutoff:
        raise ProblemError(
            f"{owner}.radius",
            f"{radius:g} is beyond the travel cutoff of {problem.travel.cutoff:g}",
            remedy="Compute travel up to the radius first.",
        )
    limits = [one for one in (problem.max_sites, goals.max_sites) if one is not None]
    return Aim(
        problem=narrowed(problem, goals.radius),
        radius=radius,
        prices=Prices(),
        far=radius,
        most_sites=min(limits, default=None),
        most_cost=problem.budget,
    )


@dataclass(kw_only=True, slots=True, eq=False)
class _Hunt:
    """Pursues one goal after the other; ``aim`` collects what has to be kept."""

    aim: Aim
    run: Run
    tolerance: float
    open_sites: NDArray[np.int32] | None = None
    stages: tuple[tuple[str, Prices, float, float, str, Status], ...] = ()
    stopped: str = "gap"
    seconds: dict[str, float] | None = None
    log: tuple[str, ...] = ()

    def pursue(self, goal: str, prices: Prices | None = None) -> None:
        """Pursue a goal and keep what it reached."""
        began = time.perf_counter()
        prices = prices or _prices(goal)
        aim = replace(self.aim, prices=prices)
        programme = programme_of(aim)
        whole = float(aim.problem.weights.sum()) if goal == "coverage" else None

        def tolerance(value: float) -> float:
            return self.run.gap * abs(value if whole is None else whole - value)

        bound, start, by = self._fast(goal)
        if self.open_sites is not None:
            start = self.open_sites if start is None else start
        columns = programme.columns
        ledger = pursue(
            programme,
            self.run,
            tolerance,
            start=None if start is None else columns.plan_of(start),
            bound=bound if whole is None else whole - bound,
            proved_by=by,
        )
        if self.open_sites is not None:
            ledger.offer(columns.plan_of(self.open_sites))
        if ledger.plan is None:
            raise self._nothing(aim, ledger)
        self.open_sites = columns.open_sites(ledger.plan)
        if not ledger.good_enough:
            self.stopped = ledger.stopped or "work limit"
        told = ledger.bound if whole is None else whole - ledger.bound
        kept = self._keep(goal, ledger.value)
        status = Status.PROVEN if ledger.good_enough else Status.FEASIBLE
        self.stages += ((goal, prices, told, kept, ledger.proved_by, status),)
        self.log += tuple(f"{goal}: {line}" for line in ledger.log)
        self.seconds = {**(self.seconds or {}), goal: time.perf_counter() - began}

    def _fast(self, goal: str) -> tuple[float, NDArray[np.int32] | None, str]:
        """Ask the covering engine first, where it answers a question that bounds this one."""
        aim = self.aim
        easy = goal == "coverage" and not self.stages and aim.most_short == 0
        problem = replace(
            aim.problem,
            apart=np.zeros((0, 2), dtype=np.int32),
            together=(),
            choices=(),
            budget=None,
        )
        if goal == "coverage" and aim.most_short > 0:
            problem = replace(problem, quotas=np.zeros_like(problem.quotas))
            easy = True
        if not easy or aim.most_sites is None:
            return (math.inf if goal == "coverage" else -math.inf), None, "nothing"
        model = CoverMost(radius=aim.radius, max_sites=aim.most_sites, tie_break=None)
        answer = solve_cover(problem, model, self.run)
        return answer.bound, answer.open_sites, f"{answer.proved_by}, without some rules"

    def _keep(self, goal: str, value: float) -> float:
        """Make what was reached a constraint; return it as told."""
        aim = self.aim
        room = value * (1.0 + self.tolerance)
        match goal:
            case "quotas":
                self.aim = replace(aim, most_short=float(math.floor(room + 1e-6)))
                return self.aim.most_short
            case "sites":
                self.aim = replace(aim, most_sites=math.floor(room + 1e-6))
                return float(math.floor(room + 1e-6))
            case "cost":
                self.aim = replace(aim, most_cost=room * (1.0 + _ROUNDING))
                return room
            case "distance":
                self.aim = replace(aim, most_distance=room * (1.0 + _ROUNDING))
                return room
            case "coverage":
                total = float(aim.problem.weights.sum())
                need = (total - value) * (1.0 - self.tolerance)
                whole = aim.problem.weights.dtype.kind == "i"
                exact = math.ceil(need - 1e-6) if whole else need - _ROUNDING * total
                units = aim.problem.members(EVERYBODY)
                share = need / total if total > 0 else 0.0
                target = Target(
                    name=EVERYBODY, units=units, need=max(0.0, float(exact)), share=share
                )
                self.aim = replace(aim, targets=(*aim.targets, target))
                return need
        return value

    def _nothing(self, aim: Aim, ledger: Ledger) -> Infeasible | Undecided:
        kept = int(aim.problem.kept.sum())
        if aim.most_sites is not None and kept > aim.most_sites:
            fact = BudgetShort(
                max_sites=aim.most_sites, least=kept, existing=kept, new_for_quotas=0
            )
            return Infeasible((fact,))
        if ledger.impossible:
            return blame(aim, self.run)
        return Undecided(
            f"no plan that keeps every rule was found ({ledger.stopped})",
            remedy="Allow more time, or drop a rule.",
        )

    def ordered(self, problem: Problem) -> Ordered:
        """Recompute everything for the final plan."""
        assert self.open_sites is not None
        near, radius = self.aim.problem, self.aim.radius
        assignment, distance = serve(near, self.open_sites, radius)
        zones = problem.zones[self.open_sites]
        have = np.bincount(zones[zones >= 0], minlength=len(problem.quotas))
        short = np.maximum(problem.quotas - have, 0).astype(np.int32)
        covered = float(problem.weights[assignment >= 0].sum())
        total = float(problem.weights.sum())
        far = np.where(assignment >= 0, np.nan_to_num(distance), radius)
        reached = {
            "quotas": float(short.sum()),
            "coverage": covered,
            "sites": float(len(self.open_sites)),
            "cost": float(problem.site_costs[self.open_sites].sum()),
            "distance": float((problem.weights * far).sum()),
        }
        stages = []
        for goal, prices, bound, kept, by, status in self.stages:
            value = reached.get(goal)
            if value is None:
                value = prices.people * (total - covered) + prices.sites * reached["sites"]
                value += prices.cost * reached["cost"] + prices.distance * reached["distance"]
            gap = relative_gap(value, bound)
            if gap <= 2e-9:
                bound, gap = value, 0.0
            if gap > self.run.gap + self.tolerance + 2e-9:
                status = Status.FEASIBLE  # what is told of a stage is drawn from its own figures
            stages.append(
                Stage(
                    goal=goal,
                    value=value,
                    bound=bound,
                    gap=gap,
                    kept=kept,
                    proved_by=by,
                    status=status,
                )
            )
        return Ordered(
            open_sites=self.open_sites,
            assignment=assignment,
            distance=distance,
            stages=tuple(stages),
            shortfall=short,
            stopped=self.run.watch.stopped or self.stopped,
            seconds=self.seconds or {},
            log=self.log,
        )


def _prices(goal: str) -> Prices:
    match goal:
        case "quotas":
            return Prices(shortfall=1.0)
        case "coverage":
            return Prices(people=1.0)
        case "sites":
            return Prices(sites=1.0)
        case "cost":
            return Prices(cost=1.0)
    return Prices(distance=1.0)
