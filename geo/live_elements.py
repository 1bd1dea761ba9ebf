"""Elements that map servers answered, put together into one ordinary OSM extract.

Ids, tags, ways and members stay as they are, so that the extract goes through the very same import
as a downloaded one. What several tiles hold is written once, sorted by type and id.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeGuard

import osmium
import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import LiveError
from geo.live_cache import Answer
from geo.osm_admin import RING_ROLES
from geo.osm_areas import assemble

__all__ = ["Elements", "gather_answers", "unit_outlines", "without_outsiders", "write_extract"]

# A unit that lies in the place for the most part is of it, one beyond the border is not.
_INSIDE_SHARE = 0.5
_MEMBER = {"node": "n", "way": "w", "relation": "r"}
_MOST_ID = 1 << 62
_TIME = re.compile(r"20\d\d-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\dZ")

Tags = dict[str, str]
Member = tuple[str, int, str]


@dataclass(kw_only=True, slots=True, eq=False)
class Elements:
    """OSM objects by id; filled by `gather_answers` and then left alone.

    Parameters
    ----------
    nodes
        Longitude, latitude.
    ways, relations
        Node ids; members as (type, id, role).
    tags
        Of each of the three, where it has any.
    edited
        Of each of the three, when it was last edited (ISO 8601 UTC), where the answers tell.
    timestamp
        State of the oldest answer, ISO 8601 UTC; empty if no answer tells.
    """

    nodes: dict[int, tuple[float, float]] = field(default_factory=dict)
    ways: dict[int, tuple[int, ...]] = field(default_factory=dict)
    relations: dict[int, tuple[Member, ...]] = field(default_factory=dict)
    tags: dict[str, dict[int, Tags]] = field(
        default_factory=lambda: {"node": {}, "way": {}, "relation": {}}
    )
    edited: dict[str, dict[int, str]] = field(
        default_factory=lambda: {"node": {}, "way": {}, "relation": {}}
    )
    timestamp: str = ""


def gather_answers(answers: Iterable[Answer]) -> Elements:
    """Put answers together, each object once: as the newest answer that tells all of it has it.

    Raises
    ------
    LiveError
        An element that is none: names it.
    """
    out = Elements()
    dated = [(_base(answer), answer) for answer in answers]
    known = [base for base, _ in dated if base]
    out.timestamp = min(known, default="")
    for _, answer in sorted(dated, key=lambda pair: pair[0]):
        for number, element in enumerate(answer.content["elements"], start=1):
            try:
                _add(out, element)
            except (AttributeError, LookupError, TypeError, ValueError) as error:
                raise LiveError(
                    f"element {number} of the answer is no OSM object ({element!r:.120})",
                    where=answer.server,
                    remedy="Take another server (--overpass), or ask again with --max-age 0",
                ) from error
    return out


def _base(answer: Answer) -> str:
    told = answer.content.get("osm3s")
    base = told.get("timestamp_osm_base", "") if isinstance(told, dict) else ""
    return base if _is_time(base) else ""


def _is_time(text: object) -> TypeGuard[str]:
    return isinstance(text, str) and _TIME.fullmatch(text) is not None


def _add(out: Elements, element: Any) -> None:
    kind = element["type"]
    if kind not in out.tags:
        return  # areas and counts are answers too, but no map data
    number = _whole(element["id"])
    if kind == "node":
        lon, lat = float(element["lon"]), float(element["lat"])
        if not (math.isfinite(lon) and abs(lon) <= 180.0 and abs(lat) <= 90.0):
            raise ValueError(lon, lat)
        out.nodes[number] = (lon, lat)
    elif kind == "way":
        out.ways[number] = tuple(map(_whole, element.get("nodes", ())))
    else:
        members = element.get("members", ())
        out.relations[number] = tuple(
            (_MEMBER[m["type"]], _whole(m["ref"]), str(m.get("role", ""))) for m in members
        )
    if _is_time(edited := element.get("timestamp")):
        out.edited[kind][number] = edited
    # A skeleton of an object tells nothing about its tags: those told elsewhere stay.
    if tags := element.get("tags"):
        out.tags[kind][number] = {str(key): str(value) for key, value in tags.items()}


def _whole(value: Any) -> int:
    if type(value) is not int or not -_MOST_ID < value < _MOST_ID:
        raise ValueError(value)
    return value


def unit_outlines(
    elements: Elements, numbers: Iterable[int]
) -> dict[int, tuple[bool, BaseGeometry | None]]:
    """Outlines of relations.

    Returns
    -------
    Relation id -> whether all its lines are there, and the area they form, None if none.
    """
    return {number: _outline(elements, number) for number in numbers}


def _outline(elements: Elements, number: int) -> tuple[bool, BaseGeometry | None]:
    rings = {
        ref: role
        for kind, ref, role in elements.relations[number]
        if kind == "w" and role in RING_ROLES
    }
    lines, roles = [], []
    for ref in sorted(rings):
        places = [elements.nodes[n] for n in elements.ways.get(ref, ()) if n in elements.nodes]
        if len(places) < 2 or len(places) != len(elements.ways[ref]):
            return False, None
        lines.append(shapely.LineString(places))
        roles.append(rings[ref])
    return True, assemble(lines, roles).geometry if lines else None


def without_outsiders(elements: Elements, place: BaseGeometry) -> tuple[Elements, int]:
    """Leave out administrative relations that are not of the place, and say how many.

    Neighbours, and provinces and countries around: their lines were asked for only in the tiles,
    so that an outline that is not there whole reaches beyond them.
    """
    administrative = sorted(
        number
        for number, tags in elements.tags["relation"].items()
        if tags.get("boundary") == "administrative" and number in elements.relations
    )
    shapely.prepare(place)
    outside = set()
    for number, (whole, area) in unit_outlines(elements, administrative).items():
        if not whole or not _mostly_inside(elements, number, area, place):
            outside.add(number)
    ways = dict(elements.tags["way"])
    for number in sorted(ways):
        if ways[number].get("boundary") == "administrative" and _ring_outside(
            elements, number, place
        ):  # a unit in one way: the way stays, as it may be a road too
            ways[number] = {k: v for k, v in ways[number].items() if k != "boundary"}
    kept = {n: members for n, members in elements.relations.items() if n not in outside}
    inside = Elements(
        nodes=elements.nodes,
        ways=elements.ways,
        relations=kept,
        tags={**elements.tags, "way": ways},
        edited=elements.edited,
        timestamp=elements.timestamp,
    )
    return inside, len(outside)


def _ring_outside(elements: Elements, number: int, place: BaseGeometry) -> bool:
    refs = elements.ways.get(number, ())
    spots = [elements.nodes[n] for n in refs if n in elements.nodes]
    if len(spots) < 4 or refs[0] != refs[-1]:
        return False
    area = shapely.make_valid(shapely.Polygon(spots))
    return bool(shapely.intersection(area, place).area < _INSIDE_SHARE * area.area)


def _mostly_inside(
    elements: Elements, number: int, area: BaseGeometry | None, place: BaseGeometry
) -> bool:
    if area is not None:
        return bool(shapely.intersection(area, place).area >= _INSIDE_SHARE * area.area)
    # An outline that does not close, though all its lines are there, is for the importer to tell.
    ways = [ref for kind, ref, _ in elements.relations[number] if kind == "w"]
    spots = [elements.nodes[n] for ref in ways for n in elements.ways.get(ref, ())]
    if not spots:
        return False
    inside = shapely.intersects_xy(place, [lon for lon, _ in spots], [lat for _, lat in spots])
    return bool(inside.mean() >= _INSIDE_SHARE)


def write_extract(elements: Elements, path: Path, *, box: Sequence[float], server: str) -> None:
    """Write an ``.osm.pbf`` (or ``.osm``) file: nodes, ways, relations, each by ascending id.

    Parameters
    ----------
    elements
        As gathered.
    path
        The file; there whole or not at all.
    box
        West, south, east, north that were asked for.
    server
        Named where the elements cannot be written.

    Raises
    ------
    LiveError
        If the elements cannot be stored, or not here.
    """
    header = osmium.io.Header()
    header.set("generator", "RecycleNet")
    if elements.timestamp:
        header.set("osmosis_replication_timestamp", elements.timestamp)
    west, south, east, north = box
    header.add_box(osmium.osm.Box(west, south, east, north))
    tags, edited, make = elements.tags, elements.edited, osmium.osm.mutable

    def known(kind: str, number: int) -> dict[str, Any]:
        told = {"id": number, "version": 1, "tags": tags[kind].get(number)}
        return told | ({"timestamp": edited[kind][number]} if number in edited[kind] else {})

    partial = path.absolute().with_name(f".{path.name}")
    try:
        with osmium.SimpleWriter(str(partial), header=header, overwrite=True) as writer:
            for number in _in_order(elements.nodes):
                at = elements.nodes[number]
                writer.add_node(make.Node(location=at, **known("node", number)))
            for number in _in_order(elements.ways):
                refs = elements.ways[number]
                writer.add_way(make.Way(nodes=refs, **known("way", number)))
            for number in _in_order(elements.relations):
                members = elements.relations[number]
                writer.add_relation(make.Relation(members=members, **known("relation", number)))
        partial.replace(path)
    except (RuntimeError, ValueError, TypeError, OverflowError) as error:
        raise LiveError(
            f"holds an object that cannot be stored ({error})",
            where=server,
            remedy="Take another server (--overpass)",
        ) from error
    except OSError as error:
        raise LiveError(
            f"cannot be written ({error.strerror or error})",
            where=str(path),
            remedy="Check the path and the free space",
        ) from error
    finally:
        partial.unlink(missing_ok=True)


def _in_order(things: Iterable[int]) -> list[int]:
    # As OSM files have it: negative ids first by size, then the positive ones.
    return sorted(things, key=lambda number: (number >= 0, abs(number)))
