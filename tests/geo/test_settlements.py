from __future__ import annotations

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, box

from geo.crs import WGS84
from geo.settlements import settlement_cells, settlements


def places(*rows: tuple[str, str]) -> gpd.GeoDataFrame:
    kinds, names = zip(*rows, strict=True) if rows else ((), ())
    return gpd.GeoDataFrame(
        {
            "osm_id": [f"n{i}" for i in range(len(rows))],
            "place": np.array(kinds, dtype=str),
            "name": np.array(names, dtype=str),
        },
        geometry=[Point(i, 0) for i in range(len(rows))],
        crs=WGS84,
    )


@pytest.mark.parametrize(
    ("rows", "chinese", "names"),
    [
        # In China the name tells the township, however it is tagged.
        ([("village", "李家村"), ("village", "东乡"), ("town", "南镇"), ("suburb", "西街道")], True,
         ["东乡", "南镇", "西街道"]),
        ([("village", "李家村"), ("town", "城关"), ("village", "东乡")], True,
         ["李家村", "城关", "东乡"]),
        ([("village", "东乡"), ("hamlet", "村"), ("city", "城")], False, ["东乡", "城"]),
        ([("hamlet", "A"), ("farm", "B")], False, ["A", "B"]),
        ([("village", "A"), ("village", "")], False, ["A"]),
        ([("village", ""), ("village", "")], False, ["", ""]),
        ([], False, []),
        ([], True, []),
    ],
)  # fmt: skip
def test_which_settlements_stand_for_townships(
    rows: list[tuple[str, str]], chinese: bool, names: list[str]
) -> None:
    assert settlements(places(*rows), chinese=chinese)["name"].tolist() == names


def test_one_settlement_per_spot() -> None:
    two = places(("town", "A"), ("village", "B"))
    two = two.set_geometry([Point(1, 1), Point(1, 1)], crs=WGS84)
    assert settlements(two, chinese=False)["name"].tolist() == ["A"]


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 9)), min_size=1, max_size=8, unique=True),
    st.lists(st.tuples(st.floats(0, 20), st.floats(0, 9)), min_size=1, max_size=20),
)
def test_each_spot_goes_to_the_nearest(
    sites: list[tuple[int, int]], spots: list[tuple[float, float]]
) -> None:
    """Brute force, on ground of two islands."""
    ground = MultiPolygon([box(-1, -1, 8, 10), box(11, -1, 21, 10)])
    points = np.array([Point(site) for site in sites], dtype=object)
    cells = settlement_cells(points, ground)
    assert shapely.area(cells).sum() == pytest.approx(ground.area)
    for spot in map(Point, spots):
        far = [spot.distance(point) for point in points]
        inside = [i for i, cell in enumerate(cells) if cell.distance(spot) < 1e-9]
        assert bool(inside) == (ground.distance(spot) < 1e-9)
        assert all(far[i] <= min(far) + 1e-6 for i in inside)
