from __future__ import annotations

import io
import math
import threading
from collections.abc import Iterable

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import dijkstra

from geo import travel as travel_module
from geo.crs import metric_crs
from geo.errors import InputError
from geo.extract import Extract
from geo.network import RoadNetwork, build_network
from geo.travel import (
    TravelMatrix,
    nearest_on_roads,
    network_matrix,
    straight_line_matrix,
    threshold,
)

NODES = 9
Point = tuple[int, int]


def network_of(
    arcs: dict[tuple[int, int], int], places: list[Point], snappable: Iterable[bool]
) -> RoadNetwork:
    """Make a network of arcs in centimetres between places in metres."""
    rows = sorted((tail, head, length) for (tail, head), length in arcs.items())
    x, y = np.array(places, np.float64).T
    return RoadNetwork(
        mode="drive",
        x=x,
        y=y,
        indptr=np.searchsorted([row[0] for row in rows], range(len(places) + 1)).astype(np.int64),
        indices=np.array([row[1] for row in rows], np.int32),
        length_cm=np.array([row[2] for row in rows], np.int32),
        component=np.zeros(len(places), np.int32),
        component_length_m=np.array([1.0]),
        snappable=np.array(list(snappable), np.bool_),
    )


def pairs_of(travel: TravelMatrix) -> dict[tuple[int, int], int]:
    """Every pair held, in centimetres."""
    return as_pairs(travel.indptr, travel.indices, travel.values)


def as_pairs(
    indptr: np.ndarray, indices: np.ndarray, metres: np.ndarray
) -> dict[tuple[int, int], int]:
    assert (indptr.dtype, indices.dtype, metres.dtype) == (np.int64, np.int32, np.float32)
    assert indptr[0] == 0 and indptr[-1] == len(indices) == len(metres)
    pairs = {}
    for row in range(len(indptr) - 1):
        mine = slice(indptr[row], indptr[row + 1])
        assert (np.diff(indices[mine]) > 0).all(), "columns ascend"
        for column, length in zip(indices[mine].tolist(), metres[mine].tolist(), strict=True):
            pairs[row, column] = round(length * 100)
            assert length == pytest.approx(pairs[row, column] / 100, rel=1e-7)
    return pairs


def snapped(network: RoadNetwork, place: Point) -> tuple[int, int] | None:
    """Nearest node and access in centimetres, in whole numbers."""
    ranked = sorted(
        (round((x - place[0]) ** 2 + (y - place[1]) ** 2) * 10_000, node)
        for node, (x, y) in enumerate(zip(network.x, network.y, strict=True))
        if network.snappable[node]
    )
    if not ranked:
        return None
    square, node = ranked[0]
    root = math.isqrt(square)
    return node, root + (root * root < square)


def all_pairs(
    network: RoadNetwork, demand: list[Point], candidates: list[Point]
) -> dict[tuple[int, int], int]:
    """Every pair that is connected at all, by networkx, in centimetres."""
    graph: nx.DiGraph[int] = nx.DiGraph()
    graph.add_nodes_from(range(len(network.x)))
    for tail in range(len(network.x)):
        for arc in range(network.indptr[tail], network.indptr[tail + 1]):
            graph.add_edge(tail, int(network.indices[arc]), cm=int(network.length_cm[arc]))
    paths = dict(nx.all_pairs_dijkstra_path_length(graph, weight="cm"))
    totals = {}
    for row, home in enumerate(demand):
        for column, site in enumerate(candidates):
            here, there = snapped(network, home), snapped(network, site)
            if here and there and there[0] in paths[here[0]]:
                totals[row, column] = here[1] + paths[here[0]][there[0]] + there[1]
    return totals


ends = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1))
spots = st.tuples(st.integers(0, 8), st.integers(0, 8))
networks = st.builds(
    network_of,
    st.dictionaries(ends.filter(lambda arc: arc[0] != arc[1]), st.integers(1, 3_000), max_size=18),
    st.lists(spots, min_size=NODES, max_size=NODES),
    st.lists(st.booleans(), min_size=NODES, max_size=NODES),
)


@settings(deadline=None, max_examples=60)
@given(
    network=networks,
    demand=st.lists(spots, max_size=6),
    candidates=st.lists(spots, max_size=6),
    cutoff_cm=st.integers(1, 6_000),
    tie=st.integers(0, 40),
)
def test_network_distances_are_those_of_networkx(
    network: RoadNetwork, demand: list[Point], candidates: list[Point], cutoff_cm: int, tie: int
) -> None:
    totals = all_pairs(network, demand, candidates)
    if tie < len(totals) and sorted(totals.values())[tie]:
        cutoff_cm = sorted(totals.values())[tie]  # a pair exactly at the cutoff
    travel = network_matrix(network, demand, candidates, cutoff=cutoff_cm / 100)
    assert pairs_of(travel) == {pair: cm for pair, cm in totals.items() if cm <= cutoff_cm}
    reached = {row for row, _ in totals}
    assert travel.unreachable.tolist() == [row not in reached for row in range(len(demand))]
    assert travel.n_candidates == len(candidates)
    assert (travel.impedance, travel.detour_factor) == ("network:drive", 1.0)

    nearest = nearest_on_roads(network, demand, candidates)
    for row in range(len(demand)):
        mine = [cm for (home, _), cm in totals.items() if home == row]
        assert nearest[row] == min(mine, default=math.inf) / 100


def test_the_cutoff_itself_is_within() -> None:
    # 3 m to the street, 100 m + 20.01 m along it, 4 m from it.
    along = {(0, 1): 10_000, (1, 0): 10_000, (1, 2): 2_001, (2, 1): 2_001}
    network = network_of(along, [(0, 0), (100, 0), (120, 0)], [True] * 3)
    for cutoff_m, held_cm in ((127.01, {(0, 0): 12_701}), (127.0, {}), (200, {(0, 0): 12_701})):
        travel = network_matrix(network, [(0, 3)], [(120, -4)], cutoff=cutoff_m)
        assert pairs_of(travel) == held_cm
        assert not travel.unreachable.any()


def grid(side: int, seed: int) -> RoadNetwork:
    """Make a town of streets 100 m apart with odd lengths, some one-way."""
    random = np.random.default_rng(seed)
    arcs = {}
    for node in range(side * side):
        for other in (node + 1 if (node + 1) % side else -1, node + side):
            if 0 <= other < side * side:
                length = int(random.integers(10_000, 15_000))
                arcs[node, other] = length
                if random.random() < 0.8:
                    arcs[other, node] = length
    places = [(100 * (node % side), 100 * (node // side)) for node in range(side * side)]
    return network_of(arcs, places, [True] * (side * side))


def test_the_result_does_not_depend_on_the_threads() -> None:
    network = grid(22, 5)
    random = np.random.default_rng(6)
    demand, candidates = random.uniform(0, 2_100, (400, 2)), random.uniform(0, 2_100, (300, 2))
    one = network_matrix(network, demand, candidates, cutoff=900, threads=1)
    assert len(one.indices) > 5_000
    for threads in (2, 5, None):
        other = network_matrix(network, demand, candidates, cutoff=900, threads=threads)
        for name in ("indptr", "indices", "values", "unreachable"):
            assert getattr(one, name).tobytes() == getattr(other, name).tobytes()


def test_work_can_be_interrupted_and_leaves_no_thread() -> None:
    network = grid(22, 5)
    places = np.column_stack([network.x, network.y])
    before = threading.active_count()
    told: list[tuple[str, float]] = []

    def stop(phase: str, share: float) -> None:
        told.append((phase, share))
        if share > 0:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt) as stopped:
        network_matrix(network, places, places, cutoff=2_000, progress=stop)
    assert threading.active_count() == before, stopped.tb

    told.clear()
    network_matrix(network, places, places, cutoff=500, progress=lambda *step: told.append(step))
    shares = [share for _, share in told]
    assert {phase for phase, _ in told} == {"drive distances"}
    assert shares == sorted(shares) and shares[-1] == 1.0 and len(shares) > 5


def test_absent_is_far_and_zero_is_here() -> None:
    """The trap of sparse distances: a site at one's door must not vanish with the zeros."""
    network = network_of({(0, 1): 40_000, (1, 0): 40_000}, [(0, 0), (400, 0)], [True, True])
    demand, candidates = [(0, 0), (400, 0)], [(400, 0), (0, 0), (400, 0)]
    for travel in (
        network_matrix(network, demand, candidates, cutoff=100),
        straight_line_matrix(demand, candidates, cutoff=100, detour_factor=1.3),
    ):
        at_home = {(0, 1): 0, (1, 0): 0, (1, 2): 0}
        assert pairs_of(travel) == at_home
        assert as_pairs(*threshold(travel, 1)) == at_home


@settings(deadline=None)
@given(
    totals=st.lists(st.lists(st.integers(0, 400), min_size=3, max_size=3), max_size=5),
    radius_cm=st.integers(1, 400),
)
def test_a_radius_keeps_what_is_not_beyond_it(totals: list[list[int]], radius_cm: int) -> None:
    travel = held(totals)
    expected = {
        (row, column): cm
        for row, line in enumerate(totals)
        for column, cm in enumerate(line)
        if cm <= radius_cm
    }
    assert as_pairs(*threshold(travel, radius_cm / 100)) == expected


def held(totals: list[list[int]], cutoff: float = 60_000) -> TravelMatrix:
    """Hold every one of the totals, in centimetres."""
    columns = len(totals[0]) if totals else 0
    return TravelMatrix(
        indptr=np.arange(len(totals) + 1, dtype=np.int64) * columns,
        indices=np.tile(np.arange(columns, dtype=np.int32), len(totals)),
        values=(np.array(totals).ravel() / 100).astype(np.float32),
        n_candidates=columns,
        cutoff=cutoff,
        impedance="network:walk",
        detour_factor=1.0,
        unreachable=np.zeros(len(totals), np.bool_),
    )


@pytest.mark.parametrize("centimetres", [1, 10, 99_999, 100_010, 3_000_001, 6_499_999])
def test_a_centimetre_decides_up_to_the_longest_cutoff(centimetres: int) -> None:
    travel = held([[centimetres - 1, centimetres, centimetres + 1]], cutoff=65_000)
    assert threshold(travel, centimetres / 100)[1].tolist() == [0, 1]


def test_a_radius_beyond_what_was_measured_is_refused() -> None:
    with pytest.raises(InputError, match=r"radius 1000\.5 m is beyond the 1000 m"):
        threshold(held([[1]], cutoff=1000), 1000.5)
    assert threshold(held([[1]], cutoff=1000), 1000)[1].tolist() == [0]


@settings(deadline=None)
@given(
    demand=st.lists(spots, max_size=8),
    candidates=st.lists(spots, max_size=8),
    cutoff_cm=st.integers(1, 1_800),
    factor=st.sampled_from([(1, 1), (5, 4), (3, 2), (2, 1)]),
    tie=st.integers(0, 30),
)
def test_straight_lines_are_those_of_pythagoras(
    demand: list[Point],
    candidates: list[Point],
    cutoff_cm: int,
    factor: tuple[int, int],
    tie: int,
) -> None:
    above, below = factor
    totals = {}
    for row, home in enumerate(demand):
        for column, site in enumerate(candidates):
            # The smallest whole number whose square is not below the squared distance.
            square = ((home[0] - site[0]) ** 2 + (home[1] - site[1]) ** 2) * (above * 100) ** 2
            totals[row, column] = math.isqrt(max(-(-square // below**2) - 1, 0)) + (square > 0)
    if tie < len(totals) and sorted(totals.values())[tie]:
        cutoff_cm = sorted(totals.values())[tie]
    travel = straight_line_matrix(
        demand, candidates, cutoff=cutoff_cm / 100, detour_factor=above / below
    )
    assert pairs_of(travel) == {pair: cm for pair, cm in totals.items() if cm <= cutoff_cm}
    assert travel.unreachable.tolist() == [not candidates] * len(demand)
    assert (travel.impedance, travel.detour_factor) == ("straight-line", above / below)


def test_straight_lines_in_blocks_are_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    random = np.random.default_rng(3)
    demand, candidates = random.uniform(0, 900, (50, 2)), random.uniform(0, 900, (30, 2))
    whole = straight_line_matrix(demand, candidates, cutoff=300, detour_factor=1.4)
    monkeypatch.setattr(travel_module, "_PAIRS_AT_ONCE", 100)
    blocks = straight_line_matrix(demand, candidates, cutoff=300, detour_factor=1.4)
    assert pairs_of(whole) == pairs_of(blocks)
    assert len(whole.indices) > 100


@pytest.mark.parametrize("metres", [0, -1, 65_001, math.nan, math.inf])
def test_a_cutoff_out_of_range_is_refused(metres: float) -> None:
    network = network_of({(0, 1): 1}, [(0, 0), (1, 0)], [True, True])
    with pytest.raises(InputError, match="is not between 0 and 65000 m"):
        network_matrix(network, [(0, 0)], [(1, 0)], cutoff=metres)
    with pytest.raises(InputError, match="is not between 0 and 65000 m"):
        straight_line_matrix([(0, 0)], [(1, 0)], cutoff=metres, detour_factor=1.3)


@pytest.mark.parametrize("factor", [0, 0.99, -2, math.nan, 100])
def test_a_detour_factor_out_of_range_is_refused(factor: float) -> None:
    with pytest.raises(InputError, match="detour factor"):
        straight_line_matrix([(0, 0)], [(1, 0)], cutoff=10, detour_factor=factor)


def test_a_flood_of_pairs_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(travel_module, "MOST_PAIRS", 20_000)
    network = grid(22, 5)
    places = np.column_stack([network.x, network.y])
    with pytest.raises(InputError, match=r"over 20,000 pairs .* within 2000 m"):
        network_matrix(network, places, places, cutoff=2_000)
    with pytest.raises(InputError, match=r"over 20,000 pairs .* within 2000 m"):
        straight_line_matrix(places, places, cutoff=2_000, detour_factor=1.3)


def test_on_a_real_island_scipy_agrees(isle_of_wight: Extract) -> None:
    random = np.random.default_rng(7)
    sizes = 0
    for mode in ("walk", "drive"):
        network = build_network(isle_of_wight.roads, mode=mode, crs=metric_crs(-1.3, 50.7))[0]
        file = io.BytesIO()
        np.savez_compressed(file, **network.to_arrays())  # type: ignore[arg-type]
        sizes += file.tell()

        nodes = random.choice(len(network.x), 1_050, replace=False)
        places = np.column_stack([network.x, network.y])[nodes] + random.normal(0, 60, (1_050, 2))
        demand, candidates = places[:1_000], places[1_000:]
        travel = network_matrix(network, demand, candidates, cutoff=4_000)
        here, here_cm = network.snap(*demand.T)
        there, there_cm = network.snap(*candidates.T)
        # Turned round, so that one search from each candidate is enough.
        paths = dijkstra(network.matrix().T.tocsr(), indices=there).T
        totals = here_cm[:, None] + paths[here] + there_cm
        expected = {
            (row, column): totals[row, column]
            for row, column in zip(*np.nonzero(totals <= 400_000), strict=True)
        }
        assert pairs_of(travel) == expected
        assert len(expected) > 1_000
        assert travel.unreachable.tolist() == np.isinf(totals).all(axis=1).tolist()
        np.testing.assert_array_equal(
            nearest_on_roads(network, demand, candidates), totals.min(axis=1) / 100
        )
    assert sizes < 2_500_000
