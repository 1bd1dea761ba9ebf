from __future__ import annotations

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from pyproj.aoi import AreaOfInterest
from pyproj.database import query_utm_crs_info

from geo.crs import equal_area_m2, in_china, metric_crs

CHINESE = {
    "Beijing": (116.40, 39.90), "Shanghai": (121.47, 31.23), "Jingdezhen": (117.20, 29.30),
    "Urumqi": (87.60, 43.80), "Kashgar": (75.99, 39.47), "Lhasa": (91.10, 29.65),
    "Sanya": (109.50, 18.25), "Harbin": (126.60, 45.80), "Mohe": (122.50, 53.00),
    "Dandong": (124.37, 40.13), "Jinghong": (100.80, 22.00), "Zhoushan": (122.20, 30.00),
    "Hong Kong": (114.17, 22.30), "Dalian": (121.60, 38.90), "Yining": (81.30, 43.90),
}  # fmt: skip
FOREIGN = {
    "Seoul": (126.98, 37.57), "Hanoi": (105.85, 21.03), "Ulaanbaatar": (106.90, 47.90),
    "Kathmandu": (85.30, 27.70), "Pyongyang": (125.75, 39.03), "Vladivostok": (131.90, 43.10),
    "Almaty": (76.90, 43.25), "Thimphu": (89.64, 27.47), "Khabarovsk": (135.07, 48.48),
    "Myitkyina": (97.40, 25.38), "Tokyo": (139.70, 35.70), "Manila": (121.00, 14.60),
    "Delhi": (77.20, 28.60), "Newport": (-1.30, 50.70), "Ha Long": (107.08, 20.95),
}  # fmt: skip


@pytest.mark.parametrize("city", CHINESE)
def test_chinese_cities_get_a_three_degree_zone(city: str) -> None:
    lon, lat = CHINESE[city]
    assert in_china(lon, lat)
    crs = metric_crs(lon, lat)
    assert crs.name.startswith("CGCS2000 / 3-degree Gauss-Kruger CM")
    x, y = pyproj.Transformer.from_crs(4490, crs, always_xy=True).transform(lon, lat)
    # The central meridian is at 500 km: half a zone is never farther than 1.5 degrees of it.
    assert abs(x - 500_000) <= 1.5 * 111_320 * np.cos(np.radians(lat)) * 1.01
    assert y == pytest.approx(lat * 110_900, rel=0.01)


@pytest.mark.parametrize("city", FOREIGN)
def test_foreign_cities_get_utm(city: str) -> None:
    lon, lat = FOREIGN[city]
    assert not in_china(lon, lat)
    known = query_utm_crs_info("WGS 84", AreaOfInterest(lon, lat, lon, lat))
    assert metric_crs(lon, lat).to_epsg() in {int(info.code) for info in known}


def test_zone_of_the_first_users() -> None:
    assert metric_crs(117.2, 29.3).to_epsg() == 4548
    assert metric_crs(115.9, 28.7).to_epsg() == 4548
    assert metric_crs(-1.3, 50.7).to_epsg() == 32630
    assert metric_crs(179.9, -17.0).to_epsg() == 32760
    assert metric_crs(0.0, 85.0).to_epsg() == 32661


@given(st.floats(-180, 180), st.floats(-90, 90))
def test_every_place_has_a_metric_system(lon: float, lat: float) -> None:
    assert metric_crs(lon, lat).axis_info[0].unit_name == "metre"


@given(st.floats(-179, 178), st.floats(-80, 79), st.floats(0.0001, 0.2), st.floats(0.0001, 0.2))
def test_area_on_the_ellipsoid(lon: float, lat: float, width: float, height: float) -> None:
    square = shapely.box(lon, lat, lon + width, lat + height).segmentize(0.01)
    true_m2 = abs(pyproj.Geod(ellps="WGS84").geometry_area_perimeter(square)[0])
    assert equal_area_m2([square])[0] == pytest.approx(true_m2, rel=1e-4)
    assert equal_area_m2([]).shape == (0,)
