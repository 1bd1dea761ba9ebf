"""The section on the robust core: ask, see what holds and what stands in, take the files away."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from planner.geojson import feature_collection
from planner.maps.overlay import overlay_html
from planner.plan import Plan
from planner.policy.robust.files import (
    CASES,
    SITES,
    robust_json,
    robust_summary,
    robust_xlsx,
    say_robust_findings,
    say_row_of_case,
    say_site,
    title_of,
)
from planner.policy.robust.map import robust_overlay
from planner.policy.robust.robust import ROLES, RobustResult, make_robust
from planner.policy.robust.spec import RobustSpec
from planner.policy.robust.words import ROBUST_WORDS
from planner.ui.policy_asking import asked_in_section
from planner.ui.policy_robust_words import ROBUST_UI
from planner.ui.policy_section import (
    GEOJSON,
    HTML,
    JSON,
    XLSX,
    offer,
    show_overlay,
    worked_out,
)
from planner.ui.text import listed
from planner.wording.language import Language

__all__ = ["show_robust"]

_ALWAYS = ("core", "replaceable", "later")
_SHOWN = ("place", "township", "role", "served", "if_refused", "substitute", "chosen")


def show_robust(region_id: str, plan: Plan, language: Language) -> None:
    """Draw the section for the plan at hand; nothing is solved before the button is pressed."""

    def say(key: str, **values: object) -> str:
        return ROBUST_UI.say(key, language, **values)

    st.caption(say("robust-caption"))
    new = int((~plan.sites["existing"].astype(bool)).sum())
    spec = asked_in_section("robust", ("robust",), lambda: _asked(new, say), language)
    if spec is None:
        return
    about = (region_id, plan.bundle.sha256, plan.scenario)
    result = worked_out(
        "robust", about, spec, lambda bar: make_robust(plan, spec, progress=bar), say, language
    )
    if result is not None:
        _show(result, language)


def _asked(new: int, say: Callable[..., str]) -> RobustSpec:
    """Ask for the cases; ``new`` sites of the plan can be refused, all of them unless less is."""
    first, second = st.columns(4, gap="small"), st.columns(4, gap="small")

    def whole(column: DeltaGenerator, name: str, most: int, usual: int) -> int:
        told = column.number_input(say(f"robust-{name}"), 0, most, usual, key=f"robust-{name}-n")
        return int(told)

    # The plan's size is in the key: another plan's choice is not a choice for this one.
    refused = second[0].number_input(
        say("robust-refused"), 0, new, new, key=f"robust-refused-of-{new}", help=say("robust-all")
    )
    change = whole(first[0], "change", 90, 10)
    spec = RobustSpec()
    return dataclasses.replace(
        spec,
        people_change=change / 100,
        people_draws=whole(first[1], "people", 20, spec.people_draws),
        road_draws=whole(first[2], "roads", 20, spec.road_draws),
        roads_blocked=whole(first[3], "pieces", 100, spec.roads_blocked),
        refused_sites=None if refused == new else int(refused),
        near_share=whole(second[1], "near", 100, round(100 * spec.near_share)) / 100,
        seed=whole(second[2], "seed", 999_999, spec.seed),
    )


def _show(result: RobustResult, language: Language) -> None:
    def say(key: str, **values: object) -> str:
        return ROBUST_UI.say(key, language, **values)

    record = result.record
    shown = [role for role in ROLES if record["roles"][role] or role in _ALWAYS]
    for column, role in zip(st.columns(len(shown), gap="small"), shown, strict=True):
        column.metric(ROBUST_WORDS.say(role, language), record["roles"][role])
    st.markdown(listed(robust_summary(record, language)[1:]))
    bundle, overlay = result.plan.bundle, robust_overlay(result, language)
    show_overlay(bundle, overlay, "robust", language)
    st.dataframe(
        _sites(record, language), hide_index=True, column_config=_formats(record, language)
    )
    with st.expander(say("robust-cases")):
        names = ("case", *(name for name in CASES if _some(record["cases"], name)))
        cases = [say_row_of_case(case, language) for case in record["cases"]]
        table = pd.DataFrame([{name: case[name] for name in names} for case in cases])
        table.columns = [title_of(name, record, language) for name in table.columns]
        st.dataframe(table, hide_index=True, column_config=_formats(record, language))
    notes = say_robust_findings(record, language)
    if notes:
        with st.expander(say("robust-notes")):
            st.markdown(listed(notes))
    sites = partial(feature_collection, result.sites, SITES)
    offer(
        "robust",
        {
            "xlsx": ("robust.xlsx", XLSX, partial(robust_xlsx, result, language)),
            "map": ("robust.html", HTML, partial(overlay_html, bundle, overlay, language)),
            "json": ("robust.json", JSON, partial(robust_json, result)),
            "geojson": ("robust.geojson", GEOJSON, sites),
        },
        say,
    )


def _sites(record: dict[str, Any], language: Language) -> pd.DataFrame:
    """The sites in words, by role."""
    rows = sorted(record["sites"], key=lambda row: ROLES.index(row["role"]))
    told = []
    for row in rows:
        said = say_site(row, record, language)
        if said["straight_m"] is not None:
            far = ROBUST_UI.say("robust-away", language, metres=f"{said['straight_m']:,.0f}")
            said["substitute"] = f"{said['substitute']} · {far}"
        said["chosen"] = f"{row['chosen']} / {row['allowed']}"
        told.append({name: said[name] for name in _SHOWN if _some(rows, name)})
    table = pd.DataFrame(told)
    table.columns = [title_of(name, record, language) for name in table.columns]
    return table


def _some(rows: list[dict[str, Any]], name: str) -> bool:
    """Whether any row has the value; made-up columns always have."""
    return any(row.get(name, "") is not None for row in rows)


def _formats(record: dict[str, Any], language: Language) -> dict[str, Any]:
    """Numbers with their thousands apart."""
    return {
        title_of(name, record, language): st.column_config.NumberColumn(format="localized")
        for name in ("served", *CASES)
        if name != "objective"
    }
