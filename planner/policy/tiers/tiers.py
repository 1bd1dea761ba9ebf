"""Three tiers (投放点—回收站—分拣中心): stations and centres for the open points of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.crs import WGS84
from geo.findings import Finding
from geo.progress import Progress, silent
from optimise import OptimiseError, Tiers, TierSites, TiersPlan, solve_tiers, solve_tiers_in_turn
from planner.plan import Plan
from planner.policy.tiers.figures import Figures, read_figures
from planner.policy.tiers.flows import KM_DECIMALS, TONNE_DECIMALS, links_of, streams_of
from planner.policy.tiers.places import lorry_km, places_for, xy_of
from planner.policy.tiers.refused import refused
from planner.policy.tiers.rows import YUAN_DECIMALS, TierRows, rows_of, site_id
from planner.policy.tiers.spec import TiersSpec
from planner.policy.tiers.supply import Supply, supply_of

__all__ = ["TiersResult", "make_tiers"]

Floats = npt.NDArray[np.float64]

COMPREHENSIVE_M2, COMPREHENSIVE_T = 3000.0, 30_000.0
"""GB/T 45083-2024, from secondary sources: below it a centre is none of the comprehensive kind."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class TiersResult:
    """Stations and centres with their flows.

    Parameters
    ----------
    spec, figures
        What was asked, and the figures it was answered with.
    record
        The content of ``tiers.json``: every number named with its unit.
    sites
        Open stations and centres, WGS84 points with the fields of ``record["sites"]``.
    links
        Flows, WGS84 lines with the fields of ``record["links"]``, tonnes of each material as
        ``t_<material>``.
    """

    spec: TiersSpec
    figures: Figures
    record: dict[str, Any]
    sites: gpd.GeoDataFrame
    links: gpd.GeoDataFrame


def make_tiers(
    plan: Plan,
    spec: TiersSpec,
    *,
    figures: Figures | None = None,
    progress: Progress = silent,
) -> TiersResult:
    """Site stations and centres for the open points of a plan, at least cost a year.

    The points are the plan's. What they hand on goes, by lorry, to a station and on to a centre,
    or straight to a centre where the spec allows it; tonnes are conserved material by material.

    Raises
    ------
    PlanError
        If not everything finds a way: how many tonnes do not, and what would help.
    ScenarioError, InputError
        If the spec or the figures do not fit the region.
    """
    figures = read_figures() if figures is None else figures
    progress("measure tiers", 0.0)
    supply = supply_of(plan, spec, figures)
    tonnes = supply.tonnes_year
    findings = [*supply.findings]
    tiers: list[TierRows] = []
    for tier in ("station", "centre"):
        places, found = places_for(plan, tier, tonnes.sum(axis=1), spec, figures)
        findings += found
        tiers.append(rows_of(tier, places, spec, figures))
    stations, centres = tiers
    streams = streams_of(supply, spec)
    question = _question(plan, spec, figures, tonnes @ streams.T, stations, centres, progress)
    progress("site tiers", 0.0)
    solve = solve_tiers if spec.siting == "together" else solve_tiers_in_turn
    try:
        answer = solve(question, gap=spec.gap, progress=progress)
    except OptimiseError as error:
        raise refused(error, supply) from error
    if answer.stopped == "cancelled":
        # An answer that depends on when a key was pressed must not take another's place.
        raise KeyboardInterrupt
    progress("site tiers", 1.0)
    sites = _sites(plan, answer, stations, centres)
    links = links_of(plan, answer, question, supply, streams, (stations, centres))
    findings += _about_centres(sites)
    record = _record(spec, figures, answer, supply, sites, links, findings)
    return TiersResult(
        spec=spec,
        figures=figures,
        record=record,
        sites=gpd.GeoDataFrame(
            sites, geometry=gpd.points_from_xy(sites["lon"], sites["lat"]), crs=WGS84
        ),
        links=gpd.GeoDataFrame(links.drop(columns="line"), geometry=links["line"], crs=WGS84),
    )


def _question(
    plan: Plan,
    spec: TiersSpec,
    figures: Figures,
    supply: Floats,
    stations: TierRows,
    centres: TierRows,
    progress: Progress,
) -> Tiers:
    bundle, points = plan.bundle, xy_of(plan)
    at_station, at_centre = (
        tier.rows[["x", "y"]].to_numpy(np.float64) for tier in (stations, centres)
    )
    legs = [(points, at_station), (at_station, at_centre), (points, at_centre)]
    far = []
    for done, (here, there) in enumerate(legs):
        progress("measure tiers", done / len(legs))
        far.append(np.round(lorry_km(bundle, here, there), KM_DECIMALS))
    if spec.station_reach_km is not None and len(at_station):
        # Beyond reach a point keeps its nearest station, so that none is left without any.
        near = far[0] <= np.maximum(spec.station_reach_km, far[0].min(axis=1, keepdims=True))
        far[0] = np.where(near, far[0], np.inf)
    streams = supply.shape[1]
    takes = np.ones((len(centres.rows), streams), bool)
    takes[centres.special, 0] = False
    takes[~centres.special, 1:] = False
    existing = stations.rows["existing"].to_numpy(bool) & (stations.capacity > 0).any(axis=1)
    return Tiers(
        supply=supply,
        stations=TierSites(
            capacity=stations.capacity,
            cost=stations.cost,
            kept=existing & spec.keep_existing,
            at_most=spec.max_stations,
        ),
        centres=TierSites(
            capacity=centres.capacity,
            cost=centres.cost,
            takes=takes,
            at_most=spec.max_centres,
        ),
        to_stations=far[0],
        onward=far[1],
        direct=far[2] if spec.direct else None,
        rates=(figures.legs[0].yuan_t_km, figures.legs[1].yuan_t_km, figures.legs[2].yuan_t_km),
        split=spec.split,
        budget=spec.budget_yuan_year,
    )


def _sites(plan: Plan, answer: TiersPlan, stations: TierRows, centres: TierRows) -> pd.DataFrame:
    loads = (
        answer.collected.sum(axis=(0, 2)),
        answer.onward.sum(axis=(0, 2)) + answer.direct.sum(axis=(0, 2)),
    )
    townships = plan.bundle.region.townships
    rows = []
    for tier, opened, load in zip(
        (stations, centres), (answer.station_size, answer.centre_size), loads, strict=True
    ):
        for row in np.flatnonzero(opened >= 0).tolist():
            place, size = tier.rows.iloc[row], tier.sizes[int(opened[row])]
            rows.append(
                {
                    "id": site_id(tier, row),
                    "tier": tier.tier,
                    "special": bool(tier.special[row]),
                    "size": size.key,
                    "place": str(place["id"]),
                    "kind": str(place["kind"]),
                    "name": str(place["name"]),
                    "existing": bool(place["existing"]),
                    "township": str(townships["name"].iloc[int(place["township"])]),
                    "township_code": str(townships["code"].iloc[int(place["township"])]),
                    "floor_m2": size.floor_m2,
                    "land_m2": size.land_m2,
                    "capacity_t_year": size.capacity_t_year,
                    "load_t_year": round(float(load[row]), TONNE_DECIMALS),
                    "cost_yuan_year": float(tier.cost[row, int(opened[row])]),
                    "x": float(place["x"]),
                    "y": float(place["y"]),
                }
            )
    frame = pd.DataFrame(rows, columns=_SITE_COLUMNS)
    points = gpd.GeoSeries(
        gpd.points_from_xy(frame["x"], frame["y"]), crs=plan.bundle.region.crs
    ).to_crs(WGS84)
    frame["lon"], frame["lat"] = points.x.round(7), points.y.round(7)
    return frame.drop(columns=["x", "y"])


_SITE_COLUMNS = [
    *("id", "tier", "special", "size", "place", "kind", "name", "existing", "township"),
    *("township_code", "floor_m2", "land_m2", "capacity_t_year", "load_t_year"),
    *("cost_yuan_year", "x", "y"),
]


def _about_centres(sites: pd.DataFrame) -> list[Finding]:
    """Say of centres whether they are what the standard calls comprehensive."""
    found = []
    centres = sites[(sites["tier"] == "centre") & ~sites["special"].astype(bool)]
    for row in centres.to_dict("records"):
        if row["floor_m2"] < COMPREHENSIVE_M2 or row["load_t_year"] <= COMPREHENSIVE_T:
            values: dict[str, str | int | float] = {
                "site": row["id"],
                "floor_m2": row["floor_m2"],
                "tonnes": round(row["load_t_year"]),
                "least_m2": COMPREHENSIVE_M2,
                "least_t": COMPREHENSIVE_T,
            }
            found.append(Finding(kind="tiers-centre-small", where=row["id"], values=values))
    return found


def _record(
    spec: TiersSpec,
    figures: Figures,
    answer: TiersPlan,
    supply: Supply,
    sites: pd.DataFrame,
    links: pd.DataFrame,
    findings: list[Finding],
) -> dict[str, Any]:
    tonnes = supply.tonnes_year.sum(axis=0)
    legs = {leg.key: links[links["leg"] == leg.key] for leg in figures.legs}
    return {
        "part": "tiers",
        "spec": spec.record(),
        "status": answer.status.value,
        "stopped": answer.stopped,
        "cost_yuan_year": round(answer.value, YUAN_DECIMALS),
        "bound_yuan_year": round(answer.bound, YUAN_DECIMALS),
        "gap": round(answer.gap, 6),
        "proved_by": answer.proved_by,
        "sites_yuan_year": round(answer.site_cost, YUAN_DECIMALS),
        "ways_yuan_year": round(answer.way_cost, YUAN_DECIMALS),
        "tonnes_year": round(float(tonnes.sum()), 3),
        "by_material": {key: round(float(tonnes[m]), 3) for m, key in enumerate(supply.materials)},
        "sources_tonnes_year": [
            {"source": name, "tonnes_year": round(grams * 365 / 1e6, 3)}
            for name, grams in supply.sources
        ],
        "tiers": {
            tier: {
                "sites": int((sites["tier"] == tier).sum()),
                "reused": int(((sites["tier"] == tier) & ~sites["kind"].isin(_NEW_GROUND)).sum()),
                "floor_m2": float(sites.loc[sites["tier"] == tier, "floor_m2"].sum()),
                "land_m2": float(sites.loc[sites["tier"] == tier, "land_m2"].sum()),
            }
            for tier in ("station", "centre")
        },
        "land_m2": float(sites["land_m2"].sum()),
        "legs": {
            key: {
                "links": len(rows),
                "tonnes_year": round(float(rows["tonnes_year"].sum()), 3),
                "tonne_km_year": round(float((rows["tonnes_year"] * rows["km"]).sum()), 1),
                "cost_yuan_year": round(float(rows["cost_yuan_year"].sum()), YUAN_DECIMALS),
            }
            for key, rows in legs.items()
        },
        "sites": sites.to_dict("records"),
        "links": links.drop(columns="line").to_dict("records"),
        "figures": figures.record(),
        "findings": [finding.record() for finding in findings],
    }


_NEW_GROUND = ("industrial", "beside-point", "own", "generated")
