"""What would be understood of a user's file, before anything of it is taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo.archive import is_zip
from geo.boundary import Region
from geo.columns import (
    TOWNSHIP_NAMES,
    Column,
    Role,
    cell_text,
    columns_of_people,
    columns_of_places,
)
from geo.consent import Check
from geo.diagnosis import Diagnosis
from geo.errors import BoundaryError, CandidateError, InputError, PopulationError
from geo.findings import Finding
from geo.gazetteer import Gazetteer
from geo.kinds import KindTable, default_kinds
from geo.landmarks import Landmarks, landmarks_of
from geo.naming import NameMatch, Names
from geo.own_file import OwnFile, read_own
from geo.own_sites import each_site
from geo.placing import TOWNSHIP_FIELDS, Placed, place
from geo.population import (
    PopulationRow,
    each_row,
    people_columns,
)
from geo.reading import Reading
from geo.table_file import Table, column_of, file_bytes, read_table
from geo.workbook import is_workbook

__all__ = ["ROLES", "Preview", "Refused", "preview"]

ROLES: tuple[Role, ...] = (
    "boundaries", "candidates", "existing", "exclude", "urban", "population",
)  # fmt: skip

_FIRST = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A row that would not be taken: where it is, what is wrong, and the remedy."""

    where: str
    what: str
    remedy: str


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Preview:
    """What was understood.

    Parameters
    ----------
    file, kind, packed, layer, layers, encoding
        As in ``geo.own_file.OwnFile``.
    role
        What the file was looked at as.
    crs, crs_by
        Key of the reading used for counting, and who says it (as in ``OwnFile``, or "check" or
        "asked" where it is another than the file's); empty for a table without places.
        Where the check finds another reading than the file's, that one is used here; an import
        would ask for consent.
    columns
        In the file's order.
    rows, taken
        Rows there are, and rows that would be taken.
    refused
        The others, and why.
    inside
        Of those taken, rows in the region; -1 where no region is known.
    names
        How names of townships were matched, those not written as the region writes them.
    unmatched
        Names that match nothing.
    first
        Cells of the first rows, as text.
    diagnosis
        The coordinate check, None where there was nothing to check.
    findings
        What else was noticed.
    shapes
        The rows' places in WGS84, for a map; None without places.
    """

    file: str
    role: Role
    kind: str
    packed: str = ""
    layer: str = ""
    layers: tuple[str, ...] = ()
    encoding: str = ""
    crs: str = ""
    crs_by: str = ""
    columns: tuple[Column, ...]
    rows: int
    taken: int
    refused: tuple[Refused, ...]
    inside: int = -1
    names: tuple[NameMatch, ...] = ()
    unmatched: tuple[str, ...] = ()
    first: tuple[tuple[str, ...], ...]
    diagnosis: Diagnosis | None = None
    findings: tuple[Finding, ...] = ()
    shapes: gpd.GeoSeries | None = None


def preview(
    path: Path,
    *,
    role: Role | None = None,
    region: Region | None = None,
    basemap: gpd.GeoDataFrame | None = None,
    kinds: KindTable | None = None,
    layer: str | None = None,
    convert: str | None = None,
) -> Preview:
    """Look at a file of the user's; nothing is changed.

    Parameters
    ----------
    path
        The file.
    role
        What it would be given for; told from its content if left out.
    region, basemap
        What is known of the region, to check coordinates and names against.
    kinds
        Kinds of sites; the table that comes with the program by default.
    layer
        Layer or sheet, where there are several.
    convert
        Reading of the coordinates to look at, instead of the check's.

    Raises
    ------
    InputError
        If the file as a whole cannot be used; rows that cannot be are in ``refused``.
    """
    if role == "population" or (role is None and _is_people(path, layer)):
        return _people(read_table(path, PopulationError, sheet=layer), region)
    areal = role in ("boundaries", "exclude", "urban")
    error: type[InputError] = BoundaryError if role in ("boundaries", "urban") else CandidateError
    own = read_own(path, wanted="outlines" if areal else "sites", error=error, layer=layer)
    if role is None:
        kind = shapely.get_type_id(own.frame.geometry.to_numpy())
        role = "boundaries" if np.isin(kind, (3, 6)).mean() > 0.5 else "candidates"
    landmarks = landmarks_of(region, basemap) if region is not None else None
    check = Check(role=role, landmarks=landmarks, convert=convert, accept=convert is None)
    placed = place(own, wanted="sites", error=error, check=check)
    refused = _refused(placed, role, kinds or default_kinds(), region)
    names, unmatched = _named(own, role, region)
    plain = own.crs is not None and placed.reading == Reading(crs=own.crs)
    return Preview(
        file=own.file,
        role=role,
        kind=own.kind,
        packed=own.packed,
        layer=own.layer,
        layers=own.layers,
        encoding=own.encoding,
        crs=placed.reading.key,
        crs_by=own.crs_by if plain else "check" if convert is None else "asked",
        columns=columns_of_places(own, role),
        rows=len(own.frame),
        taken=len(own.frame) - len(refused),
        refused=refused,
        inside=_inside(placed, {row.where for row in refused}, landmarks, region),
        names=names,
        unmatched=unmatched,
        first=_first(own),
        diagnosis=placed.diagnosis,
        findings=tuple(f for f in placed.findings if f.kind != "coordinates-converted"),
        shapes=placed.frame.geometry,
    )


def _is_people(path: Path, layer: str | None) -> bool:
    """Whether a file is a table of people without places."""
    data = file_bytes(path, InputError)
    if is_zip(data) and not is_workbook(data):
        return False
    if not is_workbook(data) and path.suffix.casefold() not in (".csv", ".tsv", ".txt"):
        return False
    header = read_table(path, InputError, sheet=layer).header
    from geo.table_places import LAT_FIELDS, LON_FIELDS, WKT_FIELDS

    located = (
        column_of(header, LON_FIELDS) is not None and column_of(header, LAT_FIELDS) is not None
    )
    return not located and column_of(header, WKT_FIELDS) is None


def _people(table: Table, region: Region | None) -> Preview:
    columns = people_columns(table)
    taken: list[PopulationRow] = []
    refused = []
    for row in each_row(table, columns):
        if isinstance(row, PopulationRow):
            taken.append(row)
        else:
            refused.append(Refused(where=row.where, what=row.what, remedy=row.remedy))
    names: list[NameMatch] = []
    unmatched = []
    inside = -1
    if region is not None:
        gazetteer = Gazetteer(region)
        inside = 0
        for row in taken:
            try:
                meaning = gazetteer.meaning(row, table.file)
            except PopulationError as error:
                refused.append(Refused(where=error.where, what=error.what, remedy=error.remedy))
                continue
            inside += bool(meaning.townships)
            if meaning.match is not None:
                names.append(meaning.match)
            elif not meaning.townships:
                unmatched.append(row.label)
    return Preview(
        file=table.file,
        role="population",
        kind=table.kind,
        layer=table.sheet,
        layers=table.sheets,
        encoding=table.encoding,
        columns=columns_of_people(table, columns),
        rows=len(table.rows),
        taken=len(table.rows) - len(refused),
        refused=tuple(refused),
        inside=inside,
        names=tuple(names),
        unmatched=tuple(unmatched),
        first=tuple(tuple(cells) for _, cells in table.rows[:_FIRST]),
    )


def _refused(
    placed: Placed, role: Role, kinds: KindTable, region: Region | None
) -> tuple[Refused, ...]:
    if role in ("candidates", "existing") and region is not None:
        errors: Iterable[InputError] = (
            site for site in each_site(placed, kinds, region) if isinstance(site, CandidateError)
        )
        return tuple(Refused(where=e.where, what=e.what, remedy=e.remedy) for e in errors)
    found = [Refused(where=w, what=what, remedy=r) for w, what, r in placed.faults.values()]
    areal = role in ("boundaries", "exclude", "urban")
    for row, shape in enumerate(placed.frame.geometry):
        if row in placed.faults:
            continue
        if shape is None or shape.is_empty:
            what = "is no geometry"
        elif "Polygon" not in shape.geom_type if areal else "Line" in shape.geom_type:
            what = f"is a {shape.geom_type}"
        else:
            continue
        remedy = "Keep polygons only" if areal else "Keep points and polygons only"
        found.append(Refused(where=placed.own.where(row), what=what, remedy=remedy))
    return tuple(found)


def _named(
    own: OwnFile, role: Role, region: Region | None
) -> tuple[tuple[NameMatch, ...], tuple[str, ...]]:
    """Match the names of townships in a file of places with the region's."""
    columns = [name for name in own.frame.columns if name != own.frame.geometry.name]
    at = column_of(columns, TOWNSHIP_NAMES if role == "boundaries" else TOWNSHIP_FIELDS)
    if region is None or at is None or role not in ("boundaries", "candidates", "existing"):
        return (), ()
    frame = region.townships
    official = Names(
        frame["name"].astype(str).tolist(),
        around={*frame["county"].astype(str), region.name},
        codes=frame["code"].astype(str).tolist(),
    )
    texts = dict.fromkeys(cell_text(value) for value in own.frame[columns[at]])
    told = {text: official.match(text) for text in texts if text}
    names = tuple(match for match in told.values() if match is not None and match.kind != "exact")
    return names, tuple(text for text, match in told.items() if match is None)


def _inside(
    placed: Placed, refused: set[str], landmarks: Landmarks | None, region: Region | None
) -> int:
    if landmarks is None or region is None:
        return -1
    rows = [
        row
        for row, shape in enumerate(placed.frame.geometry)
        if shape is not None and not shape.is_empty and placed.own.where(row) not in refused
        and np.isfinite(shape.bounds).all()
    ]  # fmt: skip
    points = shapely.point_on_surface(placed.frame.geometry.to_numpy()[rows])
    lonlat = shapely.get_coordinates(points)
    xy = landmarks.metres(lonlat[:, 0], lonlat[:, 1])
    known = np.isfinite(xy).all(axis=1)
    return int((np.asarray(region.assign(*xy[known].T)) >= 0).sum())


def _first(own: OwnFile) -> tuple[tuple[str, ...], ...]:
    columns = [name for name in own.frame.columns if name != own.frame.geometry.name]
    rows = own.frame[columns].head(_FIRST).to_numpy(object).tolist()
    return tuple(tuple(cell_text(value) for value in row) for row in rows)
