from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from planner.errors import ScenarioError
from planner.policy.asked import NOTHING_ASKED, Asked, asked_in, read_asked
from planner.policy.hosts.spec import HostsSpec
from planner.policy.phases.spec import PhasesSpec
from planner.policy.robust.spec import Blocked, RobustSpec
from planner.policy.rules.rules import RULES
from planner.policy.rules.spec import RulesSpec
from planner.policy.service.spec import Depot, RoundsSpec, ServiceSpec
from planner.policy.tiers.spec import Extra, TiersSpec

OWN = (RULES / "chengdu.toml").read_text("utf-8").replace('id = "chengdu"', 'id = "ours"')

ALL = Asked(
    rules=RulesSpec(
        packs=("national", "gb-55013"), numbers=("national.urban-cover.share=0.9",), own=(OWN,)
    ),
    hosts=HostsSpec(dial=0.25),
    tiers=TiersSpec(
        split=True,
        max_centres=2,
        special=("appliance",),
        extra=(Extra(name='公物仓 "甲"\\', lon=115.9, lat=28.7, material="paper", kg_day=3.5),),
    ),
    service=ServiceSpec(share=0.9, depots=(Depot(name="西站", lon=115.9, lat=28.7),)),
    rounds=RoundsSpec(start="07:45", first_monday="2026-01-05"),
    phases=PhasesSpec(years=(2026, 2027), new_sites=(4, 9), material_growth=(("paper", 0.1),)),
    robust=RobustSpec(blocked=(Blocked(lon=1.0, lat=2.0, name="桥"),), seed=7),
)


@pytest.mark.parametrize("asked", [ALL, NOTHING_ASKED])
def test_a_file_and_a_text_tell_all_of_it(asked: Asked) -> None:
    # Python's own reader of TOML, then ours.
    table = tomllib.loads(asked.toml()).get("policy")
    assert read_asked(table, "a.toml") == asked
    assert asked_in(asked.text()) == asked
    assert [pack.id for pack in asked.rules.chosen()][-1] in ("ours", "national")


def test_what_is_as_usual_is_not_told() -> None:
    assert NOTHING_ASKED.toml() == "" and NOTHING_ASKED.text() == ""
    assert Asked(hosts=HostsSpec(dial=0.25)).toml() == "[policy.hosts]\ndial = 0.25\n"
    # A pack of one's own can be read in the file.
    assert "\n[pack]\n" in ALL.toml()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{", "JSON"),
        ("[]", "no table"),
        ('{"magic": {}}', "magic"),
        ('{"tiers": {"speed": 1}}', "speed"),
        # A text may come from anywhere: it opens no file of this machine.
        ('{"rules": {"packs": ["/etc/rules.toml"]}}', "policy.rules.packs.*one machine"),
        ('{"phases": {"growth_file": "/etc/passwd"}}', "growth_file.*one machine"),
        ('{"rules": {"own": ["x = "]}, "hosts": 3}', "hosts"),
    ],
)
def test_what_is_unknown_is_refused_by_name(text: str, told: str) -> None:
    with pytest.raises(ScenarioError, match=told):
        asked_in(text)


def test_a_pack_of_ones_own_is_refused_where_it_stands(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"policy\.rules\.own\[0\]"):
        RulesSpec(own=("x = ",)).chosen()
    with pytest.raises(ScenarioError, match="another pack"):
        # Its id is taken by one that comes along, and says something else.
        changed = (RULES / "national.toml").read_text("utf-8").replace("0.95", "0.5")
        RulesSpec(own=(changed,)).chosen()
