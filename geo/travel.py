"""How far it is from where people live to where a site may stand: sparse, bounded, exact.

Distances are whole centimetres inside and ``float32`` metres outside, which keeps centimetres
apart up to :data:`LONGEST_M`. In a :class:`TravelMatrix` *absent* means beyond the cutoff and an
explicit ``0.0`` means the same place, which most sparse operations confuse: :func:`threshold` is
the one place that turns a radius into pairs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from queue import SimpleQueue

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.errors import InputError
from geo.kernel import Graph, Space, Tied, by_home, contract, reach, space
from geo.network import Arcs, RoadNetwork, up_to_cm
from geo.progress import Progress, silent

__all__ = [
    "LONGEST_M",
    "TravelMatrix",
    "nearest_m",
    "network_matrix",
    "straight_line_matrix",
    "threshold",
]

#: Longest cutoff: beyond it float32 metres no longer tell centimetres apart.
LONGEST_M = 65_000.0
#: Most pairs a matrix may hold: 2.4 GB, twice that while it is made.
MOST_PAIRS = 300_000_000

#: Nodes with candidates to search from between two reports of progress and chances to stop.
_CHUNK = 64
#: Straight-line pairs looked at in one go.
_PAIRS_AT_ONCE = 4_000_000

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Metres = npt.NDArray[np.float32]
Points = npt.ArrayLike
_Piece = tuple[Int32s, Int32s, Ints]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TravelMatrix:
    """Distances from demand cells (rows) to candidates (columns), up to a cutoff.

    Parameters
    ----------
    indptr, indices, metres
        Compressed sparse rows: int64[n + 1], int32[nnz] ascending within a row, float32[nnz].
        *Absent* means beyond the cutoff, an explicit ``0.0`` means the same place.
    n_candidates
        Number of columns.
    cutoff_m
        Longest distance held, inclusive.
    impedance
        ``"network:walk"``, ``"network:drive"`` or ``"straight-line"``.
    detour_factor
        Road metres per straight-line metre; 1.0 on a network.
    unreachable
        bool[n], cells from which no candidate can be reached at any distance.
    """

    indptr: Ints
    indices: Int32s
    metres: Metres
    n_candidates: int
    cutoff_m: float
    impedance: str
    detour_factor: float
    unreachable: npt.NDArray[np.bool_]


def network_matrix(
    network: RoadNetwork,
    demand_xy: Points,
    candidate_xy: Points,
    *,
    cutoff_m: float,
    threads: int | None = None,
    progress: Progress = silent,
) -> TravelMatrix:
    """Measure over the roads: access to the nearest node, shortest path, access again.

    Parameters
    ----------
    network
        Roads; where one-ways count, the path leads from the demand to the candidate.
    demand_xy, candidate_xy
        float64[n, 2], float64[m, 2] in the network's coordinate system.
    cutoff_m
        Longest distance, inclusive; at most :data:`LONGEST_M`.
    threads
        Number of threads, all processors if None. The result does not depend on it.

    Raises
    ------
    InputError
        If the cutoff is out of range or lets more than :data:`MOST_PAIRS` pairs through.
    """
    phase = f"{network.mode} distances"
    progress(phase, 0.0)
    cutoff_cm = _whole_cm(cutoff_m)
    demand, candidates = _tied(network, demand_xy), _tied(network, candidate_xy)
    n_demand, n_candidates = len(_points(demand_xy)), len(_points(candidate_xy))
    nodes = max(int(np.count_nonzero(np.diff(candidates.indptr))), 1)
    pieces: list[_Piece] = []
    pairs = 0
    for piece in _searched(network, candidates, demand, cutoff_cm, threads):
        pieces.append(piece)
        _refuse_flood(pairs := pairs + len(piece[0]), cutoff_m)
        progress(phase, 0.9 * min(len(pieces) * _CHUNK / nodes, 1.0))
    indptr, indices, metres = _by_rows(pieces, candidates, n_demand, n_candidates)
    unreachable = ~np.isfinite(nearest_m(network, demand_xy, candidate_xy))
    progress(phase, 1.0)
    return TravelMatrix(
        indptr=indptr,
        indices=indices,
        metres=metres,
        n_candidates=n_candidates,
        cutoff_m=cutoff_m,
        impedance=f"network:{network.mode}",
        detour_factor=1.0,
        unreachable=unreachable,
    )


def straight_line_matrix(
    demand_xy: Points,
    candidate_xy: Points,
    *,
    cutoff_m: float,
    detour_factor: float,
    progress: Progress = silent,
) -> TravelMatrix:
    """Measure as the crow flies, times a factor for the detours of roads.

    Parameters
    ----------
    demand_xy, candidate_xy
        float64[n, 2], float64[m, 2] in one metric coordinate system.
    cutoff_m
        Longest distance after the factor, inclusive; at most :data:`LONGEST_M`.
    detour_factor
        Road metres per straight-line metre, at least 1.

    Raises
    ------
    InputError
        If the cutoff or the factor is out of range, or more than :data:`MOST_PAIRS` pairs are
        within the cutoff.
    """
    phase = "straight-line distances"
    progress(phase, 0.0)
    cutoff_cm = _whole_cm(cutoff_m)
    if not 1 <= detour_factor < 100:
        raise InputError(
            f"detour factor {detour_factor:g} is not from 1 up to 100",
            remedy="1.3 is usual where roads are dense, 1.6 in mountains",
        )
    demand, candidates = _points(demand_xy), _points(candidate_xy)
    counts, indices, metres = np.zeros(len(demand), np.int64), [], []
    there, reach_m = cKDTree(candidates), (cutoff_cm + 1) / 100 / detour_factor
    _refuse_flood(int(cKDTree(demand).count_neighbors(there, reach_m)), cutoff_m)
    rows = max(1, min(4096, _PAIRS_AT_ONCE // max(len(candidates), 1)))
    for first in range(0, len(demand), rows):
        block = demand[first : first + rows]
        near = cKDTree(block).sparse_distance_matrix(there, reach_m, output_type="ndarray")
        gap = block[near["i"]] - candidates[near["j"]]
        total_cm = up_to_cm(np.hypot(gap[:, 0], gap[:, 1]) * detour_factor)
        kept = np.flatnonzero(total_cm <= cutoff_cm)
        kept = kept[np.lexsort((near["j"][kept], near["i"][kept]))]
        counts[first : first + len(block)] = np.bincount(near["i"][kept], minlength=len(block))
        indices.append(near["j"][kept].astype(np.int32))
        metres.append((total_cm[kept] / 100).astype(np.float32))
        progress(phase, (first + len(block)) / len(demand))
    return TravelMatrix(
        indptr=_pointers(counts),
        indices=np.concatenate([np.empty(0, np.int32), *indices]),
        metres=np.concatenate([np.empty(0, np.float32), *metres]),
        n_candidates=len(candidates),
        cutoff_m=cutoff_m,
        impedance="straight-line",
        detour_factor=detour_factor,
        unreachable=np.full(len(demand), not len(candidates)),
    )


def nearest_m(network: RoadNetwork, demand_xy: Points, candidate_xy: Points) -> Floats:
    """Measure from each demand cell to the candidate that is nearest over the roads, unbounded.

    Parameters
    ----------
    network, demand_xy, candidate_xy
        As in :func:`network_matrix`.

    Returns
    -------
    float64[n]
        Metres, infinite where no candidate can be reached.
    """
    here, here_cm = network.snap(*_points(demand_xy).T)
    there, there_cm = network.snap(*_points(candidate_xy).T)
    there, there_cm = there[there >= 0], there_cm[there >= 0]
    nodes = len(network.x)
    metres = np.full(len(here), np.inf)
    if not len(there) or not len(here):
        return metres
    # One search, from a node before all candidates; its arcs are longer by 1, as 0 is no arc.
    order = np.lexsort((there_cm, there))
    doors, firsts = np.unique(there[order], return_index=True)
    around = _turned(network)
    arcs = csr_array(
        (
            np.concatenate([around.data, there_cm[order][firsts] + 1]),
            np.concatenate([around.indices, doors]),
            np.append(around.indptr, len(around.data) + len(doors)),
        ),
        shape=(nodes + 1, nodes + 1),
    )
    from_door = dijkstra(arcs, indices=[nodes])[0] - 1
    tied = here >= 0
    metres[tied] = (from_door[here[tied]] + here_cm[tied]) / 100
    return metres


def threshold(travel: TravelMatrix, radius_m: float) -> tuple[Ints, Int32s, Metres]:
    """Keep the pairs within a radius: the one way from distances to who covers whom.

    Parameters
    ----------
    travel
        Distances.
    radius_m
        Longest distance, inclusive; at most the cutoff of ``travel``.

    Returns
    -------
    indptr, indices, metres
        Compressed sparse rows as in :class:`TravelMatrix`.

    Raises
    ------
    InputError
        If the radius is not positive or the distances do not reach so far.
    """
    radius_cm = _whole_cm(radius_m)
    if radius_cm > _whole_cm(travel.cutoff_m):
        raise InputError(
            f"radius {radius_m:g} m is beyond the {travel.cutoff_m:g} m that were measured",
            remedy="Measure the distances again up to the radius",
        )
    # Half a centimetre above the radius, so that no float32 decides on a tie.
    kept = travel.metres < np.float32((radius_cm + 0.5) / 100)
    before = np.concatenate([[0], np.cumsum(kept)])
    return before[travel.indptr], travel.indices[kept], travel.metres[kept]


def _searched(
    network: RoadNetwork, sites: Tied, homes: Tied, cutoff_cm: int, threads: int | None
) -> Iterator[_Piece]:
    """Search from the nodes with candidates, some at a time, and yield the pieces in order."""
    if not len(sites.place) or not len(homes.place):
        return
    graph, sites, homes = _contracted(network, sites, homes)
    sources = np.flatnonzero(np.diff(sites.indptr)).astype(np.int32)
    workers = threads or _processors()
    spaces: SimpleQueue[Space] = SimpleQueue()
    for _ in range(workers):
        spaces.put(space(len(graph.indptr) - 1, cutoff_cm))

    def search(first: int) -> _Piece:
        chunk = sources[first : first + _CHUNK]
        # Nodes between two sources hold no site: the sites of a chunk stand side by side.
        indptr = sites.indptr[np.append(chunk, chunk[-1] + 1)]
        span = slice(indptr[0], indptr[-1])
        here = Tied(indptr - indptr[0], sites.place[span], sites.access[span])
        room = spaces.get()
        try:
            return reach(graph, chunk, here, homes, cutoff_cm, room)
        finally:
            spaces.put(room)

    executor = ThreadPoolExecutor(workers)
    try:
        yield from executor.map(search, range(0, len(sources), _CHUNK))
    finally:
        executor.shutdown(cancel_futures=True)


def _contracted(network: RoadNetwork, sites: Tied, homes: Tied) -> tuple[Graph, Tied, Tied]:
    """Turn the arcs round and keep the nodes where roads fork or somebody stands."""
    arcs = _turned(network)
    forks = np.diff((arcs + arcs.T).tocsr().indptr) > 2
    kept = forks | (np.diff(sites.indptr) > 0) | (np.diff(homes.indptr) > 0)
    whole = Graph(
        arcs.indptr.astype(np.int32), np.column_stack([arcs.indices, arcs.data]).astype(np.int32)
    )
    # Nodes that are dropped hold nobody: where the places of a kept one begin does not change.
    begins = np.append(kept, np.True_)
    sites, homes = (tied._replace(indptr=tied.indptr[begins]) for tied in (sites, homes))
    return contract(whole, kept), sites, homes


def _by_rows(
    pieces: list[_Piece], sites: Tied, n_demand: int, n_candidates: int
) -> tuple[Ints, Int32s, Metres]:
    """Join the pieces, emptying the list, and turn them into rows of demand."""
    none = np.empty(0, np.int32)
    counts = np.concatenate([np.empty(0, np.int64), *(count for _, _, count in pieces)])
    found = np.concatenate([none, *(homes for homes, _, _ in pieces)])
    found_cm = np.concatenate([none, *(total_cm for _, total_cm, _ in pieces)])
    pieces.clear()
    bounds = _pointers(counts)
    start = np.zeros((n_candidates, 2), np.int64)
    if len(counts):
        start[sites.place] = np.column_stack([bounds[:-1], bounds[1:]])
    indptr = _pointers(np.bincount(found, minlength=n_demand))
    return (indptr, *by_home(indptr, start, found, found_cm))


def _tied(network: RoadNetwork, xy: Points) -> Tied:
    node, access_cm = network.snap(*_points(xy).T)
    place = np.argsort(node, kind="stable")
    place = place[np.searchsorted(node[place], 0) :]
    counts = np.bincount(node[place], minlength=len(network.x))
    return Tied(_pointers(counts).astype(np.int32), place.astype(np.int32), access_cm[place])


def _turned(network: RoadNetwork) -> Arcs:
    """Turn every arc round."""
    return network.matrix().T.tocsr()


def _points(xy: Points) -> Floats:
    return np.asarray(xy, np.float64).reshape(-1, 2)


def _pointers(counts: Ints) -> Ints:
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def _whole_cm(metres: float) -> int:
    if not 0 < metres <= LONGEST_M:
        raise InputError(
            f"distance {metres:g} m is not between 0 and {LONGEST_M:g} m",
            remedy="Choose a distance that people may walk or drive to a site",
        )
    return int(metres * 100 + 1e-6)


def _refuse_flood(pairs: int, cutoff_m: float) -> None:
    if pairs > MOST_PAIRS:
        raise InputError(
            f"over {MOST_PAIRS:,} pairs of cell and candidate lie within {cutoff_m:g} m",
            remedy="Choose a smaller radius, larger cells or fewer candidates",
        )


def _processors() -> int:
    """Count the processors that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
