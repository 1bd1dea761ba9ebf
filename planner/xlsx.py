"""Workbooks as bytes: the same each time, and text in them stays text."""

from __future__ import annotations

import io
import re
import zipfile

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell

from planner.packs.zipped import zipped

__all__ = ["book_bytes", "put_text"]

_STAMP = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:\2>)")
_FIXED = rb"\g<1>1980-01-01T00:00:00Z\g<3>"
_CORE = "docProps/core.xml"


def book_bytes(book: Workbook) -> bytes:
    """Write a workbook without the time of writing."""
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return zipped({**files, _CORE: _STAMP.sub(_FIXED, files[_CORE])})


def put_text(cell: Cell, text: str) -> None:
    """Write a text that no spreadsheet runs, exactly as it is.

    It is stored as text, and marked as such (Excel's leading apostrophe), so that it stays text
    when somebody edits the cell. Control characters, which a workbook cannot hold, become "�".
    """
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", text)
    cell.data_type = "s"
    if text.lstrip()[:1] in ("=", "+", "-", "@"):
        cell.quotePrefix = True
