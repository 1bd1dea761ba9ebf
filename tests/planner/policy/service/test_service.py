"""Service and rounds on the sample and on a synthetic town, with claims made wrong on purpose."""

from __future__ import annotations

import copy
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest
import shapely

from geo.bundle import Bundle, load_bundle
from geo.errors import InputError
from planner.cli import main
from planner.errors import OutputError, PlanError, ScenarioError
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.policy.service.check import check_service
from planner.policy.service.figures import DEFAULT_SERVICE, read_service_figures
from planner.policy.service.files import (
    service_files,
    service_record,
    service_summary,
    write_service,
)
from planner.policy.service.pricing import allowed_visits
from planner.policy.service.rounds import MobileRounds, make_rounds
from planner.policy.service.service import Service, make_service
from planner.policy.service.spec import RoundsSpec, ServiceSpec, read_rounds, read_service
from planner.policy.service.timetable import notices, timetable_rows
from planner.policy.service.words import SERVICE_WORDS, clock
from planner.scenario import Scenario

SAMPLE = Path(__file__).parents[4] / "data" / "samples" / "isle-of-wight"
QUICK = RoundsSpec(iterations=15, first_monday="2026-03-02")


@pytest.fixture(scope="module")
def sample() -> Plan:
    # Few points, far reach: what is left out is little, and the test quick.
    return make_plan(load_bundle(SAMPLE), Scenario(radius_m=3000.0, urban_target=0.95))


@pytest.fixture(scope="module")
def service(sample: Plan) -> Service:
    return make_service(sample, ServiceSpec(depot_count=2), read_service_figures())


@pytest.fixture(scope="module")
def rounds(service: Service) -> MobileRounds:
    return make_rounds(service, QUICK)


@pytest.fixture(scope="module")
def record(service: Service, rounds: MobileRounds) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(json.dumps(service_record(service, rounds), allow_nan=False))
    return told


def test_every_claim_holds(record: dict[str, Any], sample: Plan) -> None:
    report = check_service(record, sample)
    assert report.differences == ()
    assert report.checked > 500


def _raised(record: dict[str, Any], part: str, rows: str, row: int, key: str) -> dict[str, Any]:
    changed = copy.deepcopy(record)
    changed[part][rows][row][key] = changed[part][rows][row][key] * 1.05 + 1
    return changed


@pytest.mark.parametrize(
    ("part", "rows", "key"),
    [
        *(("service", "by_village", key) for key in ("people", "households", "kg_week", "cost")),
        *(("service", "by_village", key) for key in ("depot_min", "cost_point", "visits")),
        *(("rounds", "rounds", key) for key in ("kg", "hours", "cost_yuan", "weekday")),
        *(("rounds", "visits", key) for key in ("from_s", "until_s", "kg", "weekday")),
    ],
)
def test_a_false_claim_is_found(
    record: dict[str, Any], sample: Plan, part: str, rows: str, key: str
) -> None:
    assert check_service(_raised(record, part, rows, 0, key), sample).differences


def test_a_missing_visit_a_short_road_and_a_small_vehicle_are_found(
    record: dict[str, Any], sample: Plan
) -> None:
    missing = copy.deepcopy(record)
    missing["rounds"]["visits"].pop()
    assert check_service(missing, sample).differences
    short = copy.deepcopy(record)
    short["rounds"]["rounds"][0]["km"] *= 0.5
    assert any("shorter" in line for line in check_service(short, sample).differences)
    small = copy.deepcopy(record)
    small["service"]["figures"]["vehicle"]["capacity_kg"] = 1
    assert any("too many" in line for line in check_service(small, sample).differences)
    cell = copy.deepcopy(record)
    cell["service"]["by_village"][0]["cell_ids"].pop()
    assert any("cells" in line for line in check_service(cell, sample).differences)


def test_villages_are_the_cells_without_a_point(service: Service, sample: Plan) -> None:
    people = sample.bundle.demand.frame["people"].to_numpy()
    left = (sample.site_of < 0) & (people > 0)
    assert np.array_equal(service.of_cell >= 0, left)
    assert service.villages["people"].sum() == people[left].sum()
    xy = shapely.get_coordinates(sample.bundle.demand.frame.geometry)
    for village in range(len(service.villages)):
        own = xy[service.of_cell == village]
        assert np.hypot(*(own[:, None] - own[None]).transpose(2, 0, 1)).max() <= 1500.0


def test_the_rule_of_frequency_is_kept(service: Service, rounds: MobileRounds) -> None:
    made = rounds.visits.groupby("village").size()
    plain = {row["id"]: row for row in rounds.by_village()}
    assert list(plain) == service.villages["id"].tolist()
    for row in service.villages.to_dict("records"):
        if row["way"] == "mobile":
            assert made[row["id"]] >= (4 if row["estate"] else 1)
        told = plain[row["id"]]
        assert told["visits_in_4_weeks"] == len(set(told["days"])) == made.get(row["id"], 0)
        assert told["people"] == row["people"] and told["township_code"] == row["township_code"]


def test_lines_follow_roads_for_the_kilometres_told(rounds: MobileRounds) -> None:
    metric = rounds.rounds.to_crs(rounds.service.plan.bundle.region.crs)
    drawn_km = metric.geometry.length.to_numpy() / 1000
    # Roads bend between the nodes that lines are drawn through; metres were measured before.
    share = drawn_km / rounds.rounds["km"].to_numpy()
    assert (share > 0.97).all()
    assert (share < 1.001).all()


def test_same_bytes_again_and_text_is_harmless(
    service: Service, rounds: MobileRounds, sample: Plan, tmp_path: Path
) -> None:
    again = make_service(sample, ServiceSpec(depot_count=2), read_service_figures())
    files = service_files(service, rounds, "zh")
    assert files == service_files(again, make_rounds(again, QUICK), "zh")
    write_service(service, rounds, tmp_path / "out", "zh")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {
        *("service.json", "villages.geojson", "rounds.geojson", "timetable.csv"),
        *("break-even.csv", "timetable.xlsx", "service.html", "notices"),
    }
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "mine.txt").write_text("x")
    with pytest.raises(OutputError):
        write_service(service, rounds, tmp_path / "other", "zh")


def test_workbook_and_notices_tell_the_timetable(rounds: MobileRounds) -> None:
    rows = timetable_rows(rounds, "en")
    book = openpyxl.load_workbook(
        io.BytesIO(service_files(rounds.service, rounds, "en")["timetable.xlsx"])
    )
    sheet = book["Timetable"]
    assert sheet.max_row == len(rows) + 1
    assert sheet.cell(2, 2).value == rows[0]["id"]
    pages = notices(rounds, "zh")
    assert len(pages) == len({row["township_code"] for row in rows})
    assert sum(page.count("<tr><td>") for page in pages.values()) == len(rows)
    assert all("2026-03" in page for page in pages.values())


def test_hostile_names_are_escaped(town: Bundle) -> None:
    plan = make_plan(town, Scenario(radius_m=150.0, urban_target=None, min_per_township=1))
    made = make_service(plan, ServiceSpec(village_m=300.0), read_service_figures())
    rounds = make_rounds(made, QUICK)
    assert check_service(service_record(made, rounds), plan).differences == ()
    assert any("&lt;script&gt;" in page for page in notices(rounds, "en").values())
    assert not any("<script" in page for page in notices(rounds, "en").values())


def test_limits_are_kept_and_what_cannot_be_is_said(sample: Plan) -> None:
    figures = read_service_figures()
    made = make_service(sample, ServiceSpec(max_mobile=3, share=0.5), figures)
    assert (made.villages["way"] == "mobile").sum() <= 3
    served = made.villages["people"][made.villages["way"] != ""].sum()
    assert served >= 0.5 * made.villages["people"].sum()
    with pytest.raises(PlanError) as none:
        make_service(sample, ServiceSpec(max_mobile=0, max_points=0, max_terminals=0), figures)
    assert "share" in str(none.value)
    assert none.value.zh
    whole = make_service(sample, ServiceSpec(), figures)
    assert check_service(service_record(made, make_rounds(made, QUICK)), sample).differences == ()
    assert whole.choice.value >= made.choice.bound


def test_a_plan_that_leaves_nobody_out(town: Bundle) -> None:
    plan = make_plan(town, Scenario(radius_m=5000.0))
    assert (plan.site_of >= 0).all()
    made = make_service(plan, ServiceSpec(), read_service_figures())
    rounds = make_rounds(made, QUICK)
    record = service_record(made, rounds)
    assert record["service"]["villages"] == record["rounds"]["rounds_in_4_weeks"] == 0
    assert check_service(record, plan).differences == ()
    assert service_files(made, rounds, "zh")["villages.geojson"]


def test_too_few_vehicles_are_refused(service: Service) -> None:
    figures = service.figures
    slow = dataclasses.replace(figures, vehicle=dataclasses.replace(figures.vehicle, shift_h=2.5))
    tight = make_service(service.plan, ServiceSpec(), slow)
    with pytest.raises(PlanError) as few:
        make_rounds(tight, dataclasses.replace(QUICK, vehicles=1))
    assert "vehicles" in str(few.value)


def test_specs_are_read_strictly() -> None:
    spec = read_service({"share": 0.9, "depots": [{"name": "站", "lon": 117.2, "lat": 29.3}]})
    assert read_service(spec.record()) == spec
    rounds = read_rounds({"vehicles": 3, "start": "07:45"})
    assert read_rounds(rounds.record()) == rounds
    assert rounds.start_s == 7 * 3600 + 45 * 60
    for table in ({"shar": 1}, {"share": 2}, {"depots": [{"name": "x", "lon": 200, "lat": 0}]}):
        with pytest.raises(ScenarioError):
            read_service(table)
    for table in ({"start": "25:00"}, {"first_monday": "2026-03-03"}, {"vehicles": 0}):
        with pytest.raises(ScenarioError):
            read_rounds(table)


def test_figures_are_read_strictly(tmp_path: Path) -> None:
    text = DEFAULT_SERVICE.read_text("utf-8")
    for old, new in (
        ("kg_visit = 400.0", "kg_visit = 4000.0"),
        ("yuan_km = 2.0", "yuan_km = -2.0"),
        ("country_visits = 1", "country_visits = 3"),
        ("[frequency]", "[frequencies]"),
    ):
        path = tmp_path / "service.toml"
        path.write_text(text.replace(old, new), "utf-8")
        with pytest.raises(InputError):
            read_service_figures(path)


def test_visits_that_can_be_even() -> None:
    assert [allowed_visits(n, 5) for n in (1, 2, 3, 5, 9, 20, 21)] == [1, 2, 4, 8, 12, 20, None]


def test_clock_promises_no_more_than_is_kept() -> None:
    assert clock(36_001, up=True) == "10:05"
    assert clock(36_299) == "10:00"


def test_words_of_every_finding(record: dict[str, Any]) -> None:
    for lang in ("zh", "en"):
        assert len(service_summary(record, lang)) >= 8
    kinds = {one["kind"] for part in record.values() for one in part["findings"]}
    assert kinds <= set(SERVICE_WORDS.table)


def test_the_command(
    town: Bundle, town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = make_plan(town, Scenario(radius_m=250.0, urban_target=None))
    write_plan(plan, tmp_path / "plan", bundle_path=town_path)
    out = str(tmp_path / "out")
    told = ["service", str(tmp_path / "plan"), "--out", out, "--lang", "zh", "--quiet"]
    assert main(told) == 0
    assert "不符 0 项" in capsys.readouterr().out
    assert main([*told, "--share", "3"]) == 2
    assert "share" in capsys.readouterr().err
