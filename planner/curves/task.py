"""The questions of a trade-off curve, put to the optimiser one after the other."""

from __future__ import annotations

import dataclasses
from typing import Literal

import numpy as np
import numpy.typing as npt

from geo.progress import Progress
from optimise import CoverMost, CoverShare, Infeasible, OptimiseError, Problem, Solution, solve
from optimise.solution import covered_weight, serve
from planner.crossing import URBAN
from planner.curves.points import CurvePoint, Policy, PolicyLine
from planner.errors import PlanError
from planner.material import by_township
from planner.plan import Plan
from planner.posed import Posed
from planner.record import people_figures, urban_figures
from planner.refusal import refusal
from planner.scenario import Scenario

__all__ = ["Effort", "Task"]

Effort = Literal["exact", "quick"]
Rows = npt.NDArray[np.int32]

REACHABLE = "reachable"
"""Group of the cells that some candidate may serve."""


class Task:
    """One region, one scenario, many questions.

    Parameters
    ----------
    posed
        The scenario put to the region; its quotas, groups and edits stand in the problem.
    progress
        Told how many of :attr:`count` questions are answered; may raise ``KeyboardInterrupt``.
    """

    def __init__(
        self, posed: Posed, scenario: Scenario, effort: Effort, progress: Progress
    ) -> None:
        self.posed, self.scenario, self.effort, self.progress = posed, scenario, effort, progress
        self.count, self.done = 1, 0

    def point(self, sites: int, limit: float) -> CurvePoint | None:
        """Cover the most with so many sites; ``None`` if they are too few for the rules."""
        model = CoverMost(radius=limit, max_sites=sites)
        try:
            found = self._solved(self.posed.question.problem, model)
        except Infeasible:
            return None
        return dataclasses.replace(
            self._figures(found.open_sites, found.assignment >= 0, limit),
            sites=sites,
            asked=sites,
            value=self._unit(found.value),
            bound=self._unit(found.bound),
            gap=found.gap,
            status=found.status.value,
        )

    def recount(self, rows: Rows, point: CurvePoint) -> CurvePoint:
        """Count a neighbour's plan where a point stands; its bound stays."""
        problem = self.posed.question.problem
        assignment, _ = serve(problem, rows, point.limit)
        return dataclasses.replace(
            self._figures(rows, assignment >= 0, point.limit),
            sites=point.sites,
            asked=point.asked,
            value=self._unit(covered_weight(problem, assignment)),
            bound=point.bound,
            gap=point.gap,
            status=point.status,
        )

    def policy(self, policy: Policy) -> PolicyLine | None:
        """Find the fewest sites for a rule; ``None`` if there is no such rule, or no way.

        Raises
        ------
        PlanError
            If the quotas alone cannot be met.
        """
        problem = self.posed.question.problem
        targets: tuple[tuple[str, float], ...] = ()
        if policy == "urban-target":
            if self.scenario.urban_target is None or URBAN not in problem.groups:
                return None
            targets = ((URBAN, self.scenario.urban_target),)
        try:
            found = self._solved(problem, CoverShare(radius=self.scenario.limit, targets=targets))
        except Infeasible as reason:
            if policy == "urban-target":
                return None
            raise refusal(reason, self.posed.bundle, self.scenario) from reason
        return PolicyLine(
            policy=policy,
            sites=len(found.open_sites),
            bound=found.bound,
            gap=found.gap,
            status=found.status.value,
            plan=dataclasses.replace(
                self._figures(found.open_sites, found.assignment >= 0, self.scenario.limit),
                value=self._unit(covered_weight(problem, found.assignment)),
                status=found.status.value,
            ),
        )

    def everybody_reachable(self) -> int:
        """So many sites are enough to serve every cell that any candidate may serve."""
        problem, limit = self.posed.question.problem, self.scenario.limit
        travel = problem.travel
        cell = np.repeat(np.arange(problem.n_units), np.diff(travel.indptr))
        near = (travel.impedance <= limit) & ~problem.forbidden[travel.indices]
        members = np.unique(cell[near]).astype(np.int32)
        if not len(members):
            return 0
        wide = dataclasses.replace(problem, groups={REACHABLE: members})
        model = CoverShare(radius=limit, targets=((REACHABLE, 1.0),), tie_break=None)
        return len(self._solved(wide, model, effort="quick").open_sites)

    def current(self, plan: Plan | None) -> CurvePoint | None:
        """Where the scenario's own plan stands; ``None`` if there is none."""
        scenario, posed = self.scenario, self.posed
        if plan is not None:
            at = {name: row for row, name in enumerate(posed.bundle.candidates.frame["id"])}
            rows = np.array(sorted(at[name] for name in plan.sites["id"]), np.int32)
            status, told = plan.record["status"], plan.record["objective"]
            bound, gap = told["bound"], told["gap"]
        else:
            try:
                found = self._solved(posed.question.problem, posed.question.model)
            except Infeasible:
                return None
            rows, status, gap = found.open_sites, found.status.value, found.gap
            bound = self._unit(found.bound)
        assignment, _ = serve(posed.question.problem, rows, scenario.limit)
        return dataclasses.replace(
            self._figures(rows, assignment >= 0, scenario.limit),
            sites=scenario.max_sites or len(rows),
            asked=scenario.max_sites,
            value=self._unit(covered_weight(posed.question.problem, assignment)),
            bound=None if scenario.max_sites is None else bound,
            gap=None if scenario.max_sites is None else gap,
            status=status,
        )

    def sites_of_the_answer(self, plan: Plan | None) -> int:
        """Count the sites of the scenario's own plan.

        Raises
        ------
        PlanError
            If it has none: the reason, as for the plan.
        """
        if plan is not None:
            return max(1, len(plan.sites))
        try:
            found = self._solved(self.posed.question.problem, self.posed.question.model)
        except Infeasible as reason:
            raise refusal(reason, self.posed.bundle, self.scenario) from reason
        return max(1, len(found.open_sites))

    def _solved(
        self, problem: Problem, model: CoverMost | CoverShare, *, effort: Effort | None = None
    ) -> Solution:
        self.done += 1
        done = self.done - 1

        def told(phase: str, share: float) -> None:  # noqa: ARG001 - one phase to the planner
            self.progress("curve", min(1.0, (done + share) / self.count))

        try:
            found = solve(
                problem,
                model,
                gap=self.scenario.gap,
                seed=self.scenario.seed,
                effort=effort or self.effort,
                progress=told,
            )
        except Infeasible:
            raise
        except OptimiseError as error:
            raise PlanError(str(error), zh=str(error), where="optimiser") from error
        if found.stopped == "cancelled":
            raise KeyboardInterrupt
        return found

    def _unit(self, weight: float) -> float:
        """People, or kg where the optimiser counts grams."""
        return weight / 1000 if self.scenario.weight == "kg" else weight

    def _figures(self, rows: Rows, covered: npt.NDArray[np.bool_], limit: float) -> CurvePoint:
        """What a plan does, whatever it was to maximise."""
        bundle, scenario, question = self.posed.bundle, self.scenario, self.posed.question
        people = people_figures(bundle, covered)
        zones = bundle.candidates.frame["township"].to_numpy(np.int32)[rows]
        fails = np.bincount(zones, minlength=len(question.required)) < question.required
        if scenario.township_target is not None:
            weights = question.problem.weights
            whole = by_township(bundle, weights)
            reached = by_township(bundle, np.where(covered, weights, 0))
            fails |= (whole > 0) & (reached < scenario.township_target * whole)
        return CurvePoint(
            sites=len(rows),
            limit=limit,
            value=0.0,
            bound=None,
            gap=None,
            status="feasible",
            people=people["covered"],
            share=people["share"],
            urban_share=urban_figures(bundle, scenario, covered)["weighed_share"],
            townships_failing=int(fails.sum()),
            opened=len(rows),
            asked=None,
            rows=tuple(rows.tolist()),
        )
