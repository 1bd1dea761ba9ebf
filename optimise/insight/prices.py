"""What limits and demands cost: shadow prices of quotas, targets, sites and money.

Two answers that are not the same. The price of the linear relaxation is the dual of the row: what
the relaxation's optimum changes by for each step of the right-hand side, as long as the step is
small. The exact change is the difference of two optima, the right-hand side one step up or down;
with whole sites it comes in jumps, and is often 0 where the LP price is not.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction

from optimise.cover_models import CoverAll, CoverMost, CoverShare
from optimise.errors import Infeasible, ProblemError, Undecided
from optimise.insight.prices_lp import Name, relaxation_of
from optimise.milp import Relaxation
from optimise.models import Model
from optimise.problem import EVERYBODY, Problem
from optimise.solution import Solution
from optimise.solve import solve
from optimise.watch import Progress, Watch
from optimise.why.asked import asked_of

__all__ = ["Moved", "ShadowPrice", "ShadowPrices", "shadow_prices"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """Change of the optimum, proven to be between ``low`` and ``high``.

    Both are infinite, for the worse, where the question then has no answer.
    """

    low: float
    high: float


@dataclass(frozen=True, kw_only=True, slots=True)
class ShadowPrice:
    """The price of one demand or limit, in units of the objective for each step of it.

    Parameters
    ----------
    kind, which
        ("quota", zone), ("max_sites", 0), ("budget", 0), ("targets", group) or
        ("backup", group). Steps: one site, one site, one unit of cost, one percentage point.
    at
        Where it stands: number of sites, cost, or share.
    lp
        Dual of the linear relaxation; NaN where the question has none.
    more, less
        Change of the optimum if it is raised or lowered by one step; None if not asked for, not
        settled, or there is no such step (a quota below 0, a share above 1).
    """

    kind: str
    which: int | str
    at: float
    lp: float
    more: Moved | None = None
    less: Moved | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ShadowPrices:
    """Prices of all quotas, targets and limits there are.

    Parameters
    ----------
    objective
        What the prices are in, as in ``Solution.objective``; "" where nothing was solved.
    prices
        Quotas by zone, then the limits, then the targets in the order of the model.
    """

    objective: str
    prices: tuple[ShadowPrice, ...]

    def price(self, kind: str, which: int | str = 0) -> ShadowPrice:
        """Return one of them; ``KeyError`` if there is no such demand or limit."""
        for one in self.prices:
            if (one.kind, one.which) == (kind, which):
                return one
        raise KeyError((kind, which))


def shadow_prices(
    problem: Problem,
    model: Model,
    *,
    exact: bool = False,
    seed: int = 0,
    time_limit_s: float = 120.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> ShadowPrices:
    """Tell what each quota, each target, the number of sites and the budget cost.

    Parameters
    ----------
    problem, model
        A question that has an answer. p-center and fair p-median have no linear relaxation that
        would say anything: their LP prices are NaN.
    exact
        Whether to solve the question again for each step up and down, to proven optima.
    seed, time_limit_s, progress, cancel
        As in :func:`~optimise.solve`; what a limit leaves unsettled is None.

    Raises
    ------
    ProblemError
        If the question has no answer.
    """
    watch = Watch(time_limit_s, progress, cancel)
    demands = _demands(problem, model)
    duals, objective = _duals(problem, model, watch), ""
    prices = [
        ShadowPrice(
            kind=kind,
            which=which,
            at=at,
            lp=math.nan if duals is None else duals.get((kind, which), 0.0),
        )
        for kind, which, at in demands
    ]
    if exact:

        def answer(asked: tuple[Problem, Model]) -> Solution | Moved | None:
            return _optimum(*asked, watch, seed)

        base = answer((problem, model))
        if isinstance(base, Moved):
            raise ProblemError(
                "shadow_prices", "the question has no answer", remedy="Ask why_not first."
            )
        if base is not None:
            objective = base.objective
            prices = [
                replace(
                    one,
                    more=_change(problem, model, one, 1, base, answer),
                    less=_change(problem, model, one, -1, base, answer),
                )
                for one in prices
            ]
    return ShadowPrices(objective=objective, prices=tuple(prices))


def _demands(problem: Problem, model: Model) -> list[tuple[str, int | str, float]]:
    """All that has a price, and where it stands."""
    found: list[tuple[str, int | str, float]] = [
        ("quota", zone, float(quota)) for zone, quota in enumerate(problem.quotas) if quota > 0
    ]
    most = asked_of(problem, model).most
    if most is not None:
        found.append(("max_sites", 0, float(most)))
    if problem.budget is not None:
        found.append(("budget", 0, float(problem.budget)))
    if isinstance(model, CoverAll):
        found.append(("targets", EVERYBODY, 1.0))
    for field in ("targets", "backup"):
        found += [(field, group, share) for group, share in getattr(model, field, ())]
    return found


def _duals(problem: Problem, model: Model, watch: Watch) -> dict[Name, float] | None:
    """Dual of each named row, in the objective's own direction and for one step."""
    linear = relaxation_of(problem, model)
    if linear is None:
        return None
    relaxed = Relaxation(linear.milp, watch).solve()
    if relaxed is None:
        return None
    # A target's row counts weight, its price a percentage point.
    step: dict[Name, float] = {
        (need.field, need.group): need.total / 100 for need in asked_of(problem, model).needs
    }
    return {
        name: float(linear.sign * relaxed.duals[row]) * step.get(name, 1.0)
        for name, row in linear.names.items()
    }


def _optimum(problem: Problem, model: Model, watch: Watch, seed: int) -> Solution | Moved | None:
    """Solve to the end; a worst change where there is no plan, None where that stays open."""
    if watch.look("prove", 0.0) is not None:
        return None
    if isinstance(model, CoverAll | CoverShare | CoverMost):
        model = replace(model, tie_break=None)
    try:
        return solve(
            problem,
            model,
            gap=0.0,
            seed=seed,
            time_limit_s=watch.left_s(),
            cancel=lambda: watch.look("prove", 0.0) is not None,
        )
    except Infeasible:
        return Moved(low=math.inf, high=math.inf)
    except Undecided:
        return None


def _change(
    problem: Problem,
    model: Model,
    price: ShadowPrice,
    step: int,
    base: Solution,
    answer: Callable[[tuple[Problem, Model]], Solution | Moved | None],
) -> Moved | None:
    nowhere = -math.inf if base.objective in ("people", "share") else math.inf
    try:
        moved = _stepped(problem, model, price, step)
    except ProblemError as refused:
        # More sites asked for in a zone than there are.
        return Moved(low=nowhere, high=nowhere) if refused.facts else None
    found = None if moved is None else answer(moved)
    if found is None:
        return None
    if isinstance(found, Moved):
        return Moved(low=nowhere, high=nowhere)
    new, old = sorted((found.value, found.bound)), sorted((base.value, base.bound))
    return Moved(low=new[0] - old[1], high=new[1] - old[0])


def _stepped(
    problem: Problem, model: Model, price: ShadowPrice, step: int
) -> tuple[Problem, Model] | None:
    """Move one right-hand side by one step; None where there is no such step."""
    if price.kind == "quota":
        quotas = problem.quotas.copy()
        quotas[int(price.which)] += step
        return replace(problem, quotas=quotas), model
    if price.at + step < 0 and price.kind in ("max_sites", "budget"):
        return None
    if price.kind == "budget":
        return replace(problem, budget=price.at + step), model
    if price.kind == "max_sites":
        return _limited(problem, model, int(price.at) + step, max if step > 0 else min)
    share = float(Fraction(repr(float(price.at))) + Fraction(step, 100))
    if not 0 <= share <= 1:
        return None
    if isinstance(model, CoverAll):
        model = CoverShare(
            radius=model.radius, targets=((EVERYBODY, 1.0),), objective=model.objective
        )
    targets = tuple(
        (group, share if group == price.which else old) for group, old in getattr(model, price.kind)
    )
    return problem, replace(model, **{price.kind: targets})  # type: ignore[arg-type]


def _limited(
    problem: Problem, model: Model, most: int, move: Callable[[int, int], int]
) -> tuple[Problem, Model] | None:
    """Move the limits on the number of sites, the problem's and the question's own."""
    if problem.max_sites is not None:
        problem = replace(problem, max_sites=move(problem.max_sites, most))
    for name in ("p", "max_sites"):
        own = getattr(model, name, None)
        if own is not None and move(own, most) < (name == "p"):
            return None
        if own is not None:
            model = replace(model, **{name: move(own, most)})  # type: ignore[arg-type]
    return problem, model
