"""The command ``recyclenet phases``: a plan's points opened year by year."""

from __future__ import annotations

import argparse
import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

from planner.errors import ScenarioError
from planner.policy.spec_file import policy_tables
from planner.wording.language import LANGUAGES

__all__ = ["add_phases"]

FAILED = 1


def add_phases(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("phases", help="分年实施 · open a plan's points year by year")
    add = parser.add_argument
    add("plan", type=Path, help="folder that recyclenet plan wrote")
    add("--bundle", type=Path, help="if it has moved since")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    add("--spec", type=Path, metavar="FILE.toml", help="its table [policy.phases]")
    add("--years", metavar="A,B", help="2025,2026,2027")
    add("--new-sites", metavar="A,B", help="so many may be opened in each year")
    add("--budgets", metavar="A,B", help="yuan that each year may spend on new sites")
    add("--site-cost", type=float, metavar="YUAN", help="of a new site; with --budgets")
    add("--growth", type=float, metavar="RATE", help="of the people, a year: 0.004")
    add("--any-sites", action="store_true", help="of all candidates, not the plan's alone")
    add("--built", type=Path, metavar="FILE", help="what was built: columns id, state, year")
    add("--from-year", type=int, metavar="Y", help="plan again from this year on; with --built")
    add("--earlier", type=Path, metavar="FILE", help="phases.json that was planned; with --built")
    add("--change", type=float, metavar="PEOPLE", help="a year that a change must bring to pay")
    add("--no-maps", action="store_true", help="without a map of each year")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def _spec(options: argparse.Namespace) -> Any:
    from planner.policy.phases.spec import PhasesSpec, read_phases

    base = PhasesSpec()
    if options.spec is not None:
        base = read_phases(policy_tables(options.spec, "phases")["phases"])
        if base.growth_file:
            # A path in a file is meant from where the file lies.
            near = options.spec.parent / base.growth_file
            base = dataclasses.replace(base, growth_file=str(near))
    given: dict[str, Any] = {
        "years": _numbers("--years", options.years, int),
        "new_sites": _numbers("--new-sites", options.new_sites, int),
        "budgets_yuan": _numbers("--budgets", options.budgets, float),
        "site_yuan": options.site_cost,
        "growth": options.growth,
        "sites": "any" if options.any_sites else None,
        "change_people": options.change,
    }
    return dataclasses.replace(
        base, **{key: value for key, value in given.items() if value is not None}
    )


def _numbers(option: str, text: str | None, kind: Any) -> Any:
    if text is None:
        return None
    try:
        return tuple(kind(part) for part in text.split(","))
    except ValueError:
        raise ScenarioError(
            f"{text!r:.60} is no list of numbers", where=option, remedy="Give e.g. 10,10,5"
        ) from None


def _run(options: argparse.Namespace) -> int:
    spec = _spec(options)  # before anything slow: a wrong option is told at once

    from planner.opened_plan import open_plan
    from planner.policy.phases.check import check_phases
    from planner.policy.phases.files import (
        phases_json,
        phases_summary,
        refuse_phases_out,
        say_phases_findings,
        write_phases,
    )
    from planner.policy.phases.phases import make_phases
    from planner.policy.phases.spec import read_built
    from planner.policy.phases.words import PHASES_WORDS
    from planner.terminal import phases

    built = earlier = None
    if options.built is not None:
        if options.from_year is None:
            raise ScenarioError("is missing", where="--from-year", remedy="Give it with --built")
        built = read_built(options.built, options.from_year, spec.years[0])
    if options.earlier is not None:
        earlier = _earlier(options.earlier)
    refuse_phases_out(options.out)
    with phases(options.lang, quiet=options.quiet) as progress:
        plan = open_plan(options.plan, options.bundle, progress=progress)
        result = make_phases(plan, spec, built=built, earlier=earlier, progress=progress)
        write_phases(result, options.out, options.lang, maps=not options.no_maps)
    report = check_phases(json.loads(phases_json(result)), plan)
    lines = [
        *phases_summary(result.record, options.lang),
        *(f"  ! {line}" for line in say_phases_findings(result.record, options.lang)),
        *report.differences,
        PHASES_WORDS.say(
            "checked", options.lang, claims=report.checked, faults=len(report.differences)
        ),
        PHASES_WORDS.say("written", options.lang, path=options.out),
    ]
    shown = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    sys.stdout.write("".join(f"{line}\n" for line in shown))
    return FAILED if report.differences else 0


def _earlier(path: Path) -> dict[str, Any]:
    from planner.policy.phases.earlier import read_earlier

    file = path / "phases.json" if path.is_dir() else path
    try:
        return read_earlier(file.read_bytes(), str(file))
    except OSError as error:
        raise ScenarioError(f"cannot be read ({error.strerror})", where=str(file)) from error
