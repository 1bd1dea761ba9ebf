from __future__ import annotations

import io
import math
from dataclasses import fields
from itertools import pairwise
from pathlib import Path
from random import Random

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer
from scipy.sparse.csgraph import dijkstra

from geo.access import Mode, driving
from geo.crs import metric_crs
from geo.errors import NetworkError
from geo.extract import Roads, read_extract
from geo.findings import Finding
from geo.network import RoadNetwork, build_network
from geo.streets import hilbert
from tests.geo.streetmap import EAST, METRIC, NORTH, Vertex, roads_of, street


def built(*ways: tuple[dict[str, str], list[Vertex]], mode: Mode = "walk") -> RoadNetwork:
    return build_network(roads_of(*ways), mode=mode, crs=METRIC)[0]


def found(*ways: tuple[dict[str, str], list[Vertex]], mode: Mode = "walk") -> list[Finding]:
    return build_network(roads_of(*ways), mode=mode, crs=METRIC)[1]


def node_at(network: RoadNetwork, x: float, y: float) -> int:
    at = np.flatnonzero((abs(network.x - EAST - x) < 0.006) & (abs(network.y - NORTH - y) < 0.006))
    assert len(at) == 1, f"{len(at)} nodes at {x}, {y}"
    return int(at[0])


def between(network: RoadNetwork, start: tuple[float, float], end: tuple[float, float]) -> float:
    """Shortest path in centimetres, by scipy."""
    source = node_at(network, *start)
    return float(dijkstra(network.matrix(), indices=[source])[0][node_at(network, *end)])


def arrays_of(network: RoadNetwork) -> dict[str, np.ndarray]:
    return {f.name: getattr(network, f.name) for f in fields(network) if f.name != "mode"}


def assert_same(one: RoadNetwork, other: RoadNetwork) -> None:
    assert one.mode == other.mode
    for name, array in arrays_of(one).items():
        again = arrays_of(other)[name]
        assert array.dtype == again.dtype, name
        np.testing.assert_array_equal(array, again, err_msg=name)


def test_a_long_street_is_divided_evenly_and_a_bend_is_no_node() -> None:
    network = built(street((1, 0, 0), (2, 60, 0), (3, 60, 60)))
    assert len(network.x) == 4
    assert sorted(network.length_cm) == [4000] * 6
    # The nodes in between lie on the street, 40 and 80 m along it.
    node_at(network, 40, 0), node_at(network, 60, 20)
    assert between(network, (0, 0), (60, 60)) == 12_000
    assert network.length_m == 120


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(0, 30_000), st.integers(0, 30_000)),
        min_size=2,
        max_size=8,
        unique=True,
    )
)
def test_pieces_add_up_to_the_way(corners_cm: list[tuple[int, int]]) -> None:
    line = [(number, x / 100, y / 100) for number, (x, y) in enumerate(corners_cm)]
    network = built(street(*line))
    length_m = math.fsum(math.dist(a[1:], b[1:]) for a, b in pairwise(line))
    assert network.length_m == pytest.approx(length_m, abs=0.0051 + 0.01 * (length_m < 0.01))
    assert len(network.x) == math.ceil(length_m / 50 - 1e-6) + 1
    assert network.length_cm.max() <= 5001


def test_streets_meet_where_they_share_a_node_only() -> None:
    west_east = street((1, 0, 0), (2, 30, 0), (3, 60, 0))
    bridge = street((4, 30, -30), (5, 30, 30))
    crossing = street((4, 30, -30), (2, 30, 0), (5, 30, 30))
    assert math.isinf(between(built(west_east, bridge), (0, 0), (30, 30)))
    assert between(built(west_east, crossing), (0, 0), (30, 30)) == 6_000


def test_one_ways_bind_drivers_not_walkers() -> None:
    ways = [
        street((1, 0, 0), (2, 40, 0), oneway="yes"),
        street((2, 40, 0), (3, 40, 40), oneway="-1"),
    ]
    drive, walk = built(*ways, mode="drive"), built(*ways, mode="walk")
    assert between(drive, (0, 0), (40, 0)) == 4_000
    assert math.isinf(between(drive, (40, 0), (0, 0)))
    assert between(drive, (40, 40), (40, 0)) == 4_000
    assert math.isinf(between(drive, (40, 0), (40, 40)))
    assert between(walk, (40, 40), (0, 0)) == 8_000


def test_a_roundabout_is_driven_round() -> None:
    ring = [(1, 0, 0), (2, 30, 0), (3, 30, 30), (4, 0, 30), (1, 0, 0)]
    arms = [street((9, -20, 0), (1, 0, 0)), street((4, 0, 30), (8, 0, 60))]
    network = built(street(*ring, junction="roundabout"), *arms, mode="drive")
    assert between(network, (-20, 0), (0, 60)) == 2_000 + 9_000 + 3_000
    assert between(network, (0, 60), (-20, 0)) == 3_000 + 3_000 + 2_000


def test_of_parallel_streets_the_shortest_counts() -> None:
    direct, detour = street((1, 0, 0), (2, 40, 0)), street((1, 0, 0), (3, 20, 5), (2, 40, 0))
    for ways in ([direct, detour], [detour, direct]):
        network = built(*ways)
        assert len(network.x) == 2
        assert list(network.length_cm) == [4_000, 4_000]


def test_a_small_loop_adds_nothing() -> None:
    loop = street((2, 40, 0), (3, 45, 0), (4, 45, 5), (2, 40, 0))
    network = built(street((1, 0, 0), (2, 40, 0)), loop)
    assert len(network.x) == 2


def test_nodes_on_one_spot_keep_a_centimetre_between_them() -> None:
    network = built(street((1, 0, 0), (2, 0, 0)), street((2, 0, 0), (3, 10, 0)))
    assert sorted(network.length_cm) == [1, 1, 1000, 1000]


def test_a_vertex_without_a_place_cuts_the_way() -> None:
    roads = roads_of(street((1, 0, 0), (2, 10, 0), (3, 20, 0), (4, 30, 0), (5, 40, 0)))
    roads.lon[2] = np.nan
    network = build_network(roads, mode="walk", crs=METRIC)[0]
    assert network.length_m == 20
    assert math.isinf(between(network, (10, 0), (30, 0)))


def test_parts_are_ranked_measured_and_reported() -> None:
    ways = [
        street((1, 0, 0), (2, 500, 0)),
        street((3, 0, 900), (4, 1200, 900)),
        street((5, 0, 2000), (6, 3000, 2000)),
    ]
    network, findings = build_network(roads_of(*ways), mode="walk", crs=METRIC)
    assert list(network.component_length_m) == [3000, 1200, 500]
    assert network.component[node_at(network, 0, 900)] == 1
    assert not network.snappable[network.component == 2].any()
    assert network.snappable[network.component < 2].all()
    assert findings == [
        Finding(
            kind="network-parts",
            values={
                "mode": "walk",
                "parts": 3,
                "outside_m": 1700,
                "outside_share": pytest.approx(1700 / 4700),
            },
        ),
        Finding(kind="network-fragments", values={"mode": "walk", "parts": 1, "length_m": 500}),
    ]


def test_where_all_parts_are_short_the_longest_counts() -> None:
    network = built(street((1, 0, 0), (2, 30, 0)), street((3, 0, 90), (4, 40, 90)))
    assert set(np.flatnonzero(network.snappable)) == {
        node_at(network, 0, 90),
        node_at(network, 40, 90),
    }


def test_drivers_are_not_tied_to_streets_without_return() -> None:
    ways = [
        street((1, 0, 0), (2, 1500, 0)),
        street((2, 1500, 0), (3, 1540, 0), oneway="yes"),
        street((4, -40, 0), (1, 0, 0), oneway="yes"),
    ]
    network, findings = build_network(roads_of(*ways), mode="drive", crs=METRIC)
    assert not network.snappable[node_at(network, 1540, 0)]
    assert not network.snappable[node_at(network, -40, 0)]
    assert network.snappable.sum() == len(network.x) - 2
    traps = {"mode": "drive", "nodes": 2, "length_m": 80}
    assert findings == [Finding(kind="network-one-way-traps", values=traps)]
    assert build_network(roads_of(*ways), mode="walk", crs=METRIC)[0].snappable.all()


def test_one_way_streets_alone_can_still_be_driven() -> None:
    network = built(street((1, 0, 0), (2, 40, 0), oneway="yes"), mode="drive")
    assert network.snappable.all()


def test_what_tags_close_is_reported_with_its_length() -> None:
    ways = [
        street((1, 0, 0), (2, 1500, 0)),
        street((2, 1500, 0), (3, 1570, 0), access="private"),
        street((2, 1500, 0), (4, 1500, 90), highway="trunk"),
        street((2, 1500, 0), (5, 1500, -30), highway="construction"),
    ]
    closed = {"ways": 1, "length_m": 70}
    assert found(*ways, mode="walk") == [
        Finding(kind="network-closed-ways", values={"mode": "walk", **closed}),
        Finding(kind="network-trunk-roads", values={"mode": "walk", "ways": 1, "length_m": 90}),
    ]
    assert found(*ways, mode="drive") == [
        Finding(kind="network-closed-ways", values={"mode": "drive", **closed})
    ]


@pytest.mark.parametrize(
    "roads",
    [
        roads_of(),
        roads_of(street((1, 0, 0), (2, 9, 0), highway="footway")),
        roads_of(street((1, 0, 0), (1, 0, 0))),
        roads_of(street((1, np.nan, 0), (2, 9, 0))),
    ],
    ids=["none", "closed", "point", "nowhere"],
)
def test_no_road_at_all_is_an_error_with_a_remedy(roads: Roads) -> None:
    with pytest.raises(NetworkError, match=r"open to mode 'drive'.*--straight-line"):
        build_network(roads, mode="drive", crs=METRIC)


def test_the_order_of_ways_does_not_matter() -> None:
    rng = Random(4)
    ways = [
        street((10 * i + j, 90 * i, 70 * j + i), (10 * i + j + 1, 90 * i, 70 * j + 70 + i))
        for i in range(5)
        for j in range(6)
    ] + [street((10 * i, 90 * i, i), (10 * i + 10, 90 * i + 90, i + 1)) for i in range(4)]
    first = built(*ways)
    rng.shuffle(ways)
    assert_same(first, built(*ways))


coordinates = st.integers(0, 12)


@settings(deadline=None)
@given(
    nodes=st.lists(st.tuples(coordinates, coordinates), min_size=1, max_size=30),
    closed=st.sets(st.integers(0, 29)),
    places=st.lists(st.tuples(coordinates, coordinates), max_size=8),
)
def test_snapping_is_to_the_nearest_and_lowest(
    nodes: list[tuple[int, int]], closed: set[int], places: list[tuple[int, int]]
) -> None:
    network = loose(nodes, [node not in closed for node in range(len(nodes))])
    node, access_cm = network.snap([x for x, _ in places], [y for _, y in places])
    for number, (x, y) in enumerate(places):
        # Squares are exact, so that ties are.
        ranked = [
            ((x - there[0]) ** 2 + (y - there[1]) ** 2, index)
            for index, there in enumerate(nodes)
            if index not in closed
        ]
        square, nearest = min(ranked, default=(0, -1))
        root = math.isqrt(square * 10_000)
        expected_cm = root + (root * root < square * 10_000) if ranked else -1
        assert (node[number], access_cm[number]) == (nearest, expected_cm)


def loose(nodes: list[tuple[int, int]], snappable: list[bool]) -> RoadNetwork:
    """Make a network without arcs."""
    x, y = np.array(nodes, np.float64).reshape(-1, 2).T
    return RoadNetwork(
        mode="walk",
        x=x,
        y=y,
        indptr=np.zeros(len(nodes) + 1, np.int64),
        indices=np.empty(0, np.int32),
        length_cm=np.empty(0, np.int32),
        component=np.arange(len(nodes), dtype=np.int32),
        component_length_m=np.zeros(len(nodes)),
        snappable=np.array(snappable, np.bool_),
    )


def through_file(network: RoadNetwork) -> tuple[RoadNetwork, int]:
    """Write and read; also how many bytes it took."""
    file = io.BytesIO()
    np.savez_compressed(file, **network.to_arrays())  # type: ignore[arg-type]
    size = file.tell()
    file.seek(0)
    with np.load(file, allow_pickle=False) as arrays:
        return RoadNetwork.of(dict(arrays), network.mode), size


def test_a_network_comes_back_from_its_arrays() -> None:
    ways = [
        street((1, -7.25, 0), (2, 1500.5, 0)),
        street((2, 1500.5, 0), (3, 1540, 0), oneway="yes"),
        # There and back by different ways of different length.
        street((4, 0, 90), (5, 40, 90), oneway="yes"),
        street((4, 0, 90), (6, 20, 99), (5, 40, 90), oneway="-1"),
    ]
    for mode in ("walk", "drive"):
        network = built(*ways, mode=mode)
        assert_same(network, through_file(network)[0])
    assert_same(loose([(1, 2)], [True]), through_file(loose([(1, 2)], [True]))[0])


@pytest.mark.parametrize("damage", ["low", "x", "snappable"])
def test_damaged_arrays_are_refused(damage: str) -> None:
    arrays = built(street((1, 0, 0), (2, 1500, 0))).to_arrays()
    with pytest.raises((KeyError, ValueError, NetworkError)):
        RoadNetwork.of({**arrays, damage: arrays[damage][:, :-2]}, "walk")
    with pytest.raises(KeyError):
        RoadNetwork.of({key: array for key, array in arrays.items() if key != damage}, "walk")


def test_the_hilbert_curve_visits_neighbours() -> None:
    column, row = (axis.ravel().astype(np.float64) for axis in np.indices((32, 32)))
    order = np.argsort(hilbert(column, row))
    steps = abs(np.diff(column[order])) + abs(np.diff(row[order]))
    assert set(steps) == {1}


@pytest.fixture(scope="module")
def liechtenstein() -> Roads:
    path = Path(__file__).parents[1] / "data" / "liechtenstein-2013-08-03.osm.pbf"
    return read_extract(path, wanted=[("amenity", "recycling")]).roads


def test_real_distances_are_those_along_every_vertex(liechtenstein: Roads) -> None:
    """Against a graph of all vertices, each an arc of its true length, built another way."""
    roads, crs = liechtenstein, metric_crs(9.55, 47.15)
    network = build_network(roads, mode="drive", crs=crs)[0]
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(roads.lon, roads.lat)
    whole = nx.DiGraph()
    for way, tags in enumerate(roads.tags.to_dict("records")):
        direction = driving(tags)
        for a in range(roads.offsets[way], roads.offsets[way + 1] - 1):
            tail, head = int(roads.node_id[a]), int(roads.node_id[a + 1])
            length = math.dist((x[a], y[a]), (x[a + 1], y[a + 1]))
            for allowed, u, v in ((direction & 1, tail, head), (direction & 2, head, tail)):
                known = whole.get_edge_data(u, v, {"length": math.inf})["length"]
                if allowed and length < known:
                    whole.add_edge(u, v, length=length)
    place = dict(zip(roads.node_id.tolist(), zip(x, y, strict=True), strict=True))
    number = {
        (round(float(a), 2), round(float(b), 2)): node
        for node, (a, b) in enumerate(zip(network.x, network.y, strict=True))
    }
    tied = {
        name: number[key]
        for name in sorted(whole)
        if (key := (round(place[name][0], 2), round(place[name][1], 2))) in number
    }
    assert len(tied) > 2000
    rng = Random(1)
    compared = 0
    for source in rng.sample(sorted(tied), 6):
        ours_cm = dijkstra(network.matrix(), indices=[tied[source]])[0]
        theirs_m = nx.single_source_dijkstra_path_length(whole, source, weight="length")
        for target in rng.sample(sorted(tied), 300):
            if target not in theirs_m:
                assert math.isinf(ours_cm[tied[target]])
                continue
            # Each link is rounded to the centimetre, the errors of a thousand links stay small.
            assert ours_cm[tied[target]] / 100 == pytest.approx(theirs_m[target], abs=0.5)
            compared += 1
    assert compared > 1000
