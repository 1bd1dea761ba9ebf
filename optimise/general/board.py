"""The board of the general search: a programme laid out for compiled code."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.programme.programme import Programme

__all__ = ["Board", "State", "set_up"]


class Board(NamedTuple):
    """What does not change.

    ``col_*``: rows and ranks of each column's entries; ``rule_*``: rules of each column;
    ``in_*``: columns of each rule.
    """

    col_ptr: NDArray[np.int64]
    col_row: NDArray[np.int32]
    col_rank: NDArray[np.int32]
    row_ptr: NDArray[np.int64]
    row_col: NDArray[np.int32]
    level: NDArray[np.float64]
    far: NDArray[np.float64]
    need: NDArray[np.int8]
    measured: NDArray[np.bool_]
    gain_ptr: NDArray[np.int64]
    gain_target: NDArray[np.int32]
    gain: NDArray[np.float64]
    slack: NDArray[np.float64]
    target_price: NDArray[np.float64]
    price: NDArray[np.float64]
    rule_ptr: NDArray[np.int64]
    rule_of: NDArray[np.int32]
    rule_by: NDArray[np.float64]
    in_ptr: NDArray[np.int64]
    in_col: NDArray[np.int32]
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    quota: NDArray[np.bool_]
    #: distance price and cap, shortfall price and cap
    limits: NDArray[np.float64]


class State(NamedTuple):
    """What changes.

    ``near``: of a row that measures distance the ranks of the two nearest open columns, of any
    other the number of open columns; ``sums``: price of what is
    open and lost, price of what is missed, distance, shortfall; ``...set_fines``: price of missing
    each rule, target and the two caps; ``listed``: open columns, ``place`` of each column in it;
    ``missed``: rules missed, ``missed_at`` likewise; ``counts``: open columns, missed rules,
    short targets.
    """

    is_open: NDArray[np.bool_]
    near: NDArray[np.int32]
    lost: NDArray[np.float64]
    active: NDArray[np.float64]
    sums: NDArray[np.float64]
    rule_fine: NDArray[np.float64]
    target_fine: NDArray[np.float64]
    cap_fine: NDArray[np.float64]
    listed: NDArray[np.int32]
    place: NDArray[np.int32]
    missed: NDArray[np.int32]
    missed_at: NDArray[np.int32]
    counts: NDArray[np.int64]
    word: NDArray[np.uint64]


def set_up(programme: Programme, seed: int) -> tuple[Board, State, float]:
    """Lay a programme out, nothing open; also tell the typical worth of a column."""
    board = _lay_out(programme)
    k, n_rows, n_rules = len(board.price), len(board.far), len(board.lower)
    # At first losing what a typical column covers costs as much as a typical column is worth.
    covers = np.zeros(len(board.slack))
    np.add.at(covers, board.gain_target, board.gain * np.diff(board.row_ptr)[_gain_rows(board)])
    worth = _worth(board, covers)
    state = State(
        is_open=np.zeros(k, dtype=np.bool_),
        near=np.zeros((n_rows, 2), dtype=np.int32),
        lost=np.zeros(len(board.slack)),
        active=np.zeros(n_rules),
        sums=np.zeros(4),
        rule_fine=np.full(n_rules, worth),
        target_fine=worth * k / np.maximum(covers, 1e-12),
        cap_fine=np.full(2, worth),
        listed=np.zeros(k, dtype=np.int32),
        place=np.full(k, -1, dtype=np.int32),
        missed=np.zeros(n_rules, dtype=np.int32),
        missed_at=np.full(n_rules, -1, dtype=np.int32),
        counts=np.zeros(3, dtype=np.int64),
        word=np.array([(2 * seed + 0x9E3779B97F4A7C15) % 2**64 | 1], dtype=np.uint64),
    )
    if np.isfinite(programme.distance_cap):
        state.cap_fine[0] = worth * 50.0 / max(programme.distance_cap, 1e-12)
    return board, state, worth


def _lay_out(programme: Programme) -> Board:
    units, rules = programme.units, programme.rules
    k = programme.columns.count
    order = np.argsort(units.columns, kind="stable")
    counts = np.bincount(units.columns, minlength=k)
    rank = np.arange(len(units.columns)) - units.indptr[units.row_of]
    by_column = rules.matrix.tocsc()
    gain = units.gain
    return Board(
        col_ptr=np.concatenate([[0], np.cumsum(counts)]).astype(np.int64),
        col_row=units.row_of[order].astype(np.int32),
        col_rank=rank[order].astype(np.int32),
        row_ptr=units.indptr,
        row_col=units.columns,
        level=units.level,
        far=units.far,
        need=units.need,
        measured=units.measured,
        gain_ptr=gain.indptr.astype(np.int64),
        gain_target=gain.indices.astype(np.int32),
        gain=gain.data.astype(np.float64),
        slack=programme.target_slack + 1e-9 * programme.target_total,
        target_price=programme.target_price,
        price=programme.price,
        rule_ptr=by_column.indptr.astype(np.int64),
        rule_of=by_column.indices.astype(np.int32),
        rule_by=by_column.data.astype(np.float64),
        in_ptr=rules.matrix.indptr.astype(np.int64),
        in_col=rules.matrix.indices.astype(np.int32),
        lower=rules.lower,
        upper=rules.upper,
        quota=rules.quota,
        limits=np.array(
            [
                programme.distance_price,
                programme.distance_cap,
                programme.shortfall_price,
                programme.shortfall_cap,
            ]
        ),
    )


def _gain_rows(board: Board) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(board.far)), np.diff(board.gain_ptr))


def _worth(board: Board, covers: NDArray[np.float64]) -> float:
    """Typical difference that one column makes to what is minimised."""
    k = max(1, len(board.price))
    parts = [float(board.price.mean()) if len(board.price) else 0.0]
    parts.append(float(board.target_price @ covers) / k / 4.0)
    if board.limits[0] > 0 and len(board.far):
        first = board.level[board.row_ptr[:-1]]
        parts.append(board.limits[0] * float((board.far + first).sum()) / k / 8.0)
    parts.append(board.limits[2])
    return max(*parts, 1e-9) if max(parts) > 0 else 1.0
