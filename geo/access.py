"""Which ways people may walk, ride and drive on, and in which direction: OSM tags read as rules.

The tag nearest to the vehicle decides (``motorcar`` before ``motor_vehicle`` before ``vehicle``
before ``access``; ``bicycle`` before ``vehicle``; ``foot`` before ``access``); where none speaks,
the class of the way does. See https://wiki.openstreetmap.org/wiki/Key:access and Key:oneway.
Conditional tags (times, weights) are not read. Choices where the wiki leaves one:

- ``oneway=reversible`` and ``alternating`` are open both ways: the direction changes within
  minutes or hours, and a trip to a recycling point is not tied to one.
- ``use_sidepath`` is open: the path beside the road is as long as the road.
- trunk roads are closed to walkers unless a sidewalk or a ``foot`` tag says otherwise.
- tracks are driven where a tag allows motor vehicles or the surface is good (grades 1 and 2).
- e-bikes and electric tricycles go where bicycles may, as the law has it in China, where they are
  no motor vehicles (GB 17761-2018) and only motorways are closed to them (Road Traffic Safety Law,
  art. 67); but they carry a load: on footpaths, paths and squares only where a ``bicycle`` tag
  allows it, on tracks unless they are soft (grades 4 and 5), never on steps. One-ways bind them
  unless ``oneway:bicycle=no``. Where one must get off (``dismount``) they are pushed.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag
from typing import Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

__all__ = [
    "ACCESS_KEYS",
    "MODES",
    "Direction",
    "Mode",
    "directions",
    "driving",
    "riding",
    "walking",
]

Mode = Literal["walk", "ebike", "drive"]
MODES: tuple[Mode, ...] = ("walk", "ebike", "drive")


class Direction(IntFlag):
    """In which direction a way may be used, as it is drawn."""

    CLOSED = 0
    FORWARD = 1
    BACKWARD = 2
    BOTH = 3


#: Tags that forbid or allow; what a way would be without them is its class alone.
ACCESS_KEYS = ("access", "foot", "bicycle", "vehicle", "motor_vehicle", "motorcar")


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_OPEN = _words(
    "yes designated permissive destination customers delivery official public residents "
    "discouraged dismount use_sidepath"
)
_SHUT = _words("no private agricultural forestry military emergency permit employees")
# Being reserved for farm or forest machines is said of tracks that anybody walks on.
_SHUT_ON_FOOT = _SHUT - _words("agricultural forestry")

_NO_WAY = _words(
    "construction proposed planned raceway abandoned disused razed demolished dismantled destroyed "
    "removed platform bus_stop rest_area services emergency_bay escape via_ferrata no"
)
_NOT_ON_FOOT = _words("motorway motorway_link busway bus_guideway")
_TRUNK = _words("trunk trunk_link")
_SIDEWALKS = _words("yes both left right")

_MOTORWAY = _words("motorway motorway_link")
_DRIVEN = _MOTORWAY | _words(
    "trunk trunk_link primary primary_link secondary secondary_link tertiary tertiary_link "
    "unclassified residential living_street service road"
)
_HARD_TRACK = _words("grade1 grade2")
_RIDDEN = (_DRIVEN - _MOTORWAY) | _words("cycleway busway track")
_RIDDEN_IF_ALLOWED = _words("path footway pedestrian bridleway")
_SOFT_TRACK = _words("grade4 grade5")
_ROUND = _words("roundabout circular")
_ONEWAY = {
    "yes": Direction.FORWARD,
    "true": Direction.FORWARD,
    "1": Direction.FORWARD,
    "-1": Direction.BACKWARD,
    "reverse": Direction.BACKWARD,
    "no": Direction.BOTH,
    "false": Direction.BOTH,
    "0": Direction.BOTH,
    "reversible": Direction.BOTH,
    "alternating": Direction.BOTH,
}

_READ = {
    "walk": ("highway", "foot", "access", "motorroad", "sidewalk"),
    "ebike": (
        *("highway", "oneway", "oneway:bicycle", "junction", "access", "vehicle", "bicycle"),
        *("motorroad", "service", "tracktype"),
    ),
    "drive": (
        *("highway", "oneway", "junction", "access", "vehicle", "motor_vehicle", "motorcar"),
        *("service", "tracktype"),
    ),
}


def walking(tags: Mapping[str, str]) -> Direction:
    """Say whether a way may be walked on; one-way streets bind no walker.

    Parameters
    ----------
    tags
        Tags of the way; absent or empty means not said.
    """
    highway = tags.get("highway", "")
    if not highway or highway in _NO_WAY:
        return Direction.CLOSED
    on_foot = _verdict(tags.get("foot", ""), _SHUT_ON_FOOT)
    if on_foot is not None:
        return Direction.BOTH if on_foot else Direction.CLOSED
    if highway in _NOT_ON_FOOT or tags.get("motorroad") == "yes":
        return Direction.CLOSED
    if highway in _TRUNK and tags.get("sidewalk") not in _SIDEWALKS:
        return Direction.CLOSED
    shut = _verdict(tags.get("access", ""), _SHUT_ON_FOOT) is False
    return Direction.CLOSED if shut else Direction.BOTH


def driving(tags: Mapping[str, str]) -> Direction:
    """Say whether and in which direction a way may be driven on by car.

    Parameters
    ----------
    tags
        Tags of the way; absent or empty means not said.
    """
    highway = tags.get("highway", "")
    if highway not in _DRIVEN and highway != "track":
        return Direction.CLOSED
    by_motor = [_verdict(tags.get(key, ""), _SHUT) for key in ("motorcar", "motor_vehicle")]
    in_general = [_verdict(tags.get(key, ""), _SHUT) for key in ("vehicle", "access")]
    said = next((verdict for verdict in by_motor + in_general if verdict is not None), None)
    if said is False or tags.get("service") == "emergency_access":
        return Direction.CLOSED
    soft = highway == "track" and tags.get("tracktype") not in _HARD_TRACK
    if soft and True not in by_motor:
        return Direction.CLOSED
    implied = highway in _MOTORWAY or tags.get("junction") in _ROUND
    return _one_way(tags.get("oneway", ""), implied=implied)


def riding(tags: Mapping[str, str]) -> Direction:
    """Say whether and in which direction a way may be used by e-bike or electric tricycle.

    Parameters
    ----------
    tags
        Tags of the way; absent or empty means not said.
    """
    highway = tags.get("highway", "")
    if highway not in _RIDDEN | _RIDDEN_IF_ALLOWED:
        return Direction.CLOSED
    by_bicycle = _verdict(tags.get("bicycle", ""), _SHUT)
    in_general = [_verdict(tags.get(key, ""), _SHUT) for key in ("vehicle", "access")]
    said = next((verdict for verdict in (by_bicycle, *in_general) if verdict is not None), None)
    if said is False or tags.get("service") == "emergency_access":
        return Direction.CLOSED
    soft = highway == "track" and tags.get("tracktype") in _SOFT_TRACK
    if (soft or highway in _RIDDEN_IF_ALLOWED or tags.get("motorroad") == "yes") and not by_bicycle:
        return Direction.CLOSED
    own = tags.get("oneway:bicycle", "").strip().lower()
    if own in _ONEWAY:
        return _ONEWAY[own]
    return _one_way(tags.get("oneway", ""), implied=tags.get("junction") in _ROUND)


def directions(tags: pd.DataFrame, mode: Mode) -> npt.NDArray[np.int8]:
    """Apply the rules of a mode to every way.

    Parameters
    ----------
    tags
        One row a way, one ``str`` column a key, ``""`` where absent. Missing columns are silent.
    mode
        ``"walk"``, ``"ebike"`` or ``"drive"``.

    Returns
    -------
    int8[w]
        A :class:`Direction` for each way.
    """
    rule = {"walk": walking, "ebike": riding, "drive": driving}[mode]
    keys = [key for key in _READ[mode] if key in tags]
    if tags.empty or not keys:
        return np.zeros(len(tags), np.int8)
    # A country has millions of ways but few thousand combinations of these tags.
    alike = tags.groupby(keys, sort=False, dropna=False).ngroup().to_numpy()
    firsts = np.unique(alike, return_index=True)[1]
    rows = tags[keys].iloc[firsts].astype(str).itertuples(index=False, name=None)
    verdicts = [rule(dict(zip(keys, row, strict=True))) for row in rows]
    return np.array(verdicts, np.int8)[alike]


def _one_way(oneway: str, *, implied: bool) -> Direction:
    default = Direction.FORWARD if implied else Direction.BOTH
    return _ONEWAY.get(oneway.strip().lower(), default)


def _verdict(value: str, shut: frozenset[str]) -> bool | None:
    """Read one access tag: open, shut, or silent (absent, unknown). Of a list, any open counts."""
    said = {part.strip().lower() for part in value.split(";")}
    if said & _OPEN:
        return True
    return False if said & shut else None
