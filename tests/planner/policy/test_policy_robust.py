from __future__ import annotations

import copy
import dataclasses
import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import openpyxl
import pytest

from planner.checking.distances import near_each
from planner.checking.edits import other_kinds
from planner.checking.ledger import Ledger
from planner.cli import main
from planner.crossing import required_sites
from planner.errors import ScenarioError
from planner.plan import Plan, make_plan
from planner.policy.robust.cases import cases_of
from planner.policy.robust.check import check_robust
from planner.policy.robust.files import (
    robust_json,
    robust_summary,
    say_case,
    say_site,
    write_robust,
)
from planner.policy.robust.robust import RobustResult, make_robust
from planner.policy.robust.spec import Blocked, RobustSpec, read_robust
from planner.posed import pose
from planner.wording.language import LANGUAGES


@pytest.fixture(scope="module")
def result(town_plan: Plan) -> RobustResult:
    return make_robust(town_plan, RobustSpec(least_regret=True))


def test_every_claim_holds_when_computed_again(town_plan: Plan, result: RobustResult) -> None:
    report = check_robust(json.loads(robust_json(result)), town_plan)
    assert report.differences == ()
    assert report.checked > 30
    kinds = {case["kind"] for case in result.record["cases"]}
    assert {"people", "roads"} <= kinds
    steady = result.record["least_regret"]
    assert steady["bound"] <= steady["value"]
    assert len(steady["sites"]) <= len(town_plan.sites)
    for lang in LANGUAGES:
        assert robust_summary(result.record, lang)
        assert all("{" not in say_case(case, lang) for case in result.record["cases"])


def test_no_other_site_is_better_in_its_place(town_plan: Plan, result: RobustResult) -> None:
    """Every candidate tried in the place of every new site, on ways that SciPy finds."""
    frame = town_plan.bundle.candidates.frame.set_index("id", drop=False)
    near = near_each(town_plan.bundle, town_plan.scenario, frame.index)
    people = town_plan.bundle.demand.frame["people"].to_numpy(np.int64)
    urban = town_plan.bundle.demand.frame["urban"].to_numpy(bool)
    base = [str(one) for one in town_plan.sites["id"]]
    shut = other_kinds(town_plan.bundle, town_plan.scenario, Ledger())

    def covers(sites: list[str]) -> tuple[int, int]:
        there = np.unique(np.concatenate([near[one] for one in sites]))
        return int(people[there].sum()), int(people[there][urban[there]].sum())

    need = math.ceil(Fraction("0.95") * int(people[urban].sum()))
    assert town_plan.scenario.urban_target == 0.95
    before = covers(base)[0]
    quota = required_sites(town_plan.bundle, town_plan.scenario).tolist()
    tried = [row for row in result.record["sites"] if row["role"] != "standing"]
    assert len(tried) >= 3
    for row in tried:
        rest = [one for one in base if one != row["id"]]
        town = int(frame.loc[row["id"], "township"])
        held = [one for one in rest if frame.loc[one, "township"] == town]
        ways = [] if len(held) < quota[town] else [rest]
        for one in frame.index:
            if one in base or one in shut:
                continue
            if len(held) >= quota[town] or int(frame.loc[one, "township"]) == town:
                ways.append([*rest, str(one)])
        found = []
        for way in ways:
            every, town_people = covers(way)
            found.append((max(0, need - town_people), max(0, before - every)))
        told = row["missed_if_refused"], row["lost_if_refused"]
        assert told == (min(found) if found else (None, None))
        near_enough = bool(found) and max(min(found)) <= 0.05 * row["served"]
        if row["chosen"] == row["allowed"]:
            assert (row["role"] == "core") == (not near_enough)


def test_labels_do_not_hang_on_how_many_are_refused(town_plan: Plan, result: RobustResult) -> None:
    full = {row["id"]: row["role"] for row in result.record["sites"]}
    assert result.record["roles"]["untested"] == 0
    some = make_robust(town_plan, RobustSpec(refused_sites=2))
    assert check_robust(json.loads(robust_json(some)), town_plan).differences == ()
    assert some.record["roles"]["untested"] > 0
    for row in some.record["sites"]:
        assert row["role"] in ("untested", full[row["id"]])
    for lang in LANGUAGES:
        said = [say_site(row, some.record, lang) for row in some.record["sites"]]
        assert all("None" not in one["if_refused"] and one["place"] for one in said)
        assert len({one["place"] for one in said}) == len(said)


def test_most_people_under_a_number_of_sites(town_plan: Plan) -> None:
    scenario = dataclasses.replace(town_plan.scenario, max_sites=len(town_plan.sites))
    plan = make_plan(town_plan.bundle, scenario)
    result = make_robust(plan, RobustSpec(effort="exact", refused_sites=2))
    assert check_robust(json.loads(robust_json(result)), plan).differences == ()
    for case in result.record["cases"]:
        assert case["objective"] == "people"
        assert case["covered_best"] >= case["covered_base"]


def test_cases_move_people_and_lose_none(town_plan: Plan) -> None:
    posed = pose(town_plan.bundle, town_plan.scenario)
    told, _ = cases_of(town_plan, posed, RobustSpec(people_draws=3, people_change=0.2))
    people = town_plan.bundle.demand.frame["people"].to_numpy(np.int64)
    home = town_plan.bundle.demand.frame["township"].to_numpy()
    for one in told:
        if one.case.weights is None:
            continue
        if one.kind == "spread":
            for township in np.unique(home):
                here = home == township
                assert one.case.weights[here].sum() == people[here].sum()
        else:
            part = one.case.weights.sum() / people.sum()
            assert 0.79 < part < 1.21
    twice, _ = cases_of(town_plan, posed, RobustSpec(people_draws=3, people_change=0.2))
    assert [one.values for one in told] == [one.values for one in twice]


def test_blocked_roads_only_lengthen_ways(town_plan: Plan) -> None:
    posed = pose(town_plan.bundle, town_plan.scenario)
    site = town_plan.sites.geometry.iloc[0]
    spec = RobustSpec(blocked=(Blocked(lon=site.x, lat=site.y, radius_m=150.0),), road_draws=2)
    told, _ = cases_of(town_plan, posed, spec)
    roads = [one for one in told if one.kind == "roads"]
    assert len(roads) == 3
    before = posed.question.problem.travel

    def pairs(travel) -> dict[tuple[int, int], float]:  # type: ignore[no-untyped-def]
        unit = np.repeat(np.arange(len(travel.indptr) - 1), np.diff(travel.indptr))
        ways = zip(unit.tolist(), travel.indices.tolist(), travel.impedance.tolist(), strict=True)
        return {(u, s): far for u, s, far in ways}

    old = pairs(before)
    for one in roads:
        assert one.values["pieces"]
        new = pairs(one.case.travel)
        assert set(new) <= set(old)
        assert all(far >= old[pair] for pair, far in new.items())
    assert len(pairs(roads[0].case.travel)) < len(old)


def test_runs_are_bounded_and_told(town_plan: Plan) -> None:
    result = make_robust(town_plan, RobustSpec(max_runs=2))
    assert len(result.record["cases"]) == 2
    assert "robust-cases-left-out" in {found["kind"] for found in result.record["findings"]}


def new_of(record: dict[str, Any]) -> dict[str, Any]:
    """A site that was refused."""
    return next(row for row in record["sites"] if row["lost_if_refused"] is not None)


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["cases"][-1].update(covered_base=r["cases"][-1]["covered_base"] + 9),
        lambda r: r["sites"][0].update(chosen=99),
        lambda r: r["sites"].pop(),
        lambda r: r["roles"].update(core=77),
        lambda r: r["cases"][-1].update(regret=-5),
        lambda r: new_of(r).update(role="untested"),
        lambda r: new_of(r).update(lost_if_refused=12345),
        lambda r: new_of(r).update(missed_if_refused=777),
        lambda r: new_of(r).update(if_refused="untested", lost_if_refused=None),
    ],
)
def test_false_claims_are_found(town_plan: Plan, result: RobustResult, change) -> None:  # type: ignore[no-untyped-def]
    record = copy.deepcopy(json.loads(robust_json(result)))
    change(record)
    assert check_robust(record, town_plan).differences


@pytest.mark.parametrize(
    ("table", "field"),
    [
        ({"people_draws": -1}, "people_draws"),
        ({"x": 1}, "unknown field"),
        ({"blocked": [{"lon": 1}]}, "blocked"),
        ({"blocked": [{"lon": 181, "lat": 0}]}, "lon"),
        ({"effort": "lazy"}, "effort"),
        ({"spreads": 1}, "spreads"),
        ({"refused_sites": "many"}, "refused_sites"),
        ({"near_share": 1.5}, "near_share"),
    ],
)
def test_nonsense_is_refused(table: dict[str, object], field: str) -> None:
    with pytest.raises(ScenarioError, match=field):
        read_robust(table)


def test_spec_survives_its_record() -> None:
    spec = RobustSpec(blocked=(Blocked(lon=1.0, lat=2.0, name="桥"),), seed=3)
    assert read_robust(json.loads(json.dumps(spec.record()))) == spec
    assert spec.record()["refused_sites"] == "all"
    few = RobustSpec(refused_sites=4)
    assert read_robust(few.record()) == few


def test_files_from_the_command(
    plan_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "robust"
    few = ["--max-runs", "4", "--quiet", "--lang", "zh"]
    for _ in range(2):
        assert main(["robust", str(plan_folder), "--out", str(out), *few]) == 0
    assert "0 项不符" in capsys.readouterr().out
    record = json.loads((out / "robust.json").read_text("utf-8"))
    book = openpyxl.load_workbook(out / "robust.xlsx")
    assert book.worksheets[1].max_row == len(record["sites"]) + 1
    assert len(json.loads((out / "robust.geojson").read_text("utf-8"))["features"]) == len(
        record["sites"]
    )


def test_bytes_are_the_same_twice(town_plan: Plan, tmp_path: Path) -> None:
    for name in ("a", "b"):
        result = make_robust(town_plan, RobustSpec(max_runs=4))
        write_robust(result, tmp_path / name, "en")
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes(), file.name
