"""What was changed by hand, on a picture: areas kept free and sites closed, as on the app's map."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch

from geo.crs import WGS84
from planner.picture.base import area_path
from planner.picture.frame import Key, draw_closed
from planner.picture.words import PICTURE_WORDS
from planner.plan import Plan
from planner.wording.language import Language

__all__ = ["NO_GO", "draw_by_hand", "keys_by_hand"]

NO_GO, HATCH = "#7a3b00", "\\\\\\\\"
"""Colour and pattern of areas in which no new site may stand."""


def draw_by_hand(axes: Axes, plan: Plan) -> None:
    """Draw no-go areas over the townships, and closed sites under those that are open."""
    if plan.scenario.edits.no_go:
        path = area_path(_areas(plan))
        hatched = PathPatch(path, facecolor="none", edgecolor=NO_GO, lw=0, zorder=4.4)
        hatched.set(hatch=HATCH, alpha=0.55, hatch_linewidth=0.8)
        axes.add_patch(hatched)
        edge = PathPatch(
            path, facecolor="none", edgecolor=NO_GO, lw=1.3, ls=(0, (4, 2.5)), zorder=4.5
        )
        axes.add_patch(edge)
    for x, y in _closed(plan):
        draw_closed(axes, x, y, size_pt=6.4, order=5.8)


def keys_by_hand(plan: Plan, lang: Language) -> list[Key]:
    """Rows of the legend for what is drawn; none for a plan that nobody edited."""
    keys: list[Key] = []
    if closed := len(_closed(plan)):
        text = PICTURE_WORDS.say("closed", lang, n=f"{closed:,}")
        keys.append(Key(text=text, shape="closed"))
    if areas := len(plan.scenario.edits.no_go):
        text = PICTURE_WORDS.say("no-go", lang, n=f"{areas:,}")
        keys.append(Key(text=text, shape="area", colour="#ffffff", edge=NO_GO, hatch=HATCH))
    if not keys:
        return []
    return [Key(text=PICTURE_WORDS.say("by-hand", lang), heading=True), *keys]


def _areas(plan: Plan) -> npt.NDArray[np.object_]:
    drawn = [shapely.make_valid(shapely.Polygon(one.ring)) for one in plan.scenario.edits.no_go]
    # One shape, that areas drawn over each other do not cut holes into their path.
    whole = gpd.GeoSeries([shapely.union_all(drawn)], crs=WGS84).to_crs(plan.bundle.region.crs)
    parts = shapely.get_parts(whole.to_numpy())
    return np.asarray(parts[shapely.get_dimensions(parts) == 2], object)


def _closed(plan: Plan) -> list[tuple[float, float]]:
    """Metric places of closed candidates that the region has."""
    frame = plan.bundle.candidates.frame
    shut = frame[frame["id"].isin(plan.scenario.edits.closed)].sort_values("id")
    return [(float(point.x), float(point.y)) for point in shut.geometry]
