"""The user's own candidate and existing sites, from a CSV file or a vector file."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyproj import Transformer

from geo.boundary import Region
from geo.crs import WGS84
from geo.errors import CandidateError
from geo.kinds import GENERATED, OWN, KindTable
from geo.table_file import read_cells
from geo.vector_file import read_vector

__all__ = ["OwnSite", "read_own_sites"]

#: Names a column may have, the first that is there counts.
LON_FIELDS = ("lon", "lng", "longitude", "经度", "x")
LAT_FIELDS = ("lat", "latitude", "纬度", "y")
NAME_FIELDS = ("name", "名称", "site", "网点", "点位")
KIND_FIELDS = ("kind", "类型", "type")
EXISTING_FIELDS = ("existing", "现有", "已建")
WEIGHT_FIELDS = ("weight", "权重")
_YES_NO = {"yes": True, "no": False, "true": True, "false": False, "1": True, "0": False}
_YES_NO |= {"是": True, "否": False, "": False}


@dataclass(frozen=True, kw_only=True, slots=True)
class OwnSite:
    """A row of the user's file.

    Parameters
    ----------
    id
        "u" and the number of the row among the sites of the file.
    name, kind, existing, weight
        As given; what is not given is that of the kind, and the kind ``own``.
    x, y
        Metres, in the region's coordinates.
    """

    id: str
    name: str
    kind: str
    existing: bool
    weight: float
    x: float
    y: float


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    where: str
    cells: dict[str, str]
    x: float
    y: float


def read_own_sites(path: Path, kinds: KindTable, region: Region) -> list[OwnSite]:
    """Read the user's sites, in the order of the file.

    A CSV file needs columns of longitude and latitude (degrees, WGS84); a vector file holds points
    or polygons, which a point inside stands for. Columns ``name``, ``kind``, ``existing`` and
    ``weight`` may be there.

    Raises
    ------
    CandidateError
        If the file cannot be read or a value in it is not allowed, or no site is in the region.
    """
    is_table = path.suffix.casefold() in (".csv", ".txt", ".tsv")
    rows = list(_from_csv(path, region) if is_table else _from_vector(path, region))
    if not rows:
        raise CandidateError("holds no sites", where=path.name, remedy="Give at least one row")
    sites = [_site(row, number, kinds) for number, row in enumerate(rows, start=1)]
    x, y = (np.array([getattr(site, axis) for site in sites]) for axis in "xy")
    if (np.asarray(region.assign(x, y)) < 0).all():
        raise CandidateError(
            f"none of {len(rows)} sites lies in the region{_swapped(region, x, y)}",
            where=path.name,
            remedy="Check longitude, latitude and coordinate system",
        )
    return sites


def _from_csv(path: Path, region: Region) -> Iterator[_Row]:
    table = read_cells(path, CandidateError)
    _, names = next(table, (0, []))
    header = [_folded(name) for name in names]
    lon_at, lat_at = _first(header, LON_FIELDS), _first(header, LAT_FIELDS)
    if lon_at is None or lat_at is None:
        raise CandidateError(
            f"no columns of longitude and latitude among: {', '.join(header)}",
            where=path.name,
            remedy="Call them lon and lat",
        )
    metres = Transformer.from_crs(WGS84, region.crs, always_xy=True)
    for line, cells in table:
        where = f"{path.name} row {line}"
        cells = cells + [""] * len(header)
        lon = _degrees(cells[lon_at], 180, f"{where}, {names[lon_at]}")
        lat = _degrees(cells[lat_at], 90, f"{where}, {names[lat_at]}")
        x, y = metres.transform(lon, lat)
        yield _Row(where=where, cells=dict(zip(header, cells, strict=False)), x=x, y=y)


def _from_vector(path: Path, region: Region) -> Iterator[_Row]:
    frame = read_vector(path, crs=region.crs, error=CandidateError)
    columns = [name for name in frame.columns if name != frame.geometry.name]
    for number, (shape, values) in enumerate(
        zip(frame.geometry, frame[columns].to_numpy(object).tolist(), strict=True), start=1
    ):
        where = f"{path.name} feature {number}"
        if shape is None or shape.is_empty or "Line" in shape.geom_type:
            what = "no geometry" if shape is None or shape.is_empty else f"a {shape.geom_type}"
            raise CandidateError(f"is {what}", where=where, remedy="Keep points and polygons only")
        point = shape.representative_point()
        cells = {_folded(name): _text(value) for name, value in zip(columns, values, strict=True)}
        yield _Row(where=where, cells=cells, x=point.x, y=point.y)


def _site(row: _Row, number: int, kinds: KindTable) -> OwnSite:
    def cell(names: Iterable[str]) -> str:
        return next((row.cells[name] for name in names if name in row.cells), "")

    kind_name = cell(KIND_FIELDS) or OWN
    known = {kind.kind: kind for kind in kinds.kinds if kind.kind != GENERATED}
    if kind_name not in known:
        raise CandidateError(
            f"kind {kind_name!r:.60} is not in the table of kinds",
            where=row.where,
            remedy="Add it there (--kinds), leave it empty, or give one of: " + ", ".join(known),
        )
    kind = known[kind_name]
    told = cell(EXISTING_FIELDS)
    existing = _YES_NO.get(told.casefold())
    if existing is None:
        raise CandidateError(
            f"existing {told!r:.40} is not allowed", where=row.where, remedy="Give yes or no"
        )
    weight_text = cell(WEIGHT_FIELDS)
    weight = _number(weight_text) if weight_text else kind.weight
    if not 0 < weight <= 1:
        raise CandidateError(
            f"weight {weight_text!r:.40} is not above 0 and up to 1",
            where=row.where,
            remedy="Correct it or leave it empty",
        )
    return OwnSite(
        id=f"u{number:04d}",
        name=cell(NAME_FIELDS),
        kind=kind.kind,
        existing=existing if told else kind.existing,
        weight=weight,
        x=row.x,
        y=row.y,
    )


def _swapped(region: Region, x: np.ndarray, y: np.ndarray) -> str:
    """Say so if the sites would be in the region with longitude and latitude exchanged."""
    lon, lat = Transformer.from_crs(region.crs, WGS84, always_xy=True).transform(x, y)
    fits = np.abs(lon) <= 90
    there = Transformer.from_crs(WGS84, region.crs, always_xy=True).transform(lat[fits], lon[fits])
    inside = fits.any() and np.isfinite(there).all() and (np.asarray(region.assign(*there)) >= 0)
    return "; longitude and latitude are exchanged" if np.any(inside) else ""


def _degrees(text: str, most: float, where: str) -> float:
    value = _number(text)
    if not abs(value) <= most:
        hint = ""
        if most == 90 and abs(value) <= 180:
            hint = "Longitude and latitude may be exchanged; give"
        raise CandidateError(
            f"{text!r:.40} is not within -{most:g} to {most:g} degrees",
            where=where,
            remedy=f"{hint or 'Give'} decimal degrees in WGS84",
        )
    return value


def _number(text: str) -> float:
    try:
        return float(unicodedata.normalize("NFKC", text))
    except ValueError:
        return math.nan


def _first(header: list[str], names: Iterable[str]) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", str(name)).strip().casefold()


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value).strip()
