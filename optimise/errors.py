"""What can go wrong with a question put to the optimiser.

OptimiseError
├── ProblemError   the problem or the model is malformed: field, what is wrong, remedy
└── Infeasible     a well-formed question without an answer: facts, not words

Both carry ``facts``, small records that a front end can turn into sentences of its own language.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BudgetShort",
    "Fact",
    "Infeasible",
    "OptimiseError",
    "ProblemError",
    "QuotaShort",
    "TargetShort",
]


@dataclass(frozen=True, kw_only=True, slots=True)
class QuotaShort:
    """A zone has fewer sites that may be open than its quota asks.

    ``have`` counts the sites of the zone that are not forbidden.
    """

    zone: int
    have: int
    need: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TargetShort:
    """A group cannot reach its share even with every allowed site open.

    Parameters
    ----------
    group
        Name of the group.
    share
        The share that was asked for.
    attainable
        The highest share there is, everything open.
    total, coverable
        Weight of the group, and the part of it with an allowed site within the radius.
    stranded
        Demand units of the group (sorted indices, positive weight) without any allowed site
        within the radius.
    """

    group: str
    share: float
    attainable: float
    total: float
    coverable: float
    stranded: NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True)
class BudgetShort:
    """Fewer sites are allowed than the existing ones and the quotas need.

    ``least = existing + new_for_quotas`` is the exact least number of open sites.
    """

    max_sites: int
    least: int
    existing: int
    new_for_quotas: int


Fact = QuotaShort | TargetShort | BudgetShort


class OptimiseError(Exception):
    """Base of every error raised on purpose by ``optimise``."""

    facts: tuple[Fact, ...] = ()


class ProblemError(OptimiseError):
    """A problem, a model or an option that makes no sense.

    Parameters
    ----------
    field
        The faulty field, e.g. ``"Problem.weights"``.
    what
        What is wrong, with the offending value.
    remedy
        What to do about it.
    facts
        The same as records, where a front end needs more than the sentence.
    """

    def __init__(self, field: str, what: str, *, remedy: str, facts: tuple[Fact, ...] = ()) -> None:
        self.field, self.what, self.remedy, self.facts = field, what, remedy, facts
        super().__init__(" ".join(f"{field}: {what}. {remedy}".split()))


class Infeasible(OptimiseError):  # noqa: N818 - a refusal with reasons, not an error of the user's
    """No plan can satisfy the question; ``facts`` say exactly why.

    Parameters
    ----------
    facts
        Every reason found, at least one, targets in the order of the model.
    """

    def __init__(self, facts: tuple[Fact, ...]) -> None:
        self.facts = facts
        super().__init__("; ".join(_sentence(fact) for fact in facts))


def _sentence(fact: Fact) -> str:
    match fact:
        case QuotaShort():
            return f"zone {fact.zone} needs {fact.need} sites and has {fact.have} to choose from"
        case TargetShort():
            return (
                f"group {fact.group!r}: a share of {fact.share:g} is asked and "
                f"{fact.attainable:.6g} is the most there is with every allowed site open "
                f"({len(fact.stranded)} units have no site within the radius)"
            )
        case BudgetShort():
            return (
                f"max_sites is {fact.max_sites} and at least {fact.least} are needed "
                f"({fact.existing} existing, {fact.new_for_quotas} more for the quotas)"
            )
