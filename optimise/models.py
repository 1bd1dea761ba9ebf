"""The questions, as small frozen specs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from optimise.errors import ProblemError

__all__ = ["CoverMost", "CoverShare", "Model"]


def _check_radius(owner: str, radius: float) -> None:
    if not (isinstance(radius, int | float) and math.isfinite(radius) and radius > 0):
        raise ProblemError(f"{owner}.radius", f"{radius!r}", remedy="Give a positive number.")


def _check_tie_break(owner: str, tie_break: str | None) -> None:
    if tie_break not in ("distance", None):
        raise ProblemError(
            f"{owner}.tie_break", f"{tie_break!r}", remedy='Choose "distance" or None.'
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverShare:
    """Fewest (or cheapest) open sites such that each group's share lives within the radius.

    The partial set covering problem with one target per group (Daskin and Owen 1999; Cordeau,
    Furini and Ljubic 2019); with a share of 1 the location set covering problem (Toregas,
    Swain, ReVelle and Bergman 1971). Existing sites stay open and count.

    Parameters
    ----------
    radius
        Coverage radius in the unit of the travel matrix; a unit exactly on it is covered.
    targets
        Pairs (group, share) with 0 <= share <= 1: at least ``share`` of the group's weight must
        be covered. Shares are taken as the decimal they are written as: 0.95 is 19/20.
    objective
        ``"sites"``: the number of open sites; ``"cost"``: the sum of their costs.
    tie_break
        ``"distance"``: of the optimal plans the one with the least total weighted distance,
        an uncovered unit counting as far as the radius. ``None``: any optimal plan.
    """

    radius: float
    targets: tuple[tuple[str, float], ...] = ()
    objective: Literal["sites", "cost"] = "sites"
    tie_break: Literal["distance"] | None = "distance"

    def __post_init__(self) -> None:
        _check_radius("CoverShare", self.radius)
        _check_tie_break("CoverShare", self.tie_break)
        if self.objective not in ("sites", "cost"):
            raise ProblemError(
                "CoverShare.objective", f"{self.objective!r}", remedy='Choose "sites" or "cost".'
            )
        seen: set[str] = set()
        for group, share in self.targets:
            if not (isinstance(share, int | float) and 0 <= share <= 1):
                raise ProblemError(
                    "CoverShare.targets",
                    f"group {group!r} has a share of {share!r}",
                    remedy="Shares go from 0 to 1.",
                )
            if group in seen:
                raise ProblemError(
                    "CoverShare.targets", f"group {group!r} twice", remedy="Keep the higher share."
                )
            seen.add(group)


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverMost:
    """Most people within the radius of at most ``max_sites`` open sites.

    The maximal covering location problem (Church and ReVelle 1974). Existing sites stay open
    and count towards ``max_sites``; quotas hold.

    Parameters
    ----------
    radius
        Coverage radius in the unit of the travel matrix; a unit exactly on it is covered.
    max_sites
        The most sites that may be open, existing ones included.
    tie_break
        As in :class:`CoverShare`.
    """

    radius: float
    max_sites: int
    tie_break: Literal["distance"] | None = "distance"

    def __post_init__(self) -> None:
        _check_radius("CoverMost", self.radius)
        _check_tie_break("CoverMost", self.tie_break)
        if isinstance(self.max_sites, bool) or not isinstance(self.max_sites, int):
            raise ProblemError(
                "CoverMost.max_sites", f"{self.max_sites!r}", remedy="Give a whole number."
            )
        if self.max_sites < 0:
            raise ProblemError(
                "CoverMost.max_sites", f"{self.max_sites}", remedy="Give a number from 0 up."
            )


Model = CoverShare | CoverMost
