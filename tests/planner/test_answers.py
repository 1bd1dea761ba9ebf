from __future__ import annotations

import copy
import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.bundle import Bundle
from planner.answers import Answer, answer_in, answer_of, plan_from, read_answer
from planner.edits import Edits
from planner.errors import OutputError, PlanError
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.scenario import Scenario
from planner.travels import measure_of, travel_for

LON, LAT = 117.2, 29.3
EDITED = Edits().with_added(LON + 0.002, LAT + 0.003, name="甲").with_forced("own-1")
SCENARIOS = (
    Scenario(radius_m=600.0),
    Scenario(radius_m=600.2, objective="cost", township_target=0.3, mode="drive"),
    Scenario(radius_m=300.0, max_sites=4),
    Scenario(radius_m=300.0, max_sites=4, weight="kg", keep_existing=False),
    Scenario(minutes=9.5, weight="kg", mode="ebike", gap=0.0),
    Scenario(radius_m=450.0, urban_target=0.8, gap=0.3, edits=EDITED),
)


def _bytes(plan: Plan, bundle: Path, folder: Path) -> dict[str, bytes]:
    write_plan(plan, folder, bundle_path=bundle)
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize("effort", ["exact", "quick"])
def test_a_plan_is_laid_out_again_byte_for_byte(
    town: Bundle, town_path: Path, tmp_path: Path, scenario: Scenario, effort: Any
) -> None:
    plan = make_plan(town, scenario, effort=effort)
    answer = read_answer(json.loads(json.dumps(answer_of(plan).record())))
    assert answer == answer_of(plan)
    travel = travel_for(town, scenario.mode, scenario.limit * 2, measure=measure_of(scenario))
    for known in (None, travel):
        again = plan_from(town, scenario, answer, known)
        first = _bytes(plan, town_path, tmp_path / "first")
        assert _bytes(again, town_path, tmp_path / "again") == first
    assert answer_in(tmp_path / "first") == answer
    assert answer_of(again) == answer
    assert hash(answer_of(again)) == hash(answer)


@pytest.fixture(scope="module")
def answer(town_plan: Plan) -> Answer:
    return answer_of(town_plan)


@pytest.mark.parametrize(
    "change",
    [
        {"open_sites": ("n999", "n1000")},
        {"open_sites": ()},
        {"value": 1},
        {"bound": 99},
        {"bound": 1},
        {"gap": 0.5},
        {"status": "feasible"},
        {"objective": "cost"},
        {"objective": "people"},
    ],
)
def test_an_answer_to_another_question_is_refused(
    town: Bundle, answer: Answer, change: dict[str, Any]
) -> None:
    with pytest.raises(PlanError) as refused:
        plan_from(town, Scenario(radius_m=600.0), dataclasses.replace(answer, **change))
    assert refused.value.remedy and "数据" in refused.value.zh


def test_every_site_of_an_answer_counts(town: Bundle, answer: Answer) -> None:
    scenario = Scenario(radius_m=600.0)
    for row in range(len(answer.open_sites)):
        fewer = answer.open_sites[:row] + answer.open_sites[row + 1 :]
        with pytest.raises(PlanError):
            plan_from(town, scenario, dataclasses.replace(answer, open_sites=fewer))
    with pytest.raises(PlanError):
        backwards = dataclasses.replace(answer, open_sites=answer.open_sites[::-1])
        plan_from(town, scenario, backwards)
    tie = dataclasses.replace(answer.tie_break, value=answer.tie_break.value + 5)
    with pytest.raises(PlanError, match="tie_break"):
        plan_from(town, scenario, dataclasses.replace(answer, tie_break=tie))


def test_an_answer_is_not_taken_for_another_scenario(town: Bundle, answer: Answer) -> None:
    closed = Edits(closed=(answer.open_sites[-1],))
    for other in (
        Scenario(radius_m=590.0),
        Scenario(radius_m=600.0, edits=closed),
        Scenario(radius_m=600.0, min_per_township=9),
        Scenario(radius_m=600.0, max_sites=2, min_per_township=0),
        Scenario(radius_m=600.0, objective="cost"),
    ):
        with pytest.raises(PlanError):
            plan_from(town, other, answer)


trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=4),
    lambda inside: st.lists(inside, max_size=2) | st.dictionaries(st.text(max_size=3), inside),
    max_leaves=4,
)


@given(trees, st.data())
def test_what_is_no_answer_is_refused_in_one_line(
    answer: Answer, junk: Any, data: st.DataObject
) -> None:
    record = copy.deepcopy(answer.record())
    key = data.draw(st.sampled_from([*record, "extra", ""]))
    if key == "":
        record = junk
    elif data.draw(st.booleans()):
        record[key] = junk
    else:
        record.pop(key, None)
    try:
        again = read_answer(record)
    except PlanError as error:
        assert "\n" not in str(error)
        assert error.zh
    else:  # another answer, and a whole one
        assert read_answer(json.loads(json.dumps(again.record(), allow_nan=False))) == again


def test_files_that_are_no_plan_are_refused(plan_folder: Path, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"plan\.json"):
        answer_in(tmp_path / "nothing")
    for file, content in (
        ("sites.geojson", '{"features": [{}]}'),
        ("sites.geojson", '{"features": 5}'),
        ("plan.json", "[]"),
        ("plan.json", '{"objective": {}}'),
        ("plan.json", "[" * 100_000),
    ):
        path = plan_folder / file
        honest = path.read_bytes()
        path.write_text(content, "utf-8")
        with pytest.raises(OutputError):
            answer_in(plan_folder)
        path.write_bytes(honest)
    answer_in(plan_folder)
