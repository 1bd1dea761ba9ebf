"""Every question under every mix of side constraints: what is solved is what is true."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from optimise import (
    CapacitatedCover,
    CapacitatedMedian,
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    CoverTwice,
    FairMedian,
    Infeasible,
    Model,
    PCenter,
    PMedian,
    Problem,
    ProblemError,
    Status,
    Travel,
    Undecided,
    solve,
    verify,
)
from tests.optimise.brute import best, models, problems, sternness

KINDS = [
    *(CoverAll, CoverShare, CoverTwice, CoverMost, CoverFairly),
    *(CapacitatedCover, PMedian, PCenter, CapacitatedMedian, FairMedian),
]
CAPACITATED = (CapacitatedCover, CapacitatedMedian)
#: Their objectives are summed from distances: equal but for the last digits.
SUMMED = (PMedian, CapacitatedMedian, FairMedian)


def question(data: st.DataObject, kind: type):
    sizes = (5, 5) if kind in CAPACITATED else (7, 6)
    problem = data.draw(problems(*sizes, sides=True, capacities=kind in CAPACITATED))
    model = data.draw(models(problem, kind))
    assume(not isinstance(model, CoverFairly) or problem.weights.any())
    return problem, model


def same(model: Model, one: float, other: float) -> bool:
    if isinstance(model, SUMMED):
        return one == pytest.approx(other, rel=1e-6, abs=1e-6)
    return one == pytest.approx(other, rel=1e-12)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_solved_is_true(kind, data):
    problem, model = question(data, kind)
    truth = best(problem, model)
    if isinstance(model, FairMedian) and not np.isfinite(sternness(problem, model)):
        with pytest.raises((ProblemError, Infeasible)):
            solve(problem, model, gap=0.0)
        return
    try:
        plan = solve(problem, model, gap=0.0)
    except Infeasible as refusal:
        assert truth is None
        assert refusal.facts
        return
    assert truth is not None
    assert verify(problem, model, plan) == ()
    assert same(model, plan.value, truth[0])
    assert same(model, plan.bound, truth[0])
    assert plan.status is Status.PROVEN
    assert plan.stopped == "gap"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_quick_keeps_every_rule_and_its_bound_holds(kind, data):
    problem, model = question(data, kind)
    assume(not isinstance(model, FairMedian) or np.isfinite(sternness(problem, model)))
    truth = best(problem, model)
    try:
        plan = solve(problem, model, gap=0.0, effort="quick")
    except Infeasible:
        assert truth is None
        return
    except Undecided:
        return
    assert truth is not None
    assert verify(problem, model, plan) == ()
    low, high = sorted((plan.value, plan.bound))
    assert low <= truth[0] * (1 + 1e-9) + 1e-9
    assert high >= truth[0] * (1 - 1e-9) - 1e-9


@pytest.mark.parametrize("light", [0.5, 1e-1])
def test_nobody_is_so_light_as_to_be_left_out(light):
    """Shares of weights that are not whole are met but for rounding: less than any unit."""
    table = np.array([[1.0, 9.0], [9.0, 1.0]])
    problem = Problem(weights=[1e10, light], travel=Travel.from_dense(table), n_sites=2)
    for model in (
        CoverAll(radius=2.0),
        CoverShare(radius=2.0, targets=(("all", 1.0),)),
    ):
        plan = solve(problem, model, gap=0.0)
        assert plan.open_sites.tolist() == [0, 1]
        assert verify(problem, model, plan) == ()
    with pytest.raises(Infeasible):
        solve(problem, PMedian(p=1, radius=2.0))
