"""What openings over the years say of each site and of each year."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.crs import WGS84
from optimise import NEVER
from optimise.incidence import reach_within
from planner.plan import Plan
from planner.policy.naming import numbers_of
from planner.policy.phases.spec import PhasesSpec
from planner.posed import Posed

__all__ = ["openings", "year_rows"]

Ints = npt.NDArray[np.int64]
Openings = npt.NDArray[np.int32]


def openings(
    plan: Plan,
    posed: Posed,
    opened: Openings,
    weights: Ints,
    spec: PhasesSpec,
    fixed: dict[int, int],
) -> gpd.GeoDataFrame:
    """Sites in the order of their opening, each with its year, its gain and its reason.

    Within a year the site that adds the most people goes first; of equals the first candidate.
    """
    problem = posed.question.problem
    reach, _ = reach_within(problem.travel, plan.scenario.limit, problem.n_sites)
    cells = reach.transpose()
    covered = np.zeros(problem.n_units, np.bool_)
    townships = np.zeros(len(posed.bundle.region.townships), np.bool_)
    frame = posed.bundle.candidates.frame
    home = frame["township"].to_numpy()
    unit = 1000.0 if plan.scenario.weight == "kg" else 1.0
    rows: list[dict[str, Any]] = []

    def near(site: int) -> npt.NDArray[np.int32]:
        return cells.indices[cells.indptr[site] : cells.indptr[site + 1]]

    for number, year in enumerate(spec.years):
        weight = weights[number]
        left = np.flatnonzero(opened == number).tolist()
        if number == 0:
            # What stands already comes first, whatever it adds.
            left.sort(key=lambda site: (not problem.existing[site], site))
        while left:
            gains = [int(weight[near(s)][~covered[near(s)]].sum()) for s in left]
            stands = [site for site in left if problem.existing[site]] if number == 0 else []
            at = left.index(stands[0]) if stands else int(np.argmax(gains))
            site, gain = left.pop(at), gains[at]
            state = "built" if site in fixed else "planned"
            reason = "gain" if gain else "rule"
            if problem.existing[site]:
                state, reason = "standing", "standing"
            elif site in fixed:
                reason = "built"
            elif not townships[home[site]]:
                reason = "first"
            covered[near(site)] = True
            townships[home[site]] = True
            rows.append(
                {
                    "row": site,
                    "year": year if state != "built" else fixed[site],
                    "order": len(rows) + 1,
                    "state": state,
                    "reason": reason,
                    "gain": gain / unit if unit > 1 else gain,
                    "cost_yuan": 0.0 if state == "standing" else spec.site_yuan,
                }
            )
    places = posed.bundle.region.townships
    order = [row["row"] for row in rows]
    picked = frame.iloc[order]
    told = gpd.GeoDataFrame(
        {
            "id": picked["id"].to_numpy(object),
            "name": picked["name"].to_numpy(object),
            "kind": picked["kind"].to_numpy(object),
            "number": np.array(numbers_of(frame), np.int64)[order],
            "township": places["name"].to_numpy(object)[home[order]],
            "township_code": places["code"].to_numpy(object)[home[order]],
            **{
                key: [row[key] for row in rows]
                for key in ("year", "order", "state", "reason", "gain", "cost_yuan")
            },
        },
        geometry=picked.geometry.to_numpy(),
        crs=frame.crs,
    ).to_crs(WGS84)
    told["lon"], told["lat"] = told.geometry.x.round(7), told.geometry.y.round(7)
    return told


def year_rows(
    plan: Plan,
    posed: Posed,
    opened: Openings,
    weights: Ints,
    spec: PhasesSpec,
    allowed: tuple[list[int | None], list[float | None]],
    best: list[tuple[float, float]],
) -> list[dict[str, Any]]:
    """Coverage, sites, money and the price of nesting by the end of each year."""
    problem = posed.question.problem
    reach, _ = reach_within(problem.travel, plan.scenario.limit, problem.n_sites)
    frame = posed.bundle.candidates.frame
    zones = frame["township"].to_numpy()
    demand = posed.bundle.demand.frame
    urban, home = demand["urban"].to_numpy(bool), demand["township"].to_numpy()
    count = len(posed.bundle.region.townships)
    unit = 1000.0 if plan.scenario.weight == "kg" else 1

    def told(amount: float) -> float | int:
        return amount / unit if unit != 1 else round(amount)

    rows: list[dict[str, Any]] = []
    before = 0
    for number, year in enumerate(spec.years):
        there = (opened != NEVER) & (opened <= number)
        covered = reach.touches(there)
        weight = weights[number]
        new = there & ~problem.existing
        spent = spec.site_yuan * int(new.sum())
        sites = np.bincount(zones[there], minlength=count)
        totals = np.bincount(home, weights=weight, minlength=count)
        shares = np.bincount(home, weights=np.where(covered, weight, 0), minlength=count)
        served = int(weight[covered].sum())
        free, bound = max(best[number][0], served), max(best[number][1], served)
        rows.append(
            {
                "year": year,
                "sites": int(there.sum()),
                "sites_allowed": allowed[0][number],
                "opened": int(new.sum()) - before,
                "spent_yuan": spent,
                "budget_yuan": allowed[1][number],
                "total": told(float(weight.sum())),
                "covered": told(served),
                "share": round(served / max(1, int(weight.sum())), 6),
                "urban_total": told(float(weight[urban].sum())),
                "urban_covered": told(float(weight[urban & covered].sum())),
                "townships": count,
                "townships_with_site": int((sites > 0).sum()),
                "free_covered": told(free),
                "free_bound": told(bound),
                "nesting_price": told(free - served),
                "by_township": [
                    {
                        "code": code,
                        "sites": int(has),
                        "total": told(float(total)),
                        "covered": told(float(share)),
                    }
                    for code, has, total, share in zip(
                        posed.bundle.region.townships["code"], sites, totals, shares, strict=True
                    )
                ],
            }
        )
        before = int(new.sum())
    return rows
