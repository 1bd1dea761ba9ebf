from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from geo.bundle import Bundle
from geo.errors import InputError
from planner.cli import main
from planner.errors import OutputError, PlanError, ScenarioError
from planner.plan import Plan, make_plan
from planner.policy.tiers.check import check_tiers
from planner.policy.tiers.figures import DEFAULT_FIGURES, read_figures
from planner.policy.tiers.files import say_findings, tiers_summary, write_tiers
from planner.policy.tiers.naming import named, title_of
from planner.policy.tiers.spec import Extra, TiersSpec, read_tiers
from planner.policy.tiers.supply import Brought
from planner.policy.tiers.tiers import TiersResult, make_tiers
from planner.scenario import Scenario
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
        ({"growth": {"appliance": 0.3}}, "growth.appliance"),
        ({"growth": [1.3]}, "growth"),
        ({"growth_year": 27}, "growth_year"),
        ({"station_floor_m2": 0}, "station_floor_m2"),
        ({"unknown": 1}, "unknown"),
        ([], "table"),
    ],
)
def test_a_spec_that_makes_no_sense_is_refused_by_field(table: object, said: str) -> None:
    with pytest.raises(ScenarioError, match=said):
        read_tiers(table)


def test_a_spec_survives_its_record() -> None:
    extra = Extra(name="x", lon=1.0, lat=2.0, material="paper", kg_day=3.0)
    for spec in (
        TiersSpec(),
        TiersSpec(
            special=("glass",),
            extra=(extra,),
            max_centres=2,
            growth=(("glass", 2.0), ("paper", 1.1)),
            growth_year=2027,
            station_floor_m2=500.0,
        ),
    ):
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


def test_sizes_below_the_least_floor_are_not_built(town_plan: Plan) -> None:
    plain = make_tiers(town_plan, TiersSpec())
    spec = TiersSpec(station_floor_m2=500.0, centre_floor_m2=3000.0, special=("appliance",))
    result = make_tiers(town_plan, spec)
    floors = {
        tier: [
            site["floor_m2"]
            for site in result.record["sites"]
            if site["tier"] == tier and not site["special"]
        ]
        for tier in ("station", "centre")
    }
    assert min(floors["station"]) >= 500 and min(floors["centre"]) >= 3000
    assert min(site["floor_m2"] for site in plain.record["sites"]) < 500
    assert check_tiers(result.record, town_plan).differences == ()
    assert {f["values"]["tier"] for f in _found(result, "tiers-floor")} == {"station", "centre"}
    smaller = _record(plain)
    smaller["spec"]["station_floor_m2"] = 500.0
    assert any("less floor" in one for one in check_tiers(smaller, town_plan).differences)


def test_a_floor_that_no_size_has_is_refused_with_a_remedy(town_plan: Plan) -> None:
    with pytest.raises(PlanError, match="1,000: add a larger size") as refused:
        make_tiers(town_plan, TiersSpec(station_floor_m2=1500.0))
    assert "1,500 平方米的回收站" in refused.value.zh and "规模表" in refused.value.zh


@pytest.fixture(scope="module")
def sparse_plan(town: Bundle) -> Plan:
    """A plan that leaves cells without a point."""
    plan = make_plan(town, Scenario(radius_m=150.0, max_sites=2, min_per_township=0))
    assert (plan.site_of < 0).any() and len(plan.sites)
    return plan


def test_what_is_brought_is_supply_and_no_longer_missing(sparse_plan: Plan) -> None:
    keys = sparse_plan.bundle.materials.keys
    plain = make_tiers(sparse_plan, TiersSpec())
    at = sparse_plan.sites.geometry.iloc[0]
    grams = tuple(1000 * (m + 1) for m in range(len(keys)))
    brought = (Brought(name="流动回收", lon=at.x, lat=at.y, grams=grams),)
    result = make_tiers(sparse_plan, TiersSpec(), brought=brought)
    came = sum(grams) * 365 / 1e6
    told = {row["source"]: row["tonnes_year"] for row in result.record["sources_tonnes_year"]}
    assert told["brought"] == pytest.approx(came, abs=1e-3)
    assert result.record["tonnes_year"] - plain.record["tonnes_year"] == pytest.approx(
        came, abs=2e-3
    )
    missing = [one.record["not_collected_tonnes_year"] for one in (plain, result)]
    assert missing[0] - missing[1] == pytest.approx(came, abs=2e-3) and missing[1] > 0
    told_missing = [_found(one, "tiers-not-collected")[0] for one in (plain, result)]
    assert told_missing[1]["values"]["tonnes"] < told_missing[0]["values"]["tonnes"]
    point = str(sparse_plan.sites["id"].iloc[0])
    for m, key in enumerate(keys):
        leaves = [
            one.links.loc[one.links["from"] == point, f"t_{key}"].sum() for one in (plain, result)
        ]
        assert leaves[1] - leaves[0] == pytest.approx(grams[m] * 365 / 1e6, abs=1e-4)
    assert check_tiers(json.loads(json.dumps(result.record)), sparse_plan).differences == ()
    more = _record(result)
    more["brought"][0]["grams"][0] += 1_000_000
    assert check_tiers(more, sparse_plan).differences
    assert not _found(result, "tiers-brought-twice")


def test_more_brought_than_there_is_is_told(town_plan: Plan) -> None:
    at = town_plan.sites.geometry.iloc[0]
    keys = town_plan.bundle.materials.keys
    much = (Brought(name="x", lon=at.x, lat=at.y, grams=(10**6,) * len(keys)),)
    result = make_tiers(town_plan, TiersSpec(), brought=much)
    assert _found(result, "tiers-brought-twice")
    for wrong in ((1,), (-1,) * len(keys), (1.5,) * len(keys)):
        with pytest.raises(ScenarioError, match="whole grams"):
            make_tiers(
                town_plan,
                TiersSpec(),
                brought=(dataclasses.replace(much[0], grams=wrong),),  # type: ignore[arg-type]
            )
    with pytest.raises(ScenarioError, match="not in the region"):
        make_tiers(town_plan, TiersSpec(), brought=(dataclasses.replace(much[0], lat=95.0),))


def test_growth_is_by_material_and_leaves_extras_alone(town_plan: Plan) -> None:
    at = town_plan.sites.geometry.iloc[0]
    extra = Extra(name="公物仓", lon=at.x, lat=at.y, material="appliance", kg_day=100.0)
    now = make_tiers(town_plan, TiersSpec(extra=(extra,)))
    spec = TiersSpec(extra=(extra,), growth=(("appliance", 1.3),), growth_year=2027)
    then = make_tiers(town_plan, spec)
    for key, tonnes in now.record["by_material"].items():
        kept = 36.5 if key == "appliance" else 0.0
        factor = 1.3 if key == "appliance" else 1.0
        assert then.record["by_material"][key] == pytest.approx(
            (tonnes - kept) * factor + kept, rel=1e-5
        )
    assert check_tiers(json.loads(json.dumps(then.record)), town_plan).differences == ()
    lines = "\n".join(say_findings(then.record, "en"))
    assert "1.3 times" in lines and "2027" in lines and "appliances" in lines.lower()
    untold = _record(then)
    untold["spec"]["growth"] = {}
    assert check_tiers(untold, town_plan).differences
    with pytest.raises(ScenarioError, match="no material"):
        make_tiers(town_plan, TiersSpec(growth=(("gold", 2.0),)))


def test_a_region_without_special_places_and_returns_is_told_so(town_plan: Plan) -> None:
    figures = dataclasses.replace(read_figures(), returns=())
    result = make_tiers(town_plan, TiersSpec(), figures=figures)
    assert _found(result, "tiers-no-special") and _found(result, "tiers-no-returns")
    assert "--special-demand" in "".join(say_findings(result.record, "zh"))
    at = town_plan.sites.geometry.iloc[0]
    extra = Extra(name="a", lon=at.x, lat=at.y, material="paper", kg_day=1.0)
    assert not _found(
        make_tiers(town_plan, TiersSpec(extra=(extra,)), figures=figures), "tiers-no-returns"
    )


def test_every_kind_and_size_has_a_name_in_both_languages(result: TiersResult) -> None:
    figures = read_figures()
    for lang in LANGUAGES:
        for place in figures.places:
            assert named("kind", place.key, result.record, lang) != place.key
        for size in figures.sizes:
            assert named("size", size.key, result.record, lang) != size.key
        for key in result.record["by_material"]:
            assert title_of(f"t_{key}", result.record, lang) != f"t_{key}"
    assert named("kind", "my-own-kind", result.record, "en") == "my-own-kind"


def _found(result: TiersResult, kind: str) -> list[dict]:  # type: ignore[type-arg]
    return [one for one in result.record["findings"] if one["kind"] == kind]


def test_a_point_off_the_roads_goes_by_straight_line_and_is_named(
    town_plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    from planner.policy.tiers import tiers as room

    roads = room.lorry_km

    def cut(bundle: Any, here: Any, there: Any) -> Any:
        km = roads(bundle, here, there)
        if len(here) == len(town_plan.sites):
            km[0] = np.inf
        return km

    monkeypatch.setattr(room, "lorry_km", cut)
    result = make_tiers(town_plan, TiersSpec())
    (found,) = _found(result, "tiers-off-roads")
    name = str(town_plan.sites["id"].iloc[0])
    assert found["values"]["points"] == 1 and found["values"]["names"] == name
    metric = town_plan.bundle.region.crs
    at = town_plan.sites.to_crs(metric).geometry.iloc[0]
    sites = result.sites.to_crs(metric).set_index("id").geometry
    links = result.links[result.links["from"] == name]
    assert len(links)
    for row in links.itertuples():
        straight = at.distance(sites[row.to]) * town_plan.bundle.detour_factor / 1000
        assert row.km == pytest.approx(straight, abs=2e-3)
