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
from planner.policy.service.figures import read_service_figures
from planner.policy.service.files import (
    notices,
    service_files,
    service_record,
    service_summary,
    timetable_rows,
    timetable_xlsx,
)
from planner.policy.service.map import service_overlay
from planner.policy.service.rounds import MobileRounds, make_rounds
from planner.policy.service.service import make_service
from planner.policy.service.spec import RoundsSpec, ServiceSpec
from planner.policy.service.words import SERVICE_WORDS
from planner.ui.answer import Bar
from planner.ui.policy_section import (
    GEOJSON,
    HTML,
    JSON,
    XLSX,
    offer,
    show_overlay,
    worked_out,
)
from planner.ui.policy_service_words import SERVICE_UI
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["show_service"]

HEIGHT_PX = 300
MOST_DEPOTS, MOST_VEHICLES = 5, 30


def show_service(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is worked out before the button is pressed."""

    def say(key: str) -> str:
        return SERVICE_UI.say(key, language)

    st.caption(say("service-caption"))
    if (plan.site_of >= 0).all():
        st.info(say("service-nobody"))
        return
    specs = _asked(language)
    about = (region_id, plan.bundle.sha256, plan.scenario)

    def make(bar: Bar) -> MobileRounds:
        service = make_service(plan, specs[0], read_service_figures(), progress=bar)
        return make_rounds(service, specs[1], progress=bar)

    rounds = worked_out("service", about, specs, make, say, language)
    if rounds is not None:
        _show(plan, rounds, language)


def _asked(language: Language) -> tuple[ServiceSpec, RoundsSpec]:
    def say(key: str) -> str:
        return SERVICE_UI.say(key, language)

    columns = st.columns(4, gap="medium")
    village_m = columns[0].number_input(
        say("service-village"), 100, 20_000, 1500, 100, key="service-village-choice"
    )
    share = columns[1].slider(
        say("service-share"), 0, 100, 100, 5, format="%d%%", key="service-share-choice"
    )
    depots = columns[2].selectbox(
        say("service-depots"), range(1, MOST_DEPOTS + 1), key="service-depots-choice"
    )
    vehicles = columns[3].selectbox(
        say("service-vehicles"),
        (0, *range(1, MOST_VEHICLES + 1)),
        format_func=lambda one: str(one) if one else say("service-any"),
        key="service-vehicles-choice",
    )
    return (
        ServiceSpec(village_m=float(village_m), share=share / 100, depot_count=depots),
        RoundsSpec(vehicles=vehicles or None),
    )


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
    overlay = service_overlay(rounds, language)
    show_overlay(plan.bundle, overlay, "service", language)
    st.markdown(f"**{say('service-break-even')}**")
    st.altair_chart(_break_even(rounds, language), width="stretch")
    st.markdown(f"**{say('service-timetable')}**")
    table = pd.DataFrame(timetable_rows(rounds, language)).drop(
        columns="township_code", errors="ignore"
    )
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
                partial(_file, rounds, language, "rounds.geojson"),
            ),
            "json": ("service.json", JSON, partial(_file, rounds, language, "service.json")),
        },
        say,
    )


def _notices(rounds: MobileRounds, language: Language) -> bytes:
    pages = notices(rounds, language)
    return zipped({name: page.encode() for name, page in pages.items()})


def _file(rounds: MobileRounds, language: Language, name: str) -> bytes:
    return service_files(rounds.service, rounds, language)[name]


def _break_even(rounds: MobileRounds, language: Language) -> Any:
    def say(key: str) -> str:
        return SERVICE_UI.say(key, language)

    pairs = {
        f"{way}_over_mobile": SERVICE_WORDS.say(f"col-{way}-mobile", language)
        for way in ("point", "terminal")
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
            y=alt.Y("households:Q", title=say("service-households")),
            color=alt.Color("pair:N", title=say("service-pair")),
            tooltip=["km:Q", "households:Q", "pair:N"],
        )
        .properties(height=HEIGHT_PX)
    )
