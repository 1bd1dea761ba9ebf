"""A user's vector file of sites (GeoJSON, GeoPackage, Shapefile …), read strictly.

Outlines are read by ``geo.outline_file``.
"""

from __future__ import annotations

from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from pyogrio.errors import DataSourceError
from pyproj import CRS
from pyproj.exceptions import ProjError

from geo.errors import InputError

__all__ = ["read_vector"]


def read_vector(path: Path, *, crs: CRS, error: type[InputError]) -> gpd.GeoDataFrame:
    """Read the one layer of a file into the given coordinate system.

    Text of a Shapefile that does not say its encoding is UTF-8 if it can be, else GB 18030.

    Parameters
    ----------
    path
        The file.
    crs
        Coordinate system wanted.
    error
        Raised where the file cannot be used: missing, unreadable, several layers, without
        features or coordinate system, coordinates that do not fit it.
    """

    def fault(what: str, remedy: str) -> InputError:
        return error(what, where=path.name, remedy=remedy)

    if not path.is_file():
        raise error("no such file", where=str(path), remedy="Check the path")
    try:
        layers = [name for name, kind in pyogrio.list_layers(path) if kind is not None]
        if len(layers) > 1:
            raise fault(f"holds {len(layers)} layers: {', '.join(layers)}", "Keep one of them")
        frame = _read(path, layers[0] if layers else None)
    except (DataSourceError, UnicodeError, ValueError, RuntimeError, OSError) as reason:
        raise fault(
            "is no vector file that can be read", "Give a GeoJSON, GeoPackage or Shapefile"
        ) from reason
    if not isinstance(frame, gpd.GeoDataFrame) or frame.geometry.is_empty.all() or not len(frame):
        raise fault("holds no geometry", "Export the layer with its geometry")
    if frame.crs is None or not (frame.crs.is_geographic or frame.crs.is_projected):
        raise fault(
            "names no coordinate system",
            "Save it with one (a .prj beside a Shapefile), e.g. EPSG:4326 or EPSG:4490",
        )
    told = frame.crs.name
    try:
        frame = frame.to_crs(crs)
    except ProjError as reason:
        raise fault(f"cannot be converted from {told}", "Save it in WGS84") from reason
    known = ~(frame.geometry.isna() | frame.geometry.is_empty)
    if not np.isfinite(shapely.bounds(frame.geometry[known].to_numpy())).all():
        raise fault(
            f"has coordinates that do not fit its coordinate system {told}",
            "Correct the coordinate system of the file",
        )
    return frame


def _read(path: Path, layer: str | None) -> gpd.GeoDataFrame:
    told = any(path.with_suffix(suffix).exists() for suffix in (".cpg", ".CPG"))
    if path.suffix.casefold() != ".shp" or told:
        return pyogrio.read_dataframe(path, layer=layer)
    try:
        return pyogrio.read_dataframe(path, layer=layer, encoding="utf-8")
    except UnicodeDecodeError:
        return pyogrio.read_dataframe(path, layer=layer, encoding="gb18030")
