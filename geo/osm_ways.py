"""The lines that ways draw, gathered while a file is read and turned into arrays at once.

Python sees each way once and each node of a way only where node ids are asked for: coordinates
leave pyosmium as one WKB string per way and are decoded together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import osmium
import shapely

__all__ = ["WayGatherer", "WayLines"]

_WKB_HEADER_BYTES = 9  # byte order, type, number of points


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WayLines:
    """Lines of ways, row by row; a way cut by missing nodes has several rows.

    Parameters
    ----------
    way_id
        int64[w].
    offsets
        int64[w + 1]: row ``i`` owns vertices ``offsets[i]:offsets[i + 1]``.
    lonlat
        float64[v, 2], degrees.
    node_id
        int64[v], or int64[0] where node ids were not asked for.
    whole
        bool[w]: no node of the way is missing.
    """

    way_id: npt.NDArray[np.int64]
    offsets: npt.NDArray[np.int64]
    lonlat: npt.NDArray[np.float64]
    node_id: npt.NDArray[np.int64]
    whole: npt.NDArray[np.bool_]

    def closed(self) -> npt.NDArray[np.bool_]:
        """bool[w]: rows that are whole and end where they begin, with three corners at least."""
        first, last = self.lonlat[self.offsets[:-1]], self.lonlat[self.offsets[1:] - 1]
        same = np.asarray((first == last).all(axis=1), dtype=np.bool_)
        return np.asarray(same & self.whole & (np.diff(self.offsets) >= 4), dtype=np.bool_)

    def lines(self, rows: npt.ArrayLike) -> npt.NDArray[np.object_]:
        """LineStrings of some rows."""
        points, owner = self._vertices(rows)
        return np.asarray(shapely.linestrings(points, indices=owner), dtype=object)

    def polygons(self, rows: npt.ArrayLike) -> npt.NDArray[np.object_]:
        """Polygons of some closed rows, as drawn (they may be invalid)."""
        points, owner = self._vertices(rows)
        rings = shapely.linearrings(points, indices=owner)
        return np.asarray(shapely.polygons(rings), dtype=object)

    def _vertices(
        self, rows: npt.ArrayLike
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
        rows = np.asarray(rows, dtype=np.int64)
        start, count = self.offsets[rows], np.diff(self.offsets)[rows]
        owner = np.repeat(np.arange(len(rows)), count)
        inside = np.arange(len(owner)) - np.repeat(np.cumsum(count) - count, count)
        return self.lonlat[np.repeat(start, count) + inside], owner


class WayGatherer:
    """Collects ways one by one.

    Parameters
    ----------
    node_ids
        Keep the ids of the nodes too.
    unsaved
        Positions of nodes that the location index does not know (negative ids).
    """

    def __init__(self, *, node_ids: bool, unsaved: Mapping[int, tuple[float, float]]) -> None:
        self._node_ids, self._unsaved = node_ids, unsaved
        self._factory = osmium.geom.WKBFactory()
        self._wkb: list[str] = []
        self._way: list[int] = []
        self._ref: list[int] = []
        self._whole: list[bool] = []
        self.missing_nodes = 0
        self.cut_ways = 0

    @property
    def rows(self) -> int:
        """Rows taken so far."""
        return len(self._wkb)

    def add(self, way: Any) -> list[int]:
        """Take a way; return its rows: one as a rule, several or none where nodes are missing."""
        try:
            text = self._factory.create_linestring(way, use_nodes=osmium.geom.ALL)
        except (RuntimeError, osmium.InvalidLocationError):
            return self._add_in_pieces(way)
        if self._node_ids:
            self._ref.extend([node.ref for node in way.nodes])
        return [self._row(way.id, text, whole=True)]

    def _add_in_pieces(self, way: Any) -> list[int]:
        pieces: list[list[tuple[int, float, float]]] = [[]]
        missing = 0
        for node in way.nodes:
            if node.location.valid():
                pieces[-1].append((node.ref, node.location.lon, node.location.lat))
            elif node.ref in self._unsaved:
                pieces[-1].append((node.ref, *self._unsaved[node.ref]))
            else:
                missing += 1
                pieces.append([])
        if len(way.nodes) < 2:
            return []
        self.missing_nodes += missing
        self.cut_ways += missing > 0
        rows = []
        for piece in pieces:
            if len(piece) >= 2:
                if self._node_ids:
                    self._ref.extend([ref for ref, _, _ in piece])
                line = shapely.LineString([place for _, *place in piece])
                text = shapely.to_wkb(line, hex=True, byte_order=1)
                rows.append(self._row(way.id, text, whole=not missing))
        return rows

    def _row(self, way_id: int, text: str, *, whole: bool) -> int:
        self._wkb.append(text)
        self._way.append(way_id)
        self._whole.append(whole)
        return len(self._wkb) - 1

    def arrays(self) -> WayLines:
        """Everything taken so far, in the order taken."""
        raw = np.frombuffer(bytes.fromhex("".join(self._wkb)), dtype=np.uint8)
        ends = np.cumsum([0, *(len(text) // 2 for text in self._wkb)], dtype=np.int64)
        is_point = np.ones(len(raw), dtype=np.bool_)
        is_point[(ends[:-1, None] + np.arange(_WKB_HEADER_BYTES)).ravel()] = False
        lonlat = raw[is_point].view("<f8").reshape(-1, 2)
        offsets = (ends - _WKB_HEADER_BYTES * np.arange(len(ends))) // 16
        return WayLines(
            way_id=np.asarray(self._way, dtype=np.int64),
            offsets=offsets,
            lonlat=lonlat,
            node_id=np.asarray(self._ref, dtype=np.int64),
            whole=np.asarray(self._whole, dtype=np.bool_),
        )
