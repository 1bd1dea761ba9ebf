from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from geo.cells import cell_index
from geo.demand import Demand, build_demand
from geo.errors import PopulationError
from geo.population import PopulationRow, PopulationTable
from geo.rounding import largest_remainder
from tests.geo.squares import extract_of, region_of, square


def table(**people: int) -> PopulationTable:
    rows = enumerate(people.items(), start=2)
    return PopulationTable(
        file="people.csv",
        rows=tuple(
            PopulationRow(line=line, code="", name=name, people=figure)
            for line, (name, figure) in rows
        ),
    )


def two_townships():
    return region_of(
        {"box": square(0, 0, 1000), "code": "a", "name": "甲", "county": "县"},
        {"box": square(1000, 0, 1125, 1000), "code": "b", "name": "乙", "county": "县"},
    )


def people_of(demand: Demand) -> list[int]:
    return demand.frame.groupby("township")["people"].sum().reindex([0, 1], fill_value=0).tolist()


@given(
    st.integers(0, 2_000_000_000),
    st.lists(st.floats(0, 1e9, allow_subnormal=False), min_size=1, max_size=60).filter(
        lambda weights: sum(weights) > 1e-6
    ),
)
def test_largest_remainder_adds_up_and_stays_within_one_of_the_quota(total, weights) -> None:
    shares = largest_remainder(total, np.array(weights))
    assert int(shares.sum()) == total
    exact = [Fraction(weight) for weight in weights]
    for share, weight in zip(shares.tolist(), exact, strict=True):
        quota = total * weight / sum(exact)
        # Quotas are rounded to about 16 digits: two thousand million people to a millionth.
        assert abs(share - quota) < 1 + Fraction(1, 10**5)


@given(st.integers(0, 50), st.lists(st.integers(0, 9), min_size=1, max_size=8).filter(any))
def test_largest_remainder_is_hamilton_s(total, weights) -> None:
    quota = [Fraction(total * weight, sum(weights)) for weight in weights]
    expected = [int(q) for q in quota]
    order = sorted(range(len(quota)), key=lambda at: (int(quota[at]) - quota[at], at))
    for at in order[: total - sum(expected)]:
        expected[at] += 1
    shares = largest_remainder(total, np.array(weights, float)).tolist()
    if shares != expected:  # an exact tie that rounding of quotas broke: as good, still adds up
        gaps = [
            quota[at] - int(quota[at]) for at in range(len(quota)) if shares[at] != expected[at]
        ]
        assert len(set(gaps)) == 1 and sum(shares) == total


def test_equal_weights_go_to_the_first() -> None:
    assert largest_remainder(5, np.ones(3)).tolist() == [2, 2, 1]


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 5000), st.integers(0, 5000))
def test_figures_of_townships_hold_exactly(first, second) -> None:
    assume(first or second)
    demand, findings = build_demand(None, two_townships(), population=table(甲=first, 乙=second))
    assert people_of(demand) == [first, second]
    assert not demand.estimated and (demand.frame["people"] > 0).all()
    empty = [f.values["names"] for f in findings if f.kind == "demand-townships-empty"]
    names = [name for name, figure in (("甲", first), ("乙", second)) if not figure]
    assert empty == (["; ".join(names)] if names else [])


def test_a_county_total_is_shared_by_what_townships_can_house() -> None:
    demand, findings = build_demand(None, two_townships(), population=table(县=1700))
    # 1.000 and 1.125 km2 of land: 800 and 900 people.
    assert people_of(demand) == [800, 900]
    assert demand.estimated
    (told,) = (f for f in findings if f.kind == "demand-estimated")
    assert told.values == {
        "basis": "totals", "townships": 2, "of": 2, "people": 1700, "people_total": 1700,
    }  # fmt: skip
    assert demand.source == "people.csv: 2 sharing wider totals; spread over land area"


def test_townships_without_a_figure_live_as_densely_as_the_others() -> None:
    demand, findings = build_demand(None, two_townships(), population=table(甲=4000))
    assert people_of(demand) == [4000, 4500]
    assert demand.estimated
    assert demand.source == (
        "people.csv: 1 townships with figures of their own, 1 estimated; spread over land area"
    )
    assert "population-township-without-figure" in {f.kind for f in findings}


def test_without_any_figure_the_capacity_is_the_estimate() -> None:
    houses = [(100.0 + 10 * n, 300.0, 80.0) for n in range(40)]
    demand, findings = build_demand(extract_of(houses=houses), two_townships())
    # 40 people in 40 houses of 80 m2; 乙 is bare: 100 people to a km2.
    assert people_of(demand) == [40, 112]
    assert demand.estimated and demand.source == "estimate from building floor area, land area"
    assert demand.methods == {"a": "buildings", "b": "area"}
    kinds = {f.kind: f.values for f in findings}
    assert kinds["demand-method-buildings"] == {"townships": 1, "people": 40}
    assert kinds["demand-method-area"] == {"townships": 1, "people": 112}


def test_cells_are_named_once_and_carry_the_code_where_a_border_cuts_them() -> None:
    region = region_of(
        {"box": square(0, 0, 1100, 1000), "code": "a", "name": "甲"},
        {"box": square(1100, 0, 900, 1000), "code": "<b>", "name": "乙"},
    )
    demand, _ = build_demand(None, region, population=table(甲=1000, 乙=1000))
    frame = demand.frame
    assert frame["id"].is_unique and frame["id"].is_monotonic_increasing
    cut = frame.groupby(["ix", "iy"])["id"].transform("size") == 2
    assert cut.sum() == 8
    for row, shared in zip(frame.itertuples(), cut, strict=True):
        code = region.townships["code"].iloc[row.township]
        assert row.id == f"x{row.ix}y{row.iy}" + (f"-{code}" if shared else "")
        assert cell_index(np.array([row.geometry.x, row.geometry.y]), 250.0).tolist() == [
            row.ix,
            row.iy,
        ]
    points = frame.geometry
    assert (region.assign(points.x, points.y) == frame["township"]).all()


def test_the_same_input_gives_the_same_demand() -> None:
    houses = [(37.0 * n % 990, 61.0 * n % 990, 50.0 + n) for n in range(200)]
    first, _ = build_demand(extract_of(houses=houses), two_townships(), population=table(县=999))
    again, _ = build_demand(extract_of(houses=houses), two_townships(), population=table(县=999))
    assert first.frame.to_wkb().equals(again.frame.to_wkb())


def test_nobody_at_all_is_refused() -> None:
    with pytest.raises(PopulationError, match=r"people\.csv: .*no people"):
        build_demand(None, two_townships(), population=table(县=0))
    tiny = region_of({"box": square(0, 0, 30), "name": "甲"})
    with pytest.raises(
        PopulationError, match=r"测试市: nobody .*land area \(1 townships of 0.0009"
    ):
        build_demand(None, tiny)


def test_progress_ends_at_one() -> None:
    told: list[tuple[str, float]] = []
    build_demand(extract_of(), two_townships(), progress=lambda *step: told.append(step))
    assert {phase for phase, _ in told} == {"find dwellings", "spread people"}
    assert told[-1] == ("spread people", pytest.approx(1.0))
