"""The table of a Shapefile: dBASE III, with widths, decimals and the mark of its code page.

GDAL's writer knows neither the mark nor the decimals, and cuts text where bytes end rather than
characters; so the bytes are ours, and GDAL reads them back.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date

from planner.handover.fields import Field

__all__ = ["CODE_LIMIT", "MARKS", "TEXT_LIMIT", "dbf"]

CODE_LIMIT, TEXT_LIMIT = 10, 254
"""Bytes that the name of a field, and a text, may take."""
MARKS = {"gbk": 0x4D, "utf-8": 0x00}
"""Code page of the table by encoding: 936, or none, as dBASE knows no UTF-8 (the .cpg says it)."""
_DIGITS = 18


def dbf(
    fields: Sequence[Field], rows: Sequence[Sequence[object]], *, encoding: str, made: date
) -> bytes:
    """Write a table.

    Parameters
    ----------
    rows
        A value for each field: ``str``, ``int``, ``float``, ``bool`` or ``None``; texts fit
        (:func:`planner.handover.text.fitted`).
    encoding
        One of :data:`MARKS`.
    made
        Date in its head.
    """
    columns = [[_cell(field, row[n], encoding) for row in rows] for n, field in enumerate(fields)]
    widths = [max([1, *map(len, column)]) for column in columns]
    heads = []
    for field, width in zip(fields, widths, strict=True):
        code = field.code.encode("ascii")
        if len(code) > CODE_LIMIT or width > TEXT_LIMIT:
            raise ValueError(f"{field.code}: {width} bytes wide")
        kind = b"C" if field.type == "text" else b"N"
        heads.append(struct.pack("<11sc4xBB14x", code, kind, width, _decimals(field)))
    head = struct.pack(
        "<4B I HH 17x B 2x",
        *(0x03, made.year - 1900, made.month, made.day),
        len(rows),
        *(32 * (len(fields) + 1) + 1, 1 + sum(widths)),
        MARKS[encoding],
    )
    body = [
        b" " + b"".join(_padded(field, column[n], width) for field, column, width in each)
        for each in [list(zip(fields, columns, widths, strict=True))]
        for n in range(len(rows))
    ]
    return b"".join([head, *heads, b"\r", *body, b"\x1a"])


def _decimals(field: Field) -> int:
    return field.decimals if field.type == "number" else 0


def _cell(field: Field, value: object, encoding: str) -> bytes:
    if value is None:
        return b""
    if field.type == "text":
        return str(value).encode(encoding)
    if field.type == "number":
        assert isinstance(value, float)
        return f"{value:.{field.decimals}f}".encode()
    assert isinstance(value, int)
    text = str(int(value)).encode()
    if len(text) > _DIGITS:
        raise ValueError(f"{field.code}: {value} has more than {_DIGITS} digits")
    return text


def _padded(field: Field, cell: bytes, width: int) -> bytes:
    return cell.ljust(width) if field.type == "text" else cell.rjust(width)
