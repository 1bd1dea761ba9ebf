"""The trade-off curve (投入与覆盖): people covered against sites or radius; a point is a plan."""

from __future__ import annotations

import dataclasses
import time
from functools import partial
from typing import cast

import altair as alt
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.bundle import Bundle
from planner.curves.curves import people_curve_steps, radius_curve_steps
from planner.curves.points import PlanCurve
from planner.errors import PlanError
from planner.plan import Plan
from planner.ui import sitting
from planner.ui.answer import Bar, curves, distances
from planner.ui.plan_curve_chart import PICK, Axis, Mark, Say, chart_of, marks_of
from planner.ui.text import line_of, plain
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["show_curve"]

AXES: tuple[Axis, ...] = ("sites", "radius")
DRAW_S = 0.4
"""A curve that grows is drawn so often at most: drawing takes the browser a while."""
_LAST = "curve-last"


def show_curve(region_id: str, bundle: Bundle, plan: Plan, language: Language) -> None:
    """Draw the curve; a click takes the plan of the point.

    Parameters
    ----------
    bundle
        The region as it was imported, without edits.
    """

    def say(key: str, **values: object) -> str:
        return UI.say(key, language, **values)

    if "curve-axis" not in st.session_state:
        st.session_state["curve-axis"] = AXES[0]
    by = cast(
        Axis,
        st.segmented_control(
            say("curve-by"),
            AXES,
            format_func=lambda one: say(f"curve-by-{one}"),
            key="curve-axis",
            required=True,
            label_visibility="collapsed",
        ),
    )
    place, progress = st.empty(), st.empty()
    try:
        curve = _curve(region_id, bundle, plan, by, place, progress, language)
    except PlanError as error:
        place.error(plain(line_of(error, language)), icon=":material/block:")
        return
    if not curve.points:
        return
    st.session_state[_LAST] = (region_id, by, plan.scenario.unit, curve)
    marks = marks_of(curve, plan, by, say)
    number = st.session_state.get("curve-shown", 0)
    key = f"curve-{by}-{number}"
    place.altair_chart(
        _drawn(marks, curve, plan, by, say),
        key=key,
        on_select=partial(_take, key, region_id, marks),
        selection_mode=PICK,
        alt=say("tab-curve"),
    )
    st.caption(say("curve-help", gap=f"{plan.scenario.gap * 100:g}"))


def _take(key: str, region_id: str, marks: list[Mark]) -> None:
    rows = st.session_state[key]["selection"][PICK]
    if rows and 0 <= (row := int(rows[0]["row"])) < len(marks):
        sitting.ask(region_id, marks[row].scenario)
        # The next chart is another one, in which nothing is picked.
    st.session_state["curve-shown"] = st.session_state.get("curve-shown", 0) + 1


def _drawn(
    marks: list[Mark], curve: PlanCurve, plan: Plan, by: Axis, say: Say
) -> alt.LayerChart | alt.FacetChart:
    return chart_of(marks, curve, plan, by, say, dark=st.context.theme.type == "dark")


def _curve(
    region_id: str,
    bundle: Bundle,
    plan: Plan,
    by: Axis,
    place: DeltaGenerator,
    progress: DeltaGenerator,
    language: Language,
) -> PlanCurve:
    """Take the curve that is known, or show it growing."""
    scenario = plan.scenario
    if by == "sites":
        # Another number of sites is another point of the same curve.
        asked = dataclasses.replace(scenario, max_sites=None, name="")
    else:
        asked = dataclasses.replace(scenario, max_sites=plan.record["sites"], name="")
    key = (bundle.sha256, by, asked)
    known = curves().get(key)
    if known is not None:
        return known

    def say(key: str, **values: object) -> str:
        return UI.say(key, language, **values)

    bar = Bar(progress, language)
    last = st.session_state.get(_LAST)
    kept = last[3] if last and last[:3] == (region_id, by, scenario.unit) else None
    if kept is not None:
        # The curve of the question before stays until this one's is whole.
        place.altair_chart(_drawn(marks_of(kept, plan, by, say), kept, plan, by, say))
    try:
        travel = distances(bundle, scenario, bar)
        if by == "sites":
            steps = people_curve_steps(bundle, asked, travel, progress=bar)
        else:
            steps = radius_curve_steps(bundle, asked, travel, progress=bar)
        curve, drawn = PlanCurve(kind="sites"), time.monotonic()
        for curve in steps:
            grown = kept is None and bool(curve.points)
            if grown and time.monotonic() - drawn > DRAW_S:
                marks = marks_of(curve, plan, by, say)
                place.altair_chart(_drawn(marks, curve, plan, by, say))
                drawn = time.monotonic()
    except KeyboardInterrupt:
        if bar.overtaken is not None:
            raise bar.overtaken from None
        raise
    progress.empty()
    return curves().get_or_make(key, lambda: curve)
