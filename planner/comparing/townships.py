"""What each township gains and loses from one plan to another."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from planner.plan import Plan

__all__ = ["CELL_CHANGES", "TownshipChange", "Verdict", "township_changes"]

CELL_CHANGES = ("neither", "lost", "gained", "both")
"""What became of a cell from one plan to another, by the code in :attr:`Difference.cells`."""

Verdict = Literal["wins", "loses", "mixed", "nearer", "farther", "same"]


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


def township_changes(
    one: Plan, other: Plan, cells: npt.NDArray[np.int8]
) -> tuple[TownshipChange, ...]:
    """Tell one row a township, in the region's order.

    Parameters
    ----------
    cells
        Per demand cell, a row of :data:`CELL_CHANGES`.
    """
    people = one.bundle.demand.frame["people"].to_numpy(np.int64)
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
