"""The problem: who needs a site, what sites there are, how far, and what must hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimise.errors import ProblemError, QuotaShort

__all__ = ["EVERYBODY", "Problem", "Travel"]

#: The group that is always there: every demand unit.
EVERYBODY = "all"

#: Sums of weights and costs stay exact in a float64 up to here.
_EXACT = 2.0**53


def _refuse(field_name: str, what: str, remedy: str) -> ProblemError:
    return ProblemError(f"Problem.{field_name}", what, remedy=remedy)


def _frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view: the caller's own array stays writable."""
    view = array.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Travel:
    """Impedances between demand units (rows) and sites (columns), only those within a cutoff.

    An *absent* entry means "beyond the cutoff", an explicit ``0.0`` means "the same place":
    never hand this to a sparse-matrix library that drops zeros.

    Parameters
    ----------
    indptr
        int64[n + 1], start of each demand unit's entries.
    indices
        int32[nnz], sites, strictly increasing within a row.
    impedance
        float32 or float64[nnz], in metres or any other unit the radius is given in.
    cutoff
        Entries are complete up to here; a larger radius is refused. ``inf`` if nothing was cut.

    Raises
    ------
    ProblemError
        If the three arrays are not a well-formed matrix or an impedance is negative or NaN.
    """

    indptr: NDArray[np.int64]
    indices: NDArray[np.int32]
    impedance: NDArray[np.floating[Any]]
    cutoff: float = float("inf")

    def __post_init__(self) -> None:
        indptr = np.ascontiguousarray(self.indptr, dtype=np.int64)
        indices = np.ascontiguousarray(self.indices, dtype=np.int32)
        impedance = np.ascontiguousarray(self.impedance)
        if impedance.dtype not in (np.dtype(np.float32), np.dtype(np.float64)):
            impedance = impedance.astype(np.float64)
        if indptr.ndim != 1 or len(indptr) == 0 or indptr[0] != 0 or (np.diff(indptr) < 0).any():
            raise _refuse("travel.indptr", "not a rising sequence from 0", "Give CSR row starts.")
        if len(indices) != indptr[-1] or len(impedance) != indptr[-1]:
            raise _refuse(
                "travel",
                f"{len(indices)} indices and {len(impedance)} impedances for {indptr[-1]} entries",
                "Give one index and one impedance for each entry of the matrix.",
            )
        rising = np.ones(len(indices), dtype=np.bool_)
        rising[1:] = indices[1:] > indices[:-1]
        rising[indptr[:-1][indptr[:-1] < len(indices)]] = True
        if not rising.all():
            row = int(np.searchsorted(indptr, np.flatnonzero(~rising)[0], side="right")) - 1
            raise _refuse(
                "travel.indices",
                f"unsorted or doubled sites in row {row}",
                "Sort each row and keep the shortest of doubled entries.",
            )
        if not (impedance >= 0).all():
            at = int(np.flatnonzero(~(impedance >= 0))[0])
            raise _refuse(
                "travel.impedance",
                f"entry {at} is {impedance[at]}",
                "Impedances are numbers from 0 up; leave out what cannot be reached.",
            )
        if not self.cutoff > 0:
            raise _refuse("travel.cutoff", f"{self.cutoff}", "Give the positive search radius.")
        object.__setattr__(self, "indptr", _frozen(indptr))
        object.__setattr__(self, "indices", _frozen(indices))
        object.__setattr__(self, "impedance", _frozen(impedance))

    @classmethod
    def from_dense(cls, table: ArrayLike) -> Travel:
        """Make a matrix from a table [units x sites] in which NaN or inf means out of reach."""
        dense = np.asarray(table, dtype=np.float64)
        near = np.isfinite(dense)
        return cls(
            indptr=np.concatenate([[0], np.cumsum(near.sum(axis=1))]).astype(np.int64),
            indices=np.nonzero(near)[1].astype(np.int32),
            impedance=dense[near],
        )


def _vector(name: str, value: ArrayLike, length: int, *, per: str) -> NDArray[Any]:
    array = np.asarray(value)
    if array.shape != (length,):
        raise _refuse(name, f"shape {array.shape} instead of ({length},)", f"Give one {per}.")
    return array


def _amounts(name: str, value: ArrayLike, length: int, *, per: str) -> NDArray[Any]:
    """Check weights or costs: int64 stays exact, everything else becomes float64."""
    array = _vector(name, value, length, per=per)
    if array.dtype.kind in "iub":
        if array.dtype.kind == "u" and array.size and array.max() > np.uint64(2**53):
            raise _refuse(name, f"{array.max()} is too large", "Use a larger unit.")
        array = array.astype(np.int64)
    else:
        try:
            array = array.astype(np.float64)
        except (TypeError, ValueError):
            raise _refuse(name, f"type {array.dtype}", "Give numbers.") from None
    bad = ~(np.isfinite(array) & (array >= 0))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise _refuse(name, f"entry {at} is {array[at]}", "Give finite numbers from 0 up.")
    total = float(array.astype(np.float64).sum())
    if total > _EXACT:
        raise _refuse(
            name, f"sum {total:.6g} is above 2**53, sums would be inexact", "Use a larger unit."
        )
    return np.ascontiguousarray(array)


def _flags(name: str, value: ArrayLike | None, length: int) -> NDArray[np.bool_]:
    if value is None:
        return np.zeros(length, dtype=np.bool_)
    array = _vector(name, value, length, per="flag for each site")
    if array.dtype != np.bool_:
        raise _refuse(name, f"type {array.dtype}", "Give true or false for each site.")
    return np.ascontiguousarray(array)


def _whole(name: str, value: ArrayLike, length: int, *, per: str) -> NDArray[np.int32]:
    array = _vector(name, value, length, per=per)
    if array.dtype.kind not in "iu":
        raise _refuse(name, f"type {array.dtype}", "Give whole numbers.")
    if array.size and (array.min() < -(2**31) or array.max() >= 2**31):
        raise _refuse(name, "numbers beyond 32 bits", "Number from 0.")
    return np.ascontiguousarray(array, dtype=np.int32)


def _members(name: str, value: ArrayLike, n_units: int) -> NDArray[np.int32]:
    """Turn a mask or a list of units into sorted unique indices."""
    where = f"groups[{name!r}]"
    array = np.asarray(value)
    if array.dtype == np.bool_:
        array = np.flatnonzero(_vector(where, array, n_units, per="flag for each demand unit"))
    elif array.size and (array.dtype.kind not in "iu" or array.ndim != 1):
        raise _refuse(where, f"{array.dtype} of shape {array.shape}", "Give a mask or indices.")
    if array.size == 0:
        raise _refuse(where, "no members", "Leave out empty groups.")
    if array.min() < 0 or array.max() >= n_units:
        bad = array.min() if array.min() < 0 else array.max()
        raise _refuse(where, f"unit {bad} does not exist", f"Units go from 0 to {n_units - 1}.")
    return np.unique(array).astype(np.int32)


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
        bool[m], sites that are there and stay open.
    forbidden
        bool[m], sites that must not be open.
    zones
        int32[m], zone (township) of each site, -1 for none; none at all if left out.
    quotas
        int32[number of zones], the least number of open sites in each zone.
    groups
        Named groups of demand units, each a bool[n] mask or an array of indices; groups may
        overlap. ``"all"`` is always there and means everybody.

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
    forbidden: NDArray[np.bool_] = None  # type: ignore[assignment]
    zones: NDArray[np.int32] = None  # type: ignore[assignment]
    quotas: NDArray[np.int32] = None  # type: ignore[assignment]
    groups: Mapping[str, NDArray[np.int32]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        n, m = len(self.travel.indptr) - 1, int(self.n_sites)
        if m < 1:
            raise _refuse("n_sites", f"{m} sites", "Give at least one site to choose from.")
        if n < 1:
            raise _refuse("weights", "no demand units", "Give at least one demand unit.")
        columns = self.travel.indices
        if len(columns) and (columns.min() < 0 or columns.max() >= m):
            bad = columns.min() if columns.min() < 0 else columns.max()
            raise _refuse(
                "travel.indices", f"site {bad} does not exist", f"Sites go from 0 to {m - 1}."
            )
        ones = np.ones(m, dtype=np.int64)
        costs = ones if self.site_costs is None else self.site_costs
        zones = np.full(m, -1, dtype=np.int32) if self.zones is None else self.zones
        quotas = np.zeros(0, dtype=np.int32) if self.quotas is None else self.quotas
        checked = {
            "weights": _amounts("weights", self.weights, n, per="weight for each demand unit"),
            "site_costs": _amounts("site_costs", costs, m, per="cost for each site"),
            "existing": _flags("existing", self.existing, m),
            "forbidden": _flags("forbidden", self.forbidden, m),
            "zones": _whole("zones", zones, m, per="zone for each site"),
            "quotas": _whole("quotas", quotas, np.size(quotas), per="quota for each zone"),
        }
        for name, array in checked.items():
            object.__setattr__(self, name, _frozen(array))
        object.__setattr__(self, "n_sites", m)
        self._check_sites()
        groups: dict[str, NDArray[np.int32]] = {}
        for name in sorted(self.groups):
            if name == EVERYBODY:
                raise _refuse("groups", f"{name!r} is taken", "It always means everybody.")
            groups[name] = _frozen(_members(name, self.groups[name], n))
        object.__setattr__(self, "groups", MappingProxyType(groups))

    def _check_sites(self) -> None:
        both = np.flatnonzero(self.existing & self.forbidden)
        if len(both):
            raise _refuse(
                "existing", f"site {both[0]} is also forbidden", "Take it out of one of the two."
            )
        n_zones = len(self.quotas)
        outside = np.flatnonzero((self.zones < -1) | (self.zones >= n_zones))
        if len(outside):
            raise _refuse(
                "zones",
                f"site {outside[0]} lies in zone {self.zones[outside[0]]} of {n_zones}",
                "Give each zone a quota (0 for none) and use -1 for a site outside all zones.",
            )
        if n_zones and self.quotas.min() < 0:
            zone = int(np.flatnonzero(self.quotas < 0)[0])
            raise _refuse("quotas", f"zone {zone} asks for {self.quotas[zone]}", "Quotas >= 0.")
        may_open = self.zones[~self.forbidden & (self.zones >= 0)]
        have = np.bincount(may_open, minlength=n_zones)
        short = tuple(
            QuotaShort(zone=int(zone), have=int(have[zone]), need=int(self.quotas[zone]))
            for zone in np.flatnonzero(have < self.quotas)
        )
        if short:
            first = short[0]
            raise ProblemError(
                "Problem.quotas",
                f"zone {first.zone} asks for {first.need} and has {first.have} sites that may be "
                f"open ({len(short)} such zones)",
                remedy="Lower the quota or add candidates there.",
                facts=short,
            )

    @property
    def n_units(self) -> int:
        """Number of demand units."""
        return len(self.weights)

    def members(self, group: str) -> NDArray[np.int32]:
        """Units of a group, sorted; ``KeyError`` for a group that is not there."""
        if group == EVERYBODY:
            return np.arange(self.n_units, dtype=np.int32)
        return self.groups[group]
