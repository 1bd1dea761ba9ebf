"""Opening and closing a site, with all scores kept up to date (compiled).

The board of a local search on a core. Scores are kept per (column, target): what opening a
closed column would newly cover, and what only an open column covers. Opening or closing touches
just the rows of that column and the columns that share them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.compiled import inner, kernel
from optimise.covering.core import Core, must_cover

__all__ = ["Board", "State", "harm", "lay_out", "met", "state_of", "toggle", "worth"]


class Board(NamedTuple):
    """What does not change during a search.

    ``col_ptr, col_rows`` and ``row_ptr, row_cols`` are the incidence both ways; ``par_ptr,
    par_target, par_gain`` list, for each row, the targets it counts for and its weight there;
    ``top_ptr, top_target`` the targets each column can serve; ``zone_ptr, zone_cols`` the columns
    of each zone. With a budget the need is everything. ``unit`` is the price of a unit of weight
    in each target, so that an average row is worth 1.
    """

    col_ptr: NDArray[np.int64]
    col_rows: NDArray[np.int32]
    row_ptr: NDArray[np.int64]
    row_cols: NDArray[np.int32]
    par_ptr: NDArray[np.int32]
    par_target: NDArray[np.int32]
    par_gain: NDArray[np.float64]
    top_ptr: NDArray[np.int32]
    top_target: NDArray[np.int32]
    zone_ptr: NDArray[np.int64]
    zone_cols: NDArray[np.int64]
    need: NDArray[np.float64]
    unit: NDArray[np.float64]
    must: NDArray[np.bool_]
    cost: NDArray[np.float64]
    zone: NDArray[np.int32]
    quota: NDArray[np.int32]


class State(NamedTuple):
    """What does change: mutable arrays.

    ``cover`` open columns on each row, ``who`` the sum of their numbers (so the last one left
    names itself), ``covered`` weight of each target, ``in_zone`` open columns of each zone,
    ``gain`` and ``loss`` of each pair of ``top_target``: what a column would newly cover and
    what it alone covers; ``pull`` and ``hold`` the same for must-rows, ``missing`` [1] must-rows
    uncovered.
    """

    is_open: NDArray[np.bool_]
    cover: NDArray[np.int32]
    who: NDArray[np.int64]
    covered: NDArray[np.float64]
    in_zone: NDArray[np.int32]
    gain: NDArray[np.float64]
    loss: NDArray[np.float64]
    pull: NDArray[np.float64]
    hold: NDArray[np.float64]
    missing: NDArray[np.int64]


def lay_out(core: Core) -> Board:
    """Lay a core out for a search."""
    columns = core.reach.transpose()
    by_row = sparse.csr_array(core.gain.T)
    by_row.sort_indices()
    ones = np.ones(len(columns.indices), dtype=np.int32)
    served = sparse.csr_array(
        sparse.csr_array(
            (ones, columns.indices, columns.indptr), shape=(columns.n_rows, core.reach.n_rows)
        )
        @ sparse.csr_array((by_row.data > 0, by_row.indices, by_row.indptr), shape=by_row.shape)
    )
    served.sort_indices()
    total, rows = core.gain.sum(axis=1), (core.gain > 0).sum(axis=1)
    order = np.argsort(core.zone, kind="stable").astype(np.int64)
    return Board(
        col_ptr=columns.indptr,
        col_rows=columns.indices,
        row_ptr=core.reach.indptr,
        row_cols=core.reach.indices,
        par_ptr=by_row.indptr.astype(np.int32),
        par_target=by_row.indices.astype(np.int32),
        par_gain=by_row.data,
        top_ptr=served.indptr.astype(np.int32),
        top_target=served.indices.astype(np.int32),
        zone_ptr=np.searchsorted(core.zone[order], np.arange(len(core.quota) + 1)),
        zone_cols=order,
        need=total if core.budget is not None else core.need,
        unit=rows / np.maximum(total, 1e-300),
        must=must_cover(core),
        cost=core.costs,
        zone=core.zone,
        quota=core.quota,
    )


def state_of(board: Board, chosen: NDArray[np.integer]) -> State:
    """Open the chosen columns on an empty board."""
    k, n = len(board.cost), len(board.must)
    state = State(
        is_open=np.zeros(k, dtype=np.bool_),
        cover=np.zeros(n, dtype=np.int32),
        who=np.zeros(n, dtype=np.int64),
        covered=np.zeros(len(board.need)),
        in_zone=np.zeros(len(board.quota), dtype=np.int32),
        gain=np.zeros(len(board.top_target)),
        loss=np.zeros(len(board.top_target)),
        pull=np.zeros(k),
        hold=np.zeros(k),
        missing=np.array([board.must.sum()]),
    )
    _place(board, state, np.asarray(chosen, dtype=np.int64))
    return state


@inner
def _pair(board: Board, j: Any, g: Any) -> Any:
    """Place of column j's entry for target g."""
    t = board.top_ptr[j]
    while board.top_target[t] != g:
        t += 1
    return t


@kernel
def _place(board: Board, state: State, chosen: NDArray[np.int64]) -> None:
    for j in range(len(board.cost)):
        for a in range(board.col_ptr[j], board.col_ptr[j + 1]):
            r = board.col_rows[a]
            state.pull[j] += board.must[r]
            for p in range(board.par_ptr[r], board.par_ptr[r + 1]):
                state.gain[_pair(board, j, board.par_target[p])] += board.par_gain[p]
    for j in chosen:
        toggle(board, state, j)


@inner
def toggle(board: Board, state: State, j: Any) -> None:
    """Open a closed column, close an open one."""
    step = np.int32(-1 if state.is_open[j] else 1)
    state.is_open[j] = step > 0
    if board.zone[j] >= 0:
        state.in_zone[board.zone[j]] += step
    for a in range(board.col_ptr[j], board.col_ptr[j + 1]):
        r = board.col_rows[a]
        was = state.cover[r]
        state.cover[r] += step
        state.who[r] += step * j
        if was + step <= 1 and was <= 1:
            _flip(board, state, r, step)
            _alone(board, state, r, j, step)
        elif was + step == 1:
            _alone(board, state, r, state.who[r], np.int32(1))
        elif was == 1:
            _alone(board, state, r, state.who[r] - j, np.int32(-1))


@inner
def _flip(board: Board, state: State, r: Any, sign: Any) -> None:
    """Row r became covered (sign 1) or uncovered (sign -1)."""
    first, last = board.row_ptr[r], board.row_ptr[r + 1]
    if board.must[r]:
        state.missing[0] -= sign
        for b in range(first, last):
            state.pull[board.row_cols[b]] -= sign
    for p in range(board.par_ptr[r], board.par_ptr[r + 1]):
        g, weight = board.par_target[p], sign * board.par_gain[p]
        state.covered[g] += weight
        for b in range(first, last):
            state.gain[_pair(board, board.row_cols[b], g)] -= weight


@inner
def _alone(board: Board, state: State, r: Any, j: Any, sign: Any) -> None:
    """Column j became the only one on row r (sign 1), or no longer is (sign -1)."""
    if board.must[r]:
        state.hold[j] += sign
    for p in range(board.par_ptr[r], board.par_ptr[r + 1]):
        state.loss[_pair(board, j, board.par_target[p])] += sign * board.par_gain[p]


@inner
def met(board: Board, state: State) -> Any:
    """Tell whether all targets and must-rows are met."""
    short = state.missing[0] > 0
    for g in range(len(board.need)):
        short |= state.covered[g] < board.need[g]
    return not short


@inner
def worth(board: Board, state: State, i: Any) -> Any:
    """What opening column i adds to unmet targets, in average rows."""
    total = state.pull[i]
    for t in range(board.top_ptr[i], board.top_ptr[i + 1]):
        g = board.top_target[t]
        short = board.need[g] - state.covered[g]
        if short > 0.0:
            total += board.unit[g] * min(short, state.gain[t])
    return total


@inner
def harm(board: Board, state: State, j: Any) -> Any:
    """What closing column j takes from targets beyond what they can spare, in average rows."""
    total = state.hold[j]
    for t in range(board.top_ptr[j], board.top_ptr[j + 1]):
        g = board.top_target[t]
        spare = max(0.0, state.covered[g] - board.need[g])
        if state.loss[t] > spare:
            total += board.unit[g] * (state.loss[t] - spare)
    return total
