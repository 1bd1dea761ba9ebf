"""The controls of the section on villages without a point: what is asked of service and rounds."""

from __future__ import annotations

import datetime
import math
from typing import Any

import pandas as pd
import streamlit as st

from planner.policy.service.spec import Depot, RoundsSpec, ServiceSpec
from planner.policy.service.words import weekday
from planner.ui.policy_service_words import SERVICE_UI
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["DEPOT_COLUMNS", "MOST_DEPOTS", "asked_service", "first_monday_after", "named_depots"]

MOST_DEPOTS, MOST_VEHICLES, MOST_NAMED, MOST_PLACES = 5, 30, 20, 100_000
DEPOT_COLUMNS = ("name", "lon", "lat")
USUAL_DAYS = 5


def asked_service(language: Language) -> tuple[ServiceSpec, RoundsSpec] | None:
    """Draw the controls; ``None`` where the named depots are not all there, which is said."""

    def say(key: str, **values: object) -> str:
        return SERVICE_UI.say(key, language, **values)

    first = st.columns(5, gap="medium")
    share = first[0].slider(
        say("service-share"), 0, 100, 100, 5, format="%d%%", key="service-share-choice"
    )
    village_m = first[1].number_input(
        say("service-village"), 100, 20_000, 1500, 100, key="service-village-choice"
    )
    limits = {
        way: column.number_input(
            say(f"service-max-{way}"),
            0,
            MOST_PLACES,
            None,
            1,
            placeholder=say("service-any"),
            key=f"service-{way}-choice",
        )
        for way, column in zip(("points", "terminals", "mobile"), first[2:], strict=True)
    }
    second = st.columns(5, gap="medium")
    days = second[0].selectbox(
        say("service-days"),
        range(1, 8),
        USUAL_DAYS - 1,
        format_func=lambda n: say("service-days-to", n=n, last=weekday(n, language)),
        key="service-days-choice",
    )
    vehicles = second[1].selectbox(
        say("service-vehicles"),
        (0, *range(1, MOST_VEHICLES + 1)),
        format_func=lambda one: str(one) if one else say("service-any"),
        key="service-vehicles-choice",
    )
    start = second[2].time_input(
        say("service-start"), datetime.time(8, 30), key="service-start-choice", step=900
    )
    begin = second[3].date_input(
        say("service-first"),
        None,
        format="YYYY-MM-DD",
        key="service-first-choice",
        help=say("service-first-help"),
    )
    monday = first_monday_after(begin) if isinstance(begin, datetime.date) else None
    if monday is not None and monday != begin:
        second[3].caption(say("service-first-monday", date=monday.isoformat()))
    with st.expander(say("service-named")):
        st.caption(say("service-named-help"))
        depots = _named(language)
    count = second[4].selectbox(
        say("service-depots"),
        range(1, MOST_DEPOTS + 1),
        key="service-depots-choice",
        disabled=bool(depots),
        help=say("service-depots-help"),
    )
    if depots is None:
        return None
    return (
        ServiceSpec(
            village_m=float(village_m),
            share=share / 100,
            max_points=limits["points"],
            max_terminals=limits["terminals"],
            max_mobile=limits["mobile"],
            depots=depots,
            depot_count=1 if depots else count,
        ),
        RoundsSpec(
            vehicles=vehicles or None,
            days_a_week=days,
            start=f"{start:%H:%M}" if start is not None else "08:30",
            first_monday=monday.isoformat() if monday is not None else "",
        ),
    )


def first_monday_after(day: datetime.date) -> datetime.date:
    """Find the Monday on or after a day: a cycle of weeks begins on one."""
    return day + datetime.timedelta(days=-day.weekday() % 7)


def _named(language: Language) -> tuple[Depot, ...] | None:
    def say(key: str, **values: object) -> str:
        return SERVICE_UI.say(key, language, **values)

    column = st.column_config
    empty = pd.DataFrame({"name": pd.Series(dtype=str), "lon": [], "lat": []})
    table = st.data_editor(
        empty.astype({"lon": float, "lat": float}),
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        key="service-named-choice",
        column_config={
            "name": column.TextColumn(say("service-depot-name"), max_chars=200),
            "lon": column.NumberColumn(
                say("service-depot-lon"), min_value=-180.0, max_value=180.0, format="%.6f"
            ),
            "lat": column.NumberColumn(
                say("service-depot-lat"), min_value=-90.0, max_value=90.0, format="%.6f"
            ),
        },
    )
    depots, wrong = named_depots(table)
    if wrong:
        st.error(plain(say("service-named-wrong", row=wrong)), icon=":material/block:")
        return None
    if len(depots) > MOST_NAMED:
        st.error(plain(say("service-named-many", most=MOST_NAMED)), icon=":material/block:")
        return None
    return depots


def named_depots(table: pd.DataFrame) -> tuple[tuple[Depot, ...], int]:
    """Read the table of depots; rows with nothing in them are none.

    Returns
    -------
    tuple
        The depots, and the number of the first row that lacks something or is out of range, 0
        where there is none.
    """
    depots: list[Depot] = []
    for number, row in enumerate(table[list(DEPOT_COLUMNS)].to_dict("records"), 1):
        name = "" if _missing(row["name"]) else " ".join(str(row["name"]).split())
        if not name and _missing(row["lon"]) and _missing(row["lat"]):
            continue
        sound = not _missing(row["lon"]) and not _missing(row["lat"])
        sound = sound and abs(row["lon"]) <= 180 and abs(row["lat"]) <= 90
        if not sound or not name or not name.isprintable() or len(name) > 200:
            return (), number
        depots.append(Depot(name=name, lon=float(row["lon"]), lat=float(row["lat"])))
    return tuple(depots), 0


def _missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))
