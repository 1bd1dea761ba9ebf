"""Rows of a tier as the optimiser sees them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from planner.policy.tiers.figures import Figures, Size, Tier
from planner.policy.tiers.spec import TiersSpec

__all__ = ["YUAN_DECIMALS", "TierRows", "rows_of", "site_id"]

Floats = npt.NDArray[np.float64]

YUAN_DECIMALS = 2


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TierRows:
    """Rows of a tier as the optimiser sees them: a place may have a general and a special row."""

    tier: Tier
    rows: pd.DataFrame
    sizes: tuple[Size, ...]
    capacity: Floats
    cost: Floats
    special: npt.NDArray[np.bool_]


def rows_of(tier: Tier, places: pd.DataFrame, spec: TiersSpec, figures: Figures) -> TierRows:
    """Price every size at every place; specialised centres are rows of their own."""
    sizes = tuple(size for size in figures.sizes if size.tier == tier)
    classes = [False, True] if tier == "centre" and spec.special else [False]
    rows = pd.concat([places.assign(special=special) for special in classes], ignore_index=True)
    room = rows["room_m2"].to_numpy(np.float64)
    special = rows["special"].to_numpy(bool)
    share = rows["build_share"].to_numpy(np.float64)
    capacity = np.zeros((len(rows), len(sizes)))
    cost = np.zeros((len(rows), len(sizes)))
    for at, size in enumerate(sizes):
        fits = (room >= size.floor_m2) & (special == size.special)
        capacity[:, at] = np.where(fits, size.capacity_t_year, 0.0)
        cost[:, at] = [round(size.yuan_year(one), YUAN_DECIMALS) for one in share.tolist()]
    return TierRows(
        tier=tier, rows=rows, sizes=sizes, capacity=capacity, cost=cost, special=special
    )


def site_id(tier: TierRows, row: int) -> str:
    """Name a station or centre by its place."""
    letter = {"station": "S", "centre": "C"}[tier.tier]
    suffix = "-special" if tier.special[row] else ""
    return f"{letter}-{tier.rows['id'].iloc[row]}{suffix}"
