"""Tables of the report: townships, sites, what was asked for, where the data come from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from planner.headline import percent, reason_in
from planner.maps.words import kind_name
from planner.plan import Plan
from planner.report.blocks import Column, Table, text_line
from planner.report.words import REPORT_WORDS
from planner.roles import role_of
from planner.wording.language import Language
from planner.wording.reach import out_of_reach
from planner.wording.scenario import parameters

__all__ = [
    "parameter_table",
    "repair_table",
    "site_table",
    "source_table",
    "township_table",
    "worst_text",
]

INPUT_ROLES = {
    "population": "data-population",
    "boundaries": "data-boundaries",
    "candidates": "data-candidates",
    "exclude": "data-exclude",
    "urban": "data-urban",
    "kinds": "data-kinds",
}


def township_table(plan: Plan, lang: Language) -> Table:
    """Every township, those that fall short first, then by people."""
    rows = sorted(plan.record["townships"], key=lambda row: (row["pass"], -row["people"]))

    def say(key: str) -> str:
        return REPORT_WORDS.say(key, lang)

    return Table(
        columns=(
            Column(title=say("col-township"), width=2.2),
            Column(title=say("col-people"), align="right", width=1.15),
            Column(title=say("col-covered"), align="right", width=1.15),
            Column(title=say("col-share"), align="right"),
            Column(title=say("col-sites"), align="right", width=0.75),
            Column(title=say("col-required"), align="right", width=0.75),
            Column(title=say(f"col-worst-{plan.scenario.unit}"), align="right", width=1.1),
            Column(title=say("col-result"), align="center", width=1.05),
        ),
        rows=tuple(
            (
                text_line(row["name"]),
                f"{row['people']:,}" + (" *" if row["people_estimated"] else ""),
                f"{row['covered']:,}",
                percent(row["share"]),
                f"{row['sites']:,}",
                f"{row['required']:,}",
                worst_text(row, plan.scenario.unit, lang),
                ("✓ " if row["pass"] else "✕ ") + say("passes" if row["pass"] else "falls-short"),
            )
            for row in rows
        ),
        bad=frozenset(i for i, row in enumerate(rows) if not row["pass"]),
    )


def worst_text(row: Mapping[str, Any], unit: str, lang: Language) -> str:
    """How far the inhabited cell that is worst off is from its nearest site, rounded up."""
    worst = row.get("worst")
    if worst is None:
        return out_of_reach(lang) if row["people"] else "–"
    if unit == "m":
        return f"{math.ceil(worst - 1e-6):,}"
    return f"{math.ceil(worst / 6 - 1e-6) / 10:,.1f}"


def repair_table(plan: Plan, lang: Language, repairs: Mapping[str, str]) -> Table:
    """Townships with something to say: why, and what would help where they fall short."""
    rows = [row for row in plan.record["townships"] if row["reason"]]
    rows.sort(key=lambda row: (row["pass"], -row["people"]))
    unknown = REPORT_WORDS.say("repair-unknown", lang)
    return Table(
        columns=(
            Column(title=REPORT_WORDS.say("col-township", lang), width=1.1),
            Column(title=REPORT_WORDS.say("col-reason", lang), width=1.5),
            Column(title=REPORT_WORDS.say("col-repair", lang), width=3.0),
        ),
        rows=tuple(
            (
                text_line(row["name"]),
                text_line(reason_in(row["reason"], lang)),
                "–" if row["pass"] else text_line(repairs.get(row["code"]) or unknown),
            )
            for row in rows
        ),
        bad=frozenset(i for i, row in enumerate(rows) if not row["pass"]),
    )


def site_table(plan: Plan, lang: Language) -> Table:
    """Every open site, township by township, the busiest first."""

    def say(key: str) -> str:
        return REPORT_WORDS.say(key, lang)

    sites = sorted(
        plan.sites.itertuples(index=False),
        key=lambda site: (str(site.township_code), -site.people, str(site.id)),
    )
    rows = []
    for number, site in enumerate(sites, 1):
        kind = kind_name(str(site.kind), lang)
        name = text_line(site.name)
        place = f"{site.geometry.x:.5f}, {site.geometry.y:.5f}"
        rows.append(
            (
                str(number),
                text_line(site.township),
                name or f"{kind} {text_line(site.id)}",
                text_line(kind),
                say(f"role-{role_of(str(site.kind), bool(site.existing))}"),
                f"{site.people:,}",
                f"{getattr(site, 'lost', 0):,}",
                place,
            )
        )
    return Table(
        columns=(
            Column(title=say("col-number"), align="right", width=0.55),
            Column(title=say("col-township"), width=1.25),
            Column(title=say("col-name"), width=1.75),
            Column(title=say("col-kind"), width=1.15),
            Column(title=say("col-role"), width=0.8),
            Column(title=say("col-serves"), align="right", width=0.9),
            Column(title=say("col-lost"), align="right", width=0.9),
            Column(title=say("col-place"), align="right", width=1.9),
        ),
        rows=tuple(rows),
    )


def parameter_table(plan: Plan, lang: Language) -> Table:
    """What was asked for, edits by hand included."""
    name = text_line(plan.scenario.name)
    rows = [(REPORT_WORDS.say("scenario-name", lang), name)] if name else []
    rows += [
        (parameter.title(lang), text_line(parameter.text(lang)))
        for parameter in parameters(plan.scenario)
    ]
    return Table(
        columns=(
            Column(title=REPORT_WORDS.say("col-parameter", lang)),
            Column(title=REPORT_WORDS.say("col-value", lang), width=2.2),
        ),
        rows=tuple(rows),
    )


def source_table(plan: Plan, lang: Language) -> Table:
    """Where everything comes from, how old it is and under which licence."""
    data = plan.record["data"]

    def say(key: str, **values: object) -> str:
        return REPORT_WORDS.say(key, lang, **values)

    date = data["osm_timestamp"][:10] or say("unknown-date")
    licence = text_line(data["licence"])
    rows = []
    if data["osm_timestamp"] or not data["inputs"].get("boundaries"):
        rows.append((say("data-map"), text_line(data["source"]), date, licence))
    if "boundaries" not in data["inputs"]:
        where = (
            say("data-boundaries-approximate")
            if data["boundaries_approximate"]
            else say(
                "data-boundaries-osm", source=text_line(data["boundaries"]).removeprefix("OSM ")
            )
        )
        rows.append((say("data-boundaries"), where, date, licence))
    for role, given in sorted(data["inputs"].items()):
        key = INPUT_ROLES.get(role.split(".")[0])
        title = say(key) if key else say("data-input", role=text_line(role))
        file = text_line(given["file"])
        rows.append((title, file, say("unknown-date"), say("licence-own")))
    size = say(
        "data-table-value",
        cells=f"{data['demand_cells']:,}",
        cell_m=f"{data['cell_m']:g}",
        candidates=f"{data['candidates']:,}",
        crs=data["crs"],
    )
    program = say("data-program-value", version=data["recyclenet"], solver=data["solver"])
    rows += [(say("data-table"), size, "", ""), (say("data-program"), program, "", "")]
    return Table(
        columns=(
            Column(title=say("col-data"), width=1.3),
            Column(title=say("col-from"), width=2.3),
            Column(title=say("col-date"), width=0.9),
            Column(title=say("col-licence"), width=1.6),
        ),
        rows=tuple(rows),
    )
