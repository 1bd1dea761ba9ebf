"""Our p-center beside one mixed-integer programme: same distances, equal answers.

    RECYCLENET_TEST_DATA=... python benchmarks/p_center.py             OR-Library, pmed1 to pmed30
    RECYCLENET_TEST_DATA=... python benchmarks/p_center.py --peer 2 10 the peer on these of them

The instances (Beasley 1985) are not part of the project: the folder holds ``benchmarks/pmed``.
Edges are undirected, of a repeated edge the last counts, distances are shortest paths. The peer
is `scipy.optimize.milp` (HiGHS) on the textbook programme with a variable for each pair
(Daskin 2013), within ``--limit`` seconds. Prints a Markdown table; stops if a proven answer
differs from the published one or from a peer that finished.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import time
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array, csr_array, eye_array, hstack, kron, vstack
from scipy.sparse.csgraph import shortest_path

from optimise import PCenter, Problem, Status, Travel, solve

exactly = partial(solve, gap=0.0)


def main() -> None:
    """Read the options, measure, print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="medians are taken over so many")
    parser.add_argument("--peer", type=int, nargs="*", default=[1, 4], help="numbers for the peer")
    parser.add_argument("--limit", type=float, default=60, help="seconds for each peer's run")
    options = parser.parse_args()
    folder = os.environ.get("RECYCLENET_TEST_DATA")
    if not folder:
        print("skipped: RECYCLENET_TEST_DATA is not set", file=sys.stderr)
        return
    report(Path(folder) / "benchmarks/pmed", options.runs, options.peer, options.limit)


def read(path: Path) -> tuple[npt.NDArray[np.float64], int]:
    """Distances between all places, and the number of sites."""
    numbers = np.array(path.read_text().split(), dtype=int)
    n, _, p = numbers[:3].tolist()
    arc = np.zeros((n, n))
    for one, other, length in numbers[3:].reshape(-1, 3):
        arc[one - 1, other - 1] = arc[other - 1, one - 1] = length
    return shortest_path(csr_array(arc)), p


def peer(table: npt.NDArray[np.float64], p: int, limit_s: float) -> tuple[float | None, float]:
    """Least radius by one programme, None if it did not finish; and the seconds."""
    began = time.perf_counter()
    n, m = table.shape
    pairs = n * m
    # Variables: who is served where, what is open, the radius.
    served = hstack([kron(eye_array(n), np.ones((1, m))), coo_array((n, m)), coo_array((n, 1))])
    is_open = hstack(
        [eye_array(pairs), -kron(np.ones((n, 1)), eye_array(m)), coo_array((pairs, 1))]
    )
    far = hstack([_rows(table), coo_array((n, m)), -np.ones((n, 1))])
    count = hstack([coo_array((1, pairs)), np.ones((1, m)), coo_array((1, 1))])
    whole = np.concatenate([np.zeros(pairs), np.ones(m), [0]])
    found = milp(
        np.concatenate([np.zeros(pairs + m), [1.0]]),
        integrality=whole,
        bounds=Bounds(0, np.concatenate([np.ones(pairs + m), [np.inf]])),
        constraints=LinearConstraint(
            vstack([served, is_open, far, count]).tocsc(),
            np.concatenate([np.ones(n), np.full(pairs + n + 1, -np.inf)]),
            np.concatenate([np.ones(n), np.zeros(pairs + n), [p]]),
        ),
        options={"time_limit": limit_s},
    )
    return (float(found.fun) if found.status == 0 else None), time.perf_counter() - began


def _rows(table: npt.NDArray[np.float64]) -> coo_array:
    """Distances of each row's pairs, [rows x pairs]."""
    n, m = table.shape
    at = np.arange(n * m)
    return coo_array((table.ravel(), (at // m, at)), shape=(n, n * m))


def report(folder: Path, runs: int, for_peer: list[int], limit_s: float) -> None:
    """Run everything and print the table."""
    lines = (folder / "optimal_pcenter.txt").read_text().splitlines()
    published = {name: float(value) for name, value in (line.split() for line in lines if line)}
    print("| instance | n | p | value | published | proven | seconds | scipy milp, seconds |")
    print("|---|---|---|---|---|---|---|---|")
    total, proven = 0.0, 0
    for number in range(31):
        name = f"pmed{max(1, number)}"
        table, p = read(folder / f"{name}.txt")
        problem = Problem(
            weights=np.ones(len(table), dtype=int),
            travel=Travel.from_dense(table),
            n_sites=len(table),
        )
        if number == 0:
            exactly(problem, PCenter(p=p))  # loads what is compiled
            continue
        seconds = []
        for _ in range(runs):
            began = time.perf_counter()
            plan = exactly(problem, PCenter(p=p))
            seconds.append(time.perf_counter() - began)
        ours = statistics.median(seconds)
        total, proven = total + ours, proven + (plan.status is Status.PROVEN)
        if plan.status is Status.PROVEN and plan.value != published[name]:
            sys.exit(f"{name}: {plan.value:g} instead of {published[name]:g}")
        other = ""
        if number in for_peer:
            value, peer_s = peer(table, p, limit_s)
            other = f"{peer_s:.1f}" if value is not None else f"not within {limit_s:g}"
            if value is not None and abs(value - plan.value) > 1e-6:
                sys.exit(f"{name}: {plan.value:g}, the peer has {value:g}")
        print(
            f"| {name} | {len(table)} | {p} | {plan.value:g} | {published[name]:g} "
            f"| {'yes' if plan.status is Status.PROVEN else 'no'} | {ours:.3f} | {other} |",
            flush=True,
        )
    print(f"| all | | | | | {proven} of 30 | {total:.2f} | |")


if __name__ == "__main__":
    main()
