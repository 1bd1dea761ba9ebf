from __future__ import annotations

import random

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import LineString, Point, Polygon, box

from geo.osm_areas import assemble, closing_segments, polygonal

Cell = tuple[int, int]
Edge = tuple[Cell, Cell]


def rim(cells: set[Cell]) -> list[Edge]:
    """Unit edges between the cells and what is not one of them."""
    edges = []
    for x, y in sorted(cells):
        for edge, beside in (
            (((x, y), (x + 1, y)), (x, y - 1)),
            (((x + 1, y), (x + 1, y + 1)), (x + 1, y)),
            (((x + 1, y + 1), (x, y + 1)), (x, y + 1)),
            (((x, y + 1), (x, y)), (x - 1, y)),
        ):
            if beside not in cells:
                edges.append(edge)
    return edges


def outside(cells: set[Cell]) -> set[Cell]:
    """Cells of the surrounding grid that a walk from outside reaches without crossing a rim."""
    free = {(x, y) for x in range(-1, 7) for y in range(-1, 7)} - cells
    reached, todo = set(), [(-1, -1)]
    while todo:
        cell = todo.pop()
        if cell in free and cell not in reached:
            reached.add(cell)
            x, y = cell
            todo += [(x + 1, y), (x - 1, y), (x, y + 1), (x, y - 1)]
    return reached


@given(
    st.sets(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=1),
    st.integers(0, 10**6),
    st.booleans(),
)
def test_any_shape_of_cells_comes_back_from_its_rim(
    cells: set[Cell], seed: int, with_roles: bool
) -> None:
    """Holes, islands in holes, parts that touch in a corner: cut into ways, turned, shuffled."""
    edges = rim(cells)
    outer = outside(cells)

    def role(edge: Edge) -> str:
        (ax, ay), (bx, by) = edge
        beside = {(ax - (ax == bx), ay - (ay == by)), (min(ax, bx), min(ay, by))}
        return "outer" if beside & outer or not with_roles else "inner"

    rng = random.Random(seed)
    rng.shuffle(edges)
    lines = [LineString(edge if rng.random() < 0.5 else edge[::-1]) for edge in edges]
    roles = [role(edge) if with_roles else "" for edge in edges]
    made = assemble(lines, roles)
    expected = shapely.union_all([box(x, y, x + 1, y + 1) for x, y in cells])
    assert made.geometry is not None
    assert made.geometry.is_valid
    assert made.geometry.symmetric_difference(expected).area < 1e-9
    assert made.loose == 0
    assert not made.crossed


def ring(*corners: tuple[float, float]) -> LineString:
    return LineString([*corners, corners[0]])


def square(west: float, south: float, east: float, north: float) -> LineString:
    return LineString(box(west, south, east, north).exterior)


@pytest.mark.parametrize(
    ("lines", "roles", "area"),
    [
        ([square(0, 0, 4, 4), square(1, 1, 3, 3)], ["outer", "inner"], 12),
        ([square(0, 0, 4, 4), square(1, 1, 3, 3)], ["", ""], 12),
        # A hole that shares an edge with the outline is no second part.
        ([square(0, 0, 4, 4), square(0, 1, 2, 3)], ["outer", "inner"], 12),
        # Two parts that share one way, with a hole in the first: the roles decide.
        ([LineString([(4, 0), (4, 4)]), LineString([(4, 4), (0, 4), (0, 0), (4, 0)]),
          LineString([(4, 0), (6, 0), (6, 4), (4, 4)]), square(1, 1, 2, 2)],
         ["outer", "outer", "outer", "inner"], 24 - 1),
        # An island in a lake in the area.
        ([square(0, 0, 6, 6), square(1, 1, 5, 5), square(2, 2, 4, 4)],
         ["outer", "inner", "outer"], 36 - 16 + 4),
        # Two holes side by side.
        ([square(0, 0, 4, 4), square(1, 1, 2, 2), square(2, 1, 3, 2)],
         ["outer", "inner", "inner"], 14),
        # One ring of ways in different roles: the roles are wrong.
        ([LineString([(0, 0), (4, 0), (4, 4)]), LineString([(4, 4), (0, 4), (0, 0)])],
         ["outer", "inner"], 16),
    ],
)  # fmt: skip
def test_rings_and_roles(lines: list[LineString], roles: list[str], area: float) -> None:
    made = assemble(lines, roles)
    assert made.geometry is not None
    assert made.geometry.area == pytest.approx(area)


def test_crossing_outline_is_mended_and_told() -> None:
    made = assemble([ring((0, 0), (2, 2), (2, 0), (0, 2))], ["outer"])
    assert made.geometry is not None
    assert made.geometry.is_valid
    assert made.geometry.area == pytest.approx(2.0)
    assert made.crossed


def test_open_outline_is_no_area() -> None:
    made = assemble([LineString([(0, 0), (4, 0), (4, 4)])], ["outer"])
    assert made.geometry is None
    assert made.loose == pytest.approx(8)


def test_gaps_are_closed_only_where_they_are_short() -> None:
    # About 22 km of outline; the open ends lie 0.001 degrees, 111 m, apart.
    outline = [(0.0, 0.001), (0.0, 0.05), (0.05, 0.05), (0.05, 0.0), (0.0, 0.0)]
    (segment,) = closing_segments([LineString(outline)], longest_m=500, share=0.02)
    assert {*segment.coords} == {(0.0, 0.0), (0.0, 0.001)}
    assert not closing_segments([LineString(outline)], longest_m=100, share=0.02)
    assert not closing_segments([LineString(outline)], longest_m=500, share=0.004)
    assert not closing_segments([square(0, 0, 1, 1)], longest_m=500, share=0.02)


def test_polygonal_keeps_polygons_only() -> None:
    assert polygonal(None) is None
    assert polygonal(LineString([(0, 0), (1, 1)])) is None
    assert polygonal(Polygon()) is None
    spiked = Polygon([(0, 0), (2, 0), (2, 2), (2, 5), (2, 2), (0, 2)])
    mended = polygonal(spiked)
    assert mended is not None
    assert mended.geom_type == "Polygon"
    assert mended.area == pytest.approx(4)
    assert np.allclose(mended.bounds, (0, 0, 2, 2))
    assert polygonal(shapely.GeometryCollection([Point(0, 0), box(0, 0, 1, 1)])) is not None
