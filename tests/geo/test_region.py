from __future__ import annotations

import geopandas as gpd
import numpy as np
import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import MultiPolygon, Point, Polygon, box

from geo.crs import WGS84
from geo.errors import BoundaryError
from geo.region import Region, build_region, outline
from geo.territory import longest_neighbour, overlaps, partition, wasted

Box = tuple[int, int, int, int]
boxes = st.lists(
    st.tuples(st.integers(0, 8), st.integers(0, 8), st.integers(1, 5), st.integers(1, 5)),
    min_size=1,
    max_size=6,
)


def shapes_of(rows: list[Box]) -> np.ndarray:
    return np.array([box(x, y, x + w, y + h) for x, y, w, h in rows], dtype=object)


def region_of(territories: np.ndarray) -> Region:
    frame = gpd.GeoDataFrame({"code": range(len(territories))}, geometry=territories, crs=4548)
    return Region(
        name="", crs=frame.crs, source="", approximate=False, townships=frame,
        territories=frame.geometry,
    )  # fmt: skip


def units(shapes: list[shapely.Geometry], names: list[str] | None = None) -> gpd.GeoDataFrame:
    names = names or [f"T{i}" for i in range(len(shapes))]
    texts = dict.fromkeys(("name_en", "county_code", "county", "ancestors"), "")
    return gpd.GeoDataFrame(
        {"code": names, "name": names, **texts, "mended": False}, geometry=shapes, crs=WGS84
    )


def build(shapes: list[shapely.Geometry], names: list[str] | None = None) -> tuple[Region, dict]:
    region, found = build_region(units(shapes, names), name="R", source="s", approximate=False)
    return region, {(finding.kind, finding.where): finding.values for finding in found}


@given(boxes, st.lists(st.tuples(st.integers(-1, 28), st.integers(-1, 28)), min_size=1))
def test_every_point_finds_its_township(rows: list[Box], halves: list[tuple[int, int]]) -> None:
    """Against shapely one by one, on borders and corners too: the first that holds the point."""
    shapes = shapes_of(rows)
    xy = np.array(halves) / 2.0
    found = region_of(shapes).assign(xy[:, 0], xy[:, 1])
    assert found.dtype == np.int32
    for (x, y), township in zip(xy, found, strict=True):
        holding = [i for i, shape in enumerate(shapes) if shape.intersects(Point(x, y))]
        assert township == (holding[0] if holding else -1)


def test_assign_takes_nothing_and_nowhere() -> None:
    region = region_of(np.array([box(0, 0, 1, 1), Polygon()], dtype=object))
    assert region.assign(np.zeros(0), np.zeros(0)).shape == (0,)
    assert region.assign([np.nan, 0.5], [0.5, 0.5]).tolist() == [-1, 0]


@given(boxes, st.lists(st.tuples(st.integers(0, 13), st.integers(0, 13)), min_size=1))
def test_the_smaller_township_wins_an_overlap(
    rows: list[Box], cells: list[tuple[int, int]]
) -> None:
    shapes = shapes_of(rows)
    territories = partition(shapes, overlaps(shapes))
    areas = shapely.area(shapes)
    for cell in cells:  # the middle of a cell is never on a border
        point = Point(cell[0] + 0.5, cell[1] + 0.5)
        claims = [i for i, shape in enumerate(shapes) if shape.contains(point)]
        owners = [i for i, shape in enumerate(territories) if shape.contains(point)]
        assert owners == ([min(claims, key=lambda i: (areas[i], i))] if claims else [])
    assert shapely.union_all(territories).area == pytest.approx(shapely.union_all(shapes).area)
    assert shapely.area(territories).sum() == pytest.approx(shapely.union_all(shapes).area)


@given(boxes)
def test_overlap_and_gap_measured_cell_by_cell(rows: list[Box]) -> None:
    shapes = shapes_of(rows)
    claims = np.zeros((len(rows), 14, 14), dtype=bool)
    for i, (x, y, w, h) in enumerate(rows):
        claims[i, x : x + w, y : y + h] = True
    overlap_m2, gap_m2 = wasted(shapes, overlaps(shapes))
    times = claims.sum(axis=0)
    assert overlap_m2.tolist() == pytest.approx([(c & (times > 1)).sum() for c in claims])
    holes = shapely.union_all(shapes)
    filled = shapely.union_all([Polygon(p.exterior) for p in shapely.get_parts(holes)])
    assert gap_m2.sum() == pytest.approx(filled.area - holes.area)


def test_a_gap_belongs_to_the_longest_border() -> None:
    # A hole of 2 x 1: below it A (2), left and right of it B and C (1 each), above it D (2) ...
    long_below = box(0, 0, 4, 1)
    around = [long_below, box(0, 1, 1, 2), box(3, 1, 4, 2), box(0, 2, 2, 3), box(2, 2, 4, 3)]
    _, gap_m2 = wasted(np.array(around, dtype=object), [])
    assert gap_m2.tolist() == pytest.approx([2, 0, 0, 0, 0])
    assert longest_neighbour(box(10, 10, 11, 11), np.array(around, dtype=object)) == -1


def test_a_region_is_sorted_projected_and_measured() -> None:
    east, west = box(117.1, 29, 117.2, 29.1), box(117.0, 29, 117.1, 29.1)
    region, found = build([east, west], ["b", "a"])
    assert region.crs.to_epsg() == 4548
    assert region.townships["code"].tolist() == ["a", "b"]
    assert list(region.townships.index) == [0, 1]
    assert region.townships["area_m2"].tolist() == pytest.approx(
        region.townships.geometry.area.tolist()
    )
    true_m2 = 2 * 0.1 * 111_320 * np.cos(np.radians(29.05)) * 0.1 * 110_850
    assert outline(region).area == pytest.approx(true_m2, rel=1e-3)
    assert region.townships["overlap_m2"].max() < 1.0
    assert not found
    x, y = region.territories.iloc[1].representative_point().coords[0]
    assert region.assign([x], [y]).tolist() == [1]


def test_borders_drawn_with_other_corners_still_meet() -> None:
    """A border of 11 km straight in one drawing and with a corner halfway in the other."""
    south = box(117.0, 29.0, 117.1, 29.1)
    corners = [(117.0, 29.1), (117.05, 29.1), (117.1, 29.1), (117.1, 29.2), (117.0, 29.2)]
    region, found = build([south, Polygon(corners)])
    assert not found
    assert region.townships[["overlap_m2", "gap_m2"]].max().max() < 1000


def test_what_does_not_fit_is_told() -> None:
    big, small = box(117.0, 29.0, 117.2, 29.2), box(117.05, 29.05, 117.06, 29.06)
    bow = Polygon([(117.3, 29), (117.4, 29.1), (117.4, 29), (117.3, 29.1)])
    region, found = build([big, small, small, bow])
    told = {kind for kind, _ in found}
    assert told == {"boundary-overlap", "boundary-no-territory", "boundary-mended"}
    assert found["boundary-overlap", "T0"]["others"] == "T1, T2"
    assert found["boundary-overlap", "T0"]["area_m2"] == pytest.approx(1_077_000, rel=0.01)
    assert found["boundary-overlap", "T1"]["share"] == 1.0
    assert ("boundary-no-territory", "T2") in found  # equal claims: the first keeps the ground
    assert ("boundary-mended", "T3") in found
    assert region.townships["mended"].tolist() == [False, False, False, True]
    assert region.townships.geometry.is_valid.all()


def test_hole_between_townships_is_told() -> None:
    ring = box(117.0, 29.0, 117.1, 29.1) - box(117.04, 29.04, 117.05, 29.05)
    _, found = build([ring])
    assert found["boundary-gap", "T0"]["area_m2"] == pytest.approx(1_078_000, rel=0.01)


def test_zones_straddled_are_told_in_china_only() -> None:
    _, found = build([box(118.3, 29.0, 118.4, 29.1), box(118.6, 29.0, 118.9, 29.1)])
    values = found["crs-zone-straddle", ""]
    assert (values["zones"], values["zone"], values["crs"]) == ("39, 40", 40, "EPSG:4549")
    _, found = build([box(11.9, 48.0, 12.1, 48.1)])
    assert not found


def test_a_region_across_the_180th_meridian() -> None:
    fiji = [box(179.8, -17, 180, -16.9), box(-180, -17, -179.7, -16.9)]
    region, _ = build(fiji)
    assert region.crs.to_epsg() in {32760, 32701}
    width = region.townships.total_bounds[2] - region.townships.total_bounds[0]
    assert width == pytest.approx(0.5 * 111_320 * np.cos(np.radians(17)), rel=0.01)


@pytest.mark.parametrize("islands", [0.0, 0.3])
def test_one_township_on_both_sides_of_the_180th_meridian(islands: float) -> None:
    """Its middle in degrees is on the meridian of Greenwich."""
    cut = MultiPolygon([box(179.8, -17, 180, -16.9), box(-180, -17, -179.7 + islands, -16.9)])
    region, found = build([cut, box(179.6, -17, 179.8, -16.9)])
    assert region.crs.to_epsg() == (32701 if islands else 32760)
    whole = box(179.8, -17, 180.3 + islands, -16.9).segmentize(0.01)
    true_m2, _ = pyproj.Geod(ellps="WGS84").geometry_area_perimeter(whole)
    assert region.townships["area_m2"].iloc[0] == pytest.approx(true_m2, rel=2e-3)
    assert not found


@pytest.mark.parametrize(
    ("far", "told"),
    [
        (box(-60.1, 29.0, -60.0, 29.1), "nowhere|times as large"),
        (box(137.0, 29.0, 137.1, 29.1), r"1\.0[2-9] times as large"),
        (box(-62.0, -29.0, -61.9, -28.9), "nowhere|times as large"),
    ],
    ids=["other side", "next sea", "antipodes"],
)
def test_places_too_far_apart_for_one_system_are_refused(far: Polygon, told: str) -> None:
    with pytest.raises(BoundaryError, match=f"too wide for one metric.*({told}).*one by one"):
        build([box(117.0, 29.0, 117.1, 29.1), far])


def test_an_outline_not_cut_at_the_180th_meridian_is_refused() -> None:
    band = Polygon([(179.9, -17), (-179.9, -17), (-179.9, -16.9), (179.9, -16.9)])
    with pytest.raises(BoundaryError, match=r"'T1' goes round the globe.*Cut its outline"):
        build([box(179.6, -17, 179.8, -16.9), band])


def test_a_city_as_wide_as_the_widest_is_not_refused() -> None:
    region, found = build([box(111.0, 41.5, 115.0, 46.0), box(115.0, 41.5, 119.9, 46.0)])
    assert region.crs.to_epsg() == 4547
    assert set(found) == {("crs-zone-straddle", "")}


@settings(max_examples=25)
@given(st.permutations(range(4)))
def test_the_order_of_the_rows_does_not_matter(order: list[int]) -> None:
    shapes = [
        box(117.0, 29.0, 117.1, 29.1), box(117.05, 29.0, 117.15, 29.1),
        box(117.0, 29.05, 117.1, 29.2), MultiPolygon([box(117.2, 29, 117.3, 29.1)]),
    ]  # fmt: skip
    names = ["a", "b", "c", "d"]
    straight, _ = build(shapes, names)
    shuffled, _ = build([shapes[i] for i in order], [names[i] for i in order])
    assert straight.townships.equals(shuffled.townships)
    assert (straight.territories.to_wkb() == shuffled.territories.to_wkb()).all()


def test_a_township_without_area_is_refused() -> None:
    with pytest.raises(BoundaryError, match="'T0' has no area"):
        build([Polygon([(117, 29), (117.1, 29), (117, 29)])])
