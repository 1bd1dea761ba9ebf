"""GeoJSON as RFC 7946 wants it.

WGS84, longitude first, exterior rings anticlockwise, cut at the 180th meridian.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

__all__ = ["feature_collection", "plain", "within_180"]

DECIMALS = 7
"""RFC 7946 section 11.2 recommends no more than needed; 7 decimals are about a centimetre."""


def feature_collection(
    frame: gpd.GeoDataFrame, columns: Sequence[str], *, bbox: bool = False
) -> str:
    """Render a WGS84 frame as a FeatureCollection, one feature a line, deterministically.

    Parameters
    ----------
    bbox
        Say between which longitudes and latitudes it lies (section 5); nothing lies nowhere.

    Raises
    ------
    ValueError
        If the frame is not in WGS84 longitude/latitude.
    """
    if frame.crs is None or frame.crs.to_epsg() != 4326:
        raise ValueError(f"GeoJSON is WGS84 by RFC 7946, not {frame.crs}")
    shapes = within_180(shapely.transform(frame.geometry.to_numpy(), _rounded))
    geometries = shapely.to_geojson(shapely.orient_polygons(shapes))
    texts = zip(*(_texts(column, frame[column].tolist()) for column in columns), strict=True)
    features = [
        f'{{"type":"Feature","properties":{{{",".join(row)}}},"geometry":{geometry}}}'
        for row, geometry in zip(texts, geometries, strict=True)
    ]
    told = f'"bbox":{json.dumps(_bounds(shapes))},' if bbox and len(shapes) else ""
    return f'{{"type":"FeatureCollection",{told}"features":[\n' + ",\n".join(features) + "\n]}\n"


def plain(value: Any) -> Any:
    """Turn NumPy scalars and missing values into what JSON knows; NaN is ``null``."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and not np.isfinite(value) else value


def within_180(shapes: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Cut, in place, what crosses the 180th meridian there (section 3.1.9).

    All then lies within -180 to 180 degrees. No township reaches round half the globe: one that
    seems to has neighbouring corners on either side of that meridian, or parts, or corners just on
    it that were computed to either.
    """
    bounds = shapely.bounds(shapes)
    west, east = bounds[:, 0], bounds[:, 2]
    with np.errstate(invalid="ignore"):  # empty geometries have no bounds
        across = np.flatnonzero((east - west > 180.0) | (east > 180.0) | (west < -180.0))
    for i in across:
        kind, whole = shapely.get_dimensions(shapes[i]), shapely.transform(shapes[i], _eastward)
        if kind == 0:
            shapes[i] = shapely.transform(whole, _wrapped)
            continue
        halves = [
            shapely.intersection(
                shapely.make_valid(whole), shapely.box(start, -90, start + 180, 90)
            )
            for start in (0.0, 180.0)
        ]
        halves[1] = shapely.transform(halves[1], lambda xy: xy - (360.0, 0.0))
        shapes[i] = _joined([shapely.transform(half, _rounded) for half in halves], kind)
    return shapes


def _bounds(shapes: npt.NDArray[np.object_]) -> list[float]:
    """West, south, east, north; west is the larger where the 180th meridian is crossed."""
    west, south, east, north = shapely.total_bounds(shapes).tolist()
    if east - west > 180.0:
        parts = shapely.bounds(shapely.get_parts(shapes))
        west = float(parts[parts[:, 0] > 0, 0].min())
        east = float(parts[parts[:, 2] < 0, 2].max())
    return [west, south, east, north]


def _joined(halves: list[BaseGeometry], dimension: int) -> BaseGeometry:
    """All parts of a dimension: what only touches the meridian leaves none of it there."""
    parts = shapely.get_parts(shapely.get_parts(halves))
    kept: list[Any] = [
        part
        for part in parts
        if shapely.get_dimensions(part) == dimension and not shapely.is_empty(part)
    ]
    if len(kept) == 1:
        only: BaseGeometry = kept[0]
        return only
    return shapely.MultiPolygon(kept) if dimension == 2 else shapely.MultiLineString(kept)


def _rounded(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.round(xy, DECIMALS)


def _eastward(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack((xy[:, 0] % 360.0, xy[:, 1]))


def _wrapped(xy: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.column_stack((np.where(xy[:, 0] > 180.0, xy[:, 0] - 360.0, xy[:, 0]), xy[:, 1]))


def _texts(column: str, values: list[Any]) -> list[str]:
    # Most columns of a hundred thousand cells hold few different values: each is encoded once.
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    key = encode(column)
    known: dict[Any, str] = {}
    for value in values:
        if (type(value), value) not in known:
            known[type(value), value] = f"{key}:{encode(plain(value))}"
    return [known[type(value), value] for value in values]
