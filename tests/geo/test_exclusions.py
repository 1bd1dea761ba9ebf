from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.errors import CandidateError
from geo.exclusions import exclusion_zones, within_zones
from tests.geo.squares import CRS, SOUTH, WEST, areas_of, region_of, square


def region():
    return region_of({"box": square(0, 0, 10_000), "name": "甲"})


def area_m2(zones: gpd.GeoSeries) -> float:
    return float(zones.area.sum())


def test_water_and_reserves_keep_sites_out_woods_do_not() -> None:
    areas = areas_of(
        ("water", square(0, 0, 100)),
        ("protected", square(500, 0, 100)),
        ("wood", square(900, 0, 50)),
    )
    zones, findings = exclusion_zones(areas, region(), buffer_m=0.0)
    assert area_m2(zones) == pytest.approx(20_000, rel=1e-3)
    (finding,) = findings
    assert finding.kind == "exclusions"
    assert finding.values == {"areas": 2, "km2": 0.02, "buffer_m": 0.0}
    xy = np.array([[50, 50], [550, 50], [300, 50], [920, 10]]) + np.array([WEST, SOUTH])
    assert within_zones(zones, xy).tolist() == [True, True, False, False]


def test_a_buffer_is_kept_free_and_overlaps_are_joined() -> None:
    areas = areas_of(("water", square(0, 0, 100)), ("water", square(50, 0, 100)))
    zones, _ = exclusion_zones(areas, region(), buffer_m=10.0)
    exact = 150 * 100 + 2 * (150 + 100) * 10 + np.pi * 100
    assert len(zones) == 1 and area_m2(zones) == pytest.approx(exact, rel=2e-3)


def test_landscapes_where_people_live_stay_open() -> None:
    """By class where it is told, else by size: 25 km2 against 16 km2."""
    large, small = square(0, 0, 5000), square(5000, 0, 4000)
    zones, findings = exclusion_zones(
        areas_of(("protected", large), ("protected", small), name=["AONB", "marsh"]), region()
    )
    assert area_m2(zones) == pytest.approx(16e6, rel=0.02)
    spared = next(f for f in findings if f.kind == "protected-area-not-excluded")
    assert (spared.where, spared.values) == ("AONB", {"osm_id": "w0", "km2": 25.0})
    told = areas_of(("protected", large), ("protected", small), protect_class=["1a", "5"])
    zones, findings = exclusion_zones(told, region())
    assert area_m2(zones) == pytest.approx(25e6, rel=0.02)
    assert [f.where for f in findings if f.kind == "protected-area-not-excluded"] == ["w1"]


def test_what_is_far_away_does_not_count() -> None:
    far = shapely.box(-120.0, 40.0, -119.0, 41.0)  # on the other side of the earth
    areas = areas_of(("water", square(0, 0, 100)), ("water", square(50_000, 0, 100)))
    areas.loc[len(areas)] = ["w9", "water", "", far]
    zones, _ = exclusion_zones(areas, region(), buffer_m=0.0)
    assert area_m2(zones) == pytest.approx(10_000, rel=1e-3)


def test_polygons_of_the_user(tmp_path: Path) -> None:
    path = tmp_path / "no-go.gpkg"
    gpd.GeoDataFrame(geometry=[square(0, 0, 100)], crs=CRS).to_crs(4326).to_file(path)
    zones, findings = exclusion_zones(None, region(), user_file=path, buffer_m=0.0)
    assert area_m2(zones) == pytest.approx(10_000, rel=1e-3)
    assert [f.kind for f in findings] == ["exclusions"]
    gpd.GeoDataFrame(geometry=[square(90_000, 0, 100)], crs=CRS).to_crs(4326).to_file(path)
    zones, findings = exclusion_zones(None, region(), user_file=path)
    assert not len(zones)
    assert [(f.kind, f.where) for f in findings] == [("exclusions-outside", "no-go.gpkg")]
    path.write_text("not a geopackage")
    with pytest.raises(CandidateError, match=r"no-go.gpkg"):
        exclusion_zones(None, region(), user_file=path)


def test_nothing_excluded_is_an_empty_layer_in_the_region_s_system(tmp_path: Path) -> None:
    zones, findings = exclusion_zones(None, region())
    assert not len(zones) and not findings and zones.crs == CRS
    gpd.GeoDataFrame(geometry=zones).to_parquet(tmp_path / "zones.parquet")
    assert not len(gpd.read_parquet(tmp_path / "zones.parquet"))
    assert within_zones(zones, np.zeros((2, 2))).tolist() == [False, False]
