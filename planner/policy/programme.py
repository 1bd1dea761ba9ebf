"""The whole programme (政策落实) of one scenario: the plan, and every part of the policy on it.

One scenario file holds the question (``[scenario]``) and what is asked of each part
(``[policy.<part>]``); a part without a table is asked with its own defaults.
"""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.bundle import Bundle
from geo.findings import Finding
from geo.progress import Progress, silent
from geo.travel import TravelMatrix
from planner.checking.check import Report
from planner.errors import OutputError, PlanError
from planner.outputs import scenario_file, write_plan
from planner.plan import Plan, make_plan
from planner.policy.asked import NOTHING_ASKED, Asked, read_asked
from planner.policy.compliance.check import check_compliance
from planner.policy.compliance.files import write_compliance
from planner.policy.compliance.sheet import Compliance, comply
from planner.policy.handed_on import beside, brought, depot_sites, tiers_asked
from planner.policy.hosts.check import check_hosts
from planner.policy.hosts.files import write_hosts
from planner.policy.hosts.hosts import HostsResult, make_hosts
from planner.policy.phases.check import check_phases
from planner.policy.phases.files import write_phases
from planner.policy.phases.phases import PhasesResult, make_phases
from planner.policy.robust.check import check_robust
from planner.policy.robust.files import write_robust
from planner.policy.robust.robust import RobustResult, make_robust
from planner.policy.rules.ruled import ruled
from planner.policy.service.check import check_service
from planner.policy.service.figures import read_service_figures
from planner.policy.service.files import service_record, write_service
from planner.policy.service.rounds import MobileRounds
from planner.policy.service.service import Service, make_service
from planner.policy.service.settle import settle_service
from planner.policy.tiers.check import check_tiers
from planner.policy.tiers.files import write_tiers
from planner.policy.tiers.supply import Brought
from planner.policy.tiers.tiers import TiersResult, make_tiers
from planner.scenario import Scenario, read_tables, scenario_in
from planner.travels import measure_of, travel_for
from planner.wording.language import Language

__all__ = [
    "PARTS",
    "Carried",
    "Programme",
    "carry_on",
    "carry_out",
    "differences",
    "read_programme",
    "write_programme",
]

PARTS = ("compliance", "hosts", "tiers", "service", "phases", "robust")
"""In the order they are told; folders of the same names."""

_ORDER = ("tiers", "service", "compliance")
"""Rounds begin at the tiers' stations; rules are held against both."""

SCENARIO_FILE = "scenario.toml"


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """The question and what is asked of each part of the policy.

    Parameters
    ----------
    scenario
        As the file has it; :func:`carry_out` makes it as strict as the rules.
    asked
        Rules that the plan is made to keep and is held against, and what is asked of each part.
    parts
        Those to be carried out, of :data:`PARTS`.
    """

    scenario: Scenario
    asked: Asked = NOTHING_ASKED
    parts: tuple[str, ...] = PARTS


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Carried:
    """What came of a programme.

    Parameters
    ----------
    plan
        That every part stands on.
    asked
        What was asked of each part.
    refused
        Parts that have no answer, with the reason: the others stand nevertheless.
    """

    plan: Plan
    asked: Asked
    compliance: Compliance | None = None
    hosts: HostsResult | None = None
    tiers: TiersResult | None = None
    service: tuple[Service, MobileRounds] | None = None
    phases: PhasesResult | None = None
    robust: RobustResult | None = None
    refused: tuple[tuple[str, PlanError], ...] = ()


def read_programme(path: Path, parts: tuple[str, ...] = PARTS) -> Programme:
    """Read a scenario file with its tables ``[policy.<part>]``.

    ``[policy.rules]`` names ``packs`` and, in ``numbers``, the planner's own numbers as
    ``"PACK.RULE.NAME=N"``.

    Raises
    ------
    ScenarioError
        If a table or field is unknown or out of range: names file, table, field and value.
    """
    tables = read_tables(path)
    asked = read_asked(tables.get("policy"), str(path))
    asked.rules.chosen()  # a rule that is no good is told before anything slow
    if asked.phases.growth_file:
        # A path in a file is meant from where the file lies.
        near = str(path.parent / asked.phases.growth_file)
        phases = dataclasses.replace(asked.phases, growth_file=near)
        asked = dataclasses.replace(asked, phases=phases)
    return Programme(scenario=scenario_in(tables["scenario"], str(path)), asked=asked, parts=parts)


def carry_out(bundle: Bundle, programme: Programme, *, progress: Progress = silent) -> Carried:
    """Make the plan under the rules, then each part on it.

    Raises
    ------
    PlanError
        If there is no plan under the rules. A part without an answer is told in ``refused``.
    """
    under = ruled(programme.scenario, programme.asked.rules.chosen(), bundle)
    scenario = under.scenario
    measure = measure_of(scenario)
    travel = travel_for(bundle, scenario.mode, scenario.limit, progress, measure=measure)
    plan = make_plan(bundle, scenario, travel=travel, progress=progress)
    return carry_on(plan, programme, travel=travel, findings=under.findings, progress=progress)


def carry_on(
    plan: Plan,
    programme: Programme,
    *,
    travel: TravelMatrix | None = None,
    findings: tuple[Finding, ...] = (),
    progress: Progress = silent,
) -> Carried:
    """Carry out each part on a plan that is there already.

    Parameters
    ----------
    travel
        The plan's, if it is at hand.
    findings
        What is to be said of the rules, besides.
    """
    return _Carrier(plan, programme, travel, findings, progress).carried()


class _Carrier:
    """Parts as they are carried out: each takes from those before it what it needs of them.

    A part that is not asked for is not made, and nothing is handed on from it.
    """

    def __init__(
        self,
        plan: Plan,
        programme: Programme,
        travel: TravelMatrix | None,
        findings: tuple[Finding, ...],
        progress: Progress,
    ) -> None:
        self.plan, self.asked, self.parts = plan, programme.asked, programme.parts
        self.travel, self.findings, self.progress = travel, findings, progress
        self.packs = self.asked.rules.chosen()
        self.figures = read_service_figures()
        self.made: dict[str, Any] = {}
        self.refused: dict[str, PlanError] = {}

    def carried(self) -> Carried:
        for part in (*_ORDER, *sorted(set(PARTS) - set(_ORDER))):
            if part in self.parts:
                try:
                    self.made[part] = getattr(self, f"_{part}")()
                except PlanError as error:
                    self.refused[part] = error
                    if part == "service" and "tiers" in self.made:
                        # There is no such service: the tiers go without what it would bring.
                        self.made["tiers"] = self._tiers(with_villages=False)
        refused = tuple((part, self.refused[part]) for part in PARTS if part in self.refused)
        return Carried(plan=self.plan, asked=self.asked, refused=refused, **self.made)

    def _tiers(self, *, with_villages: bool = True) -> TiersResult:
        plan, asked = self.plan, self.asked
        villages: tuple[Brought, ...] = ()
        if with_villages and "service" in self.parts:
            try:
                days = asked.rounds.days_a_week
                first = make_service(
                    plan, asked.service, self.figures, days_a_week=days, progress=self.progress
                )
                villages = brought(first)
            except PlanError:
                pass  # told as the service's own refusal
        spec = tiers_asked(plan.bundle, asked.tiers, self.packs, asked.phases)
        return make_tiers(plan, spec, brought=villages, progress=self.progress)

    def _service(self) -> tuple[Service, MobileRounds]:
        return settle_service(
            self.plan,
            self.asked.service,
            self.asked.rounds,
            self.figures,
            depot_sites=depot_sites(self.made.get("tiers")),
            progress=self.progress,
        )

    def _compliance(self) -> Compliance:
        return comply(
            self.plan,
            self.packs,
            travel=self.travel,
            beside=beside(self.made.get("tiers"), self.made.get("service")),
            findings=self.findings,
            progress=self.progress,
        )

    def _hosts(self) -> HostsResult:
        return make_hosts(self.plan, self.asked.hosts, progress=self.progress)

    def _phases(self) -> PhasesResult:
        return make_phases(self.plan, self.asked.phases, travel=self.travel, progress=self.progress)

    def _robust(self) -> RobustResult:
        return make_robust(self.plan, self.asked.robust, travel=self.travel, progress=self.progress)


def write_programme(carried: Carried, folder: Path, lang: Language, *, bundle_path: Path) -> None:
    """Write the plan and each part into a folder of its own below ``folder``.

    The whole question stands beside them, in ``scenario.toml``: the programme can be carried out
    again from it.

    Raises
    ------
    OutputError
        If something else stands in one of their places, or it cannot be written.
    """
    write_plan(carried.plan, folder / "plan", bundle_path=bundle_path)
    question = scenario_file(carried.plan, carried.asked.toml())
    try:
        (folder / SCENARIO_FILE).write_text(question, "utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})", where=str(folder / SCENARIO_FILE)
        ) from error
    if carried.compliance is not None:
        write_compliance(carried.compliance, folder / "compliance", lang)
    if carried.hosts is not None:
        write_hosts(carried.hosts, folder / "hosts", lang)
    if carried.tiers is not None:
        write_tiers(carried.tiers, folder / "tiers", lang)
    if carried.service is not None:
        write_service(*carried.service, folder / "service", lang)
    if carried.phases is not None:
        write_phases(carried.phases, folder / "phases", lang)
    if carried.robust is not None:
        write_robust(carried.robust, folder / "robust", lang)


def differences(carried: Carried, folder: Path) -> dict[str, list[str]]:
    """Compute every part's claims again, by code that shares nothing with what made them.

    Returns
    -------
    dict
        Differences by part; empty lists where there are none.
    """
    plan = carried.plan
    out: dict[str, list[str]] = {}
    if carried.compliance is not None:
        out["compliance"] = list(check_compliance(folder / "compliance", plan.bundle))
    if carried.hosts is not None:
        out["hosts"] = _told(check_hosts(carried.hosts.record, plan))
    if carried.tiers is not None:
        out["tiers"] = _told(check_tiers(carried.tiers.record, plan))
    if carried.service is not None:
        out["service"] = _told(check_service(service_record(*carried.service), plan))
    if carried.phases is not None:
        out["phases"] = _told(check_phases(carried.phases.record, plan))
    if carried.robust is not None:
        out["robust"] = _told(check_robust(carried.robust.record, plan))
    return out


def _told(report: Report) -> list[str]:
    return list(report.differences)
