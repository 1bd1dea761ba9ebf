from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from planner.errors import ScenarioError
from planner.plan import Plan
from planner.policy.phases.check import check_phases
from planner.policy.phases.earlier import read_earlier
from planner.policy.phases.files import phases_json
from planner.policy.phases.phases import make_phases
from planner.policy.phases.spec import PhasesSpec
from planner.ui.policy_phases_again import built_of
from planner.ui.policy_phases_ask import spec_of

SECTIONS = {
    "phases": ("planner.ui.policy_phases", "show_phases"),
    "robust": ("planner.ui.policy_robust", "show_robust"),
}


@pytest.mark.parametrize("part", SECTIONS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_works_only_when_asked(part: str, language: str, town_plan: Plan) -> None:
    def page(module, name, plan, language):  # type: ignore[no-untyped-def]
        import importlib

        getattr(importlib.import_module(module), name)("town", plan, language)

    module, name = SECTIONS[part]
    app = AppTest.from_function(page, args=(module, name, town_plan, language), default_timeout=60)
    app.run()
    assert not app.exception
    assert not app.metric
    app.button(key=f"{part}-button").click().run()
    assert not app.exception
    assert not app.error
    assert len(app.metric) in (3, 4)
    assert len(app.dataframe) >= 1


def test_the_table_of_years_fills_the_spec() -> None:
    base = PhasesSpec(years=(2025, 2026))
    empty = dict.fromkeys(("new", "budget", "urban", "township", "least"))
    assert spec_of(base, [empty, empty]) == base
    told = spec_of(
        base,
        [
            {**empty, "new": 3.0, "budget": 90_000.0, "urban": 33.3},
            {**empty, "budget": 1.0, "least": 1.0},
        ],
    )
    assert told.new_sites == (3, 0)
    assert told.budgets_yuan == (90_000.0, 1.0)
    assert told.urban_targets == (0.333, 0.0)
    assert told.township_targets is None
    assert told.min_per_township == (0, 1)
    with pytest.raises(ScenarioError, match="urban_targets"):
        spec_of(base, [{**empty, "urban": 101.0}, empty])


def test_what_became_of_the_openings_is_heeded(town_plan: Plan) -> None:
    first = make_phases(town_plan, PhasesSpec())
    rows = [row for row in first.record["sites"] if row["state"] == "planned"]
    due = [row for row in rows if row["year"] < 2027]
    assert len(due) >= 2
    ends = ["refused", *(["built"] * (len(due) - 1))]
    told = built_of(due, ends, 2027)
    assert dict(told.built) == {row["id"]: row["year"] for row in due[1:]}
    assert told.refused == (due[0]["id"],)
    assert built_of(due, ["late"] * len(due), 2027).record()["built"] == []
    earlier = read_earlier(phases_json(first), "phases.json")
    again = make_phases(town_plan, PhasesSpec(), built=told, earlier=earlier)
    assert check_phases(json.loads(phases_json(again)), town_plan).differences == ()
    assert due[0]["id"] in again.record["changes"]["dropped"]
    for text in ("{", "[]", "{}", '{"part": "phases", "sites": [{"id": 1}]}', "[" * 10_000):
        with pytest.raises(ScenarioError, match=r"phases\.json"):
            read_earlier(text, "x")


def test_a_growth_table_is_read_from_where_it_lies(town_plan: Plan, tmp_path: Path) -> None:
    codes = town_plan.bundle.region.townships["code"].tolist()
    table = tmp_path / "elsewhere.csv"
    table.write_text("code,rate\n" + "".join(f"{code},0.1\n" for code in codes), "utf-8")
    spec = PhasesSpec(growth_file="rates.csv", people_year=2025)
    result = make_phases(town_plan, spec, growth_table=table)
    assert result.record["spec"]["growth_file"] == "rates.csv"
    last = result.record["growth_factors"]["2027"]
    assert set(last) == set(codes)
    assert all(factor == pytest.approx(1.21) for factor in last.values())


def test_plans_again_on_the_page(town_plan: Plan) -> None:
    def page(plan):  # type: ignore[no-untyped-def]
        from planner.ui.policy_phases import show_phases

        show_phases("town", plan, "zh")

    app = AppTest.from_function(page, args=(town_plan,), default_timeout=60).run()
    assert len(app.info) == 1  # nothing to plan again yet
    app.button(key="phases-button").click().run()
    before = len(app.metric)
    app.button(key="again-button").click().run()
    assert not app.exception
    assert not app.error
    assert len(app.metric) == 2 * before
