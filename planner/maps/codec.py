"""Shapes and numbers for the browser, small: whole numbers, differences, deflate.

A map page holds a county's roads. As GeoJSON they are megabytes; as differences between whole
Web Mercator steps, one to three bytes a coordinate before deflate, they are a few hundred kB and
need no projection when they are drawn. ``assets/codec.js`` is the other half.
"""

from __future__ import annotations

import base64
import json
import zlib
from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS, Transformer

__all__ = ["ZOOM", "mercator", "pack", "parts_of", "steps", "text_of", "varints"]

ZOOM = 25
"""The world is ``2**ZOOM`` steps wide: 1.2 m at the equator, 0.75 m at 51 degrees."""

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def mercator(crs: CRS, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Project metric coordinates to Web Mercator steps (x east, y south, not rounded)."""
    lon, lat = _to_degrees(crs).transform(x, y)
    size = float(2**ZOOM)
    phi = np.radians(np.asarray(lat))
    east = (np.asarray(lon) / 360.0 + 0.5) * size
    south = (0.5 - np.arcsinh(np.tan(phi)) / (2.0 * np.pi)) * size
    return east, south


@cache
def _to_degrees(crs: CRS) -> Transformer:
    return Transformer.from_crs(crs, CRS.from_epsg(4326), always_xy=True)


def varints(values: npt.ArrayLike) -> bytes:
    """Encode integers as zigzag LEB128: small numbers of either sign take one byte."""
    numbers = np.asarray(values, dtype=np.int64).ravel()
    zigzag = ((numbers << 1) ^ (numbers >> 63)).astype(np.uint64)
    width = np.ones(len(zigzag), dtype=np.int64)
    rest = zigzag >> np.uint64(7)
    while rest.any():
        width += rest > 0
        rest >>= np.uint64(7)
    end = np.cumsum(width)
    out = np.zeros(int(end[-1]) if len(end) else 0, dtype=np.uint8)
    at = end - width
    for byte in range(int(width.max()) if len(width) else 0):
        here = width > byte
        seven = (zigzag[here] >> np.uint64(7 * byte)) & np.uint64(0x7F)
        more = (width[here] > byte + 1).astype(np.uint8) << 7
        out[at[here] + byte] = seven.astype(np.uint8) | more
    return out.tobytes()


def parts_of(geometries: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    """Split (multi)lines and (multi)polygons into single lines.

    Exterior rings run one way round and holes the other, so that a non-zero fill of any number of
    them is right.
    """
    flat = shapely.get_parts(geometries)
    flat = flat[~shapely.is_empty(flat)]
    areas = shapely.get_type_id(flat) == shapely.GeometryType.POLYGON
    rings = shapely.get_rings(shapely.orient_polygons(flat[areas]))
    lines = flat[shapely.get_type_id(flat) == shapely.GeometryType.LINESTRING]
    return np.concatenate([lines, rings]).astype(object)


def steps(parts: npt.NDArray[np.object_], crs: CRS, origin: tuple[int, int]) -> tuple[Ints, Ints]:
    """Turn lines into ``(points in each, differences [p, 2])``, from point to point throughout.

    The first difference is from ``origin``. Points that fall on the same step are drawn once.
    """
    lengths = shapely.get_num_coordinates(parts).astype(np.int64)
    xy = shapely.get_coordinates(parts)
    east, south = mercator(crs, xy[:, 0], xy[:, 1])
    grid = np.column_stack([np.rint(east), np.rint(south)]).astype(np.int64)
    part = np.repeat(np.arange(len(parts)), lengths)
    fresh = np.ones(len(grid), dtype=bool)
    fresh[1:] = (np.diff(grid, axis=0) != 0).any(axis=1) | (np.diff(part) != 0)
    grid, part = grid[fresh], part[fresh]
    lengths = np.bincount(part, minlength=len(parts)).astype(np.int64)
    return lengths, np.diff(grid, axis=0, prepend=np.array([origin], dtype=np.int64))


def pack(header: dict[str, Any], numbers: Iterable[npt.ArrayLike]) -> bytes:
    """Deflate a header (JSON) and the streams of whole numbers that it describes."""
    head = json.dumps(header, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    body = b"".join(varints(stream) for stream in numbers)
    return zlib.compress(len(head).to_bytes(4, "little") + head + body, 9)


def text_of(packed: bytes) -> str:
    """Write packed bytes as text that means nothing to HTML, JavaScript or a template engine."""
    return base64.b64encode(packed).decode("ascii")
