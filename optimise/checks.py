"""Checks of the arrays a problem is made of: the faulty field, the value, the remedy."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimise.errors import ProblemError

__all__ = [
    "amounts",
    "array_of",
    "flags",
    "frozen",
    "members",
    "refuse",
    "sites_of",
    "vector",
    "whole",
]

#: Sums of weights and costs stay exact in a float64 up to here.
_EXACT = 2.0**53
#: Solvers take sums for 0 that are a millionth of this.
_LEAST = 1e-3


def refuse(field: str, what: str, remedy: str) -> ProblemError:
    """Make the error for a field of a problem."""
    return ProblemError(f"Problem.{field}", what, remedy=remedy)


def frozen(array: NDArray[Any]) -> NDArray[Any]:
    """Return a read-only view: the caller's own array stays writable."""
    view = array.view()
    view.flags.writeable = False
    return view


def array_of(name: str, value: ArrayLike) -> NDArray[Any]:
    """Turn what was given into an array."""
    try:
        return np.asarray(value)
    except (ValueError, TypeError):
        raise refuse(name, "lists within a list", "Give one plain list.") from None


def vector(name: str, value: ArrayLike, length: int, *, per: str) -> NDArray[Any]:
    """Check the length of an array."""
    array = array_of(name, value)
    if array.shape != (length,):
        raise refuse(name, f"shape {array.shape} instead of ({length},)", f"Give one {per}.")
    return array


def amounts(name: str, value: ArrayLike, length: int, *, per: str) -> NDArray[Any]:
    """Check weights or costs: int64 stays exact, everything else becomes float64."""
    array = vector(name, value, length, per=per)
    if array.dtype.kind in "iub":
        if array.dtype.kind == "u" and array.size and array.max() > np.uint64(2**53):
            raise refuse(name, f"{array.max()} is too large", "Use a larger unit.")
        array = array.astype(np.int64)
    else:
        try:
            array = array.astype(
                np.float64, casting="same_kind" if array.dtype != "O" else "unsafe"
            )
        except (TypeError, ValueError):
            raise refuse(name, f"type {array.dtype}", "Give numbers.") from None
    bad = ~(np.isfinite(array) & (array >= 0))
    if bad.any():
        at = int(np.flatnonzero(bad)[0])
        raise refuse(name, f"entry {at} is {array[at]}", "Give finite numbers from 0 up.")
    with np.errstate(over="ignore"):
        total = float(array.astype(np.float64).sum())
    if total > _EXACT:
        raise refuse(
            name, f"sum {total:.6g} is above 2**53, sums would be inexact", "Use a larger unit."
        )
    if 0 < total < _LEAST:
        raise refuse(
            name,
            f"sum {total:.6g} is below {_LEAST:g}, differences would drown in rounding",
            "Use a smaller unit.",
        )
    return np.ascontiguousarray(array)


def flags(name: str, value: ArrayLike | None, length: int) -> NDArray[np.bool_]:
    """Check flags; None stands for false everywhere."""
    if value is None:
        return np.zeros(length, dtype=np.bool_)
    array = vector(name, value, length, per="flag for each site")
    if array.dtype != np.bool_:
        raise refuse(name, f"type {array.dtype}", "Give true or false for each site.")
    return np.ascontiguousarray(array)


def whole(name: str, value: ArrayLike, length: int, *, per: str) -> NDArray[np.int32]:
    """Check whole numbers of 32 bits."""
    array = vector(name, value, length, per=per)
    if array.dtype.kind not in "iu":
        raise refuse(name, f"type {array.dtype}", "Give whole numbers.")
    if array.size and (array.min() < -(2**31) or array.max() >= 2**31):
        raise refuse(name, "numbers beyond 32 bits", "Number from 0.")
    return np.ascontiguousarray(array, dtype=np.int32)


def members(name: str, value: ArrayLike, n_units: int) -> NDArray[np.int32]:
    """Turn a mask or a list of units into sorted unique indices."""
    where = f"groups[{name!r}]"
    array = array_of(where, value)
    if array.dtype == np.bool_:
        array = np.flatnonzero(vector(where, array, n_units, per="flag for each demand unit"))
    elif array.size and (array.dtype.kind not in "iu" or array.ndim != 1):
        raise refuse(where, f"{array.dtype} of shape {array.shape}", "Give a mask or indices.")
    if array.size == 0:
        raise refuse(where, "no members", "Leave out empty groups.")
    if array.min() < 0 or array.max() >= n_units:
        bad = array.min() if array.min() < 0 else array.max()
        raise refuse(where, f"unit {bad} does not exist", f"Units go from 0 to {n_units - 1}.")
    return np.unique(array).astype(np.int32)


def sites_of(field: str, value: ArrayLike, n_sites: int, *, least: int) -> tuple[int, ...]:
    """Turn a list of sites into sorted distinct numbers, at least so many."""
    array = array_of(field, value)
    if array.ndim != 1 or (array.size and array.dtype.kind not in "iu"):
        raise refuse(field, f"{array.dtype} of shape {array.shape}", "Give a list of sites.")
    distinct = np.unique(array)
    if len(distinct) < max(least, array.size):
        raise refuse(field, f"{array.tolist()}", f"Give at least {least} different sites.")
    bad = distinct[(distinct < 0) | (distinct >= n_sites)]
    if len(bad):
        raise refuse(field, f"site {bad[0]} does not exist", f"Sites go from 0 to {n_sites - 1}.")
    return tuple(int(site) for site in distinct)
