from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from geo.bundle import Bundle
from planner.curves.curves import people_curve_of, radius_curve_of
from planner.curves.points import PlanCurve
from planner.plan import Plan, make_plan
from planner.scenario import Scenario
from planner.ui.plan_curve_chart import Mark, chart_of, marks_of, proof_said
from planner.ui.words import UI
from planner.wording.shares import gap_percent

SCENARIO = Scenario(radius_m=450.0, urban_target=0.6, max_sites=8)


def say(key: str, **values: object) -> str:
    return UI.say(key, "en", **values)


@pytest.fixture(scope="module")
def plan(town: Bundle) -> Plan:
    return make_plan(town, SCENARIO)


@pytest.fixture(scope="module")
def curve(town: Bundle) -> PlanCurve:
    return people_curve_of(town, Scenario(radius_m=450.0, urban_target=0.6), points=8)


def drawn(marks: list[Mark], curve: PlanCurve, plan: Plan, by: Any = "sites") -> dict[str, Any]:
    chart = chart_of(marks, curve, plan, by, say, dark=False)
    found: dict[str, Any] = json.loads(chart.to_json())
    return found


def test_every_mark_is_the_plan_that_its_click_gives(
    town: Bundle, plan: Plan, curve: PlanCurve
) -> None:
    marks = marks_of(curve, plan, "sites", say)
    kinds = [mark.kind for mark in marks]
    assert kinds == ["curve"] * len(curve.points) + ["policy", "policy", "now"]
    for mark in (marks[0], marks[4], *marks[-3:]):
        made = make_plan(town, mark.scenario, effort="quick" if mark.kind != "now" else "exact")
        assert made.record["people"]["covered"] == mark.people
        assert made.record["people"]["share"] == mark.share
        assert made.record["sites"] <= mark.x
        assert mark.kind == "curve" or made.record["sites"] == mark.x
    # The plan of the urban target lies below the curve of the most people, and meets its target.
    urban = next(mark for mark in marks if mark.label.startswith("Urban"))
    on_curve = next(mark for mark in marks if mark.kind == "curve" and mark.x == urban.x)
    assert urban.share <= on_curve.share and (urban.urban_share or 0.0) >= 0.6 - 1e-6


def test_gaps_are_told_one_by_one(plan: Plan, curve: PlanCurve) -> None:
    marks = marks_of(curve, plan, "sites", say)
    data = drawn(marks, curve, plan)["datasets"]
    rows = next(one for one in data.values() if len(one) == len(marks) and "proof" in one[0])
    for mark, row in zip(marks, rows, strict=True):
        assert mark.gap is not None
        assert (row["filled"] == 1.0) == (mark.gap == 0)
        assert (row["filled"] == 0.0) == (not mark.proven)
        assert row["proof"] == proof_said(mark, say)
        assert (gap_percent(mark.gap) in row["proof"]) or mark.gap == 0
        if mark.kind == "curve" and mark.gap > 0:
            assert row["bound"] > row["y"]
    proven = [mark for mark in marks if mark.kind == "curve" and mark.proven and mark.gap]
    assert all("proven, most" not in proof_said(mark, say) for mark in proven)


def test_labels_lie_on_levels_of_their_own(plan: Plan, curve: PlanCurve) -> None:
    marks = marks_of(curve, plan, "sites", say)
    data = drawn(marks, curve, plan)["datasets"].values()
    labels = {one[0]["label"]: one[0]["at"] for one in data if len(one) == 1 and "at" in one[0]}
    assert set(labels) == {mark.label for mark in marks if mark.label} and len(labels) >= 3
    levels = sorted(labels.values())
    tall = 100 * (max(mark.share for mark in marks) - min(mark.share for mark in marks))
    assert min(b - a for a, b in itertools.pairwise(levels)) > 0.05 * tall


def test_a_plan_that_answers_a_rule_is_marked_once(town: Bundle, curve: PlanCurve) -> None:
    own = make_plan(town, Scenario(radius_m=450.0, urban_target=0.6, name="x"), effort="quick")
    marks = marks_of(curve, own, "sites", say)
    assert [mark.kind for mark in marks[-2:]] == ["policy", "now"]
    assert "Urban target" in marks[-1].label and "Township" in marks[-2].label


def test_against_the_radius(town: Bundle, plan: Plan) -> None:
    curve = radius_curve_of(town, SCENARIO, limits=[300.0, 900.0])
    marks = marks_of(curve, plan, "radius", say)
    assert [mark.x for mark in marks] == [300.0, 450.0, 900.0, 450.0]
    assert marks[-1].kind == "now" and marks[0].scenario.radius_m == 300.0
    drawn(marks, curve, plan, "radius")
