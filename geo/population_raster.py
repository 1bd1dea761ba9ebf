"""People by a raster (WorldPop, GHS-POP or an office's own GeoTIFF), read by blocks.

Rule: a pixel is divided into equal parts, none longer than a tenth of a demand cell, and each
part counts where its centre lies: in which cell, in which township, or outside. Sums are those of
the raster; only at borders does the place of a person depend on the size of the parts.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
import shapely
from numpy.typing import NDArray
from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError
from rasterio.errors import NotGeoreferencedWarning, RasterioError
from rasterio.windows import Window

from geo.boundary import Region
from geo.cells import cell_index, cut
from geo.dwellings import Dwellings
from geo.errors import PopulationError
from geo.findings import Finding
from geo.progress import Progress, silent

__all__ = ["RasterPeople", "people_of_raster"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

#: Parts of a pixel along a side, at most: a pixel of several kilometres stays coarse.
MAX_PARTS = 64
#: Parts looked at in one go (some 100 MB).
BLOCK = 1_000_000
#: A township of which less lies within the raster's frame is spread by other evidence.
MIN_INSIDE = 0.999
#: More people on a km2 of a whole region than in any city's densest quarter: no people's figures.
MAX_PEOPLE_PER_KM2 = 150_000.0
#: Edges of frames and windows are projected with points between their corners.
_BETWEEN = 21


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RasterPeople:
    """What a raster says of a region.

    Parameters
    ----------
    file
        Its name, for sentences.
    dwellings
        People as evidence: a point for every part of a pixel in one cell of one township,
        ``capacity`` (and ``amount``) people.
    inside
        Whether each township lies within the raster's frame.
    pixel_m
        Longer side of a pixel in the middle of the region.
    findings
        ``raster-values-dropped``, ``raster-partial``.
    """

    file: str
    dwellings: Dwellings
    inside: NDArray[np.bool_]
    pixel_m: float
    findings: tuple[Finding, ...]


def people_of_raster(
    path: Path, region: Region, *, cell_m: float, band: int = 1, progress: Progress = silent
) -> RasterPeople:
    """Read the people of a region from a GeoTIFF with people per pixel, in any CRS.

    Parameters
    ----------
    path
        GeoTIFF.
    region, cell_m
        The townships and the grid.
    band
        Counted from 1; a file with several must be asked for one (0 stands for "not asked").
    progress
        Phase "read population raster".

    Raises
    ------
    PopulationError
        If the file is no GeoTIFF, has no CRS or place, lacks the band, lies elsewhere, or holds
        no people, or more than can be.
    """
    with _opened(path) as raster:
        band = _band(raster, band, path.name)
        crs = CRS.from_user_input(raster.crs.to_wkt())
        forth = Transformer.from_crs(region.crs, crs, always_xy=True)
        back = Transformer.from_crs(crs, region.crs, always_xy=True)
        window = _window(raster, region, forth, path.name)
        inside = _inside(raster, region, forth)
        pixel_m = _pixel_m(raster, region, forth, back)
        parts = min(max(math.ceil(pixel_m / (cell_m / 10)), 1), MAX_PARTS)
        places = _Places(region, cell_m)
        pieces: list[tuple[Floats, ...]] = []
        dropped = 0
        blocks = list(_blocks(window, parts))
        for number, block in enumerate(blocks):
            values, valid = _read(raster, band, block)
            bad = valid & ~(np.isfinite(values) & (values >= 0))
            people = np.where(valid & ~bad, values, 0.0)
            pieces.append(_placed(people, block, raster.transform, back, parts, places))
            dropped += _bad_inside(bad, block, raster.transform, back, region)
            progress("read population raster", (number + 1) / len(blocks))
    x, y, township, people = (np.concatenate(column) for column in zip(*pieces, strict=True))
    _refuse(float(people.sum()), region, path.name)
    findings = []
    if dropped:
        findings.append(
            Finding(kind="raster-values-dropped", where=path.name, values={"pixels": dropped})
        )
    if not inside.all():
        names = region.townships["name"].astype(str).to_numpy()[~inside]
        findings.append(
            Finding(
                kind="raster-partial",
                where=path.name,
                values={
                    "townships": len(names),
                    "of": len(inside),
                    "names": "; ".join(names[:10]),
                },
            )
        )
    return RasterPeople(
        file=path.name,
        dwellings=Dwellings(
            x=x, y=y, township=township.astype(np.int64), capacity=people, amount=people
        ),
        inside=inside,
        pixel_m=pixel_m,
        findings=tuple(findings),
    )


class _Places:
    """Finds the township of many points: the grid tells most, outlines are asked at borders."""

    def __init__(self, region: Region, cell_m: float) -> None:
        self.region, self.cell_m = region, cell_m
        pieces = cut(region.territories.to_numpy(), cell_m)
        self.west, self.south = int(pieces.ix.min()), int(pieces.iy.min())
        shape = (int(pieces.ix.max()) - self.west + 1, int(pieces.iy.max()) - self.south + 1)
        self.township = np.full(shape, -1, np.int32)  # -1 outside, -2 ask the outlines
        whole = pieces.area_m2 >= cell_m**2 * (1 - 1e-9)
        at = (pieces.ix - self.west, pieces.iy - self.south)
        self.township[at] = -2
        self.township[at[0][whole], at[1][whole]] = pieces.owner[whole]

    def of(self, x: Floats, y: Floats) -> NDArray[np.int32]:
        ix, iy = (
            cell_index(x, self.cell_m) - self.west,
            cell_index(y, self.cell_m) - self.south,
        )
        shape = self.township.shape
        known = (ix >= 0) & (ix < shape[0]) & (iy >= 0) & (iy < shape[1])
        found = np.full(len(x), -1, np.int32)
        found[known] = self.township[ix[known], iy[known]]
        ask = np.flatnonzero(found == -2)
        found[ask] = self.region.assign(x[ask], y[ask])
        return found


@contextmanager
def _opened(path: Path) -> Iterator[Any]:
    try:
        if path.exists() and not path.is_file():
            raise PopulationError("is no file", where=path.name, remedy="Name a GeoTIFF")
        if not path.is_file():
            raise PopulationError("no such file", where=str(path), remedy="Check the path")
        # Only GeoTIFF: other drivers follow names of further files, even over the network. Files
        # beside it are not looked at: the hash in the manifest is that of all that was read.
        with (
            warnings.catch_warnings(),
            rasterio.Env(GDAL_DISABLE_READDIR_ON_OPEN="EMPTY_DIR", GDAL_PAM_ENABLED="NO"),
        ):
            warnings.simplefilter("ignore", NotGeoreferencedWarning)
            with rasterio.open(path.absolute(), driver="GTiff") as raster:
                yield raster
    except (RasterioError, ProjError, OSError, ValueError) as error:
        told = " ".join(str(error).split())
        raise PopulationError(
            f"cannot be read as a GeoTIFF ({told:.160})",
            where=path.name.replace("\0", "?"),
            remedy="Give a GeoTIFF with people per pixel, e.g. of WorldPop or GHS-POP",
        ) from error


def _band(raster: Any, band: int, file: str) -> int:
    if raster.crs is None or raster.transform.is_identity:
        fault = "coordinate system" if raster.crs is None else "place on the ground"
        raise PopulationError(
            f"has no {fault}",
            where=file,
            remedy="Take the file from its source again, or assign one with a GIS",
        )
    if band == 0 and raster.count > 1:
        raise PopulationError(
            f"has {raster.count} bands",
            where=file,
            remedy="Say with --raster-band which one holds people",
        )
    band = band or 1
    if not 1 <= band <= raster.count:
        raise PopulationError(
            f"has no band {band}, but {raster.count}", where=file, remedy="Give another"
        )
    if np.dtype(raster.dtypes[band - 1]).kind not in "iuf":
        raise PopulationError("holds no plain numbers", where=file, remedy="Give another file")
    return band


def _window(raster: Any, region: Region, forth: Transformer, file: str) -> Window:
    """Pixels that the region's box meets."""
    west, south, east, north = region.territories.total_bounds.tolist()
    x, y = _rim(west, south, east, north)
    column, row = _invert(raster.transform, *forth.transform(x, y))
    if not (np.isfinite(column).all() and np.isfinite(row).all()):
        raise PopulationError(
            "has a coordinate system that does not reach the region",
            where=file,
            remedy="Give a raster of the region",
        )
    # The rim's projection bulges between its points by less than a pixel or two.
    left, top = max(math.floor(column.min()) - 2, 0), max(math.floor(row.min()) - 2, 0)
    right = min(math.ceil(column.max()) + 2, raster.width)
    bottom = min(math.ceil(row.max()) + 2, raster.height)
    if left >= right or top >= bottom:
        raise PopulationError(
            "does not cover the region",
            where=file,
            remedy="Give a raster of the region; check that it is the right tile",
        )
    return Window(left, top, right - left, bottom - top)


def _inside(raster: Any, region: Region, forth: Transformer) -> NDArray[np.bool_]:
    """Townships of which (nearly) all lies within the raster's frame, nodata or not."""
    frame = shapely.box(0, 0, raster.width, raster.height)

    def to_pixels(xy: Floats) -> Floats:
        return np.column_stack(_invert(raster.transform, *forth.transform(xy[:, 0], xy[:, 1])))

    shapes = shapely.make_valid(shapely.transform(region.territories.to_numpy(), to_pixels))
    total = np.maximum(shapely.area(shapes), 1e-12)
    share = shapely.area(shapely.intersection(shapes, frame)) / total
    return np.asarray(shapely.is_empty(shapes) | (share >= MIN_INSIDE))


def _pixel_m(raster: Any, region: Region, forth: Transformer, back: Transformer) -> float:
    west, south, east, north = region.territories.total_bounds.tolist()
    at = forth.transform((west + east) / 2, (south + north) / 2)
    column, row = _invert(raster.transform, np.array([at[0]]), np.array([at[1]]))
    corners = _to_ground(
        raster.transform, column + np.array([0.0, 1.0, 0.0]), row + np.array([0.0, 0.0, 1.0])
    )
    x, y = back.transform(*corners)
    return float(max(math.hypot(x[1] - x[0], y[1] - y[0]), math.hypot(x[2] - x[0], y[2] - y[0])))


def _blocks(window: Window, parts: int) -> Iterator[Window]:
    """Windows of at most ``BLOCK`` parts of pixels."""
    side = max(int(math.sqrt(BLOCK)) // parts, 1)
    right, bottom = window.col_off + window.width, window.row_off + window.height
    for row in range(window.row_off, bottom, side):
        for column in range(window.col_off, right, side):
            yield Window(column, row, min(side, right - column), min(side, bottom - row))


def _read(raster: Any, band: int, block: Window) -> tuple[Floats, NDArray[np.bool_]]:
    told = raster.read(band, window=block, masked=True)
    scale, offset = raster.scales[band - 1], raster.offsets[band - 1]
    values = np.asarray(told.filled(0) if told.dtype.kind != "f" else told.data, np.float64)
    return values * scale + offset, ~np.ma.getmaskarray(told)


def _placed(
    people: Floats, block: Window, transform: Any, back: Transformer, parts: int, places: _Places
) -> tuple[Floats, ...]:
    """x, y, township and people of the pieces of one block's pixels."""
    rows, columns = np.nonzero(people > 0)
    x, y = _parts(rows, columns, block, transform, back, parts)
    sound = np.isfinite(x) & np.isfinite(y)
    x, y = np.where(sound, x, 0.0), np.where(sound, y, 0.0)
    pixel = np.repeat(np.arange(len(rows)), parts**2)
    township = np.where(sound, places.of(x, y), -1)
    kept = township >= 0
    if not kept.any():
        return np.empty(0), np.empty(0), np.empty(0), np.empty(0)
    x, y, pixel, township = x[kept], y[kept], pixel[kept], township[kept]
    ix, iy = cell_index(x, places.cell_m), cell_index(y, places.cell_m)
    shape = places.township.shape
    place = (township.astype(np.int64) * shape[0] + ix - places.west) * shape[1] + iy - places.south
    order = np.lexsort((place, pixel))
    pixel, place, township = pixel[order], place[order], township[order]
    x, y = x[order], y[order]
    new = (pixel[1:] != pixel[:-1]) | (place[1:] != place[:-1])
    starts = np.flatnonzero(np.r_[True, new])
    count = np.diff(np.r_[starts, len(pixel)])
    share = people[rows, columns][pixel[starts]] / parts**2
    # The part in the middle stands for its piece of a pixel: a mean could lie outside.
    middle = starts + count // 2
    return x[middle], y[middle], township[starts].astype(float), share * count


def _parts(
    rows: Ints, columns: Ints, block: Window, transform: Any, back: Transformer, parts: int
) -> tuple[Floats, Floats]:
    """Centres of the parts of some pixels of a block, in the region's coordinates.

    Corners are projected, parts lie between them in proportion: within a pixel of a kilometre no
    projection bends by as much as a decimetre, and projecting each part would take most of the
    time.
    """
    down, across = np.mgrid[0 : block.height + 1, 0 : block.width + 1]
    corner = back.transform(
        *_to_ground(transform, block.col_off + across.ravel(), block.row_off + down.ravel())
    )
    step = (np.arange(parts) + 0.5) / parts
    v, u = (grid.ravel() for grid in np.meshgrid(step, step, indexing="ij"))
    placed = []
    for axis in corner:
        at = np.asarray(axis, np.float64).reshape(down.shape)
        with np.errstate(invalid="ignore"):  # corners beyond the projection are infinite
            north = at[rows, columns][:, None] * (1 - u) + at[rows, columns + 1][:, None] * u
            south = (
                at[rows + 1, columns][:, None] * (1 - u) + at[rows + 1, columns + 1][:, None] * u
            )
            placed.append((north * (1 - v) + south * v).ravel())
    return placed[0], placed[1]


def _bad_inside(
    bad: NDArray[np.bool_], block: Window, transform: Any, back: Transformer, region: Region
) -> int:
    """Pixels with their centre in the region that hold what no number of people can be."""
    if not bad.any():
        return 0
    rows, columns = np.nonzero(bad)
    x, y = back.transform(
        *_to_ground(transform, block.col_off + columns + 0.5, block.row_off + rows + 0.5)
    )
    sound = np.isfinite(x) & np.isfinite(y)
    return int((region.assign(np.asarray(x)[sound], np.asarray(y)[sound]) >= 0).sum())


def _refuse(people: float, region: Region, file: str) -> None:
    if people <= 0:
        raise PopulationError(
            "has no people in the region", where=file, remedy="Give a raster of its people"
        )
    km2 = float(region.townships["area_m2"].sum()) / 1e6
    if people > MAX_PEOPLE_PER_KM2 * max(km2, 1.0):
        raise PopulationError(
            f"has {people:.4g} people on {km2:.4g} km2, more than can live there",
            where=file,
            remedy="Give people per pixel, not another quantity",
        )


def _rim(west: float, south: float, east: float, north: float) -> tuple[Floats, Floats]:
    x, y = np.linspace(west, east, _BETWEEN), np.linspace(south, north, _BETWEEN)
    return (
        np.concatenate([x, x, np.full(_BETWEEN, west), np.full(_BETWEEN, east)]),
        np.concatenate([np.full(_BETWEEN, south), np.full(_BETWEEN, north), y, y]),
    )


def _to_ground(transform: Any, column: Floats, row: Floats) -> tuple[Floats, Floats]:
    a, b, c, d, e, f = transform[:6]
    return a * column + b * row + c, d * column + e * row + f


def _invert(transform: Any, x: Any, y: Any) -> tuple[Floats, Floats]:
    return _to_ground(~transform, np.asarray(x, float), np.asarray(y, float))
