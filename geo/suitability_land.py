"""Places of our own proposal on land where a point fits: car parks, squares, greens, verges."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.boundary import Region
from geo.exclusions import within_zones
from geo.suitability import Suitability
from geo.suitability_ground import Ground

__all__ = ["LandPlaces", "land_places"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: A spot is at most so far from homes, straight, and from a road that a lorry can use.
NEAR_HOMES_M = 300.0
#: So many people within that distance make a spot worth a look.
MIN_PEOPLE = 100
#: Where another candidate is so near, the land is at its disposal already.
APART_M = 150.0
#: Larger pieces are looked at by squares of this size.
SQUARE_M = 400.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class LandPlaces:
    """Spots on suitable land: metres, township and kind of land of each, by township, y and x."""

    x: Floats
    y: Floats
    township: Ints
    land: NDArray[np.object_]


def land_places(
    ground: Ground,
    suitability: Suitability,
    frame: gpd.GeoDataFrame,
    region: Region,
    zones: gpd.GeoSeries,
    *,
    candidate_xy: Floats,
    spacing_m: float,
) -> LandPlaces:
    """Find spots where a point fits and people are near, thinly.

    A spot lies on mapped land that nothing is built on, as far from buildings and trees, and as
    large, as the criteria ask for a full score; on none of the other criteria (the slope aside,
    which is judged later) does it come to nought. The best first, then those with more people
    around, no two nearer than the spacing.

    Parameters
    ----------
    frame
        Of the demand.
    candidate_xy
        Candidates that there are already: float64[k, 2] metres.
    spacing_m
        Between two spots, at least.
    """
    shapes, kinds = _pieces(ground, suitability)
    homes = shapely.get_coordinates(frame.geometry.to_numpy())
    people = frame["people"].to_numpy(np.int64)
    spots = shapely.get_coordinates(shapely.point_on_surface(shapes)).reshape(-1, 2).round(2)
    around = _people_near(spots, homes, people)
    keep = (around >= MIN_PEOPLE) & ~within_zones(zones, spots)
    if len(candidate_xy) and len(spots):
        keep &= cKDTree(candidate_xy).query(spots)[0] >= APART_M
    township = np.full(len(spots), -1, np.int64)
    township[keep] = region.assign(*spots[keep].T)
    rows = np.flatnonzero(township >= 0)
    score = np.full(len(spots), 0.0)
    for key, values in ground.measure(spots[rows]).items():
        one = suitability[key]
        known = ~np.isnan(values)
        points = np.where(known, one.scores(values), one.unknown)
        score[rows] += one.weight * points
        keep[rows[known & (points <= 0) & (one.weight > 0)]] = False
    rows = rows[keep[rows]]
    order = rows[np.lexsort((spots[rows, 0], spots[rows, 1], -around[rows], -score[rows].round(6)))]
    chosen = _thinned(spots, order, spacing_m)
    chosen = chosen[np.lexsort((spots[chosen, 0], spots[chosen, 1], township[chosen]))]
    return LandPlaces(
        x=spots[chosen, 0],
        y=spots[chosen, 1],
        township=township[chosen],
        land=kinds[chosen],
    )


def _pieces(
    ground: Ground, suitability: Suitability
) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Connected pieces of land that keep the distances and are large enough."""
    lorry_m = max(suitability["lorry"].zero, suitability["lorry"].one)
    least_m2 = suitability["free"].one
    buildings = suitability["buildings"]
    away = buildings.one if buildings.weight > 0 else 0.0
    found, kinds = [], []
    if not len(ground.land) or not len(ground.lorry):
        return np.empty(0, object), np.empty(0, object)
    near_road = shapely.STRtree(ground.lorry)
    built = shapely.STRtree(ground.buildings) if len(ground.buildings) else None
    shut = shapely.STRtree(ground.closed) if len(ground.closed) else None
    for shape, kind in zip(ground.land, ground.land_kind, strict=True):
        roads = np.sort(near_road.query(shape, predicate="dwithin", distance=lorry_m))
        if not len(roads) or shapely.area(shape) < least_m2:
            continue
        # The carriageway itself is no place.
        lines = shapely.union_all(ground.lorry[roads])
        free = shapely.intersection(shape, shapely.buffer(lines, lorry_m, quad_segs=4))
        taken = [shapely.buffer(lines, 3.0, quad_segs=2)] if kind != "parking" else []
        if built is not None:
            rows = np.sort(built.query(free, predicate="dwithin", distance=away))
            taken += list(shapely.buffer(ground.buildings[rows], away, quad_segs=4))
        if shut is not None:
            taken += list(ground.closed[np.sort(shut.query(free, predicate="intersects"))])
        if taken:
            free = shapely.difference(free, shapely.union_all(taken))
        for part in shapely.get_parts(shapely.get_parts(free)):
            if part.geom_type == "Polygon" and part.area >= least_m2:
                cut = _squares(part, least_m2)
                found += cut
                kinds += [kind] * len(cut)
    return np.array(found, dtype=object), np.array(kinds, dtype=object)


def _squares(part: shapely.Geometry, least_m2: float) -> list[shapely.Geometry]:
    west, south, east, north = shapely.bounds(part).tolist()
    if max(east - west, north - south) <= SQUARE_M:
        return [part]
    xs = np.arange(np.floor(west / SQUARE_M), np.ceil(east / SQUARE_M))
    ys = np.arange(np.floor(south / SQUARE_M), np.ceil(north / SQUARE_M))
    columns, rows = np.meshgrid(xs, ys)
    boxes = shapely.box(
        *((columns * SQUARE_M).ravel(), (rows * SQUARE_M).ravel()),
        *(((columns + 1) * SQUARE_M).ravel(), ((rows + 1) * SQUARE_M).ravel()),
    )
    cut = shapely.get_parts(shapely.intersection(boxes, part))
    return [one for one in cut if one.geom_type == "Polygon" and one.area >= least_m2]


def _people_near(spots: Floats, homes: Floats, people: Ints) -> Ints:
    around = np.zeros(len(spots), np.int64)
    if len(spots) and len(homes):
        pairs = cKDTree(homes).query_ball_point(spots, NEAR_HOMES_M)
        around[:] = [int(people[rows].sum()) for rows in pairs]
    return around


def _thinned(spots: Floats, order: Ints, spacing_m: float) -> Ints:
    """Rows in order, without those nearer than the spacing to one before."""
    if not len(order):
        return order
    tree = cKDTree(spots[order])
    free = np.ones(len(order), bool)
    chosen = []
    for at in range(len(order)):
        if free[at]:
            chosen.append(order[at])
            free[tree.query_ball_point(spots[order[at]], spacing_m)] = False
    return np.array(chosen, np.int64)
