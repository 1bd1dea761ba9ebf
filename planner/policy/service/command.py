"""The command ``recyclenet service``: villages without a point, and the rounds of mobile stops."""

from __future__ import annotations

import argparse
import dataclasses
import os
import sys
from pathlib import Path
from typing import Any

from planner.policy.service.spec import RoundsSpec, ServiceSpec, read_rounds, read_service
from planner.policy.spec_file import policy_tables
from planner.wording.language import LANGUAGES

__all__ = ["add_service"]

FAILED = 1


def add_service(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser(
        "service", help="流动回收 · point, terminal or mobile stop for villages, and the rounds"
    )
    add = parser.add_argument
    add("plan", type=Path, help="folder that recyclenet plan wrote")
    add("--bundle", type=Path, help="if it has moved since")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    add(
        "--spec",
        type=Path,
        metavar="FILE.toml",
        help="its tables [policy.service] and [policy.rounds]; options override",
    )
    add("--figures", type=Path, metavar="FILE.toml", help="own costs (data/service.toml)")
    add("--share", type=float, metavar="S", help="share of the people left out to be served")
    add("--village", type=float, metavar="M", help="cells so far apart are one village")
    add("--max-points", type=int, metavar="N")
    add("--max-terminals", type=int, metavar="N")
    add("--max-mobile", type=int, metavar="N")
    add("--depots", type=int, metavar="N", help="so many, at open points, if none are given")
    add("--vehicles", type=int, metavar="N", help="at each depot, at most")
    add("--start", metavar="HH:MM", help="when vehicles leave")
    add("--first-monday", metavar="DATE", help="dates for the timetable, YYYY-MM-DD")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def _specs(options: argparse.Namespace) -> tuple[ServiceSpec, RoundsSpec]:
    tables = {} if options.spec is None else policy_tables(options.spec, "service", "rounds")
    service = read_service(tables.get("service", {}))
    rounds = read_rounds(tables.get("rounds", {}))
    for_service = {
        "share": options.share,
        "village_m": options.village,
        "max_points": options.max_points,
        "max_terminals": options.max_terminals,
        "max_mobile": options.max_mobile,
        "depot_count": options.depots,
    }
    for_rounds = {
        "vehicles": options.vehicles,
        "start": options.start,
        "first_monday": options.first_monday,
    }
    return (
        dataclasses.replace(service, **{k: v for k, v in for_service.items() if v is not None}),
        dataclasses.replace(rounds, **{k: v for k, v in for_rounds.items() if v is not None}),
    )


def _run(options: argparse.Namespace) -> int:
    service_spec, rounds_spec = _specs(options)  # before anything slow

    from planner.opened_plan import open_plan
    from planner.policy.service.check import check_service
    from planner.policy.service.figures import read_service_figures
    from planner.policy.service.files import (
        refuse_service_out,
        service_record,
        service_summary,
        write_service,
    )
    from planner.policy.service.settle import settle_service
    from planner.policy.service.words import SERVICE_WORDS
    from planner.terminal import phases

    figures = read_service_figures(options.figures)
    refuse_service_out(options.out)
    with phases(options.lang, quiet=options.quiet) as progress:
        plan = open_plan(options.plan, options.bundle, progress=progress)
        service, rounds = settle_service(
            plan, service_spec, rounds_spec, figures, progress=progress
        )
        write_service(service, rounds, options.out, options.lang)
        record = service_record(service, rounds)
        progress("check service", 0.0)
        report = check_service(record, plan)
    lines = [*service_summary(record, options.lang), *report.differences[:50]]
    count = {"claims": f"{report.checked:,}", "faults": len(report.differences)}
    lines.append(SERVICE_WORDS.say("checked", options.lang, **count))
    lines.append(SERVICE_WORDS.say("written", options.lang, path=options.out))
    plain = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    sys.stdout.write("".join(f"{line}\n" for line in plain))
    return FAILED if report.differences else 0
