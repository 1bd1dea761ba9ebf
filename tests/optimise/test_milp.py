from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings

from optimise.covering.bound import judge
from optimise.formulate import formulate
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
