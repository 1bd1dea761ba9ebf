"""The roads as a graph: sparse arrays of whole centimetres, in an order that suits processors.

Distances are sums of integers, so that they are exact whatever the order of adding, and two
programs can be compared to the centimetre. Nodes stand at junctions, at ends and at most
:data:`SPACING_M` apart in between, so that a place is snapped to a point of the road nearest to
it within half of that; they are numbered along a Hilbert curve, so that neighbours on the ground
are neighbours in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo.access import ACCESS_KEYS, Direction, Mode, directions
from geo.errors import NetworkError
from geo.extract import Roads
from geo.findings import Finding
from geo.nearest import nearest
from geo.packing import packed, unpacked
from geo.progress import Progress, silent
from geo.streets import Streets, cut_streets, total_length_m

__all__ = ["SNAPPABLE_M", "SPACING_M", "RoadNetwork", "build_network", "up_to_cm"]

#: Nodes are at most so far apart along the way.
SPACING_M = 50.0
#: Places are snapped to parts of the network that have at least so much road, so that a stray
#: fragment does not swallow a village.
SNAPPABLE_M = 1000.0
#: Farther than this no place is tied to a road: an exclave overseas, say. Also what centimetres in
#: 32 bits can hold.
FARTHEST_M = 200_000.0

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Cms = npt.NDArray[np.int32]
Mask = npt.NDArray[np.bool_]
Arcs = csr_array[Any, tuple[int, int]]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RoadNetwork:
    """A directed road graph in a metric coordinate system; arc ``u -> v`` in rows of ``u``.

    Parameters
    ----------
    mode
        ``"walk"`` or ``"drive"``.
    x, y
        float64[n], whole centimetres in metres.
    indptr, indices, length_cm
        Compressed sparse rows: int64[n + 1], int32[e] sorted within a row, int32[e] of at least 1.
    component
        int32[n], weakly connected part of each node; 0 has the most road.
    component_length_m
        float64[k], streets counted once.
    snappable
        bool[n], nodes that places may be tied to: in a part with at least :data:`SNAPPABLE_M` of
        road and, where one-ways count, able to reach and be reached from the rest of it.
    """

    mode: Mode
    x: Floats
    y: Floats
    indptr: Ints
    indices: Cms
    length_cm: Cms
    component: Cms
    component_length_m: Floats
    snappable: Mask

    def __post_init__(self) -> None:
        nodes, arcs = len(self.x), len(self.indices)
        sizes = (len(self.y), len(self.indptr) - 1, len(self.component), len(self.snappable))
        whole = self.indptr[0] == 0 and self.indptr[-1] == arcs == len(self.length_cm)
        inside = not arcs or (self.indices.min() >= 0 and self.indices.max() < nodes)
        if set(sizes) != {nodes} or not whole or not inside or np.any(np.diff(self.indptr) < 0):
            raise NetworkError("arrays do not fit each other", where=f"{self.mode} network")

    @property
    def length_m(self) -> float:
        """Metres of road, streets counted once."""
        return float(self.component_length_m.sum())

    def matrix(self) -> Arcs:
        """Arcs as a scipy matrix of centimetres; no entry is zero."""
        shape = (len(self.x), len(self.x))
        return csr_array((self.length_cm, self.indices, self.indptr), shape=shape)

    def snap(
        self, x: npt.ArrayLike, y: npt.ArrayLike
    ) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Tie places to the nearest snappable node, the lowest of equally near ones.

        Parameters
        ----------
        x, y
            float64[k] in the network's coordinate system.

        Returns
        -------
        node
            int32[k], -1 where there is no node within :data:`FARTHEST_M`.
        access_cm
            int32[k], straight line to the node, rounded up; -1 where there is no node.
        """
        there_x, there_y, here_x, here_y = (
            np.ascontiguousarray(axis, np.float64) for axis in (self.x, self.y, x, y)
        )
        node, far_m = nearest(there_x, there_y, self.snappable, here_x, here_y, FARTHEST_M)
        access_cm = up_to_cm(np.where(node >= 0, far_m, -0.01))
        return node, access_cm.astype(np.int32)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Pack into arrays that compress well; :meth:`of` restores the same network."""
        low, high, there, back = _streets(self.matrix())
        return {
            "x": packed(np.rint(self.x * 100).astype(np.int64)),
            "y": packed(np.rint(self.y * 100).astype(np.int64)),
            "low": packed(low),
            "high": packed(high - low),
            "there": packed(there),
            "back": packed(back - there),
            "component": packed(self.component),
            "component_length_m": self.component_length_m,
            "snappable": packed(self.snappable),
        }

    @classmethod
    def of(cls, arrays: Mapping[str, npt.NDArray[Any]], mode: Mode) -> RoadNetwork:
        """Inverse of :meth:`to_arrays`.

        Raises
        ------
        KeyError, ValueError, NetworkError
            If the arrays are not such arrays.
        """
        x, y = (unpacked(arrays[key]) / 100 for key in "xy")
        low, there = unpacked(arrays["low"]), unpacked(arrays["there"])
        high, back = low + unpacked(arrays["high"]), there + unpacked(arrays["back"])
        tail, head = np.concatenate([low, high]), np.concatenate([high, low])
        arcs = _rows(len(x), tail, head, np.concatenate([there, back]))
        return cls(
            mode=mode,
            x=x,
            y=y,
            indptr=arcs[0],
            indices=arcs[1],
            length_cm=arcs[2],
            component=unpacked(arrays["component"]).astype(np.int32),
            component_length_m=np.asarray(arrays["component_length_m"], np.float64),
            snappable=unpacked(arrays["snappable"]).astype(np.bool_),
        )


def build_network(
    roads: Roads, *, mode: Mode, crs: CRS, progress: Progress = silent
) -> tuple[RoadNetwork, list[Finding]]:
    """Build the network that a mode of travel may use.

    Parameters
    ----------
    roads
        Every way with a ``highway`` tag.
    mode
        ``"walk"`` or ``"drive"``.
    crs
        Metric coordinate system that lengths are measured in.

    Returns
    -------
    network, findings
        Kinds ``network-parts``, ``network-fragments``, ``network-one-way-traps``,
        ``network-closed-ways``, ``network-trunk-roads``, each with the mode and metres of road.

    Raises
    ------
    NetworkError
        If no way is open to the mode.
    """
    phase = f"{mode} network"
    progress(phase, 0.0)
    direction = directions(roads.tags, mode)
    streets = cut_streets(roads, direction, crs=crs, spacing_m=SPACING_M)
    progress(phase, 0.5)
    if not len(streets.tail):
        raise NetworkError(
            f"none of {len(roads.way_id)} ways is open to mode {mode!r}",
            where="road network",
            remedy="Check that the extract holds the roads of the region, "
            "or plan on straight-line distances with --straight-line FACTOR",
        )
    network, findings = _assembled(streets, mode)
    progress(phase, 0.8)
    findings += _closed(roads, direction, mode=mode, crs=crs)
    progress(phase, 1.0)
    return network, findings


def up_to_cm(metres: Floats) -> Ints:
    """Whole centimetres, rounded up; what is whole but for float noise stays."""
    return np.ceil(np.asarray(metres) * 100 - 1e-6).astype(np.int64)


def _assembled(streets: Streets, mode: Mode) -> tuple[RoadNetwork, list[Finding]]:
    nodes = len(streets.x)
    indptr, indices, length_cm = _rows(nodes, streets.tail, streets.head, streets.length_cm)
    arcs = csr_array((length_cm, indices, indptr), shape=(nodes, nodes))
    low, high, there, back = _streets(arcs)
    shortest_cm = np.where((there == 0) | ((back > 0) & (back < there)), back, there)

    part, part_cm = _parts(arcs, "weak", low, high, shortest_cm)
    if mode == "drive":
        core, core_cm = _cores(arcs, part, low, high, shortest_cm)
    else:
        core, core_cm = np.ones(nodes, np.bool_), part_cm
    large = core_cm >= min(SNAPPABLE_M * 100, core_cm.max())
    if not core_cm.any():  # one-way streets only, from which there is no return
        core, large = np.ones(nodes, np.bool_), np.arange(len(part_cm)) == 0
    network = RoadNetwork(
        mode=mode,
        x=streets.x,
        y=streets.y,
        indptr=indptr,
        indices=indices,
        length_cm=length_cm,
        component=part.astype(np.int32),
        component_length_m=part_cm / 100,
        snappable=core & large[part],
    )
    return network, _left_out(network, large, core, part_cm - core_cm)


def _parts(
    arcs: Arcs, connection: Literal["weak", "strong"], low: Ints, high: Ints, street_cm: Ints
) -> tuple[Ints, Ints]:
    """Label the connected parts, the one with most road first, and measure them."""
    count, label = connected_components(arcs, connection=connection)
    inside = label[low] == label[high]
    part_cm = np.zeros(count, np.int64)
    np.add.at(part_cm, label[low[inside]], street_cm[inside])
    first = np.unique(label, return_index=True)[1]
    order = np.lexsort((first, -part_cm))
    rank = np.empty(count, np.int64)
    rank[order] = np.arange(count)
    return rank[label], part_cm[order]


def _cores(arcs: Arcs, part: Ints, low: Ints, high: Ints, street_cm: Ints) -> tuple[Mask, Ints]:
    """In each part, find the nodes that all reach each other and have most road."""
    strong, strong_cm = _parts(arcs, "strong", low, high, street_cm)
    # Strong parts are ranked by road: the first one met in a part is its core.
    met = np.lexsort((strong, part))
    first = met[np.unique(part[met], return_index=True)[1]]
    core = strong[first]
    return strong == core[part], strong_cm[core]


def _left_out(network: RoadNetwork, large: Mask, core: Mask, trap_cm: Ints) -> list[Finding]:
    """Report the parts, and the road that no place is tied to."""
    mode, length_m = network.mode, network.component_length_m
    findings = []
    if len(length_m) > 1:
        outside_m = float(length_m[1:].sum())
        share = outside_m / network.length_m
        values = {"parts": len(length_m), "outside_m": round(outside_m), "outside_share": share}
        findings.append(Finding(kind="network-parts", values={"mode": mode, **values}))
    if not large.all():
        fragments = {"parts": int((~large).sum()), "length_m": round(float(length_m[~large].sum()))}
        findings.append(Finding(kind="network-fragments", values={"mode": mode, **fragments}))
    if trapped := int((large[network.component] & ~core).sum()):
        traps = {"nodes": trapped, "length_m": round(trap_cm[large].sum() / 100)}
        findings.append(Finding(kind="network-one-way-traps", values={"mode": mode, **traps}))
    return findings


def _closed(
    roads: Roads, direction: npt.NDArray[np.int8], *, mode: Mode, crs: CRS
) -> list[Finding]:
    """Report ways of an open class that their access tags close, and trunk roads not walked."""
    untagged = roads.tags.drop(columns=list(ACCESS_KEYS), errors="ignore")
    shut = direction == Direction.CLOSED
    closed = shut & (directions(untagged, mode) != Direction.CLOSED)
    trunk = shut & roads.tags["highway"].isin(["trunk", "trunk_link"]).to_numpy() & ~closed
    chosen = [("network-closed-ways", closed)]
    if mode == "walk":
        chosen.append(("network-trunk-roads", trunk))
    return [
        Finding(
            kind=kind,
            values={
                "mode": mode,
                "ways": int(ways.sum()),
                "length_m": round(total_length_m(roads, ways, crs=crs)),
            },
        )
        for kind, ways in chosen
        if ways.any()
    ]


def _rows(nodes: int, tail: Ints, head: Ints, length_cm: Ints) -> tuple[Ints, Cms, Cms]:
    """Sort arcs into compressed rows; of parallel ones the shortest stays, of length 0 none."""
    real = length_cm > 0
    tail, head, length_cm = tail[real], head[real], length_cm[real]
    order = np.lexsort((length_cm, head, tail))
    tail, head, length_cm = tail[order], head[order], length_cm[order]
    new = np.ones(len(tail), np.bool_)
    new[1:] = (np.diff(tail) != 0) | (np.diff(head) != 0)
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(tail[new], minlength=nodes), out=indptr[1:])
    return indptr, head[new].astype(np.int32), length_cm[new].astype(np.int32)


def _streets(arcs: Arcs) -> tuple[Ints, Ints, Ints, Ints]:
    """Pair the arcs: lower node, higher node, centimetres there and back (0: no such arc)."""
    nodes, along = arcs.shape[0], arcs.tocoo()
    tail, head = (ends.astype(np.int64) for ends in along.coords)
    key = np.minimum(tail, head) * nodes + np.maximum(tail, head)
    streets, street = np.unique(key, return_inverse=True)
    there, back = np.zeros(len(streets), np.int64), np.zeros(len(streets), np.int64)
    upward = tail < head
    there[street[upward]] = along.data[upward]
    back[street[~upward]] = along.data[~upward]
    return streets // nodes, streets % nodes, there, back
