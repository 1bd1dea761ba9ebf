"""The files of the three tiers: JSON, GeoJSON, CSV and a workbook, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.worksheet import Worksheet

from geo.folder import refuse_place, written_whole
from planner.errors import OutputError
from planner.geojson import feature_collection, plain
from planner.outputs import spreadsheet_cell
from planner.policy.tiers.naming import named, title_of
from planner.policy.tiers.tiers import TiersResult
from planner.policy.tiers.words import TIERS_WORDS
from planner.wording.language import Language
from planner.xlsx import book_bytes, put_text

__all__ = [
    "FILES",
    "refuse_tiers_out",
    "say_findings",
    "tiers_summary",
    "tiers_xlsx",
    "write_tiers",
]

RECORD = "tiers.json"
FILES = frozenset(
    {RECORD, "tier-sites.geojson", "tier-links.geojson", "tier-sites.csv", "tiers.xlsx"}
)
_SITES = (
    *("id", "tier", "special", "size", "place", "kind", "name", "existing", "township"),
    *("township_code", "floor_m2", "land_m2", "capacity_t_year", "load_t_year"),
    "cost_yuan_year",
)
_LINKS = ("from", "to", "leg", "km", "tonnes_year", "cost_yuan_year")


def tiers_json(result: TiersResult) -> str:
    """Render the record."""
    return json.dumps(result.record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def tiers_links(result: TiersResult) -> str:
    """Render the flows as lines for a map, tonnes of each material as ``t_…``."""
    materials = [name for name in result.links.columns if name.startswith("t_")]
    return feature_collection(result.links, (*_LINKS, *materials))


def tiers_summary(record: dict[str, Any], lang: Language) -> list[str]:
    """Say the result in a few lines."""

    def say(key: str, **values: object) -> str:
        return TIERS_WORDS.say(key, lang, **values)

    lines = [
        say("title"),
        say(
            "summary-cost",
            cost=_whole(record["cost_yuan_year"]),
            sites=_whole(record["sites_yuan_year"]),
            ways=_whole(record["ways_yuan_year"]),
            bound=_whole(record["bound_yuan_year"]),
            gap=f"{record['gap']:.2%}",
            status=say(record["status"]),
        ),
        say(
            "summary-tonnes",
            tonnes=_whole(record["tonnes_year"]),
            land=_whole(record["land_m2"]),
        ),
    ]
    for tier, told in record["tiers"].items():
        lines.append(
            say(
                "summary-tier",
                tier=say(tier),
                n=told["sites"],
                reused=told["reused"],
                floor=_whole(told["floor_m2"]),
                land=_whole(told["land_m2"]),
            )
        )
    for leg, told in record["legs"].items():
        if told["links"]:
            lines.append(
                say(
                    "summary-leg",
                    leg=say(leg),
                    links=told["links"],
                    tonnes=_whole(told["tonnes_year"]),
                    tkm=_whole(told["tonne_km_year"]),
                    cost=_whole(told["cost_yuan_year"]),
                )
            )
    return lines


def say_findings(record: dict[str, Any], lang: Language) -> list[str]:
    """Say what was assumed or left out, and that all of it is an estimate."""
    figures = {row["key"]: row[f"name_{lang}"] for row in record["figures"]["returns"]}
    lines = []
    for found in record["findings"]:
        values = {
            key: TIERS_WORDS.say(value, lang)
            if key == "tier"
            else named("material", value, record, lang)
            if key == "material"
            else figures.get(value, value)
            if key == "name"
            else f"{value:,g}"
            if isinstance(value, float)
            else value
            for key, value in found["values"].items()
        }
        lines.append(TIERS_WORDS.say(found["kind"], lang, **values))
    return [*lines, TIERS_WORDS.say("estimates", lang)]


def tiers_xlsx(result: TiersResult, lang: Language) -> bytes:
    """Write summary, sites, flows and the figures with their sources as a workbook."""
    book = Workbook()
    record = result.record
    first: Worksheet = book.active
    first.title = TIERS_WORDS.say("sheet-summary", lang)
    for row, line in enumerate([*tiers_summary(record, lang), *say_findings(record, lang)], 1):
        put_text(first.cell(row, 1), line)
    first.column_dimensions["A"].width = 110
    materials = [name for name in result.links.columns if name.startswith("t_")]
    for key, frame, columns in (
        ("sheet-sites", result.sites, (*_SITES, "lon", "lat")),
        ("sheet-links", result.links, (*_LINKS, *materials)),
    ):
        page = book.create_sheet(TIERS_WORDS.say(key, lang))
        _table(page, frame, columns, record, lang)
    page = book.create_sheet(TIERS_WORDS.say("sheet-figures", lang))
    _head(page, [TIERS_WORDS.say(key, lang) for key in ("figure", "value", "source")])
    row = 1
    for group in ("legs", "sizes", "places", "returns"):
        for told in record["figures"][group]:
            for name, value in told.items():
                if isinstance(value, int | float) and not isinstance(value, bool):
                    row += 1
                    put_text(page.cell(row, 1), f"{told['key']}.{name}")
                    page.cell(row, 2, value)
                    put_text(page.cell(row, 3), told["source"])
    for letter, width in zip("ABC", (36, 14, 100), strict=True):
        page.column_dimensions[letter].width = width
    return book_bytes(book)


def refuse_tiers_out(folder: Path) -> None:
    """Refuse a place that the files must not be written to.

    Raises
    ------
    OutputError
        If something else stands there, or the place cannot be looked at.
    """
    refuse_place(folder, is_ours=_is_ours, names=FILES, thing="three tiers", error=OutputError)


def write_tiers(result: TiersResult, folder: Path, lang: Language) -> None:
    """Write every file; what stands there from an earlier run is replaced.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    """
    refuse_tiers_out(folder)
    try:
        with written_whole(folder) as partial:
            texts = {
                RECORD: tiers_json(result),
                "tier-sites.geojson": feature_collection(result.sites, _SITES),
                "tier-links.geojson": tiers_links(result),
            }
            for name, text in texts.items():
                (partial / name).write_text(text, "utf-8", newline="\n")
            (partial / "tier-sites.csv").write_bytes(_csv(result.sites).encode("utf-8-sig"))
            (partial / "tiers.xlsx").write_bytes(tiers_xlsx(result, lang))
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="Check the path, the free space and your rights",
        ) from error


def _csv(sites: gpd.GeoDataFrame) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    columns = [*_SITES, "lon", "lat"]
    table.writerow(columns)
    for row in sites[columns].itertuples(index=False):
        table.writerow([spreadsheet_cell(plain(value)) for value in row])
    return text.getvalue()


def _table(
    page: Worksheet,
    frame: gpd.GeoDataFrame,
    columns: tuple[str, ...],
    record: dict[str, Any],
    lang: Language,
) -> None:
    _head(page, [title_of(name, record, lang) for name in columns])
    for at, row in enumerate(frame[list(columns)].itertuples(index=False), 2):
        for column, value in enumerate(row, 1):
            told = plain(value)
            if isinstance(told, str):
                put_text(page.cell(at, column), named(columns[column - 1], told, record, lang))
            elif isinstance(told, bool):
                put_text(page.cell(at, column), TIERS_WORDS.say("yes" if told else "no", lang))
            else:
                page.cell(at, column, told)


def _head(page: Worksheet, titles: list[str]) -> None:
    for column, title in enumerate(titles, 1):
        put_text(page.cell(1, column), title)
        page.cell(1, column).font = Font(bold=True)
    page.freeze_panes = "A2"


def _is_ours(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / RECORD).read_text("utf-8"))["part"] == "tiers")
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _whole(value: float) -> str:
    return f"{value:,.0f}"
