"""Who counts in which target of a programme."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.programme.aim import Aim

__all__ = ["Weights", "weights_of"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Weights:
    """Who counts in which target: csr [units x targets] for those that need 1 and 2 sites."""

    once: sparse.csr_array
    twice: sparse.csr_array
    price: NDArray[np.float64]
    slack: NDArray[np.float64]
    total: NDArray[np.float64]
    fair: NDArray[np.int64]


def weights_of(aim: Aim) -> Weights:
    """List the targets: everybody if weight has a price, the aim's, fair groups, who must be."""
    problem = aim.problem
    weights = problem.weights.astype(np.float64)
    every = np.arange(problem.n_units)
    rows: list[tuple[NDArray[np.integer], NDArray[np.float64], int]] = []
    price, slack, fair = [], [], []
    if aim.prices.people > 0:
        rows.append((every, weights, 1))
        price.append(aim.prices.people)
        slack.append(math.inf)
    for target in aim.targets:
        own = weights[target.units]
        rows.append((target.units, own, target.times))
        price.append(0.0)
        slack.append(float(own.sum()) - target.need)
    for group in aim.fair:
        units = problem.members(group)
        if weights[units].sum() > 0:
            fair.append(len(rows))
            rows.append((units, weights[units], 1))
            price.append(0.0)
            slack.append(math.inf)
    if aim.by_distance and aim.far is None:
        rows.append((every, (weights > 0).astype(np.float64), 1))
        price.append(0.0)
        slack.append(0.0)
    matrices = []
    for times in (1, 2):
        blocks = [
            (units, np.full(len(units), number), own)
            for number, (units, own, wanted) in enumerate(rows)
            if wanted == times
        ]
        matrix = sparse.csr_array(
            (
                np.concatenate([own for _, _, own in blocks]) if blocks else np.zeros(0),
                (
                    np.concatenate([at for at, _, _ in blocks]) if blocks else np.zeros(0, int),
                    np.concatenate([at for _, at, _ in blocks]) if blocks else np.zeros(0, int),
                ),
            ),
            shape=(problem.n_units, len(rows)),
        )
        matrix.eliminate_zeros()
        matrices.append(matrix)
    return Weights(
        once=matrices[0],
        twice=matrices[1],
        price=np.array(price, dtype=np.float64),
        slack=np.array(slack, dtype=np.float64),
        total=np.array([own.sum() for _, own, _ in rows], dtype=np.float64),
        fair=np.array(fair, dtype=np.int64),
    )
