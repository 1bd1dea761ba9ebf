"""Travel measured again, by plain SciPy on the stored network or as the crow flies."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array, hstack, vstack
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.bundle import Bundle
from geo.network import RoadNetwork
from planner.scenario import Scenario

__all__ = ["TOLERANCE", "Measured", "covered_by", "measure", "near_each", "nearest_to_sites"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

TOLERANCE = 0.011  # metres or seconds: impedance is stored in whole hundredths
PATHS_AT_ONCE = 20_000_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Measured:
    """Travel from every demand cell, float64[n]: metres, or seconds if the scenario is in minutes.

    Parameters
    ----------
    nearest
        To the nearest open site; infinite where none is near the radius.
    claimed
        To the site that is said to serve the cell; NaN where none is.
    candidate
        To the nearest candidate that may be open, is it or not; infinite where none is reached.
    stranded
        bool[n], cells from which no candidate at all can be reached.
    within
        int64[n], open sites within the radius.
    radius
        Coverage limit, down to the hundredth.
    """

    nearest: Floats
    claimed: Floats
    candidate: Floats
    stranded: Mask
    within: Ints
    radius: float

    @property
    def covered(self) -> Mask:
        """Cells with an open site within the radius, bool[n]."""
        return self.nearest <= self.radius + 0.005

    def reasons(self) -> npt.NDArray[np.object_]:
        """Say why each cell that is not covered is not, str[n]."""
        near = self.candidate <= self.radius + 0.005
        words = np.where(near, "not chosen", "no candidate").astype(object)
        words[self.stranded] = "unreachable"
        return words


def measure(
    bundle: Bundle,
    scenario: Scenario,
    sites: Any,
    claimed: Ints,
    barred: frozenset[str] = frozenset(),
) -> Measured:
    """Measure the distances or times that a plan speaks of.

    Where no roads are known, or none in the township of the cell or of the site, as the crow
    flies times the detour factor; else along the roads.

    Parameters
    ----------
    sites
        Open sites: rows of the bundle's candidates.
    claimed
        int64[n], row of ``sites`` that is said to serve each cell, -1 for none.
    barred
        Ids of candidates that must not be open.
    """
    radius = _radius(scenario)
    cells = bundle.demand.frame
    off = _without_roads(bundle, cells)
    off_site = _without_roads(bundle, sites)
    here, there = _xy(cells), _xy(sites)
    pace = _Pace(bundle, scenario)
    nearest, told = np.full(len(cells), np.inf), np.full(len(cells), np.nan)
    within = np.zeros(len(cells), np.int64)
    for site, place in enumerate(there):
        crow = off | off_site[site]
        within[crow] += pace.straight(here[crow] - place) <= radius + 0.005
    nearest[off] = pace.nearest(here[off], there)
    nearest[~off] = pace.nearest(here[~off], there[off_site])
    served = np.flatnonzero(claimed >= 0)
    crow = served[off[served] | off_site[claimed[served]]]
    told[crow] = pace.straight(here[crow] - there[claimed[crow]])
    if bundle.networks and not off.all():
        roads = _Roads(bundle.networks[scenario.mode], here[~off], pace)
        # Rows among the sites that are reached by road.
        number = np.append(np.where(off_site, -1, np.cumsum(~off_site) - 1), -1)
        near, along, count = roads.to_sites(there[~off_site], number[claimed[~off]], radius)
        within[~off] += count
        nearest[~off] = np.minimum(nearest[~off], near)
        told[~off] = np.where(number[claimed[~off]] >= 0, along, told[~off])
    every, home = bundle.candidates.frame, cells["township"].tolist()
    anywhere = candidate = nearest_to_sites(bundle, scenario, here, home, every)
    if barred:
        left = every[[name not in barred for name in every["id"]]]
        candidate = nearest_to_sites(bundle, scenario, here, home, left)
    return Measured(
        nearest=nearest,
        claimed=told,
        candidate=candidate,
        stranded=~np.isfinite(anywhere),
        within=within,
        radius=radius,
    )


def covered_by(bundle: Bundle, scenario: Scenario, ids: Collection[str]) -> Mask:
    """Tell which cells are within reach of a site, bool[n]; nothing else is measured.

    Raises
    ------
    KeyError
        If there is no such candidate.
    """
    cells = bundle.demand.frame
    sites = bundle.candidates.frame.set_index("id", drop=False).loc[sorted(ids)]
    home = cells["township"].tolist()
    nearest = nearest_to_sites(bundle, scenario, _xy(cells), home, sites)
    return np.asarray(nearest <= _radius(scenario) + 0.005, np.bool_)


def near_each(bundle: Bundle, scenario: Scenario, ids: Collection[str]) -> dict[str, Ints]:
    """Rows of the cells within reach of each of some candidates.

    Raises
    ------
    KeyError
        If there is no such candidate.
    """
    cells, radius, pace = bundle.demand.frame, _radius(scenario), _Pace(bundle, scenario)
    names = sorted(ids)
    sites = bundle.candidates.frame.set_index("id", drop=False).loc[names]
    off, off_site = _without_roads(bundle, cells), _without_roads(bundle, sites)
    here, there = _xy(cells), _xy(sites)
    found = {}
    for at, name in enumerate(names):
        crow = np.flatnonzero(off | off_site[at])
        found[name] = crow[pace.straight(here[crow] - there[at]) <= radius + 0.005]
    if bundle.networks and not off.all():
        roads = _Roads(bundle.networks[scenario.mode], here[~off], pace)
        rows, mine = np.flatnonzero(~off), np.flatnonzero(~off_site)
        for at, near in zip(mine.tolist(), roads.near(there[mine], radius), strict=True):
            found[names[at]] = np.sort(np.concatenate([found[names[at]], rows[near]]))
    return found


def nearest_to_sites(
    bundle: Bundle, scenario: Scenario, xy: Floats, townships: list[int], sites: Any
) -> Floats:
    """Measure from places of any kind, in the townships given, to the nearest of some sites."""
    pace, there = _Pace(bundle, scenario), _xy(sites)
    off = np.array([not bundle.networks or row in bundle.roadless for row in townships], bool)
    off_site = _without_roads(bundle, sites)
    found = np.full(len(xy), np.inf)
    found[off] = pace.nearest(xy[off], there)
    found[~off] = pace.nearest(xy[~off], there[off_site])
    if bundle.networks and not off.all():
        roads = _Roads(bundle.networks[scenario.mode], xy[~off], pace)
        found[~off] = np.minimum(found[~off], roads.to_any(there[~off_site]))
    return found


def _radius(scenario: Scenario) -> float:
    """Whole hundredths of what is asked for, downwards."""
    asked = scenario.radius_m if scenario.minutes is None else scenario.minutes * 60.0
    return math.floor((asked or 0.0) * 100.0 + 1e-6) / 100.0


def _without_roads(bundle: Bundle, frame: Any) -> Mask:
    if not bundle.networks:
        return np.ones(len(frame), bool)
    return np.array([row in bundle.roadless for row in frame["township"].tolist()], bool)


class _Pace:
    """What a length costs: itself, or the seconds it takes."""

    def __init__(self, bundle: Bundle, scenario: Scenario) -> None:
        self.timed = scenario.minutes is not None
        self.walk = scenario.speed_walk_m_s
        self.factor = bundle.detour_factor
        speeds = bundle.speeds.record()
        self.crow = (
            speeds[scenario.mode]["elsewhere"] / 3.6 if scenario.mode in speeds else self.walk
        )

    def arcs(self, network: RoadNetwork) -> Floats:
        """Whole hundredths of each arc, half a hundredth rounded up; none is nothing."""
        lengths = network.length_cm.astype(np.float64)
        if not self.timed:
            return lengths
        per_kmh = np.zeros(len(lengths))
        for kmh in np.unique(network.kmh).tolist():
            mine = network.kmh == kmh
            twice = lengths[mine] * 72.0 / (10.0 * kmh) if kmh else 2.0 * lengths[mine] / self.walk
            # Twice the cost, cleared of float noise, so that a half is a half.
            per_kmh[mine] = np.floor((np.round(twice, 7) + 1.0) / 2.0)
        return np.maximum(per_kmh, 1.0)

    def on_foot(self, metres: Floats) -> Floats:
        """Whole hundredths, upwards, of ways to the road."""
        return _up(_up(metres) / 100.0 / self.walk) if self.timed else _up(metres)

    def straight(self, gap: Floats) -> Floats:
        """Metres or seconds as the crow flies."""
        metres = np.hypot(gap[:, 0], gap[:, 1]) * self.factor
        return _up(metres / self.crow if self.timed else metres) / 100.0

    def nearest(self, cells: Floats, places: Floats) -> Floats:
        """Metres or seconds to the nearest place as the crow flies."""
        if not len(places) or not len(cells):
            return np.full(len(cells), np.inf)
        return self.straight(cells - places[cKDTree(places).query(cells)[1]])


def _up(metres: Floats) -> Floats:
    """Whole hundredths, upwards."""
    return np.asarray(np.ceil(metres * 100.0 - 1e-6), np.float64)


class _Roads:
    """The network turned round: towards a site along the arcs is away from it here."""

    def __init__(self, network: RoadNetwork, cells: Floats, pace: _Pace) -> None:
        size, self.pace = len(network.x), pace
        arcs = csr_array((pace.arcs(network), network.indices, network.indptr), shape=(size, size))
        self.backwards = arcs.T.tocsr()
        self.nodes = np.flatnonzero(network.snappable)
        self.node_xy = np.column_stack([network.x, network.y])[self.nodes]
        self.cells = len(cells)
        self.node, self.access = self._snap(cells)

    def to_sites(self, places: Floats, claimed: Ints, radius: float) -> tuple[Floats, Floats, Ints]:
        """Search from each site: metres to the nearest and the claimed one, how many are near."""
        nearest, told = np.full(self.cells, np.inf), np.full(self.cells, np.nan)
        within = np.zeros(self.cells, np.int64)
        if not len(places) or not len(self.nodes):
            return nearest, np.where(claimed >= 0, np.inf, np.nan), within
        node, access = self._snap(places)
        step = max(1, PATHS_AT_ONCE // self.backwards.shape[0])
        for start in range(0, len(places), step):
            block = slice(start, min(start + step, len(places)))
            limit = radius * 100.0 + 1.0
            paths = dijkstra(self.backwards, indices=node[block], limit=limit)[:, self.node]
            metres = (paths + access[block, None] + self.access) / 100.0
            nearest = np.minimum(nearest, metres.min(axis=0))
            within += (metres <= radius + 0.005).sum(axis=0)
            mine = np.flatnonzero((claimed >= block.start) & (claimed < block.stop))
            told[mine] = metres[claimed[mine] - block.start, mine]
        return nearest, told, within

    def near(self, places: Floats, radius: float) -> list[Ints]:
        """Search from each place: rows of the cells within the radius."""
        if not len(places) or not len(self.nodes):
            return [np.zeros(0, np.int64) for _ in places]
        node, access = self._snap(places)
        found = []
        step = max(1, PATHS_AT_ONCE // self.backwards.shape[0])
        for start in range(0, len(places), step):
            block = slice(start, start + step)
            limit = radius * 100.0 + 1.0
            paths = dijkstra(self.backwards, indices=node[block], limit=limit)[:, self.node]
            metres = (paths + access[block, None] + self.access) / 100.0
            found += [np.flatnonzero(row <= radius + 0.005) for row in metres]
        return found

    def to_any(self, places: Floats) -> Floats:
        """Search from all places at once, as far as the roads go: metres to the nearest."""
        if not len(places) or not len(self.nodes):
            return np.full(self.cells, np.inf)
        node, access = self._snap(places)
        least = np.full(self.backwards.shape[0], np.inf)
        np.minimum.at(least, node, access)
        doors = np.flatnonzero(np.isfinite(least))
        # One node more, a door to every place; an arc of length 0 would be none, hence the 1.
        shape = (1, self.backwards.shape[0])
        door = csr_array((least[doors] + 1.0, (np.zeros_like(doors), doors)), shape=shape)
        around = hstack([vstack([self.backwards, door]), csr_array((shape[1] + 1, 1))]).tocsr()
        paths = dijkstra(around, indices=[shape[1]])[0] - 1.0
        return np.asarray((paths[self.node] + self.access) / 100.0)

    def _snap(self, places: Floats) -> tuple[Ints, Floats]:
        """Nearest node that places may be tied to, the lowest of equals, and centimetres to it."""
        if not len(self.nodes) or not len(places):
            return np.zeros(0, np.int64), np.zeros(0)
        count = min(8, len(self.nodes))
        rows = cKDTree(self.node_xy).query(places, k=range(1, count + 1))[1]
        gap = self.node_xy[rows] - places[:, None, :]
        metres = np.hypot(gap[:, :, 0], gap[:, :, 1])
        least = metres.min(axis=1)
        row = np.where(metres == least[:, None], rows, len(self.nodes)).min(axis=1)
        return self.nodes[row], self.pace.on_foot(least)


def _xy(frame: Any) -> Floats:
    return np.column_stack([frame.geometry.x, frame.geometry.y]).reshape(-1, 2)
