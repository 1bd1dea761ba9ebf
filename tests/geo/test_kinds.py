from __future__ import annotations

from pathlib import Path

import pytest

from geo.errors import CandidateError
from geo.kinds import default_kinds, read_kinds

HEAD = "kind,key,value,name_zh,name_en,weight,existing,priority\n"
TAIL = "own,,,自备点位,own site,1,no,90\ngenerated,,,增设点,proposed place,0.3,no,99\n"


def table(folder: Path, *rows: str, head: str = HEAD, tail: str = TAIL) -> Path:
    path = folder / "kinds.csv"
    path.write_text(head + "".join(f"{row}\n" for row in rows) + tail, "utf-8")
    return path


def test_the_table_of_the_program_is_sound() -> None:
    kinds = default_kinds()
    assert {"recycling_point", "supermarket", "townhall", "own", "generated"} <= {
        kind.kind for kind in kinds.kinds
    }
    assert {kind.kind for kind in kinds.kinds if kind.existing} == {
        "recycling_point",
        "recycling_centre",
    }
    assert all(0 < kind.weight <= 1 and kind.name_zh and kind.name_en for kind in kinds.kinds)
    assert ("amenity", "recycling") in kinds.wanted() and ("", "") not in kinds.wanted()
    assert min(kinds.kinds, key=lambda kind: kind.weight).weight == kinds["generated"].weight


def test_a_feature_of_several_kinds_takes_the_first_by_priority(tmp_path: Path) -> None:
    kinds = read_kinds(
        table(
            tmp_path,
            "shop,shop,*,店,shop,0.4,no,7",
            "market,amenity,marketplace,市场,market,0.8,no,3",
        )
    )
    both = {"shop": "yes", "amenity": "marketplace"}
    assert kinds.of(both).kind == "market"  # type: ignore[union-attr]
    assert kinds.of({"shop": "alcohol"}).kind == "shop"  # type: ignore[union-attr]
    assert kinds.of({"amenity": "cafe; marketplace"}).kind == "market"  # type: ignore[union-attr]
    assert kinds.of({"shop": "", "amenity": "market"}) is None
    assert kinds.wanted() == {("shop", "*"), ("amenity", "marketplace")}


def test_a_kind_may_have_several_tags(tmp_path: Path) -> None:
    kinds = read_kinds(table(tmp_path, "s,shop,a,店,shop,0.4,no,7", "s,shop,b,店,shop,0.4,no,7"))
    assert kinds["s"].tags == (("shop", "a"), ("shop", "b"))


@pytest.mark.parametrize(
    ("rows", "fault"),
    [
        (["m,amenity,m,市,m,0,no,3"], r"row 2: weight '0' is not above 0"),
        (["m,amenity,m,市,m,1.01,no,3"], "weight '1.01'"),
        (["m,amenity,m,市,m,nan,no,3"], "weight 'nan'"),
        (["m,amenity,m,市,m,heavy,no,3"], "weight 'heavy'"),
        (["m,amenity,m,市,m,1,maybe,3"], "existing 'maybe'"),
        (["m,amenity,m,市,m,1,no,first"], "priority 'first'"),
        (["Ä b,amenity,m,市,m,1,no,3"], "no identifier"),
        (["m,amenity,,市,m,1,no,3"], "key 'amenity' and value ''"),
        (["m,,,市,m,1,no,3"], "do not fit kind 'm'"),
        (["m,amenity,m,市,m,1,no,3", "n,amenity,m,市,n,1,no,4"], "row 3: .*stands in row 2"),
        (["m,amenity,m,市,m,1,no,3", "m,shop,m,市,m,0.5,no,3"], "row 3: kind 'm' differs"),
        (["generated,,,增,g,1,no,3"], "row 4: kind 'generated' differs"),
    ],
)
def test_faults_are_named_by_row(tmp_path: Path, rows: list[str], fault: str) -> None:
    with pytest.raises(CandidateError, match=fault):
        read_kinds(table(tmp_path, *rows))


def test_columns_and_own_kinds_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(CandidateError, match="no column 'weight'"):
        read_kinds(table(tmp_path, head=HEAD.replace("weight", "Gewicht")))
    with pytest.raises(CandidateError, match="no row for kind 'own'"):
        read_kinds(table(tmp_path, tail=""))
    with pytest.raises(CandidateError, match="cannot be read"):
        read_kinds(tmp_path / "absent.csv")
