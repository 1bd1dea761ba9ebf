"""The p-center problem under every side constraint: halve the radii.

Whether a plan that keeps every rule reaches everybody within a radius is a question of coverage;
the answers are monotone in the radius. The question without the rules bounds it from below.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from optimise.center.center import solve_center
from optimise.distance_models import PCenter
from optimise.errors import Infeasible, SitesShort, Undecided
from optimise.general.blame import blame
from optimise.general.pursue import pursue
from optimise.problem import EVERYBODY, Problem
from optimise.programme.aim import Aim, Prices, Target, refuse_obvious
from optimise.programme.programme import outcome_of, programme_of
from optimise.run import Run
from optimise.solution import Solution, Status, relative_gap, serve
from optimise.watch import Stopped

__all__ = ["solve_center_general"]


def solve_center_general(problem: Problem, model: PCenter, run: Run) -> Solution:
    """Find the plan with the least radius that keeps every rule.

    Raises
    ------
    Infeasible
        If no plan reaches everybody within the travel matrix.
    Undecided
        If the work was ended before any plan was found.
    """
    began = time.perf_counter()
    refuse_obvious(_aim(problem, model, math.inf))
    bound, plan, log = _relaxed(problem, model, run)
    hunt = _Hunt(problem=problem, model=model, run=run, low=bound, log=log)
    if bound > -math.inf:
        hunt.proved_by = "the question without its rules"
    if plan is not None and _keeps(problem, model, plan):
        hunt.take(plan)
    try:
        hunt.search()
    except KeyboardInterrupt:
        run.watch.stopped = "cancelled"
    if hunt.plan is None:
        if hunt.impossible:
            raise blame(_aim(problem, model, math.inf), run)
        raise Undecided(
            "no plan that keeps every rule and reaches everybody was found",
            remedy="Allow more time or more sites, or drop a rule.",
        )
    assignment, distance = serve(problem, hunt.plan, math.inf)
    value = float(distance[problem.weights > 0].max(initial=0.0))
    bound = min(hunt.low, value)
    reached = relative_gap(value, bound)
    return Solution(
        open_sites=hunt.plan,
        assignment=assignment,
        distance=distance,
        status=Status.PROVEN if reached <= run.gap else Status.FEASIBLE,
        stopped=hunt.stopped,
        objective="radius",
        value=value,
        bound=bound,
        gap=reached,
        proved_by=hunt.proved_by,
        tie_break=None,
        seconds={"search and prove": time.perf_counter() - began},
        log=tuple(hunt.log),
    )


def _aim(problem: Problem, model: PCenter, radius: float) -> Aim:
    """Everybody within a radius; who they are matters, not how many."""
    counted = replace(problem, weights=(problem.weights > 0).astype(np.int64))
    units, total = problem.members(EVERYBODY), float(counted.weights.sum())
    return Aim(
        problem=counted,
        radius=radius,
        prices=Prices(sites=1.0),
        targets=(Target(name=EVERYBODY, units=units, need=total, share=1.0),),
        most_sites=problem.most(model.p),
        most_cost=problem.budget,
    )


def _relaxed(
    problem: Problem, model: PCenter, run: Run
) -> tuple[float, NDArray[np.int32] | None, list[str]]:
    """Bound and plan of the question without the rules that the fast way does not heed."""
    loose = replace(
        problem,
        apart=np.zeros((0, 2), dtype=np.int32),
        together=(),
        choices=(),
        budget=None,
    )
    try:
        solution = solve_center(loose, model, run)
    except Undecided:
        return -math.inf, None, []
    except Infeasible as refusal:
        facts = tuple(
            replace(fact, enough=None) if isinstance(fact, SitesShort) else fact
            for fact in refusal.facts
        )
        raise Infeasible(facts) from None
    line = f"without its rules: {solution.value:g}, bound {solution.bound:g}"
    return solution.bound, solution.open_sites, [line]


def _keeps(problem: Problem, model: PCenter, open_sites: NDArray[np.int32]) -> bool:
    """Whether a plan keeps every rule."""
    programme = programme_of(_aim(problem, model, math.inf))
    columns = programme.columns
    plan = columns.plan_of(open_sites)
    if columns.open_sites(plan).tolist() != open_sites.tolist():
        return False
    return outcome_of(programme, plan).feasible


@dataclass(kw_only=True, slots=True, eq=False)
class _Hunt:
    """Halves the radii between ``low``, the smallest that is not excluded, and ``value``.

    ``left`` is the largest radius that was asked and stayed open.
    """

    problem: Problem
    model: PCenter
    run: Run
    low: float
    plan: NDArray[np.int32] | None = None
    value: float = math.inf
    proved_by: str = "the travel matrix"
    impossible: bool = False
    left: float = -math.inf
    log: list[str] = field(default_factory=list)

    def take(self, plan: NDArray[np.int32]) -> None:
        """Take a plan if it is better."""
        _, distance = serve(self.problem, plan, math.inf)
        value = float(distance[self.problem.weights > 0].max(initial=0.0))
        if self.plan is None or value < self.value:
            self.plan, self.value = plan, value

    @property
    def done(self) -> bool:
        """Whether the gap asked for is reached."""
        return self.plan is not None and relative_gap(self.value, self.low) <= self.run.gap

    @property
    def stopped(self) -> Stopped:
        """Why the hunt ended."""
        return "gap" if self.done else self.run.watch.stopped or "work limit"

    def search(self) -> None:
        """Ask for the middle of the radii that are left."""
        travel, run = self.problem.travel, self.run
        counted = self.problem.weights > 0
        rows = np.repeat(np.arange(self.problem.n_units), np.diff(travel.indptr))
        usable = counted[rows] & ~self.problem.forbidden[travel.indices]
        radii = np.unique(travel.impedance[usable].astype(np.float64))
        radii = np.append(radii, 0.0) if not len(radii) else radii
        self.low = max(self.low, float(radii[0]))
        if self.plan is None:
            self._ask(float(radii[-1]))
        whole = math.log(2 + len(radii))
        while self.plan is not None and not self.done:
            rest = radii[(radii >= self.low) & (radii > self.left) & (radii < self.value)]
            share = 1.0 - math.log(1 + len(rest)) / whole
            if not len(rest) or run.watch.look("search", share) is not None:
                break
            self._ask(float(rest[(len(rest) - 1) // 2]), radii)
        if self.plan is not None and not ((radii >= self.low) & (radii < self.value)).any():
            self.low = self.value

    def _ask(self, radius: float, radii: NDArray[np.float64] | None = None) -> None:
        """Ask whether a plan reaches everybody within a radius."""
        programme = programme_of(_aim(self.problem, self.model, radius))
        start = None if self.plan is None else programme.columns.plan_of(self.plan)
        programme = replace(programme, price=np.zeros_like(programme.price), offset=0.0, grain=1.0)
        ledger = pursue(programme, self.run, lambda _: 0.0, start=start)
        if ledger.plan is not None:
            self.take(programme.columns.open_sites(ledger.plan))
            verdict = f"can be kept, in fact {self.value:g}"
        elif ledger.impossible:
            verdict = f"is too small ({ledger.proved_by})"
            self.impossible |= self.plan is None
            self.proved_by = ledger.proved_by
            above = np.zeros(0) if radii is None else radii[radii > radius]
            self.low = float(above[0]) if len(above) else radius
        else:
            verdict = "stays open"
            self.left = radius
        self.log.append(f"radius {radius:g} {verdict}")
