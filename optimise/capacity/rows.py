"""A question with capacities as a mixed-integer programme, ``x <= y`` added where it bites.

    min  sum f_j y_j + sum c_ij w_i x_ij
    s.t. sum_j x_ij = 1                 rows that must be served (<= 1: the others)
         sum_i w_i x_ij <= s_j y_j      capacities
         sum_g w_i x_ij >= need_g       targets
         x_ij <= y_j                    only those that the relaxation breaks (Van Roy 1986)
         the side constraints of y

All of the ``x <= y`` at once make a programme that HiGHS cannot get through; without them its
bound is useless. They are added in rounds at the root, and only the few that bite are kept.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.capacity.bound import Prices
from optimise.capacity.ground import Ground
from optimise.formulate import Milp
from optimise.milp import Relaxation
from optimise.watch import Watch

__all__ = ["Compact", "compact", "strengthen"]

#: Rounds of cuts, and how far ``x`` must exceed ``y`` to be cut.
_ROUNDS, _EXCESS = 40, 1e-4
#: Programmes of up to so many pairs get every ``x <= y`` from the beginning.
_FEW_PAIRS = 4_000
#: Values are scaled to about this, where HiGHS' absolute tolerances are right.
_LARGE = 1e5


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Compact:
    """The programme: variables for the columns, then for the pairs of a ground.

    ``scale``: values of the programme times this are values of the ground; ``cuts``: numbers of
    the pairs whose ``x <= y`` is among its rows.
    """

    milp: Milp
    scale: float
    cuts: NDArray[np.int64]


def compact(ground: Ground, *, goal: float) -> Compact:
    """Write a ground down; ``goal`` is about the value there will be."""
    k, n, pairs = len(ground.sites), len(ground.weight), len(ground.cost)
    row, at = ground.row_of, np.arange(pairs)
    weight = ground.weight[row]

    def rows_of(
        lines: NDArray[np.integer], data: NDArray[np.float64], height: int
    ) -> sparse.csr_array:
        return sparse.csr_array((data, (lines, at)), shape=(height, pairs))

    # In the unit of the weights, not of the capacity: a tolerance is no share of a site then.
    largest = max(1.0, float(ground.weight.max(initial=0.0)) / 1e4)
    room = sparse.csr_array(
        (-ground.capacity / largest, (np.arange(k), np.arange(k))), shape=(k, k)
    )
    blocks: list[list[sparse.csr_array | None]] = [
        [ground.matrix, None],
        [None, rows_of(row, np.ones(pairs), n)],
        [room, rows_of(ground.column, weight / largest, k)],
        [None, _targets(ground, row, weight)],
    ]
    stacked = sparse.vstack(
        [
            sparse.hstack(
                [
                    sparse.csr_array((_height(line), int(wide))) if block is None else block
                    for block, wide in zip(line, (k, pairs), strict=True)
                ]
            )
            for line in blocks
        ]
    )
    scale = max(1e-12, abs(goal) / _LARGE) if ground.cost.any() else 1.0
    g = len(ground.need)
    milp = Milp(
        cost=np.concatenate([ground.fixed, ground.cost * weight]) / scale,
        matrix=sparse.csr_array(stacked),
        row_lower=np.concatenate(
            [ground.lower, ground.must.astype(np.float64), np.full(k, -np.inf), np.ones(g)]
        ),
        row_upper=np.concatenate([ground.upper, np.ones(n), np.zeros(k), np.full(g, np.inf)]),
        whole=np.concatenate([np.ones(k, bool), np.full(pairs, not ground.split)]),
        offset=0.0,
        column_lower=np.concatenate([ground.kept.astype(np.float64), np.zeros(pairs)]),
        column_upper=np.ones(k + pairs),
    )
    return Compact(milp=milp, scale=scale, cuts=np.zeros(0, dtype=np.int64))


def _height(line: list[sparse.csr_array | None]) -> int:
    return int(next(block.shape[0] for block in line if block is not None))


def _targets(
    ground: Ground, row: NDArray[np.int32], weight: NDArray[np.float64]
) -> sparse.csr_array:
    width = len(row)
    shares = sparse.csr_array(
        sparse.diags_array(1.0 / ground.need) @ ground.inside if len(ground.need) else ground.inside
    )
    spread = sparse.csr_array((weight, (row, np.arange(width))), shape=(len(ground.weight), width))
    return sparse.csr_array(shares @ spread)


def strengthen(ground: Ground, programme: Compact, watch: Watch) -> tuple[Compact, Prices | None]:
    """Add the ``x <= y`` that the relaxation breaks, round by round.

    Returns
    -------
    programme, prices
        The programme with its cuts and the aggregated capacities; prices at the optimum of its
        relaxation, None if there is none or it was stopped.
    """
    milp, k, pairs = programme.milp, len(ground.sites), len(ground.cost)
    column = ground.column.astype(np.int64)
    have = np.zeros(pairs, dtype=np.bool_)
    if pairs <= _FEW_PAIRS:
        have[:] = True
    height = milp.matrix.shape[0]
    relaxation = Relaxation(milp, watch)
    added = [_bites(np.flatnonzero(have), column, k, pairs)]
    relaxation.add(added[0], np.full(added[0].shape[0], -np.inf), np.zeros(added[0].shape[0]))
    relaxed = None
    for round_ in range(_ROUNDS):
        if watch.look("prove", round_ / _ROUNDS) is not None:
            break
        answer = relaxation.solve()
        if answer is None or answer.values is None:
            relaxed = None
            break
        relaxed = answer
        y, x = answer.values[:k], answer.values[k:]
        broken = np.flatnonzero((x > y[column] + _EXCESS) & ~have)
        if not len(broken):
            break
        have[broken] = True
        cuts = _bites(broken, column, k, pairs)
        added.append(cuts)
        relaxation.add(cuts, np.full(len(broken), -np.inf), np.zeros(len(broken)))
    total, served = _aggregated(ground)
    cuts = sparse.csr_array(sparse.vstack([*added, total]))
    more = cuts.shape[0] - 1
    milp = replace(
        milp,
        matrix=sparse.csr_array(sparse.vstack([milp.matrix, cuts])),
        row_lower=np.concatenate([milp.row_lower, np.full(more, -np.inf), [served]]),
        row_upper=np.concatenate([milp.row_upper, np.zeros(more), [np.inf]]),
    )
    strong = replace(programme, milp=milp, cuts=np.flatnonzero(have))
    if relaxed is None:
        return strong, None
    return strong, _prices(ground, programme, relaxed.duals[:height])


def _bites(
    pairs: NDArray[np.integer], column: NDArray[np.int64], wide: int, n_pairs: int
) -> sparse.csr_array:
    """Rows x - y <= 0."""
    line = np.arange(len(pairs))
    return sparse.csr_array(
        (
            np.concatenate([np.ones(len(pairs)), -np.ones(len(pairs))]),
            (
                np.concatenate([line, line]),
                np.concatenate([wide + np.asarray(pairs), column[pairs]]),
            ),
        ),
        shape=(len(pairs), wide + n_pairs),
    )


def _aggregated(ground: Ground) -> tuple[sparse.csr_array, float]:
    """What all open columns must take together, from which HiGHS makes cover inequalities."""
    served = float(ground.weight[ground.must].sum() + ground.need.max(initial=0.0))
    scale = max(served, 1e-300) / 1e3
    line = np.concatenate([ground.capacity / scale, np.zeros(len(ground.cost))])
    return sparse.csr_array(line[None, :]), served / scale * (1 - 1e-9)


def _prices(ground: Ground, programme: Compact, duals: NDArray[np.float64]) -> Prices:
    """Sort the prices of the programme's rows back to the ground's."""
    rows, n, g = len(ground.names), len(ground.weight), len(ground.need)
    scaled = duals * programme.scale
    side, unit = scaled[:rows], scaled[rows : rows + n] / ground.weight
    target = scaled[len(scaled) - g :] / ground.need if g else np.zeros(0)
    ceiling = ground.inside.T @ np.maximum(target, 0.0)
    return Prices(unit=unit + np.where(ground.must, 0.0, ceiling), target=target, side=side)
