from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import PopulationError
from geo.population import read_population


def _read(folder: Path, text: str) -> list[int | None]:
    path = folder / "people.csv"
    path.write_text(text, "utf-8")
    return [row.households for row in read_population(path).rows]


def test_households_count_before_a_size_and_an_empty_cell_is_none(tmp_path: Path) -> None:
    text = (
        "区划代码,人口数_合计,家庭户数,户规模\n360222,100,40,9\n360203,100,NA,2.94\n360202,100,,\n"
    )
    assert _read(tmp_path, text) == [40, 34, None]
    assert _read(tmp_path, "name,people\na,5\n") == [None]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("a,100,101,", "cannot be"),
        ("a,100,0,", "cannot be"),
        ("a,100,1.5,", "cannot be"),
        ("a,100,-4,", "cannot be"),
        ("a,100,many,", "no number"),
        ("a,100,inf,", "no number"),
        ("a,100,,0.2", "per household"),
        ("a,100,,200", "per household"),
    ],
)
def test_what_cannot_be_is_refused_with_its_row(tmp_path: Path, row: str, why: str) -> None:
    with pytest.raises(PopulationError, match=why) as refused:
        _read(tmp_path, f"name,people,households,household_size\n{row}\n")
    assert "row 2" in str(refused.value) and "\n" not in str(refused.value)
