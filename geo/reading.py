"""Ways to read a file's coordinates: which system, axes exchanged, a web map's displacement."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import pyproj
from numpy.typing import NDArray
from pyproj.exceptions import CRSError

from geo.crs import WGS84
from geo.datum import bd09_to_wgs84, gcj02_to_wgs84, wgs84_to_bd09, wgs84_to_gcj02
from geo.errors import InputError

__all__ = ["SHIFTS", "Reading", "alternatives", "converter", "older", "reading_of"]

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

SHIFTS: dict[str, tuple[Callable[[Floats, Floats], Pair], Callable[[Floats, Floats], Pair]]] = {
    "gcj02": (gcj02_to_wgs84, wgs84_to_gcj02),
    "bd09": (bd09_to_wgs84, wgs84_to_bd09),
}
"""Displacements of Chinese web maps: the way back to WGS84, and there."""

#: First EPSG codes of the Gauss-Kruger zones over China: 3-degree zones 25-45 with their number
#: before the easting and without, 6-degree zones 13-23 with it (without, they are among the
#: 3-degree ones: the same meridian is the same projection).
_GAUSS_KRUGER = {"CGCS2000": (4513, 4534, 4491), "Xian 1980": (2349, 2370, 2327),
                 "Beijing 1954": (2401, 2422, 21413)}  # fmt: skip
#: A false easting of 500 km lets every zone lie within these.
_NO_PREFIX_M = (100_000.0, 900_000.0)


_LABELS = {"gcj02": "GCJ-02 (Amap, Tencent)", "bd09": "BD-09 (Baidu)"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """One way to read coordinates.

    Parameters
    ----------
    crs
        System they are in; degrees east and north, or metres.
    swapped
        The first of the two is the northern one.
    packed
        Degrees are written DDD.MMSSss, minutes and seconds as digits after the point.
    shift
        "gcj02" or "bd09": they are those of a Chinese web map; else empty.
    """

    crs: pyproj.CRS = WGS84
    swapped: bool = False
    packed: bool = False
    shift: str = ""

    @property
    def key(self) -> str:
        """What ``--convert`` calls it: "wgs84", "gcj02", "swapped", "swapped+epsg:4527" …."""
        parts = ["swapped"] * self.swapped + ["dms"] * self.packed
        if self.crs != WGS84:
            code = self.crs.to_epsg()
            parts.append(f"epsg:{code}" if code else self.crs.name)
        parts += [self.shift] * bool(self.shift)
        return "+".join(parts) or "wgs84"

    @property
    def label(self) -> str:
        """What people call it, in English."""
        system = self.crs.name if self.crs != WGS84 else "WGS84"
        parts = [_LABELS.get(self.shift, system)]
        parts += ["with longitude and latitude exchanged"] * self.swapped
        parts += ["in degrees, minutes and seconds (DDD.MMSS)"] * self.packed
        return " ".join(parts)

    def to_wgs84(self, x: Floats, y: Floats) -> Pair:
        """Longitude and latitude of coordinates in a file, float64[n]; NaN where no place is."""
        x, y = (y, x) if self.swapped else (x, y)
        if self.packed:
            x, y = _unpacked(x), _unpacked(y)
        if self.crs.is_geographic:
            no_place = ~((np.abs(x) <= 360.0) & (np.abs(y) <= 90.0))
            x, y = np.where(no_place, np.nan, x), np.where(no_place, np.nan, y)
        if self.crs != WGS84:
            x, y = converter(self.crs, WGS84).transform(x, y)
        x, y = np.array(x, np.float64), np.array(y, np.float64)
        known = np.isfinite(x) & np.isfinite(y)
        x[~known], y[~known] = np.nan, np.nan
        if self.shift:
            x[known], y[known] = SHIFTS[self.shift][0](x[known], y[known])
        return x, y


@lru_cache(maxsize=256)
def converter(source: pyproj.CRS, target: pyproj.CRS) -> pyproj.Transformer:
    """Transformer in the order east, north; kept, for making one takes up to 0.3 s."""
    return pyproj.Transformer.from_crs(source, target, always_xy=True)


def _unpacked(value: Floats) -> Floats:
    """DDD.MMSSss to degrees; NaN where minutes or seconds are 60 or more."""
    size = np.abs(value)
    degrees = np.floor(size + 1e-9)
    minutes = np.floor((size - degrees) * 100.0 + 1e-7)
    seconds = ((size - degrees) * 100.0 - minutes) * 100.0
    wrong = (minutes >= 60.0) | (seconds >= 60.0 - 1e-6)
    degrees = degrees + minutes / 60.0 + np.maximum(seconds, 0.0) / 3600.0
    return np.where(wrong, np.nan, np.copysign(degrees, value))


def reading_of(text: str, crs: pyproj.CRS | None) -> Reading:
    """Understand a key; what it does not say is as the file says.

    Parameters
    ----------
    text
        Parts joined by "+": ``wgs84``, ``gcj02``, ``bd09``, ``swapped``, ``dms``, ``epsg:N``, or
        ``none`` for the file as it is.
    crs
        Coordinate system that the file names, or None.

    Raises
    ------
    InputError
        If a part is none of these, or EPSG has no such system.
    """
    reading = Reading(crs=crs or WGS84)
    for part in text.strip().casefold().split("+"):
        if part == "none":
            continue
        if part == "wgs84":
            reading = replace(reading, crs=WGS84)
        elif part == "swapped":
            reading = replace(reading, swapped=True)
        elif part == "dms":
            reading = replace(reading, packed=True)
        elif part in SHIFTS:
            reading = replace(reading, shift=part)
        elif re.fullmatch(r"epsg:\d{4,6}", part):
            reading = replace(reading, crs=_epsg(part))
        else:
            raise InputError(
                f"{text!r:.60} is no way to read coordinates",
                where="--convert",
                remedy="Give gcj02, bd09, wgs84, swapped, dms, epsg:N or none, joined by +",
            )
    return reading


def _epsg(text: str) -> pyproj.CRS:
    try:
        crs = pyproj.CRS(text)
    except CRSError:
        crs = None
    if crs is None or not (crs.is_geographic or crs.is_projected):
        raise InputError(
            f"{text!r} is no coordinate system of maps",
            where="--convert",
            remedy="Look its number up at epsg.org, e.g. epsg:4548",
        )
    return crs


def alternatives(crs: pyproj.CRS | None, x: Floats, y: Floats, lon: float) -> list[Reading]:
    """Other systems and axes in which coordinates of this size could be meant.

    Parameters
    ----------
    crs
        What the file names, or None.
    x, y
        float64[n], as in the file.
    lon
        Longitude of the region: only the zones near it are thought of.

    Returns
    -------
    The likelier first; web maps' displacements are not among them.
    """
    size_x, size_y = float(np.median(np.abs(x))), float(np.median(np.abs(y)))
    found: list[Reading] = []
    for swapped, east, north in ((False, size_x, size_y), (True, size_y, size_x)):
        found += [Reading(crs=near, swapped=swapped) for near in _systems(east, north, lon)]
    if size_x <= 180.0 and size_y <= 180.0 and len(x) >= 5:
        packed = Reading(packed=True)
        if np.isfinite(packed.to_wgs84(x, y)).all() and (x % 1 > 0).any():
            found.append(packed)
    if crs is not None and crs not in (system.crs for system in found):
        found.append(Reading(crs=crs, swapped=True))
    return [other for other in found if other != Reading(crs=crs or WGS84) or crs is None]


def older(reading: Reading) -> list[Reading]:
    """The same zone in the systems before CGCS2000, some 100 m away; none for other readings."""
    code = reading.crs.to_epsg() or 0
    for at, count in enumerate((21, 21, 11)):
        step = code - _GAUSS_KRUGER["CGCS2000"][at]
        if 0 <= step < count:
            rest = [codes[at] + step for name, codes in _GAUSS_KRUGER.items() if name != "CGCS2000"]
            return [replace(reading, crs=pyproj.CRS(other)) for other in rest]
    return []


def _systems(east: float, north: float, lon: float) -> Iterator[pyproj.CRS]:
    """Systems in which an easting and northing of such a size may be."""
    if east <= 180.0 and north <= 90.0:
        yield WGS84
    zone = int(east // 1_000_000)
    three, plain, six = _GAUSS_KRUGER["CGCS2000"]
    if 25 <= zone <= 45:
        yield pyproj.CRS(three + zone - 25)
    elif 13 <= zone <= 23:
        yield pyproj.CRS(six + zone - 13)
    elif _NO_PREFIX_M[0] <= east <= _NO_PREFIX_M[1] and 1_000_000.0 <= north <= 6_500_000.0:
        for near in range(max(25, round(lon / 3) - 2), min(45, round(lon / 3) + 2) + 1):
            yield pyproj.CRS(plain + near - 25)
    if _NO_PREFIX_M[0] <= east <= _NO_PREFIX_M[1] and north > 180.0:
        utm = int((lon + 180.0) // 6.0) + 1
        for near in (utm, utm - 1, utm + 1):
            if 1 <= near <= 60:
                yield pyproj.CRS(32600 + near)
                yield pyproj.CRS(32700 + near)
    if 180.0 < east <= 20_037_509.0 and north > 180.0:
        yield pyproj.CRS(3857)
