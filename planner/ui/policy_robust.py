"""The section on the robust core: ask, see what holds and what stands in, take the files away."""

from __future__ import annotations

from functools import partial

import pandas as pd
import streamlit as st

from planner.geojson import feature_collection
from planner.maps.overlay import overlay_html
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
from planner.policy.robust.map import robust_overlay
from planner.policy.robust.robust import RobustResult, make_robust
from planner.policy.robust.spec import RobustSpec
from planner.policy.robust.words import ROBUST_WORDS
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
from planner.ui.text import plain
from planner.wording.language import Language

__all__ = ["show_robust"]

_ROLES = ("core", "replaceable", "later", "standing")
_SHOWN = ("name", "id", "township", "role", "frequency", "regret_if_refused", "substitute")


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
    about = (region_id, plan.bundle.sha256, plan.scenario)
    result = worked_out(
        "robust", about, spec, lambda bar: make_robust(plan, spec, progress=bar), say, language
    )
    if result is not None:
        _show(result, language)


def _show(result: RobustResult, language: Language) -> None:
    def say(key: str, **values: object) -> str:
        return ROBUST_UI.say(key, language, **values)

    record = result.record
    for column, role in zip(st.columns(4, gap="small"), _ROLES, strict=True):
        column.metric(ROBUST_WORDS.say(role, language), record["roles"][role])
    for line in robust_summary(record, language)[1:]:
        st.markdown(plain(line))
    titles = {name: ROBUST_WORDS.say(name, language) for name in (*SITES, *CASES, "case")}
    table = pd.DataFrame(result.sites.drop(columns="geometry"))
    table["role"] = [ROBUST_WORDS.say(role, language) for role in table["role"]]
    bundle, overlay = result.plan.bundle, robust_overlay(result, language)
    show_overlay(bundle, overlay, "robust", language)
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
