"""Branch and bound on the p-median by Lagrangian bounds.

The part with the lowest bound is halved next: one site open, one site closed (Christofides and
Beasley 1982). Each half inherits the prices of the whole, improves them by a few steps, and
settles sites by reduced costs. With few open sites this is far quicker than linear programming,
whose programme is as large as the travel matrix.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.median.bound import Visit, visit
from optimise.median.choice import CLOSED, FREE, OPEN
from optimise.median.core import Ground, cost_of
from optimise.watch import Stopped, Watch

__all__ = ["Grown", "grow"]

#: Subgradient steps in each part, length of the first, and patience with them.
_STEPS, _PACE, _PATIENCE = 30, 0.6, 4


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Grown:
    """What the tree showed.

    Parameters
    ----------
    plan, cost
        bool[k] of the best plan below the cost that was known, None if there is none.
    bound
        No plan costs less, but the known ones.
    nodes, work
        Parts looked at; pairs of units and sites looked at.
    stopped
        Why it ended early.
    """

    plan: NDArray[np.bool_] | None
    cost: float
    bound: float
    nodes: int
    work: int
    stopped: Stopped | None


def grow(
    ground: Ground,
    root: Visit,
    watch: Watch,
    *,
    cost: float,
    target: Callable[[float], float],
    good_enough: Callable[[float, float], bool],
    work: int,
) -> Grown:
    """Search the whole tree, or as much of it as the work allows.

    Parameters
    ----------
    root
        A look at the whole question.
    cost
        Cost of the best known plan.
    target
        For a cost, what a plan must stay below to be of interest.
    good_enough
        Whether a cost and a bound are; asked once a tenth of the work is spent.
    work
        Pairs of units and sites to look at, at most: the same on every run.
    """
    plan: NDArray[np.bool_] | None = None
    nodes, done = 0, 0
    parts = [(root.bound, 0, root)]
    stopped: Stopped | None = None
    while parts and parts[0][0] < target(cost):
        if done > work:
            stopped = "work limit"
        elif done > 0.1 * work and good_enough(cost, parts[0][0]):
            stopped = "gap"
        else:
            stopped = watch.look("prove", done / work)
        if stopped is not None:
            break
        bound, _, part = heapq.heappop(parts)
        site = _branch(part)
        for settled in (OPEN, CLOSED):
            state = part.state.copy()
            state[site] = settled
            look = visit(
                ground,
                state,
                part.prices,
                bound,
                target=target(cost),
                goal=cost,
                steps=_STEPS,
                pace=_PACE,
                patience=_PATIENCE,
            )
            nodes, done = nodes + 1, done + look.work
            if look.cost < cost:
                plan, cost = look.plan, cost_of(ground, look.plan)
            if look.bound < target(cost):
                heapq.heappush(parts, (look.bound, nodes, look))
    floor = target(cost)
    return Grown(
        plan=plan,
        cost=cost,
        bound=min(parts[0][0], floor) if parts else floor,
        nodes=nodes,
        work=done,
        stopped=stopped,
    )


def _branch(part: Visit) -> int:
    """Pick the free site that is nearest to half open; ties to the lowest."""
    doubt = np.where(part.state == FREE, np.abs(part.share - 0.5), np.inf)
    return int(doubt.argmin())
