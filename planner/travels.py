"""What a scenario's travel is measured in and along: the one way from a bundle to distances."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.network import RoadNetwork
from geo.progress import Progress, silent
from geo.roadless import joined_matrix, nearest
from geo.speeds import METRES, Measure
from geo.travel import TravelMatrix, network_matrix, straight_line_matrix
from planner.errors import PlanError
from planner.language import LANGUAGES
from planner.scenario import Scenario
from planner.words import REFUSALS, WORDS

__all__ = ["measure_of", "nearest_between", "nearest_for", "off_road", "travel_for"]

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]


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
    demand, candidates = _xy(bundle.demand.frame), _xy(bundle.candidates.frame)
    kmh, factor = bundle.speeds.elsewhere(mode), bundle.detour_factor
    network = _roads(bundle, mode)
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
    return joined_matrix(
        network,
        demand,
        candidates,
        off_road(bundle),
        cutoff=cutoff,
        detour_factor=factor,
        kmh=kmh,
        measure=measure,
        progress=progress,
    )


def nearest_for(bundle: Bundle, scenario: Scenario, members: npt.NDArray[np.int32]) -> Floats:
    """Measure from some cells to the candidate nearest to each, however far it is.

    Returns
    -------
    float64[k]
        Metres or seconds; infinite where no candidate can be reached.
    """
    off, off_candidate = off_road(bundle)
    return nearest(
        _roads(bundle, scenario.mode),
        _xy(bundle.demand.frame.iloc[members]),
        _xy(bundle.candidates.frame),
        (off[members], off_candidate),
        detour_factor=bundle.detour_factor,
        kmh=bundle.speeds.elsewhere(scenario.mode),
        measure=measure_of(scenario),
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
        _roads(bundle, scenario.mode),
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


def _roads(bundle: Bundle, mode: str) -> RoadNetwork | None:
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
