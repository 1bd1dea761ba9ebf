"""The whole programme (政策落实) of one scenario: the plan, and every part of the policy on it.

One scenario file holds the question (``[scenario]``) and what is asked of each part
(``[policy.<part>]``); a part without a table is asked with its own defaults.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from geo.bundle import Bundle
from geo.progress import Progress, silent
from planner.checking.check import Report
from planner.errors import PlanError, ScenarioError
from planner.outputs import write_plan
from planner.plan import Plan, make_plan
from planner.policy.compliance.check import check_compliance
from planner.policy.compliance.files import write_compliance
from planner.policy.compliance.sheet import Compliance, comply
from planner.policy.hosts.check import check_hosts
from planner.policy.hosts.files import write_hosts
from planner.policy.hosts.hosts import HostsResult, make_hosts
from planner.policy.hosts.spec import HostsSpec, read_hosts
from planner.policy.phases.check import check_phases
from planner.policy.phases.files import write_phases
from planner.policy.phases.phases import PhasesResult, make_phases
from planner.policy.phases.spec import PhasesSpec, read_phases
from planner.policy.robust.check import check_robust
from planner.policy.robust.files import write_robust
from planner.policy.robust.robust import RobustResult, make_robust
from planner.policy.robust.spec import RobustSpec, read_robust
from planner.policy.rules.ruled import ruled
from planner.policy.rules.rules import RulePack, chosen_packs
from planner.policy.service.check import check_service
from planner.policy.service.figures import read_service_figures
from planner.policy.service.files import service_record, write_service
from planner.policy.service.rounds import MobileRounds, make_rounds
from planner.policy.service.service import Service, make_service
from planner.policy.service.spec import RoundsSpec, ServiceSpec, read_rounds, read_service
from planner.policy.tiers.check import check_tiers
from planner.policy.tiers.files import write_tiers
from planner.policy.tiers.spec import TiersSpec, read_tiers
from planner.policy.tiers.tiers import TiersResult, make_tiers
from planner.scenario import Scenario, read_tables, scenario_in
from planner.travels import measure_of, travel_for
from planner.wording.language import Language

__all__ = [
    "PARTS",
    "Carried",
    "Programme",
    "carry_out",
    "differences",
    "read_programme",
    "write_programme",
]

PARTS = ("compliance", "hosts", "tiers", "service", "phases", "robust")
"""In the order they are carried out; folders of the same names."""

PACKS = ("national",)


@dataclass(frozen=True, kw_only=True, slots=True)
class Programme:
    """The question and what is asked of each part of the policy.

    Parameters
    ----------
    scenario
        As the file has it; :func:`carry_out` makes it as strict as the rules.
    packs
        Rules that the plan is made to keep and is held against.
    hosts, tiers, service, rounds, phases, robust
        What is asked of each part.
    parts
        Those to be carried out, of :data:`PARTS`.
    """

    scenario: Scenario
    packs: tuple[RulePack, ...] = field(default_factory=lambda: chosen_packs(PACKS))
    hosts: HostsSpec = field(default_factory=HostsSpec)
    tiers: TiersSpec = field(default_factory=TiersSpec)
    service: ServiceSpec = field(default_factory=ServiceSpec)
    rounds: RoundsSpec = field(default_factory=RoundsSpec)
    phases: PhasesSpec = field(default_factory=PhasesSpec)
    robust: RobustSpec = field(default_factory=RobustSpec)
    parts: tuple[str, ...] = PARTS


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Carried:
    """What came of a programme.

    Parameters
    ----------
    plan
        That every part stands on.
    refused
        Parts that have no answer, with the reason: the others stand nevertheless.
    """

    plan: Plan
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
    policy = tables.get("policy", {})
    if not isinstance(policy, Mapping):
        raise ScenarioError("is no table", where=f"{path}, policy", remedy="Write [policy.<part>]")
    readers: dict[str, Callable[[object], Any]] = {
        "hosts": read_hosts,
        "tiers": read_tiers,
        "service": read_service,
        "rounds": read_rounds,
        "phases": read_phases,
        "robust": read_robust,
    }
    for key in policy:
        if key not in (*readers, "rules"):
            raise ScenarioError(
                f"unknown table [policy.{key:.60}]",
                where=str(path),
                remedy=f"Known are: {', '.join(('rules', *readers))}",
            )
    told = {key: read(policy[key]) for key, read in readers.items() if key in policy}
    phases = told.get("phases")
    if phases is not None and phases.growth_file:
        # A path in a file is meant from where the file lies.
        near = str(path.parent / phases.growth_file)
        told["phases"] = dataclasses.replace(phases, growth_file=near)
    return Programme(
        scenario=scenario_in(tables["scenario"], str(path)),
        packs=_packs(policy.get("rules", {}), path),
        parts=parts,
        **told,
    )


def carry_out(bundle: Bundle, programme: Programme, *, progress: Progress = silent) -> Carried:
    """Make the plan under the rules, then each part on it.

    Raises
    ------
    PlanError
        If there is no plan under the rules. A part without an answer is told in ``refused``.
    """
    under = ruled(programme.scenario, programme.packs)
    scenario = under.scenario
    measure = measure_of(scenario)
    travel = travel_for(bundle, scenario.mode, scenario.limit, progress, measure=measure)
    plan = make_plan(bundle, scenario, travel=travel, progress=progress)
    days = programme.rounds.days_a_week

    def service() -> tuple[Service, MobileRounds]:
        figures = read_service_figures()
        made = make_service(plan, programme.service, figures, days_a_week=days, progress=progress)
        return made, make_rounds(made, programme.rounds, progress=progress)

    makers: dict[str, Callable[[], Any]] = {
        "compliance": lambda: comply(
            plan, programme.packs, travel=travel, findings=under.findings, progress=progress
        ),
        "hosts": lambda: make_hosts(plan, programme.hosts, progress=progress),
        "tiers": lambda: make_tiers(plan, programme.tiers, progress=progress),
        "service": service,
        "phases": lambda: make_phases(plan, programme.phases, travel=travel, progress=progress),
        "robust": lambda: make_robust(plan, programme.robust, travel=travel, progress=progress),
    }
    made: dict[str, Any] = {}
    refused = []
    for part in PARTS:
        if part in programme.parts:
            try:
                made[part] = makers[part]()
            except PlanError as error:
                refused.append((part, error))
    return Carried(plan=plan, refused=tuple(refused), **made)


def write_programme(carried: Carried, folder: Path, lang: Language, *, bundle_path: Path) -> None:
    """Write the plan and each part into a folder of its own below ``folder``.

    Raises
    ------
    OutputError
        If something else stands in one of their places, or it cannot be written.
    """
    write_plan(carried.plan, folder / "plan", bundle_path=bundle_path)
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


def _packs(table: object, path: Path) -> tuple[RulePack, ...]:
    where = f"{path}, policy.rules"
    if not isinstance(table, Mapping) or not set(table) <= {"packs", "numbers"}:
        raise ScenarioError("is no table of packs and numbers", where=where)
    packs, numbers = table.get("packs", list(PACKS)), table.get("numbers", [])
    for value in (packs, numbers):
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise ScenarioError(f"{value!r:.80} is no list of texts", where=where)
    return chosen_packs(packs, numbers)
