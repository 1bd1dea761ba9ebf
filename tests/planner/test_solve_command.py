from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pytest

from geo.errors import GeoError
from optimise import Problem, Travel
from optimise.exchange import write_problem
from planner.cli import main
from planner.errors import PlannerError
from planner.solve_command import add_solve


def _call(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser()
    add_solve(parser.add_subparsers())
    options = parser.parse_args(["solve", *arguments])
    return int(options.run(options))


@pytest.fixture
def problem(tmp_path: Path) -> Path:
    """Five places on a line with 4, 1, 1, 1 and 5 people, a site at each."""
    x = np.arange(5.0)
    line = Problem(
        weights=[4, 1, 1, 1, 5],
        travel=Travel.from_dense(np.abs(x[:, None] - x)),
        n_sites=5,
        zones=[0, 0, 0, 1, 1],
        quotas=[1, 0],
        groups={"东=west": [0, 1]},
    )
    write_problem(tmp_path / "line.npz", line)
    return tmp_path / "line.npz"


@pytest.mark.parametrize(
    ("options", "sites", "objective", "value"),
    [
        (["--model", "p-median", "--p", "2"], [0, 4], "distance", 1 + 2 + 1),
        (["--model", "p-median", "--p", "1"], [2], "distance", 4 * 2 + 1 + 1 + 5 * 2),
        (
            ["--model", "p-median", "--p", "1", "--radius", "0.5", "--unserved-cost", "1"],
            [0],
            "distance",
            8,
        ),
        (["--model", "cover-share", "--radius", "2"], [2], "sites", 1),
        (
            ["--model", "cover-share", "--radius", "1", "--target", "东=west=0.5"],
            [0],
            "sites",
            1,
        ),
        (["--model", "cover-most", "--radius", "0.5", "--max-sites", "2"], [0, 4], "people", 9),
    ],
)
def test_every_model_is_answered(problem, tmp_path, capsys, options, sites, objective, value):
    out = tmp_path / "solution.json"
    out.write_text("older")
    assert _call([str(problem), *options, "--out", str(out)]) == 0
    record = json.loads(out.read_text("utf-8"))
    assert (record["open_sites"], record["objective"]) == (sites, objective)
    assert record["value"] == record["bound"] == value
    assert record["status"] == "proven"
    (line,) = capsys.readouterr().out.splitlines()
    assert str(out) in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line.npz", "solution.json"]


def test_same_question_same_file_but_for_the_seconds(problem, tmp_path, capsys):
    records = []
    for name in ("a.json", "b.json"):
        arguments = ["--model", "p-median", "--p", "2", "--seed", "7", "--quiet"]
        assert _call([str(problem), *arguments, "--out", str(tmp_path / name)]) == 0
        records.append(json.loads((tmp_path / name).read_text("utf-8")) | {"seconds": None})
    assert records[0] == records[1]
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--model", "p-median"], "--p: is missing"),
        (["--model", "cover-most", "--radius", "1"], "--max-sites: is missing"),
        (["--model", "p-median", "--p", "2", "--max-sites", "3"], "--max-sites: is not for"),
        (["--model", "cover-share", "--radius", "1", "--p", "3"], "--p: is not for"),
        (["--model", "p-median", "--p", "0"], "PMedian.p: 0"),
        (["--model", "p-median", "--p", "2", "--gap", "nan"], "gap"),
        (["--model", "p-median", "--p", "2", "--time-limit", "0"], "time_limit_s"),
        (["--model", "p-median", "--p", "2", "--seed", "-1"], "--seed: is -1"),
        (["--model", "cover-share", "--radius", "-1"], "CoverShare.radius"),
        (["--model", "cover-share", "--radius", "1", "--target", "x=1"], "no group 'x'"),
        (["--model", "cover-most", "--radius", "1", "--max-sites", "0"], "at least 1 are needed"),
    ],
)
def test_refused_in_one_line_and_nothing_is_written(problem, tmp_path, options, told):
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises((GeoError, PlannerError)) as refused:
        _call([str(problem), *options, "--out", str(tmp_path / "solution.json")])
    assert told in str(refused.value)
    assert "\n" not in str(refused.value)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_wrong_words_and_wrong_places(problem, tmp_path, capsys):
    for target in ("all", "all=much"):
        with pytest.raises(SystemExit):
            _call([str(problem), "--model", "cover-share", "--target", target, "--out", "x"])
        assert target.rpartition("=")[2] in capsys.readouterr().err
    question = ["--model", "p-median", "--p", "2", "--out"]
    with pytest.raises(PlannerError, match="does not exist"):
        _call([str(tmp_path / "none.npz"), *question, str(tmp_path / "a.json")])
    with pytest.raises(GeoError, match="cannot be written"):
        _call([str(problem), *question, str(tmp_path / "no" / "a.json")])
    with pytest.raises(GeoError, match="cannot be written"):
        _call([str(problem), *question, str(tmp_path)])


def test_the_command_hangs_in_recyclenet(problem, tmp_path, capsys):
    out = tmp_path / "s.json"
    assert main(["solve", str(problem), "--model", "p-center", "--p", "2", "--out", str(out)]) == 0
    told = json.loads(out.read_text("utf-8"))
    assert told["objective"] == "radius"
    assert told["bound"] == told["value"]
    assert main(["solve", "none.npz", "--model", "p-center", "--p", "2", "--out", str(out)]) == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1
