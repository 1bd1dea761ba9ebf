from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from geo.demand import build_demand
from geo.errors import PopulationError
from geo.growth import growth_factors, read_growth
from geo.population import PopulationRow, PopulationTable
from tests.geo.squares import region_of, square

REGION = region_of(
    {"box": square(0, 0, 1000, 1000), "name": "甲镇", "code": "360222100", "county_code": "360222"},
    {"box": square(1000, 0, 1000, 1000), "name": "乙镇", "code": "360222101",
     "county_code": "360222"},
    {"box": square(2000, 0, 777, 1000), "name": "丙镇", "code": "360203100",
     "county_code": "360203"},
)  # fmt: skip
ROWS = (
    PopulationRow(line=2, code="360222", name="", people=20_001, households=7_001),
    PopulationRow(line=3, code="360203", name="", people=7_777),
)
TABLE = PopulationTable(file="t.csv", rows=ROWS)


def _table(folder: Path, text: str) -> str:
    path = folder / "rates.csv"
    path.write_text(text, "utf-8")
    return str(path)


@pytest.mark.parametrize("told", ["0.004", "0.4%", "0.4 ％"])
def test_a_rate_compounds_and_every_county_adds_up(told: str) -> None:
    growth = read_growth(told, from_year=2020, to_year=2027)
    demand, findings = build_demand(None, REGION, population=TABLE, growth=growth)
    people = demand.frame.groupby("township")["people"].sum()
    times = 1.004**7
    assert people[[1, 2]].sum() == round(20_001 * times)
    assert people[0] == round(7_777 * times)
    assert demand.year == 2027
    (grown,) = (finding for finding in findings if finding.kind == "population-grown")
    assert grown.values["before"] == 27_778 and grown.values["people"] == int(people.sum())
    assert grown.values["least"] == grown.values["most"] == 0.4


def test_households_grow_with_the_people_of_their_row_and_else_follow_the_size() -> None:
    growth = read_growth("0.01", from_year=2020, to_year=2030)
    demand, findings = build_demand(
        None, REGION, population=TABLE, growth=growth, household_size=3.0
    )
    homes = demand.frame.groupby("township")["households"].sum()
    people = demand.frame.groupby("township")["people"].sum()
    assert homes[[1, 2]].sum() == round(7_001 * int(people[[1, 2]].sum()) / 20_001)
    assert homes[0] == round(int(people[0]) / 3.0)
    (assumed,) = (finding for finding in findings if finding.kind == "households-assumed")
    assert assumed.values == {"size": 3.0, "households": homes[0], "of": homes.sum()}


def test_without_growth_figures_stay_and_households_are_exact() -> None:
    demand, _ = build_demand(None, REGION, population=TABLE)
    homes = demand.frame.groupby("township")["households"].sum()
    assert homes[[1, 2]].sum() == 7_001
    assert demand.frame.groupby("township")["people"].sum()[[1, 2]].sum() == 20_001


def test_the_most_specific_rate_counts(tmp_path: Path) -> None:
    told = _table(tmp_path, "code,rate\n360222,1%\n360222101,-0.02\n")
    factors, findings = growth_factors(read_growth(told, from_year=2020, to_year=2022), REGION)
    at = dict(zip(REGION.townships["name"], factors, strict=True))
    assert at == pytest.approx({"甲镇": 1.01**2, "乙镇": 0.98**2, "丙镇": 1.0})
    (left,) = findings
    assert left.kind == "growth-without-rate" and left.values["names"] == "丙镇"


def test_unlike_rates_share_a_total_by_what_each_would_have(tmp_path: Path) -> None:
    told = _table(tmp_path, "name,增长率\n甲镇,10%\n乙镇,0\n丙镇,0\n")
    growth = read_growth(told, from_year=2020, to_year=2022)
    before, _ = build_demand(None, REGION, population=TABLE)
    after, _ = build_demand(None, REGION, population=TABLE, growth=growth)
    was, now = (d.frame.groupby("township")["people"].sum() for d in (before, after))
    assert now[1] == pytest.approx(was[1] * 1.21, abs=2)
    assert now[2] == pytest.approx(was[2], abs=2)
    assert now[[1, 2]].sum() == pytest.approx(was[1] * 1.21 + was[2], abs=0.51)


def test_back_in_time_is_the_inverse() -> None:
    forth, _ = growth_factors(read_growth("0.03", from_year=2020, to_year=2027), REGION)
    back, _ = growth_factors(read_growth("0.03", from_year=2027, to_year=2020), REGION)
    assert np.allclose(forth * back, 1.0)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("4", "not allowed"),
        ("nan", "not allowed"),
        ("-30%", "not allowed"),
        ("fast", "neither a rate nor a file"),
        ("code,rate\n360222,quick\n", "no rate"),
        ("code,rate\n,0.1\n", "neither code nor name"),
        ("code,rate\n360222,0.1\n360222,0.1\n", "already"),
        ("code,rate\n", "no rows"),
        ("code,people\n360222,1\n", "no column"),
        ("code,rate\n110101,0.01\n", "not in the region"),
    ],
)
def test_what_is_no_rate_is_refused(tmp_path: Path, told: str, why: str) -> None:
    given = _table(tmp_path, told) if "\n" in told else told
    with pytest.raises(PopulationError, match=why) as refused:
        growth_factors(read_growth(given, from_year=2020, to_year=2027), REGION)
    assert "\n" not in str(refused.value)


def test_a_year_must_be_one() -> None:
    with pytest.raises(PopulationError, match="--year"):
        read_growth("0.01", from_year=2020, to_year=27)


def test_each_township_says_what_its_people_are() -> None:
    rows = (*ROWS[:1], PopulationRow(line=4, code="360203100", name="", people=7_777))
    table = PopulationTable(file="t.csv", rows=rows)
    demand, findings = build_demand(None, REGION, population=table)
    assert demand.bases == {"360203100": "figure", "360222100": "total", "360222101": "total"}
    assert demand.estimated
    own = PopulationTable(
        file="t.csv",
        rows=tuple(
            PopulationRow(line=line, code=code, name="", people=500)
            for line, code in enumerate(REGION.townships["code"], 2)
        ),
    )
    exact, findings = build_demand(None, REGION, population=own)
    assert not exact.estimated and set(exact.bases.values()) == {"figure"}
    growth = read_growth("1%", from_year=2020, to_year=2027)
    grown, findings = build_demand(None, REGION, population=own, growth=growth)
    assert grown.estimated and set(grown.bases.values()) == {"figure-projected"}
    assert "demand-estimated" not in [finding.kind for finding in findings]
