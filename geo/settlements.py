"""Townships where nobody drew any: the ground nearest to each settlement's node."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from shapely.geometry.base import BaseGeometry

from geo.osm_areas import polygonal

__all__ = ["settlement_cells", "settlements"]

# What seats a township; the finer kinds count only where there is nothing better.
_SEATS = ("city", "borough", "town", "township", "suburb", "village")
_LESSER = ("quarter", "neighbourhood", "hamlet", "isolated_dwelling", "farm")
# Names of township-level units in China (乡级行政区划): the suffix tells more than the tag there.
_TOWNSHIP_NAME = r"(?:街道|镇|乡|苏木|管理处|办事处|垦殖场|农场|林场|开发区|园区)$"


def settlements(places: gpd.GeoDataFrame, *, chinese: bool) -> gpd.GeoDataFrame:
    """Choose the settlements that may stand for townships.

    Parameters
    ----------
    places
        ``osm_id, place, name`` and Point, as in an extract.
    chinese
        In China: those named as township-level units, if two or more are, with the towns.

    Returns
    -------
    The rows chosen, in their order; unnamed ones only if none has a name, one per spot.
    """
    kinds = places["place"]
    chosen = places[kinds.isin(_SEATS)]
    if chinese:
        named = kinds.isin(_SEATS) & places["name"].str.contains(_TOWNSHIP_NAME)
        if named.sum() >= 2:
            chosen = places[named | kinds.isin(("town", "township"))]
    if chosen.empty:
        chosen = places[kinds.isin(_LESSER)]
    with_name = chosen[chosen["name"] != ""]
    chosen = chosen if with_name.empty else with_name
    spots = shapely.get_coordinates(chosen.geometry)
    _, first = np.unique(spots, axis=0, return_index=True)
    return chosen.iloc[np.sort(first)].reset_index(drop=True)


def settlement_cells(
    points: npt.NDArray[np.object_], ground: BaseGeometry
) -> npt.NDArray[np.object_]:
    """Divide some ground among points: each spot to the nearest (Voronoi).

    Parameters
    ----------
    points
        Distinct Points inside the ground, metric.
    ground
        (Multi)Polygon.

    Returns
    -------
    One (Multi)Polygon per point.
    """
    if len(points) == 1:
        return np.array([ground], dtype=object)
    cells = shapely.get_parts(
        shapely.voronoi_polygons(shapely.MultiPoint(points), extend_to=ground, ordered=True)
    )
    cut = [polygonal(cell) for cell in shapely.intersection(cells, ground)]
    return np.array([cell or shapely.Polygon() for cell in cut], dtype=object)
