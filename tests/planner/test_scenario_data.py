from __future__ import annotations

import dataclasses
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.bundle import Bundle
from geo.candidates import Candidates
from planner.cli import main
from planner.edited import edited
from planner.edits import Edits
from planner.errors import PlanError, ScenarioError
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.scenario import Scenario, read_scenario
from planner.scenario_data import (
    ScenarioData,
    data_of,
    differing,
    read_data,
    read_scenario_file,
    refuse_other_data,
    say_differing,
    scenario_toml,
)
from planner.wording.language import LANGUAGES

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
weights = st.lists(st.floats(0.01, 1), min_size=1, max_size=3, unique=True)
datas = st.builds(
    ScenarioData,
    region=texts,
    bundle_sha256=texts,
    bundle_format=st.integers(0, 99),
    extract=texts,
    extract_sha256=texts,
    extract_date=texts,
    boundaries=texts,
    population=texts,
    population_year=st.integers(0, 3000),
    population_estimated=st.booleans(),
    cell_m=st.floats(1, 1e6),
    program=texts,
    kinds=st.dictionaries(texts, weights.map(lambda w: tuple(sorted(w))), max_size=3).map(
        lambda kinds: tuple(sorted(kinds.items()))
    ),
)


def test_each_key_of_the_file_is_explained(town: Bundle) -> None:
    """A planner reads it without a manual; to a program it is the same file."""
    drawn = Edits().with_added(117.2, 29.3, name="# 甲")
    for scenario, model in (
        (Scenario(name="a # b", edits=drawn), "点位最少"),
        (Scenario(minutes=10.0, objective="cost"), "相对成本最低"),
        (Scenario(max_sites=9), "点位数量内覆盖人口最多"),
        (Scenario(max_sites=9, objective="cost", weight="kg"), "点位数量内覆盖回收量最多"),
    ):
        text = scenario_toml(scenario, data_of(town))
        plain = scenario.toml() + "\n" + data_of(town).toml()
        assert tomllib.loads(text) == tomllib.loads(plain)
        assert f"# 模型 model: {model}" in text.splitlines()[2]
        keys = [line for line in plain.splitlines() if re.match(r"\w+ = ", line)]
        assert len(keys) >= 30
        for line in keys:
            [there] = [one for one in text.splitlines() if one.startswith(line + "  # ")]
            assert re.search(r"[\u4e00-\u9fff]", there.removeprefix(line)), line


@given(datas)
def test_whatever_the_data_are_called_they_survive_their_file(
    tmp_path_factory: pytest.TempPathFactory, data: ScenarioData
) -> None:
    path = tmp_path_factory.mktemp("file") / "s.toml"
    scenario = Scenario(name="甲", edits=Edits(closed=("n1",)))
    path.write_text(scenario_toml(scenario, data), "utf-8", newline="\n")
    assert read_scenario_file(path) == (scenario, data)
    assert read_scenario(path) == scenario
    again = scenario_toml(*read_scenario_file(path))  # type: ignore[arg-type]
    assert again.encode() == path.read_bytes()


def test_a_plan_writes_the_whole_question(
    town: Bundle, town_path: Path, plan_folder: Path, town_plan: Plan
) -> None:
    table = tomllib.loads((plan_folder / "scenario.toml").read_text("utf-8"))["data"]
    record = town_plan.record["data"]
    frame = town.candidates.frame
    assert table["bundle_sha256"] == town.sha256 == record["bundle_sha256"]
    assert table["extract_sha256"] == record["source_sha256"]
    assert table["extract_date"] == record["osm_timestamp"]
    assert table["population"] == town_plan.record["people"]["source"]
    assert table["program"] == record["recyclenet"]
    assert set(table["kinds"]) == set(frame["kind"])
    for kind, weight in table["kinds"].items():
        assert np.unique(frame.loc[frame["kind"] == kind, "weight"]).tolist() == [weight]
    scenario, data = read_scenario_file(plan_folder / "scenario.toml")
    assert (scenario, data) == (town_plan.scenario, data_of(town))


def test_points_added_by_hand_are_no_data(town: Bundle) -> None:
    assert data_of(edited(town, Edits().with_added(117.2, 29.3))) == data_of(town)


def test_a_file_without_data_is_read_as_before(tmp_path: Path) -> None:
    path = tmp_path / "old.toml"
    path.write_text("[scenario]\nradius_m = 700\n", "utf-8")
    assert read_scenario_file(path) == (Scenario(radius_m=700.0), None)


def _other(town: Bundle) -> Bundle:
    frame = town.candidates.frame.copy()
    market = frame["kind"] == "marketplace"
    frame.loc[market, "weight"] = 0.25
    return dataclasses.replace(
        town,
        sha256="f" * 64,
        candidates=Candidates(frame=frame),
        region=dataclasses.replace(town.region, name="别处 <b>\n{x}"),
    )


def test_other_data_are_named(town: Bundle) -> None:
    told, now = data_of(town), data_of(_other(town))
    assert differing(told, told) == ()
    found = {field: (old, new) for field, old, new in differing(told, now)}
    assert found == {
        "region": (town.region.name, "别处 <b> {x}"),
        "kinds.marketplace": ("0.8", "0.25"),
    }
    for language in LANGUAGES:
        said = say_differing(differing(told, now), language)
        assert "别处 <b> {x}" in said and "0.8 → 0.25" in said and "\n" not in said
    with pytest.raises(PlanError, match="--accept-data") as refused:
        refuse_other_data(told, _other(town))
    assert "另一份区域数据" in refused.value.zh
    refuse_other_data(told, town)
    # Another bundle of the same description still is another.
    bare = dataclasses.replace(told, bundle_sha256="0" * 64)
    assert [field for field, _, _ in differing(bare, told)] == ["bundle_sha256"]
    # Another program, on the same data, asks the same.
    assert differing(dataclasses.replace(told, program="9.9"), told) == ()


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("region", 5),
        ("region", "x" * 2000),
        ("bundle_format", "2"),
        ("bundle_format", True),
        ("population_estimated", 1),
        ("cell_m", "250"),
        ("cell_m", float("nan")),
        ("kinds", 5),
        ("kinds", {"a": []}),
        ("kinds", {"a": 0}),
        ("kinds", {"a": [0.5, "x"]}),
        ("kinds", {"a": {"b": 1}}),
        ("extra", 5),
    ],
)
def test_a_wrong_field_of_the_data_is_named(town: Bundle, key: str, value: object) -> None:
    table = tomllib.loads(data_of(town).toml())["data"]
    with pytest.raises(ScenarioError) as refused:
        read_data({**table, key: value})
    assert key in str(refused.value) and refused.value.remedy
    with pytest.raises(ScenarioError):
        read_data({name: one for name, one in table.items() if name != "region"})
    with pytest.raises(ScenarioError):
        read_data("data")


def test_an_unknown_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_text("[scenario]\n[colours]\n", "utf-8")
    with pytest.raises(ScenarioError, match="colours"):
        read_scenario_file(path)
    path.write_text("[scenario]\n[data]\nregion = 'x'\n", "utf-8")
    with pytest.raises(ScenarioError, match=r"s\.toml, data"):
        read_scenario_file(path)


def test_the_command_makes_a_plan_again_from_its_file(
    town: Bundle, town_path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    edits = Edits().with_added(117.202, 29.303, name="新点").with_forced("own-1")
    scenario = Scenario(radius_m=600.0, edits=edits)
    plan = make_plan(town, scenario)
    write_plan(plan, tmp_path / "first", bundle_path=town_path)
    file = str(tmp_path / "first" / "scenario.toml")
    run = ["plan", str(town_path), "--scenario", file, "--quiet", "--out"]
    assert main([*run, str(tmp_path / "again")]) == 0
    for name in ("sites.geojson", "demand.geojson", "scenario.toml", "sites.csv"):
        first, again = ((tmp_path / one / name).read_bytes() for one in ("first", "again"))
        assert first == again, name
    assert main(["check", str(tmp_path / "again"), "--quiet"]) == 0
    capsys.readouterr()

    # The same file on other data.
    text = Path(file).read_text("utf-8").replace(town.sha256, "0" * 64)
    other = tmp_path / "other.toml"
    other.write_text(text.replace("supermarket = 0.8", "supermarket = 0.5"), "utf-8")
    run = ["plan", str(town_path), "--scenario", str(other), "--quiet", "--lang", "zh", "--out"]
    assert main([*run, str(tmp_path / "no")]) == 2
    told = capsys.readouterr().err
    assert "--accept-data" in told and "0.5 → 0.8" in told and told.count("\n") == 1
    assert not (tmp_path / "no").exists()
    assert main([*run, str(tmp_path / "yes"), "--accept-data"]) == 0
    assert "0.5 → 0.8" in capsys.readouterr().out
    assert read_scenario_file(tmp_path / "yes" / "scenario.toml") == (scenario, data_of(town))
