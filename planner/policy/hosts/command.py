"""The command ``recyclenet hosts``: a plan's points at existing places (两网融合)."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from pathlib import Path
from typing import Any

from planner.policy.hosts.spec import HostsSpec, read_hosts
from planner.policy.spec_file import policy_tables
from planner.wording.language import LANGUAGES

__all__ = ["add_hosts"]

FAILED = 1


def add_hosts(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("hosts", help="两网融合 · a plan's points at existing places")
    add = parser.add_argument
    add("plan", type=Path, help="folder that recyclenet plan wrote")
    add("--bundle", type=Path, help="if it has moved since")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    add("--spec", type=Path, metavar="FILE.toml", help="its table [policy.hosts]; options override")
    add("--figures", type=Path, metavar="FILE.toml", help="own costs (data/hosts.toml)")
    add("--hosts", type=Path, metavar="FILE", help="places that can host, beside those of the map")
    add("--dial", type=float, metavar="0-1", help="0: most covered, 1: most re-used")
    add("--steps", type=int, metavar="N", help="steps of the dial from 0 to 1")
    add("--within", type=float, metavar="M", dest="within_m", help="host and candidate are one")
    add("--exact", action="store_true", help="prove each step")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def _spec(options: argparse.Namespace) -> HostsSpec:
    base = (
        HostsSpec()
        if options.spec is None
        else read_hosts(policy_tables(options.spec, "hosts")["hosts"])
    )
    given = {name: getattr(options, name) for name in ("dial", "steps", "within_m")}
    given["effort"] = "exact" if options.exact else None
    return dataclasses.replace(
        base, **{key: value for key, value in given.items() if value is not None}
    )


def _run(options: argparse.Namespace) -> int:
    spec = _spec(options)  # before anything slow: a wrong option is told at once

    from planner.opened_plan import open_plan
    from planner.policy.hosts.check import check_hosts
    from planner.policy.hosts.files import hosts_summary, refuse_hosts_out, write_hosts
    from planner.policy.hosts.hosts import make_hosts
    from planner.policy.hosts.spec import read_costs
    from planner.policy.hosts.words import HOSTS_WORDS
    from planner.terminal import phases

    costs = read_costs(options.figures)
    refuse_hosts_out(options.out)
    with phases(options.lang, quiet=options.quiet) as progress:
        plan = open_plan(options.plan, options.bundle, progress=progress)
        result = make_hosts(plan, spec, costs=costs, file=options.hosts, progress=progress)
        write_hosts(result, options.out, options.lang)
    report = check_hosts(result.record, plan)
    lines = [*hosts_summary(result.record, options.lang), *report.differences]
    counts = {"claims": report.checked, "faults": len(report.differences)}
    lines.append(HOSTS_WORDS.say("checked", options.lang, **counts))
    lines.append(HOSTS_WORDS.say("written", options.lang, path=options.out))
    plain = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    sys.stdout.write("".join(f"{line}\n" for line in plain))
    return FAILED if report.differences else 0
