"""Cells of an Excel workbook (.xlsx) as text, formulas never computed."""

from __future__ import annotations

import datetime
import io
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from zipfile import BadZipFile, ZipFile

from geo.archive import unzipped
from geo.errors import InputError

__all__ = ["Sheet", "is_workbook", "read_sheet"]

_MAX_ROWS, _MAX_COLUMNS = 1_000_000, 1_000
_OLD = b"\xd0\xcf\x11\xe0"  # the container of .xls, and of encrypted .xlsx


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Sheet:
    """One sheet of a workbook.

    Parameters
    ----------
    name
        Of the sheet.
    others
        Names of the other sheets that hold anything.
    rows
        Row number as Excel shows it, and cells; rows of nothing are left out.
    """

    name: str
    others: tuple[str, ...]
    rows: tuple[tuple[int, list[str]], ...]


def is_workbook(data: bytes) -> bool:
    """Whether bytes are an Excel file, of the old kind or the new."""
    if data.startswith(_OLD):
        return True
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            return any(name.startswith("xl/") for name in archive.namelist())
    except (BadZipFile, OSError, ValueError, EOFError):
        return False


def read_sheet(data: bytes, where: str, error: type[InputError], name: str | None = None) -> Sheet:
    """Read the one filled sheet of a workbook, or the one named.

    A cell shows what Excel showed last (the value kept beside its formula); a formula without such
    a value stays the text it is. Nothing is computed and no link is followed.

    Raises
    ------
    error
        If it is no .xlsx, is damaged or hostile, or holds several filled sheets and none is named.
    """
    if data.startswith(_OLD):
        raise error(
            "is a workbook of the old kind (.xls) or locked by a password",
            where=where,
            remedy="Save it as .xlsx without a password, or as CSV (UTF-8)",
        )
    for member, content in unzipped(data, where, error, kind="workbook").items():
        if member.endswith((".xml", ".rels")) and b"<!DOCTYPE" in content[:4096].upper():
            raise error(
                f"declares entities ({member!r:.60})", where=where, remedy="Save it anew in Excel"
            )
    # Here, as it takes a while to load and most files are none.
    import openpyxl
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl on styles and extensions it passes over
            shown = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
            plain = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
            names = [sheet.title for sheet in plain.worksheets]
            if name is not None and name not in names:
                raise error(
                    f"has no sheet {name!r:.60} (there are: {', '.join(names)})",
                    where=where,
                    remedy="Name one of them",
                )
            wanted = [name] if name is not None else names
            sheets = {
                title: tuple(_rows(shown[title], plain[title], where, error)) for title in wanted
            }
    except InputError:
        raise
    except (InvalidFileException, BadZipFile, LookupError, ValueError, TypeError, OSError,
            AttributeError, SyntaxError) as reason:  # fmt: skip
        # SyntaxError: xml.etree's ParseError is one.
        raise error(
            "is a damaged workbook (its contents are damaged)",
            where=where,
            remedy="Save it anew as .xlsx",
        ) from reason
    filled = [title for title, rows in sheets.items() if rows]
    if len(filled) > 1:
        raise error(
            f"holds {len(filled)} sheets: {', '.join(filled)}",
            where=where,
            remedy="Say which one with --layer, or keep one of them",
        )
    title = filled[0] if filled else wanted[0] if wanted else ""
    others = tuple(other for other in names if other != title)
    return Sheet(name=title, others=others, rows=sheets.get(title, ()))


def _rows(
    shown: Any, plain: Any, where: str, error: type[InputError]
) -> Iterator[tuple[int, list[str]]]:
    for sheet in (shown, plain):
        sheet.reset_dimensions()  # what the file says of its size may be wrong, and huge
    pairs = zip(shown.iter_rows(values_only=True), plain.iter_rows(values_only=True), strict=False)
    width = 0
    for line, (values, formulas) in enumerate(pairs, start=1):
        if line > _MAX_ROWS or len(values) > _MAX_COLUMNS:
            raise error(
                f"has more than {_MAX_ROWS} rows or {_MAX_COLUMNS} columns",
                where=where,
                remedy="Keep the table only",
            )
        cells = [
            _text(value if value is not None else formula)
            for value, formula in zip(values, formulas, strict=False)
        ]
        if not any(cells):
            continue
        width = width or max(at for at, cell in enumerate(cells, start=1) if cell)
        if any(cells[width:]):
            raise error(
                f"has cells beyond the {width} headings ({', '.join(filter(None, cells))})",
                where=f"{where}, row {line}",
                remedy="Let the first row name every column, and delete titles above it",
            )
        yield line, cells[:width]


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime.datetime | datetime.date | datetime.time):
        return value.isoformat()
    return str(value).strip()
