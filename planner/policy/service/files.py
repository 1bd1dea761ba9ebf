"""The files of service and rounds: JSON, GeoJSON, CSV, a workbook, notices."""

from __future__ import annotations

import csv
import html
import io
import json
import math
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from geo.folder import refuse_place, written_whole
from planner.errors import OutputError
from planner.geojson import feature_collection
from planner.outputs import spreadsheet_cell
from planner.policy.service.rounds import MobileRounds
from planner.policy.service.service import Service
from planner.policy.service.words import SERVICE_WORDS, clock, say_service_finding, weekday
from planner.wording.language import Language
from planner.xlsx import book_bytes, put_text

__all__ = [
    "FILES",
    "notices",
    "refuse_service_out",
    "service_files",
    "service_record",
    "service_summary",
    "timetable_rows",
    "timetable_xlsx",
    "write_service",
]

RECORD = "service.json"
NOTICES = "notices"
FILES = frozenset(
    {
        *(RECORD, "villages.geojson", "rounds.geojson", "timetable.csv", "break-even.csv"),
        *("timetable.xlsx", NOTICES),
    }
)
_VILLAGE = (
    *("id", "township_code", "township_name", "name_zh", "name_en", "people", "households"),
    *("estate", "cells", "kg_week", "depot_km", "depot_min", "visits", "cost_point"),
    *("cost_terminal", "cost_mobile", "point_from_kg_week", "terminal_from_kg_week", "way"),
    *("cost", "suggested"),
)
_ROUND = (
    *("id", "day", "week", "weekday", "depot", "stops", "villages", "kg", "km", "hours"),
    "cost_yuan",
)
_FROM_HERE = ("break-even", "point_over_mobile", "terminal_over_mobile", "point_over_terminal")


def service_record(service: Service, rounds: MobileRounds) -> dict[str, Any]:
    """Both records in one."""
    return {"service": service.record(), "rounds": rounds.record()}


def service_summary(record: dict[str, Any], lang: Language) -> list[str]:
    """Say the result in a few lines, what was assumed last."""

    def say(key: str, **values: object) -> str:
        return SERVICE_WORDS.say(key, lang, **values)

    service, rounds = record["service"], record["rounds"]
    lines = [
        say("title"),
        say(
            "summary",
            villages=f"{service['villages']:,}",
            people=f"{service['people']:,}",
            served=f"{service['people_served']:,}",
        ),
    ]
    for way, told in service["ways"].items():
        lines.append(
            "  "
            + say(
                "summary-way",
                way=say(way),
                villages=f"{told['villages']:,}",
                people=f"{told['people']:,}",
                cost=f"{told['cost_yuan_year']:,.0f}",
            )
        )
    cost, bound = service["cost_yuan_year"], service["bound_yuan_year"]
    lines.append(
        say("summary-cost", cost=f"{cost:,.0f}", bound=f"{bound:,.0f}", gap=f"{service['gap']:.1%}")
    )
    lines.append(
        say(
            "summary-rounds",
            villages=f"{rounds['villages']:,}",
            visits=f"{rounds['visits_in_4_weeks']:,}",
            rounds=f"{rounds['rounds_in_4_weeks']:,}",
            vehicles=rounds["vehicles"],
            km=f"{rounds['km_month']:,.0f}",
            hours=f"{rounds['hours_month']:,.0f}",
            cost=f"{rounds['cost_yuan_month']:,.0f}",
        )
    )
    lines.append(say("summary-bound", bound=f"{100 * (1 - rounds['gap']):.0f}"))
    for part in (service, rounds):
        lines += [
            "! " + say_service_finding(one["kind"], one["values"], lang) for one in part["findings"]
        ]
    return lines


def timetable_rows(rounds: MobileRounds, lang: Language) -> list[dict[str, Any]]:
    """Rows of the timetable in words: by township, village, week and day."""
    frame = rounds.service.villages.set_index("id")
    rows = []
    for visit in rounds.visits.to_dict("records"):
        village = frame.loc[visit["village"]]
        # Short stays are told to the minute, so that something of them is left.
        step_s = 300 if visit["until_s"] - visit["from_s"] >= 900 else 60
        rows.append(
            {
                "id": visit["village"],
                "township_code": village["township_code"],
                "township": village["township_name"],
                "place": village["name_zh" if lang == "zh" else "name_en"],
                "week": visit["week"],
                "weekday": weekday(visit["weekday"], lang),
                "date": visit["date"],
                "from": clock(visit["from_s"], up=True, step_s=step_s),
                "until": clock(visit["until_s"], step_s=step_s),
                "round": visit["round"],
                "kg": visit["kg"],
            }
        )
    return sorted(rows, key=lambda row: (row["township_code"], row["id"], row["week"]))


def timetable_xlsx(rounds: MobileRounds, lang: Language) -> bytes:
    """Timetable, villages, rounds, break-evens and figures as a workbook."""

    def say(key: str) -> str:
        return SERVICE_WORDS.say(key, lang)

    service, book = rounds.service, Workbook()
    book.remove(book.worksheets[0])
    _sheet(
        book,
        say("sheet-timetable"),
        [
            say(f"col-{key}")
            for key in (
                *("township", "id", "place", "week", "weekday", "date", "from", "until"),
                *("round", "kg"),
            )
        ],
        [
            [
                *(row["township"], row["id"], row["place"], row["week"], row["weekday"]),
                *(row["date"], row["from"], row["until"], row["round"], row["kg"]),
            ]
            for row in timetable_rows(rounds, lang)
        ],
    )
    name = "name_zh" if lang == "zh" else "name_en"
    _sheet(
        book,
        say("sheet-villages"),
        [
            say(f"col-{key}")
            for key in (
                *("id", "township", "place", "people", "households", "kg_week", "way", "cost"),
                *("visits", "point_from", "terminal_from"),
            )
        ],
        [
            [
                *(row["id"], row["township_name"], row[name], row["people"], row["households"]),
                *(round(row["kg_week"], 1), say(row["way"]), round(row["cost"], 2)),
                row["visits"] if row["way"] == "mobile" else 0,
                *(
                    round(row[key], 1) if math.isfinite(row[key]) else say("never")
                    for key in ("point_from_kg_week", "terminal_from_kg_week")
                ),
            ]
            for row in service.villages.to_dict("records")
        ],
    )
    _sheet(
        book,
        say("sheet-rounds"),
        [
            say(f"col-{key}")
            for key in (
                *("round", "week", "weekday", "depot", "stops", "kg", "km", "hours"),
                "round-cost",
            )
        ],
        [
            [
                *(row["id"], row["week"], weekday(row["weekday"], lang), row["depot"]),
                *(row["stops"], row["kg"], row["km"], row["hours"], row["cost_yuan"]),
            ]
            for row in rounds.rounds.to_dict("records")
        ],
    )
    _sheet(
        book,
        say("sheet-break-even"),
        [
            say(f"col-{key}")
            for key in (
                *("distance", "rule-visits", "point-mobile", "terminal-mobile"),
                "point-terminal",
            )
        ],
        [
            [
                *(row["depot_km_one_way"], row["visits_in_4_weeks"]),
                *(
                    say("never") if row[f"{key}_households"] is None else row[f"{key}_households"]
                    for key in _FROM_HERE[1:]
                ),
            ]
            for row in service.break_evens
        ],
    )
    figures = service.figures
    _sheet(
        book,
        say("sheet-sources"),
        ["", ""],
        [
            *([way.name_zh if lang == "zh" else way.name_en, way.source] for way in figures.ways),
            ["vehicle", figures.vehicle.source],
            ["frequency", figures.frequency.source],
        ],
    )
    return book_bytes(book)


def _sheet(book: Workbook, title: str, header: list[str], rows: list[list[Any]]) -> None:
    sheet = book.create_sheet(title)
    for column, text in enumerate(header, 1):
        cell = sheet.cell(1, column)
        put_text(cell, text)
        cell.font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = 18
    for number, row in enumerate(rows, 2):
        for column, value in enumerate(row, 1):
            cell = sheet.cell(number, column)
            if isinstance(value, str):
                put_text(cell, value)
            else:
                cell.value = value
    sheet.freeze_panes = "A2"


_PAGE = """<!DOCTYPE html>
<html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title>
<style>
@page {{ size: A4; margin: 18mm }}
body {{ font-family: "Noto Sans CJK SC", "Microsoft YaHei", sans-serif; margin: 2em auto; \
max-width: 48em; color: #111 }}
h1 {{ font-size: 1.5em; text-align: center }}
table {{ border-collapse: collapse; width: 100% }}
th, td {{ border: 1px solid #555; padding: .4em .6em; text-align: left; vertical-align: top }}
tr {{ break-inside: avoid }}
p.draft {{ color: #555; font-size: .9em }}
</style></head><body>
<h1>{title}</h1>
<p>{lead}</p>
<table><thead><tr><th>{place}</th><th>{day}</th><th>{time}</th></tr></thead><tbody>
{rows}
</tbody></table>
<p class="draft">{draft}</p>
</body></html>
"""


def notices(rounds: MobileRounds, lang: Language) -> dict[str, str]:
    """Make a printable notice (HTML) for each township that is visited, by file name."""
    by_township: dict[str, list[dict[str, Any]]] = {}
    for row in timetable_rows(rounds, lang):
        by_township.setdefault(row["township_code"], []).append(row)

    def say(key: str, **values: object) -> str:
        return html.escape(SERVICE_WORDS.say(key, lang, **values))

    pages = {}
    for number, (code, rows) in enumerate(sorted(by_township.items()), 1):
        lines = [
            f"<tr><td>{html.escape(row['place'])}</td><td>{html.escape(_when(row, lang))}</td>"
            f"<td>{row['from']}–{row['until']}</td></tr>"
            for row in rows
        ]
        safe = "".join(sign if sign.isascii() and sign.isalnum() else "-" for sign in code)[:40]
        pages[f"{number:03d}-{safe}.html"] = _PAGE.format(
            lang="zh-CN" if lang == "zh" else "en",
            title=say("notice-title", township=rows[0]["township"]),
            lead=say("notice-lead"),
            draft=say("notice-draft"),
            place=say("col-place"),
            day=say("col-day"),
            time=say("col-time"),
            rows="\n".join(lines),
        )
    return pages


def _when(row: dict[str, Any], lang: Language) -> str:
    week = SERVICE_WORDS.say("week-n", lang, n=row["week"])
    return " ".join(filter(None, (row["date"] or week, row["weekday"])))


def service_files(service: Service, rounds: MobileRounds, lang: Language) -> dict[str, bytes]:
    """Make all files by name."""
    record = service_record(service, rounds)
    villages = service.villages.copy()
    for column in ("kg_week", "depot_km", "depot_min", "cost_point", "cost_terminal"):
        villages[column] = villages[column].astype(float).round(3)
    for column in ("cost_mobile", "point_from_kg_week", "terminal_from_kg_week", "cost"):
        villages[column] = villages[column].astype(float).round(3)
    files = {
        RECORD: json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n",
        "villages.geojson": feature_collection(villages, _VILLAGE),
        "rounds.geojson": feature_collection(rounds.rounds, _ROUND),
        "timetable.csv": _csv(timetable_rows(rounds, lang)),
        "break-even.csv": _csv(list(service.break_evens)),
    }
    done = {name: text.encode() for name, text in files.items()}
    done["timetable.xlsx"] = timetable_xlsx(rounds, lang)
    for name, page in notices(rounds, lang).items():
        done[f"{NOTICES}/{name}"] = page.encode()
    return done


def _csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    if rows:
        writer.writerow(list(rows[0]))
    for row in rows:
        values = ("" if value is None else value for value in row.values())
        writer.writerow([spreadsheet_cell(v) if isinstance(v, str) else v for v in values])
    return "\N{BYTE ORDER MARK}" + out.getvalue()


def refuse_service_out(folder: Path) -> None:
    """Refuse a folder that holds what is not ours.

    Raises
    ------
    OutputError
        If it does.
    """

    def ours(place: Path) -> bool:
        return all(path.name in FILES for path in place.iterdir())

    refuse_place(folder, is_ours=ours, names=FILES, thing="a service plan", error=OutputError)


def write_service(service: Service, rounds: MobileRounds, folder: Path, lang: Language) -> None:
    """Write all files, whole or not at all.

    Raises
    ------
    OutputError
        If the folder holds other things or cannot be written.
    """
    refuse_service_out(folder)
    files = service_files(service, rounds, lang)
    try:
        with written_whole(folder) as partial:
            for name, content in files.items():
                (partial / name).parent.mkdir(parents=True, exist_ok=True)
                (partial / name).write_bytes(content)
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="Check the path, the free space and your rights",
        ) from error
