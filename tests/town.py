"""A small synthetic town as an OSM file: four townships, a street grid, houses, places to host.

Synthetic, and only for tests: its streets are 200 m apart, so that distances can be worked out
by hand.
"""

from __future__ import annotations

import math
from pathlib import Path
from xml.sax.saxutils import quoteattr

STREETS = 13
SPACING_M = 200.0
NAMES = ("北镇", "东街道", "南乡", "West <script>alert('x')</script> & \"Co\"")


class _Osm:
    def __init__(self, lon: float, lat: float) -> None:
        self.lon, self.lat, self.lines, self.next = lon, lat, [], 1

    def node(self, x_m: float, y_m: float, **tags: str) -> int:
        lat = self.lat + y_m / 111_000
        lon = self.lon + x_m / (111_320 * math.cos(math.radians(self.lat)))
        return self._add("node", f' lat="{lat:.7f}" lon="{lon:.7f}"', "", tags)

    def way(self, nodes: list[int], **tags: str) -> int:
        return self._add("way", "", "".join(f'<nd ref="{n}"/>' for n in nodes), tags)

    def relation(self, ways: list[int], **tags: str) -> int:
        members = "".join(f'<member type="way" ref="{w}" role="outer"/>' for w in ways)
        return self._add("relation", "", members, tags)

    def _add(self, kind: str, attributes: str, inside: str, tags: dict[str, str]) -> int:
        number, self.next = self.next, self.next + 1
        told = "".join(f"<tag k={quoteattr(k)} v={quoteattr(v)}/>" for k, v in tags.items())
        self.lines.append(
            (
                kind,
                f'<{kind} id="{number}" version="1" timestamp="2024-05-01T00:00:00Z"'
                f"{attributes}>{inside}{told}</{kind}>",
            )
        )
        return number

    def text(self) -> str:
        order = ("node", "way", "relation")
        body = [text for kind in order for k, text in self.lines if k == kind]
        head = '<?xml version="1.0" encoding="UTF-8"?>\n<osm version="0.6" generator="test">'
        return "\n".join([head, *body, "</osm>"]) + "\n"


def write_town(
    path: Path,
    *,
    names: tuple[str, ...] = NAMES,
    shop: str = '=HYPERLINK("http://x") 超市 <b>',
    lon: float = 117.2,
    lat: float = 29.3,
    roads: bool = True,
    boundaries: bool = True,
    existing: bool = True,
    bare: bool = False,
) -> Path:
    """Write the town as plain OSM XML, 2.4 km square, around ``lon, lat``.

    ``bare``: the north-eastern township and its borders have no streets.
    """
    osm = _Osm(lon, lat)
    half = (STREETS - 1) * SPACING_M / 2
    grid = {
        (i, j): osm.node(i * SPACING_M - half, j * SPACING_M - half)
        for i in range(STREETS)
        for j in range(STREETS)
    }
    if roads:
        for k in range(STREETS):
            last = STREETS // 2 if bare and k >= STREETS // 2 else STREETS
            osm.way([grid[k, j] for j in range(last)], highway="residential", name=f"街 {k}")
            osm.way([grid[i, k] for i in range(last)], highway="residential", name=f"路 {k}")
    if boundaries:
        _boundaries(osm, half + 50.0, names)
    for i in range(STREETS - 1):
        for j in range(STREETS - 1):
            _house(osm, (i + 0.5) * SPACING_M - half, (j + 0.3) * SPACING_M - half, 6 + (i * j) % 5)
    osm.node(-half / 2, half / 2 + 10, shop="supermarket", name=shop)
    osm.node(half / 2, half / 2 + 10, shop="convenience", name="`${alert(1)}`")
    osm.node(half / 2, -half / 2, amenity="marketplace", name="♻ 市场")
    if existing:
        osm.node(-half / 2, -half / 2, amenity="recycling", name="</script>回收站")
    path.write_text(osm.text(), "utf-8")
    return path


def _boundaries(osm: _Osm, edge: float, names: tuple[str, ...]) -> None:
    at = {(x, y): osm.node(x * edge, y * edge) for x in (-1, 0, 1) for y in (-1, 0, 1)}
    lines: dict[tuple[tuple[int, int], tuple[int, int]], int] = {}

    def line(a: tuple[int, int], b: tuple[int, int]) -> int:
        key = (min(a, b), max(a, b))
        if key not in lines:
            lines[key] = osm.way([at[key[0]], at[key[1]]])
        return lines[key]

    squares = (((-1, 0), 0), ((0, 0), 1), ((0, -1), 2), ((-1, -1), 3))
    for (x, y), number in squares:
        corners = [(x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)]
        ways = [line(corners[k], corners[(k + 1) % 4]) for k in range(4)]
        osm.relation(
            ways, type="boundary", boundary="administrative", admin_level="8", name=names[number]
        )
    rim = [(-1, -1), (0, -1), (1, -1), (1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0)]
    outer = [line(rim[k], rim[(k + 1) % 8]) for k in range(8)]
    osm.relation(outer, type="boundary", boundary="administrative", admin_level="6", name="测试县")


def _house(osm: _Osm, x: float, y: float, side: float) -> None:
    corners = [
        osm.node(x + dx * side, y + dy * side) for dx, dy in ((0, 0), (1, 0), (1, 1), (0, 1))
    ]
    osm.way([*corners, corners[0]], building="house")
