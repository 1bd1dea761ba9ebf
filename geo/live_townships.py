"""A place that is no OSM unit of its own, put together from its townships."""

from __future__ import annotations

from collections.abc import Sequence

import shapely

from geo.errors import PlaceError
from geo.live_elements import gather_answers, unit_outlines
from geo.live_http import Servers, ask_map
from geo.live_place import Place
from geo.live_query import any_of, units_query
from geo.naming import Names, stem
from geo.osm_areas import polygonal
from geo.progress import Progress, silent

__all__ = ["find_townships", "unit_called"]

# 镇 made 街道 is a guess where a person is there to ask; a zone of our own knows its townships.
_SAME_STEM = 0.85


def find_townships(
    names: Sequence[Sequence[str]],
    around: Place,
    servers: Servers,
    *,
    name: str,
    level: int,
    skip_missing: bool = False,
    progress: Progress = silent,
) -> Place:
    """Put a place together from its townships, which no OSM unit unites.

    Parameters
    ----------
    names
        For each township the names it goes or went by, today's first. The kind of unit
        (镇, 街道, 管理处 …) and a city's name before it may differ.
    around
        Where to look.
    servers
        Whom to ask.
    name
        Of the whole.
    level
        OSM level of the townships.
    skip_missing
        Go on without those that OSM does not have.
    progress
        Told ``"find the place"``.

    Raises
    ------
    PlaceError
        If OSM has no outline of some of them.
    LiveError
        No answer.
    """
    progress("find the place", 0.5)
    stems = any_of(stem(spelling) for spellings in names for spelling in spellings)
    question = units_query(stems, level, around.outline.bounds, servers.timeout_s)
    answer = ask_map(servers, question, progress)
    elements = gather_answers([answer])
    tags = elements.tags["relation"]
    outlines = unit_outlines(elements, sorted(elements.relations))
    units = [
        (number, tags[number].get("name", ""), area)
        for number, (_, area) in sorted(outlines.items())
        if area is not None
        and tags.get(number, {}).get("admin_level") == str(level)
        and area.intersects(around.outline)
    ]
    found = [unit_called(spellings, [name for _, name, _ in units]) for spellings in names]
    missing = [told[0] for told, row in zip(names, found, strict=True) if row is None]
    shapes = [units[row][2] for row in found if row is not None]
    if not shapes or (missing and not skip_missing):
        raise PlaceError(
            f"OpenStreetMap has no outline at admin_level {level} of {', '.join(missing)}"
            f" ({len(shapes)} of {len(names)} found)",
            where=name,
            remedy="Give the outlines with --boundaries FILE --name-field FIELD, or go on without"
            " them with --skip-missing",
        )
    whole = polygonal(shapely.union_all(shapes))
    assert whole is not None
    progress("find the place", 1.0)
    return Place(name=name, osm_id="", outline=whole, answers=(*around.answers, answer))


def unit_called(spellings: Sequence[str], units: Sequence[str]) -> int | None:
    """Find the unit that goes by one of some names.

    Parameters
    ----------
    spellings
        Names of one township, today's first.
    units
        Names of units.

    Returns
    -------
    Row of the first that has one of the names as it stands, else in its normal form or by the
    table of aliases, else of the only one that differs in the kind of unit; else None.
    """
    for spelling in spellings:
        if spelling in units:
            return units.index(spelling)
    known = Names(units)
    for spelling in spellings:
        match = known.match(spelling)
        if match is not None and match.score >= _SAME_STEM:
            return match.at
    return None
