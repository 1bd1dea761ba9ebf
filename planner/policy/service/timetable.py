"""When a vehicle comes where: rows, a workbook, and a notice for each township (定时定点公告)."""

from __future__ import annotations

import html
import math
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from planner.policy.service.rounds import MobileRounds
from planner.policy.service.words import SERVICE_WORDS, clock, weekday
from planner.wording.language import Language
from planner.xlsx import book_bytes, put_text

__all__ = ["notices", "timetable_rows", "timetable_xlsx"]

_PAIRS = ("point_over_mobile", "terminal_over_mobile", "point_over_terminal")


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
                    for key in _PAIRS
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
