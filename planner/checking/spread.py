"""The range of what a plan covers, counted again: row by row, in fractions, not by array."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from planner.checking.distances import Measured, nearest_to_sites
from planner.scenario import Scenario

__all__ = ["said_reasons", "township_ranges", "unmapped_townships"]


def unmapped_townships(bundle: Bundle) -> set[int]:
    """Rows of the townships whose map is poor."""
    table = bundle.completeness
    if table is None:
        return set()
    return {row for row, grade in enumerate(table["grade"].tolist()) if grade == "poor"}


def said_reasons(bundle: Bundle, measured: Measured) -> npt.NDArray[np.object_]:
    """What files must give as the reason of each cell that is not covered."""
    poor, words = unmapped_townships(bundle), measured.reasons().tolist()
    homes = bundle.demand.frame["township"].tolist()
    said = ["unmapped?" if home in poor else word for home, word in zip(homes, words, strict=True)]
    return np.array(said, object)


def township_ranges(
    bundle: Bundle, scenario: Scenario, sites: Any, measured: Measured
) -> dict[str, list[Any]]:
    """Least and most people covered by township: everybody's, the urban area's, and spreads."""
    frame, size = bundle.demand.frame, len(bundle.region.townships)
    kinds: list[dict[str, list[tuple[int, bool, bool]]]] = [{} for _ in range(size)]
    own: list[list[tuple[int, bool, bool]]] = [[] for _ in range(size)]
    urban_parts, rural = set(), set()
    cells = zip(
        *(frame[key].tolist() for key in ("township", "ix", "iy", "people", "urban")),
        measured.covered.tolist(),
        strict=True,
    )
    for home, ix, iy, people, urban, near in cells:
        own[home].append((people, near, urban))
        if urban:
            urban_parts.add((home, ix, iy))
        else:
            rural.add(home)
    table = bundle.demand.spreads
    if table is not None and len(table):
        xy = table[["x", "y"]].to_numpy(np.float64)
        away = nearest_to_sites(bundle, scenario, xy, table["township"].tolist(), sites)
        reached = (away <= measured.radius + 0.005).tolist()
        rows = zip(
            *(table[key].tolist() for key in ("method", "township", "ix", "iy", "weight")),
            reached,
            strict=True,
        )
        for method, home, ix, iy, weight, near in rows:
            urban = (home, ix, iy) in urban_parts or (bool(own[home]) and home not in rural)
            kinds[home].setdefault(method, []).append((weight, near, urban))
    everybody = [_range(own[t], kinds[t], urban=False) for t in range(size)]
    town = [_range(own[t], kinds[t], urban=True) for t in range(size)]
    return {
        "covered_low": [low for low, _ in everybody],
        "covered_high": [high for _, high in everybody],
        "spreads": [1 + len(kinds[t]) if own[t] else 0 for t in range(size)],
        "urban_low": [low for low, _ in town],
        "urban_high": [high for _, high in town],
    }


def _range(
    own: list[tuple[int, bool, bool]],
    kinds: dict[str, list[tuple[int, bool, bool]]],
    *,
    urban: bool,
) -> tuple[int, int]:
    def sums(rows: list[tuple[int, bool, bool]]) -> tuple[int, int]:
        mine = [(amount, near) for amount, near, town in rows if town or not urban]
        return sum(amount for amount, near in mine if near), sum(amount for amount, _ in mine)

    served, total = sums(own)
    found = [Fraction(served)]
    for rows in kinds.values():
        part, whole = sums(rows)
        if whole:
            found.append(Fraction(part, whole) * total)
    return math.floor(min(found)), math.ceil(max(found))
