"""What a map shows beside the plan: what was changed by hand, what is picked, what can be undone.

A packet of its own, so that a pick does not draw the plan anew (``assets/shown.js`` reads it).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from planner.edits import NO_EDITS, Edits
from planner.maps.codec import mercator, pack, parts_of, steps

__all__ = ["NOTHING", "Shown", "shown_state"]

WGS84 = CRS.from_epsg(4326)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Shown:
    """Edits, picks and what the toolbar may offer.

    Parameters
    ----------
    edits
        Drawn on the map, each with a way to take it back where the map is edited.
    site
        Id of the site or candidate picked, "" for none.
    reach
        Where the picked site's reach ends (WGS84): pieces of road, or an area where distances
        are straight lines; None while it is not known.
    township
        Code of the township picked, "" for none.
    can_undo, can_redo
        Whether the toolbar's buttons answer.
    serial
        Grows with each pick made outside the map (in a table): the map then follows the pick.
        Under the same serial the map's own pick stands, as it may be newer than this packet.
    """

    edits: Edits = NO_EDITS
    site: str = ""
    reach: BaseGeometry | None = None
    township: str = ""
    can_undo: bool = False
    can_redo: bool = False
    serial: int = 0


NOTHING = Shown()


def shown_state(shown: Shown) -> bytes:
    """Pack it for the browser; names and ids travel as text inside."""
    reach, numbers = _reach(shown.reach)
    edits = shown.edits
    header: dict[str, Any] = {
        "added": [
            {
                "id": site.id,
                "lon": site.lon,
                "lat": site.lat,
                "kind": site.kind,
                "name": site.name,
                "existing": site.existing,
            }
            for site in edits.added
        ],
        "closed": list(edits.closed),
        "forced": list(edits.forced),
        "no_go": [{"name": area.name, "ring": area.ring} for area in edits.no_go],
        "site": shown.site,
        "township": shown.township,
        "undo": shown.can_undo,
        "redo": shown.can_redo,
        "serial": shown.serial,
        "reach": reach,
    }
    return pack(header, numbers)


def _reach(reach: BaseGeometry | None) -> tuple[dict[str, Any] | None, list[npt.ArrayLike]]:
    if reach is None:
        return None, []
    parts = parts_of(np.array([reach], dtype=object))
    if not len(parts):
        return {"parts": 0, "area": False, "origin": [0, 0]}, []
    first = shapely.get_coordinates(parts[:1])[:1]
    x, y = mercator(WGS84, first[:, 0], first[:, 1])
    origin = (int(x[0]), int(y[0]))
    lengths, differences = steps(parts, WGS84, origin)
    area = shapely.get_dimensions(reach) == 2
    return {"parts": len(lengths), "area": bool(area), "origin": origin}, [lengths, differences]
