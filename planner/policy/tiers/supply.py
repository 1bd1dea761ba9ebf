"""What the open points of a plan hand on, tonnes a year by material."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from pyproj import Transformer
from scipy.spatial import cKDTree

from geo.crs import WGS84
from geo.findings import Finding
from planner.errors import ScenarioError
from planner.material import DAYS, grams_by_material
from planner.plan import Plan
from planner.policy.tiers.figures import Figures
from planner.policy.tiers.spec import TiersSpec

__all__ = ["Supply", "supply_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Supply:
    """Grams a day of each open point by material, and where they come from.

    Parameters
    ----------
    grams
        int64[points, materials], all together.
    materials
        Keys of the columns.
    sources
        Grams a day by source: ``people and special places``, each kind of returns, each extra.
    uncovered
        int64[materials], of cells that no open point serves: nobody brings it.
    """

    grams: Ints
    materials: tuple[str, ...]
    sources: tuple[tuple[str, int], ...]
    uncovered: Ints
    findings: tuple[Finding, ...]

    @property
    def tonnes_year(self) -> Floats:
        """float64[points, materials]."""
        return np.asarray(self.grams * (DAYS / 1e6), np.float64)


def supply_of(plan: Plan, spec: TiersSpec, figures: Figures) -> Supply:
    """Add up what the cells of each point hand in, returns of shops and institutions, and extras.

    Raises
    ------
    ScenarioError
        If an extra place or a material kept apart is of no material of the region.
    """
    bundle = plan.bundle
    keys = tuple(bundle.materials.keys)
    by_cell = grams_by_material(bundle)
    served = plan.site_of >= 0
    grams = np.zeros((len(plan.sites), len(keys)), np.int64)
    np.add.at(grams, plan.site_of[served], by_cell[served])
    uncovered = by_cell[~served].sum(axis=0)
    sources = [("cells", int(grams.sum()))]
    findings = []
    if uncovered.sum():
        values: dict[str, str | int | float] = {
            "tonnes": round(int(uncovered.sum()) * DAYS / 1e6, 1),
            "cells": int((~served).sum()),
        }
        findings.append(Finding(kind="tiers-not-collected", values=values))
    for material in (*spec.special, *(extra.material for extra in spec.extra)):
        if material not in keys:
            raise ScenarioError(
                f"{material!r:.60} is no material of the region",
                where="policy.tiers",
                remedy=f"Known: {', '.join(keys)}",
            )
    if len(plan.sites):
        for name, xy, material, each in _besides(plan, spec, figures):
            if material not in keys:
                values = {"name": name, "material": material}
                findings.append(Finding(kind="tiers-return-unknown", values=values))
                continue
            rows = _nearest_point(plan, xy)
            np.add.at(grams[:, keys.index(material)], rows, each)
            sources.append((name, each * len(rows)))
            values = {"name": name, "places": len(rows), "kg_day": each * len(rows) / 1000}
            findings.append(Finding(kind="tiers-returns", values=values))
    return Supply(
        grams=grams,
        materials=keys,
        sources=tuple(sources),
        uncovered=np.asarray(uncovered, np.int64),
        findings=tuple(findings),
    )


def _besides(plan: Plan, spec: TiersSpec, figures: Figures) -> list[tuple[str, Floats, str, int]]:
    """(name, places, material, grams a day of each) of returns and extras."""
    bundle = plan.bundle
    frame = bundle.candidates.frame
    kinds = frame["kind"].to_numpy(object)
    special = set() if bundle.special is None else set(bundle.special["kind"].tolist())
    found = []
    for row in figures.returns:
        at = frame[kinds == row.key].geometry
        if len(at) and row.unless_special not in special:
            xy = np.column_stack([at.x, at.y])
            found.append((row.key, xy, row.material, round(row.kg_day * 1000)))
    metres = Transformer.from_crs(WGS84, bundle.region.crs, always_xy=True)
    for extra in spec.extra:
        xy = np.array([metres.transform(extra.lon, extra.lat)], np.float64)
        if not np.isfinite(xy).all() or bundle.region.assign(*xy.T)[0] < 0:
            raise ScenarioError(
                f"{extra.name!r:.60} at {extra.lon:g}, {extra.lat:g} is not in the region",
                where="policy.tiers.extra",
                remedy="Check longitude and latitude",
            )
        found.append((extra.name, xy, extra.material, round(extra.kg_day * 1000)))
    return found


def _nearest_point(plan: Plan, xy: Floats) -> Ints:
    """Row of the open point nearest to each place, as the crow flies."""
    points = gpd.GeoSeries(plan.sites.geometry).to_crs(plan.bundle.region.crs)
    there = np.column_stack([points.x, points.y])
    away, row = cKDTree(there).query(xy, k=min(2, len(there)), workers=1)
    away, row = np.reshape(away, (len(xy), -1)), np.reshape(row, (len(xy), -1))
    tied = np.where(away <= away[:, :1], row, len(there))
    return np.asarray(tied.min(axis=1), np.int64)
