"""One plan in numbers, and what they differ by from another's."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from planner.plan import Plan
from planner.record import SHARE_DECIMALS

__all__ = ["Figures", "figures_of"]


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
            out[key] = round(getattr(self, key) - getattr(base, key), SHARE_DECIMALS)
        for key, same in (
            ("share", True),
            ("urban_share", True),
            ("mean", same_unit),
            ("value", same_objective),
            ("bound", same_objective),
        ):
            mine, theirs = getattr(self, key), getattr(base, key)
            comparable = same and mine is not None and theirs is not None
            # As many digits as the figures have: 522.7 - 577.3 is -54.6.
            out[key] = round(mine - theirs, SHARE_DECIMALS) if comparable else None
        return out


def figures_of(plan: Plan) -> Figures:
    """Sum a plan up."""
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


def _mean(
    impedance: npt.NDArray[np.float64],
    people: npt.NDArray[np.float64],
    covered: npt.NDArray[np.bool_],
) -> float | None:
    weight = people[covered]
    if not weight.sum():
        return None
    return round(float((impedance[covered] * weight).sum() / weight.sum()), 1)
