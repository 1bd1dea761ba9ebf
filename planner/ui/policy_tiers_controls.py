"""What the section on the three tiers asks: every limit that planners need."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from geo.materials import Material
from planner.plan import Plan
from planner.policy.tiers.spec import FLOOR_M2, GROWTH, YEARS, Extra, TiersSpec
from planner.ui.policy_asking import kept_table, remember_table
from planner.ui.policy_tiers_words import TIERS_UI
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["extras_in", "tiers_asked"]

#: More than any township has; the table of the question allows more.
_MOST_STATIONS, _MOST_CENTRES, _MOST_YUAN, _MOST_KM, _MOST_KG = 10_000, 50, 1e12, 1000.0, 1e6
_EXTRA = ("name", "lon", "lat", "material", "kg_day")
_LONGEST_NAME = 200

Say = Callable[..., str]


def tiers_asked(plan: Plan, language: Language) -> TiersSpec | None:
    """Draw the controls; None while what they say is not whole, and that is told."""

    def say(key: str, **values: object) -> str:
        return TIERS_UI.say(key, language, **values)

    streams = {one.key: one for one in plan.bundle.materials.streams}
    left, right = st.columns(2, gap="medium")
    names = {"together": say("tiers-together"), "in-turn": say("tiers-in-turn")}
    siting = left.radio(
        say("tiers-siting"),
        ("together", "in-turn"),
        format_func=lambda one: names[one],
        key="tiers-siting-choice",
        horizontal=True,
    )
    split = left.checkbox(
        say("tiers-split"), key="tiers-split-choice", help=say("tiers-split-help")
    )
    direct = left.checkbox(say("tiers-direct"), key="tiers-direct-choice")
    keep = left.checkbox(say("tiers-keep"), key="tiers-keep-choice", help=say("tiers-keep-help"))
    special = right.multiselect(
        say("tiers-special"),
        tuple(streams),
        format_func=lambda one: _name(streams[one], language),
        key="tiers-special-choice",
        placeholder=say("tiers-special-none"),
    )
    stations, centres = right.columns(2, gap="small")
    most_stations = _limit(stations, "stations", 0, _MOST_STATIONS, say)
    most_centres = _limit(centres, "centres", 0, _MOST_CENTRES, say)
    with st.expander(say("tiers-more"), key="tiers-more-open"):
        columns = st.columns(4, gap="small")
        reach = _limit(columns[0], "reach", 0.1, _MOST_KM, say)
        budget = _limit(columns[1], "budget", 0.0, _MOST_YUAN, say)
        station_floor = _limit(columns[2], "station-floor", *FLOOR_M2, say)
        centre_floor = _limit(columns[3], "centre-floor", *FLOOR_M2, say)
        growth, year = _growth(streams, language, say)
        extra = _extra(streams, language, say)
    if extra is None:
        return None
    return TiersSpec(
        siting="in-turn" if siting == "in-turn" else "together",
        split=split,
        direct=direct,
        special=tuple(sorted(special)),
        station_reach_km=reach,
        max_stations=None if most_stations is None else int(most_stations),
        max_centres=None if most_centres is None else int(most_centres),
        budget_yuan_year=budget,
        keep_existing=keep,
        station_floor_m2=station_floor,
        centre_floor_m2=centre_floor,
        growth=growth,
        growth_year=year if growth else None,
        extra=extra,
    )


def _name(stream: Material, language: Language) -> str:
    return str(stream.name_zh if language == "zh" else stream.name_en)


def _limit(place: Any, name: str, low: float, high: float, say: Say) -> float | None:
    """A number that may be left empty: no limit."""
    whole = isinstance(low, int)
    given = place.number_input(
        say(f"tiers-most-{name}"),
        min_value=low,
        max_value=int(high) if whole else float(high),
        value=None,
        step=1 if whole else None,
        format=None if whole else "%.1f" if name == "reach" else "%.0f",
        key=f"tiers-{name}-choice",
        placeholder=say("tiers-any"),
    )
    return None if given is None else float(given)


def _growth(
    streams: dict[str, Material], language: Language, say: Say
) -> tuple[tuple[tuple[str, float], ...], int | None]:
    st.markdown(say("tiers-growth-title"))
    table = pd.DataFrame(
        {"material": [_name(one, language) for one in streams.values()], "factor": 1.0},
        index=list(streams),
    )
    key = f"tiers-growth-{language}"
    edited = st.data_editor(
        kept_table(key, table),
        key=key,
        hide_index=True,
        disabled=["material"],
        column_config={
            "material": st.column_config.TextColumn(say("tiers-material")),
            "factor": st.column_config.NumberColumn(
                say("tiers-factor"),
                min_value=GROWTH[0],
                max_value=GROWTH[1],
                step=0.05,
                default=1.0,
            ),
        },
    )
    remember_table(key, edited)
    year = st.number_input(
        say("tiers-growth-year"),
        min_value=YEARS[0],
        max_value=YEARS[1],
        value=None,
        key="tiers-growth-year-choice",
        placeholder=say("tiers-growth-no-year"),
    )
    factors = zip(streams, edited["factor"].fillna(1.0).tolist(), strict=True)
    growth = tuple(sorted((key, float(factor)) for key, factor in factors if factor != 1.0))
    return growth, None if year is None else int(year)


def _extra(streams: dict[str, Material], language: Language, say: Say) -> tuple[Extra, ...] | None:
    st.markdown(say("tiers-extra-title"))
    column = st.column_config
    key = f"tiers-extra-{language}"
    empty = pd.DataFrame(
        {
            "name": pd.Series(dtype="str"),
            "lon": pd.Series(dtype="float"),
            "lat": pd.Series(dtype="float"),
            "material": pd.Series(dtype="str"),
            "kg_day": pd.Series(dtype="float"),
        }
    )
    edited = st.data_editor(
        kept_table(key, empty),
        key=key,
        num_rows="dynamic",
        hide_index=True,
        column_config={
            "name": column.TextColumn(say("tiers-extra-name"), max_chars=_LONGEST_NAME),
            "lon": column.NumberColumn(
                say("tiers-extra-lon"), min_value=-180.0, max_value=180.0, format="%.5f"
            ),
            "lat": column.NumberColumn(
                say("tiers-extra-lat"), min_value=-90.0, max_value=90.0, format="%.5f"
            ),
            "material": column.SelectboxColumn(
                say("tiers-material"),
                options=list(streams),
                format_func=lambda one: _name(streams[one], language) if one in streams else "",
            ),
            "kg_day": column.NumberColumn(
                say("tiers-extra-kg_day"), min_value=0.0, max_value=_MOST_KG
            ),
        },
    )
    remember_table(key, edited)
    return extras_in(edited, say)


def extras_in(edited: pd.DataFrame, say: Say) -> tuple[Extra, ...] | None:
    """Rows that are filled in; None, and which one is told, where a row is filled in by half."""
    found = []
    for at, row in enumerate(edited[list(_EXTRA)].to_dict("records"), 1):
        blank = [field for field in _EXTRA if pd.isna(row[field]) or not str(row[field]).strip()]
        if len(blank) == len(_EXTRA):
            continue
        if blank:
            titles = {field: say(f"tiers-extra-{field}") for field in blank if field != "material"}
            titles |= {"material": say("tiers-material")} if "material" in blank else {}
            lacks = say("tiers-extra-lacks", row=at, fields=", ".join(titles.values()))
            st.error(plain(lacks), icon=":material/block:")
            return None
        name = " ".join("".join(c if c.isprintable() else " " for c in row["name"]).split())
        found.append(
            Extra(
                name=name,
                lon=float(row["lon"]),
                lat=float(row["lat"]),
                material=str(row["material"]),
                kg_day=float(row["kg_day"]),
            )
        )
    return tuple(found)
