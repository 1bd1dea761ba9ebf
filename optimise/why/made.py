"""Why a problem cannot even be made: quotas beyond the sites there are to choose from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from optimise.errors import ProblemError, QuotaShort
from optimise.problem import Problem
from optimise.why.changes import AddCandidate, Allow, Change, Fields, LowerQuota, amended
from optimise.why.tariff import Prices

__all__ = ["FieldRepair", "why_not_made"]


@dataclass(frozen=True, kw_only=True, slots=True)
class FieldRepair:
    """Changes to the arguments of a problem, after which it can be made.

    Parameters
    ----------
    kind
        "candidate", "quota" or "allow".
    changes, price
        What to change, and what that costs.
    """

    kind: str
    changes: tuple[Change, ...]
    price: float

    def apply(self, given: Mapping[str, Any]) -> Fields:
        """Return changed arguments: ``Problem(**repair.apply(given))``."""
        return amended(self.changes, given)[0]


def why_not_made(
    given: Mapping[str, Any], *, prices: Prices | None = None
) -> tuple[FieldRepair, ...]:
    """Mend arguments that :class:`~optimise.Problem` refuses for quotas it cannot meet.

    Parameters
    ----------
    given
        The arguments by name.

    Returns
    -------
    tuple of FieldRepair
        The cheapest of each kind that is enough alone, each tried, the cheapest first.

    Raises
    ------
    ProblemError
        The refusal itself if quotas are not the reason; one of our own if there is none.
    """
    price = prices or Prices()
    try:
        Problem(**given)
    except ProblemError as refusal:
        short = [fact for fact in refusal.facts if isinstance(fact, QuotaShort)]
        if not short:
            raise
    else:
        raise ProblemError("why_not_made", "the problem can be made", remedy="Make it.")
    costs = given.get("site_costs")
    cost = 1.0 if costs is None else float(np.sort(costs)[len(np.asarray(costs)) // 2])
    missing = sum(fact.need - fact.have for fact in short)
    candidates = [
        AddCandidate(zone=fact.zone, unit=None, cost=cost)
        for fact in short
        for _ in range(fact.need - fact.have)
    ]
    lowered = [LowerQuota(zone=fact.zone, to=fact.have) for fact in short]
    found: list[tuple[str, list[Change], float]] = [
        ("candidate", list(candidates), price.candidate * missing),
        ("quota", list(lowered), price.quota * missing),
        ("allow", _allowed(given, short), price.allow * missing),
    ]
    repairs = [
        FieldRepair(kind=kind, changes=tuple(changes), price=own)
        for kind, changes, own in sorted(found, key=lambda one: one[2])
        if np.isfinite(own)
    ]
    return tuple(repair for repair in repairs if _mends(repair, given))


def _allowed(given: Mapping[str, Any], short: list[QuotaShort]) -> list[Change]:
    """Forbidden sites of the zones, the lowest numbers first."""
    if given.get("forbidden") is None:
        return []
    zones, forbidden = np.asarray(given["zones"]), np.asarray(given["forbidden"])
    return [
        Allow(site=int(site))
        for fact in short
        for site in np.flatnonzero(forbidden & (zones == fact.zone))[: fact.need - fact.have]
    ]


def _mends(repair: FieldRepair, given: Mapping[str, Any]) -> bool:
    try:
        Problem(**repair.apply(given))
    except ProblemError:
        return False
    return True
