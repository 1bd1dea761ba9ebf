"""What an OpenStreetMap extract holds for planning, read without internet.

Three passes over the file (relations, nodes, ways), so that nothing depends on the order of its
objects. Everything is in WGS84 degrees, sorted by type and id; areas are measured on the ellipsoid.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import ExtractError
from geo.findings import Finding, Value
from geo.osm_admin import AdminArea, admin_areas
from geo.osm_file import OsmFile, open_osm, reading
from geo.osm_reader import PLACE_KINDS, POI_KEYS, ROAD_TAGS, Gathered, gather
from geo.osm_tables import (
    Shapes,
    area_table,
    building_table,
    footprints_of,
    line_table,
    place_table,
    poi_table,
    road_table,
    shape_things,
)
from geo.osm_ways import WayLines
from geo.progress import Progress, silent

__all__ = ["PLACE_KINDS", "POI_KEYS", "ROAD_TAGS", "AdminArea", "Extract", "Roads", "read_extract"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Roads:
    """Every way with a ``highway`` tag.

    Parameters
    ----------
    way_id
        int64[w], ascending; a way cut by missing nodes has several rows.
    offsets
        int64[w + 1]: row ``i`` owns vertices ``offsets[i]:offsets[i + 1]``.
    node_id
        int64[v].
    lon, lat
        float64[v], degrees.
    tags
        w rows, one text column per key of `ROAD_TAGS`, empty where absent.
    edited_s
        int64[w], when each was last edited, Unix seconds; 0 where the file does not tell.
        None: nobody knows of any.
    """

    way_id: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    node_id: npt.NDArray[np.int64]
    lon: npt.NDArray[np.float64]
    lat: npt.NDArray[np.float64]
    tags: pd.DataFrame
    edited_s: npt.NDArray[np.int64] | None = None


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Extract:
    """An OSM extract, sorted out.

    Parameters
    ----------
    path, sha256
        The file and the hash of its bytes.
    timestamp
        State of the data, ISO 8601 UTC: from the header, else that of the newest way or tagged
        node; None where the file holds neither.
    bounds
        West, south, east, north of the roads, else of everything read.
    roads
        The road network's raw ways.
    admin
        Administrative units of every level, complete or not.
    places
        ``osm_id, place, name, population`` (text, empty where absent) and Point.
    pois
        ``osm_id`` (``"n1"``, ``"w2"``, ``"r3"``), ``name``, one text column per key in `POI_KEYS`
        and per further key asked for, ``area_m2`` (0 for nodes and lines) and a Point inside.
    buildings
        ``lon, lat, area_m2, levels`` (nan where unknown), ``building``, ``other_use``: it is also
        a shop, an office, an amenity or the like.
    areas
        ``osm_id, kind, name, protect_class`` and (Multi)Polygon; the kinds are those of
        `osm_areas.AREA_KINDS`. One area may have several kinds, a row each.
    lines
        ``kind`` (river, stream, canal, rail, coastline) and LineString.
    findings
        What was cut, dropped or mended.
    box
        West, south, east, north that the file says it was cut with, if it says so.
    place
        Ground that the extract was made for, with a little around it; None where nobody knows.
    edited_s
        int64, ascending: when each object read was last edited, Unix seconds, those of which the
        file tells it.
    footprints
        Outline of each building, in the order of ``buildings``; empty where nobody knows them.
    """

    path: Path
    sha256: str
    timestamp: str | None
    bounds: tuple[float, float, float, float]
    roads: Roads
    admin: tuple[AdminArea, ...]
    places: gpd.GeoDataFrame
    pois: gpd.GeoDataFrame
    buildings: pd.DataFrame
    areas: gpd.GeoDataFrame
    lines: gpd.GeoDataFrame
    findings: tuple[Finding, ...]
    box: tuple[float, float, float, float] | None = None
    place: BaseGeometry | None = None
    edited_s: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    footprints: npt.NDArray[np.object_] = field(default_factory=lambda: np.empty(0, object))


def read_extract(
    path: Path, *, wanted: Collection[tuple[str, str]], progress: Progress = silent
) -> Extract:
    """Read an extract.

    Parameters
    ----------
    path
        An ``.osm.pbf``, ``.osm``, ``.osm.gz`` or ``.osm.bz2`` file; the content decides.
    wanted
        (key, value) pairs of the points of interest, value ``"*"`` for any.
    progress
        Told ``"read extract"``.

    Raises
    ------
    ExtractError
        The file is missing, empty, truncated, no OSM data, or several versions of it in one.
    """
    path = Path(path)
    progress("read extract", 0.0)
    file = open_osm(path)
    with reading(path):
        out = gather(file, wanted, progress)
    ways, tags, road_edited_s = road_table(out)
    if out.ways_seen and not len(ways.way_id) and not out.shapes.rows:
        raise ExtractError(
            f"holds {out.ways_seen} ways but none of their nodes",
            where=str(path),
            remedy="Export the nodes of the ways too (Overpass: (._;>;); out;), or give negative "
            "ids new numbers (osmium renumber)",
        )
    roads = Roads(
        way_id=ways.way_id,
        offsets=ways.offsets,
        node_id=ways.node_id,
        lon=np.ascontiguousarray(ways.lonlat[:, 0]),
        lat=np.ascontiguousarray(ways.lonlat[:, 1]),
        tags=tags,
        edited_s=road_edited_s,
    )
    outlines = out.shapes.arrays()
    whole = {
        way: rows[0]
        for way, rows in out.member_rows.items()
        if len(rows) == 1 and outlines.whole[rows[0]]
    }
    lines = dict(zip(whole, outlines.lines(list(whole.values())), strict=True)) if whole else {}
    admin = admin_areas(out.drafts, lines)
    progress("read extract", 0.85)
    shapes = shape_things(out.things, outlines, lines)
    progress("read extract", 0.95)
    places = place_table(out.places)
    extract = Extract(
        path=path,
        sha256=file.sha256,
        timestamp=file.timestamp or out.newest,
        bounds=_bounds(roads, outlines, places, shapes),
        roads=roads,
        admin=admin,
        places=places,
        pois=poi_table(shapes, out.poi_columns),
        buildings=building_table(shapes),
        areas=area_table(shapes),
        lines=line_table(out, outlines),
        findings=tuple(_findings(file, out, roads, shapes)),
        box=file.box,
        edited_s=_known(out.edited_s),
        footprints=footprints_of(shapes),
    )
    progress("read extract", 1.0)
    return extract


def _known(edited_s: list[int]) -> npt.NDArray[np.int64]:
    times = np.sort(np.asarray(edited_s, np.int64))
    return times[times > 0]


def _bounds(
    roads: Roads, outlines: WayLines, places: gpd.GeoDataFrame, shapes: Shapes
) -> tuple[float, float, float, float]:
    if len(roads.lon):
        lon, lat = roads.lon, roads.lat
    else:
        points = [t.lonlat for t in shapes.things if t.lonlat]
        every = np.concatenate(
            (outlines.lonlat, shapely.get_coordinates(places.geometry), np.reshape(points, (-1, 2)))
        )
        if not len(every):
            return (math.nan, math.nan, math.nan, math.nan)
        lon, lat = every.T
    return (float(lon.min()), float(lat.min()), float(lon.max()), float(lat.max()))


def _findings(file: OsmFile, out: Gathered, roads: Roads, shapes: Shapes) -> list[Finding]:
    found = sorted(out.findings, key=lambda finding: (finding.kind, finding.where))
    if not len(roads.way_id):
        found.append(Finding(kind="extract-no-roads"))
    if file.format == "pbf" and out.ways_seen and not out.relations_seen:
        # A PBF cut exactly between two of its blocks shows no other sign of it.
        found.append(Finding(kind="extract-no-relations"))
    cut = out.roads.cut_ways
    if cut:
        missing = out.roads.missing_nodes
        found.append(Finding(kind="extract-cut-roads", values={"ways": cut, "nodes": missing}))
    if out.repeated:
        found.append(Finding(kind="extract-repeated", values={"objects": out.repeated}))
    if shapes.broken or shapes.clipped:
        values: dict[str, Value] = {"broken": shapes.broken, "clipped": shapes.clipped}
        found.append(Finding(kind="extract-areas-dropped", values=values))
    if shapes.mended:
        found.append(Finding(kind="extract-areas-mended", values={"areas": shapes.mended}))
    return found
