"""The plan as a workbook: what was found, township by township, site by site, and what it is of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import shapely
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from planner.handover.fields import Field
from planner.handover.layers import Layer, plan_layers
from planner.maps.page import credit_lines
from planner.picture.words import question_line
from planner.plan import Plan
from planner.report.blocks import Table, text_line
from planner.report.tables import parameter_table, source_table
from planner.report.workbook_words import WORKBOOK_WORDS
from planner.wording.language import Language
from planner.wording.words import WORDS
from planner.xlsx import book_bytes, put_text

__all__ = ["plan_xlsx"]

HEAD_FILL = PatternFill("solid", fgColor="DFEBEA")
BAD_FILL = PatternFill("solid", fgColor="FBE3EE")
RULE = Border(bottom=Side(style="thin", color="0B6A6F"))
WIDEST, NARROWEST = 44, 8
SERVED = ("site", "distance_m", "time_s")
SHARE, WHOLE, PLACE = "0.00 %", "#,##0", "0.000000"


def plan_xlsx(plan: Plan, lang: Language, *, review_number: str = "") -> bytes:
    """Write a plan as a workbook, numbers as numbers; the same bytes each time.

    Parameters
    ----------
    review_number
        Map-review number (审图号), for the line that goes with every map and its data.
    """
    layers = {layer.name: layer for layer in plan_layers(plan, lang)}
    book = Workbook()
    book.remove(book.active)
    _overview(_sheet(book, "overview", lang), plan, lang, review_number)
    for name in ("townships", "sites", "uncovered"):
        _layer(_sheet(book, name, lang), layers[name], lang)
    _texts(_sheet(book, "parameters", lang), parameter_table(plan, lang))
    _texts(_sheet(book, "sources", lang), source_table(plan, lang))
    _notes(_sheet(book, "notes", lang), plan, lang)
    return book_bytes(book)


def _sheet(book: Workbook, name: str, lang: Language) -> Worksheet:
    page: Worksheet = book.create_sheet(WORKBOOK_WORDS.say(f"sheet-{name}", lang))
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    return page


def _overview(page: Worksheet, plan: Plan, lang: Language, review_number: str) -> None:
    record = plan.record

    def say(key: str) -> str:
        return WORKBOOK_WORDS.say(key, lang)

    put_text(page["A1"], text_line(record["data"]["region"]) + say("title"))
    page["A1"].font = Font(bold=True, size=15)
    lines = [
        text_line(plan.scenario.name),
        question_line(plan.scenario, lang),
        *credit_lines(plan.bundle, lang, review_number),
    ]
    row = 2
    for line in filter(None, lines):
        put_text(page.cell(row, 1), text_line(line))
        page.cell(row, 1).font = Font(color="5D6A72")
        row += 1
    row += 1
    _head(page, [say("col-figure"), say("col-value"), say("col-unit"), say("col-note")], row)
    people, urban, objective = record["people"], record["urban"], record["objective"]
    homes, material = record["households"], record["material"]
    townships = record["townships"]
    target = urban["target"]
    status = WORDS.say(f"status-{record['status']}", lang)
    figures: list[tuple[str, Any, str, str, str]] = [
        ("sites", record["sites"], WHOLE, "unit-sites", ""),
        ("sites-new", record["sites_new"], WHOLE, "unit-sites", ""),
        ("sites-existing", record["sites"] - record["sites_new"], WHOLE, "unit-sites", ""),
        ("people", people["total"], WHOLE, "unit-people", _estimated(people, lang)),
        ("people-covered", people["covered"], WHOLE, "unit-people", ""),
        ("people-low", people["covered_low"], WHOLE, "unit-people", say("note-range")),
        ("people-high", people["covered_high"], WHOLE, "unit-people", say("note-range")),
        ("share", people["share"], SHARE, "", ""),
        ("urban", urban["total"], WHOLE, "unit-people", ""),
        ("urban-covered", urban["covered"], WHOLE, "unit-people", ""),
        ("urban-share", urban["weighed_share"], SHARE, "", say(f"note-{plan.scenario.weight}")),
        ("urban-target", target, SHARE, "", "" if target is not None else say("note-no-target")),
        ("townships", len(townships), WHOLE, "unit-sites", ""),
        ("townships-pass", sum(one["pass"] for one in townships), WHOLE, "unit-sites", ""),
        ("households", homes["total"], WHOLE, "unit-households", ""),
        ("households-covered", homes["covered"], WHOLE, "unit-households", ""),
        ("material", material["kg_day"], "#,##0.0", "unit-kg", say("note-estimated")),
        ("material-covered", material["covered_kg_day"], "#,##0.0", "unit-kg", ""),
        (
            "objective",
            objective["value"],
            "#,##0.##",
            "",
            WORDS.say(f"objective-{objective['name']}", lang),
        ),
        ("bound", objective["bound"], "#,##0.##", "", say("note-bound")),
        ("gap", objective["gap"], "0.000 %", "", status),
    ]
    for key, value, shape, unit, note in figures:
        row += 1
        put_text(page.cell(row, 1), say(f"figure-{key}"))
        if value is not None:
            page.cell(row, 2).value = value
            page.cell(row, 2).number_format = shape
        put_text(page.cell(row, 3), say(unit) if unit else "")
        put_text(page.cell(row, 4), note)
    for letter, width in zip("ABCD", (30, 16, 12, 52), strict=True):
        page.column_dimensions[letter].width = width


def _estimated(people: dict[str, Any], lang: Language) -> str:
    return WORKBOOK_WORDS.say("note-estimated", lang) if people["estimated"] else ""


def _layer(page: Worksheet, layer: Layer, lang: Language) -> None:
    """One row a feature, with longitude and latitude where it is a point."""
    # What serves a cell without a site, and how far it is, would be columns of nothing.
    fields = [one for one in layer.fields if layer.name != "uncovered" or one.key not in SERVED]
    titles = [field.title(lang) for field in fields]
    point = layer.geometry == "Point"
    if point:
        titles += [WORKBOOK_WORDS.say(f"col-{key}", lang) for key in ("longitude", "latitude")]
    _head(page, titles, 1)
    keys = [field.key for field in fields]
    frame = layer.frame.reset_index(drop=True)
    rows = list(range(len(frame)))
    if "pass" in keys:
        # Those that fall short are what the table is opened for.
        rows.sort(key=lambda i: (bool(frame["pass"].iloc[i]), -int(frame["people"].iloc[i])))
    columns = [frame[key].tolist() for key in keys]
    places = shapely.get_coordinates(frame.geometry.to_numpy()).round(6).tolist() if point else []
    for at, i in enumerate(rows, 2):
        for n, (field, column) in enumerate(zip(fields, columns, strict=True), 1):
            _put(page, at, n, field, column[i], lang)
        for n, degrees in enumerate(places[i] if point else [], len(fields) + 1):
            page.cell(at, n).value = degrees
            page.cell(at, n).number_format = PLACE
        if "pass" in keys and not frame["pass"].iloc[i]:
            for n in range(1, len(titles) + 1):
                page.cell(at, n).fill = BAD_FILL
    _fit(page, len(titles), len(rows) + 1)
    first = min(keys.index("name") + 2 if "name" in keys else 2, 4)
    page.freeze_panes = f"{get_column_letter(first)}2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{len(rows) + 1}"


def _put(page: Worksheet, row: int, column: int, field: Field, value: Any, lang: Language) -> None:
    cell = page.cell(row, column)
    if value is None:
        return
    if field.type == "yes":
        put_text(cell, WORKBOOK_WORDS.say("yes" if value else "no", lang))
    elif field.type == "text":
        put_text(cell, str(value))
    else:
        cell.value = value
        plain = "#,##0" + ("." + "0" * min(field.decimals, 3) if field.decimals else "")
        cell.number_format = SHARE if field.key == "share" else plain


def _texts(page: Worksheet, table: Table) -> None:
    _head(page, [column.title for column in table.columns], 1)
    for at, row in enumerate(table.rows, 2):
        for n, text in enumerate(row, 1):
            put_text(page.cell(at, n), text)
            page.cell(at, n).alignment = Alignment(wrap_text=True, vertical="top")
    _fit(page, len(table.columns), len(table.rows) + 1)
    page.freeze_panes = "A2"


def _notes(page: Worksheet, plan: Plan, lang: Language) -> None:
    """What the plan does not know, every word of it, each line with the kind of its finding."""
    titles = ("col-kind", "col-note")
    _head(page, [WORKBOOK_WORDS.say(title, lang) for title in titles], 1)
    rows = [("", WORKBOOK_WORDS.say("note-places", lang))]
    rows += [(str(one["kind"]), text_line(one[lang])) for one in plan.record["warnings"]]
    for at, row in enumerate(rows, 2):
        for n, text in enumerate(row, 1):
            put_text(page.cell(at, n), text)
            page.cell(at, n).alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width, page.column_dimensions["B"].width = 30, 110
    page.freeze_panes = "A2"


def _head(page: Worksheet, titles: Sequence[str], row: int) -> None:
    for n, title in enumerate(titles, 1):
        cell = page.cell(row, n)
        put_text(cell, title)
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD_FILL, RULE
        cell.alignment = Alignment(wrap_text=True, vertical="center")


def _fit(page: Worksheet, columns: int, rows: int) -> None:
    """Make columns as wide as their first texts, within reason."""
    for n in range(1, columns + 1):
        cells = [page.cell(row, n).value for row in range(1, min(rows, 200) + 1)]
        widest = max(_ems(str(cell)) for cell in cells if cell is not None)
        width = min(max(widest + 3, NARROWEST), WIDEST)
        page.column_dimensions[get_column_letter(n)].width = width


def _ems(text: str) -> int:
    return sum(2 if ord(letter) > 0xFF else 1 for letter in text)
