"""Roads drawn in metres for tests, as the extract reader would hand them over."""

from __future__ import annotations

import numpy as np
import pandas as pd
from pyproj import CRS, Transformer

from geo.extract import Roads

METRIC = CRS("EPSG:4548")
#: Where the drawings' origin lies in that system.
EAST, NORTH = 500_000.0, 3_240_000.0

_TO_DEGREES = Transformer.from_crs(METRIC, "EPSG:4326", always_xy=True)

#: A vertex: id of the node, metres east and north of the origin.
Vertex = tuple[int, float, float]
KEYS = (
    *("highway", "oneway", "junction", "access", "foot", "vehicle", "motor_vehicle", "motorcar"),
    *("bicycle", "service", "tracktype", "tunnel", "name", "area", "maxspeed", "oneway:bicycle"),
)


def roads_of(*ways: tuple[dict[str, str], list[Vertex]]) -> Roads:
    """Make roads of drawn ways."""
    vertices = [vertex for _, line in ways for vertex in line]
    east = np.array([x for _, x, _ in vertices], np.float64) + EAST
    north = np.array([y for _, _, y in vertices], np.float64) + NORTH
    lon, lat = _TO_DEGREES.transform(east, north)
    return Roads(
        way_id=np.arange(1, len(ways) + 1, dtype=np.int64),
        offsets=np.cumsum([0, *(len(line) for _, line in ways)], dtype=np.int64),
        node_id=np.array([number for number, _, _ in vertices], np.int64),
        lon=np.asarray(lon, np.float64),
        lat=np.asarray(lat, np.float64),
        tags=pd.DataFrame(
            [[tags.get(key, "") for key in KEYS] for tags, _ in ways], columns=list(KEYS)
        ),
    )


def street(*line: Vertex, **tags: str) -> tuple[dict[str, str], list[Vertex]]:
    """Draw a way, residential unless said otherwise."""
    return {"highway": "residential", **tags}, list(line)
