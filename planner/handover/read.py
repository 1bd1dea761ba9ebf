"""Handed-over files read back, by GDAL and by a plain XML parser."""

from __future__ import annotations

import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84

__all__ = ["ReadLayer", "read_kml", "read_layers"]

_KML = "{http://www.opengis.net/kml/2.2}"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ReadLayer:
    """A layer as a file has it.

    Parameters
    ----------
    epsg
        Of the coordinate system it says it is in; None: it names none.
    columns
        Values by field; ``None`` where there is none.
    shapes
        In WGS84.
    """

    epsg: int | None
    columns: dict[str, list[Any]]
    shapes: list[BaseGeometry]


def read_layers(
    files: Mapping[str, bytes], wanted: Sequence[tuple[str, str | None]]
) -> list[ReadLayer]:
    """Read layers by GDAL.

    Parameters
    ----------
    files
        Content by bare name: a GeoPackage, a GeoJSON, a Shapefile with what is beside it.
    wanted
        Names of files, and the layer in each; None where it holds one.
    """
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        return [_read(Path(folder) / file, layer) for file, layer in wanted]


def _read(path: Path, layer: str | None) -> ReadLayer:
    # A name that looks like a date is still a name.
    options = {"DATE_AS_STRING": "YES"} if path.suffix == ".geojson" else {}
    frame = pyogrio.read_dataframe(path, layer=layer, **options)
    epsg = None if frame.crs is None else frame.crs.to_epsg()
    return ReadLayer(
        epsg=epsg,
        columns={name: _plain(frame[name]) for name in frame.columns if name != "geometry"},
        shapes=_degrees(frame).tolist(),
    )


def _degrees(frame: gpd.GeoDataFrame) -> np.ndarray[Any, np.dtype[np.object_]]:
    shapes = frame.geometry if frame.crs is None else frame.geometry.to_crs(WGS84)
    return np.asarray(shapes.to_numpy(), object)


def _plain(column: pd.Series[Any]) -> list[Any]:
    gone = column.isna().tolist()
    return [None if none else one for one, none in zip(column.tolist(), gone, strict=True)]


def read_kml(text: bytes) -> dict[str, ReadLayer]:
    """Read our own KML: folders by their id; every value is a text."""
    found = {}
    for folder in ElementTree.fromstring(text).iter(f"{_KML}Folder"):
        places = list(folder.iter(f"{_KML}Placemark"))
        values = [
            {
                data.get("name", ""): data.findtext(f"{_KML}value") or ""
                for data in place.iter(f"{_KML}Data")
            }
            for place in places
        ]
        keys = sorted({key for one in values for key in one})
        found[folder.get("id", "")] = ReadLayer(
            epsg=4326,
            columns={key: [one.get(key) for one in values] for key in keys},
            shapes=[_shape(place) for place in places],
        )
    return found


def _shape(place: ElementTree.Element) -> BaseGeometry:
    points = [_corners(point)[0] for point in place.iter(f"{_KML}Point")]
    if points:
        return shapely.Point(points[0])
    parts = []
    for polygon in place.iter(f"{_KML}Polygon"):
        outer = polygon.find(f"{_KML}outerBoundaryIs")
        assert outer is not None
        inner = [_corners(ring) for ring in polygon.iter(f"{_KML}innerBoundaryIs")]
        parts.append(shapely.Polygon(_corners(outer), inner))
    return parts[0] if len(parts) == 1 else shapely.MultiPolygon(parts)


def _corners(element: ElementTree.Element) -> list[tuple[float, float]]:
    text = next(element.iter(f"{_KML}coordinates")).text or ""
    return [(float(x), float(y)) for x, y in (one.split(",") for one in text.split())]
