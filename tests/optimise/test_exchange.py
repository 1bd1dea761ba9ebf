from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import CoverMost, Flows, Problem, ProblemError, Travel, solve
from optimise.exchange import read_problem, solution_record, write_problem
from tests.optimise.brute import problems

FIELDS = (
    *("weights", "site_costs", "existing", "closable", "forced", "forbidden"),
    *("zones", "quotas", "apart"),
)
PLAIN = ("n_sites", "max_sites", "budget", "together", "choices")


def _same(one: Problem, other: Problem) -> bool:
    pairs = [(getattr(one, name), getattr(other, name)) for name in FIELDS]
    pairs += [
        (getattr(one.travel, name), getattr(other.travel, name))
        for name in ("indptr", "indices", "impedance")
    ]
    pairs += [(one.groups[name], other.groups[name]) for name in one.groups]
    if one.capacities is not None and other.capacities is not None:
        pairs.append((one.capacities, other.capacities))
    return (
        all(getattr(one, name) == getattr(other, name) for name in PLAIN)
        and all(type(getattr(one, name)) is type(getattr(other, name)) for name in PLAIN)
        and (one.capacities is None) == (other.capacities is None)
        and one.travel.cutoff == other.travel.cutoff
        and list(one.groups) == list(other.groups)
        and all(a.dtype == b.dtype and a.tobytes() == b.tobytes() for a, b in pairs)
    )


@settings(max_examples=80, deadline=None)
@given(problem=problems(sides=True, capacities=True))
def test_what_is_written_is_read(problem, tmp_path_factory):
    path = tmp_path_factory.mktemp("exchange") / "problem.npz"
    write_problem(path, problem)
    first = path.read_bytes()
    again = read_problem(path)
    assert _same(problem, again)
    write_problem(path, again)
    assert path.read_bytes() == first
    assert [file.name for file in path.parent.iterdir()] == ["problem.npz"]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.text(max_size=8).filter(lambda name: name != "all" and not name.endswith("\0")),
        st.lists(st.integers(0, 2), min_size=1),
        max_size=4,
    )
)
def test_names_in_any_script_and_odd_numbers_survive(tmp_path_factory, groups):
    path = tmp_path_factory.mktemp("exchange") / "names"  # without suffix: written as it is called
    travel = Travel(
        indptr=np.array([0, 2, 2, 3]),
        indices=np.array([0, 1, 1], dtype=np.int32),
        impedance=np.array([0.0, 1e-45, 0.1], dtype=np.float32),
        cutoff=0.1 + 0.2,
    )
    problem = Problem(weights=[0.1, 5e-324, 2.0**52], travel=travel, n_sites=2, groups=groups)
    write_problem(path, problem)
    assert _same(problem, read_problem(path))


def _file(folder: Path, **changed: Any) -> Path:
    """Write a small problem, with some arrays exchanged or, given None, left out."""
    arrays: dict[str, Any] = {
        "format": np.array("recyclenet-problem"),
        "version": np.array(1),
        "weights": np.array([2, 3]),
        "indptr": np.array([0, 1, 2]),
        "indices": np.array([0, 1], dtype=np.int32),
        "impedance": np.array([1.0, 2.0]),
        "n_sites": np.array(2),
    }
    arrays.update(changed)
    path = folder / "problem.npz"
    with path.open("wb") as file:
        np.savez(file, **{name: array for name, array in arrays.items() if array is not None})
    return path


def test_the_least_a_file_may_hold(tmp_path):
    problem = read_problem(_file(tmp_path))
    travel = Travel.from_dense([[1.0, np.inf], [np.inf, 2.0]])
    assert _same(problem, Problem(weights=[2, 3], travel=travel, n_sites=2))


def test_a_file_of_the_first_version_is_read_as_ever(tmp_path):
    """Written array by array, as the first version had it: a reader of its own day."""
    old = _file(
        tmp_path,
        cutoff=np.array(5.0),
        site_costs=np.array([1.5, 2.0]),
        existing=np.array([True, False]),
        forbidden=np.array([False, False]),
        zones=np.array([0, -1], dtype=np.int32),
        quotas=np.array([1], dtype=np.int32),
        group_names=np.array(["东", "w"]),
        group_ptr=np.array([0, 1, 3]),
        group_units=np.array([1, 0, 1], dtype=np.int32),
    )
    travel = Travel(
        indptr=np.array([0, 1, 2]),
        indices=np.array([0, 1], dtype=np.int32),
        impedance=np.array([1.0, 2.0]),
        cutoff=5.0,
    )
    again = Problem(
        weights=[2, 3],
        travel=travel,
        n_sites=2,
        site_costs=[1.5, 2.0],
        existing=[True, False],
        zones=[0, -1],
        quotas=[1],
        groups={"w": [0, 1], "东": [1]},
    )
    assert _same(read_problem(old), again)


class _Bomb:
    def __reduce__(self) -> tuple[Any, ...]:
        return (Path.touch, (Path("bomb"),))


I32, TWO = np.int32, np.array(2)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"format": None}, "is not a problem file"),
        ({"format": np.array("other")}, "is not a problem file"),
        ({"version": np.array(3)}, "has version 3"),
        ({"version": np.array(0)}, "is not a problem file"),
        ({"forced": np.array([True, False])}, "unknown array 'forced'. Call it version 2"),
        ({"version": np.array("1")}, "is not a problem file"),
        ({"weights": None}, "has no array 'weights'"),
        ({"extra": np.array(1)}, "has an unknown array 'extra'"),
        ({"weights": np.array([1, 2], dtype=">i8")}, "weights is >i8"),
        ({"weights": np.array([[1, 2]])}, "weights has 2 dimensions"),
        ({"weights": np.array([1.0, np.nan])}, "Problem.weights: entry 1 is nan"),
        ({"weights": np.array([1])}, "Problem.weights: shape"),
        ({"weights": np.array([_Bomb(), 1], dtype=object)}, "is damaged"),
        ({"indices": np.array([0, 2**32 + 1])}, "indices is int64"),
        ({"indices": np.array([0, 7], dtype=I32)}, "site 7 does not exist"),
        ({"indptr": np.array([0.0, 1.0, 2.0])}, "indptr is float64"),
        ({"indptr": np.array([0, 1, 3])}, "Problem.travel"),
        ({"indptr": np.array([], dtype=np.int64)}, "Problem.travel.indptr"),
        ({"impedance": np.array([1.0, -2.0])}, "entry 1 is -2"),
        ({"n_sites": np.array([2])}, "n_sites has 1 dimensions"),
        ({"n_sites": np.array(-1)}, "n_sites"),
        ({"cutoff": np.array(np.nan)}, "cutoff"),
        ({"quotas": np.array([3], dtype=I32)}, "zone 0 asks for 3"),
        ({"group_names": np.array(["a"])}, "Groups need all three"),
        (
            {
                "group_names": np.array(["a", "a"]),
                "group_ptr": np.array([0, 1, 2]),
                "group_units": np.array([0, 1], dtype=I32),
            },
            "group_names are not distinct",
        ),
        (
            {
                "group_names": np.array(["a"]),
                "group_ptr": np.array([0, 5]),
                "group_units": np.array([0], dtype=I32),
            },
            "do not fit together",
        ),
        ({"version": TWO, "closable": np.array([1, 0])}, "closable is int64"),
        ({"version": TWO, "closable": np.array([True, False])}, "site 0 is not existing"),
        ({"version": TWO, "capacities": np.array([-1.0, 2.0])}, "Problem.capacities: entry 0"),
        ({"version": TWO, "max_sites": np.array(2.0)}, "max_sites is float64"),
        ({"version": TWO, "max_sites": np.array(-1)}, "Problem.max_sites: -1"),
        ({"version": TWO, "budget": np.array(np.nan)}, "Problem.budget: nan"),
        ({"version": TWO, "apart": np.array([0, 1], dtype=I32)}, "apart has 1 dimensions"),
        ({"version": TWO, "apart": np.array([[0, 1, 1]], dtype=I32)}, "Give pairs of sites"),
        ({"version": TWO, "together_ptr": np.array([0])}, "Sites together need both"),
        (
            {
                "version": TWO,
                "together_ptr": np.array([0, 1, 2]),
                "together_sites": np.array([0, 1], dtype=I32),
            },
            "Problem.together: [0]",
        ),
        (
            {
                "version": TWO,
                "choice_ptr": np.array([0, 2]),
                "choice_sites": np.array([0, 1], dtype=I32),
                "choice_least": np.array([1]),
            },
            "Choices need all four",
        ),
        (
            {
                "version": TWO,
                "choice_ptr": np.array([0, 2]),
                "choice_sites": np.array([0, 1], dtype=I32),
                "choice_least": np.array([1]),
                "choice_most": np.array([1, 1]),
            },
            "do not fit together",
        ),
        (
            {
                "version": TWO,
                "choice_ptr": np.array([0, 2]),
                "choice_sites": np.array([0, 1], dtype=I32),
                "choice_least": np.array([2]),
                "choice_most": np.array([1]),
            },
            "Problem.choices: at least 2, at most 1",
        ),
    ],
)
def test_foreign_newer_and_tampered_files_are_refused(tmp_path, monkeypatch, changed, told):
    monkeypatch.chdir(tmp_path)
    path = _file(tmp_path, **changed)
    with pytest.raises(ProblemError) as refused:
        read_problem(path)
    assert str(refused.value).startswith(str(path))
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
    assert not (tmp_path / "bomb").exists()


def test_files_that_are_none(tmp_path):
    whole = _file(tmp_path).read_bytes()
    bad = {
        "empty": b"",
        "text": b"weights",
        "npy": b"\x93NUMPY\x01\x00v\x00{'descr'",
        "pickle": pickle.dumps([1, 2]),
        "half": whole[: len(whole) // 2],
        "flipped": whole[:200] + bytes(byte ^ 255 for byte in whole[200:260]) + whole[260:],
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
        with pytest.raises(ProblemError, match=name):
            read_problem(tmp_path / name)
    with pytest.raises(ProblemError, match="does not exist"):
        read_problem(tmp_path / "nowhere")
    with pytest.raises(ProblemError):
        read_problem(tmp_path)
    with pytest.raises(ProblemError, match="cannot be written"):
        write_problem(tmp_path / "no" / "folder.npz", read_problem(_file(tmp_path)))


def test_solution_record_is_json_with_the_whole_answer():
    problem = Problem(
        weights=[5, 3, 2],
        travel=Travel.from_dense([[1.0, 9.0], [8.0, 2.0], [np.inf, np.inf]]),
        n_sites=2,
    )
    solution = solve(problem, CoverMost(radius=3.0, max_sites=2))
    record = json.loads(json.dumps(solution_record(solution), allow_nan=False))
    assert (record["format"], record["version"]) == ("recyclenet-solution", 2)
    assert record["flows"] is None
    assert record["open_sites"] == [0, 1]
    assert record["assignment"] == [0, 1, -1]
    assert record["distance"] == [1.0, 2.0, None]
    assert (record["objective"], record["value"], record["bound"]) == ("people", 8.0, 8.0)
    assert (record["status"], record["gap"]) == ("proven", 0.0)
    assert record["tie_break"]["value"] == 5 * 1 + 3 * 2 + 2 * 3
    assert set(record["seconds"]) == set(solution.seconds)


def test_flows_are_in_the_record():
    problem = Problem(
        weights=[5, 3], travel=Travel.from_dense([[1.0, 9.0], [8.0, np.inf]]), n_sites=2
    )
    flows = Flows(
        indptr=np.array([0, 2, 3]),
        sites=np.array([0, 1, 0], dtype=np.int32),
        weight=np.array([1.5, 3.5, 3.0]),
    )
    solution = replace(solve(problem, CoverMost(radius=9.0, max_sites=2)), flows=flows)
    record = json.loads(json.dumps(solution_record(solution), allow_nan=False))
    assert record["flows"] == {"indptr": [0, 2, 3], "sites": [0, 1, 0], "weight": [1.5, 3.5, 3.0]}
