"""Ways of the vehicle between depots and villages: whole seconds and metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.legs import NO_WAY, legs_between
from geo.progress import Progress, silent
from geo.speeds import Measure

__all__ = ["SECONDS", "StopWays", "stop_ways"]

Ints = npt.NDArray[np.int64]
SECONDS = Measure(unit="s")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StopWays:
    """Ways between places, depots first.

    Parameters
    ----------
    time_s, length_m
        int64[n, n], rounded up, from row to column.
    by_road
        bool[n, n], False where no mapped road leads: lines are straight there.
    node
        int64[n], node of the drive network that a vehicle stops at, -1 where ways are straight.
    """

    time_s: Ints
    length_m: Ints
    by_road: npt.NDArray[np.bool_]
    node: Ints


def stop_ways(
    bundle: Bundle,
    xy: npt.NDArray[np.float64],
    townships: Ints,
    progress: Progress = silent,
) -> StopWays:
    """Measure along the roads of vehicles; straight lines where a place has no roads.

    Parameters
    ----------
    xy, townships
        Places in the region's coordinates, float64[n, 2], and rows of their townships.
    """
    network = bundle.networks.get("drive")
    node = np.full(len(xy), -1, np.int64)
    if network is not None and len(xy):
        snapped, _ = network.snap(xy[:, 0], xy[:, 1])
        node = np.where(np.isin(townships, bundle.roadless), -1, snapped).astype(np.int64)
    crow_m = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) * bundle.detour_factor
    kmh = bundle.speeds.elsewhere("drive")
    length_m = np.ceil(crow_m - 1e-6).astype(np.int64)
    time_s = np.ceil(crow_m / (kmh / 3.6) - 1e-6).astype(np.int64)
    by_road = np.zeros(time_s.shape, np.bool_)
    on = np.flatnonzero(node >= 0)
    if network is not None and len(on):
        cost, length_cm = legs_between(network, node[on], SECONDS, progress)
        there, at = cost != NO_WAY, np.ix_(on, on)
        time_s[at] = np.where(there, -(-cost // 100), time_s[at])
        length_m[at] = np.where(there, -(-length_cm // 100), length_m[at])
        by_road[at] = there
    return StopWays(time_s=time_s, length_m=length_m, by_road=by_road, node=node)
