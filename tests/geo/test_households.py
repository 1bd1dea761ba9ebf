from __future__ import annotations

from pathlib import Path

import pytest

from geo.boundary import region_from_file, region_from_osm
from geo.demand import build_demand
from geo.errors import PopulationError
from geo.extract import Extract
from geo.growth import read_growth
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


@pytest.mark.parametrize(
    ("text", "people", "households"),
    [
        # Census figures of the island: 2011, and 2021 rounded to hundreds (iow.gov.uk).
        ("name,people\nIsle of Wight,138265\n", 138_265, round(138_265 / 2.3)),
        ("name,people,households\nIsle of Wight,140400,64800\n", 140_400, 64_800),
    ],
)
def test_the_island_s_people_and_households_are_all_placed(
    isle_of_wight: Extract, tmp_path: Path, text: str, people: int, households: int
) -> None:
    region, _ = region_from_osm(isle_of_wight, admin_level=10)
    (tmp_path / "people.csv").write_text(text, "utf-8")
    table = read_population(tmp_path / "people.csv")
    demand, _ = build_demand(isle_of_wight, region, population=table, household_size=2.3)
    frame = demand.frame
    assert frame["people"].sum() == people and frame["households"].sum() == households
    assert (frame["people"] > 0).all() and (frame["households"] >= 0).all()
    by = frame.groupby("township")[["people", "households"]].sum()
    assert len(by) == 33
    # Every parish lives in households of about the same size: nothing else is known.
    assert (by["people"] / by["households"]).between(1.9, 2.7).all()
    assert demand.estimated


def test_jingdezhen_in_2027_adds_up_in_every_county(real_data: Path) -> None:
    china = real_data / "china"
    region, _ = region_from_file(
        china / "jingdezhen_townships_wgs84.geojson",
        name_field="name",
        code_field="code",
        county_field="adcode",
    )
    table = read_population(china / "census_2020_counties_jiangxi.csv", skip_unknown=True)
    growth = read_growth("0.3%", from_year=2020, to_year=2027)
    census = {
        "360202": (201_363, 66_040), "360203": (383_453, 133_879),
        "360222": (280_376, 79_171), "360281": (753_787, 224_617),
    }  # fmt: skip
    for grown, times in ((None, 1.0), (growth, 1.003**7)):
        demand, findings = build_demand(None, region, population=table, cell_m=1000.0, growth=grown)
        county = region.townships["county_code"].to_numpy()[demand.frame["township"]]
        for code, (people, households) in census.items():
            mine = demand.frame[county == code]
            total = round(people * times)
            assert mine["people"].sum() == total
            assert mine["households"].sum() == round(households * total / people)
        assert demand.frame["township"].nunique() == 61 and demand.estimated
        assert "households-assumed" not in [finding.kind for finding in findings]
