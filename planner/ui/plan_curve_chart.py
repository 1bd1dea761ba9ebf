"""The trade-off curve as a chart: its points and the plans that are marked on it, each a plan."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt
import pandas as pd

from planner.curves.points import CurvePoint, PlanCurve, PolicyLine
from planner.headline import percent
from planner.plan import Plan
from planner.scenario import Scenario
from planner.wording.shares import gap_percent

__all__ = ["PICK", "Axis", "Mark", "Say", "chart_of", "marks_of"]

Axis = Literal["sites", "radius"]
Say = Callable[..., str]

HEIGHT_PX = 360
PICK = "point"
COLOURS = {
    "light": {"ink": "#0b6a6f", "policy": "#8a5a00", "now": "#c2410c", "paper": "#ffffff"},
    "dark": {"ink": "#3fb8ab", "policy": "#e0b050", "now": "#ff9a62", "paper": "#111715"},
}
SHAPES = {"curve": "circle", "policy": "diamond", "now": "square"}
SIZES = {"curve": 80, "policy": 170, "now": 110}
LEVEL, LOWEST = 0.085, 0.03
"""Labels stand above each other, at these parts of the height: none lies on another."""
RIGHTMOST = 0.6
"""Labels of marks beyond this part of the width stand to their left."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Mark:
    """A plan on the chart: a click takes it.

    Parameters
    ----------
    kind
        ``"curve"``: a point of the curve; ``"policy"``: the plan of the fewest sites for a rule;
        ``"now"``: the plan on the table.
    x, share
        Sites, metres or minutes; share of all people covered.
    bound
        No plan of as many sites covers a larger share; ``None`` where none is known.
    gap, proven
        How much better another plan may be at most (``None``: not known), and whether that is
        within what was asked for.
    label
        Written beside it; empty for none.
    scenario
        The question that gives it.
    """

    kind: Literal["curve", "policy", "now"]
    x: float
    share: float
    people: int
    urban_share: float | None
    failing: int
    bound: float | None
    gap: float | None
    proven: bool
    label: str
    scenario: Scenario


def marks_of(curve: PlanCurve, plan: Plan, by: Axis, say: Say) -> list[Mark]:
    """List what is drawn: the curve's points, the policy's plans, the plan on the table.

    Parameters
    ----------
    curve
        Whole or on its way, or the one of the question before.
    plan
        The plan on the table.
    """
    scenario, people = plan.scenario, plan.record["people"]
    total = people["total"] if scenario.weight == "people" else 0
    part = 60.0 if scenario.unit == "s" else 1.0

    def point(one: CurvePoint, label: str) -> Mark:
        return Mark(
            kind="curve",
            x=float(one.sites) if by == "sites" else one.limit / part,
            share=one.share or 0.0,
            people=one.people,
            urban_share=one.urban_share,
            failing=one.townships_failing,
            # People are what the curve's bound is of; of kilograms it is told as a gap alone.
            bound=min(1.0, one.bound / total) if total and one.bound is not None else None,
            gap=one.gap,
            proven=one.status == "proven",
            label=label,
            scenario=one.plan_at(scenario),
        )

    knee = curve.knee if curve.whole and by == "sites" else None
    marks = [
        point(one, say("curve-knee") if row == knee else "") for row, one in enumerate(curve.points)
    ]
    lines = [one for one in (curve.township_minimum, curve.urban_target) if one is not None]
    if by == "radius":
        lines = []
    elif len(lines) == 2 and lines[0].sites == lines[1].sites and scenario.urban_target is None:
        lines = lines[:1]
    # Where the plan on the table answers a rule, its own mark says so.
    marks += [_policy(one, scenario, say) for one in lines if not _same(one, scenario)]
    also = " · ".join(_said(one, say) for one in lines if _same(one, scenario))
    label = say("curve-now") + (say("curve-also", what=also) if also else "")
    townships = plan.record["townships"]
    marks.append(
        Mark(
            kind="now",
            x=float(plan.record["sites"]) if by == "sites" else scenario.limit / part,
            share=people["share"] or 0.0,
            people=people["covered"],
            urban_share=plan.record["urban"]["weighed_share"],
            failing=sum(not row["pass"] for row in townships),
            bound=None,
            gap=plan.record["objective"]["gap"],
            proven=plan.record["status"] == "proven",
            label=label,
            scenario=scenario,
        )
    )
    return marks


def _same(line: PolicyLine, scenario: Scenario) -> bool:
    """Whether a rule's plan is the answer to the question on the table."""
    asked = dataclasses.replace(line.plan_at(scenario), name="")
    return asked == dataclasses.replace(scenario, name="")


def _said(line: PolicyLine, say: Say) -> str:
    key = "curve-townships" if line.policy == "township-minimum" else "curve-urban"
    return say(key, n=f"{line.sites:,}")


def _policy(line: PolicyLine, scenario: Scenario, say: Say) -> Mark:
    own = line.plan
    return Mark(
        kind="policy",
        x=float(line.sites),
        share=own.share or 0.0,
        people=own.people,
        urban_share=own.urban_share,
        failing=own.townships_failing,
        bound=None,
        gap=line.gap,
        proven=line.status == "proven",
        label=_said(line, say),
        scenario=line.plan_at(scenario),
    )


def proof_said(mark: Mark, say: Say) -> str:
    """Say how good a plan is known to be: of what was asked of it, and by how much at most."""
    fewest = mark.kind == "policy" or (mark.kind == "now" and mark.scenario.max_sites is None)
    if mark.gap == 0:
        return say("curve-fewest" if fewest else "curve-best")
    gap = "–" if mark.gap is None else gap_percent(mark.gap)
    return say("curve-proven" if mark.proven else "curve-open", gap=gap)


def _frame(marks: list[Mark], by: Axis, say: Say, colours: dict[str, str]) -> pd.DataFrame:
    inks = {"curve": "ink", "policy": "policy", "now": "now"}

    def filled(mark: Mark) -> float:
        # Full: nothing is better. Half: within the gap that was asked for. Empty: beyond it.
        return 1.0 if mark.gap == 0 else 0.35 if mark.proven else 0.0

    return pd.DataFrame(
        {
            "row": range(len(marks)),
            "kind": [mark.kind for mark in marks],
            "x": [mark.x for mark in marks],
            "x_said": [f"{mark.x:,.0f}" if by == "sites" else f"{mark.x:,.10g}" for mark in marks],
            "y": [mark.share * 100 for mark in marks],
            "bound": [(mark.share if mark.bound is None else mark.bound) * 100 for mark in marks],
            "share": [percent(mark.share) for mark in marks],
            "people": [f"{mark.people:,}" for mark in marks],
            "urban": [percent(mark.urban_share) for mark in marks],
            "failing": [f"{mark.failing:,}" for mark in marks],
            "proof": [proof_said(mark, say) for mark in marks],
            "label": [mark.label for mark in marks],
            "told": [mark.label or say("curve-point") for mark in marks],
            "ink": [colours[inks[mark.kind]] for mark in marks],
            "filled": [filled(mark) for mark in marks],
            "shape": [SHAPES[mark.kind] for mark in marks],
            "size": [SIZES[mark.kind] for mark in marks],
        }
    )


def chart_of(
    marks: list[Mark], curve: PlanCurve, plan: Plan, by: Axis, say: Say, *, dark: bool
) -> alt.LayerChart | alt.FacetChart:
    """Draw the chart; the selection :data:`PICK` holds the ``row`` of the mark that is clicked."""
    colours = COLOURS["dark" if dark else "light"]
    frame = _frame(marks, by, say, colours)
    x_title = say("curve-x-sites" if by == "sites" else f"curve-x-{_unit(plan)}")
    x = alt.X(
        "x:Q",
        title=x_title,
        scale=alt.Scale(zero=False, nice=True),
        axis=alt.Axis(tickCount=10, format=",~f"),
    )
    y = alt.Y("y:Q", title=say("curve-y"), scale=alt.Scale(zero=False, nice=True))
    whole = frame[frame["kind"] == "curve"]
    layers: list[Any] = []
    if by == "sites" and curve.township_minimum is not None:
        # Fewer cannot do, and every plan from here on does: that much is a line.
        edge = alt.Chart(pd.DataFrame({"x": [float(curve.township_minimum.sites)]}))
        layers.append(
            edge.mark_rule(color=colours["policy"], strokeDash=[5, 4], strokeWidth=1.5).encode(x=x)
        )
    layers.append(alt.Chart(whole).mark_line(color=colours["ink"], opacity=0.6).encode(x=x, y=y))
    open_ = whole[whole["bound"] > whole["y"]]
    if len(open_):
        # What is not proven: up to here a better plan may be.
        reach = alt.Chart(open_).encode(x=x, y=y, y2="bound:Q")
        layers.append(reach.mark_rule(color=colours["ink"], strokeWidth=3, opacity=0.35))
    layers += _labels(frame, x, colours)
    pick = alt.selection_point(name=PICK, fields=["row"], on="click", nearest=True, empty=False)
    tips = [
        alt.Tooltip("told:N", title=say("curve-what")),
        alt.Tooltip("x_said:N", title=x_title),
        alt.Tooltip("share:N", title=say("curve-share")),
        alt.Tooltip("people:N", title=say("curve-people")),
        alt.Tooltip("urban:N", title=_urban_title(plan, say)),
        alt.Tooltip("failing:N", title=say("curve-failing")),
        alt.Tooltip("proof:N", title=say("curve-proof")),
    ]
    points = alt.Chart(frame).encode(
        x=x,
        y=y,
        stroke=alt.Stroke("ink:N", scale=None),
        fill=alt.Fill("ink:N", scale=None),
        fillOpacity=alt.FillOpacity("filled:Q", scale=None),
        shape=alt.Shape("shape:N", scale=None),
        size=alt.Size("size:Q", scale=None),
        tooltip=tips,
    )
    # Under the marks paper, that lines do not show through those that are not filled.
    paper = alt.Chart(frame).mark_point(filled=True, color=colours["paper"], opacity=1)
    layers.append(
        paper.encode(
            x=x,
            y=y,
            shape=alt.Shape("shape:N", scale=None),
            size=alt.Size("size:Q", scale=None),
        )
    )
    layers.append(points.mark_point(strokeWidth=2, cursor="pointer", opacity=1).add_params(pick))
    return alt.layer(*layers).properties(height=HEIGHT_PX)


def _labels(frame: pd.DataFrame, x: alt.X, colours: dict[str, str]) -> list[Any]:
    """Write labels under the curve, each on a level of its own, with a thread to its mark."""
    named = frame[frame["label"] != ""].sort_values(["x", "row"])
    low, high = float(frame["y"].min()), float(frame["y"].max())
    west, east = float(frame["x"].min()), float(frame["x"].max())
    tall = max(high - low, 1.0)
    # Those that stand to the left of their marks lie lowest: no thread of another crosses them.
    late = named["x"] > west + RIGHTMOST * (east - west)
    ordered = pd.concat([named[late][::-1], named[~late]])
    levels = [low + tall * (LOWEST + LEVEL * level) for level in range(len(ordered))]
    placed = ordered.assign(at=levels, left=late.reindex(ordered.index).to_numpy(bool))
    layers: list[Any] = []
    for row in placed.itertuples(index=False):
        one = pd.DataFrame({"x": [row.x], "y": [row.y], "at": [row.at], "label": [row.label]})
        ink: Any = row.ink
        thread = alt.Chart(one).mark_rule(color=ink, strokeWidth=1, opacity=0.7)
        layers.append(thread.encode(x=x, y="at:Q", y2="y:Q"))
        written: dict[str, Any] = {"baseline": "middle", "fontSize": 12, "color": ink}
        written |= {"align": "right", "dx": -10} if row.left else {"align": "left", "dx": 10}
        under = {**written, "stroke": colours["paper"], "strokeWidth": 4, "strokeJoin": "round"}
        text = alt.Chart(one).encode(x=x, y="at:Q", text="label:N")
        layers += [text.mark_text(**under), text.mark_text(**written)]
    return layers


def _unit(plan: Plan) -> str:
    return "m" if plan.scenario.unit == "m" else "min"


def _urban_title(plan: Plan, say: Say) -> str:
    target = plan.scenario.urban_target
    if target is None:
        return say("curve-urban-share")
    return say("curve-urban-target", target=f"{math.floor(target * 1000 + 0.5) / 10:g} %")
