from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.boundary import Region
from geo.census import Matched, match
from geo.errors import PopulationError
from geo.population import PopulationRow, PopulationTable, read_population
from tests.geo.squares import region_of, square

COUNTIES = {"360202": "昌江区", "360222": "浮梁县"}


def county_region() -> Region:
    """Five townships of two counties of Jingdezhen."""
    names = {
        "360202001": "西郊街道",
        "360202202": "荷塘乡",
        "360222100": "浮梁镇",
        "360222105": "瑶里镇",
        "360222208": "西湖乡",
    }
    return region_of(
        *(
            {
                "box": square(1000 * number, 0, 1000),
                "code": code,
                "name": name,
                "county_code": code[:6],
                "county": COUNTIES[code[:6]],
                "ancestors": f"{COUNTIES[code[:6]]};{code[:6]};景德镇市;江西省",
            }
            for number, (code, name) in enumerate(names.items())
        )
    )


def table(*rows: tuple[str, str, int], skip_unknown: bool = False) -> PopulationTable:
    return PopulationTable(
        file="people.csv",
        rows=tuple(
            PopulationRow(line=line, code=code, name=name, people=people)
            for line, (code, name, people) in enumerate(rows, start=2)
        ),
        skip_unknown=skip_unknown,
    )


def kinds(matched: Matched) -> list[str]:
    return [finding.kind for finding in matched.findings]


def groups(matched: Matched) -> list[tuple[int, list[int]]]:
    return [(group.people, group.members.tolist()) for group in matched.groups]


def test_most_specific_figure_wins_and_the_rest_is_shared() -> None:
    matched = match(
        table(
            ("360200", "景德镇市", 1000),
            ("360222", "", 600),
            ("360222105", "", 250),
            ("", "西郊街道", 300),
        ),
        county_region(),
    )
    assert matched.people.tolist() == [300, -1, -1, 250, -1]
    assert groups(matched) == [(350, [2, 4]), (100, [1])]
    assert kinds(matched) == ["population-total-spread"] * 2


def test_a_county_is_found_by_name_by_code_and_by_any_length_of_code() -> None:
    for code, name in (
        ("", "浮梁县"),
        ("360222", ""),
        ("360222000000", ""),
        ("360222.0", "x"),
        ("999999", "浮梁县"),
    ):
        if code == "999999":  # a code of elsewhere: the name cannot be meant
            with pytest.raises(PopulationError, match="not in the region"):
                match(table((code, name, 9)), county_region())
        else:
            assert groups(match(table((code, name, 9)), county_region())) == [(9, [2, 3, 4])]


def test_a_region_total_matches_what_is_around_all_townships() -> None:
    everything = [(7, [0, 1, 2, 3, 4])]
    for row in (("", "江西省", 7), ("", "测试市", 7), ("360000", "", 7), ("", "合计", 7)):
        assert groups(match(table(row), county_region())) == everything


def test_a_complete_total_is_only_compared() -> None:
    parts = [(code, "", 10) for code in ("360222100", "360222105", "360222208")]
    agreed = match(table(*parts, ("360222", "", 30)), county_region())
    assert kinds(agreed) == ["population-township-without-figure"]
    differing = match(table(*parts, ("360222", "", 31)), county_region())
    (finding,) = (f for f in differing.findings if f.kind == "population-sum-differs")
    assert finding.values == {"total": 31, "sum": 30, "row": 5}
    assert differing.people.tolist() == [-1, -1, 10, 10, 10] and not differing.groups


def test_a_total_below_its_parts_is_refused_with_both_numbers() -> None:
    with pytest.raises(PopulationError, match=r"row 3: '360222' has 20 people.* 25 of its parts"):
        match(table(("360222100", "", 25), ("360222", "", 20)), county_region())


def test_a_total_of_more_than_the_region_is_not_put_on_it() -> None:
    # 360100 is elsewhere in the province: the province's people are not the region's.
    matched = match(
        table(("360000", "江西省", 900), ("360100", "南昌市", 500), ("360222", "", 60),
              skip_unknown=True),
        county_region(),
    )  # fmt: skip
    assert groups(matched) == [(60, [2, 3, 4])]
    assert "population-total-wider" in kinds(matched)
    (skipped,) = (f for f in matched.findings if f.kind == "population-rows-skipped")
    assert skipped.values == {"rows": 1, "people": 500, "first": "360100 南昌市"}


def test_a_table_of_nobody_is_refused_with_its_sums() -> None:
    told = r"^people\.csv: gives the region no people: .* 2 rows is 0, .*estimate$"
    with pytest.raises(PopulationError, match=told):  # townships without a figure are no excuse
        match(table(("360222100", "", 0), ("360222105", "", 0)), county_region())
    rows = (("360222", "", 0), ("110101", "", 7))
    with pytest.raises(PopulationError, match="rows is 7, of those in the region 0"):
        match(table(*rows, skip_unknown=True), county_region())
    assert match(table(("360222", "", 0), ("360202", "", 1)), county_region()).groups


def test_unknown_places_are_refused_with_the_nearest_names() -> None:
    with pytest.raises(
        PopulationError, match=r"row 3: '浮粱县' is not in .*浮梁县.*--skip-unknown"
    ):
        match(table(("", "荷塘乡", 5), ("", "浮粱县", 5)), county_region())
    with pytest.raises(PopulationError, match="no row of the table is in the region"):
        match(table(("", "Ryde", 5), skip_unknown=True), county_region())


def test_a_name_of_two_townships_needs_codes() -> None:
    region = region_of(
        {"box": square(0, 0, 9), "code": "360222100", "name": "城关镇", "county_code": "360222"},
        {"box": square(9, 0, 9), "code": "360281100", "name": "城关镇", "county_code": "360281"},
    )
    with pytest.raises(PopulationError, match=r"2 townships \(360222100, 360281100\).*codes"):
        match(table(("", "城关镇", 5)), region)
    # A changed code still tells the county, and thereby which of the two.
    assert match(table(("360281555", "城关镇", 5)), region).people.tolist() == [-1, 5]


def test_one_township_cannot_have_two_figures() -> None:
    with pytest.raises(PopulationError, match=r"row 3: .*township of row 2 again"):
        match(table(("360222105", "", 5), ("", "瑶里镇", 6)), county_region())


def test_names_are_compared_in_any_width_case_and_language() -> None:
    region = region_of({"box": square(0, 0, 9), "name": "St. Helens (IW)", "name_en": "St Helens"})
    for name in ("ＳＴ．　ＨＥＬＥＮＳ (iw)", " st  helens"):
        assert match(table(("", name, 5)), region).people.tolist() == [5]


def test_a_code_and_a_name_of_different_townships_are_told() -> None:
    matched = match(table(("360222105", "浮梁镇", 5)), county_region())
    assert matched.people.tolist() == [-1, -1, -1, 5, -1]
    assert "population-code-and-name-differ" in kinds(matched)


def test_areas_that_cross_each_other_are_refused() -> None:
    region = region_of(
        {"box": square(0, 0, 9), "name": "a", "ancestors": "North;East"},
        {"box": square(9, 0, 9), "name": "b", "ancestors": "North"},
        {"box": square(18, 0, 9), "name": "c", "ancestors": "East"},
    )
    with pytest.raises(PopulationError, match="'East' overlaps 'North' without containing it"):
        match(table(("", "North", 5), ("", "East", 5)), region)


@settings(max_examples=60, deadline=None)
@given(
    own=st.lists(st.none() | st.integers(0, 500), min_size=5, max_size=5),
    extra=st.tuples(st.integers(0, 500), st.integers(0, 500)),
    order=st.randoms(use_true_random=False),
)
def test_every_figure_is_kept_whatever_the_order_of_rows(own, extra, order) -> None:
    """Townships at random, both counties and the city: totals hold, nobody is counted twice."""
    region = county_region()
    codes = region.townships["code"].tolist()
    rows = [
        (code, "", figure) for code, figure in zip(codes, own, strict=True) if figure is not None
    ]
    total = 0
    for county, more in zip(COUNTIES, extra, strict=True):
        inside = [own[at] for at, code in enumerate(codes) if code.startswith(county)]
        missing = None in inside
        figure = sum(figure or 0 for figure in inside) + (more if missing else 0)
        rows.append((county, "", figure))
        total += figure
    rows.append(("360200", "", total))
    order.shuffle(rows)
    if not total:
        with pytest.raises(PopulationError, match="no people"):
            match(table(*rows), region)
        return
    matched = match(table(*rows), region)
    assert matched.people.tolist() == [-1 if figure is None else figure for figure in own]
    shared = [at for group in matched.groups for at in group.members.tolist()]
    assert sorted(shared) == [at for at, figure in enumerate(own) if figure is None]
    known = int(matched.people[matched.people >= 0].sum())
    assert known + sum(group.people for group in matched.groups) == total
    assert "population-sum-differs" not in kinds(matched)


def test_census_of_jiangxi_on_jingdezhen() -> None:
    folder = os.environ.get("RECYCLENET_TEST_DATA")
    if not folder:
        pytest.skip("RECYCLENET_TEST_DATA is not set: no census table and townships to try")
    from geo.boundary import region_from_file
    from geo.demand import build_demand

    china = Path(folder) / "china"
    region, _ = region_from_file(
        china / "jingdezhen_townships_wgs84.geojson",
        name_field="name",
        code_field="code",
        county_field="adcode",
    )
    people = read_population(china / "census_2020_counties_jiangxi.csv", skip_unknown=True)
    demand, _ = build_demand(None, region, population=people, cell_m=1000.0)
    county = region.townships["county_code"].to_numpy()[demand.frame["township"]]
    sums = {code: int(demand.frame["people"][county == code].sum()) for code in np.unique(county)}
    assert sums == {"360202": 201363, "360203": 383453, "360222": 280376, "360281": 753787}
    assert demand.estimated
