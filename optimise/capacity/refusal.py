"""Why a question with capacities has no answer."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimise.capacity.ground import Ground
from optimise.capacity.ledger import Ledger
from optimise.capacity.plan import serve_by, served_by
from optimise.capacity.pursue import pursue
from optimise.capacity.rows import compact
from optimise.errors import (
    BudgetShort,
    CapacityShort,
    CostShort,
    Fact,
    RulesClash,
    SitesShort,
)
from optimise.milp import Limits, minimise
from optimise.problem import EVERYBODY, Problem
from optimise.run import Run

__all__ = ["check_capacities", "check_counts", "reasons"]

#: Rules looked at one by one; with more of them whole kinds are told.
_MANY_RULES = 40
_COUNTS = ("max_sites", "p")


def check_counts(problem: Problem, own: int | None) -> tuple[Fact, ...]:
    """Kept sites and quotas against the most that may be open."""
    zones = problem.zones[problem.kept & (problem.zones >= 0)]
    lacking = problem.quotas - np.bincount(zones, minlength=len(problem.quotas))
    existing, new = int(problem.kept.sum()), int(np.maximum(lacking, 0).sum())
    most = problem.most(own)
    if existing + new <= most:
        return ()
    return (
        BudgetShort(max_sites=most, least=existing + new, existing=existing, new_for_quotas=new),
    )


def check_capacities(ground: Ground) -> tuple[Fact, ...]:
    """Targets against all sites there are, everything open and units split."""
    facts: list[Fact] = []
    free = _free(ground)
    every = np.ones(len(ground.sites), dtype=np.bool_)
    for name, members, need in _asked(ground):
        pairs, flow, _, _ = serve_by(free, every, members.astype(np.float64))
        served = served_by(free, pairs, flow)
        most = float(served[members].sum())
        if most < need - ground.lack:
            facts.append(CapacityShort(group=name, need=need, most=most))
    return tuple(facts)


def _asked(ground: Ground) -> list[tuple[str, NDArray[np.bool_], float]]:
    asked = []
    if ground.must.any():
        asked.append((EVERYBODY, ground.must, float(ground.weight[ground.must].sum())))
    for number, name in enumerate(ground.groups):
        members = ground.inside[[number]].toarray()[0] > 0
        asked.append((name, members, float(ground.need[number])))
    return asked


def _free(ground: Ground) -> Ground:
    """The same where serving costs nothing and units are split."""
    pairs = np.zeros(len(ground.cost))
    return replace(ground, cost=pairs, site_cost=pairs, split=True)


def reasons(problem: Problem, ground: Ground, run: Run) -> tuple[Fact, ...]:
    """Facts about a ground that is proven to have no plan."""
    bare = _without(ground, [])
    if math.isinf(_answer(bare, run).bound):
        return _packing(ground, run)
    kinds = {kind for kind, _ in ground.names}
    if kinds & set(_COUNTS):
        loose = _answer(_priced(_less(ground, _COUNTS), np.ones(len(ground.sites))), run)
        if loose.plan is not None:
            least = max(ground.most + 1, math.ceil(loose.bound - 1e-6))
            enough = round(loose.value)
            return (SitesShort(max_sites=ground.most, least=least, enough=enough),)
    if problem.budget is not None:
        costs = problem.site_costs[ground.sites].astype(np.float64)
        loose = _answer(_priced(_less(ground, ("budget",)), costs), run)
        if loose.plan is not None:
            least_cost = max(problem.budget, loose.bound)
            return (CostShort(budget=problem.budget, least=least_cost, enough=loose.value),)
    return (RulesClash(rules=_clash(ground, run)),)


def _answer(ground: Ground, run: Run) -> Ledger:
    return pursue(ground, replace(run, gap=max(run.gap, 1e-6), exact=True))


def _priced(ground: Ground, fixed: NDArray[np.float64]) -> Ground:
    """The same where only opening columns costs something."""
    pairs = np.zeros(len(ground.cost))
    return replace(ground, fixed=fixed, cost=pairs, site_cost=pairs, grain=None)


def _less(ground: Ground, kinds: tuple[str, ...]) -> Ground:
    return _without(ground, [at for at, (kind, _) in enumerate(ground.names) if kind not in kinds])


def _without(ground: Ground, rows: list[int]) -> Ground:
    """The same with only some of its side constraints."""
    names = tuple(ground.names[at] for at in rows)
    quota = np.zeros_like(ground.quota)
    for kind, zone in names:
        if kind == "quota":
            quota[zone] = ground.quota[zone]
    counted = any(kind in _COUNTS for kind, _ in names)
    return replace(
        ground,
        matrix=ground.matrix[rows],
        lower=ground.lower[rows],
        upper=ground.upper[rows],
        names=names,
        quota=quota,
        most=ground.most if counted else len(ground.sites),
    )


def _clash(ground: Ground, run: Run) -> tuple[tuple[str, int], ...]:
    """Leave out what is not needed for the contradiction: whole kinds, then one by one."""
    left = list(range(len(ground.names)))
    for kind in sorted({kind for kind, _ in ground.names}):
        rest = [at for at in left if ground.names[at][0] != kind]
        if math.isinf(_answer(_without(ground, rest), run).bound):
            left = rest
    if len(left) <= _MANY_RULES:
        for at in list(left):
            rest = [other for other in left if other != at]
            if run.watch.look("prove", 0.9) is None and math.isinf(
                _answer(_without(ground, rest), run).bound
            ):
                left = rest
    names = [ground.names[at] for at in left]
    return tuple(
        dict.fromkeys(("max_sites", 0) if kind in _COUNTS else (kind, nth) for kind, nth in names)
    )


def _packing(ground: Ground, run: Run) -> tuple[Fact, ...]:
    """What can be served of each target, everything open: units whole, others' targets held."""
    facts: list[Fact] = []
    asked = _asked(ground)
    for name, members, need in asked:
        rows = np.flatnonzero(members)
        loose = replace(ground, must=np.zeros_like(ground.must))
        every = np.ones_like(ground.kept)
        loose = replace(loose, need=np.zeros(0), inside=ground.inside[:0], kept=every)
        milp = compact(_without(loose, []), goal=1.0).milp
        row = ground.row_of
        gain = np.where(members[row], ground.weight[row], 0.0)
        size = max(1.0, float(gain.sum()))
        cost = np.concatenate([np.zeros(len(ground.sites)), -gain / size * 1e3])
        found = minimise(
            replace(milp, cost=cost),
            Limits(tolerance=0.0, easy_work=10**9, work=2000),
            run.watch,
            heuristics=True,
        )
        most = min(float(ground.weight[rows].sum()), -found.bound * size / 1e3)
        if most < need - ground.lack:
            facts.append(CapacityShort(group=name, need=need, most=most))
    if not facts:
        # Each target can be met, but not all of them together.
        name, _, need = asked[-1]
        facts.append(CapacityShort(group=name, need=need, most=need))
    return tuple(facts)
