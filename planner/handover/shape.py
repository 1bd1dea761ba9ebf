"""A layer as a Shapefile, in one of the encodings that Chinese offices use."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import geopandas as gpd
import pyogrio
import pyproj

from planner.handover.dbf import TEXT_LIMIT, dbf
from planner.handover.layers import Layer
from planner.handover.text import Change, fitted

__all__ = ["ENCODINGS", "Shape", "shapefile"]

ENCODINGS = {"gbk": "GBK", "utf-8": "UTF-8"}
"""Encoding, and what its .cpg file says."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shape:
    """Files of one Shapefile by suffix, and what in them is not as the plan has it.

    Parameters
    ----------
    rows
        What its table holds, a list of values per feature.
    """

    files: dict[str, bytes]
    rows: list[list[object]]
    changes: tuple[Change, ...]


def shapefile(layer: Layer, crs: pyproj.CRS, *, encoding: str, file: str, made: date) -> Shape:
    """Write a layer.

    Parameters
    ----------
    crs
        Metric, or degrees.
    encoding
        One of :data:`ENCODINGS`.
    file
        Name to be told in :class:`Change`.
    """
    changes: list[Change] = []
    rows: list[list[object]] = []
    columns = [layer.frame[field.key].tolist() for field in layer.fields]
    for row, *values in zip(layer.ids(), *columns, strict=True):
        told: list[object] = []
        for field, value in zip(layer.fields, values, strict=True):
            if isinstance(value, str):
                value, done = fitted(
                    value,
                    encoding,
                    TEXT_LIMIT,
                    file=file,
                    layer=layer.name,
                    row=row,
                    field=field.key,
                )
                changes += done
            told.append(value)
        rows.append(told)
    files = _places(layer, crs)
    files[".dbf"] = dbf(layer.fields, rows, encoding=encoding, made=made)
    files[".cpg"] = ENCODINGS[encoding].encode()
    return Shape(files=files, rows=rows, changes=tuple(changes))


def _places(layer: Layer, crs: pyproj.CRS) -> dict[str, bytes]:
    """Shapes, their index and the coordinate system, by GDAL."""
    places = gpd.GeoDataFrame({"n": range(len(layer.frame))}, geometry=layer.frame.geometry)
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as folder:
        path = Path(folder) / "layer.shp"
        kind = "Polygon" if layer.geometry == "MultiPolygon" else layer.geometry
        pyogrio.write_dataframe(
            places.to_crs(crs), path, driver="ESRI Shapefile", geometry_type=kind
        )
        return {end: path.with_suffix(end).read_bytes() for end in (".shp", ".shx", ".prj")}
