"""The answer, with its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.problem import Problem

__all__ = ["Flows", "Solution", "Status", "TieBreak", "covered_weight", "relative_gap", "serve"]


class Status(Enum):
    """How far the answer is proven."""

    #: The gap asked for is reached.
    PROVEN = "proven"
    #: A limit, or the caller, ended the search first; the bound still holds.
    FEASIBLE = "feasible"


@dataclass(frozen=True, kw_only=True, slots=True)
class TieBreak:
    """The second goal: total weighted distance, an uncovered unit counting as the radius.

    ``bound`` is a valid lower bound over *all* plans with the value reached by the first goal,
    their targets forgotten; None where none was computed. The value comes from local search:
    good, and no more proven than the gap says.
    """

    name: str
    value: float
    bound: float | None = None
    gap: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Flows:
    """Which site serves how much of each demand unit, where sites have capacities.

    Parameters
    ----------
    indptr
        int64[n + 1], start of each demand unit's entries. A unit that nothing serves, or that
        weighs nothing, has none.
    sites
        int32[entries], open sites within the radius, increasing within a unit.
    weight
        float64[entries], weight of the unit that the site serves, positive; of a unit's entries
        at most its weight.
    """

    indptr: NDArray[np.int64]
    sites: NDArray[np.int32]
    weight: NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Solution:
    """A plan and how good it is.

    Parameters
    ----------
    open_sites
        int32, increasing, existing ones included.
    assignment
        int32[n], nearest open site within the radius (of equals the lowest), -1 for none. Where
        there are flows: the site that serves most of the unit (of equals the lowest).
    distance
        float64[n], impedance to it, NaN for none.
    status
        Proven within the gap asked for, or ended by a limit.
    stopped
        What ended the search: "gap", "work limit", "time limit" or "cancelled". After one of the
        last two even a proven plan may differ from run to run, if only in its second goal.
    objective
        "sites", "cost", "people", "distance", "radius", "share" (covered, of the worst-off group)
        or "equivalent" (a fair p-median's).
    value
        Recomputed from the problem.
    bound
        No plan is better than this; rounded to a whole number where the objective only takes
        whole values.
    gap
        ``|value - bound| / max(1e-10, |value|)``
    proved_by
        Where the bound comes from.
    tie_break
        The second goal, None if not asked for.
    seconds
        Time spent in each stage.
    log
        What was done, in order; without times, so that equal runs have equal logs.
    flows
        Who serves whom, None for models without capacities.
    """

    open_sites: NDArray[np.int32]
    assignment: NDArray[np.int32]
    distance: NDArray[np.float64]
    status: Status
    stopped: str
    objective: str
    value: float
    bound: float
    gap: float
    proved_by: str
    tie_break: TieBreak | None
    seconds: Mapping[str, float]
    log: tuple[str, ...]
    flows: Flows | None = None


def relative_gap(value: float, bound: float) -> float:
    """Distance of value and bound, relative to the value."""
    return abs(value - bound) / max(1e-10, abs(value))


def serve(
    problem: Problem, open_sites: NDArray[np.int32], radius: float
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Assign each unit to its nearest open site within the radius, ties to the lowest site.

    Returns
    -------
    assignment, distance
        int32[n] with -1 and float64[n] with NaN where there is none.
    """
    is_open = np.zeros(problem.n_sites, dtype=np.bool_)
    is_open[open_sites] = True
    assignment = np.full(problem.n_units, -1, dtype=np.int32)
    distance = np.full(problem.n_units, np.nan)
    travel = problem.travel
    _serve(travel.indptr, travel.indices, travel.impedance, radius, is_open, assignment, distance)
    return assignment, distance


@kernel
def _serve(
    indptr: NDArray[np.int64],
    indices: NDArray[np.int32],
    impedance: NDArray[np.floating[Any]],
    radius: Any,
    is_open: NDArray[np.bool_],
    assignment: NDArray[np.int32],
    distance: NDArray[np.float64],
) -> None:
    for u in range(len(assignment)):
        for a in range(indptr[u], indptr[u + 1]):
            far = impedance[a]
            near = far <= radius and is_open[indices[a]]
            # Sites come in increasing order: of equals the first stays.
            if near and (assignment[u] < 0 or far < distance[u]):
                assignment[u], distance[u] = indices[a], far


def covered_weight(problem: Problem, assignment: NDArray[np.int32]) -> float:
    """Weight of the units that have a site."""
    return float(problem.weights[assignment >= 0].sum())


def weighted_distance(problem: Problem, distance: NDArray[np.float64], radius: float) -> float:
    """Total weighted distance, units without a site counting as far as the radius."""
    return float((problem.weights * np.where(np.isnan(distance), radius, distance)).sum())
