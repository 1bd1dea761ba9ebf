"""Where a point fits: criteria with unit, threshold and source, and the score that they make.

What is measured stays with the candidates; scores are made of it when a plan is, so that weights
can be moved without importing a region again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from geo.errors import InputError
from geo.toml_table import checked_fields, line_of_text, located, number, read_toml

__all__ = [
    "CRITERIA",
    "LAND_COLUMN",
    "MAX_WEIGHT",
    "Criterion",
    "Suitability",
    "column_of",
    "default_suitability",
    "read_suitability",
]

#: What can be measured, with its unit.
CRITERIA: dict[str, str] = {
    "free": "m2",
    "buildings": "m",
    "obstacles": "m",
    "water": "m",
    "schools": "m",
    "dirty": "m",
    "lorry": "m",
    "slope": "degrees",
}
#: Kinds of land that a candidate's free area is known from, joined by ";".
LAND_COLUMN = "land"
MAX_WEIGHT = 100.0
#: A criterion counts against a place that comes to less.
AGAINST = 0.5

_SUFFIX = {"m2": "m2", "m": "m", "degrees": "deg"}
_DEFAULT = Path(__file__).resolve().parent.parent / "data" / "suitability.toml"
_FIELDS = ("name_zh", "name_en", "unit", "zero", "one", "unknown", "weight", "source")

Floats = NDArray[np.float64]


def column_of(key: str) -> str:
    """Column of the candidates that holds a criterion's values: ``free_m2``, ``slope_deg``."""
    return f"{key}_{_SUFFIX[CRITERIA[key]]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Criterion:
    """One thing that speaks for or against a place.

    Parameters
    ----------
    key
        One of :data:`CRITERIA`.
    name_zh, name_en, unit
        What people call it and what it is measured in.
    zero, one
        Values at which a place does not fit at all, and from which nothing speaks against it;
        in between in proportion. ``zero`` above ``one``: the less the better.
    unknown
        Score (0-1) where the data does not tell.
    weight
        Share in the whole score, against those of the others.
    source
        Of the two values, or that they are an assumption.
    """

    key: str
    name_zh: str
    name_en: str
    unit: str
    zero: float
    one: float
    unknown: float
    weight: float
    source: str

    def scores(self, values: Floats) -> Floats:
        """Scores (0-1) of values, NaN where unknown."""
        share = (values - self.zero) / (self.one - self.zero)
        return np.asarray(np.clip(share, 0.0, 1.0), np.float64)


@dataclass(frozen=True, kw_only=True, slots=True)
class Suitability:
    """The criteria, in the order of :data:`CRITERIA`."""

    criteria: tuple[Criterion, ...] = field(default=())

    def __getitem__(self, key: str) -> Criterion:
        """Look a criterion up."""
        return next(one for one in self.criteria if one.key == key)

    def weights(self, moved: Mapping[str, float] | None = None) -> dict[str, float]:
        """Weights by criterion, some of them replaced."""
        return {one.key: one.weight for one in self.criteria} | dict(moved or {})

    def scores(self, frame: pd.DataFrame, moved: Mapping[str, float] | None = None) -> Floats:
        """Weighted mean of the criteria (Malczewski 2006, weighted linear combination).

        Parameters
        ----------
        frame
            Candidates with a column for each criterion.
        moved
            Weights that replace those of the criteria.

        Returns
        -------
        float64[n], 0-1; NaN where nothing is weighed. A criterion of which nothing is known
        anywhere has no weight.
        """
        weights = self.weights(moved)
        total, whole = np.zeros(len(frame)), 0.0
        for one in self.criteria:
            values = frame[column_of(one.key)].to_numpy(np.float64)
            known = ~np.isnan(values)
            if weights[one.key] > 0 and known.any():
                total += weights[one.key] * np.where(known, one.scores(values), one.unknown)
                whole += weights[one.key]
        return total / whole if whole else np.full(len(frame), np.nan)

    def against(
        self, frame: pd.DataFrame, moved: Mapping[str, float] | None = None
    ) -> list[tuple[str, ...]]:
        """Criteria known to come to less than a half, for each candidate."""
        weights = self.weights(moved)
        low = {
            one.key: one.scores(frame[column_of(one.key)].to_numpy(np.float64)) < AGAINST
            for one in self.criteria
            if weights[one.key] > 0
        }
        return [tuple(key for key, rows in low.items() if rows[i]) for i in range(len(frame))]

    def record(self) -> list[dict[str, Any]]:
        """Plain form for the manifest."""
        return [
            {"key": one.key, **{name: getattr(one, name) for name in _FIELDS}}
            for one in self.criteria
        ]

    @classmethod
    def of(cls, record: list[dict[str, Any]]) -> Suitability:
        """Inverse of :meth:`record`."""
        return cls(criteria=tuple(Criterion(**one) for one in record))


@lru_cache(maxsize=1)
def default_suitability() -> Suitability:
    """Read the table that comes with the program.

    Raises
    ------
    InputError
        If the program is not installed from its checkout, where the table lies.
    """
    return read_suitability(_DEFAULT)


def read_suitability(path: Path) -> Suitability:
    """Read a table of criteria.

    Raises
    ------
    InputError
        If it cannot be read, a criterion is missing or unknown, or a value is not allowed.
    """
    try:
        content = read_toml(path)
        if strangers := sorted(set(content) - set(CRITERIA)):
            raise InputError(f"{strangers[0]!r:.60} is no criterion")
        if missing := [key for key in CRITERIA if key not in content]:
            raise InputError(f"[{missing[0]}] is missing", remedy="Give weight 0 to leave it out")
        return Suitability(criteria=tuple(_criterion(key, content[key]) for key in CRITERIA))
    except InputError as error:
        raise located(error, path, f"Start from a copy of data/{_DEFAULT.name}") from error


def _criterion(key: str, content: object) -> Criterion:
    table = checked_fields(key, content, _FIELDS)
    at = f"[{key}] {{}}".format
    if table["unit"] != CRITERIA[key]:
        raise InputError(
            f"{table['unit']!r:.40} is not allowed", where=at("unit"), remedy=f"{CRITERIA[key]!r}"
        )
    most = 90.0 if CRITERIA[key] == "degrees" else 100_000.0
    zero = number(at("zero"), table["zero"], 0.0, most)
    one = number(at("one"), table["one"], 0.0, most)
    if zero == one:
        raise InputError(f"{one:g} is the same as zero", where=at("one"), remedy="Give another")
    return Criterion(
        key=key,
        name_zh=line_of_text(at("name_zh"), table["name_zh"]),
        name_en=line_of_text(at("name_en"), table["name_en"]),
        unit=CRITERIA[key],
        zero=zero,
        one=one,
        unknown=number(at("unknown"), table["unknown"], 0.0, 1.0),
        weight=number(at("weight"), table["weight"], 0.0, MAX_WEIGHT),
        source=line_of_text(at("source"), table["source"]),
    )
