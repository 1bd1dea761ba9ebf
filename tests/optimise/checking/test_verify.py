from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import (
    CoverMost,
    CoverShare,
    Infeasible,
    Problem,
    TieBreak,
    Travel,
    solve,
    verify,
)
from tests.optimise.brute import problems, share_models

TABLE = np.array(
    [
        [100.0, 900.0, np.inf, 0.0],
        [600.0, 300.0, 700.0, np.inf],
        [np.inf, 200.0, 800.0, 500.0],
        [np.inf, np.inf, 400.0, np.inf],
    ]
)
PROBLEM = Problem(
    weights=[5, 3, 2, 4],
    travel=Travel.from_dense(TABLE),
    n_sites=4,
    site_costs=[3, 1, 2, 5],
    existing=[False, True, False, False],
    forbidden=[False, False, False, True],
    zones=[0, 0, 1, 1],
    quotas=[1, 1],
    groups={"town": [0, 1]},
)
SHARE = CoverShare(radius=500.0, targets=(("town", 1.0), ("all", 0.9)))
MOST = CoverMost(radius=500.0, max_sites=2)


@pytest.fixture(scope="module")
def share():
    return solve(PROBLEM, SHARE)


@pytest.fixture(scope="module")
def most():
    return solve(PROBLEM, MOST)


def test_true_claims_pass(share, most):
    assert share.open_sites.tolist() == [0, 1, 2]
    assert most.open_sites.tolist() == [1, 2]
    assert verify(PROBLEM, SHARE, share) == ()
    assert verify(PROBLEM, MOST, most) == ()


def sites(*numbers):
    return {"open_sites": np.array(numbers, dtype=np.int32)}


@pytest.mark.parametrize(
    ("what", "changes"),
    [
        ("value", {"value": 2.0, "gap": 0.5}),
        ("bound", {"bound": 4.0}),
        ("gap", {"gap": 0.01}),
        ("objective", {"objective": "cost"}),
        ("assignment", {"assignment": np.array([-1, 1, 1, 2])}),
        ("assignment", {"assignment": np.array([0, 1, 1, 0])}),
        ("distance", {"distance": np.array([99.0, 300.0, 200.0, 400.0])}),
        ("distance", {"distance": np.array([np.nan, 300.0, 200.0, 400.0])}),
        ("distance", {"distance": np.array([100.0, 300.0, 200.0])}),
        ("tie-break", {"tie_break": TieBreak(name="distance", value=1.0)}),
        ("existing", sites(0, 2)),
        ("forbidden", sites(0, 1, 2, 3)),
        ("quota", sites(0, 1)),
        ("target", sites(1, 2)),
        ("site", sites(1, 0, 2)),
        ("site", sites(0, 0, 1, 2)),
        ("site", sites(0, 1, 2, 4)),
        ("site", sites(-1, 1, 2)),
    ],
)
def test_false_claims_are_found(share, what, changes):
    faults = verify(PROBLEM, SHARE, replace(share, **changes))
    assert what in {fault.what for fault in faults}


def test_one_site_too_many_is_found(most):
    over = replace(most, open_sites=np.array([0, 1, 2], dtype=np.int32))
    assert "max_sites" in {fault.what for fault in verify(PROBLEM, MOST, over)}


def test_a_bound_on_the_wrong_side_is_found(most):
    assert "bound" in {f.what for f in verify(PROBLEM, MOST, replace(most, bound=0.0))}


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_any_other_set_of_sites_is_found_out(data):
    problem = data.draw(problems())
    model = replace(data.draw(share_models(problem)), objective="sites")
    try:
        plan = solve(problem, model, effort="quick")
    except Infeasible:
        return
    site = data.draw(st.integers(0, problem.n_sites - 1))
    others = np.setxor1d(plan.open_sites, [site]).astype(np.int32)
    assert verify(problem, model, replace(plan, open_sites=others))
