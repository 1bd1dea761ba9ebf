"""What lies around a place: land, buildings, water, schools, dirty neighbours, lorry roads."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from geo.boundary import Region
from geo.crs import WGS84
from geo.extract import Extract

__all__ = ["FAR_M", "WANTED", "Ground", "ground_of"]

#: Points of interest that the criteria need besides areas.
WANTED = frozenset(
    {
        ("amenity", "school"),
        ("amenity", "kindergarten"),
        ("man_made", "wastewater_plant"),
        ("natural", "tree"),
        ("railway", "tram_stop"),
    }
)
#: Distances are looked for so far; this means "so far or farther".
FAR_M = 1000.0
#: Land so near to a candidate is at its disposal: a shop's car park, the green before a hall.
HAND_M = 50.0
#: Ways that a small lorry can use.
LORRY_ROADS = (
    *("trunk", "trunk_link", "primary", "primary_link", "secondary", "secondary_link"),
    *("tertiary", "tertiary_link", "unclassified", "residential", "living_street", "service"),
    "road",
)
_FIRM = ("grade1", "grade2")
_CLOSED = ("private", "no", "forestry", "agricultural")
_NARROW_SERVICE = ("driveway", "drive-through", "emergency_access")

#: A lawn narrower than this, on average, and beside a road is its verge.
VERGE_WIDTH_M = 8.0
VERGE_AWAY_M = 8.0

Floats = NDArray[np.float64]
Shapes = NDArray[np.object_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ground:
    """Shapes in the region's coordinates; a layer without any is unknown, not far away.

    Parameters
    ----------
    land, land_kind
        Polygons where a point may stand, and "parking", "square", "green" or "verge" of each.
    buildings, water, schools, dirty, lorry, obstacles
        Outlines, areas, lines and points.
    closed
        Where nothing may be built: water and the no-go areas.
    """

    land: Shapes
    land_kind: NDArray[np.object_]
    buildings: Shapes
    water: Shapes
    schools: Shapes
    dirty: Shapes
    lorry: Shapes
    obstacles: Shapes
    closed: Shapes

    def measure(self, xy: Floats) -> dict[str, Floats]:
        """Values of all criteria but the slope at places (float64[n, 2]), NaN where unknown."""
        points = np.asarray(shapely.points(xy), dtype=object)
        return {
            "free": self.free_m2(points)[0],
            "buildings": distances_m(self.buildings, points, within=False),
            "obstacles": distances_m(self.obstacles, points),
            "water": distances_m(self.water, points),
            "schools": distances_m(self.schools, points),
            "dirty": distances_m(self.dirty, points),
            "lorry": distances_m(self.lorry, points),
        }

    def free_m2(self, points: Shapes) -> tuple[Floats, NDArray[np.object_]]:
        """Largest piece of land at hand, less buildings and closed ground, and its kinds.

        NaN and "" where the map tells no land there.
        """
        areas = np.full(len(points), np.nan)
        kinds = np.full(len(points), "", object)
        if not len(points) or not len(self.land):
            return areas, kinds
        discs = np.asarray(shapely.buffer(points, HAND_M, quad_segs=8), dtype=object)
        on_land = _grouped(discs, self.land)
        built = _grouped(discs, self.buildings)
        shut = _grouped(discs, self.closed)
        for row, rows in on_land.items():
            disc = discs[row]
            land = shapely.union_all(shapely.intersection(self.land[rows], disc))
            taken = [*self.buildings[built.get(row, [])], *self.closed[shut.get(row, [])]]
            if taken:
                land = shapely.difference(land, shapely.union_all(taken))
            pieces = shapely.get_parts(land)
            areas[row] = round(float(shapely.area(pieces).max(initial=0.0)), 1)
            kinds[row] = ";".join(sorted(set(self.land_kind[rows].tolist())))
        return areas, kinds


def ground_of(extract: Extract, region: Region, zones: gpd.GeoSeries) -> Ground:
    """Sort out what an extract tells of the ground in and around a region.

    Parameters
    ----------
    zones
        No-go areas in the region's coordinates.
    """
    frame = shapely.box(*region.territories.total_bounds).buffer(FAR_M)
    box = shapely.box(*gpd.GeoSeries([frame], crs=region.crs).to_crs(WGS84).total_bounds)

    def placed(shapes: Shapes) -> Shapes:
        near = shapes[shapely.intersects(shapes, box)]
        metric = gpd.GeoSeries(near, crs=WGS84).to_crs(region.crs).to_numpy()
        metric = np.asarray(metric, dtype=object)
        bad = ~shapely.is_valid(metric)
        metric[bad] = shapely.make_valid(metric[bad])
        return metric

    kinds = extract.areas["kind"].to_numpy(object)
    areas = np.asarray(extract.areas.geometry.to_numpy(), dtype=object)

    def of(*wanted: str) -> Shapes:
        return placed(areas[np.isin(kinds, wanted)])

    lines = extract.lines
    line_kinds = lines["kind"].to_numpy(object)
    drawn = np.asarray(lines.geometry.to_numpy(), dtype=object)
    lorry = placed(_lorry_lines(extract))
    land, land_kind = _land({kind: of(kind) for kind in ("parking", "square", "lawn")}, lorry)
    water = of("water")
    closed = np.asarray(zones.to_numpy(), dtype=object)
    streams = placed(drawn[np.isin(line_kinds, ("river", "stream", "canal"))])
    rails = placed(drawn[line_kinds == "rail"])
    return Ground(
        land=land,
        land_kind=land_kind,
        buildings=placed(extract.footprints),
        water=np.concatenate([water, streams]),
        schools=np.concatenate(
            [of("school"), placed(_points(extract.pois, "amenity", ("school", "kindergarten")))]
        ),
        dirty=np.concatenate(
            [
                of("landfill", "sewage", "industrial"),
                placed(_points(extract.pois, "man_made", ("wastewater_plant",))),
            ]
        ),
        lorry=lorry,
        obstacles=np.concatenate(
            [
                placed(_points(extract.pois, "natural", ("tree",))),
                placed(_points(extract.pois, "railway", ("tram_stop",))),
                rails,
            ]
        ),
        closed=np.concatenate([water, closed]),
    )


def distances_m(layer: Shapes, points: Shapes, *, within: bool = True) -> Floats:
    """Distance of each point to the nearest shape, at most :data:`FAR_M`.

    Parameters
    ----------
    within
        Whether a shape that the point lies in counts; if not, the others do.
    """
    far = np.full(len(points), FAR_M if len(layer) else np.nan)
    if not len(layer) or not len(points):
        return far
    tree = shapely.STRtree(layer)
    if within:
        rows, found = tree.query_nearest(points, max_distance=FAR_M, all_matches=False)
        far[rows] = shapely.distance(points[rows], layer[found])
        return np.asarray(np.round(far, 2))
    holding, hosts = tree.query(points, predicate="intersects")
    inside = dict.fromkeys(holding.tolist())
    out = np.array([row not in inside for row in range(len(points))], bool)
    rows, found = tree.query_nearest(points[out], max_distance=FAR_M, all_matches=False)
    at = np.flatnonzero(out)[rows]
    far[at] = shapely.distance(points[at], layer[found])
    pairs = set(zip(holding.tolist(), hosts.tolist(), strict=True))
    for row in inside:
        reach = 25.0
        while True:
            near = tree.query(points[row], predicate="dwithin", distance=reach).tolist()
            others = [i for i in near if (row, i) not in pairs]
            if others:
                far[row] = float(shapely.distance(points[row], layer[others]).min())
                break
            if reach >= FAR_M:
                break
            reach = min(reach * 4, FAR_M)
    return np.asarray(np.round(far, 2))


def _points(pois: gpd.GeoDataFrame, key: str, values: Collection[str]) -> Shapes:
    """Nodes among the points of interest; areas are known by their outlines."""
    if key not in pois.columns:
        return np.empty(0, object)
    rows = pois[key].isin(list(values)) & (pois["area_m2"] == 0)
    return np.asarray(pois.geometry[rows].to_numpy(), dtype=object)


def _lorry_lines(extract: Extract) -> Shapes:
    roads = extract.roads
    tags: pd.DataFrame = roads.tags

    def tag(key: str) -> pd.Series:
        return tags[key] if key in tags else pd.Series("", index=tags.index)

    usable = tag("highway").isin(LORRY_ROADS)
    usable |= (tag("highway") == "track") & tag("tracktype").isin(_FIRM)
    usable &= ~tag("service").isin(_NARROW_SERVICE)
    for key in ("access", "vehicle", "motor_vehicle"):
        usable &= ~tag(key).isin(_CLOSED)
    usable &= ~tag("tunnel").isin(("yes", "building_passage"))
    counts = np.diff(roads.offsets)
    rows = np.flatnonzero(usable.to_numpy(bool) & (counts > 1))
    which = np.repeat(np.arange(len(counts)), counts)
    keep = np.isin(which, rows)
    xy = np.column_stack([roads.lon[keep], roads.lat[keep]])
    numbers = np.searchsorted(rows, which[keep])
    return np.asarray(shapely.linestrings(xy, indices=numbers), dtype=object)


def _land(layers: dict[str, Shapes], lorry: Shapes) -> tuple[Shapes, NDArray[np.object_]]:
    lawns = layers["lawn"]
    narrow = 2 * shapely.area(lawns) < VERGE_WIDTH_M * shapely.length(lawns)
    beside = distances_of_shapes(lorry, lawns, VERGE_AWAY_M)
    green = np.where(narrow & beside, "verge", "green").astype(object)
    shapes = np.concatenate([layers["parking"], layers["square"], lawns])
    kinds = np.concatenate(
        [
            np.full(len(layers["parking"]), "parking", object),
            np.full(len(layers["square"]), "square", object),
            green,
        ]
    )
    return shapes, kinds


def distances_of_shapes(layer: Shapes, shapes: Shapes, near_m: float) -> NDArray[np.bool_]:
    """Whether each shape comes so near to one of a layer."""
    near = np.zeros(len(shapes), bool)
    if len(layer) and len(shapes):
        rows, _ = shapely.STRtree(layer).query(shapes, predicate="dwithin", distance=near_m)
        near[rows] = True
    return near


def _grouped(shapes: Shapes, layer: Shapes) -> dict[int, list[int]]:
    """Rows of a layer that each shape meets, ascending."""
    groups: dict[int, list[int]] = {}
    if len(layer) and len(shapes):
        left, right = shapely.STRtree(layer).query(shapes, predicate="intersects")
        order = np.lexsort((right, left))
        for row, other in zip(left[order].tolist(), right[order].tolist(), strict=True):
            groups.setdefault(row, []).append(other)
    return groups
