"""Two or more plans of the same region set side by side: what each gains and loses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Literal

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.findings import Finding
from planner.compare_sites import SiteChange, site_changes
from planner.compare_words import REFUSED
from planner.errors import PlannerError
from planner.plan import Plan
from planner.scenario_words import Parameter, parameters

__all__ = [
    "CELL_CHANGES",
    "LETTERS",
    "MOST_PLANS",
    "CompareError",
    "Comparison",
    "Difference",
    "Figures",
    "TownshipChange",
    "Verdict",
    "check_count",
    "compare",
]

LETTERS = "ABCDEFGH"
MOST_PLANS = len(LETTERS)

CELL_CHANGES = ("neither", "lost", "gained", "both")
"""What became of a cell from one plan to another, by the code in :attr:`Difference.cells`."""

Verdict = Literal["wins", "loses", "mixed", "nearer", "farther", "same"]

Floats = npt.NDArray[np.float64]


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


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """One plan in numbers.

    Parameters
    ----------
    area_km2
        Of the grid cells in which somebody is covered; land where nobody lives is not counted.
    urban_share
        Of the people of the main urban area; ``None`` where there is none.
    mean
        Metres or seconds (``unit``) from those covered to the site that serves them, weighted by
        people; ``None`` if nobody is covered.
    objective, value, bound, gap, status
        As in ``plan.json``.
    """

    sites: int
    sites_new: int
    people: int
    people_total: int
    share: float | None
    area_km2: float
    urban_share: float | None
    townships_passing: int
    townships: int
    mean: float | None
    unit: str
    objective: str
    value: float
    bound: float
    gap: float
    status: str

    def minus(self, base: Figures) -> dict[str, float | None]:
        """Difference of each number to a base's; ``None`` where the two are not the same thing."""
        same_unit = self.unit == base.unit
        same_objective = self.objective == base.objective
        out: dict[str, float | None] = {}
        for key in ("sites", "sites_new", "people", "area_km2", "townships_passing"):
            out[key] = getattr(self, key) - getattr(base, key)
        for key, same in (
            ("share", True),
            ("urban_share", True),
            ("mean", same_unit),
            ("value", same_objective),
            ("bound", same_objective),
        ):
            mine, theirs = getattr(self, key), getattr(base, key)
            out[key] = mine - theirs if same and mine is not None and theirs is not None else None
        return out


@dataclass(frozen=True, kw_only=True, slots=True)
class TownshipChange:
    """One township from plan A to plan B.

    Parameters
    ----------
    gained, lost
        People covered in B only, and in A only.
    mean_a, mean_b
        Metres or seconds from those covered to their sites, weighted by people.
    worst_a, worst_b
        From the worst-served inhabited cell to the nearest open site, also beyond the limit;
        ``None`` where it cannot be reached, or the plan does not tell.
    verdict
        ``"wins"`` or ``"loses"`` people covered; ``"mixed"``: as many as before, but others;
        ``"nearer"`` or ``"farther"``: the same people, another mean way; else ``"same"``.
    """

    code: str
    name: str
    people: int
    gained: int
    lost: int
    covered_a: int
    covered_b: int
    share_a: float | None
    share_b: float | None
    sites_a: int
    sites_b: int
    mean_a: float | None
    mean_b: float | None
    worst_a: float | None
    worst_b: float | None
    pass_a: bool
    pass_b: bool
    verdict: Verdict

    @property
    def net(self) -> int:
        """People covered more (or fewer) than before."""
        return self.gained - self.lost


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
        figures=tuple(_figures(plan) for plan in plans),
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


def _figures(plan: Plan) -> Figures:
    record = plan.record
    objective, people = record["objective"], record["people"]
    covered = plan.site_of >= 0
    frame = plan.bundle.demand.frame
    grid = frame.loc[covered, ["ix", "iy"]].drop_duplicates()
    weight = frame["people"].to_numpy(np.float64)
    return Figures(
        sites=record["sites"],
        sites_new=record["sites_new"],
        people=people["covered"],
        people_total=people["total"],
        share=people["share"],
        area_km2=len(grid) * plan.bundle.demand.cell_m**2 / 1e6,
        urban_share=record["urban"]["share"],
        townships_passing=sum(row["pass"] for row in record["townships"]),
        townships=len(record["townships"]),
        mean=_mean(plan.impedance, weight, covered),
        unit=plan.scenario.unit,
        objective=objective["name"],
        value=objective["value"],
        bound=objective["bound"],
        gap=objective["gap"],
        status=record["status"],
    )


def _mean(impedance: Floats, people: Floats, covered: npt.NDArray[np.bool_]) -> float | None:
    weight = people[covered]
    if not weight.sum():
        return None
    return round(float((impedance[covered] * weight).sum() / weight.sum()), 1)


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
        townships=_townships(one, other, cells, people),
    )


def _townships(
    one: Plan, other: Plan, cells: npt.NDArray[np.int8], people: npt.NDArray[np.int64]
) -> tuple[TownshipChange, ...]:
    home = one.bundle.demand.frame["township"].to_numpy()
    size = len(one.record["townships"])
    moved = {
        kind: np.bincount(home[cells == code], weights=people[cells == code], minlength=size)
        for code, kind in enumerate(CELL_CHANGES)
    }
    means = [_means(plan, home, people, size) for plan in (one, other)]
    rows = zip(one.record["townships"], other.record["townships"], strict=True)
    return tuple(
        _township(
            before,
            after,
            (int(moved["gained"][t]), int(moved["lost"][t])),
            (means[0][t], means[1][t]),
            same_unit=one.scenario.unit == other.scenario.unit,
        )
        for t, (before, after) in enumerate(rows)
    )


def _means(
    plan: Plan, home: npt.NDArray[np.int32], people: npt.NDArray[np.int64], size: int
) -> list[float | None]:
    served = plan.site_of >= 0
    weight = np.bincount(home[served], weights=people[served], minlength=size)
    total = np.bincount(
        home[served], weights=people[served] * plan.impedance[served], minlength=size
    )
    return [
        round(float(way / n), 1) if n else None
        for way, n in zip(total.tolist(), weight.tolist(), strict=True)
    ]


def _township(
    before: dict[str, object],
    after: dict[str, object],
    moved: tuple[int, int],
    means: tuple[float | None, float | None],
    *,
    same_unit: bool,
) -> TownshipChange:
    gained, lost = moved
    both = {
        f"{key}_{end}": row.get(key)
        for key in ("covered", "share", "sites", "worst", "pass")
        for end, row in (("a", before), ("b", after))
    }
    return TownshipChange(
        code=str(before["code"]),
        name=str(before["name"]),
        people=int(str(before["people"])),
        gained=gained,
        lost=lost,
        mean_a=means[0],
        mean_b=means[1],
        verdict=_verdict(gained, lost, means, same_unit=same_unit),
        **both,  # type: ignore[arg-type]
    )


def _verdict(
    gained: int, lost: int, means: tuple[float | None, float | None], *, same_unit: bool
) -> Verdict:
    if gained != lost:
        return "wins" if gained > lost else "loses"
    if gained:
        return "mixed"
    # The same people are covered: what is left is how far they go.
    if not same_unit or means[0] is None or means[1] is None or abs(means[0] - means[1]) < 1.0:
        return "same"
    return "nearer" if means[1] < means[0] else "farther"
