"""Shapes of a region in degrees, projected once.

A new thread builds PROJ's transformers anew, and every run of an app's page is a new thread: asked
for each time, degrees would cost a slider's answer a tenth of a second.
"""

from __future__ import annotations

from functools import lru_cache

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.candidates import Candidates
from geo.crs import WGS84
from geo.region import Region

__all__ = ["candidate_points", "township_bounds", "township_shapes"]

Shapes = npt.NDArray[np.object_]
#: Regions, and candidates with points added by hand, that are held at once.
_REGIONS, _CANDIDATES = 4, 8


@lru_cache(maxsize=_REGIONS)
def township_shapes(region: Region) -> Shapes:
    """Outlines of the townships in degrees, WGS84; not to be written to."""
    return _projected(region.townships.geometry)


@lru_cache(maxsize=_REGIONS)
def township_bounds(region: Region) -> tuple[float, float, float, float]:
    """West, south, east and north of the townships in degrees, WGS84."""
    west, south, east, north = shapely.total_bounds(township_shapes(region)).tolist()
    return west, south, east, north


@lru_cache(maxsize=_CANDIDATES)
def candidate_points(candidates: Candidates) -> Shapes:
    """Candidates as points in degrees, WGS84, by row; not to be written to."""
    return _projected(candidates.frame.geometry)


def _projected(shapes: gpd.GeoSeries) -> Shapes:
    found = np.array(shapes.to_crs(WGS84).to_numpy(), dtype=object)
    found.flags.writeable = False
    return found
