"""The plan whose worst regret over a handful of cases is least, proven.

Min-max regret in maximal covering (Serra and Marianov 1998; Kouvelis and Yu 1997): one set of
sites for all cases, chosen before it is known which comes true::

    min R   s.t.   R >= best_k - (all_k - sum of w_kr u_kr)             (each case k)
                   sum of x_j over the sites that reach row r in case k + u_kr >= 1
                   sum of x_j <= number,  quotas
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.checks import refuse
from optimise.covering.alike import SERVED, classes
from optimise.errors import Undecided
from optimise.formulate import Milp
from optimise.milp import Limits, minimise
from optimise.models import CoverMost
from optimise.problem import Problem
from optimise.robust.cases import Case, cased, fare
from optimise.run import Run, run_of
from optimise.solution import Status
from optimise.solve import solve
from optimise.watch import Progress

__all__ = ["LeastRegret", "least_regret"]

#: Rounds of HiGHS: so many for nothing, so many at most.
_EASY_WORK, _WORK = 10, 2_000
#: Columns beyond which the programme is left out: one relaxation of it takes minutes.
_MOST_COLUMNS = 60_000

Sites = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LeastRegret:
    """Sites for all cases at once.

    Parameters
    ----------
    open_sites
        int32, increasing.
    best, best_bound
        Weight that the best known plan of each case covers, and a proven bound on it: regret is
        counted from the best known.
    regrets
        In each case.
    value, bound
        The greatest of ``regrets``; no plan has a smaller one than the bound.
    status
        Proven if value and bound differ by no more than ``gap`` of what is covered in the case of
        the greatest regret.
    stopped
        "gap", or the limit that ended the search.
    """

    open_sites: Sites
    best: tuple[float, ...]
    best_bound: tuple[float, ...]
    regrets: tuple[float, ...]
    value: float
    bound: float
    status: Status
    stopped: str
    seconds: float


def least_regret(
    problem: Problem,
    radius: float,
    n_open: int,
    cases: Sequence[Case],
    *,
    starts: Sequence[Sites] = (),
    gap: float = 0.01,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> LeastRegret:
    """Choose at most ``n_open`` sites such that the greatest regret of all cases is least.

    Parameters
    ----------
    n_open
        Most sites open, standing ones included. Quotas hold; a site that a case refuses may be
        chosen all the same, and is of no use in it.
    starts
        Open sites of plans to begin with, at most ``n_open`` of them each.
    gap, seed, effort, time_limit_s, progress, cancel
        As in :func:`optimise.solve`; ``"quick"`` takes the best plan of any one case, and 0 for
        the bound.

    Raises
    ------
    ProblemError, Infeasible, Undecided
        If a case does not fit, or has no plan of so many sites, or none was found in time.
    """
    began = time.monotonic()
    run = run_of(
        gap=gap,
        seed=seed,
        effort=effort,
        time_limit_s=time_limit_s,
        progress=progress,
        cancel=cancel,
    )
    if not cases:
        raise refuse("least_regret.cases", "none", "Give at least one.")
    model = CoverMost(radius=radius, max_sites=n_open, tie_break=None)
    problems = [cased(problem, case) for case in cases]
    alone = []
    for number, one in enumerate(problems):
        run.watch.look("search", 0.5 * number / len(cases))
        alone.append(
            solve(
                one,
                model,
                gap=gap / 2,
                seed=seed,
                effort=effort,
                time_limit_s=run.watch.left_s(),
            )
        )
    best = [one.value for one in alone]
    tried: list[Sites] = [*starts, *(one.open_sites for one in alone)]
    tried = [sites for sites in tried if _allowed(problem, sites, n_open)]
    ranked = [(max(_regrets(problems, model, sites, best)), at) for at, sites in enumerate(tried)]
    chosen = None if not ranked else np.sort(tried[min(ranked)[1]]).astype(np.int32)
    bound, stopped = 0.0, "gap"
    worst = np.inf if chosen is None else min(ranked)[0]
    if worst > 0 and (run.exact or chosen is None):
        milp, sites = _written(problem, problems, radius, n_open, best)
        if len(milp.cost) > _MOST_COLUMNS and chosen is not None:
            stopped = "work limit"
        else:
            limits = Limits(tolerance=gap * max(min(best), 1.0), easy_work=_EASY_WORK, work=_WORK)
            start = None if chosen is None else _start(milp, sites, chosen, worst)
            found = minimise(
                milp, limits, run.watch, start=start, seed=seed, heuristics=chosen is None
            )
            bound, stopped = max(0.0, found.bound), found.stopped or "gap"
            if all(one.weights.dtype.kind == "i" for one in problems) and np.isfinite(bound):
                bound = float(np.ceil(bound - 1e-5))
            if found.values is not None:
                kept = np.flatnonzero(problem.existing & ~problem.closable)
                more = sites[found.values[: len(sites)] > 0.5]
                other = np.sort(np.concatenate([kept, more])).astype(np.int32)
                if max(_regrets(problems, model, other, best)) < worst:
                    chosen = other
    if chosen is None:
        raise Undecided(
            "the search ended before a plan for all cases was known",
            remedy="Allow more time or more sites.",
        )
    regrets = _regrets(problems, model, chosen, best)
    value = max(regrets)
    base = max(best[regrets.index(value)], 1e-10)
    proven = value - min(bound, value) <= gap * base
    return LeastRegret(
        open_sites=chosen,
        best=tuple(best),
        best_bound=tuple(one.bound for one in alone),
        regrets=tuple(regrets),
        value=value,
        bound=min(bound, value),
        status=Status.PROVEN if proven else Status.FEASIBLE,
        stopped=stopped if proven or stopped != "gap" else _ended(run),
        seconds=time.monotonic() - began,
    )


def _ended(run: Run) -> str:
    return run.watch.stopped or "work limit"


def _allowed(problem: Problem, sites: Sites, n_open: int) -> bool:
    """Whether a plan keeps the rules of the problem itself."""
    there = np.zeros(problem.n_sites, np.bool_)
    there[sites] = True
    zones = problem.zones[there & (problem.zones >= 0)]
    have = np.bincount(zones, minlength=len(problem.quotas))
    return bool(
        len(sites) <= n_open
        and (have >= problem.quotas).all()
        and not (problem.kept & ~there).any()
        and not (problem.forbidden & there).any()
    )


def _regrets(
    problems: list[Problem], model: CoverMost, sites: Sites, best: list[float]
) -> list[float]:
    pairs = zip(problems, best, strict=True)
    return [max(0.0, most - fare(one, model, sites).covered) for one, most in pairs]


def _written(
    problem: Problem, problems: list[Problem], radius: float, n_open: int, best: list[float]
) -> tuple[Milp, NDArray[np.int64]]:
    """Sites first, then the rows given up of each case, then the greatest regret."""
    kept = problem.existing & ~problem.closable
    sites = np.flatnonzero(~kept & ~problem.forbidden)
    column = np.full(problem.n_sites, -1, np.int64)
    column[sites] = np.arange(len(sites))
    k = len(sites)
    covers, weights, goals = [], [], []
    for one, most in zip(problems, best, strict=True):
        there = kept & ~one.forbidden
        found = classes(one.travel, radius, there, one.forbidden & ~there)
        free = np.flatnonzero(~there & ~one.forbidden)
        c = found.reach.n_rows
        columns = column[free][found.reach.indices]
        covers.append(
            sparse.csr_array((np.ones(len(columns)), columns, found.reach.indptr), shape=(c, k))
        )
        some = found.of >= 0
        weights.append(np.bincount(found.of[some], weights=one.weights[some], minlength=c))
        goals.append(most - float(one.weights[found.of == SERVED].sum()))
    rows = sum(len(weight) for weight in weights)
    blocks: list[Any] = [
        sparse.hstack([sparse.vstack(covers), sparse.eye_array(rows), sparse.csr_array((rows, 1))])
    ]
    lower, upper = [np.ones(rows)], [np.full(rows, np.inf)]
    regret = sparse.block_diag([sparse.csr_array(-weight[None, :]) for weight in weights])
    number = len(problems)
    blocks.append(
        sparse.hstack(
            [sparse.csr_array((number, k)), regret, sparse.csr_array(np.ones((number, 1)))]
        )
    )
    lower.append(np.array([g - w.sum() for g, w in zip(goals, weights, strict=True)]))
    upper.append(np.full(number, np.inf))
    counts = [np.ones(k)]
    low, high = [-np.inf], [float(n_open - int(kept.sum()))]
    for zone in np.flatnonzero(problem.quotas > 0).tolist():
        counts.append(np.asarray(problem.zones[sites] == zone, np.float64))
        low.append(float(problem.quotas[zone] - (kept & (problem.zones == zone)).sum()))
        high.append(np.inf)
    blocks.append(
        sparse.hstack(
            [sparse.csr_array(np.array(counts)), sparse.csr_array((len(counts), rows + 1))]
        )
    )
    floor = np.zeros(k + rows + 1)
    floor[:k] = problem.forced[sites]
    ceiling = np.ones(k + rows + 1)
    ceiling[-1] = max(1.0, *best)
    milp = Milp(
        cost=np.concatenate([np.zeros(k + rows), np.ones(1)]),
        matrix=sparse.csr_array(sparse.vstack(blocks)),
        row_lower=np.concatenate([*lower, low]),
        row_upper=np.concatenate([*upper, high]),
        whole=np.concatenate([np.ones(k, np.bool_), np.zeros(rows + 1, np.bool_)]),
        offset=0.0,
        column_lower=floor,
        column_upper=ceiling,
    )
    return milp, sites


def _start(
    milp: Milp, sites: NDArray[np.int64], chosen: Sites, worst: float
) -> NDArray[np.float64]:
    values = np.zeros(len(milp.cost))
    k = len(sites)
    values[:k] = np.isin(sites, chosen)
    rows = len(values) - k - 1
    values[k:-1] = milp.matrix[:rows, :k] @ values[:k] < 0.5
    values[-1] = worst
    return values
