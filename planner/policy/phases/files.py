"""The files of the years: JSON, GeoJSON, CSV, a workbook, a chart and a map per year."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from geo.folder import refuse_place, written_whole
from planner.errors import OutputError
from planner.geojson import feature_collection, plain
from planner.maps.words import kind_name
from planner.outputs import spreadsheet_cell
from planner.plan import Plan
from planner.policy.naming import place_name
from planner.policy.phases.chart import gantt_png
from planner.policy.phases.phases import PhasesResult
from planner.policy.phases.sheets import maps_of_years
from planner.policy.phases.words import PHASES_WORDS
from planner.wording.language import Language
from planner.wording.shares import percent
from planner.xlsx import book_bytes, put_text

__all__ = [
    "material_rows",
    "phases_summary",
    "phases_xlsx",
    "refuse_phases_out",
    "say_opening",
    "say_phases_findings",
    "title_of",
    "write_phases",
]

RECORD = "phases.json"
SITES = (
    *("order", "year", "id", "name", "kind", "township", "township_code", "state", "reason"),
    *("gain", "cost_yuan"),
)
YEARS = (
    *("year", "sites", "sites_allowed", "opened", "spent_yuan", "budget_yuan", "total", "covered"),
    *("share", "urban_total", "urban_covered", "townships", "townships_with_site"),
    *("free_covered", "free_bound", "nesting_price"),
)
SHEET = (
    *("order", "year", "place", "township", "kind", "state", "reason", "gain", "cost_yuan"),
    *("id", "lon", "lat"),
)
FORMATS = {
    **dict.fromkeys(("year", "order"), "0"),
    **dict.fromkeys(("lon", "lat"), "0.00000"),
    **dict.fromkeys(("share", "change"), "0.0%"),
}


def phases_summary(record: dict[str, Any], lang: Language) -> list[str]:
    """Say the result in a few lines."""

    def say(key: str, **values: object) -> str:
        return PHASES_WORDS.say(key, lang, **values)

    told = record["objective"]
    lines = [
        say("title"),
        say(
            "summary-proof",
            value=_whole(told["value"]),
            bound=_whole(told["bound"]),
            gap=f"{told['gap']:.2%}",
            status=say(record["status"]),
        ),
    ]
    lines += [
        say(
            "summary-year",
            year=row["year"],
            opened=row["opened"],
            sites=row["sites"],
            covered=_whole(row["covered"]),
            total=_whole(row["total"]),
            share=percent(row["share"]),
            with_site=row["townships_with_site"],
            townships=row["townships"],
            free=_whole(row["free_covered"]),
            price=_whole(row["nesting_price"]),
        )
        for row in record["years"]
    ]
    fewest = record["fewest_sites_for_the_same"]
    lines.append(
        say(
            "summary-fewest",
            fewest=fewest["sites"],
            bound=fewest["bound"],
            price=fewest["price_sites"],
        )
    )
    if (changes := record["changes"]) is not None:
        counts = {key: len(changes[key]) for key in ("kept", "dropped", "added")}
        lines.append(say("summary-changes", **counts))
    elif record["left_out"]:
        lines.append(say("summary-left", n=len(record["left_out"])))
    return lines


def say_phases_findings(record: dict[str, Any], lang: Language) -> list[str]:
    """Say what was assumed or left out."""
    return [
        PHASES_WORDS.say(found["kind"], lang, where=found["where"], **_shown(found["values"]))
        for found in record["findings"]
    ]


def _shown(values: dict[str, Any]) -> dict[str, Any]:
    """Money with its thousands apart; years as they are."""
    return {key: _whole(one) if key == "yuan" else one for key, one in values.items()}


def say_opening(row: dict[str, Any], lang: Language) -> dict[str, Any]:
    """A row of the openings in words: the place by name."""
    return {
        **row,
        "place": place_name(row, lang),
        "kind": kind_name(row["kind"], lang),
        "state": PHASES_WORDS.say(row["state"], lang),
        "reason": PHASES_WORDS.say(row["reason"], lang),
    }


def material_rows(record: dict[str, Any], plan: Plan, lang: Language) -> list[dict[str, Any]]:
    """Kilograms a day of each material by year, and by how much it grows to the last."""
    names = {
        stream.key: stream.name_zh if lang == "zh" else stream.name_en
        for stream in plan.bundle.materials.streams
    }
    told = record["materials"]["kg_day"]
    years = [str(row["year"]) for row in record["years"]]
    rows = []
    for key in told[years[0]]:
        first, last = told[years[0]][key], told[years[-1]][key]
        change = last / first - 1.0 if first else 0.0
        amounts = {year: told[year][key] for year in years}
        rows.append({"material": names.get(key, key), **amounts, "change": round(change, 6)})
    return rows


def phases_xlsx(result: PhasesResult, lang: Language) -> bytes:
    """Write summary, years and the order of openings as a workbook."""
    book, record = Workbook(), result.record
    first: Worksheet = book.active
    first.title = PHASES_WORDS.say("sheet-summary", lang)
    lines = [*phases_summary(record, lang), *say_phases_findings(record, lang)]
    for row, line in enumerate(lines, 1):
        put_text(first.cell(row, 1), line)
    first.column_dimensions["A"].width = 110
    openings = [say_opening(row, lang) for row in record["sites"]]
    _page(book, "sheet-years", YEARS, record["years"], record, lang)
    _page(book, "sheet-sites", SHEET, openings, record, lang)
    materials = material_rows(record, result.plan, lang)
    columns = tuple(materials[0]) if materials else ("material",)
    _page(book, "sheet-materials", columns, materials, record, lang)
    return book_bytes(book)


def _page(
    book: Workbook,
    key: str,
    columns: tuple[str, ...],
    rows: list[dict[str, Any]],
    record: dict[str, Any],
    lang: Language,
) -> None:
    page = book.create_sheet(PHASES_WORDS.say(key, lang))
    for column, name in enumerate(columns, 1):
        title = name if name.isdigit() else title_of(name, record, lang)
        put_text(page.cell(1, column), title)
        page.cell(1, column).font = Font(bold=True)
        for at, row in enumerate(rows, 2):
            value = plain(row[name])
            if isinstance(value, str):
                put_text(page.cell(at, column), value)
            else:
                page.cell(at, column, value)
                page.cell(at, column).number_format = FORMATS.get(name, "#,##0")
    page.freeze_panes = "A2"


def title_of(name: str, record: dict[str, Any], lang: Language) -> str:
    """Title of a column, with its unit."""
    if name in ("gain", "total", "covered"):
        name = f"{name}_{'kg' if record['scenario']['weight'] == 'kg' else 'people'}"
    return PHASES_WORDS.say(name, lang)


def refuse_phases_out(folder: Path) -> None:
    """Refuse a place that the files must not be written to.

    Raises
    ------
    OutputError
        If something else stands there, or the place cannot be looked at.
    """
    maps = {f"map-{year}.png" for year in range(1950, 2151)}
    names = frozenset({RECORD, "phases.geojson", "phases.csv", "phases.xlsx", "gantt.png", *maps})
    refuse_place(folder, is_ours=_is_ours, names=names, thing="openings", error=OutputError)


def write_phases(result: PhasesResult, folder: Path, lang: Language, *, maps: bool = True) -> None:
    """Write every file; what stands there from an earlier run is replaced.

    Parameters
    ----------
    maps
        Draw a map of each year, which takes about half a second each.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    """
    refuse_phases_out(folder)
    files = {
        RECORD: phases_json(result).encode(),
        "phases.geojson": feature_collection(result.sites, SITES).encode(),
        "phases.csv": _csv(result).encode("utf-8-sig"),
        "phases.xlsx": phases_xlsx(result, lang),
        "gantt.png": gantt_png(result.record, lang),
    }
    years = result.spec.years if maps else ()
    for number, png in maps_of_years(result, lang, range(len(years))).items() if years else ():
        files[f"map-{years[number]}.png"] = png
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


def phases_json(result: PhasesResult) -> str:
    """Render the record."""
    return json.dumps(result.record, ensure_ascii=False, indent=1, default=_plain) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(type(value).__name__)


def _csv(result: PhasesResult) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    columns = [*SITES, "lon", "lat"]
    table.writerow(columns)
    for row in result.record["sites"]:
        table.writerow([spreadsheet_cell(plain(row[name])) for name in columns])
    return text.getvalue()


def _is_ours(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / RECORD).read_text("utf-8"))["part"] == "phases")
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _whole(value: float) -> str:
    return f"{value:,.0f}"
