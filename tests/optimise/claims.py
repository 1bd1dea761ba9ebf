"""A solution that claims of a plan what brute force says about it, true or not of the question."""

from __future__ import annotations

import numpy as np

from optimise import (
    CapacitatedCover,
    CapacitatedMedian,
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    FairMedian,
    Flows,
    Model,
    PCenter,
    PMedian,
    Problem,
    Solution,
    Status,
    TieBreak,
)
from tests.optimise.brute import flows_of, outcome, reachable, worth

__all__ = ["honest"]


def honest(problem: Problem, model: Model, plan: tuple[int, ...]) -> Solution:
    """Claim what there is to claim; where the plan is no answer, 1 for the value."""
    value = worth(problem, model)(plan)
    table = reachable(problem, getattr(model, "radius", None))
    capacitated = isinstance(model, CapacitatedCover | CapacitatedMedian)
    flows = None
    if capacitated:
        served = flows_of(problem, model, plan) or {}
        flows = _flows(problem, served)
        most = [
            min(
                [(-amount, site) for (one, site), amount in served.items() if one == unit],
                default=(0.0, -1),
            )[1]
            for unit in range(problem.n_units)
        ]
    else:
        most = [
            min(
                [(table[unit, site], site) for site in plan if np.isfinite(table[unit, site])],
                default=(0.0, -1),
            )[1]
            for unit in range(problem.n_units)
        ]
    distance = [table[unit, site] if site >= 0 else np.nan for unit, site in enumerate(most)]
    tie_break = None
    if isinstance(model, CoverAll | CoverShare | CoverMost):
        total = outcome(problem, plan, model.radius)[1]
        tie_break = TieBreak(name="distance", value=total, bound=total, gap=0.0)
    return Solution(
        open_sites=np.array(plan, dtype=np.int32),
        assignment=np.array(most, dtype=np.int32),
        distance=np.array(distance),
        status=Status.PROVEN,
        stopped="gap",
        objective=_name(model),
        value=1.0 if value is None else value,
        bound=1.0 if value is None else value,
        gap=0.0,
        proved_by="brute force",
        tie_break=tie_break,
        seconds={},
        log=(),
        flows=flows,
    )


def _flows(problem: Problem, served: dict[tuple[int, int], float]) -> Flows:
    pairs = sorted(served)
    counts = [sum(1 for one, _ in pairs if one == unit) for unit in range(problem.n_units)]
    return Flows(
        indptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        sites=np.array([site for _, site in pairs], dtype=np.int32),
        weight=np.array([served[pair] for pair in pairs], dtype=np.float64),
    )


def _name(model: Model) -> str:
    match model:
        case CoverMost():
            return "people"
        case CoverFairly():
            return "share"
        case CapacitatedMedian():
            return "distance" if model.fixed_costs == "none" else "cost"
        case PMedian():
            return "distance"
        case PCenter():
            return "radius"
        case FairMedian():
            return "equivalent"
    return model.objective
