"""The compliance sheet as files: JSON, GeoJSON, XLSX, DOCX, and the cells behind its numbers."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from geo.crs import WGS84
from geo.folder import refuse_place, written_whole
from planner.errors import OutputError
from planner.geojson import feature_collection
from planner.outputs import spreadsheet_cell
from planner.policy.compliance.docx import compliance_docx
from planner.policy.compliance.sheet import STATUSES, Check, Compliance
from planner.policy.compliance.text import (
    evidence,
    head_lines,
    note_lines,
    number_mark,
    repair,
    rule_rows,
    township,
)
from planner.policy.compliance.words import COMPLIANCE
from planner.wording.language import Language
from planner.xlsx import book_bytes, put_text

__all__ = [
    "FILES",
    "cells_csv",
    "compliance_files",
    "compliance_geojson",
    "compliance_json",
    "compliance_xlsx",
    "refuse_compliance_out",
    "write_compliance",
]

FILES = frozenset(
    {
        *("compliance.json", "compliance.geojson", "compliance.xlsx", "compliance.docx"),
        *("sites.geojson", "cells.csv"),
    }
)
FILLS = {
    "fail": PatternFill("solid", fgColor="FBE3EE"),
    "near": PatternFill("solid", fgColor="FFF3D6"),
    **dict.fromkeys(("unknown", "none", "info"), PatternFill("solid", fgColor="EEF0F2")),
}
HEAD_FILL = PatternFill("solid", fgColor="DFEBEA")
RULE = Border(bottom=Side(style="thin", color="0B6A6F"))
CELL_COLUMNS = ("id", "township_code", "people", "households", "urban", "site", "way_m")


def refuse_compliance_out(folder: Path) -> None:
    """Refuse a place that a sheet must not be written to; ask before the work, not after.

    Raises
    ------
    OutputError
        If something else stands there, or the place cannot be looked at.
    """

    def ours(place: Path) -> bool:
        return (place / "compliance.json").is_file()

    refuse_place(folder, is_ours=ours, names=FILES, thing="a compliance sheet", error=OutputError)


def write_compliance(compliance: Compliance, folder: Path, lang: Language) -> None:
    """Write the files of a sheet; an older one is replaced, and nothing is half written.

    Raises
    ------
    OutputError
        If they cannot be written.
    """
    files = compliance_files(compliance, lang)
    refuse_compliance_out(folder)
    try:
        with written_whole(folder) as partial:
            for name, content in files.items():
                (partial / name).write_bytes(content)
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="Check the path, the free space and your rights",
        ) from error


def compliance_files(compliance: Compliance, lang: Language) -> dict[str, bytes]:
    """Content of every file by name; the same bytes each time."""
    return {
        "compliance.json": compliance_json(compliance),
        "compliance.geojson": compliance_geojson(compliance, lang).encode(),
        "sites.geojson": _sites(compliance).encode(),
        "cells.csv": cells_csv(compliance),
        "compliance.xlsx": compliance_xlsx(compliance, lang),
        "compliance.docx": compliance_docx(compliance, lang),
    }


def compliance_json(compliance: Compliance) -> bytes:
    """The whole sheet as data."""
    record = json.dumps(compliance.record(), ensure_ascii=False, indent=1, allow_nan=False)
    return (record + "\n").encode()


def compliance_geojson(compliance: Compliance, lang: Language) -> str:
    """Townships with their worst result, and that of each rule by its name."""
    townships = compliance.plan.bundle.region.townships
    rules = [f"{pack.id}.{rule.id}" for pack in compliance.packs for rule in pack.rules]
    by: dict[str, dict[str, Check]] = {}
    for check in compliance.checks:
        by.setdefault(check.township, {})[f"{check.pack}.{check.rule}"] = check
    rows = []
    for code, name in zip(townships["code"], townships["name"], strict=True):
        mine = by.get(str(code), {})
        bound = [check.status for check in mine.values() if check.binding]
        row: dict[str, Any] = {
            "code": str(code),
            "name": str(name),
            "status": next((one for one in STATUSES if one in bound), None),
        }
        for rule in rules:
            told = mine.get(rule)
            row[rule] = None if told is None else told.status
            row[f"{rule}:required"] = None if told is None else told.required
            row[f"{rule}:achieved"] = None if told is None else told.achieved
        row["evidence"] = "\n".join(
            f"{key}: {evidence(compliance, check, lang)}" for key, check in mine.items()
        )
        rows.append(row)
    frame = gpd.GeoDataFrame(rows, geometry=townships.geometry.to_numpy(), crs=townships.crs)
    return feature_collection(frame.to_crs(WGS84), [*rows[0]])


def _sites(compliance: Compliance) -> str:
    """Open sites, and those of the repair; what the sheet's ids speak of."""
    columns = ["id", "kind", "name", "township_code", "floor_m2", "repair", "tier"]
    sites, repairs = compliance.plan.sites, compliance.fix.sites
    if "floor_m2" not in sites:
        sites = sites.assign(floor_m2=None)
    frame = sites.assign(repair=False, tier="point")[[*columns, "geometry"]]
    stations = compliance.beside.stations or ()
    rows: list[dict[str, Any]] = [
        *({"floor_m2": None, "repair": True, "tier": "point", "of": one} for one in repairs),
        *(
            {"floor_m2": one.floor_m2, "repair": False, "tier": one.tier, "of": one}
            for one in stations
        ),
    ]
    for row in rows:
        one = row.pop("of")
        row |= {"id": one.id, "kind": one.kind, "name": one.name, "township_code": one.township}
    whole = [dict(zip(columns, row, strict=True)) for row in frame[columns].to_numpy().tolist()]
    at = [(one.lon, one.lat) for one in repairs] + [(one.lon, one.lat) for one in stations]
    places = [*frame.geometry.tolist(), *(shapely.Point(*place) for place in at)]
    both = gpd.GeoDataFrame([*whole, *rows], columns=columns, geometry=places, crs=WGS84)
    return feature_collection(both, columns)


def cells_csv(compliance: Compliance) -> bytes:
    """Demand cells: what every share and count on the sheet is a sum of."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(CELL_COLUMNS)
    for row in zip(*(compliance.cells[column].tolist() for column in CELL_COLUMNS), strict=True):
        values = ["" if one != one else one for one in row]
        values[4] = int(values[4])
        table.writerow([spreadsheet_cell(v) if isinstance(v, str) else v for v in values])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def compliance_xlsx(compliance: Compliance, lang: Language) -> bytes:
    """Write the sheet as a workbook, numbers as numbers; the same bytes each time."""
    book = Workbook()
    book.remove(book.active)
    _summary(_page(book, "summary", lang), compliance, lang)
    _checks(_page(book, "checks", lang), compliance, lang)
    titles = ("pack", "rule", "text", "scope", "formula", "source", "number")
    _table(_page(book, "rules", lang), titles, rule_rows(compliance.packs, lang), lang)
    fixes = [
        (one.id, one.name, one.kind, one.township, one.lon, one.lat) for one in compliance.fix.sites
    ]
    of_site = ("id", "name", "kind", "code", "longitude", "latitude")
    _table(_page(book, "fix", lang), of_site, fixes, lang)
    # Those the sheet names; a city's ninety thousand are in cells.csv.
    told = {check.cell for check in compliance.checks}
    named = compliance.cells[compliance.cells["id"].isin(told)]
    cells = [named[column].tolist() for column in CELL_COLUMNS]
    titles = ("id", "code", "people", "households", "urban", "site", "way")
    _table(_page(book, "cells", lang), titles, list(zip(*cells, strict=True)), lang)
    notes = [(line,) for line in note_lines(compliance, lang)]
    _table(_page(book, "notes", lang), ("text",), notes, lang)
    return book_bytes(book)


def _page(book: Workbook, name: str, lang: Language) -> Worksheet:
    page: Worksheet = book.create_sheet(COMPLIANCE.say(f"sheet-{name}", lang))
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9  # A4
    page.page_setup.fitToWidth, page.page_setup.fitToHeight = 1, 0
    page.sheet_properties.pageSetUpPr.fitToPage = True
    return page


def _summary(page: Worksheet, compliance: Compliance, lang: Language) -> None:
    put_text(page["A1"], COMPLIANCE.say("title", lang))
    page["A1"].font = Font(bold=True, size=15)
    lines = [*head_lines(compliance, lang), COMPLIANCE.say("credit", lang)]
    for row, line in enumerate(lines, 2):
        put_text(page.cell(row, 1), line)
        page.cell(row, 1).alignment = Alignment(wrap_text=True, vertical="top")
    page.column_dimensions["A"].width = 120


def _checks(page: Worksheet, compliance: Compliance, lang: Language) -> None:
    titles = (
        *("township", "code", "rule", "text", "status", "required", "achieved", "shortfall"),
        *("unit", "evidence", "fix", "number", "data", "clause", "source"),
    )
    rows = []
    for check in compliance.checks:
        pack, rule = compliance.rule(check)
        rows.append(
            (
                township(check, lang),
                check.township,
                f"{pack.id}.{rule.id}",
                rule.said(lang),
                COMPLIANCE.say(f"status-{check.status}", lang),
                check.required,
                check.achieved,
                check.shortfall,
                COMPLIANCE.say(f"unit-{check.unit}", lang),
                evidence(compliance, check, lang),
                repair(compliance, check, lang),
                number_mark(rule, lang),
                COMPLIANCE.say("estimated" if check.estimated else "figures", lang),
                *rule.stands(lang),
            )
        )
    _table(page, titles, rows, lang)
    for row, check in enumerate(compliance.checks, 2):
        for column in (6, 7, 8):
            page.cell(row, column).number_format = "0.00%" if check.unit == "share" else "#,##0.##"
        if check.status in FILLS:
            page.cell(row, 5).fill = FILLS[check.status]
    page.freeze_panes = "B2"
    page.auto_filter.ref = f"A1:{get_column_letter(len(titles))}{len(rows) + 1}"


def _table(
    page: Worksheet, titles: Sequence[str], rows: Sequence[Sequence[Any]], lang: Language
) -> None:
    for n, title in enumerate(titles, 1):
        cell = page.cell(1, n)
        put_text(cell, COMPLIANCE.say(f"col-{title}", lang))
        cell.font, cell.fill, cell.border = Font(bold=True), HEAD_FILL, RULE
    widths = [10] * len(titles)
    for at, row in enumerate(rows, 2):
        for n, value in enumerate(row, 1):
            cell = page.cell(at, n)
            if value is None or value != value:
                continue
            if isinstance(value, bool):
                value = COMPLIANCE.say("yes" if value else "no", lang)
            if isinstance(value, str):
                put_text(cell, value)
                wide = sum(2 if ord(sign) > 0xFF else 1 for sign in value)
                widths[n - 1] = min(max(widths[n - 1], wide + 2), 46)
                cell.alignment = Alignment(wrap_text=wide > 44, vertical="top")
            else:
                cell.value = value
    for n, width in enumerate(widths, 1):
        page.column_dimensions[get_column_letter(n)].width = width
    page.freeze_panes = "A2"
