"""What each kind of repair costs, in any unit of the caller's."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields

from optimise.errors import ProblemError

__all__ = ["KINDS", "Prices"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Prices:
    """Prices of repairs; infinite where a kind is out of the question.

    The defaults are in units of "one more open site".

    Parameters
    ----------
    candidate
        Each new candidate.
    stop, stop_unit
        A mobile stop, and each demand unit on its way.
    site
        Each open site above the limit.
    budget
        Each mean site cost above the budget.
    quota
        Each site that a zone's quota is lowered by.
    target
        Each percentage point that a group's share is lowered by.
    allow
        Each forbidden site that is allowed.
    rule
        Each rule given up: a pair apart, a group together, a choice, a forced site.
    close
        Each existing site that may be closed.
    radius, radius_all
        Each tenth of the radius, for one group and for everybody.
    """

    candidate: float = 1.0
    stop: float = 1.0
    stop_unit: float = 0.5
    site: float = 1.0
    budget: float = 1.0
    quota: float = 1.0
    target: float = 1.0
    allow: float = 1.0
    rule: float = 1.0
    close: float = 1.0
    radius: float = 1.0
    radius_all: float = 2.0

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            number = isinstance(value, int | float) and not isinstance(value, bool)
            if not (number and value > 0) or math.isnan(value):
                raise ProblemError(
                    f"Prices.{field.name}",
                    f"{value!r}",
                    remedy="Give a positive number, infinity to rule the repair out.",
                )


#: Kinds of repair, each with the price that rules it out when infinite.
KINDS: dict[str, str] = {
    "radius": "radius",
    "candidate": "candidate",
    "stop": "stop",
    "budget": "budget",
    "sites": "site",
    "quota": "quota",
    "target": "target",
    "allow": "allow",
    "rule": "rule",
    "close": "close",
}
