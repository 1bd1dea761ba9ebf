"""People by township or county: the user's table, read strictly.

A table of the wrong people plans the wrong sites, so that every value is checked and a fault is
named with the row as a spreadsheet shows it. ``geo.census`` lays the table on a region.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from geo.errors import PopulationError
from geo.households import HouseholdColumns, household_columns, households_of
from geo.table_file import Table, read_table

__all__ = [
    "PeopleColumns",
    "PopulationRow",
    "PopulationTable",
    "canonical_code",
    "canonical_name",
    "each_row",
    "people_columns",
    "read_population",
]

#: Names a column may have, the first that is there counts.
CODE_FIELDS = ("code", "adcode", "区划代码", "行政区划代码", "代码")
NAME_FIELDS = ("name", "名称", "区县", "乡镇", "街道", "township", "county")
PEOPLE_FIELDS = (
    "population",
    "people",
    "pop",
    "人口",
    "人口数",
    "人口数_合计",
    "常住人口",
    "total",
)

#: More people than ever lived in one country: a figure above it is a slip (a code, a phone number).
MAX_PEOPLE = 2_000_000_000

_WHOLE = re.compile(r"(\d+|\d{1,3}(?:[,' ]\d{3})+)(?:\.0+)?")
_NUMBER = re.compile(r"[+-]?(\d[\d,]*)?\.?\d+(e[+-]?\d+)?", re.IGNORECASE)
_EMPTY = {"", "na", "n/a", "nan", "null", "none", "-", "--", "—", "…"}


@dataclass(frozen=True, kw_only=True, slots=True)
class PopulationRow:
    """One figure of the table.

    Parameters
    ----------
    line
        Row as a spreadsheet numbers it, the heading being row 1.
    code, name
        As given, stripped; at least one is not empty.
    people
        Whole number of people, not negative.
    households
        Of these people; None where the table does not tell.
    """

    line: int
    code: str
    name: str
    people: int
    households: int | None = None

    @property
    def label(self) -> str:
        """What a sentence calls the row."""
        return " ".join(part for part in (self.code, self.name) if part)


@dataclass(frozen=True, kw_only=True, slots=True)
class PopulationTable:
    """A checked table of people.

    Parameters
    ----------
    file
        Name of the file, for sentences.
    rows
        In the order of the file; no code twice, no name twice among rows without a code.
    skip_unknown
        The user knows that the table holds places outside the region.
    accept_guesses
        The user takes the nearest spelling where a name is unknown.
    names
        What names that the user has confirmed stand for, by their folded form.
    """

    file: str
    rows: tuple[PopulationRow, ...]
    skip_unknown: bool = False
    accept_guesses: bool = False
    names: Mapping[str, str] = field(default_factory=dict)

    def renamed(self, row: PopulationRow) -> PopulationRow:
        """The row under the name or code that the user has confirmed for it."""
        meant = self.names.get(canonical_name(row.name))
        if meant is None:
            return row
        is_code = canonical_code(meant).isdigit()
        return replace(
            row, code=meant if is_code else row.code, name=row.name if is_code else meant
        )


def canonical_name(text: str) -> str:
    """Fold a name for comparison: width, case and spaces do not tell places apart."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def canonical_code(text: str) -> str:
    """Fold a code for comparison.

    Spreadsheets turn 360222 into "360222.0", and an administrative division may be written at
    any of its lengths (GB/T 2260 and GB/T 10114: 360222, 360222000 and 360222000000 are one
    county; 360222107 and 360222107000 one township).
    """
    code = unicodedata.normalize("NFKC", text).strip().casefold()
    code = re.sub(r"^(\d+)\.0+$", r"\1", code)
    while re.fullmatch(r"\d{6}(\d{3})?000", code):
        code = code[:-3]
    return code


def read_population(
    path: Path,
    *,
    code_field: str | None = None,
    name_field: str | None = None,
    people_field: str | None = None,
    skip_unknown: bool = False,
    accept_guesses: bool = False,
    names: Mapping[str, str] | None = None,
    sheet: str | None = None,
) -> PopulationTable:
    """Read a table of people by township, county or region: CSV, TSV or XLSX.

    Encoding and separator are found as ``geo.text_file`` says. Figures may be written "1,618,979".

    Parameters
    ----------
    path
        The file.
    code_field, name_field, people_field
        Columns to use; by default those with a known name.
    skip_unknown
        Rows that are not in the region are left out and counted instead of refused.
    accept_guesses, names
        As in :class:`PopulationTable`.
    sheet
        Of a workbook, where several are filled.

    Raises
    ------
    PopulationError
        If the file cannot be read, a column is missing, or a value is empty, negative, not a
        whole number or beyond reason, or a place has two rows.
    """
    table = read_table(path, PopulationError, sheet=sheet)
    columns = people_columns(
        table, code_field=code_field, name_field=name_field, people_field=people_field
    )
    rows = []
    for row in each_row(table, columns):
        if isinstance(row, PopulationError):
            raise row
        rows.append(row)
    if not rows:
        raise PopulationError(
            "has a heading but no rows", where=table.file, remedy="Give a row a place"
        )
    return PopulationTable(
        file=table.file,
        rows=tuple(rows),
        skip_unknown=skip_unknown,
        accept_guesses=accept_guesses,
        names=names or {},
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class PeopleColumns:
    """Positions of the columns that matter; of code and name one may be missing."""

    code: int | None
    name: int | None
    people: int
    homes: HouseholdColumns


def people_columns(
    table: Table,
    *,
    code_field: str | None = None,
    name_field: str | None = None,
    people_field: str | None = None,
) -> PeopleColumns:
    """Find the columns of a table of people.

    Raises
    ------
    PopulationError
        If one is missing.
    """
    header = list(table.header)
    if not header:
        raise PopulationError(
            "is empty", where=table.file, remedy="Give a table with a heading row"
        )
    code_at = _column(header, CODE_FIELDS, code_field, table.file, "code")
    name_at = _column(header, NAME_FIELDS, name_field, table.file, "name")
    people_at = _column(header, PEOPLE_FIELDS, people_field, table.file, "people")
    if people_at is None or (code_at is None and name_at is None):
        missing = "people" if people_at is None else "code or name"
        option = (
            "--population-field"
            if people_at is None
            else "--population-code-field or --population-name-field"
        )
        raise PopulationError(
            f"no column of {missing} among: {', '.join(header)}",
            where=table.file,
            remedy=f"Name it with {option}, or call it one of: "
            + ", ".join(PEOPLE_FIELDS if people_at is None else CODE_FIELDS + NAME_FIELDS),
        )
    return PeopleColumns(
        code=code_at, name=name_at, people=people_at, homes=household_columns(header)
    )


def each_row(table: Table, columns: PeopleColumns) -> Iterator[PopulationRow | PopulationError]:
    """Row by row the figure, or what is wrong with it."""
    first: dict[tuple[str, str], PopulationRow] = {}
    for line, cells in table.rows:
        where = f"{table.file} row {line}"
        code, name = _cell(cells, columns.code), _cell(cells, columns.name)
        if not code and not name:
            yield PopulationError(
                "has neither code nor name", where=where, remedy="Fill one in or delete the row"
            )
            continue
        try:
            people = _people(cells[columns.people], f"{where}, {table.header[columns.people]}")
            households = households_of(cells, columns.homes, people, where)
        except PopulationError as error:
            yield error
            continue
        row = PopulationRow(line=line, code=code, name=name, people=people, households=households)
        key = ("", canonical_name(row.name)) if not row.code else (canonical_code(row.code), "")
        if (before := first.setdefault(key, row)) is not row:
            yield PopulationError(
                f"{row.label!r} was given in row {before.line} already",
                where=where,
                remedy="Keep one row a place, or tell places of one name apart by a code column",
            )
            continue
        yield row


def _column(
    header: list[str], known: tuple[str, ...], chosen: str | None, file: str, what: str
) -> int | None:
    names = [canonical_name(name) for name in header]
    for name in known if chosen is None else (chosen,):
        if canonical_name(name) in names:
            return names.index(canonical_name(name))
    if chosen is None:
        return None
    raise PopulationError(
        f"no column {chosen!r} for the {what} among: {', '.join(header)}",
        where=file,
        remedy="Give one of these",
    )


def _cell(cells: list[str], at: int | None) -> str:
    return cells[at] if at is not None and at < len(cells) else ""


def _people(text: str, where: str) -> int:
    folded = unicodedata.normalize("NFKC", text).strip()
    whole = _WHOLE.fullmatch(folded)
    if whole is not None and len(folded) <= 30:
        people = int(re.sub(r"\D", "", whole[1]))
        if people <= MAX_PEOPLE:
            return people
    if folded.casefold() in _EMPTY:
        fault = f"no figure ({text!r})"
    elif whole is not None:
        fault = f"{text!r:.40} is more people than can be"
    elif not _NUMBER.fullmatch(folded):
        fault = f"{text!r:.40} is not a number"
    elif folded.startswith("-"):
        fault = f"{text!r:.40} is negative"
    else:
        fault = f"{text!r:.40} is not a whole number"
    raise PopulationError(
        fault, where=where, remedy="Give whole people, e.g. 12345 or 12,345, or delete the row"
    )
