"""A question without the rules that only the general way heeds, asked on the fast way."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import CoverAll, CoverFairly, CoverMost, CoverShare, CoverTwice
from optimise.covering.cover import solve_cover
from optimise.distance_models import PMedian
from optimise.errors import Infeasible, SitesShort, Undecided
from optimise.incidence import narrowed
from optimise.median.median import solve_median
from optimise.problem import EVERYBODY, Problem
from optimise.programme.aim import Question
from optimise.run import Run

__all__ = ["First", "linked", "relaxed"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class First:
    """What the question without its rules has told: a plan to start from and a bound, as told."""

    plan: NDArray[np.int32] | None = None
    bound: float | None = None
    log: tuple[str, ...] = ()


def linked(problem: Problem) -> bool:
    """Whether there are rules that the fast way's plan need not keep."""
    return problem.linked or problem.budget is not None


def relaxed(problem: Problem, model: Question, run: Run) -> First:
    """Ask the fast way the question without the rules that it does not heed.

    Raises
    ------
    Infeasible
        If not even that has an answer.
    """
    loose = replace(
        problem,
        apart=np.zeros((0, 2), dtype=np.int32),
        together=(),
        choices=(),
        budget=None,
        max_sites=problem.max_sites
        if isinstance(model, CoverMost | CoverFairly | PMedian)
        else None,
    )
    try:
        if isinstance(model, PMedian):
            solution = solve_median(loose, model, run)
        elif isinstance(model, CoverFairly):
            return _on_average(loose, model, run)
        else:
            once = _once(model)
            if once is None:
                return First()
            solution = solve_cover(narrowed(loose, once.radius), once, run)
    except Undecided:
        return First()
    except Infeasible as refusal:
        # What would be enough without the rules need not be with them.
        facts = tuple(
            replace(fact, enough=None) if isinstance(fact, SitesShort) else fact
            for fact in refusal.facts
        )
        raise Infeasible(facts) from None
    line = f"without its rules: {solution.value:g}, bound {solution.bound:g}"
    return First(
        plan=solution.open_sites,
        bound=solution.bound,
        log=(line, *(f"without its rules: {one}" for one in solution.log)),
    )


def _on_average(problem: Problem, model: CoverFairly, run: Run) -> First:
    """Cover most of all groups together: the worst-off is no better than their average."""
    weights, total = np.zeros(problem.n_units, dtype=problem.weights.dtype), 0.0
    for group in model.groups:
        units = problem.members(group)
        weights[units] += problem.weights[units]
        total += float(problem.weights[units].sum())
    if total <= 0:
        return First()
    most = CoverMost(radius=model.radius, max_sites=problem.most(model.max_sites), tie_break=None)
    everybody = narrowed(replace(problem, weights=weights), model.radius)
    solution = solve_cover(everybody, most, replace(run, exact=False))
    bound = min(1.0, solution.bound / total)
    line = f"without its rules the groups together: {solution.value / total:g}, bound {bound:g}"
    return First(plan=solution.open_sites, bound=bound, log=(line,))


def _once(model: Question) -> CoverShare | CoverMost | None:
    """Bring a question of coverage to one that the fast way answers, of no greater value."""
    match model:
        case CoverShare() | CoverMost():
            return replace(model, tie_break=None)
        case CoverAll():
            targets = {EVERYBODY: 1.0}
        case CoverTwice():
            targets = dict(model.targets)
            for group, share in model.backup:
                targets[group] = max(share, targets.get(group, 0.0))
        case _:
            return None
    return CoverShare(
        radius=model.radius,
        targets=tuple(targets.items()),
        objective=model.objective,
        tie_break=None,
    )
