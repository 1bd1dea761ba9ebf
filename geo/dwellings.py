"""Where people live, as far as a map can tell: points weighted by how many they may house.

Four kinds of evidence of the map (a raster is a fifth, ``geo.population_raster``), each turned
into *capacity in people* so that townships known by different evidence can share one total. The
rates are assumptions, named here; where a township has its own figure they cancel out, elsewhere
everything made with them is called an estimate.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from geo.boundary import Region
from geo.cells import cut
from geo.extract import Extract

__all__ = ["METHODS", "Dwellings", "Method", "on_buildings", "on_land", "on_landuse", "on_roads"]

Method = Literal["raster", "buildings", "landuse", "roads", "area"]
#: From the best evidence to the last resort.
METHODS: tuple[Method, ...] = ("raster", "buildings", "landuse", "roads", "area")

#: Mapped floor area for each resident: outside walls, second homes and sheds tagged as houses
#: included. The Isle of Wight's comes to 89 m2 for each of its 140,400 residents (census 2021);
#: what households live in is 41.76 m2 a head in China (census 2020).
FLOOR_PER_PERSON_M2 = 80.0
#: Residents of a hectare of mapped residential land: 38 on the Isle of Wight.
PEOPLE_PER_RESIDENTIAL_HA = 40.0
#: Residents of a kilometre of housing street, weighted as below: 260 on the Isle of Wight, fewer
#: where farms are scattered.
PEOPLE_PER_STREET_KM = 200.0
#: Residents of a square kilometre of which nothing is known: thinly settled country.
PEOPLE_PER_KM2 = 100.0

#: Storeys by kind of building where the map does not say. "yes" is a house as often as an
#: outbuilding, hence the low figure.
LEVELS = {
    "apartments": 4.0,
    "bungalow": 1.0,
    "cabin": 1.0,
    "detached": 2.0,
    "dormitory": 4.0,
    "farm": 2.0,
    "house": 2.0,
    "residential": 2.0,
    "semidetached_house": 2.0,
    "static_caravan": 1.0,
    "terrace": 2.0,
    "yes": 1.5,
}
#: Nobody lives in less; most are sheds and garages mapped as "yes".
MIN_FOOTPRINT_M2 = 20.0
#: A larger building that the map calls only "yes" is a hall, a works or a school.
MAX_UNTOLD_FOOTPRINT_M2 = 2_000.0
#: Storeys beyond this are a slip of the keyboard.
MAX_LEVELS = 100.0

#: Share of a street's length that stands for homes along it, by OSM class.
STREETS = {
    "living_street": 1.0,
    "residential": 1.0,
    "pedestrian": 0.5,
    "road": 0.4,
    "service": 0.4,
    "unclassified": 0.4,
    "tertiary": 0.2,
}
#: Service roads that lead to no home of their own.
NOT_STREETS = frozenset({"driveway", "parking_aisle", "drive-through", "emergency_access"})

#: Samples along streets, at most this far apart.
STEP_M = 25.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Dwellings:
    """Weighted points of one kind of evidence, inside the region.

    Parameters
    ----------
    x, y
        Metres, in the region's coordinates.
    township
        Index of the township.
    capacity
        People that the point may house, by the rates of this module; positive.
    amount
        What the capacity was computed from: m2 of floor, ha, km of street, km2 of land.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    township: NDArray[np.int64]
    capacity: NDArray[np.float64]
    amount: NDArray[np.float64]


def on_buildings(extract: Extract, region: Region) -> Dwellings:
    """Residential buildings by floor area (m2): footprint times storeys."""
    frame = extract.buildings
    kind = frame["building"].to_numpy(str)
    footprint = frame["area_m2"].to_numpy(float)
    usual = frame["building"].map(LEVELS).to_numpy(float, na_value=np.nan)
    homes = np.isfinite(usual) & (footprint >= MIN_FOOTPRINT_M2)
    untold = kind == "yes"
    homes &= ~untold | (~frame["other_use"].to_numpy(bool) & (footprint <= MAX_UNTOLD_FOOTPRINT_M2))
    levels = frame["levels"].to_numpy(float)
    levels = np.where((levels > 0) & (levels <= MAX_LEVELS), levels, usual)
    x, y = _project(
        frame["lon"].to_numpy(float)[homes], frame["lat"].to_numpy(float)[homes], region.crs
    )
    floor_m2 = (footprint * levels)[homes]
    return _inside(region, x, y, floor_m2, 1 / FLOOR_PER_PERSON_M2)


def on_landuse(extract: Extract, region: Region, cell_m: float) -> Dwellings:
    """Residential land by area (ha), in quarters of cells; what overlaps counts once."""
    frame = extract.areas
    land = shapely.make_valid(
        frame.geometry[frame["kind"] == "residential"].to_crs(region.crs).to_numpy()
    )
    near = shapely.intersects(land, shapely.box(*region.territories.total_bounds))
    pieces = cut(shapely.get_parts(shapely.union_all(land[near])), cell_m / 2)
    return _inside(region, pieces.x, pieces.y, pieces.area_m2 / 1e4, PEOPLE_PER_RESIDENTIAL_HA)


def on_roads(extract: Extract, region: Region, shares: Mapping[str, float] = STREETS) -> Dwellings:
    """Housing streets by length (km), each class by its share, sampled along the line."""
    roads = extract.roads
    passed = roads.tags["service"].isin(NOT_STREETS) | (roads.tags["area"] == "yes")
    share = roads.tags["highway"].map(dict(shares)).fillna(0.0).mask(passed, 0.0).to_numpy(float)
    x, y = _project(roads.lon, roads.lat, region.crs)
    way = np.repeat(np.arange(len(share)), np.diff(roads.offsets))
    start = np.flatnonzero((way[1:] == way[:-1]) & (share[way[1:]] > 0))
    dx, dy = x[start + 1] - x[start], y[start + 1] - y[start]
    length_m = np.hypot(dx, dy)
    sound = np.isfinite(length_m) & (length_m > 0)
    start, dx, dy, length_m = start[sound], dx[sound], dy[sound], length_m[sound]
    count = np.ceil(length_m / STEP_M).astype(np.int64)
    at = np.repeat(np.arange(len(start)), count)
    along = (np.arange(len(at)) - np.repeat(np.cumsum(count) - count, count) + 0.5) / count[at]
    km = (share[way[start]] * length_m / 1e3 / count)[at]
    px, py = x[start][at] + along * dx[at], y[start][at] + along * dy[at]
    return _inside(region, px, py, km, PEOPLE_PER_STREET_KM)


def on_land(
    region: Region, cell_m: float, *, townships: NDArray[np.intp], water: shapely.Geometry
) -> Dwellings:
    """Dry land by area (km2): a point in every piece of a cell.

    Parameters
    ----------
    region, cell_m
        What to cut, and the grid.
    townships
        Indices of the townships wanted. One without dry land keeps all its territory; one that
        others have taken all territory of is one point inside its outline.
    water
        In the region's coordinates.
    """
    given = region.townships.geometry.to_numpy()[townships]
    territory = region.territories.to_numpy()[townships]
    dry = shapely.difference(shapely.make_valid(territory), water)
    areas = np.where(shapely.area(dry) > 1.0, dry, territory)
    pieces = cut(areas, cell_m)
    bare = np.setdiff1d(np.arange(len(townships)), pieces.owner)
    inside = shapely.point_on_surface(given[bare])
    km2 = np.concatenate([pieces.area_m2, np.maximum(shapely.area(given[bare]), 1.0)]) / 1e6
    return Dwellings(
        x=np.concatenate([pieces.x, shapely.get_x(inside)]),
        y=np.concatenate([pieces.y, shapely.get_y(inside)]),
        township=townships[np.concatenate([pieces.owner, bare])].astype(np.int64),
        capacity=km2 * PEOPLE_PER_KM2,
        amount=km2,
    )


def _project(
    lon: NDArray[np.float64], lat: NDArray[np.float64], crs: CRS
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    x, y = Transformer.from_crs(4326, crs, always_xy=True).transform(lon, lat)
    return np.asarray(x, float), np.asarray(y, float)


def _inside(
    region: Region,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    amount: NDArray[np.float64],
    rate: float,
) -> Dwellings:
    township = np.asarray(region.assign(x, y), np.int64)
    kept = (township >= 0) & (amount > 0)
    return Dwellings(
        x=x[kept],
        y=y[kept],
        township=township[kept],
        capacity=amount[kept] * rate,
        amount=amount[kept],
    )
