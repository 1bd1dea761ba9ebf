"""How near the people could be at best: a bound for the second goal.

Whatever plan reaches the first goal's value opens at most so many sites. The least distance with
that many sites, quotas held and targets forgotten, is a p-median question in which nobody pays
more than the radius; its Lagrangian relaxation bounds the second goal.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimise.incidence import widest
from optimise.median.bound import first_prices, visit
from optimise.median.choice import FREE, OPEN
from optimise.median.core import lay_ground
from optimise.models import Cover, CoverMost
from optimise.problem import Problem

__all__ = ["distance_bound"]

_STEPS, _PACE, _PATIENCE = 250, 1.0, 15


def distance_bound(
    problem: Problem, model: Cover, open_sites: NDArray[np.int32], distance: float
) -> float:
    """Bound the total weighted distance of all plans that reach the first goal's value.

    Parameters
    ----------
    open_sites, distance
        A plan that reaches it, and its total weighted distance, an uncovered unit counting as
        far as the radius.
    """
    ground, _ = lay_ground(
        problem,
        most=_most_sites(problem, model, open_sites),
        radius=widest(model.radius),
        unserved_cost=widest(model.radius),
    )
    root = visit(
        ground,
        np.where(ground.kept, OPEN, FREE).astype(np.int8),
        first_prices(ground),
        -np.inf,
        target=np.inf,
        goal=distance,
        steps=_STEPS,
        pace=_PACE,
        patience=_PATIENCE,
    )
    return min(distance, max(0.0, float(root.bound) * (1 - 1e-12)))


def _most_sites(problem: Problem, model: Cover, open_sites: NDArray[np.int32]) -> int:
    """Most sites a plan with this value may have."""
    if isinstance(model, CoverMost):
        return problem.most(model.max_sites)
    if model.objective == "sites":
        return len(open_sites)
    costs = problem.site_costs.astype(np.float64)
    purse = costs[open_sites].sum() - costs[problem.kept].sum()
    rest = np.sort(costs[~problem.kept & ~problem.forbidden])
    affordable = np.searchsorted(np.cumsum(rest), purse * (1 + 1e-9) + 1e-9, side="right")
    return int(problem.kept.sum() + affordable)
