"""Overlaps and gaps between township outlines, and the disjoint territories used for assignment.

In an overlap the smaller township wins: a street office drawn over the rural town around it keeps
its streets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from geo.osm_areas import polygonal

__all__ = ["Overlap", "longest_neighbour", "overlaps", "partition", "wasted"]

# Two outlines drawn from the same points still differ by rounding: below this they only touch.
_TOUCH_M2 = 1e-3
# How near an outline must run to a hole's rim to be its border.
_RIM_M = 0.1

Geometries = npt.NDArray[np.object_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Overlap:
    """Ground that two townships both claim.

    Parameters
    ----------
    first, second
        Their rows, ``first < second``.
    geometry
        The common ground.
    """

    first: int
    second: int
    geometry: BaseGeometry


def overlaps(units: Geometries) -> list[Overlap]:
    """Find every pair of overlapping (Multi)Polygons, in metres, ordered by their rows."""
    left, right = STRtree(units).query(units, predicate="intersects")
    pairs = np.column_stack((left, right))[left < right]
    pairs = pairs[np.lexsort((pairs[:, 1], pairs[:, 0]))]
    shared = shapely.intersection(units[pairs[:, 0]], units[pairs[:, 1]])
    return [
        Overlap(first=int(i), second=int(j), geometry=geometry)
        for (i, j), geometry in zip(pairs, shared, strict=True)
        if geometry.area > _TOUCH_M2
    ]


def partition(units: Geometries, shared: Sequence[Overlap]) -> Geometries:
    """Cut overlapping units into disjoint territories.

    Parameters
    ----------
    units
        (Multi)Polygons in metres.
    shared
        Their overlaps.

    Returns
    -------
    One geometry per unit: the unit less every smaller unit that it overlaps (of equal ones the
    first keeps the ground); an empty Polygon where nothing is left.
    """
    area_m2 = shapely.area(units)
    winners: dict[int, list[int]] = {}
    for overlap in shared:
        i, j = overlap.first, overlap.second
        loser, winner = (i, j) if area_m2[j] < area_m2[i] else (j, i)
        winners.setdefault(loser, []).append(winner)
    territories = units.copy()
    for loser, cut in winners.items():
        rest = shapely.difference(units[loser], shapely.union_all(units[sorted(cut)]))
        territories[loser] = polygonal(rest) or shapely.Polygon()
    return territories


def wasted(
    units: Geometries, shared: Sequence[Overlap]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Measure what is claimed twice and what by nobody.

    Returns
    -------
    overlap_m2
        Per unit, its ground that others claim too (each spot once).
    gap_m2
        Per unit, the holes in the union of all that border on it longer than on any other.
    """
    claims: dict[int, list[BaseGeometry]] = {}
    for overlap in shared:
        claims.setdefault(overlap.first, []).append(overlap.geometry)
        claims.setdefault(overlap.second, []).append(overlap.geometry)
    overlap_m2, gap_m2 = np.zeros(len(units)), np.zeros(len(units))
    for i, parts in claims.items():
        overlap_m2[i] = parts[0].area if len(parts) == 1 else shapely.union_all(parts).area
    rings = shapely.get_rings(shapely.get_parts(shapely.union_all(units)), return_index=True)
    is_hole = np.concatenate(([False], np.diff(rings[1]) == 0))
    for hole in np.atleast_1d(np.asarray(shapely.polygons(rings[0][is_hole]), dtype=object)):
        owner = longest_neighbour(hole, units)
        if owner >= 0:
            gap_m2[owner] += hole.area
    return overlap_m2, gap_m2


def longest_neighbour(place: BaseGeometry, units: Geometries) -> int:
    """Row of the unit that shares the longest border with a polygon; -1 where none touches."""
    rim = shapely.boundary(place)
    near = np.flatnonzero(shapely.dwithin(units, place, _RIM_M))
    if not len(near):
        return -1
    length_m = shapely.length(shapely.intersection(shapely.buffer(units[near], _RIM_M), rim))
    return int(near[np.argmax(length_m)])
