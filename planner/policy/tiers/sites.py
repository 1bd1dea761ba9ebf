"""The open stations and centres, row by row."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd

from geo.crs import WGS84
from geo.findings import Finding
from optimise import TiersPlan
from planner.plan import Plan
from planner.policy.tiers.flows import TONNE_DECIMALS
from planner.policy.tiers.rows import TierRows, site_id

__all__ = ["about_centres", "sites_of"]

COMPREHENSIVE_M2, COMPREHENSIVE_T = 3000.0, 30_000.0
"""GB/T 45083-2024, from secondary sources: below it a centre is none of the comprehensive kind."""

_COLUMNS = [
    *("id", "tier", "special", "size", "place", "kind", "name", "existing", "township"),
    *("township_code", "floor_m2", "land_m2", "capacity_t_year", "load_t_year"),
    *("cost_yuan_year", "x", "y"),
]


def sites_of(plan: Plan, answer: TiersPlan, stations: TierRows, centres: TierRows) -> pd.DataFrame:
    """Tell of each open place what it is, what it takes and costs, and where it stands."""
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
    frame = pd.DataFrame(rows, columns=_COLUMNS)
    points = gpd.GeoSeries(
        gpd.points_from_xy(frame["x"], frame["y"]), crs=plan.bundle.region.crs
    ).to_crs(WGS84)
    frame["lon"], frame["lat"] = points.x.round(7), points.y.round(7)
    return frame.drop(columns=["x", "y"])


def about_centres(sites: pd.DataFrame) -> list[Finding]:
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
