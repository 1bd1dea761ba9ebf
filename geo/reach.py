"""Who is near enough: the pieces of road from which a site is within a limit.

People travel to the site, so the search runs from it against the arcs. A road whose far end is
beyond the limit is cut where the limit ends.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from geo.network import RoadNetwork
from geo.speeds import METRES, Measure
from geo.sweep import UNREACHED, against_the_arcs, sweep

__all__ = ["crow_reach", "road_reach"]

Floats = npt.NDArray[np.float64]
#: Corners of a quarter of a circle.
_QUARTER = 24


def road_reach(
    network: RoadNetwork, xy: tuple[float, float], *, limit: float, measure: Measure = METRES
) -> shapely.MultiLineString:
    """Find the pieces of road from which one gets to a place within a limit.

    Parameters
    ----------
    network
        Roads; where one-ways count, the way leads to the place.
    xy
        The place, in the network's coordinate system: tied to its node, and the way between the
        two counted, as in :func:`geo.travel.network_matrix`.
    limit
        Metres or seconds, inclusive.

    Returns
    -------
    shapely.MultiLineString
        In the network's coordinate system, whole streets between forks where they are reached
        throughout; empty where the road itself is beyond the limit.
    """
    node, access = network.snap([xy[0]], [xy[1]])
    if node[0] < 0:
        return shapely.MultiLineString()
    hundredths = int(limit * 100 + 1e-6)
    away = sweep(
        against_the_arcs(network, measure),
        node.astype(np.uint32),
        measure.on_foot(access).astype(np.int64),
        hundredths,
    )
    tail, head, share = _arcs(network, measure, away, hundredths)
    low, high, from_low, from_high = _streets(tail, head, share)
    x, y = network.x, network.y
    whole = from_low + from_high >= 1.0
    ends = []
    for start, end, part in (
        (low[whole], high[whole], np.ones(int(whole.sum()))),
        (low[~whole], high[~whole], from_low[~whole]),
        (high[~whole], low[~whole], from_high[~whole]),
    ):
        some = part > 0
        here, there = (np.column_stack([x[one], y[one]])[some] for one in (start, end))
        cut = part[some, None]
        ends.append(np.stack([here, np.where(cut < 1, here + cut * (there - here), there)], axis=1))
    return _joined(np.concatenate(ends))


def crow_reach(
    xy: tuple[float, float],
    *,
    limit: float,
    detour_factor: float,
    measure: Measure = METRES,
    kmh: int = 0,
) -> shapely.Polygon:
    """Find the circle from which one gets to a place within a limit on straight lines.

    Parameters
    ----------
    limit, detour_factor, measure, kmh
        As in :func:`geo.travel.straight_line_matrix`.
    """
    radius_m = measure.longest_m(limit, kmh) / detour_factor
    return shapely.Point(xy).buffer(radius_m, quad_segs=_QUARTER)


def _arcs(
    network: RoadNetwork, measure: Measure, away: npt.NDArray[np.int64], limit: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats]:
    """Arcs that lead to a node that is reached: tail, head, the share of them within the limit."""
    head = network.indices.astype(np.int64)
    arc = np.flatnonzero(away[head] != UNREACHED)
    tail = np.searchsorted(network.indptr, arc, side="right") - 1
    head = head[arc]
    cost = network.costs(measure)[arc].astype(np.float64)
    share = np.minimum((limit - away[head]) / cost, 1.0)
    return tail, head, share


def _streets(
    tail: npt.NDArray[np.int64], head: npt.NDArray[np.int64], share: Floats
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64], Floats, Floats]:
    """Pair the arcs of a street: its nodes, and the share of it that is reached from each."""
    low, high = np.minimum(tail, head), np.maximum(tail, head)
    order = np.lexsort((high, low))
    low, high, head, share = low[order], high[order], head[order], share[order]
    new = np.ones(len(low), np.bool_)
    new[1:] = (np.diff(low) != 0) | (np.diff(high) != 0)
    street = np.cumsum(new) - 1
    from_low, from_high = np.zeros(int(new.sum())), np.zeros(int(new.sum()))
    np.maximum.at(from_low, street, np.where(head == low, share, 0.0))
    np.maximum.at(from_high, street, np.where(head == high, share, 0.0))
    return low[new], high[new], from_low, from_high


def _joined(ends: Floats) -> shapely.MultiLineString:
    """Join straight pieces, float64[k, 2, 2], to lines between forks."""
    if not len(ends):
        return shapely.MultiLineString()
    lines: Any = shapely.linestrings(ends)
    merged = shapely.line_merge(shapely.MultiLineString(shapely.multilinestrings(lines)))
    parts: Any = shapely.get_parts(merged)
    return shapely.MultiLineString(shapely.multilinestrings(parts))
