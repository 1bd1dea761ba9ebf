"""Distances measured again, by plain SciPy on the stored network or as the crow flies."""

from __future__ import annotations

import math
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

__all__ = ["TOLERANCE_M", "Measured", "measure"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

TOLERANCE_M = 0.011  # distances are stored in whole centimetres
PATHS_AT_ONCE = 20_000_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Measured:
    """Metres of travel from every demand cell, float64[n].

    Parameters
    ----------
    nearest
        To the nearest open site; infinite where none is near the radius.
    claimed
        To the site that is said to serve the cell; NaN where none is.
    candidate
        To the nearest candidate, open or not; infinite where none can be reached at all.
    radius
        Coverage radius, metres, down to the centimetre.
    """

    nearest: Floats
    claimed: Floats
    candidate: Floats
    radius: float

    @property
    def covered(self) -> Mask:
        """Cells with an open site within the radius, bool[n]."""
        return self.nearest <= self.radius + 0.005

    def reasons(self) -> npt.NDArray[np.object_]:
        """Say why each cell that is not covered is not, str[n]."""
        near = self.candidate <= self.radius + 0.005
        words = np.where(near, "not chosen", "no candidate").astype(object)
        words[~np.isfinite(self.candidate)] = "unreachable"
        return words


def measure(bundle: Bundle, scenario: Scenario, sites: Any, claimed: Ints) -> Measured:
    """Measure the distances that a plan speaks of.

    Parameters
    ----------
    sites
        Open sites: rows of the bundle's candidates.
    claimed
        int64[n], row of ``sites`` that is said to serve each cell, -1 for none.
    """
    cells, places = _xy(bundle.demand.frame), _xy(sites)
    candidates = _xy(bundle.candidates.frame)
    radius = math.floor(scenario.radius_m * 100.0 + 1e-6) / 100.0
    if not bundle.networks:
        factor = bundle.detour_factor
        told = np.full(len(cells), np.nan)
        told[claimed >= 0] = _length(cells[claimed >= 0] - places[claimed[claimed >= 0]], factor)
        return Measured(
            nearest=_crow(cells, places, factor),
            claimed=told,
            candidate=_crow(cells, candidates, factor),
            radius=radius,
        )
    roads = _Roads(bundle.networks[scenario.mode], cells)
    nearest, told = roads.to_sites(places, claimed, radius)
    return Measured(
        nearest=nearest, claimed=told, candidate=roads.to_any(candidates), radius=radius
    )


def _up(metres: Floats) -> Floats:
    """Whole centimetres, upwards."""
    return np.asarray(np.ceil(metres * 100.0 - 1e-6), np.float64)


def _length(gap: Floats, factor: float) -> Floats:
    return _up(np.hypot(gap[:, 0], gap[:, 1]) * factor) / 100.0


def _crow(cells: Floats, places: Floats, factor: float) -> Floats:
    if not len(places):
        return np.full(len(cells), np.inf)
    return _length(cells - places[cKDTree(places).query(cells)[1]], factor)


class _Roads:
    """The network turned round: towards a site along the arcs is away from it here."""

    def __init__(self, network: RoadNetwork, cells: Floats) -> None:
        size = len(network.x)
        lengths = network.length_cm.astype(np.float64)
        arcs = csr_array((lengths, network.indices, network.indptr), shape=(size, size))
        self.backwards = arcs.T.tocsr()
        self.nodes = np.flatnonzero(network.snappable)
        self.node_xy = np.column_stack([network.x, network.y])[self.nodes]
        self.cells = len(cells)
        self.node, self.access = self._snap(cells)

    def to_sites(self, places: Floats, claimed: Ints, radius: float) -> tuple[Floats, Floats]:
        """Search from each site: metres to the nearest and to the claimed one."""
        nearest, told = np.full(self.cells, np.inf), np.full(self.cells, np.nan)
        if not len(places) or not len(self.nodes):
            return nearest, np.where(claimed >= 0, np.inf, np.nan)
        node, access = self._snap(places)
        step = max(1, PATHS_AT_ONCE // self.backwards.shape[0])
        for start in range(0, len(places), step):
            block = slice(start, min(start + step, len(places)))
            limit = radius * 100.0 + 1.0
            paths = dijkstra(self.backwards, indices=node[block], limit=limit)[:, self.node]
            metres = (paths + access[block, None] + self.access) / 100.0
            nearest = np.minimum(nearest, metres.min(axis=0))
            mine = np.flatnonzero((claimed >= block.start) & (claimed < block.stop))
            told[mine] = metres[claimed[mine] - block.start, mine]
        return nearest, told

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
        return self.nodes[row], _up(least)


def _xy(frame: Any) -> Floats:
    return np.column_stack([frame.geometry.x, frame.geometry.y]).reshape(-1, 2)
