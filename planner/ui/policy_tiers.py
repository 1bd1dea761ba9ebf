"""The section on the three tiers: ask, see stations, centres and flows, take the files away."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from planner.maps.overlay import overlay_html
from planner.plan import Plan
from planner.policy.tiers.files import say_findings, tiers_json, tiers_links, tiers_xlsx
from planner.policy.tiers.map import tiers_overlay
from planner.policy.tiers.spec import TiersSpec
from planner.policy.tiers.tiers import TiersResult, make_tiers
from planner.policy.tiers.words import TIERS_WORDS
from planner.ui.policy_section import (
    GEOJSON,
    HTML,
    JSON,
    XLSX,
    offer,
    show_overlay,
    worked_out,
)
from planner.ui.policy_tiers_words import TIERS_UI
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["show_tiers"]

MOST_CENTRES = 9
_COLUMNS = (
    *("tier", "kind", "name", "township", "floor_m2", "land_m2", "capacity_t_year"),
    *("load_t_year", "cost_yuan_year"),
)


def show_tiers(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is solved before the button is pressed."""

    def say(key: str, **values: object) -> str:
        return TIERS_UI.say(key, language, **values)

    st.caption(say("tiers-caption"))
    spec = _asked(plan, language)
    about = (region_id, plan.bundle.sha256, plan.scenario)
    result = worked_out(
        "tiers", about, spec, lambda bar: make_tiers(plan, spec, progress=bar), say, language
    )
    if result is not None:
        _show(plan, result, language)


def _asked(plan: Plan, language: Language) -> TiersSpec:
    def say(key: str) -> str:
        return TIERS_UI.say(key, language)

    left, right = st.columns(2, gap="medium")
    names = {"together": say("tiers-together"), "in-turn": say("tiers-in-turn")}
    siting = left.radio(
        say("tiers-siting"),
        ("together", "in-turn"),
        format_func=lambda one: names[one],
        key="tiers-siting-choice",
        horizontal=True,
    )
    split = left.checkbox(say("tiers-split"), key="tiers-split-choice")
    direct = left.checkbox(say("tiers-direct"), key="tiers-direct-choice")
    streams = {one.key: one for one in plan.bundle.materials.streams}
    special = right.multiselect(
        say("tiers-special"),
        tuple(streams),
        format_func=lambda one: streams[one].name_zh if language == "zh" else streams[one].name_en,
        key="tiers-special-choice",
        placeholder=say("tiers-special-none"),
    )
    most = right.selectbox(
        say("tiers-max-centres"),
        (0, *range(1, MOST_CENTRES + 1)),
        format_func=lambda one: str(one) if one else say("tiers-any"),
        key="tiers-centres-choice",
    )
    return TiersSpec(
        siting="in-turn" if siting == "in-turn" else "together",
        split=split,
        direct=direct,
        special=tuple(sorted(special)),
        max_centres=most or None,
    )


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
    st.dataframe(_table(result, language), hide_index=True, width="stretch")
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


def _title(key: str, language: Language) -> str:
    return TIERS_WORDS.say(key, language)


def _table(result: TiersResult, language: Language) -> pd.DataFrame:
    frame = pd.DataFrame(result.sites[list(_COLUMNS)])
    frame["tier"] = [_title(one, language) for one in frame["tier"]]
    return frame.rename(columns={name: _title(name, language) for name in _COLUMNS})
