"""An OSM file on disk: what format it really is, and its objects one after the other.

The format is told by the content, not by the suffix, so that a renamed file is read and a file of
another kind is named for what it is. pyosmium decodes; its errors leave here as `ExtractError`.
"""

from __future__ import annotations

import bz2
import gzip
import hashlib
import io
import re
import xml.parsers.expat
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import osmium

from geo.errors import ExtractError

__all__ = [
    "NODE",
    "RELATION",
    "WAY",
    "Locations",
    "OsmFile",
    "objects",
    "open_osm",
    "reading",
    "tag_getter",
]

NODE, WAY, RELATION = osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION

_HEAD = 8192
_AGAIN = "Download or export the extract again"
# What decoders say of a file that breaks off or of garbage in its middle.
_BROKEN = (
    "EOF", "no element found", "unclosed", "close failed", "read failed", "truncated",
    "decompress", "unzip", "invalid BlobHeader", "blob contains no data",
)  # fmt: skip
_ISO = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


@dataclass(frozen=True, kw_only=True, slots=True)
class OsmFile:
    """A readable OSM file.

    Parameters
    ----------
    path
        Where it is.
    format
        libosmium's name of the format found in it, e.g. ``"pbf"`` or ``"osm.gz"``.
    sha256
        Of the bytes on disk, hexadecimal.
    timestamp
        State of the data (ISO 8601, UTC) as the file itself tells it, else None.
    box
        West, south, east, north that the header tells.
    unsaved
        Positions (lon, lat) of nodes with negative ids: an editor's new, not yet uploaded ones,
        which libosmium's location index leaves out.
    deleted
        ``("node" | "way" | "relation", id)`` marked ``action="delete"`` by an editor.
    """

    path: Path
    format: str
    sha256: str
    timestamp: str | None
    box: tuple[float, float, float, float] | None
    unsaved: dict[int, tuple[float, float]] = field(default_factory=dict)
    deleted: frozenset[tuple[str, int]] = frozenset()


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn whatever a decoder raises about the file into one `ExtractError`."""
    try:
        yield
    except (RuntimeError, ValueError, zlib.error, osmium.InvalidLocationError) as error:
        text = str(error)
        broken = any(word in text for word in _BROKEN)
        what = "is truncated or damaged" if broken else "cannot be read as OSM data"
        what = f"{what} ({text})"
        raise ExtractError(what, where=str(path), remedy=_AGAIN) from error
    except OSError as error:
        if error.errno is None:  # from a decompressor
            what = f"is truncated or damaged ({error})"
            raise ExtractError(what, where=str(path), remedy=_AGAIN) from error
        raise ExtractError(
            f"cannot be opened ({error.strerror or error})",
            where=str(path),
            remedy="Check the path and its permissions",
        ) from error


def open_osm(path: Path) -> OsmFile:
    """Look at a file and tell what it is.

    Raises
    ------
    ExtractError
        Missing, empty, unreadable, not OSM data, a history or change file, or a truncated header.
    """
    if not path.exists():
        raise ExtractError("no such file", where=str(path), remedy="Check the path")
    if not path.is_file():
        raise ExtractError("is not a file", where=str(path), remedy="Give an .osm.pbf or .osm file")
    with reading(path):
        with path.open("rb") as file:
            head = file.read(_HEAD)
            file.seek(0)
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        if not head:
            raise ExtractError("is empty (0 bytes)", where=str(path), remedy=_AGAIN)
        pack = {b"\x1f\x8b": ".gz", b"BZ": ".bz2"}.get(head[:2], "")
        try:
            with _unpacked(path, pack) as file:
                inside = file.read(_HEAD)
        except EOFError as error:
            raise ExtractError("is truncated", where=str(path), remedy=_AGAIN) from error
        kind = _kind(path, inside, packed=bool(pack))
        header = osmium.io.Reader(_file(path, kind + pack), osmium.osm.NOTHING).header()
    if header.has_multiple_object_versions:
        raise ExtractError(
            "is a history or change file, which holds several versions of one object",
            where=str(path),
            remedy="Give an extract of one moment (osmium time-filter makes one)",
        )
    box = header.box()
    low, high = box.bottom_left, box.top_right
    timestamp = header.get("osmosis_replication_timestamp") or header.get("timestamp")
    unsaved: dict[int, tuple[float, float]] = {}
    deleted: set[tuple[str, int]] = set()
    if kind == "osm":
        base = re.search(rb'osm_base="([^"]{1,40})"', inside)  # Overpass tells it in <meta>
        timestamp = timestamp or (base[1].decode("ascii", "replace") if base else "")
        if not pack:
            _refuse_remark(path)
        if b"JOSM" in inside or b"Vespucci" in inside:
            unsaved, deleted = _edits(path, pack)
    return OsmFile(
        path=path,
        format=kind + pack,
        sha256=sha256,
        timestamp=timestamp if _ISO.fullmatch(timestamp) else None,
        box=(low.lon, low.lat, high.lon, high.lat) if box.valid() else None,
        unsaved=unsaved,
        deleted=frozenset(deleted),
    )


class Locations:
    """Where the nodes are: filled while nodes are read, put into ways while those are read."""

    def __init__(self) -> None:
        # Node ids need not be sorted: the handler sorts its index when the first way comes.
        self._index = osmium.index.create_map("flex_mem")
        self.handler = osmium.NodeLocationsForWays(self._index)
        self.handler.ignore_errors()


def _unpacked(path: Path, pack: str) -> gzip.GzipFile | bz2.BZ2File | io.BufferedReader:
    if pack == ".gz":
        return gzip.open(path, "rb")
    return bz2.open(path, "rb") if pack == ".bz2" else path.open("rb")


def objects(file: OsmFile, entity: Any, *handlers: Any) -> Iterator[Any]:
    """Yield the nodes, ways or relations that pass the handlers and filters, in file order.

    An object is only valid until the next one is asked for. Deleted ones are left out.
    """
    name = {NODE: "node", WAY: "way", RELATION: "relation"}[entity]
    # `handlers` stays referenced here: pyosmium does not keep them alive itself.
    with osmium.io.Reader(_file(file.path, file.format), entity) as reader:
        things: Iterator[Any] = osmium.OsmFileIterator(reader, *handlers)
        for thing in things:
            if thing.deleted or (file.deleted and (name, thing.id) in file.deleted):
                continue
            yield thing


def tag_getter(thing: Any) -> Callable[[str, str], str]:
    """``get(key, default)`` of an object's tags.

    Past pyosmium's Python layer where that is possible, which is four times as quick and asked
    some forty times per way.
    """
    inner = getattr(thing.tags, "_pyosmium_data", None)
    get: Callable[[str, str], str] = getattr(inner, "tags_get_value_by_key", thing.tags.get)
    return get


def _file(path: Path, kind: str) -> Any:
    # Absolute, for libosmium takes "-" for the standard input and "http:" for an address.
    return osmium.io.File(str(path.absolute()), kind)


def _kind(path: Path, head: bytes, *, packed: bool) -> str:
    if not packed and b"OSMHeader" in head[:64]:
        return "pbf"
    if not packed and head.startswith(b"\xff\xe0\x04o5m2"):
        return "o5m"
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<"):
        if b"<osmChange" in text:
            raise ExtractError(
                "is an osmChange file (a list of edits), not an extract",
                where=str(path),
                remedy="Give an .osm.pbf or .osm file",
            )
        if b"<osm" in text:
            return "osm"
    seen = (
        "a zip archive; unpack it first"
        if head.startswith(b"PK")
        else "an OSM file packed a second time; unpack it first"
        if packed and b"OSMHeader" in head[:64]
        else "a web page; the download failed"
        if b"<html" in text[:1000].lower()
        else f"it begins with {head[:8]!r}"
    )
    raise ExtractError(
        f"is not OSM data ({seen})",
        where=str(path),
        remedy="Give an .osm.pbf, .osm, .osm.gz or .osm.bz2 file",
    )


def _refuse_remark(path: Path) -> None:
    """Refuse an Overpass answer that says itself, at its end, that it is incomplete."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 2048))
        tail = file.read().decode("utf-8", "replace")
    remark = re.search(r"<remark>([^<]*error[^<]*)</remark>", tail)
    if remark:
        raise ExtractError(
            f"is an incomplete Overpass answer ({remark[1].strip()})",
            where=str(path),
            remedy="Ask for a smaller area or a longer timeout",
        )


def _edits(path: Path, pack: str) -> tuple[dict[int, tuple[float, float]], set[tuple[str, int]]]:
    """What an editor's file holds beyond plain OSM: new nodes and deleted objects."""
    unsaved: dict[int, tuple[float, float]] = {}
    deleted: set[tuple[str, int]] = set()

    def start(tag: str, row: dict[str, str]) -> None:
        if tag not in {"node", "way", "relation"}:
            return
        number = int(row["id"])
        if row.get("action") == "delete":
            deleted.add((tag, number))
        elif tag == "node" and number < 0:
            unsaved[number] = (float(row["lon"]), float(row["lat"]))

    parser = xml.parsers.expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        with _unpacked(path, pack) as file:
            parser.ParseFile(file)
    except (xml.parsers.expat.ExpatError, KeyError, ValueError, EOFError) as error:
        raise ExtractError(
            f"is truncated or damaged ({error})", where=str(path), remedy=_AGAIN
        ) from error
    return unsaved, deleted
