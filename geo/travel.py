"""How far it is from where people live to where a site may stand: sparse, bounded, exact.

Impedance is metres, or seconds: whole hundredths inside and ``float32`` outside, which keeps
hundredths apart up to :data:`LONGEST`. In a :class:`TravelMatrix` *absent* means beyond the cutoff
and an explicit ``0.0`` means the same place, which most sparse operations confuse:
:func:`threshold` is the one place that turns a limit into pairs.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo.errors import InputError
from geo.network import RoadNetwork
from geo.pace import Unit
from geo.progress import Progress, silent
from geo.search import CHUNK, Piece, join, nearest_cm, pointers, prepare, search, stranded, tie
from geo.speeds import METRES, Measure

__all__ = [
    "LONGEST",
    "TravelMatrix",
    "nearest_on_roads",
    "network_matrix",
    "straight_line_matrix",
    "threshold",
]

#: Longest cutoff, metres or seconds: beyond it float32 no longer tells hundredths apart.
LONGEST = 65_000.0
#: Most pairs a matrix may hold: 2.4 GB, twice that while it is made.
MOST_PAIRS = 300_000_000

#: Straight-line pairs looked at in one go.
_PAIRS_AT_ONCE = 4_000_000

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Int32s = npt.NDArray[np.int32]
Values = npt.NDArray[np.float32]
Points = npt.ArrayLike


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TravelMatrix:
    """Distances or times from demand cells (rows) to candidates (columns), up to a cutoff.

    Parameters
    ----------
    indptr, indices, values
        Compressed sparse rows: int64[n + 1], int32[nnz] ascending within a row, float32[nnz].
        *Absent* means beyond the cutoff, an explicit ``0.0`` means the same place.
    n_candidates
        Number of columns.
    cutoff
        Longest value held, inclusive.
    impedance
        What it was measured along: ``"network:"`` and the mode, ``"straight-line"``, or both,
        ``"network:walk+straight-line"``, where some townships have no mapped roads.
    detour_factor
        Road metres per straight-line metre; 1.0 where all is network.
    unreachable
        bool[n], cells from which no candidate can be reached at any distance.
    unit
        ``"m"`` or ``"s"``, of values and cutoff.
    """

    indptr: Ints
    indices: Int32s
    values: Values
    n_candidates: int
    cutoff: float
    impedance: str
    detour_factor: float
    unreachable: npt.NDArray[np.bool_]
    unit: Unit = "m"


def network_matrix(
    network: RoadNetwork,
    demand_xy: Points,
    candidate_xy: Points,
    *,
    cutoff: float,
    measure: Measure = METRES,
    threads: int | None = None,
    progress: Progress = silent,
) -> TravelMatrix:
    """Measure over the roads: access on foot to the nearest node, shortest path, access again.

    Parameters
    ----------
    network
        Roads; where one-ways count, the path leads from the demand to the candidate.
    demand_xy, candidate_xy
        float64[n, 2], float64[m, 2] in the network's coordinate system.
    cutoff
        Longest distance (metres) or time (seconds), inclusive; at most :data:`LONGEST`.
    measure
        Metres, or seconds at the speeds of the arcs.
    threads
        Number of threads, all processors if None. The result does not depend on it.

    Raises
    ------
    InputError
        If the cutoff is out of range or lets more than :data:`MOST_PAIRS` pairs through.
    """
    phase = f"{network.mode} distances"
    progress(phase, 0.0)
    cutoff_cm = _hundredths(cutoff, measure.unit)
    demand, candidates = _points(demand_xy), _points(candidate_xy)
    homes, sites = tie(network, measure, demand, candidates)
    nodes = int(np.count_nonzero(np.diff(sites.indptr)))
    graph, sites, homes = prepare(network, measure, sites, homes)
    pieces: list[Piece] = []
    pairs = 0
    with closing(search(graph, sites, homes, cutoff_cm, threads)) as found:
        for piece in found:
            pieces.append(piece)
            _refuse_flood(pairs := pairs + len(piece[0]), cutoff, measure.unit)
            progress(phase, 0.9 * min(len(pieces) * CHUNK / nodes, 1.0))
    indptr, indices, values = join(pieces, sites, len(demand), len(candidates))
    unreachable = stranded(graph, sites, homes, len(demand))
    progress(phase, 1.0)
    return TravelMatrix(
        indptr=indptr,
        indices=indices,
        values=values,
        n_candidates=len(candidates),
        cutoff=cutoff,
        impedance=f"network:{network.mode}",
        detour_factor=1.0,
        unreachable=unreachable,
        unit=measure.unit,
    )


def straight_line_matrix(
    demand_xy: Points,
    candidate_xy: Points,
    *,
    cutoff: float,
    detour_factor: float,
    measure: Measure = METRES,
    kmh: int = 0,
    progress: Progress = silent,
) -> TravelMatrix:
    """Measure as the crow flies, times a factor for the detours of roads.

    Parameters
    ----------
    demand_xy, candidate_xy
        float64[n, 2], float64[m, 2] in one metric coordinate system.
    cutoff
        Longest distance or time after the factor, inclusive; at most :data:`LONGEST`.
    detour_factor
        Road metres per straight-line metre, at least 1.
    measure, kmh
        Metres, or seconds at a speed; 0 is the pace of a walker.

    Raises
    ------
    InputError
        If the cutoff or the factor is out of range, or more than :data:`MOST_PAIRS` pairs are
        within the cutoff.
    """
    phase = "straight-line distances"
    progress(phase, 0.0)
    cutoff_cm = _hundredths(cutoff, measure.unit)
    if not 1 <= detour_factor < 100:
        raise InputError(
            f"detour factor {detour_factor:g} is not from 1 up to 100",
            remedy="1.3 is usual where roads are dense, 1.6 in mountains",
        )
    demand, candidates = _points(demand_xy), _points(candidate_xy)
    counts, indices, values = np.zeros(len(demand), np.int64), [], []
    reach_m = measure.longest_m((cutoff_cm + 1) / 100, kmh) / detour_factor
    there = cKDTree(candidates)
    _refuse_flood(int(cKDTree(demand).count_neighbors(there, reach_m)), cutoff, measure.unit)
    rows = max(1, min(4096, _PAIRS_AT_ONCE // max(len(candidates), 1)))
    for first in range(0, len(demand), rows):
        block = demand[first : first + rows]
        near = cKDTree(block).sparse_distance_matrix(there, reach_m, output_type="ndarray")
        gap = block[near["i"]] - candidates[near["j"]]
        total_cm = measure.straight(np.hypot(gap[:, 0], gap[:, 1]) * detour_factor, kmh)
        kept = np.flatnonzero(total_cm <= cutoff_cm)
        kept = kept[np.lexsort((near["j"][kept], near["i"][kept]))]
        counts[first : first + len(block)] = np.bincount(near["i"][kept], minlength=len(block))
        indices.append(near["j"][kept].astype(np.int32))
        values.append((total_cm[kept] / 100).astype(np.float32))
        progress(phase, (first + len(block)) / len(demand))
    return TravelMatrix(
        indptr=pointers(counts),
        indices=np.concatenate([np.empty(0, np.int32), *indices]),
        values=np.concatenate([np.empty(0, np.float32), *values]),
        n_candidates=len(candidates),
        cutoff=cutoff,
        impedance="straight-line",
        detour_factor=detour_factor,
        unreachable=np.full(len(demand), not len(candidates)),
        unit=measure.unit,
    )


def nearest_on_roads(
    network: RoadNetwork, demand_xy: Points, candidate_xy: Points, measure: Measure = METRES
) -> Floats:
    """Measure from each demand cell to the candidate that is nearest over the roads, unbounded.

    Parameters
    ----------
    network, demand_xy, candidate_xy, measure
        As in :func:`network_matrix`.

    Returns
    -------
    float64[n]
        Metres or seconds, infinite where no candidate can be reached.
    """
    demand, candidates = _points(demand_xy), _points(candidate_xy)
    homes, sites = tie(network, measure, demand, candidates)
    return nearest_cm(network, measure, sites, homes, len(demand)) / 100


def threshold(travel: TravelMatrix, limit: float) -> tuple[Ints, Int32s, Values]:
    """Keep the pairs within a limit: the one way from distances to who covers whom.

    Parameters
    ----------
    travel
        Distances or times.
    limit
        Longest of them, inclusive; at most the cutoff of ``travel``.

    Returns
    -------
    indptr, indices, values
        Compressed sparse rows as in :class:`TravelMatrix`.

    Raises
    ------
    InputError
        If the limit is not positive or the matrix does not reach so far.
    """
    hundredths = _hundredths(limit, travel.unit)
    if hundredths > _hundredths(travel.cutoff, travel.unit):
        raise InputError(
            f"radius {limit:g} {travel.unit} is beyond the {travel.cutoff:g} {travel.unit} that "
            "were measured",
            remedy="Measure the distances again up to the radius",
        )
    # Half a hundredth above the limit, so that no float32 decides on a tie.
    kept = travel.values < np.float32((hundredths + 0.5) / 100)
    before = np.concatenate([[0], np.cumsum(kept)])
    return before[travel.indptr], travel.indices[kept], travel.values[kept]


def _points(xy: Points) -> Floats:
    return np.asarray(xy, np.float64).reshape(-1, 2)


def _hundredths(limit: float, unit: Unit) -> int:
    if not 0 < limit <= LONGEST:
        raise InputError(
            f"{limit:g} {unit} is not between 0 and {LONGEST:g} {unit}",
            remedy="Choose a distance or a time that people may travel to a site",
        )
    return int(limit * 100 + 1e-6)


def _refuse_flood(pairs: int, cutoff: float, unit: Unit) -> None:
    if pairs > MOST_PAIRS:
        raise InputError(
            f"over {MOST_PAIRS:,} pairs of cell and candidate lie within {cutoff:g} {unit}",
            remedy="Choose a smaller radius, larger cells or fewer candidates",
        )
