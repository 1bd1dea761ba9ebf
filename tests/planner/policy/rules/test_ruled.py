from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from planner.policy.rules.ruled import ruled
from planner.policy.rules.rules import PACKS, chosen_packs, read_pack
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
    assert national.scenario == Scenario(urban_target=0.95, radius_m=1000.0, min_per_township=1)
    assert not national.findings
    both = ruled(Scenario(urban_target=None), chosen_packs(["sbt-10719"]))
    assert both.scenario.households_per_site == 2500
    assert both.scenario.households_per_site_urban == 2000
    assert both.scenario.radius_m == 1000.0
    assert [one.values["rule"] for one in both.findings] == [
        "sbt-10719.point-floor",
        "sbt-10719.station-floor",
    ]
    several = ruled(Scenario(minutes=15.0, weight="kg"), chosen_packs(["national", "gb-55013"]))
    assert several.scenario.radius_m == 120.0
    assert several.scenario.minutes is None
    assert several.scenario.weight == "people"
    assert [one.kind for one in several.findings] == ["rules-share-radius"]


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
