"""One case: its best plan, with as much of the base plan as can be, and how that one fares."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.errors import Fact, Infeasible, Undecided
from optimise.incidence import reach_within
from optimise.models import CoverMost, CoverShare
from optimise.problem import Problem
from optimise.robust.cases import Fared, fare
from optimise.robust.ground import Stand, ground_of, prices_of
from optimise.robust.refusals import mendable
from optimise.run import Run
from optimise.solution import Solution
from optimise.solve import solve
from optimise.travel import Travel

__all__ = ["CaseAnswer", "Question", "Sites", "answer_of", "asked", "regret_of"]

#: Swaps tried in a case at most.
_MOST_SWAPS = 300

Sites = NDArray[np.int32]
Question = CoverShare | CoverMost


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class CaseAnswer:
    """The best plan of a case, and how the base plan fares in it.

    Parameters
    ----------
    open_sites
        None where the case has no plan (``facts`` say why) or none was found in time.
    objective, value, bound
        Of the question: people covered, or sites (their cost).
    people
        Weight that the best plan covers.
    base
        How the base plan fares.
    regret
        Weight that the base plan covers less than the best one ("people"), or misses of the
        targets ("sites", "cost"); None where there is no best one.
    mended
        Sites of the base plan, those that can be had, with the fewest (cheapest) added that the
        question needs; None where it asks for people or there is no such plan.
    """

    name: str
    open_sites: Sites | None
    objective: str
    value: float
    bound: float
    people: float
    base: Fared
    regret: float | None
    mended: Sites | None
    facts: tuple[Fact, ...] = ()


def answer_of(name: str, problem: Problem, model: Question, base: Sites, run: Run) -> CaseAnswer:
    """Answer the question in a case (:func:`optimise.robust.cases.cased`)."""
    fared = fare(problem, model, base)
    kind = "people" if isinstance(model, CoverMost) else model.objective
    nothing = CaseAnswer(
        name=name,
        open_sites=None,
        objective=kind,
        value=np.nan,
        bound=np.nan,
        people=np.nan,
        base=fared,
        regret=None,
        mended=None,
    )
    if run.watch.stopped is not None:
        return nothing
    try:
        free, sites = _loyal(problem, model, base, run)
    except Infeasible as reason:
        return replace(nothing, facts=reason.facts)
    except Undecided:
        return nothing
    sites = _closer(problem, model, base, sites)
    people = fare(problem, model, sites).covered
    answer = replace(
        nothing,
        open_sites=sites,
        value=_worth(problem, model, sites),
        bound=free,
        people=people,
        regret=regret_of(problem, model, base, people),
    )
    if isinstance(model, CoverMost):
        return answer
    held = np.zeros(problem.n_sites, np.bool_)
    held[base[~problem.forbidden[base]]] = True
    try:
        mended = asked(mendable(problem, held), model, run).open_sites
    except (Infeasible, Undecided):
        return answer
    if _worth(problem, model, mended) > answer.value:
        return replace(answer, mended=mended)
    # Nothing is lost by keeping the whole base plan.
    value = _worth(problem, model, mended)
    people = fare(problem, model, mended).covered
    return replace(
        answer,
        open_sites=mended,
        value=value,
        bound=min(answer.bound, value),
        people=people,
        mended=mended,
    )


def _closer(problem: Problem, model: Question, base: Sites, sites: Sites) -> Sites:
    """Swap newcomers for sites of the base plan where the plan is no worse for it.

    What the proof cannot tell apart within its gap would else look like a site that is not needed.
    """
    stand = ground_of(problem, model).stand(sites)
    most = isinstance(model, CoverMost)
    prices = prices_of(problem, model)
    mine = base[~problem.forbidden[base]]
    tried = 0
    for gone in mine[~stand.there[mine]].tolist():
        new = np.flatnonzero(stand.there & ~problem.kept)
        for newcomer in new[~np.isin(new, base)].tolist():
            tried += 1
            if tried > _MOST_SWAPS:
                return _open(stand)
            if not most and prices[gone] > prices[newcomer]:
                continue
            other = stand.exchanged(newcomer, gone)
            if other.good and not (most and other.covered < stand.covered):
                stand = other
                break
    return _open(stand)


def _open(stand: Stand) -> Sites:
    return np.flatnonzero(stand.there).astype(np.int32)


def _loyal(problem: Problem, model: Question, base: Sites, run: Run) -> tuple[float, Sites]:
    """Bound of the question, and the best plan with the most of the base plan's sites."""
    held = np.zeros(problem.n_sites, np.bool_)
    held[base] = True
    held &= ~problem.forbidden
    m = problem.n_sites + 1
    if isinstance(model, CoverMost):
        found = asked(_endeared(problem, model, held, m), model, run)
        # A bound on m times the people and the sites kept bounds the people.
        bound = found.bound / m
        if problem.weights.dtype.kind == "i":
            bound = float(np.floor(bound + 1e-9))
    else:
        costs: NDArray[Any] = np.ones(problem.n_sites, np.int64)
        if model.objective == "cost":
            costs = problem.site_costs
        whole = costs.dtype.kind == "i"
        spare = 1 if whole else 1e-6 * max(float(costs.mean()), 1e-9) / m
        dear = costs * m + ~held if whole else costs + spare * ~held
        found = asked(replace(problem, site_costs=dear), replace(model, objective="cost"), run)
        bound = found.bound / m if whole else found.bound - spare * m
        if whole:
            # Strangers add less than one to the quotient.
            bound = float(max(0, np.ceil(bound - (m - 1) / m - 1e-9)))
    sites = found.open_sites
    fared = fare(problem, model, base)
    mine = np.flatnonzero(held | problem.kept).astype(np.int32)
    good = fared.short == 0 and fared.quotas_short == 0 and not (problem.kept & ~held).any()
    if isinstance(model, CoverMost):
        good &= len(mine) <= problem.most(model.max_sites)
        if good and fared.covered >= _worth(problem, model, sites):
            sites = mine
        return max(bound, _worth(problem, model, sites)), sites
    if good and _worth(problem, model, mine) <= _worth(problem, model, sites):
        sites = mine
    return min(bound, _worth(problem, model, sites)), sites


def _endeared(problem: Problem, model: CoverMost, held: NDArray[np.bool_], times: int) -> Problem:
    """Weights ``times`` as large, and 1 for each site of the base plan that only it can serve."""
    loose = np.flatnonzero(held & ~problem.kept).astype(np.int32)
    assert isinstance(model.radius, float | int)
    reach, far = reach_within(problem.travel, model.radius, problem.n_sites)
    last = reach.indptr[-1]
    weights = problem.weights * times
    return replace(
        problem,
        weights=np.concatenate([weights, np.ones(len(loose), weights.dtype)]),
        travel=Travel(
            indptr=np.concatenate([reach.indptr, last + 1 + np.arange(len(loose))]),
            indices=np.concatenate([reach.indices, loose]),
            impedance=np.concatenate([far, np.zeros(len(loose))]),
            cutoff=problem.travel.cutoff,
        ),
    )


def asked(problem: Problem, model: Question, run: Run) -> Solution:
    """Ask a question with the options of a run, in what is left of its time."""
    return solve(
        problem,
        model,
        gap=run.gap,
        seed=run.seed,
        effort="exact" if run.exact else "quick",
        time_limit_s=run.watch.left_s(),
    )


def _worth(problem: Problem, model: Question, sites: Sites) -> float:
    if isinstance(model, CoverMost):
        return fare(problem, model, sites).covered
    if model.objective == "sites":
        return float(len(sites))
    return float(problem.site_costs[sites].sum())


def regret_of(problem: Problem, model: Question, plan: Sites, best: float) -> float:
    """Weight that a plan covers less than ``best`` in a case, or misses of the targets."""
    fared = fare(problem, model, plan)
    if isinstance(model, CoverMost):
        return max(0.0, best - fared.covered)
    return fared.short
