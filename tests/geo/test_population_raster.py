from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pyproj
import pytest
import shapely
from rasterio.transform import Affine

from geo.demand import build_demand
from geo.errors import PopulationError
from geo.population import PopulationRow, PopulationTable
from geo.population_raster import people_of_raster
from tests.geo.rasters import write_raster
from tests.geo.squares import CRS, SOUTH, WEST, region_of, square

#: An L of two townships: their shared border runs through pixels and cells.
REGION = region_of(
    {"box": square(0, 0, 1130, 900), "name": "甲镇"},
    {"box": square(1130, 0, 700, 1333), "name": "乙镇"},
)


def _frame(pixel_m: float, x: float = -200.0, y: float = 1700.0) -> Affine:
    return Affine(pixel_m, 0, WEST + x, 0, -pixel_m, SOUTH + y)


def _at(transform: Affine, column: float, row: float) -> tuple[float, float]:
    a, b, c, d, e, f = transform[:6]
    return a * column + b * row + c, d * column + e * row + f


def _values(seed: int, shape: tuple[int, int]) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 40, shape).astype("float32")


def _by_overlap(values: np.ndarray, transform: Affine, outline: shapely.Geometry) -> float:
    """People of an outline by the exact area of every pixel in it."""
    total = 0.0
    for row, column in np.ndindex(values.shape):
        west, north = _at(transform, column, row)
        east, south = _at(transform, column + 1, row + 1)
        pixel = shapely.box(west, south, east, north)
        total += float(values[row, column]) * pixel.intersection(outline).area / pixel.area
    return total


@pytest.mark.parametrize("pixel_m", [30.0, 100.0, 300.0])
def test_each_township_and_cell_gets_the_share_of_pixels_that_lies_in_it(
    tmp_path: Path, pixel_m: float
) -> None:
    size = int(2400 / pixel_m)
    values = _values(1, (size, size))
    path = write_raster(tmp_path / "p.tif", values, _frame(pixel_m))
    found = people_of_raster(path, REGION, cell_m=250.0).dwellings
    for t, outline in enumerate(REGION.territories):
        mine = found.capacity[found.township == t].sum()
        # A part of a pixel is at most 25 m wide: a border misplaces less than half of it.
        slack = 0.02 * _by_overlap(values, _frame(pixel_m), outline)
        assert mine == pytest.approx(_by_overlap(values, _frame(pixel_m), outline), abs=slack)
    cell = square(500, 250, 250)
    inside = (found.x >= WEST + 500) & (found.x < WEST + 750)
    inside &= (found.y >= SOUTH + 250) & (found.y < SOUTH + 500)
    exact = _by_overlap(values, _frame(pixel_m), cell)
    assert found.capacity[inside].sum() == pytest.approx(exact, rel=0.03)


def test_parts_counted_one_by_one_are_the_same(tmp_path: Path) -> None:
    values = _values(2, (18, 18))
    transform = _frame(100.0, -33.0, 1500.0)
    path = write_raster(tmp_path / "p.tif", values, transform)
    found = people_of_raster(path, REGION, cell_m=250.0).dwellings
    brute: dict[tuple[int, int, int], float] = {}
    for row, column in np.ndindex(values.shape):
        for i in range(4):
            for j in range(4):
                x, y = _at(transform, column + (j + 0.5) / 4, row + (i + 0.5) / 4)
                t = int(REGION.assign(np.array([x]), np.array([y]))[0])
                if t >= 0 and values[row, column]:
                    key = (t, int(x // 250), int(y // 250))
                    brute[key] = brute.get(key, 0.0) + float(values[row, column]) / 16
    told: dict[tuple[int, int, int], float] = {}
    for t, x, y, people in zip(found.township, found.x, found.y, found.capacity, strict=True):
        key = (int(t), int(x // 250), int(y // 250))
        told[key] = told.get(key, 0.0) + float(people)
    assert told.keys() == brute.keys()
    assert all(told[key] == pytest.approx(brute[key]) for key in brute)


@pytest.mark.parametrize("crs", ["EPSG:4326", "ESRI:54009", "EPSG:3857"])
def test_any_coordinate_system_keeps_the_sum(tmp_path: Path, crs: str) -> None:
    """One person a pixel over the whole ground: people are area over pixel area."""
    there = pyproj.Transformer.from_crs(CRS, crs, always_xy=True)
    x, y = there.transform(
        WEST + np.array([-500.0, 2500.0, -500.0, 2500.0]),
        SOUTH + np.array([-500.0, -500.0, 2000.0, 2000.0]),
    )
    n = 60
    step_x, step_y = (max(x) - min(x)) / n, (max(y) - min(y)) / n
    transform = Affine(step_x, 0, min(x), 0, -step_y, max(y))
    path = write_raster(tmp_path / "p.tif", np.ones((n, n), "float32"), transform, crs=crs)
    found = people_of_raster(path, REGION, cell_m=250.0).dwellings
    corner = np.array([_at(transform, 30, 30), _at(transform, 31, 30), _at(transform, 31, 31),
                       _at(transform, 30, 31)])  # fmt: skip
    back = pyproj.Transformer.from_crs(crs, CRS, always_xy=True)
    pixel = shapely.Polygon(np.column_stack(back.transform(corner[:, 0], corner[:, 1]))).area
    area = sum(shape.area for shape in REGION.territories)
    assert found.capacity.sum() == pytest.approx(area / pixel, rel=0.01)


def test_nodata_negative_and_nan_are_nobody_and_told_apart(tmp_path: Path) -> None:
    values = np.full((24, 24), 2.0, "float32")
    values[10, 4], values[10, 5], values[10, 6] = -99999.0, -7.0, np.nan
    path = write_raster(tmp_path / "p.tif", values, _frame(100.0), nodata=-99999.0)
    whole = write_raster(tmp_path / "w.tif", np.full((24, 24), 2.0, "float32"), _frame(100.0))
    found = people_of_raster(path, REGION, cell_m=250.0)
    sound = people_of_raster(whole, REGION, cell_m=250.0)
    missing = sound.dwellings.capacity.sum() - found.dwellings.capacity.sum()
    assert missing == pytest.approx(3 * 2.0)
    (dropped,) = found.findings
    assert (dropped.kind, dropped.values) == ("raster-values-dropped", {"pixels": 2})


def test_blocks_do_not_matter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write_raster(tmp_path / "p.tif", _values(3, (48, 48)), _frame(50.0))
    whole = people_of_raster(path, REGION, cell_m=250.0).dwellings
    monkeypatch.setattr("geo.population_raster.BLOCK", 100)
    blocks = people_of_raster(path, REGION, cell_m=250.0).dwellings
    for one, other in ((whole, blocks),):
        order, rank = (np.lexsort((d.y, d.x)) for d in (one, other))
        assert np.array_equal(one.x[order], other.x[rank])
        assert np.allclose(one.capacity[order], other.capacity[rank])


def test_a_raster_that_covers_a_part_says_which_and_leaves_the_rest_to_the_map(
    tmp_path: Path,
) -> None:
    values = np.full((24, 13), 3.0, "float32")  # ends 1100 m east of the corner
    path = write_raster(tmp_path / "p.tif", values, _frame(100.0, -190.0))
    found = people_of_raster(path, REGION, cell_m=250.0)
    assert found.inside.tolist() == [False, False]
    path = write_raster(tmp_path / "q.tif", np.full((24, 15), 3.0, "float32"), _frame(100.0))
    found = people_of_raster(path, REGION, cell_m=250.0)
    assert found.inside.tolist() == [True, False]
    (partial,) = found.findings
    assert partial.kind == "raster-partial" and partial.values["names"] == "乙镇"
    demand, _ = build_demand(None, REGION, raster=path)
    assert list(demand.methods.values()) == ["raster", "area"]


def test_a_raster_alone_is_used_as_it_is_and_with_figures_only_spreads(tmp_path: Path) -> None:
    values = _values(4, (24, 24))
    path = write_raster(tmp_path / "p.tif", values, _frame(100.0))
    demand, findings = build_demand(None, REGION, raster=path)
    exact = sum(_by_overlap(values, _frame(100.0), shape) for shape in REGION.territories)
    assert demand.frame["people"].sum() == pytest.approx(exact, rel=0.01)
    assert demand.estimated and "raster-used" in [finding.kind for finding in findings]

    rows = (
        PopulationRow(line=2, code="", name="甲镇", people=5000),
        PopulationRow(line=3, code="", name="乙镇", people=100),
    )
    table = PopulationTable(file="t.csv", rows=rows)
    scaled, findings = build_demand(None, REGION, raster=path, population=table)
    by = scaled.frame.groupby("township")["people"].sum()
    assert by.tolist() == [5000, 100]
    assert not scaled.estimated and "raster-scaled" in [finding.kind for finding in findings]
    both = demand.frame.set_index("id")["people"], scaled.frame.set_index("id")["people"]
    first = scaled.frame[scaled.frame["township"] == 0]["id"]
    ratio = both[1].loc[first] / both[0].reindex(first)
    assert ratio[both[0].reindex(first) > 100].std() < 0.2, "spread as the raster has it"


def test_where_the_raster_has_nobody_a_figure_is_spread_by_the_map(tmp_path: Path) -> None:
    values = np.zeros((24, 24), "float32")
    values[:, :12] = 5.0  # nobody in the east
    path = write_raster(tmp_path / "p.tif", values, _frame(100.0))
    alone, _ = build_demand(None, REGION, raster=path)
    assert set(alone.frame["township"]) == {0}
    rows = tuple(
        PopulationRow(line=line, code="", name=name, people=70)
        for line, name in ((2, "甲镇"), (3, "乙镇"))
    )
    table = PopulationTable(file="t", rows=rows)
    told, _ = build_demand(None, REGION, raster=path, population=table)
    assert told.frame.groupby("township")["people"].sum().tolist() == [70, 70]


def _several(path: Path) -> None:
    write_raster(path, np.ones((2, 24, 24), "float32"), _frame(100.0))


def _unplaced(path: Path) -> None:
    write_raster(path, np.ones((24, 24), "float32"), _frame(100.0), crs=None)


def _elsewhere(path: Path) -> None:
    write_raster(path, np.ones((24, 24), "float32"), _frame(100.0, 90_000.0, 90_000.0))


def _empty(path: Path) -> None:
    write_raster(path, np.full((24, 24), -1.0, "float32"), _frame(100.0), nodata=-1.0)


def _heights(path: Path) -> None:
    write_raster(path, np.full((24, 24), 9000.0, "float32"), _frame(100.0))


def _redirect(path: Path) -> None:
    path.write_text('<VRTDataset rasterXSize="1" rasterYSize="1"></VRTDataset>')


def _cut(path: Path) -> None:
    write_raster(path, _values(5, (400, 400)), _frame(10.0), compress="deflate")
    path.write_bytes(path.read_bytes()[:3000])


@pytest.mark.parametrize(
    ("make", "told"),
    [
        (_several, "2 bands"),
        (_unplaced, "coordinate system"),
        (_elsewhere, "does not cover"),
        (_empty, "no people"),
        (_heights, "more than can live"),
        (_redirect, "GeoTIFF"),
        (_cut, "GeoTIFF"),
        (lambda path: path.write_bytes(b""), "GeoTIFF"),
        (lambda path: path.mkdir(), "no file"),
        (lambda _path: None, "no such file"),
    ],
)
def test_what_is_no_raster_of_people_is_refused_in_one_line(
    tmp_path: Path, make: Callable[[Path], object], told: str
) -> None:
    path = tmp_path / "p.tif"
    make(path)
    with pytest.raises(PopulationError, match=told) as refused:
        people_of_raster(path, REGION, cell_m=250.0, band=0)
    assert "\n" not in str(refused.value)


def test_a_band_is_taken_when_asked_for(tmp_path: Path) -> None:
    bands = np.stack([np.ones((24, 24), "float32"), np.full((24, 24), 4.0, "float32")])
    path = write_raster(tmp_path / "p.tif", bands, _frame(100.0))
    first, second = (
        people_of_raster(path, REGION, cell_m=250.0, band=band).dwellings.capacity.sum()
        for band in (1, 2)
    )
    assert second == pytest.approx(4 * first)
    with pytest.raises(PopulationError, match="no band 3"):
        people_of_raster(path, REGION, cell_m=250.0, band=3)
