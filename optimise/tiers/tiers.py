"""Stations and centres sited together, or one tier after the other."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np

from optimise.errors import Undecided
from optimise.milp import Found, Limits, Relaxation, minimise
from optimise.run import Run, run_of
from optimise.solution import Status, relative_gap
from optimise.tiers.plan import TiersPlan, Ways, costs_of, sizes_for
from optimise.tiers.question import Tiers, TierSites
from optimise.tiers.refusal import TiersInfeasible, stranded, why_none
from optimise.tiers.rows import Written, write
from optimise.tiers.start import first_ways, ways_near
from optimise.watch import Progress

__all__ = ["solve_tiers", "solve_tiers_in_turn"]

#: Rounds of HiGHS: below the gap asked for so many times columns, which small questions are proven
#: to 0 in; and at most.
_EASY_WORK, _WORK = 200_000, 4_000
#: Ways point to station above which split ways are looked at first.
_MANY = 4000
#: Relative difference that is rounding.
_ROUNDING = 1e-9


def solve_tiers(
    tiers: Tiers,
    *,
    gap: float = 0.001,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> TiersPlan:
    """Site stations and centres together, at least cost of places and ways.

    A two-level capacitated facility location problem with several streams, sizes and, if asked
    for, single assignment (Aardal, Labbe, Leung and Queyranne 1996; Gendron, Khuong and Semet
    2016), by a local search and one mixed-integer programme.

    Parameters
    ----------
    gap, seed, effort, time_limit_s, progress, cancel
        As in :func:`optimise.solve`; ``"quick"`` leaves it at the search and the bound of the
        linear relaxation.

    Raises
    ------
    TiersInfeasible
        If not everything finds a way: how much does not, and which rule is to blame.
    Undecided
        If a limit or a cancel came before any plan was known.
    ProblemError
        For a senseless option.
    """
    run = run_of(
        gap=gap,
        seed=seed,
        effort=effort,
        time_limit_s=time_limit_s,
        progress=progress,
        cancel=cancel,
    )
    return _together(tiers, run)


def solve_tiers_in_turn(
    tiers: Tiers,
    *,
    gap: float = 0.001,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> TiersPlan:
    """Site the stations first, by the ways to them alone, then the centres for those stations.

    As planning offices proceed; what it costs more than siting them together is at most the gap
    of the answer, as its bound is that of the joint question's linear relaxation.

    Raises
    ------
    TiersInfeasible, Undecided, ProblemError
        As :func:`solve_tiers`; also where the stations of the first step leave none for the
        second.
    """
    run = run_of(
        gap=gap,
        seed=seed,
        effort=effort,
        time_limit_s=time_limit_s,
        progress=progress,
        cancel=cancel,
    )
    begun_s = time.perf_counter()
    first = _stations_alone(tiers, run)
    chosen = first.station_size
    plan = _together(replace(tiers, stations=_only(tiers.stations, chosen)), run)
    size = np.where(plan.station_size >= 0, chosen, -1).astype(np.int32)
    ways = replace(plan.ways(), station_size=size)
    bound = _relaxed(write(tiers), run)
    return _certify(
        tiers,
        ways,
        run,
        bound=bound,
        stopped=plan.stopped if plan.stopped != "gap" else first.stopped,
        proved_by="relaxation",
        seconds={"in turn": time.perf_counter() - begun_s},
        log=(*first.log, *plan.log, f"relaxation of the joint question: {bound:.10g}"),
    )


def _stations_alone(tiers: Tiers, run: Run) -> TiersPlan:
    """Site the stations as if all that came to them were gone."""
    gone = TierSites(
        capacity=np.array([[math.fsum(tiers.supply.ravel().tolist()) + 1.0]]),
        cost=np.zeros((1, 1)),
    )
    alone = replace(
        tiers,
        centres=gone,
        onward=np.zeros((tiers.stations.n_sites, 1)),
        direct=None,
        budget=None,
    )
    try:
        return _together(alone, run)
    except TiersInfeasible:
        if tiers.direct is None:
            raise
    # Stations cannot take everything: what goes straight goes to the nearest place for a centre.
    usable = np.where(tiers.centres.largest[None, :] > 0, tiers.direct, np.inf)
    nearest = usable.min(axis=1, initial=np.inf)[:, None]
    return _together(replace(alone, direct=nearest), run)


def _only(stations: TierSites, size: np.ndarray[tuple[int], np.dtype[np.int32]]) -> TierSites:
    """The same places, those that are open in the size they have."""
    rows = np.flatnonzero(size >= 0)
    capacity, cost = np.zeros((len(size), 1)), np.zeros((len(size), 1))
    capacity[rows, 0] = stations.capacity[rows, size[rows]]
    cost[rows, 0] = stations.cost[rows, size[rows]]
    # They are built by then, whether the second step uses them or not.
    return replace(stations, capacity=capacity, cost=cost, kept=size >= 0)


def _together(tiers: Tiers, run: Run) -> TiersPlan:
    begun_s = time.perf_counter()
    run.watch.look("reduce", 0.0)
    if facts := stranded(tiers):
        raise TiersInfeasible(facts)
    start = first_ways(tiers, run.watch)
    log = ["search: " + ("no plan" if start is None else f"{sum(costs_of(tiers, start)):.10g}")]
    sought_s = time.perf_counter()
    written = write(tiers)
    if not run.exact and start is not None:
        bound = _relaxed(written, run)
        log.append(f"relaxation: {bound:.10g}")
        return _certify(
            tiers,
            start,
            run,
            bound=bound,
            stopped="work limit",
            proved_by="relaxation",
            seconds={"search": sought_s - begun_s, "prove": time.perf_counter() - sought_s},
            log=tuple(log),
        )
    least = 0.0
    if not tiers.split and tiers.n_points * tiers.stations.n_sites > _MANY:
        start, least = _by_split(tiers, start, run, log)
    if start is not None and sum(costs_of(tiers, start)) * (1 - run.gap) <= least:
        return _certify(
            tiers,
            start,
            run,
            bound=least,
            stopped="gap",
            proved_by="branch and cut",
            seconds={"search": sought_s - begun_s, "prove": time.perf_counter() - sought_s},
            log=tuple(log),
        )
    found = _proven(tiers, written, start, run)
    log.append(f"programme of {len(written.milp.cost)} columns: {found.work} rounds")
    ways = start
    if found.values is not None:
        told = _mended(tiers, written.ways(found.values))
        if ways is None or sum(costs_of(tiers, told)) < sum(costs_of(tiers, ways)):
            ways = told
    if ways is None:
        if math.isinf(found.bound) and found.bound > 0:
            raise TiersInfeasible(why_none(tiers, run))
        raise Undecided(
            f"no plan was found ({found.stopped})",
            remedy="Allow more time, more places or more capacity.",
            bound=found.bound if math.isfinite(found.bound) else None,
        )
    return _certify(
        tiers,
        ways,
        run,
        bound=max(least, found.bound),
        stopped=found.stopped or "gap",
        proved_by="branch and cut",
        seconds={"search": sought_s - begun_s, "prove": time.perf_counter() - sought_s},
        log=tuple(log),
    )


def _by_split(
    tiers: Tiers, start: Ways | None, run: Run, log: list[str]
) -> tuple[Ways | None, float]:
    """Solve the question with split ways, which are few whole columns, and stay near its sizes.

    Points are small beside stations: what single assignment costs is mostly less than a gap. No
    single plan costs less than the bound of the split one.
    """
    split = replace(tiers, split=True)
    written = write(split)
    found = _proven(split, written, start, run)
    log.append(f"split programme of {len(written.milp.cost)} columns: {found.work} rounds")
    if found.values is not None:
        told = ways_near(tiers, written.ways(found.values), run.watch)
        if told is not None:
            log.append(f"search near it: {sum(costs_of(tiers, told)):.10g}")
            if start is None or sum(costs_of(tiers, told)) < sum(costs_of(tiers, start)):
                start = told
    return start, found.bound if math.isfinite(found.bound) else 0.0


def _proven(tiers: Tiers, written: Written, start: Ways | None, run: Run) -> Found:
    value = math.inf if start is None else sum(costs_of(tiers, start))
    scale = value if math.isfinite(value) else max(1.0, float(written.milp.cost.sum()))
    return minimise(
        written.milp,
        Limits(
            tolerance=run.gap * scale if start is not None else 0.0,
            easy_work=_EASY_WORK // max(50, len(written.milp.cost)),
            work=_WORK,
        ),
        run.watch,
        start=None if start is None else written.values(start),
        seed=run.seed,
        heuristics=True,
    )


def _relaxed(written: Written, run: Run) -> float:
    """Bound of the linear relaxation; what everything open would be, 0, where there is none."""
    relaxed = Relaxation(written.milp, run.watch).solve()
    if relaxed is None or relaxed.values is None:
        return 0.0
    value = float(written.milp.cost @ relaxed.values)
    return max(0.0, value - 1e-7 * abs(value))


def _mended(tiers: Tiers, ways: Ways) -> Ways:
    """The same ways with the cheapest sizes that take them: a programme may stop above those."""
    loads = (ways.collected.sum(axis=(0, 2)), ways.onward.sum(axis=(0, 2)))
    loads = (loads[0], loads[1] + ways.direct.sum(axis=(0, 2)))
    sizes = []
    for tier, load, size in zip(
        (tiers.stations, tiers.centres), loads, (ways.station_size, ways.centre_size), strict=True
    ):
        least, _ = sizes_for(tier, load, slack=1e-6)
        rows = np.arange(len(least))
        dearer = (least >= 0) & (size >= 0) & (tier.cost[rows, least] > tier.cost[rows, size])
        sizes.append(np.where(dearer, size, least).astype(np.int32))
    return replace(ways, station_size=sizes[0], centre_size=sizes[1])


def _certify(
    tiers: Tiers,
    ways: Ways,
    run: Run,
    *,
    bound: float,
    stopped: str,
    proved_by: str,
    seconds: dict[str, float],
    log: tuple[str, ...],
) -> TiersPlan:
    site_cost, way_cost = costs_of(tiers, ways)
    value = site_cost + way_cost
    # The solver's tolerances may put its bound a hair above the plan it found.
    if value < bound <= value + 1e-6 * max(1.0, value):
        bound = value
    bound = max(bound, 0.0)
    apart = relative_gap(value, bound)
    proven = apart <= max(run.gap, _ROUNDING)
    return TiersPlan(
        station_size=ways.station_size,
        centre_size=ways.centre_size,
        collected=ways.collected,
        onward=ways.onward,
        direct=ways.direct,
        site_cost=site_cost,
        way_cost=way_cost,
        value=value,
        bound=bound,
        gap=apart,
        status=Status.PROVEN if proven else Status.FEASIBLE,
        stopped="gap" if proven and stopped not in ("time limit", "cancelled") else stopped,
        proved_by=proved_by,
        seconds=seconds,
        log=log,
    )
