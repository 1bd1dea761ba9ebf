"""What is minimised and what must hold, in one form for every question.

Every question without capacities is a sum of prices - of open sites, their costs, weight that
is not covered, weighted distance, missing quotas - under limits of the same five and under
targets of covered weight. Several goals in order only move from prices to limits.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimise.covering.reduce import weight_needed
from optimise.errors import BudgetShort, Fact, Infeasible, TargetShort
from optimise.incidence import narrowed, widest, within
from optimise.models import CoverAll, CoverFairly, CoverMost, CoverShare, CoverTwice, PMedian
from optimise.problem import EVERYBODY, Problem

__all__ = ["Aim", "Prices", "Target", "aim_of", "refuse_obvious"]

Question = CoverAll | CoverShare | CoverTwice | CoverMost | CoverFairly | PMedian


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """Price of each open site, each unit of its cost, of weight not covered, and so on."""

    sites: float = 0.0
    cost: float = 0.0
    people: float = 0.0
    distance: float = 0.0
    shortfall: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Target:
    """Weight of a group that must be covered, by one site or by two.

    Parameters
    ----------
    name
        Name of the group.
    units
        int32, its members.
    need
        Least weight covered.
    share
        The share that was asked for, for the record.
    times
        1, or 2 where two sites must be within the radius.
    """

    name: str
    units: NDArray[np.int32]
    need: float
    share: float
    times: int = 1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Aim:
    """One question in neutral terms.

    Parameters
    ----------
    problem
        Travel without the pairs that are beyond a unit's own radius.
    radius
        Pairs beyond it are out of reach.
    prices
        What is minimised.
    targets
        What must be covered.
    fair
        Groups of which the largest uncovered share is added to what is minimised.
    far
        Impedance that counts for a unit that no open site reaches; None: each unit that weighs
        something must be reached wherever distance matters.
    most_sites, most_cost, most_distance, most_short
        Limits; the quotas may be missed by ``most_short`` sites altogether.
    """

    problem: Problem
    radius: float
    prices: Prices
    targets: tuple[Target, ...] = ()
    fair: tuple[str, ...] = ()
    far: float | None = None
    most_sites: int | None = None
    most_cost: float | None = None
    most_distance: float = math.inf
    most_short: float = 0.0

    @property
    def by_distance(self) -> bool:
        """Whether it matters how far a unit's nearest site is, not only whether it has one."""
        return self.prices.distance > 0 or math.isfinite(self.most_distance)


def aim_of(problem: Problem, model: Question) -> Aim:
    """Bring a question into neutral terms.

    The targets of an aim are exact weights; shares are turned into them as the covering engine
    does.
    """
    most, own = problem.max_sites, getattr(model, "max_sites", None) or getattr(model, "p", None)
    if isinstance(model, CoverMost | CoverFairly):
        own = model.max_sites
    if own is not None:
        most = problem.most(own)
    if isinstance(model, PMedian):
        return Aim(
            problem=problem,
            radius=math.inf if model.radius is None else float(model.radius),
            prices=Prices(distance=1.0),
            far=model.unserved_cost,
            most_sites=most,
            most_cost=problem.budget,
        )
    near = narrowed(problem, model.radius)
    aim = Aim(
        problem=near,
        radius=widest(model.radius),
        prices=Prices(),
        most_sites=most,
        most_cost=problem.budget,
    )
    match model:
        case CoverMost():
            return replace(aim, prices=Prices(people=1.0))
        case CoverFairly():
            return replace(aim, fair=model.groups)
    prices = Prices(sites=1.0) if model.objective == "sites" else Prices(cost=1.0)
    match model:
        case CoverAll():
            shares: list[tuple[str, float, int]] = [(EVERYBODY, 1.0, 1)]
        case CoverShare():
            shares = [(name, share, 1) for name, share in model.targets]
        case CoverTwice():
            shares = [(name, share, 1) for name, share in model.targets]
            shares += [(name, share, 2) for name, share in model.backup]
    targets = []
    for name, share, times in shares:
        units = near.members(name)
        total = float(near.weights[units].sum())
        need = weight_needed(near, share, total)
        targets.append(Target(name=name, units=units, need=need, share=float(share), times=times))
    return replace(aim, prices=prices, targets=tuple(targets))


def refuse_obvious(aim: Aim) -> None:
    """Refuse what can be seen to be impossible without any search.

    Raises
    ------
    Infeasible
        With a :class:`BudgetShort` where the kept sites and the quotas alone are too many, and a
        :class:`TargetShort` for each target beyond reach with every allowed site open.
    """
    problem = aim.problem
    facts: list[Fact] = []
    zones = problem.zones[problem.kept & (problem.zones >= 0)]
    lacking = problem.quotas - np.bincount(zones, minlength=len(problem.quotas))
    existing, new = int(problem.kept.sum()), int(np.maximum(lacking, 0).sum())
    forgiven = int(min(aim.most_short, new))
    if aim.most_sites is not None and existing + new - forgiven > aim.most_sites:
        facts.append(
            BudgetShort(
                max_sites=aim.most_sites,
                least=existing + new - forgiven,
                existing=existing,
                new_for_quotas=new,
            )
        )
    facts += _short(aim)
    if facts:
        raise Infeasible(tuple(facts))


def _short(aim: Aim) -> list[TargetShort]:
    problem = aim.problem
    reach = within(problem.travel, aim.radius, problem.n_sites)
    allowed = (~problem.forbidden).astype(np.int64)
    before = np.concatenate([[0], np.cumsum(allowed[reach.indices])])
    have = before[reach.indptr[1:]] - before[reach.indptr[:-1]]
    targets = list(aim.targets)
    if aim.by_distance and aim.far is None:
        everybody = problem.members(EVERYBODY)
        served = bool((have[problem.weights > 0] > 0).all())
        need = 0.0 if served else math.inf
        targets.append(Target(name=EVERYBODY, units=everybody, need=need, share=1.0))
    short = []
    for target in targets:
        weights = problem.weights[target.units].astype(np.float64)
        enough = have[target.units] >= target.times
        most, total = float(weights[enough].sum()), float(weights.sum())
        if most < target.need:
            short.append(
                TargetShort(
                    group=target.name,
                    share=target.share,
                    attainable=most / total,
                    total=total,
                    coverable=most,
                    stranded=target.units[~enough & (weights > 0)],
                )
            )
    return short
