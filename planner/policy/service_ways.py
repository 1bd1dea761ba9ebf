"""Ways of the vehicle between depots and villages: whole seconds and metres."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.legs import NO_WAY, legs_between
from geo.progress import Progress, silent
from geo.speeds import Measure

__all__ = ["CANNOT", "SECONDS", "StopWays", "stop_ways"]

Ints = npt.NDArray[np.int64]
#: Seconds and metres where no road leads: longer than any shift.
CANNOT = 10_000_000
SECONDS = Measure(unit="s")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class StopWays:
    """Ways between places, depots first.

    Parameters
    ----------
    time_s, length_m
        int64[n, n], rounded up, from row to column; :data:`CANNOT` where no road leads.
    node
        int64[n], node of the drive network that a vehicle stops at, -1 where ways are straight.
    off_m
        float64[n], from the place to that node.
    """

    time_s: Ints
    length_m: Ints
    node: Ints
    off_m: npt.NDArray[np.float64]


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
    off_m = np.zeros(len(xy))
    if network is not None and len(xy):
        snapped, access_cm = network.snap(xy[:, 0], xy[:, 1])
        node = np.where(np.isin(townships, bundle.roadless), -1, snapped).astype(np.int64)
        off_m = np.where(node >= 0, access_cm / 100, 0.0)
    crow_m = np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1)) * bundle.detour_factor
    kmh = bundle.speeds.elsewhere("drive")
    length_m = np.ceil(crow_m - 1e-6).astype(np.int64)
    time_s = np.ceil(crow_m / (kmh / 3.6) - 1e-6).astype(np.int64)
    on = np.flatnonzero(node >= 0)
    if network is not None and len(on):
        cost, length_cm = legs_between(network, node[on], SECONDS, progress)
        lost = cost == NO_WAY
        at = np.ix_(on, on)
        time_s[at] = np.where(lost, CANNOT, -(-cost // 100))
        length_m[at] = np.where(lost, CANNOT, -(-length_cm // 100))
    return StopWays(time_s=time_s, length_m=length_m, node=node, off_m=off_m)
