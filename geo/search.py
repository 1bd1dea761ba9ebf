"""Searches over the roads, site by site: what is within reach, and what is nearest.

Candidates are few and demand cells many: searches start from the candidates, against the arcs.
Everything here is in whole hundredths of a unit, centimetres or hundredths of a second, although
names say ``cm`` for short; ``geo.travel`` is the front.
"""

from __future__ import annotations

import os
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt

from geo.contraction import contract, forks, reachable, turn
from geo.kernel import Graph, Space, Tied, by_home, reach, space
from geo.network import RoadNetwork
from geo.speeds import Measure
from geo.sweep import FAR, UNREACHED, against_the_arcs, sweep

__all__ = [
    "CHUNK",
    "Piece",
    "join",
    "nearest_cm",
    "pointers",
    "prepare",
    "search",
    "stranded",
    "tie",
]

#: Nodes with sites to search from between two chances to stop.
CHUNK = 64
#: Labels there is place for at first; a search that writes more starts again with twice as many.
_LABELS = 4096

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Int32s = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
#: What a chunk of sites found: homes, their distances, and how many each site has.
Piece = tuple[Int32s, Int32s, Ints]


def tie(network: RoadNetwork, measure: Measure, *sets: Floats) -> tuple[Tied, ...]:
    """Tie sets of places, float64[k, 2] each, to the network; all in one go."""
    node, access_cm = network.snap(*np.concatenate(sets).T)
    access_cm = measure.on_foot(access_cm)
    ends = np.cumsum([len(places) for places in sets])[:-1]
    return tuple(
        _by_node(nodes, access, len(network.x))
        for nodes, access in zip(np.split(node, ends), np.split(access_cm, ends), strict=True)
    )


def prepare(
    network: RoadNetwork, measure: Measure, sites: Tied, homes: Tied
) -> tuple[Graph, Tied, Tied]:
    """Turn the arcs round and keep the nodes where roads fork or somebody stands.

    Returns
    -------
    graph, sites, homes
        Arcs lead from the sites to the homes, which are tied to the nodes that are left.
    """
    # The same bits without a sign, which the compiled loops need not look at.
    indptr = np.ascontiguousarray(network.indptr, np.int64).view(np.uint64)
    heads, lengths = (
        np.ascontiguousarray(values, np.int32).view(np.uint32)
        for values in (network.indices, network.costs(measure))
    )
    kept = forks(indptr, heads) | (np.diff(sites.indptr) > 0) | (np.diff(homes.indptr) > 0)
    # Nodes that are dropped hold nobody: where the places of a kept one begin does not change.
    begins = np.append(kept, np.True_)
    sites, homes = (tied._replace(indptr=tied.indptr[begins]) for tied in (sites, homes))
    return turn(contract(indptr, heads, lengths, kept)), sites, homes


def search(
    graph: Graph, sites: Tied, homes: Tied, cutoff_cm: int, threads: int | None
) -> Generator[Piece]:
    """Search from the nodes with sites, chunk by chunk, and yield what was found in order.

    Parameters
    ----------
    graph, sites, homes
        As :func:`prepare` makes them.
    cutoff_cm
        Longest sum of both accesses and the path, inclusive.
    threads
        Number of threads, all processors if None.
    """
    if not len(sites.place) or not len(homes.place):
        return
    sources = _inhabited(sites)
    workers = threads or _processors()
    spaces: SimpleQueue[Space] = SimpleQueue()
    for _ in range(workers):
        spaces.put(space(len(graph.indptr) - 1, cutoff_cm - int(homes.access.min())))

    def from_chunk(first: int) -> Piece:
        chunk = sources[first : first + CHUNK]
        # Nodes between two sources hold no site: the sites of a chunk stand side by side.
        indptr = sites.indptr[np.append(chunk, chunk[-1] + 1)]
        span = slice(indptr[0], indptr[-1])
        here = Tied(indptr - indptr[0], sites.place[span], sites.access[span])
        room = spaces.get()
        try:
            return reach(graph, chunk, here, homes, room, _LABELS)
        finally:
            spaces.put(room)

    executor = ThreadPoolExecutor(workers)
    try:
        yield from executor.map(from_chunk, range(0, len(sources), CHUNK))
    finally:
        executor.shutdown(cancel_futures=True)


def join(
    pieces: list[Piece], sites: Tied, n_demand: int, n_candidates: int
) -> tuple[Ints, Int32s, npt.NDArray[np.float32]]:
    """Join the pieces, which empties the list, and turn them into rows of demand.

    Returns
    -------
    indptr, indices, values
        As in :class:`geo.travel.TravelMatrix`.
    """
    none = np.empty(0, np.int32)
    counts = np.concatenate([np.empty(0, np.int64), *(count for _, _, count in pieces)])
    found = np.concatenate([none, *(homes for homes, _, _ in pieces)])
    found_cm = np.concatenate([none, *(total_cm for _, total_cm, _ in pieces)])
    pieces.clear()
    bounds = pointers(counts)
    start = np.zeros((n_candidates, 2), np.int64)
    if len(counts):
        start[sites.place] = np.column_stack([bounds[:-1], bounds[1:]])
    indptr = pointers(np.bincount(found, minlength=n_demand))
    return (indptr, *by_home(indptr, start, found, found_cm))


def nearest_cm(
    network: RoadNetwork, measure: Measure, sites: Tied, homes: Tied, n_demand: int
) -> Floats:
    """Measure from every home to the site nearest to it; infinite where there is none."""
    nearest = np.full(n_demand, np.inf)
    if not len(sites.place) or not len(homes.place):
        return nearest
    doors = _inhabited(sites)
    begun = np.minimum.reduceat(sites.access, sites.indptr[doors]).astype(np.int64)
    to_site = sweep(against_the_arcs(network, measure), doors, begun, FAR)[_nodes(homes)]
    reached = to_site != UNREACHED
    nearest[homes.place[reached]] = to_site[reached] + homes.access[reached]
    return nearest


def stranded(graph: Graph, sites: Tied, homes: Tied, n_demand: int) -> Mask:
    """Say of every home whether no site can be reached at any distance.

    Parameters
    ----------
    graph, sites, homes
        As :func:`prepare` makes them.
    n_demand
        Number of homes, tied or not.
    """
    alone = np.ones(n_demand, np.bool_)
    alone[homes.place] = ~reachable(graph, _inhabited(sites))[_nodes(homes)]
    return alone


def pointers(counts: npt.NDArray[np.integer]) -> Ints:
    """Turn the sizes of rows into where they begin."""
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _nodes(tied: Tied) -> Ints:
    """Name the node of each place."""
    return np.repeat(np.arange(len(tied.indptr) - 1), np.diff(tied.indptr))


def _inhabited(tied: Tied) -> npt.NDArray[np.uint32]:
    """Name the nodes that hold places."""
    return np.flatnonzero(np.diff(tied.indptr)).astype(np.uint32)


def _by_node(node: Int32s, access_cm: Int32s, nodes: int) -> Tied:
    place = np.argsort(node, kind="stable")
    place = place[np.searchsorted(node[place], 0) :]  # those tied to no node come first
    counts = np.bincount(node[place], minlength=nodes)
    indptr = np.zeros(nodes + 1, np.int32)
    np.cumsum(counts, out=indptr[1:])
    return Tied(indptr, place.astype(np.int32), access_cm[place])


def _processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
