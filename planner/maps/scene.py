"""What a map shows of a region whatever the plan: base map, townships, demand cells, candidates.

Sent to the browser once for each bundle (``assets/scene.js`` reads it); what a slider changes is
a few kB of :mod:`planner.maps.state`, which refers to the rows of the scene.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import shapely

from geo.boundary import Region
from geo.bundle import Bundle
from geo.degrees import township_bounds
from geo.demand import Demand
from planner.maps import codec as map_codec
from planner.maps.codec import ZOOM, mercator, pack, parts_of, steps

__all__ = ["cell_order", "scene", "scene_name"]

LINE_TOLERANCE_M = 1.5
AREA_TOLERANCE_M = 4.0
BORDER_TOLERANCE_M = 2.0
SMALL_AREA_M2 = 1500.0
"""Smaller woods, ponds and lawns are left off the base map: a few pixels at street level."""
LATTICE_DEGREE = 5


def scene(bundle: Bundle) -> bytes:
    """Pack everything about a region that a map draws and no plan changes."""
    region, demand = bundle.region, bundle.demand
    origin = _origin(region)
    numbers: list[npt.ArrayLike] = []
    blocks = []
    for kind, area, parts in _base_parts(bundle.basemap):
        lengths, differences = steps(parts, region.crs, origin)
        blocks.append({"kind": kind, "area": area, "parts": len(lengths)})
        numbers += [lengths, differences]
    townships, borders = _townships(region, origin)
    cells, streams = _cells(demand, region, origin)
    candidates, columns = _candidates(bundle, origin)
    header = {
        "zoom": ZOOM,
        "origin": origin,
        "bounds": _bounds(region),
        "blocks": blocks,
        "townships": townships,
        "cells": cells,
        "candidates": candidates,
    }
    return pack(header, [*numbers, *borders, *streams, *columns])


def scene_name(bundle: Bundle) -> str:
    """Name a bundle's packed scene by what it is made of and by how: a file to be kept."""
    digest = hashlib.sha256(bundle.sha256.encode())
    for code in (__file__, map_codec.__file__):
        digest.update(Path(code).read_bytes())
    return f"region-{digest.hexdigest()[:24]}"


def cell_order(demand: Demand) -> npt.NDArray[np.int64]:
    """Rows of the demand frame in the order that maps send them: row by row of the grid."""
    frame = demand.frame
    return np.lexsort((frame["ix"], frame["iy"])).astype(np.int64)


def _origin(region: Region) -> tuple[int, int]:
    west, south, east, north = region.townships.total_bounds
    x, y = mercator(region.crs, np.array([west, east]), np.array([south, north]))
    return int(x.mean()), int(y.mean())


def _bounds(region: Region) -> list[list[float]]:
    west, south, east, north = township_bounds(region)
    return [[round(south, 6), round(west, 6)], [round(north, 6), round(east, 6)]]


def _base_parts(
    basemap: gpd.GeoDataFrame,
) -> list[tuple[str, bool, npt.NDArray[np.object_]]]:
    out = []
    kinds = basemap["kind"].to_numpy(object)
    shapes = basemap.geometry.to_numpy()
    is_area = shapely.get_dimensions(shapes) == 2
    for kind in sorted(set(kinds.tolist())):
        for area in (True, False):
            mine = shapes[(kinds == kind) & (is_area == area)]
            parts = parts_of(_thinned(mine, area)) if len(mine) else mine
            if len(parts):
                out.append((str(kind), area, parts[_along_a_curve(parts)]))
    return out


def _thinned(shapes: npt.NDArray[np.object_], area: bool) -> npt.NDArray[np.object_]:
    if area:
        single = shapely.get_parts(shapes)
        big = single[shapely.area(single) >= SMALL_AREA_M2]
        return shapely.simplify(big, AREA_TOLERANCE_M, preserve_topology=False)
    lines = shapely.get_parts(shapes)
    joined = shapely.get_parts(shapely.line_merge(shapely.multilinestrings(lines)))
    return shapely.simplify(joined, LINE_TOLERANCE_M, preserve_topology=False)


def _along_a_curve(parts: npt.NDArray[np.object_]) -> npt.NDArray[np.int64]:
    # Neighbours in space become neighbours in the file: small differences, tight boxes to cull by.
    bounds = shapely.bounds(parts)
    middle = (bounds[:, :2] + bounds[:, 2:]) / 2
    spread = np.maximum(np.ptp(middle, axis=0), 1.0)
    grid = ((middle - middle.min(axis=0)) / spread * 65_535).astype(np.uint64)
    code = np.zeros(len(parts), dtype=np.uint64)
    for bit in range(16):
        for axis in (0, 1):
            code |= ((grid[:, axis] >> np.uint64(bit)) & np.uint64(1)) << np.uint64(2 * bit + axis)
    return np.argsort(code, kind="stable").astype(np.int64)


def _townships(
    region: Region, origin: tuple[int, int]
) -> tuple[list[dict[str, Any]], list[npt.ArrayLike]]:
    frame = region.townships
    shapes = shapely.simplify(frame.geometry.to_numpy(), BORDER_TOLERANCE_M)
    rings = [parts_of(np.array([shape], dtype=object)) for shape in shapes]
    lengths, differences = steps(np.concatenate(rings), region.crs, origin)
    labels = np.array([_middle(shape) for shape in shapes])
    east, south = mercator(region.crs, labels[:, 0], labels[:, 1])
    rows = [
        {
            "code": str(code),
            "name": str(name),
            "parts": len(parts),
            "label": [round(x) - origin[0], round(y) - origin[1]],
        }
        for code, name, parts, x, y in zip(
            frame["code"], frame["name"], rings, east.tolist(), south.tolist(), strict=True
        )
    ]
    return rows, [lengths, differences]


def _middle(shape: shapely.Geometry) -> tuple[float, float]:
    # Where a name fits best: the point of the largest part that is farthest from its border.
    parts = shapely.get_parts(shape)
    largest = parts[int(np.argmax(shapely.area(parts)))]
    reach = shapely.length(shapely.envelope(largest))
    point = shapely.maximum_inscribed_circle(largest.simplify(reach / 200), reach / 100)
    x, y = shapely.get_coordinates(point)[0].tolist()
    return x, y


def _cells(
    demand: Demand, region: Region, origin: tuple[int, int]
) -> tuple[dict[str, Any], list[npt.ArrayLike]]:
    frame = demand.frame.iloc[cell_order(demand)]
    ix = frame["ix"].to_numpy(np.int64)
    iy = frame["iy"].to_numpy(np.int64)
    lattice = _lattice(ix, iy, demand.cell_m, region, origin)
    header = {"count": len(frame), "cell_m": demand.cell_m, "lattice": lattice}
    streams: list[npt.ArrayLike] = [
        np.diff(ix, prepend=0),
        np.diff(iy, prepend=0),
        frame["people"].to_numpy(np.int64),
        np.diff(frame["township"].to_numpy(np.int64), prepend=0),
        frame["urban"].to_numpy(np.int64),
        _shifts(frame, demand.cell_m),
    ]
    return header, streams


def _candidates(
    bundle: Bundle, origin: tuple[int, int]
) -> tuple[dict[str, Any], list[npt.ArrayLike]]:
    # Points added by hand are no part of the region: they come and go beside the plan.
    frame = bundle.candidates.frame
    frame = frame[frame["source"] != "edit"]
    east, south = mercator(
        bundle.region.crs, frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy()
    )
    kinds = sorted(set(frame["kind"].astype(str)))
    row_of = {kind: row for row, kind in enumerate(kinds)}
    header = {
        "ids": frame["id"].astype(str).tolist(),
        "names": frame["name"].astype(str).tolist(),
        "kinds": kinds,
    }
    streams: list[npt.ArrayLike] = [
        [row_of[kind] for kind in frame["kind"].astype(str)],
        frame["existing"].to_numpy(np.int64),
        np.diff(frame["township"].to_numpy(np.int64), prepend=0),
        np.diff(np.rint(east).astype(np.int64), prepend=origin[0]),
        np.diff(np.rint(south).astype(np.int64), prepend=origin[1]),
    ]
    return header, streams


def _shifts(frame: gpd.GeoDataFrame, cell_m: float) -> npt.NDArray[np.int64]:
    # The pieces of a cell that a border cuts are drawn where their people are, in hundredths of a
    # cell from its middle; every other cell stays in its place of the grid.
    xy = shapely.get_coordinates(frame.geometry.to_numpy())
    cut = frame.duplicated(["ix", "iy"], keep=False).to_numpy()
    middle = frame[["ix", "iy"]].to_numpy(np.float64) + 0.5
    away = np.rint((xy / cell_m - middle) * 100)
    return np.where(cut[:, None], away, 0.0).astype(np.int64)


def _lattice(
    ix: npt.NDArray[np.int64],
    iy: npt.NDArray[np.int64],
    cell_m: float,
    region: Region,
    origin: tuple[int, int],
) -> dict[str, Any]:
    """Fit the grid's corners in Web Mercator by a polynomial: 42 numbers for any number of cells.

    Both projections are smooth, so that over a prefecture the fit is good to a millimetre.
    """
    if not len(ix):
        return {"middle": [0, 0], "half": 1, "degree": 0, "x": [0], "y": [0]}
    middle = (int(ix.min() + ix.max()) // 2, int(iy.min() + iy.max()) // 2)
    half = int(max(np.ptp(ix), np.ptp(iy))) // 2 + 1
    u, v = (side.ravel() for side in np.meshgrid(*[np.linspace(-1, 1, 15)] * 2))
    east, south = mercator(
        region.crs, (middle[0] + u * half) * cell_m, (middle[1] + v * half) * cell_m
    )
    powers = [(i, j) for i in range(LATTICE_DEGREE + 1) for j in range(LATTICE_DEGREE + 1 - i)]
    terms = np.column_stack([u**i * v**j for i, j in powers])
    x, *_ = np.linalg.lstsq(terms, east - origin[0], rcond=None)
    y, *_ = np.linalg.lstsq(terms, south - origin[1], rcond=None)
    return {
        "middle": middle,
        "half": half,
        "degree": LATTICE_DEGREE,
        "x": np.round(x, 4).tolist(),
        "y": np.round(y, 4).tolist(),
    }
