"""The question: what points hand in, where stations and centres may stand, what ways cost."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.errors import ProblemError

__all__ = ["TierSites", "Tiers"]

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Sums beyond this lose whole units in float64.
_LARGEST = 2.0**53


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TierSites:
    """Places of one tier, each to be built in one of several sizes or not at all.

    Parameters
    ----------
    capacity
        float64[sites, sizes], what a size takes of all streams together; 0: not to be had there.
    cost
        float64[sites, sizes], of having it, in the period that capacities and supply are of.
    takes
        bool[sites, streams], what a place takes; None: everything.
    kept
        bool[sites], those that must be open, in whatever size; None: none must.
    at_most
        The most places that may be open, kept ones counted.
    """

    capacity: Floats
    cost: Floats
    takes: Mask | None = None
    kept: Mask | None = None
    at_most: int | None = None

    @property
    def n_sites(self) -> int:
        """Number of places."""
        return len(self.capacity)

    @property
    def largest(self) -> Floats:
        """float64[sites], capacity of the largest size of each."""
        return np.asarray(self.capacity.max(axis=1, initial=0.0))


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Tiers:
    """Where stations and centres stand, how large, and which way everything goes.

    Everything that points hand in ends in a centre: by a station, or straight where ``direct``
    is given. Minimised is the cost of the sites and of the ways.

    Parameters
    ----------
    supply
        float64[points, streams], what each point hands in.
    stations, centres
        The places of each tier.
    to_stations, onward, direct
        Impedance point to station, station to centre, point to centre: float64, infinite where
        there is no way. ``direct`` None: everything passes a station.
    rates
        Price of a unit of supply over a unit of impedance, of the three kinds of way in that
        order.
    split
        Whether a stream of one point may be shared out among ways, and one of a station among
        centres; else each goes one way (single assignment).
    budget
        The most that the sites may cost together, without the ways.
    """

    supply: Floats
    stations: TierSites
    centres: TierSites
    to_stations: Floats
    onward: Floats
    direct: Floats | None = None
    rates: tuple[float, float, float] = (1.0, 1.0, 1.0)
    split: bool = False
    budget: float | None = None

    def __post_init__(self) -> None:
        supply = _table("supply", self.supply, None)
        points, streams = supply.shape
        object.__setattr__(self, "supply", supply)
        for name in ("stations", "centres"):
            object.__setattr__(self, name, _tier(name, getattr(self, name), streams))
        s, c = self.stations.n_sites, self.centres.n_sites
        shapes = {"to_stations": (points, s), "onward": (s, c), "direct": (points, c)}
        for name, shape in shapes.items():
            if name == "direct" and self.direct is None:
                continue
            table = _table(name, getattr(self, name), shape, endless=True)
            object.__setattr__(self, name, table)
        if len(self.rates) != 3 or not all(_amount(rate) for rate in self.rates):
            raise ProblemError("Tiers.rates", f"{self.rates!r}", remedy="Give three from 0 up.")
        if self.budget is not None and not _amount(self.budget):
            raise ProblemError("Tiers.budget", f"{self.budget!r}", remedy="Give a number from 0.")
        if not float(supply.sum()) * max(1.0, self._dearest()) < _LARGEST:
            raise ProblemError(
                "Tiers.supply",
                f"{float(supply.sum()):g} at prices up to {self._dearest():g} is beyond what can "
                "be summed",
                remedy="Choose larger units.",
            )

    @property
    def n_points(self) -> int:
        """Number of points."""
        return len(self.supply)

    @property
    def n_streams(self) -> int:
        """Number of streams."""
        return int(self.supply.shape[1])

    def prices(self) -> tuple[Floats, Floats, Floats]:
        """Price of a unit of supply: point to station, station to centre, point to centre.

        Infinite where there is no way; of direct deliveries everywhere if there are none.
        """
        shape = (self.n_points, self.centres.n_sites)
        direct = np.full(shape, np.inf) if self.direct is None else self.direct
        tables = (self.to_stations, self.onward, direct)
        priced = [
            np.where(np.isfinite(table), np.where(np.isfinite(table), table, 0.0) * rate, np.inf)
            for table, rate in zip(tables, self.rates, strict=True)
        ]
        return priced[0], priced[1], priced[2]

    def _dearest(self) -> float:
        finite = [price[np.isfinite(price)].max(initial=0.0) for price in self.prices()]
        return float(max(finite))


def _amount(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | np.number):
        return False
    return math.isfinite(value) and float(value) >= 0


def _table(
    name: str, given: object, shape: tuple[int, int] | None, *, endless: bool = False
) -> Floats:
    """Check a table of numbers from 0 up."""
    try:
        table = np.array(given, np.float64)
    except (TypeError, ValueError) as error:
        raise ProblemError(f"Tiers.{name}", f"no numbers ({error})", remedy="Give a table.") from (
            error
        )
    if table.ndim != 2 or (shape is not None and table.shape != shape):
        wanted = "two dimensions" if shape is None else f"the shape {shape}"
        raise ProblemError(f"Tiers.{name}", f"shape {table.shape}", remedy=f"Give {wanted}.")
    bad = np.isnan(table) | (table < 0) | (np.isinf(table) & (not endless))
    if bad.any():
        at = tuple(np.argwhere(bad)[0].tolist())
        raise ProblemError(f"Tiers.{name}", f"{table[at]:g} at {at}", remedy="Give 0 and more.")
    table.setflags(write=False)
    return table


def _tier(name: str, given: TierSites, streams: int) -> TierSites:
    """Check the sites of a tier and fill in what was left out."""
    capacity = _table(f"{name}.capacity", given.capacity, None)
    if not capacity.shape[1]:
        raise ProblemError(f"Tiers.{name}.capacity", "no size", remedy="Give one at least.")
    cost = _table(f"{name}.cost", given.cost, capacity.shape)
    sites = len(capacity)
    takes = _mask(f"{name}.takes", given.takes, (sites, streams), default=True)
    kept = _mask(f"{name}.kept", given.kept, (sites,), default=False)
    at_most = given.at_most
    if at_most is not None and (
        isinstance(at_most, bool) or not isinstance(at_most, int) or at_most < 0
    ):
        raise ProblemError(f"Tiers.{name}.at_most", f"{at_most!r}", remedy="Give a whole number.")
    if (kept & ~(capacity > 0).any(axis=1)).any():
        row = int(np.flatnonzero(kept & ~(capacity > 0).any(axis=1))[0])
        raise ProblemError(
            f"Tiers.{name}.kept",
            f"site {row} must be open and has no size to be had",
            remedy="Give it a capacity, or do not keep it.",
        )
    return TierSites(capacity=capacity, cost=cost, takes=takes, kept=kept, at_most=at_most)


def _mask(name: str, given: Mask | None, shape: tuple[int, ...], *, default: bool) -> Mask:
    if given is None:
        return np.full(shape, default)
    mask = np.array(given)
    if mask.dtype != np.bool_ or mask.shape != shape:
        raise ProblemError(
            f"Tiers.{name}", f"{mask.dtype} of shape {mask.shape}", remedy=f"Give bool{shape}."
        )
    return mask
