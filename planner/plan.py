"""Where geography meets optimisation: a region and a scenario in, a plan out."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from geo.bundle import Bundle
from geo.completeness import is_unmapped
from geo.crs import WGS84
from geo.degrees import candidate_points, township_shapes
from geo.findings import Finding
from geo.progress import Progress, silent
from geo.travel import TravelMatrix, threshold
from optimise import Infeasible, OptimiseError, Status, solve
from planner.errors import PlanError
from planner.losses import nearest_open, people_lost, worst_by_township
from planner.material import grams_by_material, households_figures, material_figures
from planner.posed import Posed, pose
from planner.ranges import coverage_ranges
from planner.record import (
    data_record,
    objective_record,
    people_figures,
    tie_break_record,
    township_rows,
    urban_figures,
    versions,
    warnings,
)
from planner.refusal import refusal
from planner.roles import roles_of
from planner.scenario import Scenario
from planner.suitability import (
    DECIMALS,
    against_text,
    criteria_against,
    scores_of,
    suitability_record,
)
from planner.travels import off_road, travel_for
from planner.wording.words import by_weight

__all__ = ["IMPEDANCE_COLUMN", "Outcome", "Plan", "laid_out", "make_plan", "travel_for"]

IMPEDANCE_COLUMN = {"m": "distance_m", "s": "time_s"}
"""What a cell's way to its site is called in files, by unit."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Plan:
    """A scenario's answer for a region.

    Parameters
    ----------
    scenario, bundle
        The question and the region it was asked of, points added by hand among its candidates.
    record
        The content of ``plan.json``.
    sites
        Open sites (WGS84 points): ``id``, ``kind``, ``name``, ``existing``, ``township``,
        ``township_code``, ``role`` (:mod:`planner.roles`), ``people`` (served), ``kg_day`` (of
        recyclables), ``lost`` (people whom no other open site has within the limit).
    townships
        Townships (WGS84) with ``code``, ``name``, ``people``, ``covered``, ``share``,
        ``households``, ``kg_day``, ``covered_kg_day``, ``worst`` (metres or seconds from the
        worst-served cell to its nearest open site, also beyond the limit), ``sites``,
        ``required``, ``pass``, ``reason``.
    site_of
        Row of ``sites`` that serves each demand cell, -1 where none does within the radius.
    impedance
        Metres, or seconds where the scenario is in minutes, from each cell to the site that
        serves it, NaN where none does.
    cell_reason
        Per cell: empty if served, else ``"unreachable"``, ``"no candidate"`` (that may be open),
        ``"not chosen"`` or,
        in townships whose map is poor, ``"unmapped?"``.
    """

    scenario: Scenario
    bundle: Bundle
    record: dict[str, Any]
    sites: gpd.GeoDataFrame
    townships: gpd.GeoDataFrame
    site_of: npt.NDArray[np.int32]
    impedance: npt.NDArray[np.float64]
    cell_reason: npt.NDArray[np.object_]

    def cells(self) -> gpd.GeoDataFrame:
        """Demand cells (WGS84 points) with what the plan does for each."""
        demand = self.bundle.demand
        frame = demand.frame[["id", "people", "urban", "geometry"]].to_crs(WGS84)
        names = self.bundle.region.townships["name"].to_numpy(object)
        frame["township"] = names[demand.frame["township"].to_numpy()]
        ids = [*self.sites["id"], None]
        frame["site"] = [ids[row] for row in self.site_of.tolist()]
        frame[IMPEDANCE_COLUMN[self.scenario.unit]] = np.round(self.impedance, 2)
        frame["reason"] = self.cell_reason
        return frame


def make_plan(
    bundle: Bundle,
    scenario: Scenario,
    *,
    travel: TravelMatrix | None = None,
    effort: Literal["exact", "quick"] = "exact",
    progress: Progress = silent,
) -> Plan:
    """Answer a scenario.

    Parameters
    ----------
    bundle
        As it was imported: the scenario's edits are made here, and stand in the plan's bundle.
    travel
        Distances of that bundle known already, at least to the scenario's radius; else they are
        computed. Those to points added by hand are computed in any case.
    effort
        ``"exact"`` proves the answer to the scenario's gap; ``"quick"`` is for a slider that
        moves: a good answer at once with the bound that was to be had.

    Raises
    ------
    PlanError
        If no plan can do what the scenario asks: says why, and what would help.
    """
    started = time.perf_counter()
    posed = pose(bundle, scenario, travel, progress)
    travelled = time.perf_counter()
    try:
        solution = solve(
            posed.question.problem,
            posed.question.model,
            gap=scenario.gap,
            seed=scenario.seed,
            effort=effort,
            progress=progress,
        )
    except Infeasible as reason:
        raise refusal(reason, posed.bundle, scenario) from reason
    except OptimiseError as error:
        raise PlanError(str(error), zh=str(error), where="optimiser") from error
    if solution.stopped == "cancelled":
        # The optimiser hands over its best so far; a plan that depends on when a key was pressed
        # must not take the place of one that can be made again.
        raise KeyboardInterrupt
    timings = {
        "distances_s": round(travelled - started, 3),
        "solve_s": round(time.perf_counter() - travelled, 3),
    }
    outcome = Outcome(
        open_sites=solution.open_sites,
        assignment=solution.assignment,
        distance=solution.distance,
        status=solution.status.value,
        stopped=solution.stopped,
        objective=objective_record(solution, scenario),
        tie_break=tie_break_record(solution, scenario),
        timings=timings,
        made_with=versions(),
    )
    return laid_out(posed, scenario, outcome)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Outcome:
    """What the optimiser found, as a plan tells it.

    Parameters
    ----------
    open_sites
        Rows of the open sites among the candidates, ascending.
    assignment, distance
        int32[n] and float64[n], the candidate that serves each cell (-1: none) and the way to it.
    status, stopped, objective, tie_break, timings
        Of the plan's record.
    made_with
        Versions of the program and the solver that found it.
    """

    open_sites: npt.NDArray[np.int32]
    assignment: npt.NDArray[np.int32]
    distance: npt.NDArray[np.float64]
    status: str
    stopped: str
    objective: dict[str, Any]
    tie_break: dict[str, Any] | None
    timings: dict[str, float]
    made_with: dict[str, str]


def laid_out(posed: Posed, scenario: Scenario, outcome: Outcome) -> Plan:
    """Make the plan of an outcome: the same for the same question and outcome, to the byte."""
    bundle, travel, question = posed.bundle, posed.travel, posed.question
    covered = outcome.assignment >= 0
    opened = bundle.candidates.frame.iloc[outcome.open_sites]
    open_townships = opened["township"].to_numpy(np.int32)
    ways = nearest_open(bundle, scenario, travel, outcome.open_sites)
    ranges = coverage_ranges(bundle, scenario, covered, ways.spreads)
    due, available = question.required, question.available
    rows = township_rows(bundle, scenario, covered, open_townships, due, available)
    rows = ranges.rows(rows)
    worst = worst_by_township(bundle, ways.cells)
    rows = [{**row, "worst": far} for row, far in zip(rows, worst, strict=True)]
    reasons = _cell_reasons(scenario, travel, covered, ~question.problem.forbidden)
    found = (*bundle.findings, *question.findings, *_findings(bundle, scenario, travel, reasons))
    reasons, doubted = _doubted(bundle, reasons)
    found = (*found, *doubted)
    if outcome.status != Status.PROVEN.value:
        gap = float(outcome.objective["gap"])
        values: dict[str, str | int | float] = {"gap": gap, "asked": scenario.gap}
        found = (*found, Finding(kind="not-proven", values=values))
    if outcome.stopped == "time limit":
        found = (*found, Finding(kind="stopped-by-the-clock"))
    record = {
        "scenario": scenario.record(),
        "data": {**data_record(bundle, travel), **outcome.made_with},
        "status": outcome.status,
        "stopped": outcome.stopped,
        "objective": outcome.objective,
        "tie_break": outcome.tie_break,
        "sites": len(opened),
        "sites_new": int((~opened["existing"]).sum()),
        "people": {**people_figures(bundle, covered), **ranges.everybody()},
        "urban": {**urban_figures(bundle, scenario, covered), **ranges.urban()},
        "households": households_figures(bundle, scenario, covered),
        "material": material_figures(bundle, covered),
        "suitability": suitability_record(bundle, scenario, opened),
        "townships": rows,
        "warnings": warnings(by_weight(found)),
        "timings": outcome.timings,
    }
    site_of = np.full(bundle.candidates.frame.shape[0] + 1, -1, np.int32)
    site_of[outcome.open_sites] = np.arange(len(opened), dtype=np.int32)
    rows_of = site_of[outcome.assignment]
    return Plan(
        scenario=scenario,
        bundle=bundle,
        record=record,
        sites=_sites(bundle, scenario, outcome.open_sites, rows_of).assign(
            lost=people_lost(bundle, scenario, travel, outcome.open_sites)
        ),
        townships=_townships(bundle, rows),
        site_of=rows_of,
        impedance=np.where(covered, outcome.distance, np.nan),
        cell_reason=reasons,
    )


def _sites(
    bundle: Bundle,
    scenario: Scenario,
    open_sites: npt.NDArray[np.int32],
    site_of: npt.NDArray[np.int32],
) -> gpd.GeoDataFrame:
    opened = bundle.candidates.frame.iloc[open_sites]
    people = bundle.demand.frame["people"].to_numpy(np.int64)
    served = np.zeros(len(opened), np.int64)
    np.add.at(served, site_of[site_of >= 0], people[site_of >= 0])
    townships = bundle.region.townships.iloc[opened["township"].to_numpy()]
    frame = pd.DataFrame(opened[["id", "kind", "name", "existing"]]).reset_index(drop=True)
    frame["township"] = townships["name"].to_numpy(object)
    frame["township_code"] = townships["code"].to_numpy(object)
    frame["role"] = roles_of(frame["kind"], frame["existing"])
    frame["people"] = served
    grams = np.zeros(len(opened), np.int64)
    np.add.at(grams, site_of[site_of >= 0], grams_by_material(bundle).sum(axis=1)[site_of >= 0])
    frame["kg_day"] = grams / 1000
    scores = scores_of(bundle, scenario, opened).round(DECIMALS).tolist()
    frame["score"] = np.array([None if one != one else one for one in scores], object)
    frame["against"] = [against_text(keys) for keys in criteria_against(bundle, scenario, opened)]
    points = candidate_points(bundle.candidates)[open_sites]
    return gpd.GeoDataFrame(frame, geometry=points, crs=WGS84)


def _townships(bundle: Bundle, rows: list[dict[str, Any]]) -> gpd.GeoDataFrame:
    return gpd.GeoDataFrame(rows, geometry=township_shapes(bundle.region), crs=WGS84)


def _cell_reasons(
    scenario: Scenario,
    travel: TravelMatrix,
    covered: npt.NDArray[np.bool_],
    may_open: npt.NDArray[np.bool_],
) -> npt.NDArray[np.object_]:
    indptr, indices, _ = threshold(travel, scenario.limit)
    before = np.concatenate([[0], np.cumsum(may_open[indices])])
    reasons = np.full(len(covered), "not chosen", object)
    reasons[np.diff(before[indptr]) == 0] = "no candidate"
    reasons[travel.unreachable] = "unreachable"
    reasons[covered] = ""
    return reasons


def _doubted(
    bundle: Bundle, reasons: npt.NDArray[np.object_]
) -> tuple[npt.NDArray[np.object_], list[Finding]]:
    """Tell cells that nobody serves from those that may only look so on a poor map."""
    home = bundle.demand.frame["township"].to_numpy()
    poor = is_unmapped(bundle.completeness, len(bundle.region.townships))
    cells = (reasons != "") & poor[home]
    if not cells.any():
        return reasons, []
    values: dict[str, str | int | float] = {
        "cells": int(cells.sum()),
        "people": int(bundle.demand.frame["people"].to_numpy(np.int64)[cells].sum()),
        "townships": len(np.unique(home[cells])),
    }
    doubted = np.where(cells, "unmapped?", reasons).astype(object)
    return doubted, [Finding(kind="cells-unmapped", values=values)]


def _findings(
    bundle: Bundle,
    scenario: Scenario,
    travel: TravelMatrix,
    reasons: npt.NDArray[np.object_],
) -> list[Finding]:
    """What this plan, beyond its region, does not know or does not do."""
    people = bundle.demand.frame["people"].to_numpy(np.int64)
    found = []
    if travel.impedance == "straight-line":
        values: dict[str, str | int | float] = {"factor": travel.detour_factor}
        found.append(Finding(kind="straight-line", values=values))
    elif bundle.roadless:
        values = {
            "townships": len(bundle.roadless),
            "people": int(people[off_road(bundle)[0]].sum()),
            "factor": travel.detour_factor,
        }
        found.append(Finding(kind="straight-line-townships", values=values))
    limit: dict[str, str | int | float] = (
        {"radius_m": scenario.limit} if scenario.minutes is None else {"minutes": scenario.minutes}
    )
    beyond = "cells-no-candidate" if scenario.minutes is None else "cells-beyond-minutes"
    for reason, kind in (("unreachable", "cells-unreachable"), ("no candidate", beyond)):
        cells = reasons == reason
        if cells.any():
            count = {"cells": int(cells.sum()), "people": int(people[cells].sum())}
            found.append(Finding(kind=kind, values={**count, **limit}))
    return found
