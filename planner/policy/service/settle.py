"""Service and rounds settled with each other: ways chosen by what mobile stops cost when driven.

What a mobile stop costs depends on the others of its rounds. So ways are chosen by assumed costs,
rounds are made, their costs are shared out among their stops, and ways are chosen again by these,
a few times; the answer is the choice that costs least as it is driven.
"""

from __future__ import annotations

import dataclasses
import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.progress import Progress, silent
from optimise import RoundsPlan
from planner.errors import PlanError
from planner.material import DAYS
from planner.plan import Plan
from planner.policy.service.figures import CYCLES, ServiceFigures
from planner.policy.service.ground import Ground, ground_of
from planner.policy.service.pricing import MOBILE
from planner.policy.service.rounds import (
    YUAN,
    MobileRounds,
    draw_rounds,
    mobile_stops,
    plan_rounds,
)
from planner.policy.service.service import Driven, Service, Step, choose
from planner.policy.service.spec import Depot, RoundsSpec, ServiceSpec

__all__ = ["settle_service", "trip_shares"]

Floats = npt.NDArray[np.float64]
#: Choices that rounds are made for, at most, and steps of their search; the answer's has all.
_TIMES, _TRIAL_STEPS = 4, 50


class _Tried(NamedTuple):
    service: Service
    plan: RoundsPlan
    step: Step


def settle_service(
    plan: Plan,
    service_spec: ServiceSpec,
    rounds_spec: RoundsSpec,
    figures: ServiceFigures,
    *,
    depot_sites: tuple[Depot, ...] | None = None,
    progress: Progress = silent,
) -> tuple[Service, MobileRounds]:
    """Choose ways of serving and make rounds until both stand on the same costs.

    Parameters
    ----------
    depot_sites
        Stations and centres that depots are chosen from; open points of the plan where none.

    Returns
    -------
    tuple
        The service, priced by its own rounds, and these. Its choice's gap tells how much less
        another choice would cost if its stops cost what they do in these rounds.

    Raises
    ------
    PlanError
        If the share asked for cannot be reached, no depot can be had, or the vehicles were found
        not to do.
    """
    ground = ground_of(
        plan,
        service_spec,
        figures,
        days_a_week=rounds_spec.days_a_week,
        depot_sites=depot_sites,
        progress=progress,
    )
    progress("choose service", 0.0)
    tried, known = _tried(ground, rounds_spec, progress)
    best = min(tried, key=lambda one: one.step.cost_yuan_year)
    made = plan_rounds(best.service, rounds_spec, progress=progress)
    if made.value > best.plan.value:  # more steps of a search seldom end with less
        made = best.plan
    last = dataclasses.replace(_step(best.service, made), kept=True)
    on_rounds = set(mobile_stops(best.service))
    once = set(np.flatnonzero(~np.isnan(known)).tolist())
    driven = Driven(
        way=best.service.choice.way.astype(np.int64),
        chosen_share=best.service.villages["trip_share"].to_numpy(np.float64),
        steps=tuple(last if one is best else one.step for one in tried),
        known_by=tuple(
            "driven" if row in on_rounds else "tried" if row in once else "average"
            for row in range(len(known))
        ),
    )
    settled = choose(ground, _remembered(best.service, made, known), driven)
    return settled, draw_rounds(settled, rounds_spec, made, progress)


def _tried(ground: Ground, spec: RoundsSpec, progress: Progress) -> tuple[list[_Tried], Floats]:
    """Choices with their rounds, each by the costs that those before were driven at.

    Returns
    -------
    tuple
        The choices, and the share of a trip that each village bore when it was last driven to,
        NaN where it never was.
    """
    steps = _TRIAL_STEPS if spec.iterations is None else min(_TRIAL_STEPS, spec.iterations)
    quick = dataclasses.replace(spec, iterations=steps)
    service = choose(ground)
    # What a stop was driven at is remembered: else one that was too dear comes back by the average.
    known = np.full(len(service.villages), np.nan)
    tried: list[_Tried] = []
    for _ in range(_TIMES):
        try:
            made = plan_rounds(service, quick, progress=progress)
        except PlanError:
            if not tried:
                raise
            break  # these stops are more than the vehicles can do
        tried.append(_Tried(service, made, _step(service, made)))
        progress("choose service", 0.0)
        stops = list(mobile_stops(service))
        known[stops] = trip_shares(service, made)[stops]
        service = choose(ground, _remembered(service, made, known))
        if any(np.array_equal(service.choice.way, one.service.choice.way) for one in tried):
            break
    return tried, known


def _remembered(service: Service, made: RoundsPlan, known: Floats) -> Floats:
    """Shares in these rounds; where a village is on none, as it was last driven to."""
    shares = trip_shares(service, made)
    other = ~np.isnan(known)
    other[list(mobile_stops(service))] = False
    return np.where(other, known, shares)


def _step(service: Service, made: RoundsPlan) -> Step:
    frame, stops = service.villages, list(mobile_stops(service))
    reckoned = math.fsum(service.vehicle_yuan()[stops].tolist())
    driven = made.value / YUAN
    return Step(
        mobile=len(stops),
        reckoned_yuan_4_weeks=round(reckoned, 2),
        driven_yuan_4_weeks=round(driven, 2),
        cost_yuan_year=round(math.fsum(frame["cost"].tolist()) + CYCLES * (driven - reckoned), 2),
    )


def trip_shares(service: Service, made: RoundsPlan) -> Floats:
    """Share of a trip there and back, alone, that a visit to each village bears.

    What a round costs beside the crew's time at its stops is borne by these in the proportion of
    their own trips. A village without a mobile stop would bear what those of its depot do on
    average, and no less than the room in the vehicle that it takes; where there are no rounds at
    all, a whole trip.
    """
    frame, figures = service.villages, service.figures
    lorry, stops = figures.vehicle, np.array(mobile_stops(service), np.int64)
    trip = service.trip_yuan()
    visits = np.maximum(frame["visits"].to_numpy(np.int64), 1)
    kg = frame["kg_week"].to_numpy(np.float64) / 7 * DAYS / CYCLES / visits
    at_stop = figures.stop_yuan(is_open=True) + kg / lorry.kg_h * lorry.yuan_h
    borne = np.zeros(len(frame))
    for one in made.rounds:
        rows = stops[list(one.stops)]
        shared = one.cost / YUAN - float(at_stop[rows].sum())
        borne[rows] += shared / float(trip[rows].sum())
    shares = np.ones(len(frame))
    if len(stops):
        weight, depot = trip * visits, frame["depot"].to_numpy(np.int64)
        own = borne[stops] / visits[stops]
        shares[:] = np.average(own, weights=weight[stops])
        for one_depot in np.unique(depot[stops]).tolist():
            here = depot[stops] == one_depot
            shares[depot == one_depot] = np.average(own[here], weights=weight[stops][here])
        full = np.minimum(kg, figures.ways[MOBILE].kg_visit)
        shares = np.maximum(shares, full / lorry.capacity_kg)
        shares[stops] = own
    return shares
