"""Several goals: in order, each kept while the next is pursued, or weighed in one sum."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import Radius, check_count, check_radius
from optimise.errors import ProblemError
from optimise.solution import Status

__all__ = ["Goal", "InOrder", "Ordered", "Stage", "Weighed"]

Goal = Literal["quotas", "coverage", "sites", "cost", "distance"]
_GOALS = ("quotas", "coverage", "sites", "cost", "distance")


@dataclass(frozen=True, kw_only=True, slots=True)
class InOrder:
    """Goals in order of importance.

    Parameters
    ----------
    radius
        Coverage radius, as in :class:`CoverShare`.
    goals
        Each of these at most once, the most important first: ``"quotas"`` (fewest sites missing
        from the zones' quotas, so that quotas which clash with other rules are met as far as can
        be; without it they hold), ``"coverage"`` (most weight within the radius), ``"sites"``
        (fewest), ``"cost"`` (cheapest), ``"distance"`` (least total weighted distance, a unit
        that is not covered counting as far as the largest radius).
    max_sites
        The most sites that may be open; None for no limit but the problem's own.
    tolerance
        What a later stage may give up of an earlier one's value, as a share of it.
    """

    radius: Radius
    goals: tuple[Goal, ...] = ("quotas", "coverage", "cost", "distance")
    max_sites: int | None = None
    tolerance: float = 0.0

    def __post_init__(self) -> None:
        check_radius("InOrder", self.radius)
        unknown = [goal for goal in self.goals if goal not in _GOALS]
        if unknown or not self.goals or len(set(self.goals)) < len(self.goals):
            raise ProblemError(
                "InOrder.goals", f"{self.goals!r}", remedy=f"Choose from {', '.join(_GOALS)}, once."
            )
        if self.max_sites is not None:
            check_count("InOrder", "max_sites", self.max_sites)
        if not 0 <= self.tolerance < 1:
            raise ProblemError(
                "InOrder.tolerance", f"{self.tolerance!r}", remedy="Give a share below 1."
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Weighed:
    """Goals in one sum that is minimised.

    Parameters
    ----------
    radius, max_sites
        As in :class:`InOrder`.
    people
        Price of each unit of weight that is not covered.
    cost, sites
        Price of each unit of the open sites' cost, and of each open site.
    distance
        Price of weight times impedance, a unit that is not covered counting as far as the
        largest radius.
    """

    radius: Radius
    people: float = 0.0
    cost: float = 0.0
    sites: float = 0.0
    distance: float = 0.0
    max_sites: int | None = None

    def __post_init__(self) -> None:
        check_radius("Weighed", self.radius)
        prices = {name: getattr(self, name) for name in ("people", "cost", "sites", "distance")}
        for name, price in prices.items():
            number = isinstance(price, int | float) and not isinstance(price, bool)
            if not (number and math.isfinite(price) and price >= 0):
                raise ProblemError(
                    f"Weighed.{name}", f"{price!r}", remedy="Give a number from 0 up."
                )
        if not any(prices.values()):
            raise ProblemError("Weighed", "every price is 0", remedy="Give at least one.")
        if self.max_sites is not None:
            check_count("Weighed", "max_sites", self.max_sites)


@dataclass(frozen=True, kw_only=True, slots=True)
class Stage:
    """What one goal has come to, with its certificate.

    Parameters
    ----------
    goal
        Its name; ``"weighed"`` for a sum.
    value
        What the final plan reaches, recomputed from the problem: missing sites, weight, sites,
        cost, weighted distance or the sum.
    bound
        No plan that keeps the earlier stages' constraints is better.
    gap
        ``|value - bound| / max(1e-10, |value|)``
    kept
        The constraint this stage puts on the later ones: at most so much, of coverage at least.
    proved_by
        Where the bound comes from.
    status
        Whether the gap asked for was reached when the stage was solved.
    """

    goal: str
    value: float
    bound: float
    gap: float
    kept: float
    proved_by: str
    status: Status


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ordered:
    """A plan for several goals.

    Parameters
    ----------
    open_sites, assignment, distance
        As in :class:`Solution`.
    stages
        One for each goal, in order.
    shortfall
        int32[zones], sites missing from each quota.
    stopped
        "gap", or why the work ended before every stage was proven.
    seconds, log
        As in :class:`Solution`.
    """

    open_sites: NDArray[np.int32]
    assignment: NDArray[np.int32]
    distance: NDArray[np.float64]
    stages: tuple[Stage, ...]
    shortfall: NDArray[np.int32]
    stopped: str
    seconds: dict[str, float]
    log: tuple[str, ...]
