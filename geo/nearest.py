"""The nearest of many points to each of a few places: a grid that is cheap to lay.

A tree over all nodes of a network takes longer to build than all searches over its roads. Here
the nodes are sorted into square cells once, and the cells round a place looked through ring by
ring, until no farther ring can hold a nearer node.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from geo.compiled import compiled

__all__ = ["nearest"]

Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]

#: Nodes in a cell on average.
_IN_CELL = 2
#: Far more than what rounding does to metres, far less than what matters.
_ROUNDED = 1e-6


@compiled
def nearest(
    x: Floats, y: Floats, eligible: Mask, here_x: Floats, here_y: Floats, farthest: float
) -> tuple[Int32s, Floats]:
    """Find the eligible point nearest to each place, the lowest of equally near ones.

    Parameters
    ----------
    x, y
        float64[n], points.
    eligible
        bool[n].
    here_x, here_y
        float64[k], places.
    farthest
        No point beyond it is looked for.

    Returns
    -------
    point, distance
        int32[k], -1 where there is none; float64[k], infinite there.
    """
    point, distance = np.full(len(here_x), -1, np.int32), np.full(len(here_x), np.inf)
    count, west, south, east, north = 0, np.inf, np.inf, -np.inf, -np.inf
    for node in range(len(x)):
        if eligible[node]:
            count += 1
            west, east = min(west, x[node]), max(east, x[node])
            south, north = min(south, y[node]), max(north, y[node])
    if not count:
        return point, distance
    width, height = east - west, north - south
    cells = max(count / _IN_CELL, 1.0)
    side = max(math.sqrt(width * height / cells), max(width, height) / cells)
    # Of points in one place, or as good as: cells of nothing would divide by it.
    side = max(side, _ROUNDED, 1e-9 * max(abs(west), abs(east), abs(south), abs(north)))
    columns, rows = int(width / side) + 1, int(height / side) + 1

    begins = np.zeros(columns * rows + 2, np.int32)
    for node in range(len(x)):
        if eligible[node]:
            cell = int((y[node] - south) / side) * columns + int((x[node] - west) / side)
            begins[cell + 2] += 1
    for cell in range(columns * rows):
        begins[cell + 1] += begins[cell]
    members = np.empty(count, np.int32)
    for node in range(len(x)):
        if eligible[node]:
            cell = int((y[node] - south) / side) * columns + int((x[node] - west) / side)
            members[begins[cell + 1]] = node
            begins[cell + 1] += 1

    for place in range(len(here_x)):
        at_x, at_y = here_x[place], here_y[place]
        outside = max(west - at_x, at_x - east, south - at_y, at_y - north)
        if not outside <= farthest:  # nor is what is no number
            continue
        column, row = math.floor((at_x - west) / side), math.floor((at_y - south) / side)
        least, found = np.inf, -1
        ring = max(-column, column - columns + 1, -row, row - rows + 1, 0)
        last = max(column, columns - 1 - column, row, rows - 1 - row)
        while ring <= last:
            # All of the ring is at least so far, but for what rounding did to points on a line.
            if (ring - 1) * side - _ROUNDED > min(least, farthest):
                break
            low, high = max(row - ring, 0), min(row + ring, rows - 1)
            left, right = max(column - ring, 0), min(column + ring, columns - 1)
            for line in range(low, high + 1):
                whole = abs(line - row) == ring
                step = 1 if whole else max(2 * ring, 1)
                first = left if whole else column - ring
                for cell_x in range(first, (right if whole else column + ring) + 1, step):
                    if not left <= cell_x <= right:
                        continue
                    cell = line * columns + cell_x
                    for member in range(begins[cell], begins[cell + 1]):
                        node = members[member]
                        far = math.hypot(x[node] - at_x, y[node] - at_y)
                        if far < least or (far == least and node < found):
                            least, found = far, node
            ring += 1
        if least <= farthest:
            point[place], distance[place] = found, least
    return point, distance
