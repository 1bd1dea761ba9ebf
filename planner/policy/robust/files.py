"""The files of the robust core: JSON, GeoJSON, CSV and a workbook, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from geo.folder import refuse_place, written_whole
from planner.errors import OutputError
from planner.geojson import feature_collection, plain
from planner.outputs import spreadsheet_cell
from planner.policy.robust.robust import RobustResult
from planner.policy.robust.words import ROBUST_WORDS
from planner.wording.language import Language
from planner.xlsx import book_bytes, put_text

__all__ = [
    "refuse_robust_out",
    "robust_json",
    "robust_summary",
    "robust_xlsx",
    "say_case",
    "say_robust_findings",
    "write_robust",
]

RECORD = "robust.json"
FILES = frozenset({RECORD, "robust.geojson", "robust.csv", "robust.xlsx"})
SITES = (
    *("id", "name", "kind", "township", "role", "chosen", "allowed", "missing", "frequency"),
    *("regret_if_refused", "substitute"),
)
CASES = (
    *("objective", "value", "bound", "covered_best", "covered_base", "short_base"),
    *("quotas_short_base", "regret", "mended_sites"),
)


def say_case(case: dict[str, Any], lang: Language) -> str:
    """Say what a case is."""
    values = dict(case["values"])
    if case["kind"] == "roads":
        values["pieces"] = len(values["pieces"])
    return ROBUST_WORDS.say(f"case-{case['kind']}", lang, **values).strip()


def robust_summary(record: dict[str, Any], lang: Language) -> list[str]:
    """Say the result in a few lines."""

    def say(key: str, **values: object) -> str:
        return ROBUST_WORDS.say(key, lang, **values)

    cases, unit = record["cases"], say(record["unit"])
    lines = [say("title"), say("summary-roles", runs=len(cases), **record["roles"])]
    base = record["plans"][0]
    told = [case for case in cases if case["regret"] is not None]
    if base["regret_max"] is not None:
        to_targets = any(case["objective"] != "people" for case in told)
        key = "summary-regret-targets" if to_targets else "summary-regret"
        most, mean = (f"{base[one]:,.0f}" for one in ("regret_max", "regret_mean"))
        lines.append(say(key, most=most, mean=mean, unit=unit))
        worst = max(told, key=lambda case: case["regret"])
        if worst["regret"]:
            name, regret = say_case(worst, lang), f"{worst['regret']:,.0f}"
            lines.append(say("summary-worst", name=name, regret=f"{regret} {unit}"))
    mended = [case["mended_sites"] for case in told if case["mended_sites"] is not None]
    if mended:
        lines.append(say("summary-mended", n=max(0, max(mended) - len(record["sites"]))))
    if (steady := record["least_regret"]) is not None:
        value, bound = (f"{steady[key]:,.0f} {unit}" for key in ("value", "bound"))
        status = say(steady["status"])
        lines.append(say("summary-steady", value=value, bound=bound, status=status))
    return lines


def say_robust_findings(record: dict[str, Any], lang: Language) -> list[str]:
    """Say what was not tried."""
    return [
        ROBUST_WORDS.say(found["kind"], lang, **found["values"]) for found in record["findings"]
    ]


def robust_xlsx(result: RobustResult, lang: Language) -> bytes:
    """Write summary, sites and cases as a workbook."""
    book, record = Workbook(), result.record
    first: Worksheet = book.active
    first.title = ROBUST_WORDS.say("sheet-summary", lang)
    lines = [*robust_summary(record, lang), *say_robust_findings(record, lang)]
    for row, line in enumerate(lines, 1):
        put_text(first.cell(row, 1), line)
    first.column_dimensions["A"].width = 110
    columns = (*SITES, "substitute_township", "lon", "lat")
    rows = [
        {
            **row,
            "role": ROBUST_WORDS.say(row["role"], lang),
            "substitute": (row["substitute"] or {}).get("id", ""),
            "substitute_township": (row["substitute"] or {}).get("township", ""),
        }
        for row in record["sites"]
    ]
    _table(book.create_sheet(ROBUST_WORDS.say("sheet-sites", lang)), columns, rows, lang)
    cases = [{**case, "case": say_case(case, lang)} for case in record["cases"]]
    page = book.create_sheet(ROBUST_WORDS.say("sheet-cases", lang))
    _table(page, ("case", *CASES), cases, lang)
    return book_bytes(book)


def _table(
    page: Worksheet, columns: tuple[str, ...], rows: list[dict[str, Any]], lang: Language
) -> None:
    for column, name in enumerate(columns, 1):
        put_text(page.cell(1, column), ROBUST_WORDS.say(name, lang))
        page.cell(1, column).font = Font(bold=True)
        for at, row in enumerate(rows, 2):
            value = plain(row[name])
            if isinstance(value, str):
                put_text(page.cell(at, column), value)
            else:
                page.cell(at, column, value)
    page.freeze_panes = "A2"


def refuse_robust_out(folder: Path) -> None:
    """Refuse a place that the files must not be written to.

    Raises
    ------
    OutputError
        If something else stands there, or the place cannot be looked at.
    """
    refuse_place(folder, is_ours=_is_ours, names=FILES, thing="a robust core", error=OutputError)


def write_robust(result: RobustResult, folder: Path, lang: Language) -> None:
    """Write every file; what stands there from an earlier run is replaced.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    """
    refuse_robust_out(folder)
    files = {
        RECORD: robust_json(result).encode(),
        "robust.geojson": feature_collection(result.sites, SITES).encode(),
        "robust.csv": _csv(result).encode("utf-8-sig"),
        "robust.xlsx": robust_xlsx(result, lang),
    }
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


def robust_json(result: RobustResult) -> str:
    """Render the record."""
    return json.dumps(result.record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _csv(result: RobustResult) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    columns = [*SITES, "lon", "lat"]
    table.writerow(columns)
    for row in result.sites[columns].itertuples(index=False):
        table.writerow([spreadsheet_cell(plain(value)) for value in row])
    return text.getvalue()


def _is_ours(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / RECORD).read_text("utf-8"))["part"] == "robust")
    except (OSError, ValueError, LookupError, TypeError):
        return False
