from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from planner.cli import main
from planner.errors import PlanError, ScenarioError
from planner.policy.programme import PARTS, carry_out, differences, read_programme, write_programme
from planner.policy.programme_headlines import headline
from planner.regions.recipes import REGIONS, load_recipe
from planner.scenario import Scenario

FILE = """
[scenario]
radius_m = 600.0
[policy.rules]
packs = ["national"]
numbers = ["national.urban-cover.share=0.9"]
[policy.phases]
years = [2025, 2026]
[policy.service]
depot_count = 1
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.toml"
    path.write_text(FILE, "utf-8")
    return path


def test_a_file_is_the_whole_programme(file: Path) -> None:
    programme = read_programme(file)
    assert programme.scenario == Scenario(radius_m=600.0)
    (pack,) = programme.asked.rules.chosen()
    assert pack.id == "national"
    assert programme.asked.phases.years == (2025, 2026)
    assert programme.asked.service.depot_count == 1
    assert programme.parts == PARTS


@pytest.mark.parametrize(
    ("more", "where"),
    [
        ("[policy.magic]\n", "policy.magic"),
        ("[policy.tiers]\nspeed = 1\n", "speed"),
        ("[policy.hosts]\ndial = 7.0\n", "dial"),
    ],
)
def test_what_is_unknown_is_refused_by_name(file: Path, more: str, where: str) -> None:
    file.write_text(FILE + more, "utf-8")
    with pytest.raises(ScenarioError, match=where):
        read_programme(file)


def test_every_part_stands_on_one_plan_and_is_computed_again(
    town: Any, town_path: Path, file: Path, tmp_path: Path
) -> None:
    carried = carry_out(town, read_programme(file))
    # A part without an answer says so, and the others stand.
    answered = {part for part in PARTS if getattr(carried, part) is not None}
    assert answered | {part for part, _ in carried.refused} == set(PARTS)
    assert {"compliance", "hosts", "phases", "robust"} <= answered
    assert all(error.zh for _, error in carried.refused)
    folder = tmp_path / "out"
    write_programme(carried, folder, "zh", bundle_path=town_path)
    assert {path.name for path in folder.iterdir()} == {"plan", "scenario.toml", *answered}
    # The question beside them is the whole one: the same comes of it.
    written = read_programme(folder / "scenario.toml")
    assert (written.scenario, written.asked) == (carried.plan.scenario, carried.asked)
    assert differences(carried, folder) == {part: [] for part in PARTS if part in answered}
    # The same file gives the same answers.
    again = carry_out(town, read_programme(file))
    for part in ("hosts", "tiers", "phases", "robust"):
        if part in answered:
            first, second = getattr(carried, part).record, getattr(again, part).record
            assert json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True), part


def test_the_command_writes_the_parts_asked_for(
    town_path: Path, file: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    options = ["--bundle", str(town_path), "--out", str(out), "--lang", "zh", "--quiet"]
    assert main(["policy", str(file), "--only", "compliance,robust", *options]) == 0
    assert {path.name for path in out.iterdir()} == {
        "plan",
        "scenario.toml",
        "compliance",
        "robust",
    }
    said = capsys.readouterr().out
    assert "达标校核" in said and "0 处不符" in said and "三级体系" not in said
    assert main(["policy", str(file), "--only", "magic", *options]) == 2
    assert "magic" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["jingdezhen", "nanchang-gaoxin"])
def test_a_ready_region_is_a_programme_too(name: str, tmp_path: Path) -> None:
    text = (REGIONS / f"{name}.toml").read_text("utf-8")
    path = tmp_path / "region.toml"
    path.write_text(text + "\n[policy.tiers]\nsplit = true\n", "utf-8")
    programme = read_programme(path)
    assert programme.asked.tiers.split and programme.scenario == load_recipe(name).scenario
    assert load_recipe("region", tmp_path).commitments == load_recipe(name).commitments


def test_the_headline_of_each_part(town: Any, file: Path) -> None:
    carried = carry_out(town, read_programme(file, ("compliance", "hosts", "robust")))
    counts = carried.compliance.counts() if carried.compliance else {}
    assert f"达标 {counts['pass']}" in headline(carried, "compliance", "zh")
    assert headline(carried, "robust", "en").split()[0].isdigit()
    assert carried.hosts is not None
    bare = dataclasses.replace(carried.hosts, record={**carried.hosts.record, "steps": []})
    without = dataclasses.replace(carried, hosts=bare)
    assert "没有" in headline(without, "hosts", "zh")


def test_tiers_bring_nothing_of_a_service_that_is_refused(
    town: Any, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: Any, **__: Any) -> Any:
        raise PlanError("too few vehicles", zh="车辆不足")

    monkeypatch.setattr("planner.policy.programme.settle_service", none)
    carried = carry_out(town, read_programme(file, ("tiers", "service")))
    assert [part for part, _ in carried.refused] == ["service"]
    assert carried.tiers is not None and carried.tiers.record["brought"] == []
