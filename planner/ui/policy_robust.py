"""The section on the robust core: ask, see what holds and what stands in, take the files away."""

from __future__ import annotations

from functools import partial

import altair as alt
import pandas as pd
import streamlit as st

from geo.errors import GeoError
from planner.geojson import feature_collection
from planner.plan import Plan
from planner.policy.robust.files import (
    CASES,
    SITES,
    robust_json,
    robust_summary,
    robust_xlsx,
    say_case,
    say_robust_findings,
)
from planner.policy.robust.robust import RobustResult, make_robust
from planner.policy.robust.spec import RobustSpec
from planner.policy.robust.words import ROBUST_WORDS
from planner.ui.answer import Bar
from planner.ui.policy_robust_words import ROBUST_UI
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = ["show_robust"]

_KEPT = "robust-result"
ROLE_COLOURS = {
    "core": "#a3195b",
    "replaceable": "#1d5fc4",
    "later": "#8a949c",
    "standing": "#1d2a33",
}
_SHOWN = ("name", "id", "township", "role", "frequency", "regret_if_refused", "substitute")
HEIGHT_PX = 420
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_robust(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is solved before the button is pressed."""

    def say(key: str, **values: object) -> str:
        return ROBUST_UI.say(key, language, **values)

    st.caption(say("robust-caption"))
    columns = st.columns(3, gap="small")
    people, roads, refused = (
        int(column.number_input(say(f"robust-{name}"), 0, most, first, key=f"robust-{name}-n"))
        for column, name, most, first in zip(
            columns, ("people", "roads", "refused"), (20, 20, 100), (2, 3, 10), strict=True
        )
    )
    spec = RobustSpec(people_draws=people, road_draws=roads, refused_sites=refused)
    place = st.empty()
    key = (region_id, plan.bundle.sha256, plan.scenario, spec)
    if st.button(say("robust-make"), key="robust-button", type="primary"):
        bar = Bar(place, language)
        try:
            st.session_state[_KEPT] = (key, make_robust(plan, spec, progress=bar))
        except KeyboardInterrupt:
            if bar.overtaken is not None:
                raise bar.overtaken from None
            raise
        except GeoError as error:
            place.empty()
            st.error(plain(line_of(error, language)), icon=":material/block:")
            return
        place.empty()
    known, result = st.session_state.get(_KEPT, (None, None))
    if result is None or known[:3] != key[:3]:
        return
    if known != key:
        st.info(say("robust-old"))
    _show(result, language)


def _show(result: RobustResult, language: Language) -> None:
    def say(key: str, **values: object) -> str:
        return ROBUST_UI.say(key, language, **values)

    record = result.record
    for column, role in zip(st.columns(4, gap="small"), ROLE_COLOURS, strict=True):
        column.metric(ROBUST_WORDS.say(role, language), record["roles"][role])
    for line in robust_summary(record, language)[1:]:
        st.markdown(plain(line))
    titles = {name: ROBUST_WORDS.say(name, language) for name in (*SITES, *CASES, "case")}
    table = pd.DataFrame(result.sites.drop(columns="geometry"))
    table["role"] = [ROBUST_WORDS.say(role, language) for role in table["role"]]
    names = [ROBUST_WORDS.say(role, language) for role in ROLE_COLOURS]
    chart = (
        alt.Chart(table)
        .mark_circle(size=60)
        .encode(
            longitude="lon:Q",
            latitude="lat:Q",
            color=alt.Color(
                "role:N",
                title=titles["role"],
                scale=alt.Scale(domain=names, range=list(ROLE_COLOURS.values())),
            ),
            tooltip=[alt.Tooltip(f"{name}:N", title=titles[name]) for name in _SHOWN],
        )
        .project(type="mercator")
        .properties(height=HEIGHT_PX)
    )
    st.altair_chart(chart, use_container_width=True)
    st.dataframe(table[list(_SHOWN)].rename(columns=titles), hide_index=True)
    with st.expander(say("robust-cases")):
        cases = [
            {"case": say_case(case, language), **{name: case[name] for name in CASES}}
            for case in record["cases"]
        ]
        st.dataframe(
            pd.DataFrame(cases, columns=["case", *CASES]).rename(columns=titles), hide_index=True
        )
    notes = say_robust_findings(record, language)
    if notes:
        with st.expander(say("robust-notes")):
            for line in notes:
                st.markdown(plain(line))
    columns = st.columns(3)
    columns[0].download_button(
        say("robust-xlsx"),
        partial(robust_xlsx, result, language),
        "robust.xlsx",
        XLSX,
        on_click="ignore",
        key="robust-get-xlsx",
    )
    columns[1].download_button(
        say("robust-json"),
        partial(robust_json, result),
        "robust.json",
        "application/json",
        on_click="ignore",
        key="robust-get-json",
    )
    columns[2].download_button(
        say("robust-geojson"),
        partial(feature_collection, result.sites, SITES),
        "robust.geojson",
        "application/geo+json",
        on_click="ignore",
        key="robust-get-geojson",
    )
