from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import PopulationError
from geo.naming import Names, read_name_map

OFFICIAL = ["西郊街道", "荷塘乡", "浮梁镇", "瑶里镇", "鲤鱼洲管理处", "吕蒙街道", "枫树山总场"]
CODES = ["360202001", "360202202", "360222100", "360222105", "360121501", "360202004", "360202500"]


def names() -> Names:
    return Names(OFFICIAL, around=["景德镇市", "浮梁县", "昌江区", "江西省"], codes=CODES)


@pytest.mark.parametrize(
    ("text", "name", "kind"),
    [
        ("瑶里镇", "瑶里镇", "exact"),
        (" 瑶里镇　", "瑶里镇", "exact"),
        ("瑶里", "瑶里镇", "normalised"),
        ("浮梁县瑶里镇", "瑶里镇", "normalised"),
        ("江西省景德镇市浮梁县瑶里镇", "瑶里镇", "normalised"),
        ("瑶里镇人民政府", "瑶里镇", "normalised"),
        ("西郊街道办事处", "西郊街道", "normalised"),
        ("西郊街道办", "西郊街道", "normalised"),
        ("西郊办事处", "西郊街道", "normalised"),
        ("瑶 里 镇", "瑶里镇", "normalised"),
        ("瑤里鎮", "瑶里镇", "guess"),  # a character that the small table has not
        ("荷塘鄉", "荷塘乡", "normalised"),
        ("五星垦殖场", "鲤鱼洲管理处", "alias"),
        ("吕蒙乡", "吕蒙街道", "alias"),
        ("荷塘镇", "荷塘乡", "guess"),  # upgraded, perhaps
        ("枫树山林场", "枫树山总场", "guess"),
        ("遥里镇", "瑶里镇", "guess"),
    ],
)
def test_what_a_name_stands_for(text: str, name: str, kind: str) -> None:
    found = names().match(text)
    assert found is not None
    assert (found.name, found.kind) == (name, kind)
    assert (found.score == 1.0) == (kind == "exact") and (found.score < 0.9) == (kind == "guess")


@pytest.mark.parametrize("text", ["", "  ", "镇", "东湖区", "Ryde", "合计", "乐平市"])
def test_others_stand_for_nothing(text: str) -> None:
    assert names().match(text) is None


def test_two_that_could_be_meant_are_none() -> None:
    two = Names(["西湖乡", "西湖镇"])
    assert two.match("西湖") is None
    assert two.match("西湖街道") is None and len(two.guesses("西湖街道")) == 2
    found = two.match("西湖", allowed=[1])
    assert found is not None and found.at == 1


def test_a_former_name_counts_in_its_county_only() -> None:
    elsewhere = Names(["吕蒙街道"], codes=["420100001"])
    found = elsewhere.match("吕蒙乡")
    assert found is not None and found.kind == "guess"


@given(st.sampled_from(OFFICIAL), st.text("　 \t", max_size=3))
def test_space_never_matters(name: str, space: str) -> None:
    found = names().match(space + name + space)
    assert found is not None and (found.name, found.kind) == (name, "exact")


def test_today_s_names_of_the_real_townships(real_data: Path) -> None:
    """The file has names of about 2010-2017 and, beside them, today's."""
    for file in ("jingdezhen_townships_wgs84", "nanchang_gaoxin_townships_wgs84"):
        path = real_data / "china" / f"{file}.geojson"
        rows = [f["properties"] for f in json.loads(path.read_text("utf-8"))["features"]]
        official = Names(
            [row["name_std"] for row in rows],
            around=["南昌市"],
            codes=[str(row["code"] or "") for row in rows],
        )
        found = [official.match(row["name"]) for row in rows]
        wrong = [
            (row["name"], match and match.name)
            for row, match in zip(rows, found, strict=True)
            if match is None or match.name != row["name_std"]
        ]
        assert not wrong


def test_a_table_of_confirmed_names(tmp_path: Path) -> None:
    path = tmp_path / "map.csv"
    path.write_text("原名,正式名称\n遥里,瑶里镇\n城关,360222100\n", "utf-8")
    assert read_name_map(path) == {"遥里": "瑶里镇", "城关": "360222100"}
    for text, told in (
        ("a\n", "no two columns"),
        ("given,name\na,\n", "row 2: is half empty"),
        ("given,name\na,b\na,c\n", "row 3: .* is said to mean 'b' already"),
    ):
        path.write_text(text, "utf-8")
        with pytest.raises(PopulationError, match=told):
            read_name_map(path)
