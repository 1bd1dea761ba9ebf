"""Robust core: which points of a plan hold however things turn out (必建/可替代/缓建)."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np

from geo.crs import WGS84
from geo.progress import Progress, silent
from geo.travel import TravelMatrix
from optimise import OptimiseError, least_regret, robust_core
from planner.errors import PlanError
from planner.plan import Plan
from planner.policy.robust.cases import Told, cases_of, refused_of
from planner.policy.robust.rows import plain_number, site_rows
from planner.policy.robust.spec import RobustSpec
from planner.posed import Posed, pose

__all__ = ["ROLES", "RobustResult", "make_robust"]

ROLES = ("core", "replaceable", "later", "untested", "standing")

_HANDFUL = 6


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RobustResult:
    """A plan tried against cases.

    Parameters
    ----------
    record
        The content of ``robust.json``: every number named with its unit.
    sites
        The plan's sites, WGS84 points with the fields of ``record["sites"]``.
    """

    spec: RobustSpec
    plan: Plan
    record: dict[str, Any]
    sites: gpd.GeoDataFrame


def make_robust(
    plan: Plan,
    spec: RobustSpec,
    *,
    travel: TravelMatrix | None = None,
    progress: Progress = silent,
) -> RobustResult:
    """Ask a plan's question again in every case.

    Raises
    ------
    PlanError
        If the optimiser refuses a case.
    """
    posed = pose(plan.bundle, plan.scenario, travel, progress)
    problem, model = posed.question.problem, posed.question.model
    frame = posed.bundle.candidates.frame
    ids = frame["id"].tolist()
    row_of = dict(zip(ids, range(len(ids)), strict=True))
    base = np.array(sorted(row_of[one] for one in plan.sites["id"]), np.int32)
    told, findings = cases_of(plan, posed, spec)
    refused, found = refused_of(plan, posed, spec)
    findings += found

    def heard(_phase: str, share: float) -> None:
        progress("robust cases", share)

    try:
        core = robust_core(
            problem,
            model,
            base,
            [one.case for one in told],
            refused=refused,
            near=spec.near_share,
            gap=spec.gap,
            seed=plan.scenario.seed,
            effort=spec.effort,
            time_limit_s=3600.0,
            progress=heard,
        )
        steady = _least(posed, plan, spec, base, told)
    except OptimiseError as error:
        raise PlanError(str(error), zh=str(error), where="robust") from error
    if core.stopped == "cancelled":
        raise KeyboardInterrupt
    unit = 1000.0 if plan.scenario.weight == "kg" else 1.0
    mine = set(base.tolist())
    cases = []
    for one, answer in zip(told, core.answers, strict=True):
        there = None if answer.open_sites is None else set(answer.open_sites.tolist())
        cases.append(
            {
                "name": answer.name,
                "kind": one.kind,
                "values": one.values,
                "objective": answer.objective,
                "value": plain_number(answer.value, unit if answer.objective == "people" else 1.0),
                "bound": plain_number(answer.bound, unit if answer.objective == "people" else 1.0),
                "covered_best": plain_number(answer.people, unit),
                "covered_base": plain_number(answer.base.covered, unit),
                "short_base": plain_number(answer.base.short, unit),
                "quotas_short_base": answer.base.quotas_short,
                "regret": None if answer.regret is None else plain_number(answer.regret, unit),
                "mended_sites": None if answer.mended is None else len(answer.mended),
                "dropped": None if there is None else [ids[row] for row in sorted(mine - there)],
                "added": None if there is None else [ids[row] for row in sorted(there - mine)],
            }
        )
    rows = site_rows(posed, core.sites, core.refusals, unit)
    regrets = core.regrets / unit
    with np.errstate(all="ignore"):
        worst = [plain_number(float(np.nanmax(row)), 1.0) if _any(row) else None for row in regrets]
        mean = [plain_number(float(np.nanmean(row)), 1.0) if _any(row) else None for row in regrets]
    names = ["base", *(one.case.name for one in told)]
    record = {
        "part": "robust",
        "spec": spec.record(),
        "scenario": plan.scenario.record(),
        "bundle_sha256": plan.bundle.sha256,
        "unit": "kg/day" if unit > 1 else "people",
        "stopped": core.stopped,
        "cases": cases,
        "plans": [
            {"name": name, "regret_max": most, "regret_mean": middle}
            for name, most, middle in zip(names, worst, mean, strict=True)
        ],
        "steadiest": names[core.steadiest],
        "least_regret": steady,
        "roles": {role: sum(row["role"] == role for row in rows) for role in ROLES},
        "sites": rows,
        "findings": [dataclasses.asdict(finding) for finding in findings],
    }
    points = frame.iloc[[row_of[row["id"]] for row in rows]].geometry.to_crs(WGS84)
    table = [{key: row[key] for key in row if key != "substitute"} for row in rows]
    sites = gpd.GeoDataFrame(table, geometry=points.to_numpy(), crs=WGS84)
    sites["substitute"] = [(row["substitute"] or {}).get("id", "") for row in rows]
    return RobustResult(spec=spec, plan=plan, record=record, sites=sites)


def _any(row: Any) -> bool:
    return bool(len(row)) and not bool(np.isnan(row).all())


def _least(
    posed: Posed, plan: Plan, spec: RobustSpec, base: Any, told: list[Told]
) -> dict[str, Any] | None:
    """The plan of as many sites whose greatest regret over people and roads is least."""
    some = [one.case for one in told][:_HANDFUL]
    if not spec.least_regret or not some:
        return None
    found = least_regret(
        posed.question.problem,
        plan.scenario.limit,
        len(base),
        some,
        starts=[base],
        gap=spec.gap,
        seed=plan.scenario.seed,
    )
    unit = 1000.0 if plan.scenario.weight == "kg" else 1.0
    ids = posed.bundle.candidates.frame["id"].tolist()
    return {
        "cases": [case.name for case in some],
        "sites": [ids[row] for row in found.open_sites.tolist()],
        "regrets": [plain_number(one, unit) for one in found.regrets],
        "best": [plain_number(one, unit) for one in found.best],
        "value": plain_number(found.value, unit),
        "bound": plain_number(found.bound, unit),
        "status": found.status.value,
        "stopped": found.stopped,
    }
