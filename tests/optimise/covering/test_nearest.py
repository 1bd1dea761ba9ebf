from __future__ import annotations

import itertools
from fractions import Fraction

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import CoverMost, CoverShare, Infeasible, Problem, Travel, solve
from optimise.covering.nearest import draw_near
from tests.optimise.brute import best, most_models, outcome, plans, problems, share_models, share_of


def holds(problem, model, plan, first_goal) -> bool:
    """Whether a plan is as good as ``first_goal`` and keeps targets and budget."""
    covered, _ = outcome(problem, plan, model.radius)
    if isinstance(model, CoverMost):
        return len(plan) <= model.max_sites and problem.weights[covered].sum() >= first_goal
    cost = len(plan) if model.objective == "sites" else problem.site_costs[list(plan)].sum()
    return cost <= first_goal and all(
        share_of(problem, covered, group) >= Fraction(repr(share)) for group, share in model.targets
    )


def goal(problem, model, plan) -> float:
    if isinstance(model, CoverMost):
        return float(problem.weights[outcome(problem, plan, model.radius)[0]].sum())
    return len(plan) if model.objective == "sites" else float(problem.site_costs[list(plan)].sum())


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_nearer_and_no_worse(data):
    problem = data.draw(problems())
    model = data.draw(st.one_of(share_models(problem), most_models(problem)))
    every = list(plans(problem))
    start = data.draw(st.sampled_from(every)) if every else None
    if start is None or not holds(problem, model, start, goal(problem, model, start)):
        return
    first_goal = goal(problem, model, start)
    moves = data.draw(st.sampled_from([0, 50]))
    found = tuple(draw_near(problem, model, np.array(start, dtype=np.int32), moves=moves).tolist())
    assert found in every
    assert holds(problem, model, found, first_goal)
    before, after = (
        outcome(problem, start, model.radius)[1],
        outcome(problem, found, model.radius)[1],
    )
    assert after <= before
    # No single exchange is left that would help.
    reached = goal(problem, model, found)
    if isinstance(model, CoverShare):
        for out, into in itertools.product(found, range(problem.n_sites)):
            other = tuple(sorted({*found} - {out} | {into}))
            cheaper = model.objective == "sites" or (
                problem.site_costs[into] <= problem.site_costs[out]
            )
            if len(other) == len(found) and other in every and cheaper:
                better = outcome(problem, other, model.radius)[1] < after - 1e-6
                assert not (better and holds(problem, model, other, reached))


def test_takes_the_site_in_the_middle():
    table = np.array([[400.0, 100.0, np.inf], [300.0, 200.0, np.inf], [np.inf, np.inf, 0.0]])
    problem = Problem(weights=[1, 1, 1], travel=Travel.from_dense(table), n_sites=3)
    model = CoverShare(radius=500.0, targets=(("all", 0.6),))
    assert draw_near(problem, model, np.array([0], dtype=np.int32)).tolist() == [1]


def test_a_budget_left_over_is_spent_on_nearness():
    table = np.array([[400.0, 100.0], [100.0, 400.0]])
    problem = Problem(weights=[1, 1], travel=Travel.from_dense(table), n_sites=2)
    model = CoverMost(radius=500.0, max_sites=2)
    assert draw_near(problem, model, np.array([0], dtype=np.int32)).tolist() == [0, 1]


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_nobody_is_nearer_than_the_bound(data):
    problem = data.draw(problems())
    model = data.draw(st.one_of(share_models(problem), most_models(problem)))
    try:
        plan = solve(problem, model, gap=0.0)
    except Infeasible:
        return
    _, least = best(problem, model)
    assert plan.tie_break.bound <= least + 1e-9
    assert plan.tie_break.value >= least - 1e-9
