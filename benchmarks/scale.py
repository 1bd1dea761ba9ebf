"""Large covering questions: seconds, gap and memory, each in a process of its own.

    python benchmarks/scale.py                      all of them
    python benchmarks/scale.py --only 100k          those whose name begins so
    python benchmarks/scale.py --only 20M --units 1000000

``100k``, ``1M``: made-up towns with 5,000 and 1,000 sites. ``20M``: customers and 100 sites uniform
in a square of 30 x 30, demands from 1 to 100, as in Cordeau, Furini and Ljubic (2019); maximal
covering with p = 10 and partial covering of 50, 60 and 70 %, R = 5.5 to 6.25, proven. Seconds are
wall / processor after the distances are known; memory is the most the process ever had, its data
alone given beside it. The peer is SciPy's HiGHS on the merged rows of the first 20M question, for
it does not take the raw ones.
"""

from __future__ import annotations

import argparse
import multiprocessing
import resource
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
from covering import ask_scipy, clocked, problem_of, towns
from numba import njit

from optimise import CoverAll, CoverMost, CoverShare, Model, Problem, Solution, Travel, solve
from optimise.covering.alike import classes, tally
from optimise.problem import EVERYBODY

_LIMIT_S = 600.0


def main() -> None:
    """Read the options, run each instance in its own process."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", default="", metavar="NAME")
    parser.add_argument("--units", type=int, default=20_000_000, help="customers of 20M")
    options = parser.parse_args()
    print("| instance | question | value | gap | by | s, wall / processor | data, GB | peak, GB |")
    print("|---|---|---|---|---|---|---|---|", flush=True)
    context = multiprocessing.get_context("spawn")
    for name in ("100k r=3", "100k r=5", "1M r=5", "20M R=5.5", "20M R=6.25"):
        if name.startswith(options.only):
            worker = context.Process(target=run, args=(name, options.units))
            worker.start()
            worker.join()


def run(name: str, customers: int) -> None:
    """Make an instance, ask its questions, print a line for each."""
    radius = float(name.split("=")[1])
    compile_all()
    if name.startswith("20M"):
        problem = square(customers, radius)
    else:
        problem = problem_of(
            towns(*((100_000, 5_000) if name[0] == "1" and "k" in name else (1_000_000, 1_000))),
            radius,
        )
    size = peak_gb()
    for title, model, options in questions(name, radius):
        plan, took = clocked(
            lambda m=model, o=options: solve(problem, m, time_limit_s=_LIMIT_S, **o)
        )
        assert isinstance(plan, Solution)
        print(
            f"| {name} ({problem.n_units:,} x {problem.n_sites:,}, {len(problem.travel.indices):,} "
            f"pairs) | {title} | {plan.value:.10g} | {plan.gap:.2%}"
            f"{' proven' if not plan.gap else ''} | {plan.proved_by} | {took} "
            f"| {size:.1f} | {peak_gb():.1f} |",
            flush=True,
        )
    if name == "20M R=5.5":
        beside(problem, radius)


def questions(name: str, radius: float) -> Iterator[tuple[str, Model, dict[str, object]]]:
    """What is asked of an instance."""
    if name.startswith("20M"):
        yield "MCLP, p = 10", CoverMost(radius=radius, max_sites=10), {"gap": 0.0}
        for share in (0.5, 0.6, 0.7):
            model = CoverShare(radius=radius, targets=((EVERYBODY, share),))
            yield f"PSCLP, {share:.0%}", model, {"gap": 0.0}
        return
    most = CoverMost(radius=radius, max_sites=40, tie_break=None)
    yield "MCLP, p = 40, quick", most, {"effort": "quick"}
    yield "LSCP, quick", CoverAll(radius=radius, tie_break=None), {"effort": "quick"}
    if name.startswith("1M"):
        yield "MCLP, p = 40", most, {"gap": 0.005}
    yield "LSCP", CoverAll(radius=radius, tie_break=None), {"gap": 0.02}


def beside(problem: Problem, radius: float) -> None:
    """SciPy's HiGHS on the rows that are left after merging."""
    nobody = np.zeros(problem.n_sites, dtype=np.bool_)
    found = classes(problem.travel, radius, nobody, nobody)
    merged = Problem(
        weights=tally(found, problem.weights, problem.members(EVERYBODY)),
        travel=Travel(
            indptr=found.reach.indptr,
            indices=found.reach.indices,
            impedance=np.zeros(len(found.reach.indices)),
        ),
        n_sites=problem.n_sites,
    )
    value, took = clocked(lambda: ask_scipy(merged, radius, 10, 120.0))
    said = f"{value:.10g} proven" if value is not None else "nothing proven"
    print(
        f"| | the same on {merged.n_units} merged rows, SciPy's HiGHS | {said} | | | {took} | | |"
    )


def square(customers: int, radius: float) -> Problem:
    """Customers and 100 sites in a square of 30 x 30."""
    rng = np.random.default_rng(2019)
    sites = rng.uniform(0, 30, (2, 100))
    units = rng.uniform(0, 30, (2, customers))
    weights = rng.integers(1, 101, customers)
    indptr = np.zeros(customers + 1, dtype=np.int64)
    _count(*units, *sites, radius, indptr)
    indices = np.empty(indptr[-1], dtype=np.int32)
    impedance = np.empty(indptr[-1], dtype=np.float32)
    _fill(*units, *sites, radius, indices, impedance)
    travel = Travel(indptr=indptr, indices=indices, impedance=impedance, cutoff=radius)
    return Problem(weights=weights, travel=travel, n_sites=100)


def compile_all() -> None:
    """Ask small questions first, so that nothing is compiled while the clock runs."""
    small = problem_of(towns(400, 40), 12.0)
    for problem in (small, square(2_000, 6.0)):
        models: tuple[Model, ...] = (
            CoverMost(radius=5.5, max_sites=4),
            CoverShare(radius=5.5, targets=((EVERYBODY, 0.2),)),
        )
        for model in models:
            for effort in ("quick", "exact"):
                plan: Solution = solve(problem, model, effort=effort)  # type: ignore[arg-type]
                assert plan.gap >= 0
    solve(small, CoverAll(radius=12.0))


def peak_gb() -> float:
    """Most memory this process ever had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


Floats = npt.NDArray[np.float64]


@njit
def _count(x: Floats, y: Floats, sx: Floats, sy: Floats, radius: float, indptr: Floats) -> None:
    for i in range(len(x)):
        near = 0
        for j in range(len(sx)):
            near += (x[i] - sx[j]) ** 2 + (y[i] - sy[j]) ** 2 <= radius * radius
        indptr[i + 1] = indptr[i] + near


@njit
def _fill(
    x: Floats, y: Floats, sx: Floats, sy: Floats, radius: float, indices: Floats, far: Floats
) -> None:
    at = 0
    for i in range(len(x)):
        for j in range(len(sx)):
            square = (x[i] - sx[j]) ** 2 + (y[i] - sy[j]) ** 2
            if square <= radius * radius:
                indices[at] = j
                far[at] = min(np.float32(radius), np.float32(np.sqrt(square)))
                at += 1


if __name__ == "__main__":
    main()
