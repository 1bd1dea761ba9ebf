"""How far it is from where people live to where a site may stand: sparse, bounded, exact.

Distances are whole centimetres inside and ``float32`` metres outside, which keeps centimetres
apart up to :data:`LONGEST_M`. In a :class:`TravelMatrix` *absent* means beyond the cutoff and an
explicit ``0.0`` means the same place, which most sparse operations confuse: :func:`threshold` is
the one place that turns a radius into pairs.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo.errors import InputError
from geo.network import RoadNetwork, up_to_cm
from geo.progress import Progress, silent
from geo.search import CHUNK, Piece, join, nearest_cm, pointers, prepare, search, stranded, tie

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

#: Straight-line pairs looked at in one go.
_PAIRS_AT_ONCE = 4_000_000

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Metres = npt.NDArray[np.float32]
Points = npt.ArrayLike


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
    demand, candidates = _points(demand_xy), _points(candidate_xy)
    homes, sites = tie(network, demand, candidates)
    nodes = int(np.count_nonzero(np.diff(sites.indptr)))
    graph, sites, homes = prepare(network, sites, homes)
    pieces: list[Piece] = []
    pairs = 0
    with closing(search(graph, sites, homes, cutoff_cm, threads)) as found:
        for piece in found:
            pieces.append(piece)
            _refuse_flood(pairs := pairs + len(piece[0]), cutoff_m)
            progress(phase, 0.9 * min(len(pieces) * CHUNK / nodes, 1.0))
    indptr, indices, metres = join(pieces, sites, len(demand), len(candidates))
    unreachable = stranded(graph, sites, homes, len(demand))
    progress(phase, 1.0)
    return TravelMatrix(
        indptr=indptr,
        indices=indices,
        metres=metres,
        n_candidates=len(candidates),
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
        indptr=pointers(counts),
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
    demand, candidates = _points(demand_xy), _points(candidate_xy)
    homes, sites = tie(network, demand, candidates)
    return nearest_cm(network, sites, homes, len(demand)) / 100


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


def _points(xy: Points) -> Floats:
    return np.asarray(xy, np.float64).reshape(-1, 2)


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
