"""What a plan leaves: who hangs on one site alone, and how far the worst served must go."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.travel import TravelMatrix, threshold
from planner.scenario import Scenario
from planner.travels import nearest_between

__all__ = ["Ways", "nearest_open", "people_lost", "worst_by_township"]

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.integer[Any]]


class Ways(NamedTuple):
    """How far it is to the nearest open site, however far: metres or seconds.

    Parameters
    ----------
    cells
        float64[n], from every cell; infinite where none can be reached.
    spreads
        float64[k], from every place where people may live by other evidence
        (:attr:`geo.demand.Demand.spreads`).
    """

    cells: Floats
    spreads: Floats


def people_lost(bundle: Bundle, scenario: Scenario, travel: TravelMatrix, opened: Rows) -> Ints:
    """Count the people whom no other open site has within the limit, for all open sites at once.

    Parameters
    ----------
    travel
        Of the bundle, at least to the scenario's limit.
    opened
        Rows of the open sites among the candidates, int[k].

    Returns
    -------
    int64[k]
        People who would be left without a site if it alone were closed.
    """
    indptr, indices, _ = threshold(travel, scenario.limit)
    number = np.full(travel.n_candidates, -1, np.int64)
    number[opened] = np.arange(len(opened))
    pairs = np.flatnonzero(number[indices] >= 0)
    cell = np.searchsorted(indptr, pairs, side="right") - 1
    alone = np.bincount(cell, minlength=len(indptr) - 1)[cell] == 1
    lost = np.zeros(len(opened), np.int64)
    people = bundle.demand.frame["people"].to_numpy(np.int64)
    np.add.at(lost, number[indices[pairs[alone]]], people[cell[alone]])
    return lost


def nearest_open(bundle: Bundle, scenario: Scenario, travel: TravelMatrix, opened: Rows) -> Ways:
    """Measure to the open sites from everywhere that people live or may live, in one search.

    Parameters
    ----------
    travel, opened
        As in :func:`people_lost`.
    """
    found = np.full(len(bundle.demand.frame), np.inf)
    mine = np.zeros(travel.n_candidates, np.bool_)
    mine[opened] = True
    pairs = np.flatnonzero(mine[travel.indices])
    cell = np.searchsorted(travel.indptr, pairs, side="right") - 1
    # Whole hundredths again, as the search over the roads has them.
    np.minimum.at(found, cell, np.round(travel.values[pairs].astype(np.float64), 2))
    # The matrix ends at its cutoff: only those beyond it are searched for.
    beyond = np.flatnonzero(np.isinf(found) & ~travel.unreachable)
    frame = bundle.demand.frame.iloc[beyond]
    here = np.column_stack([frame.geometry.x, frame.geometry.y])
    home = frame["township"].to_numpy(np.int64)
    if (spreads := bundle.demand.spreads) is not None:
        here = np.concatenate([here, spreads[["x", "y"]].to_numpy(np.float64)])
        home = np.concatenate([home, spreads["township"].to_numpy(np.int64)])
    away = np.full(len(here), np.inf)
    if len(here) and len(opened):
        away = nearest_between(bundle, scenario, here, home, opened)
    found[beyond] = away[: len(beyond)]
    return Ways(found, away[len(beyond) :])


def worst_by_township(bundle: Bundle, nearest: Floats) -> list[float | None]:
    """Tell how far the worst-served inhabited cell of each township is from an open site.

    Parameters
    ----------
    nearest
        From every cell, as :func:`nearest_open` has it.

    Returns
    -------
    list
        Metres or seconds by township; ``None`` where nobody lives, or from one of whose cells no
        open site can be reached.
    """
    worst = np.full(len(bundle.region.townships), -1.0)
    np.maximum.at(worst, bundle.demand.frame["township"].to_numpy(), nearest)
    return [None if far < 0 or not np.isfinite(far) else round(far, 2) for far in worst.tolist()]
