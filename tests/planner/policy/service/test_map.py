"""The break-even views of the map against costs worked out by hand, in both languages."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from geo.bundle import load_bundle
from planner.maps.overlay import Overlay
from planner.plan import make_plan
from planner.policy.service.figures import read_service_figures
from planner.policy.service.files import villages_geojson
from planner.policy.service.map import service_overlay, steps_of
from planner.policy.service.rounds import MobileRounds
from planner.policy.service.settle import settle_service
from planner.policy.service.spec import RoundsSpec, ServiceSpec
from planner.scenario import Scenario
from planner.wording.language import LANGUAGES, Language

SAMPLE = Path(__file__).parents[4] / "data" / "samples" / "isle-of-wight"


@pytest.fixture(scope="module")
def rounds() -> MobileRounds:
    plan = make_plan(load_bundle(SAMPLE), Scenario(radius_m=3000.0, urban_target=0.95))
    asked = ServiceSpec(village_m=6000.0), RoundsSpec(iterations=5)
    return settle_service(plan, *asked, read_service_figures())[1]


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("number", [0, 1])
def test_colour_is_the_break_even_and_a_square_that_it_pays(
    rounds: MobileRounds, lang: Language, number: int
) -> None:
    way = ("point", "terminal")[number]
    view = service_overlay(rounds, lang).others[number]
    villages = rounds.service.villages.to_dict("records")
    assert len(view.marks) == len(villages)
    begins = []
    for mark, row in zip(view.marks, villages, strict=True):
        label = view.kinds[mark.kind].label
        begin = row[f"{way}_from_kg_week"]
        if math.isnan(begin):
            assert label.startswith(("Never", "智能终端始终不", "固定点始终不"))
            continue
        begins.append((begin, mark.kind))
        assert (mark.shape == "square") == (row[f"cost_{way}"] <= row["cost_mobile"])
        if row["kg_week"] > begin:
            assert mark.shape == "square"  # the break-even is no less than where it pays
        assert any(f"{begin:,.0f}" in line for line in mark.says)
        assert any(f"{row['kg_week']:,.0f}" in line for line in mark.says)
    kinds = [kind for _, kind in sorted(begins)]
    assert kinds == sorted(kinds)  # colours keep the order of the amounts
    largest = max(range(len(villages)), key=lambda row: villages[row]["kg_week"])
    assert view.marks[largest].size_px == max(mark.size_px for mark in view.marks)
    unit = {"zh": "公斤/周", "en": "kg a week"}[lang]
    assert all(unit in kind.label for kind in view.kinds[: max(kinds) + 1])


def test_the_first_view_has_ways_rounds_and_depots(rounds: MobileRounds) -> None:
    told: Overlay = service_overlay(rounds, "zh")
    shapes = [told.kinds[mark.kind].shape for mark in told.marks]
    assert shapes.count("diamond") == len(rounds.service.depots)
    assert shapes.count("triangle") == (rounds.service.villages["way"] == "mobile").sum()
    assert len(told.lines) == (rounds.rounds["week"] == 1).sum()


def test_the_file_of_villages_tells_where_a_point_pays(rounds: MobileRounds) -> None:
    rows = [one["properties"] for one in json.loads(villages_geojson(rounds.service))["features"]]
    for row in rows:
        dear = math.inf if row["cost_mobile"] is None else row["cost_mobile"]
        for way in ("point", "terminal"):
            assert row[f"{way}_pays"] is (row[f"cost_{way}"] <= dear)


def test_steps_are_round_and_part_the_values() -> None:
    values = [float(value) for value in range(1, 1001)]
    steps = steps_of(values)
    assert steps == [200.0, 400.0, 600.0, 800.0]
    assert steps_of([]) == [] and steps_of([7.0] * 9) == []
    assert steps_of([0.0, 0.0, 0.0, 0.0, 5.0])[0] == 0.0
