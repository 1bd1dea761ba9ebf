from __future__ import annotations

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.crs import WGS84
from geo.datum import wgs84_to_gcj02
from geo.errors import InputError
from geo.reading import Reading, alternatives, older, reading_of

LON, LAT = np.array([117.2, 117.3]), np.array([29.3, 29.25])
CM117 = pyproj.CRS("EPSG:4548")


@pytest.mark.parametrize(
    "key", ["wgs84", "gcj02", "bd09", "swapped", "dms", "epsg:4527", "swapped+epsg:4548+gcj02"]
)
def test_a_key_names_its_reading(key: str) -> None:
    assert reading_of(key, None).key == key
    assert reading_of(key.upper(), None) == reading_of(key, None)


def test_what_a_key_does_not_say_is_as_the_file_says() -> None:
    assert reading_of("none", CM117) == Reading(crs=CM117)
    assert reading_of("gcj02", CM117) == Reading(crs=CM117, shift="gcj02")
    assert reading_of("wgs84", CM117).crs == WGS84


@pytest.mark.parametrize("text", ["", "mars", "epsg:1", "epsg:5703", "gcj02+", "epsg:-1"])
def test_other_keys_are_refused(text: str) -> None:
    with pytest.raises(InputError, match="--convert"):
        reading_of(text, None)


def test_every_part_is_undone() -> None:
    drawn = wgs84_to_gcj02(LON, LAT)
    x, y = pyproj.Transformer.from_crs(4326, 4527, always_xy=True).transform(*drawn)
    lon, lat = reading_of("swapped+epsg:4527+gcj02", None).to_wgs84(y, x)
    assert lon == pytest.approx(LON, abs=1e-7) and lat == pytest.approx(LAT, abs=1e-7)


@given(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59), st.booleans())
def test_degrees_minutes_and_seconds_in_one_number(d: int, m: int, s: int, west: bool) -> None:
    sign = -1 if west else 1
    packed = np.array([sign * float(f"{d}.{m:02d}{s:02d}")])
    lon, _ = Reading(packed=True).to_wgs84(packed, np.array([0.0]))
    if d or m or s:
        assert lon[0] == pytest.approx(sign * (d + m / 60 + s / 3600), abs=1e-9)


def test_what_is_no_place_is_none() -> None:
    lon, lat = Reading().to_wgs84(np.array([500.0, 117.0]), np.array([29.0, 91.0]))
    assert np.isnan(lon).all() and np.isnan(lat).all()
    lon, _ = Reading(packed=True).to_wgs84(np.array([117.75]), np.array([29.1]))
    assert np.isnan(lon).all()


def test_a_number_before_the_easting_tells_the_zone() -> None:
    found = alternatives(None, np.array([39_512_345.0]), np.array([3_241_234.0]), 117.0)
    assert {reading.crs.to_epsg() for reading in found} == {4527, 3857}
    assert [reading.crs.to_epsg() for reading in older(found[0])] == [2363, 2415]
    assert not older(found[1]) and not older(Reading())
    found = alternatives(None, np.array([20_512_345.0]), np.array([3_241_234.0]), 117.0)
    assert 4498 in {reading.crs.to_epsg() for reading in found}  # 6-degree zone 20


def test_without_a_number_the_zones_around_and_the_other_order_are_tried() -> None:
    found = alternatives(CM117, np.array([3_241_234.0]), np.array([512_345.0]), 117.0)
    assert all(reading.swapped for reading in found if reading.crs.to_epsg() != 3857)
    assert {4547, 4548, 4549} <= {reading.crs.to_epsg() for reading in found}
