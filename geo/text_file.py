"""A user's text file: its encoding told by its bytes, its cells by their separators."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from geo.errors import InputError

__all__ = ["decoded", "text_cells"]

_SEPARATORS = ",;\t"


def decoded(data: bytes, where: str, error: type[InputError]) -> tuple[str, str]:
    """Tell UTF-8 (with or without a mark), UTF-16 with a mark and GB 18030 (GBK) apart.

    Returns
    -------
    text, encoding
    """
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ["utf-16"] if marked else ["utf-8-sig", "gb18030"]:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            plain = encoding == "utf-8-sig" and not data.startswith(b"\xef\xbb\xbf")
            return text, "utf-8" if plain else encoding
    raise error("is not text in UTF-8 or GBK", where=where, remedy="Save it as CSV (UTF-8)")


def text_cells(
    text: str, where: str, error: type[InputError]
) -> tuple[str, Iterator[tuple[int, list[str]]]]:
    """Cut text into rows of stripped cells, rows of nothing left out.

    Commas, semicolons or tabs separate, whichever the first row has most of.

    Returns
    -------
    separator, rows
        Row number, as a spreadsheet shows it, and cells.

    Raises
    ------
    error
        While rows are taken: if the text is no table.
    """
    first = text.lstrip("\r\n").partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    return separator, _rows(text, separator, where, error)


def _rows(
    text: str, separator: str, where: str, error: type[InputError]
) -> Iterator[tuple[int, list[str]]]:
    width = 0
    try:
        for line, row in enumerate(
            csv.reader(io.StringIO(text, newline=""), delimiter=separator), start=1
        ):
            cells = [cell.strip() for cell in row]
            if not any(cells):
                continue
            width = width or len(cells)
            if any(cells[width:]):
                # Most often a thousands separator without quotes, which would move every figure.
                raise error(
                    f"has {len(cells)} cells under {width} headings ({', '.join(cells)})",
                    where=f"{where}, row {line}",
                    remedy="Put quotes around text and numbers that hold the separator",
                )
            yield line, cells
    except csv.Error as reason:
        raise error(
            f"is not a CSV file ({reason})", where=where, remedy="Save it as CSV (UTF-8)"
        ) from reason
