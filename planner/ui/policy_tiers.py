"""The section on the three tiers: ask, see stations, centres and flows, take the files away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from geo.errors import GeoError
from planner.plan import Plan
from planner.policy.tiers.files import say_findings, tiers_json, tiers_links, tiers_xlsx
from planner.policy.tiers.spec import TiersSpec
from planner.policy.tiers.tiers import TiersResult, make_tiers
from planner.policy.tiers.words import TIERS_WORDS
from planner.ui.answer import Bar
from planner.ui.policy_tiers_words import TIERS_UI
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = ["show_tiers"]

_KEPT = "tiers-result"
MOST_CENTRES = 9
HEIGHT_PX = 420
LEG_COLOURS = {"collect": "#0b6a6f", "onward": "#c2410c", "direct": "#6d3aa8"}
_COLUMNS = (
    *("tier", "kind", "name", "township", "floor_m2", "land_m2", "capacity_t_year"),
    *("load_t_year", "cost_yuan_year"),
)
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_tiers(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is solved before the button is pressed."""

    def say(key: str, **values: object) -> str:
        return TIERS_UI.say(key, language, **values)

    st.caption(say("tiers-caption"))
    spec = _asked(plan, language)
    place = st.empty()
    key = (region_id, plan.bundle.sha256, plan.scenario, spec)
    if st.button(say("tiers-make"), key="tiers-button", type="primary"):
        bar = Bar(place, language)
        try:
            st.session_state[_KEPT] = (key, make_tiers(plan, spec, progress=bar))
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
        st.info(say("tiers-old"))
    _show(result, language)


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


def _show(result: TiersResult, language: Language) -> None:
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
    st.altair_chart(_chart(result, language), use_container_width=True)
    st.dataframe(_table(result, language), hide_index=True, use_container_width=True)
    with st.expander(say("tiers-notes")):
        for line in say_findings(record, language):
            st.markdown(f"- {plain(line)}")
    makes: dict[str, tuple[str, str, Callable[[], bytes | str]]] = {
        "xlsx": ("tiers.xlsx", XLSX, partial(tiers_xlsx, result, language)),
        "links": ("tier-links.geojson", "application/geo+json", partial(tiers_links, result)),
        "json": ("tiers.json", "application/json", partial(tiers_json, result)),
    }
    with st.container(horizontal=True, gap="small"):
        for key, (name, mime, make) in makes.items():
            st.download_button(
                say(f"tiers-{key}"),
                make,
                file_name=name,
                mime=mime,
                key=f"tiers-get-{key}",
                on_click="ignore",
            )


def _title(key: str, language: Language) -> str:
    return TIERS_WORDS.say(key, language)


def _table(result: TiersResult, language: Language) -> pd.DataFrame:
    frame = pd.DataFrame(result.sites[list(_COLUMNS)])
    frame["tier"] = [_title(one, language) for one in frame["tier"]]
    return frame.rename(columns={name: _title(name, language) for name in _COLUMNS})


def _chart(result: TiersResult, language: Language) -> Any:
    """Lines as broad as their tonnes, and the places: no map server is asked."""

    def say(key: str) -> str:
        return TIERS_UI.say(key, language)

    ends = result.links.geometry.get_coordinates().to_numpy().reshape(-1, 4)
    legs = {leg: _title(leg, language) for leg in LEG_COLOURS}
    lines = pd.DataFrame(ends, columns=["x", "y", "x2", "y2"]).assign(
        leg=[legs[one] for one in result.links["leg"]],
        tonnes=result.links["tonnes_year"].to_numpy(),
        km=result.links["km"].to_numpy(),
    )
    sites = pd.DataFrame(
        {
            "x": result.sites.geometry.x,
            "y": result.sites.geometry.y,
            "tier": [_title(one, language) for one in result.sites["tier"]],
            "load": result.sites["load_t_year"],
        }
    )
    wide = alt.Scale(zero=False, nice=False, padding=12)
    flows = (
        alt.Chart(lines)
        .mark_rule(opacity=0.65)
        .encode(
            x=alt.X("x:Q", scale=wide, title=say("tiers-east")),
            y=alt.Y("y:Q", scale=wide, title=say("tiers-north")),
            x2="x2:Q",
            y2="y2:Q",
            size=alt.Size("tonnes:Q", scale=alt.Scale(range=[0.6, 7]), legend=None),
            color=alt.Color(
                "leg:N",
                scale=alt.Scale(domain=list(legs.values()), range=list(LEG_COLOURS.values())),
                title=say("tiers-leg"),
            ),
            tooltip=["leg:N", "tonnes:Q", "km:Q"],
        )
    )
    places = (
        alt.Chart(sites)
        .mark_point(filled=True, size=110, opacity=1, color="#1d2a33")
        .encode(
            x="x:Q",
            y="y:Q",
            shape=alt.Shape("tier:N", title=None),
            tooltip=["tier:N", "load:Q"],
        )
    )
    return (flows + places).properties(height=HEIGHT_PX)
