"""The command ``recyclenet compare``: two or more plans set side by side."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.wording.language import LANGUAGES

if TYPE_CHECKING:
    from planner.comparing.compare import Comparison
    from planner.wording.language import Language

__all__ = ["add_compare", "compare_summary"]


def add_compare(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("compare", help="对比 · set plans of a region side by side")
    add = parser.add_argument
    add("plans", type=Path, nargs="+", metavar="PLAN", help="folders that recyclenet plan wrote")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    add("--bundle", type=Path, help="the region's data, if they have moved")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def compare_summary(comparison: Comparison, folder: Path, language: Language) -> str:
    """Say what a planner wants to know first: who wins and who loses."""
    from planner.comparing.sheets import notes, verdict
    from planner.comparing.words import COMPARE

    lines = [COMPARE.say("compared", language, n=len(comparison.plans), folder=folder)]
    lines += ["  " + comparison.label(row) for row in range(len(comparison.plans))]
    for pair in comparison.differences:
        if pair.a == 0:
            first, *rest = verdict(comparison, pair, language)
            lines += [first, *(f"  {line}" for line in rest)]
    said = notes(comparison, language)[: len(comparison.findings)]
    lines += [f"  ! {line}" for line in said]
    plain = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    return "".join(f"{line}\n" for line in plain)


def _run(options: argparse.Namespace) -> int:
    # Imported where they are used: `recyclenet --help` answers at once.
    from planner.comparing.compare import check_count, compare
    from planner.comparing.files import refuse_compare_out, write_compare
    from planner.opened_plan import open_plan
    from planner.terminal import phases

    check_count(len(options.plans))  # before anything slow
    refuse_compare_out(options.out)
    with phases(options.lang, quiet=options.quiet) as progress:
        plans = [open_plan(folder, options.bundle, progress=progress) for folder in options.plans]
        names = [
            plan.scenario.name or folder.resolve().name
            for plan, folder in zip(plans, options.plans, strict=True)
        ]
        comparison = compare(plans, names)
        progress("write comparison", 0.0)
        write_compare(comparison, options.out, options.lang)
    sys.stdout.write(compare_summary(comparison, options.out, options.lang))
    return 0
