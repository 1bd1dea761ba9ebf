"""What is to be told of a spread: the raster against the figures, growth, assumed households."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from geo.census import Matched
from geo.evidence import Settlement
from geo.findings import Finding
from geo.growth import Growth
from geo.population_raster import RasterPeople
from geo.spread import Spread

__all__ = ["growth_findings", "household_findings", "raster_findings"]


def raster_findings(
    raster: RasterPeople | None, settlement: Settlement, matched: Matched, people: Spread
) -> Iterable[Finding]:
    """Tell how a raster was used, and how far it is from the figures."""
    if raster is None:
        return
    rows = np.array([way == "raster" for way in settlement.methods], bool)[settlement.township]
    known = matched.people >= 0
    for group in matched.groups:
        known[group.members] = True
    by_figure = rows & known[settlement.township]
    yield Finding(
        kind="raster-used",
        where=raster.file,
        values={
            "pixel_m": round(raster.pixel_m),
            "people": round(float(settlement.capacity[rows].sum())),
        },
    )
    if by_figure.any():
        yield Finding(
            kind="raster-scaled",
            where=raster.file,
            values={
                "raster": round(float(settlement.capacity[by_figure].sum())),
                "figures": int(people.before[by_figure].sum()),
            },
        )


def growth_findings(
    growth: Growth | None, factors: NDArray[np.float64], people: Spread
) -> Iterable[Finding]:
    """Tell from when to when and by how much the people were grown."""
    if growth is None or growth.to_year == growth.from_year:
        return
    rates = factors ** (1 / (growth.to_year - growth.from_year)) - 1
    yield Finding(
        kind="population-grown",
        values={
            "from_year": growth.from_year,
            "to_year": growth.to_year,
            "least": round(100 * float(rates.min()), 4),
            "most": round(100 * float(rates.max()), 4),
            "before": int(people.before.sum()),
            "people": int(people.people.sum()),
        },
    )


def household_findings(people: Spread, household_size: float) -> Iterable[Finding]:
    """Tell which households follow from an assumed size."""
    if people.assumed.any():
        yield Finding(
            kind="households-assumed",
            values={
                "size": household_size,
                "households": int(people.households[people.assumed].sum()),
                "of": int(people.households.sum()),
            },
        )
