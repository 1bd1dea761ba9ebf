"""The section on villages without a point: ask, see ways and rounds, take the files away."""

from __future__ import annotations

from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import streamlit as st

from planner.maps.overlay import overlay_html
from planner.packs.zipped import zipped
from planner.plan import Plan
from planner.policy.handed_on import depot_sites
from planner.policy.service.figures import read_service_figures
from planner.policy.service.files import (
    rounds_geojson,
    service_json,
    service_record,
    service_summary,
    villages_geojson,
)
from planner.policy.service.map import service_overlay
from planner.policy.service.rounds import MobileRounds
from planner.policy.service.settle import settle_service
from planner.policy.service.timetable import notices, timetable_rows, timetable_xlsx
from planner.policy.service.words import SERVICE_WORDS
from planner.ui.answer import Bar
from planner.ui.policy_asking import asked_in_section
from planner.ui.policy_section import (
    GEOJSON,
    HTML,
    JSON,
    XLSX,
    kept_result,
    offer,
    show_overlay,
    worked_out,
)
from planner.ui.policy_service_asked import asked_service
from planner.ui.policy_service_words import SERVICE_UI
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["show_service"]

HEIGHT_PX = 300


def show_service(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is worked out before the button is pressed."""

    def say(key: str) -> str:
        return SERVICE_UI.say(key, language)

    st.caption(say("service-caption"))
    if (plan.site_of >= 0).all():
        st.info(say("service-nobody"))
        return
    specs = asked_in_section(
        "service", ("service", "rounds"), lambda: asked_service(language), language
    )
    if specs is None:
        return
    about = (region_id, plan.bundle.sha256, plan.scenario)

    def make(bar: Bar) -> MobileRounds:
        # Rounds begin at the stations that this sitting has sited, if it has.
        tiers = kept_result("tiers", about)
        sites = depot_sites(tiers[1] if tiers else None)
        figures = read_service_figures()
        return settle_service(plan, *specs, figures, depot_sites=sites, progress=bar)[1]

    rounds = worked_out("service", about, specs, make, say, language)
    if rounds is not None:
        _show(plan, rounds, language)


def _show(plan: Plan, rounds: MobileRounds, language: Language) -> None:
    def say(key: str) -> str:
        return SERVICE_UI.say(key, language)

    service = rounds.service
    record = service_record(service, rounds)
    chosen, driven = record["service"], record["rounds"]
    figures = (
        ("service-cost", f"{chosen['cost_yuan_year']:,.0f}"),
        ("service-villages", f"{chosen['villages']:,}"),
        ("service-mobile", f"{chosen['ways']['mobile']['villages']:,}"),
        ("service-vehicles-needed", f"{driven['vehicles']:,}"),
        ("service-km", f"{driven['km_month']:,.0f}"),
        ("service-hours", f"{driven['hours_month']:,.0f}"),
        ("service-rounds-cost", f"{driven['cost_yuan_month']:,.0f}"),
    )
    for column, (key, text) in zip(st.columns(len(figures)), figures, strict=True):
        column.metric(say(key), text)
    _ways(record, language)
    overlay = service_overlay(rounds, language)
    show_overlay(plan.bundle, overlay, "service", language)
    st.markdown(f"**{say('service-break-even')}**")
    st.altair_chart(_break_even(rounds, language), width="stretch")
    st.markdown(f"**{say('service-timetable')}**")
    unshown = ["township_code", *(() if rounds.spec.first_monday else ("date",))]
    table = pd.DataFrame(timetable_rows(rounds, language)).drop(columns=unshown, errors="ignore")
    names = {name: SERVICE_WORDS.say(f"col-{name}", language) for name in table.columns}
    st.dataframe(table.rename(columns=names), hide_index=True, width="stretch")
    with st.expander(say("service-notes")):
        for line in service_summary(record, language)[1:]:
            st.markdown(f"- {plain(line)}")
    offer(
        "service",
        {
            "xlsx": ("timetable.xlsx", XLSX, partial(timetable_xlsx, rounds, language)),
            "notices": ("notices.zip", "application/zip", partial(_notices, rounds, language)),
            "map-page": (
                "service.html",
                HTML,
                partial(overlay_html, plan.bundle, overlay, language),
            ),
            "rounds": (
                "rounds.geojson",
                GEOJSON,
                partial(rounds_geojson, rounds),
            ),
            "villages-file": (
                "villages.geojson",
                GEOJSON,
                partial(villages_geojson, service),
            ),
            "json": ("service.json", JSON, partial(service_json, service, rounds)),
        },
        say,
    )


def _notices(rounds: MobileRounds, language: Language) -> bytes:
    pages = notices(rounds, language)
    return zipped({name: page.encode() for name, page in pages.items()})


def _ways(record: dict[str, Any], language: Language) -> None:
    """Villages, people and cost of each way of serving."""

    def title(key: str) -> str:
        return SERVICE_WORDS.say(key, language)

    rows = [
        {
            "way": title(way),
            "villages": told["villages"],
            "people": told["people"],
            "cost": round(told["cost_yuan_year"]),
        }
        for way, told in record["service"]["ways"].items()
    ]
    column = st.column_config
    st.dataframe(
        pd.DataFrame(rows),
        hide_index=True,
        width="stretch",
        column_config={
            "way": column.TextColumn(title("col-way")),
            "villages": column.NumberColumn(title("col-villages"), format="localized"),
            "people": column.NumberColumn(title("col-people"), format="localized"),
            "cost": column.NumberColumn(title("col-cost"), format="localized"),
        },
    )


def _break_even(rounds: MobileRounds, language: Language) -> Any:
    def say(key: str) -> str:
        return SERVICE_UI.say(key, language)

    pairs = {
        f"{way}_over_mobile": SERVICE_WORDS.say(way, language) for way in ("point", "terminal")
    }
    rows = [
        {"km": row["depot_km_one_way"], "pair": name, "households": row[f"{key}_households"]}
        for row in rounds.service.break_evens
        if row["visits_in_4_weeks"] == rounds.service.figures.frequency.country_visits
        for key, name in pairs.items()
        if row[f"{key}_households"] is not None
    ]
    return (
        alt.Chart(pd.DataFrame(rows, columns=["km", "pair", "households"]))
        .mark_line(point=True)
        .encode(
            x=alt.X("km:Q", title=say("service-distance")),
            y=alt.Y("households:Q", title=say("service-households"), axis=alt.Axis(format=",d")),
            color=alt.Color("pair:N", title=say("service-pair")),
            tooltip=[
                alt.Tooltip("pair:N", title=say("service-pair")),
                alt.Tooltip("km:Q", title=say("service-distance")),
                alt.Tooltip("households:Q", title=say("service-households"), format=",d"),
            ],
        )
        .properties(height=HEIGHT_PX)
    )
