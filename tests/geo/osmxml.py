"""Tiny OSM files with known geometry."""

from __future__ import annotations

import bz2
import gzip
from collections.abc import Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

import osmium

Member = tuple[str, int, str]  # "way" | "node" | "relation", id, role
Corner = tuple[float, float]


class OsmXml:
    """Collects nodes, ways and relations, and writes them as an OSM file.

    Objects get ascending ids unless one is given, and stand in the file in the order in which
    they were added; a node of the same position is reused.
    """

    def __init__(self, **attributes: str) -> None:
        self.attributes = {"version": "0.6", "generator": "test", **attributes}
        self.head: list[str] = []
        self.things: list[str] = []
        self.at: dict[Corner, int] = {}
        self.next_id = 1

    def node(
        self, lon: float, lat: float, *, number: int | None = None, extra: str = "", **tags: str
    ) -> int:
        number = self._id(number)
        where = f'lat="{lat:.7f}" lon="{lon:.7f}"'
        self._add("node", number, f"{where} {extra}", "", tags)
        self.at.setdefault((lon, lat), number)
        return number

    def nodes(self, corners: Sequence[Corner]) -> list[int]:
        return [self.at.get(corner) or self.node(*corner) for corner in corners]

    def way(
        self,
        nodes: Sequence[int] | Sequence[Corner],
        *,
        number: int | None = None,
        extra: str = "",
        **tags: str,
    ) -> int:
        """A way along nodes, given as ids or as positions."""
        refs = [node if isinstance(node, int) else self.nodes([node])[0] for node in nodes]
        number = self._id(number)
        inside = "".join(f'<nd ref="{ref}"/>' for ref in refs)
        self._add("way", number, extra, inside, tags)
        return number

    def ring(self, corners: Sequence[Corner], *, number: int | None = None, **tags: str) -> int:
        """A closed way; the first corner is not repeated by the caller."""
        return self.way([*corners, corners[0]], number=number, **tags)

    def box(self, west: float, south: float, east: float, north: float, **tags: str) -> int:
        return self.ring([(west, south), (east, south), (east, north), (west, north)], **tags)

    def relation(
        self,
        members: Sequence[Member | int],
        *,
        number: int | None = None,
        extra: str = "",
        **tags: str,
    ) -> int:
        """A relation; a bare number is a way in the role ``outer``."""
        number = self._id(number)
        told = [("way", m, "outer") if isinstance(m, int) else m for m in members]
        inside = "".join(f'<member type="{t}" ref="{r}" role="{role}"/>' for t, r, role in told)
        self._add("relation", number, extra, inside, tags)
        return number

    def admin(
        self, members: Sequence[Member | int], level: int | str, name: str, **tags: str
    ) -> int:
        return self.relation(
            members,
            type="boundary",
            boundary="administrative",
            admin_level=str(level),
            name=name,
            **tags,
        )

    def text(self) -> str:
        told = " ".join(f"{key}={quoteattr(value)}" for key, value in self.attributes.items())
        lines = ['<?xml version="1.0" encoding="UTF-8"?>', f"<osm {told}>", *self.head]
        return "\n".join([*lines, *self.things, "</osm>", ""])

    def write(self, path: Path) -> Path:
        """Write as the suffix says: .osm, .osm.gz, .osm.bz2 or .osm.pbf."""
        data = self.text().encode()
        if path.suffix == ".gz":
            path.write_bytes(gzip.compress(data, mtime=0))
        elif path.suffix == ".bz2":
            path.write_bytes(bz2.compress(data))
        elif path.suffix == ".pbf":
            with osmium.SimpleWriter(str(path)) as writer:
                source = osmium.io.FileBuffer(data, "osm")
                for thing in osmium.FileProcessor(source):
                    writer.add(thing)
        else:
            path.write_bytes(data)
        return path

    def _id(self, wanted: int | None) -> int:
        number = self.next_id if wanted is None else wanted
        self.next_id = max(self.next_id, number) + 1
        return number

    def _add(self, kind: str, number: int, extra: str, inside: str, tags: dict[str, str]) -> None:
        # A trailing underscore keeps Python's words out of the way; "__" stands for a colon.
        told = "".join(
            f"<tag k={quoteattr(k.rstrip('_').replace('__', ':'))} v={quoteattr(v)}/>"
            for k, v in tags.items()
        )
        attributes = extra if "version=" in extra else f'version="1" {extra}'
        self.things.append(f'<{kind} id="{number}" {attributes}>{inside}{told}</{kind}>')
