from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from scipy import sparse

from optimise.covering.bound import judge
from optimise.formulate import Milp, formulate
from optimise.milp import Limits, minimise, relax
from optimise.watch import Watch
from tests.optimise.covering.test_core import cores, least

PATIENT = Limits(tolerance=0.0, easy_work=10**6, work=10**6)


@settings(max_examples=60, deadline=None)
@given(cores())
def test_the_programme_has_the_value_of_the_core(drawn):
    if drawn is not None:
        core, truth = drawn
        found = minimise(formulate(core), PATIENT, Watch(60))
        assert found.stopped is None
        assert found.bound == pytest.approx(truth)


@settings(max_examples=60, deadline=None)
@given(cores())
def test_prices_of_the_relaxation_prove_a_bound(drawn):
    if drawn is not None and len(drawn[0].sites):
        core, truth = drawn
        milp = formulate(core)
        relaxed = relax(milp, Watch(60))
        assert relaxed is not None
        assert len(relaxed.duals) == milp.matrix.shape[0]
        rows = relaxed.duals[: core.reach.n_rows]
        targets = -relaxed.duals[core.reach.n_rows + len(core.quota) :]
        assert judge(core, rows, targets[: len(core.need)]).value <= truth + 1e-9


def test_nothing_below_the_cutoff_is_told_as_an_infinite_bound():
    from optimise import CoverShare, Problem, Travel
    from optimise.covering.reduce import reduce_problem

    ring = Travel.from_dense(np.where(np.eye(3), np.inf, 0.0))
    problem = Problem(weights=[1, 1, 1], travel=ring, n_sites=3)
    core = reduce_problem(problem, CoverShare(radius=1.0, targets=(("all", 0.9),)))
    limits = Limits(tolerance=0.0, easy_work=10**6, work=10**6, cutoff=1.6)
    assert least(core) == 2
    assert minimise(formulate(core), limits, Watch(60)).bound == math.inf


@pytest.mark.parametrize("scale", [1e-9, 1.0, 1e21])
def test_costs_too_small_or_too_large_for_highs_make_no_difference(scale):
    rng = np.random.default_rng(3)
    costs, covers = rng.integers(1, 9, 8), rng.random((6, 8)) < 0.4
    covers[:, 0] = True
    every = np.array([[pattern >> site & 1 for site in range(8)] for pattern in range(256)])
    least = (every @ costs)[(every @ covers.T > 0).all(axis=1)].min()
    milp = Milp(
        cost=costs * scale,
        matrix=sparse.csr_array(covers.astype(np.float64)),
        row_lower=np.ones(6),
        row_upper=np.full(6, np.inf),
        whole=np.ones(8, dtype=np.bool_),
        offset=scale,
    )
    found = minimise(milp, PATIENT, Watch(60))
    assert found.stopped is None and found.values is not None
    assert float(costs @ np.round(found.values)) == least
    assert found.bound == pytest.approx((least + 1) * scale)
