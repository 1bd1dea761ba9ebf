"""From what people call a place to its outline: by name, by OSM id, from a drawn polygon."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import equal_area_m2
from geo.errors import BoundaryError, PlaceError
from geo.findings import Finding
from geo.live_cache import Answer
from geo.live_http import Servers, ask_place
from geo.osm_areas import polygonal
from geo.placing import read_placed
from geo.progress import Progress, silent

__all__ = ["Place", "find_place", "place_from_file"]

_ID = re.compile(
    r"(?:https?://(?:www\.)?openstreetmap\.org/)?"
    r"(?:(?P<short>[RWrw])|(?P<long>relation|way)[/ ])(?P<id>\d{1,18})/?"
)
_MOST_SHOWN = 8
_FORM = {"format": "jsonv2", "polygon_geojson": "1", "namedetails": "1", "limit": "20"}
_LANGUAGES = {"zh": "zh-CN,zh,en", "en": "en"}
# Two outlines that share so much are one place twice (a county, and the island it is).
_SAME_SHARE = 0.9
_MOST_KM2 = 60_000.0
_DRAW = "Give a drawn polygon (GeoJSON file) instead"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Place:
    """Ground to fetch.

    Parameters
    ----------
    name
        What it is called.
    osm_id
        ``"R123"`` or ``"W123"``; empty for a drawn polygon or several townships.
    outline
        Valid (Multi)Polygon, degrees.
    answers
        What the servers were asked on the way.
    findings
        What was noticed on the way.
    """

    name: str
    osm_id: str
    outline: BaseGeometry
    answers: tuple[Answer, ...] = ()
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Found:
    osm_id: str
    label: str
    names: frozenset[str]
    administrative: bool
    kind: str
    area: BaseGeometry | None


def find_place(
    text: str,
    servers: Servers,
    *,
    choose: int | None = None,
    language: str = "zh",
    progress: Progress = silent,
) -> Place:
    """Find a place by its name, in any language, or by its OSM id.

    Parameters
    ----------
    text
        ``"景德镇市"``, ``"Isle of Wight"``, ``"朝阳区, 长春市"``, ``"R3172234"``,
        ``"relation/3172234"`` or the address of its page.
    servers
        Whom to ask.
    choose
        Number, from 1, among the choices that an earlier call offered.
    language
        "zh" or "en": of the names given back. Any language may be asked in.
    progress
        Told ``"find the place"``.

    Raises
    ------
    PlaceError
        Unknown (with near matches), no area, too large, or one of several (with the choices).
    LiveError
        No answer.
    """
    progress("find the place", 0.0)
    text = " ".join(text.split())
    if not text or len(text) > 200 or not text.isprintable():
        raise PlaceError(
            "is empty, too long or unprintable", where="PLACE", remedy="Give the name of a place"
        )
    form = _FORM | {"accept-language": _LANGUAGES.get(language, language)}
    if told := _ID.fullmatch(text):
        osm_id = (told["short"] or told["long"][0]).upper() + told["id"]
        answer = ask_place(servers, "lookup", {"osm_ids": osm_id, **form}, progress)
        found = _places(answer)
        if not found:
            raise PlaceError(
                f"no OSM object {osm_id} is known to the place search",
                where=text,
                remedy="Check the id on openstreetmap.org, or give the name",
            )
    else:
        answer = ask_place(servers, "search", {"q": text, **form}, progress)
        found = _places(answer)
        if not found:
            raise _unknown(text, servers, form, progress)
    chosen = _chosen(text, found, choose)
    assert chosen.area is not None
    _refuse_large(chosen.area, chosen.label)
    progress("find the place", 1.0)
    name = chosen.label.split(",")[0].strip() or chosen.osm_id
    return Place(name=name, osm_id=chosen.osm_id, outline=chosen.area, answers=(answer,))


def place_from_file(path: Path) -> Place:
    """Take the polygons of a file for the place.

    Raises
    ------
    BoundaryError
        If the file holds none.
    PlaceError
        If they are too large.
    """
    placed = read_placed(path, wanted="outlines", error=BoundaryError)
    area = polygonal(shapely.union_all(shapely.make_valid(placed.frame.geometry.to_numpy())))
    if area is None:
        raise PlaceError("has no area", where=path.name, remedy="Draw a polygon")
    _refuse_large(area, path.name)
    return Place(name=path.stem, osm_id="", outline=area, findings=placed.findings)


def _unknown(
    text: str, servers: Servers, form: Mapping[str, str], progress: Progress
) -> PlaceError:
    """Say that a place is unknown, and what is there of a similar name."""
    first = text.split(",")[0].strip()
    shorter = re.sub(
        r"(?:自治州|自治县|地区|[省市州县区镇乡旗]|\s+(?:city|county|district))$", "", first
    )
    near: list[_Found] = []
    for other in dict.fromkeys((first, shorter)):
        if other and other != text and not near:
            near = _places(ask_place(servers, "search", {"q": other, **form}, progress))
    if near:
        return PlaceError(
            f"no such place is known; near matches are {_told(near)}",
            where=text,
            remedy="Give one of those ids, or another name",
            choices=_choices(near),
        )
    return PlaceError(
        "no such place is known",
        where=text,
        remedy=f"Check the spelling, add what it lies in (朝阳区, 长春市), or: {_DRAW.lower()}",
    )


def _places(answer: Answer) -> list[_Found]:
    found = []
    for record in answer.content:
        kind, number = str(record.get("osm_type", "")), record.get("osm_id")
        if kind not in {"node", "way", "relation"} or type(number) is not int:
            continue
        details = record.get("namedetails")
        names = list(details.values()) if isinstance(details, dict) else []
        category = str(record.get("category", record.get("class", "")))
        label = " ".join(str(record.get("display_name", "")).split())[:200]
        found.append(
            _Found(
                osm_id=f"{kind[0].upper()}{number}",
                label=label,
                names=frozenset(
                    _folded(str(name)) for name in (*names, record.get("name"), label) if name
                ),
                administrative=(category, record.get("type")) == ("boundary", "administrative"),
                kind=f"{category}={record.get('type', '')}",
                area=_area(record.get("geojson")),
            )
        )
    return found


def _area(geojson: Any) -> BaseGeometry | None:
    if not isinstance(geojson, dict) or geojson.get("type") not in {"Polygon", "MultiPolygon"}:
        return None
    try:
        shape = polygonal(shapely.force_2d(shapely.geometry.shape(geojson)))
    except (ValueError, TypeError, LookupError, shapely.GEOSException):
        return None
    if shape is None:
        return None
    west, south, east, north = shape.bounds
    sane = -180.0 <= west < east <= 180.0 and -90.0 <= south < north <= 90.0
    return shape if sane and east - west < 180.0 else None


def _chosen(text: str, found: list[_Found], choose: int | None) -> _Found:
    areas = [place for place in found if place.area is not None]
    if not areas:
        raise PlaceError(
            f"is no area in OpenStreetMap but {_told(found)}",
            where=text,
            remedy=f"Name the county or city it lies in. Or: {_DRAW.lower()}",
            choices=_choices(found),
        )
    # A station called after its city is not meant where the city itself is among the answers.
    areas = [place for place in areas if place.administrative] or areas
    asked = _folded(text.split(",")[0])
    areas = [place for place in areas if asked in place.names] or areas
    areas = _distinct(areas)
    if choose is not None:
        if not 1 <= choose <= len(areas):
            raise PlaceError(
                f"{choose} is none of the {len(areas)} choices: {_told(areas)}",
                where="--choose",
                remedy="Give the number of one",
                choices=_choices(areas),
            )
        return areas[choose - 1]
    if len(areas) > 1:
        raise PlaceError(
            f"may be one of several places: {_told(areas, numbered=True)}",
            where=text,
            remedy="Say which with --choose NUMBER, or give its id for the name",
            choices=_choices(areas),
        )
    return areas[0]


def _distinct(places: list[_Found]) -> list[_Found]:
    kept: list[_Found] = []
    for place in places:
        if not any(_same(place, other) for other in kept):
            kept.append(place)
    return kept


def _same(one: _Found, other: _Found) -> bool:
    assert one.area is not None
    assert other.area is not None
    if one.osm_id == other.osm_id:
        return True
    shared = shapely.intersection(one.area, other.area).area
    return bool(shared >= _SAME_SHARE * max(one.area.area, other.area.area))


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _told(places: Sequence[_Found], *, numbered: bool = False) -> str:
    shown = [
        (f"{number} = " if numbered else "") + f"{place.label} ({place.osm_id}, {place.kind})"
        for number, place in enumerate(places[:_MOST_SHOWN], start=1)
    ]
    more = len(places) - len(shown)
    return "; ".join(shown) + (f"; and {more} more" if more else "")


def _choices(places: Sequence[_Found]) -> tuple[tuple[str, str], ...]:
    return tuple((place.osm_id, place.label) for place in places)


def _refuse_large(area: BaseGeometry, label: str) -> None:
    km2 = float(equal_area_m2([area])[0]) / 1e6
    if km2 > _MOST_KM2:
        raise PlaceError(
            f"has {km2:,.0f} km², more than is fetched piece by piece ({_MOST_KM2:,.0f} km²)",
            where=label,
            remedy="Import a downloaded extract: recyclenet import FILE.osm.pbf --out BUNDLE",
        )
