"""Roads with as few nodes as a search needs: those where somebody stands or a way is chosen.

Most nodes of a street map lie on the way between two others. A chain of them becomes one arc as
long as the chain, dead ends where nobody lives disappear, and no distance between the nodes that
are left changes.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled
from geo.kernel import Graph

__all__ = ["contract", "forks", "reachable", "turn"]

UInt32s = npt.NDArray[np.uint32]
UInt64s = npt.NDArray[np.uint64]
Mask = npt.NDArray[np.bool_]

#: Number of a node that is not kept.
_DROPPED = np.iinfo(np.uint32).max
#: Longer than any search; keeps the length of an endless chain in 32 bits.
_ENDLESS_CM = np.int64(np.iinfo(np.int32).max)


@compiled
def forks(indptr: UInt64s, heads: UInt32s) -> Mask:
    """Say of each node whether it has more than two neighbours, counting arcs in and out.

    Parameters
    ----------
    indptr, heads
        uint64[n + 1], uint32[e]: arcs in compressed rows, without loops and parallel ones.
    """
    nodes, one = np.uint64(len(indptr) - 1), np.uint64(1)
    neighbours = np.empty(nodes, np.int32)
    for node in range(nodes):
        neighbours[node] = indptr[node + one] - indptr[node]
    for tail in range(nodes):
        for arc in range(indptr[tail], indptr[tail + one]):
            head = np.uint64(heads[arc])
            if neighbours[head] > 2:  # as most are: no need to look for the arc back
                continue
            back = False
            for other in range(indptr[head], indptr[head + one]):
                back |= heads[other] == tail
            neighbours[head] += not back
    return neighbours > 2


@compiled
def contract(indptr: UInt64s, heads: UInt32s, lengths: UInt32s, kept: Mask) -> Graph:
    """Replace the chains of nodes between those that are kept by single arcs.

    Parameters
    ----------
    indptr, heads, lengths
        uint64[n + 1], uint32[e], uint32[e]: arcs in compressed rows and their lengths in cm.
    kept
        bool[n]; a node that is not kept has at most two neighbours, counting arcs in and out.

    Returns
    -------
    Graph
        Of the kept nodes, in their order; distances between them are what they were. Arcs may
        be parallel.
    """
    one, first = np.uint64(1), np.uint32(1)
    number, count = np.empty(len(kept), np.uint32), np.uint32(0)
    for row in range(np.uint64(len(kept))):
        number[row] = count if kept[row] else _DROPPED
        count += np.uint32(kept[row])
    begins, arcs = np.zeros(count + 1, np.uint32), np.empty((len(heads), 2), np.uint32)
    filled = np.uint32(0)
    for row in range(np.uint64(len(kept))):
        node = np.uint64(row)
        if not kept[node]:
            continue
        for arc in range(indptr[node], indptr[node + one]):
            before, here = node, np.uint64(heads[arc])
            length = np.int64(lengths[arc])
            while number[here] == _DROPPED:
                step, end = indptr[here], indptr[here + one]
                while step < end and heads[step] == before:
                    step += one
                if step == end:  # a dead end, or a one-way street against us
                    here = node
                    break
                before, here = here, np.uint64(heads[step])
                length = min(length + np.int64(lengths[step]), _ENDLESS_CM)
            arcs[filled, 0], arcs[filled, 1] = number[here], length
            filled += np.uint32(here != node)
        begins[number[node] + first] = filled
    return Graph(begins, arcs[:filled])


@compiled
def turn(graph: Graph) -> Graph:
    """Turn every arc round."""
    indptr, arcs = graph.indptr, graph.arcs
    nodes = np.uint32(len(indptr) - 1)
    begins, turned = np.zeros(nodes + 2, np.uint32), np.empty_like(arcs)
    for arc in range(len(arcs)):
        begins[arcs[arc, 0] + np.uint32(2)] += np.uint32(1)
    for node in range(nodes):
        begins[node + np.uint32(1)] += begins[node]
    for tail in range(nodes):
        for arc in range(indptr[tail], indptr[tail + np.uint32(1)]):
            place = begins[arcs[arc, 0] + np.uint32(1)]
            turned[place, 0], turned[place, 1] = tail, arcs[arc, 1]
            begins[arcs[arc, 0] + np.uint32(1)] = place + np.uint32(1)
    return Graph(begins[:-1].copy(), turned)


@compiled
def reachable(graph: Graph, sources: UInt32s) -> Mask:
    """Say of each node whether it can be reached from any of the sources."""
    reached = np.zeros(len(graph.indptr) - 1, np.bool_)
    # One more, for what is written but does not count once all are reached.
    waiting = np.empty(len(reached) + 1, np.uint32)
    last = np.uint32(0)
    for row in range(len(sources)):
        source = sources[row]
        waiting[last] = source
        last += np.uint32(not reached[source])
        reached[source] = True
    first = np.uint32(0)
    while first < last:
        here = waiting[first]
        first += np.uint32(1)
        for arc in range(graph.indptr[here], graph.indptr[here + np.uint32(1)]):
            there = graph.arcs[arc, 0]
            waiting[last] = there
            last += np.uint32(not reached[there])
            reached[there] = True
    return reached
