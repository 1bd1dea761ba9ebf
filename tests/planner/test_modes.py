"""Access modes: metres or minutes, on foot, by e-bike, by car, and where no roads are mapped."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geo.bundle import Bundle, load_bundle
from geo.roadless import without_roads
from geo.travel import network_matrix
from planner.checking.check import check_plan
from planner.cli import main
from planner.errors import PlanError, ScenarioError
from planner.maps.state import notices
from planner.outputs import write_plan
from planner.plan import make_plan, travel_for
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from planner.travels import measure_of, off_road
from tests.town import write_town

BARE = "东街道"


@pytest.fixture(scope="module")
def bare_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A town one of whose townships has no mapped streets."""
    folder = tmp_path_factory.mktemp("bare")
    extract = write_town(folder / "town.osm", bare=True)
    import_region(Intake(extract=extract, detour=1.3), folder / "bundle")
    return folder / "bundle"


@pytest.fixture(scope="module")
def bare(bare_path: Path) -> Bundle:
    return load_bundle(bare_path)


def differences(bundle: Bundle, path: Path, scenario: Scenario, folder: Path) -> tuple[str, ...]:
    write_plan(make_plan(bundle, scenario), folder, bundle_path=path)
    return check_plan(folder).differences


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(minutes=8.0),
        Scenario(minutes=5.0, speed_walk_m_s=1.0, max_sites=7),
        Scenario(minutes=3.5, mode="ebike", township_target=0.5),
        Scenario(minutes=2.0, mode="drive", objective="cost"),
        Scenario(radius_m=450.0, mode="ebike", urban_target=0.5),
    ],
)
def test_plans_of_every_mode_hold_in_the_second_opinion(
    town: Bundle, town_path: Path, bare: Bundle, bare_path: Path, tmp_path: Path, scenario: Scenario
) -> None:
    assert differences(town, town_path, scenario, tmp_path / "town") == ()
    assert differences(bare, bare_path, scenario, tmp_path / "bare") == ()


def test_a_minute_on_foot_is_so_many_metres(town: Bundle) -> None:
    """On foot all is walked at one pace: minutes are metres, but for the rounding of each piece."""
    network = town.networks["walk"]
    places = np.column_stack([network.x[::7], network.y[::7]]) + 3.0
    scenario = Scenario(minutes=10.0, speed_walk_m_s=1.25)
    seconds = network_matrix(network, places, places, cutoff=600, measure=measure_of(scenario))
    metres = network_matrix(network, places, places, cutoff=760)
    walked = {
        (row, column): value
        for row in range(len(places))
        for column, value in zip(
            metres.indices[metres.indptr[row] : metres.indptr[row + 1]].tolist(),
            metres.values[metres.indptr[row] : metres.indptr[row + 1]].tolist(),
            strict=True,
        )
    }
    rows = np.repeat(np.arange(len(places)), np.diff(seconds.indptr))
    assert len(rows) > 500
    for row, column, value in zip(
        rows.tolist(), seconds.indices.tolist(), seconds.values.tolist(), strict=True
    ):
        # At most twenty pieces, each rounded by at most half a hundredth, and two ways to the road.
        assert value * 1.25 == pytest.approx(walked[row, column], abs=0.2)


def test_faster_modes_need_no_more_sites(town: Bundle) -> None:
    sites = [
        make_plan(town, Scenario(minutes=8.0, mode=mode, min_per_township=0)).record["sites"]
        for mode in ("walk", "ebike", "drive")
    ]
    assert sites[0] > sites[1] >= sites[2]


def test_a_plan_in_minutes_says_so_in_its_files(
    town: Bundle, town_path: Path, tmp_path: Path
) -> None:
    plan = make_plan(town, Scenario(minutes=8.0, mode="ebike"))
    write_plan(plan, tmp_path / "plan", bundle_path=town_path)
    record = json.loads((tmp_path / "plan" / "plan.json").read_text("utf-8"))
    assert (record["scenario"]["minutes"], record["scenario"]["radius_m"]) == (8.0, None)
    assert (record["data"]["unit"], record["data"]["impedance"]) == ("s", "network:ebike")
    assert record["tie_break"]["name"] == "total_time_person_s"
    cells = json.loads((tmp_path / "plan" / "demand.geojson").read_text("utf-8"))["features"]
    times = [cell["properties"]["time_s"] for cell in cells if cell["properties"]["site"]]
    assert times and max(times) <= 480
    assert "distance_m" not in cells[0]["properties"]


def _slower(plan: dict[str, Any]) -> None:
    plan["tie_break"]["value"] += 40


def _metres(plan: dict[str, Any]) -> None:
    plan["data"]["unit"] = "m"


@pytest.mark.parametrize(("change", "told"), [(_slower, "tie_break"), (_metres, "data.unit")])
def test_a_false_claim_in_minutes_is_found(
    town: Bundle, town_path: Path, tmp_path: Path, change: Any, told: str
) -> None:
    folder = tmp_path / "plan"
    write_plan(make_plan(town, Scenario(minutes=8.0)), folder, bundle_path=town_path)
    record = json.loads((folder / "plan.json").read_text("utf-8"))
    change(record)
    (folder / "plan.json").write_text(json.dumps(record), "utf-8")
    assert any(told in line for line in check_plan(folder).differences)


def test_a_time_that_is_too_short_is_found(town: Bundle, town_path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "plan"
    write_plan(make_plan(town, Scenario(minutes=8.0)), folder, bundle_path=town_path)
    cells = json.loads((folder / "demand.geojson").read_text("utf-8"))
    served = next(cell for cell in cells["features"] if cell["properties"]["site"])
    served["properties"]["time_s"] -= 0.5
    (folder / "demand.geojson").write_text(json.dumps(cells), "utf-8")
    assert any("time_s" in line for line in check_plan(folder).differences)


def test_a_township_without_streets_is_found_told_and_served(bare: Bundle, bare_path: Path) -> None:
    townships = bare.region.townships
    assert townships["name"].iloc[list(bare.roadless)].tolist() == [BARE]
    assert bare.detour_factor == 1.3
    told = [finding for finding in bare.findings if finding.kind == "township-without-roads"]
    assert [finding.values["name"] for finding in told] == [BARE]
    plan = make_plan(bare, Scenario(radius_m=400.0, urban_target=0.9))
    row = next(row for row in plan.record["townships"] if row["name"] == BARE)
    assert row["pass"] and row["covered"] > 0.5 * row["people"]
    kinds = [warning["kind"] for warning in plan.record["warnings"]]
    assert kinds.count("straight-line-townships") == 1
    assert plan.record["data"]["impedance"] == "network:walk+straight-line"
    for language in ("zh", "en"):
        assert any(BARE in text and "1.3" in text for text in notices(plan, language))
    # Its candidates are where people live: no node of the roads is near.
    mine = bare.candidates.frame[
        off_road(bare)[1] & (bare.candidates.frame["source"] == "generated")
    ]
    assert len(mine)


def test_only_what_lies_in_that_township_goes_straight(bare: Bundle, town: Bundle) -> None:
    off, off_candidate = off_road(bare)
    travel = travel_for(bare, "walk", 700.0)
    cells, sites = (
        np.column_stack([frame.geometry.x, frame.geometry.y])
        for frame in (bare.demand.frame, bare.candidates.frame)
    )
    rows = np.repeat(np.arange(len(cells)), np.diff(travel.indptr))
    crow_m = np.hypot(*(cells[rows] - sites[travel.indices]).T) * 1.3
    straight = np.abs(crow_m - travel.values) < 0.02
    either = off[rows] | off_candidate[travel.indices]
    assert straight[either].all() and either.any()
    assert straight[~either].mean() < 0.05
    assert not travel.unreachable.any()
    assert town.roadless == () and town.detour_factor == 1.0


def test_limits_exclude_each_other() -> None:
    assert Scenario().radius_m == 1000.0 and Scenario().limit == 1000.0
    assert Scenario(minutes=15).limit == 900.0 and Scenario(minutes=15).radius_m is None
    with pytest.raises(ScenarioError, match=r"radius_m.*one of the two"):
        Scenario(radius_m=500.0, minutes=10.0)
    with pytest.raises(ScenarioError, match=r"speed_walk_m_s.*of no use"):
        Scenario(speed_walk_m_s=1.0)
    for field, value in (("minutes", 0), ("minutes", 121), ("minutes", float("nan"))):
        with pytest.raises(ScenarioError, match=field):
            Scenario(**{field: value})
    for pace in (0.2, 3.1, "fast", True):
        with pytest.raises(ScenarioError, match="speed_walk_m_s"):
            Scenario(minutes=10.0, speed_walk_m_s=pace)  # type: ignore[arg-type]


def test_travel_of_another_unit_is_not_taken(town: Bundle) -> None:
    travel = travel_for(town, "walk", 800.0)
    with pytest.raises(ValueError, match="travel in m"):
        make_plan(town, Scenario(minutes=5.0), travel=travel)


def test_a_mode_without_roads_is_refused_in_both_languages(town: Bundle) -> None:
    older = dataclasses.replace(
        town, networks={mode: town.networks[mode] for mode in ("walk", "drive")}
    )
    assert older.modes == ("walk", "drive")
    with pytest.raises(PlanError, match=r"no roads for e-bike.*Import") as caught:
        make_plan(older, Scenario(mode="ebike"))
    assert "电动车" in caught.value.zh


def test_a_target_out_of_reach_names_the_minutes_that_would_do(town: Bundle) -> None:
    with pytest.raises(PlanError, match=r"within 0\.2 minutes.*raise the radius to") as caught:
        make_plan(town, Scenario(minutes=0.2, urban_target=1.0))
    needed = float(str(caught.value).split("raise the radius to ")[1].split(" minutes")[0])
    assert make_plan(town, Scenario(minutes=needed, urban_target=1.0)).record["urban"]["met"]


def test_the_command_takes_minutes_and_paces(
    town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, again = tmp_path / "plan", tmp_path / "again"
    asked = ["plan", str(town_path), "--out", str(out), "--minutes", "9", "--speed-walk", "1.1"]
    assert main([*asked, "--quiet"]) == 0
    scenario = str(out / "scenario.toml")
    # What stands beside a file wins over it, in whichever unit.
    more = ["plan", str(town_path), "--out", str(again), "--scenario", scenario, "--quiet"]
    assert main([*more, "--radius", "700"]) == 0
    told = json.loads((again / "plan.json").read_text("utf-8"))["scenario"]
    assert (told["radius_m"], told["minutes"], told["speed_walk_m_s"]) == (700.0, None, 1.2)
    assert main([*more, "--minutes", "5", "--mode", "ebike"]) == 0
    told = json.loads((again / "plan.json").read_text("utf-8"))["scenario"]
    assert (told["radius_m"], told["minutes"], told["mode"]) == (None, 5.0, "ebike")
    assert told["speed_walk_m_s"] == 1.1
    assert main([*more, "--minutes", "5", "--radius", "700"]) == 2
    assert "one of the two" in capsys.readouterr().err


def test_own_speeds_are_kept_with_the_bundle_and_count(town: Bundle, tmp_path: Path) -> None:
    table = (Path(__file__).resolve().parents[2] / "data" / "speeds.toml").read_text("utf-8")
    own = tmp_path / "own.toml"
    own.write_text(table.replace("residential = 25", "residential = 50"), "utf-8")
    extract = write_town(tmp_path / "town.osm")
    import_region(Intake(extract=extract, speeds=own), tmp_path / "bundle")
    fast = load_bundle(tmp_path / "bundle")
    assert dict(fast.speeds.drive.kmh)["residential"] == 50
    assert [given.role for given in fast.source.inputs] == ["speeds"]
    assert set(fast.networks["drive"].kmh.tolist()) == {50}
    assert set(town.networks["drive"].kmh.tolist()) == {25}


def test_no_township_of_the_sample_is_taken_for_one_without_roads() -> None:
    """Mapped well, hilly or not: a false alarm would straighten real ways."""
    sample = load_bundle(Path(__file__).resolve().parents[2] / "data/samples/isle-of-wight")
    walk = sample.networks["walk"]
    assert without_roads(sample.region, sample.demand, walk, detour_factor=1.4) == ((), [])
