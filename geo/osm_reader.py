"""Three passes over an OSM file: relations, nodes, ways.

Relations come first, so that the ways they are made of are known; nodes second, so that ways find
their positions in whatever order the file holds them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

import osmium

from geo.errors import ExtractError
from geo.findings import Finding
from geo.osm_admin import AdminDraft, admin_draft
from geo.osm_areas import AREA_KINDS, CLOSED_LAND, LAND_KINDS
from geo.osm_file import NODE, RELATION, WAY, Locations, OsmFile, objects, tag_getter
from geo.osm_ways import WayGatherer
from geo.progress import Progress

__all__ = [
    "LINE_KINDS",
    "PLACE_KINDS",
    "POI_KEYS",
    "ROAD_TAGS",
    "Gathered",
    "Place",
    "Thing",
    "gather",
]

#: Tags kept of a road.
ROAD_TAGS = (
    "highway", "oneway", "junction", "access", "foot", "vehicle", "motor_vehicle", "motorcar",
    "bicycle", "service", "tracktype", "sidewalk", "motorroad", "tunnel", "name", "area",
    "oneway:bicycle", "maxspeed",
)  # fmt: skip
#: Tags kept of a point of interest.
POI_KEYS = (
    "amenity", "shop", "office", "leisure", "landuse", "man_made", "industrial", "place",
    "government", "recycling_type", "building", "public_transport", "highway", "access",
)  # fmt: skip
#: Settlements and their parts, coarse to fine.
PLACE_KINDS = (
    "city", "borough", "town", "township", "suburb", "quarter", "neighbourhood", "village",
    "hamlet", "isolated_dwelling", "farm",
)  # fmt: skip

_AREA_KEYS = tuple(dict.fromkeys(key for key, _ in AREA_KINDS))
_LAND_KEYS = tuple(dict.fromkeys(key for key, _ in LAND_KINDS))
#: Ways that are drawn as lines: key -> value -> kind.
LINE_KINDS: tuple[tuple[str, dict[str, str]], ...] = (
    ("waterway", {"river": "river", "stream": "stream", "canal": "canal"}),
    ("railway", {"rail": "rail", "light_rail": "rail"}),
    ("natural", {"coastline": "coastline"}),
)
# A building with one of these is (also) something else than a home.
_OTHER_USE = (
    "amenity", "shop", "office", "tourism", "leisure", "craft", "healthcare", "man_made",
    "industrial", "emergency", "military", "power", "aeroway", "railway", "public_transport",
)  # fmt: skip
_NUMBER = re.compile(r"\s*(\d{1,3}(?:\.\d+)?)")
_WAYS_PER_TELL = 4096
# Only the progress bar rests on it: bytes of a PBF per way, packed XML and XML are bulkier.
_BYTES_PER_WAY = {"pbf": 60.0, "osm.gz": 120.0, "osm.bz2": 90.0}


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A settlement node."""

    osm_id: int
    place: str
    name: str
    population: str
    lonlat: tuple[float, float]


@dataclass(frozen=True, kw_only=True, slots=True)
class Thing:
    """A node, way or multipolygon that is a building, an area or a point of interest.

    Parameters
    ----------
    osm_type, osm_id, name
        ``"n"``, ``"w"`` or ``"r"``; the id; the name as tagged.
    where
        Position of a node, rows of a way among the gathered shapes, members of a relation.
    building
        (value, levels, has another use), or None.
    kinds
        Kinds of ground.
    poi
        Texts of the point-of-interest columns, or None.
    protect_class
        IUCN or national class of a protected area, as tagged.
    """

    osm_type: str
    osm_id: int
    name: str
    lonlat: tuple[float, float] | None = None
    rows: tuple[int, ...] = ()
    members: tuple[tuple[int, str], ...] = ()
    building: tuple[str, float, bool] | None = None
    kinds: tuple[str, ...] = ()
    poi: tuple[str, ...] | None = None
    protect_class: str = ""


@dataclass(kw_only=True, slots=True, eq=False)
class Gathered:
    """Everything of use in a file, as read; filled by `gather` and then left alone."""

    roads: WayGatherer
    shapes: WayGatherer
    poi_columns: tuple[str, ...]
    road_tags: list[tuple[str, ...]] = field(default_factory=list)
    member_rows: dict[int, list[int]] = field(default_factory=dict)
    line_rows: list[tuple[int, str]] = field(default_factory=list)
    drafts: list[AdminDraft] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    repeated: int = 0
    relations_seen: int = 0
    ways_seen: int = 0
    newest: str | None = None
    edited_s: list[int] = field(default_factory=list)
    road_edited_s: list[int] = field(default_factory=list)


def gather(file: OsmFile, wanted: Collection[tuple[str, str]], progress: Progress) -> Gathered:
    """Read a file.

    Parameters
    ----------
    file
        From `open_osm`.
    wanted
        (key, value) pairs of the points of interest, value ``"*"`` for any.
    progress
        Told ``"read extract"``.

    Raises
    ------
    ExtractError
        Several versions of one object.
    """
    return _Gatherer(file, wanted).run(progress)


class _Gatherer:
    def __init__(self, file: OsmFile, wanted: Collection[tuple[str, str]]) -> None:
        self.file = file
        self.wanted = frozenset(wanted)
        self.keys = tuple(sorted({key for key, _ in wanted}))
        extra = tuple(key for key in self.keys if key not in POI_KEYS)
        self.out = Gathered(
            roads=WayGatherer(node_ids=True, unsaved=file.unsaved),
            shapes=WayGatherer(node_ids=False, unsaved=file.unsaved),
            poi_columns=(*POI_KEYS, *extra),
        )
        self.versions: dict[tuple[str, int], int] = {}
        self.members: set[int] = set()

    def run(self, progress: Progress) -> Gathered:
        for thing in objects(self.file, RELATION):
            self.out.relations_seen += 1
            self._relation(thing)
        progress("read extract", 0.1)
        locations = Locations()
        tagged = osmium.filter.KeyFilter("place", *self.keys)
        for thing in objects(self.file, NODE, locations.handler, tagged):
            self._node(thing)
        progress("read extract", 0.25)
        per_way = _BYTES_PER_WAY.get(self.file.format, 600.0)
        expected = max(1.0, self.file.path.stat().st_size / per_way)
        for count, thing in enumerate(objects(self.file, WAY, locations.handler)):
            self._way(thing)
            self.out.ways_seen = count + 1
            if count % _WAYS_PER_TELL == 0:
                progress("read extract", 0.25 + 0.5 * (1.0 - math.exp(-2.0 * count / expected)))
        progress("read extract", 0.75)
        return self.out

    def _new(self, thing: Any, kind: str) -> bool:
        """Whether an object has not been met before; two versions of one object are refused."""
        known = self.versions.get((kind, thing.id))
        if known == thing.version:
            self.out.repeated += 1
            return False
        if known is not None:
            raise ExtractError(
                f"holds several versions of {kind}{thing.id} ({known} and {thing.version})",
                where=str(self.file.path),
                remedy="Give an extract of one moment (osmium time-filter makes one)",
            )
        self.versions[kind, thing.id] = thing.version
        edited = thing.timestamp
        self.out.edited_s.append(int(edited.timestamp()))
        if self.file.timestamp is None:
            stamp = edited.strftime("%Y-%m-%dT%H:%M:%SZ")
            if stamp > (self.out.newest or "1970-01-01T00:00:00Z"):
                self.out.newest = stamp
        return True

    def _relation(self, thing: Any) -> None:
        get = tag_getter(thing)
        if get("type", "") not in {"multipolygon", "boundary"}:
            return
        members = {m.ref: m.role for m in thing.members if m.type == "w"}
        if get("boundary", "") == "administrative":
            if self._new(thing, "r"):
                self._admin(thing, tuple(members.items()))
        elif (traits := self._traits(get)) and self._new(thing, "r"):
            ways = tuple(sorted(members.items()))
            self.members.update(members)
            self.out.things.append(Thing(osm_type="r", osm_id=thing.id, members=ways, **traits))

    def _admin(self, thing: Any, members: tuple[tuple[int, str], ...]) -> None:
        draft = admin_draft(thing, members)
        if isinstance(draft, Finding):
            self.out.findings.append(draft)
        else:
            self.out.drafts.append(draft)
            self.members.update(ref for ref, _ in draft.members)

    def _node(self, thing: Any) -> None:
        get = tag_getter(thing)
        place = get("place", "")
        traits = self._traits(get)
        poi = traits["poi"] if traits else None
        if not (place in PLACE_KINDS or poi) or not thing.location.valid():
            return
        if not self._new(thing, "n"):
            return
        lonlat = (thing.location.lon, thing.location.lat)
        name = get("name", "").strip()
        if place in PLACE_KINDS:
            population = get("population", "")
            self.out.places.append(
                Place(osm_id=thing.id, place=place, name=name, population=population, lonlat=lonlat)
            )
        if poi:
            self.out.things.append(
                Thing(osm_type="n", osm_id=thing.id, name=name, lonlat=lonlat, poi=poi)
            )

    def _way(self, thing: Any) -> None:
        get = tag_getter(thing)
        highway = get("highway", "")
        line = next((kind for key, kinds in LINE_KINDS if (kind := kinds.get(get(key, "")))), None)
        administrative = get("boundary", "") == "administrative" and thing.is_closed()
        traits = self._traits(get)
        member = thing.id in self.members
        if not (highway or line or administrative or traits or member):
            return
        if not self._new(thing, "w"):
            return
        if highway:
            rows = self.out.roads.add(thing)
            texts = tuple(get(key, "") for key in ROAD_TAGS)
            self.out.road_tags.extend([texts] * len(rows))
            self.out.road_edited_s.extend([self.out.edited_s[-1]] * len(rows))
        if not (line or administrative or traits or member):
            return
        rows = self.out.shapes.add(thing)
        if member or administrative:
            self.out.member_rows[thing.id] = rows
        if line:
            self.out.line_rows.extend((row, line) for row in rows)
        if administrative:
            self._admin(thing, ((thing.id, "outer"),))
        if traits:
            self.out.things.append(Thing(osm_type="w", osm_id=thing.id, rows=tuple(rows), **traits))

    def _traits(self, get: Any) -> dict[str, Any]:
        """What an object is to us, by its tags; empty if nothing."""
        kinds = [
            AREA_KINDS[key, value]
            for key in _AREA_KEYS
            if (value := get(key, "")) and (key, value) in AREA_KINDS
        ]
        kinds += [
            LAND_KINDS[key, value]
            for key in _LAND_KEYS
            if (value := get(key, "")) and (key, value) in LAND_KINDS
            if not any(get(shut, "") in values for shut, values in CLOSED_LAND)
            or LAND_KINDS[key, value] in ("school", "sewage")
        ]
        building = get("building", "")
        poi = any(
            (value := get(key, "")) and ((key, value) in self.wanted or (key, "*") in self.wanted)
            for key in self.keys
        )
        if not (kinds or poi or (building and building != "no")):
            return {}
        levels = _NUMBER.match(get("building:levels", ""))
        storeys = float(levels[1]) if levels else math.nan
        home = building and building != "no"
        return {
            "name": get("name", "").strip(),
            "kinds": tuple(dict.fromkeys(kinds)),
            "building": (
                (
                    building,
                    storeys if storeys > 0 else math.nan,
                    any(get(key, "") for key in _OTHER_USE),
                )
                if home
                else None
            ),
            "poi": tuple(get(key, "") for key in self.out.poi_columns) if poi else None,
            "protect_class": get("protect_class", "") if "protected" in kinds else "",
        }
