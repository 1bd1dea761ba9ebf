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
    (tmp_path / "precious.txt").write_text("mine")
    with pytest.raises(OutputError, match="not a plan"):
        write_plan(town_plan, tmp_path, bundle_path=town_path)
    assert [path.name for path in tmp_path.iterdir()] == ["precious.txt"]
