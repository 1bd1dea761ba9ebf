"""The one crossing from places to decisions: region, distances and scenario become arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.findings import Finding
from geo.travel import TravelMatrix
from optimise import CoverMost, CoverShare, Problem, Travel, quotas_per_households
from planner.edited import edit_findings, ruling
from planner.material import households_by_township, urban_townships, weights_of
from planner.scenario import Scenario
from planner.suitability import site_costs

__all__ = ["URBAN", "Question", "ask", "required_sites", "township_group"]

URBAN = "urban"


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Question:
    """What the optimiser is asked.

    Parameters
    ----------
    problem, model
        Arrays and the model to solve on them.
    required
        Sites the scenario asks of each township.
    available
        Candidates of each that neither edits nor kinds rule out.
    quotas
        Sites that can be asked of each: ``required``, but never more than are ``available``.
    findings
        Where the two differ, and targets that hold for nobody.
    """

    problem: Problem
    model: CoverShare | CoverMost
    required: npt.NDArray[np.int32]
    available: npt.NDArray[np.int32]
    quotas: npt.NDArray[np.int32]
    findings: tuple[Finding, ...]


def township_group(code: str) -> str:
    """Name of the group of a township's people."""
    return f"township:{code}"


def required_sites(bundle: Bundle, scenario: Scenario) -> npt.NDArray[np.int32]:
    """Sites that the rules ask of each township: the largest of all."""
    city = urban_townships(bundle)
    least, least_urban = scenario.min_per_township, scenario.min_per_township_urban
    required = np.full(len(city), least, np.int32)
    if least_urban is not None:
        required[city] = least_urban
    per, per_urban = scenario.households_per_site, scenario.households_per_site_urban
    homes = households_by_township(bundle)
    urban = city & (per_urban is not None)
    for rate, where in ((per, ~urban), (per_urban, urban)):
        if rate is not None:
            quotas = quotas_per_households(np.where(where, homes, 0), rate)
            required = np.maximum(required, quotas)
    asked = dict(scenario.min_by_township)
    own = [asked.get(str(code), 0) for code in bundle.region.townships["code"]]
    return np.maximum(required, np.array(own, np.int32))


def ask(bundle: Bundle, scenario: Scenario, travel: TravelMatrix) -> Question:
    """Put a scenario to the optimiser; the region is edited by it already.

    A township with fewer candidates than the scenario asks of it is asked for what it has, and
    named: one hopeless township must not keep the other sixty without an answer.
    """
    candidates = bundle.candidates.frame
    codes = bundle.region.townships["code"].tolist()
    zones = candidates["township"].to_numpy(np.int32)
    told = ruling(bundle, scenario.edits, scenario.kinds)
    may_open = np.bincount(zones[~told.forbidden], minlength=len(codes))
    available, barred = (
        counts.astype(np.int32)
        for counts in (may_open, np.bincount(zones, minlength=len(codes)) - may_open)
    )
    stays = candidates["existing"].to_numpy(bool) & scenario.keep_existing & ~told.closed
    required = required_sites(bundle, scenario)
    quotas = np.minimum(required, available)
    groups, targets = _targets(bundle, scenario)
    problem = Problem(
        weights=weights_of(bundle, scenario),
        travel=Travel(
            indptr=travel.indptr,
            indices=travel.indices,
            # Whole hundredths again: as float32, 600.20 m would lie beyond a radius of 600.2 m.
            impedance=np.round(travel.values.astype(np.float64), 2),
            cutoff=travel.cutoff,
        ),
        n_sites=len(candidates),
        site_costs=site_costs(bundle, scenario),
        existing=stays,
        forced=told.forced & ~stays,
        forbidden=told.forbidden,
        zones=zones,
        quotas=quotas,
        groups=groups,
    )
    model: CoverShare | CoverMost
    if scenario.max_sites is None:
        model = CoverShare(radius=scenario.limit, targets=targets, objective=scenario.objective)
    else:
        model = CoverMost(radius=scenario.limit, max_sites=scenario.max_sites)
    findings = []
    for t in np.flatnonzero(quotas < required).tolist():
        values: dict[str, str | int | float] = {
            "name": bundle.region.townships["name"].iloc[t],
            "required": int(required[t]),
            "candidates": int(available[t]),
        }
        if barred[t]:
            values["ruled_out"] = int(barred[t])
        kind = "quota-unmeetable"
        if barred[t]:
            kind += "-kinds" if (told.other & (zones == t)).any() else "-edits"
        findings.append(Finding(kind=kind, where=codes[t], values=values))
    findings += edit_findings(bundle, scenario.edits, told, keep_existing=scenario.keep_existing)
    return Question(
        problem=problem,
        model=model,
        required=required,
        available=available,
        quotas=quotas,
        findings=tuple(findings),
    )


def _targets(
    bundle: Bundle, scenario: Scenario
) -> tuple[dict[str, npt.NDArray[np.int32]], tuple[tuple[str, float], ...]]:
    demand = bundle.demand.frame
    groups: dict[str, npt.NDArray[np.int32]] = {}
    targets: list[tuple[str, float]] = []
    urban = demand["urban"].to_numpy(bool)
    if scenario.urban_target is not None and urban.any():
        groups[URBAN] = np.flatnonzero(urban).astype(np.int32)
        targets.append((URBAN, scenario.urban_target))
    if scenario.township_target is not None:
        township = demand["township"].to_numpy()
        for t, code in enumerate(bundle.region.townships["code"]):
            members = np.flatnonzero(township == t).astype(np.int32)
            if len(members):
                groups[township_group(code)] = members
                targets.append((township_group(code), scenario.township_target))
    return groups, tuple(targets)
