"""What it costs to open a place, and what speaks against it, by the weights of a scenario."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from planner.scenario import Scenario

__all__ = [
    "DECIMALS",
    "against_text",
    "criteria_against",
    "scores_of",
    "site_costs",
    "suitability_record",
]

Floats = npt.NDArray[np.float64]
DECIMALS = 4
"""Of a score that is told; costs are made of the whole one."""


def scores_of(bundle: Bundle, scenario: Scenario, frame: gpd.GeoDataFrame | None = None) -> Floats:
    """Suitability (0-1) of candidates, all of them unless some rows are given; NaN: not judged.

    A criterion is left out where the whole bundle knows nothing of it, not where some rows do.
    """
    whole = bundle.candidates.frame
    if bundle.suitability is None:
        scores = np.full(len(whole), np.nan)
    else:
        scores = bundle.suitability.scores(whole, dict(scenario.suitability))
    return scores if frame is None else scores[whole.index.get_indexer(frame.index)]


def site_costs(bundle: Bundle, scenario: Scenario) -> Floats:
    """Cost of opening each candidate.

    The inverse of its kind's weight, times 1 for a place that fits fully up to 2 for one that
    does not fit at all. Where a site stands already, or nothing was judged, it is the inverse
    weight alone.
    """
    candidates = bundle.candidates.frame
    inverse = 1.0 / candidates["weight"].to_numpy(np.float64)
    scores = scores_of(bundle, scenario)
    plain = np.isnan(scores) | candidates["existing"].to_numpy(bool)
    return np.asarray(np.where(plain, inverse, inverse * (2.0 - scores)), np.float64)


def criteria_against(
    bundle: Bundle, scenario: Scenario, frame: gpd.GeoDataFrame
) -> list[tuple[str, ...]]:
    """Criteria that count against each of some candidates: known, weighed, below a half."""
    if bundle.suitability is None:
        return [()] * len(frame)
    return bundle.suitability.against(frame, dict(scenario.suitability))


def against_text(keys: tuple[str, ...]) -> str:
    """Criteria in one cell of a table."""
    return ";".join(keys)


def suitability_record(
    bundle: Bundle, scenario: Scenario, opened: gpd.GeoDataFrame
) -> dict[str, Any] | None:
    """What ``plan.json`` says: the criteria with their weights, and each open site's score."""
    if bundle.suitability is None:
        return None
    weights = bundle.suitability.weights(dict(scenario.suitability))
    scores = scores_of(bundle, scenario, opened).round(DECIMALS).tolist()
    against = criteria_against(bundle, scenario, opened)
    return {
        "criteria": [
            {**one, "weight": float(weights[one["key"]])} for one in bundle.suitability.record()
        ],
        "sites": [
            {"id": name, "score": None if score != score else score, "against": list(keys)}
            for name, score, keys in zip(opened["id"].tolist(), scores, against, strict=True)
        ],
    }
