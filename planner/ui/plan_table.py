"""The table of townships (达标情况), linked with the map both ways, and what is picked in full."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from geo.bundle import Bundle
from planner.headline import percent, reason_in
from planner.plan import Plan
from planner.ui.plan_map import pick_township, picked
from planner.ui.plan_repairs import show_repairs_of
from planner.ui.text import plain
from planner.ui.words import UI
from planner.wording.language import Language
from planner.wording.reach import out_of_reach

__all__ = ["show_table"]

ROW_PX, SHOWN_ROWS = 35, 6
"""So many rows fit under the map in a window of 1280 by 720; the others scroll."""
WAY_WIDTH = 10
FILTERS = ("all", "short", "far")
FEW = 12
"""Townships that a search box is of no use for."""
NONE = "—"
"""In a cell where there is nothing to tell."""

#: While the table is read the map stays in sight above it, where the window has room for both.
STAYS = """
<style>
@media (min-width: 900px) and (min-height: 640px) {
  [data-testid="stElementContainer"]:has(iframe[title="streamlit_folium.st_folium"]) {
    position: sticky; top: 3.4rem; z-index: 90; background: inherit;
  }
  [data-testid="stElementContainer"]:has(iframe[title="streamlit_folium.st_folium"]) iframe {
    box-shadow: 0 6px 10px -8px rgba(0, 0, 0, 0.35);
  }
}
</style>
"""


def show_table(region_id: str, bundle: Bundle, plan: Plan, language: Language) -> None:
    """Show townships, those that fall short first; a picked row shows on the map."""

    def say(key: str, **values: object) -> str:
        return UI.say(key, language, **values)

    at = picked(region_id)
    _show_picked(region_id, bundle, plan, at.township, language)
    rows = sorted(plan.record["townships"], key=lambda row: (row["pass"], -row["people"]))
    rows = _filtered(rows, plan, say)
    codes = [str(row["code"]) for row in rows]
    # One table whatever is picked: another would forget how the reader sorted this one.
    key = f"townships-{region_id}"
    _tick(key, [codes.index(at.township)] if at.township in codes else [])
    st.html(STAYS)
    st.dataframe(
        _frame(rows, plan, language),
        hide_index=True,
        height=ROW_PX * (min(max(len(rows), 1), SHOWN_ROWS) + 1) + 3,
        alt=say("table"),
        column_config=_columns(plan, say),
        key=key,
        on_select=partial(_row_picked, key, region_id, codes),
        selection_mode="single-row",
        placeholder=NONE,
    )
    st.caption(say("table-help"))


def _tick(key: str, rows: list[int]) -> None:
    """Tick the row of what is picked, on the map or here before other rows were filtered out."""
    told = st.session_state.get(key)
    if rows != (list(told["selection"]["rows"]) if told else []):
        st.session_state[key] = {"selection": {"rows": rows, "columns": [], "cells": []}}


def _row_picked(key: str, region_id: str, codes: list[str]) -> None:
    rows = st.session_state[key]["selection"]["rows"]
    pick_township(region_id, codes[rows[0]] if rows else "")


def _filtered(
    rows: list[dict[str, Any]], plan: Plan, say: Callable[..., str]
) -> list[dict[str, Any]]:
    if len(rows) <= FEW:
        return rows
    with st.container(horizontal=True, gap="small", vertical_alignment="bottom"):
        which = st.segmented_control(
            say("filter"),
            FILTERS,
            format_func=lambda one: say(f"filter-{one}"),
            key="table-filter",
            default="all",
            required=True,
            label_visibility="collapsed",
        )
        text = st.text_input(
            say("search"),
            key="table-search",
            placeholder=say("search"),
            label_visibility="collapsed",
            width=240,
        )
    if which == "short":
        rows = [row for row in rows if not row["pass"]]
    elif which == "far":
        limit = plan.scenario.limit
        rows = [row for row in rows if row["worst"] is None or row["worst"] > limit]
    wanted = text.strip().lower()
    return [row for row in rows if wanted in f"{row['name']} {row['code']}".lower()]


def _frame(rows: list[dict[str, Any]], plan: Plan, language: Language) -> pd.DataFrame:
    metres = plan.scenario.unit == "m"
    worst = [
        (out_of_reach(language) if row["people"] else None)
        if row["worst"] is None
        else row["worst"] / (1.0 if metres else 60.0)
        for row in rows
    ]
    frame = pd.DataFrame(
        {
            "pass": [UI.say("passes" if row["pass"] else "falls-short", language) for row in rows],
            "name": [row["name"] for row in rows],
            "people": [row["people"] for row in rows],
            "covered": [row["covered"] for row in rows],
            "share": [row["share"] and math.floor(row["share"] * 1000) / 10 for row in rows],
            "sites": [row["sites"] for row in rows],
            "required": [row["required"] for row in rows],
            "worst": [_way_text(one, plan) for one in worst] if _cut_off(plan) else worst,
            "reason": [reason_in(row["reason"], language) or NONE for row in rows],
            "code": [row["code"] for row in rows],
        }
    )
    return frame if (frame["reason"] != NONE).any() else frame.drop(columns="reason")


def _cut_off(plan: Plan) -> bool:
    """Whether people live somewhere whom no road reaches."""
    return any(row["people"] and row["worst"] is None for row in plan.record["townships"])


def _way_text(way: float | str | None, plan: Plan) -> str | None:
    """Write a way so that texts sort as numbers do, and where there is none as the last."""
    if way is None or isinstance(way, str):
        return way
    return f"{way:,.{0 if plan.scenario.unit == 'm' else 1}f}".rjust(WAY_WIDTH)


def _columns(plan: Plan, say: Callable[..., str]) -> dict[str, Any]:
    column = st.column_config
    metres = plan.scenario.unit == "m"
    way, way_help = say("col-worst-m" if metres else "col-worst-min"), say("col-worst-help")
    return {
        "pass": column.TextColumn(say("col-pass"), width="small"),
        "name": column.TextColumn(say("col-name"), width="medium"),
        "people": column.NumberColumn(say("col-people"), format="localized"),
        "covered": column.NumberColumn(say("col-covered"), format="localized"),
        "share": column.ProgressColumn(
            say("col-share"), min_value=0.0, max_value=100.0, format="%.1f %%"
        ),
        "sites": column.NumberColumn(say("col-sites"), width="small"),
        "required": column.NumberColumn(say("col-required"), width="small"),
        "worst": column.TextColumn(way, help=way_help, alignment="right")
        if _cut_off(plan)
        else column.NumberColumn(way, format="%.0f" if metres else "%.1f", help=way_help),
        "reason": column.TextColumn(say("col-reason"), width="large"),
        "code": column.TextColumn(say("col-code"), width="small"),
    }


def _show_picked(region_id: str, bundle: Bundle, plan: Plan, code: str, language: Language) -> None:
    """Tell everything of the township that is picked, with its nearest repair."""
    row = next((one for one in plan.record["townships"] if str(one["code"]) == code), None)
    if row is None:
        return

    def say(key: str, **values: object) -> str:
        return UI.say(key, language, **values)

    with st.container(border=True, key="picked-township"):
        head, away = st.columns([6, 1], vertical_alignment="center")
        mark = say("passes" if row["pass"] else "falls-short")
        head.markdown(f"**{plain(row['name'])}** · {plain(mark)}")
        away.button(
            say("let-go"),
            key="let-go",
            icon=":material/close:",
            type="tertiary",
            on_click=partial(pick_township, region_id, ""),
        )
        facts = [
            say("fact-sites", n=row["sites"], required=row["required"]),
            say(
                "fact-covered",
                covered=f"{row['covered']:,}",
                people=f"{row['people']:,}",
                share=percent(row["share"]),
            ),
            _worst(row["worst"], plan, say),
        ]
        st.caption(plain(" · ".join(facts)))
        if row["reason"]:
            st.write(plain(reason_in(row["reason"], language)))
        show_repairs_of(region_id, bundle, plan, code, language)


def _worst(worst: float | None, plan: Plan, say: Callable[..., str]) -> str:
    if worst is None:
        return say("fact-worst-none")
    if plan.scenario.unit == "m":
        return say("fact-worst-m", n=f"{worst:,.0f}")
    return say("fact-worst-min", n=f"{worst / 60:.1f}")
