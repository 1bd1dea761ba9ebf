from __future__ import annotations

from pathlib import Path

import pytest

from geo.extract import Extract, read_extract
from planner.regions.intake import Intake, import_region
from planner.regions.recipe_region import narrowed, with_recipe
from planner.regions.recipes import RecipeError, load_recipe
from tests.geo.osmxml import OsmXml

LON, LAT = 117.2, 29.3


def province(path: Path, *, city: str = "景德镇市", whole: bool = True) -> Path:
    """A province of two cities side by side, two townships each, on a road."""
    osm = OsmXml()
    everything: list[int] = []
    for k, (name, townships) in enumerate(
        ((city, ("珠山街道", "吕蒙乡")), ("上饶市", ("珠湖乡", "鄱阳镇")))
    ):
        west = LON + 0.2 * k
        for j, township in enumerate(townships):
            box = (west + 0.1 * j, LAT, west + 0.1 * (j + 1), LAT + 0.1)
            osm.admin([osm.box(*box)], 8, township)
        lines = [osm.box(west, LAT, west + 0.2, LAT + 0.1)]
        osm.admin(lines if whole or k else [*lines, ("way", 99_999, "outer")], 5, name)
        everything += lines
    osm.admin([osm.box(LON, LAT, LON + 0.4, LAT + 0.1)], 4, "江西省")
    road = [(LON + 0.01 * step, LAT + 0.05) for step in range(41)]
    osm.way(road, highway="residential")
    return osm.write(path)


def read(path: Path) -> Extract:
    return read_extract(path, wanted={("amenity", "recycling")})


def test_a_recipe_takes_its_city_out_of_a_province(tmp_path: Path) -> None:
    extract = read(province(tmp_path / "p.osm"))
    less, found = narrowed(extract, load_recipe("jingdezhen"))
    assert not found
    assert {a.name for a in less.admin} == {"江西省", "景德镇市", "珠山街道", "吕蒙乡"}
    assert len({a.name for a in extract.admin}) == 7
    assert less.roads is extract.roads


@pytest.mark.parametrize("how", ["another city", "not whole"])
def test_without_the_outline_all_is_taken_and_told(how: str, tmp_path: Path) -> None:
    city, whole = ("九江市", True) if how == "another city" else ("景德镇市", False)
    extract = read(province(tmp_path / "p.osm", city=city, whole=whole))
    same, found = narrowed(extract, load_recipe("jingdezhen"))
    assert same is extract
    assert [f.kind for f in found] == ["recipe-outline-missing"]


def test_an_extract_of_elsewhere_has_none_of_a_zone(tmp_path: Path) -> None:
    extract = read(province(tmp_path / "p.osm"))
    with pytest.raises(RecipeError, match=r"p\.osm: holds none of the townships of 南昌高新区"):
        narrowed(extract, load_recipe("nanchang-gaoxin"))


def test_a_recipe_fills_in_only_what_is_not_said(tmp_path: Path) -> None:
    jingdezhen, zone = load_recipe("jingdezhen"), load_recipe("nanchang-gaoxin")
    bare = Intake(extract=tmp_path / "x.osm")
    filled = with_recipe(bare, jingdezhen, tmp_path)
    assert filled.name == "景德镇市"
    assert filled.admin_level is None
    assert filled.population is not None
    assert filled.population.read_text("utf-8") == jingdezhen.population_csv()
    assert with_recipe(bare, zone, tmp_path).admin_level == 8
    own = Intake(
        extract=tmp_path / "x.osm", name="我的", population=tmp_path / "own.csv", admin_level=7
    )
    assert with_recipe(own, zone, tmp_path) == own


def test_the_city_is_imported_with_its_people_and_its_urban_townships(tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("name,people\n景德镇市,5000\n", "utf-8")
    recipe = load_recipe("jingdezhen")
    intake = Intake(extract=province(tmp_path / "p.osm"), population=people)
    bundle = import_region(
        with_recipe(intake, recipe, tmp_path), tmp_path / "bundle", recipe=recipe
    )
    assert sorted(bundle.region.townships["name"]) == sorted(["珠山街道", "吕蒙乡"])
    assert bundle.demand.frame["people"].sum() == 5000
    assert bundle.demand.frame["urban"].all()
    told = {(f.kind, f.values.get("name")) for f in bundle.findings}
    assert ("recipe-township-alias", "吕蒙街道") in told
