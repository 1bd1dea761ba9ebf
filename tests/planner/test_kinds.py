"""Kinds of candidates that may be opened new, against every choice of sites there is."""

from __future__ import annotations

import dataclasses
import itertools
import json
from pathlib import Path

import numpy as np
import pytest

from geo.bundle import Bundle
from planner.checking.check import check_plan
from planner.cli import main
from planner.crossing import ask
from planner.edits import Edits, NoGo
from planner.errors import PlanError
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.policy.hosts.check import check_hosts
from planner.policy.hosts.hosts import make_hosts
from planner.policy.hosts.spec import HostsSpec
from planner.policy.phases.check import check_phases
from planner.policy.phases.files import phases_json
from planner.policy.phases.phases import make_phases
from planner.policy.phases.spec import PhasesSpec
from planner.repairs.refused import repairs_of_refusal
from planner.scenario import Scenario, read_scenario
from planner.travels import travel_for
from planner.wording.scenario import parameters
from planner.wording.words import FINDINGS

RADIUS_M = 800.0
FEW = ("convenience", "marketplace", "supermarket")
LON, LAT = 117.2, 29.3


def _ids(bundle: Bundle, *kinds: str) -> list[str]:
    frame = bundle.candidates.frame
    return frame.loc[frame["kind"].isin(kinds), "id"].tolist()


def _reach(bundle: Bundle) -> tuple[np.ndarray, np.ndarray]:
    """Whether each cell lies within the radius of each candidate, and its people."""
    travel = travel_for(bundle, "walk", RADIUS_M)
    near = np.zeros((len(bundle.demand.frame), len(bundle.candidates.frame)), bool)
    for cell, (start, end) in enumerate(itertools.pairwise(travel.indptr.tolist())):
        inside = travel.values[start:end].astype(float).round(2) <= RADIUS_M
        near[cell, travel.indices[start:end][inside]] = True
    return near, bundle.demand.frame["people"].to_numpy()


@pytest.mark.parametrize("most", [2, 3])
@pytest.mark.parametrize("kinds", [FEW, ("supermarket",), ("convenience", "recycling_point"), ()])
def test_the_plan_is_the_best_of_all_choices(
    town: Bundle, kinds: tuple[str, ...], most: int
) -> None:
    scenario = Scenario(
        radius_m=RADIUS_M, urban_target=None, min_per_township=0, max_sites=most, kinds=kinds, gap=0
    )
    plan = make_plan(town, scenario)
    near, people = _reach(town)
    frame = town.candidates.frame
    standing = np.flatnonzero(frame["existing"]).tolist()
    new = [
        row
        for row, (kind, existing) in enumerate(zip(frame["kind"], frame["existing"], strict=True))
        if not existing and (not kinds or kind in kinds)
    ]
    best = max(
        int(people[near[:, [*standing, *more]].any(axis=1)].sum())
        for size in range(most - len(standing) + 1)
        for more in itertools.combinations(new, size)
    )
    assert plan.record["people"]["covered"] == best
    opened = frame[frame["id"].isin(plan.sites["id"])]
    assert opened.loc[~opened["existing"], "kind"].isin(kinds or frame["kind"]).all()
    assert set(frame["id"].iloc[standing]) <= set(plan.sites["id"])


def test_forced_sites_and_points_added_by_hand_are_not_asked_for_their_kind(town: Bundle) -> None:
    forced = _ids(town, "generated")[0]
    edits = Edits(forced=(forced,)).with_added(LON + 0.003, LAT + 0.002, kind="own")
    scenario = Scenario(urban_target=None, kinds=("supermarket",), edits=edits)
    plan = make_plan(town, dataclasses.replace(scenario, radius_m=RADIUS_M))
    ids = plan.bundle.candidates.frame["id"].tolist()
    problem = ask(plan.bundle, scenario, travel_for(plan.bundle, "walk", scenario.limit)).problem
    may = {ids[row] for row in np.flatnonzero(~problem.forbidden)}
    assert may == {
        *(forced, edits.added[0].id),
        *_ids(town, "supermarket", "recycling_point"),
    }
    assert forced in set(plan.sites["id"])


def test_existing_sites_that_may_close_may_also_stay(town: Bundle) -> None:
    scenario = Scenario(urban_target=None, kinds=("supermarket",), keep_existing=False)
    problem = ask(town, scenario, travel_for(town, "walk", 1000.0)).problem
    ids = town.candidates.frame["id"].to_numpy(object)
    left = set(ids[~problem.forbidden])
    assert left == set(_ids(town, "supermarket", "recycling_point"))


def test_a_kind_that_the_region_has_not_is_refused_by_name(town: Bundle) -> None:
    with pytest.raises(PlanError) as refused:
        make_plan(town, Scenario(kinds=("barn", "supermarket")))
    assert "the kind barn (it has: convenience, generated, marketplace" in str(refused.value)
    assert "barn" in refused.value.zh and "supermarket" in refused.value.zh
    assert refused.value.where == "kinds"
    # What a hand adds is none of the data's.
    edits = Edits().with_added(LON, LAT, kind="own")
    with pytest.raises(PlanError, match="the kind own"):
        make_plan(town, Scenario(kinds=("own",), edits=edits))


@pytest.mark.parametrize(
    "edits",
    [
        Edits(),
        Edits(closed=("w1", "generated-1")),
        Edits(no_go=(NoGo(ring=((117.19, 29.29), (117.2, 29.29), (117.2, 29.3))),)),
    ],
)
def test_a_township_short_of_such_candidates_is_named_and_the_second_opinion_agrees(
    town: Bundle, town_path: Path, tmp_path: Path, edits: Edits
) -> None:
    scenario = Scenario(
        radius_m=RADIUS_M, urban_target=None, kinds=FEW, min_per_township=2, edits=edits
    )
    plan = make_plan(town, scenario)
    frame = town.candidates.frame
    told = {w["where"]: w for w in plan.record["warnings"] if w["kind"].startswith("quota-")}
    for t, code in enumerate(town.region.townships["code"]):
        mine = frame[frame["township"] == t]
        have = int((mine["kind"].isin(FEW) | mine["existing"]).sum())
        assert have < 2 < len(mine)
        assert told[code]["kind"] == "quota-unmeetable-kinds"
    assert "quota-unmeetable-kinds" in FINDINGS.table
    write_plan(plan, tmp_path / "plan", bundle_path=town_path)
    assert check_plan(tmp_path / "plan").differences == ()


def test_the_second_opinion_finds_a_site_of_another_kind(
    town: Bundle, town_path: Path, tmp_path: Path
) -> None:
    plan = make_plan(town, Scenario(radius_m=RADIUS_M, urban_target=None))
    assert "generated" in set(plan.sites["kind"])
    write_plan(plan, tmp_path / "plan", bundle_path=town_path)
    # The same sites, passed off as the answer to a question that rules them out.
    asked = dataclasses.replace(plan.scenario, kinds=FEW)
    toml = tmp_path / "plan" / "scenario.toml"
    toml.write_text(toml.read_text("utf-8").replace("kinds = []", f"kinds = {list(FEW)}"), "utf-8")
    assert read_scenario(toml) == asked
    path = tmp_path / "plan" / "plan.json"
    content = json.loads(path.read_text("utf-8"))
    content["scenario"] = json.loads(json.dumps(asked.record()))
    path.write_text(json.dumps(content), "utf-8")
    differences = "\n".join(check_plan(tmp_path / "plan").differences)
    assert "of kinds not asked for" in differences
    # A file of an older program names no kinds: it means all of them.
    content["scenario"] = {
        key: value for key, value in plan.scenario.record().items() if key != "kinds"
    }
    path.write_text(json.dumps(content), "utf-8")
    toml.write_text(plan.scenario.toml().replace("kinds = []\n", ""), "utf-8")
    assert check_plan(tmp_path / "plan").differences == ()


def test_a_refusal_says_that_kinds_are_in_the_way_and_what_would_do(town: Bundle) -> None:
    scenario = Scenario(
        radius_m=RADIUS_M, urban_target=0.9, min_per_township=0, kinds=("convenience",)
    )
    near, people = _reach(town)
    urban = town.demand.frame["urban"].to_numpy(bool)
    every = int(1000 * people[urban & near.any(axis=1)].sum() / people[urban].sum()) / 10
    with pytest.raises(PlanError) as refused:
        make_plan(town, scenario)
    assert f"kinds of candidates are in the way: with all of them it is {every:g} %" in str(
        refused.value
    ).replace("100.0", "100")
    assert "类型" in refused.value.zh
    repairs = [one for one in repairs_of_refusal(town, scenario) if one.kind == "kinds"]
    assert len(repairs) == 1 and repairs[0].passes
    changed = repairs[0].apply(scenario)
    assert changed == dataclasses.replace(scenario, kinds=())
    assert make_plan(town, changed).record["urban"]["met"]
    assert json.loads(json.dumps(repairs[0].record()))["steps"] == [["all-kinds"]]


def test_an_unknown_kind_is_repaired_by_allowing_all(town: Bundle) -> None:
    scenario = Scenario(radius_m=RADIUS_M, kinds=("barn",))
    found = repairs_of_refusal(town, scenario)
    assert [one.kind for one in found] == ["kinds"]


def test_kinds_are_sorted_and_named_once() -> None:
    scenario = Scenario(kinds=["parking", "own", "parking"])  # type: ignore[arg-type]
    assert scenario.kinds == ("own", "parking")
    assert scenario == Scenario(kinds=("own", "parking"))
    said = {one.key: one for one in parameters(scenario)}["kinds"]
    assert "停车场" in said.zh and "car park" in said.en
    assert {one.key: one for one in parameters(Scenario())}["kinds"].en == "all"


def test_the_command_takes_kinds(
    town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["plan", str(town_path), "--radius", "800", "--urban-target", "none", "--quiet"]
    out = tmp_path / "plan"
    kinds = ["--kinds", "supermarket, convenience"]
    assert main([*command, "--out", str(out), *kinds]) == 0
    capsys.readouterr()
    assert read_scenario(out / "scenario.toml").kinds == ("convenience", "supermarket")
    file = ["--scenario", str(out / "scenario.toml"), "--kinds", "all"]
    assert main([*command, "--out", str(tmp_path / "all"), *file]) == 0
    assert read_scenario(tmp_path / "all" / "scenario.toml").kinds == ()
    capsys.readouterr()
    for wrong, named in (("barn", "barn"), ("", "''"), ("Car Park", "'Car Park'")):
        refused = [*command, "--out", str(tmp_path / "none"), "--kinds", wrong]
        assert main([*refused, "--lang", "en"]) == 2
        said = capsys.readouterr().err
        assert named in said and len(said.splitlines()) == 1


def test_plans_of_one_kind_differ_from_plans_of_all(town: Bundle) -> None:
    def opened(kinds: tuple[str, ...]) -> Plan:
        return make_plan(town, Scenario(radius_m=RADIUS_M, urban_target=None, kinds=kinds))

    assert set(opened(("marketplace",)).sites["kind"]) <= {"marketplace", "recycling_point"}
    assert "generated" in set(opened(()).sites["kind"])


def test_years_and_hosts_keep_to_the_kinds_and_their_checks_see_it(
    town: Bundle, tmp_path: Path
) -> None:
    plan = make_plan(town, Scenario(radius_m=RADIUS_M, urban_target=None, kinds=FEW))
    other = town.candidates.frame.loc[town.candidates.frame["kind"] == "generated"].iloc[0]
    years = json.loads(phases_json(make_phases(plan, PhasesSpec(sites="any"))))
    assert {row["id"] for row in years["sites"]} <= {*_ids(town, *FEW, "recycling_point")}
    assert check_phases(years, plan).differences == ()
    next(row for row in years["sites"] if row["state"] == "planned")["id"] = other["id"]
    said = f"{other['id']} is of a kind not asked for"
    assert any(said in line for line in check_phases(years, plan).differences)
    file = tmp_path / "hosts.csv"
    at = town.candidates.frame.loc[[other.name]].to_crs(4326).geometry.iloc[0]
    lines = ["name,kind,longitude,latitude", f"a,waste_disposal,{at.x:.7f},{at.y:.7f}"]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    record = make_hosts(plan, HostsSpec(effort="quick"), file=file).record
    told = json.loads(json.dumps(record))
    assert check_hosts(told, plan).differences == ()
    assert told["steps"] and all(other["id"] not in step["open"] for step in told["steps"])
    told["steps"][0]["open"][0] = other["id"]
    said = "sites of kinds not asked for"
    assert any(said in line for line in check_hosts(told, plan).differences)
