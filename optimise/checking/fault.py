"""A claim of a solution that does not hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Fault", "faults_at"]

#: Faults of one kind that are told one by one.
_TOLD = 1000


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """A claim that does not hold.

    Parameters
    ----------
    what
        Which claim, e.g. ``"quota"``.
    where
        Site, unit, zone or group.
    claimed, found
        What the solution or the problem says, and what was counted.
    """

    what: str
    where: str
    claimed: float
    found: float


def faults_at(
    what: str,
    kind: str,
    bad: NDArray[np.bool_],
    claimed: NDArray[Any] | float,
    found: NDArray[Any] | float,
) -> list[Fault]:
    """One fault for each marked place, the first thousand of them; one more for all others.

    Parameters
    ----------
    what, kind
        Which claim, and what the places are: "unit", "site", "zone".
    bad
        bool[k]
    claimed, found
        One value for each place, or one for all.
    """
    at = np.flatnonzero(bad)
    first = at[:_TOLD]
    said, seen = (np.broadcast_to(value, bad.shape)[first] for value in (claimed, found))
    faults = [
        Fault(what=what, where=f"{kind} {place}", claimed=float(one), found=float(other))
        for place, one, other in zip(first, said, seen, strict=True)
    ]
    if len(at) > len(first):
        rest = len(at) - len(first)
        faults.append(Fault(what=what, where=f"{rest} more {kind}s", claimed=0, found=rest))
    return faults
