"""Questions of distance, as small frozen specs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from optimise.cover_models import check_count
from optimise.errors import ProblemError

__all__ = ["CapacitatedMedian", "FairMedian", "PCenter", "PMedian"]


def _check_positive(owner: str, field: str, value: float | None) -> None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value is not None and not (number and math.isfinite(value) and value > 0):
        raise ProblemError(
            f"{owner}.{field}", f"{value!r}", remedy="Give a positive number, or none."
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class PMedian:
    """Least total weighted impedance to the nearest of at most ``p`` open sites.

    The p-median problem (Hakimi 1964; ReVelle and Swain 1970). Existing sites stay open, unless
    they are closable, and count; forbidden ones stay closed, quotas hold. A site that brings
    nobody nearer and that no side constraint needs is left closed.

    Parameters
    ----------
    p
        The most sites that may be open, existing ones included.
    radius
        A site serves only within this impedance; None: as far as the travel matrix goes.
    unserved_cost
        What a unit counts, for each of its weight, that no open site serves; not less than any
        impedance it could have. None: every unit that weighs something must be served.
    """

    p: int
    radius: float | None = None
    unserved_cost: float | None = None

    def __post_init__(self) -> None:
        check_count("PMedian", "p", self.p, least=1)
        _check_positive("PMedian", "radius", self.radius)
        _check_positive("PMedian", "unserved_cost", self.unserved_cost)


@dataclass(frozen=True, kw_only=True, slots=True)
class PCenter:
    """Least radius within which at most ``p`` open sites reach everybody.

    The p-center problem (Hakimi 1964; Minieka 1970), on the sites there are. Everybody means
    every demand unit with a positive weight; how large the weight is does not matter. Existing
    sites stay open, unless they are closable, and count towards ``p``; quotas hold.

    Parameters
    ----------
    p
        The most sites that may be open, existing ones included.
    """

    p: int

    def __post_init__(self) -> None:
        check_count("PCenter", "p", self.p)


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacitatedMedian:
    """Least total weighted impedance of at most ``p`` open sites, none of them overloaded.

    The capacitated p-median problem (Mulvey and Beck 1984) on ``Problem.capacities``; with site
    costs the capacitated facility location problem (Beasley 1988).

    Parameters
    ----------
    p
        The most sites that may be open, existing ones included; None where ``Problem.max_sites``,
        its budget or ``site_costs`` limit the plan.
    radius
        As in :class:`PMedian`.
    split
        Whether a unit's weight may be shared out among several sites.
    fixed_costs
        ``"none"``: only impedance counts; ``"add"``: the costs of the open sites are added to
        the weighted impedance.
    """

    p: int | None = None
    radius: float | None = None
    split: bool = False
    fixed_costs: Literal["none", "add"] = "none"

    def __post_init__(self) -> None:
        if self.p is not None:
            check_count("CapacitatedMedian", "p", self.p, least=1)
        _check_positive("CapacitatedMedian", "radius", self.radius)
        if self.fixed_costs not in ("none", "add"):
            raise ProblemError(
                "CapacitatedMedian.fixed_costs",
                f"{self.fixed_costs!r}",
                remedy='Choose "none" or "add".',
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class FairMedian:
    """Least equally-distributed equivalent impedance of at most ``p`` open sites.

    The Kolm-Pollak measure (Kolm 1976; Pollak 1971): the impedance that, were it everybody's,
    would be as bad as the one there is, for a society that minds inequality. It is
    ``(1 / k) ln(sum w exp(k d) / sum w)`` with ``k = aversion / scale``, minimised exactly as a
    p-median over ``exp(k d)`` (Horton, Murrell, Skipper, Speakman and Logan 2024,
    arXiv 2401.15452). Everybody of positive weight must be served.

    Parameters
    ----------
    p
        The most sites that may be open, existing ones included.
    aversion
        Aversion to inequality, positive; 1 is usual, towards 0 the mean impedance is minimised.
    scale
        A typical impedance; None: ``sum(w d^2) / sum(w d)`` over the nearest sites with every
        allowed site open, as the measure's authors scale it.
    radius
        As in :class:`PMedian`.
    """

    p: int
    aversion: float = 1.0
    scale: float | None = None
    radius: float | None = None

    def __post_init__(self) -> None:
        check_count("FairMedian", "p", self.p, least=1)
        if not (isinstance(self.aversion, int | float) and 0 < self.aversion <= 100):
            raise ProblemError(
                "FairMedian.aversion", f"{self.aversion!r}", remedy="Give a number up to 100."
            )
        _check_positive("FairMedian", "scale", self.scale)
        _check_positive("FairMedian", "radius", self.radius)
