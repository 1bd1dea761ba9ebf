from __future__ import annotations

import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.cells import cell_index, cut
from tests.geo.squares import SOUTH, WEST, square


def test_cells_are_half_open_and_go_below_zero() -> None:
    x = np.array([-250.0, -0.001, 0.0, 249.999, 250.0])
    assert cell_index(x, 250.0).tolist() == [-1, -1, 0, 0, 1]


def test_a_rectangle_off_the_grid() -> None:
    pieces = cut(np.array([square(125, 0, 500, 250)], dtype=object), 250.0)
    column = int(WEST // 250)
    assert (pieces.ix - column).tolist() == [0, 1, 2]
    assert pieces.area_m2.tolist() == [125 * 250, 250 * 250, 125 * 250]
    assert pieces.x[1] - WEST == 375 and pieces.y[1] - SOUTH == 125


def test_nothing_of_an_empty_area_and_a_bow_tie_mended() -> None:
    bow_tie = shapely.Polygon([(0, 0), (100, 100), (100, 0), (0, 100)])
    pieces = cut(np.array([shapely.Polygon(), bow_tie], dtype=object), 30.0)
    assert set(pieces.owner.tolist()) == {1}
    assert np.isclose(pieces.area_m2.sum(), 5000)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(-400, 400), st.floats(-400, 400), st.floats(1, 300)),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([37.0, 100.0, 250.0]),
)
def test_pieces_are_what_cell_by_cell_intersection_gives(discs, cell_m) -> None:
    whole = shapely.union_all([shapely.Point(x, y).buffer(r, quad_segs=3) for x, y, r in discs])
    holed = whole.difference(shapely.Point(0, 0).buffer(60, quad_segs=2))
    areas = np.array([holed, whole], dtype=object)
    pieces = cut(areas, cell_m)
    found = dict(
        zip(zip(pieces.owner.tolist(), pieces.ix.tolist(), pieces.iy.tolist(), strict=True),
            pieces.area_m2, strict=True)
    )  # fmt: skip
    assert list(found) == sorted(found) and len(found) == len(pieces.owner)
    for owner, area in enumerate(areas):
        for ix in range(int(-700 // cell_m) - 1, int(700 // cell_m) + 2):
            for iy in range(int(-700 // cell_m) - 1, int(700 // cell_m) + 2):
                box = shapely.box(*(np.array([ix, iy, ix + 1, iy + 1]) * cell_m))
                expected = shapely.intersection(area, box).area
                assert abs(found.get((owner, ix, iy), 0.0) - expected) < 0.02
    inside = shapely.intersects_xy(areas[pieces.owner], pieces.x, pieces.y)
    assert inside.all()
    assert (cell_index(pieces.x, cell_m) == pieces.ix).all()
