"""Plans that grow: each keeps what it can of the plan before it."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import Radius
from optimise.incidence import narrowed, widest
from optimise.insight.point import Point, certified
from optimise.problem import Problem
from optimise.solution import covered_weight, serve
from optimise.travel import Travel

__all__ = ["growing", "grown"]


def growing(problem: Problem, before: NDArray[np.int32], stay: float, radius: Radius) -> Problem:
    """Make it worth ``stay`` people to keep each site of the plan before; ``inf`` forces it.

    A site that stays is worth as much as one more demand unit of that weight at its door that
    only it can serve: so every engine and every side constraint works as always.
    """
    held = np.zeros(problem.n_sites, dtype=np.bool_)
    held[before] = True
    if math.isinf(stay):
        return replace(
            problem,
            forced=problem.forced | (held & ~problem.existing),
            closable=problem.closable & ~held,
        )
    plain = narrowed(problem, radius)
    loose = np.flatnonzero(held & ~problem.kept).astype(np.int32)
    travel = plain.travel
    last = travel.indptr[-1]
    worth = np.full(len(loose), stay)
    if plain.weights.dtype.kind == "i" and float(stay).is_integer():
        worth = worth.astype(plain.weights.dtype)  # whole weights stay exact
    return replace(
        plain,
        weights=np.concatenate([plain.weights, worth]),
        travel=Travel(
            indptr=np.concatenate([travel.indptr, last + 1 + np.arange(len(loose))]),
            indices=np.concatenate([travel.indices, loose]),
            impedance=np.concatenate(
                [travel.impedance, np.zeros(len(loose), dtype=travel.impedance.dtype)]
            ),
            cutoff=travel.cutoff,
        ),
    )


def grown(problem: Problem, free: Point, again: Point, radius: Radius, gap: float) -> Point:
    """Count the plan that grew on the problem itself and set it beside the free one."""
    if free.solution is None or again.solution is None:
        return again
    plain = narrowed(problem, radius)
    open_sites = again.solution.open_sites
    assignment, distance = serve(plain, open_sites, widest(radius))
    value = covered_weight(problem, assignment)
    solution = certified(
        again.solution,
        gap,
        assignment=assignment,
        distance=distance,
        value=value,
        # No plan covers more, whether it grows or not.
        bound=max(free.solution.bound, value),
        proved_by=free.solution.proved_by,
    )
    return Point(x=free.x, solution=solution, price=max(0.0, free.solution.value - value))
