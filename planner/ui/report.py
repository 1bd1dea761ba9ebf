"""What stands around the map: figures above it, the table, the open questions, the files."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any, get_args

import pandas as pd
import streamlit as st

from geo.bundle import Bundle
from planner.headline import headline, labels, reason_in
from planner.language import Language
from planner.maps import map_html
from planner.outputs import (
    plan_json,
    sites_csv,
    sites_geojson,
    townships_geojson,
    uncovered_geojson,
)
from planner.plan import Plan
from planner.scenario import Mode
from planner.ui.text import plain, rows_html
from planner.ui.words import UI

__all__ = [
    "show_about",
    "show_blanks",
    "show_downloads",
    "show_figures",
    "show_table",
    "show_unknown",
]

ROW_PX, SHOWN_ROWS = 35, 12


def show_about(bundle: Bundle, language: Language) -> None:
    """Name the region and what it is known by."""
    counts = bundle.counts()
    facts = [
        UI.say(
            "about",
            language,
            townships=f"{counts['townships']:,}",
            people=f"{counts['people']:,}",
            candidates=f"{counts['candidates']:,}",
            existing=f"{counts['candidates_existing']:,}",
        )
    ]
    for mode in get_args(Mode):
        if mode not in bundle.networks:
            continue
        km = f"{counts[f'{mode}_length_m'] / 1000:,.0f}"
        facts.append(UI.say(f"about-{mode}", language, km=km))
    if not bundle.networks:
        factor = f"{bundle.detour_factor:g}"
        facts.append(UI.say("about-straight", language, factor=factor))
    if bundle.source.osm_timestamp:
        facts.append(UI.say("about-osm", language, date=bundle.source.osm_timestamp[:10]))
    st.title(plain(bundle.region.name), anchor=False)
    st.caption(plain(" · ".join(facts)))


def show_figures(plan: Plan, language: Language) -> None:
    """Show the headline as cards."""
    signs = {True: "✓ ", False: "✕ ", None: ""}
    colours = {True: "green", False: "red", None: "off"}
    with st.container(key="figures"):
        for figure in headline(plan, language):
            st.metric(
                figure.label,
                figure.value,
                plain(signs[figure.good] + figure.note),
                delta_color=colours[figure.good],  # type: ignore[arg-type]
                delta_arrow="off",
                border=True,
                height="stretch",
            )


def show_blanks(language: Language) -> None:
    """Keep the place of the figures while the first plan is made."""
    with st.container(key="figures"):
        for label in labels(language):
            st.metric(
                label,
                "…",
                "\u2007" * 12,
                delta_color="off",
                delta_arrow="off",
                border=True,
                height="stretch",
            )


def show_table(plan: Plan, language: Language) -> None:
    """Show townships, those that fall short first."""

    def say(key: str) -> str:
        return UI.say(key, language)

    rows = sorted(plan.record["townships"], key=lambda row: (row["pass"], -row["people"]))
    frame = pd.DataFrame(
        {
            "pass": [say("passes" if row["pass"] else "falls-short") for row in rows],
            "name": [row["name"] for row in rows],
            "people": [row["people"] for row in rows],
            "share": [row["share"] and math.floor(row["share"] * 1000) / 10 for row in rows],
            "sites": [row["sites"] for row in rows],
            "required": [row["required"] for row in rows],
            "reason": [reason_in(row["reason"], language) for row in rows],
            "code": [row["code"] for row in rows],
        }
    )
    if not frame["reason"].any():
        frame = frame.drop(columns="reason")
    column = st.column_config
    st.subheader(say("table"), anchor=False)
    st.dataframe(
        frame,
        hide_index=True,
        height=ROW_PX * (min(len(rows), SHOWN_ROWS) + 1) + 3,
        alt=say("table"),
        column_config={
            "pass": column.TextColumn(say("col-pass"), width="small"),
            "name": column.TextColumn(say("col-name"), width="medium"),
            "people": column.NumberColumn(say("col-people"), format="localized"),
            "share": column.ProgressColumn(
                say("col-share"), min_value=0.0, max_value=100.0, format="%.1f %%"
            ),
            "sites": column.NumberColumn(say("col-sites"), width="small"),
            "required": column.NumberColumn(say("col-required"), width="small"),
            "reason": column.TextColumn(say("col-reason"), width="large"),
            "code": column.TextColumn(say("col-code"), width="small"),
        },
    )


def show_unknown(plan: Plan, language: Language) -> None:
    """List what the plan does not know; how much that is stands on the closed lid."""
    sentences = [_sentence(warning, language) for warning in plan.record["warnings"]]
    if not sentences:
        return
    with st.expander(UI.say("unknown", language, n=len(sentences)), icon=":material/help:"):
        st.html(rows_html(sentences))


def show_downloads(plan: Plan, language: Language, *, ready: bool) -> None:
    """Offer the same files that the command line writes, once they would be the same.

    Each is made when it is asked for.
    """
    st.subheader(UI.say("downloads", language), anchor=False)
    geojson = "application/geo+json"
    files: list[tuple[str, str, str, Callable[[], str | bytes]]] = [
        ("get-map", "map.html", "text/html", partial(map_html, plan, language)),
        ("get-sites", "sites.geojson", geojson, partial(sites_geojson, plan)),
        ("get-table", "sites.csv", "text/csv", lambda: sites_csv(plan).encode("utf-8-sig")),
        ("get-townships", "townships.geojson", geojson, partial(townships_geojson, plan)),
        ("get-uncovered", "uncovered.geojson", geojson, partial(uncovered_geojson, plan)),
        ("get-plan", "plan.json", "application/json", partial(plan_json, plan)),
    ]
    with st.container(horizontal=True, gap="small"):
        for key, name, kind, make in files:
            st.download_button(
                UI.say(key, language),
                make,
                file_name=name,
                mime=kind,
                key=key,
                on_click="ignore",
                disabled=not ready,
                icon=":material/download:",
            )


def _sentence(warning: dict[str, Any], language: Language) -> str:
    return str(warning[language])
