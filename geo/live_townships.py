"""A place that is no OSM unit of its own, put together from its townships."""

from __future__ import annotations

import re
from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from geo.errors import PlaceError
from geo.findings import Finding
from geo.live_elements import gather_answers, unit_outlines
from geo.live_http import Servers, ask_map
from geo.live_place import Place
from geo.live_query import any_of, units_query
from geo.osm_areas import polygonal
from geo.progress import Progress, silent

__all__ = ["find_townships"]

_SUFFIX = "街道办事处|街道|镇|乡|管理处|办事处|垦殖场|农场|林场|开发区|园区"


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
    stems = any_of(_stem(spelling) for spellings in names for spelling in spellings)
    question = units_query(
        f"^([^ ]*市)?({stems})({_SUFFIX})?$", around.outline.bounds, servers.timeout_s
    )
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
    shapes: list[BaseGeometry] = []
    findings: list[Finding] = []
    missing = []
    for spellings in names:
        unit = _unit_called(spellings, units)
        if unit is None:
            missing.append(spellings[0])
            continue
        number, called, area = unit
        shapes.append(area)
        if called != spellings[0]:
            values: dict[str, str | int | float] = {"name": spellings[0], "osm_name": called}
            findings.append(Finding(kind="live-township-alias", where=f"R{number}", values=values))
    if not shapes or (missing and not skip_missing):
        raise PlaceError(
            f"OpenStreetMap has no outline at admin_level {level} of {', '.join(missing)}"
            f" ({len(shapes)} of {len(names)} found)",
            where=name,
            remedy="Give the outlines with --boundaries FILE --name-field FIELD, or go on without"
            " them with --skip-missing",
        )
    if missing:
        told: dict[str, str | int | float] = {"names": ", ".join(missing), "found": len(shapes)}
        findings.append(Finding(kind="live-townships-missing", values=told))
    whole = polygonal(shapely.union_all(shapes))
    assert whole is not None
    progress("find the place", 1.0)
    return Place(
        name=name,
        osm_id="",
        outline=whole,
        answers=(*around.answers, answer),
        findings=tuple(findings),
    )


def _stem(name: str) -> str:
    """What is left of a township's name without its kind and the city before it."""
    bare = re.sub(rf"(?:{_SUFFIX})$", "", re.sub(r"^[^ ]*市(?=.)", "", name))
    return bare or name


def _unit_called(
    spellings: Sequence[str], units: Sequence[tuple[int, str, BaseGeometry]]
) -> tuple[int, str, BaseGeometry] | None:
    """The unit of one of the names as it stands, else of one that differs in the kind only."""
    for spelling in spellings:
        for unit in units:
            if unit[1] == spelling:
                return unit
    stems = {_stem(spelling) for spelling in spellings}
    alike = [unit for unit in units if _stem(unit[1]) in stems]
    return alike[0] if len(alike) == 1 else None
