"""Rounds against every way of driving on small problems, and against published best-known ones."""

from __future__ import annotations

import dataclasses
import itertools
import json
import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import (
    Rounds,
    RoundsShort,
    Vehicles,
    day_patterns,
    iterations_for,
    solve_rounds,
    verify_rounds,
)
from optimise.errors import ProblemError

#: Published in CVRPLIB; their facts and sources are in instances/NAME.json.
INSTANCES = (
    "A-n32-k5",
    "A-n80-k10",
    "E-n22-k4",
    "E-n23-k3",
    "E-n30-k3",
    "E-n33-k4",
    "E-n51-k5",
    "P-n16-k8",
)


def _drawn(seed: int, stops: int, *, depots: int = 1, **fleet: int | None) -> Rounds:
    rng = np.random.default_rng(seed)
    xy = rng.integers(0, 20_000, (stops + depots, 2))
    length_m = np.ceil(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    told: dict[str, int | None] = {"capacity_kg": 900, "shift_s": 20_000, "cost_round": 50_000}
    return Rounds(
        time_s=length_m // 8 + rng.integers(0, 60, length_m.shape) * (length_m > 0),
        length_m=length_m,
        depots=depots,
        kg=rng.integers(50, 400, stops),
        service_s=rng.integers(300, 900, stops),
        visits=rng.choice([1, 2, 4, 8], stops),
        fleet=tuple(
            Vehicles(depot=d, cost_m=20, cost_s=80, **{**told, **fleet})  # type: ignore[arg-type]
            for d in range(depots)
        ),
    )


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 2))
def test_rounds_hold_and_repeat(seed: int, depots: int) -> None:
    question = _drawn(seed, 12, depots=depots)
    plan = solve_rounds(question, iterations=60)
    assert verify_rounds(question, plan) == ()
    assert plan == solve_rounds(question, iterations=60)
    assert 0 < plan.bound <= plan.bound_of_days <= plan.value


def _cheapest_day(question: Rounds, stops: tuple[int, ...]) -> int:
    """Every order of the stops, cut into rounds every way (one kind of vehicle)."""
    (one,) = question.fleet
    cost = question.length_m * one.cost_m + question.time_s * one.cost_s
    best = math.inf
    for order in itertools.permutations(stops):
        least = [0.0] + [math.inf] * len(order)
        for end in range(1, len(order) + 1):
            for begin in range(end):
                part = [stop + question.depots for stop in order[begin:end]]
                way = [one.depot, *part, one.depot]
                rows = np.array(order[begin:end])
                time_s = sum(question.time_s[a, b] for a, b in itertools.pairwise(way))
                service_s = int(question.service_s[rows].sum())
                if question.kg[rows].sum() > one.capacity_kg or time_s + service_s > one.shift_s:
                    continue
                spent = one.cost_round + sum(cost[a, b] for a, b in itertools.pairwise(way))
                least[end] = min(least[end], least[begin] + spent + service_s * one.cost_s)
        best = min(best, least[-1])
    return int(best)


@pytest.mark.parametrize("seed", range(4))
def test_rounds_of_a_day_are_the_cheapest(seed: int) -> None:
    question = dataclasses.replace(_drawn(seed, 6), visits=np.full(6, 1), weeks=1, days_a_week=1)
    plan = solve_rounds(question, iterations=300)
    best = _cheapest_day(question, tuple(range(6)))
    assert plan.value == best
    assert plan.bound_of_days <= best


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000))
def test_bounds_hold_whatever_the_days(seed: int) -> None:
    question = dataclasses.replace(_drawn(seed, 4), visits=np.ones(4, int), weeks=1, days_a_week=2)
    plan = solve_rounds(question, iterations=30)
    best = min(
        sum(
            _cheapest_day(question, tuple(s for s in range(4) if days[s] == day))
            for day in set(days)
        )
        for days in itertools.product(range(2), repeat=4)
    )
    assert plan.bound <= best <= plan.value


def test_days_are_balanced() -> None:
    question = dataclasses.replace(_drawn(5, 60), visits=np.ones(60, int))
    plan = solve_rounds(question, iterations=20)
    work = np.zeros(question.days)
    for one in plan.rounds:
        work[one.day] += one.travel_s + one.service_s
    assert work.min() > 0
    assert work.max() < 2.0 * work.mean()


def test_patterns_of_days() -> None:
    assert day_patterns(1, 4, 5)[7] == (7,)
    assert (3, 13) in day_patterns(2, 4, 5)
    assert set(day_patterns(8, 4, 5)) == {
        tuple(w * 5 + d for w in range(4) for d in days)
        for days in ((0, 3), (1, 4), (0, 4), (1, 3), (2, 4), (0, 2))
        if min(days[1] - days[0], days[0] + 7 - days[1]) == 3
    }
    assert len(day_patterns(20, 4, 5)) == 1
    assert day_patterns(3, 4, 5) == ()


def test_what_cannot_be_is_said() -> None:
    question = _drawn(1, 5)
    with pytest.raises(RoundsShort) as short:
        solve_rounds(dataclasses.replace(question, kg=np.array([1, 1, 901, 1, 1])))
    assert short.value.stops == (2,)
    with pytest.raises(RoundsShort) as few:
        solve_rounds(
            dataclasses.replace(
                _drawn(1, 12, count=1), visits=np.full(12, 20), kg=np.full(12, 400)
            ),
            iterations=50,
        )
    assert few.value.day == 0
    with pytest.raises(ProblemError):
        dataclasses.replace(question, visits=np.full(5, 3))


def test_the_check_finds_what_is_wrong() -> None:
    question = _drawn(2, 8)
    plan = solve_rounds(question, iterations=50)
    first, *rest = plan.rounds

    def faults(**changes: object) -> str:
        changed = dataclasses.replace(plan, **changes)  # type: ignore[arg-type]
        return " ".join(verify_rounds(question, changed))

    assert "visits, asked" in faults(rounds=tuple(rest))
    assert "counted" in faults(rounds=(dataclasses.replace(first, kg=first.kg - 1), *rest))
    assert "costs" in faults(value=plan.value + 1)
    assert "bounds" in faults(bound=plan.value + 1)
    small = dataclasses.replace(
        question, fleet=(dataclasses.replace(question.fleet[0], capacity_kg=60, shift_s=600),)
    )
    told = " ".join(verify_rounds(small, plan))
    assert "kg, at most 60" in told
    assert "s, at most 600" in told
    late = dataclasses.replace(first, day=(first.day + 1) % question.days)
    assert "told" in faults(rounds=(late, *rest))


@pytest.mark.parametrize("name", INSTANCES)
def test_near_the_best_known_of_published_instances(name: str) -> None:
    question, best = _published(name)
    for seed in range(2):
        plan = solve_rounds(question, seed=seed)  # as many steps as anybody gets who asks for none
        assert verify_rounds(question, plan) == ()
        # All are proven optima: less would mean that distances or demands are not the published.
        assert plan.bound <= plan.bound_of_days <= best <= plan.value <= 1.03 * best


def _published(name: str) -> tuple[Rounds, int]:
    """One day, and the published value: as many vehicles as there, no limit to the shift."""
    told = json.loads(Path(__file__).with_name("instances").joinpath(f"{name}.json").read_bytes())
    stops = np.array(told["stops_x_y_demand"])
    xy = np.vstack([told["depot_xy"], stops[:, :2]]).astype(float)
    length_m = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    question = Rounds(
        time_s=np.zeros_like(length_m),
        length_m=length_m,
        depots=1,
        kg=stops[:, 2],
        service_s=np.zeros(len(stops), np.int64),
        visits=np.ones(len(stops), np.int64),
        fleet=(Vehicles(depot=0, capacity_kg=told["capacity"], shift_s=1, count=told["vehicles"]),),
        weeks=1,
        days_a_week=1,
    )
    return question, told["best_known"]


def test_the_more_stops_the_more_steps() -> None:
    question = dataclasses.replace(_drawn(6, 55), visits=np.full(55, 1), weeks=1, days_a_week=1)
    assert solve_rounds(question) == dataclasses.replace(
        solve_rounds(question, iterations=1000), iterations=None
    )
    few = dataclasses.replace(_drawn(6, 12), visits=np.full(12, 1), weeks=1, days_a_week=1)
    assert solve_rounds(few).value == solve_rounds(few, iterations=200).value
    assert iterations_for(49) < iterations_for(50)


def test_the_unit_of_money_does_not_matter() -> None:
    question = dataclasses.replace(_drawn(3, 40), visits=np.full(40, 4))
    plan = solve_rounds(question, iterations=100)
    (one,) = question.fleet
    fine = dataclasses.replace(
        one,
        cost_round=one.cost_round * 10_000,
        cost_m=one.cost_m * 10_000,
        cost_s=one.cost_s * 10_000,
    )
    dear = solve_rounds(dataclasses.replace(question, fleet=(fine,)), iterations=100)
    assert dear.value <= 1.02 * 10_000 * plan.value
    assert plan.vehicles(1)[0] >= 1


def test_few_steps_still_give_rounds_that_hold() -> None:
    question = dataclasses.replace(_drawn(4, 40, capacity_kg=450), visits=np.full(40, 4))
    assert verify_rounds(question, solve_rounds(question, iterations=1)) == ()
