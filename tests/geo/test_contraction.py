from __future__ import annotations

from itertools import pairwise

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.contraction import contract, forks, reachable, turn
from geo.kernel import Graph

NODES = 14
Arcs = dict[tuple[int, int], int]

ends = st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(
    lambda arc: arc[0] != arc[1]
)
#: Few arcs, so that chains, forks and dead ends occur.
loose = st.dictionaries(ends, st.integers(1, 40_000), max_size=20)


@st.composite
def streets(draw: st.DrawFn) -> Arcs:
    """Streets with nodes along them, some one-way, between a few junctions."""
    arcs, junctions, spare = {}, draw(st.integers(1, 4)), 0
    corner = st.integers(0, junctions - 1)
    lengths = st.integers(1, 500)
    for _ in range(draw(st.integers(1, 6))):
        along = draw(st.integers(0, 4))
        inner = list(range(junctions + spare, min(junctions + spare + along, NODES)))
        spare += len(inner)
        street = [draw(corner), *inner, draw(corner)]
        way = draw(st.sampled_from(["both", "there", "back"]))
        for tail, head in pairwise(street):
            if tail != head and way != "back":
                arcs[tail, head] = draw(lengths)
            if tail != head and way != "there":
                arcs[head, tail] = draw(lengths)
    return arcs


graphs = st.one_of(loose, streets())


def rows_of(arcs: Arcs) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rows = sorted((tail, head, length) for (tail, head), length in arcs.items())
    indptr = np.searchsorted([tail for tail, _, _ in rows], range(NODES + 1))
    columns = np.array(rows, np.uint32).reshape(-1, 3)
    return indptr.astype(np.uint64), columns[:, 1].copy(), columns[:, 2].copy()


def arcs_of(graph: Graph) -> list[tuple[int, int, int]]:
    tail = np.repeat(np.arange(len(graph.indptr) - 1), np.diff(graph.indptr.astype(int)))
    return [(int(t), int(h), int(cm)) for t, (h, cm) in zip(tail, graph.arcs, strict=True)]


def paths_of(nodes: int, arcs: list[tuple[int, int, int]]) -> dict[int, dict[int, int]]:
    """All pairs by networkx; of parallel arcs the shortest counts."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(nodes))
    for tail, head, length in arcs:
        graph.add_edge(tail, head, cm=length)
    return dict(nx.all_pairs_dijkstra_path_length(graph, weight="cm"))


def neighbours(arcs: Arcs) -> list[int]:
    around = nx.Graph(list(arcs))
    around.add_nodes_from(range(NODES))
    return [around.degree[node] for node in range(NODES)]


@settings(deadline=None)
@given(arcs=graphs)
def test_forks_have_more_than_two_neighbours(arcs: Arcs) -> None:
    indptr, heads, _ = rows_of(arcs)
    assert forks(indptr, heads).tolist() == [count > 2 for count in neighbours(arcs)]


@settings(deadline=None, max_examples=200)
@given(arcs=graphs, wanted=st.sets(st.integers(0, NODES - 1)))
def test_contraction_keeps_distances(arcs: Arcs, wanted: set[int]) -> None:
    kept = np.array([node in wanted or count > 2 for node, count in enumerate(neighbours(arcs))])
    fewer = contract(*rows_of(arcs), kept)
    assert len(fewer.indptr) == kept.sum() + 1
    whole = paths_of(NODES, [(*ends, length) for ends, length in arcs.items()])
    number = {int(node): index for index, node in enumerate(np.flatnonzero(kept))}
    assert paths_of(len(number), arcs_of(fewer)) == {
        number[tail]: {number[head]: cm for head, cm in whole[tail].items() if head in number}
        for tail in number
    }


def test_chains_and_dead_ends_disappear() -> None:
    # 0 - 1 - 2 - 3 with a dead end 2 - 4 - 5: only the ends of the chain and the fork are kept.
    both = {(0, 1): 5, (1, 2): 7, (2, 3): 11, (2, 4): 13, (4, 5): 17}
    kept = np.isin(np.arange(NODES), [0, 2, 3])
    fewer = contract(*rows_of({**both, **{ends[::-1]: cm for ends, cm in both.items()}}), kept)
    assert fewer.indptr.tolist() == [0, 1, 3, 4]
    assert fewer.arcs.tolist() == [[1, 12], [0, 12], [2, 11], [1, 11]]


def test_a_chain_longer_than_numbers_go_stays_long() -> None:
    long = {(node, node + 1): 2**31 - 1 for node in range(4)}
    fewer = contract(*rows_of(long), np.isin(np.arange(NODES), [0, 4]))
    assert fewer.arcs.tolist() == [[1, 2**31 - 1]]


@settings(deadline=None)
@given(arcs=graphs)
def test_turning_round_swaps_the_ends(arcs: Arcs) -> None:
    graph = contract(*rows_of(arcs), np.ones(NODES, np.bool_))
    turned = arcs_of(turn(graph))
    assert turned == sorted((head, tail, cm) for tail, head, cm in arcs_of(graph))


@settings(deadline=None)
@given(arcs=graphs, sources=st.lists(st.integers(0, NODES - 1), max_size=4))
def test_reachable_is_what_networkx_can_reach(arcs: Arcs, sources: list[int]) -> None:
    graph = contract(*rows_of(arcs), np.ones(NODES, np.bool_))
    roads = nx.DiGraph(list(arcs))
    roads.add_nodes_from(range(NODES))
    met = set(sources).union(*(nx.descendants(roads, source) for source in sources))
    assert set(np.flatnonzero(reachable(graph, np.array(sources, np.uint32)))) == met
