from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from geo.errors import PopulationError
from geo.population import canonical_code, canonical_name, read_population


def table(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    path = folder / "people.csv"
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_reads_what_spreadsheets_write(tmp_path: Path, encoding: str, separator: str) -> None:
    rows = [["区划代码", "区县", "常住人口"], ["360222", "浮梁县", "280376"]]
    text = "\r\n".join(separator.join(row) for row in rows)
    (row,) = read_population(table(tmp_path, text, encoding)).rows
    assert (row.line, row.code, row.name, row.people) == (2, "360222", "浮梁县", 280376)


@pytest.mark.parametrize(
    ("cell", "people"),
    [('"1,618,979"', 1618979), (" 123 ", 123), ("０", 0), ("123.0", 123), ('"１，２３４"', 1234)],
)
def test_accepts_figures_as_people_write_them(tmp_path: Path, cell: str, people: int) -> None:
    read = read_population(table(tmp_path, f"name,people\na,{cell}\n"))
    assert [row.people for row in read.rows] == [people]


@pytest.mark.parametrize(
    ("cell", "fault"),
    [
        ("-5", "negative"),
        ("123.5", "not a whole number"),
        ("12,34", "not a"),
        ("many", "not a number"),
        ("", "no figure"),
        ("NaN", "no figure"),
        ("NA", "no figure"),
        ("inf", "not a number"),
        ("13800138000", "more people than can be"),
        ("9" * 5000, "more people than can be"),
        ("<script>", "not a number"),
    ],
)
def test_names_row_and_value_of_a_wrong_figure(tmp_path: Path, cell: str, fault: str) -> None:
    text = f'name,people\na,1\n\nb,"{cell}"\n'
    with pytest.raises(PopulationError, match=fault) as caught:
        read_population(table(tmp_path, text))
    # The blank line is row 3 in a spreadsheet.
    assert "people.csv row 4, people" in str(caught.value)
    assert "\n" not in str(caught.value) and caught.value.remedy


def test_first_known_column_counts_and_options_overrule(tmp_path: Path) -> None:
    path = table(tmp_path, "adcode,code,total,人口,hh\n1,2,30,40,5\n")
    (row,) = read_population(path).rows
    assert (row.code, row.people) == ("2", 40)
    (row,) = read_population(path, code_field="adcode", people_field="hh").rows
    assert (row.code, row.people) == ("1", 5)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "is empty"),
        ("name,people\n", "no rows"),
        ("name,inhabitants\na,1\n", "no column of people among: name, inhabitants"),
        ("place,people\na,1\n", "no column of code or name among: place, people"),
        ("name,people\n,5\n", "neither code nor name"),
        ("code,people\n360222,5\n360222000.0,6\n", "row 2 already"),
        ("name,people\nＲyde,5\nryde ,6\n", "row 2 already"),
    ],
)
def test_refuses_tables_it_cannot_use(tmp_path: Path, text: str, fault: str) -> None:
    with pytest.raises(PopulationError, match=fault):
        read_population(table(tmp_path, text))


def test_two_places_of_one_name_may_stand_apart_by_code(tmp_path: Path) -> None:
    read = read_population(table(tmp_path, "code,name,people\n1,城关镇,5\n2,城关镇,6\n"))
    assert [row.people for row in read.rows] == [5, 6]


def test_refuses_files_that_are_no_text(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    for data, fault in (
        (b"PK\x03\x04rest", "workbook"),
        (b"\x00\x01\x02,\x00", "not text"),
        (b"\xff\xff\x80", "not text"),
    ):
        path.write_bytes(data)
        with pytest.raises(PopulationError, match=fault):
            read_population(path)
    with pytest.raises(PopulationError, match="cannot be read"):
        read_population(tmp_path / "absent.csv")
    path.write_text('name,people\n"' + "x" * 200_000 + '",1\n')
    with pytest.raises(PopulationError, match="not a CSV file"):
        read_population(path)


def test_unknown_option_column_lists_the_columns(tmp_path: Path) -> None:
    with pytest.raises(PopulationError, match=r"'Einwohner'.*among: name, people"):
        read_population(table(tmp_path, "name,people\na,1\n"), people_field="Einwohner")


def test_codes_of_one_division_fold_together() -> None:
    assert {canonical_code(c) for c in ("360222", "360222000", "360222000000", "360222.0")} == {
        "360222"
    }
    assert canonical_code("360222107000") == canonical_code("360222107") == "360222107"
    assert canonical_code("360000") == "360000"
    assert canonical_code(" E04001294 ") == "e04001294"


@given(st.text(max_size=30))
def test_folding_a_name_twice_changes_nothing(text: str) -> None:
    # Casefolding may undo a normal form for a few letters; names that agree stay in agreement.
    assert canonical_name(f"  {text}\t") == canonical_name(text)
