"""A slider over the radius: new radius -> new plan, distances known.

    python benchmarks/slider.py                     10,000 units x 1,000 sites, r = 3 ... 8 km

Every position is asked anew, `effort="quick"`, from the same travel matrix: maximal covering, 95 %
of the people, everybody (within reach at all). The peer is SciPy's HiGHS on the raw rows of some
positions, within ``--limit`` seconds. Prints medians, the slowest move, and how many moves have a
proven gap within 2 %.
"""

from __future__ import annotations

import argparse
import platform
import statistics

import numpy as np
from covering import Took, ask_scipy, clocked, problem_of, towns

from optimise import CoverAll, CoverMost, CoverShare, Problem, Solution, solve


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--sites", type=int, default=1_000)
    parser.add_argument("--max-sites", type=int, default=40)
    parser.add_argument("--step", type=float, default=0.25, help="km between positions")
    parser.add_argument("--limit", type=float, default=20.0, help="seconds for the peer; 0: none")
    options = parser.parse_args()
    whole = problem_of(towns(options.units, options.sites), 8.0)
    print(
        f"{options.units} units x {options.sites} sites, seconds are wall / processor, compiled "
        f"before. Python {platform.python_version()}\n"
    )
    print("| question | moves | median, s | slowest, s | gap: median | largest | within 2 % |")
    print("|---|---|---|---|---|---|---|")
    radii = np.arange(3.0, 8.0 + 1e-9, options.step).tolist()
    for name, ask in (
        (f"MCLP, p = {options.max_sites}", lambda p, r: most(p, r, options.max_sites)),
        ("PSCLP, 95 %", lambda p, r: share(p, r)),
        ("LSCP", lambda p, r: everybody(p, r)),
    ):
        moves: list[tuple[Solution, Took]] = []
        for radius in radii:
            problem = reachable(whole, radius) if name == "LSCP" else whole
            if not moves:
                ask(problem, radius)
            plan, took = clocked(lambda p=problem, r=radius, a=ask: a(p, r))  # type: ignore[misc]
            assert isinstance(plan, Solution)
            moves.append((plan, took))
        gaps = [plan.gap for plan, _ in moves]
        middle = Took(
            wall_s=statistics.median(took.wall_s for _, took in moves),
            cpu_s=statistics.median(took.cpu_s for _, took in moves),
        )
        worst = max((took for _, took in moves), key=lambda took: took.cpu_s)
        print(
            f"| {name} | {len(moves)} | {middle} | {worst} | {statistics.median(gaps):.2%} "
            f"| {max(gaps):.2%} | {sum(gap <= 0.02 for gap in gaps)} |",
            flush=True,
        )
    if options.limit:
        for radius in radii[:: max(1, len(radii) // 3)]:
            value, took = clocked(
                lambda r=radius: ask_scipy(whole, r, options.max_sites, options.limit)  # type: ignore[misc]
            )
            said = f"{value:g} proven" if value is not None else "nothing proven"
            print(f"\nSciPy's HiGHS, MCLP, r = {radius:g} km: {said}, {took} s")


def reachable(whole: Problem, radius: float) -> Problem:
    """The same people, those without any site within the radius weighing nothing."""
    near = np.concatenate([[0], np.cumsum(whole.travel.impedance <= radius)])
    has = near[whole.travel.indptr[1:]] > near[whole.travel.indptr[:-1]]
    return Problem(weights=whole.weights * has, travel=whole.travel, n_sites=whole.n_sites)


def most(problem: Problem, radius: float, p: int) -> Solution:
    """As many people as p sites reach."""
    return solve(problem, CoverMost(radius=radius, max_sites=p, tie_break=None), effort="quick")


def share(problem: Problem, radius: float) -> Solution:
    """95 % of those within the cutoff of the matrix, where the radius can reach them."""
    own = reachable(problem, radius)
    model = CoverShare(radius=radius, targets=(("all", 0.95),), tie_break=None)
    return solve(own, model, effort="quick")


def everybody(problem: Problem, radius: float) -> Solution:
    """Everybody the radius can reach."""
    return solve(problem, CoverAll(radius=radius, tie_break=None), effort="quick")


if __name__ == "__main__":
    main()
