"""The compliance sheet (达标校核单): every rule held against every township, with its evidence."""

from __future__ import annotations

import dataclasses
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import pandas as pd

from geo.crs import WGS84
from geo.findings import Finding
from geo.progress import Progress, silent
from geo.travel import TravelMatrix
from planner.plan import Plan
from planner.policy.beside import POINTS_ALONE, Beside
from planner.policy.compliance.fix import NO_FIX, Fix, cheapest_fix
from planner.policy.compliance.measures import WHOLE, Ground, Measure, ground_of, measures
from planner.policy.rules.rules import Rule, RulePack
from planner.record import people_estimated

__all__ = ["STATUSES", "Check", "Compliance", "comply"]

STATUSES = ("fail", "near", "unknown", "pass", "none", "info")
"""The worst first; ``"none"``: there is none of what a rule speaks of; ``"info"``: shown, but asked
of the whole region alone."""
DECIMALS = 6


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """One line of the sheet.

    Parameters
    ----------
    pack, rule
        Ids.
    township
        Code; empty for the whole region.
    name
        Of the township.
    status
        One of :data:`STATUSES`; ``"unknown"`` where the data do not tell.
    binding
        Whether the rule asks this of the township itself.
    required, achieved, shortfall, unit
        Numbers in ``unit``; ``None`` where nobody knows.
    basis
        Numbers that they are made of, by name.
    estimated
        Whether people or households behind them are an estimate.
    sites
        Ids of the sites that count.
    cell, cell_site, cell_m
        The worst-off cell that the rule is for, its nearest open site (empty: not known) and the
        metres of travel to it (``None``: it cannot be reached).
    note
        Key of a sentence on what is not known; empty for none.
    lacking
        Names of the counties, or ids of the villages with their visits in four weeks, that have
        not enough.
    fix, fixed
        Ids of the sites that the cheapest repair opens for this, and the status then.
    """

    pack: str
    rule: str
    township: str
    name: str
    status: str
    binding: bool
    required: float
    achieved: float | None
    shortfall: float | None
    unit: str
    basis: tuple[tuple[str, float], ...]
    estimated: bool
    sites: tuple[str, ...]
    cell: str
    cell_site: str
    cell_m: float | None
    note: str
    lacking: tuple[str, ...] = ()
    fix: tuple[str, ...] = ()
    fixed: str = ""

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        told = dataclasses.asdict(self)
        return {
            **told,
            "basis": dict(self.basis),
            **{k: list(told[k]) for k in ("sites", "lacking", "fix")},
        }


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Compliance:
    """A plan held against packs of rules.

    Parameters
    ----------
    packs
        As they were asked for.
    checks
        Township by township in their order, the whole region first; rules in that of the packs.
    cells
        What shares and counts are sums of, a row a demand cell (WGS84 points): ``id``,
        ``township_code``, ``people``, ``households``, ``urban``, ``site`` (nearest, where it
        was looked for), ``way_m`` (NaN: none can be reached).
    townships
        Codes of those that count as city, and of all.
    fix
        The cheapest repair of all that falls short, together.
    beside
        Stations, centres and rounds that rules were held against too.
    """

    plan: Plan
    packs: tuple[RulePack, ...]
    checks: tuple[Check, ...]
    cells: gpd.GeoDataFrame
    city: tuple[str, ...]
    fix: Fix
    mode: str
    beside: Beside
    findings: tuple[Finding, ...]

    def counts(self) -> dict[str, int]:
        """Binding lines by status."""
        told = Counter(check.status for check in self.checks if check.binding)
        return {status: told[status] for status in STATUSES}

    def rule(self, check: Check) -> tuple[RulePack, Rule]:
        """The rule behind a line."""
        pack = next(one for one in self.packs if one.id == check.pack)
        return pack, next(one for one in pack.rules if one.id == check.rule)

    def record(self) -> dict[str, Any]:
        """Plain form for JSON: every number beside its rule, its rule beside its source."""
        record = self.plan.record
        return {
            "data": record["data"],
            "people": {key: record["people"][key] for key in ("total", "estimated", "source")},
            "households": {key: record["households"][key] for key in ("total", "assumed_size")},
            "scenario": record["scenario"],
            "plan_status": record["status"],
            "mode": self.mode,
            "packs": [pack.record() for pack in self.packs],
            "city_townships": list(self.city),
            "counts": self.counts(),
            "checks": [check.record() for check in self.checks],
            "fix": self.fix.record(),
            **self.beside.record(),
            "findings": [finding.record() for finding in self.findings],
        }


def comply(
    plan: Plan,
    packs: Sequence[RulePack],
    *,
    travel: TravelMatrix | None = None,
    fixes: bool = True,
    beside: Beside = POINTS_ALONE,
    findings: Sequence[Finding] = (),
    progress: Progress = silent,
) -> Compliance:
    """Hold a plan, found or drawn, against rules.

    Parameters
    ----------
    travel
        Of the region as it was imported, for the repairs; measured anew where it does not fit.
    fixes
        Look for the cheapest repair of what falls short: the optimiser is asked once.
    beside
        Stations, centres and rounds, where they are planned.
    findings
        Of the plan's making, to be told on the sheet too.
    progress
        Told ``"compliance"`` and what the optimiser tells.

    Returns
    -------
    Compliance
        The same for the same plan and packs.
    """
    packs = tuple(packs)
    progress("compliance", 0.0)
    ground = ground_of(plan, packs, beside)
    checks = _checks(plan, packs, ground)
    fix = NO_FIX
    if fixes and any(check.status in ("fail", "near") and check.binding for check in checks):
        fix, after = cheapest_fix(plan, packs, travel, progress)
        if after is not None:
            then = _checks(after, packs, ground_of(after, packs, beside))
            known = {(one.pack, one.rule, one.township): one for one in then}
            checks = [_repaired(one, fix, known) for one in checks]
    progress("compliance", 1.0)
    codes = plan.bundle.region.townships["code"].tolist()
    return Compliance(
        plan=plan,
        packs=packs,
        checks=tuple(checks),
        cells=_cells(plan, ground),
        city=tuple(codes[t] for t in ground.townships if ground.city[t]),
        fix=fix,
        mode=ground.ways.mode,
        beside=beside,
        findings=(*findings, *_findings(plan, packs)),
    )


def _checks(plan: Plan, packs: tuple[RulePack, ...], ground: Ground) -> list[Check]:
    rows = [
        (at.township, p, r, pack, rule, at)
        for p, pack in enumerate(packs)
        for r, rule in enumerate(pack.rules)
        for at in measures(rule, ground)
    ]
    rows.sort(key=lambda row: row[:3])
    return [_check(plan, ground, pack, rule, at) for _, _, _, pack, rule, at in rows]


def _check(plan: Plan, ground: Ground, pack: RulePack, rule: Rule, at: Measure) -> Check:
    townships = plan.bundle.region.townships
    code = "" if at.township == WHOLE else str(townships["code"].iloc[at.township])
    ids = [*plan.sites["id"], *(one.id for one in ground.beside.stations or ())]
    site, cell_m = -1, math.inf
    if at.cell >= 0:
        site, cell_m = int(ground.ways.site[at.cell]), float(ground.ways.metres[at.cell])
    estimated = plan.bundle.demand.estimated if not code else people_estimated(plan.bundle, code)
    status = _status(at, pack.near)
    # What is asked of the region alone falls short in no township.
    known = at.achieved is not None and at.binding
    short = (
        None
        if not known or at.achieved is None
        else max(0.0, round(at.required - at.achieved, DECIMALS))
    )
    return Check(
        pack=pack.id,
        rule=rule.id,
        township=code,
        name="" if not code else str(townships["name"].iloc[at.township]),
        status=status,
        binding=at.binding,
        required=_plain(at.required),
        achieved=None if at.achieved is None else _plain(at.achieved),
        shortfall=None if short is None else _plain(short),
        unit=at.unit,
        basis=tuple((name, _plain(number)) for name, number in at.basis),
        estimated=estimated or _assumed(plan, at),
        sites=tuple(ids[row] for row in at.sites),
        cell="" if at.cell < 0 else str(plan.bundle.demand.frame["id"].iloc[at.cell]),
        cell_site="" if site < 0 else ids[site],
        cell_m=round(cell_m, 2) if math.isfinite(cell_m) else None,
        note=at.note,
        lacking=at.lacking,
    )


def _assumed(plan: Plan, at: Measure) -> bool:
    """Whether households were made of people by an assumed size."""
    of_households = any(name.startswith("households") for name, _ in at.basis)
    return of_households and bool(plan.bundle.demand.household_size)


def _status(at: Measure, near: float) -> str:
    if not at.binding:
        return "info"
    if at.achieved is None:
        return "none" if at.note == "none-there" else "unknown"
    if at.achieved >= at.required:
        return "pass"
    return "near" if at.achieved >= near * at.required else "fail"


def _repaired(check: Check, fix: Fix, known: dict[tuple[str, str, str], Check]) -> Check:
    if check.status not in ("fail", "near"):
        return check
    after = known.get((check.pack, check.rule, check.township))
    if after is None:
        return check
    there = {one.id for one in fix.sites if check.township in ("", one.township)}
    # A site across the border may be what brings people within reach.
    counted = [one for one in after.sites if one not in check.sites]
    opened = [one.id for one in fix.sites if one.id in there or one.id in counted]
    return dataclasses.replace(check, fix=tuple(opened), fixed=after.status)


def _cells(plan: Plan, ground: Ground) -> gpd.GeoDataFrame:
    demand = plan.bundle.demand.frame
    frame = demand[["id", "people", "households", "urban", "geometry"]].to_crs(WGS84)
    codes = plan.bundle.region.townships["code"].to_numpy(object)
    frame.insert(1, "township_code", codes[ground.home])
    ids = [*plan.sites["id"], ""]
    frame["site"] = [ids[row] for row in ground.ways.site.tolist()]
    frame["way_m"] = pd.Series(ground.ways.metres, index=frame.index).replace(math.inf, math.nan)
    return frame


def _findings(plan: Plan, packs: tuple[RulePack, ...]) -> list[Finding]:
    found = []
    for pack in packs:
        if pack.superseded_by:
            values: dict[str, str | int | float] = {"pack": pack.id, "by": pack.superseded_by}
            found.append(Finding(kind="pack-superseded", values=values))
        for rule in pack.rules:
            told = f"{pack.id}.{rule.id}"
            if not rule.verified and not rule.all_chosen:
                found.append(Finding(kind="rule-unverified", values={"rule": told}))
            if rule.chosen:
                values = {"rule": told, "names": ",".join(rule.chosen)}
                found.append(Finding(kind="rule-chosen", values=values))
            cell_m = float(plan.bundle.demand.cell_m)
            if rule.kind == "share-within-radius" and rule["radius_m"] < cell_m:
                values = {"rule": told, "radius_m": rule["radius_m"], "cell_m": cell_m}
                found.append(Finding(kind="rule-finer-than-cells", values=values))
    if plan.bundle.demand.estimated:
        found.append(Finding(kind="people-estimated"))
    if size := plan.bundle.demand.household_size:
        found.append(Finding(kind="households-assumed", values={"size": size}))
    return found


def _plain(number: float) -> float:
    number = round(float(number), DECIMALS)
    return int(number) if number.is_integer() else number
