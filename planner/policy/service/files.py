"""The files of service and rounds: JSON, GeoJSON, CSV, a map, and those of the timetable."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

from geo.folder import refuse_place, written_whole
from planner.errors import OutputError
from planner.geojson import feature_collection
from planner.maps.overlay import overlay_html
from planner.outputs import spreadsheet_cell
from planner.policy.service.map import service_overlay
from planner.policy.service.rounds import MobileRounds
from planner.policy.service.service import Service
from planner.policy.service.timetable import notices, timetable_rows, timetable_xlsx
from planner.policy.service.words import SERVICE_WORDS, say_service_finding
from planner.wording.language import Language

__all__ = [
    "FILES",
    "refuse_service_out",
    "rounds_geojson",
    "service_files",
    "service_json",
    "service_record",
    "service_summary",
    "villages_geojson",
    "write_service",
]

RECORD = "service.json"
MAP = "service.html"
NOTICES = "notices"
FILES = frozenset(
    {
        *(RECORD, MAP, "villages.geojson", "rounds.geojson", "timetable.csv"),
        *("break-even.csv", "timetable.xlsx", NOTICES),
    }
)
_VILLAGE = (
    *("id", "township_code", "township_name", "name_zh", "name_en", "people", "households"),
    *("estate", "cells", "kg_week", "depot_km", "depot_min", "visits", "trip_share"),
    *("cost_point", "cost_terminal", "cost_mobile", "point_from_kg_week", "point_pays"),
    *("terminal_from_kg_week", "terminal_pays", "way", "cost", "suggested"),
)
_ROUND = (
    *("id", "day", "week", "weekday", "depot", "stops", "villages", "kg", "km", "hours"),
    "cost_yuan",
)


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
    steps = service["settled"]
    lines.append(
        say(
            "summary-settled" if steps else "summary-cost",
            cost=f"{cost:,.0f}",
            bound=f"{bound:,.0f}",
            gap=_gap(service["gap"]),
        )
    )
    if len(steps) > 1:
        first = f"{steps[0]['cost_yuan_year']:,.0f}"
        lines.append(say("summary-tried", tried=len(steps), first=first))
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


def _gap(share: float) -> str:
    """Say a gap; one that is small is not said to be none."""
    return "< 0.1%" if 0 < share < 0.001 else f"{share:.1%}"


def service_json(service: Service, rounds: MobileRounds) -> str:
    """Write both records."""
    record = service_record(service, rounds)
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def villages_geojson(service: Service) -> str:
    """Write villages with ways of serving, their costs, and from how much on a point pays."""
    villages = service.villages.copy()
    for way in ("point", "terminal"):
        villages[f"{way}_pays"] = villages[f"cost_{way}"] <= villages["cost_mobile"]
    for column in ("kg_week", "depot_km", "depot_min", "cost_point", "cost_terminal"):
        villages[column] = villages[column].astype(float).round(3)
    for column in ("cost_mobile", "point_from_kg_week", "terminal_from_kg_week", "cost"):
        villages[column] = villages[column].astype(float).round(3)
    villages["trip_share"] = villages["trip_share"].astype(float).round(4)
    return feature_collection(villages, _VILLAGE)


def rounds_geojson(rounds: MobileRounds) -> str:
    """Write rounds along their roads."""
    return feature_collection(rounds.rounds, _ROUND)


def service_files(service: Service, rounds: MobileRounds, lang: Language) -> dict[str, bytes]:
    """Make all files by name.

    Raises
    ------
    OutputError
        If the vendored map files are missing (``make setup`` brings them).
    """
    files = {
        RECORD: service_json(service, rounds),
        MAP: overlay_html(service.plan.bundle, service_overlay(rounds, lang), lang),
        "villages.geojson": villages_geojson(service),
        "rounds.geojson": rounds_geojson(rounds),
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
