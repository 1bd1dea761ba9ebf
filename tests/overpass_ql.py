"""A small interpreter of Overpass QL over an OSM file, for tests: the answer is to the question.

Statements: query (node, way, rel, nwr; input set; tag, bbox, poly and recursion filters), union,
``>``, ``out meta``, ``out body`` and ``out skel``. Anything else is refused, as the real server
refuses it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import osmium
import shapely

Found = dict[str, set[int]]
KINDS = {"node": ("node",), "way": ("way",), "rel": ("relation",)}
KINDS |= {"nwr": ("node", "way", "relation")}
TYPES = {"n": "node", "w": "way", "r": "relation"}


class OsmData:
    """Everything in a file, by type and id."""

    def __init__(self, path: Path) -> None:
        self.tags: dict[str, dict[int, dict[str, str]]] = {t: {} for t in KINDS["nwr"]}
        self.nodes: dict[int, tuple[float, float]] = {}
        self.ways: dict[int, list[int]] = {}
        self.relations: dict[int, list[tuple[str, int, str]]] = {}
        self.edited: dict[tuple[str, int], str] = {}
        for thing in osmium.FileProcessor(str(path)):
            tags = {t.k: t.v for t in thing.tags} if len(thing.tags) else {}
            if thing.timestamp.timestamp() > 0:
                kind = "node" if thing.is_node() else "way" if thing.is_way() else "relation"
                when = thing.timestamp.strftime("%Y-%m-%dT%H:%M:%SZ")
                self.edited[kind, thing.id] = when
            if thing.is_node():
                self.nodes[thing.id] = (thing.location.lon, thing.location.lat)
                self.tags["node"][thing.id] = tags
            elif thing.is_way():
                self.ways[thing.id] = [n.ref for n in thing.nodes]
                self.tags["way"][thing.id] = tags
            else:
                self.relations[thing.id] = [(TYPES[m.type], m.ref, m.role) for m in thing.members]
                self.tags["relation"][thing.id] = tags
        self.with_key: dict[str, dict[str, set[int]]] = {t: {} for t in KINDS["nwr"]}
        for kind, tagged in self.tags.items():
            for number, tags in tagged.items():
                for key in tags:
                    self.with_key[kind].setdefault(key, set()).add(number)
        self.lines: dict[int, Any] = {}
        for way, refs in self.ways.items():
            spots = [self.nodes[n] for n in refs if n in self.nodes]
            if len(spots) > 1:
                self.lines[way] = shapely.LineString(spots)

    def area(self, relation: int) -> Any:
        """The polygon that a relation's lines form."""
        lines = [self.lines[ref] for t, ref, _ in self.relations[relation] if t == "way"]
        return shapely.union_all(shapely.polygonize([shapely.union_all(lines)]))

    def within(self, found: Found, area: Any) -> Found:
        """Those that touch an area, relations by their members."""
        shapely.prepare(area)
        nodes = {n for n in found["node"] if shapely.intersects_xy(area, *self.nodes[n])}
        ways = self._ways_touching(found["way"], area)
        members = self._ways_touching(
            {ref for r in found["relation"] for t, ref, _ in self.relations[r] if t == "way"}, area
        )
        relations = {
            r
            for r in found["relation"]
            if any(
                (t == "way" and ref in members)
                or (
                    t == "node"
                    and ref in self.nodes
                    and shapely.intersects_xy(area, *self.nodes[ref])
                )
                for t, ref, _ in self.relations[r]
            )
        }
        return {"node": nodes, "way": ways, "relation": relations}

    def _ways_touching(self, ways: Iterable[int], area: Any) -> set[int]:
        known = sorted(way for way in ways if way in self.lines)
        touch = shapely.intersects(area, [self.lines[way] for way in known])
        return {way for way, hit in zip(known, touch, strict=True) if hit}

    def below(self, found: Found) -> Found:
        """Members of relations, and nodes of ways: what ``>`` gives."""
        ways = {ref for r in found["relation"] for t, ref, _ in self.relations[r] if t == "way"}
        nodes = {ref for r in found["relation"] for t, ref, _ in self.relations[r] if t == "node"}
        ways = {way for way in ways if way in self.ways}
        nodes |= {n for way in ways | found["way"] for n in self.ways[way]}
        return {"node": {n for n in nodes if n in self.nodes}, "way": ways, "relation": set()}

    def element(self, kind: str, number: int, *, how: str) -> dict[str, Any]:
        """One object as Overpass writes it in JSON."""
        out: dict[str, Any] = {"type": kind, "id": number}
        if how == "meta" and (kind, number) in self.edited:
            out |= {"timestamp": self.edited[kind, number], "version": 1, "user": "somebody"}
        if kind == "node":
            lon, lat = self.nodes[number]
            out |= {"lat": round(lat, 7), "lon": round(lon, 7)}
        elif kind == "way":
            out["nodes"] = self.ways[number]
        else:
            out["members"] = [
                {"type": t, "ref": ref, "role": role} for t, ref, role in self.relations[number]
            ]
        if how != "skel" and self.tags[kind][number]:
            out["tags"] = self.tags[kind][number]
        return out


class RefusedError(Exception):
    """Not understood: HTTP 400."""


class Interpreter:
    """Runs one question."""

    def __init__(self, data: OsmData, text: str) -> None:
        self.data, self.text, self.at = data, text, 0
        self.sets: dict[str, Found] = {}
        self.elements: list[dict[str, Any]] = []

    def run(self) -> list[dict[str, Any]]:
        if not self._take(r"(\[(out:json|timeout:\d+|maxsize:\d+)\])+;"):
            raise RefusedError("settings")
        while not self._take(r"$"):
            self._statement()
        return self.elements

    def _take(self, pattern: str) -> re.Match[str] | None:
        match = re.compile(r"\s*" + pattern).match(self.text, self.at)
        if match:
            self.at = match.end()
        return match

    def _need(self, pattern: str) -> re.Match[str]:
        match = self._take(pattern)
        if not match:
            raise RefusedError(f"parse error: {self.text[self.at : self.at + 60]!r}")
        return match

    def _statement(self) -> Found:
        if out := self._take(r"(?:\.(\w+)\s+)?out (meta|body|skel)( qt)?;"):
            self._out(self.sets[out[1] or "_"], how=out[2])
            return {}
        if down := self._take(r"(?:\.(\w+)\s*)?>\s*;"):
            found = self.data.below(self.sets[down[1] or "_"])
            self.sets["_"] = found
            return found
        if item := self._take(r"\.(\w+);"):
            return self.sets[item[1]]
        if self._take(r"\("):
            parts = []
            while not self._take(r"\)"):
                parts.append(self._statement())
            found = {kind: set().union(*(p[kind] for p in parts)) for kind in KINDS["nwr"]}
        else:
            found = self._query()
        name = self._take(r"->\.(\w+)")
        self._need(r";")
        self.sets[name[1] if name else "_"] = found
        return found

    def _query(self) -> Found:
        head = self._need(r"(nwr|node|way|rel)(?:\.(\w+))?")
        found = {kind: set() for kind in KINDS["nwr"]}
        for kind in KINDS[head[1]]:
            # The first filter is a tag's, mostly: by its key there is little to look through.
            first = re.compile(r'\["([^"\\]*)"[\]=~]').match(self.text, self.at)
            known = self.data.with_key[kind].get(first[1], ()) if first else self.data.tags[kind]
            found[kind] = set(self.sets[head[2]][kind] if head[2] else known)
        while True:
            string = r'"((?:[^"\\]|\\.)*)"'
            if tag := self._take(rf"\[{string}(?:(=|!=|~){string})?\]"):
                test = _test(tag[2], _unquoted(tag[3] or ""))
                key = _unquoted(tag[1])
                for kind, ids in found.items():
                    tags = self.data.tags[kind]
                    found[kind] = {n for n in ids if test(tags[n].get(key))}
            elif box := self._take(r"\(([-\d.]+),([-\d.]+),([-\d.]+),([-\d.]+)\)"):
                south, west, north, east = map(float, box.groups())
                found = self.data.within(found, shapely.box(west, south, east, north))
            elif poly := self._take(rf"\(poly:{string}\)"):
                flat = [float(text) for text in poly[1].split()]
                ring = list(zip(flat[1::2], flat[::2], strict=True))
                found = self.data.within(found, shapely.Polygon(ring))
            elif up := self._take(r"\(r(?:\.(\w+))?\)"):
                members = self.data.below(self.sets[up[1] or "_"])
                direct = {
                    (t, ref)
                    for r in self.sets[up[1] or "_"]["relation"]
                    for t, ref, _ in self.data.relations[r]
                }
                found = {
                    k: {n for n in ids & members[k] if (k, n) in direct} for k, ids in found.items()
                }
            else:
                return found

    def _out(self, found: Found, *, how: str) -> None:
        for kind in KINDS["nwr"]:
            self.elements += [
                self.data.element(kind, number, how=how) for number in sorted(found[kind])
            ]


def _unquoted(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def _test(sign: str | None, value: str) -> Callable[[str | None], bool]:
    if sign is None:
        return lambda told: told is not None
    if sign == "=":
        return lambda told: told == value
    if sign == "!=":
        return lambda told: told != value
    pattern = re.compile(value)
    return lambda told: told is not None and bool(pattern.search(told))
