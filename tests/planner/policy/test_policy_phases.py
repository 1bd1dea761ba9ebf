from __future__ import annotations

import copy
import json
from pathlib import Path

import openpyxl
import pytest

from planner.cli import main
from planner.errors import PlanError, ScenarioError
from planner.plan import Plan
from planner.policy.phases.chart import bars_of, gantt_png
from planner.policy.phases.check import check_phases
from planner.policy.phases.files import (
    phases_json,
    phases_summary,
    say_phases_findings,
    write_phases,
)
from planner.policy.phases.phases import PhasesResult, make_phases
from planner.policy.phases.sheets import plan_of_year
from planner.policy.phases.spec import Built, PhasesSpec, read_built, read_phases
from planner.wording.language import LANGUAGES

YEARS = (2025, 2026, 2027)


@pytest.fixture(scope="module")
def result(town_plan: Plan) -> PhasesResult:
    return make_phases(town_plan, PhasesSpec())


@pytest.mark.parametrize(
    "spec",
    [
        PhasesSpec(),
        PhasesSpec(sites="any", growth=0.02, people_year=2020),
        PhasesSpec(
            sites="any",
            new_sites=(1, 0, 1),
            year_shares=(3.0, 1.0, 1.0),
            min_per_township=(0, 0, 0),
        ),
        PhasesSpec(sites="any", budgets_yuan=(270_000.0, 330_000.0, 300_000.0)),
        PhasesSpec(years=(2026,), new_sites=(0,), min_per_township=(0,)),
    ],
)
def test_every_claim_holds_when_computed_again(town_plan: Plan, spec: PhasesSpec) -> None:
    result = make_phases(town_plan, spec)
    record = json.loads(phases_json(result))
    report = check_phases(record, town_plan)
    assert report.differences == ()
    assert report.checked > 20
    for lang in LANGUAGES:
        assert phases_summary(record, lang)
        assert all("{" not in line for line in say_phases_findings(record, lang))


def test_all_of_the_plan_opens_and_nothing_else(town_plan: Plan, result: PhasesResult) -> None:
    assert sorted(result.sites["id"]) == sorted(town_plan.sites["id"])
    assert result.record["left_out"] == []
    last = result.record["years"][-1]
    assert last["covered"] == town_plan.record["people"]["covered"]
    sizes = [row["sites"] for row in result.record["years"]]
    assert sizes == sorted(sizes)
    whole = plan_of_year(result, 2)
    assert whole.record["people"] == town_plan.record["people"]
    assert whole.sites["id"].tolist() == town_plan.sites["id"].tolist()


def test_money_is_a_number_of_sites(town_plan: Plan) -> None:
    spec = PhasesSpec(sites="any", budgets_yuan=(149_999.0, 1.0, 0.0), min_per_township=(0, 0, 0))
    opened = [row["opened"] for row in make_phases(town_plan, spec).record["years"]]
    assert opened[0] == 0
    assert sum(opened) <= 1


def test_a_year_without_an_answer_is_named(town_plan: Plan) -> None:
    spec = PhasesSpec(sites="any", new_sites=(0, 0, 9), urban_targets=(1.0, 0.0, 0.0))
    with pytest.raises(PlanError, match="2025") as caught:
        make_phases(town_plan, spec)
    assert "2025 年" in caught.value.zh


def test_plans_again_from_what_was_built(town_plan: Plan, result: PhasesResult) -> None:
    new = result.sites[result.sites["state"] == "planned"]
    assert len(new) >= 2
    gone, done = new["id"].iloc[-1], new["id"].iloc[0]
    built = Built(from_year=2026, built=((done, 2025),), refused=(gone,))
    again = make_phases(
        town_plan, PhasesSpec(change_people=50.0), built=built, earlier=result.record
    )
    record = json.loads(phases_json(again))
    assert check_phases(record, town_plan).differences == ()
    states = again.sites.set_index("id")["state"]
    assert states[done] == "built"
    assert gone not in states.index
    assert gone in record["changes"]["dropped"]
    planned = set(new["id"])
    assert set(record["changes"]["kept"]) | set(record["changes"]["dropped"]) == planned
    nothing = Built(from_year=2025)
    same = make_phases(
        town_plan, PhasesSpec(change_people=1e6), built=nothing, earlier=result.record
    )
    assert same.record["changes"]["dropped"] == same.record["changes"]["added"] == []
    assert same.opened_in.tolist() == result.opened_in.tolist()


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["years"][1].update(covered=r["years"][1]["covered"] + 5),
        lambda r: r["sites"].pop(),
        lambda r: r["sites"][-1].update(id="nobody"),
        lambda r: r["objective"].update(bound=0),
        lambda r: r["years"].pop(),
        lambda r: r.update(bundle_sha256="0"),
        lambda r: r["years"][0]["by_township"][0].update(sites=77),
    ],
)
def test_false_claims_are_found(town_plan: Plan, result: PhasesResult, change) -> None:  # type: ignore[no-untyped-def]
    record = copy.deepcopy(json.loads(phases_json(result)))
    change(record)
    assert check_phases(record, town_plan).differences


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ({"years": [2027, 2025]}, "years"),
        ({"new_sites": [1]}, "new_sites"),
        ({"growth": 7}, "growth"),
        ({"x": 1}, "unknown field"),
        ({"urban_targets": [0.1, 0.2, 1.2]}, "urban_targets"),
        ({"sites": "some"}, "sites"),
    ],
)
def test_nonsense_is_refused(table: dict[str, object], field: str) -> None:
    with pytest.raises(ScenarioError, match=field):
        read_phases(table)


def test_spec_survives_its_record() -> None:
    spec = PhasesSpec(new_sites=(1, 2, 3), material_growth=(("glass", 0.5),))
    assert read_phases(json.loads(json.dumps(spec.record()))) == spec


def test_what_was_built_is_read(tmp_path: Path) -> None:
    path = tmp_path / "built.csv"
    path.write_text("编号,状态,年份\na,已建,2025\nb,refused,\n", "utf-8")
    built = read_built(path, 2026, 2025)
    assert (built.built, built.refused) == ((("a", 2025),), ("b",))
    for text, what in (
        ("id,state\na,perhaps\n", "perhaps"),
        ("id,state,year\na,built,2026\n", "2026"),
        ("id,state\na,built\na,built\n", "twice"),
        ("id\na\n", "state"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(ScenarioError, match=what):
            read_built(path, 2026, 2025)


def test_files_from_the_command(
    plan_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "phases"
    for _ in range(2):
        assert main(["phases", str(plan_folder), "--out", str(out), "--lang", "zh", "--quiet"]) == 0
    assert "0 项不符" in capsys.readouterr().out
    record = json.loads((out / "phases.json").read_text("utf-8"))
    for year in YEARS:
        assert (out / f"map-{year}.png").read_bytes().startswith(b"\x89PNG")
    assert (out / "gantt.png").read_bytes() == gantt_png(record, "zh")
    book = openpyxl.load_workbook(out / "phases.xlsx")
    assert [cell.value for cell in book.worksheets[1]["A"]][1:] == list(YEARS)
    features = json.loads((out / "phases.geojson").read_text("utf-8"))["features"]
    assert len(features) == len(record["sites"])
    what, bars = bars_of(record, "zh")
    assert what == "sites"
    assert len(bars) == sum(row["state"] != "standing" for row in record["sites"])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "x.txt").write_text("x")
    assert main(["phases", str(plan_folder), "--out", str(tmp_path / "mine"), "--quiet"]) == 2
    built = tmp_path / "built.csv"
    built.write_text("id,state\n", "utf-8")
    again = ["--built", str(built), "--from-year", "2026", "--earlier", str(out), "--no-maps"]
    there = ["phases", str(plan_folder), "--out", str(tmp_path / "again"), "--quiet", *again]
    assert main(there) == 0


def test_bytes_are_the_same_twice(result: PhasesResult, town_plan: Plan, tmp_path: Path) -> None:
    other = make_phases(town_plan, PhasesSpec())
    write_phases(result, tmp_path / "a", "en", maps=False)
    write_phases(other, tmp_path / "b", "en", maps=False)
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name
