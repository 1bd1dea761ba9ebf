"""Stops, how often each is visited, vehicles and the ways between: what rounds are asked for."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.errors import OptimiseError, ProblemError

__all__ = ["Rounds", "RoundsShort", "Vehicles", "day_patterns"]

Ints = NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True)
class Vehicles:
    """Vehicles of one kind at one depot, each for one round a day.

    Parameters
    ----------
    depot
        Row of the matrices.
    capacity_kg, shift_s
        Load and duration of a round, at most; the duration counts ways and service.
    count
        So many of them; ``None``: as many as needed.
    cost_round, cost_m, cost_s
        Whole millionths of a yuan: of a round, of a metre, of a second of the shift.
    """

    depot: int
    capacity_kg: int
    shift_s: int
    count: int | None = None
    cost_round: int = 0
    cost_m: int = 1
    cost_s: int = 0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rounds:
    """What is asked.

    Parameters
    ----------
    time_s, length_m
        int64[n, n], whole seconds and metres from row to column: first the depots, then the stops.
    depots
        Number of depots.
    kg, service_s, visits
        int64[stops]: load and duration of a visit, and visits in a cycle of ``weeks`` weeks: a
        divisor of ``weeks`` (every other week, say) or so many a week, ``k * weeks``.
    fleet
        Vehicles.
    weeks, days_a_week
        The cycle; days are numbered through it.

    Raises
    ------
    ProblemError
        If shapes or values do not fit.
    """

    time_s: Ints
    length_m: Ints
    depots: int
    kg: Ints
    service_s: Ints
    visits: Ints
    fleet: tuple[Vehicles, ...]
    weeks: int = 4
    days_a_week: int = 5

    def __post_init__(self) -> None:
        for name in ("time_s", "length_m", "kg", "service_s", "visits"):
            values = np.asarray(getattr(self, name))
            if values.size and (values.dtype.kind not in "iu" or values.min() < 0):
                raise _wrong(name, "holds what is no whole number from 0")
            object.__setattr__(self, name, values.astype(np.int64))
        n = self.depots + len(self.kg)
        if self.time_s.shape != (n, n) or self.length_m.shape != (n, n):
            raise _wrong("time_s", f"and length_m are not {n} x {n}")
        if not len(self.kg) == len(self.service_s) == len(self.visits):
            raise _wrong("kg", "service_s and visits differ in length")
        if self.depots < 1 or not self.fleet:
            raise _wrong("fleet", "or depots: there is none")
        if not (1 <= self.days_a_week <= 7 and 1 <= self.weeks <= 12):
            raise _wrong("weeks", "or days_a_week out of range")
        for one in self.fleet:
            if not 0 <= one.depot < self.depots or min(one.capacity_kg, one.shift_s) <= 0:
                raise _wrong("fleet", f"{one} makes no sense")
            if min(one.cost_round, one.cost_m, one.cost_s) < 0 or (one.count or 1) < 1:
                raise _wrong("fleet", f"{one} makes no sense")
        for visits in np.unique(self.visits).tolist():
            if not day_patterns(visits, self.weeks, self.days_a_week):
                raise _wrong("visits", f"{visits} in {self.weeks} weeks cannot be spread evenly")

    @property
    def days(self) -> int:
        """Days of the cycle on which vehicles go out."""
        return self.weeks * self.days_a_week

    def impossible(self) -> NDArray[np.int64]:
        """Stops that no vehicle can visit even alone."""
        fits = np.zeros(len(self.kg), np.bool_)
        for one in self.fleet:
            there, back = self.time_s[one.depot], self.time_s[:, one.depot]
            duration = (there + back)[self.depots :] + self.service_s
            fits |= (self.kg <= one.capacity_kg) & (duration <= one.shift_s)
        return np.flatnonzero(~fits)


class RoundsShort(OptimiseError):  # noqa: N818 - a refusal with reasons
    """The vehicles cannot do it.

    Parameters
    ----------
    stops
        Stops that no vehicle can visit even alone; empty where that is not why.
    day
        The first day on which too few vehicles were found to do; -1 where that is not why. Found
        by a heuristic: more vehicles do, fewer might.
    """

    def __init__(self, *, stops: tuple[int, ...] = (), day: int = -1) -> None:
        super().__init__(
            f"stops {stops} are too far or too large for any vehicle"
            if stops
            else f"too few vehicles on day {day}"
        )
        self.stops, self.day = stops, day


def day_patterns(visits: int, weeks: int, days_a_week: int) -> tuple[tuple[int, ...], ...]:
    """List the sets of days that spread visits evenly over a cycle.

    Less than weekly: the same weekday at even distances. Otherwise the same weekdays each week,
    those with the widest least gap, round the end of the week too.
    """
    if 0 < visits <= weeks and weeks % visits == 0:
        step = weeks // visits
        return tuple(
            tuple((start + step * k) * days_a_week + day for k in range(visits))
            for start in range(step)
            for day in range(days_a_week)
        )
    per_week, rest = divmod(visits, weeks)
    if rest or not 0 < per_week <= days_a_week:
        return ()
    choices = list(itertools.combinations(range(days_a_week), per_week))
    widest = max(_gaps(choice) for choice in choices)
    return tuple(
        tuple(week * days_a_week + day for week in range(weeks) for day in choice)
        for choice in choices
        if _gaps(choice) == widest
    )


def _gaps(choice: tuple[int, ...]) -> tuple[int, ...]:
    """Gaps between weekdays, the narrowest first."""
    return tuple(
        sorted(b - a for a, b in itertools.pairwise((*choice, choice[0] + 7)))  # weeks have 7
    )


def _wrong(field: str, what: str) -> ProblemError:
    return ProblemError(f"Rounds.{field}", what, remedy="Correct it")
