from __future__ import annotations

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise.covering.core import Core, value_of
from optimise.covering.greedy import complete
from optimise.covering.weighting import fits, search
from optimise.incidence import Incidence
from tests.optimise.covering.test_core import least


@st.composite
def set_covers(draw):
    """Rows that must all be covered, uneven costs, quotas in some zones."""
    n, k = draw(st.integers(1, 7)), draw(st.integers(1, 7))
    table = np.array([[draw(st.booleans()) for _ in range(k)] for _ in range(n)])
    table[np.arange(n), [draw(st.integers(0, k - 1)) for _ in range(n)]] = True
    zone = np.array([draw(st.integers(-1, 1)) for _ in range(k)], dtype=np.int32)
    counts = np.bincount(zone[zone >= 0], minlength=2)
    asked = np.array([draw(st.integers(0, int(count))) for count in counts])
    number = np.full(3, -1, dtype=np.int32)
    number[np.flatnonzero(asked)] = np.arange((asked > 0).sum(), dtype=np.int32)
    return Core(
        sites=np.arange(k, dtype=np.int32),
        costs=np.array([draw(st.integers(1, 4)) for _ in range(k)], dtype=np.float64),
        zone=number[zone],
        quota=asked[asked > 0].astype(np.int32),
        reach=Incidence(
            indptr=np.concatenate([[0], np.cumsum(table.sum(axis=1))]).astype(np.int64),
            indices=np.nonzero(table)[1].astype(np.int32),
            n_columns=k,
        ),
        gain=np.ones((1, n)),
        need=np.array([float(n)]),
        budget=None,
        offset=0.0,
        integral=True,
    )


@settings(max_examples=150, deadline=None)
@given(set_covers(), st.integers(0, 3))
def test_covers_everything_never_costs_more_and_repeats(core, seed):
    assert fits(core)
    start = complete(core)
    found = search(core, start, moves=100, seed=seed)
    assert least(core) <= value_of(core, found) <= value_of(core, start) < math.inf
    assert found.tolist() == search(core, start, moves=100, seed=seed).tolist()


@settings(max_examples=60, deadline=None)
@given(set_covers())
def test_finds_the_best_of_a_small_core(core):
    runs = [search(core, complete(core), moves=400, seed=seed) for seed in range(4)]
    assert min(value_of(core, plan) for plan in runs) == least(core)


@settings(max_examples=40, deadline=None)
@given(set_covers())
def test_stops_at_the_goal(core):
    start = complete(core)
    goal = value_of(core, start)
    assert search(core, start, moves=100, seed=0, goal=goal).tolist() == start.tolist()
