"""The inner loops of travel: who lives within the cutoff of each site, over the roads.

One bounded Dijkstra search from each node that holds a site, with a bucket queue (R. B. Dial,
"Algorithm 360", CACM 12(11), 1969; wider buckets that correct their labels as in U. Meyer and
P. Sanders, "Delta-stepping", J. Algorithms 49(1), 2003). Lengths are integers, so that the
result depends neither on the width of a bucket nor on the order within it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

__all__ = ["Graph", "Space", "Tied", "by_home", "contract", "reach", "space"]

Int32s = npt.NDArray[np.int32]
Int64s = npt.NDArray[np.int64]
Function = TypeVar("Function", bound=Callable[..., Any])

#: Distance of a node that has not been reached.
_FAR = np.iinfo(np.int32).max
#: Instead of a node: the end of a list, and (as the one before) not in any list.
_NONE, _TAKEN = -1, -2
#: Buckets are 10.24 m wide: labels are seldom corrected, few buckets are empty.
_SHIFT = 10


def _compiled(function: Function) -> Function:
    """Compile to run beside other threads; keep the machine code where there is a place for it."""
    try:
        compiled = numba.njit(nogil=True, boundscheck=False, cache=True)(function)
    except RuntimeError:  # neither beside the source nor in the user's home may be written
        compiled = numba.njit(nogil=True, boundscheck=False)(function)
    return cast("Function", compiled)


class Graph(NamedTuple):
    """Arcs in compressed rows: int32[n + 1], and int32[e, 2] with the head and the length in cm."""

    indptr: Int32s
    arcs: Int32s


class Tied(NamedTuple):
    """Places tied to nodes: int32[n + 1], and int32[k] place and access in cm, node by node."""

    indptr: Int32s
    place: Int32s
    access: Int32s


class Space(NamedTuple):
    """Space for one search at a time, which leaves distances and buckets as it found them.

    Parameters
    ----------
    state
        int32[n, 3]: distance of a node in cm, the nodes after and before it in its bucket.
    bucket
        int32[b]: first node of each bucket.
    touched
        int32[n]: nodes reached so far.
    """

    state: Int32s
    bucket: Int32s
    touched: Int32s


def space(nodes: int, cutoff: int) -> Space:
    """Make the space for searches of so many nodes up to so many centimetres."""
    return Space(
        np.full((nodes, 3), _FAR, np.int32),
        np.full((cutoff >> _SHIFT) + 1, _NONE, np.int32),
        np.empty(nodes, np.int32),
    )


@_compiled
def reach(
    graph: Graph, sources: Int32s, sites: Tied, homes: Tied, cutoff: int, room: Space
) -> tuple[Int32s, Int32s, Int64s]:
    """Find the homes within the cutoff of each site.

    Parameters
    ----------
    graph
        Roads, turned round: arcs lead from the sites to the homes.
    sources
        int32[k], nodes with sites.
    sites
        Of each of the ``sources``, at least one.
    homes
        Of each node of the graph, at least one in all.
    cutoff
        Longest sum of both accesses and the path in cm, inclusive.
    room
        Made for this graph and at least this cutoff.

    Returns
    -------
    found, found_cm, count
        int32[f], int32[f]: homes and their distances, site by site in the order of ``sites``;
        int64[s]: how many a site has.
    """
    found, found_cm = np.empty(4096, np.int32), np.empty(4096, np.int32)
    count = np.zeros(len(sites.place), np.int64)
    filled = 0
    least = homes.access.min()
    for row in range(len(sources)):
        first, last = sites.indptr[row], sites.indptr[row + 1]
        nearest = sites.access[first]
        for site in range(first + 1, last):
            nearest = min(nearest, sites.access[site])
        limit = cutoff - least - nearest
        reached = _search(graph, sources[row], limit, room)
        near = _near(homes, room, reached)
        if filled + near * (last - first) > len(found):
            larger = 2 * (filled + near * (last - first))
            found, found_cm = _longer(found, larger), _longer(found_cm, larger)
        for site in range(first, last):
            access = sites.access[site]
            count[site] = _list(homes, room, reached, access, cutoff, found, found_cm, filled)
            filled += count[site]
        for place in range(reached):
            room.state[room.touched[place], 0] = _FAR
    return found[:filled].copy(), found_cm[:filled].copy(), count


@_compiled
def _search(graph: Graph, source: int, limit: int, room: Space) -> int:
    """Measure from the source to every node within the limit; return how many were touched.

    Each bucket is a list of nodes, linked both ways through the nodes' states, so that a node
    moves when its distance falls and is never in two places: no memory beyond the nodes.
    """
    indptr, arcs = graph.indptr, graph.arcs
    state, bucket, touched = room.state, room.bucket, room.touched
    if limit < 0:
        return 0
    state[source, 0], state[source, 1], state[source, 2] = 0, _NONE, _NONE
    bucket[0] = source
    touched[0], reached = source, 1
    for level in range((limit >> _SHIFT) + 1):
        here = bucket[level]
        while here >= 0:
            so_far, after = state[here, 0], state[here, 1]
            state[here, 2] = _TAKEN
            bucket[level] = after
            if after >= 0:
                state[after, 2] = _NONE
            for arc in range(indptr[here], indptr[here + 1]):
                there, total = arcs[arc, 0], so_far + arcs[arc, 1]
                known = state[there, 0]
                if total > limit or total >= known:
                    continue
                if known == _FAR:
                    touched[reached] = there
                    reached += 1
                elif state[there, 2] != _TAKEN:
                    after, before = state[there, 1], state[there, 2]
                    if after >= 0:
                        state[after, 2] = before
                    if before >= 0:
                        state[before, 1] = after
                    else:
                        bucket[known >> _SHIFT] = after
                after = bucket[total >> _SHIFT]
                state[there, 0], state[there, 1], state[there, 2] = total, after, _NONE
                if after >= 0:
                    state[after, 2] = there
                bucket[total >> _SHIFT] = there
            here = bucket[level]
    return reached


@_compiled
def _near(homes: Tied, room: Space, reached: int) -> int:
    """Count the homes at the nodes that were reached."""
    near = 0
    for place in range(reached):
        here = room.touched[place]
        near += homes.indptr[here + 1] - homes.indptr[here]
    return near


@_compiled
def _list(
    homes: Tied,
    room: Space,
    reached: int,
    access: int,
    cutoff: int,
    found: Int32s,
    found_cm: Int32s,
    filled: int,
) -> int:
    """List the homes within the cutoff of a site with such an access; return how many."""
    start = filled
    for place in range(reached):
        here = room.touched[place]
        so_far = access + room.state[here, 0]
        for resident in range(homes.indptr[here], homes.indptr[here + 1]):
            total = so_far + homes.access[resident]
            if total <= cutoff:
                found[filled], found_cm[filled] = homes.place[resident], total
                filled += 1
    return filled - start


@_compiled
def _longer(values: Int32s, length: int) -> Int32s:
    longer = np.empty(length, np.int32)
    longer[: len(values)] = values
    return longer


@_compiled
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


def contract(graph: Graph, kept: npt.NDArray[np.bool_]) -> Graph:
    """Replace the chains of nodes between those that are kept by single arcs.

    Parameters
    ----------
    graph
        Every node that is not kept has at most two neighbours, counting arcs in and out.
    kept
        bool[n].

    Returns
    -------
    Graph
        Of the kept nodes, in their order; distances between them are what they were. Arcs may
        be parallel.
    """
    number = np.where(kept, np.cumsum(kept) - 1, _NONE)
    indptr, arcs = np.zeros(kept.sum() + 1, np.int32), np.empty_like(graph.arcs)
    _contract(graph, number, indptr, arcs)
    return Graph(indptr, arcs[: indptr[-1]].copy())


@_compiled
def _contract(graph: Graph, number: Int64s, indptr: Int32s, arcs: Int32s) -> None:
    """Fill the rows of the nodes that have a number."""
    filled = 0
    for node in range(len(number)):
        if number[node] < 0:
            continue
        for arc in range(graph.indptr[node], graph.indptr[node + 1]):
            before, here, length = node, graph.arcs[arc, 0], graph.arcs[arc, 1]
            while here >= 0 and number[here] < 0:
                onward = -1
                for step in range(graph.indptr[here], graph.indptr[here + 1]):
                    if graph.arcs[step, 0] != before:
                        onward = step
                if onward >= 0:
                    before, here = here, graph.arcs[onward, 0]
                    length += graph.arcs[onward, 1]
                else:  # a dead end, or a one-way street against us
                    here = _NONE
            if here >= 0 and here != node:
                arcs[filled, 0], arcs[filled, 1] = number[here], length
                filled += 1
        indptr[number[node] + 1] = filled
