"""What opening and closing columns of the board comes to (compiled).

Prices, losses and missed rules are kept up to date exactly while columns open and close.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner
from optimise.general.board import Board, State

__all__ = [
    "all_held",
    "begin",
    "is_lost",
    "missed_by",
    "paid_for",
    "set_fines",
    "toggle",
    "total_of",
]


@inner
def missed_by(board: Board, state: State, s: Any) -> Any:
    """How far rule s is missed; quotas count as shortfall instead."""
    over = state.active[s] - board.upper[s]
    if over > 0.0:
        return over
    if not board.quota[s]:
        under = board.lower[s] - state.active[s]
        if under > 0.0:
            return under
    return 0.0


@inner
def _lacking(board: Board, state: State, s: Any) -> Any:
    return max(0.0, board.lower[s] - state.active[s]) if board.quota[s] else 0.0


@inner
def _lose(board: Board, state: State, row: Any, sign: Any) -> None:
    """Row lost (sign 1) or won back (-1)."""
    for e in range(board.gain_ptr[row], board.gain_ptr[row + 1]):
        g = board.gain_target[e]
        was = state.lost[g] - board.slack[g]
        by = sign * board.gain[e]
        state.lost[g] += by
        state.sums[0] += board.target_price[g] * by
        now = was + by
        state.sums[1] += state.target_fine[g] * (max(0.0, now) - max(0.0, was))
        state.counts[2] += (now > 0.0) - (was > 0.0)


@inner
def is_lost(board: Board, state: State, row: Any) -> Any:
    """Whether fewer columns are open on a row than it needs."""
    if board.measured[row]:
        return state.near[row, 0] == board.row_ptr[row + 1] - board.row_ptr[row]
    return state.near[row, 0] < board.need[row]


@inner
def toggle(board: Board, state: State, j: Any) -> None:
    """Open a closed column, close an open one."""
    opening = not state.is_open[j]
    state.is_open[j] = opening
    if opening:
        state.place[j] = state.counts[0]
        state.listed[state.counts[0]] = j
        state.counts[0] += 1
        state.sums[0] += board.price[j]
    else:
        state.counts[0] -= 1
        last = state.listed[state.counts[0]]
        state.listed[state.place[j]] = last
        state.place[last] = state.place[j]
        state.place[j] = -1
        state.sums[0] -= board.price[j]
    step = np.int32(1 if opening else -1)
    near, lost = state.near, state.lost
    paid, fined, distance = 0.0, 0.0, 0.0
    # All in one function: a call would hand over both boards for each row.
    for a in range(board.col_ptr[j], board.col_ptr[j + 1]):
        row = board.col_row[a]
        sign = 0.0
        if not board.measured[row]:
            count = near[row, 0] + step
            near[row, 0] = count
            if opening and count == board.need[row]:
                sign = -1.0
            elif not opening and count == board.need[row] - 1:
                sign = 1.0
        else:
            q, near0, near1 = board.col_rank[a], near[row, 0], near[row, 1]
            if q > near1 or (opening and q == near1):
                continue
            first = board.row_ptr[row]
            size = np.int32(board.row_ptr[row + 1] - first)
            if opening and q > near0:
                near[row, 1] = q
                continue
            if opening:
                near[row, 0], near[row, 1] = q, near0
            else:
                b = near1 + 1
                while b < size and not state.is_open[board.row_col[first + b]]:
                    b += 1
                near[row, 1] = min(b, size)
                if q == near1:
                    continue
                near[row, 0] = near1
            now = near[row, 0]
            before = board.level[first + near0] if near0 < size else board.far[row]
            after = board.level[first + now] if now < size else board.far[row]
            distance += after - before
            if near0 == size:
                sign = -1.0
            elif now == size:
                sign = 1.0
        if sign != 0.0:
            for e in range(board.gain_ptr[row], board.gain_ptr[row + 1]):
                g = board.gain_target[e]
                by = sign * board.gain[e]
                was = lost[g] - board.slack[g]
                lost[g] += by
                paid += board.target_price[g] * by
                if was + by > 0.0 or was > 0.0:
                    fined += state.target_fine[g] * (max(0.0, was + by) - max(0.0, was))
                    state.counts[2] += (was + by > 0.0) - (was > 0.0)
    state.sums[0] += paid
    state.sums[1] += fined
    state.sums[2] += distance
    for e in range(board.rule_ptr[j], board.rule_ptr[j + 1]):
        s = board.rule_of[e]
        upper, lower, quota = board.upper[s], board.lower[s], board.quota[s]
        was = state.active[s]
        now = was + step * board.rule_by[e]
        state.active[s] = now
        under, still = max(0.0, lower - was), max(0.0, lower - now)
        missing, missed = max(0.0, was - upper), max(0.0, now - upper)
        if quota:
            state.sums[3] += still - under
        else:
            missing += under
            missed += still
        state.sums[1] += state.rule_fine[s] * (missed - missing)
        listed, out = state.missed_at[s] >= 0, now > upper or still > 0.0
        if out and not listed:
            state.missed_at[s] = state.counts[1]
            state.missed[state.counts[1]] = s
            state.counts[1] += 1
        elif listed and not out:
            state.counts[1] -= 1
            other = state.missed[state.counts[1]]
            state.missed[state.missed_at[s]] = other
            state.missed_at[other] = state.missed_at[s]
            state.missed_at[s] = -1


@inner
def paid_for(board: Board, state: State) -> Any:
    """What is minimised, without fines."""
    return state.sums[0] + board.limits[0] * state.sums[2] + board.limits[2] * state.sums[3]


@inner
def total_of(board: Board, state: State) -> Any:
    """What is minimised, with fines."""
    total = paid_for(board, state) + state.sums[1]
    total += state.cap_fine[0] * max(0.0, state.sums[2] - board.limits[1])
    return total + state.cap_fine[1] * max(0.0, state.sums[3] - board.limits[3])


@inner
def all_held(board: Board, state: State) -> Any:
    """Whether nothing is missed; the quotas may be, up to their cap."""
    held = state.counts[2] == 0 and state.sums[3] <= board.limits[3] + 1e-6
    held = held and state.sums[2] <= board.limits[1] * (1.0 + 1e-12)
    at = 0
    while held and at < state.counts[1]:
        held = missed_by(board, state, state.missed[at]) <= 0.0
        at += 1
    return held


@inner
def set_fines(board: Board, state: State, kind: Any) -> None:
    """Raise the fines of what is missed (kind 1), lower all (kind 0), and add up again."""
    for s in range(len(board.lower)):
        if kind == 0:
            state.rule_fine[s] *= 0.9
        elif missed_by(board, state, s) > 0.0:
            state.rule_fine[s] *= 1.5
    for g in range(len(board.slack)):
        if kind == 0:
            state.target_fine[g] *= 0.9
        elif state.lost[g] > board.slack[g]:
            state.target_fine[g] *= 1.5
    if kind == 0:
        state.cap_fine[0] *= 0.9
        state.cap_fine[1] *= 0.9
    else:
        if state.sums[2] > board.limits[1]:
            state.cap_fine[0] *= 1.5
        if state.sums[3] > board.limits[3]:
            state.cap_fine[1] *= 1.5
    total = 0.0
    for s in range(len(board.lower)):
        total += state.rule_fine[s] * missed_by(board, state, s)
    for g in range(len(board.slack)):
        total += state.target_fine[g] * max(0.0, state.lost[g] - board.slack[g])
    state.sums[1] = total


@inner
def begin(board: Board, state: State, start: NDArray[np.int64]) -> None:
    """Open the columns to start from on an empty board."""
    for row in range(len(board.far)):
        state.near[row, :] = 0
        if board.measured[row]:
            state.near[row, :] = board.row_ptr[row + 1] - board.row_ptr[row]
        state.sums[2] += board.far[row]
        _lose(board, state, row, 1.0)
    for s in range(len(board.lower)):
        missing, lacking = missed_by(board, state, s), _lacking(board, state, s)
        state.sums[1] += state.rule_fine[s] * missing
        state.sums[3] += lacking
        if missing + lacking > 0.0:
            state.missed_at[s] = state.counts[1]
            state.missed[state.counts[1]] = s
            state.counts[1] += 1
    for j in start:
        toggle(board, state, j)
