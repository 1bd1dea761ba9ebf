"""The user's own candidate and existing sites, from a table or any file of places."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from geo.boundary import Region
from geo.consent import Check
from geo.crs import WGS84
from geo.errors import CandidateError
from geo.kinds import GENERATED, OWN, KindTable
from geo.landmarks import landmarks_of
from geo.placing import Placed, read_placed
from geo.table_file import folded

__all__ = ["OwnSite", "each_site", "placed_sites", "read_own_sites"]

#: Names a column may have, the first that is there counts.
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


def read_own_sites(given: Path | Placed, kinds: KindTable, region: Region) -> list[OwnSite]:
    """Read the user's sites, in the order of the file.

    A table needs columns of coordinates (or of WKT); any other file of ``geo.own_file`` holds
    points or polygons, which a point inside stands for. Columns ``name``, ``kind``, ``existing``
    and ``weight`` may be there.

    Raises
    ------
    CandidateError
        If the file cannot be read or a value in it is not allowed, or no site is in the region.
    CoordinateError
        If its coordinates are not what they seem.
    """
    placed = given if isinstance(given, Placed) else placed_sites(given, region)
    sites = []
    for site in each_site(placed, kinds, region):
        if isinstance(site, CandidateError):
            raise site
        sites.append(site)
    x, y = (np.array([getattr(site, axis) for site in sites]) for axis in "xy")
    if (np.asarray(region.assign(x, y)) < 0).all():
        raise CandidateError(
            f"none of {len(sites)} sites lies in the region",
            where=placed.own.file,
            remedy="Check longitude, latitude and coordinate system",
        )
    return sites


def placed_sites(path: Path, region: Region) -> Placed:
    """Read a file of sites and check its coordinates against the region's borders."""
    check = Check(role="candidates", landmarks=landmarks_of(region))
    return read_placed(path, wanted="sites", error=CandidateError, check=check)


def each_site(
    placed: Placed, kinds: KindTable, region: Region
) -> Iterator[OwnSite | CandidateError]:
    """Row by row the site, or what is wrong with it."""
    frame = placed.frame
    columns = [name for name in frame.columns if name != frame.geometry.name]
    metres = Transformer.from_crs(WGS84, region.crs, always_xy=True)
    cells = frame[columns].to_numpy(object).tolist()
    for row, (shape, values) in enumerate(zip(frame.geometry, cells, strict=True)):
        if row in placed.faults:
            where, what, remedy = placed.faults[row]
            yield CandidateError(what, where=where, remedy=remedy)
            continue
        where = placed.own.where(row)
        if shape is None or shape.is_empty or "Line" in shape.geom_type:
            what = "no geometry" if shape is None or shape.is_empty else f"a {shape.geom_type}"
            yield CandidateError(f"is {what}", where=where, remedy="Keep points and polygons only")
            continue
        told = {folded(name): _text(v) for name, v in zip(columns, values, strict=True)}
        x, y = metres.transform(*_inner(shape))
        try:
            yield _site(_Row(where=where, cells=told, x=x, y=y), row + 1, kinds)
        except CandidateError as error:
            yield error


def _inner(shape: BaseGeometry) -> tuple[float, float]:
    point = shape.representative_point()
    return point.x, point.y


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


def _number(text: str) -> float:
    try:
        return float(unicodedata.normalize("NFKC", text))
    except ValueError:
        return math.nan


def _text(value: object) -> str:
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return ""
    return str(value).strip()
