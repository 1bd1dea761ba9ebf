"""One step of the p-center search: whether so many sites are enough at a radius.

A set covering question with the number of sites given. It is answered by the cheapest argument
that settles it:

    reduce (rows, columns, single sites) -> disjoint rows -> greedy -> Lagrangian bound and
    annealing in turn -> linear relaxation, reduced costs, reduce again -> short branch and cut
    -> long annealing -> branch and cut
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.center.rows import disjoint_rows
from optimise.covering.anneal import anneal
from optimise.covering.bound import Dual, judge, subgradient
from optimise.covering.core import Core, must_cover, settle, shrink, value_of
from optimise.covering.greedy import complete
from optimise.formulate import formulate
from optimise.milp import Limits, minimise, relax
from optimise.watch import Watch

__all__ = ["Answer", "ask"]

#: Annealing moves and subgradient steps of each turn.
_TURNS = ((10_000, 60), (60_000, 200))
#: Annealing moves once the quick arguments are at an end, and the temperature at the start of all:
#: below that of `anneal` alone, because plans here are almost feasible from the beginning.
_LONG_MOVES, _HEAT = 800_000, 0.5
#: Rounds of branch and cut times entries, at first and at last, and the least rounds.
_WORK, _LEAST_ROUNDS = (1e5, 2e7), (10, 100)
#: Entries beyond which branch and cut is not tried.
_MILP_ENTRIES = 400_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Answer:
    """What is known about one radius.

    Parameters
    ----------
    sites
        int32, new sites that are enough; None if there are none or none were found.
    excluded
        True if it is proven that no plan exists.
    by
        What settled it; "nothing" if it stayed open.
    """

    sites: NDArray[np.int32] | None
    excluded: bool
    by: str


def _yes(core: Core, plan: NDArray[np.integer], by: str) -> Answer:
    return Answer(sites=core.sites_of(plan), excluded=False, by=by)


def _no(by: str) -> Answer:
    return Answer(sites=None, excluded=True, by=by)


def ask(core: Core, limit: int, watch: Watch, *, seed: int, thorough: bool) -> Answer:
    """Tell whether at most ``limit`` columns cover every row of a core and hold its quotas.

    Parameters
    ----------
    core
        Unreduced, every cost 1, one target that needs every row, no budget.
    limit
        The most columns that may be opened.
    thorough
        Whether to branch and cut for long; a first look at many radii does so shortly.
    """
    core = shrink(core)
    if not len(core.sites):
        return _by_count(core, limit, "reduction")
    least = core.offset + max(disjoint_rows(core.reach), float(core.quota.sum()))
    if least > limit:
        return _no("disjoint rows")
    plan = complete(core)
    if value_of(core, plan) <= limit:
        return _yes(core, plan, by="greedy")
    dual = None
    for turn, (moves, steps) in enumerate(_TURNS):
        if watch.look("search", 0.0) is not None:
            return Answer(sites=None, excluded=False, by="nothing")
        dual = subgradient(core, limit + 1.0, steps=steps, start=dual)
        if core.round_up(dual.value) > limit:
            return _no("Lagrangian relaxation")
        plan = anneal(core, plan, moves=moves, seed=seed + turn, goal=float(limit), heat=_HEAT)
        if value_of(core, plan) <= limit:
            return _yes(core, plan, by="annealing")
    assert dual is not None
    return _prove(core, limit, dual, watch, seed=seed, thorough=thorough)


def _by_count(core: Core, limit: int, by: str) -> Answer:
    nothing = np.zeros(0, dtype=np.int64)
    return _yes(core, nothing, by=by) if core.offset <= limit else _no(by)


def _prove(
    core: Core,
    limit: int,
    dual: Dual,
    watch: Watch,
    *,
    seed: int,
    thorough: bool,
) -> Answer:
    """Settle it by the linear relaxation, what it fixes, and branch and cut on the rest."""
    while watch.look("prove", 0.0) is None:
        relaxed = relax(formulate(core), watch)
        if relaxed is not None:
            better = judge(core, *_prices(core, relaxed.duals))
            dual = max(dual, better, key=lambda one: one.value)
            if core.round_up(dual.value) > limit:
                return _no("linear relaxation")
        spare = limit - dual.value + 1e-6
        opened, dropped = -dual.reduced > spare, dual.reduced > spare
        if not (opened.any() or dropped.any()):
            break
        before = len(core.sites)
        settled = settle(core, opened, dropped)
        if settled is None:
            return _no("reduced costs")
        core = settled
        if not len(core.sites):
            return _by_count(core, limit, "reduced costs")
        plan = anneal(
            core, complete(core), moves=_TURNS[0][0], seed=seed, goal=float(limit), heat=_HEAT
        )
        if value_of(core, plan) <= limit:
            return _yes(core, plan, by="annealing")
        if len(core.sites) > 0.7 * before:
            break
        dual = subgradient(core, limit + 1.0, steps=_TURNS[0][1])
    answer = _branch(core, limit, watch, seed=seed, thorough=False)
    if answer.by != "nothing" or watch.look("search", 0.0) is not None:
        return answer
    plan = anneal(core, complete(core), moves=_LONG_MOVES, seed=seed, goal=float(limit), heat=_HEAT)
    if value_of(core, plan) <= limit:
        return _yes(core, plan, by="annealing")
    if not thorough:
        return answer
    return _branch(core, limit, watch, seed=seed, thorough=True)


def _prices(
    core: Core, duals: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Prices of the rows and of the target, from the rows of the programme.

    Every row must be covered, so that the programme keeps their order.
    """
    assert must_cover(core).all()
    return duals[: core.reach.n_rows], -duals[core.reach.n_rows + len(core.quota) :]


def _branch(core: Core, limit: int, watch: Watch, *, seed: int, thorough: bool) -> Answer:
    entries = len(core.reach.indices)
    if entries > _MILP_ENTRIES or watch.look("prove", 0.0) is not None:
        return Answer(sites=None, excluded=False, by="nothing")
    work = max(_LEAST_ROUNDS[thorough], int(_WORK[thorough] / entries))
    found = minimise(
        formulate(core),
        Limits(tolerance=0.0, easy_work=work, work=work, cutoff=limit + 0.5),
        watch,
        seed=seed,
    )
    if found.values is not None:
        chosen = np.flatnonzero(found.values[: len(core.sites)] > 0.5)
        if value_of(core, chosen) <= limit:
            return _yes(core, chosen, by="HiGHS")
    if found.bound > limit + 1e-6:
        return _no("HiGHS")
    return Answer(sites=None, excluded=False, by="nothing")
