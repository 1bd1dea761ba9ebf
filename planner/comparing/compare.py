"""Two or more plans of the same region set side by side: what each gains and loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.findings import Finding
from planner.comparing.figures import Figures, figures_of
from planner.comparing.sites import SiteChange, site_changes
from planner.comparing.townships import CELL_CHANGES, TownshipChange, township_changes
from planner.comparing.words import REFUSED
from planner.errors import PlannerError
from planner.plan import Plan
from planner.wording.scenario import Parameter, parameters

__all__ = [
    "LETTERS",
    "MOST_PLANS",
    "CompareError",
    "Comparison",
    "Difference",
    "check_count",
    "compare",
]

LETTERS = "ABCDEFGH"
MOST_PLANS = len(LETTERS)


class CompareError(PlannerError):
    """Plans that cannot be set side by side.

    Parameters
    ----------
    zh
        The same line in Chinese.
    """

    def __init__(self, what: str, *, zh: str, where: str = "", remedy: str = "") -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.zh = zh


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Difference:
    """From one plan (A) to another (B).

    Parameters
    ----------
    a, b
        Rows of :attr:`Comparison.plans`.
    cells
        Per demand cell, a row of :data:`CELL_CHANGES`.
    people
        People by what became of their cells.
    sites
        Every site that is open in one of the two.
    townships
        One row each, in the region's order.
    """

    a: int
    b: int
    cells: npt.NDArray[np.int8]
    people: dict[str, int]
    sites: tuple[SiteChange, ...]
    townships: tuple[TownshipChange, ...]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Comparison:
    """Plans side by side; the first is the base.

    Parameters
    ----------
    names
        What each plan is called, beside its letter; user text, may be empty.
    parameters
        Rows of parameters in which not all agree, one value a plan.
    differences
        From each plan to each later one, in that order.
    findings
        What does not quite compare.
    """

    plans: tuple[Plan, ...]
    names: tuple[str, ...]
    figures: tuple[Figures, ...]
    parameters: tuple[tuple[Parameter, ...], ...]
    differences: tuple[Difference, ...]
    findings: tuple[Finding, ...]

    def difference(self, a: int, b: int) -> Difference:
        """From plan ``a`` to a later plan ``b``; KeyError if there is none."""
        for one in self.differences:
            if (one.a, one.b) == (a, b):
                return one
        raise KeyError((a, b))

    def label(self, row: int) -> str:
        """Letter and name of a plan."""
        name = self.names[row]
        return f"{LETTERS[row]} · {name}" if name else LETTERS[row]


def compare(plans: Sequence[Plan], names: Sequence[str] = ()) -> Comparison:
    """Set plans of the same region side by side.

    Parameters
    ----------
    plans
        Two to eight; the first is the base that the others are measured by.
    names
        What they are called; the names of their scenarios if empty.

    Raises
    ------
    CompareError
        If they are too few or too many, of different regions, or of data whose people differ.
    """
    check_count(len(plans))
    findings = []
    for letter, plan in zip(LETTERS[1:], plans[1:], strict=False):
        findings += _same_data(plans[0].bundle, plan.bundle, letter)
        if plan.scenario.unit != plans[0].scenario.unit:
            findings.append(Finding(kind="compare-units", where=letter))
    rows = zip(*(parameters(plan.scenario) for plan in plans), strict=True)
    return Comparison(
        plans=tuple(plans),
        names=tuple(names) or tuple(plan.scenario.name for plan in plans),
        figures=tuple(figures_of(plan) for plan in plans),
        parameters=tuple(row for row in rows if len({one.raw for one in row}) > 1),
        differences=tuple(
            _difference(plans[a], plans[b], a, b) for a, b in combinations(range(len(plans)), 2)
        ),
        findings=tuple(findings),
    )


def check_count(plans: int) -> None:
    """Refuse a number of plans that cannot be compared.

    Raises
    ------
    CompareError
        Unless there are two to eight.
    """
    if not 2 <= plans <= MOST_PLANS:
        raise _refused("count", n=plans, most=MOST_PLANS)


def _refused(kind: str, **values: object) -> CompareError:
    what, remedy = (REFUSED.say(f"{kind}{tail}", "en", **values) for tail in ("", "-remedy"))
    zh = "。".join(REFUSED.say(f"{kind}{tail}", "zh", **values) for tail in ("", "-remedy"))
    return CompareError(what, remedy=remedy, zh=zh, where="compare")


def _same_data(base: Bundle, other: Bundle, letter: str) -> list[Finding]:
    if base.sha256 == other.sha256:
        return []
    names = {"a": base.region.name, "b": other.region.name, "letter": letter}
    mine, theirs = base.region.townships, other.region.townships
    if list(mine["code"]) != list(theirs["code"]):
        raise _refused("other-region", **names)
    if not _same_cells(base, other):
        raise _refused("other-cells", **names)
    versions = {"a": base.sha256[:12], "b": other.sha256[:12]}
    return [Finding(kind="compare-other-data", where=letter, values={**versions})]


def _same_cells(base: Bundle, other: Bundle) -> bool:
    mine, theirs = base.demand.frame, other.demand.frame
    if base.region.crs != other.region.crs or len(mine) != len(theirs):
        return False
    columns = ["id", "people", "township", "urban"]
    return bool(
        base.demand.cell_m == other.demand.cell_m
        and (mine[columns].to_numpy(object) == theirs[columns].to_numpy(object)).all()
    )


def _difference(one: Plan, other: Plan, a: int, b: int) -> Difference:
    before, after = one.site_of >= 0, other.site_of >= 0
    cells = (before.astype(np.int8) + 2 * after).astype(np.int8)
    people = one.bundle.demand.frame["people"].to_numpy(np.int64)
    counts = np.bincount(cells, weights=people, minlength=len(CELL_CHANGES))
    return Difference(
        a=a,
        b=b,
        cells=cells,
        people={kind: int(n) for kind, n in zip(CELL_CHANGES, counts, strict=True)},
        sites=site_changes(one, other),
        townships=township_changes(one, other, cells),
    )
