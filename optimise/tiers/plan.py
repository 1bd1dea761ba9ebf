"""The answer: which places are open in which size, and what goes which way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.solution import Status
from optimise.tiers.question import Tiers, TierSites

__all__ = ["TiersPlan", "Ways", "costs_of", "sizes_for"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ways:
    """Open sizes and flows, before anything is claimed of them.

    Parameters
    ----------
    station_size, centre_size
        int32[stations], int32[centres]: size that is open, -1 for none.
    collected, onward, direct
        float64[points, stations, streams], [stations, centres, streams] and
        [points, centres, streams]: what goes which way.
    """

    station_size: Ints
    centre_size: Ints
    collected: Floats
    onward: Floats
    direct: Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TiersPlan:
    """A plan of three tiers and how good it is.

    Parameters
    ----------
    station_size, centre_size
        int32[stations], int32[centres]: size that is open, -1 for none.
    collected, onward, direct
        Flows: points to stations, stations to centres, points to centres.
    site_cost, way_cost
        Parts of ``value``.
    value, bound, gap
        Cost; no plan costs less than ``bound``, however it is sited; their distance by ``value``.
    status, stopped, proved_by, seconds, log
        As in :class:`optimise.Solution`.
    """

    station_size: Ints
    centre_size: Ints
    collected: Floats
    onward: Floats
    direct: Floats
    site_cost: float
    way_cost: float
    value: float
    bound: float
    gap: float
    status: Status
    stopped: str
    proved_by: str
    seconds: Mapping[str, float]
    log: tuple[str, ...]

    def ways(self) -> Ways:
        """Sizes and flows alone."""
        return Ways(
            station_size=self.station_size,
            centre_size=self.centre_size,
            collected=self.collected,
            onward=self.onward,
            direct=self.direct,
        )


def costs_of(tiers: Tiers, ways: Ways) -> tuple[float, float]:
    """Cost of the open sites, and of the ways."""
    sites = 0.0
    for tier, size in ((tiers.stations, ways.station_size), (tiers.centres, ways.centre_size)):
        rows = np.flatnonzero(size >= 0)
        sites += float(tier.cost[rows, size[rows]].sum())
    total = 0.0
    for price, flow in zip(tiers.prices(), (ways.collected, ways.onward, ways.direct), strict=True):
        tonnes = flow.sum(axis=2)
        used = tonnes > 0
        total += float((price[used] * tonnes[used]).sum())
    return sites, total


def sizes_for(tier: TierSites, load: Floats, slack: float = 1e-9) -> tuple[Ints, bool]:
    """The cheapest size of each site that takes its load, -1 where it may stay closed.

    Returns
    -------
    sizes, fits
        int32[sites]; False where a load is beyond the largest size, which then stands.
    """
    assert tier.kept is not None
    fits = (tier.capacity > 0) & (tier.capacity >= load[:, None] * (1 - slack))
    cost = np.where(fits, tier.cost, np.inf)
    some = np.asarray(fits.any(axis=1))
    sizes = np.where(some, cost.argmin(axis=1), tier.capacity.argmax(axis=1))
    needed = (load > 0) | tier.kept
    return np.where(needed, sizes, -1).astype(np.int32), bool(some[needed].all())
