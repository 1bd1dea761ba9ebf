"""Rounds counted again, step by step, without the code that found them."""

from __future__ import annotations

import itertools

from optimise.rounds.question import Rounds
from optimise.rounds.rounds import RoundsPlan

__all__ = ["verify_rounds"]


def verify_rounds(question: Rounds, plan: RoundsPlan) -> tuple[str, ...]:
    """Check capacity, shift, number of vehicles, frequency and sums.

    Returns
    -------
    tuple of str
        The faults found, none if the plan holds.
    """
    faults: list[str] = []
    seen: dict[int, list[int]] = {stop: [] for stop in range(len(question.kg))}
    total = 0
    out: dict[tuple[int, int], int] = {}
    for number, one in enumerate(plan.rounds):
        name = f"round {number} on day {one.day}"
        if not 0 <= one.day < question.weeks * question.days_a_week:
            faults.append(f"{name}: no such day")
        vehicle = question.fleet[one.vehicle]
        here, kg, length_m, travel_s, service_s = vehicle.depot, 0, 0, 0, 0
        for stop in one.stops:
            there = question.depots + stop
            length_m += int(question.length_m[here, there])
            travel_s += int(question.time_s[here, there])
            kg += int(question.kg[stop])
            service_s += int(question.service_s[stop])
            seen[stop].append(one.day)
            here = there
        length_m += int(question.length_m[here, vehicle.depot])
        travel_s += int(question.time_s[here, vehicle.depot])
        if kg > vehicle.capacity_kg:
            faults.append(f"{name}: {kg} kg, at most {vehicle.capacity_kg}")
        if travel_s + service_s > vehicle.shift_s:
            faults.append(f"{name}: {travel_s + service_s} s, at most {vehicle.shift_s}")
        cost = vehicle.cost_round
        cost += vehicle.cost_m * length_m + vehicle.cost_s * (travel_s + service_s)
        counted = (kg, length_m, travel_s, service_s, cost)
        told = (one.kg, one.length_m, one.travel_s, one.service_s, one.cost)
        if counted != told:
            faults.append(f"{name}: counted {counted}, told {told}")
        total += cost
        key = (one.day, one.vehicle)
        out[key] = out.get(key, 0) + 1
    for (day, kind), count in sorted(out.items()):
        limit = question.fleet[kind].count
        if limit is not None and count > limit:
            faults.append(f"day {day}: {count} vehicles of kind {kind}, at most {limit}")
    for stop, days in seen.items():
        days.sort()
        if tuple(days) != tuple(plan.days[stop]):
            faults.append(f"stop {stop}: visited on {days}, told {plan.days[stop]}")
        faults += [f"stop {stop}: {fault}" for fault in _frequency(question, stop, days)]
    if total != plan.value:
        faults.append(f"costs {total}, told {plan.value}")
    if not plan.bound <= plan.bound_of_days <= plan.value:
        faults.append(f"bounds {plan.bound}, {plan.bound_of_days} do not fit {plan.value}")
    return tuple(faults)


def _frequency(question: Rounds, stop: int, days: list[int]) -> list[str]:
    asked, weeks, per = int(question.visits[stop]), question.weeks, question.days_a_week
    if len(days) != asked or len(set(days)) != asked:
        return [f"{len(days)} visits, asked {asked}"]
    if asked < weeks:
        between = {b - a for a, b in itertools.pairwise([*days, days[0] + weeks * per])}
        return [] if between == {weeks // asked * per} else [f"days {days} are not even"]
    by_week = [[day - week * per for day in days if day // per == week] for week in range(weeks)]
    if any(week != by_week[0] for week in by_week):
        return [f"days {days} differ from week to week"]
    if asked // weeks > 1:
        # As far apart as weekdays can be: no set of as many has a wider narrowest gap.
        def narrowest(chosen: tuple[int, ...]) -> int:
            return min(b - a for a, b in itertools.pairwise([*chosen, chosen[0] + 7]))

        best = max(narrowest(c) for c in itertools.combinations(range(per), asked // weeks))
        if narrowest(tuple(by_week[0])) < best:
            return [f"weekdays {by_week[0]} stand too close"]
    return []
