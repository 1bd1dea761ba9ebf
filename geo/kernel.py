"""The inner loop of travel: who lives within the cutoff of each site, over the roads.

One bounded Dijkstra search from each node that holds a site, with a bucket queue (R. B. Dial,
"Algorithm 360", CACM 12(11), 1969; wider buckets that correct their labels as in U. Meyer and
P. Sanders, "Delta-stepping", J. Algorithms 49(1), 2003). Lengths are integers, so that the
result depends neither on the width of a bucket nor on the order within it.

What limits it is not memory but branches that a processor cannot foresee, above all whether an
arc leads to a shorter distance. So there is no such branch: a label is written behind the last
one whether or not it is better, and counted only if it is. Nodes and arcs are unsigned, which
spares every access a look at whether it counts from the end.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled, inner

__all__ = ["Graph", "Space", "Tied", "by_home", "reach", "space"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
UInt32s = npt.NDArray[np.uint32]

#: Instead of a label: the end of a list.
_NONE = -1
#: Buckets are 40.96 m wide: labels are seldom corrected, few buckets are empty.
_SHIFT = 12


class Graph(NamedTuple):
    """Arcs in compressed rows: uint32[n + 1], and uint32[e, 2] with the head and the length in cm.

    Arcs may be parallel.
    """

    indptr: UInt32s
    arcs: UInt32s


class Tied(NamedTuple):
    """Places tied to nodes: int32[n + 1], and int32[k] place and access in cm, node by node."""

    indptr: Int32s
    place: Int32s
    access: Int32s


class Space(NamedTuple):
    """Space for one search at a time, which leaves it as it found it.

    Parameters
    ----------
    limit
        How far searches go, in cm.
    distance
        int32[n]: of a node in cm; one more than the limit if it has not been reached.
    bucket
        int32[b]: the last label of each bucket.
    """

    limit: int
    distance: Int32s
    bucket: Int32s


def space(nodes: int, limit: int) -> Space:
    """Make the space for searches of so many nodes up to so many centimetres."""
    limit = max(limit, -1)
    return Space(
        limit,
        np.full(nodes, limit + 1, np.int32),
        np.full((limit >> _SHIFT) + 1, _NONE, np.int32),
    )


@compiled
def reach(
    graph: Graph, sources: UInt32s, sites: Tied, homes: Tied, room: Space, labels: int
) -> tuple[Int32s, Int32s, Int64s]:
    """Find the homes within the cutoff of each site.

    Parameters
    ----------
    graph
        Roads, turned round: arcs lead from the sites to the homes.
    sources
        uint32[k], nodes with sites.
    sites
        Of each of the ``sources``, at least one.
    homes
        Of each node of the graph, at least one in all.
    room
        Made for this graph and for the cutoff, that is for the longest sum of both accesses and
        the path, inclusive, less the shortest access of all homes.
    labels
        A guess at how many a search will write, at least 1.

    Returns
    -------
    found, found_cm, count
        int32[f], int32[f]: homes and their distances, site by site in the order of ``sites``;
        int64[s]: how many a site has.
    """
    least = homes.access[0]
    for home in range(1, len(homes.access)):
        least = min(least, homes.access[home])
    cutoff = room.limit + least
    found, found_cm = np.empty(4096, np.int32), np.empty(4096, np.int32)
    count = np.zeros(len(sites.place), np.int64)
    filled = 0
    # Labels: node and distance, and the one before in the same bucket.
    node, known = np.empty(labels, np.uint32), np.empty(labels, np.int32)
    before = np.empty(labels, np.int32)
    for row in range(len(sources)):
        first, last = sites.indptr[row], sites.indptr[row + 1]
        nearest = sites.access[first]
        for site in range(first + 1, last):
            nearest = min(nearest, sites.access[site])
        if nearest > room.limit:
            continue
        written = _search(graph, sources[row], nearest, room, node, known, before)
        while written < 0:  # there was no place for more labels
            for label in range(-written):
                room.distance[node[label]] = room.limit + 1
            room.bucket[:] = _NONE
            node, known = np.empty(2 * len(node), np.uint32), np.empty(2 * len(node), np.int32)
            before = np.empty(len(node), np.int32)
            written = _search(graph, sources[row], nearest, room, node, known, before)
        inhabited, residents = _settle(homes, room, node, known, written)
        if filled + residents * (last - first) > len(found):
            larger = 2 * (filled + residents * (last - first))
            found, found_cm = _longer(found, larger), _longer(found_cm, larger)
        for site in range(first, last):
            start, farther = filled, sites.access[site] - nearest
            for label in range(inhabited):
                here, so_far = node[label], known[label] + farther
                for resident in range(homes.indptr[here], homes.indptr[here + np.uint32(1)]):
                    total = so_far + homes.access[resident]
                    if total <= cutoff:
                        found[filled], found_cm[filled] = homes.place[resident], total
                        filled += 1
            count[site] = filled - start
    return found[:filled].copy(), found_cm[:filled].copy(), count


@inner
def _search(
    graph: Graph,
    source: int,
    start: int,
    room: Space,
    node: UInt32s,
    known: Int32s,
    before: Int32s,
) -> int:
    """Measure from the source to every node within the limit.

    Returns how many labels were written, as a negative number if more are needed: the room is
    then left in the middle of the search.
    """
    indptr, arcs, distance, bucket = graph.indptr, graph.arcs, room.distance, room.bucket
    limit, places = np.int64(room.limit), np.int64(len(node))
    one = np.uint32(1)
    node[0], known[0], before[0] = source, start, _NONE
    distance[source], bucket[start >> _SHIFT] = start, 0
    written = np.int32(1)
    for level in range(start >> _SHIFT, (limit >> _SHIFT) + 1):
        label = bucket[level]
        while label != _NONE:
            here, so_far = node[np.uint32(label)], known[np.uint32(label)]
            bucket[level] = before[np.uint32(label)]
            if so_far == distance[here]:  # else a shorter way has been found since
                first, last = indptr[here], indptr[here + one]
                if written + np.int64(last - first) > places:
                    return -int(written)
                for arc in range(first, last):
                    there, total = arcs[arc, 0], so_far + np.int64(arcs[arc, 1])
                    farthest = distance[there]
                    better = total < farthest
                    distance[there] = min(total, farthest)
                    within = np.uint32(min(total, limit) >> _SHIFT)
                    latest, new = bucket[within], np.uint32(written)
                    node[new], known[new], before[new] = there, total, latest
                    bucket[within] = written if better else latest
                    written += np.int32(better)
            label = bucket[level]
    return int(written)


@inner
def _settle(
    homes: Tied, room: Space, node: UInt32s, known: Int32s, written: int
) -> tuple[int, int]:
    """Gather the labels that hold at the nodes with homes, and forget all distances.

    Returns how many they are and how many homes are there.
    """
    inhabited, residents = np.uint32(0), 0
    for label in range(np.uint32(written)):
        here, so_far = node[label], known[label]
        # Of the labels of a node the last holds; those before it do not match.
        holds = so_far == room.distance[here]
        room.distance[here] = room.limit + 1 if holds else room.distance[here]
        living = homes.indptr[here + np.uint32(1)] - homes.indptr[here] if holds else 0
        node[inhabited], known[inhabited] = here, so_far
        inhabited += np.uint32(living > 0)
        residents += living
    return int(inhabited), residents


@inner
def _longer(values: Int32s, length: int) -> Int32s:
    longer = np.empty(length, np.int32)
    for place in range(len(values)):  # an assignment of slices takes four seconds to compile
        longer[place] = values[place]
    return longer


@compiled
def by_home(
    indptr: Int64s, span: Int64s, found: Int32s, found_cm: Int32s
) -> tuple[Int32s, npt.NDArray[np.float32]]:
    """Turn "homes of each site" into "sites of each home", sites ascending.

    Parameters
    ----------
    indptr
        int64[homes + 1], where each home's sites are to stand.
    span
        int64[sites, 2], where each site's homes begin and end.
    found, found_cm
        int32[f], homes and their distances in centimetres.

    Returns
    -------
    indices, metres
        int32[f], float32[f].
    """
    indices, metres = np.empty(len(found), np.int32), np.empty(len(found), np.float32)
    place = indptr.copy()
    for site in range(len(span)):
        for pair in range(span[site, 0], span[site, 1]):
            at = place[found[pair]]
            indices[at] = site
            metres[at] = found_cm[pair] / 100
            place[found[pair]] = at + 1
    return indices, metres
