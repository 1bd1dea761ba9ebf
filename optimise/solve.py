"""The one way in: a problem and a question, an answer with its certificate."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.core import Core, split
from optimise.errors import ProblemError
from optimise.models import CoverMost, CoverShare, Model
from optimise.nearest import draw_near
from optimise.nearest_bound import distance_bound
from optimise.problem import EVERYBODY, Problem
from optimise.pursue import Ledger, pursue
from optimise.reduce import reduce_problem
from optimise.solution import (
    Solution,
    Status,
    TieBreak,
    covered_weight,
    relative_gap,
    serve,
    weighted_distance,
)
from optimise.watch import Progress, Stopped, Watch

__all__ = ["solve"]

#: Exchanges tried to bring a plan nearer to the people.
_NEAR_MOVES = 60_000


def solve(
    problem: Problem,
    model: Model,
    *,
    gap: float = 0.01,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Solution:
    """Answer a question about a problem.

    Parameters
    ----------
    problem, model
        Who, what, how far; and the question.
    gap
        Relative gap that counts as proven; a smaller one is reached where it costs little.
    seed
        Same problem, model, options and seed: same answer, however many threads or runs.
    effort
        ``"exact"`` proves with HiGHS; ``"quick"`` answers in milliseconds with local search and
        a bound from Lagrangian relaxation.
    time_limit_s
        Safety limit. Work is limited by counts first; an answer ended by this clock says so in
        ``stopped`` and is not repeatable.
    progress
        Told a phase ("reduce", "search", "prove", "improve") and the share of it done; may raise
        ``KeyboardInterrupt`` to stop.
    cancel
        Asked now and then; True ends the search. So does Ctrl-C: either way the best plan so far
        is returned with a valid bound and ``stopped="cancelled"``.

    Raises
    ------
    Infeasible
        If no plan can satisfy the question, with every reason.
    ProblemError
        For an unknown group, a radius beyond the travel cutoff or a senseless option.
    """
    _check(problem, model, gap=gap, time_limit_s=time_limit_s, effort=effort)
    watch = Watch(time_limit_s, progress, cancel)
    clock = _Clock()
    watch.look("reduce", 0.0)
    core = reduce_problem(problem, model)
    parts = split(core)
    clock.lap("reduce")
    total = float(problem.weights.sum()) if isinstance(model, CoverMost) else None
    ledgers = _pursue_all(parts, watch, gap=gap, total=total, seed=seed, exact=effort == "exact")
    clock.lap("search and prove")
    chosen = np.concatenate([one.core.sites[one.plan] for one in ledgers])
    open_sites = np.union1d(np.flatnonzero(problem.existing), chosen).astype(np.int32)
    if model.tie_break is not None and watch.look("improve", 0.0) is None:
        moves = _NEAR_MOVES if effort == "exact" else _NEAR_MOVES // 10
        open_sites = draw_near(problem, model, open_sites, moves=moves, seed=seed)
    clock.lap("tie-break")
    watch.look("improve", 1.0)
    log = [
        f"{problem.n_units} units x {problem.n_sites} sites reduced to "
        f"{core.reach.n_rows} rows x {len(core.sites)} sites in {len(parts)} parts"
    ]
    for number, ledger in enumerate(ledgers):
        prefix = f"part {number + 1}: " if len(parts) > 1 else ""
        log += [prefix + line for line in ledger.log]
    bound = sum(one.bound for one in ledgers)
    return _certify(
        problem,
        model,
        open_sites,
        bound=bound if total is None else total - bound,
        bound_tie_break=effort == "exact" and watch.stopped is None,
        stopped=watch.stopped,
        gap=gap,
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


def _pursue_all(
    parts: list[Core], watch: Watch, *, gap: float, total: float | None, seed: int, exact: bool
) -> list[Ledger]:
    """Solve the parts, small ones first: what they leave of the gap is the large ones' to use."""
    ledgers: dict[int, Ledger] = {}
    for number in sorted(range(len(parts)), key=lambda n: (len(parts[n].sites), n)):
        value = sum(one.value for one in ledgers.values())
        open_gap = sum(one.value - one.bound for one in ledgers.values())

        def tolerance(own: float, value: float = value, open_gap: float = open_gap) -> float:
            if total is not None:
                return gap * abs(total - own)
            return max(gap * own, gap * (value + own) - open_gap)

        ledgers[number] = pursue(parts[number], watch, tolerance=tolerance, seed=seed, exact=exact)
    return [ledgers[number] for number in range(len(parts))]


def _check(problem: Problem, model: Model, *, gap: float, time_limit_s: float, effort: str) -> None:
    if isinstance(model, CoverShare):
        for group, _ in model.targets:
            if group != EVERYBODY and group not in problem.groups:
                known = ", ".join([EVERYBODY, *problem.groups][:8])
                raise ProblemError(
                    "CoverShare.targets", f"no group {group!r}", remedy=f"There are: {known}."
                )
    if model.radius > problem.travel.cutoff:
        raise ProblemError(
            f"{type(model).__name__}.radius",
            f"{model.radius:g} is beyond the travel cutoff of {problem.travel.cutoff:g}",
            remedy="Compute travel up to the radius first.",
        )
    if not 0 <= gap < 1:
        raise ProblemError("solve.gap", f"{gap!r}", remedy="Give a share from 0 to below 1.")
    if not time_limit_s > 0:
        raise ProblemError("solve.time_limit_s", f"{time_limit_s!r}", remedy="Give seconds > 0.")
    if effort not in ("exact", "quick"):
        raise ProblemError("solve.effort", f"{effort!r}", remedy='Choose "exact" or "quick".')


def _certify(
    problem: Problem,
    model: Model,
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
    assignment, distance = serve(problem, open_sites, model.radius)
    if not isinstance(model, CoverShare):
        objective, value = "people", covered_weight(problem, assignment)
        bound = max(bound, value)
    elif model.objective == "sites":
        objective, value = "sites", float(len(open_sites))
        bound = min(bound, value)
    else:
        objective, value = "cost", float(problem.site_costs[open_sites].sum())
        bound = min(bound, value)
    reached = relative_gap(value, bound)
    tie_break = None
    if model.tie_break is not None:
        total = weighted_distance(problem, distance, model.radius)
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
