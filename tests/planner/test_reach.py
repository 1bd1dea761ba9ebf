from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.bundle import Bundle, load_bundle
from planner.errors import PlanError
from planner.reach import site_reach
from planner.regions.intake import Intake, import_region
from planner.scenario import Scenario
from planner.travels import measure_of, travel_for
from tests.town import write_town


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """A town with roads in three of its townships, straight lines in the fourth."""
    folder = tmp_path_factory.mktemp("bare")
    extract = write_town(folder / "town.osm", bare=True)
    return import_region(Intake(extract=extract), folder / "bundle")


def covered_by(bundle: Bundle, scenario: Scenario, row: int) -> np.ndarray:
    travel = travel_for(bundle, scenario.mode, scenario.limit, measure=measure_of(scenario))
    cells = np.repeat(np.arange(len(travel.indptr) - 1), np.diff(travel.indptr))
    mine = np.zeros(len(bundle.demand.frame), bool)
    mine[cells[travel.indices == row]] = True
    return mine


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(radius_m=600.0),
        Scenario(radius_m=450.0, mode="drive"),
        Scenario(minutes=7.0, speed_walk_m_s=1.0),
        Scenario(minutes=3.0, mode="ebike"),
    ],
)
@pytest.mark.parametrize("row", [0, 7, 20])
def test_reach_and_coverage_agree(town: Bundle, scenario: Scenario, row: int) -> None:
    site = town.candidates.frame["id"].iloc[row]
    reach = gpd.GeoSeries([site_reach(town, scenario, site)], crs=4326).to_crs(town.region.crs)[0]
    assert reach.geom_type == "MultiLineString"
    network, cells = town.networks[scenario.mode], town.demand.frame
    node, access_cm = network.snap(cells.geometry.x, cells.geometry.y)
    at = shapely.points(network.x[node], network.y[node])
    away = shapely.distance(at, reach)
    covered = covered_by(town, scenario, row)
    assert covered.any() and not covered.all()
    assert away[covered].max() <= 3.2
    # And a cell whose node is reached with the way from it to spare is covered.
    spare = (access_cm / 100) * (1 if scenario.unit == "m" else 1 / scenario.speed_walk_m_s)
    reached = np.zeros(len(cells), bool)
    for number in np.flatnonzero(scenario.limit > spare):
        less = {"radius_m": scenario.limit - spare[number]}
        if scenario.unit == "s":
            less = {"minutes": (scenario.limit - spare[number]) / 60}
        if min(less.values()) < 1:
            continue
        inner = site_reach(town, _with(scenario, less), site)
        there = gpd.GeoSeries([inner], crs=4326).to_crs(town.region.crs)[0]
        reached[number] = shapely.distance(at[number], there) < 0.05
    assert (reached <= covered).all()
    assert reached.sum() >= covered.sum() - 2


def _with(scenario: Scenario, less: dict[str, float]) -> Scenario:
    changed = {**scenario.record(), **less}
    return Scenario(**{key: value for key, value in changed.items() if key != "edits"})


def test_straight_lines_reach_in_circles(bare: Bundle, tmp_path: Path) -> None:
    scenario = Scenario(radius_m=700.0)
    frame = bare.candidates.frame
    off = frame["township"].isin(bare.roadless).to_numpy()
    row = int(np.flatnonzero(off)[0])
    circle = gpd.GeoSeries([site_reach(bare, scenario, frame["id"].iloc[row])], crs=4326)
    circle = circle.to_crs(bare.region.crs)[0]
    assert circle.geom_type == "Polygon"
    covered = covered_by(bare, scenario, row)
    inside = shapely.covers(circle, bare.demand.frame.geometry.to_numpy())
    assert covered.any() and not covered.all()
    assert (inside == covered).mean() > 0.98 and (inside <= covered).all()


def test_a_site_on_the_road_reaches_townships_without_roads_too(bare: Bundle) -> None:
    scenario = Scenario(radius_m=1500.0)
    frame = bare.candidates.frame
    for row in np.flatnonzero(~frame["township"].isin(bare.roadless).to_numpy()).tolist():
        covered = covered_by(bare, scenario, row)
        beside = covered & bare.demand.frame["township"].isin(bare.roadless).to_numpy()
        if beside.any():
            break
    reach = gpd.GeoSeries([site_reach(bare, scenario, frame["id"].iloc[row])], crs=4326)
    reach = reach.to_crs(bare.region.crs)[0]
    assert [part.geom_type for part in reach.geoms] == ["MultiLineString", "Polygon"]
    assert (shapely.distance(bare.demand.frame.geometry.to_numpy()[beside], reach) < 3.0).all()


@pytest.mark.parametrize("site", ["nowhere", "<b>", ""])
def test_unknown_sites_are_refused_in_both_languages(town: Bundle, site: str) -> None:
    with pytest.raises(PlanError) as refused:
        site_reach(town, Scenario(), site)
    assert f"{site!r}" in str(refused.value) and f"{site!r}" in refused.value.zh


def test_the_same_reach_every_time(town_path: Path, town: Bundle) -> None:
    site = town.candidates.frame["id"].iloc[3]
    twice = [site_reach(one, Scenario(), site).wkb for one in (town, load_bundle(town_path))]
    assert twice[0] == twice[1]
