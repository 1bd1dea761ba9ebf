from __future__ import annotations

import dataclasses
import math

import numpy as np

from geo.bundle import Bundle
from geo.travel import threshold
from planner.crossing import ask, required_sites
from planner.plan import make_plan, travel_for
from planner.scenario import Scenario


def test_a_distance_equal_to_a_fractional_radius_is_within_it(town: Bundle) -> None:
    travel = travel_for(town, "walk", 800.0)
    # A radius that some pairs are exactly at, and that float32 cannot hold.
    centimetres = np.round(travel.values.astype(np.float64) * 100).astype(np.int64)
    sharp = next(
        cm / 100
        for cm in np.unique(centimetres)
        if cm > 30_000 and np.float64(np.float32(cm / 100)) > cm / 100
    )
    question = ask(town, Scenario(radius_m=sharp, urban_target=None), travel)
    within = question.problem.travel.impedance <= question.model.radius
    assert within.sum() == (centimetres <= round(sharp * 100)).sum()
    assert within.sum() == len(threshold(travel, sharp)[1])


def test_a_quota_is_cut_to_what_a_township_has_and_told(town: Bundle) -> None:
    available = np.bincount(town.candidates.frame["township"], minlength=4)
    least = int(available.min())
    scenario = Scenario(radius_m=800.0, min_per_township=least + 1, urban_target=None)
    plan = make_plan(town, scenario)
    told = [w for w in plan.record["warnings"] if w["kind"] == "quota-unmeetable"]
    assert len(told) == int((available <= least).sum()) >= 1
    for row, have in zip(plan.record["townships"], available, strict=True):
        assert row["sites"] >= min(have, least + 1)
        assert row["pass"] == (have > least)
        assert bool(row["reason"]) != row["pass"]


def test_households_count_by_their_own_rule_in_the_city(town: Bundle) -> None:
    cells = town.demand.frame
    half = dataclasses.replace(
        town.demand,
        frame=cells.assign(urban=cells["township"].to_numpy() == 1, households=cells["people"]),
    )
    bundle = dataclasses.replace(town, demand=half)
    scenario = Scenario(households_per_site=100, households_per_site_urban=37)
    required = required_sites(bundle, scenario)
    for t in range(len(bundle.region.townships)):
        homes = int(cells["people"][cells["township"] == t].sum())
        assert required[t] == max(1, math.ceil(homes / (37 if t == 1 else 100)))
    assert required.tolist() != required_sites(bundle, Scenario(households_per_site=100)).tolist()
    alone = required_sites(bundle, Scenario(households_per_site_urban=37))
    assert alone.tolist() == [1, required[1], 1, 1]
