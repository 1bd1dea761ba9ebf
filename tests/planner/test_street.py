"""The main job on a real extract: Liechtenstein, from the file to a checked plan."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import pytest

from geo.bundle import Bundle, load_bundle
from planner.checking.check import check_plan
from planner.outputs import write_plan
from planner.plan import make_plan
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario

EXTRACT = Path(__file__).resolve().parents[1] / "data" / "liechtenstein-2013-08-03.osm.pbf"
SHA256 = "edb2b075be057662691fc343abed4ed58f139dd7c501c243197640fcb3ea82d4"
MUNICIPALITIES = {
    *("Vaduz", "Triesen", "Balzers", "Triesenberg", "Schaan", "Planken"),
    *("Eschen", "Mauren", "Gamprin", "Ruggell", "Schellenberg"),
}


@pytest.fixture(scope="module")
def bundle_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("liechtenstein")
    (folder / "people.csv").write_text("name,people\nLiechtenstein,36475\n", "utf-8")
    intake = Intake(extract=EXTRACT, population=folder / "people.csv")
    import_region(intake, folder / "bundle")
    return folder / "bundle"


@pytest.fixture(scope="module")
def bundle(bundle_path: Path) -> Bundle:
    return load_bundle(bundle_path)


def test_the_extract_is_the_one_described() -> None:
    assert hashlib.sha256(EXTRACT.read_bytes()).hexdigest() == SHA256


def test_the_townships_are_the_eleven_municipalities(bundle: Bundle) -> None:
    townships = bundle.region.townships
    assert set(townships["name"]) == MUNICIPALITIES
    # 160 km2 by the country's statistics; UTM is true to a tenth of a percent here.
    assert townships.area.sum() / 1e6 == pytest.approx(160.4, abs=0.3)
    gdal = pyogrio.read_dataframe(EXTRACT, layer="multipolygons", use_arrow=False)
    gdal = gdal[gdal["admin_level"] == "8"].set_index("name").to_crs(bundle.region.crs)
    for row in townships.itertuples():
        # GDAL keeps coordinates to a few centimetres.
        different = row.geometry.symmetric_difference(gdal.geometry[row.name]).area
        assert different < 1e-5 * row.geometry.area


def test_people_add_up_and_stand_in_their_townships(bundle: Bundle) -> None:
    frame = bundle.demand.frame
    assert frame["people"].sum() == 36475
    assert bundle.demand.estimated
    joined = gpd.sjoin(frame, bundle.region.townships[["geometry"]], predicate="intersects")
    assert (joined["index_right"] == joined["township"]).mean() > 0.999


def test_the_manifest_says_what_it_stands_on(bundle: Bundle) -> None:
    assert bundle.source.sha256 == SHA256
    assert bundle.source.osm_timestamp.startswith("2013-08-03")
    assert "OpenStreetMap" in bundle.source.licence
    assert bundle.region.crs.to_epsg() == 32632


@pytest.mark.parametrize("mode", ["walk", "drive"])
def test_the_plan_keeps_its_promises_and_is_checked(
    bundle: Bundle, bundle_path: Path, mode: str, tmp_path: Path
) -> None:
    plan = make_plan(bundle, Scenario(mode=mode, township_target=0.4))
    write_plan(plan, tmp_path / "plan", bundle_path=bundle_path)
    report = check_plan(tmp_path / "plan")
    assert report.differences == ()
    record = json.loads((tmp_path / "plan" / "plan.json").read_text("utf-8"))
    assert record["status"] == "proven"
    assert record["objective"]["gap"] <= 0.01
    assert all(row["pass"] and row["sites"] >= 1 for row in record["townships"])
    assert all(row["share"] >= 0.4 for row in record["townships"])
    assert record["urban"]["share"] >= 0.95


def test_more_sites_never_cover_fewer_people_and_existing_ones_stay(bundle: Bundle) -> None:
    existing = set(bundle.candidates.frame.loc[bundle.candidates.frame["existing"], "id"])
    assert existing
    covered = []
    for most in (16, 20, 30):
        plan = make_plan(bundle, Scenario(max_sites=most))
        assert len(plan.sites) <= most
        assert existing <= set(plan.sites["id"])
        covered.append(plan.record["people"]["covered"])
    assert covered == sorted(covered)
    assert np.unique(covered).size == 3


def test_the_fewest_sites_are_fewer_where_existing_ones_may_be_closed(bundle: Bundle) -> None:
    kept = make_plan(bundle, Scenario()).record
    free = make_plan(bundle, Scenario(keep_existing=False)).record
    assert free["objective"]["value"] <= kept["objective"]["value"]
