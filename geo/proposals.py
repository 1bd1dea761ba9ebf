"""Places of our own proposal: beside a road, where no known place would serve.

A plan can only be as good as its candidates. So that every township has one and everybody has one
within reach, places are added near the homes that are far from all others, the most people first,
thinly: which of them are needed is for the exact model to say.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.boundary import Region
from geo.exclusions import within_zones
from geo.network import RoadNetwork
from geo.progress import Progress, silent

__all__ = ["Proposals", "propose"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Where there are no roads a place is moved out of a no-go area by at most its reach, in steps.
STEP_M = 50.0
BEARINGS = 16


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Proposals:
    """Places to add, and what could not be helped.

    Parameters
    ----------
    x, y
        Metres, in an order given by the places alone.
    township
        Township of each.
    far_from_road, shut_in
        Rows of the demand that can have no candidate within reach: the way to the nearest road is
        longer already; or everything within reach is a no-go area or outside the townships.
    bare_townships
        Populated townships in which no place is allowed.
    """

    x: Floats
    y: Floats
    township: Ints
    far_from_road: Ints
    shut_in: Ints
    bare_townships: Ints


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Homes:
    xy: Floats
    people: Ints
    township: Ints


class _OnRoads:
    """Places are nodes of the road network."""

    def __init__(
        self, network: RoadNetwork, region: Region, zones: gpd.GeoSeries, reach_m: float
    ) -> None:
        self.network, self.zones, self.reach_cm = network, zones, round(reach_m * 100)
        self.xy = np.column_stack([network.x, network.y])
        west, south, east, north = region.territories.total_bounds
        near = network.snappable & (self.xy >= [west, south]).all(axis=1)
        rows = np.flatnonzero(near & (self.xy <= [east, north]).all(axis=1))
        townships = np.asarray(region.assign(*self.xy[rows].T), np.int64)
        townships[within_zones(zones, self.xy[rows])] = -1
        self.township = np.full(len(self.xy), -1, np.int64)
        self.township[rows] = townships
        # Turned round: from a candidate to all who can come to it.
        self.inward = network.matrix().T.tocsr()

    def tie(self, homes: _Homes) -> None:
        """Find the road of each home."""
        self.homes = homes
        node, access_cm = self.network.snap(*homes.xy.T)
        self.node, self.access_cm = node.astype(np.int64), access_cm.astype(np.int64)

    def hopeless(self) -> NDArray[np.bool_]:
        return (self.node < 0) | (self.access_cm > self.reach_cm)

    def served(self, xy: Floats) -> NDArray[np.bool_]:
        """Homes with one of some candidates within reach."""
        served = np.zeros(len(self.node), bool)
        there, there_cm = (a.astype(np.int64) for a in self.network.snap(*xy.T))
        near = (there >= 0) & (there_cm <= self.reach_cm)
        if not near.any():
            return served
        order = np.lexsort((there_cm[near], there[near]))
        doors, first = np.unique(there[near][order], return_index=True)
        # One search, from a node before all candidates; its arcs are longer by 1, 0 is no arc.
        size = len(self.xy)
        arcs = csr_array(
            (
                np.concatenate([self.inward.data, there_cm[near][order][first] + 1]),
                np.concatenate([self.inward.indices, doors]),
                np.append(self.inward.indptr, len(self.inward.data) + len(doors)),
            ),
            shape=(size + 1, size + 1),
        )
        from_door = dijkstra(arcs, indices=np.array([size]), limit=self.reach_cm + 1)[0] - 1
        tied = self.node >= 0
        served[tied] = from_door[self.node[tied]] + self.access_cm[tied] <= self.reach_cm
        return served

    def place(self, home: int) -> tuple[float, float, int] | None:
        """Allowed place within reach of a home, the one nearest to it."""
        node = self._allowed_node(int(self.node[home]), self.reach_cm - int(self.access_cm[home]))
        return None if node < 0 else (*self.xy[node], int(self.township[node]))

    def place_in(self, township: int, rows: Ints) -> tuple[float, float] | None:
        """Allowed place in a township, by a road near its largest settlement if there is one."""
        nodes = np.flatnonzero(self.township == township)
        if not len(nodes):
            return _at_home(self.homes, self.zones, rows)
        gap = self.xy[nodes] - self.homes.xy[rows[0]]
        x, y = self.xy[nodes[np.hypot(*gap.T).round(3).argmin()]].tolist()
        return x, y

    def _allowed_node(self, start: int, limit_cm: int) -> int:
        """Nearest node along the roads where a site may stand, -1 if there is none."""
        if self.township[start] >= 0:
            return start
        indptr, indices = self.network.indptr, self.network.indices
        best = {start: 0}
        queue = [(0, start)]
        while queue:
            far_cm, node = heapq.heappop(queue)
            if far_cm > best[node]:
                continue
            if self.township[node] >= 0:
                return node
            for arc in range(indptr[node], indptr[node + 1]):
                head, there_cm = int(indices[arc]), far_cm + int(self.network.length_cm[arc])
                if there_cm <= limit_cm and there_cm < best.get(head, limit_cm + 1):
                    best[head] = there_cm
                    heapq.heappush(queue, (there_cm, head))
        return -1


class _OnLand:
    """No roads are known: places are where people live, distances straight lines."""

    def __init__(
        self, region: Region, zones: gpd.GeoSeries, reach_m: float, detour_factor: float
    ) -> None:
        self.region, self.zones = region, zones
        self.reach_m = reach_m / detour_factor

    def tie(self, homes: _Homes) -> None:
        self.homes = homes
        self.shut = within_zones(self.zones, homes.xy)

    def hopeless(self) -> NDArray[np.bool_]:
        return np.zeros(len(self.homes.xy), bool)

    def served(self, xy: Floats) -> NDArray[np.bool_]:
        if not len(xy):
            return np.zeros(len(self.homes.xy), bool)
        far, _ = cKDTree(xy).query(self.homes.xy, distance_upper_bound=self.reach_m * (1 + 1e-9))
        return np.asarray(np.isfinite(far) & (far <= self.reach_m))

    def place(self, home: int) -> tuple[float, float, int] | None:
        x, y = self.homes.xy[home].tolist()
        if not self.shut[home]:
            return x, y, int(self.homes.township[home])
        around = self._around(x, y)
        allowed = np.asarray(self.region.assign(*around.T), np.int64)
        allowed[within_zones(self.zones, around)] = -1
        if (allowed < 0).all():
            return None
        first = int((allowed >= 0).argmax())
        return float(around[first, 0]), float(around[first, 1]), int(allowed[first])

    def place_in(self, _township: int, rows: Ints) -> tuple[float, float] | None:
        return _at_home(self.homes, self.zones, rows)

    def _around(self, x: float, y: float) -> Floats:
        """Points around a place, the nearest first."""
        steps = np.arange(STEP_M, self.reach_m, STEP_M)
        turn = np.arange(BEARINGS) * (2 * np.pi / BEARINGS)
        unit = np.column_stack([np.cos(turn), np.sin(turn)])
        rings: Floats = steps[:, None, None] * unit
        return np.array([x, y]) + rings.reshape(-1, 2)


class _OnBoth:
    """Roads, but straight lines from and to townships in which none are mapped."""

    def __init__(
        self, roads: _OnRoads, land: _OnLand, region: Region, roadless: tuple[int, ...]
    ) -> None:
        self.roads, self.land, self.region, self.roadless = roads, land, region, roadless

    def tie(self, homes: _Homes) -> None:
        self.roads.tie(homes)
        self.land.tie(homes)
        self.off = np.isin(homes.township, self.roadless)

    def hopeless(self) -> NDArray[np.bool_]:
        return self.roads.hopeless() & ~self.off

    def served(self, xy: Floats) -> NDArray[np.bool_]:
        off = np.isin(self.region.assign(*xy.T), self.roadless)
        by_road = self.roads.served(xy[~off]) & ~self.off
        return by_road | self.land.served(xy[off]) | (self.land.served(xy) & self.off)

    def place(self, home: int) -> tuple[float, float, int] | None:
        return (self.land if self.off[home] else self.roads).place(home)

    def place_in(self, township: int, rows: Ints) -> tuple[float, float] | None:
        return (self.land if township in self.roadless else self.roads).place_in(township, rows)


def propose(
    frame: gpd.GeoDataFrame,
    region: Region,
    network: RoadNetwork | None,
    zones: gpd.GeoSeries,
    *,
    candidate_xy: Floats,
    candidate_township: Ints,
    reach_m: float,
    detour_factor: float,
    roadless: tuple[int, ...] = (),
    progress: Progress = silent,
) -> Proposals:
    """Find places so that every home and every populated township has a candidate.

    In rounds: of the homes without a candidate within reach, the one with the most people gets a
    place at its road, then the next one that is at least a reach away, and so on; then distances
    are measured and the rest looked at again. Every round serves its homes or proves that they
    cannot be, hence the rounds end.

    Parameters
    ----------
    frame
        Of the demand.
    region, zones
        Sites must lie in a township and outside the zones.
    network
        Walking network; None for straight lines times ``detour_factor``.
    candidate_xy, candidate_township
        Candidates that there are already: float64[k, 2] metres and int[k].
    reach_m
        Distance promised, inclusive, in metres of road.
    roadless
        Townships without mapped roads: straight lines from and to what lies there.
    progress
        Phase "propose places".
    """
    homes = _Homes(
        xy=shapely.get_coordinates(frame.geometry.to_numpy()),
        people=frame["people"].to_numpy(np.int64),
        township=frame["township"].to_numpy(np.int64),
    )
    ground: _OnRoads | _OnLand | _OnBoth
    land = _OnLand(region, zones, reach_m, detour_factor)
    if network is None:
        ground = land
    else:
        ground = _OnRoads(network, region, zones, reach_m)
        if roadless:
            ground = _OnBoth(ground, land, region, roadless)
    ground.tie(homes)
    spacing_m = reach_m if network is not None else reach_m / detour_factor
    hopeless = ground.hopeless()
    shut = np.zeros(len(hopeless), bool)
    served = ground.served(candidate_xy)
    places: dict[tuple[float, float], int] = {}
    while len(waiting := np.flatnonzero(~(served | hopeless | shut))):
        progress("propose places", 1 - len(waiting) / len(served))
        chosen = _apart(homes, waiting, spacing_m)
        found = [place for home in chosen if (place := ground.place(home)) is not None]
        places.update({(x, y): township for x, y, township in found})
        served |= ground.served(np.array([[x, y] for x, y, _ in found]).reshape(-1, 2))
        shut[chosen] = ~served[chosen]
    held = {*candidate_township.tolist(), *places.values()}
    bare = []
    for township in np.unique(homes.township).tolist():
        if township in held:
            continue
        rows = np.flatnonzero(homes.township == township)
        rows = rows[np.argsort(-homes.people[rows], kind="stable")]
        if (spot := ground.place_in(township, rows)) is None:
            bare.append(township)
        else:
            places[spot] = township
    progress("propose places", 1.0)
    order = sorted((township, y, x) for (x, y), township in places.items())
    table = np.array(order, float).reshape(-1, 3)
    served |= ground.served(table[:, [2, 1]])  # a place for a township may help others too
    return Proposals(
        x=table[:, 2],
        y=table[:, 1],
        township=table[:, 0].astype(np.int64),
        far_from_road=np.flatnonzero(hopeless & ~served),
        shut_in=np.flatnonzero(shut & ~served),
        bare_townships=np.array(bare, np.int64),
    )


def _apart(homes: _Homes, rows: Ints, spacing_m: float) -> list[int]:
    """Homes no two of which are nearer than a spacing, the most people first."""
    order = rows[np.argsort(-homes.people[rows], kind="stable")]
    tree = cKDTree(homes.xy[order])
    free = np.ones(len(order), bool)
    chosen = []
    for at in range(len(order)):
        if free[at]:
            chosen.append(int(order[at]))
            free[tree.query_ball_point(homes.xy[order[at]], spacing_m)] = False
    return chosen


def _at_home(homes: _Homes, zones: gpd.GeoSeries, rows: Ints) -> tuple[float, float] | None:
    """Position of the first home that is not in a no-go area."""
    allowed = rows[~within_zones(zones, homes.xy[rows])]
    return (
        (float(homes.xy[allowed[0], 0]), float(homes.xy[allowed[0], 1])) if len(allowed) else None
    )
