"""Evidence: the nearest open site of every cell, and how far it is."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from planner.plan import Plan
from planner.scenario import MAX_RADIUS_M, Scenario
from planner.travels import nearest_between, travel_between

__all__ = ["Ways", "mode_of", "named", "ways_of"]

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ways:
    """From every demand cell to the open sites of a plan, metres of travel.

    Parameters
    ----------
    metres
        float64[n], to the nearest, however far; infinite where none can be reached.
    site
        int64[n], its row among the plan's sites; -1 where it is beyond the radius that was looked
        at, and not asked for.
    mode
        How people go: on foot, where the region has ways for it.
    """

    metres: Floats
    site: Rows
    mode: str


def mode_of(bundle: Bundle, scenario: Scenario) -> str:
    """Radii of rules are walked, where the region has ways for it; else as the plan has it."""
    return "walk" if "walk" in bundle.modes else scenario.mode


def ways_of(plan: Plan, radius_m: float) -> Ways:
    """Measure from every cell; which site it is, is known within a radius (:func:`named` beyond).

    Parameters
    ----------
    radius_m
        The largest that rules speak of.
    """
    bundle = plan.bundle
    mode = mode_of(bundle, plan.scenario)
    asked = Scenario(mode=mode, radius_m=min(max(radius_m, 1.0), MAX_RADIUS_M))  # type: ignore[arg-type]
    frame = bundle.demand.frame
    metres, site = np.full(len(frame), np.inf), np.full(len(frame), -1, np.int64)
    opened = _opened(plan)
    if len(opened) and len(frame):
        metres, site = _nearest(bundle, asked, np.arange(len(frame)), opened)
        beyond = np.flatnonzero(site < 0)
        away = frame.iloc[beyond]
        xy = np.column_stack([away.geometry.x, away.geometry.y])
        home = away["township"].to_numpy(np.int64)
        if len(beyond):
            metres[beyond] = nearest_between(bundle, asked, xy, home, opened)
    return Ways(metres=metres, site=site, mode=mode)


def named(plan: Plan, ways: Ways, cells: Rows) -> Ways:
    """Find which site is nearest to some cells, also beyond the radius that was looked at."""
    cells = np.unique(cells)
    cells = cells[(ways.site[cells] < 0) & (ways.metres[cells] <= MAX_RADIUS_M)]
    if not len(cells):
        return ways
    far = min(MAX_RADIUS_M, float(ways.metres[cells].max()) + 1.0)
    asked = Scenario(mode=ways.mode, radius_m=far)  # type: ignore[arg-type]
    site = ways.site.copy()
    site[cells] = _nearest(plan.bundle, asked, cells, _opened(plan))[1]
    return dataclasses.replace(ways, site=site)


def _nearest(bundle: Bundle, asked: Scenario, cells: Rows, opened: Rows) -> tuple[Floats, Rows]:
    travel = travel_between(bundle, asked, cells, opened)
    metres, site = np.full(len(cells), np.inf), np.full(len(cells), -1, np.int64)
    row = np.repeat(np.arange(len(cells)), np.diff(travel.indptr))
    # Whole hundredths again, as the search over the roads has them.
    values = np.round(travel.values.astype(np.float64), 2)
    order = np.lexsort((travel.indices, values, row))
    first = np.unique(row[order], return_index=True)
    metres[first[0]], site[first[0]] = values[order][first[1]], travel.indices[order][first[1]]
    return metres, site


def _opened(plan: Plan) -> npt.NDArray[Any]:
    at = {name: row for row, name in enumerate(plan.bundle.candidates.frame["id"])}
    return np.array([at[name] for name in plan.sites["id"]], np.int64)
