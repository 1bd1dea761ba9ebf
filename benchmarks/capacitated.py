"""Capacitated questions beside scipy's HiGHS on the compact programme: same data, equal answers.

    python benchmarks/capacitated.py                              made-up instances
    RECYCLENET_TEST_DATA=... python benchmarks/capacitated.py     and OR-Library's cap61 to cap64

The peer is `scipy.optimize.milp` on the whole programme, every ``x <= y`` in it, within ``--limit``
seconds and to the same gap. Runs are interleaved, medians are told. Prints a Markdown table; stops
if two proven answers differ by more than their gaps.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, hstack, vstack

from optimise import CapacitatedCover, CapacitatedMedian, Problem, Status, Travel, solve

Model = CapacitatedCover | CapacitatedMedian
#: Units, sites, whether units may be split, gap asked for.
MEDIANS = (
    (100, 20, True, 0.0),
    (100, 20, False, 0.0),
    (300, 50, True, 0.0),
    (1000, 100, True, 1e-3),
    (1000, 100, False, 1e-3),
    (5000, 500, True, 0.02),
)
COVERS = ((300, 50, True, 0.0), (5000, 500, True, 0.02))
PUBLISHED = {"cap61": 932615.75, "cap62": 977799.4, "cap63": 1014062.05, "cap64": 1045650.25}


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="medians are taken over so many")
    parser.add_argument("--limit", type=float, default=60, help="seconds for each run")
    parser.add_argument("--largest", type=int, default=5000, help="leave out more units than this")
    options = parser.parse_args()
    questions: list[tuple[str, Problem, Model, float]] = []
    folder = os.environ.get("RECYCLENET_TEST_DATA")
    if folder:
        model = CapacitatedMedian(split=True, fixed_costs="add")
        for name in PUBLISHED:
            path = Path(folder) / f"benchmarks/cap/{name}.txt"
            questions.append((name, read(path), model, 0.0))
    for n, m, split, gap in MEDIANS:
        how = "split" if split else "whole"
        question = CapacitatedMedian(p=m // 10, split=split)
        questions.append((f"median {n} x {m}, {how}", town(n, m), question, gap))
    for n, m, split, gap in COVERS:
        cover = CapacitatedCover(radius=25.0 if m < 100 else 15.0, split=split)
        questions.append((f"cover {n} x {m}, split", town(n, m), cover, gap))
    questions = [one for one in questions if one[1].n_units <= options.largest]
    solve(town(20, 10), CapacitatedMedian(p=3, split=False))  # loads what is compiled
    report(questions, options.runs, options.limit)


def read(path: Path) -> Problem:
    """Read an OR-Library file; its costs are of serving a whole customer."""
    numbers = np.array(path.read_text().split(), dtype=float)
    m, n = numbers[:2].astype(int).tolist()
    sites = numbers[2 : 2 + 2 * m].reshape(m, 2)
    lines = numbers[2 + 2 * m :].reshape(n, m + 1)
    return Problem(
        weights=lines[:, 0],
        travel=Travel.from_dense(lines[:, 1:] / lines[:, :1]),
        n_sites=m,
        capacities=sites[:, 0],
        site_costs=sites[:, 1],
    )


def town(n: int, m: int) -> Problem:
    """Units and sites at random in a square of 100; a tenth of the sites, 30 % larger, would do."""
    rng = np.random.default_rng(1)
    units, sites = rng.random((n, 2)) * 100, rng.random((m, 2)) * 100
    weights = rng.integers(1, 100, n)
    table = np.hypot(*(units[:, None, axis] - sites[None, :, axis] for axis in range(2)))
    return Problem(
        weights=weights,
        travel=Travel.from_dense(table),
        n_sites=m,
        capacities=rng.uniform(0.5, 1.5, m) * weights.sum() / max(2, m // 10) * 1.3,
    )


def peer(problem: Problem, model: Model, gap: float, limit_s: float) -> tuple[float | None, float]:
    """Value by scipy, None if it did not finish; and the seconds."""
    began = time.perf_counter()
    travel, m, n = problem.travel, problem.n_sites, problem.n_units
    near = travel.impedance <= (np.inf if model.radius is None else model.radius)
    unit = np.repeat(np.arange(n), np.diff(travel.indptr))[near]
    site, far = travel.indices[near], travel.impedance[near]
    weight, pairs, at = problem.weights[unit].astype(float), len(unit), np.arange(len(unit))

    def block(
        data: npt.ArrayLike, line: npt.ArrayLike, column: npt.ArrayLike, high: int, wide: int
    ):
        return coo_array((data, (line, column)), shape=(high, wide))

    ones, every = np.ones(pairs), np.arange(m)
    blocks = [
        [None, block(ones, unit, at, n, pairs)],
        [block(-problem.capacities, every, every, m, m), block(weight, site, at, m, pairs)],
        [block(-ones, at, site, pairs, m), block(ones, at, at, pairs, pairs)],
    ]
    lower = np.concatenate([np.ones(n), np.full(m + pairs, -np.inf)])
    upper = np.concatenate([np.ones(n), np.zeros(m + pairs)])
    cost = np.zeros(m + pairs)
    if isinstance(model, CapacitatedCover):
        cost[:m] = 1.0
    else:
        cost[m:] = weight * far
        if model.fixed_costs == "add":
            cost[:m] = problem.site_costs
        blocks.append([block(np.ones(m), np.zeros(m, int), every, 1, m), None])
        lower, upper = np.append(lower, 0), np.append(upper, model.p or m)
    rows = [
        hstack(
            [
                coo_array((next(b for b in line if b is not None).shape[0], wide))
                if one is None
                else one
                for one, wide in zip(line, (m, pairs), strict=True)
            ]
        )
        for line in blocks
    ]
    found = milp(
        cost,
        integrality=np.concatenate([np.ones(m), np.full(pairs, not model.split)]),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(vstack(rows).tocsr(), lower, upper),
        options={"time_limit": limit_s, "mip_rel_gap": gap},
    )
    return (float(found.fun) if found.status == 0 else None), time.perf_counter() - began


def report(questions: list[tuple[str, Problem, Model, float]], runs: int, limit_s: float) -> None:
    """Run everything in turn and print the table."""
    print("| question | gap asked | value | bound | status | seconds | scipy milp | ratio |")
    print("|---|---|---|---|---|---|---|---|")
    for name, problem, model, gap in questions:
        ours, others, values = [], [], []
        for _ in range(runs):
            began = time.perf_counter()
            plan = solve(problem, model, gap=gap, time_limit_s=limit_s)
            ours.append(time.perf_counter() - began)
            # What a peer cannot do within the limit it need not fail at more than once.
            if len(others) == len(values):
                value, seconds = peer(problem, model, gap, limit_s)
                others.append(seconds)
                values += [] if value is None else [value]
        if name in PUBLISHED and abs(plan.value - PUBLISHED[name]) > 1e-3:
            sys.exit(f"{name}: {plan.value:.3f} instead of {PUBLISHED[name]:.3f}")
        for value in values:
            apart = abs(value - plan.value) / max(1.0, abs(value))
            if plan.status is Status.PROVEN and apart > 2 * gap + 1e-6:
                sys.exit(f"{name}: {plan.value:.3f}, the peer has {value:.3f}")
        own, other = statistics.median(ours), statistics.median(others)
        done = len(values) == len(others)
        print(
            f"| {name} | {gap:g} | {plan.value:.10g} | {plan.bound:.10g} | {plan.status.value} "
            f"| {own:.2f} | {f'{other:.2f}' if done else f'not within {limit_s:g}'} "
            f"| {'' if done else '> '}{other / own:.1f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
