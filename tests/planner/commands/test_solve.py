from __future__ import annotations

import argparse
import json
import math
from pathlib import Path

import numpy as np
import pytest

from geo.errors import GeoError
from optimise import Problem, Travel
from optimise.exchange import read_problem, write_problem
from planner.cli import main
from planner.commands.solve import add_solve
from planner.errors import PlannerError


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
        (["--model", "cover-all", "--radius", "1"], [1, 4], "sites", 2),
        (["--model", "lscp", "--radius", "1", "--objective", "cost"], [1, 4], "cost", 2),
        (
            ["--model", "cover-all", "--radius", "东=west=0.5", "--radius", "all=3"],
            [0, 1],
            "sites",
            2,
        ),
        (["--model", "cover-twice", "--radius", "1"], [0, 1, 3, 4], "sites", 4),
        (
            ["--model", "cover-twice", "--radius", "1", "--backup", "东=west=1"],
            [0, 1],
            "sites",
            2,
        ),
        (
            [
                "--model",
                "cover-twice",
                "--radius",
                "1",
                "--backup",
                "东=west=1",
                "--target",
                "all=1",
            ],
            None,
            "sites",
            3,
        ),
        (
            [
                *("--model", "cover-fairly", "--radius", "0.5", "--max-sites", "2"),
                *("--group", "东=west", "--group", "all"),
            ],
            [0, 4],
            "share",
            0.75,
        ),
        (["--model", "capacitated-cover", "--radius", "2"], [2], "sites", 1),
        (["--model", "capacitated-cover", "--radius", "2", "--no-split"], [2], "sites", 1),
        (["--model", "capacitated-median", "--p", "2"], [0, 4], "distance", 4),
        (
            ["--model", "capacitated-median", "--split", "--fixed-costs", "add"],
            None,
            "cost",
            5,
        ),
        (
            ["--model", "fair-median", "--p", "1", "--scale", "1", "--aversion", "0.5"],
            [2],
            "equivalent",
            pytest.approx(2 * math.log((9 * math.exp(1.0) + 2 * math.exp(0.5) + 1) / 12)),
        ),
    ],
)
def test_every_model_is_answered(problem, tmp_path, capsys, options, sites, objective, value):
    out = tmp_path / "solution.json"
    out.write_text("older")
    assert _call([str(problem), *options, "--out", str(out)]) == 0
    record = json.loads(out.read_text("utf-8"))
    assert record["objective"] == objective
    assert sites is None or record["open_sites"] == sites
    assert record["value"] == value
    assert record["bound"] == pytest.approx(record["value"], rel=1e-6)
    assert record["status"] == "proven"
    (line,) = capsys.readouterr().out.splitlines()
    assert str(out) in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["line.npz", "solution.json"]


def test_capacities_show_in_the_flows(problem, tmp_path):
    line = read_problem(problem)
    tight = Problem(
        weights=line.weights, travel=line.travel, n_sites=5, capacities=[np.inf, 0.0, 6.0, 0.0, 4.0]
    )
    write_problem(tmp_path / "tight.npz", tight)
    out = tmp_path / "solution.json"
    options = ["--model", "capacitated-median", "--p", "3", "--split", "--out", str(out)]
    assert _call([str(tmp_path / "tight.npz"), *options]) == 0
    record = json.loads(out.read_text("utf-8"))
    # Of the five people in the last place four have room there, one goes two places back.
    assert (record["open_sites"], record["value"]) == ([0, 2, 4], 1 + 1 + 2)
    flows = record["flows"]
    last = slice(flows["indptr"][4], flows["indptr"][5])
    assert (flows["sites"][last], flows["weight"][last]) == ([2, 4], [1.0, 4.0])
    assert record["assignment"][4] == 4


def test_limits_in_the_file_do_for_a_limit_and_quick_is_quick_to_be_asked(problem, tmp_path):
    line = read_problem(problem)
    write_problem(
        tmp_path / "two.npz",
        Problem(weights=line.weights, travel=line.travel, n_sites=5, max_sites=2),
    )
    out = tmp_path / "solution.json"
    question = ["--model", "cover-most", "--radius", "0.5", "--tie-break", "none"]
    assert (
        _call([str(tmp_path / "two.npz"), *question, "--effort", "quick", "--out", str(out)]) == 0
    )
    record = json.loads(out.read_text("utf-8"))
    assert record["open_sites"] == [0, 4]
    assert record["tie_break"] is None


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
        (["--model", "cover-most", "--radius", "1"], "CoverMost.max_sites: nothing limits"),
        (["--model", "cover-fairly", "--radius", "1"], "--group: is missing"),
        (["--model", "p-center", "--p", "1", "--radius", "1"], "--radius: is not for"),
        (["--model", "p-median", "--p", "1", "--radius", "all=1"], "--radius: has groups"),
        (["--model", "lscp", "--radius", "1", "--radius", "2"], "--radius: is given for everybody"),
        (["--model", "lscp", "--radius", "all=1", "--radius", "2"], "--radius: is given for every"),
        (["--model", "lscp", "--radius", "all=1", "--radius", "all=2"], "Give each group one"),
        (["--model", "lscp", "--radius", "x=1"], "no group 'x'"),
        (["--model", "cover-share", "--radius", "1", "--split"], "--split: is not for"),
        (["--model", "fair-median", "--p", "2", "--aversion", "-1"], "FairMedian.aversion"),
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
    for radius in ("far", "all=far", ""):
        with pytest.raises(SystemExit):
            _call([str(problem), "--model", "lscp", "--radius", radius, "--out", "x"])
        assert "is not a number" in capsys.readouterr().err
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
