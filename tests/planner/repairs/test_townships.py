from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import shapely

from geo.bundle import Bundle
from planner.checking.distances import measure
from planner.edited import edited
from planner.edits import Edits, NoGo
from planner.errors import PlanError
from planner.plan import make_plan, travel_for
from planner.repairs.places import best_candidates, best_places
from planner.repairs.repair import Repair, applied
from planner.repairs.townships import repair_lines, repairs_for, repairs_of, repairs_of_refusal
from planner.scenario import Scenario


def shut(town: Bundle, township: int, keep: int = 0) -> tuple[str, ...]:
    """Ids of the candidates of a township but for the first few."""
    frame = town.candidates.frame
    return tuple(frame["id"][frame["township"] == township].tolist()[keep:])


def row_of(record: dict[str, Any], code: str) -> dict[str, Any]:
    return next(row for row in record["townships"] if row["code"] == code)


def reached(bundle: Bundle, scenario: Scenario, ids: set[str]) -> np.ndarray:
    """Cells near a set of sites, measured by what shares nothing with plans but the bundle."""
    whole = edited(bundle, scenario.edits)
    frame = whole.candidates.frame
    sites = frame[frame["id"].isin(ids)]
    assert len(sites) == len(ids)
    nowhere = np.full(len(whole.demand.frame), -1, np.int64)
    return np.asarray(measure(whole, scenario, sites, nowhere).covered)


def hold(town: Bundle, scenario: Scenario, repairs: tuple[Repair, ...]) -> None:
    """Hold repairs against the plan as it is with that one change, counted anew."""
    plan = make_plan(town, scenario, effort="quick")
    before, ids = plan.record, set(plan.sites["id"])
    people = town.demand.frame["people"].to_numpy(np.int64)
    home = town.demand.frame["township"].to_numpy()
    codes = town.region.townships["code"].tolist()
    for repair in repairs:
        changed = repair.apply(scenario)
        own = {one.id for one in changed.edits.added} - {one.id for one in scenario.edits.added}
        asked = own | {step[1] for step in repair.steps if step[0] == "force"} - ids
        assert (repair.kind == "radius") == (not asked)
        # What the button gives, proven or not, is the plan's sites and those asked for.
        for effort in ("quick", "exact"):
            after_plan = make_plan(town, changed, effort=effort)  # type: ignore[arg-type]
            assert set(after_plan.sites["id"]) == ids | asked
        after = after_plan.record
        told = dict(repair.values)
        here, then = row_of(before, repair.township), row_of(after, repair.township)
        near = reached(town, changed, ids | asked)
        mine = home == codes.index(repair.township)
        assert told["gain"] == people[near & mine].sum() - here["covered"]
        assert told["people_gain"] == people[near].sum() - before["people"]["covered"]
        assert told["before"] == pytest.approx(here["share"], abs=1e-6)
        share = people[near & mine].sum() / people[mine].sum()
        assert told["after"] == pytest.approx(share, abs=1e-6)
        assert told["sites"] == len(ids | asked) == after["sites"]
        assert told["township_sites"] == then["sites"]
        assert told["passing"] == sum(row["pass"] for row in after["townships"])
        assert repair.passes == then["pass"]
        helps = then["sites"] > here["sites"] or told["gain"] > 0
        assert helps and then["pass"] >= here["pass"]
        for text in (repair.zh, repair.en):
            assert "\n" not in text
            assert ("仍未达标" in text or "still short" in text) != repair.passes
            if asked:
                assert f"{len(ids):,} → {len(ids | asked):,}" in text
        assert json.loads(json.dumps(repair.record()))["steps"]


def test_a_township_served_badly_gets_the_candidate_that_helps_most(town: Bundle) -> None:
    scenario = Scenario(radius_m=450.0, urban_target=None)
    plan = make_plan(town, scenario, effort="quick")
    repairs = repairs_of(plan)
    assert {one.kind for one in repairs} == {"open"}
    assert len({one.township for one in repairs}) == 3
    hold(town, scenario, repairs)
    # No other candidate reaches more of those who have no site.
    travel = travel_for(town, "walk", 450.0)
    people = town.demand.frame["people"].to_numpy()
    codes = town.region.townships["code"].tolist()
    for repair in repairs:
        home = town.demand.frame["township"].to_numpy() == codes.index(repair.township)
        left = np.where(home & (plan.site_of < 0), people, 0)
        reach = np.zeros(travel.n_candidates, np.int64)
        cell = np.repeat(np.arange(len(people)), np.diff(travel.indptr))
        np.add.at(reach, travel.indices, left[cell])
        _, site = repair.steps[0]
        assert reach[town.candidates.frame["id"].tolist().index(site)] == reach.max() > 0


def test_too_few_candidates_need_points_of_one_s_own(town: Bundle) -> None:
    frame = town.candidates.frame
    most = int(np.bincount(frame["township"]).max())
    scenario = Scenario(radius_m=600.0, min_per_township=most)
    plan = make_plan(town, scenario, effort="quick")
    failing = [row for row in plan.record["townships"] if not row["pass"]]
    repairs = repairs_of(plan, also=0)
    assert failing and {one.township for one in repairs} == {row["code"] for row in failing}
    hold(town, scenario, repairs)
    for repair in repairs:
        assert repair.kind == "add" and repair.passes
        lacking = most - row_of(plan.record, repair.township)["sites"]
        places = [step for step in repair.steps if step[0] == "add"]
        assert len(places) == lacking and f"增设 {lacking} 个回收点" in repair.zh
    assert set(repair_lines(repairs, "en")) == {row["code"] for row in failing}


@pytest.mark.parametrize("by", ["closing", "area"])
def test_edits_that_shut_a_township_are_to_be_taken_back(town: Bundle, by: str) -> None:
    t = 2
    code = town.region.townships["code"].iloc[t]
    if by == "closing":
        edits = Edits(closed=shut(town, t))
    else:
        west, south, east, north = (
            town.region.townships.to_crs(4326).geometry.iloc[t].buffer(0.0005).bounds
        )
        ring = ((west, south), (east, south), (east, north), (west, north))
        outside = ((0.0, 0.0), (0.0, 1.0), (1.0, 1.0))
        edits = Edits(no_go=(NoGo(ring=outside), NoGo(ring=ring)))
    scenario = Scenario(radius_m=600.0, urban_target=None, keep_existing=False, edits=edits)
    plan = make_plan(town, scenario, effort="quick")
    assert not row_of(plan.record, code)["pass"]
    repairs = repairs_for(plan, code)
    assert repairs[0].kind == "free" and repairs[0].passes
    assert ("关闭" if by == "closing" else "禁建区第 2 块") in repairs[0].zh
    hold(town, scenario, repairs)
    changed = repairs[0].apply(scenario).edits
    assert len(changed.closed) < len(edits.closed) or len(changed.no_go) == 1


def test_a_target_missed_for_want_of_sites(town: Bundle) -> None:
    scenario = Scenario(radius_m=450.0, max_sites=5, township_target=0.5)
    travel = travel_for(town, "walk", 1500.0)
    plan = make_plan(town, scenario, travel=travel, effort="quick")
    failing = {row["code"] for row in plan.record["townships"] if not row["pass"]}
    told: list[tuple[str, float]] = []
    repairs = repairs_of(plan, travel, also=0, progress=lambda *one: told.append(one))
    assert failing and {one.township for one in repairs} == failing
    assert told[-1] == ("repairs", 1.0)
    hold(town, scenario, repairs)
    firsts = [next(one for one in repairs if one.township == code) for code in sorted(failing)]
    assert all(one.passes for one in firsts)
    assert {one.kind for one in repairs} == {"open", "radius"}
    for repair in repairs:
        if repair.kind == "radius":
            new = repair.apply(scenario)
            assert new.radius_m is not None and new.radius_m > 450.0
            assert new.max_sites == plan.record["sites"]
            assert f"{new.radius_m:g}" in repair.zh and f"{new.radius_m:g}" in repair.en


def test_nothing_to_repair(town: Bundle) -> None:
    plan = make_plan(town, Scenario(radius_m=3000.0))
    assert plan.record["people"]["share"] == 1.0
    assert repairs_of(plan) == ()
    assert repairs_for(plan, plan.record["townships"][0]["code"]) == ()
    assert repairs_for(plan, "nowhere") == ()
    assert repairs_of_refusal(town, Scenario(radius_m=600.0)) == ()


def refused(town: Bundle, scenario: Scenario) -> tuple[Repair, ...]:
    with pytest.raises(PlanError):
        make_plan(town, scenario)
    repairs = repairs_of_refusal(town, scenario)
    for repair in repairs:
        plan = make_plan(town, repair.apply(scenario), effort="quick").record
        assert repair.passes and repair.township == ""
        assert dict(repair.values) == {"sites": plan["sites"], "people": plan["people"]["covered"]}
        tenths = plan["people"]["covered"] * 1000 // plan["people"]["total"]
        for text in (repair.zh, repair.en):
            assert f"{plan['sites']:,}" in text and f"{tenths / 10} %" in text
    return repairs


@pytest.mark.parametrize(
    "scenario",
    [
        Scenario(radius_m=200.0, urban_target=0.9),
        Scenario(radius_m=200.0, urban_target=0.5, township_target=0.8),
        Scenario(minutes=3.0, urban_target=None, township_target=0.9),
    ],
)
def test_targets_beyond_reach(town: Bundle, scenario: Scenario) -> None:
    repairs = {one.kind: one for one in refused(town, scenario)}
    assert {"radius", "lower"} <= set(repairs)
    # A little less of a change is refused still.
    wider = repairs["radius"].apply(scenario)
    less = {"minutes": (wider.minutes or 0) - 1.0} if scenario.minutes else {}
    less = less or {"radius_m": (wider.radius_m or 0) - 1.0}
    with pytest.raises(PlanError):
        make_plan(town, applied([("set", *one) for one in less.items()], scenario))
    lowered = repairs["lower"].apply(scenario)
    for field in ("urban_target", "township_target"):
        old, new = getattr(scenario, field), getattr(lowered, field)
        if new != old:
            for text in (repairs["lower"].zh, repairs["lower"].en):
                assert f"{round(old * 100)} %" in text and f"{round(new * 1000) / 10:g} %" in text
            assert new < old
            with pytest.raises(PlanError):
                make_plan(town, applied([("set", field, new + 0.001)], lowered))
    if "add" in repairs:
        points = repairs["add"].apply(scenario).edits
        assert 0 < len(points.added) == len(points.forced) <= 20


def test_few_new_points_mend_a_target(town: Bundle) -> None:
    scenario = Scenario(radius_m=450.0, urban_target=0.95)
    repairs = {one.kind: one for one in refused(town, scenario)}
    assert "add" in repairs and len(repairs["add"].steps) < 4


def test_a_budget_below_the_rules(town: Bundle) -> None:
    repairs = {one.kind: one for one in refused(town, Scenario(max_sites=3))}
    assert repairs["sites"].apply(Scenario(max_sites=3)).max_sites == 4
    quota = repairs["quota"].apply(Scenario(max_sites=3))
    assert quota.min_per_township == 0 and quota.max_sites == 3
    two = {one.kind: one for one in refused(town, Scenario(max_sites=7, min_per_township=3))}
    assert two["quota"].apply(Scenario(min_per_township=3)).min_per_township == 1
    assert two["sites"].apply(Scenario(max_sites=7)).max_sites == 12


def test_edits_in_the_way_of_a_target(town: Bundle) -> None:
    closed = tuple(town.candidates.frame["id"])
    scenario = Scenario(
        radius_m=600.0, urban_target=0.9, keep_existing=False, edits=Edits(closed=closed)
    )
    repairs = refused(town, scenario)
    assert repairs[0].kind == "free"
    assert len(repairs[0].apply(scenario).edits.closed) < len(closed)


def test_edits_that_cannot_be_made(town: Bundle) -> None:
    some = town.candidates.frame["id"].iloc[0]
    edits = Edits(forced=("nowhere", some)).with_added(0.0, 0.0)
    for broken, kept in (
        (Edits(forced=("nowhere", some)), Edits(forced=(some,))),
        (Edits().with_added(0.0, 0.0), Edits()),
    ):
        scenario = Scenario(radius_m=600.0, edits=broken)
        repairs = refused(town, scenario)
        assert [one.apply(scenario).edits for one in repairs] == [kept]
    # Two faults at once are more than one change.
    assert refused(town, Scenario(radius_m=600.0, edits=edits)) == ()


def test_steps_are_made_in_any_order() -> None:
    rings = [((0.0, float(n)), (1.0, float(n)), (1.0, n + 0.5)) for n in range(4)]
    edits = Edits(no_go=tuple(NoGo(ring=ring) for ring in rings), closed=("a", "b"))
    steps = [("give-back", 0), ("give-back", 2), ("free", "a"), ("add", 5.0, 6.0), ("force", "c")]
    for order in (steps, steps[::-1]):
        made = applied([*order, ("set", "radius_m", 700.0)], Scenario(edits=edits))  # type: ignore[list-item]
        assert [area.ring for area in made.edits.no_go] == [rings[1], rings[3]]
        assert made.edits.closed == ("b",) and made.edits.forced == ("c", "own-1")
        assert [(site.lon, site.lat) for site in made.edits.added] == [(5.0, 6.0)]
        assert made.radius_m == 700.0
    with pytest.raises(ValueError, match="no such step"):
        applied([("burn", "a")], Scenario())


def test_names_from_the_map_stay_one_short_line(town: Bundle) -> None:
    from planner.repairs.words import site_said

    said = site_said("<b>\n" + "x" * 500, "n1")
    assert said.startswith("<b> x") and said.endswith("(n1)") and len(said) < 80
    assert site_said(" \t", "n1") == "n1"


def test_places_lie_in_the_township_and_outside_areas_kept_free(town: Bundle) -> None:
    people = town.demand.frame["people"].to_numpy(np.int64)
    home = town.demand.frame["township"].to_numpy()
    shape = town.region.townships.to_crs(4326).geometry.iloc[1]
    west, south, east, north = shape.bounds
    middle = (west + east) / 2
    ring = ((west, south), (middle, south), (middle, north), (west, north))
    for edits in (Edits(), Edits(no_go=(NoGo(ring=ring),))):
        scenario = Scenario(radius_m=300.0, edits=edits)
        places, reached = best_places(
            town, scenario, np.where(home == 1, people, 0), 1, enough=np.inf, most=3
        )
        assert len(places) == 3 and 0 < reached <= people[home == 1].sum()
        for place in places:
            assert shape.distance(shapely.Point(place.lon, place.lat)) < 1e-6
            assert not edits or place.lon > middle
        made = edits
        for place in places:
            made = made.with_added(place.lon, place.lat)
        frame = make_plan(town, Scenario(radius_m=300.0, urban_target=None, edits=made)).bundle
        assert frame.candidates.frame["township"].tolist()[-3:] == [1, 1, 1]


def test_candidates_are_chosen_greedily(town: Bundle) -> None:
    scenario, travel = Scenario(radius_m=300.0), travel_for(town, "walk", 400.0)
    people = town.demand.frame["people"].to_numpy(np.int64)
    near = np.zeros((len(people), travel.n_candidates), bool)
    cell = np.repeat(np.arange(len(people)), np.diff(travel.indptr))
    close = travel.values <= 300.005
    near[cell[close], travel.indices[close]] = True
    allowed = np.arange(travel.n_candidates) % 2 == 0
    rows, reached = best_candidates(travel, scenario, people, allowed, enough=np.inf, most=4)
    left = people.copy()
    for row in rows:
        gains = (near * left[:, None]).sum(axis=0) * allowed
        assert row == int(gains.argmax())
        left[near[:, row]] = 0
    assert reached == people.sum() - left.sum()
    assert best_candidates(travel, scenario, people, allowed, enough=1, most=4)[0] == rows[:1]
