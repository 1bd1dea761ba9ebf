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
from planner.maps.words import kind_name
from planner.outputs import spreadsheet_cell
from planner.policy.naming import place_name
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
    "say_refusal",
    "say_robust_findings",
    "say_row_of_case",
    "say_site",
    "title_of",
    "write_robust",
]

RECORD = "robust.json"
FILES = frozenset({RECORD, "robust.geojson", "robust.csv", "robust.xlsx"})
SITES = (
    *("id", "name", "kind", "township", "role", "chosen", "allowed", "missing", "frequency"),
    *("served", "if_refused", "lost_if_refused", "missed_if_refused"),
    *("more_if_refused", "substitute"),
)
SHEET = (
    *("place", "township", "kind", "role", "chosen", "allowed", "frequency", "served"),
    *("if_refused", "lost_if_refused", "missed_if_refused", "more_if_refused", "substitute"),
    *("substitute_township", "straight_m", "id", "lon", "lat"),
)
FORMATS = {"frequency": "0%", "lon": "0.00000", "lat": "0.00000"}
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


def title_of(name: str, record: dict[str, Any], lang: Language) -> str:
    """Title of a column, with its unit."""
    return ROBUST_WORDS.say(name, lang, unit=ROBUST_WORDS.say(record["unit"], lang))


def say_refusal(row: dict[str, Any], record: dict[str, Any], lang: Language) -> str:
    """Say what becomes of the plan without a site."""
    told, unit = row["if_refused"], ROBUST_WORDS.say(record["unit"], lang)
    names = ("lost", "missed", "more")
    lost, missed, more = (row[f"{name}_if_refused"] or 0 for name in names)
    if told == "substitute" and not lost:
        told = "even"
    if told == "nothing" and lost:
        told = "less"
    if told == "more" and record["scenario"]["objective"] == "cost":
        told = "dearer"
    most = record["spec"]["near_share"] * (row["served"] or 0)
    if told == "more" and row["substitute"] is not None and max(lost, missed) <= most:
        told = "nearly"
    values = {"lost": lost, "missed": missed, "more": more}
    shown = {name: f"{value:,.0f}" for name, value in values.items()}
    said = ROBUST_WORDS.say(f"refused-{told}", lang, **shown, unit=unit)
    if missed and row["substitute"] is not None and told != "nearly":
        # The rules need more than the substitute: what it alone would miss.
        said += ROBUST_WORDS.say("refused-missed", lang, **shown, unit=unit)
    return said


def say_site(row: dict[str, Any], record: dict[str, Any], lang: Language) -> dict[str, Any]:
    """A row of the sites in words: places by name, numbers as they are."""
    other = row["substitute"]
    return {
        **row,
        "place": place_name(row, lang),
        "kind": kind_name(row["kind"], lang),
        "role": ROBUST_WORDS.say(row["role"], lang),
        "if_refused": say_refusal(row, record, lang),
        "substitute": "" if other is None else place_name(other, lang),
        "substitute_township": "" if other is None else other["township"],
        "straight_m": None if other is None else other["straight_m"],
    }


def say_row_of_case(case: dict[str, Any], lang: Language) -> dict[str, Any]:
    """A row of the cases in words."""
    aim = ROBUST_WORDS.say(f"objective-{case['objective']}", lang)
    return {**case, "case": say_case(case, lang), "objective": aim}


def robust_summary(record: dict[str, Any], lang: Language) -> list[str]:
    """Say the result in a few lines."""

    def say(key: str, **values: object) -> str:
        return ROBUST_WORDS.say(key, lang, **values)

    cases, unit, roles = record["cases"], say(record["unit"]), record["roles"]
    rows = record["sites"]
    tested = sum(row["if_refused"] not in ("standing", "untested") for row in rows)
    lines = [say("title"), say("summary-roles", cases=len(cases), tested=tested, **roles)]
    if roles["core"]:
        ends = [row["if_refused"] for row in rows if row["role"] == "core"]
        counts = {"more": ends.count("more"), "none": ends.count("impossible")}
        lossy = ends.count("substitute") + ends.count("nothing")
        lines.append(say("summary-core", lossy=lossy, **counts))
    lines += [say(f"summary-{key}", **roles) for key in ("untested", "standing") if roles[key]]
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
    rows = [say_site(row, record, lang) for row in record["sites"]]
    _table(book, "sheet-sites", SHEET, rows, record, lang)
    cases = [say_row_of_case(case, lang) for case in record["cases"]]
    _table(book, "sheet-cases", ("case", *CASES), cases, record, lang)
    return book_bytes(book)


def _table(
    book: Workbook,
    key: str,
    columns: tuple[str, ...],
    rows: list[dict[str, Any]],
    record: dict[str, Any],
    lang: Language,
) -> None:
    page = book.create_sheet(ROBUST_WORDS.say(key, lang))
    for column, name in enumerate(columns, 1):
        put_text(page.cell(1, column), title_of(name, record, lang))
        page.cell(1, column).font = Font(bold=True)
        for at, row in enumerate(rows, 2):
            value = plain(row[name])
            if isinstance(value, str):
                put_text(page.cell(at, column), value)
            else:
                page.cell(at, column, value)
                page.cell(at, column).number_format = FORMATS.get(name, "#,##0")
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
