"""Coordinates of Chinese web maps: GCJ-02 and BD-09 to WGS84 and back.

GCJ-02 (国测局坐标, what Amap and Tencent draw) displaces WGS84 by up to some 700 m; BD-09 (Baidu)
displaces GCJ-02 once more. The authorities never published the formulas; those here are in general
use (open programs ``eviltransform`` and ``coordtransform``; Wikipedia, "Restrictions on geographic
data in China"), and the tests hold them to the values those print. Backward they are solved by
iteration, so that there and back again is exact to far less than a millimetre.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["bd09_to_gcj02", "bd09_to_wgs84", "gcj02_to_bd09", "gcj02_to_wgs84", "wgs84_to_bd09",
           "wgs84_to_gcj02"]  # fmt: skip

Floats = NDArray[np.float64]
Pair = tuple[Floats, Floats]

#: Krassovsky 1940, the ellipsoid that the formula was made with: semi-major axis, metres, and
#: squared eccentricity.
_A_M, _EE = 6_378_245.0, 0.00669342162296594323
_X_PI = np.pi * 3000.0 / 180.0
#: Each step leaves about a thousandth of the error: five go below 1e-12 degrees.
_STEPS = 8


def wgs84_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Displace WGS84 as Chinese maps do, whether a place is in China or not.

    Parameters
    ----------
    lon, lat
        Degrees, float64[n].
    """
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    x, y = lon - 105.0, lat - 35.0
    root = np.sqrt(np.abs(x))
    ripple = 20.0 * np.sin(6.0 * np.pi * x) + 20.0 * np.sin(2.0 * np.pi * x)
    north_m = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root
    north_m = north_m + (ripple + _waves(y, 20.0, 40.0) + _long(y, 160.0, 320.0)) * 2.0 / 3.0
    east_m = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root
    far = 150.0 * np.sin(x / 12.0 * np.pi) + 300.0 * np.sin(x / 30.0 * np.pi)
    east_m = east_m + (ripple + _waves(x, 20.0, 40.0) + far) * 2.0 / 3.0
    phi = np.radians(lat)
    w2 = 1.0 - _EE * np.sin(phi) ** 2
    meridian_m = _A_M * (1.0 - _EE) / w2**1.5
    parallel_m = _A_M / np.sqrt(w2) * np.cos(phi)
    return lon + np.degrees(east_m / parallel_m), lat + np.degrees(north_m / meridian_m)


def _waves(z: Floats, short: float, middle: float) -> Floats:
    return short * np.sin(z * np.pi) + middle * np.sin(z / 3.0 * np.pi)


def _long(z: Floats, first: float, second: float) -> Floats:
    return first * np.sin(z / 12.0 * np.pi) + second * np.sin(z * np.pi / 30.0)


def gcj02_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Displace GCJ-02 as Baidu does (degrees, float64[n])."""
    x, y = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    radius = np.hypot(x, y) + 0.00002 * np.sin(y * _X_PI)
    angle = np.arctan2(y, x) + 0.000003 * np.cos(x * _X_PI)
    return radius * np.cos(angle) + 0.0065, radius * np.sin(angle) + 0.006


def wgs84_to_bd09(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """WGS84 to BD-09, by way of GCJ-02 (degrees, float64[n])."""
    return gcj02_to_bd09(*wgs84_to_gcj02(lon, lat))


def gcj02_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Undo :func:`wgs84_to_gcj02` (degrees, float64[n])."""
    return _undone(wgs84_to_gcj02, lon, lat)


def bd09_to_gcj02(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Undo :func:`gcj02_to_bd09` (degrees, float64[n])."""
    return _undone(gcj02_to_bd09, lon, lat)


def bd09_to_wgs84(lon: ArrayLike, lat: ArrayLike) -> Pair:
    """Undo :func:`wgs84_to_bd09` (degrees, float64[n])."""
    return gcj02_to_wgs84(*bd09_to_gcj02(lon, lat))


def _undone(
    forward: Callable[[ArrayLike, ArrayLike], Pair], lon: ArrayLike, lat: ArrayLike
) -> Pair:
    """Find what is displaced to a place: the displacement varies so slowly that guesses settle."""
    lon, lat = np.asarray(lon, np.float64), np.asarray(lat, np.float64)
    x, y = lon, lat
    for _ in range(_STEPS):
        there = forward(x, y)
        x, y = x - (there[0] - lon), y - (there[1] - lat)
    return x, y
