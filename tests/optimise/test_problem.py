from __future__ import annotations

import numpy as np
import pytest

from optimise import Choice, Problem, ProblemError, QuotaShort, Travel, quotas_per_households


def travel(rows: int = 2, sites: int = 2) -> Travel:
    return Travel.from_dense(np.ones((rows, sites)))


GOOD = {"weights": [1, 2], "travel": travel(), "n_sites": 2}
THREE = {"weights": [1, 2], "travel": travel(2, 3), "n_sites": 3}
ONE, BOTH = [True, False], [True, True]
#: A quota, rules and limits that are each refused beside what is kept or forbidden.
KEPT = {"existing": [True, False, False], "forced": [False, True, False]}


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
        ({"weights": [1e308, 1e308]}, "Problem.weights", "sum inf"),
        ({"weights": [1e-7, 1e-6]}, "Problem.weights", "below 0.001"),
        ({"site_costs": [1e-9, 0.0]}, "Problem.site_costs", "below 0.001"),
        ({"weights": [1.0, np.inf]}, "Problem.weights", "inf"),
        ({"weights": [2**62, 2**62]}, "Problem.weights", "2**53"),
        ({"weights": [[1], [1, 2]]}, "Problem.weights", "lists within"),
        ({"weights": [1j, 1]}, "Problem.weights", "complex128"),
        ({"weights": [None, 1]}, "Problem.weights", "entry 0 is nan"),
        ({"weights": np.array([1, 2], dtype="m8[s]")}, "Problem.weights", "timedelta64"),
        ({"weights": [], "travel": travel(0)}, "Problem.weights", "no demand units"),
        ({"travel": np.ones((2, 2))}, "Problem.travel", "ndarray"),
        ({"n_sites": -1}, "Problem.n_sites", "-1"),
        ({"n_sites": float("nan")}, "Problem.n_sites", "nan"),
        ({"n_sites": 2**40}, "Problem.n_sites", "1099511627776"),
        ({"n_sites": True}, "Problem.n_sites", "True"),
        ({"site_costs": [1, -3]}, "Problem.site_costs", "-3"),
        ({"site_costs": [1e200, 1e308]}, "Problem.site_costs", "2**53"),
        ({"forced": ONE, "forbidden": ONE}, "Problem.forced", "site 0 is also forbidden"),
        ({"forced": ONE, "existing": ONE}, "Problem.forced", "site 0 is also existing"),
        ({"closable": ONE}, "Problem.closable", "site 0 is not existing"),
        ({"closable": [1, 0]}, "Problem.closable", "int64"),
        ({"zones": [0, 0], "quotas": [3]}, "Problem.quotas", "zone 0 asks for 3 and has 2"),
        ({"zones": [0, 0], "quotas": [float("nan")]}, "Problem.quotas", "float64"),
        ({"zones": [-2, 0], "quotas": [1]}, "Problem.zones", "zone -2"),
        ({"zones": [0, 0], "quotas": [2**40]}, "Problem.quotas", "32 bits"),
        ({"groups": [[0]]}, "Problem.groups", "[[0]]"),
        ({"groups": {1: [0]}}, "Problem.groups", "{1: [0]}"),
        ({"groups": {"a": [[0], [1, 0]]}}, "Problem.groups['a']", "lists within"),
        ({"groups": {"a": [np.nan]}}, "Problem.groups['a']", "float64"),
        ({"capacities": [1, -2]}, "Problem.capacities", "-2"),
        ({"capacities": [1, np.nan]}, "Problem.capacities", "nan"),
        ({"capacities": [1]}, "Problem.capacities", "(1,)"),
        ({"capacities": ["a", "b"]}, "Problem.capacities", "<U1"),
        ({"max_sites": -1}, "Problem.max_sites", "-1"),
        ({"max_sites": 2.0}, "Problem.max_sites", "2.0"),
        ({"max_sites": True}, "Problem.max_sites", "True"),
        ({"max_sites": 2**64}, "Problem.max_sites", "18446744073709551616"),
        ({"budget": float("nan")}, "Problem.budget", "nan"),
        ({"budget": float("inf")}, "Problem.budget", "inf"),
        ({"budget": -0.5}, "Problem.budget", "-0.5"),
        ({"budget": "1"}, "Problem.budget", "'1'"),
        ({"budget": 10**400}, "Problem.budget", "1000"),
        ({"apart": [[1, 1]]}, "Problem.apart", "site 1 with itself"),
        ({"apart": [[0, 2]]}, "Problem.apart", "site 2"),
        ({"apart": [[-1, 0]]}, "Problem.apart", "site -1"),
        ({"apart": [0, 1]}, "Problem.apart", "(2,)"),
        ({"apart": [[0.0, 1.0]]}, "Problem.apart", "float64"),
        ({"apart": [[0, 1]], "existing": BOTH}, "Problem.apart", "0 and 1 both stay open"),
        ({**THREE, **KEPT, "apart": [[1, 0]]}, "Problem.apart", "0 and 1 both stay open"),
        ({"together": [[0]]}, "Problem.together", "[0]"),
        ({"together": [[0, 0]]}, "Problem.together", "[0, 0]"),
        ({"together": [[0, 5]]}, "Problem.together", "site 5"),
        ({"together": [0, 1]}, "Problem.together", "shape ()"),
        ({"together": 3}, "Problem.together", "3"),
        (
            {"together": [[0, 1]], "forced": ONE, "forbidden": [False, True]},
            "Problem.together",
            "site 0 stays open and site 1 is forbidden",
        ),
        ({"choices": [(0, 1)]}, "Problem.choices", "(0, 1)"),
        ({"choices": [Choice(sites=())]}, "Problem.choices", "[]"),
        ({"choices": [Choice(sites=(0, 0))]}, "Problem.choices", "[0, 0]"),
        ({"choices": [Choice(sites=(0, 9))]}, "Problem.choices", "site 9"),
        ({"choices": [Choice(sites=(0,), least=2)]}, "Problem.choices", "at least 2, at most 1"),
        ({"choices": [Choice(sites=(0,), least=-1)]}, "Problem.choices", "-1"),
        ({"choices": [Choice(sites=(0,), most=0.5)]}, "Problem.choices", "0.5"),
        ({"choices": [Choice(sites=(0, 1), least=3, most=3)]}, "Problem.choices", "3 must"),
        ({"choices": [Choice(sites=(0, 1))], "existing": BOTH}, "Problem.choices", "2 of (0, 1)"),
        (
            {**THREE, **KEPT, "choices": [Choice(sites=(0, 1, 2))]},
            "Problem.choices",
            "2 of (0, 1, 2) stay open, at most 1 may",
        ),
        (
            {"choices": [Choice(sites=(0, 1))], "forbidden": BOTH},
            "Problem.choices",
            "0 of (0, 1) may be open, 1 must",
        ),
    ],
)
def test_bad_problems_name_field_and_value(change, field, value):
    with pytest.raises(ProblemError) as caught:
        Problem(**{**GOOD, **change})
    assert caught.value.field == field
    assert value in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250
    assert caught.value.remedy


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


def test_what_only_looks_like_a_contradiction_is_taken():
    problem = Problem(
        **THREE,
        existing=[True, True, False],
        closable=[True, False, False],
        forbidden=[True, False, False],
        apart=[[1, 0], [0, 1], [2, 0]],
        together=[[2, 0]],
        choices=[Choice(sites=(1, 0)), Choice(sites=(2, 0), least=0, most=5)],
        max_sites=np.int64(0),
        budget=0,
        capacities=[0, np.inf, 1],
    )
    # An existing site that may be closed and must not be open is one that must be closed.
    assert problem.kept.tolist() == [False, True, False]
    assert problem.apart.tolist() == [[0, 1], [0, 2]]
    assert problem.together == ((0, 2),)
    assert problem.choices[0].sites == (0, 1)
    assert (problem.max_sites, problem.budget) == (0, 0.0)


@pytest.mark.parametrize(
    ("households", "per", "value"),
    [([1, np.nan], 10, "nan"), ([1, -2], 10, "-2"), ([[1]], 10, "[[1.0]]"), ([1], 0, "0"),
     ([1], float("nan"), "nan")],
)  # fmt: skip
def test_bad_households(households, per, value):
    with pytest.raises(ProblemError, match=r"Problem\.quotas") as caught:
        quotas_per_households(households, per)
    assert value in str(caught.value)


def test_one_site_for_each_so_many_households_or_part_of_them():
    assert quotas_per_households([0, 1, 300, 301, 900.5], 300).tolist() == [0, 1, 1, 2, 4]
