from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.bundle import Bundle
from planner.plan import make_plan
from planner.policy.compliance.words import say_compliance_finding
from planner.policy.rules.ruled import Ruled, ruled
from planner.policy.rules.rules import PACKS, RulePack, chosen_packs, floor_minimum, read_pack
from planner.scenario import Scenario

OWN = """[pack]
id = "mine"
zh = "自定"
en = "mine"
[[rule]]
id = "one"
zh = "乡镇"
en = "towns"
clause = "1"
source = "s"
verified = true
scope = "township"
kind = "count-per-households"
parameters = { households = 700 }
"""


def test_the_packs_in_a_scenario() -> None:
    national = ruled(Scenario(urban_target=None, radius_m=400.0), chosen_packs(["national"]))
    # 400 metres are stricter than the rule's 1,000.
    assert national.scenario == Scenario(urban_target=0.95, radius_m=400.0, min_per_township=1)
    assert not national.findings
    both = ruled(Scenario(urban_target=None), chosen_packs(["sbt-10719"]))
    assert both.scenario.households_per_site == 2500
    assert both.scenario.households_per_site_urban == 2000
    assert both.scenario.radius_m == 1000.0
    assert [one.values["rule"] for one in both.findings] == [
        "sbt-10719.point-floor",
        "sbt-10719.station-floor",
        "sbt-10719.street-stations",
        "sbt-10719.town-stations",
    ]
    several = ruled(Scenario(radius_m=500.0, weight="kg"), chosen_packs(["national", "gb-55013"]))
    assert (several.scenario.radius_m, several.scenario.weight) == (120.0, "people")
    kinds = [one.kind for one in several.findings]
    assert kinds == [
        "rule-only-checked-estates",
        "rules-share-radius",
        "rule-people",
        "rule-radius",
    ]


@pytest.mark.parametrize(
    ("asked", "radius_m", "kind"),
    [
        # 5 minutes at 1.2 m/s are 360 m, 15 are 1,080.
        (Scenario(minutes=5.0), 360.0, "rule-minutes-walked"),
        (Scenario(minutes=15.0), 1000.0, "rule-minutes-walked"),
        (Scenario(minutes=5.0, mode="drive"), 1000.0, "rule-minutes-dropped"),
        (Scenario(radius_m=1500.0), 1000.0, "rule-radius"),
    ],
)
def test_a_limit_is_never_widened_unseen(asked: Scenario, radius_m: float, kind: str) -> None:
    under = ruled(asked, chosen_packs(["national"]))
    assert (under.scenario.radius_m, under.scenario.minutes) == (radius_m, None)
    mode = ["rule-mode"] if asked.mode != "walk" else []
    assert [one.kind for one in under.findings] == [kind, *mode]
    assert all(say_compliance_finding(one, "zh") for one in under.findings)


@pytest.mark.parametrize(
    ("scope", "country", "city"), [("township", 3, 1), ("urban", 1, 3), ("everywhere", 3, None)]
)
def test_a_number_of_sites_is_asked_of_those_it_is_for(
    tmp_path: Path, scope: str, country: int, city: int | None
) -> None:
    text = OWN.replace('"township"', f'"{scope}"').replace(
        "count-per-households", "count-per-township"
    )
    file = tmp_path / "mine.toml"
    file.write_text(text.replace("households = 700", "sites = 3"), "utf-8")
    for packs in ([read_pack(file)], [*chosen_packs(["national"]), read_pack(file)]):
        under = ruled(Scenario(), packs)
        asked = under.scenario
        assert (asked.min_per_township, asked.min_per_township_urban) == (country, city)
        assert not under.findings
        assert ruled(asked, packs).scenario == asked


@given(st.sets(st.sampled_from(PACKS), min_size=1), st.integers(1, 5), st.integers(100, 4000))
def test_nothing_that_was_asked_gets_less(names: set[str], least: int, homes: int) -> None:
    asked = Scenario(min_per_township=least, urban_target=0.99, households_per_site=homes)
    scenario = ruled(asked, chosen_packs(sorted(names))).scenario
    assert scenario.min_per_township >= least
    assert scenario.urban_target is not None and scenario.urban_target >= 0.99
    assert scenario.households_per_site is not None
    assert scenario.households_per_site <= homes
    if scenario.households_per_site_urban is not None:
        assert scenario.households_per_site_urban <= homes
    again = ruled(scenario, chosen_packs(sorted(names))).scenario
    assert again == scenario


def test_a_rule_for_the_country_alone_is_told_to_be_wider(tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(OWN, "utf-8")
    told = ruled(Scenario(), [read_pack(file)])
    assert told.scenario.households_per_site == 700
    assert [one.kind for one in told.findings] == ["rule-wider"]
    joined = ruled(Scenario(), [read_pack(file), *chosen_packs(["sbt-10719"])])
    assert "rule-wider" not in [one.kind for one in joined.findings]
    assert joined.scenario.households_per_site == np.minimum(700, 2500)


def _pack(tmp_path: Path, **changes: str) -> RulePack:
    """The pack of one's own with lines of its rule changed or added."""
    text = OWN
    for key, value in changes.items():
        old = next((one for one in text.splitlines() if one.startswith(f"{key} =")), None)
        text = text.replace(old, f"{key} = {value}") if old else f"{text}{key} = {value}\n"
    file = tmp_path / "mine.toml"
    file.write_text(text, "utf-8")
    return read_pack(file)


def _kinds(told: Ruled) -> list[str]:
    assert all(say_compliance_finding(one, "en") for one in told.findings)
    assert all(say_compliance_finding(one, "zh") for one in told.findings)
    return [one.kind for one in told.findings]


def test_rules_of_some_townships_bind_just_those(town: Bundle, tmp_path: Path) -> None:
    cells, people, homes, city = town.demand.frame, {}, {}, set()
    for t, code in enumerate(town.region.townships["code"].astype(str)):
        here = cells[cells["township"] == t]
        people[code], homes[code] = int(here["people"].sum()), int(here["households"].sum())
        if 2 * here["people"][here["urban"]].sum() > people[code]:
            city.add(code)
    country = sorted(set(people) - city)
    assert city and country
    one_each = {"kind": '"count-per-township"', "parameters": "{ sites = 2 }"}
    listed = {"townships": f'["{country[0]}", "nowhere"]', "scope": '"everywhere"'}
    by_people = {"kind": '"count-per-people"', "parameters": "{ people = 900 }"}
    told = ruled(Scenario(), [_pack(tmp_path)], town)
    assert dict(told.scenario.min_by_township) == {c: math.ceil(homes[c] / 700) for c in country}
    assert (told.scenario.households_per_site, told.findings) == (None, ())
    told = ruled(Scenario(), [_pack(tmp_path, scope='"urban"', **by_people)], town)
    assert dict(told.scenario.min_by_township) == {c: math.ceil(people[c] / 900) for c in city}
    # What one asks oneself stays where it is more.
    own = Scenario(min_by_township=((country[0], 5), (country[-1], 1)))
    told = ruled(own, [_pack(tmp_path, **one_each, **listed)], town)
    assert dict(told.scenario.min_by_township) == dict(own.min_by_township)
    told = ruled(Scenario(), [_pack(tmp_path, **one_each, **listed)], town)
    assert dict(told.scenario.min_by_township) == {country[0]: 2}
    assert _kinds(told) == ["rule-list-unknown"]
    plan = make_plan(town, told.scenario)
    assert (plan.sites["township_code"] == country[0]).sum() >= 2
    assert _kinds(ruled(Scenario(), [_pack(tmp_path, **by_people)])) == ["rule-only-checked-region"]


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"kind": '"site-distance"', "parameters": "{ least_m = 300 }"}, "-spacing"),
        ({"kinds": '["own"]'}, "-kinds"),
        ({"tier": '"station"'}, "-tier"),
        ({"kind": '"floor-area-min"', "parameters": "{ area_m2 = 9 }"}, ""),
        (
            {"scope": '"village"', "kind": '"count-per-township"', "parameters": "{ sites = 1 }"},
            "-villages",
        ),
        (
            {
                "kind": '"share-within-radius"',
                "parameters": "{ share = 0.5, radius_m = 900 }",
                "townships": '["01"]',
            },
            "-list",
        ),
    ],
)
def test_what_no_plan_is_asked_for_is_told_with_the_reason(
    changes: dict[str, str], why: str, town: Bundle, tmp_path: Path
) -> None:
    told = ruled(Scenario(), [_pack(tmp_path, **changes)], town)
    assert told.scenario == Scenario()
    assert f"rule-only-checked{why}" in _kinds(told)


def test_shares_that_are_not_enforced_are_told() -> None:
    told = ruled(Scenario(max_sites=9, mode="ebike"), chosen_packs(["national"]))
    assert _kinds(told) == ["rule-mode", "rule-most-sites"]
    assert told.scenario.max_sites == 9


def test_the_least_floor_that_packs_ask_of_a_tier(tmp_path: Path) -> None:
    packs = chosen_packs(["sbt-10719", "shanghai"])
    assert floor_minimum(packs, "station") == 500
    assert floor_minimum(packs, "point") == 10
    assert floor_minimum(packs, "centre") is None
    floor = {"kind": '"floor-area-min"', "parameters": "{ area_m2 = 900 }", "tier": '"station"'}
    country = _pack(tmp_path, **floor)  # of the country alone
    assert floor_minimum([*packs, country], "station") == 500
    everywhere = _pack(tmp_path, scope='"everywhere"', **floor)
    assert floor_minimum([*packs, everywhere], "station") == 900
