"""The one way in: a problem and a question, an answer with its certificate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from optimise.capacity.capacitated import solve_capacitated
from optimise.center.center import solve_center
from optimise.covering.cover import solve_cover
from optimise.errors import ProblemError
from optimise.general.general import solve_general
from optimise.incidence import narrowed, widest
from optimise.median.fair import solve_fair
from optimise.median.median import solve_median
from optimise.models import (
    CapacitatedCover,
    CapacitatedMedian,
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    CoverTwice,
    FairMedian,
    Model,
    PCenter,
    PMedian,
    Radius,
)
from optimise.problem import EVERYBODY, Problem
from optimise.run import Run, run_of
from optimise.solution import Solution
from optimise.watch import Progress

__all__ = ["solve"]


def solve(
    problem: Problem,
    model: Model,
    *,
    gap: float = 0.01,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Solution:
    """Answer a question about a problem.

    Parameters
    ----------
    problem, model
        Who, what, how far; and the question.
    gap
        Relative gap that counts as proven; a smaller one is reached where it costs little.
    seed
        Same problem, model, options and seed: same answer, however many threads or runs.
    effort
        ``"exact"`` proves with branch and bound; ``"quick"`` answers covering questions in
        milliseconds with local search and a bound from Lagrangian relaxation.
    time_limit_s
        Safety limit. Work is limited by counts first; an answer ended by this clock says so in
        ``stopped`` and is not repeatable.
    progress
        Told a phase ("reduce", "search", "prove", "improve") and the share of it done; may raise
        ``KeyboardInterrupt`` to stop.
    cancel
        Asked now and then; True ends the search. So does Ctrl-C: either way the best plan so far
        is returned with a valid bound and ``stopped="cancelled"``.

    Raises
    ------
    Infeasible
        If no plan can satisfy the question, with every reason.
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
    _check(problem, model)
    if isinstance(model, CoverAll):
        model = CoverShare(
            radius=model.radius,
            targets=((EVERYBODY, 1.0),),
            objective=model.objective,
            tie_break=model.tie_break,
        )
    return _answer(problem, model, run)


def _answer(problem: Problem, model: Model, run: Run) -> Solution:
    """Choose the way: the fast ones heed neither links between sites nor a budget."""
    bound_by_rules = problem.linked or problem.budget is not None
    match model:
        case CoverShare():
            if bound_by_rules or problem.max_sites is not None:
                return solve_general(problem, model, run)
            return solve_cover(narrowed(problem, model.radius), model, run)
        case CoverMost():
            if bound_by_rules:
                return solve_general(problem, model, run)
            return solve_cover(narrowed(problem, model.radius), model, run)
        case PMedian():
            return _median(problem, model, run)
        case PCenter():
            if bound_by_rules:
                return solve_general(problem, model, run)
            return solve_center(problem, model, run)
        case FairMedian():
            return solve_fair(problem, model, run, _median)
        case CapacitatedCover() | CapacitatedMedian():
            return solve_capacitated(problem, model, run)
    return solve_general(problem, model, run)


def _median(problem: Problem, model: PMedian, run: Run) -> Solution:
    if problem.linked or problem.budget is not None:
        return solve_general(problem, model, run)
    return solve_median(problem, model, run)


def _check(problem: Problem, model: Model) -> None:
    """Refuse groups that are not there, and radii beyond the travel matrix."""
    owner = type(model).__name__
    named: list[tuple[str, str]] = []
    match model:
        case CoverShare() | CapacitatedCover():
            named += [("targets", group) for group, _ in model.targets]
        case CoverTwice():
            named += [("targets", group) for group, _ in model.targets]
            named += [("backup", group) for group, _ in model.backup]
        case CoverFairly():
            named += [("groups", group) for group in model.groups]
    radius: Radius | None = getattr(model, "radius", None)
    if isinstance(radius, tuple):
        named += [("radius", group) for group, _ in radius]
    for field, group in named:
        if group != EVERYBODY and group not in problem.groups:
            known = ", ".join([EVERYBODY, *problem.groups][:8])
            raise ProblemError(
                f"{owner}.{field}", f"no group {group!r}", remedy=f"There are: {known}."
            )
    if radius is not None and widest(radius) > problem.travel.cutoff:
        raise ProblemError(
            f"{owner}.radius",
            f"{widest(radius):g} is beyond the travel cutoff of {problem.travel.cutoff:g}",
            remedy="Compute travel up to the radius first.",
        )
    if isinstance(model, CoverMost | CoverFairly):
        limits = (model.max_sites, problem.max_sites, problem.budget)
        if all(limit is None for limit in limits):
            raise ProblemError(
                f"{owner}.max_sites",
                "nothing limits the plan",
                remedy="Give max_sites here, or max_sites or a budget in the problem.",
            )
