from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import (
    CoverMost,
    CoverShare,
    Infeasible,
    Problem,
    ProblemError,
    Travel,
    verify,
)
from optimise.insight.frontier import knee_of, people_curve, sites_curve
from tests.optimise.brute import best, outcome, plans, problems


@settings(max_examples=60, deadline=None)
@given(problem=problems(), radius=st.sampled_from([0.5, 1.0, 2.0]))
def test_people_at_each_number_equal_brute_force(problem, radius):
    numbers = range(problem.n_sites + 1)
    curve = people_curve(problem, radius=radius, sites=numbers, gap=0.0)
    assert [point.x for point in curve.points] == list(numbers)
    for number, point in zip(numbers, curve.points, strict=True):
        model = CoverMost(radius=radius, max_sites=number, tie_break=None)
        truth = best(problem, model)
        if truth is None:
            assert isinstance(point.reason, Infeasible)
            assert point.solution is None
        else:
            assert point.solution is not None
            assert point.solution.value == pytest.approx(truth[0])
            assert point.solution.bound == pytest.approx(truth[0])
            assert verify(problem, model, point.solution) == ()


@settings(max_examples=60, deadline=None)
@given(problem=problems(), share=st.sampled_from([0.5, 0.9, 1.0]))
def test_sites_at_each_radius_equal_brute_force(problem, share):
    radii = (0.5, 1.0, 2.0, 3.0)
    curve = sites_curve(problem, radii=radii, targets=(("all", share),), gap=0.0)
    for radius, point in zip(radii, curve.points, strict=True):
        model = CoverShare(radius=radius, targets=(("all", share),), tie_break=None)
        truth = best(problem, model)
        if truth is None:
            assert isinstance(point.reason, Infeasible)
        else:
            assert point.solution is not None
            assert point.solution.value == pytest.approx(truth[0])
            assert verify(problem, model, point.solution) == ()


def plain(seed: int, units: int = 60, sites: int = 14) -> Problem:
    """Made-up homes and sites on a square."""
    rng = np.random.default_rng(seed)
    homes, places = rng.uniform(0, 10, (units, 2)), rng.uniform(0, 10, (sites, 2))
    table = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1))
    return Problem(
        weights=rng.integers(1, 50, units), travel=Travel.from_dense(table), n_sites=sites
    )


def nested_by_hand(problem: Problem, radius: float, numbers: range) -> list[float]:
    """Best step after the best step, by trying every superset."""
    values, before = [], ()
    for number in numbers:
        bigger = [
            plan for plan in plans(problem) if len(plan) <= number and set(before) <= set(plan)
        ]
        people = {
            plan: float(problem.weights[outcome(problem, plan, radius)[0]].sum()) for plan in bigger
        }
        top = max(people.values())
        values.append(top)
        before = min(plan for plan in bigger if people[plan] == top)
    return values


@pytest.mark.parametrize("seed", range(4))
def test_nested_plans_contain_one_another_and_say_their_price(seed):
    problem, numbers = plain(seed, sites=9), range(1, 7)
    free = people_curve(problem, radius=2.0, sites=numbers, gap=0.0)
    nested = people_curve(problem, radius=2.0, sites=numbers, stay=math.inf, gap=0.0)
    before: set[int] = set()
    for own, point, number in zip(free.points, nested.points, numbers, strict=True):
        assert point.solution is not None
        assert own.solution is not None
        sites = set(point.solution.open_sites.tolist())
        assert before <= sites
        assert len(sites) <= number
        covered, _ = outcome(problem, tuple(sorted(sites)), 2.0)
        assert point.solution.value == problem.weights[covered].sum()
        assert point.price == own.solution.value - point.solution.value >= 0
        assert point.solution.bound >= own.solution.value
        before = sites
    # Ties may lead to another chain; the first two steps have none here.
    by_hand = nested_by_hand(problem, 2.0, range(1, 3))
    assert [one.solution.value for one in nested.points[:2]] == by_hand  # type: ignore[union-attr]


@pytest.mark.parametrize("seed", range(4))
def test_a_mild_wish_to_stay_costs_less_than_nesting(seed):
    problem, numbers = plain(seed, sites=12), range(1, 8)

    def walk(stay: float) -> tuple[list[float], list[int]]:
        curve = people_curve(problem, radius=2.0, sites=numbers, stay=stay, gap=0.0)
        plans_ = [set(one.solution.open_sites.tolist()) for one in curve.points]  # type: ignore[union-attr]
        moved = [len(a - b) for a, b in itertools.pairwise(plans_)]
        return [one.price for one in curve.points], moved

    _, free_moves = walk(0.0)
    mild_price, mild_moves = walk(3.0)
    _, nested_moves = walk(math.inf)
    assert sum(nested_moves) == 0
    assert sum(mild_moves) <= sum(free_moves)
    # A step gives up at most what its stays are worth.
    assert all(price <= 3.0 * number for price, number in zip(mild_price, numbers, strict=True))


def test_side_constraints_hold_at_each_point():
    problem = plain(9)
    ruled = Problem(
        weights=problem.weights,
        travel=problem.travel,
        n_sites=problem.n_sites,
        existing=np.arange(14) == 3,
        forbidden=np.arange(14) == 5,
        zones=np.arange(14) % 2,
        quotas=[2, 2],
    )
    curve = people_curve(ruled, radius=2.0, sites=range(2, 9), stay=math.inf, gap=0.0)
    assert [point.solution is None for point in curve.points] == [True, True, *[False] * 5]
    for point in curve.points[2:]:
        assert point.solution is not None
        sites = point.solution.open_sites
        assert 3 in sites
        assert 5 not in sites
        assert np.bincount(sites % 2, minlength=2).min() >= 2


def test_knee_of_curves_drawn_by_hand():
    x = np.arange(6.0)
    assert knee_of(x, np.array([0.0, 8.0, 9.0, 9.5, 9.8, 10.0]), rising=True) == 1
    assert knee_of(x, np.array([10.0, 9.0, 2.0, 1.0, 0.5, 0.0]), rising=False) == 2
    assert knee_of(x, x * 3, rising=True) is None
    assert knee_of(x[:2], x[:2], rising=True) is None
    assert knee_of(x, np.ones(6), rising=True) is None


def test_a_cancel_keeps_the_points_there_are():
    problem = plain(2)
    asked = iter([False] * 8)
    curve = people_curve(problem, radius=2.0, sites=range(1, 13), cancel=lambda: next(asked, True))
    assert curve.stopped == "cancelled"
    assert curve.points[0].solution is not None
    assert curve.points[-1].solution is None
    assert curve.points[-1].reason is None


def test_senseless_options_are_refused():
    problem = plain(1)
    with pytest.raises(ProblemError, match=r"people_curve\.stay"):
        people_curve(problem, radius=2.0, sites=[1], stay=-1.0)
    with pytest.raises(ProblemError, match=r"people_curve\.sites"):
        people_curve(problem, radius=2.0, sites=[-1])
    with pytest.raises(ProblemError, match="radius"):
        people_curve(problem, radius=0.0, sites=[1])
    with pytest.raises(ProblemError, match="time_limit_s"):
        sites_curve(problem, radii=[1.0], targets=(), time_limit_s=0.0)
