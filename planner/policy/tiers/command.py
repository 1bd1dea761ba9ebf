"""The command ``recyclenet tiers``: stations and sorting centres for a plan's points."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from pathlib import Path
from typing import Any

from planner.policy.spec_file import policy_tables
from planner.policy.tiers.spec import TiersSpec, read_tiers
from planner.wording.language import LANGUAGES

__all__ = ["add_tiers"]

FAILED = 1


def add_tiers(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser(
        "tiers", help="三级体系 · stations and sorting centres for a plan's points"
    )
    add = parser.add_argument
    add("plan", type=Path, help="folder that recyclenet plan wrote")
    add("--bundle", type=Path, help="if it has moved since")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    add("--spec", type=Path, metavar="FILE.toml", help="its table [policy.tiers]; options override")
    add("--figures", type=Path, metavar="FILE.toml", help="own sizes and costs (data/tiers.toml)")
    add("--in-turn", action="store_true", help="first the stations, then the centres")
    add("--split", action="store_true", help="share a point's tonnes out among stations")
    add("--direct", action="store_true", help="points may deliver straight to a centre")
    add("--special", metavar="A,B", help="materials for specialised centres, e.g. appliance")
    add("--reach", type=float, metavar="KM", help="point to station at most, else the nearest")
    add("--max-stations", type=int, metavar="N")
    add("--max-centres", type=int, metavar="N")
    add("--budget", type=float, metavar="YUAN", help="of the places, a year")
    add("--gap", type=float, metavar="G")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def _spec(options: argparse.Namespace) -> TiersSpec:
    base = (
        TiersSpec()
        if options.spec is None
        else read_tiers(policy_tables(options.spec, "tiers")["tiers"])
    )
    given: dict[str, Any] = {
        "station_reach_km": options.reach,
        "max_stations": options.max_stations,
        "max_centres": options.max_centres,
        "budget_yuan_year": options.budget,
        "gap": options.gap,
        "siting": "in-turn" if options.in_turn else None,
        "split": options.split or None,
        "direct": options.direct or None,
    }
    if options.special is not None:
        names = [name.strip() for name in options.special.split(",")]
        given["special"] = tuple(filter(None, names))
    return dataclasses.replace(
        base, **{key: value for key, value in given.items() if value is not None}
    )


def _run(options: argparse.Namespace) -> int:
    spec = _spec(options)  # before anything slow: a wrong option is told at once

    from planner.opened_plan import open_plan
    from planner.policy.tiers.check import check_tiers
    from planner.policy.tiers.figures import read_figures
    from planner.policy.tiers.files import (
        refuse_tiers_out,
        say_findings,
        tiers_summary,
        write_tiers,
    )
    from planner.policy.tiers.tiers import make_tiers
    from planner.policy.tiers.words import TIERS_WORDS
    from planner.terminal import phases

    figures = read_figures(options.figures)
    refuse_tiers_out(options.out)
    with phases(options.lang, quiet=options.quiet) as progress:
        plan = open_plan(options.plan, options.bundle, progress=progress)
        result = make_tiers(plan, spec, figures=figures, progress=progress)
        write_tiers(result, options.out, options.lang)
    report = check_tiers(result.record, plan)
    lines = [
        *tiers_summary(result.record, options.lang),
        *say_findings(result.record, options.lang),
    ]
    lines += report.differences
    lines.append(
        TIERS_WORDS.say(
            "checked", options.lang, claims=report.checked, faults=len(report.differences)
        )
    )
    lines.append(TIERS_WORDS.say("written", options.lang, path=options.out))
    plain = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    sys.stdout.write("".join(f"{line}\n" for line in plain))
    return FAILED if report.differences else 0
