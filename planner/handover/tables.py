"""Which field is which: Chinese names of the short codes, as a table for people and machines."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.styles import Font, PatternFill

from planner.handover.layers import Layer
from planner.handover.words import HANDOVER
from planner.wording.language import Language
from planner.xlsx import book_bytes

__all__ = ["field_rows", "fields_csv", "fields_xlsx"]

_COLUMNS = ("layer", "file", "code", "key", "title", "title-en", "type", "unit")


def field_rows(layers: Sequence[Layer], language: Language) -> list[list[str]]:
    """Head and a row for each field of each layer."""
    rows = [[HANDOVER.say(f"field-{key}", language) for key in _COLUMNS]]
    for layer in layers:
        rows += [
            [
                *(layer.title(language), layer.name, field.code, field.key, field.zh, field.en),
                *(HANDOVER.say(f"type-{field.type}", language), field.unit),
            ]
            for field in layer.fields
        ]
    return rows


def fields_csv(layers: Sequence[Layer], language: Language) -> bytes:
    """Write the table for Excel and WPS."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n").writerows(field_rows(layers, language))
    return text.getvalue().encode("utf-8-sig")


def fields_xlsx(layers: Sequence[Layer], language: Language) -> bytes:
    """Write the table as a workbook, the same bytes each time."""
    book = Workbook()
    sheet = book.active
    sheet.title = "字段" if language == "zh" else "fields"
    rows = field_rows(layers, language)
    for row in rows:
        sheet.append(row)
    for cell in sheet[1]:
        cell.font = Font(bold=True)
        cell.fill = PatternFill("solid", fgColor="DDE8F0")
    for n, column in enumerate(zip(*rows, strict=True)):
        widest = max(sum(2 if ord(c) > 0xFF else 1 for c in cell) for cell in column)
        sheet.column_dimensions[chr(ord("A") + n)].width = min(widest + 2, 40)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions
    return book_bytes(book)
