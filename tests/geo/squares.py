"""Regions made of rectangles, so that areas and distances can be worked out by hand."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import pyproj
import shapely

from geo.boundary import Region
from geo.extract import Extract, Roads

CRS = pyproj.CRS("EPSG:4548")
#: South-west corner of everything: near Jingdezhen, a corner of the 250 m grid.
WEST, SOUTH = 500_000.0, 3_200_000.0

_DEGREES = pyproj.Transformer.from_crs(CRS, 4326, always_xy=True)


def at(x: float, y: float) -> tuple[float, float]:
    """Longitude and latitude of a place ``x, y`` metres from the corner."""
    lon, lat = _DEGREES.transform(WEST + x, SOUTH + y)
    return lon, lat


def square(x: float, y: float, width: float, height: float | None = None) -> shapely.Polygon:
    """Rectangle in metres, ``x, y`` from the corner."""
    return shapely.box(
        WEST + x, SOUTH + y, WEST + x + width, SOUTH + y + (width if height is None else height)
    )


def region_of(*townships: dict[str, object], name: str = "测试市") -> Region:
    """Region of disjoint townships: dicts of ``box``, ``name`` and what else is known."""
    texts = ("code", "name", "name_en", "county_code", "county", "ancestors")
    rows = [
        {**dict.fromkeys(texts, ""), "code": f"t{number}", **given}
        for number, given in enumerate(townships)
    ]
    rows.sort(key=lambda row: str(row["code"]))
    shapes = [row["box"] for row in rows]
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows)[list(texts)].astype("str"), geometry=shapes, crs=CRS
    ).assign(area_m2=shapely.area(shapes), overlap_m2=0.0, gap_m2=0.0, mended=False)
    return Region(
        name=name,
        crs=CRS,
        source="test",
        approximate=False,
        townships=frame,
        territories=gpd.GeoSeries(shapes, crs=CRS),
    )


def areas_of(*areas: tuple[str, shapely.Geometry], **columns: list[str]) -> gpd.GeoDataFrame:
    """Areas of an extract: kind and metric shape of each."""
    frame = gpd.GeoDataFrame(
        {
            "osm_id": [f"w{number}" for number in range(len(areas))],
            "kind": pd.Series([kind for kind, _ in areas], dtype=object),
            "name": "",
            **columns,
        },
        geometry=[shape for _, shape in areas],
        crs=CRS,
    )
    return frame.to_crs(4326)


def pois_of(*rows: dict[str, object]) -> gpd.GeoDataFrame:
    """Points of interest: dicts of ``xy`` (metres from the corner), ``osm_id`` and tags."""
    keys = ("amenity", "shop", "landuse", "office", "recycling_type", "access", "name")
    table = [
        {**dict.fromkeys(keys, ""), "osm_id": f"n{number}", **row}
        for number, row in enumerate(rows)
    ]
    points = [shapely.Point(at(*row.pop("xy"))) for row in table]  # type: ignore[misc]
    frame = pd.DataFrame(table, columns=["osm_id", *keys])
    return gpd.GeoDataFrame(frame, geometry=points, crs=4326)


def extract_of(
    *,
    houses: list[tuple[float, float, float]] = (),  # type: ignore[assignment]
    streets: list[list[tuple[float, float]]] = (),  # type: ignore[assignment]
    areas: gpd.GeoDataFrame | None = None,
    buildings: pd.DataFrame | None = None,
) -> Extract:
    """Extract of houses (x, y, footprint in m2) of one storey and of residential streets."""
    if buildings is None:
        lonlat = np.array([at(x, y) for x, y, _ in houses]).reshape(-1, 2)
        buildings = pd.DataFrame(
            {
                "lon": lonlat[:, 0],
                "lat": lonlat[:, 1],
                "area_m2": [float(area) for _, _, area in houses],
                "levels": np.ones(len(houses)),
                "building": pd.Series(["house"] * len(houses), dtype=object),
                "other_use": np.zeros(len(houses), bool),
            }
        )
    lonlat = np.array([at(*xy) for line in streets for xy in line]).reshape(-1, 2)
    sizes = [len(line) for line in streets]
    tags = pd.DataFrame(
        {"highway": ["residential"] * len(streets), "service": "", "area": "", "name": ""},
        dtype=object,
    )
    roads = Roads(
        way_id=np.arange(len(streets)),
        offsets=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        node_id=np.arange(len(lonlat)),
        lon=lonlat[:, 0].copy(),
        lat=lonlat[:, 1].copy(),
        tags=tags,
    )
    empty = gpd.GeoDataFrame({"osm_id": [], "name": []}, geometry=[], crs=4326)
    return Extract(
        path=None,  # type: ignore[arg-type]
        sha256="",
        timestamp=None,
        bounds=(0.0, 0.0, 0.0, 0.0),
        roads=roads,
        admin=(),
        places=empty,
        pois=empty,
        buildings=buildings,
        areas=areas if areas is not None else areas_of(),
        lines=empty,
        findings=(),
    )
