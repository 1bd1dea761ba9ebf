from __future__ import annotations

import itertools
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely

from geo.boundary import Region
from geo.errors import BoundaryError
from geo.urban import MIN_PEOPLE, Urban, urban_definition
from tests.geo.squares import CRS, SOUTH, WEST, region_of, square


def cells(*rows: tuple[float, float, int], township: int = 0) -> gpd.GeoDataFrame:
    """Demand of people at places, metres from the corner."""
    return gpd.GeoDataFrame(
        {
            "people": np.array([row[2] for row in rows], np.int64),
            "township": np.full(len(rows), township, np.int32),
        },
        geometry=shapely.points([(WEST + x, SOUTH + y) for x, y, _ in rows]),
        crs=CRS,
    )


def block(x: float, y: float, side: int, people: int) -> list[tuple[float, float, int]]:
    """Square of cells with as many people each."""
    steps = itertools.product(range(side), range(side))
    return [(x + 250 * i, y + 250 * j, people) for i, j in steps]


def towns(*names: str, codes: tuple[str, ...] | None = None) -> Region:
    codes = codes or tuple(f"t{number}" for number in range(len(names)))
    return region_of(
        *(
            {"box": square(1000 * at, 0, 1000), "name": name, "code": code}
            for at, (name, code) in enumerate(zip(names, codes, strict=True))
        )
    )


def decide(frame: gpd.GeoDataFrame, region: Region, **options: object) -> Urban:
    return urban_definition(frame, region, cell_m=250.0, **options)  # type: ignore[arg-type]


def test_streets_by_name_and_by_code() -> None:
    names = ("珠山街道", "城东街道办事处", "新厂街道办", "街道口镇", "竟成镇", "荷塘乡")
    codes = ("a", "b", "c", "d", "360203011", "360202202")
    region = towns(*names, codes=codes)
    frame = cells(*((0, 0, 10) for _ in names))
    order = region.townships["name"].tolist()
    frame["township"] = np.array([order.index(name) for name in names], np.int32)
    urban = decide(frame, region)
    assert urban.kind == "streets"
    assert urban.mask.tolist() == [True, True, True, False, True, False]
    (finding,) = urban.findings
    assert finding.kind == "urban-streets"
    assert finding.values == {"townships": 4, "cells": 4, "people": 40}


def test_named_townships_come_before_streets() -> None:
    region = towns("珠山街道", "荷塘乡")
    frame = cells((0, 0, 10), (0, 0, 20))
    frame["township"] = np.array([0, 1], np.int32)
    for name in ("荷塘乡", " 荷塘乡 ", "T1"):
        urban = decide(frame, region, urban_names=[name])
        assert urban.kind == "names" and urban.mask.tolist() == [False, True]
    with pytest.raises(BoundaryError, match=r"no township is called '荷塘街'.*nearest.*荷塘乡"):
        decide(frame, region, urban_names=["荷塘街"])
    assert decide(frame, region, urban_names=()).kind == "streets"


def test_polygons_of_the_user_come_first(tmp_path: Path) -> None:
    path = tmp_path / "urban.geojson"
    frame = gpd.GeoDataFrame(geometry=[square(0, 0, 300)], crs=CRS)
    frame.to_crs(4326).to_file(path)
    demand = cells((100, 100, 5), (299, 299, 6), (500, 100, 7))
    urban = decide(demand, towns("珠山街道"), urban_file=path, urban_names=["珠山街道"])
    assert urban.kind == "file" and urban.mask.tolist() == [True, True, False]
    assert urban.text == "polygons of urban.geojson"
    far = decide(cells((5000, 0, 5)), towns("珠山街道"), urban_file=path)
    assert [finding.kind for finding in far.findings] == ["urban-file", "no-urban-area"]
    with pytest.raises(BoundaryError, match="no such file"):
        decide(demand, towns("a"), urban_file=tmp_path / "absent.geojson")


def test_density_finds_the_town_and_not_the_village() -> None:
    town, village = block(0, 0, 8, 130), block(9000, 0, 3, 130)
    farms = [(20_000 + 250.0 * at, 0.0, 20) for at in range(40)]
    urban = decide(cells(*town, *village, *farms), towns("a"))
    assert urban.kind == "density"
    assert urban.mask.tolist() == [True] * 64 + [False] * (9 + 40)
    assert urban.findings[0].values["people"] == 64 * 130 >= MIN_PEOPLE


def test_clusters_are_those_of_a_plain_search() -> None:
    """Dense cells within 500 m of each other, and what lies within 500 m of them."""
    rng = np.random.default_rng(7)
    sizes = zip((0, 8000, 16_000), (150, 150, 90), strict=True)
    xy = np.concatenate(
        [rng.normal(centre, 600 if count > 90 else 400, (count, 2)) for centre, count in sizes]
    )
    people = rng.integers(1, 100, len(xy))
    near = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) <= 500
    core = near @ people >= 1500 * np.pi * 0.25
    group = np.arange(len(xy))
    for _ in range(len(xy)):
        for at in np.flatnonzero(core):
            group[at] = group[core & near[at]].min()
    members = {g: near[core & (group == g)].any(axis=0) for g in np.unique(group[core])}
    large = [mask for mask in members.values() if people[mask].sum() >= MIN_PEOPLE]
    assert 0 < len(large) < len(members)
    rows = [(x, y, int(p)) for (x, y), p in zip(xy, people, strict=True)]
    found = decide(cells(*rows), towns("a"))
    assert found.mask.tolist() == np.any(large, axis=0).tolist()


def test_the_largest_cluster_where_none_is_a_town() -> None:
    rows = block(0, 0, 3, 200) + block(9000, 0, 4, 200)
    urban = decide(cells(*rows), towns("a"))
    assert urban.kind == "densest"
    assert urban.mask.tolist() == [False] * 9 + [True] * 16


def test_no_town_at_all_is_said() -> None:
    urban = decide(cells((0, 0, 5), (300, 0, 5)), towns("a"))
    assert urban.kind == "none" and not urban.mask.any()
    assert [finding.kind for finding in urban.findings] == ["no-urban-area"]
