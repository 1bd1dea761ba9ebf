"""The section on the years: ask, see when what opens and what is covered, take the files away."""

from __future__ import annotations

import dataclasses
import hashlib
from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from planner.errors import ScenarioError
from planner.maps.overlay import overlay_html
from planner.plan import Plan
from planner.policy.phases.chart import COLOURS, SHADES, bars_of, gantt_png
from planner.policy.phases.files import (
    material_rows,
    phases_json,
    phases_summary,
    phases_xlsx,
    say_opening,
    say_phases_findings,
    title_of,
)
from planner.policy.phases.map import phases_overlay
from planner.policy.phases.phases import PhasesResult, make_phases
from planner.policy.phases.sheets import map_of_year
from planner.policy.phases.spec import PhasesSpec
from planner.policy.phases.words import PHASES_WORDS
from planner.ui.answer import Bar
from planner.ui.policy_asking import asked_in_section
from planner.ui.policy_phases_again import Again, show_again
from planner.ui.policy_phases_ask import Upload, asked, lying
from planner.ui.policy_phases_words import PHASES_UI
from planner.ui.policy_section import HTML, JSON, PNG, XLSX, offer, show_overlay, worked_out
from planner.ui.text import line_of, listed, plain
from planner.wording.language import Language
from planner.wording.shares import percent

__all__ = ["show_phases"]

_SITES = ("order", "year", "place", "township", "state", "reason", "gain")
_YEARS = (
    *("year", "opened", "sites", "spent_yuan", "budget_yuan", "covered", "share"),
    *("townships_with_site", "free_covered", "nesting_price"),
)
_NUMBER = st.column_config.NumberColumn(format="localized")
LABEL_PX = 320
_INKS = alt.value("#ffffff"), alt.value("#1d2a33")
_SHARE = st.column_config.NumberColumn(format="percent")


def show_phases(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is solved before the button is pressed."""

    def say(key: str, **values: object) -> str:
        return PHASES_UI.say(key, language, **values)

    st.caption(say("phases-caption"))
    growth: Upload | None = None

    def draw() -> PhasesSpec:
        nonlocal growth
        drawn = asked(language)
        growth = drawn.growth
        # A file of the user's lies nowhere: a scenario that is saved goes without it.
        return dataclasses.replace(drawn.spec, growth_file="")

    try:
        spec = asked_in_section("phases", ("phases",), draw, language)
    except ScenarioError as error:
        st.error(plain(line_of(error, language)), icon=":material/block:")
        return
    if spec is None:
        return
    if growth is not None:
        spec = dataclasses.replace(spec, growth=0.0, growth_file=growth.name)
    about = (region_id, plan.bundle.sha256, plan.scenario)
    digest = growth.digest if growth else ""

    def make(bar: Bar, spec: PhasesSpec, again: Again | None = None) -> PhasesResult:
        built, earlier = again or (None, None)
        with lying(growth, "growth") as path:
            return make_phases(
                plan, spec, built=built, earlier=earlier, growth_table=path, progress=bar
            )

    result = worked_out("phases", about, (spec, digest), lambda bar: make(bar, spec), say, language)
    if result is not None:
        _show(result, "phases", language)
    st.subheader(say("again-head"), anchor=False)
    st.caption(say("again-caption"))
    told = show_again(plan, spec.years, result, language)
    if told is None:
        return
    again, people = told
    changed = dataclasses.replace(spec, change_people=people)
    key = (changed, digest, again[0], _digest(again[1]))
    renewed = worked_out("again", about, key, lambda bar: make(bar, changed, again), say, language)
    if renewed is not None:
        _show(renewed, "again", language)


def _digest(record: dict[str, Any]) -> str:
    """Tells two earlier plans apart."""
    rows = [(row["id"], row["year"], row["state"]) for row in record["sites"]]
    return hashlib.sha256(repr(rows).encode()).hexdigest()


def _show(result: PhasesResult, part: str, language: Language) -> None:
    """Show a result; ``part`` keeps the keys of the two apart."""

    def say(key: str, **values: object) -> str:
        return PHASES_UI.say(key, language, **values)

    record = result.record
    rows = record["years"]
    for at in range(0, len(rows), 5):
        some = rows[at : at + 5]
        for column, row in zip(st.columns(5, gap="small"), some, strict=False):
            column.metric(
                say("phases-covered", year=row["year"]),
                percent(row["share"]),
                say("phases-sites", sites=row["sites"]),
                delta_color="off",
                delta_arrow="off",
            )
    # What each year covers stands in the table.
    said = phases_summary(record, language)
    st.markdown(listed([said[1], *said[2 + len(rows) :]]))
    st.dataframe(
        _years(record, language), hide_index=True, column_config=_formats(record, language)
    )
    st.altair_chart(_gantt(record, language), width="stretch")
    # What is still to be opened first; what stands already is at the end.
    ordered = sorted(record["sites"], key=lambda row: row["state"] == "standing")
    openings = [say_opening(row, language) for row in ordered]
    table = pd.DataFrame([{name: row[name] for name in _SITES} for row in openings])
    table.columns = [title_of(name, record, language) for name in table.columns]
    st.dataframe(table, hide_index=True, column_config=_formats(record, language))
    with st.expander(say("phases-materials")):
        goods = pd.DataFrame(material_rows(record, result.plan, language))
        goods.columns = [
            name if name.isdigit() else title_of(name, record, language) for name in goods.columns
        ]
        formats = {str(row["year"]): _NUMBER for row in rows}
        formats[title_of("change", record, language)] = _SHARE
        st.dataframe(goods, hide_index=True, column_config=formats)
    years = [row["year"] for row in rows]
    year = st.segmented_control(
        say("phases-map-of"), years, default=years[-1], key=f"{part}-map-year", required=True
    )
    number = years.index(year) if year in years else len(years) - 1
    overlay = phases_overlay(result, number, language)
    show_overlay(result.plan.bundle, overlay, part, language)
    notes = say_phases_findings(record, language)
    if notes:
        with st.expander(say("phases-notes")):
            st.markdown(listed(notes))
    bundle = result.plan.bundle
    offer(
        part,
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


def _years(record: dict[str, Any], language: Language) -> pd.DataFrame:
    """What each year opens, spends and covers."""
    names = [name for name in _YEARS if any(row[name] is not None for row in record["years"])]
    table = pd.DataFrame([{name: row[name] for name in names} for row in record["years"]])
    table.columns = [title_of(name, record, language) for name in table.columns]
    return table


def _formats(record: dict[str, Any], language: Language) -> dict[str, Any]:
    """Years as they are, shares in per cent, other numbers with thousands apart."""
    whole = st.column_config.NumberColumn(format="%d")
    formats = {title_of(name, record, language): _NUMBER for name in (*_YEARS, "gain")}
    formats |= {title_of(name, record, language): whole for name in ("year", "order")}
    return {**formats, title_of("share", record, language): _SHARE}


def _gantt(record: dict[str, Any], language: Language) -> Any:
    """A bar from the opening to the end for each site, or counts by township and year."""

    def say(key: str) -> str:
        return PHASES_UI.say(key, language)

    what, bars = bars_of(record, language)
    years = [row["year"] for row in record["years"]]
    frame = pd.DataFrame(bars, columns=["label", "year", "n", "state"])
    frame["middle"] = frame["year"] + 0.5
    frame["end"] = years[-1] + 1 if what == "sites" else frame["year"] + 1
    tip = [alt.Tooltip("label:N", title=say("phases-site")), alt.Tooltip("year:Q", format="d")]
    middles = [year + 0.5 for year in range(min(years), years[-1] + 1)]
    # A year is the room between two ticks: its number stands in the middle.
    axis = alt.Axis(
        values=middles, labelExpr="floor(datum.value)", title=None, grid=False, ticks=False
    )
    scale = alt.Scale(domain=[min(years), years[-1] + 1])
    names = alt.Axis(title=None, labelLimit=LABEL_PX)
    chart = alt.Chart(frame).encode(
        y=alt.Y("label:N", sort=None, axis=names),
        tooltip=[*tip, alt.Tooltip("n:Q", title=say("phases-count"))],
    )
    bar = chart.mark_bar().encode(x=alt.X("year:Q", axis=axis, scale=scale), x2="end:Q")
    if what == "sites":
        states = [state for state in ("planned", "built") if (frame["state"] == state).any()]
        told = [PHASES_WORDS.say(state, language) for state in states]
        frame["state"] = frame["state"].map(dict(zip(states, told, strict=True)))
        colours = alt.Scale(domain=told, range=[COLOURS[state] for state in states])
        legend = alt.Legend(title=None, orient="top") if len(states) > 1 else None
        return bar.encode(color=alt.Color("state:N", scale=colours, legend=legend))
    shades = alt.Scale(domain=years, range=[SHADES[min(at, 4)] for at in range(len(years))])
    ink = alt.condition(f"datum.year <= {years[min(1, len(years) - 1)]}", *_INKS)
    counts = chart.mark_text().encode(
        x=alt.X("middle:Q", axis=axis, scale=scale), text="n:Q", color=ink
    )
    return bar.encode(color=alt.Color("year:O", scale=shades, legend=None)) + counts
