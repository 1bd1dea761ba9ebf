from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.kernel import Graph
from geo.sweep import FAR, UNREACHED, sweep

NODES = 9
arcs = st.lists(
    st.tuples(
        st.integers(0, NODES - 1),
        st.integers(0, NODES - 1),
        st.one_of(st.integers(1, 40), st.integers(1, 30_000)),
    ),
    max_size=40,
)
doors = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.one_of(st.integers(0, 9), st.integers(0, 10**7))),
    max_size=4,
)


def graph_of(given_arcs: list[tuple[int, int, int]]) -> Graph:
    order = sorted(given_arcs)
    indptr = np.searchsorted([tail for tail, _, _ in order], np.arange(NODES + 1)).astype(np.uint32)
    ends = np.array([[head, cost] for _, head, cost in order], np.uint32).reshape(-1, 2)
    return Graph(indptr, ends)


@settings(deadline=None, max_examples=200)
@given(given_arcs=arcs, sources=doors, limit=st.sampled_from([0, 50, 40_000, int(FAR)]))
def test_every_node_is_as_far_as_networkx_has_it(
    given_arcs: list[tuple[int, int, int]], sources: list[tuple[int, int]], limit: int
) -> None:
    roads = nx.MultiDiGraph()
    roads.add_nodes_from(range(NODES))
    roads.add_weighted_edges_from(given_arcs)
    roads.add_weighted_edges_from(("door", node, begun) for node, begun in sources)
    roads.add_node("door")
    true = nx.single_source_dijkstra_path_length(roads, "door", cutoff=limit)
    away = sweep(
        graph_of(given_arcs),
        np.array([node for node, _ in sources], np.uint32),
        np.array([begun for _, begun in sources], np.int64),
        limit,
    )
    assert [int(one) for one in away] == [true.get(node, int(UNREACHED)) for node in range(NODES)]


def test_more_labels_than_arcs_find_room() -> None:
    # Each node of the chain is first reached by a long way, then by ever shorter ones.
    count = NODES - 1
    chain = [(i, j, 2 * (j - i) ** 2) for i in range(count) for j in range(i + 1, count + 1)]
    sources = np.zeros(1, np.uint32), np.zeros(1, np.int64)
    away = sweep(graph_of(chain), *sources, int(FAR))
    assert away.tolist() == [2 * node for node in range(NODES)]
