"""GeoTIFFs made for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from rasterio.transform import Affine


def write_raster(
    path: Path,
    values: Any,
    transform: Affine,
    *,
    crs: Any = "EPSG:4548",
    nodata: float | None = None,
    **more: Any,
) -> Path:
    """Write one band, or several of a three-dimensional array."""
    bands = np.asarray(values)
    bands = bands if bands.ndim == 3 else bands[None]
    with rasterio.open(
        path, "w", driver="GTiff", height=bands.shape[1], width=bands.shape[2],
        count=len(bands), dtype=bands.dtype, crs=crs, transform=transform, nodata=nodata, **more,
    ) as file:  # fmt: skip
        file.write(bands)
    return path
