"""Sites opened over several years: the one way in."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.covering.reduce import grain_of
from optimise.errors import Infeasible, Undecided
from optimise.milp import Found, Limits, minimise
from optimise.phases.plan import PhasesPlan, counted, people_years
from optimise.phases.question import Phases
from optimise.phases.refusal import PhasesInfeasible, clash, why_no_year
from optimise.phases.rows import write
from optimise.phases.start import best_start, holds, year_alone
from optimise.run import Run, run_of
from optimise.solution import Solution, Status, relative_gap
from optimise.watch import Progress

__all__ = ["solve_phases"]

#: Rounds of HiGHS: so many for nothing, so many at most.
_EASY_WORK, _WORK = 10, 2_000
#: Relative difference that is rounding.
_ROUNDING = 1e-9


def solve_phases(
    phases: Phases,
    *,
    gap: float = 0.01,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> PhasesPlan:
    """Cover the most people over the years with openings that are only added.

    Every year's free optimum comes first: together they bound what any openings reach. Each is
    then an anchor that the other years are fitted round; if the best of these is not within the
    gap, one mixed-integer programme over all years goes on from it.

    Parameters
    ----------
    gap, seed, effort, time_limit_s, progress, cancel
        As in :func:`optimise.solve`; ``"quick"`` leaves the programme out where openings are known.

    Raises
    ------
    PhasesInfeasible
        If no openings keep every year's rules: which years, and why.
    Undecided
        If a limit or a cancel came before any openings were known.
    ProblemError
        For a senseless option.
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
    years = len(phases.years)
    free = _free(phases, run, exact=False)
    shares = [year.share for year in phases.years]
    bound = sum(s * one.bound for s, one in zip(shares, free, strict=True))
    proved_by = "each year by itself"
    # Sites that stand or must not open cost the same changes whatever is decided.
    log = [f"free optima {', '.join(f'{one.value:g}' for one in free)}"]
    freed = time.monotonic()
    run.watch.look("search", 0.5)
    first = best_start(phases, run, free)
    opened = None if first is None else first[0]
    log.append("no start" if first is None else f"start from {first[1]}")
    searched = time.monotonic()
    value = -math.inf if opened is None else _value(phases, opened)
    stopped = "gap"
    close = opened is not None and bound - value <= gap * abs(value)
    if run.exact and not close:
        # Quick bounds did not do: the years by themselves again, proven.
        free = _free(phases, run, exact=True)
        bound = min(bound, sum(s * one.bound for s, one in zip(shares, free, strict=True)))
        again = best_start(phases, run, free)
        if again is not None and _value(phases, again[0]) > value:
            opened, value = again[0], _value(phases, again[0])
        close = opened is not None and bound - value <= gap * abs(value)
    if opened is None or (run.exact and not close):
        found, most, better = _prove(phases, run, opened, gap)
        if found.values is None and opened is None and found.stopped is None:
            raise PhasesInfeasible(phases, (clash(_first_clash(phases, run)),))
        if better is not None and holds(phases, better) and _value(phases, better) > value:
            opened, value = better, _value(phases, better)
        proved = most - found.bound
        if proved < bound:
            bound, proved_by = proved, "branch and bound"
        stopped = found.stopped or "gap"
        log.append(f"programme: {found.nodes} nodes, {found.work} rounds")
    if opened is None:
        raise Undecided(
            "the search ended before openings were known that keep every year's rules",
            remedy="Allow more time, or loosen a target or a limit.",
            bound=bound,
        )
    bound = max(value, _rounded(phases, bound))
    told = relative_gap(value, bound)
    if told <= _ROUNDING:
        bound, told = value, 0.0
    covered = counted(phases, opened)
    if told > gap and stopped == "gap":
        stopped = run.watch.stopped or "work limit"
    better_free = [max(one.value, have) for one, have in zip(free, covered, strict=True)]
    return PhasesPlan(
        opened_in=opened,
        covered=covered,
        free_value=tuple(better_free),
        free_bound=tuple(max(a.bound, b) for a, b in zip(free, better_free, strict=True)),
        value=value,
        changes=phases.changes(opened),
        bound=bound,
        gap=told,
        status=Status.PROVEN if told <= gap + _ROUNDING else Status.FEASIBLE,
        stopped=stopped,
        proved_by=proved_by,
        seconds={
            "free": freed - began,
            "search": searched - freed,
            "prove": time.monotonic() - searched,
        },
        log=(*log, f"{years} years"),
    )


def _free(phases: Phases, run: Run, *, exact: bool) -> list[Solution]:
    """Each year's optimum by itself.

    Where its plan misses a target of that year, the year alone is put as a programme of its own.
    """
    found = []
    if reasons := why_no_year(phases, run):
        raise PhasesInfeasible(phases, reasons)
    for number, year in enumerate(phases.years):
        run.watch.look("reduce", 0.4 * number / len(phases.years))
        alone = year_alone(phases, number, run, exact=exact)
        if year.targets:
            single = _single(phases, number)
            opened = np.full(phases.problem.n_sites, -1, np.int32)
            opened[alone.open_sites] = 0
            if not holds(single, opened):
                part, most, better = _prove(single, run, None, run.gap)
                if better is None:
                    if part.stopped is None:
                        raise PhasesInfeasible(phases, (clash(number),))
                else:
                    value = counted(single, better)[0]
                    bound = max(value, min(alone.bound, most - part.bound))
                    sites = np.flatnonzero(better == 0).astype(np.int32)
                    alone = replace(alone, open_sites=sites, value=value, bound=bound)
        found.append(alone)
    return found


def _single(phases: Phases, number: int) -> Phases:
    """One year as a question of its own, what a person counts in it being 1."""
    return Phases(
        problem=phases.alone(number),
        radius=phases.radius,
        years=(replace(phases.years[number], share=1.0),),
    )


def _prove(
    phases: Phases, run: Run, opened: NDArray[np.int32] | None, gap: float
) -> tuple[Found, float, NDArray[np.int32] | None]:
    """Put all years to HiGHS; what it found, the value that nothing given up has, the openings."""
    written = write(phases)
    start = None if opened is None else written.start(opened)
    tolerance = gap * max(1.0, abs(written.most if opened is None else _value(phases, opened)))
    limits = Limits(tolerance=tolerance, easy_work=_EASY_WORK, work=_WORK)
    found = minimise(
        written.milp, limits, run.watch, start=start, seed=run.seed, heuristics=opened is None
    )
    better = None if found.values is None else written.opened(found.values)
    return found, written.most, better


def _first_clash(phases: Phases, run: Run) -> int:
    """First year that cannot be met after those before it."""
    for number in range(1, len(phases.years)):
        part = replace(phases, years=phases.years[: number + 1], earlier=None)
        try:
            found, _, _ = _prove(part, run, None, 0.5)
        except Infeasible:
            return number
        if found.values is None:
            return number
    return len(phases.years) - 1


def _value(phases: Phases, opened: NDArray[np.int32]) -> float:
    return people_years(phases, counted(phases, opened)) - phases.changes(opened)


def _rounded(phases: Phases, bound: float) -> float:
    """Down to a whole number where the value only takes whole ones."""
    earlier = phases.earlier
    numbers = [year.share for year in phases.years]
    numbers += [] if earlier is None else [earlier.drop, earlier.add]
    whole = all(float(number).is_integer() for number in numbers)
    if whole and grain_of(phases.weights.ravel()) == 1.0:
        return float(math.floor(bound + 1e-6))
    return bound
