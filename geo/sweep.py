"""One search over the roads from many places at once: how far every node is from the nearest.

Dijkstra's search with a bucket queue, as in :mod:`geo.kernel`, but one front that starts wherever
a site stands and may run as far as the roads go. Lengths are integers: the result depends neither
on the width of a bucket nor on the order within it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled
from geo.contraction import turn
from geo.kernel import Graph
from geo.network import RoadNetwork
from geo.speeds import Measure

__all__ = ["FAR", "UNREACHED", "against_the_arcs", "sweep"]

Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]

#: Of a node that no source reaches.
UNREACHED = np.int64(np.iinfo(np.int64).max)
#: No way is so long: a search up to it ends with the roads.
FAR = 1 << 60
#: Buckets are 1,024 hundredths wide: labels are seldom corrected, few buckets are empty.
_SHIFT = np.int64(10)
_NONE = np.int64(-1)


def against_the_arcs(network: RoadNetwork, measure: Measure) -> Graph:
    """Turn the arcs of a network round: away from a site here is towards it on the road."""
    heads, costs = network.indices.astype(np.uint32), network.costs(measure).astype(np.uint32)
    return turn(Graph(network.indptr.astype(np.uint32), np.column_stack([heads, costs])))


@compiled
def sweep(graph: Graph, sources: UInt32s, begun: Int64s, limit: int) -> Int64s:
    """Measure every node's shortest way from any of the sources.

    Parameters
    ----------
    graph
        Arcs in compressed rows.
    sources, begun
        uint32[k], nodes, and int64[k], what each starts with, at least 0.
    limit
        No way longer than this is followed, inclusive.

    Returns
    -------
    int64[n]
        In hundredths; :data:`UNREACHED` beyond the limit.
    """
    indptr, arcs = graph.indptr, graph.arcs
    nodes = len(indptr) - 1
    away = np.full(nodes, UNREACHED, np.int64)
    if not len(sources):
        return away
    longest, first = np.int64(0), begun[0]
    for arc in range(len(arcs)):
        longest = max(longest, np.int64(arcs[arc, 1]))
    for one in range(len(begun)):
        first = min(first, begun[one])
    for one in range(len(begun)):
        longest = max(longest, begun[one] - first)
    # All labels that wait lie within the longest arc of the level: the buckets are used in turn.
    turns = np.int64(2)
    while turns < (longest >> _SHIFT) + 2:
        turns *= 2
    ring = turns - 1
    bucket = np.full(turns, _NONE, np.int64)
    room = len(arcs) + len(sources)
    node, known = np.empty(room, np.uint32), np.empty(room, np.int64)
    before = np.empty(room, np.int64)
    written, waiting = 0, 0
    for one in range(len(sources)):
        here, start = sources[one], begun[one]
        if start <= limit and start < away[here]:
            away[here] = start
            slot = (start >> _SHIFT) & ring
            node[written], known[written], before[written] = here, start, bucket[slot]
            bucket[slot] = written
            written += 1
            waiting += 1
    level = first >> _SHIFT
    while waiting:
        slot = level & ring
        label = bucket[slot]
        while label != _NONE:
            here, so_far = node[label], known[label]
            bucket[slot] = before[label]
            waiting -= 1
            if so_far == away[here]:  # else a shorter way has been found since
                last = indptr[here + np.uint32(1)]
                for arc in range(indptr[here], last):
                    there = arcs[arc, 0]
                    total = so_far + np.int64(arcs[arc, 1])
                    if total < away[there] and total <= limit:
                        if written == len(node):
                            node, known, before = _twice(node, known, before)
                        away[there] = total
                        to = (total >> _SHIFT) & ring
                        node[written], known[written] = there, total
                        before[written] = bucket[to]
                        bucket[to] = written
                        written += 1
                        waiting += 1
            label = bucket[slot]
        level += 1
    return away


@compiled
def _twice(node: UInt32s, known: Int64s, before: Int64s) -> tuple[UInt32s, Int64s, Int64s]:
    size = len(node)
    larger = (
        np.empty(2 * size, np.uint32),
        np.empty(2 * size, np.int64),
        np.empty(2 * size, np.int64),
    )
    for label in range(size):
        larger[0][label], larger[1][label] = node[label], known[label]
        larger[2][label] = before[label]
    return larger
