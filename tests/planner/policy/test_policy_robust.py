from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path

import numpy as np
import openpyxl
import pytest

from planner.cli import main
from planner.errors import ScenarioError
from planner.plan import Plan, make_plan
from planner.policy.robust.cases import cases_of
from planner.policy.robust.check import check_robust
from planner.policy.robust.files import robust_json, robust_summary, say_case, write_robust
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
    assert {"people", "roads", "refused"} <= kinds
    steady = result.record["least_regret"]
    assert steady["bound"] <= steady["value"]
    assert len(steady["sites"]) <= len(town_plan.sites)
    for lang in LANGUAGES:
        assert robust_summary(result.record, lang)
        assert all("{" not in say_case(case, lang) for case in result.record["cases"])


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


@pytest.mark.parametrize(
    "change",
    [
        lambda r: r["cases"][-1].update(covered_base=r["cases"][-1]["covered_base"] + 9),
        lambda r: r["sites"][0].update(chosen=99),
        lambda r: r["sites"].pop(),
        lambda r: r["roles"].update(core=77),
        lambda r: r["cases"][-1].update(regret=-5),
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
    ],
)
def test_nonsense_is_refused(table: dict[str, object], field: str) -> None:
    with pytest.raises(ScenarioError, match=field):
        read_robust(table)


def test_spec_survives_its_record() -> None:
    spec = RobustSpec(blocked=(Blocked(lon=1.0, lat=2.0, name="桥"),), seed=3)
    assert read_robust(json.loads(json.dumps(spec.record()))) == spec


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
