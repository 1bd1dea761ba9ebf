from __future__ import annotations

import dataclasses
import gzip
import json
import os
import re
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import pytest
from shapely.geometry import box

from planner.cli import main
from tests.town import write_town

LIECHTENSTEIN = Path(__file__).resolve().parents[1] / "data" / "liechtenstein-2013-08-03.osm.pbf"


def _refused(arguments: list[str], capsys: pytest.CaptureFixture[str], folder: Path) -> str:
    """Run a command that must be refused; gives its one line."""
    before = sorted(path for path in folder.rglob("*"))
    assert main([*arguments, "--quiet", "--lang", "en"]) == 2
    captured = capsys.readouterr()
    lines = captured.err.strip().splitlines()
    assert len(lines) == 1, captured.err
    assert captured.out == ""
    assert "Traceback" not in lines[0]
    assert sorted(path for path in folder.rglob("*")) == before, "something was left behind"
    return lines[0]


def _empty(path: Path) -> Path:
    path = path / "empty.osm.pbf"
    path.write_bytes(b"")
    return path


def _truncated(path: Path) -> Path:
    path = path / "cut.osm.pbf"
    path.write_bytes(LIECHTENSTEIN.read_bytes()[:300_000])
    return path


def _picture(path: Path) -> Path:
    path = path / "picture.osm.pbf"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    return path


def _cut_gzip(path: Path) -> Path:
    whole = gzip.compress(write_town(path / "town.osm").read_bytes())
    (path / "town.osm").unlink()
    path = path / "cut.osm.gz"
    path.write_bytes(whole[: len(whole) // 2])
    return path


def _missing(path: Path) -> Path:
    return path / "nowhere.osm.pbf"


def _no_roads(path: Path) -> Path:
    return write_town(path / "no-roads.osm", roads=False)


@pytest.mark.parametrize(
    "make", [_empty, _truncated, _picture, _cut_gzip, _missing, _no_roads], ids=lambda f: f.__name__
)
def test_a_bad_extract_is_one_line_that_names_it(
    make: Callable[[Path], Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract = make(tmp_path)
    line = _refused(["import", str(extract), "--out", str(tmp_path / "b")], capsys, tmp_path)
    assert extract.name in line


def test_no_boundaries_and_no_places_is_one_line_with_the_remedy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract = write_town(tmp_path / "bare.osm", boundaries=False)
    line = _refused(["import", str(extract), "--out", str(tmp_path / "b")], capsys, tmp_path)
    assert "--boundaries" in line


def _townships(path: Path, names: list[object], crs: int | None = 4326) -> Path:
    shapes = [box(117.1 + 0.1 * i, 29.3, 117.2 + 0.1 * i, 29.4) for i in range(len(names))]
    gpd.GeoDataFrame({"name": names}, geometry=shapes, crs=crs).to_file(path)
    return path


@pytest.mark.parametrize(
    ("make", "field", "told"),
    [
        (lambda p: _townships(p / "t.shp", ["a", "b"], crs=None), "name", r"t\.shp.*\.prj"),
        (lambda p: _townships(p / "t.gpkg", ["双乡", "双乡"]), "name", "双乡.*--code-field"),
        (lambda p: _townships(p / "t.gpkg", ["a", "b"]), "nom", "nom.*name"),
        (lambda p: _townships(p / "t.gpkg", ["a", ""]), "name", "t.gpkg"),
        (lambda p: p / "none.geojson", "name", "none.geojson"),
    ],
)
def test_a_bad_boundary_file_is_one_line(
    make: Callable[[Path], Path],
    field: str,
    told: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    file = make(tmp_path)
    arguments = ["import", "--boundaries", str(file), "--name-field", field]
    line = _refused([*arguments, "--out", str(tmp_path / "b")], capsys, tmp_path)
    assert re.search(told, line), line


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("name,people\n北镇,-5\n", r"people\.csv.*row 2.*-5"),
        ("name,people\n北镇,many\n", "many"),
        ("name,people\n北镇,12.5\n", r"12\.5"),
        ("name,people\n北镇,\n", "row 2"),
        ("name,people\n无此镇,5\n", "无此镇"),
        ("name,people\n北镇,5\n北镇,6\n", "北镇"),
        ("place,inhabitants\n北镇,5\n", "inhabitants"),
        ("", r"people\.csv"),
    ],
)
def test_a_bad_population_table_is_one_line(
    table: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    extract = write_town(tmp_path / "town.osm")
    (tmp_path / "people.csv").write_text(table, "utf-8")
    arguments = ["import", str(extract), "--population", str(tmp_path / "people.csv")]
    line = _refused([*arguments, "--out", str(tmp_path / "b")], capsys, tmp_path)
    assert re.search(told, line), line


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--radius", "0"], "radius_m.*0"),
        (["--radius", "nan"], "radius_m.*nan"),
        (["--urban-target", "1.5"], "urban_target.*1.5"),
        (["--township-target", "-1"], "township_target.*-1"),
        (["--max-sites", "0"], "max_sites.*0"),
        (["--radius", "150", "--urban-target", "1"], "urban_target.*(radius|candidates)"),
        (
            ["--township-target", "1", "--radius", "100", "--urban-target", "none"],
            "township_target.*candidates",
        ),
        (["--max-sites", "2"], "max_sites.*at least 4"),
    ],
)
def test_a_question_that_cannot_be_answered_is_one_line(
    options: list[str],
    told: str,
    town_path: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    line = _refused(
        ["plan", str(town_path), "--out", str(tmp_path / "p"), *options], capsys, tmp_path
    )
    assert re.search(told, line, re.IGNORECASE), line


def test_argparse_refuses_in_one_line_too(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["plan"])
    assert refused.value.code == 2
    assert len(capsys.readouterr().err.strip().splitlines()) == 1


def test_a_bundle_that_was_tampered_with_is_refused(
    town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bundle = tmp_path / "bundle"
    shutil.copytree(town_path, bundle)
    file = bundle / "demand.parquet"
    file.write_bytes(file.read_bytes()[:-1] + b"x")
    line = _refused(["plan", str(bundle), "--out", str(tmp_path / "p")], capsys, tmp_path)
    assert "demand.parquet" in line
    shutil.copytree(town_path, bundle, dirs_exist_ok=True)
    manifest = bundle / "manifest.json"
    manifest.write_text(manifest.read_text("utf-8").replace("测试县", "别处"), "utf-8")
    line = _refused(["plan", str(bundle), "--out", str(tmp_path / "p")], capsys, tmp_path)
    assert "manifest.json" in line


def test_an_interruption_leaves_nothing_and_says_so(
    town_path: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("planner.outputs.map_html", interrupt)
    assert main(["plan", str(town_path), "--out", str(tmp_path / "p"), "--quiet"]) == 130
    assert "nterrupted" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_in_the_middle_of_writing_leaves_the_older_plan(
    stop: signal.Signals, town_path: Path, plan_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = {path.name: path.read_bytes() for path in plan_folder.iterdir()}

    def slow(*_: object, **__: object) -> str:
        os.kill(os.getpid(), stop)
        time.sleep(5)
        return ""

    monkeypatch.setattr("planner.outputs.map_html", slow)
    # A shell has its background jobs pass over the keyboard's signal.
    before_int = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert main(["plan", str(town_path), "--out", str(plan_folder), "--quiet"]) == 130
    finally:
        signal.signal(signal.SIGINT, before_int)
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
    assert {path.name: path.read_bytes() for path in plan_folder.iterdir()} == before
    assert [path.name for path in plan_folder.parent.iterdir()] == [plan_folder.name]


def test_an_interrupted_search_is_no_plan(
    town_path: Path, plan_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from planner import plan as module

    def interrupted(*arguments: object, **options: object) -> object:
        solution = solve(*arguments, **options)
        return dataclasses.replace(solution, stopped="cancelled")

    solve = module.solve
    before = (plan_folder / "plan.json").read_bytes()
    monkeypatch.setattr(module, "solve", interrupted)
    assert main(["plan", str(town_path), "--out", str(plan_folder), "--quiet"]) == 130
    assert (plan_folder / "plan.json").read_bytes() == before


def test_the_place_is_looked_at_before_the_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "manifest.json").write_text("{}")
    arguments = ["import", str(tmp_path / "not-even-there.osm.pbf"), "--out"]
    line = _refused([*arguments, str(tmp_path / "out")], capsys, tmp_path)
    assert "no place for a bundle" in line


def test_the_remedy_for_many_townships_is_a_remedy(
    town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["plan", str(town_path), "--out", str(tmp_path / "p"), "--urban-target", "none"]
    hard = [*arguments, "--radius", "150"]
    line = _refused([*hard, "--township-target", "0.95"], capsys, tmp_path)
    told = re.findall(r"target to ([0-9.]+) ?%.*?, or raise the radius to (\d+) m", line)[0]
    share, radius = f"{float(told[0]) / 100:.3f}", told[1]
    assert main([*hard, "--township-target", share, "--quiet"]) == 0
    again = [*arguments, "--radius", radius, "--township-target", "0.95", "--quiet"]
    assert main(again) == 0


def test_the_whole_street(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    extract = write_town(tmp_path / "town.osm")
    bundle, plan = tmp_path / "bundle", tmp_path / "plan"
    (tmp_path / "people.csv").write_text('乡镇,人口\n北镇,"1,234"\n东街道,5000\n', "gb18030")
    people = ["--population", str(tmp_path / "people.csv"), "--name", "试验市"]
    assert main(["import", str(extract), "--out", str(bundle), *people]) == 0
    assert main(["plan", str(bundle), "--out", str(plan), "--radius", "500"]) == 0
    assert main(["check", str(plan)]) == 0
    captured = capsys.readouterr()
    assert "search for a good plan" in captured.err or "寻找好方案" in captured.err
    record = json.loads((plan / "plan.json").read_text("utf-8"))
    assert record["data"]["region"] == "试验市"
    told = {row["name"]: row["people"] for row in record["townships"]}
    assert told["北镇"] == 1234
    assert told["东街道"] == 5000
    assert record["people"]["estimated"] is True
    assert record["urban"]["total"] == 5000
    assert record["urban"]["covered"] >= 0.95 * 5000
    assert all(row["sites"] >= 1 for row in record["townships"])


def test_chinese_for_those_who_ask_for_it(
    town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["plan", str(town_path), "--out", str(tmp_path / "p"), "--lang", "zh"]
    assert main([*arguments, "--max-sites", "2"]) == 2
    assert "至少允许" in capsys.readouterr().err
    assert main(arguments) == 0
    assert "寻找好方案" in capsys.readouterr().err


def test_weights_of_criteria_are_heeded_or_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sample = Path(__file__).resolve().parents[2] / "data" / "samples" / "isle-of-wight"
    plan = ["plan", str(sample), "--out", str(tmp_path / "plan"), "--quiet"]
    assert main([*plan, "--criterion", "free=50"]) == 2
    idle = capsys.readouterr().err
    assert "--criterion" in idle and "--objective cost" in idle
    assert main([*plan, "--objective", "cost", "--criterion", "slope=100"]) == 2
    assert "slope: the region's data says nothing about it" in capsys.readouterr().err
    assert not (tmp_path / "plan").exists()
