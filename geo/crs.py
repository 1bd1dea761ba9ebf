"""Which metric coordinate system a place is planned in.

China: CGCS2000 / 3-degree Gauss-Kruger zone by central meridian (EPSG:4534-4554), as GB/T 22021
asks of large-scale work. Elsewhere: the UTM zone on WGS84. Both are transverse Mercator, so lengths
inside a county are true to a few parts in ten thousand.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

__all__ = ["WGS84", "equal_area_m2", "in_china", "metric_crs"]

#: Longitude and latitude in degrees.
WGS84 = pyproj.CRS("EPSG:4326")

# The land outline, traced to some 20 km (much less where a foreign city is near), so that a point
# is put into the right family of zones; it is no statement about any border.
_MAINLAND = (
    (80.3, 42.3), (80.2, 42.9), (80.8, 43.2), (80.0, 44.9), (81.9, 45.3), (82.5, 45.5),
    (83.2, 47.2), (85.2, 47.0), (85.7, 47.5), (85.8, 48.4), (86.6, 48.5), (87.4, 49.1),
    (87.8, 49.2), (88.0, 48.6), (88.9, 48.1), (90.3, 47.7), (91.0, 46.9), (90.7, 45.7),
    (90.9, 45.2), (92.1, 45.1), (93.5, 45.0), (94.7, 44.4), (95.3, 44.2), (95.8, 43.3),
    (96.3, 42.7), (97.5, 42.7), (99.5, 42.6), (100.8, 42.7), (101.8, 42.5), (103.3, 41.9),
    (104.5, 41.9), (105.0, 41.6), (106.1, 42.1), (107.7, 42.5), (109.2, 42.5), (110.4, 42.9),
    (111.1, 43.4), (111.9, 43.7), (111.7, 44.1), (111.3, 44.5), (111.9, 45.1), (112.4, 45.0),
    (113.5, 44.8), (114.5, 45.4), (116.0, 45.7), (116.7, 46.4), (117.4, 46.7), (118.9, 46.8),
    (119.7, 46.7), (119.9, 47.0), (118.9, 47.7), (118.1, 48.0), (117.3, 47.7), (116.3, 47.9),
    (115.7, 47.7), (115.5, 48.1), (116.2, 49.1), (116.7, 49.85), (117.9, 49.6), (119.3, 50.1),
    (119.3, 50.6), (120.2, 51.6), (120.7, 52.0), (120.7, 52.5), (120.0, 52.8), (121.0, 53.3),
    (122.2, 53.5), (123.6, 53.56), (125.1, 53.2), (125.9, 52.8), (126.6, 51.8), (126.9, 51.4),
    (127.3, 50.7), (127.515, 50.265), (127.7, 49.7), (128.8, 49.6), (129.4, 49.4), (130.6, 48.8),
    (131.0, 47.7), (132.5, 47.7), (133.4, 48.1), (134.4, 48.4), (134.75, 48.25), (134.6, 47.6),
    (134.1, 47.2), (133.8, 46.1), (133.1, 45.1), (131.9, 45.3), (131.0, 44.85), (131.3, 44.1),
    (131.15, 42.95), (130.6, 42.45), (130.3, 42.95), (129.9, 42.98), (129.6, 42.42),
    (128.9, 42.03), (128.1, 42.0), (128.1, 41.4), (127.3, 41.48), (126.95, 41.78), (126.2, 41.12),
    (125.1, 40.55), (124.36, 40.09), (124.2, 39.8), (123.0, 39.0), (121.2, 38.5), (121.0, 38.0),
    (123.0, 37.7), (123.0, 36.6), (120.8, 35.6), (120.2, 34.8), (121.3, 33.6), (122.4, 32.2),
    (123.1, 31.0), (123.1, 29.6), (122.4, 28.2), (121.4, 26.8), (122.3, 25.4), (122.2, 24.8),
    (121.6, 21.7), (120.6, 21.7), (119.2, 23.1), (117.2, 23.2), (115.0, 22.1), (113.0, 21.5),
    (111.2, 19.5), (110.3, 18.2), (109.5, 18.0), (108.4, 18.5), (108.4, 19.6), (108.9, 20.9),
    (108.1, 21.48), (107.95, 21.53), (107.3, 21.65), (106.7, 22.0), (106.65, 22.4), (106.75, 22.8),
    (105.8, 23.0), (105.3, 23.35), (104.8, 22.9), (104.3, 22.75), (103.97, 22.515), (103.6, 22.75),
    (103.1, 22.5), (102.5, 22.75), (102.1, 22.45), (101.7, 22.5), (101.6, 22.2), (101.8, 21.2),
    (101.25, 21.2), (101.15, 21.6), (100.4, 21.5), (100.0, 21.7), (99.2, 22.1), (99.5, 22.9),
    (98.9, 23.15), (98.85, 24.1), (97.6, 23.85), (97.6, 24.5), (97.85, 25.2), (98.7, 25.9),
    (98.7, 26.7), (98.65, 27.5), (98.3, 27.6), (97.9, 28.3), (97.3, 28.2), (96.4, 28.4),
    (96.6, 28.8), (96.1, 29.4), (95.4, 29.1), (94.6, 29.3), (93.4, 28.6), (92.5, 27.9),
    (91.7, 27.8), (91.3, 28.0), (90.7, 28.1), (90.0, 28.3), (89.5, 28.0), (89.0, 27.3),
    (88.8, 27.5), (88.7, 28.1), (88.1, 27.9), (87.0, 27.95), (86.0, 28.0), (85.4, 28.3),
    (85.0, 28.6), (84.2, 28.9), (83.9, 29.3), (83.3, 29.6), (82.3, 30.1), (81.5, 30.4),
    (81.1, 30.2), (79.7, 31.0), (78.8, 31.5), (78.7, 32.4), (79.2, 32.5), (79.2, 33.0),
    (78.8, 33.5), (78.9, 34.3), (77.8, 35.5), (76.2, 35.9), (75.9, 36.7), (75.2, 37.1),
    (75.0, 37.4), (74.9, 38.0), (74.9, 38.4), (74.3, 38.65), (73.8, 38.6), (73.7, 39.4),
    (74.0, 39.7), (73.9, 40.0), (74.8, 40.4), (75.6, 40.6), (76.5, 40.4), (76.9, 41.0),
    (78.2, 41.1), (78.5, 41.6), (80.1, 42.05),
)  # fmt: skip
_CHINA = shapely.Polygon(_MAINLAND)
shapely.prepare(_CHINA)

# WGS84 ellipsoid.
_A_M = 6378137.0
_E2 = 0.0066943799901413165
_E = _E2**0.5


def in_china(lon: float, lat: float) -> bool:
    """Whether a point lies where CGCS2000 zones are used.

    Parameters
    ----------
    lon, lat
        Degrees, WGS84.

    Notes
    -----
    A coarse outline including the coastal waters: a point within some 20 km of a land border may
    fall on either side of it.
    """
    return bool(shapely.intersects_xy(_CHINA, lon, lat))


def metric_crs(lon: float, lat: float) -> pyproj.CRS:
    """Metric coordinate system for planning around a point.

    Parameters
    ----------
    lon, lat
        Degrees, WGS84.

    Returns
    -------
    CGCS2000 / 3-degree Gauss-Kruger by central meridian in China (117°E: EPSG:4548), the WGS84 UTM
    zone elsewhere (the polar ones beyond 84°N and 80°S). Axes are easting, northing in metres.
    """
    if in_china(lon, lat):
        meridian = min(max(3 * round(lon / 3), 75), 135)
        return pyproj.CRS.from_epsg(4534 + (meridian - 75) // 3)
    if lat > 84.0:
        return pyproj.CRS.from_epsg(32661)
    if lat < -80.0:
        return pyproj.CRS.from_epsg(32761)
    zone = int((lon + 180.0) // 6.0) % 60 + 1
    return pyproj.CRS.from_epsg((32600 if lat >= 0.0 else 32700) + zone)


def equal_area_m2(geometries: Any) -> npt.NDArray[np.float64]:
    """Areas on the ellipsoid of geometries in longitude and latitude.

    Parameters
    ----------
    geometries
        Array of shapely geometries, degrees WGS84.

    Returns
    -------
    Square metres, one per geometry: exact on the ellipsoid for edges straight in the cylindrical
    equal-area projection (Snyder, USGS Professional Paper 1395, eq. 10-12 to 10-15), so that no
    zone has to be chosen for the whole extract.
    """
    projected = shapely.transform(np.asarray(geometries, dtype=object), _cylindrical_equal_area)
    return np.asarray(shapely.area(projected), dtype=np.float64)


def _cylindrical_equal_area(lonlat: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    sine = np.sin(np.radians(lonlat[:, 1]))
    q = (1.0 - _E2) * (sine / (1.0 - _E2 * sine * sine) + np.arctanh(_E * sine) / _E)
    return np.column_stack((_A_M * np.radians(lonlat[:, 0]), _A_M * q / 2.0))
