"""Good openings at once: each year's best plan in turn, and the others fitted round it.

With a year as anchor its own plan is found first; years before it choose among its sites, years
after it keep them. Every choice is a question of its own to the covering engine; of all anchors
the best wins.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from optimise.errors import Infeasible, ProblemError, Undecided
from optimise.incidence import reach_within
from optimise.models import CoverMost, CoverShare
from optimise.phases.plan import counted, opened_of, people_years
from optimise.phases.question import NEVER, Phases
from optimise.problem import EVERYBODY, Problem
from optimise.run import Run
from optimise.solution import Solution
from optimise.solve import solve
from optimise.travel import Travel

__all__ = ["best_start", "holds", "year_alone"]

Sites = NDArray[np.int32]


def best_start(phases: Phases, run: Run, free: list[Solution]) -> tuple[Sites, str] | None:
    """Openings of the best anchor, and its name; None if no anchor holds every rule."""
    best: tuple[float, Sites, str] | None = None
    for anchor in range(len(phases.years)):
        nested = _round(phases, run, anchor, free[anchor].open_sites)
        if nested is None or run.watch.stopped is not None:
            continue
        opened = opened_of(nested, phases.problem.n_sites)
        if holds(phases, opened):
            value = people_years(phases, counted(phases, opened)) - phases.changes(opened)
            if best is None or value > best[0]:
                best = value, opened, phases.years[anchor].name
    return None if best is None else best[1:]


def holds(phases: Phases, opened: Sites) -> bool:
    """Whether openings keep every rule."""
    problem = phases.problem
    if (opened[problem.forced] == NEVER).any() or (opened[problem.forbidden] != NEVER).any():
        return False
    if (opened[problem.existing & ~problem.closable] != 0).any():
        return False
    for number, year in enumerate(phases.years):
        there = (opened != NEVER) & (opened <= number)
        if year.max_sites is not None and there.sum() > year.max_sites:
            return False
        cost = float(problem.site_costs[there].sum())
        if year.budget is not None and cost > year.budget + 1e-9 * max(1.0, year.budget):
            return False
        zones = problem.zones[there & (problem.zones >= 0)]
        if (np.bincount(zones, minlength=len(problem.quotas)) < phases.quotas(number)).any():
            return False
        if year.targets and not _met(phases, number, np.flatnonzero(there).astype(np.int32)):
            return False
    return True


def _met(phases: Phases, number: int, there: Sites) -> bool:
    """Whether the targets of a year are met: asked of the engine with nothing left to decide."""
    alone = phases.alone(number)
    fixed = np.zeros(alone.n_sites, np.bool_)
    fixed[there] = True
    # Nothing may be added: what is not open is forbidden.
    problem = replace(
        alone,
        existing=fixed,
        closable=np.zeros_like(fixed),
        forced=np.zeros_like(fixed),
        forbidden=~fixed,
        quotas=np.zeros_like(alone.quotas),
        max_sites=None,
        budget=None,
    )
    model = CoverShare(radius=phases.radius, targets=phases.years[number].targets, tie_break=None)
    try:
        solve(problem, model, effort="quick")
    except Infeasible:
        return False
    return True


def year_alone(phases: Phases, number: int, run: Run, *, exact: bool) -> Solution:
    """Most that a year's limits and quotas let cover, its targets and the other years aside.

    Raises
    ------
    Infeasible, Undecided
        As :func:`optimise.solve`.
    """
    return _ask(phases.alone(number), phases, run, exact=exact)


def _round(phases: Phases, run: Run, anchor: int, sites: Sites) -> list[Sites] | None:
    """Fit the years round an anchor; None where a rule cannot be kept so."""
    years = len(phases.years)
    nested: list[Sites] = [sites] * years
    own: Sites | None = sites
    if phases.years[anchor].targets or phases.earlier is not None:
        own = _between(phases, run, anchor, np.zeros(0, np.int32), None)
    if own is None:
        return None
    nested[anchor] = own
    for number in reversed(range(anchor)):
        found = _between(phases, run, number, np.zeros(0, np.int32), nested[number + 1])
        if found is None:
            return None
        nested[number] = found
    for number in range(anchor + 1, years):
        found = _between(phases, run, number, nested[number - 1], None)
        if found is None:
            return None
        nested[number] = found
    return nested


def _between(phases: Phases, run: Run, number: int, low: Sites, high: Sites | None) -> Sites | None:
    """Best plan of a year that has the sites ``low`` and none beyond ``high``."""
    problem = phases.alone(number)
    standing = problem.existing & ~problem.closable
    held = np.zeros(problem.n_sites, np.bool_)
    held[low] = True
    forbidden = problem.forbidden.copy()
    if high is not None:
        forbidden = np.ones_like(held)
        forbidden[high] = False
    try:
        problem = replace(
            problem,
            existing=standing,
            closable=np.zeros_like(held),
            forced=(problem.forced | held) & ~standing,
            forbidden=forbidden & ~standing,
        )
        if phases.years[number].targets:
            model = CoverShare(
                radius=phases.radius, targets=phases.years[number].targets, tie_break=None
            )
            loose = replace(problem, max_sites=None, budget=None)
            least = solve(loose, model, seed=run.seed, effort="quick").open_sites
            held[least] = True
            problem = replace(problem, forced=(problem.forced | held) & ~standing)
        return _ask(_with_earlier(phases, number, problem), phases, run, exact=False).open_sites
    except (Infeasible, ProblemError, Undecided):
        return None


def _with_earlier(phases: Phases, number: int, problem: Problem) -> Problem:
    """Make a site of the earlier plan worth its price: a demand unit that only it can serve."""
    earlier = phases.earlier
    if earlier is None or earlier.drop + earlier.add == 0:
        return problem
    told = (earlier.opened_in != NEVER) & (earlier.opened_in <= number)
    loose = np.flatnonzero(told & ~problem.kept & ~problem.forbidden).astype(np.int32)
    reach, far = reach_within(problem.travel, phases.radius, problem.n_sites)
    last = reach.indptr[-1]
    share = phases.years[number].share or 1.0
    worth = np.full(len(loose), (earlier.drop + earlier.add) / share)
    n = problem.n_units
    return replace(
        problem,
        weights=np.concatenate([problem.weights.astype(np.float64), worth]),
        travel=Travel(
            indptr=np.concatenate([reach.indptr, last + 1 + np.arange(len(loose))]),
            indices=np.concatenate([reach.indices, loose]),
            impedance=np.concatenate([far, np.zeros(len(loose))]),
            cutoff=problem.travel.cutoff,
        ),
        groups={name: rows for name, rows in problem.groups.items() if name != EVERYBODY and n},
    )


def _ask(problem: Problem, phases: Phases, run: Run, *, exact: bool) -> Solution:
    limit = problem.n_sites if problem.max_sites is None else problem.max_sites
    return solve(
        problem,
        CoverMost(radius=phases.radius, max_sites=limit, tie_break=None),
        gap=run.gap / 2,
        seed=run.seed,
        effort="exact" if exact else "quick",
        time_limit_s=run.watch.left_s(),
    )
