from __future__ import annotations

import networkx as nx
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.kernel import Graph, Tied, by_home, reach, space

NODES = 12

Arc = tuple[int, int, int]

#: Tail, head, length: one-ways, chains, forks and dead ends, parallel arcs, loops, no length.
arcs_of = st.lists(
    st.tuples(
        st.integers(0, NODES - 1),
        st.integers(0, NODES - 1),
        st.one_of(st.integers(0, 3), st.integers(0, 40_000)),
    ),
    max_size=30,
)


def graph_of(arcs: list[Arc]) -> Graph:
    rows = sorted(arcs)
    indptr = np.searchsorted([tail for tail, _, _ in rows], range(NODES + 1)).astype(np.uint32)
    return Graph(indptr, np.array([row[1:] for row in rows], np.uint32).reshape(-1, 2))


def paths_of(arcs: list[Arc]) -> dict[int, dict[int, int]]:
    """All pairs by networkx; of parallel arcs the shortest counts."""
    graph: nx.MultiDiGraph[int] = nx.MultiDiGraph()
    graph.add_nodes_from(range(NODES))
    for tail, head, length in arcs:
        graph.add_edge(tail, head, cm=length)
    return dict(nx.all_pairs_dijkstra_path_length(graph, weight="cm"))


def tied(nodes: list[int], access: list[int], count: int) -> Tied:
    order = np.argsort(nodes, kind="stable")
    indptr = np.searchsorted(np.array(nodes)[order], range(count + 1))
    return Tied(indptr.astype(np.int32), order.astype(np.int32), np.array(access, np.int32)[order])


node_lists = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, 5_000)), min_size=1, max_size=9
)


@settings(deadline=None, max_examples=200)
@given(
    arcs=arcs_of,
    sites=node_lists,
    homes=node_lists,
    cutoff=st.integers(1, 120_000),
    labels=st.integers(1, 20),
)
def test_reach_finds_what_networkx_says(
    arcs: list[Arc],
    sites: list[tuple[int, int]],
    homes: list[tuple[int, int]],
    cutoff: int,
    labels: int,
) -> None:
    paths = paths_of(arcs)
    stand = tied([node for node, _ in sites], [access for _, access in sites], NODES)
    live = tied([node for node, _ in homes], [access for _, access in homes], NODES)
    sources = np.flatnonzero(np.diff(stand.indptr)).astype(np.uint32)
    here = stand._replace(indptr=stand.indptr[np.append(sources, sources[-1] + 1)])
    expected = {
        (s, h, paths[there][home] + door + access)
        for s, (there, door) in enumerate(sites)
        for h, (home, access) in enumerate(homes)
        if paths[there].get(home, cutoff + 1) + door + access <= cutoff
    }
    limit = cutoff - min(access for _, access in homes)
    room, fresh = space(NODES, limit), space(NODES, limit)
    # The second time in the space that the first one left, with labels enough from the start.
    for guess in (labels, 4096):
        found, found_cm, count = reach(graph_of(arcs), sources, here, live, room, guess)
        ends = np.cumsum(count)
        listed = {
            (int(site), int(home), int(total))
            for site, end, size in zip(here.place, ends, count, strict=True)
            for home, total in zip(found[end - size : end], found_cm[end - size : end], strict=True)
        }
        assert listed == expected
        assert len(found) == len(listed)
        np.testing.assert_array_equal(room.distance, fresh.distance)
        np.testing.assert_array_equal(room.bucket, fresh.bucket)


def test_labels_that_are_corrected_many_times_find_their_place() -> None:
    # Within a bucket the last label goes first: each node is reached by ever shorter ways.
    arcs = [(0, 1, 0)]
    for node in range(1, NODES - 2):
        arcs += [(node, node + 1, 1), (node, node + 2, 2**node)]
        arcs += [(0, node, 3_000 - node * 200)]
    paths = paths_of(arcs)[0]
    homes = tied(list(range(NODES)), [0] * NODES, NODES)
    site = Tied(*(np.array(values, np.int32) for values in ([0, 1], [0], [7])))
    for labels in (1, 10, 1_000):
        found, found_cm, _ = reach(
            graph_of(arcs), np.zeros(1, np.uint32), site, homes, space(NODES, 5_000), labels
        )
        assert dict(zip(found.tolist(), found_cm.tolist(), strict=True)) == {
            home: path + 7 for home, path in paths.items() if path + 7 <= 5_000
        }


def test_an_arc_as_long_as_numbers_go_leads_nowhere() -> None:
    homes, ends = tied([0, 1, 2], [0, 0, 0], NODES), np.zeros(1, np.uint32)
    site = Tied(*(np.array(values, np.int32) for values in ([0, 1], [0], [0])))
    graph = graph_of([(0, 1, 6_000_000), (1, 2, 2**31 - 1), (0, 2, 2**31 - 1)])
    found, found_cm, _ = reach(graph, ends, site, homes, space(NODES, 6_500_000), 1)
    assert sorted(zip(found.tolist(), found_cm.tolist(), strict=True)) == [(0, 0), (1, 6_000_000)]


def test_a_cutoff_shorter_than_every_access_finds_nobody() -> None:
    homes, sites = tied([0], [50], NODES), tied([0], [0], NODES)
    here = sites._replace(indptr=sites.indptr[:2])
    _, _, count = reach(graph_of([]), np.zeros(1, np.uint32), here, homes, space(NODES, -20), 1)
    assert count.tolist() == [0]


def test_many_homes_outgrow_the_first_guess() -> None:
    homes = tied([1] * 9_000, [0] * 9_000, NODES)
    sites = Tied(*(np.array(values, np.int32) for values in ([0, 3], [0, 1, 2], [0, 5, 901])))
    found, found_cm, count = reach(
        graph_of([(0, 1, 100)]), np.zeros(1, np.uint32), sites, homes, space(NODES, 1_000), 1
    )
    assert count.tolist() == [9_000, 9_000, 0]
    assert sorted(found[9_000:]) == list(range(9_000))
    assert set(found_cm[:9_000]) == {100}
    assert set(found_cm[9_000:]) == {105}


@settings(deadline=None)
@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=6))
def test_turning_pairs_round_is_transposing(held: list[list[bool]]) -> None:
    sites = np.array(held)
    lengths = np.arange(sites.size).reshape(sites.shape) * 50
    order = np.arange(len(sites))[::-1]  # the pairs come site by site, in any order of sites
    rows = [np.flatnonzero(sites[site]) for site in order]
    ends = np.cumsum([len(row) for row in rows])
    span = np.zeros((len(sites), 2), np.int64)
    span[order] = np.column_stack([ends - [len(row) for row in rows], ends])
    found = np.concatenate(rows).astype(np.int32)
    found_cm = np.concatenate(
        [lengths[site][row] for site, row in zip(order, rows, strict=True)]
    ).astype(np.int32)
    indptr = np.concatenate([[0], np.cumsum(sites.sum(axis=0))])
    indices, metres = by_home(indptr, span, found, found_cm)
    for home in range(4):
        mine = slice(indptr[home], indptr[home + 1])
        assert indices[mine].tolist() == np.flatnonzero(sites[:, home]).tolist()
        assert metres[mine].tolist() == (lengths[sites[:, home], home] / 100).tolist()
