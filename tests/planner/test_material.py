from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import numpy as np
import pytest

from geo.bundle import Bundle, load_bundle
from planner.checking.check import check_plan
from planner.errors import ScenarioError
from planner.material import grams_by_material, weights_of
from planner.outputs import write_plan
from planner.plan import make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario, read_scenario
from tests.town import write_town

MATERIALS = """[paper]
name_zh = "纸"
name_en = "paper"
kg_person_day = 0.1
year = 2020
source = "assumption"
[tin]
name_zh = "罐"
name_en = "tin"
kg_person_day = 0.007
year = 2021
source = "assumption"
"""
SPECIAL = """[market]
name_zh = "市场"
name_en = "markets"
tags = ["amenity=marketplace", "shop=supermarket"]
kg_day_place = 333.333
kg_day_m2 = 0
kg_day_most = 1000
source = "assumption"
[market.shares]
paper = 0.5
tin = 0.5
"""


@pytest.fixture(scope="module")
def busy_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town with a market and a supermarket that hand in more than all its people."""
    folder = tmp_path_factory.mktemp("busy")
    (folder / "m.toml").write_text(MATERIALS, "utf-8")
    (folder / "s.toml").write_text(SPECIAL, "utf-8")
    intake = Intake(
        extract=write_town(folder / "town.osm"),
        materials=folder / "m.toml",
        special_demand=folder / "s.toml",
        household_size=2.5,
    )
    import_region(intake, folder / "bundle")
    return folder / "bundle"


@pytest.fixture(scope="module")
def busy(busy_path: Path) -> Bundle:
    return load_bundle(busy_path)


def test_grams_are_people_times_rate_and_what_places_hand_in(busy: Bundle) -> None:
    assert busy.special is not None and len(busy.special) == 2
    people = busy.demand.frame["people"].to_numpy()
    grams = grams_by_material(busy)
    due = np.outer(people, [100, 7])
    for cell in busy.special["cell"]:
        due[cell] += [166_667, 166_666]
    assert (grams == due).all()
    assert (weights_of(busy, Scenario(weight="kg")) == due.sum(axis=1)).all()
    assert (weights_of(busy, Scenario()) == people).all()


def test_kg_draw_the_only_site_to_the_markets(busy: Bundle) -> None:
    asked = {"max_sites": 1, "min_per_township": 0, "radius_m": 500.0, "urban_target": None,
             "keep_existing": False}  # fmt: skip
    by_kg = make_plan(busy, Scenario(**asked, weight="kg"))
    by_people = make_plan(busy, Scenario(**asked))
    assert by_kg.record["objective"]["name"] == "kg_day"
    assert by_people.record["objective"]["name"] == "people"
    reached = [plan.record["material"]["covered_kg_day"] for plan in (by_kg, by_people)]
    assert reached[0] == by_kg.record["objective"]["value"] >= max(reached[1], 333.333)
    # Brute force: the best single candidate by grams within reach.
    from planner.plan import travel_for

    travel = travel_for(busy, "walk", 500.0)
    grams = grams_by_material(busy).sum(axis=1)
    at = np.repeat(np.arange(len(grams)), np.diff(travel.indptr))
    each = np.bincount(travel.indices, grams[at], minlength=travel.n_candidates)
    assert by_kg.record["objective"]["value"] == pytest.approx(each.max() / 1000)


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(radius_m=600.0, weight="kg", urban_target=0.8),
        Scenario(radius_m=600.0, weight="kg", township_target=0.6),
        Scenario(radius_m=600.0, weight="kg", max_sites=6),
        Scenario(minutes=9.0, weight="kg", households_per_site=40, township_target=0.3),
        Scenario(radius_m=900.0, households_per_site=25, min_per_township=0),
    ],
)
def test_a_plan_in_kg_or_by_households_agrees_with_its_check(
    busy: Bundle, busy_path: Path, tmp_path: Path, scenario: Scenario
) -> None:
    plan = make_plan(busy, scenario)
    write_plan(plan, tmp_path / "plan", bundle_path=busy_path)
    assert check_plan(tmp_path / "plan").differences == ()
    assert read_scenario(tmp_path / "plan" / "scenario.toml") == scenario
    record, sites = plan.record, plan.sites
    # Every kg that is covered is brought to a site, and is of some material and township.
    covered = record["material"]["covered_kg_day"]
    assert sites["kg_day"].sum() == pytest.approx(covered)
    assert sum(row["covered_kg_day"] for row in record["townships"]) == pytest.approx(covered)
    by_material = record["material"]["by_material"]
    assert sum(one["kg_day"] for one in by_material) == pytest.approx(record["material"]["kg_day"])
    per = scenario.households_per_site
    for row in record["townships"]:
        by_homes = 0 if per is None else -(-row["households"] // per)
        assert row["required"] == max(scenario.min_per_township, by_homes)
        assert row["sites"] >= min(row["required"], 1)


def test_a_false_kilogram_or_household_is_found(
    busy: Bundle, busy_path: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "plan"
    plan = make_plan(busy, Scenario(radius_m=600.0, households_per_site=50))
    write_plan(plan, folder, bundle_path=busy_path)
    honest = (folder / "plan.json").read_text("utf-8")
    for path, told in (
        (("material", "kg_day"), "material.kg_day"),
        (("material", "covered_kg_day"), "material.covered_kg_day"),
        (("material", "special_places"), "material.special_places"),
        (("material", "by_material", 1, "covered_kg_day"), "material tin.covered_kg_day"),
        (("households", "covered"), "households.covered"),
        (("townships", 0, "households"), "townships: households"),
        (("townships", 1, "kg_day"), "townships: kg_day"),
        (("townships", 1, "required"), "townships: required"),
        (("urban", "weighed_share"), "urban.weighed_share"),
    ):
        record = json.loads(honest)
        inner = record
        for key in path[:-1]:
            inner = inner[key]
        inner[path[-1]] = (inner[path[-1]] or 0) + 1
        (folder / "plan.json").write_text(json.dumps(record), "utf-8")
        assert told in "\n".join(check_plan(folder).differences)


def test_the_default_leaves_the_plan_as_it_was(town: Bundle, busy: Bundle) -> None:
    plain, rich = (make_plan(bundle, Scenario(radius_m=600.0)) for bundle in (town, busy))
    assert plain.sites["id"].tolist() == rich.sites["id"].tolist()
    assert plain.record["people"] == rich.record["people"]


def test_materials_and_special_places_survive_the_bundle(busy: Bundle, busy_path: Path) -> None:
    assert busy.materials.keys == ("paper", "tin")
    assert busy.counts()["special_places"] == 2
    homes = int(busy.demand.frame["households"].sum())
    assert homes == busy.counts()["households"]
    assert homes == round(int(busy.demand.frame["people"].sum()) / 2.5)
    inputs = json.loads((busy_path / "manifest.json").read_text("utf-8"))["source"]["inputs"]
    assert {"materials", "special_demand"} <= set(inputs)


@pytest.mark.parametrize(
    ("field", "value"),
    [("households_per_site", 0), ("households_per_site", 2.5), ("households_per_site", True),
     ("weight", "tonnes"), ("weight", None)],
)  # fmt: skip
def test_a_wrong_field_is_named(field: str, value: object) -> None:
    with pytest.raises(ScenarioError, match=field):
        dataclasses.replace(Scenario(), **{field: value})
