"""Slope of the ground at places, of a digital elevation model read by windows."""

from __future__ import annotations

import warnings
from pathlib import Path

import numpy as np
import rasterio
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from geo.errors import InputError

__all__ = ["slopes_deg"]

Floats = NDArray[np.float64]

#: Pixels of a window along a side (8 MB).
TILE = 1024
#: Finer models show kerbs and car roofs, not the ground a container stands on.
MIN_STEP_M = 5.0
_REMEDY = "Give a GeoTIFF of heights in metres with its coordinate system"


def slopes_deg(path: Path, xy: Floats, crs: CRS) -> Floats:
    """Slope by central differences of the heights around each place, a pixel away.

    Heights are interpolated bilinearly and read by windows, so that the size of the raster does
    not matter.

    Parameters
    ----------
    path
        GeoTIFF of heights in metres, in any CRS; the first band counts.
    xy, crs
        float64[n, 2] metres and their coordinate system.

    Returns
    -------
    float64[n] degrees, NaN outside the raster and beside pixels without data.

    Raises
    ------
    InputError
        If the file is no such raster, or holds no height at any of the places.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path) as raster:
                if raster.crs is None:
                    raise InputError("has no coordinate system", where=path.name, remedy=_REMEDY)
                forth = Transformer.from_crs(
                    crs, CRS.from_user_input(raster.crs.to_wkt()), always_xy=True
                )
                step_m = max(_pixel_m(raster, xy, forth), MIN_STEP_M)
                around = np.array([[1, 0], [-1, 0], [0, 1], [0, -1]]) * step_m
                points = (xy[:, None, :] + around).reshape(-1, 2)
                heights = _heights(raster, np.column_stack(forth.transform(*points.T)))
    except (RasterioError, ProjError, OSError) as error:
        raise InputError(
            f"cannot be read as heights ({error!s:.200})", where=path.name, remedy=_REMEDY
        ) from error
    east, west, north, south = heights.reshape(-1, 4).T
    slopes = np.degrees(np.arctan(np.hypot(east - west, north - south) / (2 * step_m)))
    if len(xy) and np.isnan(slopes).all():
        raise InputError(
            "holds no height at any candidate", where=path.name, remedy="Does it cover the region?"
        )
    return np.asarray(slopes, np.float64)


def _pixel_m(raster: rasterio.DatasetReader, xy: Floats, forth: Transformer) -> float:
    """Longer side of a pixel at the first place, in metres."""
    if not len(xy):
        return MIN_STEP_M
    metre = np.column_stack(forth.transform(*(xy[0] + [[0, 0], [1, 0], [0, 1]]).T))
    column, row = _pixels(raster, metre)
    per_metre = np.hypot(np.diff(column[[0, 1]]), np.diff(row[[0, 1]]))
    per_metre_y = np.hypot(column[2] - column[0], row[2] - row[0])
    finest = min(float(per_metre[0]), float(per_metre_y))
    return 1.0 / finest if np.isfinite(finest) and finest > 0 else MIN_STEP_M


def _pixels(raster: rasterio.DatasetReader, xy: Floats) -> tuple[Floats, Floats]:
    """Column and row, counted from the outer edge of the first pixel."""
    to = ~raster.transform
    x, y = xy[:, 0], xy[:, 1]
    return to.a * x + to.b * y + to.c, to.d * x + to.e * y + to.f


def _heights(raster: rasterio.DatasetReader, xy: Floats) -> Floats:
    """Interpolated between the centres of four pixels; NaN where one of them is missing."""
    columns, rows = _pixels(raster, xy)
    columns, rows = columns - 0.5, rows - 0.5
    heights = np.full(len(xy), np.nan)
    inside = (columns >= 0) & (rows >= 0)
    inside &= (columns <= raster.width - 1) & (rows <= raster.height - 1)
    at = np.flatnonzero(inside)
    left = np.minimum(columns[at].astype(np.int64), max(raster.width - 2, 0))
    top = np.minimum(rows[at].astype(np.int64), max(raster.height - 2, 0))
    tiles = np.column_stack([top // TILE, left // TILE])
    for row, column in np.unique(tiles, axis=0).tolist():
        here = np.flatnonzero((tiles == (row, column)).all(axis=1))
        window = Window(
            column * TILE,
            row * TILE,
            min(TILE + 1, raster.width - column * TILE),
            min(TILE + 1, raster.height - row * TILE),
        )
        read = raster.read(1, window=window, masked=True)
        pixels = np.where(np.ma.getmaskarray(read), np.nan, read.data.astype(np.float64))
        y, x = top[here] - row * TILE, left[here] - column * TILE
        down, right = rows[at[here]] - top[here], columns[at[here]] - left[here]
        y1, x1 = np.minimum(y + 1, len(pixels) - 1), np.minimum(x + 1, pixels.shape[1] - 1)
        upper = pixels[y, x] * (1 - right) + pixels[y, x1] * right
        lower = pixels[y1, x] * (1 - right) + pixels[y1, x1] * right
        heights[at[here]] = upper * (1 - down) + lower * down
    return heights
