"""Rounds of one day beside the proven optima of published instances (CVRPLIB).

    python benchmarks/rounds.py                     default, 200, 1,000 iterations, 10 seeds
    python benchmarks/rounds.py --iterations 5000 --seeds 3

The instances' facts are `tests/optimise/rounds/instances`. As many vehicles as published, at most;
no limit to the shift; each leg rounded to whole units. Every plan is counted again by
`verify_rounds`. Prints a Markdown table; stops if a plan does not hold or is better than a proven
optimum.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

from optimise import Rounds, Vehicles, solve_rounds, verify_rounds

INSTANCES = Path(__file__).parents[1] / "tests/optimise/rounds/instances"


def main() -> None:
    """Read the options, measure, print."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--iterations", type=int, nargs="+", default=[0, 200, 1000])
    options.add_argument("--seeds", type=int, default=10)
    chosen = options.parse_args()
    print("| instance | optimum | iterations | above it: mean, largest | optimum found | s |")
    print("|---|---|---|---|---|---|")
    for path in sorted(INSTANCES.glob("*.json")):
        question, best = _question(path)
        for iterations in chosen.iterations:
            values, seconds = [], []
            steps = iterations or None  # 0: as the default has it
            for seed in range(chosen.seeds):
                begin = time.perf_counter()
                plan = solve_rounds(question, iterations=steps, seed=seed)
                seconds.append(time.perf_counter() - begin)
                if verify_rounds(question, plan) or plan.value < best:
                    sys.exit(f"{path.stem}, seed {seed}: {plan.value} is not to be believed")
                values.append(plan.value)
            told = iterations or "default"
            mean, most = (100 * (v / best - 1) for v in (statistics.mean(values), max(values)))
            print(
                f"| {path.stem} | {best:,} | {told} | {mean:.2f} %, {most:.2f} % "
                f"| {values.count(best)} of {chosen.seeds} | {statistics.median(seconds):.2f} |",
                flush=True,
            )


def _question(path: Path) -> tuple[Rounds, int]:
    told = json.loads(path.read_bytes())
    stops = np.array(told["stops_x_y_demand"])
    xy = np.vstack([told["depot_xy"], stops[:, :2]]).astype(float)
    length_m = np.rint(np.hypot(*(xy[:, None] - xy[None]).transpose(2, 0, 1))).astype(np.int64)
    vehicles = Vehicles(
        depot=0, capacity_kg=told["capacity"], shift_s=1, count=told["vehicles"]
    )  # shifts do not bind: ways take no time
    question = Rounds(
        time_s=np.zeros_like(length_m),
        length_m=length_m,
        depots=1,
        kg=stops[:, 2],
        service_s=np.zeros(len(stops), np.int64),
        visits=np.ones(len(stops), np.int64),
        fleet=(vehicles,),
        weeks=1,
        days_a_week=1,
    )
    return question, told["best_known"]


if __name__ == "__main__":
    main()
