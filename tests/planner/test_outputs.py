from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import geopandas as gpd
import pytest

from geo.bundle import Bundle
from planner.errors import OutputError
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.scenario import Scenario

FILES = {
    "plan.json",
    "run.json",
    "scenario.toml",
    "map.html",
    "sites.csv",
    "sites.geojson",
    "townships.geojson",
    "demand.geojson",
    "uncovered.geojson",
}


def test_every_file_is_there_and_another_library_reads_it(plan_folder: Path) -> None:
    assert {path.name for path in plan_folder.iterdir()} == FILES
    plan = json.loads((plan_folder / "plan.json").read_text("utf-8"))
    demand = gpd.read_file(plan_folder / "demand.geojson")
    assert demand.crs.to_epsg() == 4326
    assert demand["people"].sum() == plan["people"]["total"]
    assert demand.loc[demand["site"].notna(), "people"].sum() == plan["people"]["covered"]
    assert demand["distance_m"].max() <= plan["scenario"]["radius_m"]
    sites = gpd.read_file(plan_folder / "sites.geojson")
    assert len(sites) == plan["sites"]
    assert sites["people"].sum() == plan["people"]["covered"]
    townships = gpd.read_file(plan_folder / "townships.geojson")
    assert townships["people"].tolist() == [t["people"] for t in plan["townships"]]
    uncovered = gpd.read_file(plan_folder / "uncovered.geojson")
    assert set(uncovered["id"]) == set(demand.loc[demand["site"].isna(), "id"])


def test_two_runs_give_the_same_bytes_times_apart(
    town: Bundle, town_path: Path, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        write_plan(
            make_plan(town, Scenario(radius_m=500.0)), tmp_path / name, bundle_path=town_path
        )
    for name in sorted(FILES):
        one, two = ((tmp_path / run / name).read_text("utf-8") for run in ("a", "b"))
        strip = re.compile(r'"timings": \{[^}]*\}')
        assert strip.sub("", one) == strip.sub("", two), name


def test_a_spreadsheet_gets_text_not_formulas(plan_folder: Path) -> None:
    raw = (plan_folder / "sites.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))
    assert rows
    for row in rows:
        for value in row.values():
            assert not re.match(r"\s*[=+@-]", value)


def test_a_folder_of_something_else_is_left_alone(
    town_plan: Plan, town_path: Path, tmp_path: Path
) -> None:
    for name, text in (("precious.txt", "mine"), ("plan.json", "{}"), ("plan.json", "[1]")):
        folder = tmp_path / f"folder of {name}{len(text)}"
        folder.mkdir()
        (folder / name).write_text(text)
        with pytest.raises(OutputError, match="no place for a plan"):
            write_plan(town_plan, folder, bundle_path=town_path)
        assert [(path.name, path.read_text()) for path in folder.iterdir()] == [(name, text)]


def test_a_plan_with_somebodys_file_beside_it_is_left_alone(
    town_plan: Plan, plan_folder: Path, town_path: Path
) -> None:
    write_plan(town_plan, plan_folder, bundle_path=town_path)
    (plan_folder / "notes.docx").write_text("mine")
    with pytest.raises(OutputError, match=r"notes\.docx"):
        write_plan(town_plan, plan_folder, bundle_path=town_path)
    assert (plan_folder / "notes.docx").read_text() == "mine"


def test_a_place_that_cannot_be_is_refused_in_one_line(
    town_plan: Plan, town_path: Path, tmp_path: Path
) -> None:
    (tmp_path / "file").write_text("x")
    for folder in (tmp_path / ("x" * 300), tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match=r"place|written"):
            write_plan(town_plan, folder, bundle_path=town_path)


def test_every_file_says_what_is_estimated_and_how_far_is_measured(plan_folder: Path) -> None:
    for name in ("sites", "townships", "demand", "uncovered"):
        frame = gpd.read_file(plan_folder / f"{name}.geojson")
        assert set(frame["estimated"]) == {True}, name
        assert set(frame["impedance"]) == {"network:walk"}, name
    rows = list(csv.DictReader((plan_folder / "sites.csv").open(encoding="utf-8-sig")))
    assert {row["impedance"] for row in rows} == {"network:walk"}
