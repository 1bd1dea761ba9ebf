"""A file of the user's with places in it, of whatever format, and what was understood of it.

One reader for GeoJSON, GeoPackage, Shapefile, KML, KMZ, CSV, TSV and XLSX, plain or zipped. Formats
are told by the bytes, never by a driver's guess: GDAL would take a text that names another file for
that file. Coordinates stay as they are in the file; ``geo.placing`` says where they are on earth.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import Literal

import geopandas as gpd
import numpy as np
import pyogrio
import pyproj
import shapely
from pandas.api.types import is_numeric_dtype
from pyogrio.errors import DataLayerError, DataSourceError
from shapely.errors import ShapelyError

from geo.archive import is_zip, unzipped
from geo.errors import InputError
from geo.findings import Finding
from geo.kml_file import read_kml
from geo.shape_text import decode_shape
from geo.table_file import file_bytes, table_of
from geo.table_places import places_of
from geo.workbook import is_workbook

__all__ = ["OwnFile", "Wanted", "read_own"]

Wanted = Literal["sites", "outlines"]

_SHAPEFILE, _SQLITE = b"\x00\x00\x27\x0a", b"SQLite format 3\x00"
_BESIDE = (".dbf", ".shx", ".prj", ".cpg")
_TABLES = (".csv", ".tsv", ".txt", ".xlsx")
_READ = "GeoJSON, GPKG, Shapefile (.shp or zipped), KML, KMZ, CSV, TSV or XLSX"
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


def read_own(
    path: Path, *, wanted: Wanted, error: type[InputError], layer: str | None = None
) -> OwnFile:
    """Read one layer of places.

    Parameters
    ----------
    path
        The file; a zip file may hold one layer of any of the formats.
    wanted
        With ``"outlines"`` layers without polygons are not looked at.
    error
        Raised where the file cannot be used: missing, too large, damaged, hostile, of no known
        format, text that cannot be decoded, no or several layers, no features.
    layer
        Name of the layer or sheet, needed where there are several.
    """
    data = file_bytes(path, error)
    if is_zip(data) and not is_workbook(data):
        member, files = _member(unzipped(data, path.name, error), path.name, error)
        with _laid_out(member, files) as inside:
            content = next(iter(files.values()))
            own = _read(inside, content, path.name, PurePosixPath(member).suffix, wanted, error,
                        layer)  # fmt: skip
        own = replace(own, packed=member)
    else:
        own = _read(path, data, path.name, path.suffix, wanted, error, layer)
    return _checked(own, error)


def _read(
    path: Path,
    data: bytes,
    file: str,
    suffix: str,
    wanted: Wanted,
    error: type[InputError],
    layer: str | None,
) -> OwnFile:
    suffix = suffix.casefold()
    start = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.startswith(_SHAPEFILE):
        return _shapefile(path, file, error)
    if data.startswith(_SQLITE):
        return _vector(path, file, "GPKG", wanted, error, layer)
    if is_workbook(data) or suffix in _TABLES:
        table = table_of(data, file, error, sheet=layer)
        frame, axes, lines = places_of(table, error)
        by = "assumed" if frame.crs is not None else "nobody"
        return OwnFile(
            file=file, kind=table.kind, layer=table.sheet, layers=table.sheets,
            encoding=table.encoding, crs_by=by, axes=axes, lines=lines, frame=frame,
        )  # fmt: skip
    if start.startswith(b"{"):
        own = _vector(path, file, "GeoJSON", wanted, error, layer)
        return own if b'"crs"' in data else replace(own, crs_by="format" if own.crs else "nobody")
    if start.startswith(b"[") and suffix in (".json", ".geojson"):
        # What some map services hand out: the features without their collection.
        whole = (
            b'{"type":"FeatureCollection","features":' + data.removeprefix(b"\xef\xbb\xbf") + b"}"
        )
        with _laid_out("bare.geojson", {".geojson": whole}) as inside:
            own = _vector(inside, file, "GeoJSON", wanted, error, layer)
        return replace(own, crs_by="format")
    if suffix in (".kml", ".kmz") or b"<kml" in start:
        frame = read_kml(data, file, error)
        lines = tuple(range(1, len(frame) + 1))
        return OwnFile(file=file, kind="KML", crs_by="format", lines=lines, frame=frame)
    known = {".geojson": "GeoJSON", ".json": "GeoJSON", ".gpkg": "GPKG", ".shp": "Shapefile"}
    if suffix in known:
        what = "is empty" if not data else f"it does not begin as a {known[suffix]} file does"
        raise error(f"cannot be read: {what}", where=file, remedy="Export or download it anew")
    raise error(f"a {suffix or 'nameless'} file is not read", where=file, remedy=f"Give {_READ}")


def _member(
    members: dict[str, bytes], file: str, error: type[InputError]
) -> tuple[str, dict[str, bytes]]:
    """The one layer of an archive: its name, and its files by suffix, itself first."""

    def suffix(name: str) -> str:
        return PurePosixPath(name).suffix.casefold()

    def are(*kinds: str) -> list[str]:
        return [name for name in members if suffix(name) in kinds]

    # A .json or .txt beside a Shapefile is a note about it.
    groups = (
        (".shp",),
        (".gpkg",),
        (".geojson",),
        (".kml",),
        (".json",),
        (".csv", ".tsv", ".xlsx"),
    )
    found = next((names for kinds in groups if (names := are(*kinds))), [])
    if len(found) > 1 and suffix(found[0]) == ".kml":
        found = [name for name in found if name == "doc.kml"] or found
    if len(found) != 1:
        told = ", ".join((found or list(members))[:5]) or "nothing"
        what = f"holds {len(found)} layers: {told}" if found else f"holds no layer ({told})"
        raise error(what, where=file, remedy=f"Pack one of {_READ}")
    name = found[0]
    stem = name[: -len(PurePosixPath(name).suffix)].casefold()
    files = {suffix(name): members[name]}
    if suffix(name) == ".shp":
        for other, content in members.items():
            if suffix(other) in _BESIDE and other[: -len(suffix(other))].casefold() == stem:
                files[suffix(other)] = content
    return name, files


@contextmanager
def _laid_out(member: str, files: dict[str, bytes]) -> Iterator[Path]:
    """Files of an archive under names of ours, for readers that need them on disk."""
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as folder:
        for suffix, content in files.items():
            (Path(folder) / f"layer{suffix}").write_bytes(content)
        yield Path(folder) / f"layer{PurePosixPath(member).suffix.casefold()}"


def _shapefile(path: Path, file: str, error: type[InputError]) -> OwnFile:
    beside = {
        other.suffix.casefold(): other
        for other in sorted(path.parent.iterdir())
        if other.stem == path.stem and other.suffix.casefold() in _BESIDE and other.is_file()
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
    own = _vector(path, file, "Shapefile", None, error, None, encoding="ISO-8859-1")
    frame, told = decode_shape(own.frame, text, file, error)
    if told is None:
        return replace(own, layer="", layers=())
    encoding, declared, sample = told
    values: dict[str, str | int | float] = {
        "encoding": encoding, "declared": declared, "sample": sample,
    }  # fmt: skip
    finding = Finding(kind="boundary-encoding", where=file, values=values)
    return replace(own, layer="", layers=(), frame=frame, encoding=encoding, findings=(finding,))


def _vector(
    path: Path,
    file: str,
    kind: str,
    wanted: Wanted | None,
    error: type[InputError],
    layer: str | None,
    encoding: str | None = None,
) -> OwnFile:
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
        told = str(reason).replace(str(path), file)
        raise error(
            f"cannot be read as {kind} ({told:.200})",
            where=file,
            remedy="Check that it is whole; export or download it anew",
        ) from reason
    if not isinstance(frame, gpd.GeoDataFrame):
        raise error("holds no geometry", where=file, remedy="Export the layer with its geometry")
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


def _checked(own: OwnFile, error: type[InputError]) -> OwnFile:
    """Refuse what no reader of ours could use: nothing at all, null characters, no numbers."""
    frame = own.frame
    nothing = frame.geometry.isna().all() or frame.geometry.is_empty.all()
    if frame.empty or (nothing and not own.axes):  # of a table the rows are told one by one
        raise error("holds no features", where=own.file, remedy="Export them with their geometry")
    texts = [
        c for c in frame.columns if c != frame.geometry.name and not is_numeric_dtype(frame[c])
    ]
    for column in ("", *texts):
        values = [str(name) for name in frame.columns] if column == "" else frame[column]
        if bad := next((v for v in values if isinstance(v, str) and "\0" in v), None):
            raise error(
                f"has a null character in {column or 'its headings'!r:.40} ({bad!r:.40})",
                where=own.file,
                remedy="Save it anew from the program it comes from",
            )
    known = frame.geometry.to_numpy()
    points, row = shapely.get_coordinates(known, return_index=True)
    broken = np.flatnonzero(~np.isfinite(points).all(axis=1))
    if len(broken):
        raise error(
            "has coordinates that are no numbers",
            where=own.where(int(row[broken[0]])),
            remedy="Correct or delete them",
        )
    flat = gpd.GeoSeries(shapely.force_2d(known), index=frame.index, crs=frame.crs)
    return replace(own, frame=frame.set_geometry(flat))
