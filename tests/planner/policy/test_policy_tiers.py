from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from geo.errors import InputError
from planner.cli import main
from planner.errors import OutputError, PlanError, ScenarioError
from planner.plan import Plan
from planner.policy.tiers.check import check_tiers
from planner.policy.tiers.figures import DEFAULT_FIGURES, read_figures
from planner.policy.tiers.files import say_findings, tiers_summary, write_tiers
from planner.policy.tiers.spec import Extra, TiersSpec, read_tiers
from planner.policy.tiers.tiers import TiersResult, make_tiers
from planner.wording.language import LANGUAGES


@pytest.fixture(scope="module")
def result(town_plan: Plan) -> TiersResult:
    return make_tiers(town_plan, TiersSpec(special=("appliance",)))


def _record(result: TiersResult) -> dict:  # type: ignore[type-arg]
    return copy.deepcopy(result.record)


@pytest.mark.parametrize(
    "spec",
    [
        TiersSpec(),
        TiersSpec(siting="in-turn"),
        TiersSpec(split=True, direct=True),
        TiersSpec(special=("appliance", "glass"), max_stations=2),
        TiersSpec(station_reach_km=0.2),
    ],
)
def test_every_claim_holds_when_computed_again(town_plan: Plan, spec: TiersSpec) -> None:
    result = make_tiers(town_plan, spec)
    report = check_tiers(json.loads(json.dumps(result.record)), town_plan)
    assert report.differences == () and report.checked > 50
    assert result.record["tonnes_year"] > 0


def test_tonnes_are_those_of_people_and_returns(town_plan: Plan, result: TiersResult) -> None:
    """Computed from the plan's own figures, by people and kilograms a day."""
    streams = town_plan.bundle.materials.streams
    people = int(town_plan.sites["people"].sum())
    special = town_plan.bundle.special
    assert special is None or special.empty
    kinds = town_plan.bundle.candidates.frame["kind"].tolist()
    besides = sum(kinds.count(row.key) * row.kg_day for row in read_figures().returns)
    kg_day = people * sum(s.g_person_day for s in streams) / 1000 + besides
    assert result.record["tonnes_year"] == pytest.approx(kg_day * 365 / 1000, abs=0.002)
    arrives = result.links[result.links["to"].str.startswith("C-")]["tonnes_year"].sum()
    assert arrives == pytest.approx(result.record["tonnes_year"], rel=1e-6)
    appliances = result.links[result.links["to"].str.endswith("-special")]
    assert appliances["t_appliance"].sum() == pytest.approx(
        result.record["by_material"]["appliance"], rel=1e-5
    )
    assert appliances["tonnes_year"].sum() == pytest.approx(appliances["t_appliance"].sum())


def test_extras_are_counted_where_they_stand(town_plan: Plan) -> None:
    at = town_plan.sites.geometry.iloc[0]
    extra = Extra(name="公物仓", lon=at.x, lat=at.y, material="appliance", kg_day=1000.0)
    plain = make_tiers(town_plan, TiersSpec())
    more = make_tiers(town_plan, TiersSpec(extra=(extra,)))
    added = more.record["by_material"]["appliance"] - plain.record["by_material"]["appliance"]
    assert added == pytest.approx(365.0, abs=0.002)
    assert check_tiers(more.record, town_plan).differences == ()
    away = dataclasses.replace(extra, lon=at.x + 40)
    with pytest.raises(ScenarioError, match="not in the region"):
        make_tiers(town_plan, TiersSpec(extra=(away,)))
    with pytest.raises(ScenarioError, match="no material"):
        make_tiers(town_plan, TiersSpec(special=("gold",)))


def test_together_is_no_dearer_than_in_turn_and_split_than_single(town_plan: Plan) -> None:
    costs = {
        (siting, split): make_tiers(
            town_plan,
            TiersSpec(siting=siting, split=split, gap=0.0),  # type: ignore[arg-type]
        ).record["cost_yuan_year"]
        for siting in ("together", "in-turn")
        for split in (False, True)
    }
    assert costs["together", False] <= costs["in-turn", False] + 0.1
    assert costs["together", True] <= costs["together", False] + 0.1


def test_what_is_short_is_told_in_tonnes_in_both_languages(town_plan: Plan) -> None:
    with pytest.raises(PlanError, match="max_centres") as refused:
        make_tiers(town_plan, TiersSpec(max_centres=0))
    assert "分拣中心" in refused.value.zh
    with pytest.raises(PlanError, match="budget_yuan_year"):
        make_tiers(town_plan, TiersSpec(budget_yuan_year=1000.0))


@pytest.mark.parametrize(
    "tamper",
    [
        lambda r: r["links"][0].update(km=r["links"][0]["km"] + 0.5),
        lambda r: r["links"][0].update(tonnes_year=r["links"][0]["tonnes_year"] * 1.01),
        lambda r: r["sites"][0].update(land_m2=1.0),
        lambda r: r["sites"][0].update(capacity_t_year=1e9),
        lambda r: r.update(cost_yuan_year=r["cost_yuan_year"] * 0.9),
        lambda r: r.update(bound_yuan_year=r["cost_yuan_year"] * 1.1),
        lambda r: r["by_material"].update(paper=1.0),
        lambda r: r["links"].pop(),
        lambda r: r.update(sites="none"),
    ],
)
def test_what_was_tampered_with_is_found(
    tamper: object, result: TiersResult, town_plan: Plan
) -> None:
    record = _record(result)
    tamper(record)  # type: ignore[operator]
    assert check_tiers(record, town_plan).differences


def test_files_are_whole_and_the_same_each_time(
    result: TiersResult, town_plan: Plan, tmp_path: Path
) -> None:
    again = make_tiers(town_plan, result.spec)
    for name, one in (("a", result), ("b", again)):
        write_tiers(one, tmp_path / name, "zh")
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name
    book = openpyxl.load_workbook(tmp_path / "a" / "tiers.xlsx")
    assert book.sheetnames == ["概览", "站与中心", "流向", "数据与来源", "说明"][:4]
    assert book["站与中心"].max_row == len(result.sites) + 1
    sources = [row[2].value for row in book["数据与来源"].iter_rows(min_row=2)]
    assert all(sources) and len(sources) > 50
    lines = json.loads((tmp_path / "a" / "tier-links.geojson").read_text("utf-8"))["features"]
    assert len(lines) == len(result.links)
    assert all(line["geometry"]["type"] == "LineString" for line in lines)
    (tmp_path / "c").mkdir()
    (tmp_path / "c" / "mine.txt").write_text("x")
    with pytest.raises(OutputError):
        write_tiers(result, tmp_path / "c", "zh")
    for lang in LANGUAGES:
        told = "\n".join([*tiers_summary(result.record, lang), *say_findings(result.record, lang)])
        assert "{" not in told and "nan" not in told


def test_the_command_sites_tiers_for_a_plan_on_disk(
    plan_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = tmp_path / "policy.toml"
    spec.write_text('[policy.tiers]\ndirect = true\nspecial = ["appliance"]\n', "utf-8")
    arguments = ["tiers", str(plan_folder), "--out", str(tmp_path / "out"), "--quiet"]
    assert main([*arguments, "--spec", str(spec), "--lang", "en", "--max-centres", "3"]) == 0
    told = json.loads((tmp_path / "out" / "tiers.json").read_text("utf-8"))
    assert told["spec"]["direct"] is True and told["spec"]["max_centres"] == 3
    assert ", 0 differ" in capsys.readouterr().out
    spec.write_text("[policy.tiers]\nsplitt = true\n", "utf-8")
    assert main([*arguments, "--spec", str(spec)]) == 2
    assert "splitt" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"siting": "both"}, "siting"),
        ({"split": 1}, "split"),
        ({"max_stations": -1}, "max_stations"),
        ({"gap": float("nan")}, "gap"),
        ({"special": "appliance"}, "special"),
        ({"extra": [{"name": "a"}]}, "extra"),
        ({"unknown": 1}, "unknown"),
        ([], "table"),
    ],
)
def test_a_spec_that_makes_no_sense_is_refused_by_field(table: object, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        read_tiers(table)


def test_a_spec_survives_its_record() -> None:
    extra = Extra(name="x", lon=1.0, lat=2.0, material="paper", kg_day=3.0)
    for spec in (TiersSpec(), TiersSpec(special=("glass",), extra=(extra,), max_centres=2)):
        assert read_tiers(spec.record()) == spec


def test_figures_are_read_strictly(tmp_path: Path) -> None:
    figures = read_figures()
    assert all(row.source for group in (figures.legs, figures.sizes) for row in group)
    assert np.all([size.capacity_t_year > 0 for size in figures.sizes])
    file = tmp_path / "own.toml"
    text = DEFAULT_FIGURES.read_text("utf-8")
    file.write_text(text.replace("floor_m2 = 200.0", "floor_m2 = -1.0"), "utf-8")
    with pytest.raises(InputError, match="floor_m2"):
        read_figures(file)
    file.write_text(text.replace('tier = "centre"', 'tier = "station"'), "utf-8")
    with pytest.raises(InputError, match="no size of a centre"):
        read_figures(file)
