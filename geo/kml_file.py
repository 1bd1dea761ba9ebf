"""Placemarks of a KML file (OGC 12-007r2, "KML 2.3"), read without following anything.

Links, overlays, styles and scripts are passed over; entities are refused, for a few lines of them
may unfold to gigabytes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.etree import ElementTree

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84
from geo.errors import InputError

__all__ = ["read_kml"]

Fault = Callable[..., InputError]

_PARTS = ("Point", "LineString", "LinearRing", "Polygon")


def read_kml(data: bytes, where: str, error: type[InputError]) -> gpd.GeoDataFrame:
    """Read every placemark with a shape.

    Parameters
    ----------
    data
        The file, in the encoding that its first line names (UTF-8, UTF-16 or GBK).
    where
        Its name, for sentences.
    error
        Raised where it is not well-formed, not KML, declares entities, or holds coordinates that
        are no numbers.

    Returns
    -------
    WGS84 shapes without height, with the columns ``name``, ``folder`` ("a/b") and the extended
    data by their names, all text.
    """

    def fault(what: str, remedy: str = "Save it anew as KML") -> InputError:
        return error(what, where=where, remedy=remedy)

    text = _text(data, fault)
    if re.search(r"<!(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        raise fault("declares entities, which no KML needs")
    try:
        root = ElementTree.fromstring(text)
    except (ElementTree.ParseError, ValueError, RecursionError) as reason:
        raise fault(f"is not well-formed XML ({reason})") from reason
    if _tag(root) not in ("kml", "Document", "Folder", "Placemark"):
        raise fault(f"is no KML (it begins with <{_tag(root)!s:.40}>)")
    rows, shapes = [], []
    for number, (placemark, folder) in enumerate(_placemarks(root), start=1):
        parts = list(_shapes(placemark, f"placemark {number}", fault))
        if not parts:
            continue
        rows.append({"name": _child_text(placemark, "name"), "folder": folder} | _data(placemark))
        shapes.append(_joined(parts))
    frame = pd.DataFrame(rows, dtype=object).fillna("") if rows else pd.DataFrame()
    return gpd.GeoDataFrame(frame, geometry=shapes, crs=WGS84)


def _text(data: bytes, fault: Fault) -> str:
    """Decode by the mark or the declaration, which expat cannot do for GBK."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        told = "utf-16"
    else:
        named = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=[\"']([\w.-]+)", data[:400])
        told = named[1].decode("ascii").casefold() if named else "utf-8-sig"
        told = {"gbk": "gb18030", "gb2312": "gb18030", "utf-8": "utf-8-sig"}.get(told, told)
    for encoding in dict.fromkeys((told, "utf-8-sig", "gb18030")):
        try:
            text = data.decode(encoding)
        except (UnicodeDecodeError, LookupError):
            continue
        if "\0" in text:
            break
        # A declaration in text that is decoded already would be taken at its word again.
        return re.sub(r"^\s*<\?xml.*?\?>", "", text.lstrip("\ufeff"), count=1, flags=re.DOTALL)
    raise fault("is not text in the encoding it names", "Save it as UTF-8")


def _tag(element: ElementTree.Element) -> str:
    return element.tag.rpartition("}")[2]


def _placemarks(root: ElementTree.Element) -> Iterator[tuple[ElementTree.Element, str]]:
    """Placemarks in their order with the folders around them; a stack, for depth is theirs."""
    stack = [(root, "")]
    while stack:
        element, folder = stack.pop()
        if _tag(element) == "Placemark":
            yield element, folder
            continue
        if _tag(element) == "Folder":
            folder = "/".join(filter(None, (folder, _child_text(element, "name"))))
        stack += [(child, folder) for child in reversed(element)]


def _child_text(element: ElementTree.Element, tag: str) -> str:
    return next((" ".join((c.text or "").split()) for c in element if _tag(c) == tag), "")


def _data(placemark: ElementTree.Element) -> dict[str, str]:
    found = {}
    for element in placemark.iter():
        if _tag(element) == "Data":
            found[element.get("name", "")] = _child_text(element, "value")
        elif _tag(element) == "SimpleData":
            found[element.get("name", "")] = " ".join((element.text or "").split())
    return {name: value for name, value in found.items() if name not in ("", "geometry")}


def _shapes(placemark: ElementTree.Element, where: str, fault: Fault) -> Iterator[BaseGeometry]:
    inside: set[ElementTree.Element] = set()
    for element in placemark.iter():
        kind = _tag(element)
        if kind not in _PARTS or element in inside:
            continue
        if kind == "Polygon":
            rings = [child for child in element.iter() if _tag(child) == "LinearRing"]
            inside.update(rings)
            lines = [_coordinates(ring, where, fault) for ring in rings]
            if not lines or any(len(line) < 4 for line in lines):
                raise fault(f"has a polygon without a ring of four corners in {where}")
            yield shapely.Polygon(lines[0], lines[1:])
            continue
        line = _coordinates(element, where, fault)
        if kind == "Point" and len(line) == 1:
            yield shapely.Point(line[0])
        elif kind != "Point" and len(line) > 1:
            yield shapely.LineString(line)
        else:
            raise fault(f"has a {kind} of {len(line)} coordinates in {where}")


def _coordinates(
    element: ElementTree.Element, where: str, fault: Fault
) -> list[tuple[float, float]]:
    text = next((c.text or "" for c in element.iter() if _tag(c) == "coordinates"), "")
    found = []
    for item in text.split():
        try:
            lon, lat = (float(value) for value in item.split(",")[:2])
        except ValueError:
            raise fault(f"has coordinates {item!r:.40} in {where}") from None
        found.append((lon, lat))
    return found


def _joined(parts: list[BaseGeometry]) -> BaseGeometry:
    if len(parts) == 1:
        return parts[0]
    kinds = {part.geom_type for part in parts}
    whole: dict[str, Callable[[list[BaseGeometry]], Any]] = {
        "Polygon": shapely.multipolygons,
        "Point": shapely.multipoints,
        "LineString": shapely.multilinestrings,
    }
    kind = kinds.pop() if len(kinds) == 1 else ""
    joined: BaseGeometry = whole.get(kind, shapely.geometrycollections)(parts)
    return joined
