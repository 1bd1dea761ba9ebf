"""Questions of coverage, as small frozen specs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from optimise.errors import ProblemError

__all__ = [
    "CapacitatedCover",
    "CoverAll",
    "CoverFairly",
    "CoverMost",
    "CoverShare",
    "CoverTwice",
    "Radius",
    "check_count",
    "check_objective",
    "check_radius",
    "check_shares",
]

#: One radius for everybody, or pairs (group, radius): a unit has that of the first group it is in,
#: and cannot be covered if it is in none. All in the unit of the travel matrix; a unit exactly on
#: the radius is covered.
Radius = float | tuple[tuple[str, float], ...]
Objective = Literal["sites", "cost"]


def check_radius(owner: str, radius: Radius) -> None:
    """Refuse a radius that is not positive and finite."""
    pairs = radius if isinstance(radius, tuple) else (("all", radius),)
    if not pairs or len({group for group, _ in pairs}) < len(pairs):
        raise ProblemError(f"{owner}.radius", f"{radius!r}", remedy="Give each group one radius.")
    for group, value in pairs:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not (number and math.isfinite(value) and value > 0):
            of = f" of group {group!r}" if isinstance(radius, tuple) else ""
            raise ProblemError(
                f"{owner}.radius", f"{value!r}{of}", remedy="Give a positive number."
            )


def check_shares(owner: str, field: str, targets: tuple[tuple[str, float], ...]) -> None:
    """Refuse shares outside 0 to 1 and groups named twice."""
    seen: set[str] = set()
    for group, share in targets:
        if not (isinstance(share, int | float) and 0 <= share <= 1):
            raise ProblemError(
                f"{owner}.{field}",
                f"group {group!r} has a share of {share!r}",
                remedy="Shares go from 0 to 1.",
            )
        if group in seen:
            raise ProblemError(
                f"{owner}.{field}", f"group {group!r} twice", remedy="Keep the higher share."
            )
        seen.add(group)


def check_objective(owner: str, objective: str) -> None:
    """Refuse anything but sites and cost."""
    if objective not in ("sites", "cost"):
        raise ProblemError(
            f"{owner}.objective", f"{objective!r}", remedy='Choose "sites" or "cost".'
        )


def check_count(owner: str, field: str, value: object, *, least: int = 0) -> None:
    """Refuse anything but a whole number from ``least`` up."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ProblemError(f"{owner}.{field}", f"{value!r}", remedy="Give a whole number.")
    if value < least:
        raise ProblemError(f"{owner}.{field}", f"{value}", remedy=f"Give a number from {least} up.")


def _check_tie_break(owner: str, tie_break: str | None) -> None:
    if tie_break not in ("distance", None):
        raise ProblemError(
            f"{owner}.tie_break", f"{tie_break!r}", remedy='Choose "distance" or None.'
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverAll:
    """Fewest (or cheapest) open sites such that everybody lives within the radius.

    The location set covering problem, LSCP (Toregas, Swain, ReVelle and Bergman 1971). Everybody
    means every demand unit of positive weight.

    Parameters
    ----------
    radius, objective, tie_break
        As in :class:`CoverShare`.
    """

    radius: Radius
    objective: Objective = "sites"
    tie_break: Literal["distance"] | None = "distance"

    def __post_init__(self) -> None:
        check_radius("CoverAll", self.radius)
        check_objective("CoverAll", self.objective)
        _check_tie_break("CoverAll", self.tie_break)


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverShare:
    """Fewest (or cheapest) open sites such that each group's share lives within the radius.

    The partial set covering problem with one target per group (Daskin and Owen 1999; Cordeau,
    Furini and Ljubic 2019). Existing sites stay open, unless they are closable, and count.

    Parameters
    ----------
    radius
        Coverage radius, one for everybody or one for each of several groups (:data:`Radius`).
    targets
        Pairs (group, share) with 0 <= share <= 1: at least ``share`` of the group's weight must
        be covered. Shares are taken as the decimal they are written as: 0.95 is 19/20.
    objective
        ``"sites"``: the number of open sites; ``"cost"``: the sum of their costs.
    tie_break
        ``"distance"``: of the optimal plans the one with the least total weighted distance,
        an uncovered unit counting as far as the (largest) radius. ``None``: any optimal plan.
    """

    radius: Radius
    targets: tuple[tuple[str, float], ...] = ()
    objective: Objective = "sites"
    tie_break: Literal["distance"] | None = "distance"

    def __post_init__(self) -> None:
        check_radius("CoverShare", self.radius)
        _check_tie_break("CoverShare", self.tie_break)
        check_objective("CoverShare", self.objective)
        check_shares("CoverShare", "targets", self.targets)


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverTwice:
    """Fewest (or cheapest) open sites such that groups have two of them within the radius.

    Backup coverage as a requirement (Hogan and ReVelle 1986): where one site is closed or full,
    another one is within reach.

    Parameters
    ----------
    radius, objective
        As in :class:`CoverShare`.
    backup
        Pairs (group, share): at least ``share`` of the group's weight has two open sites or more
        within the radius.
    targets
        Pairs (group, share) that need one, as in :class:`CoverShare`.
    """

    radius: Radius
    backup: tuple[tuple[str, float], ...]
    targets: tuple[tuple[str, float], ...] = ()
    objective: Objective = "sites"

    def __post_init__(self) -> None:
        check_radius("CoverTwice", self.radius)
        check_objective("CoverTwice", self.objective)
        check_shares("CoverTwice", "backup", self.backup)
        check_shares("CoverTwice", "targets", self.targets)


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverMost:
    """Most people within the radius of at most ``max_sites`` open sites.

    The maximal covering location problem, MCLP (Church and ReVelle 1974). Existing sites that
    stay open count towards ``max_sites``; quotas hold.

    Parameters
    ----------
    radius
        As in :class:`CoverShare`.
    max_sites
        The most sites that may be open, existing ones included; None where the problem's own
        ``max_sites`` or ``budget`` limits the plan.
    tie_break
        As in :class:`CoverShare`.
    """

    radius: Radius
    max_sites: int | None = None
    tie_break: Literal["distance"] | None = "distance"

    def __post_init__(self) -> None:
        check_radius("CoverMost", self.radius)
        _check_tie_break("CoverMost", self.tie_break)
        if self.max_sites is not None:
            check_count("CoverMost", "max_sites", self.max_sites)


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverFairly:
    """Raise the covered share of the worst-off group as far as at most ``max_sites`` can.

    Max-min fairness between groups (Rawls 1971; in covering: Marsh and Schilling 1994).

    Parameters
    ----------
    radius, max_sites
        As in :class:`CoverMost`.
    groups
        Names of the groups (townships) compared, each of positive weight.
    """

    radius: Radius
    groups: tuple[str, ...]
    max_sites: int | None = None

    def __post_init__(self) -> None:
        check_radius("CoverFairly", self.radius)
        if not self.groups or len(set(self.groups)) < len(self.groups):
            raise ProblemError(
                "CoverFairly.groups", f"{self.groups!r}", remedy="Name each group once."
            )
        if self.max_sites is not None:
            check_count("CoverFairly", "max_sites", self.max_sites)


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacitatedCover:
    """Fewest (or cheapest) open sites that serve groups' shares without being overloaded.

    Capacitated covering (Current and Storbeck 1988): served weight is assigned to open sites
    within the radius, no site takes more than its ``Problem.capacities``.

    Parameters
    ----------
    radius, objective
        As in :class:`CoverShare`.
    targets
        Pairs (group, share): at least ``share`` of the group's weight is served.
    split
        Whether a unit's weight may be shared out among several sites; if not, a unit is served
        whole by one site or not at all.
    """

    radius: Radius
    targets: tuple[tuple[str, float], ...] = (("all", 1.0),)
    objective: Objective = "sites"
    split: bool = True

    def __post_init__(self) -> None:
        check_radius("CapacitatedCover", self.radius)
        check_objective("CapacitatedCover", self.objective)
        check_shares("CapacitatedCover", "targets", self.targets)
