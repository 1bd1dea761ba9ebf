"""Which administrative level of an extract are its townships."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import equal_area_m2
from geo.extract import AdminArea, Extract

__all__ = ["TILING_SHARE", "areas_m2", "choose_level", "levels_told", "road_hull", "units_inside"]

#: A level tiles the extract if it covers this share of what the best level covers.
TILING_SHARE = 0.9
_FINEST = 10
# The township level, then its neighbours; never the counties (6) nor the villages (10).
_CHINA_LEVELS = (8, 7, 9)
_CHINA_SHARE = 0.5
# A complete unit belongs to the extract if this much of it lies among the extract's roads.
_INSIDE_SHARE = 0.5
_HULL_MARGIN_DEG = 0.009  # a kilometre of latitude


def choose_level(
    areas_by_level: Mapping[int, Sequence[float]], *, chinese: bool
) -> tuple[int | None, str]:
    """Choose the administrative level whose units serve as townships.

    Parameters
    ----------
    areas_by_level
        Level -> areas of its complete units inside the extract, m².
    chinese
        In China the township level 8 (else 7, else 9) is taken where it covers half of what the
        best level does.

    Returns
    -------
    The level, or None where no level will do, and why: ``"township-level"`` (China),
    ``"finest-tiling"`` (the finest level with at least two units that covers nine tenths of what
    any such level does) or ``"none"``.
    """
    total = {
        level: sum(areas) for level, areas in areas_by_level.items() if level <= _FINEST and areas
    }
    if chinese:
        for level in _CHINA_LEVELS:
            own = total.get(level, 0.0)
            if own > 0.0 and own >= _CHINA_SHARE * max(total.values()):
                return level, "township-level"
        return None, "none"
    several = {level: total[level] for level in total if len(areas_by_level[level]) >= 2}
    if not several:
        return None, "none"
    best = max(several.values())
    return max(k for k, area in several.items() if area >= TILING_SHARE * best), "finest-tiling"


def units_inside(extract: Extract) -> dict[int, list[AdminArea]]:
    """Complete units per level that the extract covers for the most part.

    An extract often holds the whole outline of a neighbour of which it holds no more than the
    border. A unit belongs to it if most of its ground lies among the extract's roads, or most
    lies in the box that the file says it was cut with and some road is inside.
    """
    hull = road_hull(extract)
    box = shapely.box(*extract.box) if extract.box else None
    points = np.column_stack((extract.roads.lon, extract.roads.lat))
    units: dict[int, list[AdminArea]] = {}
    for area in extract.admin:
        shape = area.geometry
        if shape is None:
            continue
        enough = _INSIDE_SHARE * shape.area
        inside = hull is None or shapely.intersection(shape, hull).area >= enough
        if not inside and box is not None and shapely.intersection(shape, box).area >= enough:
            shapely.prepare(shape)
            inside = bool(shapely.contains_xy(shape, points).any())
        if inside:
            units.setdefault(area.level, []).append(area)
    return units


def road_hull(extract: Extract) -> BaseGeometry | None:
    """Ground that the extract is for: the place it was made for, else the reach of its roads.

    That is the convex hull of the roads (else of the places), a kilometre or two wider; None if
    there are none.
    """
    if extract.place is not None:
        return extract.place
    points = np.column_stack((extract.roads.lon, extract.roads.lat))
    if not len(points):
        points = shapely.get_coordinates(extract.places.geometry)
    if not len(points):
        return None
    hull = shapely.convex_hull(shapely.MultiPoint(points))
    # In degrees of longitude, the longer ones here; a metric system need not reach this far.
    margin_deg = _HULL_MARGIN_DEG / max(0.1, float(np.cos(np.radians(hull.centroid.y))))
    return hull.buffer(margin_deg)


def areas_m2(units: Sequence[AdminArea]) -> list[float]:
    """Areas of complete units on the ellipsoid."""
    return [float(area) for area in equal_area_m2([unit.geometry for unit in units])]


def levels_told(admin: Sequence[AdminArea]) -> str:
    """The levels there are, for an error's one line."""
    every = Counter(a.level for a in admin)
    whole = Counter(a.level for a in admin if a.geometry is not None)
    told = [f"level {k}: {whole[k]} complete of {every[k]}" for k in sorted(every)]
    return ", ".join(told) or "no administrative boundaries at all"
