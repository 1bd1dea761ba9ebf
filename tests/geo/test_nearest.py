from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from geo.nearest import nearest

Point = tuple[int, int]


def asked(
    points: list[Point], eligible: list[bool], places: list[Point], farthest: float, scale: float
) -> tuple[list[int], list[float]]:
    x, y = (np.array(points, np.float64).reshape(-1, 2) * scale).T.copy()
    here_x, here_y = (np.array(places, np.float64).reshape(-1, 2) * scale).T.copy()
    point, distance = nearest(x, y, np.array(eligible, np.bool_), here_x, here_y, farthest * scale)
    return point.tolist(), distance.tolist()


#: Crowds, lines, lone points far away; many at equal distances.
coordinates = st.one_of(st.integers(-4, 4), st.integers(-60, 60), st.sampled_from([-9_000, 9_000]))
spots = st.tuples(coordinates, coordinates)


@settings(deadline=None, max_examples=300)
@given(
    points=st.lists(st.tuples(spots, st.sampled_from([True, True, False])), max_size=40),
    places=st.lists(spots, min_size=1, max_size=8),
    farthest=st.sampled_from([3, 50, 10**6]),
    scale=st.sampled_from([1.0, 0.25, 64.0]),  # powers of two, so that squares stay exact
)
def test_the_nearest_and_of_these_the_lowest(
    points: list[tuple[Point, bool]], places: list[Point], farthest: int, scale: float
) -> None:
    found, distance = asked(
        [spot for spot, _ in points], [held for _, held in points], places, farthest, scale
    )
    for number, (x, y) in enumerate(places):
        ranked = [
            ((x - there[0]) ** 2 + (y - there[1]) ** 2, index)
            for index, (there, held) in enumerate(points)
            if held and (x - there[0]) ** 2 + (y - there[1]) ** 2 <= farthest**2
        ]
        square, first = min(ranked, default=(math.inf, -1))
        assert found[number] == first
        assert distance[number] == pytest.approx(math.sqrt(square) * scale, rel=1e-12)


def test_a_tree_finds_the_same_among_many() -> None:
    random = np.random.default_rng(11)
    towns = random.uniform(0, 80_000, (12, 2))
    points = towns[random.integers(0, 12, 20_000)] + random.normal(0, 700, (20_000, 2))
    points = np.vstack([points, random.uniform(-90_000, 170_000, (200, 2))])
    places = random.uniform(-200_000, 280_000, (500, 2))
    places[:250] = towns[random.integers(0, 12, 250)] + random.normal(0, 3_000, (250, 2))
    eligible = random.random(len(points)) < 0.7
    point, distance = nearest(*points.T.copy(), eligible, *places.T.copy(), 60_000.0)
    far, index = cKDTree(points[eligible]).query(places)
    near = far <= 60_000
    assert 100 < np.count_nonzero(near) < 500
    assert point[near].tolist() == np.flatnonzero(eligible)[index[near]].tolist()
    np.testing.assert_allclose(distance[near], far[near], rtol=1e-12)
    assert set(point[~near]) == {-1} and np.isinf(distance[~near]).all()


@pytest.mark.parametrize("bad", [math.nan, math.inf, -1e300])
def test_a_place_that_is_nowhere_has_no_nearest_point(bad: float) -> None:
    ones = np.ones(2)
    point, distance = nearest(
        ones, ones, np.ones(2, np.bool_), np.array([bad, 1.0]), np.ones(2), 200_000.0
    )
    assert point.tolist() == [-1, 0]
    assert distance.tolist() == [math.inf, 0.0]
