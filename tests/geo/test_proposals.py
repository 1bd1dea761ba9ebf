from __future__ import annotations

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.network import RoadNetwork
from geo.proposals import Proposals, propose
from tests.geo.squares import CRS, SOUTH, WEST, region_of, square

NONE = gpd.GeoSeries([], crs=CRS)
NOWHERE = np.empty((0, 2)), np.empty(0, np.int64)


def network_of(xy: np.ndarray, edges: list[tuple[int, int]], snappable: np.ndarray) -> RoadNetwork:
    """Both ways along each edge; lengths straight, in whole centimetres, at least one."""
    graph: dict[int, dict[int, int]] = {node: {} for node in range(len(xy))}
    for u, v in edges:
        if u != v:
            graph[u][v] = graph[v][u] = max(1, round(100 * float(np.hypot(*(xy[u] - xy[v])))))
    heads = [sorted(graph[u]) for u in graph]
    return RoadNetwork(
        mode="walk",
        x=xy[:, 0],
        y=xy[:, 1],
        indptr=np.cumsum([0, *map(len, heads)]).astype(np.int64),
        indices=np.array([v for row in heads for v in row], np.int32),
        length_cm=np.array([graph[u][v] for u in graph for v in heads[u]], np.int32),
        component=np.zeros(len(xy), np.int32),
        component_length_m=np.array([1.0]),
        snappable=snappable,
    )


def homes(xy: np.ndarray, people: list[int], township: np.ndarray) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {"people": np.array(people, np.int64), "township": township.astype(np.int32)},
        geometry=shapely.points(xy),
        crs=CRS,
    )


def run(frame, region, network, zones=NONE, reach_m=500.0, known=NOWHERE, detour=1.0) -> Proposals:
    return propose(
        frame,
        region,
        network,
        zones,
        candidate_xy=known[0],
        candidate_township=known[1],
        reach_m=reach_m,
        detour_factor=detour,
    )


@st.composite
def towns(draw):
    """Two townships, homes and a random network, some of it in a no-go area or out of town."""
    seed = draw(st.integers(0, 10**6))
    rng = np.random.default_rng(seed)
    size = draw(st.integers(2, 40))
    corner = np.array([WEST, SOUTH])
    nodes = np.round(corner + rng.uniform(-200, 2200, (size, 2)), 2)
    edges = [(at, at + 1) for at in range(size - 1) if rng.random() < 0.8]
    edges += [tuple(rng.integers(0, size, 2)) for _ in range(size // 2)]
    snappable = rng.random(size) < 0.9
    snappable[0] = True
    people_xy = corner + rng.uniform(0, 2000, (draw(st.integers(0, 25)), 2))
    region = region_of(
        {"box": square(0, 0, 1000, 2000), "code": "a"},
        {"box": square(1000, 0, 1000, 2000), "code": "b"},
    )
    frame = homes(
        people_xy,
        rng.integers(1, 5, len(people_xy)).tolist(),
        region.assign(people_xy[:, 0], people_xy[:, 1]),
    )
    zones = NONE
    if draw(st.booleans()):
        x, y, width = rng.uniform(0, 1500, 3)
        zones = gpd.GeoSeries([square(x, y, width)], crs=CRS)
    known = NOWHERE
    if draw(st.booleans()):
        xy = corner + rng.uniform(0, 2000, (3, 2))
        known = xy, region.assign(xy[:, 0], xy[:, 1]).astype(np.int64)
    return region, network_of(nodes, edges, snappable), frame, zones, known


def shortest_cm(network: RoadNetwork) -> dict[int, dict[int, int]]:
    graph = nx.Graph()
    graph.add_nodes_from(range(len(network.x)))
    for u in range(len(network.x)):
        for arc in range(network.indptr[u], network.indptr[u + 1]):
            graph.add_edge(u, int(network.indices[arc]), weight=int(network.length_cm[arc]))
    return dict(nx.all_pairs_dijkstra_path_length(graph))


@settings(max_examples=120, deadline=None)
@given(towns(), st.sampled_from([150.0, 500.0, 900.0]))
def test_everybody_is_served_or_provably_cannot_be(town, reach_m) -> None:
    region, network, frame, zones, known = town
    found = run(frame, region, network, zones, reach_m, known)
    paths, reach_cm = shortest_cm(network), round(reach_m * 100)
    home, access = network.snap(frame.geometry.x, frame.geometry.y)
    x, y = np.concatenate([known[0], np.column_stack([found.x, found.y])]).T
    site, site_access = network.snap(x, y)

    def near(at: int, nodes: list[tuple[int, int]]) -> bool:
        return any(
            int(access[at]) + paths[int(home[at])].get(node, 10**12) + more <= reach_cm
            for node, more in nodes
        )

    sites = list(zip(site.tolist(), site_access.tolist(), strict=True))
    served = [near(at, sites) for at in range(len(frame))]
    listed = {*found.far_from_road.tolist(), *found.shut_in.tolist()}
    assert [at for at in range(len(frame)) if not served[at]] == sorted(listed)
    # A place would have to be a node, in a township, outside the zones, in reach: there is none.
    township = region.assign(network.x, network.y)
    barred = [any(zone.intersects(shapely.Point(*xy)) for zone in zones)
              for xy in zip(network.x, network.y, strict=True)]  # fmt: skip
    allowed = [(at, 0) for at in range(len(network.x))
               if network.snappable[at] and township[at] >= 0 and not barred[at]]  # fmt: skip
    assert not any(near(at, allowed) for at in listed)
    assert all(access[at] > reach_cm for at in found.far_from_road)
    # Every populated township has one, or neither a node nor a home where it may stand.
    held = {*known[1].tolist(), *found.township.tolist()}
    for code in set(frame["township"].tolist()):
        nodes = [at for at, _ in allowed if township[at] == code]
        free = [not any(zone.intersects(place) for zone in zones)
                for place in frame.geometry[frame["township"] == code]]  # fmt: skip
        assert (code in held) == bool(nodes or any(free) or code in known[1])
        assert (code in held) != (code in found.bare_townships)
    inside = shapely.points(found.x, found.y)
    assert not any(zone.intersects(place) for zone in zones for place in inside)
    assert (region.assign(found.x, found.y) == found.township).all()


@settings(max_examples=60, deadline=None)
@given(towns(), st.sampled_from([1.0, 1.4]))
def test_straight_lines_serve_everybody_too(town, detour) -> None:
    region, _, frame, zones, known = town
    found = run(frame, region, None, zones, 400.0, known, detour)
    xy = np.concatenate([known[0], np.column_stack([found.x, found.y])])
    gap = shapely.get_coordinates(frame.geometry.to_numpy())[:, None] - xy[None]
    far = np.hypot(gap[..., 0], gap[..., 1]) * detour
    served = (far <= 400.0 * (1 + 1e-9)).any(axis=1) if len(xy) else np.zeros(len(frame), bool)
    assert np.flatnonzero(~served).tolist() == found.shut_in.tolist()
    shut = [any(zone.intersects(place) for zone in zones) for place in frame.geometry]
    assert all(shut[at] for at in found.shut_in)
    assert not any(
        zone.contains(place) for zone in zones for place in shapely.points(xy[len(known[0]) :])
    )
    assert {*frame["township"].tolist()} <= {
        *known[1].tolist(), *found.township.tolist(), *found.bare_townships.tolist()
    }  # fmt: skip


def test_a_street_of_homes_gets_few_places() -> None:
    """41 homes, 100 m apart on a 4 km street: at least 4 places of 500 m each way are needed."""
    nodes = np.array([[WEST + 50.0 * at, SOUTH + 100.0] for at in range(81)])
    street = network_of(nodes, [(at, at + 1) for at in range(80)], np.ones(81, bool))
    places = nodes[::2] + np.array([0, 10])
    region = region_of({"box": square(-100, 0, 4500, 500)})
    frame = homes(places, [1] * 41, np.zeros(41))
    found = run(frame, region, street)
    assert 4 <= len(found.x) <= 8
    assert (found.y == SOUTH + 100).all() and np.isin(found.x, nodes[:, 0]).all()
    # The one with most people is served first, at its own door.
    frame.loc[20, "people"] = 9
    assert places[20, 0] in run(frame, region, street).x


def test_one_way_paths_lead_to_the_candidate() -> None:
    """From 1 a path leads to 0 only: a place at 0 serves 1, one at 1 does not serve 0."""
    nodes = np.array([[WEST, SOUTH], [WEST + 100, SOUTH]])
    one_way = network_of(nodes, [(0, 1)], np.ones(2, bool))
    one_way = RoadNetwork(
        mode="walk", x=one_way.x, y=one_way.y, indptr=np.array([0, 0, 1]),
        indices=np.array([0], np.int32), length_cm=np.array([10_000], np.int32),
        component=one_way.component, component_length_m=one_way.component_length_m,
        snappable=one_way.snappable,
    )  # fmt: skip
    region = region_of({"box": square(-10, -10, 500)})
    frame = homes(nodes, [1, 1], np.zeros(2))
    assert run(frame, region, one_way).x.tolist() == [WEST]
    frame["people"] = [1, 2]
    assert sorted(run(frame, region, one_way).x.tolist()) == [WEST, WEST + 100]
