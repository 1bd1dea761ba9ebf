"""Ways of a vehicle between places on the road: seconds, metres of the same way, its line.

Places are nodes of the network, where a vehicle stops at the roadside. The fastest way counts;
of equally fast ones that over the node with the lowest number, so that lengths and lines are the
same on every run.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import shapely

from geo.compiled import compiled
from geo.contraction import turn
from geo.kernel import Graph
from geo.network import RoadNetwork
from geo.progress import Progress, silent
from geo.speeds import Measure
from geo.sweep import FAR, UNREACHED, sweep

__all__ = ["NO_WAY", "legs_between", "lines_between"]

Int64s = npt.NDArray[np.int64]

#: Where no road leads.
NO_WAY = -1


def legs_between(
    network: RoadNetwork, nodes: npt.ArrayLike, measure: Measure, progress: Progress = silent
) -> tuple[Int64s, Int64s]:
    """Measure the fastest ways between nodes, there and back apart.

    Parameters
    ----------
    nodes
        int[k], may repeat.
    measure
        What is fastest: seconds; metres for the shortest.
    progress
        Phase ``"ways between stops"``.

    Returns
    -------
    cost, length_cm
        int64[k, k] from row to column: hundredths of the measure's unit, and centimetres along
        that way; :data:`NO_WAY` where there is none.
    """
    at = np.asarray(nodes, np.int64)
    places, back = np.unique(at, return_inverse=True)
    forward, turned = _graphs(network, measure)
    turned_cm = _turned_cm(network)
    cost = np.empty((len(places), len(places)), np.int64)
    length_cm = np.empty_like(cost)
    for row, place in enumerate(places.tolist()):
        if row % 20 == 0:
            progress("ways between stops", row / len(places))
        away = _away(forward, place)
        order = np.argsort(away, kind="stable")
        order = order[away[order] != UNREACHED]
        along = _lengths(turned.indptr, turned.arcs, turned_cm, away, order)
        cost[row], length_cm[row] = away[places], along[places]
    none = cost == UNREACHED
    cost[none], length_cm[none] = NO_WAY, NO_WAY
    return cost[np.ix_(back, back)], length_cm[np.ix_(back, back)]


def lines_between(
    network: RoadNetwork, pairs: Sequence[tuple[int, int]], measure: Measure
) -> list[shapely.LineString | None]:
    """Draw the fastest ways, in the network's coordinate system; None where there is none.

    A way from a node to itself is a line of two equal points.
    """
    forward, turned = _graphs(network, measure)
    lines: list[shapely.LineString | None] = [None] * len(pairs)
    by_source: dict[int, list[int]] = {}
    for row, (source, _) in enumerate(pairs):
        by_source.setdefault(source, []).append(row)
    for source, rows in sorted(by_source.items()):
        away = _away(forward, source)
        for row in rows:
            target = pairs[row][1]
            if away[target] == UNREACHED:
                continue
            way = _walked(turned.indptr, turned.arcs, away, source, target)
            nodes = way if len(way) > 1 else np.repeat(way, 2)
            lines[row] = shapely.LineString(np.column_stack([network.x[nodes], network.y[nodes]]))
    return lines


def _graphs(network: RoadNetwork, measure: Measure) -> tuple[Graph, Graph]:
    heads, costs = network.indices.astype(np.uint32), network.costs(measure).astype(np.uint32)
    forward = Graph(network.indptr.astype(np.uint32), np.column_stack([heads, costs]))
    return forward, turn(forward)


def _turned_cm(network: RoadNetwork) -> npt.NDArray[np.uint32]:
    """Length of each turned arc: turning keeps the order of tails, whatever an arc costs."""
    heads, cm = network.indices.astype(np.uint32), network.length_cm.astype(np.uint32)
    turned = turn(Graph(network.indptr.astype(np.uint32), np.column_stack([heads, cm])))
    return np.ascontiguousarray(turned.arcs[:, 1])


def _away(forward: Graph, source: int) -> Int64s:
    return sweep(forward, np.array([source], np.uint32), np.zeros(1, np.int64), FAR)


@compiled
def _lengths(
    indptr: npt.NDArray[np.uint32],
    arcs: npt.NDArray[np.uint32],
    cm: npt.NDArray[np.uint32],
    away: Int64s,
    order: Int64s,
) -> Int64s:
    along = np.zeros(len(away), np.int64)
    for place in range(len(order)):
        node = order[place]
        best = np.int64(-1)
        for arc in range(indptr[node], indptr[node + 1]):
            before = np.int64(arcs[arc, 0])
            reached = away[before] != UNREACHED
            if reached and away[before] + np.int64(arcs[arc, 1]) == away[node]:
                best = np.int64(arc)
                break
        if best >= 0:
            along[node] = along[np.int64(arcs[best, 0])] + np.int64(cm[best])
    return along


@compiled
def _walked(
    indptr: npt.NDArray[np.uint32],
    arcs: npt.NDArray[np.uint32],
    away: Int64s,
    source: int,
    target: int,
) -> Int64s:
    way = np.empty(len(away), np.int64)
    node, steps = np.int64(target), 1
    way[0] = node
    while node != source:
        for arc in range(indptr[node], indptr[node + 1]):
            before = np.int64(arcs[arc, 0])
            reached = away[before] != UNREACHED
            if reached and away[before] + np.int64(arcs[arc, 1]) == away[node]:
                node = before
                break
        way[steps] = node
        steps += 1
    return way[:steps][::-1].copy()
