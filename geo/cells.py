"""Square cells of the metric grid, and how territories are cut by them.

Cell ``(ix, iy)`` is ``[ix * cell_m, (ix + 1) * cell_m)`` by ``[iy * cell_m, ...)`` in the region's
coordinates, so that a cell keeps its name whatever the outline of the region.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

__all__ = ["Pieces", "cell_index", "cut"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Pieces smaller than this are slivers of rounding where a border runs along a cell's edge.
SLIVER_M2 = 0.01
#: A block whose area lacks less than this share is taken as filled.
_FULL = 1 - 1e-12


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Pieces:
    """What the grid cuts areas into, by owner, then cell.

    Parameters
    ----------
    owner
        Index of the area that the piece is part of.
    ix, iy
        Its cell.
    x, y
        A point inside it (the middle of a whole cell), in metres.
    area_m2
        Its area.
    """

    owner: Ints
    ix: Ints
    iy: Ints
    x: Floats
    y: Floats
    area_m2: Floats


def cell_index(x: Floats, cell_m: float) -> Ints:
    """Column or row of the grid that a coordinate lies in."""
    return np.floor(np.asarray(x) / cell_m).astype(np.int64)


def cut(areas: NDArray[np.object_], cell_m: float) -> Pieces:
    """Cut polygons along the grid.

    Blocks of cells are halved until they are filled, empty or one cell, all of a level at once:
    the inside of a polygon is never intersected cell by cell, and no cell meets more of an
    outline than the part near it.

    Parameters
    ----------
    areas
        Polygons or multipolygons in metres; invalid ones are mended, empty ones have no pieces.
    cell_m
        Side of a cell.
    """
    geometry = shapely.make_valid(np.asarray(areas, dtype=object))
    owner = np.flatnonzero(~shapely.is_empty(geometry))
    geometry = geometry[owner]
    low = np.floor(shapely.bounds(geometry)[:, :2] / cell_m).astype(np.int64)
    high = np.floor(shapely.bounds(geometry)[:, 2:] / cell_m).astype(np.int64) + 1
    whole: list[Ints] = []  # rows of owner, lower and upper cell of filled blocks
    parts: list[tuple[Ints, NDArray[np.object_]]] = []  # owner and cell; geometry
    while len(owner):
        area = shapely.area(geometry)
        size = high - low
        full = area >= size.prod(axis=1) * cell_m**2 * _FULL
        single = (size == 1).all(axis=1) & ~full
        whole.append(np.column_stack([owner, low, high])[full])
        parts.append((np.column_stack([owner, low])[single], geometry[single]))
        rest = ~full & ~single
        owner, low, high, geometry = _halve(
            owner[rest], low[rest], high[rest], geometry[rest], cell_m
        )
    return _gather(whole, parts, cell_m)


def _halve(
    owner: Ints, low: Ints, high: Ints, geometry: NDArray[np.object_], cell_m: float
) -> tuple[Ints, Ints, Ints, NDArray[np.object_]]:
    """Both halves of each block, across its longer side, with what lies in them."""
    axis = (high - low).argmax(axis=1)
    at = np.arange(len(owner))
    middle = (low[at, axis] + high[at, axis]) // 2
    first_high, second_low = high.copy(), low.copy()
    first_high[at, axis] = second_low[at, axis] = middle
    lows, highs = np.concatenate([low, second_low]), np.concatenate([first_high, high])
    boxes = shapely.box(*(lows * cell_m).T, *(highs * cell_m).T)
    halves = shapely.intersection(np.concatenate([geometry, geometry]), boxes)
    for mixed in np.flatnonzero(
        shapely.get_type_id(halves) == shapely.GeometryType.GEOMETRYCOLLECTION
    ):
        members = shapely.get_parts(halves[mixed])
        halves[mixed] = shapely.union_all(members[shapely.area(members) > 0])
    kept = shapely.area(halves) > SLIVER_M2
    return np.concatenate([owner, owner])[kept], lows[kept], highs[kept], halves[kept]


def _gather(
    whole: list[Ints], parts: list[tuple[Ints, NDArray[np.object_]]], cell_m: float
) -> Pieces:
    blocks = np.concatenate([np.empty((0, 5), np.int64), *whole])
    filled = [np.empty((0, 3), np.int64)]
    for owner, west, south, east, north in blocks.tolist():
        ix, iy = np.meshgrid(np.arange(west, east), np.arange(south, north))
        filled.append(np.column_stack([np.full(ix.size, owner), ix.ravel(), iy.ravel()]))
    cells = np.concatenate(filled)
    cut_cells = np.concatenate([np.empty((0, 3), np.int64), *(keys for keys, _ in parts)])
    geometry = np.concatenate([np.empty(0, dtype=object), *(shape for _, shape in parts)])
    inside = shapely.point_on_surface(geometry)
    keys = np.concatenate([cells, cut_cells])
    middle = (cells[:, 1:] + 0.5) * cell_m
    x = np.concatenate([middle[:, 0], shapely.get_x(inside)])
    y = np.concatenate([middle[:, 1], shapely.get_y(inside)])
    area_m2 = np.concatenate([np.full(len(cells), cell_m**2), shapely.area(geometry)])
    order = np.lexsort((keys[:, 2], keys[:, 1], keys[:, 0]))
    owner, ix, iy = keys[order].T
    return Pieces(owner=owner, ix=ix, iy=iy, x=x[order], y=y[order], area_m2=area_m2[order])
