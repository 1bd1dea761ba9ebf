"""The trade-off curve (投入与覆盖): people covered against sites or radius; a point is a plan."""

from __future__ import annotations

import dataclasses
import math
import time
from collections.abc import Callable
from functools import partial
from typing import Any, Literal, cast

import altair as alt
import pandas as pd
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from geo.bundle import Bundle
from planner.curves.curves import people_curve_steps, radius_curve_steps
from planner.curves.points import CurvePoint, PlanCurve
from planner.errors import PlanError
from planner.headline import percent
from planner.plan import Plan
from planner.ui import sitting
from planner.ui.answer import Bar, curves, distances
from planner.ui.text import line_of, plain
from planner.ui.words import UI
from planner.wording.language import Language

__all__ = ["show_curve"]

Axis = Literal["sites", "radius"]
AXES: tuple[Axis, ...] = ("sites", "radius")
HEIGHT_PX = 360
DRAW_S = 0.4
"""A curve that grows is drawn so often at most: drawing takes the browser a while."""
PICK = "point"
COLOURS = {
    "light": {"ink": "#0b6a6f", "policy": "#8a5a00", "now": "#c2410c"},
    "dark": {"ink": "#3fb8ab", "policy": "#e0b050", "now": "#ff9a62"},
}

Say = Callable[..., str]


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
        curve = _curve(bundle, plan, by, place, progress, language)
    except PlanError as error:
        place.error(plain(line_of(error, language)), icon=":material/block:")
        return
    if not curve.points:
        return
    number = st.session_state.get("curve-shown", 0)
    key = f"curve-{by}-{number}"
    place.altair_chart(
        _chart(curve, plan, by, say),
        key=key,
        on_select=partial(_take, key, region_id, plan, curve),
        selection_mode=PICK,
        alt=say("tab-curve"),
    )
    st.caption(say("curve-help"))


def _take(key: str, region_id: str, plan: Plan, curve: PlanCurve) -> None:
    rows = st.session_state[key]["selection"][PICK]
    if rows and 0 <= (row := int(rows[0]["row"])) < len(curve.points):
        sitting.ask(region_id, curve.points[row].plan_at(plan.scenario))
        # The next chart is another one, in which nothing is picked.
    st.session_state["curve-shown"] = st.session_state.get("curve-shown", 0) + 1


def _curve(
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
    try:
        travel = distances(bundle, scenario, bar)
        if by == "sites":
            steps = people_curve_steps(bundle, asked, travel, progress=bar)
        else:
            steps = radius_curve_steps(bundle, asked, travel, progress=bar)
        curve, drawn = PlanCurve(kind="sites"), time.monotonic()
        for curve in steps:
            if curve.points and time.monotonic() - drawn > DRAW_S:
                place.altair_chart(_chart(curve, plan, by, say))
                drawn = time.monotonic()
    except KeyboardInterrupt:
        if bar.overtaken is not None:
            raise bar.overtaken from None
        raise
    progress.empty()
    return curves().get_or_make(key, lambda: curve)


def _x(point: CurvePoint, by: Axis, plan: Plan) -> float:
    if by == "sites":
        return float(point.sites)
    return point.limit if plan.scenario.unit == "m" else point.limit / 60


def _frame(curve: PlanCurve, plan: Plan, by: Axis, say: Say) -> pd.DataFrame:
    def proof(point: CurvePoint) -> str:
        if point.status == "proven":
            return say("curve-proven")
        told = "–" if point.gap is None else f"≤ {math.ceil(point.gap * 1000) / 10:g} %"
        return f"{say('curve-open')} ({told})"

    return pd.DataFrame(
        {
            "row": range(len(curve.points)),
            "x": [_x(point, by, plan) for point in curve.points],
            "y": [math.floor((point.share or 0.0) * 1000) / 10 for point in curve.points],
            "people": [f"{point.people:,}" for point in curve.points],
            "urban": [percent(point.urban_share) for point in curve.points],
            "proof": [proof(point) for point in curve.points],
            "proven": [point.status == "proven" for point in curve.points],
        }
    )


def _chart(curve: PlanCurve, plan: Plan, by: Axis, say: Say) -> alt.LayerChart | alt.FacetChart:
    colours = COLOURS["dark" if st.context.theme.type == "dark" else "light"]
    frame = _frame(curve, plan, by, say)
    x_title = say("curve-x-sites" if by == "sites" else f"curve-x-{plan.scenario.unit}")
    pick = alt.selection_point(name=PICK, fields=["row"], on="click", nearest=True, empty=False)
    base = alt.Chart(frame).encode(
        x=alt.X(
            "x:Q",
            title=x_title,
            scale=alt.Scale(zero=False, nice=True),
            axis=alt.Axis(tickCount=10),
        ),
        y=alt.Y("y:Q", title=say("curve-y"), scale=alt.Scale(zero=False, nice=True)),
    )
    points = base.mark_point(
        size=80, strokeWidth=2, cursor="pointer", color=colours["ink"], opacity=1
    ).encode(
        fill=alt.condition("datum.proven", alt.value(colours["ink"]), alt.value("transparent")),
        tooltip=[
            alt.Tooltip("x:Q", title=x_title),
            alt.Tooltip("y:Q", title=say("curve-y")),
            alt.Tooltip("people:N", title=say("curve-people")),
            alt.Tooltip("urban:N", title=say("curve-y-urban")),
            alt.Tooltip("proof:N", title=say("curve-proof")),
        ],
    )
    layers: list[Any] = [base.mark_line(color=colours["ink"], opacity=0.6)]
    low, high = float(frame["y"].min()), float(frame["y"].max())
    for number, (text, x, colour) in enumerate(_lines(curve, plan, by, say)):
        # Words above each other at the bottom, where the curve is not.
        y = low + max(high - low, 1.0) * (0.02 + 0.075 * number)
        at = pd.DataFrame({"x": [x], "y": [y], "text": [text]})
        rule = alt.Chart(at).mark_rule(color=colours[colour], strokeDash=[5, 4], strokeWidth=1.5)
        word = alt.Chart(at).mark_text(
            align="left", baseline="middle", dx=6, color=colours[colour], fontSize=12
        )
        layers += [rule.encode(x="x:Q"), word.encode(x="x:Q", y="y:Q", text="text:N")]
    layers.append(points.add_params(pick))
    return alt.layer(*layers).properties(height=HEIGHT_PX)


def _lines(curve: PlanCurve, plan: Plan, by: Axis, say: Say) -> list[tuple[str, float, str]]:
    """What is drawn in: the policy's two lines, the knee, the plan on the table."""
    out = []
    if by == "sites":
        least, urban = curve.township_minimum, curve.urban_target
        if least is not None:
            out.append((say("curve-townships", n=least.sites), float(least.sites), "policy"))
        if urban is not None and urban != least:
            out.append((say("curve-urban", n=urban.sites), float(urban.sites), "policy"))
        if curve.whole and curve.knee is not None:
            out.append((say("curve-knee"), _x(curve.points[curve.knee], by, plan), "ink"))
        return [*out, (say("curve-now"), float(plan.record["sites"]), "now")]
    limit = plan.scenario.limit / (1 if plan.scenario.unit == "m" else 60)
    return [(say("curve-now"), limit, "now")]
