"""The command ``recyclenet quality``: how good a region's data are, and what to do about it."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.wording.language import LANGUAGES

if TYPE_CHECKING:
    from planner.quality.quality import QualitySheet
    from planner.wording.language import Language

__all__ = ["add_quality", "say_sheet"]


def add_quality(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("quality", help="数据质量 · how good a region's data are")
    add = parser.add_argument
    add("bundle", type=Path)
    add("--out", type=Path, metavar="DIR", help="folder for quality.csv and quality.html")
    add("--today", type=_date, metavar="YYYY-MM-DD", help="date that the data's age is told for")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="只写文件 · only write the files")
    parser.set_defaults(run=_run)


def say_sheet(sheet: QualitySheet, language: Language) -> str:
    """Write the sheet for a terminal, a row and what to do about it each."""
    from planner.quality.words import QUALITY

    lines = [sheet.title, sheet.sums]
    for row in sheet.rows:
        grade = QUALITY.say(row.grade, language)
        lines.append(f"[{grade}] {row.topic} · {row.where}: {row.figure}")
        if row.grade != "good":
            lines.append(f"    → {row.remedy}" + (f"  {row.link}" if row.link else ""))
    lines += [sheet.limits, sheet.licence]
    plain = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    return "".join(f"{line}\n" for line in plain)


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: give YYYY-MM-DD") from None


def _run(options: argparse.Namespace) -> int:
    # Imported where they are used: `recyclenet --help` answers at once.
    from geo.bundle import load_bundle
    from planner.quality.files import write_quality
    from planner.quality.quality import quality_sheet

    bundle = load_bundle(options.bundle)
    today = options.today or datetime.now(UTC).date()
    sheets = {one: quality_sheet(bundle, one, today=today) for one in LANGUAGES}
    if options.out:
        write_quality([sheets[one] for one in LANGUAGES], options.out)
    if not options.quiet:
        sys.stdout.write(say_sheet(sheets[options.lang], options.lang))
    return 0
