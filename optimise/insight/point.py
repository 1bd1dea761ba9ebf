"""One point of a trade-off curve, and what neighbours teach it."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimise.errors import Infeasible, Undecided
from optimise.incidence import narrowed, widest
from optimise.models import Radius
from optimise.problem import Problem
from optimise.solution import Solution, Status, covered_weight, relative_gap, serve

__all__ = ["Point", "certified", "learn_people", "learn_sites"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Point:
    """One point of a curve.

    Parameters
    ----------
    x
        Number of sites allowed, or radius.
    solution
        The plan with its certificate, None where there is none.
    reason
        Why there is none: ``Infeasible`` with its facts, ``Undecided``, or None where the curve
        was stopped before.
    price
        What growing from the point before costs here: free value less this value (people), or
        this value less the free one (sites); 0 on a free curve. Never below it by more than the
        gap of the free plan.
    """

    x: float
    solution: Solution | None
    reason: Infeasible | Undecided | None = None
    price: float = 0.0


def certified(solution: Solution, gap: float, **changes: object) -> Solution:
    """Change a certificate's figures and draw the conclusions."""
    changed = replace(solution, **changes)  # type: ignore[arg-type]
    reached = relative_gap(changed.value, changed.bound)
    proven = reached <= gap
    return replace(changed, gap=reached, status=Status.PROVEN if proven else changed.status)


def learn_people(problem: Problem, radius: Radius, points: list[Point], gap: float) -> list[Point]:
    """Plans go to the right, bounds to the left."""
    plain, wide = narrowed(problem, radius), widest(radius)
    learnt = list(points)
    best: Solution | None = None
    for n, point in enumerate(learnt):
        if point.solution is None:
            continue
        own = point.solution
        if best is not None and best.value > own.value:
            own = _taken(plain, own, best.open_sites, wide, gap)
        best = own
        learnt[n] = replace(point, solution=own)
    bound = math.inf
    for n in reversed(range(len(learnt))):
        one = learnt[n].solution
        if one is None:
            continue
        bound = min(bound, one.bound)
        if bound < one.bound:
            better = certified(one, gap, bound=max(bound, one.value))
            learnt[n] = replace(learnt[n], solution=better)
    return learnt


def _taken(
    problem: Problem, own: Solution, open_sites: NDArray[np.int32], radius: float, gap: float
) -> Solution:
    """Give a point its neighbour's plan, counted again."""
    assignment, distance = serve(problem, open_sites, radius)
    value = covered_weight(problem, assignment)
    return certified(
        own,
        gap,
        open_sites=open_sites,
        assignment=assignment,
        distance=distance,
        value=value,
        bound=max(own.bound, value),
        tie_break=None,
        log=(*own.log, "the plan of fewer sites is better"),
    )


def learn_sites(problem: Problem, points: list[Point], gap: float) -> list[Point]:
    """Plans go to larger radii, bounds to smaller ones."""
    learnt = list(points)
    best: Solution | None = None
    for n, point in enumerate(learnt):
        if point.solution is None:
            continue
        own = point.solution
        if best is not None and best.value < own.value:
            assignment, distance = serve(problem, best.open_sites, point.x)
            own = certified(
                own,
                gap,
                open_sites=best.open_sites,
                assignment=assignment,
                distance=distance,
                value=best.value,
                bound=min(own.bound, best.value),
                tie_break=None,
                log=(*own.log, "the plan of a smaller radius is better"),
            )
        best = own
        learnt[n] = replace(point, solution=own)
    bound = -math.inf
    for n in reversed(range(len(learnt))):
        one = learnt[n].solution
        if one is None:
            continue
        bound = max(bound, one.bound)
        if bound > one.bound:
            better = certified(one, gap, bound=min(bound, one.value))
            learnt[n] = replace(learnt[n], solution=better)
    return learnt
