"""Trade-off curves: people covered against the number of sites, and against the limit.

Every point is a question of its own with its own proof, and then learns from its neighbours: a plan
of fewer sites, or for a smaller limit, holds further on; a bound for more of them holds before. The
points come one by one, from coarse to fine, so that a page can show them as they come.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np

from geo.bundle import Bundle
from geo.progress import Progress, silent
from geo.travel import TravelMatrix
from planner.curves.points import CurvePoint, PlanCurve, PolicyLine, learnt
from planner.curves.task import Effort, Task
from planner.plan import Plan
from planner.posed import pose
from planner.scenario import Scenario
from planner.travels import measure_of, travel_for

__all__ = [
    "LIMITS_M",
    "LIMITS_S",
    "POINTS",
    "CurvePoint",
    "PlanCurve",
    "PolicyLine",
    "people_curve_of",
    "people_curve_steps",
    "radius_curve_of",
    "radius_curve_steps",
]

Number = TypeVar("Number", int, float)

POINTS = 20
"""So many questions take some two seconds where a quick answer takes a tenth of one."""
LIMITS_M = (300.0, 400.0, 500.0, 600.0, 800.0, 1000.0, 1250.0, 1500.0, 2000.0, 2500.0, 3000.0)
LIMITS_S = tuple(60.0 * minutes for minutes in (5, 6, 8, 10, 12, 15, 18, 21, 24, 27, 30))


def people_curve_of(
    bundle: Bundle,
    scenario: Scenario,
    travel: TravelMatrix | None = None,
    *,
    effort: Effort = "quick",
    points: int = POINTS,
    plan: Plan | None = None,
    progress: Progress = silent,
) -> PlanCurve:
    """Most people (or kg) covered by each number of sites: the last of the steps.

    Parameters
    ----------
    bundle, travel
        The region as it was imported, and its distances, at least to the scenario's limit.
    scenario
        Its quotas, edits and existing sites hold at every point; its targets at the policy lines.
    effort
        For each point, as in :func:`planner.plan.make_plan`.
    points
        About so many, closer to each other where sites are few.
    plan
        The scenario's, if it is there: where it stands is marked.

    Raises
    ------
    PlanError
        If the region has no candidate, or an edit cannot be done.
    KeyboardInterrupt
        If ``progress`` raised it.
    """
    *_, last = people_curve_steps(
        bundle, scenario, travel, effort=effort, points=points, plan=plan, progress=progress
    )
    return last


def people_curve_steps(
    bundle: Bundle,
    scenario: Scenario,
    travel: TravelMatrix | None = None,
    *,
    effort: Effort = "quick",
    points: int = POINTS,
    plan: Plan | None = None,
    progress: Progress = silent,
) -> Iterator[PlanCurve]:
    """Give the curve with one point more at each step, the policy lines first.

    Whoever has seen enough stops asking. Parameters and errors as in :func:`people_curve_of`.
    """
    task = Task(pose(bundle, scenario, travel, progress), scenario, effort, progress)
    task.count = points + 4
    least = task.policy("township-minimum")
    urban = task.policy("urban-target")
    most = task.everybody_reachable()
    current = task.current(plan)
    marked = [line.sites for line in (least, urban) if line is not None]
    if current is not None:
        marked.append(current.sites)
    numbers = _numbers(least.sites if least else 0, most, points, marked)
    task.count = len(numbers) + 4
    curve = PlanCurve(
        kind="sites", township_minimum=least, urban_target=urban, current=current, of=len(numbers)
    )
    yield curve
    for number in _coarse_to_fine(numbers):
        point = task.point(number, scenario.limit)
        if point is not None:
            curve = learnt(curve, point, scenario.gap, task.recount)
            yield curve


def radius_curve_of(
    bundle: Bundle,
    scenario: Scenario,
    travel: TravelMatrix | None = None,
    *,
    sites: int | None = None,
    limits: Sequence[float] | None = None,
    effort: Effort = "quick",
    plan: Plan | None = None,
    progress: Progress = silent,
) -> PlanCurve:
    """Most people (or kg) covered by one number of sites at each limit: the last of the steps.

    Parameters
    ----------
    travel
        Of the region as it was imported, to the largest limit: limits beyond it are left out.
        Measured if not given.
    sites
        How many; ``max_sites`` of the scenario if left out, else those of its plan.
    limits
        Metres, or seconds if the scenario is in minutes; :data:`LIMITS_M` or :data:`LIMITS_S` and
        the scenario's own if left out.
    effort, plan, progress
        As in :func:`people_curve_of`.

    Raises
    ------
    PlanError
        If the region has no candidate, an edit cannot be done, or there is no plan whose number
        of sites could be taken.
    """
    *_, last = radius_curve_steps(
        bundle,
        scenario,
        travel,
        sites=sites,
        limits=limits,
        effort=effort,
        plan=plan,
        progress=progress,
    )
    return last


def radius_curve_steps(
    bundle: Bundle,
    scenario: Scenario,
    travel: TravelMatrix | None = None,
    *,
    sites: int | None = None,
    limits: Sequence[float] | None = None,
    effort: Effort = "quick",
    plan: Plan | None = None,
    progress: Progress = silent,
) -> Iterator[PlanCurve]:
    """Give the curve with one point more at each step, as :func:`people_curve_steps` does."""
    asked = LIMITS_M if scenario.unit == "m" else LIMITS_S
    told = sorted({*(asked if limits is None else limits), scenario.limit})
    if travel is None:
        measure = measure_of(scenario)
        travel = travel_for(bundle, scenario.mode, told[-1], progress, measure=measure)
    told = [limit for limit in told if limit <= travel.cutoff]
    task = Task(pose(bundle, scenario, travel, progress), scenario, effort, progress)
    task.count = len(told) + 1
    number = sites or scenario.max_sites or task.sites_of_the_answer(plan)
    curve = PlanCurve(kind="limit", of=len(told))
    yield curve
    for limit in _coarse_to_fine(told):
        point = task.point(number, limit)
        if point is not None:
            curve = learnt(curve, point, scenario.gap, task.recount)
            mine = [one for one in curve.points if one.limit == scenario.limit]
            curve = dataclasses.replace(curve, current=mine[0] if mine else None)
            yield curve


def _numbers(least: int, most: int, points: int, marked: list[int]) -> list[int]:
    """Numbers of sites to ask about: closer where the curve bends, and those that are marked."""
    first, last = max(1, least), max(1, least, most)
    steps = np.linspace(0.0, 1.0, max(2, points)) ** 1.5
    spread = {round(first + (last - first) * float(step)) for step in steps}
    return sorted(spread | {number for number in marked if first <= number})


def _coarse_to_fine(numbers: Sequence[Number]) -> list[Number]:
    """Both ends, then always the middle of the widest stretch that is left."""
    last = len(numbers) - 1
    order, waiting = [0, last] if last > 0 else [0], [(0, last)]
    while waiting:
        low, high = waiting.pop(0)
        if high - low > 1:
            middle = (low + high) // 2
            order.append(middle)
            waiting += [(low, middle), (middle, high)]
    return [numbers[row] for row in order]
