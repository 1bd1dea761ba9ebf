from __future__ import annotations

from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely

from geo.bundle import Bundle, load_bundle
from geo.degrees import candidate_points, township_bounds, township_shapes

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "isle-of-wight"


@pytest.fixture(scope="module")
def sample() -> Bundle:
    return load_bundle(SAMPLE)


def test_degrees_are_pyprojs(sample: Bundle) -> None:
    to_degrees = pyproj.Transformer.from_crs(sample.region.crs, "EPSG:4326", always_xy=True)
    for shapes, metric in (
        (township_shapes(sample.region), sample.region.townships.geometry),
        (candidate_points(sample.candidates), sample.candidates.frame.geometry),
    ):
        xy = shapely.get_coordinates(metric.to_numpy())
        expected = np.column_stack(to_degrees.transform(xy[:, 0], xy[:, 1]))
        assert np.array_equal(shapely.get_coordinates(shapes), expected)
        assert len(shapes) == len(metric)


def test_bounds_hold_every_corner(sample: Bundle) -> None:
    west, south, east, north = township_bounds(sample.region)
    lon, lat = shapely.get_coordinates(township_shapes(sample.region)).T
    assert (lon.min(), lat.min(), lon.max(), lat.max()) == (west, south, east, north)


def test_what_is_shared_cannot_be_written_to(sample: Bundle) -> None:
    assert township_shapes(sample.region) is township_shapes(sample.region)
    with pytest.raises(ValueError, match="read-only"):
        township_shapes(sample.region)[0] = None
