"""A user's file of outlines, read without letting a wrong place or a garbled name through.

Two things go wrong silently with Chinese files elsewhere and are settled here: the text of a
Shapefile (UTF-8 or GBK, with a .cpg that is missing or wrong) and the coordinate system (missing,
or not the one the coordinates are in).
"""

from __future__ import annotations

import codecs
import warnings
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyogrio
import pyproj
import shapely
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from geo.crs import WGS84, in_china
from geo.errors import BoundaryError
from geo.findings import Finding

__all__ = ["read_outlines"]

_SUFFIXES = {".geojson", ".json", ".gpkg", ".shp"}
# Language driver ids of dBASE files that East Asian software writes.
_DRIVERS = {
    0x13: "cp932", 0x4D: "gb18030", 0x4E: "cp949", 0x4F: "cp950",
    0x78: "cp950", 0x79: "cp949", 0x7A: "gb18030", 0x7B: "cp932",
}  # fmt: skip
# What software writes into a .cpg without having looked: no evidence against GBK.
_BY_DEFAULT = {"utf-8", "iso8859-1", "cp1252", "ascii"}
_AREA_OF_USE_MARGIN_DEG = 5.0
_GOOD_DATUM_M = 5.0


def read_outlines(path: Path) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Read the one polygon layer of a GeoJSON, GeoPackage or Shapefile.

    Parameters
    ----------
    path
        The file.

    Returns
    -------
    frame
        WGS84 (Multi)Polygons without Z, as drawn, with the file's columns in its order.
    findings
        ``"boundary-encoding"``, ``"boundary-datum"``.

    Raises
    ------
    BoundaryError
        Missing, unreadable or empty file; several polygon layers; no coordinate system, or one
        the coordinates contradict; a feature without polygon; text that cannot be decoded.
    """
    where = path.name
    if not path.is_file():
        raise BoundaryError("no such file", where=str(path), remedy="Check the path")
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        raise BoundaryError(
            f"a {suffix or 'nameless'} file is not read",
            where=where,
            remedy="Give GeoJSON, GeoPackage (.gpkg) or an unpacked Shapefile (.shp)",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # GDAL's remarks on rings: they are mended later
            layer = _polygon_layer(path)
            raw = "ISO-8859-1" if suffix == ".shp" else None
            frame = pyogrio.read_dataframe(path, layer=layer, encoding=raw)
    except (pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError) as error:
        beside = " and its .shx and .dbf are beside it" if suffix == ".shp" else ""
        raise BoundaryError(
            f"cannot be read ({error})", where=where, remedy=f"Check that it is whole{beside}"
        ) from error
    except UnicodeDecodeError as error:
        raise BoundaryError(
            f"its text is not UTF-8 ({error.reason})", where=where, remedy="Save it as UTF-8"
        ) from error
    except (RuntimeError, ValueError, OSError) as error:
        raise BoundaryError(
            f"cannot be read ({error})", where=where, remedy="Check that it is whole"
        ) from error
    if not isinstance(frame, gpd.GeoDataFrame) or frame.empty:
        raise BoundaryError("holds no features", where=where, remedy="Give township polygons")
    _check_polygons(frame, where)
    frame, datum = _to_wgs84(frame, where, suffix)
    findings = [datum] if datum else []
    if suffix == ".shp":
        frame, encoding = _decode(frame, path)
        findings += [encoding] if encoding else []
    return frame, findings


def _polygon_layer(path: Path) -> str:
    layers = pyogrio.list_layers(path)
    areal = [
        str(name)
        for name, kind in layers
        if kind is not None and ("Polygon" in kind or "Surface" in kind or kind == "Unknown")
    ]
    if len(areal) == 1:
        return areal[0]
    if len(areal) > 1:
        raise BoundaryError(
            f"holds {len(areal)} polygon layers ({', '.join(areal)})",
            where=path.name,
            remedy="Export the township layer into a file of its own",
        )
    kinds = ", ".join(f"{name}: {kind or 'no geometry'}" for name, kind in layers) or "no layers"
    raise BoundaryError(
        f"holds no polygon layer ({kinds})", where=path.name, remedy="Give township polygons"
    )


def _check_polygons(frame: gpd.GeoDataFrame, where: str) -> None:
    shapes = frame.geometry.to_numpy()
    empty = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if len(empty):
        raise BoundaryError(
            f"no geometry in {_rows(empty)}",
            where=where,
            remedy="Draw the township or delete the row",
        )
    other = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))
    if len(other):
        kind = shapes[other[0]].geom_type
        raise BoundaryError(
            f"{kind} instead of a polygon in {_rows(other)}",
            where=where,
            remedy="Keep township polygons only",
        )


def _rows(rows: npt.NDArray[np.int64]) -> str:
    """Feature numbers for people, the first of them."""
    told = ", ".join(str(row + 1) for row in rows[:5])
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return f"{'features' if len(rows) > 1 else 'feature'} {told}{more}"


def _to_wgs84(
    frame: gpd.GeoDataFrame, where: str, suffix: str
) -> tuple[gpd.GeoDataFrame, Finding | None]:
    crs = frame.crs
    if crs is None or not (crs.is_geographic or crs.is_projected):
        write = {
            ".shp": "Put its .prj beside it",
            ".gpkg": "Set the layer's system (QGIS: Layer CRS)",
        }
        raise BoundaryError(
            "has no coordinate system" + (f" ({crs.name})" if crs is not None else ""),
            where=where,
            remedy=write.get(suffix, "Name its coordinate system")
            + ", e.g. EPSG:4490 for CGCS2000 degrees",
        )
    west, south, east, north = frame.total_bounds
    if crs.is_geographic and (max(abs(west), abs(east)) > 360 or max(-south, north) > 90):
        rule = (
            " (GeoJSON without crs is WGS84 degrees, RFC 7946)" if suffix.endswith("json") else ""
        )
        raise BoundaryError(
            f"coordinates up to {max(abs(west), abs(east)):.0f}, {max(-south, north):.0f}"
            f" are no degrees of {crs.name}{rule}",
            where=where,
            remedy="Name the coordinate system they are in, or convert them to EPSG:4326",
        )
    frame = frame.set_geometry(shapely.force_2d(frame.geometry.to_numpy()), crs=crs)
    try:
        moved = frame.to_crs(WGS84)
    except ProjError as error:
        raise BoundaryError(
            f"cannot be converted from {crs.name} ({error})",
            where=where,
            remedy="Convert it to EPSG:4326",
        ) from error
    bounds = moved.total_bounds
    use = crs.area_of_use
    margin = _AREA_OF_USE_MARGIN_DEG
    if not np.isfinite(bounds).all() or (
        use is not None
        and use.west <= use.east
        and (
            bounds[0] > use.east + margin
            or bounds[2] < use.west - margin
            or bounds[1] > use.north + margin
            or bounds[3] < use.south - margin
        )
    ):
        raise BoundaryError(
            f"coordinates like {west:.0f}, {south:.0f} lie outside the area of {crs.name}",
            where=where,
            remedy="Its coordinate system is not the one named (zone, or zone prefix of eastings?)",
        )
    return moved, _datum(crs, bounds, where)


def _datum(crs: pyproj.CRS, bounds: npt.NDArray[np.float64], where: str) -> Finding | None:
    """Say so where the shift from the file's datum is rough or a guess (Xian 1980 …)."""
    datum = crs.geodetic_crs.datum if crs.geodetic_crs else None
    if datum is not None and datum.name == "China 2000":  # CGCS2000 is WGS84 to centimetres
        return None
    around = AreaOfInterest(*bounds) if np.abs(bounds).max() <= 180 else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyproj on grids that would be better still
        ways = TransformerGroup(crs, WGS84, area_of_interest=around).transformers  # type: ignore[arg-type]
    accuracy_m = ways[0].accuracy if ways else -1.0
    if 0.0 <= accuracy_m <= _GOOD_DATUM_M:
        return None
    return Finding(
        kind="boundary-datum",
        where=where,
        values={"crs": crs.name, "accuracy_m": accuracy_m if accuracy_m >= 0 else "unknown"},
    )


def _decode(frame: gpd.GeoDataFrame, path: Path) -> tuple[gpd.GeoDataFrame, Finding | None]:
    """Find the encoding of a Shapefile's text, read byte by byte before, and apply it."""
    columns = [c for c in frame.columns if c != frame.geometry.name]
    texts = [c for c in columns if not pd.api.types.is_numeric_dtype(frame[c])]
    words = [value for c in texts for value in frame[c] if isinstance(value, str)]
    raw = [text.encode("iso-8859-1") for text in (*columns, *words)]
    if all(piece.isascii() for piece in raw):
        return frame, None
    said = _declared(path)
    middle = frame.total_bounds.reshape(2, 2).mean(axis=0)
    told = [] if said is None or codecs.lookup(said).name in _BY_DEFAULT else [said]
    guess = "gb18030" if in_china(*middle) else "cp1252"
    for encoding in dict.fromkeys(("utf-8", *told, guess)):
        pieces = [_text(piece, encoding) for piece in raw]
        if all(piece is not None for piece in pieces):
            break
    else:
        raise BoundaryError(
            f"its text is neither UTF-8 nor {guess}",
            where=path.name,
            remedy="Save it as UTF-8 with a .cpg file that says so",
        )
    known = {c: _text(c.encode("iso-8859-1"), encoding) or c for c in columns}
    decoded = frame.rename(columns=known)
    for column in texts:
        values = [
            _text(value.encode("iso-8859-1"), encoding) if isinstance(value, str) else value
            for value in frame[column]
        ]
        decoded[known[column]] = pd.array(values, dtype="object")
    sample = next(text for text in pieces if text and not text.isascii())
    return decoded, Finding(
        kind="boundary-encoding",
        where=path.name,
        values={"encoding": encoding, "declared": said or "", "sample": sample},
    )


def _text(raw: bytes, encoding: str) -> str | None:
    """Decode a dBASE field; a character cut in two by the field's width is dropped."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(raw, final=False)
    except UnicodeDecodeError:
        return None


def _declared(path: Path) -> str | None:
    """The encoding a .cpg or the dBASE header names, if Python knows it."""
    for beside in (path.with_suffix(".cpg"), path.with_suffix(".CPG")):
        if beside.is_file():
            name = beside.read_text("ascii", "replace").strip().lower()
            name = {"88591": "iso8859-1", "936": "gb18030", "gbk": "gb18030"}.get(name, name)
            for attempt in (name, f"cp{name}"):
                try:
                    return codecs.lookup(attempt).name
                except (LookupError, ValueError):  # ValueError: a null character
                    continue
            return None
    for beside in (path.with_suffix(".dbf"), path.with_suffix(".DBF")):
        if beside.is_file():
            with beside.open("rb") as file:
                return _DRIVERS.get((file.read(30) + b"\0" * 30)[29])
    return None
