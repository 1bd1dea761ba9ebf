"""Households: how many of them the people of a row, a township or a cell are.

Rules that ask for a site for so many households (SB/T 10719: one for 2,000 in cities) need them.
They come from the population table (a column of households, or of people per household) and
otherwise from one size for all, which is an assumption and told as one.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from geo.errors import PopulationError

__all__ = ["HOUSEHOLD_SIZE", "HouseholdColumns", "household_columns", "households_of"]

#: People per household where nothing is known: 2.62 in China (Seventh National Population Census,
#: communiqué no. 2, 2021); 2.36 in England and Wales (census 2021).
HOUSEHOLD_SIZE = 2.62

HOUSEHOLD_FIELDS = ("households", "家庭户数", "户数", "总户数")
SIZE_FIELDS = ("household_size", "户规模", "户均人口", "家庭户规模", "people_per_household")
#: Larger averages are a slip: a column of people, or of a single dormitory.
MAX_SIZE = 20.0

_EMPTY = {"", "na", "n/a", "nan", "null", "none", "-", "--", "—", "…"}


@dataclass(frozen=True, kw_only=True, slots=True)
class HouseholdColumns:
    """Positions of the columns, None where a table has none."""

    households: int | None = None
    size: int | None = None


def household_columns(header: Sequence[str]) -> HouseholdColumns:
    """Find the columns of a table of people by their names."""
    names = [unicodedata.normalize("NFKC", name).casefold().strip() for name in header]

    def position(known: Sequence[str]) -> int | None:
        return next((names.index(name) for name in known if name in names), None)

    return HouseholdColumns(households=position(HOUSEHOLD_FIELDS), size=position(SIZE_FIELDS))


def households_of(
    cells: Sequence[str], columns: HouseholdColumns, people: int, where: str
) -> int | None:
    """Households of a row, None where it does not tell.

    A figure of households counts before a size: an average is rounded.

    Raises
    ------
    PopulationError
        If a figure is no number, or is no number of households of so many people.
    """
    households = _number(cells, columns.households, where)
    if households is not None:
        whole = float(households).is_integer() and households >= 0
        if not whole or households > people or people > households * 1000:
            raise PopulationError(
                f"{households:g} households of {people} people cannot be",
                where=where,
                remedy="Give whole households, or leave the cell empty",
            )
        return int(households)
    size = _number(cells, columns.size, where)
    if size is None:
        return None
    if not 1.0 <= size <= MAX_SIZE:
        raise PopulationError(
            f"{size:g} people per household cannot be",
            where=where,
            remedy=f"Give 1 to {MAX_SIZE:g}, or leave the cell empty",
        )
    return round(people / size)


def _number(cells: Sequence[str], at: int | None, where: str) -> float | None:
    text = unicodedata.normalize("NFKC", cells[at]).strip() if at is not None else ""
    if text.casefold() in _EMPTY:
        return None
    try:
        number = float(text.replace(",", ""))
    except ValueError:
        number = math.nan
    if not math.isfinite(number) or len(text) > 30:
        raise PopulationError(
            f"{text!r:.40} is no number of households",
            where=where,
            remedy="Correct it, or leave the cell empty",
        )
    return number
