"""A comparison as a workbook."""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.cell.cell import Cell as BookCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planner.comparing.compare import LETTERS, Comparison
from planner.comparing.sheets import Cell, Kind, Sheet, cell_text, notes, sheets, verdict
from planner.comparing.words import COMPARE
from planner.wording.language import Language
from planner.xlsx import book_bytes, put_text

__all__ = ["compare_xlsx"]

HEAD_FILL = PatternFill("solid", fgColor="E3ECEB")
WIDEST = 42
_DECIMALS = 6
"""Of numbers: no tail of digits that a subtraction leaves."""


def compare_xlsx(comparison: Comparison, lang: Language) -> bytes:
    """Write every table of the comparison, numbers as numbers; the same bytes each time."""
    book = Workbook()
    book.remove(book.active)
    for sheet in sheets(comparison, lang):
        page = book.create_sheet(_tab(sheet))
        _fill(page, sheet, lang)
    page = book.create_sheet(COMPARE.say("notes", lang))
    lines = [line for pair in comparison.differences for line in verdict(comparison, pair, lang)]
    for line in [*lines, *notes(comparison, lang)]:
        put_text(page.cell(page.max_row + 1 if page["A1"].value else 1, 1), line)
    page.column_dimensions["A"].width = 120
    for cell in page["A"]:
        cell.alignment = Alignment(wrap_text=True, vertical="top")
    return book_bytes(book)


def _tab(sheet: Sheet) -> str:
    if sheet.pair is None:
        return sheet.title
    return f"{sheet.title} {LETTERS[sheet.pair[0]]}-{LETTERS[sheet.pair[1]]}"


def _fill(page: Worksheet, sheet: Sheet, lang: Language) -> None:
    for n, title in enumerate(sheet.head, 1):
        cell = page.cell(1, n)
        put_text(cell, title)
        cell.font, cell.fill = Font(bold=True), HEAD_FILL
        cell.alignment = Alignment(wrap_text=True, vertical="center")
    for row, cells in enumerate(sheet.rows, 2):
        for n, one in enumerate(cells, 1):
            _put(page.cell(row, n), one, lang)
    for n, title in enumerate(sheet.head):
        texts = [title, *(cell_text(cells[n], lang) for cells in sheet.rows)]
        wide = max(sum(2 if ord(c) > 0xFF else 1 for c in text) for text in texts)
        page.column_dimensions[get_column_letter(n + 1)].width = min(wide + 3, WIDEST)
    page.freeze_panes = "B2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(sheet.head))}{len(sheet.rows) + 1}"


def _put(cell: BookCell, one: Cell, lang: Language) -> None:
    if one.value is None:
        return
    if isinstance(one.value, str):
        put_text(cell, one.value)
        return
    # Ways in minutes, percentage points in points: what the reader sees is what the cell holds.
    value = one.value * {"s": 1 / 60, "points": 100}.get(one.kind, 1)
    cell.value = round(value, _DECIMALS) if isinstance(value, float) else value
    cell.number_format = _format(one.kind, delta=one.delta, lang=lang)


def _format(kind: Kind, *, delta: bool, lang: Language) -> str:
    minutes = '"分钟"' if lang == "zh" else '"min"'
    metres = '"米"' if lang == "zh" else '"m"'
    plain = {
        "text": "@",
        "count": "#,##0",
        "share": "0.0%",
        "points": "0.0",
        "m": f"#,##0 {metres}",
        "s": f"0.0 {minutes}",
        "km2": "#,##0.0",
        "gap": "0.00%",
        "number": "#,##0.######",
    }[kind]
    return f"+{plain};-{plain};0" if delta else plain
