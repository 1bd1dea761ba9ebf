"""The command ``recyclenet policy``: the whole programme of one scenario file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import ScenarioError
from planner.policy.programme_words import PROGRAMME
from planner.wording.language import LANGUAGES, Language

if TYPE_CHECKING:
    from planner.policy.programme import Carried

__all__ = ["add_policy"]

FAILED = 1


def add_policy(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser(
        "policy", help="政策落实 · plan, compliance, tiers, rounds, years and core in one go"
    )
    add = parser.add_argument
    add("scenario", type=Path, metavar="SCENARIO.toml", help="with its tables [policy.<part>]")
    add("--bundle", type=Path, required=True, help="the region")
    add("--out", type=Path, required=True, metavar="DIR", help="folder; a part is a folder in it")
    add(
        "--only", metavar="A,B", help="parts, of: compliance, hosts, tiers, service, phases, robust"
    )
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def _parts(told: str | None) -> tuple[str, ...]:
    from planner.policy.programme import PARTS

    if told is None:
        return PARTS
    wanted = tuple(filter(None, (name.strip() for name in told.split(","))))
    for name in wanted:
        if name not in PARTS:
            raise ScenarioError(
                f"{name!r:.60} is no part", where="--only", remedy=f"Give: {', '.join(PARTS)}"
            )
    return wanted


def _run(options: argparse.Namespace) -> int:
    from planner.policy.programme import carry_out, differences, read_programme, write_programme

    programme = read_programme(options.scenario, _parts(options.only))  # before anything slow

    from geo.bundle import load_bundle
    from planner.terminal import phases

    with phases(options.lang, quiet=options.quiet) as progress:
        bundle = load_bundle(options.bundle)
        carried = carry_out(bundle, programme, progress=progress)
        write_programme(carried, options.out, options.lang, bundle_path=options.bundle)
        found = differences(carried, options.out)
    lines = [*_summary(carried, options.out, options.lang), ""]
    for part, told in found.items():
        name = PROGRAMME.say(part, options.lang)
        lines.append(PROGRAMME.say("checked", options.lang, part=name, n=len(told)))
        lines += [f"  {one}" for one in told]
    lines.append(PROGRAMME.say("written", options.lang, folder=options.out))
    sys.stdout.write("\n".join(lines) + "\n")
    return FAILED if any(found.values()) else 0


def _summary(carried: Carried, folder: Path, lang: Language) -> list[str]:
    from planner.policy.compliance.text import head_lines
    from planner.policy.hosts.files import hosts_summary
    from planner.policy.phases.files import phases_summary
    from planner.policy.robust.files import robust_summary
    from planner.policy.service.files import service_record, service_summary
    from planner.policy.tiers.files import tiers_summary
    from planner.summary import plan_summary

    parts = {"plan": plan_summary(carried.plan, folder / "plan", lang).splitlines()}
    if carried.compliance is not None:
        parts["compliance"] = head_lines(carried.compliance, lang)
    if carried.hosts is not None:
        parts["hosts"] = hosts_summary(carried.hosts.record, lang)
    if carried.tiers is not None:
        parts["tiers"] = tiers_summary(carried.tiers.record, lang)
    if carried.service is not None:
        parts["service"] = service_summary(service_record(*carried.service), lang)
    if carried.phases is not None:
        parts["phases"] = phases_summary(carried.phases.record, lang)
    if carried.robust is not None:
        parts["robust"] = robust_summary(carried.robust.record, lang)
    for part, error in carried.refused:
        said = error.zh if lang == "zh" else str(error)
        parts[part] = [PROGRAMME.say("refused", lang, why=said)]
    out = []
    for part, lines in parts.items():
        out += ["", f"== {PROGRAMME.say(part, lang)}", *lines]
    return out[1:]
