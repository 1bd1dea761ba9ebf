"""Covering beside spopt: the same people, sites and radius, equal answers.

    python benchmarks/covering.py                         10,000 units x 1,000 sites, r = 3, 4, 5
    python benchmarks/covering.py --units 2000 --sites 200 --radii 8 --max-sites 10

Set covering (LSCP) is proven by both. Maximal covering (MCLP) is answered by us within
milliseconds and proven after; spopt proves it. Distances are given to both; spopt's building of
its programme counts, as whoever asks has to wait for it. Processor seconds of the process and of
the solver it starts stand beside wall seconds: on a busy machine only they compare. Where spopt
is missing (`pip install -r benchmarks/requirements.txt`) SciPy's HiGHS stands in, on the raw rows.
Stops if proven answers differ. Towns are made up and seeded.
"""

from __future__ import annotations

import argparse
import os
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array, eye_array, hstack
from scipy.spatial import cKDTree

from optimise import CoverAll, CoverMost, Problem, Solution, Status, Travel, solve

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Towns:
    """People in towns and between them, and places for sites: km in a square of 100 km."""

    units: Array
    weights: npt.NDArray[np.int64]
    sites: Array


def towns(n_units: int, n_sites: int, seed: int = 0) -> Towns:
    """Sixty towns of uneven size, a quarter of the people between them; half the sites in town."""
    rng = np.random.default_rng(seed)
    centres, spread = rng.uniform(0, 100, (60, 2)), rng.lognormal(0.7, 0.5, 60)
    share = rng.pareto(1.2, 60) + 0.3
    town = rng.choice(60, n_units, p=share / share.sum())
    units = centres[town] + rng.normal(size=(n_units, 2)) * spread[town][:, None]
    rural = rng.random(n_units) < 0.25
    units[rural] = rng.uniform(0, 100, (int(rural.sum()), 2))
    units = np.clip(units, 0, 100)
    weights = np.ceil(rng.lognormal(3, 1, n_units)).astype(np.int64)
    inside = units[rng.choice(n_units, n_sites // 2, replace=False)]
    inside = inside + rng.normal(size=inside.shape) * 0.3
    outside = rng.uniform(0, 100, (n_sites - len(inside), 2))
    return Towns(units=units, weights=weights, sites=np.vstack([inside, outside]))


def problem_of(place: Towns, cutoff: float) -> Problem:
    """Distances up to the cutoff; who has no site within it is left out."""
    tree, parts, lengths = cKDTree(place.sites), [], []
    for first in range(0, len(place.units), 20_000):
        some = place.units[first : first + 20_000]
        near = cKDTree(some).sparse_distance_matrix(tree, cutoff, output_type="ndarray")
        parts.append(near[np.lexsort((near["j"], near["i"]))])
        lengths.append(np.bincount(near["i"], minlength=len(some)))
    count = np.concatenate(lengths)
    travel = Travel(
        indptr=np.concatenate([[0], np.cumsum(count[count > 0])]),
        indices=np.concatenate([part["j"] for part in parts]).astype(np.int32),
        impedance=np.concatenate([part["v"] for part in parts]),
        cutoff=cutoff,
    )
    return Problem(weights=place.weights[count > 0], travel=travel, n_sites=len(place.sites))


@dataclass(frozen=True, kw_only=True, slots=True)
class Took:
    """Wall and processor seconds, those of started processes included."""

    wall_s: float
    cpu_s: float

    def __str__(self) -> str:
        """Render a cell."""
        return f"{self.wall_s:.3g} / {self.cpu_s:.3g}"


def clocked(work: Callable[[], object]) -> tuple[object, Took]:
    """Do it and take the time."""
    before, own_s, began = os.times(), time.process_time(), time.perf_counter()
    found = work()
    wall_s, own_s, after = time.perf_counter() - began, time.process_time() - own_s, os.times()
    started_s = sum(after[2:4]) - sum(before[2:4])
    return found, Took(wall_s=wall_s, cpu_s=own_s + started_s)


def median(work: Callable[[], Solution], runs: int) -> tuple[Solution, Took]:
    """Answer and the medians of some runs."""
    all_runs = [clocked(work) for _ in range(runs)]
    plan = all_runs[0][0]
    assert isinstance(plan, Solution)
    return plan, Took(
        wall_s=statistics.median(took.wall_s for _, took in all_runs),
        cpu_s=statistics.median(took.cpu_s for _, took in all_runs),
    )


def peer_name() -> str:
    """What stands beside us."""
    try:
        import spopt

        return f"spopt {spopt.__version__}"
    except ImportError:
        print("spopt is not installed: SciPy's HiGHS on the raw rows instead", file=sys.stderr)
        return "SciPy's HiGHS"


def ask_peer(
    problem: Problem, radius: float, max_sites: int | None, limit_s: float
) -> float | None:
    """Optimal value by the peer; None where it did not prove one in time."""
    try:
        from pulp import PULP_CBC_CMD
        from spopt.locate import LSCP, MCLP
    except ImportError:
        return ask_scipy(problem, radius, max_sites, limit_s)
    travel = problem.travel
    table = np.full((problem.n_units, problem.n_sites), 10.0 * travel.cutoff)
    table[np.repeat(np.arange(problem.n_units), np.diff(travel.indptr)), travel.indices] = (
        travel.impedance
    )
    model = (
        LSCP.from_cost_matrix(table, radius)
        if max_sites is None
        else MCLP.from_cost_matrix(table, problem.weights, radius, p_facilities=max_sites)
    )
    model = model.solve(PULP_CBC_CMD(msg=False, timeLimit=limit_s, gapRel=0.0))
    # problem.status says "Optimal" after a time limit, too.
    return float(model.problem.objective.value()) if model.problem.sol_status == 1 else None


def ask_scipy(problem: Problem, radius: float, most: int | None, limit_s: float) -> float | None:
    """Ask HiGHS, on a row for each unit."""
    travel, n, m = problem.travel, problem.n_units, problem.n_sites
    near = travel.impedance <= radius
    rows = csr_array((near.astype(float), travel.indices, travel.indptr), shape=(n, m))
    limits = [LinearConstraint(rows, 1, np.inf)]
    cost, whole = np.ones(m), np.ones(m)
    if most is not None:
        cost, whole = np.concatenate([np.zeros(m), -problem.weights]), np.repeat([1, 0], [m, n])
        limits = [
            LinearConstraint(csr_array(hstack([rows, -eye_array(n)])), 0, np.inf),
            LinearConstraint(np.repeat([1.0, 0.0], [m, n])[None], 0, most),
        ]
    found = milp(
        cost,
        integrality=whole,
        bounds=Bounds(0, 1),
        constraints=limits,
        options={"time_limit": limit_s, "mip_rel_gap": 0.0},
    )
    return abs(float(found.fun)) if found.status == 0 else None


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--units", type=int, default=10_000)
    parser.add_argument("--sites", type=int, default=1_000)
    parser.add_argument("--radii", default="3,4,5", metavar="KM,KM")
    parser.add_argument("--max-sites", type=int, default=40, help="of maximal covering")
    parser.add_argument("--runs", type=int, default=5, help="ours: medians over so many")
    parser.add_argument("--limit", type=float, default=300.0, help="seconds for a run")
    options = parser.parse_args()
    peer, place = peer_name(), towns(options.units, options.sites)
    print(
        f"{options.units} units x {options.sites} sites; seconds are wall / processor; ours: "
        f"medians of {options.runs} runs, compiled before; {peer}: one run. Python "
        f"{platform.python_version()}"
    )
    print(f"\n| question | value | ours, s | {peer}, s | times as long (processor) |")
    print("|---|---|---|---|---|")
    ratios: dict[str, list[float]] = {"LSCP": [], "MCLP": []}
    for radius in (float(text) for text in options.radii.split(",")):
        compare(problem_of(place, radius), radius, options, ratios)
    for name, many in ratios.items():
        print(f"\n{name}: {peer} takes {statistics.median(many):.0f} times as long (median)")


def compare(
    problem: Problem, radius: float, options: argparse.Namespace, ratios: dict[str, list[float]]
) -> None:
    """Ask both at one radius and print their lines."""
    everybody = CoverAll(radius=radius, tie_break=None)
    most = CoverMost(radius=radius, max_sites=options.max_sites, tie_break=None)
    solve(problem, everybody, time_limit_s=1.0)  # loads what is compiled
    solve(problem, most, effort="quick", time_limit_s=1.0)
    plan, ours = median(lambda: exactly(problem, everybody, options.limit), options.runs)
    value, theirs = clocked(lambda: ask_peer(problem, radius, None, options.limit))
    check(plan, value)
    ratios["LSCP"].append(theirs.cpu_s / ours.cpu_s)
    row(f"LSCP, r = {radius:g} km", plan, ours, theirs, value)
    quick, fast = median(lambda: solve(problem, most, effort="quick"), options.runs)
    best, proof = clocked(lambda: exactly(problem, most, options.limit))
    assert isinstance(best, Solution)
    value, theirs = clocked(lambda: ask_peer(problem, radius, options.max_sites, options.limit))
    check(best, value)
    if quick.value < 0.999 * best.value:
        print(f"{quick.value:g} is more than 0.1 % below {best.value:g}", file=sys.stderr)
    ratios["MCLP"].append(theirs.cpu_s / fast.cpu_s)
    name = f"MCLP, r = {radius:g} km, p = {options.max_sites}"
    row(f"{name}, quick", quick, fast, theirs, value)
    row(f"{name}, proven", best, proof, theirs, value)


def exactly(problem: Problem, model: CoverAll | CoverMost, limit_s: float) -> Solution:
    """Prove it, no gap allowed."""
    return solve(problem, model, gap=0.0, time_limit_s=limit_s)


def check(plan: Solution, value: object) -> None:
    """Stop where two proven answers differ."""
    if plan.status is Status.PROVEN and isinstance(value, float) and round(value) != plan.value:
        sys.exit(f"ours {plan.value:g}, the peer's {value:g}")


def row(name: str, plan: Solution, ours: Took, theirs: Took, value: object) -> None:
    """Print one line of the table."""
    proven = "proven" if plan.status is Status.PROVEN else f"gap {plan.gap:.2%}"
    other = str(theirs) if value is not None else f"none in {theirs}"
    print(
        f"| {name} | {plan.value:g} {proven} | {ours} | {other} "
        f"| {theirs.cpu_s / ours.cpu_s:.0f} |",
        flush=True,
    )


if __name__ == "__main__":
    main()
