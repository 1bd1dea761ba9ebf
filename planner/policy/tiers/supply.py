"""What the open points of a plan hand on, tonnes a year by material."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

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

__all__ = ["Brought", "Supply", "supply_of"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


#: Source of what is brought from where no point is.
BROUGHT = "brought"


@dataclass(frozen=True, kw_only=True, slots=True)
class Brought:
    """What a service brings from cells that no point serves: a terminal, a round, a further point.

    Parameters
    ----------
    name
        Of the service.
    lon, lat
        Where it hands over, WGS84 degrees; from there it is the nearest open point's.
    grams
        Grams a day of each material, in the order of the region's materials.
    """

    name: str
    lon: float
    lat: float
    grams: tuple[int, ...]

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return {"name": self.name, "lon": self.lon, "lat": self.lat, "grams": list(self.grams)}


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
        Grams a day by source: ``cells``, ``brought``, each kind of returns, each extra.
    uncovered
        int64[materials], of cells that no open point serves, and that nothing brings.
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


def supply_of(
    plan: Plan, spec: TiersSpec, figures: Figures, brought: tuple[Brought, ...] = ()
) -> Supply:
    """Add up what the cells of each point hand in, what is brought there, returns and extras.

    Raises
    ------
    ScenarioError
        If an extra place, what is brought, a material kept apart or one that grows does not fit
        the region.
    """
    bundle = plan.bundle
    keys = tuple(bundle.materials.keys)
    _refuse_unknown(spec, keys)
    factor = np.array([dict(spec.growth).get(key, 1.0) for key in keys])
    by_cell = grams_by_material(bundle)
    served = plan.site_of >= 0
    grams = np.zeros((len(plan.sites), len(keys)), np.int64)
    np.add.at(grams, plan.site_of[served], by_cell[served])
    grams = _grown(grams, factor)
    uncovered = by_cell[~served].sum(axis=0)
    sources = [("cells", int(grams.sum()))]
    findings = [*_about_growth(spec)]
    if brought and len(plan.sites):
        come, rows = _brought(plan, brought, keys)
        more = np.zeros_like(grams)
        np.add.at(more, rows, _grown(come, factor))
        grams += more
        sources.append((BROUGHT, int(more.sum())))
        findings += _about_brought(come, uncovered, int(more.sum()))
        uncovered = np.maximum(uncovered - come.sum(axis=0), 0)
    uncovered = _grown(uncovered, factor)
    if uncovered.sum():
        values: dict[str, str | int | float] = {
            "tonnes": round(int(uncovered.sum()) * DAYS / 1e6, 1),
            "cells": int((~served).sum()),
        }
        findings.append(Finding(kind="tiers-not-collected", values=values))
    if bundle.special is None or bundle.special.empty:
        findings.append(Finding(kind="tiers-no-special", values={}))
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
    if not any(given for name, given in sources if name not in ("cells", BROUGHT)):
        findings.append(Finding(kind="tiers-no-returns", values={}))
    return Supply(
        grams=grams,
        materials=keys,
        sources=tuple(sources),
        uncovered=np.asarray(uncovered, np.int64),
        findings=tuple(findings),
    )


def _refuse_unknown(spec: TiersSpec, keys: tuple[str, ...]) -> None:
    named = (*spec.special, *(one.material for one in spec.extra), *(key for key, _ in spec.growth))
    for material in named:
        if material not in keys:
            raise ScenarioError(
                f"{material!r:.60} is no material of the region",
                where="policy.tiers",
                remedy=f"Known: {', '.join(keys)}",
            )


def _grown(grams: Ints, factor: Floats) -> Ints:
    """Whole grams times a factor, whole again."""
    return np.asarray(np.rint(grams * factor), np.int64)


def _about_growth(spec: TiersSpec) -> list[Finding]:
    found = []
    for key, factor in spec.growth:
        values: dict[str, str | int | float] = {"material": key, "factor": float(factor)}
        if spec.growth_year is None:
            found.append(Finding(kind="tiers-growth", values=values))
        else:
            values["year"] = spec.growth_year
            found.append(Finding(kind="tiers-growth-year", values=values))
    return found


def _brought(plan: Plan, brought: tuple[Brought, ...], keys: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Grams by service and material, and the point each is nearest to."""
    for one in brought:
        whole = len(one.grams) == len(keys)
        whole = whole and all(type(gram) is int and gram >= 0 for gram in one.grams)
        if not whole:
            raise ScenarioError(
                f"{one.name!r:.60} brings {one.grams!r:.80}",
                where="policy.tiers.brought",
                remedy=f"Give whole grams a day of each of: {', '.join(keys)}",
            )
    # Not held to be in the region: the middle of a village's cells may lie beyond a winding border.
    metres = Transformer.from_crs(WGS84, plan.bundle.region.crs, always_xy=True)
    places = np.array([(one.lon, one.lat) for one in brought], np.float64)
    xy = np.column_stack(metres.transform(*places.T))
    if not np.isfinite(xy).all():
        wrong = brought[int(np.flatnonzero(~np.isfinite(xy).all(axis=1))[0])]
        raise _outside(wrong.name, wrong.lon, wrong.lat, "brought")
    return np.array([one.grams for one in brought], np.int64), _nearest_point(plan, xy)


def _about_brought(come: Ints, uncovered: Ints, grams: int) -> list[Finding]:
    """Say what is brought, and whether more of it than there is where no point serves."""
    values: dict[str, str | int | float] = {
        "places": len(come),
        "tonnes": round(grams * DAYS / 1e6, 1),
    }
    found = [Finding(kind="tiers-brought", values=values)]
    twice = int(np.maximum(come.sum(axis=0) - uncovered, 0).sum())
    if twice:
        values = {"tonnes": round(twice * DAYS / 1e6, 3)}
        found.append(Finding(kind="tiers-brought-twice", values=values))
    return found


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
            grown = dict(spec.growth).get(row.material, 1.0)
            found.append((row.key, xy, row.material, round(row.kg_day * 1000 * grown)))
    for extra in spec.extra:
        xy = _within(plan, extra.name, extra.lon, extra.lat, "extra")
        found.append((extra.name, xy, extra.material, round(extra.kg_day * 1000)))
    return found


def _within(plan: Plan, name: str, lon: float, lat: float, field: str) -> Floats:
    """A place in the region's coordinates, float64[1, 2]."""
    region = plan.bundle.region
    metres = Transformer.from_crs(WGS84, region.crs, always_xy=True)
    xy = np.array([metres.transform(lon, lat)], np.float64)
    if not np.isfinite(xy).all() or region.assign(*xy.T)[0] < 0:
        raise _outside(name, lon, lat, field)
    return xy


def _outside(name: str, lon: float, lat: float, field: str) -> ScenarioError:
    return ScenarioError(
        f"{name!r:.60} at {lon:g}, {lat:g} is not in the region",
        where=f"policy.tiers.{field}",
        remedy="Check longitude and latitude",
    )


def _nearest_point(plan: Plan, xy: Floats) -> Ints:
    """Row of the open point nearest to each place, as the crow flies."""
    points = gpd.GeoSeries(plan.sites.geometry).to_crs(plan.bundle.region.crs)
    there = np.column_stack([points.x, points.y])
    away, row = cKDTree(there).query(xy, k=min(2, len(there)), workers=1)
    away, row = np.reshape(away, (len(xy), -1)), np.reshape(row, (len(xy), -1))
    tied = np.where(away <= away[:, :1], row, len(there))
    return np.asarray(tied.min(axis=1), np.int64)
