"""GeoJSON as RFC 7946 wants it: WGS84, longitude first, exterior rings anticlockwise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

__all__ = ["feature_collection", "plain"]

DECIMALS = 7
"""RFC 7946 section 11.2 recommends no more than needed; 7 decimals are about a centimetre."""


def feature_collection(frame: gpd.GeoDataFrame, columns: Sequence[str]) -> str:
    """Render a WGS84 frame as a FeatureCollection, one feature a line, deterministically.

    Raises
    ------
    ValueError
        If the frame is not in WGS84 longitude/latitude.
    """
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        raise ValueError(f"GeoJSON is WGS84 by RFC 7946, not {frame.crs}")
    shapes = shapely.transform(frame.geometry.to_numpy(), lambda xy: np.round(xy, DECIMALS))
    geometries = shapely.to_geojson(shapely.orient_polygons(shapes))
    texts = zip(*(_texts(column, frame[column].tolist()) for column in columns), strict=True)
    features = [
        f'{{"type":"Feature","properties":{{{",".join(row)}}},"geometry":{geometry}}}'
        for row, geometry in zip(texts, geometries, strict=True)
    ]
    return '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"


def plain(value: Any) -> Any:
    """Turn NumPy scalars and missing values into what JSON knows; NaN is ``null``."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _texts(column: str, values: list[Any]) -> list[str]:
    # Most columns of a hundred thousand cells hold few different values: each is encoded once.
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    key = encode(column)
    known: dict[Any, str] = {}
    for value in values:
        if (type(value), value) not in known:
            known[type(value), value] = f"{key}:{encode(plain(value))}"
    return [known[type(value), value] for value in values]
