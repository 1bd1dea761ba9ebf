"""Weighted set covering beside scipy's HiGHS: same rows and costs, equal answers.

    RECYCLENET_TEST_DATA=... python benchmarks/set_covering.py           OR-Library, 4, 5, 6 and A
    RECYCLENET_TEST_DATA=... python benchmarks/set_covering.py a1 a2     only these

The instances (Beasley 1987, 1990) are not part of the project: the folder holds
``benchmarks/scp``. They go through `optimise.solve` as any question of a planner's does, with no
gap allowed; the peer is `scipy.optimize.milp` on the same rows, within ``--limit`` seconds.
Prints a Markdown table; stops if a proven answer differs from the published one.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from pathlib import Path

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from optimise import CoverShare, Problem, Status, Travel, solve

PUBLISHED = {
    "4": (429, 512, 516, 494, 512, 560, 430, 492, 641, 514),
    "5": (253, 302, 226, 242, 211, 213, 293, 288, 279, 265),
    "6": (138, 146, 145, 131, 161),
    "a": (253, 252, 232, 234, 236),
}
OPTIMA = {
    f"{group}{number}": value
    for group, values in PUBLISHED.items()
    for number, value in enumerate(values, start=1)
}


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", default=list(OPTIMA), help="41 ... 410, 51 ... a5")
    parser.add_argument("--limit", type=float, default=60, help="seconds for each run")
    options = parser.parse_args()
    folder = os.environ.get("RECYCLENET_TEST_DATA")
    if not folder:
        print("skipped: RECYCLENET_TEST_DATA is not set", file=sys.stderr)
        return
    unknown = sorted(set(options.names) - set(OPTIMA))
    if unknown:
        parser.error(f"no instance {unknown[0]!r}; there are {', '.join(OPTIMA)}")
    report(Path(folder) / "benchmarks/scp", options.names, options.limit)


def read(path: Path) -> Problem:
    """Rows, columns, costs; then for each row how many columns cover it and which."""
    numbers = np.array(path.read_text().split(), dtype=np.int64)
    rows, columns = numbers[:2].tolist()
    at, lists = 2 + columns, []
    for _ in range(rows):
        lists.append(np.sort(numbers[at + 1 : at + 1 + numbers[at]] - 1))
        at += 1 + int(numbers[at])
    indices = np.concatenate(lists).astype(np.int32)
    return Problem(
        weights=np.ones(rows, dtype=int),
        travel=Travel(
            indptr=np.concatenate([[0], np.cumsum([len(one) for one in lists])]),
            indices=indices,
            impedance=np.zeros(len(indices)),
        ),
        n_sites=columns,
        site_costs=numbers[2 : 2 + columns],
    )


def peer(problem: Problem, limit_s: float) -> tuple[float | None, float]:
    """Least cost by scipy, None if it did not finish; and the seconds."""
    began = time.perf_counter()
    travel = problem.travel
    rows = csr_array(
        (np.ones(len(travel.indices)), travel.indices, travel.indptr),
        shape=(problem.n_units, problem.n_sites),
    )
    found = milp(
        problem.site_costs,
        integrality=np.ones(problem.n_sites),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows, 1, np.inf),
        options={"time_limit": limit_s, "mip_rel_gap": 0.0},
    )
    return (float(found.fun) if found.status == 0 else None), time.perf_counter() - began


def report(folder: Path, names: list[str], limit_s: float) -> None:
    """Run everything and print the table."""
    print(
        "| instance | rows | columns | value | published | proven | by | seconds "
        "| scipy milp, seconds |"
    )
    print("|---|---|---|---|---|---|---|---|---|")
    model = CoverShare(radius=1.0, targets=(("all", 1.0),), objective="cost", tie_break=None)
    solve(read(folder / f"scp{names[0]}.txt"), model, effort="quick")  # loads what is compiled
    total, peer_total, proven = 0.0, 0.0, 0
    for name in names:
        problem = read(folder / f"scp{name}.txt")
        began = time.perf_counter()
        plan = solve(problem, model, gap=0.0, time_limit_s=limit_s)
        ours = time.perf_counter() - began
        done = plan.status is Status.PROVEN
        if done and plan.value != OPTIMA[name]:
            sys.exit(f"scp{name}: {plan.value:g} instead of {OPTIMA[name]}")
        value, peer_s = peer(problem, limit_s)
        if done and value is not None and round(value) != plan.value:
            sys.exit(f"scp{name}: {plan.value:g}, the peer has {value:g}")
        total, peer_total, proven = total + ours, peer_total + peer_s, proven + done
        other = f"{peer_s:.2f}" if value is not None else f"not within {limit_s:g}"
        print(
            f"| scp{name} | {problem.n_units} | {problem.n_sites} | {plan.value:g} "
            f"| {OPTIMA[name]} | {'yes' if done else 'no'} | {plan.proved_by} | {ours:.2f} "
            f"| {other} |",
            flush=True,
        )
    print(f"| all | | | | | {proven} of {len(names)} | | {total:.1f} | {peer_total:.1f} |")


if __name__ == "__main__":
    main()
