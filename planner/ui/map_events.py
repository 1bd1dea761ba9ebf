"""What the map in the browser reports: read with care, as anybody can send anything."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeGuard, get_args

from planner.edits import MAX_EDITS, Edits
from planner.errors import ScenarioError

__all__ = ["Deed", "MapEvent", "edited_by", "read_event"]

Deed = Literal[
    "site", "township", "add", "close", "force", "free", "remove", "no-go", "go", "undo", "redo"
]
LONGEST = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class MapEvent:
    """One thing done on the map.

    Parameters
    ----------
    n
        Larger than that of every event before: an event is heeded once.
    do
        What was done.
    id
        Of a site, or the code of a township; empty where it was let go.
    """

    n: int
    do: Deed
    id: str = ""
    lon: float = 0.0
    lat: float = 0.0
    existing: bool = False
    name: str = ""
    ring: tuple[tuple[float, float], ...] = ()
    row: int = -1


def read_event(told: object) -> MapEvent | None:
    """Read what the map sent; ``None`` for anything else than an event of ours."""
    if not isinstance(told, Mapping) or told.get("do") not in get_args(Deed):
        return None
    n, row = told.get("n"), told.get("row", -1)
    if not _whole(n) or not _whole(row):
        return None
    lon, lat = told.get("lon", 0.0), told.get("lat", 0.0)
    texts = (told.get("id", told.get("code", "")), told.get("name", ""))
    ring = told.get("ring", [])
    if not (_degrees(lon) and _degrees(lat)) or not isinstance(ring, list):
        return None
    if not all(isinstance(text, str) and len(text) <= LONGEST for text in texts):
        return None
    if len(ring) > MAX_EDITS or not all(_corner(corner) for corner in ring):
        return None
    return MapEvent(
        n=n,
        do=told["do"],
        id=texts[0],
        lon=float(lon),
        lat=float(lat),
        existing=told.get("existing") is True,
        name=" ".join("".join(c if c.isprintable() else " " for c in texts[1]).split()),
        ring=tuple((float(x), float(y)) for x, y in ring),
        row=row,
    )


def edited_by(edits: Edits, event: MapEvent) -> Edits:
    """Do what an event says to the edits; picks and undo change nothing here.

    Raises
    ------
    ScenarioError
        If the result would be no edits: too many, or an area without corners.
    """
    if event.do == "add":
        return edits.with_added(event.lon, event.lat, name=event.name, existing=event.existing)
    if event.do == "close":
        return edits.with_closed(event.id)
    if event.do == "force":
        return edits.with_forced(event.id)
    if event.do == "free":
        return edits.freed(event.id)
    if event.do == "remove":
        return edits.without(event.id)
    if event.do == "no-go":
        return edits.with_no_go(event.ring)
    if event.do == "go":
        if not 0 <= event.row < len(edits.no_go):
            raise ScenarioError(f"there is no area {event.row}", where="edits.no_go")
        return edits.without_no_go(event.row)
    return edits


def _whole(value: object) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 2**53


def _degrees(value: object) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and abs(value) <= 180


def _corner(corner: object) -> bool:
    return isinstance(corner, list) and len(corner) == 2 and all(map(_degrees, corner))
