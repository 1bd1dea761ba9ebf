"""What a place is called where it has no name: its township, its kind and its number there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd

from planner.maps.words import kind_name
from planner.wording.language import Language

__all__ = ["numbers_of", "place_name"]


def numbers_of(candidates: gpd.GeoDataFrame) -> list[int]:
    """Number of each candidate among those of its kind in its township, from 1.

    Counted over all candidates of the region, so that a place has the same name in every part.
    """
    counted = candidates.groupby(["township", "kind"], sort=False).cumcount()
    return [int(one) + 1 for one in counted]


def place_name(row: Mapping[str, Any], lang: Language) -> str:
    """Name a place told by ``name``, ``township`` (in words), ``kind`` and ``number``."""
    name = str(row["name"]).strip()
    if name:
        return name
    kind = kind_name(str(row["kind"]), lang)
    if lang == "zh":
        return f"{row['township']}{kind} {row['number']}"
    return f"{row['township']}, {kind} {row['number']}"
