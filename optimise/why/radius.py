"""The smallest radius that would do.

What is possible within a radius is possible within a larger one, so the impedances of the matrix
can be halved like the radii of a p-center; the impedance just below the answer is proven not to do.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimise.models import CoverShare, Model
from optimise.problem import Problem
from optimise.why.asked import Asked, Need
from optimise.why.changes import MoreRadius, applied

__all__ = ["SmallestRadius", "far_enough", "smallest_radius", "unlimited", "without_needs"]

#: Whether a question has an answer; None where that was not settled.
Possible = Callable[[Problem, Model], bool | None]


@dataclass(frozen=True, kw_only=True, slots=True)
class SmallestRadius:
    """The smallest radius with which a question has an answer, everybody's raised to it.

    Parameters
    ----------
    radius
        None where there is none, or none was found.
    below
        The largest impedance smaller than ``radius`` that is proven not to do; None if there is
        none to exclude.
    verdict
        ``"found"``: everything between ``below`` and ``radius`` makes no difference.
        ``"not settled"``: ``radius`` does, or is not known; what lies between is open.
        ``"beyond the cutoff"``: no impedance of the travel matrix is enough.
        ``"no matter"``: the question has no radius, or is impossible whatever it is.
    """

    radius: float | None
    below: float | None
    verdict: str


def unlimited(problem: Problem, asked: Asked) -> bool:
    """Whether all allowed sites may be open at once."""
    free = ~problem.forbidden
    if asked.most is not None and asked.most < free.sum():
        return False
    if problem.budget is not None and problem.site_costs[free].sum() > problem.budget:
        return False
    if len(problem.apart) and free[problem.apart].all(axis=1).any():
        return False
    if any(0 < free[list(group)].sum() < len(group) for group in problem.together):
        return False
    return all(free[list(one.sites)].sum() <= one.most for one in problem.choices)


def far_enough(problem: Problem, asked: Asked, need: Need) -> float:
    """Smallest common radius at which everything open meets a need; infinite if none does."""
    travel = problem.travel
    far = travel.impedance.astype(np.float64)
    far[problem.forbidden[travel.indices]] = np.inf
    unit = np.repeat(np.arange(problem.n_units), np.diff(travel.indptr))
    far = np.where(far <= asked.own[unit], 0.0, far)
    far[asked.own[unit] < 0] = np.inf
    order = np.lexsort((far, unit))
    at = travel.indptr[:-1] + need.times - 1
    enough = np.full(problem.n_units, np.inf)
    has = at < travel.indptr[1:]
    enough[has] = far[order][at[has]]
    members = need.members
    sorted_by = np.argsort(enough[members], kind="stable")
    reached = np.cumsum(problem.weights[members].astype(np.float64)[sorted_by])
    where = int(np.searchsorted(reached, need.need * (1 - 1e-15), side="left"))
    return float(enough[members][sorted_by[where]]) if where < len(members) else np.inf


def smallest_radius(
    problem: Problem, model: Model, asked: Asked, possible: Possible
) -> SmallestRadius:
    """Find the smallest radius with which an impossible question has an answer."""
    if not asked.needs or not asked.groups:
        return SmallestRadius(radius=None, below=None, verdict="no matter")
    base = min(group.base for group in asked.groups)
    least = max(far_enough(problem, asked, need) for need in asked.needs)
    radii = np.unique(problem.travel.impedance.astype(np.float64))
    radii = radii[radii <= problem.travel.cutoff]
    if not np.isfinite(least):
        return _none(problem, asked, possible, radii)
    pool = radii[(radii >= least) & (radii > base)]
    if unlimited(problem, asked) and not asked.capacitated:
        return _found(radii, least)
    at_most = possible(*_raised(problem, model, float(pool[-1]))) if len(pool) else False
    if at_most is None:
        return SmallestRadius(radius=None, below=_before(radii, least), verdict="not settled")
    if not at_most:
        return _none(problem, asked, possible, radii)

    def at(number: int) -> bool | None:
        return possible(*_raised(problem, model, float(pool[number])))

    # All up to ``low`` are excluded, ``high`` is possible.
    low, high, settled = -1, len(pool) - 1, True
    while settled and high - low > 1:
        middle = (low + high) // 2
        answer = at(middle)
        if answer is None:
            settled = False
            low, high = _edges(at, low, middle, high)
        elif answer:
            high = middle
        else:
            low = middle
    radius = float(pool[high])
    if settled:
        return _found(radii, radius)
    below = float(pool[low]) if low >= 0 else _before(radii, max(least, float(pool[0])))
    return SmallestRadius(radius=radius, below=below, verdict="not settled")


def _edges(at: Callable[[int], bool | None], low: int, middle: int, high: int) -> tuple[int, int]:
    """Close in on what stays open around the middle: last excluded, first possible."""
    last = first = middle
    while high - first > 1:
        between = (first + high) // 2
        first, high = (first, between) if at(between) else (between, high)
    while last - low > 1:
        between = (low + last) // 2
        low, last = (between, last) if at(between) is False else (low, between)
    return low, high


def _raised(problem: Problem, model: Model, radius: float) -> tuple[Problem, Model]:
    return applied((MoreRadius(group=None, radius=radius),), problem, model)


def _before(radii: NDArray[np.float64], radius: float) -> float | None:
    at = int(np.searchsorted(radii, radius, side="left"))
    return float(radii[at - 1]) if at else None


def _found(radii: NDArray[np.float64], radius: float) -> SmallestRadius:
    return SmallestRadius(radius=radius, below=_before(radii, radius), verdict="found")


def _none(
    problem: Problem, asked: Asked, possible: Possible, radii: NDArray[np.float64]
) -> SmallestRadius:
    """Tell whether the matrix ends too early or the radius is not to blame."""
    top = float(radii[-1]) if len(radii) else None
    at_all = possible(*without_needs(problem, asked))
    if at_all is False or not np.isfinite(problem.travel.cutoff):
        return SmallestRadius(radius=None, below=top, verdict="no matter")
    return SmallestRadius(radius=None, below=top, verdict="beyond the cutoff")


def without_needs(problem: Problem, asked: Asked) -> tuple[Problem, Model]:
    """Ask for nothing but what limits and rules want."""
    return replace(problem, max_sites=asked.most), CoverShare(radius=1.0, tie_break=None)
