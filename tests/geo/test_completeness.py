from __future__ import annotations

import math
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from geo.candidates import Candidates
from geo.completeness import (
    FLOOR_PER_PERSON_M2,
    ROAD_KM_PER_KM2,
    ROAD_PER_PERSON_M_CHINA,
    completeness_of,
    is_unmapped,
    lone_spreads,
)
from geo.cut_off import cut_off
from geo.demand import Demand, build_demand
from geo.extract import Extract
from geo.population import PopulationRow, PopulationTable
from geo.region import Region
from tests.geo.squares import areas_of, extract_of, region_of, square

DAY_S = 86_400


def _demand(extract: Extract, region: Region, people: list[int]) -> Demand:
    codes = region.townships["code"].tolist()
    rows = tuple(
        PopulationRow(line=row + 2, code=code, name="", people=count)
        for row, (code, count) in enumerate(zip(codes, people, strict=True))
    )
    table = PopulationTable(file="people.csv", rows=rows)
    return build_demand(extract, region, population=table)[0]


def _three(people: list[int]) -> tuple[Extract, Region, Demand]:
    """Three townships of 4 km2: 20 streets of 2 km and 400 houses, 3 streets and 20, nothing."""
    region = region_of(
        *(
            {"box": square(3000.0 * t, 0.0, 2000.0), "name": f"镇{t}", "code": f"360222{100 + t}"}
            for t in range(3)
        )
    )
    streets = [[(0.0, 90.0 * k + 50), (2000.0, 90.0 * k + 50)] for k in range(20)]
    streets += [[(3001.0, 90.0 * k + 50), (5000.0, 90.0 * k + 50)] for k in range(3)]
    houses = [(95.0 * (k % 20) + 50, 95.0 * (k // 20) + 60, 100.0) for k in range(400)]
    houses += [(3050.0 + 90 * k, 500.0, 100.0) for k in range(20)]
    land = areas_of(
        ("residential", square(0, 0, 1000, 1000)),
        ("commercial", square(500, 0, 1000, 1000)),
        ("farmland", square(3000, 0, 2000, 2000)),
    )
    extract = extract_of(houses=houses, streets=streets, areas=land)
    return extract, region, _demand(extract, region, people)


def test_each_figure_is_what_was_drawn() -> None:
    extract, region, demand = _three([1000, 1000, 1000])
    frame, findings = completeness_of(extract, region, demand)
    assert frame["road_km"].tolist() == pytest.approx([40.0, 6.0, 0.0], rel=2e-3)
    assert frame["built_km2"].tolist() == pytest.approx([1.5, 0.0, 0.0], rel=1e-3)
    assert frame["buildings"].tolist() == [400, 20, 0]
    assert frame["footprint_m2"].tolist() == [40_000, 2000, 0]
    assert frame["people"].tolist() == [1000, 1000, 1000]
    # A house of the drawings has one storey.
    floor = [40.0 / FLOOR_PER_PERSON_M2, 2.0 / FLOOR_PER_PERSON_M2, 0.0]
    assert frame["floor_ratio"].tolist() == pytest.approx(floor, abs=1e-4)
    due_km = ROAD_PER_PERSON_M_CHINA * 1000 / 1e3
    ratio = [40.0 / due_km, 6.0 / due_km, 0.0]
    assert frame["road_ratio"].tolist() == pytest.approx(ratio, rel=2e-3)
    assert frame["road_fit"].isna().all()  # three townships are none to learn from
    assert frame["roads"].tolist() == ["good", "good", "poor"]
    assert frame["homes"].tolist() == ["good", "poor", "poor"]
    assert is_unmapped(frame, 3).tolist() == [False, True, True]
    poor = next(finding for finding in findings if finding.kind == "map-poor")
    assert poor.values == {"townships": 2, "of": 3, "people": 2000, "names": "镇1; 镇2"}


def test_a_dense_town_needs_no_more_streets_than_fit_its_ground() -> None:
    extract, region, demand = _three([200_000, 1000, 1000])
    frame, _ = completeness_of(extract, region, demand)
    assert frame["road_ratio"][0] == pytest.approx(40.0 / (ROAD_KM_PER_KM2 * 4.0), rel=2e-3)
    assert (frame["roads"][0], frame["homes"][0]) == ("good", "poor")


def test_nobody_and_no_map_are_not_called_bad() -> None:
    extract, region, demand = _three([1000, 0, 50])
    frame, _ = completeness_of(extract, region, demand)
    assert math.isnan(frame["road_ratio"][1])
    assert math.isnan(frame["road_ratio"][2])
    assert frame["grade"][1] == "good"
    assert completeness_of(extract, region, demand, roadless=(1,))[0]["roads"][1] == "poor"
    assert not is_unmapped(None, 2).any()


def test_a_township_with_a_fifth_of_its_neighbours_roads_stands_out() -> None:
    region = region_of(
        *(
            {"box": square(2500.0 * t, 0.0, 2000.0), "name": f"镇{t}", "code": f"c{t:02d}"}
            for t in range(14)
        )
    )
    streets = [
        [(2500.0 * t, 150.0 * k + 50), (2500.0 * t + 2000, 150.0 * k + 50)]
        for t in range(14)
        for k in range(2 if t == 9 else 10)
    ]
    extract = extract_of(streets=streets)
    frame, _ = completeness_of(extract, region, _demand(extract, region, [500] * 14))
    usual = [row for row in range(14) if row != 9]
    assert frame["road_fit"].to_numpy()[usual] == pytest.approx(np.ones(13), rel=0.02)
    assert frame["road_fit"][9] == pytest.approx(0.2, rel=0.02)
    assert frame["roads"].to_numpy()[usual].tolist() == ["good"] * 13
    assert frame["roads"][9] == "poor"  # though 8 m a head are more than the published mean


def test_age_is_counted_back_from_the_newest_edit() -> None:
    extract, region, demand = _three([1000, 1000, 1000])
    newest = 1_600_000_000
    old = newest - 6 * 366 * DAY_S
    edited = np.full(23, newest - DAY_S)
    edited[:5] = old
    edited[20] = 0  # not told
    extract = replace(
        extract,
        roads=replace(extract.roads, edited_s=edited),
        edited_s=np.sort(np.append(edited[edited > 0], newest)),
    )
    frame, findings = completeness_of(extract, region, demand)
    assert frame["road_old_share"].tolist()[:2] == [0.25, 0.0]
    assert math.isnan(frame["road_old_share"][2])
    assert frame["road_newest"].tolist() == ["2020-09-12", "2020-09-12", ""]
    age = next(finding for finding in findings if finding.kind == "map-age")
    assert age.values["newest"] == "2020-09-13"
    assert (age.values["objects"], age.values["old_share"]) == (23, round(5 / 23, 4))


def test_other_plausible_spreads_are_kept_whole() -> None:
    extract, _, demand = _three([1000, 300, 300])
    spreads = demand.spreads
    assert spreads is not None
    methods: dict[int, set[str]] = {}
    for method, township in zip(spreads["method"], spreads["township"], strict=True):
        methods.setdefault(township, set()).add(method)
    # Houses are enough in the first alone; the others have streets and fields, or nothing at all.
    chosen = list(demand.methods.values())
    assert chosen == ["buildings", "roads", "area"]
    assert methods == {0: {"roads", "landuse"}, 1: {"area"}}
    assert (spreads["weight"] > 0).all()
    even = spreads[(spreads["method"] == "area")]
    assert even["weight"].sum() == pytest.approx(100 * 4.0 * 1000, rel=1e-3)  # by the rate of land
    assert lone_spreads(demand, 3)[0].values == {"townships": 1, "people": 300}
    assert extract.findings == ()


def test_only_people_on_parts_without_candidates_are_cut_off() -> None:
    extract, region, demand = _three([1000, 1000, 1000])
    xs, home = demand.frame.geometry.x.to_numpy(), demand.frame["township"].to_numpy()

    def snap(x: Any, _y: Any) -> tuple[Any, Any]:
        return ((np.asarray(x) - xs.min()) // 2900).astype(np.int64), None

    network: Any = SimpleNamespace(mode="walk", snap=snap, component=np.array([0, 1, 2]))
    places = demand.frame.iloc[np.flatnonzero(home == 0)[:2]][["township", "geometry"]]
    candidates = Candidates(frame=places)
    lost, findings = cut_off(network, demand, candidates, ())
    assert lost.tolist() == (home > 0).tolist()
    assert findings[0].values == {
        "mode": "walk", "cells": int((home > 0).sum()), "people": 2000, "parts": 2
    }  # fmt: skip
    assert cut_off(network, demand, candidates, (2,))[0].tolist() == (home == 1).tolist()
    assert extract.roads.way_id.size
    assert len(region.townships) == 3
