from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.errors import ScenarioError
from planner.policy.rules.rules import KINDS, PACKS, chosen_packs, read_pack, ready_packs

RULES = Path(__file__).resolve().parents[4] / "data" / "rules"
GOOD = """[pack]
id = "mine"
zh = "自定"
en = "mine"
[[rule]]
id = "one"
zh = "每个乡镇一个"
en = "one each"
clause = "1"
source = "s"
verified = true
scope = "everywhere"
kind = "count-per-township"
parameters = { sites = 1 }
"""


def test_every_file_is_a_pack_and_only_the_national_text_was_read_itself() -> None:
    assert {path.stem for path in RULES.glob("*.toml")} == set(PACKS)
    for pack in ready_packs():
        raw = tomllib.loads((RULES / f"{pack.id}.toml").read_text("utf-8"))
        assert [rule.id for rule in pack.rules] == [row["id"] for row in raw["rule"]]
        for rule, row in zip(pack.rules, raw["rule"], strict=True):
            assert dict(rule.parameters) == row["parameters"]
            assert rule.verified == (pack.id == "national")
            assert set(KINDS[rule.kind]) == set(row["parameters"])


def test_numbers_of_the_packs() -> None:
    told = {
        f"{pack.id}.{rule.id}": dict(rule.parameters)
        for pack in ready_packs()
        for rule in pack.rules
    }
    assert told["national.urban-cover"] == {"share": 0.95, "radius_m": 1000}
    assert told["sbt-10719.city-households"] == {"households": 2000}
    assert told["sbt-10719.town-households"] == {"households": 2500}
    assert told["sbt-10719.street-stations"] == {"sites": 1}
    assert told["sbt-10719.town-stations"] == {"sites": 2}
    assert told["chengdu.city-households"] == {"households": 1500, "people": 5000}
    assert told["chengdu.rural-households"] == {"households": 2500, "people": 6000}
    assert told["chengdu.county-centres"] == {"sites": 1}
    assert told["gb-55013.collection-point"]["radius_m"] == 120
    assert told["cjj-27.collection-point"]["radius_m"] == 70
    superseded = {pack.id: pack.superseded_by for pack in ready_packs() if pack.superseded_by}
    assert superseded == {"cjj-27": "gb-55013"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("sites = 1", "sites = 1.5", "rule one, parameters.sites"),
        ("sites = 1", "sites = true", "rule one, parameters.sites"),
        ("sites = 1", "sites = nan", "rule one, parameters.sites"),
        ("sites = 1", "homes = 1", "rule one, parameters.homes"),
        ("{ sites = 1 }", "3", "rule one, parameters"),
        ("count-per-township", "count", "rule one, kind"),
        ('"everywhere"', '"moon"', "rule one, scope"),
        ('"everywhere"', "[]", "rule one, scope"),
        ('"count-per-township"', "[]", "rule one, kind"),
        ("verified = true", 'verified = "yes"', "rule one, verified"),
        ('clause = "1"\n', "", "rule one, clause"),
        ('clause = "1"', 'claus = "1"', "rule one, claus"),
        ('zh = "每个乡镇一个"', 'zh = ""', "rule one, zh"),
        ("sites = 1 }", "sites = 1 }\ntownships = 5", "rule one, townships"),
        ('"count-per-township"', '"count-per-county"\ntownships = ["a"]', "rule one, townships"),
        (
            '"everywhere"\nkind = "count-per-township"',
            '"urban"\nkind = "count-per-county"',
            "scope",
        ),
        ('id = "one"', 'id = "One"', "rule 1, id"),
        ('id = "mine"', 'id = "../x"', "pack.id"),
        ("[pack]", "[packs]", "packs"),
        ("[[rule]]", "[rule]", "[[rule]]"),
    ],
)
def test_what_is_wrong_is_named(before: str, after: str, told: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    assert before in GOOD
    file.write_text(GOOD.replace(before, after), "utf-8")
    with pytest.raises(ScenarioError) as caught:
        read_pack(file)
    assert "mine.toml" in str(caught.value)
    assert told in str(caught.value)
    assert "\n" not in str(caught.value)


@given(st.binary(max_size=200))
def test_no_file_breaks_the_reader(data: bytes) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "x.toml"
        file.write_bytes(data)
        with pytest.raises(ScenarioError):
            read_pack(file)


def test_a_number_of_the_planner_is_shown_as_chosen(tmp_path: Path) -> None:
    packs = chosen_packs(
        ["national", "sbt-10719"],
        ["national.urban-cover.share=0.8", "sbt-10719.city-households.households=1800"],
    )
    cover, homes = packs[0].rules[1], packs[1].rules[0]
    assert cover["share"] == 0.8
    assert cover.verified  # the text has no number, so that none of its is contradicted
    assert homes["households"] == 1800
    assert homes.chosen == ("households",)
    one = chosen_packs(["national"], ["national.township-one.sites=2"])[0].rules[0]
    assert not one.verified
    for wrong in ("national.urban-cover.share=2", "national.x.share=1", "share=1", "a.b.c=", "x"):
        with pytest.raises(ScenarioError):
            chosen_packs(["national"], [wrong])
    with pytest.raises(ScenarioError, match="national"):
        chosen_packs(["nationall"])
    file = tmp_path / "mine.toml"
    file.write_text(GOOD, "utf-8")
    assert [pack.id for pack in chosen_packs([str(file), "national", str(file)])] == [
        "mine",
        "national",
    ]
    file.write_text(GOOD.replace("mine", "national"), "utf-8")
    with pytest.raises(ScenarioError, match="another pack"):
        chosen_packs(["national", str(file)])
