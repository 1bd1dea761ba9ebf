"""The section on the years: ask, see when what opens and what is covered, take the files away."""

from __future__ import annotations

from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from planner.maps.overlay import overlay_html
from planner.plan import Plan
from planner.policy.phases.chart import COLOURS, bars_of, gantt_png
from planner.policy.phases.files import (
    map_of_year,
    phases_json,
    phases_summary,
    phases_xlsx,
    say_phases_findings,
)
from planner.policy.phases.map import phases_overlay
from planner.policy.phases.phases import PhasesResult, make_phases
from planner.policy.phases.spec import PhasesSpec
from planner.policy.phases.words import PHASES_WORDS
from planner.ui.policy_phases_words import PHASES_UI
from planner.ui.policy_section import HTML, JSON, PNG, XLSX, offer, show_overlay, worked_out
from planner.ui.text import plain
from planner.wording.language import Language
from planner.wording.shares import percent

__all__ = ["show_phases"]

_SITES = ("order", "year", "name", "id", "township", "state", "reason", "gain")
FIRST, LAST, MOST_YEARS = 2025, 2027, 10


def show_phases(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is solved before the button is pressed."""

    def say(key: str, **values: object) -> str:
        return PHASES_UI.say(key, language, **values)

    st.caption(say("phases-caption"))
    spec = _asked(language)
    about = (region_id, plan.bundle.sha256, plan.scenario)
    result = worked_out(
        "phases", about, spec, lambda bar: make_phases(plan, spec, progress=bar), say, language
    )
    if result is not None:
        _show(result, language)


def _asked(language: Language) -> PhasesSpec:
    def say(key: str) -> str:
        return PHASES_UI.say(key, language)

    columns = st.columns(4, gap="small")
    first = int(columns[0].number_input(say("phases-from"), 2000, 2100, FIRST, key="phases-first"))
    last = int(
        columns[1].number_input(
            say("phases-to"), first, first + MOST_YEARS - 1, max(first, LAST), key="phases-last"
        )
    )
    years = tuple(range(first, last + 1))
    new = int(columns[2].number_input(say("phases-new"), 0, 100_000, 0, key="phases-new-sites"))
    growth = float(
        columns[3].number_input(
            say("phases-growth"), -20.0, 20.0, 0.0, step=0.1, key="phases-growth-rate"
        )
    )
    anywhere = st.checkbox(say("phases-any"), key="phases-any-sites")
    return PhasesSpec(
        years=years,
        new_sites=(new,) * len(years) if new else None,
        growth=round(growth / 100.0, 6),
        sites="any" if anywhere else "plan",
    )


def _show(result: PhasesResult, language: Language) -> None:
    def say(key: str, **values: object) -> str:
        return PHASES_UI.say(key, language, **values)

    record = result.record
    rows = record["years"]
    for at in range(0, len(rows), 5):
        part = rows[at : at + 5]
        for column, row in zip(st.columns(5, gap="small"), part, strict=False):
            column.metric(
                say("phases-covered", year=row["year"]),
                percent(row["share"]),
                say("phases-sites", sites=row["sites"]),
                delta_color="off",
                delta_arrow="off",
            )
    for line in phases_summary(record, language)[1:]:
        st.markdown(plain(line))
    st.altair_chart(_gantt(record, language), width="stretch")
    titles = {name: PHASES_WORDS.say(_title(name, record), language) for name in _SITES}
    table = pd.DataFrame([{name: row[name] for name in _SITES} for row in record["sites"]])
    for name in ("state", "reason"):
        table[name] = [PHASES_WORDS.say(one, language) for one in table[name]]
    st.dataframe(table.rename(columns=titles), hide_index=True)
    years = [row["year"] for row in rows]
    year = st.segmented_control(
        say("phases-map-of"), years, default=years[-1], key="phases-map-year", required=True
    )
    number = years.index(year) if year in years else len(years) - 1
    overlay = phases_overlay(result, number, language)
    show_overlay(result.plan.bundle, overlay, "phases", language)
    notes = say_phases_findings(record, language)
    if notes:
        with st.expander(say("phases-notes")):
            for line in notes:
                st.markdown(plain(line))
    bundle = result.plan.bundle
    offer(
        "phases",
        {
            "xlsx": ("phases.xlsx", XLSX, partial(phases_xlsx, result, language)),
            "json": ("phases.json", JSON, partial(phases_json, result)),
            "gantt": ("gantt.png", PNG, partial(gantt_png, record, language)),
            "map": (
                f"map-{years[number]}.png",
                PNG,
                partial(map_of_year, result, number, language),
            ),
            "page": (
                f"map-{years[number]}.html",
                HTML,
                partial(overlay_html, bundle, overlay, language),
            ),
        },
        say,
    )


def _title(name: str, record: dict[str, Any]) -> str:
    if name != "gain":
        return name
    return "gain_kg" if record["scenario"]["weight"] == "kg" else "gain_people"


def _gantt(record: dict[str, Any], language: Language) -> Any:
    """A bar from the opening to the end for each site, or counts by township and year."""

    def say(key: str) -> str:
        return PHASES_UI.say(key, language)

    what, bars = bars_of(record)
    years = [row["year"] for row in record["years"]]
    frame = pd.DataFrame(bars, columns=["label", "year", "n", "state"])
    frame["end"] = years[-1] + 1 if what == "sites" else frame["year"] + 1
    tip = [alt.Tooltip("label:N", title=say("phases-site")), alt.Tooltip("year:Q", format="d")]
    axis = alt.Axis(values=years, format="d", title=say("phases-year"))
    scale = alt.Scale(domain=[min(years), years[-1] + 1])
    title = say("phases-site" if what == "sites" else "phases-township")
    chart = alt.Chart(frame).encode(
        x=alt.X("year:Q", axis=axis, scale=scale),
        x2="end:Q",
        y=alt.Y("label:N", sort=None, title=title),
        tooltip=[*tip, alt.Tooltip("n:Q", title=say("phases-count"))],
    )
    if what == "sites":
        return chart.mark_bar(color=COLOURS["planned"])
    return chart.mark_bar().encode(color=alt.Color("n:Q", title=say("phases-count")))
