"""Growth of a population from the year of its data to a target year: compound, per township."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from geo.boundary import Region
from geo.errors import PopulationError
from geo.findings import Finding
from geo.gazetteer import Gazetteer
from geo.population import CODE_FIELDS, NAME_FIELDS, PopulationRow
from geo.table_file import column_of, read_table

__all__ = ["MAX_RATE", "YEARS", "Growth", "RateRow", "growth_factors", "read_growth"]

#: Per year; no county has kept up more for a decade.
MAX_RATE = 0.2
#: Of data and targets.
YEARS = (1950, 2150)

RATE_FIELDS = ("rate", "growth", "增长率", "年增长率", "年均增长率")

_PERCENT = re.compile(r"([+-]?\d+(?:\.\d+)?)\s*[%％]")


@dataclass(frozen=True, kw_only=True, slots=True)
class RateRow:
    """Rate per year of a township, or of anything that contains townships."""

    line: int
    code: str
    name: str
    rate: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Growth:
    """From the year of the data to the year planned for.

    Parameters
    ----------
    from_year, to_year
        The target may lie before the data: the rate is then undone.
    rate
        Per year, of every township; None where ``rows`` tell.
    file, rows
        A table of rates, the most specific row of a township counting.
    """

    from_year: int
    to_year: int
    rate: float | None = None
    file: str = ""
    rows: tuple[RateRow, ...] = ()


def read_growth(told: str, *, from_year: int, to_year: int) -> Growth:
    """Read a rate ("0.004", "0.4%"), or a table with columns of codes or names and of rates.

    Raises
    ------
    PopulationError
        If a year or a rate is out of range, or the table cannot be read.
    """
    for option, year in (("--population-year", from_year), ("--year", to_year)):
        if not YEARS[0] <= year <= YEARS[1]:
            raise PopulationError(
                f"{year} is no year to plan with", where=option, remedy="Give e.g. 2027"
            )
    rate = _number(told)
    if rate is not None:
        return Growth(from_year=from_year, to_year=to_year, rate=_checked(rate, told, "--growth"))
    path = Path(told)
    if not path.exists():
        raise PopulationError(
            f"{told!r:.80} is neither a rate nor a file",
            where="--growth",
            remedy="Give a rate a year like 0.004 or 0.4%, or a table with columns code and rate",
        )
    return Growth(from_year=from_year, to_year=to_year, file=path.name, rows=_rows(path))


def growth_factors(
    growth: Growth | None, region: Region
) -> tuple[NDArray[np.float64], list[Finding]]:
    """How many times as many people each township has in the target year.

    Returns
    -------
    float64[townships]
        Positive; 1 where a table has no rate, and everywhere without growth.
    list of Finding
        ``growth-without-rate``.

    Raises
    ------
    PopulationError
        If a row of the table is not in the region or means several places of a name.
    """
    size = len(region.townships)
    if growth is None:
        return np.ones(size), []
    years = growth.to_year - growth.from_year
    if growth.rate is not None:
        return np.full(size, (1 + growth.rate) ** years), []
    names = Gazetteer(region)
    rates = np.full(size, np.nan)
    meant = []
    for row in growth.rows:
        as_people = PopulationRow(line=row.line, code=row.code, name=row.name, people=0)
        meaning = names.meaning(as_people, growth.file, guesses=False)
        if not meaning.townships:
            raise PopulationError(
                f"{as_people.label!r} is not in the region",
                where=f"{growth.file} row {row.line}",
                remedy="Correct the name or give the code",
            )
        meant.append((meaning.townships, row.rate))
    for townships, rate in sorted(meant, key=lambda told: -len(told[0])):
        rates[list(townships)] = rate
    findings = []
    if (left := np.isnan(rates)).any():
        told = region.townships["name"].astype(str).to_numpy()[left]
        findings.append(
            Finding(
                kind="growth-without-rate",
                where=growth.file,
                values={"townships": len(told), "of": size, "names": "; ".join(told[:10])},
            )
        )
    return (1 + np.nan_to_num(rates)) ** years, findings


def _rows(path: Path) -> tuple[RateRow, ...]:
    table = read_table(path, PopulationError)
    at = {
        "code": column_of(table.header, CODE_FIELDS),
        "name": column_of(table.header, NAME_FIELDS),
        "rate": column_of(table.header, RATE_FIELDS),
    }
    if at["rate"] is None or (at["code"] is None and at["name"] is None):
        raise PopulationError(
            f"no column of {'rate' if at['rate'] is None else 'code or name'} among: "
            + ", ".join(table.header),
            where=table.file,
            remedy="Give the columns code (or name) and rate",
        )
    rows, seen = [], set()
    for line, cells in table.rows:
        code, name, told = (
            "" if position is None else cells[position].strip() for position in at.values()
        )
        where = f"{table.file} row {line}"
        if not code and not name:
            raise PopulationError("has neither code nor name", where=where, remedy="Delete it")
        if (code, name if not code else "") in seen:
            raise PopulationError(
                f"{code or name!r} has a rate already", where=where, remedy="Keep one row a place"
            )
        seen.add((code, name if not code else ""))
        rate = _number(told)
        if rate is None:
            raise PopulationError(
                f"{told!r:.40} is no rate", where=where, remedy="Give e.g. 0.004 or 0.4%"
            )
        rows.append(RateRow(line=line, code=code, name=name, rate=_checked(rate, told, where)))
    if not rows:
        raise PopulationError("has no rows", where=table.file, remedy="Give a row a place")
    return tuple(rows)


def _number(text: str) -> float | None:
    percent = _PERCENT.fullmatch(text.strip())
    try:
        return float(percent[1]) / 100 if percent else float(text)
    except ValueError:
        return None


def _checked(rate: float, told: str, where: str) -> float:
    if not math.isfinite(rate) or abs(rate) > MAX_RATE:
        raise PopulationError(
            f"{told!r:.40} a year is not allowed",
            where=where,
            remedy=f"Give -{MAX_RATE:g} to {MAX_RATE:g}; 0.4 per cent is 0.004 or 0.4%",
        )
    return rate
