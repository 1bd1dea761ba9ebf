from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimise import FairMedian, Infeasible, PMedian, Problem, ProblemError, Travel, solve
from optimise.median.fair import solve_fair
from optimise.median.median import solve_median
from optimise.run import Run
from optimise.watch import Watch
from tests.optimise.brute import dense, plans, problems


def exactly(problem: Problem, model: FairMedian):
    return solve_fair(
        problem, model, Run(gap=0.0, seed=0, exact=True, watch=Watch(60.0)), solve_median
    )


def equivalent(problem: Problem, plan: tuple[int, ...], k: float) -> float:
    """The measure as it is defined, over an impedance table."""
    nearest = dense(problem)[:, list(plan)].min(axis=1, initial=np.inf)
    people = problem.weights > 0
    if not np.isfinite(nearest[people]).all():
        return math.inf
    mean = np.average(np.exp(k * nearest[people]), weights=problem.weights[people])
    return float(np.log(mean) / k)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_equals_brute_force(data):
    problem = data.draw(problems())
    p, aversion = data.draw(st.integers(1, 5)), data.draw(st.sampled_from([0.1, 1.0, 3.0]))
    scale = 400.0
    assume((problem.weights > 0).any())
    values = [
        equivalent(problem, plan, aversion / scale) for plan in plans(problem) if len(plan) <= p
    ]
    least = min(values, default=math.inf)
    try:
        plan = exactly(problem, FairMedian(p=p, aversion=aversion, scale=scale))
    except Infeasible:
        assert least == math.inf
        return
    assert plan.objective == "equivalent"
    assert plan.value == pytest.approx(least, rel=1e-7, abs=1e-6)
    assert plan.bound <= plan.value
    assert plan.gap <= 1e-6 or plan.value < 1e-3
    chosen = tuple(plan.open_sites.tolist())
    assert equivalent(problem, chosen, aversion / scale) == pytest.approx(plan.value, abs=1e-6)


@pytest.mark.parametrize("seed", range(12))
def test_a_far_site_hides_no_better_plan_where_rules_tie_sites(seed):
    rng = np.random.default_rng(seed)
    table = rng.random((6, 5)) * 2.0 + 0.01
    table[rng.random((6, 5)) < 0.3] *= 60.0
    problem = Problem(
        weights=rng.integers(1, 99, 6), travel=Travel.from_dense(table), n_sites=5, apart=[(0, 1)]
    )
    kept = [plan for plan in plans(problem) if 0 < len(plan) <= 3 and not {0, 1} <= set(plan)]
    least = min(equivalent(problem, plan, 4.0) for plan in kept)
    plan = solve(problem, FairMedian(p=3, aversion=4.0, scale=1.0), gap=0.0)
    assert plan.value == pytest.approx(least, rel=1e-7)
    assert plan.bound <= least * (1.0 + 1e-7)


def town(seed: int = 1) -> Problem:
    """Seventy made-up households and twenty places on a plane, one hamlet far away."""
    rng = np.random.default_rng(seed)
    homes = np.vstack([rng.uniform(0, 1000, (60, 2)), rng.uniform(4000, 4300, (10, 2))])
    places = homes[rng.choice(70, 20, replace=False)] + 20.0
    table = np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1))
    return Problem(
        weights=rng.integers(1, 9, 70), travel=Travel.from_dense(table), n_sites=len(places)
    )


def test_between_the_mean_and_the_worst_way():
    problem = town()
    mild, stern = (exactly(problem, FairMedian(p=3, aversion=a)) for a in (0.01, 8.0))
    mean = solve_median(
        problem, PMedian(p=3), Run(gap=0.0, seed=0, exact=True, watch=Watch(60.0))
    ).value / float(problem.weights.sum())
    assert mild.value == pytest.approx(mean, rel=0.02)
    assert mean < stern.value <= float(np.nanmax(stern.distance))
    assert np.nanmax(stern.distance) <= np.nanmax(mild.distance)


def test_nothing_to_scale_by_and_too_much_aversion():
    home = Problem(weights=[1, 1], travel=Travel.from_dense([[0.0, 9.0], [9.0, 0.0]]), n_sites=2)
    with pytest.raises(ProblemError, match=r"FairMedian\.scale"):
        exactly(home, FairMedian(p=1))
    assert exactly(home, FairMedian(p=1, scale=9.0)).value == pytest.approx(
        9.0 * math.log((1 + math.e) / 2)
    )
    with pytest.raises(ProblemError, match=r"FairMedian\.aversion"):
        exactly(home, FairMedian(p=1, aversion=100.0, scale=1.0))
