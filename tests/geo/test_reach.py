from __future__ import annotations

import itertools
import math

import networkx as nx
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network import RoadNetwork
from geo.reach import crow_reach, road_reach
from geo.speeds import METRES, Measure

NODES, PARTS = 7, 20
#: No three in a line, no two equally far from anything.
PLACES = [(137.1, 911.7), (871.3, 73.9), (502.7, 433.1), (59.3, 211.9), (933.7, 817.3)]
PLACES += [(377.9, 659.3), (691.1, 367.7)]


def network_of(arcs: dict[tuple[int, int], float], kmh: int = 0) -> RoadNetwork:
    """Arcs with their detour: so many times as long as the straight line."""
    lines = {
        (u, v): max(1, round(100 * more * math.dist(PLACES[u], PLACES[v])))
        for (u, v), more in sorted(arcs.items())
    }
    x, y = np.array(PLACES).T
    return RoadNetwork(
        mode="drive",
        x=x,
        y=y,
        indptr=np.searchsorted([tail for tail, _ in lines], range(NODES + 1)).astype(np.int64),
        indices=np.array([head for _, head in lines], np.int32),
        length_cm=np.array(list(lines.values()), np.int32),
        component=np.zeros(NODES, np.int32),
        component_length_m=np.array([1.0]),
        snappable=np.ones(NODES, np.bool_),
        kmh=np.full(len(lines), kmh, np.uint8),
    )


def densified(network: RoadNetwork, measure: Measure) -> nx.DiGraph:
    """Every street cut into parts; arcs in hundredths, fractions kept."""
    roads = nx.DiGraph()
    roads.add_nodes_from((node, node, 0) for node in range(NODES))
    costs = network.costs(measure)
    for tail in range(NODES):
        for arc in range(network.indptr[tail], network.indptr[tail + 1]):
            head = int(network.indices[arc])
            low, high = min(tail, head), max(tail, head)
            line = [
                (low, low, 0),
                *((low, high, part) for part in range(1, PARTS)),
                (high, high, 0),
            ]
            line = line if tail == low else line[::-1]
            for here, there in itertools.pairwise(line):
                roads.add_edge(here, there, weight=costs[arc] / PARTS)
    return roads


def place(point: tuple[int, int, int]) -> shapely.Point:
    low, high, part = point
    return shapely.Point(
        [a + part / PARTS * (b - a) for a, b in zip(PLACES[low], PLACES[high], strict=True)]
    )


arcs = st.dictionaries(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda a: a[0] != a[1]),
    st.sampled_from([1.0, 1.0, 1.37, 2.91]),
    min_size=1,
    max_size=20,
)


@settings(deadline=None, max_examples=120)
@given(
    given_arcs=arcs,
    limit=st.sampled_from([10.0, 250.0, 700.0, 1500.0, 9000.0]),
    where=st.sampled_from([(140.0, 900.0), (500.0, 480.0), (60.0, 211.0)]),
    timed=st.booleans(),
)
def test_the_reach_is_that_of_a_densified_graph(
    given_arcs: dict[tuple[int, int], float],
    limit: float,
    where: tuple[float, float],
    timed: bool,
) -> None:
    measure = Measure(unit="s", walk_m_s=1.2) if timed else METRES
    network = network_of(given_arcs, kmh=9)
    found = road_reach(network, where, limit=limit, measure=measure)
    assert found.geom_type == "MultiLineString"
    nearest = min(range(NODES), key=lambda node: math.dist(PLACES[node], where))
    access = math.dist(PLACES[nearest], where) * 100 / (1.2 if timed else 1.0)
    away = nx.single_source_dijkstra_path_length(
        densified(network, measure).reverse(copy=False), (nearest, nearest, 0)
    )
    # The way to the road is rounded up, in metres before it is in seconds.
    slack = 3.0
    points = [point for point in densified(network, measure) if point[0] != point[1]]
    for point in points:
        far = away.get(point, math.inf) + access
        gap = found.distance(place(point)) if len(shapely.get_parts(found)) else math.inf
        if far < limit * 100 - slack:
            assert gap < 1e-6
        elif far > limit * 100 + slack:
            # As far from the end of the reach as it is over the limit, at the speed of the arc.
            assert gap > 1e-9


def test_pieces_are_cut_where_the_limit_ends() -> None:
    network = network_of({(0, 1): 1.0, (1, 0): 1.0})
    street = shapely.LineString(PLACES[:2])
    near = road_reach(network, PLACES[0], limit=100.0)
    assert near.length == pytest.approx(100.0, abs=0.01)
    assert near.hausdorff_distance(shapely.line_interpolate_point(street, [0.0, 100.0])[1]) == (
        pytest.approx(100.0, abs=0.01)
    )
    whole = road_reach(network, PLACES[0], limit=street.length + 1)
    assert whole.equals(shapely.MultiLineString([street]))
    # The way to the road is walked too; nobody is near if it alone is too long.
    aside = (PLACES[0][0] - 60.0, PLACES[0][1])
    assert road_reach(network, aside, limit=100.0).length == pytest.approx(40.0, abs=0.01)
    assert road_reach(network, aside, limit=59.0).is_empty


def test_one_ways_are_travelled_towards_the_site() -> None:
    network = network_of({(0, 1): 1.0, (1, 2): 1.0, (2, 0): 1.0})
    reached = road_reach(network, PLACES[0], limit=100.0)
    towards = shapely.LineString([PLACES[2], PLACES[0]])
    assert reached.length == pytest.approx(100.0, abs=0.01)
    assert towards.distance(reached.centroid) < 1e-6


def test_circles_are_as_wide_as_straight_lines_reach() -> None:
    circle = crow_reach((10.0, 20.0), limit=1300.0, detour_factor=1.3)
    assert circle.area == pytest.approx(math.pi * 1000.0**2, rel=2e-3)
    minutes = crow_reach(
        (10.0, 20.0), limit=600.0, detour_factor=1.5, measure=Measure(unit="s", walk_m_s=1.0)
    )
    assert minutes.bounds == pytest.approx((-390.0, -380.0, 410.0, 420.0))
    assert circle.centroid.coords[0] == pytest.approx((10.0, 20.0))
