"""The roads as a graph: sparse arrays of whole centimetres, in an order that suits processors.

Distances are sums of integers, so that they are exact whatever the order of adding, and two
programs can be compared to the centimetre. Nodes stand at junctions, at ends and at most
:data:`SPACING_M` apart in between, so that a place is snapped to a point of the road nearest to
it within half of that; they are numbered along a Hilbert curve, so that neighbours on the ground
are neighbours in memory.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
from pyproj import CRS
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from geo.access import ACCESS_KEYS, Direction, Mode, directions
from geo.arcs import Arcs, along, rows, streets_of
from geo.errors import NetworkError
from geo.extract import Roads
from geo.findings import Finding
from geo.nearest import nearest
from geo.packing import packed, unpacked
from geo.progress import Progress, silent
from geo.speeds import METRES, Measure, Speeds, default_speeds, up_to_hundredths, way_kmh
from geo.streets import Streets, cut_streets, total_length_m

__all__ = ["SNAPPABLE_M", "SPACING_M", "UNTOLD_KMH", "RoadNetwork", "build_network"]

#: Nodes are at most so far apart along the way.
SPACING_M = 50.0
#: Places are snapped to parts of the network that have at least so much road, so that a stray
#: fragment does not swallow a village.
SNAPPABLE_M = 1000.0
#: Farther than this no place is tied to a road: an exclave overseas, say. Also what centimetres in
#: 32 bits can hold.
FARTHEST_M = 200_000.0
#: Of every vehicle in networks that were kept without speeds (bundles of version 1).
UNTOLD_KMH = 25

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Cms = npt.NDArray[np.int32]
Kmh = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RoadNetwork:
    """A directed road graph in a metric coordinate system; arc ``u -> v`` in rows of ``u``.

    Parameters
    ----------
    mode
        ``"walk"``, ``"ebike"`` or ``"drive"``.
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
    kmh
        uint8[e], speed on an arc; 0 where it is walked, as all are if none is given.
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
    kmh: Kmh = field(default_factory=lambda: np.zeros(0, np.uint8))

    def __post_init__(self) -> None:
        nodes, arcs = len(self.x), len(self.indices)
        if not len(self.kmh):
            object.__setattr__(self, "kmh", np.zeros(arcs, np.uint8))
        sizes = (len(self.y), len(self.indptr) - 1, len(self.component), len(self.snappable))
        whole = self.indptr[0] == 0 and self.indptr[-1] == arcs == len(self.length_cm) == len(
            self.kmh
        )
        inside = not arcs or (self.indices.min() >= 0 and self.indices.max() < nodes)
        if set(sizes) != {nodes} or not whole or not inside or np.any(np.diff(self.indptr) < 0):
            raise NetworkError("arrays do not fit each other", where=f"{self.mode} network")

    @property
    def length_m(self) -> float:
        """Metres of road, streets counted once."""
        return float(self.component_length_m.sum())

    def matrix(self, measure: Measure = METRES) -> Arcs:
        """Arcs as a scipy matrix of centimetres (or seconds in hundredths); no entry is zero."""
        shape = (len(self.x), len(self.x))
        return csr_array((self.costs(measure), self.indices, self.indptr), shape=shape)

    def costs(self, measure: Measure) -> Cms:
        """Cost of each arc, int32[e] of at least 1: hundredths of the measure's unit."""
        return measure.arcs(self.length_cm, self.kmh)

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
        access_cm = up_to_hundredths(np.where(node >= 0, far_m, -0.01))
        return node, access_cm.astype(np.int32)

    def to_arrays(self) -> dict[str, npt.NDArray[Any]]:
        """Pack into arrays that compress well; :meth:`of` restores the same network."""
        arcs = self.matrix()
        low, high, at, back_at = streets_of(arcs)
        there, back = along(arcs.data, at), along(arcs.data, back_at)
        there_kmh, back_kmh = along(self.kmh, at), along(self.kmh, back_at)
        return {
            "x": packed(np.rint(self.x * 100).astype(np.int64)),
            "y": packed(np.rint(self.y * 100).astype(np.int64)),
            "low": packed(low),
            "high": packed(high - low),
            "there": packed(there),
            "back": packed(back - there),
            "kmh": packed(there_kmh),
            "kmh_back": packed(back_kmh - there_kmh),
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
        if "kmh" in arrays:
            there_kmh = unpacked(arrays["kmh"])
            kmh = np.concatenate([there_kmh, there_kmh + unpacked(arrays["kmh_back"])])
        else:
            kmh = np.full(len(tail), 0 if mode == "walk" else UNTOLD_KMH)
        arcs = rows(len(x), tail, head, np.concatenate([there, back]), kmh)
        return cls(
            mode=mode,
            x=x,
            y=y,
            indptr=arcs[0],
            indices=arcs[1],
            length_cm=arcs[2],
            kmh=arcs[3],
            component=unpacked(arrays["component"]).astype(np.int32),
            component_length_m=np.asarray(arrays["component_length_m"], np.float64),
            snappable=unpacked(arrays["snappable"]).astype(np.bool_),
        )


def build_network(
    roads: Roads,
    *,
    mode: Mode,
    crs: CRS,
    speeds: Speeds | None = None,
    progress: Progress = silent,
) -> tuple[RoadNetwork, list[Finding]]:
    """Build the network that a mode of travel may use.

    Parameters
    ----------
    roads
        Every way with a ``highway`` tag.
    mode
        ``"walk"``, ``"ebike"`` or ``"drive"``.
    crs
        Metric coordinate system that lengths are measured in.
    speeds
        By class of road; those that come with the program if left out.

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
    kmh = way_kmh(roads.tags, mode, speeds or default_speeds())
    network, findings = _assembled(streets, kmh, mode)
    progress(phase, 0.8)
    findings += _closed(roads, direction, mode=mode, crs=crs)
    progress(phase, 1.0)
    return network, findings


def _assembled(streets: Streets, way_kmh: Kmh, mode: Mode) -> tuple[RoadNetwork, list[Finding]]:
    nodes = len(streets.x)
    indptr, indices, length_cm, kmh = rows(
        nodes, streets.tail, streets.head, streets.length_cm, way_kmh[streets.way]
    )
    arcs = csr_array((length_cm, indices, indptr), shape=(nodes, nodes))
    low, high, at, back_at = streets_of(arcs)
    there, back = along(length_cm, at), along(length_cm, back_at)
    shortest_cm = np.where((there == 0) | ((back > 0) & (back < there)), back, there)

    part, part_cm = _parts(arcs, "weak", low, high, shortest_cm)
    if mode != "walk":
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
        kmh=kmh,
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
