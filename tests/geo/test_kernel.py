from __future__ import annotations

import numba
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numba.core import caching
from scipy.sparse import coo_array
from scipy.sparse.csgraph import dijkstra

from geo import kernel
from geo.kernel import Graph, Tied, by_home, contract, reach, space

NODES = 12

#: Arcs of a digraph and their lengths; few, so that chains, forks and dead ends occur.
arcs_of = st.dictionaries(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1)).filter(lambda a: a[0] != a[1]),
    st.integers(1, 40_000),
    max_size=20,
)


def graph_of(arcs: dict[tuple[int, int], int]) -> Graph:
    rows = sorted((tail, head, length) for (tail, head), length in arcs.items())
    indptr = np.searchsorted([tail for tail, _, _ in rows], range(NODES + 1)).astype(np.int32)
    return Graph(indptr, np.array([row[1:] for row in rows], np.int32).reshape(-1, 2))


def distances(graph: Graph) -> np.ndarray:
    """All pairs by scipy; of parallel arcs the shortest counts."""
    nodes = len(graph.indptr) - 1
    shortest = np.full((nodes, nodes), np.inf)
    tail = np.repeat(np.arange(nodes), np.diff(graph.indptr))
    np.minimum.at(shortest, (tail, graph.arcs[:, 0]), graph.arcs[:, 1])
    here, there = np.nonzero(np.isfinite(shortest))
    return dijkstra(coo_array((shortest[here, there], (here, there)), shape=shortest.shape).tocsr())


def tied(nodes: list[int], access: list[int], count: int) -> Tied:
    order = np.argsort(nodes, kind="stable")
    indptr = np.searchsorted(np.array(nodes)[order], range(count + 1))
    return Tied(indptr.astype(np.int32), order.astype(np.int32), np.array(access, np.int32)[order])


node_lists = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, 5_000)), min_size=1, max_size=9
)


@settings(deadline=None)
@given(arcs=arcs_of, sites=node_lists, homes=node_lists, cutoff=st.integers(1, 120_000))
def test_reach_finds_what_all_pairs_say(
    arcs: dict[tuple[int, int], int],
    sites: list[tuple[int, int]],
    homes: list[tuple[int, int]],
    cutoff: int,
) -> None:
    graph, paths = graph_of(arcs), distances(graph_of(arcs))
    stand = tied([node for node, _ in sites], [access for _, access in sites], NODES)
    live = tied([node for node, _ in homes], [access for _, access in homes], NODES)
    sources = np.flatnonzero(np.diff(stand.indptr)).astype(np.int32)
    here = stand._replace(indptr=stand.indptr[np.append(sources, sources[-1] + 1)])
    room = space(NODES, cutoff)
    for _ in range(2):  # the second time in the space that the first one left
        found, found_cm, count = reach(graph, sources, here, live, cutoff, room)
        ends = np.cumsum(count)
        listed = {
            (int(site), int(home), int(total))
            for site, end, size in zip(here.place, ends, count, strict=True)
            for home, total in zip(found[end - size : end], found_cm[end - size : end], strict=True)
        }
        expected = {
            (s, h, int(paths[sites[s][0], homes[h][0]]) + sites[s][1] + homes[h][1])
            for s in range(len(sites))
            for h in range(len(homes))
            if paths[sites[s][0], homes[h][0]] + sites[s][1] + homes[h][1] <= cutoff
        }
        assert listed == expected
        assert len(found) == len(listed)
        fresh = space(NODES, cutoff)
        np.testing.assert_array_equal(room.state[:, 0], fresh.state[:, 0])
        np.testing.assert_array_equal(room.bucket, fresh.bucket)


@settings(deadline=None)
@given(arcs=arcs_of, wanted=st.sets(st.integers(0, NODES - 1)))
def test_contraction_keeps_distances(arcs: dict[tuple[int, int], int], wanted: set[int]) -> None:
    graph = graph_of(arcs)
    neighbours = [
        {a + b - node for a, b in arcs if node in (a, b)} - {node} for node in range(NODES)
    ]
    kept = np.array([node in wanted or len(neighbours[node]) > 2 for node in range(NODES)])
    fewer = contract(graph, kept)
    assert len(fewer.indptr) == kept.sum() + 1
    whole = distances(graph)[np.ix_(kept, kept)]
    np.testing.assert_array_equal(distances(fewer), whole)


def test_chains_and_dead_ends_disappear() -> None:
    # 0 - 1 - 2 - 3 with a dead end 2 - 4 - 5: only the ends of the chain and the fork are kept.
    both = {(0, 1): 5, (1, 2): 7, (2, 3): 11, (2, 4): 13, (4, 5): 17}
    graph = graph_of({**both, **{(b, a): length for (a, b), length in both.items()}})
    kept = np.isin(np.arange(NODES), [0, 2, 3])
    fewer = contract(graph, kept)
    assert fewer.indptr.tolist() == [0, 1, 3, 4]
    assert fewer.arcs.tolist() == [[1, 12], [0, 12], [2, 11], [1, 11]]


def test_many_homes_outgrow_the_first_guess() -> None:
    graph = graph_of({(0, 1): 100})
    homes = tied([1] * 9_000, [0] * 9_000, NODES)
    sites = Tied(*(np.array(values, np.int32) for values in ([0, 3], [0, 1, 2], [0, 5, 901])))
    found, found_cm, count = reach(
        graph, np.zeros(1, np.int32), sites, homes, 1_000, space(NODES, 1_000)
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


def test_machine_code_that_cannot_be_kept_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the project stands on a read-only disk and the user has no home."""
    monkeypatch.setattr(caching.FunctionCache._impl_class, "_locator_classes", [])

    def double(value: int) -> int:
        return 2 * value

    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(double)
    assert kernel._compiled(double)(21) == 42
