"""What a plan hands over, as neutral tables: every format writes these and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from geo.crs import WGS84
from planner.geojson import plain, within_180
from planner.handover.fields import CELLS, EDITS, NO_GO, SITES, TOWNSHIPS, Field
from planner.handover.words import HANDOVER, LAYER_TITLES
from planner.headline import reason_in
from planner.maps.words import kind_name
from planner.plan import Plan
from planner.wording.language import Language

__all__ = ["GeometryKind", "Layer", "plan_layers"]

GeometryKind = Literal["Point", "MultiPolygon"]
ID = {"townships": "code"}
"""Field that identifies a feature, where it is not ``id``."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Layer:
    """One table with places.

    Parameters
    ----------
    name
        What it is called in files: ``sites`` …
    geometry
        Of all its features.
    fields
        Columns in their order.
    frame
        WGS84, nowhere beyond the 180th meridian; values are ``str``, ``int``, ``float``, ``bool``
        or, where there is none, ``None``.
    """

    name: str
    geometry: GeometryKind
    fields: tuple[Field, ...]
    frame: gpd.GeoDataFrame

    @property
    def id_field(self) -> Field:
        """Field that identifies a feature."""
        key = ID.get(self.name, "id")
        return next(field for field in self.fields if field.key == key)

    def title(self, language: Language) -> str:
        """Title of the layer."""
        return LAYER_TITLES.say(self.name, language)

    def ids(self) -> list[str]:
        """Identifiers of its features, in their order."""
        return [str(one) for one in self.frame[self.id_field.key]]

    def typed(self) -> gpd.GeoDataFrame:
        """Give the table in types that GDAL tells apart, where values are missing too."""
        dtypes: dict[str, Any] = {
            "text": object,
            "whole": "Int64",
            "number": "float64",
            "yes": "bool",
        }
        columns = {
            field.key: pd.Series(self.frame[field.key].tolist(), dtype=dtypes[field.type])
            for field in self.fields
        }
        return gpd.GeoDataFrame(columns, geometry=self.frame.geometry.to_numpy(), crs=WGS84)


def plan_layers(plan: Plan, language: Language) -> tuple[Layer, ...]:
    """Give the layers of a plan; those of edits only where there are any."""
    cells = _cells(plan, language)
    layers = [
        _layer("sites", SITES, _sites(plan, language)),
        _layer("townships", TOWNSHIPS, _townships(plan, language), "MultiPolygon"),
        _layer("uncovered", CELLS, cells[cells["site"].isna()]),
        _layer("cells", CELLS, cells),
        _layer("no_go", NO_GO, _no_go(plan), "MultiPolygon"),
        _layer("edits", EDITS, _edits(plan, language)),
    ]
    by_hand = ("no_go", "edits")
    return tuple(one for one in layers if len(one.frame) or one.name not in by_hand)


def _layer(
    name: str,
    fields: Sequence[Field],
    frame: gpd.GeoDataFrame,
    geometry: GeometryKind = "Point",
) -> Layer:
    kept = tuple(field for field in fields if field.key in frame)
    columns = {field.key: _values(field, frame[field.key].tolist()) for field in kept}
    shapes = within_180(frame.geometry.to_numpy().copy())
    table = pd.DataFrame({key: pd.Series(rows, dtype=object) for key, rows in columns.items()})
    table.index = pd.RangeIndex(len(frame))
    return Layer(
        name=name,
        geometry=geometry,
        fields=kept,
        frame=gpd.GeoDataFrame(table, geometry=shapes, crs=WGS84),
    )


def _values(field: Field, rows: list[Any]) -> list[Any]:
    make: dict[str, Any] = {"text": str, "whole": int, "yes": bool}
    make["number"] = lambda one: round(float(one), field.decimals)
    told = (plain(None if row is pd.NA else row) for row in rows)
    return [None if row is None else make[field.type](row) for row in told]


def _sites(plan: Plan, language: Language) -> gpd.GeoDataFrame:
    sites = plan.sites
    kinds = sites["kind"].tolist()
    return sites.assign(
        role_name=[HANDOVER.say(f"role-{role}", language) for role in sites["role"]],
        kind_name=[kind_name(kind, language) for kind in kinds],
        **_caveats(plan),
    )


def _townships(plan: Plan, language: Language) -> gpd.GeoDataFrame:
    townships = plan.townships
    told = {"reason": [reason_in(one, language) for one in townships["reason"]]}
    told[f"worst_{plan.scenario.unit}"] = townships["worst"].tolist()
    return townships.assign(**told, **_caveats(plan))


def _cells(plan: Plan, language: Language) -> gpd.GeoDataFrame:
    cells = plan.cells().assign(**_caveats(plan))
    cells["state"] = [one or "covered" for one in cells["reason"]]
    names = {one: HANDOVER.say(f"state-{one}", language) for one in set(cells["state"])}
    cells["state_name"] = [names[one] for one in cells["state"]]
    return cells


def _no_go(plan: Plan) -> gpd.GeoDataFrame:
    areas = plan.scenario.edits.no_go
    return gpd.GeoDataFrame(
        {
            "id": [f"no-go-{n}" for n in range(1, len(areas) + 1)],
            "name": [area.name for area in areas],
        },
        geometry=np.array([shapely.Polygon(area.ring) for area in areas], object),
        crs=WGS84,
    )


def _edits(plan: Plan, language: Language) -> gpd.GeoDataFrame:
    edits = plan.scenario.edits
    changes: list[tuple[str, str]] = [
        (site.id, "added-existing" if site.existing else "added") for site in edits.added
    ]
    changes += [(one, "closed") for one in edits.closed]
    changes += [(one, "forced") for one in edits.forced]
    candidates = plan.bundle.candidates.frame
    rows = pd.Index(candidates["id"]).get_indexer([one for one, _ in changes])
    found = candidates.iloc[rows].to_crs(WGS84)  # a plan's bundle has the added points too
    return gpd.GeoDataFrame(
        {
            "id": [one for one, _ in changes],
            "change": [change for _, change in changes],
            "change_name": [HANDOVER.say(f"change-{change}", language) for _, change in changes],
            "kind": found["kind"].tolist(),
            "kind_name": [kind_name(kind, language) for kind in found["kind"]],
            "name": found["name"].tolist(),
            "existing": found["existing"].tolist(),
        },
        geometry=found.geometry.to_numpy(),
        crs=WGS84,
    )


def _caveats(plan: Plan) -> dict[str, object]:
    """What every row must say of itself: who opens one file alone reads nothing else."""
    data = plan.record["data"]
    factor = f" x {data['detour_factor']:g}" if "straight-line" in data["impedance"] else ""
    return {
        "estimated": plan.bundle.demand.estimated,
        "impedance": data["impedance"] + factor,
    }
