"""What can go wrong with a question put to the optimiser.

OptimiseError
├── ProblemError   the problem or the model is malformed: field, what is wrong, remedy
├── Infeasible     a well-formed question without an answer: facts, not words
└── Undecided      a limit ended the search before it knew of any plan

Both carry ``facts``, small records that a front end can turn into sentences of its own language.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BudgetShort",
    "CapacityShort",
    "CostShort",
    "Fact",
    "Infeasible",
    "OptimiseError",
    "ProblemError",
    "QuotaShort",
    "RulesClash",
    "SitesShort",
    "TargetShort",
    "Undecided",
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


@dataclass(frozen=True, kw_only=True, slots=True)
class SitesShort:
    """More sites are needed for the question than may be open.

    Parameters
    ----------
    max_sites
        Most that may be open.
    least
        Fewer than this are proven not to do.
    enough
        So many are known to do; None if nothing is.
    """

    max_sites: int
    least: int
    enough: int | None


@dataclass(frozen=True, kw_only=True, slots=True)
class CostShort:
    """The budget is below what the question costs at least.

    ``least`` is a proven bound, ``enough`` the cost of a known plan, None if none is known.
    """

    budget: float
    least: float
    enough: float | None


@dataclass(frozen=True, kw_only=True, slots=True)
class RulesClash:
    """Rules that cannot all hold, though each could.

    ``rules`` names those without which a plan exists, e.g. ``("quota", 3)`` or ``("apart", 0)``:
    the kind and its number in the problem; empty where they were not narrowed down.
    """

    rules: tuple[tuple[str, int], ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class CapacityShort:
    """The sites within reach cannot take the weight of a group's share.

    ``most`` is a proven bound on the weight that can be served, ``need`` what is asked.
    """

    group: str
    need: float
    most: float


Fact = QuotaShort | TargetShort | BudgetShort | SitesShort | CostShort | RulesClash | CapacityShort


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


class Undecided(OptimiseError):  # noqa: N818 - neither an answer nor a refusal
    """A limit or a cancel ended the search before any plan, or proof that there is none.

    Parameters
    ----------
    what
        What is known.
    remedy
        What to do.
    bound
        No plan is better than this; None if nothing is known.
    """

    def __init__(self, what: str, *, remedy: str, bound: float | None = None) -> None:
        self.what, self.remedy, self.bound = what, remedy, bound
        super().__init__(" ".join(f"{what}. {remedy}".split()))


def _sentence(fact: Fact) -> str:
    match fact:
        case SitesShort():
            enough = "" if fact.enough is None else f"; {fact.enough} would do"
            return (
                f"at most {fact.max_sites} sites may be open and at least {fact.least} are "
                f"needed{enough}"
            )
        case CostShort():
            enough = "" if fact.enough is None else f"; {fact.enough:g} would do"
            return f"the budget is {fact.budget:g} and at least {fact.least:g} is needed{enough}"
        case RulesClash():
            which = ", ".join(f"{kind} {number}" for kind, number in fact.rules)
            return f"the rules cannot all hold{': ' if which else ''}{which}"
        case CapacityShort():
            return (
                f"group {fact.group!r}: {fact.need:g} is to be served and the sites within reach "
                f"take {fact.most:g} at most"
            )
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
