"""Spreading figures over the parts of cells: exact sums, growth and households included.

Figures come in *units*, whose sums are kept exactly: a township with a figure of its own, the
townships that share what is left of a wider total, those that a raster tells of, and the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from geo.census import Matched
from geo.evidence import Settlement
from geo.rounding import largest_remainder

__all__ = ["Spread", "spread"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Spread:
    """Whole people and households of each part of a cell.

    Parameters
    ----------
    people, households
        ``int64`` by row of the settlement, in the target year.
    before
        People in the year of the data, as ``people``.
    assumed
        Rows whose households follow from the assumed size.
    """

    people: Ints
    households: Ints
    before: Ints
    assumed: NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Unit:
    rows: Ints
    people: int
    households: int | None


def spread(
    settlement: Settlement, matched: Matched, *, factors: Floats, household_size: float
) -> Spread:
    """Spread the people of every unit in proportion to what its parts may house.

    Parameters
    ----------
    settlement, matched
        Where people may live, and what is known of how many do.
    factors
        Growth by township, positive.
    household_size
        People per household where the table does not tell.
    """
    size = len(settlement.township)
    people, households, before = np.zeros((3, size), np.int64)
    assumed = np.zeros(size, bool)
    factor = factors[settlement.township]
    for unit in _units(settlement, matched):
        rows = unit.rows
        if not len(rows):  # nobody lives there by a raster, and no figure says otherwise
            continue
        capacity = settlement.capacity[rows]
        before[rows] = largest_remainder(unit.people, capacity)
        grown = before[rows]
        if (factor[rows] != 1).any():
            # Capacity, not people: rounding twice would empty thinly settled parts.
            total = round(float((before[rows] * factor[rows]).sum()))
            grown = largest_remainder(total, capacity * factor[rows])
        people[rows] = grown
        homes = round(int(grown.sum()) / household_size)
        assumed[rows] = unit.households is None and bool(grown.any())
        if unit.households is not None and unit.people:
            homes = round(unit.households * int(grown.sum()) / unit.people)
        if grown.any():
            households[rows] = largest_remainder(homes, grown.astype(np.float64))
    return Spread(people=people, households=households, before=before, assumed=assumed)


def _units(settlement: Settlement, matched: Matched) -> Iterator[_Unit]:
    township, capacity = settlement.township, settlement.capacity
    starts = np.searchsorted(township, np.arange(len(matched.people) + 1))

    def rows_of(members: list[int]) -> Ints:
        return np.concatenate([np.arange(starts[at], starts[at + 1]) for at in members])

    told = np.zeros(len(township), bool)
    people = 0
    for at, figure in enumerate(matched.people.tolist()):
        if figure >= 0:
            rows, people = rows_of([at]), people + figure
            told[rows] = True
            yield _Unit(rows=rows, people=figure, households=matched.households.get(at))
    for group in matched.groups:
        rows, people = rows_of(group.members.tolist()), people + group.people
        told[rows] = True
        yield _Unit(rows=rows, people=group.people, households=group.households)
    # A raster's capacities are people: they count as they are.
    raster = np.array([way == "raster" for way in settlement.methods], bool)[township]
    for by_raster in (True, False):
        rows = np.flatnonzero(~told & (raster == by_raster))
        rate = 1.0
        if not by_raster and people and capacity[told].sum() > 0:
            # Townships without any figure live as densely, by the same evidence, as those with one.
            rate = people / float(capacity[told].sum())
        if len(rows):
            total = round(rate * float(capacity[rows].sum()))
            yield _Unit(rows=rows, people=total, households=None)
