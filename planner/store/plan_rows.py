"""A plan as the store's tables: sites, townships, and the area that each site serves."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from geo.crs import WGS84
from planner.answers import answer_of
from planner.plan import Plan
from planner.store.values import (
    CoverageRow,
    Draft,
    Figures,
    PlanRows,
    SiteRow,
    TownshipRow,
    shown,
)

__all__ = ["draft_of", "figures_of", "plan_rows"]


def draft_of(plan: Plan, region_id: str, *, policy: str = "") -> Draft:
    """Take from a plan what the store keeps of it, the answer to lay it out again among it.

    Parameters
    ----------
    region_id
        As in the app's address; empty for the region it was started with.
    policy
        What is asked of the parts of the policy, as :class:`Draft` keeps it.
    """
    return Draft(
        scenario=plan.scenario,
        region_id=region_id,
        region=shown(plan.bundle.region.name),
        bundle_sha256=plan.bundle.sha256,
        answer=json.dumps(answer_of(plan).record(), ensure_ascii=False, allow_nan=False),
        figures=figures_of(plan),
        rows=plan_rows(plan),
        policy=policy,
    )


def figures_of(plan: Plan) -> Figures:
    """Headline of a plan."""
    record = plan.record
    people, objective = record["people"], record["objective"]
    return Figures(
        status=record["status"],
        sites=record["sites"],
        sites_new=record["sites_new"],
        people=people["total"],
        covered=people["covered"],
        share=people["share"],
        objective=objective["name"],
        value=objective["value"],
        bound=objective["bound"],
        gap=objective["gap"],
    )


def plan_rows(plan: Plan) -> PlanRows:
    """Turn a plan into rows; all geometry in WGS84, multipolygons throughout."""
    sites = plan.sites[
        ["id", "kind", "name", "existing", "township", "township_code", "people", "geometry"]
    ]
    townships = plan.townships[
        ["code", "name", "people", "covered", "share", "sites", "required", "pass", "reason"]
    ]
    return PlanRows(
        sites=tuple(
            SiteRow(
                site=shown(site),
                kind=shown(kind),
                name=shown(name),
                existing=bool(existing),
                township=shown(township),
                township_code=shown(code),
                people=int(people),
                geom=point,
            )
            for site, kind, name, existing, township, code, people, point in sites.itertuples(
                index=False
            )
        ),
        townships=tuple(
            TownshipRow(
                code=shown(row[0]),
                name=shown(row[1]),
                people=int(row[2]),
                covered=int(row[3]),
                share=None if row[4] is None or np.isnan(row[4]) else float(row[4]),
                sites=int(row[5]),
                required=int(row[6]),
                passes=bool(row[7]),
                reason=shown(row[8]),
                geom=_many(shape),
            )
            for row, shape in zip(
                townships.itertuples(index=False), plan.townships.geometry, strict=True
            )
        ),
        coverage=_coverage(plan),
    )


def _coverage(plan: Plan) -> tuple[CoverageRow, ...]:
    """One row a site for the cells it serves, one a township for those that none does."""
    demand = plan.bundle.demand
    frame, cell_m = demand.frame, demand.cell_m
    names = plan.bundle.region.townships["name"].to_numpy(object)
    west, south = (frame[axis].to_numpy(np.int64) * cell_m for axis in ("ix", "iy"))
    squares = shapely.box(west, south, west + cell_m, south + cell_m)
    people, home = frame["people"].to_numpy(np.int64), frame["township"].to_numpy(np.int64)
    # Sites first, by their rows; then townships.
    group = np.where(plan.site_of >= 0, plan.site_of, len(plan.sites) + home)
    order = np.argsort(group, kind="stable")
    keys, starts = np.unique(group[order], return_index=True)
    areas: list[BaseGeometry] = []
    told: list[dict[str, Any]] = []
    for key, cells in zip(keys.tolist(), np.split(order, starts[1:]), strict=True):
        # Halves of a cell on either side of a township border are the same square.
        areas.append(_many(shapely.union_all(squares[cells])))
        site = plan.sites.iloc[key] if key < len(plan.sites) else None
        told.append(
            {
                "site": "" if site is None else shown(site["id"]),
                "township": shown(
                    names[key - len(plan.sites)] if site is None else site["township"]
                ),
                "cells": len(cells),
                "people": int(people[cells].sum()),
            }
        )
    shapes = gpd.GeoSeries(areas, crs=plan.bundle.region.crs).to_crs(WGS84)
    return tuple(CoverageRow(**row, geom=shape) for row, shape in zip(told, shapes, strict=True))


def _many(shape: BaseGeometry) -> BaseGeometry:
    """As a multipolygon in two dimensions; what is no area of a mixed shape is left out."""
    parts = shapely.get_parts(shapely.get_parts(shapely.force_2d(shape)))
    return shapely.MultiPolygon([part for part in parts if isinstance(part, shapely.Polygon)])
