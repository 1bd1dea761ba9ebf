"""Published optima of set covering through the public way in.

OR-Library (Beasley 1990), sets 4, 5, 6 and A; the files are not part of the project.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from optimise import CoverShare, Problem, Status, Travel, solve, verify

DATA = os.environ.get("RECYCLENET_TEST_DATA") or None

#: Some of each set; `benchmarks/set_covering.py` runs all of them. Beasley, A Lagrangian heuristic
#: for set-covering problems, Naval Research Logistics 37 (1990).
OPTIMA = {
    "41": 429,
    "46": 560,
    "410": 514,
    "52": 302,
    "57": 293,
    "61": 138,
    "64": 131,
    "a2": 252,
    "a5": 236,
}


def read(name: str) -> Problem:
    """Rows, columns, costs; then for each row how many columns cover it and which."""
    text = (Path(DATA or "") / f"benchmarks/scp/scp{name}.txt").read_text()
    numbers = np.array(text.split(), dtype=np.int64)
    rows, columns = numbers[:2].tolist()
    at, lists = 2 + columns, []
    for _ in range(rows):
        lists.append(np.sort(numbers[at + 1 : at + 1 + numbers[at]] - 1))
        at += 1 + int(numbers[at])
    assert at == len(numbers)
    return Problem(
        weights=np.ones(rows, dtype=int),
        travel=Travel(
            indptr=np.concatenate([[0], np.cumsum([len(one) for one in lists])]),
            indices=np.concatenate(lists).astype(np.int32),
            impedance=np.zeros(sum(len(one) for one in lists)),
        ),
        n_sites=columns,
        site_costs=numbers[2 : 2 + columns],
    )


@pytest.mark.skipif(DATA is None, reason="RECYCLENET_TEST_DATA is not set")
@pytest.mark.parametrize("name", OPTIMA)
def test_or_library_set_covering(name):
    problem = read(name)
    model = CoverShare(radius=1.0, targets=(("all", 1.0),), objective="cost", tie_break=None)
    plan = solve(problem, model, gap=0.0)
    assert verify(problem, model, plan) == ()
    assert plan.status is Status.PROVEN
    assert plan.value == plan.bound == OPTIMA[name]
