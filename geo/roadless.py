"""Townships in which no roads are mapped: found, and joined to the others by straight lines.

Missing roads are not missing ways: policy has brought a paved road to every township and
administrative village that can have one. A township counts as without mapped roads if there are
fewer than :data:`FEW_KM_PER_KM2`, or if most of its people live farther than :data:`FAR_M` from
any road that places may be tied to: going there and back would make neighbours strangers.

A cell and a candidate are joined by a straight line times a detour factor if either lies in such
a township, else by the roads.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo.demand import Demand
from geo.findings import Finding
from geo.network import RoadNetwork
from geo.progress import Progress, silent
from geo.region import Region
from geo.speeds import METRES, Measure
from geo.travel import TravelMatrix, nearest_on_roads, network_matrix, straight_line_matrix

__all__ = ["FAR_M", "FEW_KM_PER_KM2", "joined_matrix", "nearest", "without_roads"]

#: A tenth of the mean density of public roads in China, 5.4368 million km on 9.6 million km2
#: (Ministry of Transport, statistical communique of 2023); village streets come on top of it.
FEW_KM_PER_KM2 = 0.057
#: A quarter of an hour on foot, before the road is reached.
FAR_M = 1000.0

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


def without_roads(
    region: Region, demand: Demand, network: RoadNetwork, *, detour_factor: float
) -> tuple[tuple[int, ...], list[Finding]]:
    """Find the townships in which no roads are mapped.

    Parameters
    ----------
    region, demand
        Townships and their people.
    network
        Walking network: the one that all streets are in.
    detour_factor
        Said in the findings.

    Returns
    -------
    rows, findings
        Rows of the townships, ascending; kind ``township-without-roads`` for each, with
        ``name``, ``fault``, ``km_per_km2``, ``far_share``, ``far_m``, ``factor``.
    """
    townships, size = region.townships, len(region.townships)
    # Every street is walked both ways: half its length for the township of each end.
    tail_cm = np.add.reduceat(np.append(network.length_cm, 0).astype(np.int64), network.indptr[:-1])
    tail_cm[np.diff(network.indptr) == 0] = 0
    where = region.assign(network.x, network.y)
    road_cm = np.zeros(size, np.int64)
    np.add.at(road_cm, where[where >= 0], tail_cm[where >= 0])
    area_km2 = region.territories.area.to_numpy() / 1e6
    density = np.divide(road_cm / 2e5, area_km2, out=np.zeros(size), where=area_km2 > 0)

    home = demand.frame["township"].to_numpy(np.int64)
    people = demand.frame["people"].to_numpy(np.int64)
    node, access_cm = network.snap(demand.frame.geometry.x, demand.frame.geometry.y)
    far = (node < 0) | (access_cm > FAR_M * 100)
    total, remote = np.zeros(size, np.int64), np.zeros(size, np.int64)
    np.add.at(total, home, people)
    np.add.at(remote, home[far], people[far])

    few = density < FEW_KM_PER_KM2
    rows = np.flatnonzero(few | (2 * remote > total))
    findings = [
        Finding(
            kind="township-without-roads",
            where=str(townships["code"].iloc[row]),
            values={
                "name": str(townships["name"].iloc[row]),
                "fault": "few-roads" if few[row] else "far-from-roads",
                "km_per_km2": round(float(density[row]), 4),
                "far_share": round(float(remote[row] / total[row]), 4) if total[row] else 0.0,
                "far_m": FAR_M,
                "factor": detour_factor,
            },
        )
        for row in rows.tolist()
    ]
    return tuple(rows.tolist()), findings


def joined_matrix(
    network: RoadNetwork,
    demand_xy: Floats,
    candidate_xy: Floats,
    off_road: tuple[Mask, Mask],
    *,
    cutoff: float,
    detour_factor: float,
    kmh: int,
    measure: Measure = METRES,
    progress: Progress = silent,
) -> TravelMatrix:
    """Measure over the roads, and straight from and to places in townships without any.

    Parameters
    ----------
    network, demand_xy, candidate_xy, cutoff, measure
        As in :func:`geo.travel.network_matrix`.
    off_road
        bool[n] and bool[m]: cells and candidates that lie in townships without mapped roads.
    detour_factor, kmh
        Of the straight lines, as in :func:`geo.travel.straight_line_matrix`.
    """
    off, off_candidate = off_road
    on, on_candidate = np.flatnonzero(~off), np.flatnonzero(~off_candidate)
    parts: list[tuple[Ints, Ints, TravelMatrix]] = []

    def straight_part(rows: Ints, columns: Ints) -> None:
        travel = straight_line_matrix(
            demand_xy[rows],
            candidate_xy[columns],
            cutoff=cutoff,
            detour_factor=detour_factor,
            measure=measure,
            kmh=kmh,
        )
        parts.append((rows, columns, travel))

    by_road = network_matrix(
        network,
        demand_xy[on],
        candidate_xy[on_candidate],
        cutoff=cutoff,
        measure=measure,
        progress=progress,
    )
    parts.append((on, on_candidate, by_road))
    straight_part(np.flatnonzero(off), np.arange(len(off_candidate)))
    straight_part(on, np.flatnonzero(off_candidate))
    row = np.concatenate([np.repeat(rows, np.diff(part.indptr)) for rows, _, part in parts])
    column = np.concatenate([columns[part.indices] for _, columns, part in parts])
    values = np.concatenate([part.values for _, _, part in parts])
    order = np.lexsort((column, row))
    unreachable = np.full(len(off), not len(off_candidate))
    unreachable[on] = by_road.unreachable & (not off_candidate.any())
    return TravelMatrix(
        indptr=np.concatenate([[0], np.cumsum(np.bincount(row, minlength=len(off)))]),
        indices=column[order].astype(np.int32),
        values=values[order],
        n_candidates=len(off_candidate),
        cutoff=cutoff,
        impedance=f"{by_road.impedance}+straight-line",
        detour_factor=detour_factor,
        unreachable=unreachable,
        unit=measure.unit,
    )


def nearest(
    network: RoadNetwork | None,
    demand_xy: Floats,
    candidate_xy: Floats,
    off_road: tuple[Mask, Mask],
    *,
    detour_factor: float,
    kmh: int,
    measure: Measure = METRES,
) -> Floats:
    """Measure from each cell to the candidate nearest to it, however far it is.

    Parameters
    ----------
    network
        None where there are no roads at all.
    demand_xy, candidate_xy, off_road, detour_factor, kmh, measure
        As in :func:`joined_matrix`.

    Returns
    -------
    float64[n]
        In the unit of the measure; infinite where no candidate can be reached.
    """
    off, off_candidate = (mask | (network is None) for mask in off_road)
    found = np.full(len(demand_xy), np.inf)

    def keep(rows: Mask, columns: Mask, measured: Callable[[Floats, Floats], Floats]) -> None:
        if rows.any() and columns.any():
            found[rows] = np.minimum(found[rows], measured(demand_xy[rows], candidate_xy[columns]))

    def straight(here: Floats, there: Floats) -> Floats:
        far_m = np.asarray(cKDTree(there).query(here)[0]) * detour_factor
        return measure.straight(far_m, kmh) / 100

    if network is not None:
        roads = network
        keep(~off, ~off_candidate, lambda a, b: nearest_on_roads(roads, a, b, measure))
    keep(off, np.ones(len(candidate_xy), np.bool_), straight)
    keep(~off, off_candidate, straight)
    return found
