"""The core of a plan: what is chosen however things turn out, and what stands in for the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from optimise.checks import refuse
from optimise.errors import Fact, Infeasible, Undecided
from optimise.incidence import reach_within
from optimise.models import CoverMost, CoverShare
from optimise.problem import Problem
from optimise.robust.cases import Case, Fared, cased, fare
from optimise.run import Run, run_of
from optimise.solution import Solution, serve
from optimise.solve import solve
from optimise.travel import Travel
from optimise.watch import Progress

__all__ = ["CaseAnswer", "RobustCore", "Role", "SiteRole", "robust_core"]

#: Swaps tried in a case at most.
_MOST_SWAPS = 300

Sites = NDArray[np.int32]
Question = CoverShare | CoverMost

Role = Literal["standing", "core", "replaceable", "later"]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteRole:
    """What a site of the base plan is.

    Parameters
    ----------
    role
        ``"standing"``: it is there already; ``"core"``: chosen in every case in which it can be
        had; ``"replaceable"``: where it is missing another site mostly takes its people;
        ``"later"``: where it is missing mostly none does.
    chosen, allowed
        Cases that chose it, of so many that could and had a plan.
    substitute
        Site, not of the base plan, that most often took most of its people where it was missing
        (or, where none took any, its place in the zone), -1 for none; ``stood_in``: in so many of
        the ``missing`` cases.
    """

    site: int
    role: Role
    chosen: int
    allowed: int
    missing: int
    substitute: int
    stood_in: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RobustCore:
    """A plan held against every case.

    Parameters
    ----------
    base
        Its open sites.
    answers
        One for each case.
    sites
        One for each site of the base plan.
    regrets
        float64[1 + cases, cases], regret of the base plan (row 0) and of each case's plan in every
        case; NaN where there is no plan.
    stopped
        "gap", or what ended a question early.
    """

    base: Sites
    answers: tuple[CaseAnswer, ...]
    sites: tuple[SiteRole, ...]
    regrets: NDArray[np.float64]
    stopped: str
    seconds: float

    @property
    def steadiest(self) -> int:
        """Row of ``regrets`` with the least greatest regret; of equals the first."""
        worst = np.array(
            [np.inf if np.isnan(row).all() else np.nanmax(row) for row in self.regrets]
        )
        return int(np.argmin(worst)) if len(worst) else 0


def robust_core(
    problem: Problem,
    model: Question,
    base: Sites,
    cases: Sequence[Case],
    *,
    gap: float = 0.01,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 120.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> RobustCore:
    """Ask a question again in every case, and see what becomes of a plan.

    Of plans that are equally good each case takes one with the most sites of the base plan, so
    that a site is missing only where that pays; no worse than the base plan, it is the base plan.

    Parameters
    ----------
    model
        :class:`~optimise.CoverShare` or :class:`~optimise.CoverMost`, one radius for everybody.
    base
        Open sites of the plan in question.
    gap, seed, effort, time_limit_s, progress, cancel
        As in :func:`optimise.solve`, time and progress for all cases together.

    Raises
    ------
    ProblemError
        For a case that does not fit, linked sites or several radii.
    """
    began = time.monotonic()
    if not isinstance(model, CoverShare | CoverMost):
        raise refuse("robust_core.model", f"{type(model).__name__}", "Ask for coverage.")
    if isinstance(model.radius, tuple):
        raise refuse("model.radius", f"{model.radius!r:.60}", "Give one radius for everybody.")
    names = [case.name for case in cases]
    if len(set(names)) < len(names):
        raise refuse("robust_core.cases", f"{names!r:.80}", "Name each case once.")
    run = run_of(
        gap=gap,
        seed=seed,
        effort=effort,
        time_limit_s=time_limit_s,
        progress=progress,
        cancel=cancel,
    )
    base = np.sort(np.asarray(base, dtype=np.int32))
    model = replace(model, tie_break=None)
    answers, problems = [], []
    for number, case in enumerate(cases):
        run.watch.look("search", number / max(1, len(cases)))
        problems.append(cased(problem, case))
        answers.append(_answer(case.name, problems[-1], model, base, run))
    plans = [base, *(answer.open_sites for answer in answers)]
    regrets = np.full((len(plans), len(cases)), np.nan)
    for row, plan in enumerate(plans):
        for column, answer in enumerate(answers):
            if plan is not None and answer.open_sites is not None:
                regrets[row, column] = _regret(problems[column], model, plan, answer.people)
    return RobustCore(
        base=base,
        answers=tuple(answers),
        sites=_roles(problem, model, base, problems, answers),
        regrets=regrets,
        stopped=run.watch.stopped or "gap",
        seconds=time.monotonic() - began,
    )


def _answer(name: str, problem: Problem, model: Question, base: Sites, run: Run) -> CaseAnswer:
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
        regret=_regret(problem, model, base, people),
    )
    if isinstance(model, CoverMost):
        return answer
    held = np.zeros(problem.n_sites, np.bool_)
    held[base[~problem.forbidden[base]]] = True
    kept = problem.existing & ~problem.closable
    forced = replace(
        problem,
        existing=kept,
        closable=np.zeros_like(kept),
        forced=(problem.forced | held) & ~kept,
    )
    try:
        mended = _solve(forced, model, run).open_sites
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
    worth = _worth(problem, model, sites)
    most = isinstance(model, CoverMost)
    mine = {site for site in base.tolist() if not problem.forbidden[site]}
    there = set(sites.tolist())
    tried = 0
    for gone in sorted(mine - there):
        for newcomer in sorted(there - mine):
            if problem.kept[newcomer]:
                continue
            tried += 1
            if tried > _MOST_SWAPS:
                return np.array(sorted(there), np.int32)
            other = np.array(sorted((there - {newcomer}) | {gone}), np.int32)
            fared = fare(problem, model, other)
            now = _worth(problem, model, other)
            good = now >= worth if most else now <= worth
            if good and fared.short == 0 and fared.quotas_short == 0:
                there = (there - {newcomer}) | {gone}
                break
    return np.array(sorted(there), np.int32)


def _loyal(problem: Problem, model: Question, base: Sites, run: Run) -> tuple[float, Sites]:
    """Bound of the question, and the best plan with the most of the base plan's sites."""
    held = np.zeros(problem.n_sites, np.bool_)
    held[base] = True
    held &= ~problem.forbidden
    m = problem.n_sites + 1
    if isinstance(model, CoverMost):
        found = _solve(_endeared(problem, model, held, m), model, run)
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
        found = _solve(replace(problem, site_costs=dear), replace(model, objective="cost"), run)
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


def _solve(problem: Problem, model: Question, run: Run) -> Solution:
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


def _regret(problem: Problem, model: Question, plan: Sites, best: float) -> float:
    fared = fare(problem, model, plan)
    if isinstance(model, CoverMost):
        return max(0.0, best - fared.covered)
    return fared.short


def _roles(
    problem: Problem,
    model: Question,
    base: Sites,
    problems: list[Problem],
    answers: list[CaseAnswer],
) -> tuple[SiteRole, ...]:
    assert isinstance(model.radius, float | int)
    assignment, _ = serve(problem, base, model.radius)
    chosen, allowed, missing = (np.zeros(problem.n_sites, np.int64) for _ in range(3))
    stood: dict[int, dict[int, tuple[int, float]]] = {int(site): {} for site in base}
    own = np.zeros(problem.n_sites, np.bool_)
    own[base] = True
    for case, answer in zip(problems, answers, strict=True):
        if answer.open_sites is None:
            continue
        there = np.zeros(problem.n_sites, np.bool_)
        there[answer.open_sites] = True
        allowed[~case.forbidden] += 1
        chosen[there] += 1
        missing[own & ~there] += 1
        newcomers = there & ~own
        gone = own & ~there
        if not newcomers.any() or not gone.any():
            continue
        taken = _taken(case, model.radius, assignment, gone, newcomers)
        for site in np.flatnonzero(gone).tolist():
            if site not in taken and problem.zones[site] >= 0:
                # Where nobody takes its people: a newcomer that takes its place in the quota.
                near = np.flatnonzero(newcomers & (problem.zones == problem.zones[site]))
                if len(near):
                    taken[site] = int(near[0]), 0.0
            if site in taken:
                other, weight = taken[site]
                times, before = stood[site].get(other, (0, 0.0))
                stood[site][other] = times + 1, before + weight
    found = []
    for site in base.tolist():
        best, times = -1, 0
        if stood[site]:
            ranked = sorted(stood[site].items(), key=lambda item: (*(-x for x in item[1]), item[0]))
            best, times = ranked[0][0], ranked[0][1][0]
        replaced = sum(count for count, _ in stood[site].values())
        role: Role = "later"
        if problem.existing[site] and not problem.closable[site]:
            role = "standing"
        elif chosen[site] == allowed[site] and allowed[site] > 0:
            role = "core"
        elif 2 * replaced >= missing[site] and replaced:
            role = "replaceable"
        found.append(
            SiteRole(
                site=site,
                role=role,
                chosen=int(chosen[site]),
                allowed=int(allowed[site]),
                missing=int(missing[site]),
                substitute=best,
                stood_in=times,
            )
        )
    return tuple(found)


def _taken(
    case: Problem,
    radius: float,
    assignment: Sites,
    gone: NDArray[np.bool_],
    newcomers: NDArray[np.bool_],
) -> dict[int, tuple[int, float]]:
    """Newcomer within the radius of most people of each site that is gone, and how many."""
    reach, _ = reach_within(case.travel, radius, case.n_sites)
    units = np.flatnonzero((assignment >= 0) & gone[assignment])
    weight: dict[tuple[int, int], float] = {}
    for unit in units.tolist():
        near = reach.indices[reach.indptr[unit] : reach.indptr[unit + 1]]
        for other in near[newcomers[near]].tolist():
            key = int(assignment[unit]), other
            weight[key] = weight.get(key, 0.0) + float(case.weights[unit])
    best: dict[int, tuple[int, float]] = {}
    for (site, other), people in sorted(weight.items()):
        if people > 0 and people > best.get(site, (-1, 0.0))[1]:
            best[site] = other, people
    return best
