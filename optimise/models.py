"""Every question there is."""

from __future__ import annotations

from optimise.cover_models import (
    CapacitatedCover,
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    CoverTwice,
    Radius,
)
from optimise.distance_models import CapacitatedMedian, FairMedian, PCenter, PMedian

__all__ = [
    "CapacitatedCover",
    "CapacitatedMedian",
    "Cover",
    "CoverAll",
    "CoverFairly",
    "CoverMost",
    "CoverShare",
    "CoverTwice",
    "FairMedian",
    "Model",
    "PCenter",
    "PMedian",
    "Radius",
]

Model = (
    CoverAll
    | CoverShare
    | CoverTwice
    | CoverMost
    | CoverFairly
    | CapacitatedCover
    | PMedian
    | PCenter
    | CapacitatedMedian
    | FairMedian
)

#: The questions the covering engine itself answers; others are brought to them.
Cover = CoverShare | CoverMost
