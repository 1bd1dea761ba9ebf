from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from geo.errors import InputError
from geo.materials import default_materials
from geo.special_demand import (
    DEFAULT_TABLE,
    g_columns,
    no_special_demand,
    read_special_kinds,
    special_demand,
)
from tests.geo.squares import CRS, at, region_of, square

MATERIALS = default_materials()
KINDS = read_special_kinds(DEFAULT_TABLE, MATERIALS)
REGION = region_of(
    {"box": square(0, 0, 1000, 1000), "name": "甲镇"},
    {"box": square(1000, 0, 1000, 1000), "name": "乙镇"},
)
CELLS = gpd.GeoDataFrame(
    {"township": np.array([0, 0, 1], np.int32)},
    geometry=[square(x, y, 0).centroid for x, y in ((100, 100), (900, 100), (1900, 900))],
    crs=CRS,
)


def _pois(*rows: tuple[float, float, str, str, str, float]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(
        {
            "osm_id": [f"n{number}" for number in range(len(rows))],
            "name": [row[4] for row in rows],
            "area_m2": [row[5] for row in rows],
            "amenity": [row[3] if row[2] == "amenity" else "" for row in rows],
            "shop": [row[3] if row[2] == "shop" else "" for row in rows],
            "office": [row[3] if row[2] == "office" else "" for row in rows],
        },
        geometry=[shapely.Point(at(row[0], row[1])) for row in rows],
        crs=4326,
    )


def _found(*rows: tuple[float, float, str, str, str, float]) -> pd.DataFrame:
    return special_demand(_pois(*rows), KINDS, MATERIALS, REGION, CELLS)[0].set_index("id")


def test_amounts_are_worked_out_by_hand() -> None:
    found = _found(
        (100, 100, "amenity", "school", "一小", 0.0),
        (300, 100, "amenity", "school", "二小", 8000.0),
        (500, 100, "amenity", "school", "三中", 1e6),
        (500, 500, "shop", "bakery", "", 0.0),
        (500, 600, "shop", "supermarket", "", 1000.0),
        (500, 700, "amenity", "bench", "", 0.0),
    )
    assert found["g_day"].to_dict() == {
        "n0": 25_000, "n1": 20_000, "n2": 100_000, "n3": 5_000, "n4": 40_000,
    }  # fmt: skip
    assert found.loc["n0", "g_paper"] == 20_000 and found.loc["n0", "g_plastic"] == 5_000
    assert (found[g_columns(MATERIALS)].sum(axis=1) == found["g_day"]).all()


def test_a_place_joins_the_nearest_cell_of_its_own_township() -> None:
    found = _found(
        (990, 110, "amenity", "school", "a", 0.0),
        (1010, 110, "amenity", "school", "b", 0.0),  # the cell at 900 m is another township's
        (5000, 110, "amenity", "school", "c", 0.0),  # outside
    )
    assert found["cell"].to_dict() == {"n0": 1, "n1": 2}


def test_a_school_mapped_as_point_and_ground_counts_once() -> None:
    pois = _pois(
        (100, 100, "amenity", "school", "一小", 0.0),
        (150, 100, "amenity", "school", "一小", 20_000.0),
        (900, 900, "amenity", "school", "一小", 0.0),
        (100, 120, "shop", "books", "一小", 0.0),
        (100, 130, "amenity", "school", "", 0.0),
        (100, 135, "amenity", "school", "", 0.0),
    )
    found, findings = special_demand(pois, KINDS, MATERIALS, REGION, CELLS)
    assert found["id"].tolist() == ["n1", "n2", "n3", "n4", "n5"]
    assert [f.values for f in findings if f.kind == "special-demand-repeated"] == [{"places": 1}]
    told = {f.values["name"]: f.values["places"] for f in findings if f.kind == "special-demand"}
    assert told == {"学校 / schools": 4, "商店 / shops": 1}


def test_nothing_found_has_the_same_columns() -> None:
    nothing, findings = special_demand(_pois(), KINDS, MATERIALS, REGION, CELLS)
    assert findings == [] and len(nothing) == 0
    some = _found((100, 100, "shop", "bakery", "", 0.0)).reset_index()
    assert sorted(nothing.columns) == sorted(some.columns)
    assert list(no_special_demand(CRS, MATERIALS).columns) == list(nothing.columns)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("paper = 0.8\nplastic = 0.2", "paper = 0.8", "add up"),
        ("paper = 0.8", "gold = 0.8", "no material"),
        ('"amenity=school"', '"school"', "key=value"),
        ("kg_day_place = 25.0", "kg_day_place = -1", "not allowed"),
        ("kg_day_place = 25.0\n", "", "missing"),
    ],
)
def test_a_wrong_table_is_refused_in_one_line(tmp_path: Path, old: str, new: str, why: str) -> None:
    text = DEFAULT_TABLE.read_text("utf-8")
    path = tmp_path / "s.toml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(InputError, match=why) as refused:
        read_special_kinds(path, MATERIALS)
    assert "s.toml" in str(refused.value) and "\n" not in str(refused.value)
