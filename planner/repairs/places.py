"""Where one more site would help: among the candidates, or at a place where there is none."""

from __future__ import annotations

import dataclasses
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.bundle import Bundle
from geo.candidates import Candidates
from geo.crs import WGS84
from geo.exclusions import within_zones
from geo.travel import TravelMatrix, threshold
from planner.scenario import Scenario
from planner.travels import measure_of, travel_for

__all__ = ["Place", "best_candidates", "best_places"]

Rows = npt.NDArray[np.integer[Any]]
Weights = npt.NDArray[np.int64]
MOST_PLACES = 400
"""Places tried for new points at one time, those with most people."""


@dataclasses.dataclass(frozen=True, slots=True)
class Place:
    """A place for a new point: WGS84 degrees, a hundredth of a second of arc or so."""

    lon: float
    lat: float


def best_candidates(
    travel: TravelMatrix,
    scenario: Scenario,
    weights: Weights,
    allowed: npt.NDArray[np.bool_],
    *,
    enough: float,
    most: int,
) -> tuple[list[int], int]:
    """Choose candidates one after the other, each the one that reaches most of what is left.

    Parameters
    ----------
    weights
        int64[n], of the cells that count; 0 elsewhere.
    allowed
        bool[m], candidates to choose from.
    enough, most
        Ends when so much is reached, or so many are chosen.

    Returns
    -------
    rows, reached
        Of the candidates, in the order chosen (of equals the lowest first), and the weight.
    """
    indptr, indices, _ = threshold(travel, scenario.limit)
    cell = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    kept = allowed[indices] & (weights[cell] > 0)
    return _greedy(cell[kept], indices[kept], weights, travel.n_candidates, enough, most)


def best_places(
    bundle: Bundle,
    scenario: Scenario,
    weights: Weights,
    township: int | None,
    *,
    enough: float,
    most: int,
) -> tuple[list[Place], int]:
    """Choose places for new points where people live, outside all areas kept free.

    Parameters
    ----------
    weights
        int64[n], of the cells that count; 0 elsewhere.
    township
        The places must lie in it; ``None``: anywhere.
    enough, most
        As in :func:`best_candidates`; with nothing that is enough there are ``most`` places, if
        they reach nobody else, where most people live.
    """
    frame = bundle.demand.frame
    inside = np.ones(len(frame), np.bool_)
    if township is not None:
        inside = frame["township"].to_numpy() == township
    near = inside & (weights > 0) if (inside & (weights > 0)).any() else inside
    rows: Rows = np.flatnonzero(near)
    rows, places = _as_drawn(bundle, scenario, rows)
    if not len(rows):
        return [], 0
    people = frame["people"].to_numpy(np.int64)
    travel = _to_places(bundle, scenario, rows)
    indptr, indices, _ = threshold(travel, scenario.limit)
    cell = np.repeat(np.arange(len(indptr) - 1), np.diff(indptr))
    kept = weights[cell] > 0
    chosen, reached = _greedy(cell[kept], indices[kept], weights, len(rows), enough, most)
    if np.isinf(enough):
        order = np.argsort(-people[rows], kind="stable").tolist()
        chosen += [row for row in order if row not in chosen][: most - len(chosen)]
    return [places[row] for row in chosen], reached


def _as_drawn(bundle: Bundle, scenario: Scenario, rows: Rows) -> tuple[Rows, list[Place]]:
    """Where cells stand on a map to six decimals, if a point may be put there.

    That is in the cell's township still, and outside the areas that the data or a hand keeps
    free; those with most people where there are many.
    """
    cells = bundle.demand.frame.iloc[rows]
    points = gpd.GeoSeries(cells.geometry).to_crs(WGS84)
    lonlat = np.column_stack([points.x, points.y]).round(6)
    back = gpd.GeoSeries(shapely.points(lonlat), crs=WGS84).to_crs(bundle.region.crs)
    fits = bundle.region.assign(back.x, back.y) == cells["township"].to_numpy()
    fits &= ~within_zones(bundle.exclusions, np.column_stack([back.x, back.y]))
    if scenario.edits.no_go:
        drawn = [shapely.make_valid(shapely.Polygon(one.ring)) for one in scenario.edits.no_go]
        fits &= ~within_zones(gpd.GeoSeries(drawn), lonlat)
    people = cells["people"].to_numpy(np.int64)
    kept = np.flatnonzero(fits)
    kept = np.sort(kept[np.argsort(-people[kept], kind="stable")][:MOST_PLACES])
    return rows[kept], [Place(*one) for one in lonlat[kept].tolist()]


def _greedy(
    cell: Rows, site: Rows, weights: Weights, size: int, enough: float, most: int
) -> tuple[list[int], int]:
    chosen: list[int] = []
    reached = 0
    while reached < enough and len(chosen) < most and len(cell):
        gains = np.zeros(size, np.int64)
        np.add.at(gains, site, weights[cell])
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        chosen.append(best)
        reached += int(gains[best])
        left = ~np.isin(cell, cell[site == best])
        cell, site = cell[left], site[left]
    return chosen, reached


def _to_places(bundle: Bundle, scenario: Scenario, rows: Rows) -> TravelMatrix:
    """Measure from every cell to some cells, as if candidates stood there."""
    cells = bundle.demand.frame.iloc[rows]
    stand_in = gpd.GeoDataFrame(
        {"township": cells["township"].to_numpy()}, geometry=cells.geometry.to_numpy()
    ).set_crs(bundle.region.crs)
    there = dataclasses.replace(bundle, candidates=Candidates(frame=stand_in))
    return travel_for(there, scenario.mode, scenario.limit, measure=measure_of(scenario))
