from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
from shapely.geometry import MultiPolygon, Point, Polygon

from planner.geojson import feature_collection

HOSTILE = ["<script>alert(1)</script>", '"quoted" \\ back', "=1+1", "♻️ 景德镇", "\u2028"]


def test_text_survives_and_numbers_are_plain() -> None:
    frame = gpd.GeoDataFrame(
        {"name": HOSTILE, "n": np.arange(5), "share": [0.5, np.nan, 1, 0, 0]},
        geometry=[Point(117, 29)] * 5,
        crs=4326,
    )
    read = json.loads(feature_collection(frame, ["name", "n", "share"]))
    assert [f["properties"]["name"] for f in read["features"]] == HOSTILE
    assert [f["properties"]["n"] for f in read["features"]] == [0, 1, 2, 3, 4]
    assert read["features"][1]["properties"]["share"] is None
    assert "crs" not in read


def test_rings_turn_as_rfc_7946_says_and_another_library_reads_the_same_shape() -> None:
    hole = [(0.2, 0.2), (0.4, 0.2), (0.4, 0.4), (0.2, 0.4)]
    clockwise = Polygon([(0, 0), (0, 1), (1, 1), (1, 0)], [hole])
    shape = MultiPolygon([clockwise, Polygon([(2, 0), (2, 1), (3, 1)])])
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shape], crs=4326)
    text = feature_collection(frame, ["a"])
    coordinates = json.loads(text)["features"][0]["geometry"]["coordinates"]
    for part in coordinates:
        for number, ring in enumerate(part):
            x, y = np.array(ring).T
            signed = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1]))
            assert (signed > 0) == (number == 0)
    assert gpd.read_file(text).geometry[0].equals(shape)


def test_no_more_than_seven_decimals() -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(1 / 3, 2 / 3)], crs=4326)
    read = json.loads(feature_collection(frame, ["a"]))
    assert read["features"][0]["geometry"]["coordinates"] == [0.3333333, 0.6666667]


def test_only_wgs84_and_empty_is_a_collection() -> None:
    frame = gpd.GeoDataFrame({"a": [1]}, geometry=[Point(1, 2)], crs=4548)
    with pytest.raises(ValueError, match="7946"):
        feature_collection(frame, ["a"])
    empty = frame.to_crs(4326).iloc[:0]
    assert json.loads(feature_collection(empty, ["a"]))["features"] == []
