"""Our p-median beside HiGHS and spopt: the same tables, equal optima.

    python benchmarks/p_median.py                     made-up street networks
    python benchmarks/p_median.py FOLDER              OR-Library's pmed*.txt with optimal.txt
    python benchmarks/p_median.py FOLDER --only 6,20,30 --peer-limit 60

Prints a Markdown table. Ours is the median of some runs; a peer runs once, up to a limit, and on
no more than so many units, as its programme has a variable for each pair. HiGHS is SciPy's, on
the programme with a row for each pair, ``x <= y``; spopt runs where it is installed, its building
of the programme counted. Stops if an optimum is not the published one, or a proven one of a peer's
is not ours. Networks made up here are seeded; nothing is downloaded.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import scipy
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse.csgraph import shortest_path

from optimise import PMedian, Problem, Solution, Travel, solve

exactly = partial(solve, gap=0.0)

Table = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Instance:
    """Distances from everybody to everybody; ``optimum`` as published."""

    name: str
    table: Table
    p: int
    optimum: float | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Peer:
    """What a peer found: ``value`` None for nothing."""

    value: float | None
    proven: bool
    seconds: float

    def __str__(self) -> str:
        """Render a cell of the table."""
        if self.value is None:
            return f"nothing, {self.seconds:.1f} s"
        return f"{self.value:.10g}{' proven' if self.proven else ''}, {self.seconds:.1f} s"


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, nargs="?", help="OR-Library's p-median files")
    parser.add_argument("--only", metavar="N,N", help="these of them")
    parser.add_argument("--runs", type=int, default=3, help="medians are taken over so many")
    parser.add_argument("--limit", type=float, default=60.0, help="seconds for us")
    parser.add_argument("--peer-limit", type=float, default=30.0, help="seconds for a peer, or 0")
    parser.add_argument("--peer-units", type=int, default=200, help="peers run up to this size")
    options = parser.parse_args()
    instances = of_folder(options.folder, options.only) if options.folder else made_up()
    print(
        f"Ours: median of {options.runs} runs of `exactly`, seed 0, gap 0, compiled before; "
        f"peers one run of at most {options.peer_limit:g} s. Python {platform.python_version()}, "
        f"scipy {scipy.__version__}, {os.cpu_count()} processors.\n"
    )
    print("| instance | units | p | published | ours | seconds | HiGHS | spopt |")
    print("|---|---|---|---|---|---|---|---|")
    warm_up()
    for instance in instances:
        print(row(instance, options), flush=True)


def of_folder(folder: Path, only: str | None) -> Iterator[Instance]:
    """Read OR-Library's files: undirected edges, of a repeated one the last counts."""
    optima = dict(line.split() for line in (folder / "optimal.txt").read_text().splitlines()[1:])
    wanted = [f"pmed{number}" for number in only.split(",")] if only else list(optima)
    for name in wanted:
        numbers = np.array((folder / f"{name}.txt").read_text().split(), dtype=np.int64)
        n, _, p = (int(number) for number in numbers[:3])
        lengths = np.full((n, n), np.inf)
        for one, other, length in numbers[3:].reshape(-1, 3):
            lengths[one - 1, other - 1] = lengths[other - 1, one - 1] = length
        table = shortest_path(lengths, directed=False)
        yield Instance(name=name, table=table, p=p, optimum=float(optima[name]))


def made_up() -> Iterator[Instance]:
    """Random points in a square, each tied to some near ones."""
    random = np.random.default_rng(1977)
    for n, p in ((100, 5), (100, 20), (200, 5), (200, 40), (400, 10), (600, 5), (600, 120)):
        points = random.uniform(0, 1000, (n, 2))
        straight = np.rint(np.linalg.norm(points[:, None] - points, axis=2))
        near = np.argsort(straight, axis=1)[:, 1:7]
        lengths = np.full((n, n), np.inf)
        lengths[np.arange(n)[:, None], near] = np.take_along_axis(straight, near, axis=1)
        table = shortest_path(np.minimum(lengths, lengths.T), directed=False)
        # Where the network falls apart, the straight line closes it.
        table = np.where(np.isfinite(table), table, 3 * straight)
        yield Instance(name=f"made up {n}", table=table, p=p)


def warm_up() -> None:
    """Compile outside the time taken."""
    ours(Instance(name="", table=np.abs(np.subtract.outer(range(40), range(40))) ** 1.5, p=3), 60.0)


def row(instance: Instance, options: argparse.Namespace) -> str:
    """Measure everybody on one instance."""
    seconds, answers = [], []
    for _ in range(options.runs):
        start = time.perf_counter()
        answers.append(ours(instance, options.limit))
        seconds.append(time.perf_counter() - start)
    answer = answers[-1]
    assert len({one.value for one in answers}) == 1, f"{instance.name}: runs differ"
    proven = answer.gap < 1e-8
    if instance.optimum is not None and proven:
        assert answer.value == instance.optimum, f"{instance.name}: {answer.value}"
    ran, median_s = [], statistics.median(seconds)
    for peer in (with_highs, with_spopt):
        found = None
        if options.peer_limit > 0 and len(instance.table) <= options.peer_units:
            found = peer(instance, options.peer_limit)
        if found is not None and found.proven and proven:
            assert found.value is not None
            assert np.isclose(found.value, answer.value, rtol=1e-6), f"{instance.name}: {found}"
        ran.append("" if found is None else f"{found} ({found.seconds / median_s:.0f}x)")
    published = "" if instance.optimum is None else f"{instance.optimum:g}"
    value = f"{answer.value:.10g}{' proven' if proven else f' gap {answer.gap:.2%}'}"
    return (
        f"| {instance.name} | {len(instance.table)} | {instance.p} | {published} | {value} | "
        f"{median_s:.3f} | {ran[0]} | {ran[1]} |"
    )


def ours(instance: Instance, limit_s: float) -> Solution:
    """Answer from the bare table, the building of the problem counted."""
    problem = Problem(
        weights=np.ones(len(instance.table), dtype=np.int64),
        travel=Travel.from_dense(instance.table),
        n_sites=len(instance.table),
    )
    return exactly(problem, PMedian(p=instance.p), time_limit_s=limit_s)


def with_highs(instance: Instance, limit_s: float) -> Peer:
    """Solve the textbook programme with SciPy's HiGHS."""
    start = time.perf_counter()
    n = len(instance.table)
    one, none = sparse.eye_array(n, format="csr"), sparse.csr_array((1, n * n))
    served = sparse.hstack([sparse.csr_array((n, n)), sparse.kron(one, np.ones((1, n)))])
    linked = sparse.hstack(
        [-sparse.kron(np.ones((n, 1)), one), sparse.eye_array(n * n, format="csr")]
    )
    number = sparse.hstack([sparse.csr_array(np.ones((1, n))), none])
    rows = sparse.vstack([served, linked, number]).tocsc()
    low = np.concatenate([np.ones(n), np.full(n * n, -np.inf), [0]])
    high = np.concatenate([np.ones(n), np.zeros(n * n), [instance.p]])
    found = milp(
        np.concatenate([np.zeros(n), instance.table.ravel()]),
        integrality=np.concatenate([np.ones(n), np.zeros(n * n)]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(rows, low, high),
        options={"time_limit": limit_s, "mip_rel_gap": 0},
    )
    value = None if found.x is None else float(found.fun)
    return Peer(value=value, proven=found.status == 0, seconds=time.perf_counter() - start)


def with_spopt(instance: Instance, limit_s: float) -> Peer | None:
    """Solve with spopt and the solver that comes with PuLP; None where it is not installed."""
    try:
        import pulp
        from spopt.locate import PMedian as Theirs
    except ImportError:
        return None
    start = time.perf_counter()
    weights = np.ones(len(instance.table))
    model = Theirs.from_cost_matrix(instance.table, weights, p_facilities=instance.p)
    solver = pulp.HiGHS(msg=False, timeLimit=limit_s)
    try:
        model.solve(solver, results=False)
    except RuntimeError:
        return Peer(value=None, proven=False, seconds=time.perf_counter() - start)
    # `status` says "Optimal" after a time limit too; `sol_status` does not.
    proven = model.problem.sol_status == pulp.LpSolutionOptimal
    value = model.problem.objective.value()
    return Peer(value=value, proven=proven, seconds=time.perf_counter() - start)


if __name__ == "__main__":
    main()
