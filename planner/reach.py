"""The reach of a site on the map: roads from which it is within the limit."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.bundle import Bundle
from geo.crs import WGS84
from geo.reach import crow_reach, road_reach
from planner.errors import PlanError
from planner.scenario import Scenario
from planner.travels import measure_of, roads_of
from planner.wording.language import LANGUAGES
from planner.wording.words import REFUSALS

__all__ = ["site_reach"]

SIMPLIFIED_M = 3.0
"""Far below what a map shows of a street, far fewer corners to send."""
DECIMALS = 6


def site_reach(bundle: Bundle, scenario: Scenario, site_id: str) -> BaseGeometry:
    """Find where the people live who have a site within the scenario's limit.

    Parameters
    ----------
    bundle
        With the site among its candidates: that of the plan, if sites were added by hand.
    site_id
        Of any candidate, open or not.

    Returns
    -------
    geometry
        WGS84. Pieces of road (``MultiLineString``); where there are no roads, or none in the
        site's township, the circle that straight lines times the detour factor make
        (``Polygon``); both (``GeometryCollection``) where the circle touches a township without
        roads. Empty where the site itself is farther from the road than the limit.

    Raises
    ------
    PlanError
        If the bundle has no such candidate, or no roads for the mode.
    """
    frame = bundle.candidates.frame
    rows = np.flatnonzero((frame["id"] == site_id).to_numpy())
    if not len(rows):
        raise _unknown(site_id)
    row, crs = int(rows[0]), bundle.region.crs
    point, measure = frame.geometry.iloc[row], measure_of(scenario)
    network = roads_of(bundle, scenario.mode)
    circle = crow_reach(
        (point.x, point.y),
        limit=scenario.limit,
        detour_factor=bundle.detour_factor,
        measure=measure,
        kmh=bundle.speeds.elsewhere(scenario.mode),
    )
    if network is None or int(frame["township"].iloc[row]) in bundle.roadless:
        return _on_the_map(circle, crs)
    roads = road_reach(network, (point.x, point.y), limit=scenario.limit, measure=measure)
    simple = shapely.simplify(roads, SIMPLIFIED_M, preserve_topology=False)
    beside = bundle.region.territories.iloc[list(bundle.roadless)]
    touched = shapely.intersection(circle, beside[beside.intersects(circle)].union_all())
    if shapely.is_empty(touched):
        return _on_the_map(simple, crs)
    return _on_the_map(shapely.GeometryCollection([simple, touched]), crs)


def _on_the_map(shape: BaseGeometry, crs: object) -> BaseGeometry:
    there = gpd.GeoSeries([shape], crs=crs).to_crs(WGS84).iloc[0]
    rounded: BaseGeometry = shapely.transform(there, lambda lonlat: np.round(lonlat, DECIMALS))
    return rounded


def _unknown(site_id: str) -> PlanError:
    said = {one: REFUSALS.say("unknown-site", one, id=f"{site_id!r:.120}") for one in LANGUAGES}
    remedy = {one: REFUSALS.say("unknown-site-remedy", one) for one in LANGUAGES}
    return PlanError(
        said["en"], remedy=remedy["en"], where="site", zh=f"{said['zh']}。{remedy['zh']}"
    )
