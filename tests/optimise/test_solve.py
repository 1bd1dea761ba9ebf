from __future__ import annotations

import time
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import (
    BudgetShort,
    CoverMost,
    CoverShare,
    Infeasible,
    Problem,
    ProblemError,
    Status,
    TargetShort,
    Travel,
    solve,
    verify,
)
from tests.optimise.brute import best, most_models, problems, share_models


def town(units: int = 250, sites: int = 60, seed: int = 1) -> Problem:
    """People in two towns, quotas in four zones, an urban group."""
    rng = np.random.default_rng(seed)
    where = rng.normal(0, 900, (units, 2)) + np.where(rng.random(units) < 0.6, 0, 4000)[:, None]
    at = where[rng.choice(units, sites)] + rng.normal(0, 200, (sites, 2))
    table = np.hypot(*(where[:, None] - at[None]).transpose(2, 0, 1))
    zones = (at[:, 0] > np.median(at[:, 0])) * 2 + (at[:, 1] > np.median(at[:, 1]))
    return Problem(
        weights=rng.integers(1, 60, units),
        travel=Travel.from_dense(np.where(table < 1500, table, np.inf)),
        n_sites=sites,
        site_costs=rng.choice([1.0, 1.25, 2.0], sites),
        existing=np.arange(sites) % 40 == 3,
        zones=zones,
        quotas=[1, 2, 1, 0],
        groups={"urban": where.sum(axis=1) < 3000},
    )


TOWN = town()
QUESTIONS = [
    CoverShare(radius=500.0, targets=(("urban", 0.8),)),
    CoverShare(radius=500.0, targets=(("urban", 0.8), ("all", 0.7)), objective="cost"),
    CoverMost(radius=500.0, max_sites=15),
]


@cache
def proven(model):
    """The optimum of a question about the town."""
    plan = solve(TOWN, model, gap=0.0)
    assert plan.status is Status.PROVEN
    assert plan.value == plan.bound
    return plan


@pytest.mark.parametrize("effort", ["exact", "quick"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_answers_equal_brute_force(effort, data):
    problem = data.draw(problems())
    model = data.draw(st.one_of(share_models(problem), most_models(problem)))
    truth = best(problem, model)
    try:
        plan = solve(problem, model, gap=0.0, effort=effort)
    except Infeasible:
        assert truth is None
        return
    assert truth is not None
    assert verify(problem, model, plan) == ()
    low, high = sorted((plan.value, plan.bound))
    assert low <= truth[0] <= high
    assert plan.value != truth[0] or plan.tie_break.value >= truth[1] - 1e-9
    if effort == "exact":
        assert plan.status is Status.PROVEN
        assert plan.value == plan.bound == truth[0]


@pytest.mark.parametrize("model", QUESTIONS)
def test_two_runs_say_the_same(model):
    one, other = proven(model), solve(town(), model, gap=0.0)
    assert one.open_sites.tolist() == other.open_sites.tolist()
    assert (one.value, one.bound, one.gap) == (other.value, other.bound, other.gap)
    assert one.log == other.log
    assert one.tie_break == other.tie_break
    assert one.distance.tobytes() == other.distance.tobytes()


@pytest.mark.parametrize("model", QUESTIONS)
def test_quick_is_feasible_and_its_bound_holds(model):
    exact, quick = proven(model), solve(TOWN, model, effort="quick")
    assert verify(TOWN, model, quick) == ()
    low, high = sorted((quick.value, quick.bound))
    assert low <= exact.value <= high


@pytest.mark.parametrize("model", QUESTIONS)
@pytest.mark.parametrize("way", ["cancel", "progress", "clock"])
@pytest.mark.parametrize("after", [0, 1, 3])
def test_stopped_work_hands_out_a_plan_and_a_bound(model, way, after):
    looks = []

    def tell(phase: str, share: float) -> None:
        assert 0 <= share <= 1
        looks.append(phase)
        if way == "progress" and len(looks) > after:
            raise KeyboardInterrupt

    plan = solve(
        TOWN,
        model,
        gap=0.0,
        progress=tell,
        cancel=lambda: way == "cancel" and len(looks) > after,
        time_limit_s=1e-9 if way == "clock" else 60.0,
    )
    assert verify(TOWN, model, plan) == ()
    truth = proven(model).value
    low, high = sorted((plan.value, plan.bound))
    assert low <= truth <= high
    if plan.status is Status.FEASIBLE:
        assert plan.stopped == ("time limit" if way == "clock" else "cancelled")
    assert set(looks) <= {"reduce", "search", "prove", "improve"}


def test_a_cancel_while_proving_is_heeded_soon():
    rng = np.random.default_rng(0)
    table = np.where(rng.random((400, 200)) < 0.03, 1.0, np.inf)
    table[np.arange(400), rng.integers(0, 200, 400)] = 1.0
    problem = Problem(weights=np.ones(400, dtype=int), travel=Travel.from_dense(table), n_sites=200)
    model = CoverShare(radius=1.0, targets=(("all", 0.95),))
    proving = []

    def tell(phase: str, _share: float) -> None:
        if phase == "prove":
            proving.append(time.monotonic())

    plan = solve(
        problem, model, gap=0.0, progress=tell, cancel=lambda: len(proving) > 4, time_limit_s=60
    )
    assert plan.stopped == "cancelled"
    assert len(proving) < 20
    assert verify(problem, model, plan) == ()
    assert 0 < plan.bound <= plan.value


def test_infeasible_target_says_what_could_be_had_and_who_is_stranded():
    table = np.array([[100.0, np.inf], [np.inf, 200.0], [np.inf, 900.0], [np.inf, np.inf]])
    problem = Problem(
        weights=[5, 3, 2, 0],
        travel=Travel.from_dense(table),
        n_sites=2,
        forbidden=[True, False],
        groups={"urban": [0, 1, 2, 3]},
    )
    with pytest.raises(Infeasible) as caught:
        solve(problem, CoverShare(radius=500.0, targets=(("all", 0.2), ("urban", 0.9))))
    (fact,) = caught.value.facts
    assert isinstance(fact, TargetShort)
    assert (fact.group, fact.share, fact.total, fact.coverable) == ("urban", 0.9, 10, 3)
    assert fact.attainable == 0.3
    assert fact.stranded.tolist() == [0, 2]


def test_infeasible_budget_says_the_exact_least_number():
    problem = Problem(
        weights=[1, 1],
        travel=Travel.from_dense(np.ones((2, 5))),
        n_sites=5,
        existing=[True, False, False, False, True],
        zones=[0, 0, 0, 1, -1],
        quotas=[2, 1],
    )
    with pytest.raises(Infeasible) as caught:
        solve(problem, CoverMost(radius=1.0, max_sites=3))
    assert caught.value.facts == (BudgetShort(max_sites=3, least=4, existing=2, new_for_quotas=2),)
    assert solve(problem, CoverMost(radius=1.0, max_sites=4)).open_sites.size == 4


def test_the_share_is_the_decimal_it_is_written_as():
    # 0.07 * 100 is 7.000000000000001 in floating point.
    problem = Problem(
        weights=[7, 93], travel=Travel.from_dense([[0.0, np.inf], [np.inf, np.inf]]), n_sites=2
    )
    assert solve(problem, CoverShare(radius=1.0, targets=(("all", 0.07),))).value == 1


def test_costs_of_quarters_are_proven_to_the_quarter():
    assert proven(QUESTIONS[1]).bound * 4 == round(proven(QUESTIONS[1]).bound * 4)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({"gap": 1.0}, "solve.gap"),
        ({"gap": -0.1}, "solve.gap"),
        ({"gap": float("nan")}, "solve.gap"),
        ({"time_limit_s": 0.0}, "solve.time_limit_s"),
        ({"effort": "heroic"}, "solve.effort"),
    ],
)
def test_bad_options(options, field):
    with pytest.raises(ProblemError) as caught:
        solve(TOWN, QUESTIONS[0], **options)
    assert caught.value.field == field


def test_unknown_group_and_radius_beyond_the_cutoff():
    with pytest.raises(ProblemError, match=r"no group 'suburb'.*all, urban"):
        solve(TOWN, CoverShare(radius=1.0, targets=(("suburb", 0.5),)))
    table = Travel(
        indptr=np.array([0, 1]), indices=np.array([0]), impedance=np.ones(1), cutoff=300.0
    )
    problem = Problem(weights=[1], travel=table, n_sites=1)
    with pytest.raises(ProblemError, match="400 is beyond the travel cutoff of 300"):
        solve(problem, CoverMost(radius=400.0, max_sites=1))


def test_float_weights_and_single_precision_travel():
    table = Travel(
        indptr=np.array([0, 2, 3]),
        indices=np.array([0, 1, 1]),
        impedance=np.array([0.0, 250.5, 1000.0], dtype=np.float32),
    )
    problem = Problem(weights=[0.1, 0.7], travel=table, n_sites=2)
    for model in (
        CoverShare(radius=1000.0, targets=(("all", 1.0),)),
        CoverMost(radius=1000.0, max_sites=1),
    ):
        plan = solve(problem, model)
        assert verify(problem, model, plan) == ()
        assert plan.open_sites.tolist() == [1]
        assert plan.distance.tolist() == [250.5, 1000.0]


def test_no_question_needs_no_site():
    problem = Problem(weights=[1], travel=Travel.from_dense([[1.0]]), n_sites=1)
    plan = solve(problem, CoverShare(radius=5.0))
    assert plan.open_sites.size == 0
    assert (plan.value, plan.bound, plan.gap) == (0.0, 0.0, 0.0)


def test_rounding_of_sums_is_no_gap():
    weights = np.random.default_rng(7).random((40, 9))
    for row in weights:
        table = np.where(np.random.default_rng(len(row)).random((9, 5)) < 0.4, 1.0, np.inf)
        problem = Problem(weights=row, travel=Travel.from_dense(table), n_sites=5)
        plan = solve(problem, CoverMost(radius=1.0, max_sites=2), gap=0.0)
        assert (plan.status, plan.stopped, plan.gap) == (Status.PROVEN, "gap", 0.0)
