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

__all__ = ["MOST_VILLAGES", "Villages", "villages_of"]

Ints = npt.NDArray[np.int64]
#: Complete linkage takes the square of the cells; larger townships are cut into squares first.
_MOST_CELLS = 3000
#: More villages than this, and they are made larger by steps: ways take the square of them.
MOST_VILLAGES = 1500
_COARSER = 1.25
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
    village_m
        How far cells of a village may lie apart: more than was asked for where there would be too
        many villages.
    """

    frame: gpd.GeoDataFrame
    of_cell: Ints
    village_m: float


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
    trees: list[_Tree] = []
    for township in np.unique(home[open_cells]).tolist():
        cells = open_cells[home[open_cells] == township]
        trees += [_Tree(cells[one], xy[cells[one]]) for one in _parts(xy[cells], village_m)]
    while sum(tree.count(village_m) for tree in trees) > max(MOST_VILLAGES, len(trees)):
        village_m *= _COARSER
    groups = [group for tree in trees for group in tree.groups(village_m)]
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
    return Villages(frame=frame, of_cell=of_cell, village_m=village_m)


class _Tree:
    """Cells of some ground as they join, the nearest first."""

    def __init__(self, cells: Ints, xy: npt.NDArray[np.float64]) -> None:
        self._cells = cells
        self._joins = linkage(pdist(xy), method="complete") if len(cells) > 1 else None

    def count(self, village_m: float) -> int:
        joined = 0 if self._joins is None else int((self._joins[:, 2] <= village_m).sum())
        return len(self._cells) - joined

    def groups(self, village_m: float) -> list[Ints]:
        """Cells of each village, those met first first."""
        if self._joins is None:
            return [self._cells]
        label = fcluster(self._joins, village_m, criterion="distance")
        first = np.unique(label, return_index=True)[1]
        return [self._cells[label == label[row]] for row in np.sort(first)]


def _parts(xy: npt.NDArray[np.float64], village_m: float) -> list[Ints]:
    """Rows of the squares that ground is cut into where it holds too many cells."""
    if len(xy) <= _MOST_CELLS:
        return [np.arange(len(xy))]
    square = np.floor(xy / village_m / 10).astype(np.int64)
    _, block = np.unique(square, axis=0, return_inverse=True)
    parts: list[Ints] = []
    for one in range(int(block.max()) + 1):
        rows = np.flatnonzero(block == one)
        cuts = range(_MOST_CELLS, len(rows), _MOST_CELLS)
        parts += np.split(rows, list(cuts))
    return parts


def _named(township: str, away: npt.NDArray[np.float64]) -> tuple[str, str]:
    km = float(np.hypot(*away)) / 1000
    if km < 0.5:
        return f"{township}中心", f"{township}, centre"
    turn = round(float(np.degrees(np.arctan2(away[0], away[1]))) / 45) % 8
    return f"{township}{_ZH[turn]}{km:.1f}公里", f"{township}, {km:.1f} km {_EN[turn]}"
