"""A file of the user's with places in it, of whatever format, and what was understood of it.

One reader for GeoJSON, GeoPackage, Shapefile, KML, KMZ, CSV, TSV and XLSX, plain or zipped. Formats
are told by the bytes, never by a driver's guess: GDAL would take a text that names another file for
that file. Coordinates stay as they are in the file; ``geo.placing`` says where they are on earth.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path, PurePosixPath

import geopandas as gpd
import numpy as np
import shapely
from pandas.api.types import is_numeric_dtype

from geo.archive import is_zip, unzipped
from geo.errors import InputError
from geo.kml_file import read_kml
from geo.layer_file import BESIDE, OwnFile, Wanted, read_layer, read_shapefile
from geo.table_file import file_bytes, table_of
from geo.table_places import places_of
from geo.workbook import is_workbook

__all__ = ["OwnFile", "Wanted", "read_own"]

_SHAPEFILE, _SQLITE = b"\x00\x00\x27\x0a", b"SQLite format 3\x00"
_TABLES = (".csv", ".tsv", ".txt", ".xlsx")
_READ = "GeoJSON, GPKG, Shapefile (.shp or zipped), KML, KMZ, CSV, TSV or XLSX"


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
    named = path.suffix.casefold() == ".xlsx"  # damaged perhaps, but no archive of layers
    if is_zip(data) and not named and not is_workbook(data):
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
        return read_shapefile(path, file, error)
    if data.startswith(_SQLITE):
        return read_layer(path, file, "GPKG", wanted, error, layer)
    if is_workbook(data) or suffix in _TABLES:
        table = table_of(data, file, error, sheet=layer)
        frame, axes, lines = places_of(table, error)
        by = "assumed" if frame.crs is not None else "nobody"
        return OwnFile(
            file=file, kind=table.kind, layer=table.sheet, layers=table.sheets,
            encoding=table.encoding, crs_by=by, axes=axes, lines=lines, frame=frame,
        )  # fmt: skip
    if start.startswith((b"{", b"[")) and b"\\u0000" in data:
        # GDAL would end the text there.
        raise error(
            "has a null character in a text",
            where=file,
            remedy="Save it anew from the program it comes from",
        )
    if start.startswith(b"{"):
        own = read_layer(path, file, "GeoJSON", wanted, error, layer)
        return own if b'"crs"' in data else replace(own, crs_by="format" if own.crs else "nobody")
    if start.startswith(b"[") and suffix in (".json", ".geojson"):
        # What some map services hand out: the features without their collection.
        whole = (
            b'{"type":"FeatureCollection","features":' + data.removeprefix(b"\xef\xbb\xbf") + b"}"
        )
        with _laid_out("bare.geojson", {".geojson": whole}) as inside:
            own = read_layer(inside, file, "GeoJSON", wanted, error, layer)
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
            if suffix(other) in BESIDE and other[: -len(suffix(other))].casefold() == stem:
                files[suffix(other)] = content
    return name, files


@contextmanager
def _laid_out(member: str, files: dict[str, bytes]) -> Iterator[Path]:
    """Files of an archive under names of ours, for readers that need them on disk."""
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as folder:
        for suffix, content in files.items():
            (Path(folder) / f"layer{suffix}").write_bytes(content)
        yield Path(folder) / f"layer{PurePosixPath(member).suffix.casefold()}"


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
