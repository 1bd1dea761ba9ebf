"""From a p-median to a plan and a bound that meet, or as near as the work allowed.

    exchanges and kicks -> Lagrangian bound -> settle sites by reduced costs
    -> exchanges and kicks on what is left -> Lagrangian branch and bound on what is left

Each step ends the work when cost and bound meet. The best plan and bound are kept in a ledger, so
that a limit, a cancel or Ctrl-C loses nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimise.median.bound import Visit, first_prices, visit
from optimise.median.choice import FREE, OPEN
from optimise.median.core import Ground, cost_of, narrow
from optimise.median.search import complete, iterate
from optimise.median.tree import grow
from optimise.watch import Stopped, Watch

__all__ = ["Ledger", "begin", "pursue"]

#: Pairs of units and sites to look at in the first search, in the second, and in the tree.
_FIRST, _SECOND, _TREE = 3e7, 4e8, 6e8
#: Kicks at least and at most, whatever the size.
_KICKS = 4, 2000
#: Subgradient steps on the whole question, length of the first, and patience with them.
_STEPS, _PACE, _PATIENCE = 600, 1.0, 12
#: Relative difference that is rounding.
_EQUAL = 1e-9


@dataclass(slots=True, eq=False)
class Ledger:
    """Best plan and bound so far.

    Parameters
    ----------
    ground
        The whole question.
    plan, cost
        bool[k], sites that are open, and what they cost.
    bound
        No plan costs less, but the best one.
    whole
        Whether costs are whole numbers.
    gap
        Relative gap that was asked for.
    proved_by
        Where the bound comes from.
    stopped
        Why the work ended early, None if cost and bound met.
    log
        What was done.
    """

    ground: Ground
    plan: NDArray[np.bool_]
    cost: float
    bound: float
    whole: bool
    gap: float
    proved_by: str = "nearest sites"
    stopped: Stopped | None = None
    log: list[str] = field(default_factory=list)

    def target(self, cost: float) -> float:
        """What better plans stay below; whole costs are better by one at least."""
        return cost - 1.0 + self._slack if self.whole else cost * (1.0 - _EQUAL)

    def rounded(self, bound: float) -> float:
        """Strengthen a bound where costs are whole."""
        return float(math.ceil(bound - 0.5 * self._slack)) if self.whole else bound

    def good_enough(self, cost: float, bound: float) -> bool:
        """Whether the gap asked for is reached."""
        return cost - self.rounded(bound) <= self.gap * cost

    def closed(self) -> bool:
        """Whether there can be no better plan."""
        return self.bound >= self.target(self.cost)

    @property
    def _slack(self) -> float:
        """What rounding may add up to."""
        return max(1e-6, 1e-11 * self.cost)

    def offer(self, plan: NDArray[np.bool_], by: str) -> None:
        """Take a plan if it is better."""
        cost = float(cost_of(self.ground, plan))
        if cost < self.cost:
            self.plan, self.cost = plan, cost
        self.log.append(f"{by}: {cost:.10g}")

    def prove(self, bound: float, by: str) -> None:
        """Take a bound if it is better."""
        if bound > self.bound:
            self.bound, self.proved_by = bound, by
        self.log.append(f"{by}: bound {bound:.10g}")


def begin(ground: Ground, plan: NDArray[np.bool_], gap: float) -> Ledger:
    """Open the ledger with a first plan and the bound of serving each unit from its nearest."""
    have = np.diff(ground.unit_ptr) > 0
    nearest = ground.left.copy()
    nearest[have] = ground.unit_cost[ground.unit_ptr[:-1][have]]
    cost = float(cost_of(ground, plan))
    costs = np.concatenate([ground.unit_cost, ground.left])
    return Ledger(
        ground=ground,
        plan=plan,
        cost=cost,
        bound=float(nearest.sum()),
        # Beyond that, rounding could be mistaken for a difference of one.
        whole=bool((costs == np.floor(costs)).all()) and cost < 4e10,
        gap=gap,
        log=[f"first plan: {cost:.10g}"],
    )


def pursue(ledger: Ledger, watch: Watch, seed: int) -> None:
    """Bring cost and bound together."""
    ground = ledger.ground
    if ledger.closed() or watch.look("search", 0.0) is not None:
        return
    _search(ledger, ground, np.arange(len(ledger.plan)), ledger.plan, work=_FIRST, seed=seed)
    if ledger.closed() or watch.look("search", 0.3) is not None:
        return
    state = np.where(ground.kept, OPEN, FREE).astype(np.int8)
    root = _look(ledger, ground, state, first_prices(ground), -math.inf)
    if ledger.closed() or watch.look("search", 0.5) is not None:
        return
    ground, root, sites = _settle(ledger, ground, root, np.arange(len(ledger.plan)))
    start = complete(ground, ledger.plan[sites])
    # Once the gap asked for is reached, only what costs little is done.
    enough = ledger.good_enough(ledger.cost, ledger.bound)
    _search(ledger, ground, sites, start, work=_FIRST if enough else _SECOND, seed=seed + 1)
    if ledger.closed() or watch.look("search", 0.9) is not None:
        return
    # A better plan may have been found, which settles more.
    root = _look(ledger, ground, root.state, root.prices, root.bound)
    if ledger.closed():
        return
    ground, root, sites = _settle(ledger, ground, root, sites)
    grown = grow(
        ground,
        root,
        watch,
        cost=ledger.cost,
        target=ledger.target,
        good_enough=ledger.good_enough,
        work=int(_TREE),
    )
    if grown.plan is not None:
        ledger.offer(_lift(ledger, sites, grown.plan), "branch and bound")
    ledger.prove(grown.bound, "Lagrangian branch and bound")
    ledger.log.append(f"{grown.nodes} nodes, {grown.stopped or 'complete'}")
    ledger.stopped = grown.stopped


def _lift(ledger: Ledger, sites: NDArray[np.integer], plan: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Plan of the whole question from a plan of what is left of it."""
    whole = np.zeros(len(ledger.plan), dtype=np.bool_)
    whole[sites[plan]] = True
    return whole


def _search(
    ledger: Ledger,
    ground: Ground,
    sites: NDArray[np.integer],
    start: NDArray[np.bool_],
    *,
    work: float,
    seed: int,
) -> None:
    """Improve a plan by as many kicks as the work allows, a few passes over the pairs each."""
    least, most = _KICKS
    plan, _ = iterate(
        ground,
        start,
        rounds=int(min(most, max(least, work / (len(ground.unit_cost) + 1)))),
        seed=seed,
        enough=ledger.rounded(ledger.bound),
    )
    ledger.offer(_lift(ledger, sites, plan), f"exchanges among {len(sites)} sites")


def _look(
    ledger: Ledger,
    ground: Ground,
    state: NDArray[np.int8],
    prices: NDArray[np.float64],
    bound: float,
) -> Visit:
    """Bound what is left, settle sites, and tell the ledger."""
    root = visit(
        ground,
        state,
        prices,
        bound,
        target=ledger.target(ledger.cost),
        goal=ledger.cost,
        steps=_STEPS,
        pace=_PACE,
        patience=_PATIENCE,
    )
    ledger.prove(root.bound, "Lagrangian relaxation")
    return root


def _settle(
    ledger: Ledger, ground: Ground, root: Visit, sites: NDArray[np.integer]
) -> tuple[Ground, Visit, NDArray[np.integer]]:
    """Drop the sites and pairs that no better plan has."""
    keep = np.flatnonzero(root.state >= FREE)
    worth = root.prices + (ledger.target(ledger.cost) - root.bound)
    left = narrow(ground, keep, root.state == OPEN, worth)
    ledger.log.append(
        f"reduced costs leave {len(keep)} sites, {left.kept.sum()} of them open, and "
        f"{len(left.unit_cost)} pairs"
    )
    return left, root._replace(state=root.state[keep], share=root.share[keep]), sites[keep]
