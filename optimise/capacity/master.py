"""Which columns to open: a small programme over the columns alone.

It holds every side constraint, enough capacity in all, and cuts of Benders' (1962) from plans
seen before: at a plan's prices, serving costs at least so much less what open columns are worth.
Its size does not depend on how many units there are.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.capacity.bound import Prices, judge
from optimise.capacity.ground import Ground
from optimise.capacity.plan import Plan, serve_by
from optimise.formulate import Milp
from optimise.milp import Found, Limits, minimise
from optimise.watch import Watch

__all__ = ["Choice", "Cut", "Master"]

#: Values are scaled to about this.
_LARGE = 1e4
#: Rounding that a cut forgives, of its own size.
_SLACK = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Cut:
    """Serving costs at least ``base`` less the ``worth`` of the open columns.

    ``costs`` is False where it says whether serving is possible at all: the worth must then reach
    the base.
    """

    base: float
    worth: NDArray[np.float64]
    costs: bool


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Choice:
    """Columns chosen.

    Parameters
    ----------
    is_open
        bool[k], None where nothing was found.
    bound
        No plan is below this; infinite if there is none.
    found
        What the search told.
    """

    is_open: NDArray[np.bool_] | None
    bound: float
    found: Found


@dataclass(slots=True)
class Master:
    """The programme and the cuts collected so far."""

    ground: Ground
    cuts: list[Cut] = field(default_factory=list)

    def learn(self, plan: Plan) -> None:
        """Take the cut that a plan breaks whose columns cannot serve enough."""
        if plan.short <= 0:
            return
        pairs = np.zeros(len(self.ground.cost))
        free = replace(self.ground, cost=pairs, site_cost=pairs)
        pays = free.inside.T @ np.ones(len(free.need))
        most = max(1.0, float(pays.max(initial=0.0)))
        penalty = np.where(free.must, 2.0, pays / most)
        _, _, price, _ = serve_by(free, plan.is_open, penalty)
        dual = judge(
            free,
            Prices(
                unit=price,
                target=np.full(len(free.need), 1.0 / most),
                side=np.zeros(len(free.names)),
            ),
        )
        have = float(dual.worth[plan.is_open].sum())
        if dual.base > have + 1e-7 * dual.base:
            self.cuts.append(Cut(base=dual.base, worth=dual.worth, costs=False))

    def choose(
        self,
        watch: Watch,
        *,
        goal: float,
        gap: float,
        work: int,
        tilt: NDArray[np.float64] | None = None,
    ) -> Choice:
        """Choose columns.

        Parameters
        ----------
        goal
            About the value of a plan.
        gap
            Relative gap up to which the choice need be the best.
        work
            Rounds of branch and cut at most.
        tilt
            float64[k], to be minimised instead; the bound then says only whether there is a choice.
        """
        ground, k = self.ground, len(self.ground.sites)
        serving = tilt is None and any(cut.costs for cut in self.cuts)
        used = [cut for cut in self.cuts if serving or not cut.costs]
        cost = ground.fixed if tilt is None else tilt
        size = goal if tilt is None else float(np.abs(tilt).sum())
        scale = abs(size) / _LARGE if abs(size) > 0 else 1.0
        served = float(ground.weight[ground.must].sum() + ground.need.max(initial=0.0))
        blocks, lower, upper = [ground.matrix], [ground.lower], [ground.upper]
        theta = [np.zeros(len(ground.lower))]
        if served > 0:
            blocks.append(sparse.csr_array(ground.capacity[None, :] * (1e3 / served)))
            lower.append(np.array([1e3 * (1 - _SLACK)]))
            upper.append(np.array([np.inf]))
            theta.append(np.zeros(1))
        if used:
            largest = [
                max(abs(cut.base), float(cut.worth.max(initial=0.0)), 1e-300) for cut in used
            ]
            own = np.array(largest)
            blocks.append(sparse.csr_array(np.array([cut.worth for cut in used]) / own[:, None]))
            lower.append(np.array([cut.base for cut in used]) / own - _SLACK)
            upper.append(np.full(len(used), np.inf))
            theta.append(np.array([scale if cut.costs else 0.0 for cut in used]) / own)
        column = sparse.csr_array(np.concatenate(theta)[:, None])
        milp = Milp(
            cost=np.append(cost / scale, float(serving)),
            matrix=sparse.csr_array(sparse.hstack([sparse.vstack(blocks), column])),
            row_lower=np.concatenate(lower),
            row_upper=np.concatenate(upper),
            whole=np.append(np.ones(k, dtype=np.bool_), False),
            offset=0.0,
            column_lower=np.append(ground.kept.astype(np.float64), 0.0),
            column_upper=np.append(np.ones(k), np.inf if serving else 0.0),
        )
        limits = Limits(tolerance=gap * _LARGE, easy_work=0, work=work)
        found = minimise(milp, limits, watch, heuristics=True)
        is_open = None if found.values is None else found.values[:k] > 0.5
        if is_open is not None and not ground.keeps(is_open):
            is_open = None
        return Choice(is_open=is_open, bound=found.bound * scale, found=found)
