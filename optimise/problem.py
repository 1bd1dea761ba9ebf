"""The problem: who needs a site, what sites there are, how far, and what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimise.checks import amounts, array_of, flags, frozen, members, refuse, whole
from optimise.errors import ProblemError, QuotaShort
from optimise.sides import Choice, check_sides, choices_of, limit_of, pairs_of, together_of
from optimise.travel import Travel

__all__ = ["EVERYBODY", "Problem", "quotas_per_households"]

#: The group that is always there: every demand unit.
EVERYBODY = "all"


def quotas_per_households(households: ArrayLike, per: float) -> NDArray[np.int32]:
    """One site for every ``per`` households of a zone or part of them: int32[zones].

    Zones without households get 0.

    Raises
    ------
    ProblemError
        For a number of households that is negative or not finite, or ``per`` not positive.
    """
    counted = np.asarray(households, dtype=np.float64)
    if not per > 0:
        raise refuse("quotas", f"one per {per!r} households", "Give a positive number.")
    if counted.ndim != 1 or not (np.isfinite(counted) & (counted >= 0)).all():
        raise refuse("quotas", f"households {counted.tolist()!r}", "Give a number from 0 up each.")
    return np.ceil(counted / per).astype(np.int32)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Problem:
    """Demand, sites and side constraints; checked once, here.

    Parameters
    ----------
    weights
        int64 or float64[n], people of each demand unit, from 0 up. Integers are summed exactly.
    travel
        Impedances [n units x m sites].
    n_sites
        m, the number of sites there are to choose from.
    site_costs
        int64 or float64[m], cost of keeping each site open; 1 each if left out.
    existing
        bool[m], sites that are there; they stay open unless they are ``closable``.
    closable
        bool[m], existing sites that may be closed.
    forced
        bool[m], sites that are not there yet and must be opened.
    forbidden
        bool[m], sites that must not be open.
    zones
        int32[m], zone (township) of each site, -1 for none; none at all if left out.
    quotas
        int32[number of zones], the least number of open sites in each zone.
    groups
        Named groups of demand units, each a bool[n] mask or an array of indices; groups may
        overlap. ``"all"`` is always there and means everybody.
    capacities
        float64[m], most weight each site can serve, infinite for no limit. Only the capacitated
        models heed it; no limits if left out.
    max_sites
        Most sites that may be open, existing ones included; None for no limit.
    budget
        Most that all open sites together may cost, existing ones included; None for no limit.
    apart
        int32[q, 2], pairs of sites that are too near to one another: at most one is open
        (minimum spacing).
    together
        Groups of two or more sites of which all are open or none (must-link).
    choices
        Groups of sites with a least and a most number of open ones (either-or).

    Raises
    ------
    ProblemError
        Naming the field, the value and the remedy. Quotas beyond the number of sites that may
        be open carry a :class:`~optimise.errors.QuotaShort` for each such zone.
    """

    weights: NDArray[Any]
    travel: Travel
    n_sites: int
    site_costs: NDArray[Any] = None  # type: ignore[assignment]
    existing: NDArray[np.bool_] = None  # type: ignore[assignment]
    closable: NDArray[np.bool_] = None  # type: ignore[assignment]
    forced: NDArray[np.bool_] = None  # type: ignore[assignment]
    forbidden: NDArray[np.bool_] = None  # type: ignore[assignment]
    zones: NDArray[np.int32] = None  # type: ignore[assignment]
    quotas: NDArray[np.int32] = None  # type: ignore[assignment]
    groups: Mapping[str, NDArray[np.int32]] = field(default_factory=dict)
    capacities: NDArray[np.float64] | None = None
    max_sites: int | None = None
    budget: float | None = None
    apart: NDArray[np.int32] = None  # type: ignore[assignment]
    together: tuple[tuple[int, ...], ...] = ()
    choices: tuple[Choice, ...] = ()

    def __post_init__(self) -> None:
        if not isinstance(self.travel, Travel):
            raise refuse("travel", f"type {type(self.travel).__name__}", "Make a Travel of it.")
        number = self.n_sites
        if isinstance(number, bool) or not isinstance(number, int | np.integer) or number >= 2**31:
            raise refuse("n_sites", f"{number!r}", "Give a whole number of 32 bits.")
        n, m = len(self.travel.indptr) - 1, int(number)
        if m < 1:
            raise refuse("n_sites", f"{m} sites", "Give at least one site to choose from.")
        if n < 1:
            raise refuse("weights", "no demand units", "Give at least one demand unit.")
        columns = self.travel.indices
        if len(columns) and (columns.min() < 0 or columns.max() >= m):
            bad = columns.min() if columns.min() < 0 else columns.max()
            raise refuse(
                "travel.indices", f"site {bad} does not exist", f"Sites go from 0 to {m - 1}."
            )
        ones = np.ones(m, dtype=np.int64)
        costs = ones if self.site_costs is None else self.site_costs
        zones = np.full(m, -1, dtype=np.int32) if self.zones is None else self.zones
        quotas = np.zeros(0, dtype=np.int32) if self.quotas is None else self.quotas
        checked = {
            "weights": amounts("weights", self.weights, n, per="weight for each demand unit"),
            "site_costs": amounts("site_costs", costs, m, per="cost for each site"),
            "existing": flags("existing", self.existing, m),
            "closable": flags("closable", self.closable, m),
            "forced": flags("forced", self.forced, m),
            "forbidden": flags("forbidden", self.forbidden, m),
            "zones": whole("zones", zones, m, per="zone for each site"),
            "quotas": whole("quotas", quotas, np.size(quotas), per="quota for each zone"),
            "apart": pairs_of(self.apart, m),
        }
        for name, array in checked.items():
            object.__setattr__(self, name, frozen(array))
        object.__setattr__(self, "n_sites", m)
        if self.capacities is not None:
            object.__setattr__(self, "capacities", frozen(_capacities(self.capacities, m)))
        object.__setattr__(self, "max_sites", limit_of("max_sites", self.max_sites, whole=True))
        object.__setattr__(self, "budget", limit_of("budget", self.budget, whole=False))
        object.__setattr__(self, "together", together_of(self.together, m))
        object.__setattr__(self, "choices", choices_of(self.choices, m))
        self._check_sites()
        check_sides(self)
        groups: dict[str, NDArray[np.int32]] = {}
        names = self.groups if isinstance(self.groups, Mapping) else [self.groups]
        if not all(isinstance(name, str) for name in names):
            raise refuse("groups", f"{names!r:.80}", "Give a dictionary of names and units.")
        for name in sorted(self.groups):
            if name == EVERYBODY:
                raise refuse("groups", f"{name!r} is taken", "It always means everybody.")
            groups[name] = frozen(members(name, self.groups[name], n))
        object.__setattr__(self, "groups", MappingProxyType(groups))

    def _check_sites(self) -> None:
        for first, second, remedy in (
            ("existing", "forbidden", "Take it out of one of the two, or make it closable too."),
            ("forced", "forbidden", "Take it out of one of the two."),
            ("forced", "existing", "An existing site stays open by itself: take it out of forced."),
        ):
            one, other = getattr(self, first), getattr(self, second)
            stays = one & ~self.closable if second == "forbidden" else one
            both = np.flatnonzero(stays & other)
            if len(both):
                raise refuse(first, f"site {both[0]} is also {second}", remedy)
        loose = np.flatnonzero(self.closable & ~self.existing)
        if len(loose):
            raise refuse(
                "closable", f"site {loose[0]} is not existing", "Only existing sites can be closed."
            )
        n_zones = len(self.quotas)
        outside = np.flatnonzero((self.zones < -1) | (self.zones >= n_zones))
        if len(outside):
            raise refuse(
                "zones",
                f"site {outside[0]} lies in zone {self.zones[outside[0]]} of {n_zones}",
                "Give each zone a quota (0 for none) and use -1 for a site outside all zones.",
            )
        if n_zones and self.quotas.min() < 0:
            zone = int(np.flatnonzero(self.quotas < 0)[0])
            raise refuse("quotas", f"zone {zone} asks for {self.quotas[zone]}", "Quotas >= 0.")
        may_open = self.zones[~self.forbidden & (self.zones >= 0)]
        have = np.bincount(may_open, minlength=n_zones)
        short = tuple(
            QuotaShort(zone=int(zone), have=int(have[zone]), need=int(self.quotas[zone]))
            for zone in np.flatnonzero(have < self.quotas)
        )
        if short:
            first_short = short[0]
            raise ProblemError(
                "Problem.quotas",
                f"zone {first_short.zone} asks for {first_short.need} and has {first_short.have} "
                f"sites that may be open ({len(short)} such zones)",
                remedy="Lower the quota or add candidates there.",
                facts=short,
            )

    @property
    def n_units(self) -> int:
        """Number of demand units."""
        return len(self.weights)

    @property
    def kept(self) -> NDArray[np.bool_]:
        """Sites that are open in every plan, bool[m]: existing ones that stay, forced ones."""
        return np.asarray((self.existing & ~self.closable) | self.forced)

    @property
    def linked(self) -> bool:
        """Whether some rule ties sites to one another (apart, together or a choice)."""
        return bool(len(self.apart) or self.together or self.choices)

    def most(self, own: int | None = None) -> int:
        """Most sites that may be open, by the problem's limit and a question's own."""
        limits = [self.n_sites, self.max_sites, own]
        return min(limit for limit in limits if limit is not None)

    def members(self, group: str) -> NDArray[np.int32]:
        """Units of a group, sorted; ``KeyError`` for a group that is not there."""
        if group == EVERYBODY:
            return np.arange(self.n_units, dtype=np.int32)
        return self.groups[group]


def _capacities(value: ArrayLike, n_sites: int) -> NDArray[np.float64]:
    array = array_of("capacities", value)
    if array.dtype.kind not in "iuf":
        raise refuse("capacities", f"type {array.dtype}", "Give numbers.")
    array = array.astype(np.float64)
    if array.shape != (n_sites,):
        raise refuse(
            "capacities", f"shape {array.shape} instead of ({n_sites},)", "Give one for each site."
        )
    bad = np.flatnonzero(~(array >= 0))
    if len(bad):
        raise refuse(
            "capacities",
            f"entry {bad[0]} is {array[bad[0]]}",
            "Give numbers from 0 up, infinity for no limit.",
        )
    return np.ascontiguousarray(array)
