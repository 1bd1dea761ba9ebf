"""Several goals against brute force."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import Infeasible, Problem, ProblemError, Status, Travel
from optimise.general.goals import InOrder, Weighed, solve_in_order, solve_weighed
from tests.optimise.brute import broken, outcome, problems, radii

GOALS = ["quotas", "coverage", "sites", "cost", "distance"]


def figures(problem: Problem, plan: tuple[int, ...], radius) -> dict[str, float]:
    """What a plan comes to in every goal."""
    covered, distance = outcome(problem, plan, radius)
    missing = sum(
        max(0, int(quota) - sum(1 for site in plan if problem.zones[site] == zone))
        for zone, quota in enumerate(problem.quotas)
    )
    return {
        "quotas": float(missing),
        "coverage": float(problem.weights[covered].sum()),
        "sites": float(len(plan)),
        "cost": float(problem.site_costs[list(plan)].sum()),
        "distance": distance,
    }


def allowed(problem: Problem, max_sites, *, soft: bool):
    """All plans that keep the rules, but the quotas where they are a goal."""
    most = problem.n_sites if max_sites is None else max_sites
    for size in range(min(most, problem.n_sites) + 1):
        for plan in itertools.combinations(range(problem.n_sites), size):
            if broken(problem, plan) <= ({"quota"} if soft else set()):
                yield plan


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_goals_in_order_equal_brute_force(data):
    problem = data.draw(problems(sides=True))
    radius = data.draw(radii(problem))
    goals = tuple(data.draw(st.lists(st.sampled_from(GOALS), min_size=1, unique=True)))
    max_sites = data.draw(st.one_of(st.none(), st.integers(0, problem.n_sites)))
    model = InOrder(radius=radius, goals=goals, max_sites=max_sites)
    left = [
        figures(problem, plan, radius)
        for plan in allowed(problem, max_sites, soft="quotas" in goals)
    ]
    try:
        found = solve_in_order(problem, model, gap=0.0)
    except Infeasible:
        assert not left
        return
    assert left
    plan = tuple(found.open_sites.tolist())
    assert plan in set(allowed(problem, max_sites, soft="quotas" in goals))
    for stage in found.stages:
        sign = -1.0 if stage.goal == "coverage" else 1.0
        truth = min(sign * one[stage.goal] for one in left)
        left = [one for one in left if sign * one[stage.goal] <= truth + 1e-9]
        assert stage.value == pytest.approx(sign * truth, abs=1e-9)
        assert stage.bound == pytest.approx(sign * truth, abs=1e-6)
        assert stage.status is Status.PROVEN
    assert figures(problem, plan, radius) in left


@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_a_weighed_sum_equals_brute_force(data):
    problem = data.draw(problems(sides=True))
    radius = data.draw(radii(problem))
    price = st.sampled_from([0.0, 0.5, 1.0, 3.0])
    names = ["people", "cost", "sites", "distance"]
    prices = {name: data.draw(price) for name in names}
    if not any(prices.values()):
        prices["people"] = 1.0
    model = Weighed(radius=radius, **prices)
    total = float(problem.weights.sum())
    sums = []
    for plan in allowed(problem, None, soft=False):
        one = figures(problem, plan, radius)
        one["people"] = total - one["coverage"]
        sums.append(sum(prices[name] * one[name] for name in names))
    try:
        found = solve_weighed(problem, model, gap=0.0)
    except Infeasible:
        assert not sums
        return
    (stage,) = found.stages
    assert stage.value == pytest.approx(min(sums), abs=1e-9)
    assert stage.bound == pytest.approx(min(sums), abs=1e-6)


def town(**more) -> Problem:
    rng = np.random.default_rng(5)
    who, where = rng.random((300, 2)), rng.random((60, 2))
    table = np.hypot(*(who[:, None] - where[None]).transpose(2, 0, 1))
    return Problem(
        weights=rng.integers(1, 50, 300),
        travel=Travel.from_dense(np.where(table < 0.4, table, np.inf)),
        n_sites=60,
        site_costs=rng.integers(3, 9, 60),
        zones=(where[:, 0] * 4).astype(int),
        quotas=[3, 3, 3, 3],
        **more,
    )


def test_later_goals_only_improve_what_earlier_ones_leave_open():
    model = InOrder(radius=0.15, max_sites=12)
    found = solve_in_order(town(), model, gap=0.0)
    kept = {stage.goal: stage for stage in found.stages}
    assert [stage.goal for stage in found.stages] == list(model.goals)
    assert kept["quotas"].value == 0
    assert kept["coverage"].value >= kept["coverage"].kept
    assert kept["cost"].value <= kept["cost"].kept
    alone = solve_in_order(town(), replace(model, goals=("quotas", "coverage")), gap=0.0)
    assert alone.stages[1].value == kept["coverage"].value
    assert kept["cost"].value <= town().site_costs[alone.open_sites].sum()


def test_quotas_that_clash_with_a_limit_are_met_as_far_as_can_be():
    found = solve_in_order(town(max_sites=7), InOrder(radius=0.15), gap=0.0)
    assert found.stages[0].value == found.stages[0].bound == 5
    assert found.shortfall.sum() == 5
    assert len(found.open_sites) == 7


def test_tolerance_leaves_room_for_the_next_goal():
    strict = InOrder(radius=0.15, goals=("coverage", "cost"), max_sites=14)
    loose = replace(strict, tolerance=0.05)
    one, other = (solve_in_order(town(), model, gap=0.0) for model in (strict, loose))
    assert other.stages[1].value < one.stages[1].value
    assert other.stages[0].value >= 0.95 * one.stages[0].value


@pytest.mark.parametrize(
    "bad",
    [
        {"goals": ()},
        {"goals": ("cost", "cost")},
        {"goals": ("beauty",)},
        {"radius": -1.0},
        {"tolerance": 1.0},
        {"max_sites": -1},
    ],
)
def test_senseless_goals_are_refused(bad):
    with pytest.raises(ProblemError, match="InOrder"):
        InOrder(**{"radius": 1.0, **bad})


def test_senseless_prices_are_refused():
    with pytest.raises(ProblemError, match="every price is 0"):
        Weighed(radius=1.0)
    with pytest.raises(ProblemError, match=r"Weighed\.cost"):
        Weighed(radius=1.0, cost=float("nan"))


def test_prices_far_apart_do_not_run_out_the_clock():
    table = [
        [3.0, 2.0, np.inf, 0.0, np.inf, 1.0],
        [0.0, 2.0, 1.0, np.inf, 0.0, 2.0],
        [2.0, 1.0, 2.0, np.inf, 0.0, 0.0],
        [2.0, 1.0, 2.0, 2.0, 0.0, 1.0],
        [np.inf, 0.0, 0.0, 0.0, np.inf, np.inf],
        [0.0, 1.0, np.inf, 0.0, 0.0, 1.0],
        [3.0, np.inf, 1.0, np.inf, np.inf, 0.0],
    ]
    people = [
        *(39909410299725, 91168325253753, 57798845299447, 91356935111092),
        *(72517328865439, 51081932538392, 68541793165689),
    ]
    problem = Problem(
        weights=people,
        travel=Travel.from_dense(table),
        n_sites=6,
        site_costs=[1, 3, 2, 0, 2, 0],
        existing=np.isin(range(6), [0, 3]),
        closable=np.isin(range(6), [0, 3]),
        forbidden=np.isin(range(6), [0]),
        zones=[-1, 0, 0, -1, -1, -1],
        quotas=[1],
        max_sites=5,
        apart=[(0, 5)],
    )
    weighed = Weighed(radius=3.0, people=1.0, cost=0.3, sites=1.0, distance=0.5)
    ordered = solve_weighed(problem, weighed, gap=0.0, time_limit_s=9.0)
    assert ordered.stopped == "gap"
    assert ordered.stages[0].status is Status.PROVEN


@pytest.mark.parametrize("options", [{"gap": -1.0}, {"time_limit_s": 0.0}, {"effort": "best"}])
def test_senseless_options_are_refused(options):
    problem = Problem(weights=[1], travel=Travel.from_dense([[1.0]]), n_sites=1)
    with pytest.raises(ProblemError, match=rf"solve\.{next(iter(options))}"):
        solve_in_order(problem, InOrder(radius=1.0, goals=("coverage",)), **options)
    with pytest.raises(ProblemError, match=rf"solve\.{next(iter(options))}"):
        solve_weighed(problem, Weighed(radius=1.0, people=1.0), **options)
