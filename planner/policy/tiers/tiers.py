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
from planner.material import DAYS
from planner.plan import Plan
from planner.policy.tiers.figures import TIERS, Figures, read_figures
from planner.policy.tiers.flows import KM_DECIMALS, links_of, streams_of
from planner.policy.tiers.places import lorry_km, off_roads, places_for, straight_km, xy_of
from planner.policy.tiers.refused import no_size, refused
from planner.policy.tiers.rows import YUAN_DECIMALS, TierRows, rows_of
from planner.policy.tiers.sites import about_centres, sites_of
from planner.policy.tiers.spec import TiersSpec
from planner.policy.tiers.supply import Brought, Supply, supply_of

__all__ = ["TiersResult", "make_tiers"]

Floats = npt.NDArray[np.float64]
#: Places that a finding names.
NAMED = 5


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
    brought: tuple[Brought, ...] = (),
    figures: Figures | None = None,
    progress: Progress = silent,
) -> TiersResult:
    """Site stations and centres for the open points of a plan, at least cost a year.

    The points are the plan's. What they hand on goes, by lorry, to a station and on to a centre,
    or straight to a centre where the spec allows it; tonnes are conserved material by material.

    Parameters
    ----------
    brought
        What further points, terminals or rounds bring from cells that no point serves.

    Raises
    ------
    PlanError
        If not everything finds a way: how many tonnes do not, and what would help; or if no size
        has the least floor asked for.
    ScenarioError, InputError
        If the spec or the figures do not fit the region.
    """
    figures = read_figures() if figures is None else figures
    progress("measure tiers", 0.0)
    supply = supply_of(plan, spec, figures, brought)
    tonnes = supply.tonnes_year
    offered, floors = _offered(spec, figures)
    findings = [*supply.findings, *floors]
    tiers: list[TierRows] = []
    for tier in TIERS:
        places, found = places_for(plan, tier, tonnes.sum(axis=1), spec, offered)
        findings += found
        tiers.append(rows_of(tier, places, spec, offered))
    stations, centres = tiers
    streams = streams_of(supply, spec)
    question = _question(
        plan, spec, figures, tonnes @ streams.T, stations, centres, findings, progress
    )
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
    sites = sites_of(plan, answer, stations, centres)
    links = links_of(plan, answer, question, supply, streams, (stations, centres))
    findings += about_centres(sites)
    record = _record(plan, spec, figures, brought, answer, supply, sites, links, findings)
    return TiersResult(
        spec=spec,
        figures=figures,
        record=record,
        sites=gpd.GeoDataFrame(
            sites, geometry=gpd.points_from_xy(sites["lon"], sites["lat"]), crs=WGS84
        ),
        links=gpd.GeoDataFrame(links.drop(columns="line"), geometry=links["line"], crs=WGS84),
    )


def _offered(spec: TiersSpec, figures: Figures) -> tuple[Figures, list[Finding]]:
    """The sizes that have the least floor asked for."""
    offered = figures.with_floors(spec.station_floor_m2, spec.centre_floor_m2)
    findings = []
    floors = (spec.station_floor_m2, spec.centre_floor_m2)
    for tier, least in zip(TIERS, floors, strict=True):
        sizes = [size for size in offered.sizes if size.tier == tier and not size.special]
        if not sizes:
            raise no_size(tier, least or 0.0, figures)
        left_out = sum(size.tier == tier for size in figures.sizes)
        left_out -= sum(size.tier == tier for size in offered.sizes)
        if left_out:
            values: dict[str, str | int | float] = {
                "tier": tier,
                "floor_m2": least or 0.0,
                "sizes": left_out,
            }
            findings.append(Finding(kind="tiers-floor", values=values))
    return offered, findings


def _question(
    plan: Plan,
    spec: TiersSpec,
    figures: Figures,
    supply: Floats,
    stations: TierRows,
    centres: TierRows,
    findings: list[Finding],
    progress: Progress,
) -> Tiers:
    bundle, points = plan.bundle, xy_of(plan)
    at_station, at_centre = (
        tier.rows[["x", "y"]].to_numpy(np.float64) for tier in (stations, centres)
    )
    legs = [(points, at_station), (at_station, at_centre), (points, at_centre)]
    far = []
    islands = np.zeros(len(points), bool)
    for done, (here, there) in enumerate(legs):
        progress("measure tiers", done / len(legs))
        km = lorry_km(bundle, here, there)
        if here is points and (lost := off_roads(km)).any():
            km[lost] = straight_km(bundle, here[lost], there)
            islands |= lost
        far.append(np.round(km, KM_DECIMALS))
    if islands.any():
        names = plan.sites["id"].to_numpy(object)[islands].tolist()
        values: dict[str, str | int | float] = {
            "points": len(names),
            "names": "; ".join(map(str, names[:NAMED])) + ("; …" if len(names) > NAMED else ""),
            "factor": bundle.detour_factor,
        }
        findings.append(Finding(kind="tiers-off-roads", values=values))
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


def _record(
    plan: Plan,
    spec: TiersSpec,
    figures: Figures,
    brought: tuple[Brought, ...],
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
        "materials": [
            {"key": one.key, "name_zh": one.name_zh, "name_en": one.name_en}
            for one in plan.bundle.materials.streams
        ],
        "tonnes_year": round(float(tonnes.sum()), 3),
        "by_material": {key: round(float(tonnes[m]), 3) for m, key in enumerate(supply.materials)},
        "sources_tonnes_year": [
            {"source": name, "tonnes_year": round(grams * DAYS / 1e6, 3)}
            for name, grams in supply.sources
        ],
        "brought": [one.record() for one in brought],
        "not_collected_tonnes_year": round(int(supply.uncovered.sum()) * DAYS / 1e6, 3),
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
