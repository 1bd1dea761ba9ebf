"""The embedded sample: known facts about the place, and the plan held against another model."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack

from geo.bundle import Bundle, load_bundle
from geo.travel import threshold
from optimise import verify
from planner.crossing import ask
from planner.plan import Plan, make_plan, travel_for
from planner.scenario import Scenario

SAMPLE = Path(__file__).resolve().parents[2] / "data" / "samples" / "isle-of-wight"


@pytest.fixture(scope="module")
def sample() -> Bundle:
    return load_bundle(SAMPLE)


@pytest.fixture(scope="module")
def plan(sample: Bundle) -> Plan:
    return make_plan(sample, Scenario())


def test_the_sample_is_the_island_it_says_it_is(sample: Bundle) -> None:
    townships = sample.region.townships
    assert len(townships) == 33
    assert townships.area.sum() / 1e6 == pytest.approx(395.0, abs=0.1)
    assert {"Newport", "Ryde", "Cowes", "Ventnor", "Yarmouth"} <= set(townships["name"])
    assert sample.demand.frame["people"].sum() == 140_400  # census 2021, iow.gov.uk
    assert sample.demand.estimated
    assert sample.source.osm_timestamp.startswith("2020-04-22")
    assert "OpenStreetMap" in sample.source.licence
    assert sum(path.stat().st_size for path in SAMPLE.iterdir()) < 6_000_000
    # 28 amenity=recycling in the extract; two stand side by side.
    assert 25 <= sample.candidates.frame["existing"].sum() <= 28


def test_the_plan_meets_every_quota_and_the_target_and_is_proven(plan: Plan) -> None:
    record = plan.record
    assert record["objective"]["gap"] <= 0.01
    assert record["status"] == "proven"
    assert all(row["pass"] and row["sites"] >= 1 for row in record["townships"])
    assert record["urban"]["share"] >= 0.95


def test_another_model_finds_no_plan_with_fewer_sites(sample: Bundle, plan: Plan) -> None:
    """The compact model with a variable for every urban cell, unreduced, solved by SciPy."""
    scenario = Scenario()
    travel = travel_for(sample, "walk", scenario.radius_m)
    indptr, indices, _ = threshold(travel, scenario.radius_m)
    frame, candidates = sample.demand.frame, sample.candidates.frame
    cells, sites = len(frame), len(candidates)
    cover = csr_array((np.ones(len(indices)), indices, indptr), shape=(cells, sites))
    urban = np.flatnonzero(frame["urban"])
    people = frame["people"].to_numpy(float)[urban]
    township = candidates["township"].to_numpy()
    quota = csr_array(
        (np.ones(sites), (township, np.arange(sites))), shape=(township.max() + 1, sites)
    )
    nothing = csr_array((quota.shape[0], len(urban)))
    target = csr_array(np.concatenate([np.zeros(sites), people])[None, :])
    rules = [
        LinearConstraint(hstack([cover[urban], -eye_array(len(urban))]).tocsc(), lb=0),
        LinearConstraint(hstack([quota, nothing]).tocsc(), lb=1),
        LinearConstraint(target.tocsc(), lb=0.95 * people.sum()),
    ]
    low = np.concatenate([candidates["existing"].to_numpy(float), np.zeros(len(urban))])
    found = milp(
        np.concatenate([np.ones(sites), np.zeros(len(urban))]),
        constraints=rules,
        bounds=Bounds(low, 1),
        integrality=np.concatenate([np.ones(sites), np.zeros(len(urban))]),
        options={"time_limit": 60},
    )
    assert found.status == 0, found.message
    assert round(found.fun) == plan.record["objective"]["value"] == len(plan.sites)


def test_the_optimisers_own_doubter_agrees(sample: Bundle) -> None:
    from optimise import solve

    scenario = Scenario()
    question = ask(sample, scenario, travel_for(sample, "walk", scenario.radius_m))
    solution = solve(question.problem, question.model, gap=scenario.gap)
    assert verify(question.problem, question.model, solution) == ()


def test_a_plan_is_the_same_twice(sample: Bundle, plan: Plan) -> None:
    again = make_plan(sample, Scenario())
    assert again.sites["id"].tolist() == plan.sites["id"].tolist()
    strip = {"timings"}
    assert {k: v for k, v in again.record.items() if k not in strip} == {
        k: v for k, v in plan.record.items() if k not in strip
    }
