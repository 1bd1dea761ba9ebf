from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from geo.bundle import Bundle, load_bundle
from planner.checking.check import check_plan
from planner.errors import ScenarioError
from planner.outputs import write_plan
from planner.plan import make_plan
from planner.scenario import Scenario, read_scenario
from planner.suitability import scores_of, site_costs


def test_a_bundle_keeps_the_criteria_and_what_was_measured(town: Bundle, town_path: Path) -> None:
    again = load_bundle(town_path)
    assert again.suitability == town.suitability and town.suitability is not None
    assert {"free_m2", "lorry_m", "slope_deg", "land"} <= set(again.candidates.frame.columns)


def test_cost_is_the_inverse_weight_up_to_doubled(town: Bundle) -> None:
    frame = town.candidates.frame
    inverse = 1 / frame["weight"].to_numpy()
    costs, scores = site_costs(town, Scenario()), scores_of(town, Scenario())
    new = ~frame["existing"].to_numpy(bool)
    assert new.any() and ((scores >= 0) & (scores <= 1)).all()
    assert np.allclose(costs[new] / inverse[new] + scores[new], 2.0)
    assert np.array_equal(costs[~new], inverse[~new])


def test_moving_the_weights_moves_scores_without_an_import(town: Bundle) -> None:
    nothing = dict.fromkeys([one.key for one in town.suitability.criteria], 0.0)  # type: ignore[union-attr]
    only = Scenario(suitability={**nothing, "lorry": 1.0})  # type: ignore[arg-type]
    lorry = town.candidates.frame["lorry_m"].to_numpy()
    due = np.clip((50 - lorry) / 35, 0, 1)
    assert np.allclose(scores_of(town, only), due, atol=6e-5)
    bare = Scenario(suitability=nothing)  # type: ignore[arg-type]
    assert np.isnan(scores_of(town, bare)).all()
    assert np.array_equal(site_costs(town, bare), 1 / town.candidates.frame["weight"].to_numpy())


def test_weights_go_through_the_scenario_file(tmp_path: Path) -> None:
    scenario = Scenario(suitability={"slope": 0, "free": 2.5})  # type: ignore[arg-type]
    assert scenario.suitability == (("free", 2.5), ("slope", 0.0))
    (tmp_path / "s.toml").write_text(scenario.toml(), "utf-8")
    assert read_scenario(tmp_path / "s.toml") == scenario
    assert hash(scenario) == hash(read_scenario(tmp_path / "s.toml"))
    json.dumps(scenario.record(), allow_nan=False)


@pytest.mark.parametrize("value", [{"view": 1}, {"slope": -1}, {"slope": "much"}, 3, "slope"])
def test_wrong_weights_are_refused(value: Any) -> None:
    with pytest.raises(ScenarioError, match="suitability"):
        Scenario(suitability=value)


def _worse_score(plan: dict[str, Any]) -> None:
    plan["suitability"]["sites"][-1]["score"] += 0.01


def _hidden_fault(plan: dict[str, Any]) -> None:
    plan["suitability"]["sites"][0]["against"] = ["slope"]


def _other_weight(plan: dict[str, Any]) -> None:
    plan["suitability"]["criteria"][0]["weight"] = 9.0


def _cheaper(plan: dict[str, Any]) -> None:
    plan["objective"]["value"] -= 0.5


@pytest.mark.parametrize("tamper", [_worse_score, _hidden_fault, _other_weight, _cheaper])
def test_a_plan_by_cost_agrees_with_its_check_and_a_false_claim_is_found(
    town: Bundle, town_path: Path, tmp_path: Path, tamper: Callable[[dict[str, Any]], None]
) -> None:
    scenario = Scenario(radius_m=600.0, objective="cost", suitability={"water": 3.0})  # type: ignore[arg-type]
    write_plan(make_plan(town, scenario), tmp_path / "plan", bundle_path=town_path)
    assert check_plan(tmp_path / "plan").differences == ()
    path = tmp_path / "plan" / "plan.json"
    plan = json.loads(path.read_text("utf-8"))
    tamper(plan)
    path.write_text(json.dumps(plan, ensure_ascii=False), "utf-8")
    assert check_plan(tmp_path / "plan").differences
