"""The command ``recyclenet robust``: which points of a plan hold however things turn out."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

from planner.wording.language import LANGUAGES

__all__ = ["add_robust"]

FAILED = 1


def add_robust(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("robust", help="稳健性 · what of a plan holds in other cases")
    add = parser.add_argument
    add("plan", type=Path, help="folder that recyclenet plan wrote")
    add("--bundle", type=Path, help="if it has moved since")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    add("--spec", type=Path, metavar="FILE.toml", help="its table [policy.robust]")
    add("--people-draws", type=int, metavar="N", help="draws of more or fewer people")
    add("--people-change", type=float, metavar="SHARE", help="by how much: 0.1")
    add("--road-draws", type=int, metavar="N", help="draws of blocked roads")
    add("--roads-blocked", type=int, metavar="N", help="pieces of road blocked in each")
    add("--refused-sites", type=int, metavar="N", help="points refused one by one; else all")
    add("--near-share", type=float, metavar="SHARE", help="a substitute may lose so much: 0.05")
    add("--max-runs", type=int, metavar="N", help="cases at most")
    add("--exact", action="store_true", help="prove each case")
    add("--least-regret", action="store_true", help="look for the steadiest plan too")
    add("--seed", type=int)
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    from planner.policy.robust.spec import RobustSpec, read_robust
    from planner.policy.spec_file import policy_tables

    spec = RobustSpec()
    if options.spec is not None:
        spec = read_robust(policy_tables(options.spec, "robust")["robust"])
    fields = {field.name for field in dataclasses.fields(RobustSpec)}
    given = {key: value for key, value in vars(options).items() if key in fields}
    given["effort"] = "exact" if options.exact else None
    given["least_regret"] = options.least_regret or None
    told = {key: value for key, value in given.items() if value is not None}
    spec = dataclasses.replace(spec, **told)  # before anything slow

    from planner.opened_plan import open_plan
    from planner.policy.robust.check import check_robust
    from planner.policy.robust.files import (
        refuse_robust_out,
        robust_json,
        robust_summary,
        say_robust_findings,
        write_robust,
    )
    from planner.policy.robust.robust import make_robust
    from planner.policy.robust.words import ROBUST_WORDS
    from planner.terminal import phases

    refuse_robust_out(options.out)
    with phases(options.lang, quiet=options.quiet) as progress:
        plan = open_plan(options.plan, options.bundle, progress=progress)
        result = make_robust(plan, spec, progress=progress)
        write_robust(result, options.out, options.lang)
    report = check_robust(json.loads(robust_json(result)), plan)
    lines = [
        *robust_summary(result.record, options.lang),
        *(f"  ! {line}" for line in say_robust_findings(result.record, options.lang)),
        *report.differences,
        ROBUST_WORDS.say(
            "checked", options.lang, claims=report.checked, faults=len(report.differences)
        ),
        ROBUST_WORDS.say("written", options.lang, path=options.out),
    ]
    shown = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    sys.stdout.write("".join(f"{line}\n" for line in shown))
    return FAILED if report.differences else 0
