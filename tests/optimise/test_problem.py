from __future__ import annotations

import numpy as np
import pytest

from optimise import Problem, ProblemError, QuotaShort, Travel


def travel(rows: int = 2, sites: int = 2) -> Travel:
    return Travel.from_dense(np.ones((rows, sites)))


GOOD = {"weights": [1, 2], "travel": travel(), "n_sites": 2}


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"weights": [1.0, np.nan]}, "Problem.weights", "nan"),
        ({"weights": [1, -2]}, "Problem.weights", "-2"),
        ({"weights": [1, 2, 3]}, "Problem.weights", "(3,)"),
        ({"weights": ["a", "b"]}, "Problem.weights", "<U1"),
        ({"weights": [2**53, 2**53]}, "Problem.weights", "2**53"),
        ({"weights": np.array([2**63, 1], dtype=np.uint64)}, "Problem.weights", "too large"),
        ({"n_sites": 0}, "Problem.n_sites", "0"),
        ({"n_sites": 1}, "Problem.travel.indices", "site 1"),
        ({"site_costs": [1.0, np.inf]}, "Problem.site_costs", "inf"),
        ({"existing": [0, 1]}, "Problem.existing", "int64"),
        ({"existing": [True]}, "Problem.existing", "(1,)"),
        (
            {"existing": [True, False], "forbidden": [True, False]},
            "Problem.existing",
            "site 0 is also forbidden",
        ),
        ({"zones": [0, 5], "quotas": [1]}, "Problem.zones", "zone 5 of 1"),
        ({"zones": [0.5, 0.0], "quotas": [1]}, "Problem.zones", "float64"),
        ({"zones": [0, 0], "quotas": [-1]}, "Problem.quotas", "-1"),
        ({"zones": [2**40, 0], "quotas": [1]}, "Problem.zones", "32 bits"),
        ({"groups": {"a": []}}, "Problem.groups['a']", "no members"),
        ({"groups": {"a": [False, False]}}, "Problem.groups['a']", "no members"),
        ({"groups": {"a": [2]}}, "Problem.groups['a']", "unit 2"),
        ({"groups": {"a": [-1]}}, "Problem.groups['a']", "unit -1"),
        ({"groups": {"a": [True]}}, "Problem.groups['a']", "(1,)"),
        ({"groups": {"all": [0]}}, "Problem.groups", "'all'"),
    ],
)
def test_bad_problems_name_field_and_value(change, field, value):
    with pytest.raises(ProblemError) as caught:
        Problem(**{**GOOD, **change})
    assert caught.value.field == field
    assert value in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("arrays", "field"),
    [
        (([0, 1], [0], [np.nan]), "Problem.travel.impedance"),
        (([0, 1], [0], [-1.0]), "Problem.travel.impedance"),
        (([0, 2], [1, 0], [1.0, 1.0]), "Problem.travel.indices"),
        (([0, 2], [1, 1], [1.0, 1.0]), "Problem.travel.indices"),
        (([1, 2], [0], [1.0]), "Problem.travel.indptr"),
        (([0, 2, 1], [0], [1.0]), "Problem.travel.indptr"),
        (([], [], []), "Problem.travel.indptr"),
        (([0, 2], [0], [1.0]), "Problem.travel"),
    ],
)
def test_bad_travel(arrays, field):
    indptr, indices, impedance = arrays
    with pytest.raises(ProblemError) as caught:
        Travel(
            indptr=np.array(indptr, dtype=np.int64),
            indices=np.array(indices, dtype=np.int32),
            impedance=np.array(impedance),
        )
    assert caught.value.field == field


def test_sites_may_fall_from_one_row_to_the_next():
    table = Travel(indptr=np.array([0, 1, 1, 3]), indices=np.array([1, 0, 1]), impedance=np.ones(3))
    assert table.indptr.tolist() == [0, 1, 1, 3]


def test_quota_beyond_the_sites_says_which_zones():
    with pytest.raises(ProblemError) as caught:
        Problem(
            weights=[1, 1],
            travel=travel(2, 4),
            n_sites=4,
            zones=[0, 0, 1, 1],
            forbidden=[False, True, True, True],
            quotas=[2, 1, 1],
        )
    assert caught.value.facts == (
        QuotaShort(zone=0, have=1, need=2),
        QuotaShort(zone=1, have=0, need=1),
        QuotaShort(zone=2, have=0, need=1),
    )


def test_whole_weights_stay_whole_and_arrays_are_not_the_callers():
    weights = np.array([3, 4])
    problem = Problem(weights=weights, travel=travel(), n_sites=2, groups={"a": [1, 1, 0]})
    assert problem.weights.dtype == np.int64
    assert problem.members("a").tolist() == [0, 1]
    assert problem.site_costs.tolist() == [1, 1]
    with pytest.raises(ValueError, match="read-only"):
        problem.weights[0] = 9
    weights[0] = 9  # the caller's own array is still writable


def test_dense_table_keeps_zero_and_drops_what_is_out_of_reach():
    table = Travel.from_dense([[0.0, np.nan], [np.inf, 2.0]])
    assert table.indices.tolist() == [0, 1]
    assert table.impedance.tolist() == [0.0, 2.0]
