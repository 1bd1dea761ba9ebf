"""Planning the years again from what was really built: say what became of each site, and ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from geo.errors import GeoError
from planner.plan import Plan
from planner.policy.phases.earlier import read_earlier
from planner.policy.phases.files import say_opening
from planner.policy.phases.phases import PhasesResult
from planner.policy.phases.spec import Built, read_built
from planner.ui.policy_phases_ask import TABLES, lying, upload_of
from planner.ui.policy_phases_words import PHASES_UI
from planner.ui.text import line_of, plain
from planner.wording.language import Language

__all__ = ["Again", "built_of", "show_again"]

BUILT, REFUSED, LATE = "built", "refused", "late"
Again = tuple[Built, dict[str, Any]]


def built_of(rows: Sequence[Mapping[str, Any]], ends: Sequence[str], from_year: int) -> Built:
    """What came of the openings planned before a year.

    Parameters
    ----------
    rows
        Of an earlier record: ``id`` and ``year``.
    ends
        ``"built"``, ``"refused"`` or ``"late"`` (not built yet, and still to be had) of each.
    """
    pairs = list(zip(rows, ends, strict=True))
    return Built(
        from_year=from_year,
        built=tuple(
            sorted((str(row["id"]), int(row["year"])) for row, end in pairs if end == BUILT)
        ),
        refused=tuple(sorted(str(row["id"]) for row, end in pairs if end == REFUSED)),
    )


def show_again(
    plan: Plan, years: tuple[int, ...], shown: PhasesResult | None, language: Language
) -> tuple[Again, float] | None:
    """Draw the controls; what is asked, and what a change must bring, or None if it cannot be."""

    def say(key: str) -> str:
        return PHASES_UI.say(key, language)

    if len(years) < 2:
        st.info(say("again-one-year"))
        return None
    columns, files = st.columns(4, gap="small"), st.columns(2, gap="small")
    from_year = int(columns[0].selectbox(say("again-from"), years[1:], key="again-from-year"))
    people = columns[1].number_input(
        say("again-change"), 0, 1_000_000, 100, 10, key="again-change-n", help=say("again-why")
    )
    with files[0]:
        file = upload_of(say("again-earlier"), ("json",), "again-earlier-upload")
    with files[1]:
        table = upload_of(say("again-built"), TABLES, "again-built-upload")
    try:
        earlier = read_earlier(*file[::-1]) if file else None
        if earlier is None and shown is not None:
            earlier = shown.record
        if earlier is None:
            st.info(say("again-first"))
            return None
        if table is not None:
            with lying(table, "built") as path:
                assert path is not None
                return (read_built(path, from_year, years[0]), earlier), float(people)
    except GeoError as error:
        st.error(plain(line_of(error, language)), icon=":material/block:")
        return None
    due = _due(plan, earlier, from_year)
    ends = _ends(due, from_year, say, language) if due else []
    return (built_of(due, ends, from_year), earlier), float(people)


def _due(plan: Plan, earlier: Mapping[str, Any], from_year: int) -> list[dict[str, Any]]:
    """Openings planned before a year, of places that the region still has."""
    known = set(plan.bundle.candidates.frame["id"].tolist())
    return [
        row
        for row in earlier["sites"]
        if row["state"] != "standing" and row["year"] < from_year and row["id"] in known
    ]


def _ends(
    due: list[dict[str, Any]], from_year: int, say: Callable[[str], str], language: Language
) -> list[str]:
    """Ask of each opening what became of it; as planned unless told."""
    keys = {BUILT: "again-built-word", REFUSED: "again-refused", LATE: "again-late"}
    words = {say(key): end for end, key in keys.items()}
    names = [_place(row, language) for row in due]
    told = pd.DataFrame(
        {
            "place": names,
            "township": [str(row.get("township", "")) for row in due],
            "year": [row["year"] for row in due],
            "end": next(iter(words)),
        }
    )
    st.caption(say("again-table"))
    edited = st.data_editor(
        told,
        key=f"again-table-{from_year}-{len(due)}",
        hide_index=True,
        disabled=["place", "township", "year"],
        column_config={
            "place": say("phases-site"),
            "township": say("phases-township"),
            "year": st.column_config.NumberColumn(say("again-planned"), format="%d"),
            "end": st.column_config.SelectboxColumn(
                say("again-end"), options=list(words), required=True
            ),
        },
        width="stretch",
    )
    return [words[str(one)] for one in edited["end"]]


def _place(row: Mapping[str, Any], language: Language) -> str:
    """Name of a place of a record; its id if the record is too poor to name it."""
    try:
        return str(say_opening(dict(row), language)["place"])
    except (KeyError, TypeError):
        return str(row["id"])
