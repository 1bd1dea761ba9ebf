from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from geo.boundary import Region
from geo.candidates import Candidates, build_candidates
from geo.demand import Demand, build_demand
from geo.findings import Finding
from geo.kinds import default_kinds
from tests.geo.squares import CRS, at, pois_of, region_of, square

NONE = gpd.GeoSeries([], crs=CRS)


def two_townships() -> Region:
    return region_of(
        {"box": square(0, 0, 1000), "code": "a", "name": "甲"},
        {"box": square(1000, 0, 1000), "code": "b", "name": "乙"},
    )


def build(
    pois: gpd.GeoDataFrame | None = None,
    zones: gpd.GeoSeries = NONE,
    own: str | None = None,
    folder: Path | None = None,
    demand: Demand | None = None,
    reach_m: float = 3000.0,
) -> tuple[Candidates, dict[str, Finding]]:
    region = two_townships()
    own_file = None
    if own is not None:
        assert folder is not None
        own_file = folder / "own.csv"
        own_file.write_text(own, "utf-8")
    found, findings = build_candidates(
        pois,
        default_kinds(),
        region,
        demand or build_demand(None, region)[0],
        None,
        zones,
        own_file=own_file,
        reach_m=reach_m,
        detour_factor=1.4,
    )
    return found, {finding.kind: finding for finding in findings}


def lonlat(x: float, y: float) -> str:
    lon, lat = at(x, y)
    return f"{lon:.8f},{lat:.8f}"


def test_features_become_candidates_of_their_kind() -> None:
    pois = pois_of(
        {"xy": (100, 100), "osm_id": "n7", "amenity": "recycling", "name": "桶"},
        {"xy": (1500, 100), "osm_id": "w12", "shop": "supermarket"},
        {"xy": (300, 100), "osm_id": "r5", "amenity": "recycling", "recycling_type": "centre"},
        {"xy": (500, 500), "osm_id": "n9", "amenity": "bench"},
    )
    found, findings = build(pois)
    frame = found.frame
    assert frame["id"].tolist() == ["n7", "r5", "w12"]
    assert frame["kind"].tolist() == ["recycling_point", "recycling_centre", "supermarket"]
    assert frame["existing"].tolist() == [True, True, False]
    assert frame["township"].tolist() == [0, 0, 1]
    assert frame["weight"].tolist() == [1.0, 1.0, 0.8]
    assert frame["name"].tolist() == ["桶", "", ""]
    assert set(frame["source"]) == {"osm"} and not findings


def test_what_the_public_may_not_enter_is_left_out_unless_it_is_a_recycling_point() -> None:
    pois = pois_of(
        {"xy": (100, 100), "amenity": "parking", "access": "private"},
        {"xy": (300, 100), "amenity": "parking", "access": "customers"},
        {"xy": (1500, 100), "amenity": "recycling", "access": "no"},
    )
    found, findings = build(pois)
    assert found.frame["id"].tolist() == ["n1", "n2"]
    assert findings["candidates-private"].values == {"candidates": 1}


def test_one_place_mapped_many_times_is_one_candidate() -> None:
    pois = pois_of(
        *({"xy": (100 + 10 * n, 100), "amenity": "recycling"} for n in range(3)),
        {"xy": (105, 105), "amenity": "recycling", "recycling_type": "centre"},
        {"xy": (105, 100), "shop": "supermarket"},
        {"xy": (140, 100), "shop": "supermarket"},
        {"xy": (1500, 100), "shop": "supermarket"},
    )
    found, findings = build(pois)
    # The centre stands for the containers around it; shops 35 m apart are two.
    assert found.frame["id"].tolist() == ["n3", "n4", "n5", "n6"]
    assert findings["candidates-merged"].values == {"candidates": 3, "within_m": 30.0}


def test_outside_the_townships_is_dropped_and_counted() -> None:
    pois = pois_of(
        {"xy": (-50, 100), "shop": "mall", "name": "远"}, {"xy": (1500, 100), "shop": "mall"},
        {"xy": (500, 100), "shop": "mall"},
    )  # fmt: skip
    found, findings = build(pois)
    assert found.frame["id"].tolist() == ["n1", "n2"]
    assert findings["candidates-outside-osm"].values == {"candidates": 1, "names": "远"}


def test_no_go_areas_drop_new_sites_and_keep_existing_ones() -> None:
    zones = gpd.GeoSeries([square(0, 0, 400)], crs=CRS)
    pois = pois_of(
        {"xy": (100, 100), "amenity": "recycling", "name": "旧"},
        {"xy": (200, 100), "shop": "mall", "name": "新"},
        {"xy": (500, 100), "shop": "mall"},
        {"xy": (1500, 100), "shop": "mall"},
    )
    found, findings = build(pois, zones)
    assert found.frame["id"].tolist() == ["n0", "n2", "n3"]
    assert findings["candidates-excluded"].values == {"candidates": 1, "names": "新"}
    assert findings["existing-in-exclusion"].values == {"candidates": 1, "names": "旧"}


def test_the_user_s_sites_come_before_the_map_s(tmp_path: Path) -> None:
    own = (
        "lon,lat,name,kind,existing\n"
        f"{lonlat(100, 100)},旧站,,yes\n{lonlat(101, 100)},旧站二,,yes\n"
        f"{lonlat(9000, 100)},界外,,\n{lonlat(1500, 100)},=1+1,supermarket,\n"
    )
    pois = pois_of(
        {"xy": (110, 100), "amenity": "recycling"}, {"xy": (1500, 100), "shop": "supermarket"}
    )
    found, findings = build(pois, own=own, folder=tmp_path)
    assert found.frame["id"].tolist() == ["u0001", "u0002", "u0004"]
    assert found.frame["existing"].tolist() == [True, True, False]
    assert found.frame["name"].tolist() == ["旧站", "旧站二", "=1+1"]
    assert findings["candidates-outside-file"].values == {"candidates": 1, "names": "界外"}
    assert findings["candidates-merged"].values["candidates"] == 2
    assert findings["candidates-none-in-osm"].values == {"features": 2}


def test_places_are_proposed_where_none_are_known() -> None:
    found, findings = build(reach_m=500.0)
    frame = found.frame
    assert set(frame["source"]) == {"generated"} and set(frame["kind"]) == {"generated"}
    assert frame["id"].tolist() == [f"g{n:05d}" for n in range(1, len(frame) + 1)]
    assert set(frame["township"]) == {0, 1} and not frame["existing"].any()
    assert findings["candidates-generated"].values == {"candidates": len(frame), "reach_m": 500.0}
    demand, _ = build_demand(None, two_townships())
    gap = [min(frame.distance(home)) * 1.4 for home in demand.frame.geometry]
    assert max(gap) <= 500.0
    assert frame.to_wkb().equals(build(reach_m=500.0)[0].frame.to_wkb())


def test_a_township_all_of_no_go_areas_is_named() -> None:
    zones = gpd.GeoSeries([square(1000, -500, 3000)], crs=CRS)
    _, findings = build(zones=zones, reach_m=200.0)
    assert findings["townships-without-candidate"].values == {"townships": 1, "names": "乙"}
    shut = findings["demand-shut-in"].values
    demand, _ = build_demand(None, two_townships())
    there = demand.frame["people"][demand.frame["township"] == 1]
    assert (shut["cells"], shut["people"]) == (len(there), there.sum())


def test_a_region_without_people_needs_no_candidates() -> None:
    demand, _ = build_demand(None, two_townships())
    demand = Demand(cell_m=250.0, frame=demand.frame.iloc[:0], estimated=True)
    found, findings = build(demand=demand)
    assert not len(found.frame) and not findings
    assert found.frame.crs == CRS and found.frame["existing"].dtype == bool


@pytest.mark.parametrize("name", ["<script>alert(1)</script>", '=HYPERLINK("x")', "♻️ “Q”", ""])
def test_names_are_carried_as_they_are(name: str) -> None:
    pois = pois_of(
        {"xy": (100, 100), "shop": "mall", "name": name}, {"xy": (1500, 9), "shop": "mall"}
    )
    found, _ = build(pois)
    assert found.frame["name"].iloc[0] == name
    assert isinstance(found.frame.geometry.iloc[0], shapely.Point)
