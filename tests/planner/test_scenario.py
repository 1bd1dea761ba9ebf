from __future__ import annotations

import dataclasses
import json
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.edits import AddedSite, Edits, NoGo, read_edits
from planner.errors import ScenarioError
from planner.scenario import Scenario, read_scenario

lines = st.text(st.characters(categories=("L", "N", "P", "S", "Zs")), max_size=30).filter(
    str.isprintable
)
ids = st.from_regex(r"[A-Za-z0-9_.:/-]{1,20}", fullmatch=True)
longitudes, latitudes = st.floats(-180, 180), st.floats(-90, 90)
rings = st.lists(
    st.tuples(st.integers(-179, 179), st.floats(-90, 90).map(lambda y: round(y, 6))),
    min_size=3,
    max_size=6,
    unique_by=lambda corner: corner[0],
)
added = st.builds(
    AddedSite,
    id=ids,
    lon=longitudes,
    lat=latitudes,
    kind=lines,
    name=lines,
    existing=st.booleans(),
)
edits = st.builds(
    Edits,
    added=st.lists(added, max_size=3, unique_by=lambda site: site.id).map(tuple),
    closed=st.lists(ids.map("c".__add__), max_size=3).map(tuple),
    forced=st.lists(ids.map("f".__add__), max_size=3).map(tuple),
    no_go=st.lists(st.builds(NoGo, ring=rings, name=lines), max_size=2).map(tuple),
)

scenarios = st.builds(
    Scenario,
    name=lines,
    mode=st.sampled_from(["walk", "drive"]),
    radius_m=st.floats(1, 30_000),
    min_per_township=st.integers(0, 1000),
    urban_target=st.none() | st.floats(0, 1),
    township_target=st.none() | st.floats(0, 1),
    max_sites=st.none() | st.integers(1, 10_000_000),
    objective=st.sampled_from(["sites", "cost"]),
    keep_existing=st.booleans(),
    gap=st.floats(0, 0.5),
    seed=st.integers(0, 2**31 - 1),
    kinds=st.lists(st.from_regex(r"[a-z0-9_-]{1,40}", fullmatch=True), max_size=4).map(tuple),
    edits=edits,
)


@given(scenarios)
def test_a_scenario_survives_its_file(
    tmp_path_factory: pytest.TempPathFactory, scenario: Scenario
) -> None:
    path = tmp_path_factory.mktemp("scenario") / "s.toml"
    path.write_text(scenario.toml(), "utf-8")
    again = read_scenario(path)
    assert again == scenario
    assert hash(again) == hash(scenario)
    assert again.toml() == scenario.toml()


@given(scenarios)
def test_a_record_is_plain_json_that_holds_the_edits(scenario: Scenario) -> None:
    record = json.loads(json.dumps(scenario.record()))
    assert set(record) == {field.name for field in dataclasses.fields(Scenario)}
    assert read_edits(record["edits"]) == scenario.edits


def test_edits_stand_in_a_table_of_their_own_a_line_each() -> None:
    hostile = "a\"b\\c'}]\u2003".strip()
    site = AddedSite(id="own-1", lon=117.2, lat=29.3, name=hostile, existing=True)
    text = Scenario(edits=Edits(added=(site,), closed=("n1", "n2"))).toml()
    table = tomllib.loads(text)["scenario"]["edits"]
    assert table["added"] == [dataclasses.asdict(site)]
    assert table["closed"] == ["n1", "n2"]
    assert "no_go" not in table
    assert len([line for line in text.splitlines() if hostile[:1] in line and "own-1" in line]) == 1
    assert "edits" not in Scenario().toml()


def test_the_file_is_toml_that_names_no_target_when_there_is_none() -> None:
    table = tomllib.loads(Scenario(urban_target=None, max_sites=12).toml())["scenario"]
    assert table["urban_target"] == "none"
    assert table["max_sites"] == 12
    assert "township_target" not in table


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("radius_m", 0),
        ("radius_m", -5.0),
        ("radius_m", float("nan")),
        ("radius_m", float("inf")),
        ("radius_m", "1000"),
        ("radius_m", True),
        ("urban_target", 1.01),
        ("urban_target", -0.1),
        ("township_target", 95),
        ("min_per_township", -1),
        ("min_per_township", 1.5),
        ("max_sites", 0),
        ("mode", "swim"),
        ("objective", "profit"),
        ("keep_existing", "yes"),
        ("edits", {"closed": []}),
        ("gap", 0.9),
        ("seed", -1),
        ("kinds", "parking"),
        ("kinds", 5),
        ("name", "two\nlines"),
    ],
)
def test_a_wrong_field_is_named_with_its_value(field: str, value: object) -> None:
    with pytest.raises(ScenarioError) as refused:
        Scenario(**{field: value})
    assert refused.value.where == field
    assert repr(value) in str(refused.value)
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[scenario]\nradius = 5", "unknown field 'radius'"),
        ("[scenario]\nradius_m = 0", "radius_m"),
        ("[scenario]\nedits = 5", "edits"),
        ("[scenario.edits]\nopened = []", "opened"),
        ("[scenario.edits]\nadded = [{ id = 'a b', lon = 1, lat = 2 }]", "added.id"),
        ("[scenario.edits]\nadded = [{ id = 'a', lon = 1 }]", "added.lat"),
        ("[scenario.edits]\nno_go = [{ ring = [[1, 2], [3, 4]] }]", "no_go.ring"),
        ("[other]\n", "[scenario]"),
        ("not toml", "TOML"),
        ("scenario = 5", "[scenario]"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "s.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(ScenarioError) as refused:
        read_scenario(path)
    assert str(path) in str(refused.value)
    assert told in str(refused.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match=r"none\.toml"):
        read_scenario(tmp_path / "none.toml")


def test_it_cannot_be_changed() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        Scenario().radius_m = 5  # type: ignore[misc]


def test_the_example_of_the_documents_is_read(tmp_path: Path) -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "concepts.md").read_text("utf-8")
    (tmp_path / "s.toml").write_text(text.split("```toml\n")[1].split("```")[0], "utf-8")
    edits = read_scenario(tmp_path / "s.toml").edits
    assert [site.name for site in edits.added] == ["新点"]
    assert (edits.closed, edits.forced, len(edits.no_go)) == (("n123",), ("own-1",), 1)
