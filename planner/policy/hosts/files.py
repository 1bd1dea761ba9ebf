"""The files of hosts: JSON, GeoJSON, CSV and a workbook, the same bytes each time."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Sequence
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
from planner.policy.hosts.hosts import HostsResult
from planner.policy.hosts.words import HOSTS_WORDS
from planner.policy.naming import place_name
from planner.wording.language import Language
from planner.xlsx import book_bytes, put_text

__all__ = [
    "FILES",
    "STEPS",
    "hosts_geojson",
    "hosts_summary",
    "hosts_xlsx",
    "refuse_hosts_out",
    "say_host_site",
    "say_step",
    "write_hosts",
]

RECORD = "hosts.json"
FILES = frozenset({RECORD, "host-sites.geojson", "host-sites.csv", "hosts.xlsx"})
SITES = (
    *("id", "kind", "name", "role", "host", "host_kind", "host_name", "away_m", "yuan"),
    *("township", "in_plan"),
)
STEPS = (
    *("dial", "sites", "reused", "existing", "hosted", "new", "people_covered", "people_change"),
    *("yuan", "saved_yuan", "yuan_change", "same_as_plan", "gap", "status"),
)
SHEET = (
    *("place", "township", "kind", "role", "host", "host_kind", "away_m", "yuan", "in_plan"),
    "id",
)
_SAID = ("status",)
FORMATS = {"dial": "0.00", "gap": "0.00%"}


def say_step(step: dict[str, Any], lang: Language) -> str:
    """One sentence: k of n re-use existing places, so much saved, so many people lost or gained."""
    change = step["people_change"]
    return HOSTS_WORDS.say(
        "sentence-lost" if change < 0 else "sentence-gained",
        lang,
        n=step["sites"],
        k=step["reused"],
        existing=step["existing"],
        hosted=step["hosted"],
        saved=f"{step['saved_yuan']:,.0f}",
        people=f"{abs(change):,}",
        change=f"{step['yuan_change']:+,.0f}",
    )


def say_host_site(row: dict[str, Any], result: HostsResult, lang: Language) -> dict[str, Any]:
    """A row of the sites in words: the place and its host by name."""
    kinds = {one.key: one.name_zh if lang == "zh" else one.name_en for one in result.costs.hosts}
    host_kind = kinds.get(row["host_kind"], "")
    return {
        **row,
        "place": place_name(row, lang),
        "kind": kind_name(row["kind"], lang),
        "role": HOSTS_WORDS.say(row["role"], lang),
        "host": row["host_name"] or host_kind,
        "host_kind": host_kind,
    }


def hosts_summary(record: dict[str, Any], lang: Language) -> list[str]:
    """Say the plan, each step of the dial and what is assumed."""
    base = record["plan"]
    lines = [
        HOSTS_WORDS.say("title", lang),
        HOSTS_WORDS.say(
            "plan-line",
            lang,
            n=base["sites"],
            k=base["reused"],
            people=f"{base['people_covered']:,}",
            yuan=f"{base['yuan']:,.0f}",
        ),
    ]
    for step in record["steps"]:
        said = say_step(step, lang)
        dial, gap = f"{step['dial']:g}", f"{step['gap']:.2%}"
        lines.append(HOSTS_WORDS.say("step-line", lang, dial=dial, said=said, gap=gap))
    for found in record["findings"]:
        values = {key: f"{value:g}" for key, value in found["values"].items()}
        lines.append(HOSTS_WORDS.say(found["kind"], lang, **values))
    return [*lines, HOSTS_WORDS.say("estimates", lang)]


def hosts_geojson(result: HostsResult) -> str:
    """Render the sites at the step asked for as points."""
    return feature_collection(result.sites, SITES)


def hosts_xlsx(result: HostsResult, lang: Language) -> bytes:
    """Write summary, dial, sites and the costs with their sources as a workbook."""
    book = Workbook()
    first: Worksheet = book.active
    first.title = HOSTS_WORDS.say("sheet-summary", lang)
    for row, line in enumerate(hosts_summary(result.record, lang), 1):
        put_text(first.cell(row, 1), line)
    first.column_dimensions["A"].width = 120
    steps = [[step[name] for name in STEPS] for step in result.record["steps"]]
    _sheet(book, "sheet-dial", STEPS, steps, lang)
    said = [say_host_site(site, result, lang) for site in result.record["sites"]]
    sites = [[site[name] for name in SHEET] for site in said]
    _sheet(book, "sheet-sites", SHEET, sites, lang)
    costs = result.costs
    rows = [
        [getattr(one, f"name_{lang}"), one.yuan, one.source]
        for one in (costs.new, costs.existing, *costs.hosts)
    ]
    _sheet(book, "sheet-costs", ("figure", "yuan", "source"), rows, lang)
    return book_bytes(book)


def refuse_hosts_out(folder: Path) -> None:
    """Refuse a place that the files must not be written to.

    Raises
    ------
    OutputError
        If something else stands there, or the place cannot be looked at.
    """
    refuse_place(folder, is_ours=_is_ours, names=FILES, thing="hosts", error=OutputError)


def write_hosts(result: HostsResult, folder: Path, lang: Language) -> None:
    """Write every file; what stands there from an earlier run is replaced.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    """
    refuse_hosts_out(folder)
    try:
        with written_whole(folder) as partial:
            record = json.dumps(result.record, ensure_ascii=False, indent=1, allow_nan=False)
            (partial / RECORD).write_text(record + "\n", "utf-8", newline="\n")
            text = hosts_geojson(result)
            (partial / "host-sites.geojson").write_text(text, "utf-8", newline="\n")
            (partial / "host-sites.csv").write_bytes(_csv(result).encode("utf-8-sig"))
            (partial / "hosts.xlsx").write_bytes(hosts_xlsx(result, lang))
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="Check the path, the free space and your rights",
        ) from error


def _csv(result: HostsResult) -> str:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([*SITES, "longitude", "latitude"])
    for *row, point in result.sites[[*SITES, "geometry"]].itertuples(index=False):
        told = [spreadsheet_cell(plain(value)) for value in row]
        table.writerow([*told, round(point.x, 7), round(point.y, 7)])
    return text.getvalue()


def _sheet(
    book: Workbook,
    key: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    lang: Language,
) -> None:
    page = book.create_sheet(HOSTS_WORDS.say(key, lang))
    for column, name in enumerate(columns, 1):
        put_text(page.cell(1, column), HOSTS_WORDS.say(name, lang))
        page.cell(1, column).font = Font(bold=True)
    page.freeze_panes = "A2"
    for at, row in enumerate(rows, 2):
        for column, (name, value) in enumerate(zip(columns, row, strict=True), 1):
            told = plain(value)
            if isinstance(told, bool):
                put_text(page.cell(at, column), HOSTS_WORDS.say("yes" if told else "no", lang))
            elif isinstance(told, str):
                known = name in _SAID
                put_text(page.cell(at, column), HOSTS_WORDS.say(told, lang) if known else told)
            else:
                page.cell(at, column, told)
                page.cell(at, column).number_format = FORMATS.get(name, "#,##0")


def _is_ours(folder: Path) -> bool:
    try:
        return bool(json.loads((folder / RECORD).read_text("utf-8"))["part"] == "hosts")
    except (OSError, ValueError, LookupError, TypeError):
        return False
