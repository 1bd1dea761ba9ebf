"""Flows between the tiers, material by material."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geo.crs import WGS84
from optimise import Tiers, TiersPlan
from planner.plan import Plan
from planner.policy.tiers.rows import YUAN_DECIMALS, TierRows, site_id
from planner.policy.tiers.spec import TiersSpec
from planner.policy.tiers.supply import Supply

__all__ = ["KM_DECIMALS", "TONNE_DECIMALS", "links_of", "streams_of"]

Floats = npt.NDArray[np.float64]

TONNE_DECIMALS, KM_DECIMALS = 6, 5


def streams_of(supply: Supply, spec: TiersSpec) -> npt.NDArray[np.float64]:
    """float64[streams, materials]: what goes together is one stream, each kept apart another."""
    apart = [supply.materials.index(key) for key in sorted(set(spec.special))]
    together = np.ones(len(supply.materials))
    together[apart] = 0.0
    own = np.zeros((len(apart), len(supply.materials)))
    own[np.arange(len(apart)), apart] = 1.0
    return np.vstack([together, own])


def links_of(
    plan: Plan,
    answer: TiersPlan,
    question: Tiers,
    supply: Supply,
    streams: Floats,
    tiers: tuple[TierRows, TierRows],
) -> pd.DataFrame:
    """Flows by material: a stream's materials keep company in the shares they came in."""
    stations, centres = tiers
    tonnes = supply.tonnes_year
    mix = streams[None] * tonnes[:, None, :]  # [points, streams, materials]
    mix = _shares(mix)
    enters = np.einsum("ijs,ism->jsm", answer.collected, mix)
    onward = answer.onward[..., None] * _shares(enters)[:, None]
    flows = (
        ("collect", (answer.collected[..., None] * mix[:, None]).sum(axis=2)),
        ("onward", onward.sum(axis=2)),
        ("direct", (answer.direct[..., None] * mix[:, None]).sum(axis=2)),
    )
    points = [str(one) for one in plan.sites["id"]]
    names = {
        "point": points,
        "station": [site_id(stations, row) for row in range(len(stations.rows))],
        "centre": [site_id(centres, row) for row in range(len(centres.rows))],
    }
    crs = plan.bundle.region.crs
    where = {"point": plan.sites.geometry.to_numpy()}
    for tier in tiers:
        metric = gpd.GeoSeries(gpd.points_from_xy(tier.rows["x"], tier.rows["y"]), crs=crs)
        where[tier.tier] = metric.to_crs(WGS84).to_numpy()
    ends = {
        "collect": ("point", "station", question.to_stations, question.rates[0]),
        "onward": ("station", "centre", question.onward, question.rates[1]),
        "direct": ("point", "centre", question.direct, question.rates[2]),
    }
    rows = []
    for leg, flow in flows:
        begin, end, km, rate = ends[leg]
        for i, j in np.argwhere(flow.sum(axis=2) > 0).tolist():
            assert km is not None
            total = float(flow[i, j].sum())
            rows.append(
                {
                    "from": names[begin][i],
                    "to": names[end][j],
                    "leg": leg,
                    "km": float(km[i, j]),
                    "tonnes_year": round(total, TONNE_DECIMALS),
                    "cost_yuan_year": round(total * float(km[i, j]) * rate, YUAN_DECIMALS),
                    **{
                        f"t_{key}": round(float(flow[i, j, m]), TONNE_DECIMALS)
                        for m, key in enumerate(supply.materials)
                    },
                    "line": shapely.LineString([where[begin][i], where[end][j]]),
                }
            )
    columns = ["from", "to", "leg", "km", "tonnes_year", "cost_yuan_year"]
    return pd.DataFrame(rows, columns=[*columns, *(f"t_{key}" for key in supply.materials), "line"])


def _shares(amounts: Floats) -> Floats:
    total = amounts.sum(axis=-1, keepdims=True)
    return np.asarray(np.divide(amounts, total, out=np.zeros_like(amounts), where=total > 0))
