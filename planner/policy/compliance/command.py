"""The command ``recyclenet comply``: a plan, or a file of sites, held against rules."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.wording.language import LANGUAGES

if TYPE_CHECKING:
    from planner.policy.compliance.sheet import Compliance
    from planner.policy.rules.rules import RulePack
    from planner.wording.language import Language

__all__ = ["add_comply", "add_rules", "compliance_summary", "packs_of"]

FAILED = 1
SHOWN = 20


def add_rules(parser: argparse.ArgumentParser, *, required: bool = False) -> None:
    """Add the options that choose rules."""
    parser.add_argument(
        "--rules",
        required=required,
        metavar="PACK[,PACK]",
        help="规则包 · national, sbt-10719, beijing, shanghai, chengdu, gb-55013, cjj-27, "
        "or a file of your own (.toml)",
    )
    parser.add_argument(
        "--choose",
        action="append",
        default=[],
        metavar="PACK.RULE.NAME=N",
        help="自定数值 · your own number, e.g. national.urban-cover.share=0.9; may be repeated",
    )


def add_comply(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("comply", help="达标校核 · hold a plan or drawn sites to rules")
    add = parser.add_argument
    add("plan", type=Path, help="folder of a plan, or a file of sites (GeoJSON, CSV, XLSX, ...)")
    add_rules(parser, required=True)
    add("--bundle", type=Path, help="the region; needed for a file of sites")
    add("--scenario", type=Path, metavar="FILE.toml", help="limit and mode for a file of sites")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    add("--no-fix", action="store_true", help="do not look for the cheapest repair")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def compliance_summary(compliance: Compliance, folder: Path, language: Language) -> str:
    """Say what falls short first, worst first."""
    from planner.policy.compliance.sheet import STATUSES
    from planner.policy.compliance.text import (
        evidence,
        head_lines,
        note_lines,
        number,
        repair,
        township,
    )
    from planner.policy.compliance.words import COMPLIANCE

    lines = [COMPLIANCE.say("title", language)]
    lines += [f"  {line}" for line in head_lines(compliance, language)]
    short = [one for one in compliance.checks if one.binding and one.status in ("fail", "near")]
    short.sort(key=lambda one: STATUSES.index(one.status))
    for check in short[:SHOWN]:
        numbers = "/".join(number(one, check.unit) for one in (check.achieved, check.required))
        what = COMPLIANCE.say(f"status-{check.status}", language)
        told = f"{township(check, language)} {check.pack}.{check.rule} {numbers}"
        lines.append(f"  ✗ {what} {told}: {evidence(compliance, check, language)}")
        if fix := repair(compliance, check, language):
            lines.append(f"      {fix}")
    if len(short) > SHOWN:
        lines.append(f"  … {len(short) - SHOWN}")
    lines += [f"  ! {line}" for line in note_lines(compliance, language)[:SHOWN]]
    lines.append("  " + COMPLIANCE.say("written", language, folder=folder))
    plain = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    return "".join(f"{line}\n" for line in plain)


def _run(options: argparse.Namespace) -> int:
    packs = packs_of(options)  # before anything slow

    # Imported where they are used: `recyclenet --help` answers at once.
    from geo.bundle import load_bundle
    from planner.errors import OutputError
    from planner.opened_plan import open_plan
    from planner.policy.beside import POINTS_ALONE, Beside
    from planner.policy.compliance.check import check_compliance
    from planner.policy.compliance.files import refuse_compliance_out, write_compliance
    from planner.policy.compliance.sheet import comply
    from planner.policy.compliance.words import COMPLIANCE
    from planner.policy.rules.drawn import drawn_plan
    from planner.policy.rules.ruled import ruled
    from planner.scenario import Scenario, read_scenario
    from planner.terminal import phases

    refuse_compliance_out(options.out)
    if options.plan.is_file() and options.bundle is None:
        raise OutputError(
            "is a file of sites, and the region is not given",
            where=str(options.plan),
            remedy="Give --bundle too",
        )
    findings: Any = ()
    beside = POINTS_ALONE
    with phases(options.lang, quiet=options.quiet) as progress:
        if options.plan.is_file():
            progress("load bundle", 0.0)
            bundle = load_bundle(options.bundle)
            asked = read_scenario(options.scenario) if options.scenario else None
            asked = asked or ruled(Scenario(), packs, bundle).scenario
            drawn = drawn_plan(bundle, options.plan, asked, progress=progress)
            plan, findings = drawn.plan, drawn.findings
            beside = Beside(stations=drawn.stations)
        else:
            plan = open_plan(options.plan, options.bundle, progress=progress)
        sheet = comply(
            plan,
            packs,
            fixes=not options.no_fix,
            beside=beside,
            findings=findings,
            progress=progress,
        )
        write_compliance(sheet, options.out, options.lang)
        differences = check_compliance(options.out, plan.bundle)
    sys.stdout.write(compliance_summary(sheet, options.out, options.lang))
    key = "check-differs" if differences else "check-agrees"
    sys.stdout.write(COMPLIANCE.say(key, options.lang, n=len(differences)) + "\n")
    sys.stdout.write("".join(f"  ✗ {line}\n" for line in differences[:SHOWN]))
    return FAILED if differences else 0


def packs_of(options: argparse.Namespace) -> tuple[RulePack, ...]:
    """Read the packs that the options choose; none where none is chosen.

    Raises
    ------
    ScenarioError
        If there is no such pack, rule or number, or a file is no good.
    """
    from planner.errors import ScenarioError
    from planner.policy.rules.rules import chosen_packs

    if options.rules is None:
        if options.choose:
            raise ScenarioError("is of no use without --rules", where="--choose")
        return ()
    names = [name for name in (part.strip() for part in options.rules.split(",")) if name]
    if not names:
        raise ScenarioError("names no pack", where="--rules", remedy="Give national, ...")
    return chosen_packs(names, options.choose)
