"""Villages that no open point serves: uncovered cells of a township, grouped by nearness."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist

from planner.material import grams_by_material
from planner.plan import Plan

__all__ = ["Villages", "villages_of"]

Ints = npt.NDArray[np.int64]
#: Complete linkage takes the square of the cells; larger townships are cut into squares first.
_MOST_CELLS = 3000
_ZH = ("北", "东北", "东", "东南", "南", "西南", "西", "西北")
_EN = ("N", "NE", "E", "SE", "S", "SW", "W", "NW")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Villages:
    """Groups of uncovered cells.

    Parameters
    ----------
    frame
        In the region's coordinates, a point each (the cell nearest to where its people are on
        average): ``id``, ``township`` (row), ``township_code``, ``township_name``, ``name_zh``,
        ``name_en``, ``people``, ``households``, ``grams_day``, ``estate`` (most of its people
        live in the main urban area), ``cells``.
    of_cell
        int64[cells of the region], row of ``frame``, -1 where a point serves the cell.
    """

    frame: gpd.GeoDataFrame
    of_cell: Ints


def villages_of(plan: Plan, village_m: float) -> Villages:
    """Group the cells that no open point serves.

    No settlement's name is in the region's data: a village is the cells of one township that lie
    within ``village_m`` of each other (complete linkage), named by where it lies from the middle
    of the township's people.
    """
    demand = plan.bundle.demand.frame
    xy = np.column_stack([demand.geometry.x, demand.geometry.y])
    people = demand["people"].to_numpy(np.int64)
    home = demand["township"].to_numpy(np.int64)
    open_cells = np.flatnonzero((plan.site_of < 0) & (people > 0))
    of_cell = np.full(len(demand), -1, np.int64)
    groups: list[Ints] = []
    for township in np.unique(home[open_cells]).tolist():
        cells = open_cells[home[open_cells] == township]
        groups += [cells[one] for one in _grouped(xy[cells], village_m)]
    households = demand["households"].to_numpy(np.int64)
    urban = demand["urban"].to_numpy(bool)
    grams = grams_by_material(plan.bundle).sum(axis=1)
    townships = plan.bundle.region.townships
    rows, points = [], []
    for number, cells in enumerate(groups):
        of_cell[cells] = number
        township = int(home[cells[0]])
        weight = people[cells]
        middle = np.average(xy[cells], axis=0, weights=weight)
        off = np.hypot(*(xy[cells] - middle).T)
        here = xy[cells[int(np.argmin(off))]]
        every = home == township
        centre = np.average(xy[every], axis=0, weights=np.maximum(people[every], 1))
        name = str(townships["name"].iloc[township])
        zh, en = _named(name, here - centre)
        rows.append(
            {
                "id": f"v{number + 1:04d}",
                "township": township,
                "township_code": str(townships["code"].iloc[township]),
                "township_name": name,
                "name_zh": zh,
                "name_en": en,
                "people": int(weight.sum()),
                "households": int(households[cells].sum()),
                "grams_day": int(grams[cells].sum()),
                "estate": bool(2 * weight[urban[cells]].sum() > weight.sum()),
                "cells": len(cells),
            }
        )
        points.append(here)
    columns = (
        *("id", "township", "township_code", "township_name", "name_zh", "name_en"),
        *("people", "households", "grams_day", "estate", "cells"),
    )
    at = np.array(points, np.float64).reshape(-1, 2)
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=list(columns)),
        geometry=gpd.points_from_xy(at[:, 0], at[:, 1]),
        crs=plan.bundle.region.crs,
    )
    return Villages(frame=frame, of_cell=of_cell)


def _grouped(xy: npt.NDArray[np.float64], village_m: float) -> list[Ints]:
    """Rows of each group, those met first first."""
    if len(xy) > _MOST_CELLS:
        square = np.floor(xy / max(village_m, 1.0) / 10).astype(np.int64)
        _, block = np.unique(square, axis=0, return_inverse=True)
        if block.max() == 0:
            block = np.arange(len(xy)) // _MOST_CELLS
        parts = []
        for one in range(int(block.max()) + 1):
            rows = np.flatnonzero(block == one)
            parts += [rows[group] for group in _grouped(xy[rows], village_m)]
        return parts
    if len(xy) == 1:
        return [np.zeros(1, np.int64)]
    label = fcluster(linkage(pdist(xy), method="complete"), village_m, criterion="distance")
    first = np.unique(label, return_index=True)[1]
    return [np.flatnonzero(label == label[row]) for row in np.sort(first)]


def _named(township: str, away: npt.NDArray[np.float64]) -> tuple[str, str]:
    km = float(np.hypot(*away)) / 1000
    if km < 0.5:
        return f"{township}中心", f"{township}, centre"
    turn = round(float(np.degrees(np.arctan2(away[0], away[1]))) / 45) % 8
    return f"{township}{_ZH[turn]}{km:.1f}公里", f"{township}, {km:.1f} km {_EN[turn]}"
