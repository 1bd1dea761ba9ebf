"""Places of a table: its columns of coordinates, decimal or sexagesimal, or of WKT."""

from __future__ import annotations

import re
import unicodedata

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import WGS84
from geo.errors import InputError
from geo.table_file import Table, column_of

__all__ = ["LAT_FIELDS", "LON_FIELDS", "WKT_FIELDS", "number", "places_of"]

#: Names a column may have, the first that is there counts.
LON_FIELDS = (
    "lon",
    "lng",
    "longitude",
    "经度",
    "东经",
    "x",
    "x坐标",
    "easting",
    "东坐标",
    "横坐标",
)
LAT_FIELDS = ("lat", "latitude", "纬度", "北纬", "y", "y坐标", "northing", "北坐标", "纵坐标")
WKT_FIELDS = ("wkt", "geometry", "geom", "wkt_geom", "the_geom")
#: Larger numbers are metres, whatever the heading.
_METRES_FROM = 1000.0
_SEXAGESIMAL = re.compile(
    r"(?P<sign>[-+NSEW东西南北]?)\s*(?P<d>\d{1,3})\s*[°度d:\s]\s*(?P<m>\d{1,2}(?:\.\d+)?)"
    r"(?:\s*['’′分m:\s]\s*(?:(?P<s>\d{1,2}(?:\.\d+)?)\s*(?:\"|''|′′|”|″|秒|s)?)?)?\s*"
    r"(?P<end>[NSEW东西南北]?)",
    re.IGNORECASE,
)


def places_of(
    table: Table, error: type[InputError]
) -> tuple[gpd.GeoDataFrame, tuple[str, ...], tuple[int, ...]]:
    """Give the rows of a table their places.

    Returns
    -------
    frame
        The columns as text, and points or WKT shapes as given; WGS84 where they are degrees, no
        coordinate system where they are metres. A row without readable coordinates has none.
    axes, lines
        Columns the places are from, and row numbers.

    Raises
    ------
    error
        If no columns of coordinates are there, a heading is there twice, or no row is.
    """
    header = list(table.header)
    if not header:
        raise error("is empty", where=table.file, remedy="Give a table with a heading row")
    # Columns without a heading, and the second of a name, cannot be asked for.
    names = [
        name if name and name not in header[:at] else f"{name or 'column'} ({at + 1})"
        for at, name in enumerate(header)
    ]
    if len(set(names)) < len(names):
        raise error("has columns of one name", where=table.file, remedy="Name each another way")
    x_at, y_at = column_of(header, LON_FIELDS), column_of(header, LAT_FIELDS)
    wkt_at = column_of(header, WKT_FIELDS)
    cells = [row for _, row in table.rows]
    lines = tuple(line for line, _ in table.rows)
    columns = {name: [row[at] for row in cells] for at, name in enumerate(names)}
    if x_at is not None and y_at is not None:
        axes: tuple[str, ...] = (names[x_at], names[y_at])
        x, y = (np.array([number(text) for text in columns[name]], np.float64) for name in axes)
        known = np.isfinite(x) & np.isfinite(y)
        shapes = np.full(len(x), None, dtype=object)
        shapes[known] = shapely.points(x[known], y[known])
    elif wkt_at is not None:
        axes = (names[wkt_at],)
        shapes = shapely.from_wkt(columns[axes[0]], on_invalid="ignore")
        x, y = shapely.get_coordinates(shapes[~shapely.is_missing(shapes)]).T
    else:
        raise error(
            f"no columns of longitude and latitude among: {', '.join(header)}",
            where=table.file,
            remedy="Call them lon and lat",
        )
    size = np.nanmedian(np.abs(np.concatenate([x, y]))) if np.isfinite([*x, *y]).any() else 0.0
    crs = None if size > _METRES_FROM else WGS84
    taken = "geometry" in columns
    frame = gpd.GeoDataFrame(
        pd.DataFrame(columns, dtype=object).rename(columns={"geometry": "geometry (text)"}),
        geometry=shapes,
        crs=crs,
    )
    return frame, ("geometry (text)",) if taken and axes == ("geometry",) else axes, lines


def number(text: str) -> float:
    """A coordinate: 117.2, 117,2 with a decimal comma, 117°12'30.5"E or 东经117度12分30秒.

    NaN where it is none.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    try:
        return float(plain) if "_" not in plain else np.nan
    except ValueError:
        pass
    if re.fullmatch(r"[-+]?\d{1,3},\d+", plain):
        return float(plain.replace(",", "."))
    plain = re.sub(r"^(东经|西经|北纬|南纬)", lambda found: found[0][0], plain)
    plain = re.sub(r"^经度|^纬度", "", plain).strip(" :")
    found = _SEXAGESIMAL.fullmatch(plain)
    if found is None:
        found = re.fullmatch(
            r"(?P<sign>[-+NSEW东西南北]?)\s*(?P<d>\d{1,3}(?:\.\d+)?)\s*[°度]?\s*(?P<end>[NSEW东西南北]?)",
            plain,
            re.IGNORECASE,
        )
        if found is None:
            return np.nan
    parts = found.groupdict()
    minutes, seconds = float(parts.get("m") or 0), float(parts.get("s") or 0)
    if minutes >= 60 or seconds >= 60 or (parts["sign"].isalpha() and parts["end"]):
        return np.nan
    value = float(parts["d"]) + minutes / 60 + seconds / 3600
    negative = {"-", "s", "w", "西", "南"} & {parts["sign"].casefold(), parts["end"].casefold()}
    return -value if negative else value
