"""Stations and centres sited together, or one tier after the other."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Literal

import numpy as np

from optimise.errors import Undecided
from optimise.run import Run, run_of
from optimise.solution import Status, relative_gap
from optimise.tiers.bound import Climb
from optimise.tiers.ground import ground_of
from optimise.tiers.plan import TiersPlan, Ways, costs_of
from optimise.tiers.prove import Known, proven
from optimise.tiers.question import Tiers, TierSites
from optimise.tiers.refusal import TiersInfeasible, stranded
from optimise.tiers.start import seek
from optimise.watch import Progress

__all__ = ["solve_tiers", "solve_tiers_in_turn"]

#: Relative difference that is rounding.
_ROUNDING = 1e-9


def solve_tiers(
    tiers: Tiers,
    *,
    gap: float = 0.001,
    seed: int = 0,
    effort: Literal["exact", "quick"] = "exact",
    time_limit_s: float = math.inf,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> TiersPlan:
    """Site stations and centres together, at least cost of places and ways.

    A two-level capacitated facility location problem with several streams, sizes and, if asked
    for, single assignment (Aardal, Labbe, Leung and Queyranne 1996; Gendron, Khuong and Semet
    2016), by a local search, a Lagrangian bound and, where those leave a gap or the question is
    small, a mixed-integer programme. Work is limited by counts, not by the clock.

    Parameters
    ----------
    gap, seed, effort, time_limit_s, progress, cancel
        As in :func:`optimise.solve`, but for time, which nothing limits unless asked to: equal
        questions get equal answers. ``"quick"`` leaves it at the search and its bound.

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
    time_limit_s: float = math.inf,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> TiersPlan:
    """Site the stations first, by the ways to them alone, then the centres for those stations.

    As planning offices proceed; what it costs more than siting them together is at most the gap
    of the answer, as its bound is that of the joint question's relaxation.

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
    bound = _relaxed(tiers, sum(costs_of(tiers, ways)), run)
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
    sought = seek(tiers, run)
    bound = sought.bound if math.isfinite(sought.bound) else 0.0
    known = Known(ways=sought.ways, bound=bound)
    found = "no plan" if known.ways is None else f"{known.value(tiers):.10g}"
    log = [f"search: {found}", f"relaxation: {bound:.10g}"]
    sought_s = time.perf_counter()
    if run.exact or known.ways is None:
        known = proven(sought.rest, known, run, log)
    if known.ways is None:
        raise Undecided(
            f"no plan was found ({known.stopped})",
            remedy="Allow more places or more capacity.",
            bound=known.bound,
        )
    return _certify(
        tiers,
        known.ways,
        run,
        bound=known.bound,
        stopped=known.stopped,
        proved_by=known.proved_by,
        seconds={"search": sought_s - begun_s, "prove": time.perf_counter() - sought_s},
        log=tuple(log),
    )


def _relaxed(tiers: Tiers, value: float, run: Run) -> float:
    """Bound of the question's Lagrangian relaxation."""
    ground = ground_of(tiers)
    climb = Climb(tiers, ground)
    if len(ground.amount) and value > 0:
        for _ in climb.steps(value):
            if run.watch.look("prove", climb.share) is not None:
                break
    return climb.bound if math.isfinite(climb.bound) else 0.0


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
        # Whoever stopped it on the way is named, even where the plan is proven all the same.
        stopped=run.watch.stopped or ("gap" if proven else stopped),
        proved_by=proved_by,
        seconds=seconds,
        log=log,
    )
