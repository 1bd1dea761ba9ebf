"""A user's table: CSV, TSV or XLSX, told apart by its bytes and not by its name."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from geo.archive import MAX_BYTES
from geo.errors import InputError
from geo.text_file import decoded, text_cells
from geo.workbook import is_workbook, read_sheet

__all__ = ["Table", "column_of", "file_bytes", "folded", "read_cells", "read_table", "table_of"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Table:
    """Rows of a file, and how they were read.

    Parameters
    ----------
    file
        Name, for sentences.
    kind
        "CSV", "TSV" or "XLSX".
    encoding, separator
        Of a text file, else empty.
    sheet, sheets
        Of a workbook: the one read, and all of them.
    header
        Names of the columns, as given; empty where the file is.
    rows
        Row number, as a spreadsheet shows it, and as many cells as there are columns.
    """

    file: str
    kind: str
    encoding: str = ""
    separator: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    rows: tuple[tuple[int, list[str]], ...] = ()


def file_bytes(path: Path, error: type[InputError]) -> bytes:
    """Content of an ordinary file of reasonable size.

    Raises
    ------
    error
        If it is missing, a folder, a device, unreadable or too large.
    """
    try:
        if path.exists() and not path.is_file():
            raise error("is no file", where=path.name, remedy="Name a file")
        if (size := path.stat().st_size) > MAX_BYTES:
            raise error(
                f"has {size // 1_000_000} MB, more than {MAX_BYTES // 1_000_000}",
                where=path.name,
                remedy="Cut it to the region",
            )
        return path.read_bytes()
    except FileNotFoundError as reason:
        raise error(
            "no such file: it cannot be read", where=str(path), remedy="Check the path"
        ) from reason
    except (OSError, ValueError) as reason:  # ValueError: a null character in the path
        raise error(
            f"cannot be read ({getattr(reason, 'strerror', None) or reason})",
            where=str(path).replace("\0", "?"),
            remedy="Check the path",
        ) from reason


def read_table(path: Path, error: type[InputError], *, sheet: str | None = None) -> Table:
    """Read a table whole.

    Raises
    ------
    error
        If the file cannot be read, is no table, or a row has more cells than there are headings.
    """
    return table_of(file_bytes(path, error), path.name, error, sheet=sheet)


def table_of(data: bytes, file: str, error: type[InputError], *, sheet: str | None = None) -> Table:
    """As :func:`read_table`, from the bytes of a file."""
    if is_workbook(data) or data.startswith(b"PK\x03\x04"):
        page = read_sheet(data, file, error, sheet)
        header, rows = _headed(page.rows)
        return Table(
            file=file, kind="XLSX", sheet=page.name, sheets=(page.name, *page.others),
            header=header, rows=rows,
        )  # fmt: skip
    if sheet is not None:
        raise error("has no sheets", where=file, remedy="Leave --layer out")
    text, encoding = decoded(data, file, error)
    separator, cells = text_cells(text, file, error)
    header, rows = _headed(tuple(cells))
    kind = "TSV" if separator == "\t" else "CSV"
    return Table(
        file=file, kind=kind, encoding=encoding, separator=separator, header=header, rows=rows
    )


def read_cells(path: Path, error: type[InputError]) -> Iterator[tuple[int, list[str]]]:
    """Row number and cells of every row, the heading first."""
    table = read_table(path, error)
    if table.header:
        yield 1, list(table.header)
        yield from table.rows


def _headed(
    rows: tuple[tuple[int, list[str]], ...],
) -> tuple[tuple[str, ...], tuple[tuple[int, list[str]], ...]]:
    if not rows:
        return (), ()
    header = tuple(rows[0][1])
    width = len(header)
    return header, tuple((line, (cells + [""] * width)[:width]) for line, cells in rows[1:])


def folded(name: object) -> str:
    """A column's name without what does not tell columns apart: width, case, space around."""
    return unicodedata.normalize("NFKC", str(name)).strip().casefold()


def column_of(header: Iterable[object], names: Iterable[str]) -> int | None:
    """Position of the first of some names that a header has."""
    known = [folded(name) for name in header]
    return next((known.index(name) for name in map(folded, names) if name in known), None)
