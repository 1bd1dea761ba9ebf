"""Covering questions on the fast way: reduce, search, bound, prove."""

from __future__ import annotations

import time

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import CoverMost, CoverShare
from optimise.covering.core import Core, split
from optimise.covering.ledger import Ledger
from optimise.covering.nearest import draw_near
from optimise.covering.nearest_bound import distance_bound
from optimise.covering.pursue import pursue
from optimise.covering.reduce import reduce_problem
from optimise.incidence import widest
from optimise.models import Cover
from optimise.problem import Problem
from optimise.run import Run
from optimise.solution import (
    Solution,
    Status,
    TieBreak,
    covered_weight,
    relative_gap,
    serve,
    weighted_distance,
)
from optimise.watch import Stopped

__all__ = ["solve_cover"]

#: Exchanges tried to bring a plan nearer to the people.
_NEAR_MOVES = 60_000
#: Pairs of the travel matrix beyond which plans are not brought nearer, and beyond which it is not
#: bounded how near they could be: both want several arrays of that length.
_TIE_BREAK_ENTRIES, _TIE_BOUND_ENTRIES = 50_000_000, 5_000_000
#: Relative difference of sums of floats that is rounding, not a gap.
_EQUAL = 1e-12


def solve_cover(problem: Problem, model: Cover, run: Run) -> Solution:
    """Answer a covering question without links between sites or a budget.

    Raises
    ------
    Infeasible
        If no plan can satisfy the question, with every reason.
    """
    watch = run.watch
    clock = _Clock()
    watch.look("reduce", 0.0)
    core = reduce_problem(problem, model)
    parts = split(core)
    clock.lap("reduce")
    total = float(problem.weights.sum()) if isinstance(model, CoverMost) else None
    ledgers = _pursue_all(parts, run, total=total)
    clock.lap("search and prove")
    chosen = np.concatenate([one.core.sites_of(one.plan) for one in ledgers])
    open_sites = np.union1d(np.flatnonzero(problem.kept), chosen).astype(np.int32)
    entries = len(problem.travel.indices)
    tie_break = model.tie_break is not None and entries <= _TIE_BREAK_ENTRIES
    if tie_break and watch.look("improve", 0.0) is None:
        moves = _NEAR_MOVES if run.exact else _NEAR_MOVES // 10
        open_sites = draw_near(problem, model, open_sites, moves=moves, seed=run.seed)
    clock.lap("tie-break")
    watch.look("improve", 1.0)
    log = [
        f"{problem.n_units} units x {problem.n_sites} sites reduced to "
        f"{core.reach.n_rows} rows x {len(core.sites)} sites in {len(parts)} parts"
    ]
    if model.tie_break is not None and not tie_break:
        log.append(f"no tie-break: {entries} pairs are more than {_TIE_BREAK_ENTRIES}")
    for number, ledger in enumerate(ledgers):
        prefix = f"part {number + 1}: " if len(parts) > 1 else ""
        log += [prefix + line for line in ledger.log]
    bound = sum(one.bound for one in ledgers)
    return _certify(
        problem,
        model,
        open_sites,
        bound=bound if total is None else total - bound,
        bound_tie_break=run.exact and watch.stopped is None and entries <= _TIE_BOUND_ENTRIES,
        stopped=watch.stopped,
        gap=run.gap,
        ledgers=ledgers,
        seconds=clock.laps,
        log=tuple(log),
    )


class _Clock:
    """Seconds of each stage."""

    def __init__(self) -> None:
        self.laps: dict[str, float] = {}
        self._last = time.perf_counter()

    def lap(self, stage: str) -> None:
        now = time.perf_counter()
        self.laps[stage], self._last = now - self._last, now


def _pursue_all(parts: list[Core], run: Run, *, total: float | None) -> list[Ledger]:
    """Solve the parts, small ones first: what they leave of the gap is the large ones' to use."""
    ledgers: dict[int, Ledger] = {}
    gap = run.gap
    for number in sorted(range(len(parts)), key=lambda n: (len(parts[n].sites), n)):
        value = sum(one.value for one in ledgers.values())
        open_gap = sum(one.value - one.bound for one in ledgers.values())

        def tolerance(own: float, value: float = value, open_gap: float = open_gap) -> float:
            if total is not None:
                return gap * abs(total - own)
            return max(gap * own, gap * (value + own) - open_gap)

        ledgers[number] = pursue(
            parts[number],
            run.watch,
            tolerance=tolerance,
            seed=run.seed,
            exact=run.exact,
            start=run.start,
        )
    return [ledgers[number] for number in range(len(parts))]


def _certify(
    problem: Problem,
    model: Cover,
    open_sites: NDArray[np.int32],
    *,
    bound: float,
    bound_tie_break: bool,
    stopped: Stopped | None,
    gap: float,
    ledgers: list[Ledger],
    seconds: dict[str, float],
    log: tuple[str, ...],
) -> Solution:
    """Recompute everything from the problem."""
    assignment, distance = serve(problem, open_sites, widest(model.radius))
    if not isinstance(model, CoverShare):
        objective, value = "people", covered_weight(problem, assignment)
        bound = max(bound, value)
    elif model.objective == "sites":
        objective, value = "sites", float(len(open_sites))
        bound = min(bound, value)
    else:
        objective, value = "cost", float(problem.site_costs[open_sites].sum())
        bound = min(bound, value)
    whole = float(problem.weights.sum()) if objective == "people" else abs(value)
    if abs(value - bound) <= _EQUAL * whole:
        bound = value
    reached = relative_gap(value, bound)
    tie_break = None
    if model.tie_break is not None:
        total = weighted_distance(problem, distance, widest(model.radius))
        tie_break = TieBreak(name="distance", value=total)
        if bound_tie_break:
            least = distance_bound(problem, model, open_sites, total)
            tie_break = TieBreak(
                name="distance", value=total, bound=least, gap=relative_gap(total, least)
            )
    reasons = [one.stopped for one in ledgers if one.stopped is not None]
    return Solution(
        open_sites=open_sites,
        assignment=assignment,
        distance=distance,
        status=Status.PROVEN if reached <= gap else Status.FEASIBLE,
        stopped=stopped or (reasons[0] if reached > gap and reasons else "gap"),
        objective=objective,
        value=value,
        bound=bound,
        gap=reached,
        proved_by=", ".join(sorted({one.proved_by for one in ledgers})),
        tie_break=tie_break,
        seconds=seconds,
        log=log,
    )
