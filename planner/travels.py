"""What a scenario's travel is measured in and along: the one way from a bundle to distances."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.network import RoadNetwork
from geo.progress import Progress, silent
from geo.roadless import joined_matrix, nearest
from geo.speeds import METRES, Measure
from geo.travel import TravelMatrix, network_matrix, straight_line_matrix
from planner.edited import EDIT
from planner.errors import PlanError
from planner.scenario import Scenario
from planner.wording.language import LANGUAGES
from planner.wording.words import REFUSALS, WORDS

__all__ = [
    "measure_of",
    "nearest_between",
    "off_road",
    "roads_of",
    "travel_between",
    "travel_for",
    "travel_with",
]

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]
_Rows = slice | npt.NDArray[np.integer[Any]]


def measure_of(scenario: Scenario) -> Measure:
    """Metres, or seconds at the scenario's pace of walking."""
    if scenario.unit == "m":
        return METRES
    return Measure(unit="s", walk_m_s=scenario.speed_walk_m_s)


def off_road(bundle: Bundle) -> tuple[Mask, Mask]:
    """Cells and candidates in townships without mapped roads, bool[n] and bool[m]."""
    demand, candidates = (
        np.isin(frame["township"].to_numpy(), bundle.roadless)
        for frame in (bundle.demand.frame, bundle.candidates.frame)
    )
    return demand, candidates


def travel_for(
    bundle: Bundle,
    mode: str,
    cutoff: float,
    progress: Progress = silent,
    *,
    measure: Measure = METRES,
) -> TravelMatrix:
    """Measure from every demand cell to the candidates within a cutoff (metres or seconds).

    Along the roads where the bundle has them, else straight lines times its detour factor.

    Raises
    ------
    PlanError
        If the bundle has roads, but none for the mode.
    """
    every = slice(None)
    return _matrix(bundle, mode, every, every, cutoff, measure, progress)


def travel_with(
    bundle: Bundle, base: TravelMatrix, mode: str, *, measure: Measure = METRES
) -> TravelMatrix:
    """Add the columns of candidates that were added by hand to a matrix known already.

    Parameters
    ----------
    bundle
        Edited: its first candidates are those of the matrix.
    base
        Of the region as it was imported.

    Returns
    -------
    The matrix that :func:`travel_for` makes of the edited region up to the cutoff of ``base``, to
    the last bit, at the price of the added columns alone.

    Raises
    ------
    ValueError
        If the matrix is not one of this region before it was edited.
    """
    size, known = len(bundle.candidates.frame), base.n_candidates
    own = int((bundle.candidates.frame["source"] == EDIT).sum())
    if known != size - own or len(base.indptr) != len(bundle.demand.frame) + 1:
        raise ValueError(f"travel to {known} candidates, {size - own} are not added by hand")
    if not own:
        return base
    more = _matrix(bundle, mode, slice(None), slice(known, None), base.cutoff, measure, silent)
    indices = np.empty(len(base.indices) + len(more.indices), np.int32)
    values = np.empty(len(indices), np.float32)
    # Of a row the columns known first, then the added ones: they stay ascending.
    for part, shift, first in (
        (base, more.indptr[:-1], 0),
        (more, base.indptr[1:], known),
    ):
        at = np.arange(len(part.indices)) + np.repeat(shift, np.diff(part.indptr))
        indices[at], values[at] = part.indices + np.int32(first), part.values
    return dataclasses.replace(
        base,
        indptr=base.indptr + more.indptr,
        indices=indices,
        values=values,
        n_candidates=size,
        unreachable=base.unreachable & more.unreachable,
    )


def travel_between(
    bundle: Bundle,
    scenario: Scenario,
    cells: npt.NDArray[np.integer[Any]],
    candidates: npt.NDArray[np.integer[Any]],
) -> TravelMatrix:
    """Measure from some cells to some candidates, rows of each, within the scenario's limit."""
    measure = measure_of(scenario)
    return _matrix(bundle, scenario.mode, cells, candidates, scenario.limit, measure, silent)


def _matrix(
    bundle: Bundle,
    mode: str,
    cells: _Rows,
    sites: _Rows,
    cutoff: float,
    measure: Measure,
    progress: Progress,
) -> TravelMatrix:
    demand, candidates = _xy(bundle.demand.frame)[cells], _xy(bundle.candidates.frame)[sites]
    kmh, factor = bundle.speeds.elsewhere(mode), bundle.detour_factor
    network = roads_of(bundle, mode)
    if network is None:
        return straight_line_matrix(
            demand,
            candidates,
            cutoff=cutoff,
            detour_factor=factor,
            measure=measure,
            kmh=kmh,
            progress=progress,
        )
    if not bundle.roadless:
        return network_matrix(
            network, demand, candidates, cutoff=cutoff, measure=measure, progress=progress
        )
    off, off_candidate = off_road(bundle)
    return joined_matrix(
        network,
        demand,
        candidates,
        (off[cells], off_candidate[sites]),
        cutoff=cutoff,
        detour_factor=factor,
        kmh=kmh,
        measure=measure,
        progress=progress,
    )


def nearest_between(
    bundle: Bundle,
    scenario: Scenario,
    xy: Floats,
    townships: npt.NDArray[np.int64],
    opened: npt.NDArray[np.integer[Any]],
) -> Floats:
    """Measure from places of any kind to the nearest of some candidates.

    Parameters
    ----------
    xy, townships
        Places in the region's coordinates, float64[k, 2], and the townships they lie in.
    opened
        Rows of the candidates.

    Returns
    -------
    float64[k]
        Metres or seconds; infinite where none can be reached.
    """
    there = bundle.candidates.frame.iloc[opened]
    return nearest(
        roads_of(bundle, scenario.mode),
        xy,
        _xy(there),
        (
            np.isin(townships, bundle.roadless),
            np.isin(there["township"].to_numpy(), bundle.roadless),
        ),
        detour_factor=bundle.detour_factor,
        kmh=bundle.speeds.elsewhere(scenario.mode),
        measure=measure_of(scenario),
    )


def roads_of(bundle: Bundle, mode: str) -> RoadNetwork | None:
    """Roads of a mode; ``None`` where the bundle has none at all, and lines are straight.

    Raises
    ------
    PlanError
        If the bundle has roads, but none for the mode.
    """
    if not bundle.networks:
        return None
    if mode not in bundle.networks:
        said = {one: WORDS.say(f"mode-{mode}", one) for one in LANGUAGES}
        what, remedy = (REFUSALS.say(key, "en", mode=said["en"]) for key in _NO_ROADS)
        zh = "。".join(REFUSALS.say(key, "zh", mode=said["zh"]) for key in _NO_ROADS)
        raise PlanError(what, remedy=remedy, where="mode", zh=zh)
    return bundle.networks[mode]


_NO_ROADS = ("no-roads-for-mode", "no-roads-for-mode-remedy")


def _xy(frame: object) -> Floats:
    geometry = frame.geometry  # type: ignore[attr-defined]
    return np.column_stack([geometry.x, geometry.y])
