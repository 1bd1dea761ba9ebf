from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from geo.bundle import Bundle
from geo.candidates import Candidates
from geo.kinds import default_kinds
from geo.travel import TravelMatrix
from planner.checking.check import check_plan
from planner.crossing import ask
from planner.edited import edited, ruling, unedited
from planner.edits import AddedSite, Edits, NoGo
from planner.errors import PlanError
from planner.outputs import write_plan
from planner.plan import make_plan
from planner.scenario import Scenario
from planner.travels import measure_of, travel_for, travel_with
from planner.wording.language import LANGUAGES
from planner.wording.words import FINDINGS

LON, LAT = 117.2, 29.3  # the middle of the town, 2.5 km square


def _square(lon: float, lat: float, half: float) -> tuple[tuple[float, float], ...]:
    return (
        (lon - half, lat - half),
        (lon + half, lat - half),
        (lon + half, lat + half),
        (lon - half, lat + half),
    )


def _places(bundle: Bundle) -> list[tuple[float, float]]:
    frame = bundle.candidates.frame
    back = pyproj.Transformer.from_crs(bundle.region.crs, 4326, always_xy=True)
    return list(zip(*back.transform(frame.geometry.x, frame.geometry.y), strict=True))


def _candidates(bundle: Bundle, *, existing: bool = False) -> list[str]:
    frame = bundle.candidates.frame
    return frame.loc[frame["existing"] == existing, "id"].tolist()


def test_added_points_come_last_and_nothing_else_changes(town: Bundle) -> None:
    edits = Edits().with_added(LON + 0.003, LAT + 0.002, name="新点")
    edits = edits.with_added(LON - 0.004, LAT - 0.003, kind="supermarket", existing=True)
    found = edited(town, edits)
    before, after = town.candidates.frame, found.candidates.frame
    assert found.sha256 == town.sha256
    assert list(after.columns) == list(before.columns)
    assert after.dtypes.to_list() == before.dtypes.to_list()
    assert after.iloc[: len(before)].equals(before)
    assert after.index.tolist() == list(range(len(before) + 2))
    rows = after.iloc[len(before) :]
    assert rows["id"].tolist() == ["own-1", "own-2"]
    assert rows["name"].tolist() == ["新点", ""]
    assert rows["existing"].tolist() == [False, True]
    assert rows["source"].tolist() == ["edit", "edit"]
    kinds = default_kinds()
    assert rows["weight"].tolist() == [kinds["own"].weight, kinds["supermarket"].weight]
    # North-east is the second township drawn, south-west the fourth; found by plain geometry.
    project = pyproj.Transformer.from_crs(4326, town.region.crs, always_xy=True)
    for site, row in zip(edits.added, rows.itertuples(), strict=True):
        at = shapely.Point(project.transform(site.lon, site.lat))
        assert at.distance(row.geometry) < 1e-6
        assert town.region.townships.geometry.iloc[row.township].contains(at)
    told = {"id", "kind", "name", "existing", "township", "weight", "source", "geometry"}
    for column in set(after.columns) - told:
        assert rows[column].isna().all(), column


def test_the_region_of_other_edits_is_edited_anew(town: Bundle) -> None:
    one, two = (Edits().with_added(LON + off, LAT) for off in (0.001, 0.002))
    twice = edited(edited(town, one), two).candidates.frame
    assert twice.equals(edited(town, two).candidates.frame)
    assert unedited(edited(town, one)).candidates.frame.equals(town.candidates.frame)
    assert edited(town, Edits(closed=("n1",))) is town


@pytest.mark.parametrize(
    ("edits", "told"),
    [
        (Edits().with_added(LON + 0.1, LAT, name="远"), "own-1 远 (117.3, 29.3)"),
        (Edits().with_added(-62.8, -29.3), "no township"),
        (Edits().with_added(LON, LAT, kind="kiosk"), "'kiosk'|kiosk"),
        (Edits(forced=("n999999",)), "n999999"),
        (Edits(forced=("own-1",)), "own-1"),
    ],
)
def test_an_edit_that_cannot_be_done_is_refused_in_both_languages(
    town: Bundle, edits: Edits, told: str
) -> None:
    with pytest.raises(PlanError) as refused:
        make_plan(town, Scenario(radius_m=600.0, edits=edits))
    assert any(part in str(refused.value) for part in told.split("|"))
    assert refused.value.remedy and refused.value.where == "edits"
    assert any("\u4e00" <= sign <= "\u9fff" for sign in refused.value.zh)


def test_an_id_of_the_data_is_taken(town: Bundle) -> None:
    taken = _candidates(town)[0]
    edits = Edits(added=(AddedSite(id=taken, lon=LON, lat=LAT),))
    with pytest.raises(PlanError, match=taken):
        edited(town, edits)


def test_what_must_be_open_cannot_stand_where_nothing_may(town: Bundle) -> None:
    one = _candidates(town)[0]
    lon, lat = _places(town)[town.candidates.frame["id"].tolist().index(one)]
    edits = Edits(forced=(one,)).with_no_go(_square(lon, lat, 1e-4), name="{x} 公园")
    with pytest.raises(PlanError, match=rf"{one}.*number 1 \{{x\}} 公园") as refused:
        make_plan(town, Scenario(radius_m=600.0, edits=edits))
    assert "{x} 公园" in refused.value.zh


areas = st.lists(
    st.tuples(st.floats(-0.012, 0.012), st.floats(-0.012, 0.012), st.floats(1e-4, 8e-3)),
    max_size=3,
)


@settings(max_examples=25, deadline=None)
@given(areas, st.sets(st.integers(0, 30), max_size=5))
def test_who_is_ruled_out_is_found_one_by_one(
    town: Bundle, squares: list[tuple[float, float, float]], closed: set[int]
) -> None:
    frame = town.candidates.frame
    ids = frame["id"].tolist()
    drawn = [NoGo(ring=_square(LON + x, LAT + y, half)) for x, y, half in squares]
    edits = Edits(no_go=tuple(drawn), closed=tuple(ids[row % len(ids)] for row in closed))
    told = ruling(town, edits)
    rows = zip(_places(town), ids, frame["existing"].tolist(), strict=True)
    for row, (place, name, existing) in enumerate(rows):
        within = [n for n, area in enumerate(drawn) if _in_box(area, place)]
        assert told.area[row] == (within[0] if within and not existing else -1)
        assert told.closed[row] == (name in edits.closed)
        assert told.forbidden[row] == (name in edits.closed or (bool(within) and not existing))


def _in_box(area: NoGo, place: tuple[float, float]) -> bool:
    (west, south), (east, north) = area.ring[0], area.ring[2]
    return west <= place[0] <= east and south <= place[1] <= north


def test_a_ring_that_crosses_itself_holds_what_it_surrounds(town: Bundle) -> None:
    bow = ((LON - 0.02, LAT - 0.02), (LON + 0.02, LAT + 0.02), (LON + 0.02, LAT - 0.02))
    bow = (*bow, (LON - 0.02, LAT + 0.02))
    told = ruling(town, Edits(no_go=(NoGo(ring=bow),)))
    for row, (lon, lat) in enumerate(_places(town)):
        if (
            abs(abs(lon - LON) - abs(lat - LAT)) > 1e-6
            and not town.candidates.frame["existing"][row]
        ):
            assert (told.area[row] == 0) == (abs(lon - LON) > abs(lat - LAT))


def _same(one: TravelMatrix, other: TravelMatrix) -> None:
    for field in dataclasses.fields(TravelMatrix):
        a, b = getattr(one, field.name), getattr(other, field.name)
        if isinstance(a, np.ndarray):
            assert a.dtype == b.dtype and a.tobytes() == b.tobytes(), field.name
        else:
            assert a == b, field.name


points = st.lists(
    st.tuples(st.floats(-0.012, 0.012), st.floats(-0.01, 0.01)), min_size=1, max_size=4
)


@settings(max_examples=20, deadline=None)
@given(points, st.sampled_from([150.0, 800.0, 2000.0]), st.sampled_from(["", "roadless", "bare"]))
def test_columns_added_are_those_of_measuring_all_at_once(
    town: Bundle, places: list[tuple[float, float]], cutoff: float, how: str
) -> None:
    bundle = town
    if how == "roadless":
        bundle = dataclasses.replace(town, roadless=(1,))
    elif how == "bare":
        bundle = dataclasses.replace(town, networks={})
    edits = Edits()
    for x, y in places:
        edits = edits.with_added(LON + x, LAT + y)
    base, whole = travel_for(bundle, "walk", cutoff), edited(bundle, edits)
    _same(travel_with(whole, base, "walk"), travel_for(whole, "walk", cutoff))
    scenario = Scenario(minutes=cutoff / 100, edits=edits)
    seconds = measure_of(scenario)
    base = travel_for(bundle, "drive", cutoff, measure=seconds)
    _same(
        travel_with(whole, base, "drive", measure=seconds),
        travel_for(whole, "drive", cutoff, measure=seconds),
    )


def test_a_matrix_of_another_region_is_no_base(town: Bundle) -> None:
    edits = Edits().with_added(LON, LAT)
    whole = edited(town, edits)
    with pytest.raises(ValueError, match="candidates"):
        travel_with(whole, travel_for(whole, "walk", 300.0), "walk")


def test_a_plan_from_distances_known_is_the_plan_from_none(town: Bundle) -> None:
    edits = Edits().with_added(LON + 0.002, LAT + 0.004, name="甲").with_forced("own-1")
    edits = edits.with_closed(_candidates(town)[3])
    scenario = Scenario(radius_m=450.0, urban_target=0.7, edits=edits)
    known = make_plan(town, scenario, travel=travel_for(town, "walk", 2000.0))
    fresh = make_plan(town, scenario)
    for record in (known.record, fresh.record):
        record["timings"] = {}
    assert json.dumps(known.record) == json.dumps(fresh.record)
    assert known.sites.equals(fresh.sites)
    again = make_plan(known.bundle, scenario)  # edited already
    again.record["timings"] = {}
    assert json.dumps(again.record) == json.dumps(known.record)


def test_a_plan_keeps_to_the_edits(town: Bundle) -> None:
    plain = make_plan(town, Scenario(radius_m=600.0))
    standing = _candidates(town, existing=True)[0]
    new = [name for name in plain.sites["id"] if name in _candidates(town)]
    other = next(name for name in _candidates(town) if name not in new)
    edits = Edits(closed=(standing, new[0]), forced=(other,)).with_added(
        LON + 0.001, LAT + 0.001, name="x", existing=True
    )
    plan = make_plan(town, Scenario(radius_m=600.0, edits=edits))
    opened = set(plan.sites["id"])
    assert {other, "own-1"} <= opened
    assert not {standing, new[0]} & opened
    assert plan.record["scenario"]["edits"] == edits.record()
    assert plan.record["sites_new"] == plan.record["sites"] - 1
    told = {warning["kind"]: warning for warning in plan.record["warnings"]}
    assert {"edited", "edits-existing-closed"} <= set(told)
    assert "1" in told["edits-existing-closed"]["en"]
    # A forced site that stands already, and one that stays, ask for nothing more.
    edits = Edits(forced=("own-1",)).with_added(LON, LAT, existing=True)
    for keep in (True, False):
        plan = make_plan(town, Scenario(radius_m=600.0, keep_existing=keep, edits=edits))
        assert "own-1" in set(plan.sites["id"])


def test_few_sites_of_a_small_question_are_the_best_of_all_choices(town: Bundle) -> None:
    """Brute force over every set of open sites that the edits allow."""
    frame = town.candidates.frame
    ids = frame["id"].tolist()
    kept = [row for row in range(len(ids)) if row % max(1, len(ids) // 9) == 0][:9]
    edits = Edits(closed=tuple(name for row, name in enumerate(ids) if row not in kept))
    edits = edits.with_added(LON + 0.0031, LAT - 0.0042).with_forced(ids[kept[1]])
    scenario = Scenario(
        radius_m=500.0, max_sites=4, min_per_township=0, gap=0.0, keep_existing=False, edits=edits
    )
    plan = make_plan(town, scenario)
    whole = edited(town, edits)
    travel = travel_for(whole, "walk", 500.0)
    people = town.demand.frame["people"].to_numpy()
    near = np.zeros((len(people), len(whole.candidates.frame)), bool)
    near[np.repeat(np.arange(len(people)), np.diff(travel.indptr)), travel.indices] = True
    rows = [*kept, len(ids)]
    best = max(
        int(people[near[:, [kept[1], *more]].any(axis=1)].sum())
        for more in itertools.combinations([row for row in rows if row != kept[1]], 3)
    )
    assert plan.record["people"]["covered"] == best
    assert plan.record["objective"]["value"] == best


def test_a_township_whose_candidates_are_all_ruled_out_is_named(town: Bundle) -> None:
    frame = town.candidates.frame
    mine = frame.loc[frame["township"] == 1, "id"].tolist()
    scenario = Scenario(radius_m=600.0, urban_target=None, edits=Edits(closed=tuple(mine)))
    plan = make_plan(town, scenario)
    row = plan.record["townships"][1]
    assert (row["pass"], row["sites"], row["required"]) == (False, 0, 1)
    told = [w for w in plan.record["warnings"] if w["kind"] == "quota-unmeetable-edits"]
    assert [warning["where"] for warning in told] == [row["code"]]
    assert str(len(mine)) in told[0]["en"]
    beyond = plan.cell_reason[(plan.cell_reason != "") & (plan.cell_reason != "unmapped?")]
    assert set(beyond) <= {"no candidate", "not chosen", "unreachable"}


def test_unknown_sites_closed_are_told_not_refused(town: Bundle) -> None:
    plan = make_plan(town, Scenario(radius_m=600.0, edits=Edits(closed=("n77777777",))))
    told = [w for w in plan.record["warnings"] if w["kind"] == "edits-closed-unknown"]
    assert len(told) == 1 and "n77777777" in told[0]["zh"]


def test_every_kind_of_edit_is_said(town: Bundle) -> None:
    standing = _candidates(town, existing=True)[0]
    places = dict(zip(town.candidates.frame["id"], _places(town), strict=True))
    edits = Edits().with_added(LON + 0.002, LAT, name="<b>{x}")
    edits = edits.with_no_go(_square(*places[standing], 1e-4))
    edits = edits.with_no_go(_square(*places[_candidates(town)[0]], 1e-5)).with_closed(standing)
    wet = dataclasses.replace(town, exclusions=town.region.territories)
    plan = make_plan(wet, Scenario(radius_m=600.0, edits=edits))
    told = {w["kind"]: w for w in plan.record["warnings"] if w["kind"].startswith("edit")}
    due = {"edited", "edits-existing-closed", "edits-ruled-out", "edits-existing-in-no-go"}
    due |= {"edits-added-in-exclusion"}
    due |= {"edits-added-unjudged"} if town.suitability is not None else set()
    assert set(told) == due <= set(FINDINGS.table)
    assert "<b>{x}" in told["edits-added-in-exclusion"]["zh"]
    assert all(told[kind][language] for kind in due for language in LANGUAGES)


def test_the_question_asked_of_the_optimiser_holds_the_edits(town: Bundle) -> None:
    standing, other = _candidates(town, existing=True)[0], _candidates(town)[2]
    scenario = Scenario(edits=Edits(closed=(standing,), forced=(other,)))
    problem = ask(town, scenario, travel_for(town, "walk", 1000.0)).problem
    ids = town.candidates.frame["id"].tolist()
    assert [ids[row] for row in np.flatnonzero(problem.forbidden)] == [standing]
    assert [ids[row] for row in np.flatnonzero(problem.forced)] == [other]
    assert standing not in [ids[row] for row in np.flatnonzero(problem.existing)]


def _percent(share: float) -> str:
    return f"{int(share * 1000 + 1e-6) / 10} %"


def _attainable(bundle: Bundle, scenario: Scenario, taken_back: set[str]) -> float:
    """Share of the urban people within the limit of some candidate that may be open."""
    whole = edited(bundle, scenario.edits)
    barred = ruling(whole, scenario.edits).forbidden
    back = whole.candidates.frame["id"].isin(taken_back).to_numpy()
    travel = travel_for(whole, scenario.mode, scenario.limit)
    reached = [
        bool((~barred | back)[travel.indices[start:end]].any())
        for start, end in itertools.pairwise(travel.indptr.tolist())
    ]
    frame = bundle.demand.frame
    urban = frame["urban"].to_numpy(bool)
    people = frame["people"].to_numpy()[urban]
    return float(people[np.array(reached)[urban]].sum() / people.sum())


def test_edits_that_put_a_target_out_of_reach_are_named(town: Bundle) -> None:
    new = _candidates(town)
    edits = Edits(closed=tuple(new[:-2]))
    scenario = Scenario(radius_m=600.0, urban_target=0.9, min_per_township=0, edits=edits)
    with pytest.raises(PlanError, match="without closing") as refused:
        make_plan(town, scenario)
    told = str(refused.value)
    named = set(told.split("without ")[1].split(" it is ")[0].split(", "))
    back = {one.removeprefix("closing ") for one in named if one != "…"}
    assert back <= set(edits.closed)
    assert f"it is {_percent(_attainable(town, scenario, set()))}" in told
    if "…" not in named:
        assert f"it is {_percent(_attainable(town, scenario, back))})" in told
        assert _attainable(town, scenario, back) >= 0.9
    assert "撤销" in refused.value.zh
    # With these taken back there is a plan.
    for one in back:
        edits = edits.freed(one)
    if "…" not in named:
        assert make_plan(town, dataclasses.replace(scenario, edits=edits)).record["urban"]["met"]


def test_a_no_go_area_that_puts_a_target_out_of_reach_is_named(town: Bundle) -> None:
    edits = Edits().with_no_go(_square(LON, LAT, 0.1), name="all of it")
    scenario = Scenario(radius_m=600.0, urban_target=0.9, min_per_township=0, edits=edits)
    with pytest.raises(PlanError, match="without no-go area number 1 it is 100"):
        make_plan(town, scenario)


def test_too_few_sites_for_those_forced_is_said(town: Bundle) -> None:
    edits = Edits(forced=tuple(_candidates(town)[:4]))
    scenario = Scenario(radius_m=600.0, max_sites=3, min_per_township=0, edits=edits)
    with pytest.raises(PlanError, match=r"1 existing ones stay, 4 must be open by hand.*least 5"):
        make_plan(town, scenario)


def test_the_radius_that_would_do_is_one_to_sites_that_may_be_open(town: Bundle) -> None:
    new = _candidates(town)
    edits = Edits(closed=tuple(new[:-2]))
    scenario = Scenario(radius_m=300.0, urban_target=0.9, min_per_township=0, edits=edits)
    with pytest.raises(PlanError, match=r"raise the radius to (\d+) m") as refused:
        make_plan(town, scenario)
    enough = float(str(refused.value).split("radius to ")[1].split(" m")[0])
    wider = dataclasses.replace(scenario, radius_m=enough)
    assert make_plan(town, wider).record["urban"]["met"]
    assert _attainable(town, dataclasses.replace(scenario, radius_m=enough - 1.0), set()) < 0.9


def test_a_region_with_no_candidate_but_the_added_ones_is_planned(town: Bundle) -> None:
    bare = dataclasses.replace(
        town, candidates=Candidates(frame=town.candidates.frame.iloc[:0].copy())
    )
    edits = Edits().with_added(LON + 0.003, LAT + 0.003).with_added(LON - 0.003, LAT - 0.003)
    scenario = Scenario(radius_m=800.0, urban_target=None, edits=edits)
    with pytest.raises(PlanError, match="no candidate"):
        make_plan(bare, dataclasses.replace(scenario, edits=Edits()))
    known = make_plan(bare, scenario, travel=travel_for(bare, "walk", 800.0))
    assert sorted(known.sites["id"]) == ["own-1", "own-2"]
    _same(
        travel_with(edited(bare, edits), travel_for(bare, "walk", 800.0), "walk"),
        travel_for(edited(bare, edits), "walk", 800.0),
    )


@settings(
    max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.data())
def test_plans_of_any_edits_hold_before_the_second_opinion(
    town: Bundle, town_path: Path, tmp_path: Path, data: st.DataObject
) -> None:
    ids = town.candidates.frame["id"].tolist()
    some = st.lists(st.sampled_from(ids), max_size=4, unique=True)
    closed = data.draw(some)
    forced = [one for one in data.draw(some) if one not in closed]
    edits = Edits(closed=tuple(closed), forced=tuple(forced))
    for x, y in data.draw(points):
        kind = data.draw(st.sampled_from(["own", "supermarket", "townhall"]))
        name = data.draw(st.sampled_from(["", "=1+1", "{x}</script>", "甲"]))
        stands = data.draw(st.booleans())
        edits = edits.with_added(LON + x, LAT + y, kind=kind, name=name, existing=stands)
    for x, y, half in data.draw(areas):
        edits = edits.with_no_go(_square(LON + x, LAT + y, half), name="<i>")
    scenario = Scenario(
        radius_m=data.draw(st.sampled_from([200.0, 450.5, 900.0])),
        urban_target=None,
        keep_existing=data.draw(st.booleans()),
        max_sites=data.draw(st.none() | st.just(60)),
        edits=edits,
    )
    try:
        plan = make_plan(town, scenario)
    except PlanError as refused:  # what must be open stands where nothing may
        assert "no-go" in str(refused)
        return
    write_plan(plan, tmp_path / "plan", bundle_path=town_path)
    assert check_plan(tmp_path / "plan").differences == ()
