"""The section on the three tiers: ask, see stations, centres and flows, take the files away."""

from __future__ import annotations

from functools import partial
from typing import Any

import pandas as pd
import streamlit as st

from planner.maps.overlay import overlay_html
from planner.plan import Plan
from planner.policy.tiers.files import say_findings, tiers_json, tiers_links, tiers_xlsx
from planner.policy.tiers.map import tiers_overlay
from planner.policy.tiers.naming import named, title_of
from planner.policy.tiers.tiers import TiersResult, make_tiers
from planner.policy.tiers.words import TIERS_WORDS
from planner.ui.policy_asking import asked_in_section
from planner.ui.policy_section import (
    GEOJSON,
    HTML,
    JSON,
    XLSX,
    offer,
    show_overlay,
    worked_out,
)
from planner.ui.policy_tiers_controls import tiers_asked
from planner.ui.policy_tiers_words import TIERS_UI
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["show_tiers"]

_NUMBERS = ("floor_m2", "land_m2", "capacity_t_year", "load_t_year", "cost_yuan_year")
_COLUMNS = ("tier", "special", "size", "name", "kind", "township", *_NUMBERS)


def show_tiers(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is solved before the button is pressed."""

    def say(key: str, **values: object) -> str:
        return TIERS_UI.say(key, language, **values)

    st.caption(say("tiers-caption"))
    spec = asked_in_section("tiers", ("tiers",), lambda: tiers_asked(plan, language), language)
    if spec is None:
        return
    about = (region_id, plan.bundle.sha256, plan.scenario)
    result = worked_out(
        "tiers", about, spec, lambda bar: make_tiers(plan, spec, progress=bar), say, language
    )
    if result is not None:
        _show(plan, result, language)


def _show(plan: Plan, result: TiersResult, language: Language) -> None:
    def say(key: str, **values: object) -> str:
        return TIERS_UI.say(key, language, **values)

    record = result.record
    told = record["tiers"]
    columns = st.columns(5, gap="small")
    columns[0].metric(
        say("tiers-cost"),
        f"{record['cost_yuan_year']:,.0f}",
        say("tiers-bound", bound=f"{record['bound_yuan_year']:,.0f}", gap=f"{record['gap']:.1%}"),
        delta_color="off",
        delta_arrow="off",
    )
    for column, tier, title in (
        (columns[1], "station", say("tiers-stations")),
        (columns[2], "centre", say("tiers-centres")),
    ):
        again = say("tiers-reused", n=told[tier]["reused"])
        column.metric(title, told[tier]["sites"], again, delta_color="off", delta_arrow="off")
    columns[3].metric(say("tiers-land"), f"{record['land_m2']:,.0f}")
    columns[4].metric(say("tiers-tonnes"), f"{record['tonnes_year']:,.0f}")
    overlay = tiers_overlay(plan, result, language)
    show_overlay(plan.bundle, overlay, "tiers", language)
    st.dataframe(
        _table(result, language),
        hide_index=True,
        width="stretch",
        column_config=_titles(result, language),
    )
    with st.expander(say("tiers-notes")):
        for line in say_findings(record, language):
            st.markdown(f"- {plain(line)}")
    offer(
        "tiers",
        {
            "xlsx": ("tiers.xlsx", XLSX, partial(tiers_xlsx, result, language)),
            "map": ("tiers.html", HTML, partial(overlay_html, plan.bundle, overlay, language)),
            "links": ("tier-links.geojson", GEOJSON, partial(tiers_links, result)),
            "json": ("tiers.json", JSON, partial(tiers_json, result)),
        },
        say,
    )


def _table(result: TiersResult, language: Language) -> pd.DataFrame:
    """Open places in words; what is estimated is not told finer than it is known."""
    frame = pd.DataFrame(result.sites[list(_COLUMNS)])
    for name in ("tier", "kind", "size"):
        frame[name] = [named(name, one, result.record, language) for one in frame[name]]
    keys = ("yes" if one else "no" for one in frame["special"])
    frame["special"] = [TIERS_WORDS.say(key, language) for key in keys]
    for name in _NUMBERS:
        frame[name] = frame[name].round(0).astype("int64")
    return frame


def _titles(result: TiersResult, language: Language) -> dict[str, Any]:
    column = st.column_config
    titles = {name: title_of(name, result.record, language) for name in _COLUMNS}
    return {
        name: column.NumberColumn(title, format="localized")
        if name in _NUMBERS
        else column.TextColumn(title)
        for name, title in titles.items()
    }
