"""The section on villages without a point: ask, see ways and rounds, take the files away."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import altair as alt
import pandas as pd
import shapely
import streamlit as st

from geo.errors import GeoError
from planner.packs.zipped import zipped
from planner.plan import Plan
from planner.policy.service.figures import WAYS, read_service_figures
from planner.policy.service.files import (
    notices,
    service_files,
    service_record,
    service_summary,
    timetable_rows,
    timetable_xlsx,
)
from planner.policy.service.rounds import MobileRounds, make_rounds
from planner.policy.service.service import make_service
from planner.policy.service.spec import RoundsSpec, ServiceSpec
from planner.policy.service.words import SERVICE_WORDS
from planner.ui.answer import Bar
from planner.ui.policy_service_words import SERVICE_UI
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = ["show_service"]

_KEPT = "service-result"
HEIGHT_PX = 420
MOST_DEPOTS, MOST_VEHICLES = 5, 30
WAY_COLOURS = {"point": "#0b6a6f", "terminal": "#c2410c", "mobile": "#6d3aa8"}
#: Degrees that lines may stray from the road in the small map: some 50 m.
_COARSE = 0.0005
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def show_service(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is worked out before the button is pressed."""

    def say(key: str) -> str:
        return SERVICE_UI.say(key, language)

    st.caption(say("service-caption"))
    if (plan.site_of >= 0).all():
        st.info(say("service-nobody"))
        return
    specs = _asked(language)
    place = st.empty()
    key = (region_id, plan.bundle.sha256, plan.scenario, specs)
    if st.button(say("service-make"), key="service-button", type="primary"):
        bar = Bar(place, language)
        try:
            service = make_service(plan, specs[0], read_service_figures(), progress=bar)
            st.session_state[_KEPT] = (key, make_rounds(service, specs[1], progress=bar))
        except KeyboardInterrupt:
            if bar.overtaken is not None:
                raise bar.overtaken from None
            raise
        except GeoError as error:
            place.empty()
            st.error(plain(line_of(error, language)), icon=":material/block:")
            return
        place.empty()
    known, rounds = st.session_state.get(_KEPT, (None, None))
    if rounds is None or known[:3] != key[:3]:
        return
    if known != key:
        st.info(say("service-old"))
    _show(rounds, language)


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


def _show(rounds: MobileRounds, language: Language) -> None:
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
    left, right = st.columns(2, gap="medium")
    left.markdown(f"**{say('service-map')}**")
    left.altair_chart(_map(rounds, language), use_container_width=True)
    right.markdown(f"**{say('service-break-even')}**")
    right.altair_chart(_break_even(rounds, language), use_container_width=True)
    st.markdown(f"**{say('service-timetable')}**")
    table = pd.DataFrame(timetable_rows(rounds, language)).drop(
        columns="township_code", errors="ignore"
    )
    names = {name: SERVICE_WORDS.say(f"col-{name}", language) for name in table.columns}
    st.dataframe(table.rename(columns=names), hide_index=True, use_container_width=True)
    with st.expander(say("service-notes")):
        for line in service_summary(record, language)[1:]:
            st.markdown(f"- {plain(line)}")
    makes: dict[str, tuple[str, str, Callable[[], bytes]]] = {
        "xlsx": ("timetable.xlsx", XLSX, partial(timetable_xlsx, rounds, language)),
        "notices": ("notices.zip", "application/zip", partial(_notices, rounds, language)),
        "rounds": (
            "rounds.geojson",
            "application/geo+json",
            partial(_file, rounds, language, "rounds.geojson"),
        ),
        "json": (
            "service.json",
            "application/json",
            partial(_file, rounds, language, "service.json"),
        ),
    }
    with st.container(horizontal=True, gap="small"):
        for key, (name, mime, make) in makes.items():
            st.download_button(
                say(f"service-{key}"),
                make,
                file_name=name,
                mime=mime,
                key=f"service-get-{key}",
                on_click="ignore",
            )


def _notices(rounds: MobileRounds, language: Language) -> bytes:
    pages = notices(rounds, language)
    return zipped({name: page.encode() for name, page in pages.items()})


def _file(rounds: MobileRounds, language: Language, name: str) -> bytes:
    return service_files(rounds.service, rounds, language)[name]


def _map(rounds: MobileRounds, language: Language) -> Any:
    """Villages by way of serving, the roads of the first week's rounds: no map server is asked."""

    def say(key: str) -> str:
        return SERVICE_UI.say(key, language)

    names = {way: SERVICE_WORDS.say(way, language) for way in WAYS}
    name = "name_zh" if language == "zh" else "name_en"
    frame = rounds.service.villages
    villages = pd.DataFrame(
        {
            "x": frame.geometry.x,
            "y": frame.geometry.y,
            "way": [names.get(way, SERVICE_WORDS.say("", language)) for way in frame["way"]],
            "name": frame[name],
            "people": frame["people"],
        }
    )
    first = rounds.rounds[rounds.rounds["week"] == 1]
    rows = []
    for number, line in zip(first["id"], shapely.simplify(first.geometry, _COARSE), strict=True):
        rows += [
            {"round": number, "order": order, "x": x, "y": y}
            for order, (x, y) in enumerate(shapely.get_coordinates(line))
        ]
    wide = alt.Scale(zero=False, nice=False, padding=12)
    ways = (
        alt.Chart(pd.DataFrame(rows, columns=["round", "order", "x", "y"]))
        .mark_line(opacity=0.5, strokeWidth=1.2, color="#5b6770")
        .encode(
            x=alt.X("x:Q", scale=wide, title=say("service-east")),
            y=alt.Y("y:Q", scale=wide, title=say("service-north")),
            detail="round:N",
            order="order:Q",
        )
    )
    places = (
        alt.Chart(villages)
        .mark_circle(opacity=0.9)
        .encode(
            x="x:Q",
            y="y:Q",
            size=alt.Size("people:Q", scale=alt.Scale(range=[15, 250]), legend=None),
            color=alt.Color(
                "way:N",
                scale=alt.Scale(domain=list(names.values()), range=list(WAY_COLOURS.values())),
                title=say("service-way"),
            ),
            tooltip=["name:N", "people:Q", "way:N"],
        )
    )
    return (ways + places).properties(height=HEIGHT_PX)


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
