from __future__ import annotations

import csv
import json
import os
from pathlib import Path

import pytest

from planner.regions.recipes import REGIONS, RecipeError, load_recipe, recipe_names
from planner.scenario import Scenario, read_scenario

DATA = os.environ.get("RECYCLENET_TEST_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="RECYCLENET_TEST_DATA is not set")


def altered(folder: Path, *changes: tuple[str, str], name: str = "jingdezhen") -> str:
    """A recipe of ours with lines changed; returns its name in the folder."""
    text = (REGIONS / f"{name}.toml").read_text("utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    (folder / "trial.toml").write_text(text, "utf-8")
    return "trial"


def test_the_ready_regions_are_the_two_of_the_policy() -> None:
    assert recipe_names() == ("jingdezhen", "nanchang-gaoxin")


@pytest.mark.parametrize("name", recipe_names())
def test_every_recipe_starts_from_the_policy_and_is_a_scenario_file(name: str) -> None:
    recipe = load_recipe(name)
    asked = (recipe.scenario.radius_m, recipe.scenario.mode, recipe.scenario.min_per_township)
    assert asked == (1000.0, "walk", 1)
    assert recipe.scenario.urban_target == 0.95
    assert recipe.scenario == read_scenario(REGIONS / f"{name}.toml")
    assert [target.by for target in recipe.commitments] == [2027]
    assert "至少设立1个回收点" in recipe.commitments[0].text_zh
    assert len({recipe, load_recipe(name)}) == 1  # hashable, and equal when read again


def test_jingdezhen_by_the_published_figures() -> None:
    recipe = load_recipe("jingdezhen")
    people = {part.name: part.people for part in recipe.census.parts}
    assert people == {"珠山区": 383453, "昌江区": 201363, "浮梁县": 280376, "乐平市": 753787}
    assert recipe.census.people == sum(people.values()) == 1_618_979
    assert recipe.townships == 61


def test_gaoxin_is_two_towns_and_two_offices() -> None:
    recipe = load_recipe("nanchang-gaoxin")
    assert sorted(name[-1] for name in recipe.township_names) == ["处", "处", "镇", "镇"]
    assert recipe.census.people == 480_500
    assert recipe.population_csv().splitlines() == ["code,name,people,households", ",合计,480500,"]


def test_a_township_may_have_had_several_names(tmp_path: Path) -> None:
    recipe = load_recipe("nanchang-gaoxin")
    assert recipe.spellings("鲤鱼洲管理处") == ("鲤鱼洲管理处", "南昌市五星垦殖场", "五星垦殖场")
    assert recipe.spellings("昌东镇") == ("昌东镇",)
    name = altered(tmp_path, ('"五星垦殖场"]', '"五星垦殖场", 7]'), name="nanchang-gaoxin")
    with pytest.raises(RecipeError, match=r"former_names.*7 is not allowed"):
        load_recipe(name, tmp_path)


def test_former_names_are_found_in_older_boundary_files() -> None:
    recipe = load_recipe("jingdezhen")
    assert recipe.urban_names(["瑶里镇", "珠山街道", "吕蒙乡"]) == ("吕蒙乡", "珠山街道")
    assert recipe.urban_names(["吕蒙街道", "吕蒙乡"]) == ("吕蒙街道",)
    assert recipe.urban_names([]) == ()


@needs_data
def test_census_figures_are_those_of_the_census() -> None:
    recipe = load_recipe("jingdezhen")
    file = Path(DATA or "") / "china" / "census_2020_counties_jiangxi.csv"
    with file.open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["区划代码"]: row for row in csv.DictReader(stream)}
    for part in recipe.census.parts:
        row = rows[part.code]
        assert (part.name, part.people, part.households) == (
            row["区县"],
            int(row["人口数_合计"]),
            int(row["家庭户数"]),
        )
    assert {code for code in rows if code[:4] == "3602" and code != "360200"} == {
        part.code for part in recipe.census.parts
    }
    assert recipe.census.people == int(rows["360200"]["人口数_合计"])
    assert recipe.census.households == int(rows["360200"]["家庭户数"])


@needs_data
@pytest.mark.parametrize("name", recipe_names())
def test_every_township_that_a_recipe_names_is_on_the_map(name: str) -> None:
    recipe = load_recipe(name)
    file = Path(DATA or "") / "china" / f"{name.replace('-', '_')}_townships_wgs84.geojson"
    townships = [each["properties"] for each in json.loads(file.read_text("utf-8"))["features"]]
    present = {each["name"] for each in townships}
    assert len(townships) == recipe.townships
    assert len(recipe.urban_names(present)) == len(recipe.urban.townships)
    assert all(set(recipe.spellings(each)) & present for each in recipe.township_names)
    today = {each["name"]: each["name_std"] for each in townships}
    older = {(old, new) for new, old in recipe.former_names if old in present}
    assert older
    assert older <= today.items()
    if name == "jingdezhen":  # the urban area is every 街道 of the two districts, and no other
        streets = {
            each["name_std"]
            for each in townships
            if str(each["adcode"]) in ("360202", "360203") and each["name_std"].endswith("街道")
        }
        assert set(recipe.urban.townships) == streets


@pytest.mark.parametrize(
    ("old", "new", "where", "value"),
    [
        ("people = 201_363", "people = 201_364", "census.people", "1618979"),
        ("households = 66_040", "households = 66_041", "census.households", "503707"),
        ("people = 201_363", "people = -3", "census.parts 1.people", "-3"),
        ("people = 201_363", "people = 2.5", "census.parts 1.people", "2.5"),
        ("people = 201_363", "people = true", "census.parts 1.people", "True"),
        ('code = "360203"', 'code = "360202"', "census.parts", "360202"),
        ('code = "360203"', 'code = "3602"', "census.parts 2.code", "3602"),
        ("admin_level = 8", "admin_level = 12", "region.admin_level", "12"),
        ("admin_level = 8", "admin_levle = 8", "region.admin_levle", "unknown field"),
        ("admin_level = 8", "", "region.admin_level", "missing"),
        ('"西郊街道", ', '"西郊街道", "西郊街道", ', "urban.townships", "西郊街道"),
        ('"西郊街道", ', '"西\\n郊", ', "urban.townships", "'西\\n郊'"),
        ("townships = 61", "townships = 0", "region.townships", "0"),
        ("townships = 61", 'area_km2 = "wide"\ntownships = 61', "region.area_km2", "'wide'"),
        ("townships = 61", "area_km2 = nan\ntownships = 61", "region.area_km2", "nan"),
        ("radius_m = 1000.0", "radius_m = 0", "radius_m", "0"),
        ("[urban]", "[rural]", "rural", "unknown table"),
        ("by = 2027", "by = 20270", "commitment 1.by", "20270"),
        ("[urban]", "[urban", "trial.toml", "TOML"),
    ],
)
def test_a_wrong_field_is_named_with_its_value(
    tmp_path: Path, old: str, new: str, where: str, value: str
) -> None:
    name = altered(tmp_path, (old, new))
    with pytest.raises(RecipeError) as caught:
        load_recipe(name, tmp_path)
    line = str(caught.value)
    assert where in line and value in line and "trial.toml" in line
    assert "\n" not in line


def test_named_townships_must_be_as_many_as_expected_and_hold_the_urban_ones(
    tmp_path: Path,
) -> None:
    name = altered(tmp_path, ("townships = 4", "townships = 5"), name="nanchang-gaoxin")
    with pytest.raises(RecipeError, match=r"region\.townships: 5 .* 4, as named"):
        load_recipe(name, tmp_path)
    name = altered(
        tmp_path, ('townships = ["艾溪湖管理处"]', 'townships = ["艾溪湖"]'), name="nanchang-gaoxin"
    )
    with pytest.raises(RecipeError, match="'艾溪湖' is not allowed"):
        load_recipe(name, tmp_path)


@pytest.mark.parametrize("name", ["", "..", "../samples", "/etc/passwd", "jingdezhen.toml", "a\nb"])
def test_only_known_names_are_opened(name: str) -> None:
    with pytest.raises(RecipeError, match="Known are: jingdezhen, nanchang-gaoxin"):
        load_recipe(name)


def test_optional_fields_keep_their_types(tmp_path: Path) -> None:
    name = altered(tmp_path, ("townships = 61", "area_km2 = 5270\ntownships = 61"))
    recipe = load_recipe(name, tmp_path)
    assert type(recipe.area_km2) is float
    assert recipe.area_km2 == 5270.0
    assert recipe.scenario == Scenario(name="景德镇 2027")
