from __future__ import annotations

import itertools
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import Infeasible
from optimise.covering.anneal import anneal
from optimise.covering.bound import judge, subgradient
from optimise.covering.core import Core, settle, split, value_of
from optimise.covering.greedy import complete
from optimise.covering.pursue import pursue
from optimise.covering.reduce import reduce_problem
from optimise.watch import Watch
from tests.optimise.brute import best, most_models, problems, share_models


def least(core: Core) -> float:
    """Value of the best plan of a core, by trying all."""
    every = (
        np.array(plan, dtype=np.int64)
        for size in range(len(core.sites) + 1)
        for plan in itertools.combinations(range(len(core.sites)), size)
    )
    return min(value_of(core, plan) for plan in every)


@st.composite
def cores(draw):
    """A core with the value its problem has by brute force."""
    problem = draw(problems())
    model = draw(st.one_of(share_models(problem), most_models(problem)))
    try:
        core = reduce_problem(problem, model)
    except Infeasible:
        return None
    truth = best(problem, model)[0]
    return core, truth if core.budget is None else float(problem.weights.sum()) - truth


@settings(max_examples=80, deadline=None)
@given(cores())
def test_reduction_keeps_the_optimum(drawn):
    if drawn is not None:
        core, truth = drawn
        assert math.isclose(least(core), truth)
        rows = [tuple(row) for row in np.split(core.reach.indices, core.reach.indptr[1:-1])]
        assert len(set(rows)) == len(rows) or not core.reach.n_rows


@settings(max_examples=80, deadline=None)
@given(cores())
def test_parts_add_up(drawn):
    if drawn is not None:
        core, truth = drawn
        parts = split(core)
        assert math.isclose(sum(least(part) for part in parts), truth)
        assert sum(len(part.sites) for part in parts) == len(core.sites)


@settings(max_examples=80, deadline=None)
@given(cores(), st.data())
def test_settled_cores_are_worth_what_they_were(drawn, data):
    if drawn is None or not len(drawn[0].sites):
        return
    core = drawn[0]
    fate = data.draw(
        st.lists(
            st.sampled_from(["free", "open", "drop"]),
            min_size=len(core.sites),
            max_size=len(core.sites),
        )
    )
    opened, dropped = np.array([f == "open" for f in fate]), np.array([f == "drop" for f in fate])
    kept = set(np.flatnonzero(opened).tolist())
    values = [
        value_of(core, np.array(plan, dtype=np.int64))
        for size in range(len(core.sites) + 1)
        for plan in itertools.combinations(np.flatnonzero(~dropped).tolist(), size)
        if kept <= set(plan)
    ]
    truth = min(values, default=math.inf)
    small = settle(core, opened, dropped)
    assert math.isclose(math.inf if small is None else least(small), truth)


@settings(max_examples=80, deadline=None)
@given(cores(), st.data())
def test_any_prices_prove_a_valid_bound(drawn, data):
    if drawn is None:
        return
    core, truth = drawn
    prices = st.sampled_from([0.0, 0.1, 0.25, 0.5, 1.0, 3.0])
    rows = data.draw(st.lists(prices, min_size=core.reach.n_rows, max_size=core.reach.n_rows))
    targets = data.draw(st.lists(prices, min_size=len(core.need), max_size=len(core.need)))
    for dual in (
        judge(core, np.array(rows), np.array(targets)),
        subgradient(core, truth, steps=30),
    ):
        assert dual.value <= truth + 1e-9
        for j in range(len(core.sites)):
            only = np.arange(len(core.sites)) == j
            with_j, without_j = settle(core, only, ~only & False), settle(core, only & False, only)
            if with_j is not None and (core.budget is None or core.budget >= 1):
                assert least(with_j) >= dual.value + max(0.0, dual.reduced[j]) - 1e-9
            if without_j is not None:
                assert least(without_j) >= dual.value + max(0.0, -dual.reduced[j]) - 1e-9


@settings(max_examples=80, deadline=None)
@given(cores(), st.integers(0, 3))
def test_search_stays_feasible_never_gets_worse_and_repeats(drawn, seed):
    if drawn is None:
        return
    core, truth = drawn
    start = complete(core)
    found = anneal(core, start, moves=200, seed=seed)
    assert truth - 1e-9 <= value_of(core, found) <= value_of(core, start) < math.inf
    assert (found == anneal(core, start, moves=200, seed=seed)).all()


@settings(max_examples=80, deadline=None)
@given(cores(), st.data())
def test_any_choice_is_completed_to_a_feasible_plan(drawn, data):
    if drawn is None:
        return
    core, truth = drawn
    chosen = np.flatnonzero([data.draw(st.booleans()) for _ in core.sites])
    assert truth - 1e-9 <= value_of(core, complete(core, chosen)) < math.inf


@settings(max_examples=60, deadline=None)
@given(cores(), st.data())
def test_a_plan_to_begin_with_never_spoils_the_answer(drawn, data):
    if drawn is None:
        return
    core, truth = drawn
    start = np.flatnonzero([data.draw(st.booleans()) for _ in range(12)])
    quick = pursue(core, Watch(60.0), tolerance=lambda _: 0.0, seed=0, exact=False, start=start)
    assert quick.bound - 1e-9 <= truth <= quick.value + 1e-9
    assert math.isclose(value_of(core, quick.plan), quick.value)
    exact = pursue(core, Watch(60.0), tolerance=lambda _: 0.0, seed=0, exact=True, start=start)
    assert math.isclose(exact.value, truth)
