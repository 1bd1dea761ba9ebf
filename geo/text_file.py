"""A user's text file: its encoding told by its bytes, its cells by their separators."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from geo.errors import InputError

__all__ = ["read_cells"]


def read_cells(path: Path, error: type[InputError]) -> Iterator[tuple[int, list[str]]]:
    """Read a CSV file row by row, cells stripped, rows of nothing left out.

    UTF-8 (with or without a mark), UTF-16 with a mark and GB 18030 (GBK) are told apart by the
    bytes; commas, semicolons or tabs separate, whichever the first row has most of.

    Returns
    -------
    Row number, as a spreadsheet shows it, and cells.

    Raises
    ------
    error
        If the file cannot be read, or is no text in these encodings.
    """
    text = _text(path, error)
    first = text.lstrip("\r\n").partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=first.count))
    width = 0
    try:
        for line, row in enumerate(rows, start=1):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            width = width or len(cells)
            if any(cells[width:]):
                # Most often a thousands separator without quotes, which would move every figure.
                raise error(
                    f"has {len(cells)} cells under {width} headings ({', '.join(cells)})",
                    where=f"{path.name}, row {line}",
                    remedy="Put quotes around text and numbers that hold the separator",
                )
            yield line, cells
    except csv.Error as reason:
        raise error(
            f"is not a CSV file ({reason})", where=path.name, remedy="Save it as CSV (UTF-8)"
        ) from reason


def _text(path: Path, error: type[InputError]) -> str:
    try:
        data = path.read_bytes()
    except OSError as reason:
        raise error(
            f"cannot be read ({reason.strerror or reason})",
            where=str(path),
            remedy="Check the path",
        ) from reason
    if data.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0")):
        raise error(
            "is a workbook, not a CSV file", where=path.name, remedy="Save the sheet as CSV (UTF-8)"
        )
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise error("is not text in UTF-8 or GBK", where=path.name, remedy="Save it as CSV (UTF-8)")
