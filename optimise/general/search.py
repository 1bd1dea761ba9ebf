"""Local search that heeds every rule (compiled).

Simulated annealing over a programme. A move opens a column, closes one, or exchanges two; opening
also closes what a rule no longer bears (ejection). Missed rules, targets and limits are priced;
the prices rise where something stays missed and fall while everything holds, so that the search
moves along the border of what is allowed. Moves are made, judged by the exact difference, and
taken back if refused.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.general.board import Board, State, set_up
from optimise.general.moves import (
    all_held,
    begin,
    is_lost,
    paid_for,
    set_fines,
    toggle,
    total_of,
)
from optimise.lots import lot
from optimise.programme.programme import Programme

__all__ = ["search"]

#: Moves between two looks at the prices of what is missed.
_EPOCH = 500
#: Columns moved at once at most.
_LONGEST = 12
#: Longest rule whose columns are looked through for one to eject.
_SHORT_RULE = 200


def search(
    programme: Programme, start: NDArray[np.integer], *, moves: int, seed: int, heat: float = 0.3
) -> tuple[NDArray[np.int64], bool]:
    """Look for a plan from a start that may miss anything.

    Parameters
    ----------
    moves
        Moves tried.
    heat
        Temperature at first, in typical differences that opening or closing a column makes.

    Returns
    -------
    plan, feasible
        The best plan that misses nothing, or the last one if there was none.
    """
    board, state, worth = set_up(programme, seed)
    plan, feasible = _run(
        board, state, np.asarray(start, dtype=np.int64), moves, heat * worth, 0.003 * worth
    )
    return np.flatnonzero(plan), bool(feasible)


@inner
def _some(state: State, count: Any) -> Any:
    """Draw a number below ``count``."""
    return min(count - 1, np.int64(lot(state.word) * count))


@inner
def _one_of(board: Board, state: State, s: Any, wanted: Any, but: Any) -> Any:
    """Draw a column of rule s that is open (or closed, as wanted); -1 if there is none."""
    first, end = board.in_ptr[s], board.in_ptr[s + 1]
    size = end - first
    if size == 0:
        return np.int64(-1)
    begin = _some(state, size)
    for step in range(min(size, _SHORT_RULE)):
        j = board.in_col[first + (begin + step) % size]
        if state.is_open[j] == wanted and j != but:
            return np.int64(j)
    if wanted and state.counts[0] > 0:
        # Few are open among many: draw from those.
        j = state.listed[_some(state, state.counts[0])]
        if j != but:
            for e in range(board.rule_ptr[j], board.rule_ptr[j + 1]):
                if board.rule_of[e] == s:
                    return np.int64(j)
    return np.int64(-1)


@inner
def _near(board: Board, state: State, j: Any) -> Any:
    """Draw a column that serves somebody whom column j serves; -1 if there is none."""
    first, end = board.col_ptr[j], board.col_ptr[j + 1]
    if end == first:
        return np.int64(-1)
    row = board.col_row[first + _some(state, end - first)]
    first, end = board.row_ptr[row], board.row_ptr[row + 1]
    # Of distances the nearer ones are the likelier exchange.
    size = end - first
    if board.measured[row] and size > 40 and lot(state.word) < 0.7:
        size = 40
    return np.int64(board.row_col[first + _some(state, size)])


@inner
def _propose(board: Board, state: State) -> Any:
    """Draw a column to open and one to close; -1 for none."""
    k = len(board.price)
    opened, closed = np.int64(-1), np.int64(-1)
    draw = lot(state.word)
    if draw < 0.4 and state.counts[1] > 0:
        s = state.missed[_some(state, state.counts[1])]
        if state.active[s] > board.upper[s]:
            closed = _one_of(board, state, s, True, -1)
            if closed >= 0 and lot(state.word) < 0.6:
                opened = _near(board, state, closed)
        else:
            opened = _one_of(board, state, s, False, -1)
            if state.counts[0] > 0 and lot(state.word) < 0.4:
                closed = np.int64(state.listed[_some(state, state.counts[0])])
    elif draw < 0.5 and state.counts[2] > 0:
        for _ in range(20):
            row = _some(state, len(board.far))
            if not is_lost(board, state, row):
                continue
            for e in range(board.gain_ptr[row], board.gain_ptr[row + 1]):
                g = board.gain_target[e]
                if state.lost[g] > board.slack[g]:
                    size = board.row_ptr[row + 1] - board.row_ptr[row]
                    opened = np.int64(board.row_col[board.row_ptr[row] + _some(state, size)])
            if opened >= 0:
                break
        if state.counts[0] > 0 and lot(state.word) < 0.4:
            closed = np.int64(state.listed[_some(state, state.counts[0])])
    elif draw < 0.82 and state.counts[0] > 0:
        closed = np.int64(state.listed[_some(state, state.counts[0])])
        way = lot(state.word)
        size = board.rule_ptr[closed + 1] - board.rule_ptr[closed]
        if way < 0.15 and size > 0:
            s = board.rule_of[board.rule_ptr[closed] + _some(state, size)]
            opened = _one_of(board, state, s, False, -1)
        elif way < 0.85:
            opened = _near(board, state, closed)
        else:
            opened = _some(state, k)
    elif draw < 0.91:
        opened = _some(state, k)
    elif state.counts[0] > 0:
        closed = np.int64(state.listed[_some(state, state.counts[0])])
    if opened >= 0 and state.is_open[opened]:
        opened = np.int64(-1)
    return opened, closed


@inner
def _move(board: Board, state: State, made: NDArray[np.int64]) -> Any:
    """Make a move; ``made`` takes the columns toggled. Returns how many."""
    opened, closed = _propose(board, state)
    count = 0
    if closed >= 0:
        toggle(board, state, closed)
        made[count] = closed
        count += 1
    if opened >= 0:
        toggle(board, state, opened)
        made[count] = opened
        count += 1
        if lot(state.word) < 0.85:
            for e in range(board.rule_ptr[opened], board.rule_ptr[opened + 1]):
                s = board.rule_of[e]
                while count < _LONGEST and state.active[s] > board.upper[s]:
                    out = _one_of(board, state, s, True, opened)
                    if out < 0:
                        break
                    toggle(board, state, out)
                    made[count] = out
                    count += 1
    return count


@kernel
def _run(
    board: Board,
    state: State,
    start: NDArray[np.int64],
    moves: int,
    hot: float,
    cold: float,
) -> Any:
    begin(board, state, start)
    best, least, found = state.is_open.copy(), np.inf, False
    if all_held(board, state):
        least, found = paid_for(board, state), True
    made = np.zeros(_LONGEST + 2, dtype=np.int64)
    was_missed, was_held = True, True
    total = total_of(board, state)
    for move in range(moves):
        count = _move(board, state, made)
        if count == 0:
            continue
        now = total_of(board, state)
        heat = hot * (cold / hot) ** (move / moves)
        if now <= total or lot(state.word) < np.exp((total - now) / heat):
            total = now
            holds = all_held(board, state)
            was_missed &= not holds
            was_held &= holds
            if holds and paid_for(board, state) < least - 1e-9 * max(
                1.0, abs(least) if found else 1.0
            ):
                least, found = paid_for(board, state), True
                best[:] = state.is_open
        else:
            for back in range(count - 1, -1, -1):
                toggle(board, state, made[back])
        if (move + 1) % _EPOCH == 0:
            if was_missed:
                set_fines(board, state, 1)
            elif was_held:
                set_fines(board, state, 0)
            was_missed, was_held = True, True
            total = total_of(board, state)
    if not found:
        return state.is_open, False
    _tidy(board, state, best)
    return best, True


@inner
def _tidy(board: Board, state: State, best: NDArray[np.bool_]) -> None:
    """Go back to the best plan and close what it can do without, the highest price first."""
    for j in range(len(best)):
        if state.is_open[j] != best[j]:
            toggle(board, state, j)
    for j in np.argsort(-board.price, kind="mergesort"):
        if best[j]:
            before = paid_for(board, state)
            toggle(board, state, j)
            if all_held(board, state) and paid_for(board, state) <= before + 1e-12 * abs(before):
                best[j] = False
            else:
                toggle(board, state, j)
