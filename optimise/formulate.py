"""A core as a mixed-integer programme: arrays, no modelling layer.

Columns first (``x``), then one ``u`` for each merged row that need not be covered, 1 if it is
given up. ``u`` would be whole by itself where ``x`` is; where many rows weigh the same, saying so
lets HiGHS round the targets' rows into stronger cuts (measured: it lifts the root bound of
even-weighted grids by 1 to 2 %; elsewhere it only costs time, twice as much and more).

    min c'x      s.t.  sum of x over the columns that reach row r  >= 1        (row r must be)
                       sum of x over the columns that reach row r + u_r >= 1   (row r may be)
                       sum of gain[g, r] u_r  <=  slack[g]                     (each target)
                       sum of x over the zone >= quota

With a budget the objective is ``min sum of w_r u_r`` and ``sum of x <= budget`` joins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.covering.core import Core, must_cover

__all__ = ["Milp", "formulate"]

#: Different weights, in shares of the number of rows, up to which rows count as evenly weighted.
_EVEN = 0.02


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Milp:
    """Minimise ``cost @ v`` over ``row_lower <= matrix @ v <= row_upper`` and bounds of ``v``.

    Parameters
    ----------
    cost
        float64[cols]
    matrix
        csr float64[rows, cols]
    row_lower, row_upper
        float64[rows], infinite where there is no limit.
    whole
        bool[cols], True where the variable is whole.
    offset
        Added to the objective.
    column_lower, column_upper
        float64[cols], bounds of the variables; 0 and 1 where left out.
    """

    cost: NDArray[np.float64]
    matrix: sparse.csr_array
    row_lower: NDArray[np.float64]
    row_upper: NDArray[np.float64]
    whole: NDArray[np.bool_]
    offset: float
    column_lower: NDArray[np.float64] | None = None
    column_upper: NDArray[np.float64] | None = None

    @property
    def bounds(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Lower and upper bound of each variable."""
        n = len(self.cost)
        lower = np.zeros(n) if self.column_lower is None else self.column_lower
        return lower, np.ones(n) if self.column_upper is None else self.column_upper


_BlockRow = tuple[sparse.csr_array | None, sparse.csr_array | None]


def _stack(rows: list[_BlockRow], widths: tuple[int, int]) -> sparse.csr_array:
    """Put blocks together; None is a block of zeros."""
    full = []
    for row in rows:
        height = next(block.shape[0] for block in row if block is not None)
        full.append(
            sparse.hstack(
                [
                    sparse.csr_array((height, width)) if block is None else block
                    for block, width in zip(row, widths, strict=True)
                ]
            )
        )
    return sparse.csr_array(sparse.vstack(full))


def formulate(core: Core) -> Milp:
    """Write a core down; its value is the value of the plan."""
    k, must = len(core.sites), must_cover(core)
    optional = np.flatnonzero(~must)
    order = np.concatenate([np.flatnonzero(must), optional])
    reach = core.reach.take(order)
    given_up = sparse.csr_array(
        (
            np.ones(len(optional)),
            (np.arange(len(order) - len(optional), len(order)), np.arange(len(optional))),
        ),
        shape=(len(order), len(optional)),
    )
    x_of_row = sparse.csr_array(
        (np.ones(len(reach.indices)), reach.indices, reach.indptr), shape=(len(order), k)
    )
    counted = np.flatnonzero(core.zone >= 0)
    x_of_zone = sparse.csr_array(
        (np.ones(len(counted)), (core.zone[counted], counted)), shape=(len(core.quota), k)
    )
    gain = core.gain[:, optional]
    blocks: list[_BlockRow] = [(x_of_row, given_up), (x_of_zone, None)]
    lower = [np.ones(len(order)), core.quota.astype(np.float64)]
    upper = [np.full(len(order) + len(core.quota), np.inf)]
    cost = np.concatenate([core.costs, np.zeros(len(optional))])
    if core.budget is None:
        blocks.append((None, sparse.csr_array(gain)))
        lower.append(np.full(len(gain), -np.inf))
        upper.append(core.gain.sum(axis=1) - core.need)
    else:
        blocks.append((sparse.csr_array(np.ones((1, k))), None))
        lower.append(np.full(1, -np.inf))
        upper.append(np.full(1, float(core.budget)))
        cost[k:] = gain[0]
    return Milp(
        cost=cost,
        matrix=_stack(blocks, (k, len(optional))),
        row_lower=np.concatenate(lower),
        row_upper=np.concatenate(upper),
        whole=np.concatenate([np.ones(k, dtype=np.bool_), np.full(len(optional), _even(gain))]),
        offset=core.offset,
    )


def _even(gain: NDArray[np.float64]) -> bool:
    """Whether rows mostly weigh the same as others."""
    return len(np.unique(gain)) <= _EVEN * gain.size
