from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from geo.errors import InputError
from geo.materials import Materials, default_materials, read_materials

ROOT = Path(__file__).resolve().parents[2]
ONE = """[paper]
name_zh = "纸"
name_en = "paper"
kg_person_day = 0.1
year = 2020
source = "assumption"
"""


def test_the_table_that_comes_along_is_whole_grams_with_sources() -> None:
    told = tomllib.loads((ROOT / "data" / "materials.toml").read_text("utf-8"))
    streams = default_materials().streams
    assert [one.key for one in streams] == list(told)
    for one in streams:
        assert one.g_person_day == pytest.approx(1000 * told[one.key]["kg_person_day"])
        assert one.source and 2000 <= one.year <= 2030
    # More than all recyclables of a big city's household waste would be a slip.
    assert 100 <= default_materials().g_person_day <= 400


def test_record_and_back(tmp_path: Path) -> None:
    path = tmp_path / "m.toml"
    path.write_text(ONE, "utf-8")
    materials = read_materials(path)
    assert Materials.of(materials.record()) == materials
    assert materials.g_person_day == 100


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "0 materials"),
        ("[paper", "TOML"),
        ("paper = 3", "no table"),
        (ONE.replace("[paper]", '["Pa per"]'), "identifier"),
        (ONE.replace("0.1", "9"), "not allowed"),
        (ONE.replace("0.1", "nan"), "not allowed"),
        (ONE.replace("0.1", "-1"), "not allowed"),
        (ONE.replace("0.1", "0"), "all figures are 0"),
        (ONE.replace("0.1", '"much"'), "not allowed"),
        (ONE.replace("2020", "20"), "not allowed"),
        (ONE.replace('"assumption"', '" "'), "no line"),
        (ONE.replace('source = "assumption"', ""), "missing"),
        (ONE + "more = 1\n", "is no field"),
        ("a=" + "[" * 5000, "TOML"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "m.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=why) as refused:
        read_materials(path)
    assert "m.toml" in str(refused.value) and "\n" not in str(refused.value)


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.toml").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path, tmp_path / "none.toml", tmp_path / "b.toml"):
        with pytest.raises(InputError):
            read_materials(path)
