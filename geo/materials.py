"""Material streams: how much of what each person hands in on a day, so that plans speak of tonnes.

Figures are whole grams inside, so that sums over people are exact in any order.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from geo.errors import InputError
from geo.toml_table import checked_fields, line_of_text, located, number, read_toml

__all__ = ["Material", "Materials", "default_materials", "read_materials"]

#: Household waste of all kinds comes to 1-2 kg a day: more of one material is a slip (g for kg).
MAX_KG = 5.0

_DEFAULT = Path(__file__).resolve().parent.parent / "data" / "materials.toml"
_FIELDS = ("name_zh", "name_en", "kg_person_day", "year", "source")


@dataclass(frozen=True, kw_only=True, slots=True)
class Material:
    """One stream.

    Parameters
    ----------
    key
        Identifier: lower-case letters, digits, "_" and "-".
    name_zh, name_en
        What people call it.
    g_person_day
        Whole grams per person and day.
    year
        Of the figure.
    source
        Where it comes from, or that it is an assumption.
    """

    key: str
    name_zh: str
    name_en: str
    g_person_day: int
    year: int
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Materials:
    """Streams in the order of their file."""

    streams: tuple[Material, ...]

    @property
    def keys(self) -> tuple[str, ...]:
        """Identifiers, in order."""
        return tuple(stream.key for stream in self.streams)

    @property
    def g_person_day(self) -> int:
        """Of all streams together."""
        return sum(stream.g_person_day for stream in self.streams)

    def record(self) -> list[dict[str, Any]]:
        """Plain form for JSON and the manifest; a list, as the order counts."""
        return [
            {
                "key": stream.key,
                "name_zh": stream.name_zh,
                "name_en": stream.name_en,
                "kg_person_day": stream.g_person_day / 1000,
                "year": stream.year,
                "source": stream.source,
            }
            for stream in self.streams
        ]

    @classmethod
    def of(cls, record: list[dict[str, Any]]) -> Materials:
        """Inverse of :meth:`record`.

        Raises
        ------
        InputError
            If a figure is missing, unknown or out of range.
        """
        table = {
            row["key"]: {field: value for field, value in row.items() if field != "key"}
            for row in record
        }
        return _materials(table)


def default_materials() -> Materials:
    """Read the table that comes with the program."""
    return _default()


def read_materials(path: Path) -> Materials:
    """Read a table of material streams (TOML, see ``data/materials.toml``).

    Raises
    ------
    InputError
        If it cannot be read, or a figure is missing, unknown or out of range.
    """
    try:
        return _materials(read_toml(path))
    except InputError as error:
        raise located(error, path, "Start from data/materials.toml") from None


@lru_cache(maxsize=1)
def _default() -> Materials:
    return read_materials(_DEFAULT)


def _materials(tables: Mapping[str, Any]) -> Materials:
    if not 1 <= len(tables) <= 50:
        raise InputError(f"has {len(tables)} materials", remedy="Give 1 to 50")
    streams = tuple(_material(key, table) for key, table in tables.items())
    if not any(stream.g_person_day for stream in streams):
        raise InputError("all figures are 0", remedy="Give at least one")
    return Materials(streams=streams)


def _material(key: str, table: object) -> Material:
    told = checked_fields(key, table, _FIELDS)
    return Material(
        key=key,
        name_zh=line_of_text(f"[{key}] name_zh", told["name_zh"]),
        name_en=line_of_text(f"[{key}] name_en", told["name_en"]),
        g_person_day=round(
            1000 * number(f"[{key}] kg_person_day", told["kg_person_day"], 0.0, MAX_KG)
        ),
        year=int(number(f"[{key}] year", told["year"], 1990, 2100)),
        source=line_of_text(f"[{key}] source", told["source"]),
    )
