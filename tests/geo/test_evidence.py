from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import shapely

from geo.dwellings import (
    FLOOR_PER_PERSON_M2,
    PEOPLE_PER_STREET_KM,
    on_buildings,
    on_land,
    on_landuse,
    on_roads,
)
from geo.evidence import settle
from tests.geo.squares import SOUTH, WEST, areas_of, at, extract_of, region_of, square

UNKNOWN = np.array([-1])


def one_township(size: float = 1000.0):
    return region_of({"box": square(0, 0, size), "name": "甲镇"})


def houses(count: int, footprint: float, x: float = 100.0) -> list[tuple[float, float, float]]:
    return [(x + 10 * number, 100.0, footprint) for number in range(count)]


def test_floor_area_counts_homes_only() -> None:
    rows = [  # building, footprint, levels, other use, floor area expected
        ("house", 100.0, np.nan, False, 200.0),
        ("apartments", 300.0, 11.0, True, 3300.0),  # a shop below does not empty the flats
        ("apartments", 300.0, np.nan, False, 1200.0),
        ("yes", 100.0, np.nan, False, 150.0),
        ("yes", 100.0, np.nan, True, 0.0),
        ("yes", 2001.0, np.nan, False, 0.0),
        ("yes", 19.0, np.nan, False, 0.0),
        ("house", 100.0, 0.0, False, 200.0),
        ("house", 100.0, 999.0, False, 200.0),
        ("garage", 100.0, 2.0, False, 0.0),
        ("industrial", 900.0, 2.0, False, 0.0),
    ]
    frame = pd.DataFrame(
        [row[:4] for row in rows], columns=["building", "area_m2", "levels", "other_use"]
    )
    places = [at(50 + 20 * number, 500) for number in range(len(rows))]
    frame["lon"], frame["lat"] = np.array(places).T
    found = on_buildings(extract_of(buildings=frame), one_township())
    assert found.amount.tolist() == [row[4] for row in rows if row[4]]
    assert np.allclose(found.capacity * FLOOR_PER_PERSON_M2, found.amount)


def test_streets_are_measured_and_sampled_along_the_line() -> None:
    extract = extract_of(streets=[[(100, 100), (700, 100), (700, 1400)]])
    found = on_roads(extract, one_township())
    # 600 m and, of 1,300 m across the border, the 900 m inside.
    assert found.amount.sum() == pytest.approx(1.5, abs=0.02)
    assert found.capacity.sum() == pytest.approx(1.5 * PEOPLE_PER_STREET_KM, rel=0.02)
    line = shapely.LineString([(100, 100), (700, 100), (700, 1400)])
    off = shapely.distance(line, shapely.points(found.x - WEST, found.y - SOUTH))
    assert off.max() < 0.01


def test_driveways_and_squares_are_no_streets() -> None:
    extract = extract_of(streets=[[(0, 100), (900, 100)], [(0, 200), (900, 200)]])
    extract.roads.tags.loc[0, ["highway", "service"]] = ["service", "driveway"]
    extract.roads.tags.loc[1, "area"] = "yes"
    assert not len(on_roads(extract, one_township()).amount)


def test_overlapping_residential_land_counts_once() -> None:
    shapes = [square(0, 0, 400), square(200, 0, 400), square(5000, 0, 400)]
    areas = areas_of(*(("residential", shape) for shape in shapes), ("water", square(0, 0, 900)))
    found = on_landuse(extract_of(areas=areas), one_township(), 250.0)
    assert found.amount.sum() == pytest.approx(24.0, rel=1e-4)  # 600 m x 400 m, in ha


def test_land_is_dry_land() -> None:
    region = one_township()
    lake = square(0, 0, 1000, 500)
    found = on_land(region, 250.0, townships=np.array([0]), water=lake)
    assert found.amount.sum() == pytest.approx(0.5)
    assert (found.y - SOUTH >= 500).all()
    flooded = on_land(region, 250.0, townships=np.array([0]), water=square(-9, -9, 2000))
    assert flooded.amount.sum() == pytest.approx(1.0)


def test_a_township_without_territory_keeps_a_place() -> None:
    region = region_of({"box": square(0, 0, 1000)}, {"box": square(0, 0, 400)})
    territories = region.territories.copy()
    territories.iloc[1] = shapely.Polygon()
    region = type(region)(
        name="", crs=region.crs, source="", approximate=False,
        townships=region.townships, territories=territories,
    )  # fmt: skip
    found = on_land(region, 250.0, townships=np.array([0, 1]), water=shapely.Point())
    (row,) = np.flatnonzero(found.township == 1)
    assert shapely.intersects_xy(square(0, 0, 400), found.x[row], found.y[row])


@pytest.mark.parametrize(
    ("people", "extract", "method"),
    [
        # 30 houses of 100 m2 of floor: 3,000 m2 are 8 m2 each for 375 people and no more.
        (375, extract_of(houses=houses(30, 100)), "buildings"),
        (376, extract_of(houses=houses(30, 100)), "area"),
        (-1, extract_of(houses=houses(20, 100)), "buildings"),
        (-1, extract_of(houses=houses(19, 100)), "area"),
        # 4 ha of housing land hold 2,000 people at the most.
        (2000, extract_of(areas=areas_of(("residential", square(0, 0, 200)))), "landuse"),
        (2001, extract_of(areas=areas_of(("residential", square(0, 0, 200)))), "area"),
        (-1, extract_of(areas=areas_of(("residential", square(0, 0, 90)))), "area"),
        (-1, extract_of(streets=[[(0, 500), (999, 500)]]), "area"),
        (-1, extract_of(streets=[[(0, 500), (999, 500)], [(0, 9), (9, 9)]]), "roads"),
        (2500, extract_of(streets=[[(0, 500), (999, 500)]]), "area"),
        # 20 houses beside 10 km of streets: somebody mapped the streets and began with the houses.
        (
            -1,
            extract_of(
                houses=houses(20, 100),
                streets=[[(1, 10.0 * n), (999, 10.0 * n)] for n in range(10)],
            ),
            "roads",
        ),
        (-1, extract_of(), "area"),
        (-1, None, "area"),
    ],
)
def test_a_method_is_used_only_where_it_could_be_true(people, extract, method) -> None:
    region = one_township()
    found = settle(extract, region, cell_m=250.0, people=np.array([people]))
    assert found.methods == (method,)
    assert (found.capacity > 0).all()


def test_a_unit_stands_at_the_dwelling_nearest_to_the_middle() -> None:
    # Two hamlets of ten houses in one cell: the middle between them is a field.
    places = [(20.0, 20.0 + n, 100.0) for n in range(10)]
    places += [(230.0, 20.0 + n, 100.0) for n in range(11)]
    found = settle(extract_of(houses=places), one_township(), cell_m=250.0, people=UNKNOWN)
    assert found.methods == ("buildings",) and len(found.x) == 1
    x, y = found.x[0] - WEST, found.y[0] - SOUTH
    middle = np.mean([place[:2] for place in places], axis=0)
    nearest = min(places, key=lambda place: np.hypot(*(np.array(place[:2]) - middle)))
    assert (x, y) == pytest.approx(nearest[:2], abs=0.01)


def test_two_townships_share_a_cell_as_two_units() -> None:
    region = region_of({"box": square(0, 0, 125, 250)}, {"box": square(125, 0, 125, 250)})
    found = settle(None, region, cell_m=250.0, people=np.array([-1, -1]))
    assert found.township.tolist() == [0, 1]
    assert found.ix[0] == found.ix[1] and found.iy[0] == found.iy[1]
    assert (region.assign(found.x, found.y) == [0, 1]).all()
