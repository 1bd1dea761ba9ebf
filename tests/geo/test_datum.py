from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyproj import Geod

from geo.datum import (
    bd09_to_gcj02,
    bd09_to_wgs84,
    gcj02_to_bd09,
    gcj02_to_wgs84,
    wgs84_to_bd09,
    wgs84_to_gcj02,
)

GEOD = Geod(ellps="WGS84")
places = st.tuples(st.floats(73.5, 135.0), st.floats(18.0, 53.5))


def test_values_that_other_programs_print() -> None:
    """Tian'anmen, as the readme files of open converters have it."""
    gcj02 = wgs84_to_gcj02(116.404, 39.915)
    assert gcj02 == pytest.approx((116.41024449916938, 39.91640428150164), abs=1e-12)
    assert wgs84_to_bd09(116.404, 39.915) == pytest.approx(
        (116.41662724378733, 39.922699552216216), abs=1e-12
    )
    assert gcj02_to_bd09(116.404, 39.915) == pytest.approx(
        (116.41036949371029, 39.92133699351021), abs=1e-12
    )


@given(places)
def test_there_and_back_is_within_a_millimetre(place: tuple[float, float]) -> None:
    for there, back in (
        (wgs84_to_gcj02, gcj02_to_wgs84),
        (wgs84_to_bd09, bd09_to_wgs84),
        (gcj02_to_bd09, bd09_to_gcj02),
    ):
        lon, lat = back(*there(*place))
        assert GEOD.inv(*place, float(lon), float(lat))[2] < 0.001


@given(places)
def test_the_displacement_is_hundreds_of_metres(place: tuple[float, float]) -> None:
    lon, lat = wgs84_to_gcj02(*place)
    assert 1.0 < GEOD.inv(*place, float(lon), float(lat))[2] < 1_200.0


def test_arrays_are_converted_place_by_place() -> None:
    lon, lat = np.array([117.2, 115.9]), np.array([29.3, 28.7])
    both = gcj02_to_wgs84(lon, lat)
    assert [float(both[0][1]), float(both[1][1])] == pytest.approx(
        [float(v) for v in gcj02_to_wgs84(115.9, 28.7)], abs=1e-12
    )


def test_the_real_pair(real_data: Path) -> None:
    """The same county corner in Amap's outline and in a WGS84 one: 594 m apart, then 20 m."""
    amap = json.loads((real_data / "china" / "gcj02" / "360222.json").read_text("utf-8"))[0]
    wgs84 = json.loads(
        (real_data / "china" / "jingdezhen_counties_wgs84.geojson").read_text("utf-8")
    )
    ours = next(f for f in wgs84["features"] if f["properties"]["name"] == "浮梁县")
    drawn = np.array(amap["geometry"]["coordinates"][0][0])[:, :2]
    true = np.array(ours["geometry"]["coordinates"][0][0])[:, :2]

    def nearest_m(points: np.ndarray) -> float:
        metres = np.array([111_320 * np.cos(np.radians(29.5)), 111_000])
        gaps = [np.hypot(*((true - p) * metres).T).min() for p in points[::40]]
        return float(np.median(gaps))

    assert nearest_m(drawn) > 200.0
    assert nearest_m(np.column_stack(gcj02_to_wgs84(*drawn.T))) < 60.0  # to corners, not to lines
