"""Ways cut into street pieces: from lines of coordinates to nodes and arcs of whole centimetres.

A way is cut where it meets another or ends; each link between two cuts is then divided evenly
into pieces of at most a given length. Its own bends count where lengths are measured but are no
nodes: a winding lane has as few nodes as a straight one.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from pyproj import CRS, Transformer

from geo.access import Direction
from geo.crs import WGS84
from geo.extract import Roads

__all__ = ["Streets", "cut_streets", "hilbert", "total_length_m"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

#: Bits that a coordinate has on the Hilbert curve: a metre in a thousand kilometres.
_BITS = 20


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Streets:
    """Nodes, numbered along a Hilbert curve, and arcs: some may be parallel, none is a loop.

    Parameters
    ----------
    x, y
        float64[n] in metres, whole centimetres; every node has an arc.
    tail, head
        int64[a], nodes that an arc leaves and enters.
    length_cm
        int64[a], at least 1.
    way
        int64[a], row of the way that an arc is a piece of.
    """

    x: Floats
    y: Floats
    tail: Ints
    head: Ints
    length_cm: Ints
    way: Ints


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Lines:
    """Vertices of ways, in metres; a line ends where its way does or lacks a vertex."""

    way: Ints
    node_id: Ints
    x: Floats
    y: Floats
    starts: Mask
    along_m: Floats  # grows through all lines, by a metre from each to the next


def cut_streets(
    roads: Roads, direction: npt.NDArray[np.int8], *, crs: CRS, spacing_m: float
) -> Streets:
    """Cut the ways that are open into pieces.

    Parameters
    ----------
    roads
        Ways with their vertices.
    direction
        int8[w], a :class:`geo.access.Direction` for each way.
    crs
        Metric coordinate system to measure in.
    spacing_m
        Longest piece.
    """
    lines = _lines(roads, direction != Direction.CLOSED, crs)
    if not len(lines.x):
        none = lines.way
        return Streets(x=lines.x, y=lines.y, tail=none, head=none, length_cm=none, way=none)
    joints, named, number = _joints(lines)
    first, last = joints[:-1], joints[1:]
    linked = ~lines.starts[last]
    first, last = first[linked], last[linked]
    length_m = lines.along_m[last] - lines.along_m[first]
    pieces = np.maximum(np.ceil(length_m / spacing_m - 1e-9), 1).astype(np.int64)

    link = np.repeat(np.arange(len(first)), pieces)
    step = np.arange(len(link)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    # Rounded from the link's start, so that the pieces add up to the link.
    from_cm, to_cm = (
        np.rint(length_m[link] * part / pieces[link] * 100) for part in (step, step + 1)
    )
    length_cm = np.maximum(to_cm - from_cm, 1).astype(np.int64)

    # Joints are the first nodes, then come those put in between, link by link.
    between = np.flatnonzero(step > 0)
    tail, head = number[first[link]], number[last[link]]
    tail[between] = head[between - 1] = len(named) + np.arange(len(between))
    at_m = lines.along_m[first[link]] + length_m[link] * step / pieces[link]
    x, y = (
        np.concatenate([line[named], np.interp(at_m[between], lines.along_m, line)])
        for line in (lines.x, lines.y)
    )

    way = lines.way[first[link]]
    way_open = direction[way]
    there = ((way_open & Direction.FORWARD) != 0) & (tail != head)
    back = ((way_open & Direction.BACKWARD) != 0) & (tail != head)
    return _numbered(
        np.rint(x * 100) / 100,
        np.rint(y * 100) / 100,
        np.concatenate([tail[there], head[back]]),
        np.concatenate([head[there], tail[back]]),
        np.concatenate([length_cm[there], length_cm[back]]),
        np.concatenate([way[there], way[back]]),
    )


def total_length_m(roads: Roads, chosen: Mask, *, crs: CRS) -> float:
    """Add up the lengths of some ways.

    Parameters
    ----------
    roads
        Ways with their vertices.
    chosen
        bool[w].
    crs
        Metric coordinate system to measure in.
    """
    lines = _lines(roads, chosen, crs)
    return float(np.diff(lines.along_m)[~lines.starts[1:]].sum())


def hilbert(x: Floats, y: Floats) -> Ints:
    """Place points on a Hilbert curve over their bounding square.

    Parameters
    ----------
    x, y
        float64[n], finite.

    Returns
    -------
    int64[n]
        Position along the curve.

    References
    ----------
    J. Skilling, "Programming the Hilbert curve", AIP Conference Proceedings 707 (2004).
    """
    if not len(x):
        return np.empty(0, np.int64)
    side = max(np.ptp(x), np.ptp(y), 1e-9)
    scale = (2**_BITS - 1) / side
    column = np.rint((x - x.min()) * scale).astype(np.int64)
    row = np.rint((y - y.min()) * scale).astype(np.int64)
    place = np.zeros(len(x), np.int64)
    for bit in range(_BITS - 1, -1, -1):
        right, upper = (column >> bit) & 1, (row >> bit) & 1
        place = (place << 2) | ((3 * right) ^ upper)
        # The two lower quarters of the curve are laid down turned: swap, and mirror the right one.
        turned = upper == 0
        mirrored = turned & (right == 1)
        column = np.where(mirrored, ~column, column)
        row = np.where(mirrored, ~row, row)
        column, row = np.where(turned, row, column), np.where(turned, column, row)
    return place


@lru_cache(maxsize=4)
def _projection(crs: CRS) -> Transformer:
    """Look a projection up but once: it takes longer than projecting a county."""
    return Transformer.from_crs(WGS84, crs, always_xy=True)


def _lines(roads: Roads, chosen: Mask, crs: CRS) -> _Lines:
    way = np.repeat(np.arange(len(roads.way_id)), np.diff(roads.offsets))
    vertex = np.flatnonzero(chosen[way])
    x, y = _projection(crs).transform(roads.lon[vertex], roads.lat[vertex])
    known = np.isfinite(x) & np.isfinite(y)
    vertex, x, y = vertex[known], x[known], y[known]
    way = way[vertex]
    starts = np.ones(len(vertex), np.bool_)
    starts[1:] = (np.diff(way) != 0) | (np.diff(vertex) != 1)
    step_m = np.ones(len(vertex))
    step_m[1:] = np.where(starts[1:], 1.0, np.hypot(np.diff(x), np.diff(y)))
    return _Lines(
        way=way,
        node_id=roads.node_id[vertex],
        x=x,
        y=y,
        starts=starts,
        along_m=np.cumsum(step_m),
    )


def _joints(lines: _Lines) -> tuple[Ints, Ints, Ints]:
    """Find where lines start, end, meet or cross themselves.

    Returns the vertices that are joints, one vertex for each distinct joint, and the number of
    its joint for each vertex (-1 where it is none).
    """
    node, uses = np.unique(lines.node_id, return_inverse=True, return_counts=True)[1:]
    ends = np.append(lines.starts[1:], np.True_)[: len(lines.starts)]
    joints = np.flatnonzero(lines.starts | ends | (uses[node] > 1))
    named, joint = np.unique(node[joints], return_index=True, return_inverse=True)[1:]
    number = np.full(len(node), -1, np.int64)
    number[joints] = joint
    return joints, joints[named], number


def _numbered(x: Floats, y: Floats, tail: Ints, head: Ints, length_cm: Ints, way: Ints) -> Streets:
    """Drop nodes without arcs and number the others along a Hilbert curve."""
    used = np.unique(np.concatenate([tail, head]))
    order = used[np.lexsort((used, hilbert(x[used], y[used])))]
    number = np.full(len(x), -1, np.int64)
    number[order] = np.arange(len(order))
    return Streets(
        x=x[order],
        y=y[order],
        tail=number[tail],
        head=number[head],
        length_cm=length_cm,
        way=way,
    )
