"""The command ``recyclenet solve``: a problem file in, a solution file out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import OutputError, PlannerError

if TYPE_CHECKING:
    from optimise import Model, Problem, Radius, Solution

__all__ = ["add_solve"]

_COVER = ("objective", "tie_break")
#: Options each model needs, and those it may have besides.
_OPTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "cover-all": (("radius",), _COVER),
    "lscp": (("radius",), _COVER),
    "cover-share": (("radius",), ("target", *_COVER)),
    "cover-twice": (("radius",), ("backup", "target", "objective")),
    "cover-most": (("radius",), ("max_sites", "tie_break")),
    "cover-fairly": (("radius", "group"), ("max_sites",)),
    "capacitated-cover": (("radius",), ("target", "objective", "split")),
    "p-median": (("p",), ("radius", "unserved_cost")),
    "p-center": (("p",), ()),
    "capacitated-median": ((), ("p", "radius", "split", "fixed_costs")),
    "fair-median": (("p",), ("radius", "aversion", "scale")),
}


def add_solve(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("solve", help="求解 · answer a question about a problem file")
    add = parser.add_argument
    add("problem", type=Path, metavar="PROBLEM.npz", help="see docs/exchange.md")
    add("--model", choices=tuple(_OPTIONS), required=True)
    add("--out", type=Path, required=True, metavar="solution.json", help="file to write")
    add(
        "--radius",
        action="append",
        type=_radius,
        metavar="R|GROUP=R",
        help="in the unit of the problem's impedance; for several groups given several times",
    )
    add("--p", type=int, metavar="P", help="medians, p-center: sites at most, existing included")
    add("--max-sites", type=int, metavar="P", help="cover-most, cover-fairly: existing included")
    add("--target", action="append", type=_share, metavar="GROUP=SHARE", help="share to cover")
    add("--backup", action="append", type=_share, metavar="GROUP=SHARE", help="to cover twice")
    add("--group", action="append", metavar="GROUP", help="cover-fairly: to compare")
    add("--objective", choices=("sites", "cost"), help="covers: fewest or cheapest")
    add("--tie-break", choices=("distance", "none"), help="covers: of equal plans the nearest")
    add("--split", action=argparse.BooleanOptionalAction, help="capacitated: share a unit out")
    add("--unserved-cost", type=float, metavar="C", help="p-median: of a unit of unserved weight")
    add("--fixed-costs", choices=("none", "add"), help="capacitated-median: costs of open sites")
    add("--aversion", type=float, metavar="A", help="fair-median: to inequality, 1 is usual")
    add("--scale", type=float, metavar="D", help="fair-median: a typical impedance")
    add("--effort", choices=("exact", "quick"), default="exact", help="proof, or milliseconds")
    add("--gap", type=float, default=0.0, metavar="G", help="relative gap asked for")
    add("--seed", type=int, default=0)
    add("--time-limit", type=float, default=60.0, metavar="S", help="seconds")
    add("--quiet", action="store_true", help="不显示结果 · no summary")
    parser.set_defaults(run=_run)


def _share(text: str) -> tuple[str, float]:
    group, equals, share = text.rpartition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not GROUP=SHARE")
    try:
        return group, float(share)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{share!r} is not a share from 0 to 1") from None


def _radius(text: str) -> tuple[str | None, float]:
    group, equals, radius = text.rpartition("=")
    try:
        return group if equals else None, float(radius)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{radius!r} is not a number") from None


def _run(options: argparse.Namespace) -> int:
    # Imported where they are used: `recyclenet --help` answers at once.
    from optimise import OptimiseError
    from optimise.exchange import read_problem, solution_record

    try:
        model = _model(options)  # before anything slow: a wrong option is told at once
        solution = _solve(read_problem(options.problem), model, options)
    except OptimiseError as error:
        raise PlannerError(str(error)) from error
    text = json.dumps(solution_record(solution), ensure_ascii=False, indent=1, allow_nan=False)
    _write(options.out, text + "\n")
    if not options.quiet:
        sys.stdout.write(_summary(solution, options.out))
    return 0


def _model(options: argparse.Namespace) -> Model:
    """Make the question; refuse options that belong to another one."""
    import optimise

    chosen = options.model
    needed, allowed = _OPTIONS[chosen]
    for name in sorted({name for both in _OPTIONS.values() for names in both for name in names}):
        flag, given = "--" + name.replace("_", "-"), getattr(options, name) is not None
        if given and name not in (*needed, *allowed):
            raise PlannerError(f"is not for --model {chosen}", where=flag, remedy="Leave it out")
        if not given and name in needed:
            raise PlannerError(f"is missing for --model {chosen}", where=flag, remedy="Give it")
    everybody = ((optimise.EVERYBODY, 1.0),)
    values: dict[str, Any] = {
        name: getattr(options, name)
        for name in (*needed, *allowed)
        if getattr(options, name) is not None
    }
    for option, field in (("target", "targets"), ("backup", "backup"), ("group", "groups")):
        if option in values:
            values[field] = tuple(values.pop(option))
    if "radius" in values:
        values["radius"] = _one_or_several(values["radius"], several=not chosen.endswith("median"))
    if values.get("tie_break") == "none":
        values["tie_break"] = None
    match chosen:
        case "cover-all" | "lscp":
            return optimise.CoverAll(**values)
        case "cover-share":
            return optimise.CoverShare(**{"targets": everybody, **values})
        case "cover-twice":
            return optimise.CoverTwice(**{"backup": everybody, **values})
        case "cover-most":
            return optimise.CoverMost(**values)
        case "cover-fairly":
            return optimise.CoverFairly(**values)
        case "capacitated-cover":
            return optimise.CapacitatedCover(**values)
        case "p-median":
            return optimise.PMedian(**values)
        case "p-center":
            return optimise.PCenter(**values)
        case "capacitated-median":
            return optimise.CapacitatedMedian(**values)
    return optimise.FairMedian(**values)


def _one_or_several(given: list[tuple[str | None, float]], *, several: bool) -> Radius:
    """One radius for everybody, or one for each group."""
    named = tuple((group, radius) for group, radius in given if group is not None)
    if not named and len(given) == 1:
        return given[0][1]
    if not several:
        raise PlannerError(
            "has groups or is given twice", where="--radius", remedy="Medians take one radius R"
        )
    if len(named) < len(given):
        raise PlannerError(
            "is given for everybody and more", where="--radius", remedy="Write all=R for the rest"
        )
    return named


def _solve(problem: Problem, model: Model, options: argparse.Namespace) -> Solution:
    from optimise import solve

    if options.seed < 0:
        raise PlannerError(f"is {options.seed}", where="--seed", remedy="Give a number from 0 up")
    return solve(
        problem,
        model,
        gap=options.gap,
        seed=options.seed,
        effort=options.effort,
        time_limit_s=options.time_limit,
    )


def _write(path: Path, text: str) -> None:
    """Write beside and rename: whole or not at all."""
    from optimise.exchange import written_beside

    try:
        with written_beside(path) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(path),
            remedy="Check the path, the free space and your rights",
        ) from error


def _summary(solution: Solution, path: Path) -> str:
    early = "" if solution.stopped == "gap" else f" ({solution.stopped})"
    return (
        f"{path}: {len(solution.open_sites)} sites open, "
        f"{solution.objective} {solution.value:.10g}, bound {solution.bound:.10g}, "
        f"gap {solution.gap:.2%}, {solution.status.value}{early}\n"
    )
