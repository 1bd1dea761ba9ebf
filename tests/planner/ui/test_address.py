from __future__ import annotations

import dataclasses
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.suitability import CRITERIA
from planner.scenario import Scenario
from planner.ui.address import SCENARIO_KEYS, address_of, scenario_at

SCENARIOS = st.builds(
    Scenario,
    mode=st.sampled_from(["walk", "ebike", "drive"]),
    radius_m=st.integers(10, 300_000).map(lambda dm: dm / 10),
    min_per_township=st.integers(0, 1000),
    urban_target=st.none() | st.integers(1, 1000).map(lambda mille: mille / 1000),
    township_target=st.none() | st.integers(1, 100).map(lambda cent: cent / 100),
    max_sites=st.none() | st.integers(1, 10_000_000),
    objective=st.sampled_from(["sites", "cost"]),
    keep_existing=st.booleans(),
    gap=st.integers(0, 500).map(lambda mille: mille / 1000),
    seed=st.integers(0, 2**31 - 1),
    households_per_site=st.none() | st.integers(1, 10_000_000),
    households_per_site_urban=st.none() | st.integers(1, 10_000_000),
    min_by_township=st.dictionaries(
        st.text(st.sampled_from("036a:,% 镇"), min_size=1, max_size=9), st.integers(0, 1000)
    ).map(lambda told: tuple(sorted(told.items()))),
    weight=st.sampled_from(["people", "kg"]),
    kinds=st.lists(st.sampled_from(["own", "parking", "supermarket"]), max_size=3).map(tuple),
    suitability=st.dictionaries(st.sampled_from(sorted(CRITERIA)), st.integers(0, 10), max_size=3),
)
TIMED = st.builds(
    Scenario,
    radius_m=st.none(),
    minutes=st.integers(1, 1200).map(lambda tenth: tenth / 10),
    speed_walk_m_s=st.integers(3, 30).map(lambda tenth: tenth / 10),
)


@given(SCENARIOS | TIMED)
def test_a_link_brings_the_same_question(scenario: Scenario) -> None:
    told = address_of(scenario)
    assert set(told) <= SCENARIO_KEYS
    again = scenario_at(dict(parse_qsl(urlencode(told))))
    assert again.refused == ()
    for field in Scenario.__dataclass_fields__:
        mine, theirs = getattr(scenario, field), getattr(again.scenario, field)
        assert mine == (pytest.approx(theirs) if isinstance(mine, float) else theirs), field


def test_links_of_the_first_version_still_open() -> None:
    told = {"radius": "700", "quota": "2", "mode": "drive", "budget": "9", "township": "10"}
    assert scenario_at(told).scenario == Scenario(
        radius_m=700.0, min_per_township=2, mode="drive", max_sites=9, township_target=0.1
    )
    timed = {"unit": "min", "minutes": "6", "existing": "false", "radius": "900"}
    assert scenario_at(timed).scenario == Scenario(minutes=6.0, keep_existing=False)
    assert scenario_at({"unit": "min"}).scenario.minutes == 15.0


def test_a_changed_default_changes_no_link() -> None:
    told = address_of(Scenario())
    other = dataclasses.replace(
        Scenario(), radius_m=555.0, min_per_township=3, urban_target=0.5, keep_existing=False
    )
    assert scenario_at(told, other).scenario == Scenario()


@given(
    st.dictionaries(
        st.sampled_from(sorted(SCENARIO_KEYS)) | st.text(max_size=5), st.text(max_size=20)
    )
)
def test_nothing_in_a_link_breaks_the_page(told: dict[str, str]) -> None:
    opened = scenario_at(told)
    assert isinstance(opened.scenario, Scenario)
    assert {key for key, _ in opened.refused} <= set(told)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        *(("radius", "abc"), ("radius", "nan"), ("quota", "1.5"), ("mode", "boat")),
        *(("urban", "101"), ("kinds", "parking,<b>"), ("kinds", "停车场")),
    ],
)
def test_what_is_no_good_is_told_and_the_rest_counts(key: str, value: str) -> None:
    opened = scenario_at({"budget": "7", key: value})
    assert opened.refused == ((key, value),)
    assert opened.scenario == Scenario(max_sites=7)
