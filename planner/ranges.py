"""What a plan covers if people live elsewhere in their township than the figures have it.

Only totals are counted; where in a township its people live is spread by the best evidence. Other
kinds of evidence that are plausible there too (``Demand.spreads``) spread the same total over other
places: with the same sites open each covers more or fewer of them. The least and the most of these
and of the plan's own figure are the range; a sum over townships takes the least, or the most, of
each. What it leaves out: totals that are wrong themselves, and roads that are not mapped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from planner.scenario import Scenario

__all__ = ["Ranges", "coverage_ranges"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ranges:
    """Least and most people covered by township, rounded outwards: int64[townships].

    Parameters
    ----------
    low, high
        Of everybody.
    urban_low, urban_high
        Of those in the main urban area: their number stays, where in the area they live varies.
    spreads
        Plausible spreads, the plan's own counted; 1: the range is the figure itself, which then
        says nothing of how sure it is.
    """

    low: Ints
    high: Ints
    urban_low: Ints
    urban_high: Ints
    spreads: Ints

    def rows(self, townships: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Rows of the townships with their range."""
        columns = zip(self.low.tolist(), self.high.tolist(), self.spreads.tolist(), strict=True)
        return [
            {**row, "covered_low": low, "covered_high": high, "spreads": spreads}
            for row, (low, high, spreads) in zip(townships, columns, strict=True)
        ]

    def everybody(self) -> dict[str, int]:
        """The region's range."""
        return {"covered_low": int(self.low.sum()), "covered_high": int(self.high.sum())}

    def urban(self) -> dict[str, int]:
        """The main urban area's range."""
        low, high = int(self.urban_low.sum()), int(self.urban_high.sum())
        return {"covered_low": low, "covered_high": high}


def coverage_ranges(
    bundle: Bundle, scenario: Scenario, covered: Mask, away: npt.NDArray[np.float64]
) -> Ranges:
    """Count what is covered under each plausible spread of the people.

    Parameters
    ----------
    covered
        bool[n], demand cells covered.
    away
        Metres or seconds from each place of the spreads to the nearest open site, float64[k].
    """
    frame, size = bundle.demand.frame, len(bundle.region.townships)
    home, people = frame["township"].to_numpy(), frame["people"].to_numpy(np.int64)
    urban = frame["urban"].to_numpy(bool)
    total, served = _sum(home, people, size), _sum(home, np.where(covered, people, 0), size)
    in_town = _sum(home, np.where(urban, people, 0), size)
    served_town = _sum(home, np.where(urban & covered, people, 0), size)
    low, high, urban_low, urban_high = (
        one.copy() for one in (served, served, served_town, served_town)
    )
    count = (total > 0).astype(np.int64)
    spreads = bundle.demand.spreads
    if spreads is not None and len(spreads):
        at = spreads["township"].to_numpy(np.int64)
        weight = spreads["weight"].to_numpy(np.int64)
        hundredths = np.floor(scenario.limit * 100.0 + 1e-6)
        near = np.round(away * 100.0) <= hundredths
        town = _in_town(bundle, at)
        for method in sorted(set(spreads["method"])):
            mine = (spreads["method"] == method).to_numpy()
            count += (total > 0) & (_sum(at, np.where(mine, weight, 0), size) > 0)
            for within, whole, least, most in (
                (mine, total, low, high),
                (mine & town, in_town, urban_low, urban_high),
            ):
                there = _sum(at, np.where(within, weight, 0), size)
                here = _sum(at, np.where(within & near, weight, 0), size)
                some = there > 0
                parts = [
                    divmod(int(w) * int(h), int(t))
                    for w, h, t in zip(whole[some], here[some], there[some], strict=True)
                ]
                down = np.array([part for part, _ in parts], np.int64)
                up = np.array([part + (rest > 0) for part, rest in parts], np.int64)
                least[some] = np.minimum(least[some], down)
                most[some] = np.maximum(most[some], up)
    return Ranges(low=low, high=high, urban_low=urban_low, urban_high=urban_high, spreads=count)


def _sum(at: npt.NDArray[np.integer], amount: Ints, size: int) -> Ints:
    total = np.zeros(size, np.int64)
    np.add.at(total, at, amount)
    return total


def _in_town(bundle: Bundle, township: Ints) -> Mask:
    """Rows of the spreads in the main urban area.

    Those in a part of a cell that is urban by the demand, and all in townships that are urban
    throughout.
    """
    frame, spreads = bundle.demand.frame, bundle.demand.spreads
    assert spreads is not None
    urban = frame["urban"].to_numpy(bool)
    keys = ["township", "ix", "iy"]
    parts = set(map(tuple, frame.loc[urban, keys].to_numpy(np.int64).tolist()))
    rural = set(frame["township"].to_numpy()[~urban].tolist())
    whole = np.array([t not in rural for t in range(len(bundle.region.townships))], np.bool_)
    whole &= np.isin(np.arange(len(whole)), frame["township"].to_numpy()[urban])
    cells = map(tuple, spreads[keys].to_numpy(np.int64).tolist())
    return np.array([cell in parts for cell in cells], np.bool_) | whole[township]
