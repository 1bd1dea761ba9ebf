"""The command ``recyclenet solve``: a problem file in, a solution file out."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.errors import OutputError, PlannerError

if TYPE_CHECKING:
    from optimise import Model, Problem, Solution

__all__ = ["add_solve"]

#: Options each model needs, and those it may have besides.
_NEEDED: dict[str, tuple[str, ...]] = {
    "p-median": ("p",),
    "p-center": ("p",),
    "cover-share": ("radius",),
    "cover-most": ("radius", "max_sites"),
}
_ALLOWED: dict[str, tuple[str, ...]] = {
    "p-center": (),
    "p-median": ("radius", "unserved_cost"),
    "cover-share": ("target", "objective"),
    "cover-most": (),
}


def add_solve(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("solve", help="求解 · answer a question about a problem file")
    add = parser.add_argument
    add("problem", type=Path, metavar="PROBLEM.npz", help="see docs/exchange.md")
    add("--model", choices=tuple(_NEEDED), required=True)
    add("--out", type=Path, required=True, metavar="solution.json", help="file to write")
    add("--radius", type=float, metavar="R", help="in the unit of the problem's impedance")
    add("--p", type=int, metavar="P", help="p-median, p-center: sites at most, existing included")
    add("--unserved-cost", type=float, metavar="C", help="p-median: of a unit of unserved weight")
    add("--target", action="append", type=_target, metavar="GROUP=SHARE", help="cover-share")
    add("--objective", choices=("sites", "cost"), help="cover-share: fewest or cheapest")
    add("--max-sites", type=int, metavar="P", help="cover-most: existing ones included")
    add("--gap", type=float, default=0.0, metavar="G", help="relative gap asked for")
    add("--seed", type=int, default=0)
    add("--time-limit", type=float, default=60.0, metavar="S", help="seconds")
    add("--quiet", action="store_true", help="不显示结果 · no summary")
    parser.set_defaults(run=_run)


def _target(text: str) -> tuple[str, float]:
    group, equals, share = text.rpartition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"{text!r} is not GROUP=SHARE")
    try:
        return group, float(share)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{share!r} is not a share from 0 to 1") from None


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
    from optimise import CoverMost, CoverShare, PCenter, PMedian

    chosen = options.model
    for name in sorted(
        {name for names in (*_NEEDED.values(), *_ALLOWED.values()) for name in names}
    ):
        flag, given = "--" + name.replace("_", "-"), getattr(options, name) is not None
        if given and name not in (*_NEEDED[chosen], *_ALLOWED[chosen]):
            raise PlannerError(f"is not for --model {chosen}", where=flag, remedy="Leave it out")
        if not given and name in _NEEDED[chosen]:
            raise PlannerError(f"is missing for --model {chosen}", where=flag, remedy="Give it")
    if chosen == "p-median":
        return PMedian(p=options.p, radius=options.radius, unserved_cost=options.unserved_cost)
    if chosen == "p-center":
        return PCenter(p=options.p)
    if chosen == "cover-most":
        return CoverMost(radius=options.radius, max_sites=options.max_sites)
    return CoverShare(
        radius=options.radius,
        targets=tuple(options.target or [("all", 1.0)]),
        objective=options.objective or "sites",
    )


def _solve(problem: Problem, model: Model, options: argparse.Namespace) -> Solution:
    from optimise import solve

    if options.seed < 0:
        raise PlannerError(f"is {options.seed}", where="--seed", remedy="Give a number from 0 up")
    return solve(
        problem, model, gap=options.gap, seed=options.seed, time_limit_s=options.time_limit
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
