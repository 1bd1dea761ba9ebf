"""Recyclables of schools, offices, markets and shops: places of the map that hand in like people.

What a place gives is an estimate by a table of kinds that the user may edit. It arises where the
place stands and is joined to the inhabited cell nearest to it in its township, because plans
serve inhabited cells.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from geo.boundary import Region
from geo.errors import InputError
from geo.findings import Finding
from geo.materials import Materials
from geo.rounding import largest_remainder
from geo.toml_table import checked_fields, line_of_text, located, number, read_toml

__all__ = [
    "DEFAULT_TABLE",
    "SpecialKind",
    "SpecialKinds",
    "g_columns",
    "no_special_demand",
    "read_special_kinds",
    "special_demand",
]

#: The table that comes with the program.
DEFAULT_TABLE = Path(__file__).resolve().parent.parent / "data" / "special_demand.toml"

#: A school is often mapped as a node and as a ground: of one kind and name so near is one place.
SAME_PLACE_M = 200.0

_FIELDS = (
    *("name_zh", "name_en", "tags", "kg_day_place", "kg_day_m2", "kg_day_most", "source"),
    "shares",
)
_TAG = re.compile(r"([a-z_:]{1,40})=([^=\s]{1,80})")


@dataclass(frozen=True, kw_only=True, slots=True)
class SpecialKind:
    """One kind of place.

    Parameters
    ----------
    key
        Identifier.
    name_zh, name_en
        What people call it.
    tags
        OSM (key, value) pairs that mean it, value ``"*"`` for any.
    kg_day_place
        kg a day of a place without mapped ground, or where ``kg_day_m2`` is 0.
    kg_day_m2
        kg a day for each m2 of mapped ground.
    kg_day_most
        Upper limit of a place.
    source
        Where the figures come from, or that they are an assumption.
    shares
        (material, share) pairs; shares add up to 1.
    """

    key: str
    name_zh: str
    name_en: str
    tags: tuple[tuple[str, str], ...]
    kg_day_place: float
    kg_day_m2: float
    kg_day_most: float
    source: str
    shares: tuple[tuple[str, float], ...]

    def g_day(self, area_m2: float) -> int:
        """Whole grams a day of a place with so much ground, 0 m2 where none is mapped."""
        by_ground = self.kg_day_m2 > 0 and area_m2 > 0
        kg = self.kg_day_m2 * area_m2 if by_ground else self.kg_day_place
        return round(1000 * min(kg, self.kg_day_most))


@dataclass(frozen=True, kw_only=True, slots=True)
class SpecialKinds:
    """Kinds in the order of their file; the first that fits a place counts."""

    kinds: tuple[SpecialKind, ...]

    def wanted(self) -> set[tuple[str, str]]:
        """(key, value) pairs that an extract must be searched for."""
        return {tag for kind in self.kinds for tag in kind.tags}

    def of(self, tags: Mapping[str, str]) -> SpecialKind | None:
        """Kind of a feature with these tags, None if it gives nothing of note."""
        for kind in self.kinds:
            for key, value in kind.tags:
                held = tags.get(key, "")
                if held and (value == "*" or value in re.split(r"\s*;\s*", held)):
                    return kind
        return None


def read_special_kinds(path: Path, materials: Materials) -> SpecialKinds:
    """Read a table of kinds (TOML, see ``data/special_demand.toml``).

    Raises
    ------
    InputError
        If it cannot be read, a figure is missing, unknown or out of range, or a share is of no
        material known.
    """
    try:
        if path == DEFAULT_TABLE:
            return _default(materials)
        return _kinds(read_toml(path), materials)
    except InputError as error:
        raise located(error, path, "Start from data/special_demand.toml") from None


def special_demand(
    pois: gpd.GeoDataFrame,
    kinds: SpecialKinds,
    materials: Materials,
    region: Region,
    cells: gpd.GeoDataFrame,
) -> tuple[gpd.GeoDataFrame, list[Finding]]:
    """Find the places and what each gives.

    Parameters
    ----------
    pois
        ``geo.extract.Extract.pois``.
    kinds, materials, region
        The tables and the townships.
    cells
        ``Demand.frame``: a place joins the nearest cell of its township, or of the region where
        its township has none (of equally near ones the first).

    Returns
    -------
    GeoDataFrame
        Sorted by ``id``: ``id``, ``kind``, ``name``, ``area_m2``, ``cell`` int32 (row of
        ``cells``), ``g_day`` int64 grams a day, and for every material of ``materials`` a column
        ``g_...`` int64 that adds up to it; points in the region's coordinates.
    list of Finding
        ``special-demand`` for every kind found, ``special-demand-repeated``.
    """
    found = [
        (row, kind)
        for row, tags in enumerate(_tags(pois, kinds))
        if (kind := kinds.of(tags)) is not None
    ]
    points = pois.geometry.to_crs(region.crs)
    x, y = points.x.to_numpy(float), points.y.to_numpy(float)
    rows = np.array([row for row, _ in found], np.int64)
    township = region.assign(x[rows], y[rows]) if len(rows) else np.empty(0, np.int32)
    found = [one for one, inside in zip(found, township >= 0, strict=True) if inside]
    if not found or cells.empty:
        return no_special_demand(region.crs, materials), []
    rows, township = np.array([row for row, _ in found], np.int64), township[township >= 0]
    area = pois["area_m2"].to_numpy(float)[rows]
    frame = gpd.GeoDataFrame(
        {
            "id": pois["osm_id"].to_numpy(object)[rows],
            "kind": [kind.key for _, kind in found],
            "name": pois["name"].astype(str).to_numpy(object)[rows],
            "area_m2": area,
            "cell": _nearest(x[rows], y[rows], township, cells),
            "g_day": np.array(
                [kind.g_day(m2) for (_, kind), m2 in zip(found, area, strict=True)], np.int64
            ),
        },
        geometry=points.to_numpy()[rows],
        crs=region.crs,
    )
    shared = [
        _shares(kind, materials, g_day)
        for (_, kind), g_day in zip(found, frame["g_day"].tolist(), strict=True)
    ]
    for at, column in enumerate(g_columns(materials)):
        frame[column] = np.array([grams[at] for grams in shared], np.int64)
    kept = _once(frame)
    findings = list(_findings(frame[kept], kinds, repeated=int((~kept).sum())))
    return frame[kept].sort_values("id", ignore_index=True), findings


def no_special_demand(crs: Any, materials: Materials) -> gpd.GeoDataFrame:
    """Make the frame of :func:`special_demand` without a row."""
    columns: dict[str, Any] = {name: pd.Series(dtype=object) for name in ("id", "kind", "name")}
    columns["area_m2"] = pd.Series(dtype=np.float64)
    columns["cell"] = pd.Series(dtype=np.int32)
    for name in ("g_day", *g_columns(materials)):
        columns[name] = pd.Series(dtype=np.int64)
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=crs), crs=crs)


def g_columns(materials: Materials) -> list[str]:
    """Columns of grams, by material."""
    return [f"g_{key}" for key in materials.keys]


def _tags(pois: gpd.GeoDataFrame, kinds: SpecialKinds) -> list[dict[str, str]]:
    keys = sorted({key for key, _ in kinds.wanted()} & set(pois.columns))
    columns = [pois[key].fillna("").astype(str).tolist() for key in keys]
    if not columns:
        return [{} for _ in range(len(pois))]
    return [dict(zip(keys, values, strict=True)) for values in zip(*columns, strict=True)]


def _nearest(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    township: NDArray[np.int32],
    cells: gpd.GeoDataFrame,
) -> NDArray[np.int32]:
    """Row of the nearest cell of each place's own township."""
    at = np.column_stack([cells.geometry.x, cells.geometry.y])
    of = cells["township"].to_numpy()
    nearest = np.empty(len(x), np.int32)
    for t in np.unique(township):
        mine, own = np.flatnonzero(township == t), np.flatnonzero(of == t)
        own = own if len(own) else np.arange(len(at))
        away, row = cKDTree(at[own]).query(
            np.column_stack([x[mine], y[mine]]), k=min(2, len(own)), workers=1
        )
        away = np.asarray(away).reshape(len(mine), -1)
        row = own[np.asarray(row).reshape(len(mine), -1)]
        tie = away <= away[:, :1]
        nearest[mine] = np.where(tie, row, len(at)).min(axis=1)
    return nearest


def _shares(kind: SpecialKind, materials: Materials, g_day: int) -> list[int]:
    share = dict(kind.shares)
    weights = np.array([share.get(key, 0.0) for key in materials.keys])
    return [int(grams) for grams in largest_remainder(g_day, weights)]


def _once(frame: gpd.GeoDataFrame) -> NDArray[np.bool_]:
    """Of places of one kind and name that are near each other the one that gives most."""
    kept = np.ones(len(frame), bool)
    x, y = frame.geometry.x.to_numpy(), frame.geometry.y.to_numpy()
    named = frame[frame["name"].str.strip() != ""]
    for rows in named.groupby(["kind", "name"], sort=True).indices.values():
        if len(rows) < 2:
            continue
        at = np.flatnonzero((frame["name"].str.strip() != "").to_numpy())[rows]
        order = sorted(at.tolist(), key=lambda r: (-frame["g_day"].iloc[r], frame["id"].iloc[r]))
        taken: list[int] = []
        for row in order:
            near = any(np.hypot(x[row] - x[o], y[row] - y[o]) <= SAME_PLACE_M for o in taken)
            kept[row] = not near
            if not near:
                taken.append(row)
    return kept


def _findings(frame: gpd.GeoDataFrame, kinds: SpecialKinds, *, repeated: int) -> list[Finding]:
    found = []
    for kind in kinds.kinds:
        mine = frame[frame["kind"] == kind.key]
        if len(mine):
            found.append(
                Finding(
                    kind="special-demand",
                    values={
                        "name": f"{kind.name_zh} / {kind.name_en}",
                        "places": len(mine),
                        "kg_day": round(int(mine["g_day"].sum()) / 1000),
                    },
                )
            )
    if repeated:
        found.append(Finding(kind="special-demand-repeated", values={"places": repeated}))
    return found


@lru_cache(maxsize=8)
def _default(materials: Materials) -> SpecialKinds:
    return _kinds(read_toml(DEFAULT_TABLE), materials)


def _kinds(tables: Mapping[str, Any], materials: Materials) -> SpecialKinds:
    if not 1 <= len(tables) <= 100:
        raise InputError(f"has {len(tables)} kinds", remedy="Give 1 to 100")
    return SpecialKinds(kinds=tuple(_kind(key, table, materials) for key, table in tables.items()))


def _kind(key: str, table: object, materials: Materials) -> SpecialKind:
    told = checked_fields(key, table, _FIELDS)
    tags = told["tags"]
    if not isinstance(tags, list) or not tags:
        raise InputError("is no list of key=value", where=f"[{key}] tags")
    pairs = []
    for tag in tags:
        pair = _TAG.fullmatch(tag) if isinstance(tag, str) else None
        if pair is None:
            raise InputError(f"{tag!r:.80} is not key=value", where=f"[{key}] tags")
        pairs.append((pair[1], pair[2]))
    shares = told["shares"]
    if not isinstance(shares, Mapping):
        raise InputError("is no table", where=f"[{key}.shares]")
    for material in shares:
        if material not in materials.keys:
            raise InputError(
                f"{material!r:.60} is no material of the materials table",
                where=f"[{key}.shares]",
                remedy=f"Known: {', '.join(materials.keys)}",
            )
    parts = tuple(
        (name, number(f"[{key}.shares] {name}", value, 0.0, 1.0)) for name, value in shares.items()
    )
    if abs(sum(share for _, share in parts) - 1.0) > 1e-6:
        raise InputError(
            f"shares add up to {sum(share for _, share in parts):g}",
            where=f"[{key}.shares]",
            remedy="Make them add up to 1",
        )
    return SpecialKind(
        key=key,
        name_zh=line_of_text(f"[{key}] name_zh", told["name_zh"]),
        name_en=line_of_text(f"[{key}] name_en", told["name_en"]),
        tags=tuple(pairs),
        kg_day_place=number(f"[{key}] kg_day_place", told["kg_day_place"], 0.0, 1e5),
        kg_day_m2=number(f"[{key}] kg_day_m2", told["kg_day_m2"], 0.0, 100.0),
        kg_day_most=number(f"[{key}] kg_day_most", told["kg_day_most"], 0.0, 1e6),
        source=line_of_text(f"[{key}] source", told["source"]),
        shares=parts,
    )
