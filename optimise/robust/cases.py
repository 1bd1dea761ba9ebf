"""Cases: what the problem may turn out to be, and how a plan fares in each."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.checks import flags, refuse
from optimise.compiled import kernel
from optimise.covering.reduce import weight_needed
from optimise.models import CoverMost, CoverShare
from optimise.problem import Problem
from optimise.travel import Travel

__all__ = ["Case", "Fared", "cased", "fare"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Case:
    """One way in which things may turn out.

    Parameters
    ----------
    name
        As it is told.
    weights
        [n], people of each demand unit; the problem's if left out.
    travel
        Impedances; the problem's if left out.
    refused
        bool[m], sites that cannot be had, those that stand already included; none if left out.
    """

    name: str
    weights: NDArray[Any] | None = None
    travel: Travel | None = None
    refused: NDArray[np.bool_] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Fared:
    """How a plan fares in a case, its refused sites left out.

    Parameters
    ----------
    covered
        Weight covered.
    short
        Weight that the targets miss, summed over the groups.
    quotas_short
        Sites that the quotas miss.
    """

    covered: float
    short: float
    quotas_short: int


def cased(problem: Problem, case: Case) -> Problem:
    """The problem as it is in a case; quotas that nothing can meet any more ask for what there is.

    Raises
    ------
    ProblemError
        If the case does not fit the problem.
    """
    m = problem.n_sites
    refused = np.asarray(flags("Case.refused", case.refused, m))
    if problem.linked:
        raise refuse("problem", "sites are linked to one another", "Leave the links out.")
    forbidden = problem.forbidden | refused
    existing = problem.existing & ~refused
    zones = problem.zones[~forbidden & (problem.zones >= 0)]
    have = np.bincount(zones, minlength=len(problem.quotas)).astype(np.int32)
    return replace(
        problem,
        weights=problem.weights if case.weights is None else case.weights,
        travel=problem.travel if case.travel is None else case.travel,
        existing=existing,
        closable=problem.closable & existing,
        forced=problem.forced & ~refused,
        forbidden=forbidden,
        quotas=np.minimum(problem.quotas, have),
    )


def fare(problem: Problem, model: CoverShare | CoverMost, sites: NDArray[np.int32]) -> Fared:
    """Count what a plan does in a case (:func:`cased`); sites that cannot be had are left out."""
    there = sites[~problem.forbidden[sites]].astype(np.int32)
    radius = model.radius
    if isinstance(radius, tuple):
        raise refuse("model.radius", f"{radius!r:.60}", "Give one radius for everybody.")
    is_open = np.zeros(problem.n_sites, np.bool_)
    is_open[there] = True
    covered = np.zeros(problem.n_units, np.bool_)
    travel = problem.travel
    _near(travel.indptr, travel.indices, travel.impedance, radius, is_open, covered)
    short = 0.0
    for group, share in () if isinstance(model, CoverMost) else model.targets:
        members = problem.members(group)
        weights = problem.weights[members]
        need = weight_needed(problem, share, float(weights.sum()))
        short += max(0.0, need - float(weights[covered[members]].sum()))
    zones = problem.zones[there]
    have = np.bincount(zones[zones >= 0], minlength=len(problem.quotas))
    return Fared(
        covered=float(problem.weights[covered].sum()),
        short=short,
        quotas_short=int(np.maximum(problem.quotas - have, 0).sum()),
    )


@kernel
def _near(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    impedance: NDArray[np.floating[Any]],
    radius: Any,
    is_open: NDArray[np.bool_],
    covered: NDArray[np.bool_],
) -> None:
    """Mark the units with an open site within the radius."""
    for u in range(len(covered)):
        for a in range(indptr[u], indptr[u + 1]):
            if impedance[a] <= radius and is_open[indices[a]]:
                covered[u] = True
                break
