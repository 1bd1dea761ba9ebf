"""Years (2025-2026-2027): when each point of a plan opens, what is covered by when, and its price.

Openings are only added. What a year may open and spend is counted together with the years before
it; the people of each year are those of the data, grown (:mod:`geo.growth`).
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt

from geo.findings import Finding
from geo.growth import Growth, growth_factors, read_growth
from geo.progress import Progress, silent
from geo.travel import TravelMatrix
from optimise import (
    NEVER,
    Earlier,
    OptimiseError,
    Phases,
    PhasesInfeasible,
    Problem,
    Year,
    solve_phases,
)
from planner.crossing import URBAN, Question
from planner.errors import ScenarioError
from planner.material import grams_by_material
from planner.plan import Plan
from planner.policy.phases.earlier import changes_from, opened_of
from planner.policy.phases.price import fewest_for_the_same, free_optima
from planner.policy.phases.refused import refused
from planner.policy.phases.rows import openings, year_rows
from planner.policy.phases.spec import Built, PhasesSpec
from planner.posed import Posed, pose

__all__ = ["PhasesResult", "factors_by_year", "make_phases"]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PhasesResult:
    """Openings year by year.

    Parameters
    ----------
    spec, plan
        What was asked, of which plan.
    record
        The content of ``phases.json``: every number named with its unit.
    sites
        Sites open by the last year, WGS84 points with the fields of ``record["sites"]``.
    opened_in
        Number of the year in which each candidate opens, :data:`optimise.NEVER` for none.
    """

    spec: PhasesSpec
    plan: Plan
    record: dict[str, Any]
    sites: gpd.GeoDataFrame
    opened_in: npt.NDArray[np.int32]

    def open_by(self, number: int) -> npt.NDArray[np.int32]:
        """Rows of the candidates that are open by the end of a year."""
        told = (self.opened_in != NEVER) & (self.opened_in <= number)
        return np.flatnonzero(told).astype(np.int32)


def make_phases(
    plan: Plan,
    spec: PhasesSpec,
    *,
    built: Built | None = None,
    earlier: dict[str, Any] | None = None,
    growth_table: Path | None = None,
    travel: TravelMatrix | None = None,
    progress: Progress = silent,
) -> PhasesResult:
    """Choose the year in which each point opens.

    Parameters
    ----------
    built, earlier
        Re-planning: what was built, and the record of the openings that were planned. Years gone
        by are as they were built; of the others as little is changed as pays.
    growth_table
        Where the spec's growth file lies, if not where it says.
    travel
        As for :func:`planner.plan.make_plan`.

    Raises
    ------
    PlanError
        If a year's rules cannot be kept: which, and why.
    ScenarioError
        If the spec does not fit the region.
    """
    posed = pose(plan.bundle, plan.scenario, travel, progress)
    factors, findings = factors_by_year(plan, spec, growth_table)
    home = posed.bundle.demand.frame["township"].to_numpy()
    weights = np.rint(posed.question.problem.weights[None, :] * factors[:, home]).astype(np.int64)
    first = 0 if built is None else _first(spec, built)
    problem, fixed, found = _problem(plan, spec, posed, built)
    findings += found
    limits, budgets = _limits(plan, spec, problem, fixed)
    asked = _years(spec, posed.question, problem, weights, limits, first)
    question = Phases(
        problem=problem,
        radius=plan.scenario.limit,
        years=asked,
        earlier=_earlier(spec, posed, earlier, first),
    )
    progress("phase openings", 0.0)
    try:
        answer = solve_phases(
            question, gap=spec.gap, seed=plan.scenario.seed, progress=_named(progress)
        )
        best = free_optima(plan, spec, posed, weights, limits, asked)
        fewest = fewest_for_the_same(plan, posed, asked[-1], answer, spec)
    except PhasesInfeasible as error:
        raise refused(error, spec.years[first:], posed.bundle) from error
    except OptimiseError as error:
        raise refused(error, spec.years, posed.bundle) from error
    if answer.stopped == "cancelled":
        raise KeyboardInterrupt
    progress("phase openings", 1.0)
    opened = np.where(answer.opened_in == NEVER, NEVER, answer.opened_in + first).astype(np.int32)
    for row, year in fixed.items():
        opened[row] = max(0, sum(one <= year for one in spec.years) - 1)
    standing = posed.question.problem.existing
    opened[standing] = 0
    sites = openings(plan, posed, opened, weights, spec, fixed)
    years = year_rows(plan, posed, opened, weights, spec, (limits, budgets), best)
    if plan.scenario.weight == "kg":
        findings.append(Finding(kind="phases-kg"))
    if spec.sites == "plan" and built is None:
        findings.append(Finding(kind="phases-of-plan"))
    record = {
        "part": "phases",
        "spec": spec.record(),
        "scenario": plan.scenario.record(),
        "bundle_sha256": plan.bundle.sha256,
        "built": None if built is None else built.record(),
        "status": answer.status.value,
        "stopped": answer.stopped,
        "objective": {
            "name": "people-years less changes",
            "value": answer.value,
            "bound": answer.bound,
            "gap": round(answer.gap, 9),
            "proved_by": answer.proved_by,
        },
        "changes_people_years": answer.changes,
        "changes": None if earlier is None else changes_from(earlier, opened, posed),
        "growth_factors": {
            str(year): dict(zip(posed.bundle.region.townships["code"], row.tolist(), strict=True))
            for year, row in zip(spec.years, np.round(factors, 9), strict=True)
        },
        "years": years,
        "fewest_sites_for_the_same": fewest,
        "materials": _materials(plan, spec, factors),
        "sites": sites.drop(columns="geometry").to_dict("records"),
        "left_out": _left_out(plan, posed, opened),
        "findings": [dataclasses.asdict(finding) for finding in findings],
    }
    return PhasesResult(spec=spec, plan=plan, record=record, sites=sites, opened_in=opened)


def factors_by_year(
    plan: Plan, spec: PhasesSpec, growth_table: Path | None = None
) -> tuple[npt.NDArray[np.float64], list[Finding]]:
    """How many times as many people each township has in each year, float64[years, townships]."""
    region, findings = plan.bundle.region, []
    told = spec.people_year or plan.bundle.demand.year
    start = told or spec.years[0]
    if not told and (spec.growth or spec.growth_file):
        findings.append(Finding(kind="phases-year-assumed", values={"year": start}))
    rows = []
    for year in spec.years:
        growth = Growth(from_year=start, to_year=year, rate=spec.growth)
        if spec.growth_file:
            path = str(growth_table or spec.growth_file)
            growth = read_growth(path, from_year=start, to_year=year)
        factors, found = growth_factors(growth, region)
        rows.append(factors)
        findings += found if year == spec.years[0] else []
    if not (spec.growth or spec.growth_file):
        findings.append(Finding(kind="phases-no-growth"))
    return np.stack(rows), findings


def _first(spec: PhasesSpec, built: Built) -> int:
    """Number of the first year to be decided on."""
    if built.from_year not in spec.years:
        raise ScenarioError(
            f"{built.from_year} is none of the years {', '.join(map(str, spec.years))}",
            where="from_year",
            remedy="Give one of them",
        )
    return spec.years.index(built.from_year)


def _problem(
    plan: Plan, spec: PhasesSpec, posed: Posed, built: Built | None
) -> tuple[Problem, dict[int, int], list[Finding]]:
    """The plan's problem with what was built, and only the sites that may be opened."""
    problem, ids = posed.question.problem, posed.bundle.candidates.frame["id"].tolist()
    row_of = dict(zip(ids, range(len(ids)), strict=True))
    mine = np.array([row_of[one] for one in plan.sites["id"]], np.int64)
    own = np.zeros(len(ids), np.bool_)
    own[mine] = True
    existing, forbidden = problem.existing.copy(), problem.forbidden.copy()
    forced = problem.forced.copy()
    fixed: dict[int, int] = {}
    findings = []
    if built is not None:
        for name in (*(name for name, _ in built.built), *built.refused):
            if name not in row_of:
                raise ScenarioError(
                    f"no candidate {name!r:.80}", where="built", remedy="Give an id of the region"
                )
        fixed = {row_of[name]: year for name, year in built.built if not existing[row_of[name]]}
        gone = [row_of[name] for name in built.refused]
        existing[list(fixed)] = True
        forbidden[list(fixed)] = False
        forced[[*fixed, *gone]] = False
        existing[gone] = False
        forbidden[gone] = True
    elif spec.sites == "plan":
        forbidden |= ~own & ~existing
        room = spec.new_sites is None or sum(spec.new_sites) >= int((own & ~existing).sum())
        cost = spec.site_yuan * float((own & ~existing).sum())
        if room and (spec.budgets_yuan is None or sum(spec.budgets_yuan) >= cost):
            forced = (forced | own) & ~existing
        else:
            forced = np.zeros_like(forced)
            findings.append(Finding(kind="phases-not-all"))
    if spec.budgets_yuan is not None:
        findings.append(Finding(kind="phases-cost", values={"yuan": spec.site_yuan}))
    whole = dataclasses.replace(
        problem,
        existing=existing,
        forced=forced & ~existing,
        forbidden=forbidden,
        quotas=np.zeros_like(problem.quotas),
    )
    return whole, fixed, findings


def _limits(
    plan: Plan, spec: PhasesSpec, problem: Problem, fixed: dict[int, int]
) -> tuple[list[int | None], list[float | None]]:
    """Most sites open, and most spent, by the end of each year."""
    standing = int(problem.existing.sum()) - len(fixed)
    numbers = spec.new_sites
    if numbers is None and spec.budgets_yuan is None:
        new = int(plan.record["sites_new"])
        each, more = divmod(new, len(spec.years))
        numbers = tuple(each + (at < more) for at in range(len(spec.years)))
    limits: list[int | None] = [None] * len(spec.years)
    budgets: list[float | None] = [None] * len(spec.years)
    if spec.budgets_yuan is not None:
        budgets = [float(sum(spec.budgets_yuan[: at + 1])) for at in range(len(spec.years))]
        # All new sites cost the same: money is a number of sites.
        limits = [standing + int((one or 0.0) / spec.site_yuan + 1e-9) for one in budgets]
    if numbers is not None:
        for at, one in enumerate(limits):
            most = standing + sum(numbers[: at + 1])
            limits[at] = most if one is None else min(one, most)
    # What stands already cannot be undone.
    return [max(one or 0, standing + len(fixed)) for one in limits], budgets


def _years(
    spec: PhasesSpec,
    question: Question,
    problem: Problem,
    weights: Ints,
    limits: list[int | None],
    first: int,
) -> tuple[Year, ...]:
    """The years that are decided on, as the optimiser is asked."""
    asked = []
    may = ~problem.forbidden | problem.existing
    zones = problem.zones[may & (problem.zones >= 0)]
    have = np.bincount(zones, minlength=len(problem.quotas))
    groups = problem.groups
    for at in range(first, len(spec.years)):
        targets = []
        if spec.urban_targets and spec.urban_targets[at] and URBAN in groups:
            targets.append((URBAN, float(spec.urban_targets[at])))
        if spec.township_targets and spec.township_targets[at]:
            share = float(spec.township_targets[at])
            targets += [(name, share) for name in groups if name.startswith("township:")]
        quotas = np.zeros_like(problem.quotas)
        if spec.min_per_township is not None:
            quotas = np.full_like(quotas, spec.min_per_township[at])
        elif at == len(spec.years) - 1:
            quotas = question.quotas
        # A township can be asked for no more than may stand there, as in the plan itself.
        asked.append(
            Year(
                name=str(spec.years[at]),
                max_sites=limits[at],
                targets=tuple(targets),
                quotas=np.minimum(quotas, have).astype(np.int32),
                weights=weights[at],
                share=1.0 if spec.year_shares is None else float(spec.year_shares[at]),
            )
        )
    return tuple(asked)


def _earlier(
    spec: PhasesSpec, posed: Posed, earlier: dict[str, Any] | None, first: int
) -> Earlier | None:
    if earlier is None:
        return None
    opened = opened_of(earlier, posed, spec.years)
    late = np.where(opened == NEVER, NEVER, np.maximum(opened - first, 0)).astype(np.int32)
    return Earlier(opened_in=late, drop=spec.change_people, add=spec.change_people)


def _materials(plan: Plan, spec: PhasesSpec, factors: npt.NDArray[np.float64]) -> dict[str, Any]:
    """Kilograms a day of each material by year: people's growth times that of what they hand in."""
    grams = grams_by_material(plan.bundle)
    home = plan.bundle.demand.frame["township"].to_numpy()
    more = dict(spec.material_growth)
    begin, end = spec.material_years
    told: dict[str, Any] = {"kg_day": {}, "index": {}}
    for at, year in enumerate(spec.years):
        part = min(1.0, max(0.0, (year - begin) / (end - begin)))
        index = [1.0 + more.get(key, 0.0) * part for key in plan.bundle.materials.keys]
        total = (grams * factors[at, home][:, None]).sum(axis=0) / 1000.0
        told["kg_day"][str(year)] = {
            key: round(float(amount * one), 3)
            for key, amount, one in zip(plan.bundle.materials.keys, total, index, strict=True)
        }
        told["index"][str(year)] = dict(
            zip(plan.bundle.materials.keys, [round(one, 6) for one in index], strict=True)
        )
    return told


def _left_out(plan: Plan, posed: Posed, opened: npt.NDArray[np.int32]) -> list[str]:
    """Sites of the plan that no year opens."""
    ids = posed.bundle.candidates.frame["id"].tolist()
    there = {ids[row] for row in np.flatnonzero(opened != NEVER).tolist()}
    return [str(one) for one in plan.sites["id"] if str(one) not in there]


def _named(progress: Progress) -> Progress:
    def told(_phase: str, share: float) -> None:
        progress("phase openings", share)

    return told
