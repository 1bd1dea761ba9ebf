"""A region from map servers: its place found, its tiles asked for, one extract written.

What comes out is an ordinary OSM file, so that the import knows nothing of servers.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from shapely.geometry.base import BaseGeometry

from geo.errors import LiveError
from geo.findings import Finding, Value
from geo.live_cache import Answer, moment
from geo.live_elements import gather_answers, without_outsiders, write_extract
from geo.live_http import Servers, TooMuch, ask_map
from geo.live_place import Place, find_place, place_from_file
from geo.live_query import TILE_M2, Tile, halves, map_query, tiles_of, widened
from geo.live_townships import find_townships
from geo.progress import Progress, silent
from geo.source import Request

__all__ = [
    "Fetched",
    "Place",
    "Servers",
    "fetch_extract",
    "find_place",
    "find_townships",
    "place_from_file",
]

_LEAST_TILE_M2 = 1.0e6
_WORTH_TELLING_DAYS = 1.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fetched:
    """An extract put together from answers.

    Parameters
    ----------
    path
        The file.
    outline
        Of the place, degrees.
    requests
        What was asked, of whom, when.
    findings
        ``"live-fetched"``, ``"live-kept-answers"``, ``"live-tiles-split"``, and what was noticed
        while the place was looked for.
    """

    path: Path
    outline: BaseGeometry
    requests: tuple[Request, ...]
    findings: tuple[Finding, ...]


def fetch_extract(
    place: Place,
    path: Path,
    servers: Servers,
    *,
    wanted: Collection[tuple[str, str]],
    tile_m2: float = TILE_M2,
    progress: Progress = silent,
) -> Fetched:
    """Fetch everything that the importer reads of a place and its nearest surroundings.

    Parameters
    ----------
    place
        From `find_place`, `find_townships` or `place_from_file`.
    path
        ``.osm.pbf`` file to write; there whole or not at all.
    servers
        Whom to ask.
    wanted
        (key, value) pairs of the points of interest, value ``"*"`` for any.
    tile_m2
        Ground of one question.
    progress
        Told ``"fetch roads, places, land and buildings"`` and ``"wait for the map server"``.

    Raises
    ------
    LiveError
        No answer, none that can be used, or nothing there; what was answered stays kept, so that
        another run goes on from it.
    """
    answers: list[Answer] = []
    waiting = [(tile, 1.0) for tile in reversed(tiles_of(widened(place.outline), tile_m2))]
    share, done, split = 1.0 / len(waiting), 0.0, 0
    while waiting:
        progress("fetch roads, places, land and buildings", done)
        tile, weight = waiting.pop()
        try:
            answers.append(ask_map(servers, map_query(tile, wanted, servers.timeout_s), progress))
            done = min(1.0, done + share * weight)
        except TooMuch as refusal:
            parts = _smaller(tile, str(refusal), servers)
            waiting += [(part, weight / len(parts)) for part in reversed(parts)]
            split += 1
    progress("put the answers together", 0.0)
    elements = gather_answers(answers)
    if not elements.ways and not elements.nodes:
        raise LiveError(
            f"has no map data at all for {place.name!r:.100}",
            where=servers.overpass,
            remedy="If it serves another part of the world, give another with --overpass",
        )
    elements, _ = without_outsiders(elements, place.outline)
    write_extract(elements, path, box=place.outline.bounds, server=servers.overpass)
    progress("put the answers together", 1.0)
    used = [*place.answers, *answers]
    return Fetched(
        path=path,
        outline=place.outline,
        requests=tuple(Request(server=a.server, query=a.query, time=a.time) for a in used),
        findings=tuple(_findings(place, servers, used, split)),
    )


def _smaller(tile: Tile, remark: str, servers: Servers) -> list[Tile]:
    parts = halves(tile)
    if tile.area_m2 < _LEAST_TILE_M2 or not parts:
        raise LiveError(
            f"cannot answer even for a square kilometre ({' '.join(remark.split())[:200]})",
            where=servers.overpass,
            remedy="Try again later with a longer --timeout, or take another server (--overpass)",
        )
    return parts


def _findings(place: Place, servers: Servers, used: list[Answer], split: int) -> list[Finding]:
    asked = sorted({answer.server for answer in used})
    times = sorted(answer.time for answer in used)
    values: dict[str, Value] = {
        "place": place.name,
        "osm_id": place.osm_id or "—",
        "requests": len(used),
        "servers": ", ".join(asked),
        "date": times[0][:10],
    }
    found = [*place.findings, Finding(kind="live-fetched", values=values)]
    age_days = (datetime.now(UTC) - moment(times[0])).total_seconds() / 86_400.0
    late = sum(answer.late for answer in used)
    if servers.offline or late or age_days > _WORTH_TELLING_DAYS:
        told: dict[str, Value] = {
            "answers": late or len(used),
            "of": len(used),
            "oldest": times[0][:10],
            "newest": times[-1][:10],
        }
        found.append(Finding(kind="live-kept-answers", values=told))
    if split:
        found.append(Finding(kind="live-tiles-split", values={"tiles": split}))
    return found
