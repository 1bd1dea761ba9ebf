"""What becomes of a plan when one of its sites cannot be had, the others kept.

Every site of the plan is tried against *every* candidate in its place: that is counted, not
searched, so that "no substitute" is a fact and not the end of somebody's patience. Where none will
do, the fewest sites that mend the plan are asked for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from optimise.errors import Infeasible, Undecided
from optimise.models import CoverMost, CoverShare
from optimise.problem import Problem
from optimise.robust.ground import Ground, Sites, Stand, ground_of, near_of, prices_of
from optimise.solution import serve

__all__ = ["Refusal", "mendable", "refusals"]

#: Asks a question again; the sites come back, or a refusal to answer.
Ask = Callable[[Problem], Sites]


@dataclass(frozen=True, kw_only=True, slots=True)
class Refusal:
    """A plan without one of its sites.

    Parameters
    ----------
    site
        Without it.
    substitute
        The best single site in its place: that with which the targets are missed least, of such the
        one that covers most; -1 where none is any better than nothing.
    lost, missed
        With it: weight covered less than by the plan, and missed of the targets beyond what the
        plan misses; NaN where a quota needs a site and no single one will do.
    more
        Sites (their cost, if that is asked) beyond the plan's with which targets and quotas are met
        again, all others kept: 0 where the substitute does, infinite where no sites do, NaN where
        it was not found out.
    served
        Weight that the site serves in the plan.
    """

    site: int
    substitute: int
    lost: float
    missed: float
    more: float
    served: float

    def near(self, share: float) -> bool:
        """Whether little of the site's own weight is lost with the substitute, or missed."""
        most = share * self.served
        return self.lost <= most and self.missed <= most


def refusals(
    problem: Problem, model: CoverShare | CoverMost, base: Sites, tested: Sites, ask: Ask
) -> tuple[Refusal, ...]:
    """Try a plan without each of some of its sites.

    Parameters
    ----------
    base
        Open sites of the plan.
    tested
        Those of them that are tried.
    ask
        Solves a problem for this model; called where no single substitute will do.
    """
    stand = ground_of(problem, model).stand(base)
    assert isinstance(model.radius, float | int)
    assignment, _ = serve(problem, np.flatnonzero(stand.there).astype(np.int32), model.radius)
    some = assignment >= 0
    served = np.bincount(
        assignment[some], weights=problem.weights[some], minlength=problem.n_sites
    ).astype(np.float64)
    gains, prices = _Gains(stand), prices_of(problem, model)
    found = []
    for site in tested.tolist():
        told = _swapped(stand, gains, site, float(served[site]), prices)
        if told.more > 0:
            plain = isinstance(model, CoverShare) and model.objective == "sites"
            # One site alone never does, as all were tried: with one more there is nothing to prove.
            more = 1.0 if plain and _two_do(stand, told) else _mended(stand, site, prices, ask)
            told = replace(told, more=more)
        found.append(told)
    return tuple(found)


def mendable(problem: Problem, held: NDArray[np.bool_]) -> Problem:
    """The problem with some sites kept and every existing one that the question keeps."""
    kept = problem.existing & ~problem.closable
    return replace(
        problem,
        existing=kept,
        closable=np.zeros_like(kept),
        forced=(problem.forced | held) & ~kept,
    )


class _Gains:
    """What each site would add to a plan: in all, and to each target; counted when asked for."""

    def __init__(self, stand: Stand) -> None:
        self._stand = stand
        self._bare = stand.times == 0
        self._known: dict[int, NDArray[np.float64]] = {}

    def of(self, target: int) -> NDArray[np.float64]:
        """Weight newly covered by each site, of one target's group, or of all with -1."""
        if target not in self._known:
            ground = self._stand.ground
            rows = self._bare if target < 0 else self._bare & ground.members[target]
            self._known[target] = _added(ground, np.flatnonzero(rows))
        return self._known[target]


def _added(ground: Ground, units: NDArray[np.integer]) -> NDArray[np.float64]:
    """Weight of some units near each site."""
    near = ground.reach.take(units)
    weights = np.repeat(ground.problem.weights[units].astype(np.float64), near.lengths)
    added = np.bincount(near.indices, weights=weights, minlength=near.n_columns)
    return np.asarray(added, np.float64)


def _swapped(
    stand: Stand, gains: _Gains, site: int, served: float, prices: NDArray[np.float64]
) -> Refusal:
    """The best single site in the place of one, or nothing; ``more`` is infinite if that misses."""
    ground, problem = stand.ground, stand.ground.problem
    units = near_of(ground.cells, [site])
    lone = units[stand.times[units] == 1]
    weights = problem.weights[lone].astype(np.float64)
    lack, slack = np.maximum(0.0, stand.missed), 1e-9 * np.abs(ground.needs)
    missed = stand.missed + ground.members[:, lone] @ weights
    zone = int(problem.zones[site])
    quota = problem.quotas[zone] if 0 <= zone < len(problem.quotas) else 0
    bound_to = quota > 0 and stand.have[zone] <= quota
    may = ~stand.there & ~problem.forbidden & (prices <= prices[site])
    may[site] = False
    if bound_to:
        may &= problem.zones == zone
    if problem.budget is not None:
        room = problem.budget - float(problem.site_costs[stand.there].sum())
        may &= problem.site_costs <= problem.site_costs[site] + room
    short, without = np.zeros(problem.n_sites), 0.0
    for target in np.flatnonzero(missed > lack + slack).tolist():
        mine = lone[ground.members[target][lone]]
        added = gains.of(target) + _added(ground, mine)
        beyond = missed[target] - lack[target]
        short += np.where(beyond - added > slack[target], beyond - added, 0.0)
        without += float(beyond)
    net = gains.of(-1) + _added(ground, lone)
    # Least missed, then most covered, then the first.
    places = np.flatnonzero(may)
    order = np.lexsort((places, -net[places], short[places]))
    best = int(places[order[0]]) if len(order) else -1
    if not bound_to and (best < 0 or (short[best] >= without and net[best] <= 0)):
        lost = float(weights.sum())
        return _told(site, -1, lost, without, served)
    if best < 0:
        return _told(site, -1, np.nan, np.nan, served)
    lost = max(0.0, float(weights.sum() - net[best]))
    return _told(site, best, lost, float(short[best]), served)


def _told(site: int, substitute: int, lost: float, missed: float, served: float) -> Refusal:
    more = 0.0 if missed == 0 else np.inf
    return Refusal(
        site=site, substitute=substitute, lost=lost, missed=missed, more=more, served=served
    )


def _two_do(stand: Stand, told: Refusal) -> bool:
    """Whether the substitute and any one site more meet the targets that it alone misses."""
    ground, problem = stand.ground, stand.ground.problem
    if told.substitute < 0 or problem.max_sites is not None or problem.budget is not None:
        return False
    other = stand.exchanged(told.site, told.substitute)
    enough = np.maximum(0.0, stand.missed) + 1e-9 * np.abs(ground.needs)
    may = ~other.there & ~problem.forbidden
    may[told.site] = False
    bare = other.times == 0
    for target in np.flatnonzero(other.missed > enough).tolist():
        added = _added(ground, np.flatnonzero(bare & ground.members[target]))
        may &= other.missed[target] - added <= enough[target]
    return bool(may.any())


def _mended(stand: Stand, site: int, prices: NDArray[np.float64], ask: Ask) -> float:
    """The fewest sites beside the others that meet targets and quotas again, less the plan's."""
    problem = stand.ground.problem
    gone = np.arange(problem.n_sites) == site
    forbidden, held = problem.forbidden | gone, stand.there & ~gone
    zones = problem.zones[~forbidden & (problem.zones >= 0)]
    if (problem.quotas > np.bincount(zones, minlength=len(problem.quotas))).any():
        return np.inf
    left = replace(
        problem,
        forbidden=forbidden,
        existing=problem.existing & ~gone,
        closable=problem.closable & ~gone,
        forced=problem.forced & ~gone,
    )
    try:
        sites = ask(mendable(left, held))
    except Infeasible:
        return np.inf
    except Undecided:
        return np.nan
    return float(prices[sites].sum() - prices[stand.there].sum())
