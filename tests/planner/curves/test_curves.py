from __future__ import annotations

import itertools
import json

import numpy as np
import pytest

from geo.bundle import Bundle
from optimise import CoverShare, people_curve, solve
from planner.curves.curves import (
    LIMITS_M,
    CurvePoint,
    PlanCurve,
    people_curve_of,
    people_curve_steps,
    radius_curve_of,
    radius_curve_steps,
)
from planner.edits import Edits
from planner.errors import PlanError
from planner.plan import Plan, make_plan, travel_for
from planner.posed import pose
from planner.scenario import Scenario

SCENARIO = Scenario(radius_m=450.0, urban_target=0.6)


@pytest.fixture(scope="module")
def few(town: Bundle) -> Scenario:
    """A question with nine candidates left, so that every plan can be tried."""
    ids = town.candidates.frame["id"].tolist()
    kept = set(ids[:: max(1, len(ids) // 8)]) | {ids[0]}
    closed = tuple(one for one in ids if one not in kept)
    return Scenario(
        radius_m=700.0,
        urban_target=0.2,
        keep_existing=False,
        gap=0.0,
        edits=Edits(closed=closed),
    )


def tried(town: Bundle, scenario: Scenario) -> tuple[list[tuple[int, ...]], np.ndarray]:
    """Every set of sites that keeps the quotas, and who is near each candidate."""
    posed = pose(town, scenario)
    problem = posed.question.problem
    near = np.zeros((problem.n_units, problem.n_sites), bool)
    for cell in range(problem.n_units):
        span = slice(posed.travel.indptr[cell], posed.travel.indptr[cell + 1])
        near[cell, posed.travel.indices[span]] = posed.travel.values[span] <= scenario.limit + 0.005
    free = np.flatnonzero(~problem.forbidden).tolist()
    assert len(free) <= 10
    plans = [
        rows
        for size in range(len(free) + 1)
        for rows in itertools.combinations(free, size)
        if (np.bincount(problem.zones[list(rows)], minlength=4) >= problem.quotas).all()
    ]
    return plans, near


def test_each_point_is_the_best_of_all_plans(town: Bundle, few: Scenario) -> None:
    plans, near = tried(town, few)
    people = town.demand.frame["people"].to_numpy()
    urban = town.demand.frame["urban"].to_numpy(bool)
    reach = [near[:, list(rows)].any(axis=1) for rows in plans]
    curve = people_curve_of(town, few, effort="exact")
    assert curve.whole and len(curve.points) >= 3
    for point in curve.points:
        best = max(
            int(people[one].sum())
            for one, rows in zip(reach, plans, strict=True)
            if len(rows) <= point.sites
        )
        assert point.value == point.people == best
        assert point.status == "proven" and point.bound == best
        mine = near[:, list(point.rows)].any(axis=1)
        assert int(people[mine].sum()) == best
        assert point.urban_share == pytest.approx(
            people[mine & urban].sum() / people[urban].sum(), abs=1e-6
        )
    least, wanted = curve.township_minimum, curve.urban_target
    assert least is not None and least.sites == min(len(rows) for rows in plans)
    assert wanted is not None and wanted.sites == min(
        len(rows)
        for one, rows in zip(reach, plans, strict=True)
        if people[one & urban].sum() >= 0.2 * people[urban].sum()
    )
    everybody = near[:, list(plans[-1])].any(axis=1)
    assert curve.points[-1].people == people[everybody].sum()


def test_points_are_those_of_the_optimiser_and_of_plans(town: Bundle) -> None:
    travel = travel_for(town, "walk", 800.0)
    curve = people_curve_of(town, SCENARIO, travel, points=6)
    problem = pose(town, SCENARIO, travel).question.problem
    numbers = [point.sites for point in curve.points]
    straight = people_curve(problem, radius=450.0, sites=numbers, effort="quick")
    assert [p.value for p in curve.points] == [one.solution.value for one in straight.points]
    assert [p.bound for p in curve.points] == [one.solution.bound for one in straight.points]
    assert curve.knee == straight.knee
    for point in (curve.points[0], curve.points[2], curve.points[-1]):
        plan = make_plan(town, point.plan_at(SCENARIO), travel=travel, effort="quick")
        told = plan.record
        assert told["people"]["covered"] == point.people == point.value
        assert told["people"]["share"] == point.share
        assert told["urban"]["share"] == point.urban_share
        assert told["sites"] == point.opened <= point.sites
        assert sum(not row["pass"] for row in told["townships"]) == point.townships_failing


@pytest.mark.parametrize("weight", ["people", "kg"])
def test_curves_never_fall_and_their_bounds_hold(town: Bundle, weight: str) -> None:
    scenario = Scenario(radius_m=450.0, weight=weight, urban_target=None)  # type: ignore[arg-type]
    curves = [people_curve_of(town, scenario, points=8), radius_curve_of(town, scenario)]
    for curve in curves:
        values = [point.value for point in curve.points]
        bounds = [point.bound for point in curve.points]
        assert values == sorted(values) and bounds == sorted(bounds)
        assert values[0] < values[-1]
        for point in curve.points:
            assert point.bound is not None and point.gap is not None
            assert point.value <= point.bound
            assert point.gap == pytest.approx((point.bound - point.value) / point.value)
            assert (point.status == "proven") >= (point.gap <= 0.01)
    by_sites = curves[0]
    assert by_sites.points[0].sites == by_sites.township_minimum.sites  # type: ignore[union-attr]


def test_policy_lines_are_plans_of_their_own(town: Bundle) -> None:
    curve = people_curve_of(town, SCENARIO, effort="exact", points=2)
    problem = pose(town, SCENARIO).question.problem
    for line, targets in (
        (curve.township_minimum, ()),
        (curve.urban_target, (("urban", 0.6),)),
    ):
        assert line is not None and line.status == "proven"
        own = solve(problem, CoverShare(radius=450.0, targets=targets))
        plan = make_plan(town, line.plan_at(SCENARIO))
        assert line.sites == len(own.open_sites) == plan.record["sites"]
        assert line.bound == own.bound == plan.record["objective"]["bound"]
        # It stands where its plan does, not on the curve of the most people covered.
        assert line.plan.people == plan.record["people"]["covered"]
        assert line.plan.share == plan.record["people"]["share"]
        assert line.plan.urban_share == plan.record["urban"]["weighed_share"]
        assert line.record()["plan"]["people"] == line.plan.people
    assert curve.township_minimum.sites < curve.urban_target.sites  # type: ignore[union-attr]
    without = people_curve_of(town, Scenario(radius_m=450.0, urban_target=None), points=2)
    assert without.urban_target is None and without.township_minimum is not None


def test_a_target_that_nothing_meets_has_no_line_and_no_current_plan(town: Bundle) -> None:
    scenario = Scenario(radius_m=30.0, urban_target=1.0)
    with pytest.raises(PlanError):
        make_plan(town, scenario)
    curve = people_curve_of(town, scenario, points=3)
    assert curve.urban_target is None and curve.current is None
    assert curve.whole and curve.points
    with pytest.raises(PlanError, match="urban"):
        radius_curve_of(town, scenario)
    assert radius_curve_of(town, scenario, sites=5, limits=[30.0, 200.0]).whole


def test_the_scenario_s_own_plan_is_marked(town: Bundle, town_plan: Plan) -> None:
    scenario = town_plan.scenario
    for given in (town_plan, None):
        current = people_curve_of(town, scenario, plan=given, effort="exact", points=2).current
        assert current is not None
        assert current.people == town_plan.record["people"]["covered"]
        assert current.sites == town_plan.record["sites"]
        assert current.bound is None and current.plan_at(scenario) == scenario
    limited = Scenario(radius_m=600.0, max_sites=9)
    curve = people_curve_of(town, limited, points=3)
    assert curve.current in curve.points
    assert curve.current is not None and curve.current.plan_at(limited) == limited


def test_against_the_limit(town: Bundle, town_plan: Plan) -> None:
    scenario = town_plan.scenario
    travel = travel_for(town, "walk", 1250.0)
    curve = radius_curve_of(town, scenario, travel)
    assert [point.limit for point in curve.points] == [x for x in LIMITS_M if x <= 1250.0]
    assert {point.sites for point in curve.points} == {town_plan.record["sites"]}
    assert curve.current is not None and curve.current.limit == 600.0
    for point in curve.points[::3]:
        asked = point.plan_at(scenario)
        assert asked.radius_m == point.limit and asked.max_sites == point.sites
        plan = make_plan(town, asked, effort="quick")
        assert plan.record["people"]["covered"] == point.people
    minutes = Scenario(minutes=6.0, max_sites=7)
    curve = radius_curve_of(town, minutes, limits=[300.0, 600.0])
    assert [point.plan_at(minutes).minutes for point in curve.points] == [5.0, 6.0, 10.0]


def test_steps_grow_into_the_curve(town: Bundle) -> None:
    steps = list(people_curve_steps(town, SCENARIO, points=6))
    whole = people_curve_of(town, SCENARIO, points=6)
    assert steps[-1] == whole == people_curve_of(town, SCENARIO, points=6)
    assert not steps[0].points and steps[0].township_minimum == whole.township_minimum
    assert [len(step.points) for step in steps] == list(range(whole.of + 1))
    ends = {steps[2].points[0].sites, steps[2].points[1].sites}
    assert ends == {whole.points[0].sites, whole.points[-1].sites}
    assert [step.whole for step in steps].index(True) == whole.of
    by_limit = list(radius_curve_steps(town, SCENARIO))
    assert by_limit[-1] == radius_curve_of(town, SCENARIO)
    assert json.loads(json.dumps(whole.record()))["points"][0]["people"] == whole.points[0].people


def test_a_better_plan_of_fewer_sites_and_a_bound_of_more_are_heeded() -> None:
    from planner.curves.points import learnt

    def point(sites: int, value: float, bound: float) -> CurvePoint:
        return CurvePoint(
            sites=sites,
            limit=1.0,
            value=value,
            bound=bound,
            gap=(bound - value) / value,
            status="feasible",
            people=int(value),
            share=None,
            urban_share=None,
            townships_failing=0,
            opened=sites,
            asked=sites,
            rows=(sites,),
        )

    def recount(rows: np.ndarray, there: CurvePoint) -> CurvePoint:
        (sites,) = rows.tolist()
        assert sites == 1
        return point(there.sites, 50.0, there.bound or 0.0)

    curve = PlanCurve(kind="sites", of=3)
    for one in (point(3, 60.0, 60.2), point(1, 50.0, 70.0), point(2, 40.0, 65.0)):
        curve = learnt(curve, one, 0.01, recount)
    assert [one.value for one in curve.points] == [50.0, 50.0, 60.0]
    assert [one.bound for one in curve.points] == [60.2, 60.2, 60.2]
    assert [one.status for one in curve.points] == ["feasible", "feasible", "proven"]
    assert [one.asked for one in curve.points] == [1, 1, 3]


def test_an_interrupt_ends_the_work(town: Bundle) -> None:
    told = []

    def progress(phase: str, share: float) -> None:
        told.append((phase, share))
        if len(told) > 30:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        people_curve_of(town, SCENARIO, progress=progress)
    shares = [share for phase, share in told if phase == "curve"]
    assert shares and all(0 <= share <= 1 for share in shares)
