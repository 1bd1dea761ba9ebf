"""A user's file put on the earth: its coordinates checked, converted with consent, told."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from geo.consent import UNCHECKED, Check, consented
from geo.crs import WGS84
from geo.diagnosis import Diagnosis, diagnose
from geo.errors import InputError
from geo.findings import Finding
from geo.landmarks import Landmarks
from geo.own_file import OwnFile, Wanted, read_own
from geo.reading import Reading
from geo.table_file import column_of
from geo.table_places import number

__all__ = ["TOWNSHIP_FIELDS", "Placed", "place", "placed_of", "read_placed"]

#: Columns that say which township a site is in.
TOWNSHIP_FIELDS = (
    "township",
    "乡镇",
    "街道",
    "乡镇街道",
    "所属乡镇",
    "所在乡镇",
    "所属街道",
    "town",
)
_AREA_OF_USE_MARGIN_DEG = 5.0
_GOOD_DATUM_M = 5.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Placed:
    """A file with its places on the earth.

    Parameters
    ----------
    own
        As it was read.
    frame
        WGS84, without height, with the file's columns.
    reading
        How the coordinates were read.
    diagnosis
        What the check said, None where there was nothing to go by.
    faults
        What is wrong with a row's place, by position: where, what, remedy.
    findings
        ``"boundary-encoding"``, ``"boundary-datum"``, ``"coordinates-converted"``,
        ``"coordinates-kept"``, ``"coordinates-doubtful"``.
    """

    own: OwnFile
    frame: gpd.GeoDataFrame
    reading: Reading
    diagnosis: Diagnosis | None = None
    faults: Mapping[int, tuple[str, str, str]] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()


def read_placed(
    path: Path, *, wanted: Wanted, error: type[InputError], check: Check = UNCHECKED
) -> Placed:
    """Read a file and put it on the earth; see :func:`geo.own_file.read_own` and :func:`place`."""
    own = read_own(path, wanted=wanted, error=error, layer=check.layer)
    return place(own, wanted=wanted, error=error, check=check)


def placed_of(
    given: Path | Placed, *, wanted: Wanted, error: type[InputError], check: Check = UNCHECKED
) -> Placed:
    """Take a file that is placed already as it is, and read any other."""
    if isinstance(given, Placed):
        return given
    return read_placed(given, wanted=wanted, error=error, check=check)


def place(
    own: OwnFile, *, wanted: Wanted, error: type[InputError], check: Check = UNCHECKED
) -> Placed:
    """Decide how a file's coordinates are read, and convert them to WGS84.

    Raises
    ------
    CoordinateError
        The check finds that they are not what the file says, and nobody has consented.
    error
        They are in no coordinate system, or lie nowhere in it; outlines are wanted and a feature
        is none.
    """
    if wanted == "outlines":
        _check_polygons(own, error)
    diagnosis = diagnose(own.frame, check.landmarks, named=_named(own, check.landmarks))
    findings = list(own.findings)
    reading = consented(own, diagnosis, check, findings, error)
    moved = shapely.transform(own.frame.geometry.to_numpy(), lambda xy: _moved(xy, reading))
    frame = own.frame.set_geometry(gpd.GeoSeries(moved, index=own.frame.index), crs=None)
    frame = frame.set_crs(WGS84, allow_override=True)
    plain = reading == Reading(crs=own.crs or WGS84)
    faults = _faults(own, moved, plain=plain)
    if not faults:
        _refuse_nowhere(own, reading, moved, error)
    if found := _datum(reading.crs, frame.total_bounds, own.file):
        findings.append(found)
    return Placed(
        own=own, frame=frame, reading=reading, diagnosis=diagnosis, faults=faults,
        findings=tuple(findings),
    )  # fmt: skip


def _moved(xy: NDArray[np.float64], reading: Reading) -> NDArray[np.float64]:
    lonlat = np.column_stack(reading.to_wgs84(xy[:, 0], xy[:, 1]))
    # Nowhere is infinite: NaN is not even itself, and a ring of it would not be closed.
    return np.where(np.isnan(lonlat), np.inf, lonlat)


def _named(own: OwnFile, landmarks: Landmarks | None) -> Sequence[str]:
    """Township that each row says it is in, if a column does."""
    columns = [c for c in own.frame.columns if c != own.frame.geometry.name]
    at = column_of(columns, TOWNSHIP_FIELDS)
    if landmarks is None or at is None:
        return ()
    return ["" if value is None else str(value).strip() for value in own.frame[columns[at]]]


def _check_polygons(own: OwnFile, error: type[InputError]) -> None:
    shapes = own.frame.geometry.to_numpy()
    empty = np.flatnonzero(shapely.is_missing(shapes) | shapely.is_empty(shapes))
    if len(empty):
        raise error(
            f"no geometry in {_rows(empty)}",
            where=own.file,
            remedy="Draw the township or delete the row",
        )
    other = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), (3, 6)))
    if len(other):
        kind = shapes[other[0]].geom_type
        raise error(
            f"{kind} instead of a polygon in {_rows(other)}",
            where=own.file,
            remedy="Keep polygons only",
        )


def _rows(rows: NDArray[np.int64]) -> str:
    """Feature numbers for people, the first of them."""
    told = ", ".join(str(row + 1) for row in rows[:5])
    more = f" and {len(rows) - 5} more" if len(rows) > 5 else ""
    return f"{'features' if len(rows) > 1 else 'feature'} {told}{more}"


def _faults(
    own: OwnFile, moved: NDArray[np.object_], *, plain: bool
) -> dict[int, tuple[str, str, str]]:
    """Rows of a table whose place cannot be read or is none."""
    if not own.axes:
        return {}
    nowhere = np.asarray(~np.isfinite(shapely.bounds(moved)).all(axis=1), bool)
    found = {}
    for row in range(len(moved)):
        where = own.where(row)
        texts = [str(own.frame[axis].iloc[row]) for axis in own.axes]
        if len(texts) == 1:
            if nowhere[row]:
                found[row] = (where, f"{texts[0]!r:.40} is no place in WKT", "Correct it")
            continue
        degrees = plain and own.crs is not None and own.crs.is_geographic
        for axis, text, most in zip(own.axes, texts, (180.0, 90.0), strict=True):
            value = number(text)
            if degrees and not abs(value) <= most:
                hint = "Give"
                if most == 90.0 and abs(value) <= 180.0:
                    hint = "Longitude and latitude may be exchanged; give"
                found[row] = (
                    f"{where}, {axis}",
                    f"{text!r:.40} is not within -{most:g} to {most:g} degrees",
                    f"{hint} decimal degrees in WGS84",
                )
                break
            if math.isnan(value):
                found[row] = (f"{where}, {axis}", f"{text!r:.40} is no coordinate", "Correct it")
                break
        else:
            if nowhere[row]:
                told = ", ".join(texts)
                found[row] = (where, f"{told!r:.60} is no place on earth", "Correct it")
    return found


def _refuse_nowhere(
    own: OwnFile, reading: Reading, moved: NDArray[np.object_], error: type[InputError]
) -> None:
    """Refuse coordinates that are none of their system, or lie far from where it is for."""
    raw = shapely.get_coordinates(own.frame.geometry.to_numpy())
    there = shapely.get_coordinates(moved)
    crs = reading.crs
    if not len(raw):
        return
    if crs.is_geographic and not np.isfinite(there).all():
        rule = " (GeoJSON without crs is WGS84 degrees, RFC 7946)" if own.kind == "GeoJSON" else ""
        most = np.abs(raw).max(axis=0)
        raise error(
            f"coordinates up to {most[0]:.0f}, {most[1]:.0f} are no degrees of {crs.name}{rule}",
            where=own.file,
            remedy="Name the coordinate system they are in, or convert them to EPSG:4326",
        )
    use, margin = crs.area_of_use, _AREA_OF_USE_MARGIN_DEG
    if np.isfinite(there).all():
        (west, south), (east, north) = there.min(axis=0), there.max(axis=0)
        if use is None or use.west > use.east or not (
            west > use.east + margin or east < use.west - margin
            or south > use.north + margin or north < use.south - margin
        ):  # fmt: skip
            return
    raise error(
        f"coordinates like {raw[0][0]:.0f}, {raw[0][1]:.0f} lie outside the area of {crs.name}",
        where=own.file,
        remedy="Its coordinate system is not the one named (zone, or zone prefix of eastings?)",
    )


def _datum(crs: pyproj.CRS, bounds: NDArray[np.float64], where: str) -> Finding | None:
    """Say so where the shift from the file's datum is rough or a guess (Xian 1980 …)."""
    datum = crs.geodetic_crs.datum if crs.geodetic_crs else None
    if crs == WGS84 or (datum is not None and datum.name == "China 2000"):
        return None  # CGCS2000 is WGS84 to centimetres
    known = np.isfinite(bounds).all() and np.abs(bounds).max() <= 180
    around = AreaOfInterest(*bounds) if known else None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pyproj on grids that would be better still
        try:
            ways = TransformerGroup(crs, WGS84, area_of_interest=around).transformers  # type: ignore[arg-type]
        except ProjError:
            ways = []
    accuracy_m = ways[0].accuracy if ways else -1.0
    if 0.0 <= accuracy_m <= _GOOD_DATUM_M:
        return None
    values: dict[str, str | int | float] = {
        "crs": crs.name, "accuracy_m": accuracy_m if accuracy_m >= 0 else "unknown",
    }  # fmt: skip
    return Finding(kind="boundary-datum", where=where, values=values)
