from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import Infeasible, Status, solve, verify
from tests.optimise.brute import best, most_models, problems, share_models


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_cover_share_equals_brute_force(data):
    problem = data.draw(problems())
    model = data.draw(share_models(problem))
    truth = best(problem, model)
    try:
        plan = solve(problem, model, gap=0.0)
    except Infeasible:
        assert truth is None
        return
    assert truth is not None
    assert verify(problem, model, plan) == ()
    assert plan.status is Status.PROVEN
    assert (plan.value, plan.bound) == (truth[0], truth[0])


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_cover_most_equals_brute_force(data):
    problem = data.draw(problems())
    model = data.draw(most_models(problem))
    truth = best(problem, model)
    try:
        plan = solve(problem, model, gap=0.0)
    except Infeasible:
        assert truth is None
        return
    assert truth is not None
    assert verify(problem, model, plan) == ()
    assert plan.status is Status.PROVEN
    assert (plan.value, plan.bound) == (truth[0], truth[0])
