from __future__ import annotations

import json

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, MultiPolygon, Point, Polygon, box

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


def test_the_box_is_told_west_first_also_where_the_180th_meridian_is_crossed() -> None:
    frame = gpd.GeoDataFrame({"a": [1, 2]}, geometry=[Point(1, 2), Point(3, -4)], crs=4326)
    assert json.loads(feature_collection(frame, ["a"], bbox=True))["bbox"] == [1, -4, 3, 2]
    across = gpd.GeoDataFrame({"a": [1]}, geometry=[box(179.5, -1, 180.5, 1)], crs=4326)
    assert json.loads(feature_collection(across, ["a"], bbox=True))["bbox"] == [
        179.5,
        -1,
        -179.5,
        1,
    ]
    assert "bbox" not in json.loads(feature_collection(frame.iloc[:0], ["a"], bbox=True))
    assert "bbox" not in json.loads(feature_collection(frame, ["a"]))


FIJI = 32760


def _fiji(west: float, east: float) -> tuple[gpd.GeoDataFrame, float]:
    """An outline in metres around the 180th meridian, in degrees again; and its area."""
    shape = gpd.GeoSeries([box(west, -17, east, -16.9).segmentize(0.01)], crs=4326).to_crs(FIJI)
    return gpd.GeoDataFrame({"a": [1]}, geometry=shape.to_crs(4326)), float(shape.area.iloc[0])


@settings(max_examples=30, deadline=None)
@given(st.integers(-50, 50), st.integers(1, 60))
def test_an_outline_across_the_180th_meridian_is_cut_there(west: int, width: int) -> None:
    frame, area_m2 = _fiji(180 + west / 100, 180 + (west + width) / 100)
    geometry = json.loads(feature_collection(frame, ["a"]))["features"][0]["geometry"]
    read = shapely.geometry.shape(geometry)
    bounds = shapely.bounds(shapely.get_parts(read))
    assert np.abs(bounds[:, [0, 2]]).max() <= 180.0
    assert (bounds[:, 2] - bounds[:, 0]).sum() == pytest.approx(width / 100, abs=1e-5)
    assert len(bounds) == 1 + (west < 0 < west + width)
    assert read.is_valid
    back = gpd.GeoSeries([read], crs=4326).to_crs(FIJI)
    assert back.area.iloc[0] == pytest.approx(area_m2, rel=1e-5)


def test_parts_that_were_cut_before_stay_so_and_holes_stay_holes() -> None:
    hole = box(179.95, -16.96, 180.05, -16.94)
    whole = box(179.8, -17, 180.2, -16.9) - hole
    west = whole & box(179, -18, 180, -16)
    east = shapely.transform(whole & box(180, -18, 181, -16), lambda xy: xy - (360.0, 0.0))
    for shape in (MultiPolygon([west, east]), whole):
        frame = gpd.GeoDataFrame({"a": [1]}, geometry=[shape], crs=4326)
        text = feature_collection(frame, ["a"])
        assert gpd.read_file(text).geometry[0].equals(MultiPolygon([west, east]))


def test_points_and_lines_beyond_the_180th_meridian_come_back() -> None:
    shapes = [Point(180.5, 1), Point(-180, 1), LineString([(179.5, 0), (-179.5, 1)]), Point(0, 0)]
    frame = gpd.GeoDataFrame({"a": range(4)}, geometry=shapes, crs=4326)
    read = gpd.read_file(feature_collection(frame, ["a"])).geometry
    assert [(point.x, point.y) for point in read[[0, 1, 3]]] == [(-179.5, 1), (-180, 1), (0, 0)]
    halves = [list(part.coords) for part in read[2].geoms]
    assert halves == [[(179.5, 0), (180, 0.5)], [(-180, 0.5), (-179.5, 1)]]
