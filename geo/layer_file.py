"""Layers of a file that GDAL reads: GeoJSON, GeoPackage, Shapefile."""

from __future__ import annotations

import json
import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError

from geo.errors import InputError
from geo.findings import Finding
from geo.shape_text import decode_shape
from geo.table_file import file_bytes

__all__ = ["BESIDE", "OwnFile", "Wanted", "read_layer", "read_shapefile"]

Wanted = Literal["sites", "outlines"]

#: Suffixes of a Shapefile's other files that are read.
BESIDE = (".dbf", ".shx", ".prj", ".cpg")
#: What GDAL says, in words that can be said in other languages; the first that fits.
_FAULTS = {
    "not recognized as being in a supported": "its content is of another format",
    "file is not a database": "it is no database",
    "required GeoPackage tables": "it lacks the tables of a GeoPackage",
    "unreadable, or corrupt": "one of its files is damaged",
    "Failed to read GeoJSON": "its JSON is broken or tells no features",
    "Failed to read TopoJSON": "its JSON is broken or tells no features",
}
_AREAL = ("Polygon", "Surface", "Unknown", "GeometryCollection")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class OwnFile:
    """What was read, and how.

    Parameters
    ----------
    file
        Name, for sentences.
    kind
        "GeoJSON", "GPKG", "Shapefile", "KML", "CSV", "TSV" or "XLSX".
    packed
        Name of the member read from a zip file or KMZ, or empty.
    layer, layers
        The layer or sheet read, and all that are there; empty where a file has no layers.
    encoding
        Of the text, empty where the format fixes it or all is ASCII.
    crs_by
        Who says the coordinate system: "file", "format" (WGS84 by RFC 7946 or KML), "assumed"
        (columns of longitude and latitude) or "nobody".
    axes
        Of a table the columns of x and y, or the one of WKT; else empty.
    lines
        Of a table the row numbers as a spreadsheet shows them, else the numbers of the features.
    frame
        The file's columns and its geometry, coordinates as they are in the file; ``crs`` None
        where nobody says it.
    findings
        ``"boundary-encoding"``.
    """

    file: str
    kind: str
    packed: str = ""
    layer: str = ""
    layers: tuple[str, ...] = ()
    encoding: str = ""
    crs_by: str
    axes: tuple[str, ...] = ()
    lines: tuple[int, ...]
    frame: gpd.GeoDataFrame
    findings: tuple[Finding, ...] = ()

    @property
    def crs(self) -> pyproj.CRS | None:
        """Coordinate system that the file is said to be in, if it is one on the earth."""
        crs = self.frame.crs
        return crs if crs is not None and (crs.is_geographic or crs.is_projected) else None

    def where(self, row: int) -> str:
        """What a sentence calls a row of the frame."""
        return f"{self.file} {'row' if self.axes else 'feature'} {self.lines[row]}"


def read_shapefile(path: Path, file: str, error: type[InputError]) -> OwnFile:
    """Read a Shapefile, its text decoded.

    Parameters
    ----------
    path
        The .shp on disk.
    file, error
        For sentences.
    """
    beside = {
        other.suffix.casefold(): other
        for other in sorted(path.parent.iterdir())
        if other.stem == path.stem and other.suffix.casefold() in BESIDE and other.is_file()
    }
    if missing := [suffix for suffix in (".dbf", ".shx") if suffix not in beside]:
        raise error(
            f"cannot be read: its {' and '.join(missing)} is missing",
            where=file,
            remedy="Keep the files of a Shapefile beside each other, or give them in one .zip",
        )
    text = {
        suffix: file_bytes(other, error)
        for suffix, other in beside.items()
        if suffix in (".cpg", ".dbf")
    }
    own = read_layer(path, file, "Shapefile", None, error, None, encoding="ISO-8859-1")
    frame, told = decode_shape(own.frame, text, file, error)
    if told is None:
        return replace(own, layer="", layers=())
    encoding, declared, sample = told
    values: dict[str, str | int | float] = {
        "encoding": encoding, "declared": declared, "sample": sample,
    }  # fmt: skip
    finding = Finding(kind="boundary-encoding", where=file, values=values)
    return replace(own, layer="", layers=(), frame=frame, encoding=encoding, findings=(finding,))


def read_layer(
    path: Path,
    file: str,
    kind: str,
    wanted: Wanted | None,
    error: type[InputError],
    layer: str | None,
    encoding: str | None = None,
) -> OwnFile:
    """Read one layer with GDAL, which opens the file by the driver that its bytes ask for.

    Parameters
    ----------
    path
        File on disk, its format known.
    file, kind, error
        For sentences.
    wanted, layer
        As in ``geo.own_file.read_own``; the first layer where ``wanted`` is None.
    encoding
        Of a Shapefile's text.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's remarks on rings: they are mended later
            layers = [(str(name), geometry) for name, geometry in pyogrio.list_layers(path)]
            chosen = layers[0][0] if wanted is None else _layer(layers, layer, wanted, file, error)
            frame = pyogrio.read_dataframe(path, layer=chosen, encoding=encoding)
    except UnicodeDecodeError as reason:
        raise error(
            f"its text is not UTF-8 ({reason.reason})", where=file, remedy="Save it as UTF-8"
        ) from reason
    except (DataSourceError, DataLayerError, ShapelyError, RuntimeError, ValueError, OSError,
            IndexError) as reason:  # fmt: skip
        raise error(
            f"cannot be read as {kind} ({_fault(str(reason).replace(str(path), file))})",
            where=file,
            remedy="Check that it is whole; export or download it anew",
        ) from reason
    if not isinstance(frame, gpd.GeoDataFrame):
        raise error("holds no geometry", where=file, remedy="Export the layer with its geometry")
    for column in frame.columns.drop(frame.geometry.name):
        if any(isinstance(value, list | dict | np.ndarray) for value in frame[column]):
            frame[column] = [_flat(value) for value in frame[column]]
    names = tuple(name for name, _ in layers) if kind == "GPKG" else ()
    return OwnFile(
        file=file,
        kind=kind,
        layer=chosen if names else "",
        layers=names,
        crs_by="nobody" if frame.crs is None else "file",
        lines=tuple(range(1, len(frame) + 1)),
        frame=frame,
    )


def _fault(told: str) -> str:
    """What GDAL says in a few words: its advice on drivers and its SQL are of no use here."""
    for sign, words in _FAULTS.items():
        if sign in told:
            return words
    return f"{told.split('; ')[0].rstrip('.'):.120}"


def _flat(value: object) -> object:
    """A list of a GeoJSON property as text: columns hold one thing a row."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


def _layer(
    layers: list[tuple[str, str | None]],
    layer: str | None,
    wanted: Wanted,
    file: str,
    error: type[InputError],
) -> str:
    names = [name for name, _ in layers]
    if layer is not None:
        if layer not in names:
            raise error(
                f"has no layer {layer!r:.60} (there are: {', '.join(names) or 'none'})",
                where=file,
                remedy="Name one of them",
            )
        return layer
    areal = wanted == "outlines"
    fit = [
        name
        for name, geometry in layers
        if geometry is not None and (not areal or any(word in geometry for word in _AREAL))
    ]
    if len(fit) == 1:
        return fit[0]
    what = "polygon layer" if areal else "layer with geometry"
    if fit:
        raise error(
            f"holds {len(fit)} {what}s: {', '.join(fit)}" if areal
            else f"holds {len(fit)} layers: {', '.join(fit)}",
            where=file,
            remedy="Say which one with --layer, or export it into a file of its own",
        )  # fmt: skip
    kinds = ", ".join(f"{name}: {kind or 'no geometry'}" for name, kind in layers) or "no layers"
    raise error(
        f"holds no {what} ({kinds})",
        where=file,
        remedy="Give polygons" if areal else "Export the layer with its geometry",
    )
