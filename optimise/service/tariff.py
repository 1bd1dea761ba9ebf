"""What a way of serving a place costs a year, and from how much on one is cheaper than another."""

from __future__ import annotations

import math
from dataclasses import dataclass

from optimise.errors import ProblemError

__all__ = ["Tariff", "break_even"]

#: Steps of a tariff that are looked at, at most.
_MOST_STEPS = 2_000_000
#: Slopes and costs nearer than this are the same.
_FLAT = 1e-9


@dataclass(frozen=True, kw_only=True, slots=True)
class Tariff:
    """A yearly cost that grows with what is handed in, and in steps with the visits of a vehicle.

    ``fixed + per_kg * kg + per_visit * max(min_visits, ceil(kg / kg_visit))``: a point that is
    emptied when it is full, or a stop that is visited at least so often.

    Parameters
    ----------
    fixed
        Yuan a year.
    per_kg
        Yuan a kilogram.
    per_visit
        Yuan for a visit of the vehicle.
    kg_visit
        Kilograms that a visit takes at most; infinite where none is needed for the amount.
    min_visits
        Visits a year, whatever is handed in.

    Raises
    ------
    ProblemError
        If a figure is negative or not a number, or ``kg_visit`` is not positive.
    """

    fixed: float
    per_kg: float = 0.0
    per_visit: float = 0.0
    kg_visit: float = math.inf
    min_visits: int = 0

    def __post_init__(self) -> None:
        for name in ("fixed", "per_kg", "per_visit", "min_visits"):
            value = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise ProblemError(f"Tariff.{name}", f"is {value!r}", remedy="Give 0 or more")
        if not self.kg_visit > 0:
            raise ProblemError(
                "Tariff.kg_visit", f"is {self.kg_visit!r}", remedy="Give more than 0"
            )

    def visits(self, kg_year: float) -> int:
        """Visits a year for an amount."""
        # An amount that fills whole visits but for float noise needs no visit more.
        return max(self.min_visits, math.ceil(kg_year / self.kg_visit - 1e-9))

    def yearly(self, kg_year: float) -> float:
        """Yuan a year for an amount in kilograms."""
        return self.fixed + self.per_kg * kg_year + self.per_visit * self.visits(kg_year)


def break_even(one: Tariff, other: Tariff) -> float | None:
    """Find the amount from which on one tariff is never dearer than another.

    Returns
    -------
    float or None
        Kilograms a year: above it ``one`` costs at most as much as ``other``, and above none
        less is that so. 0 where it always does; None where there is no such amount, where both
        grow alike in different steps and so take turns, or where they grow so nearly alike that
        it would take millions of visits.

    Notes
    -----
    Between the steps of the two both are straight lines, so that the last crossing is found
    exactly: the pieces are gone through downwards from an amount above which the slopes have
    settled it.
    """
    slope = _slope(one) - _slope(other)
    steps = [t.kg_visit for t in (one, other) if t.per_visit and math.isfinite(t.kg_visit)]
    # Once both are above their least visits, one - other is at most this beside the slopes.
    most = one.fixed - other.fixed + _highest_step(one) - _lowest_step(other)
    settled = max(
        (t.min_visits * t.kg_visit for t in (one, other) if t.kg_visit in steps), default=0
    )
    if slope > _FLAT:
        return None
    if slope < -_FLAT:
        settled = max(settled, most / -slope)
    elif len(set(steps)) > 1 or one.yearly(settled + 1.0) > other.yearly(settled + 1.0) + _FLAT:
        return None
    settled += max(steps, default=0.0) + 1.0
    if sum(settled / step for step in steps) > _MOST_STEPS:
        return None
    cuts = {0.0, settled}
    for step in steps:
        cuts |= {k * step for k in range(1, int(settled / step) + 1)}
    ends = sorted(cuts)
    for low, high in zip(ends[-2::-1], ends[:0:-1], strict=True):
        # On (low, high] both are lines; the visits are those of its upper end.
        gap_high = one.yearly(high) - other.yearly(high)
        tilt = one.per_kg - other.per_kg
        if gap_high > 1e-9:
            return high
        gap_low = gap_high - tilt * (high - low)
        if gap_low > 1e-9:
            return high - gap_high / tilt if tilt else high
    return 0.0


def _slope(tariff: Tariff) -> float:
    """Yuan a kilogram, for very much."""
    return tariff.per_kg + tariff.per_visit / tariff.kg_visit


def _highest_step(tariff: Tariff) -> float:
    """What visits cost above their slope, at most."""
    return tariff.per_visit * (1 if math.isfinite(tariff.kg_visit) else tariff.min_visits)


def _lowest_step(tariff: Tariff) -> float:
    return tariff.per_visit * (0 if math.isfinite(tariff.kg_visit) else tariff.min_visits)
