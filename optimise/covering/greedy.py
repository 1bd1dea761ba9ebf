"""A first feasible plan: open what is worth most for its cost, then close what is idle."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.covering.core import Core
from optimise.covering.moves import Board, State, harm, lay_out, met, state_of, toggle, worth

__all__ = ["complete"]

#: None of them; a 64-bit number for the compiler, not a literal.
_NONE: Any = np.int64(-1)


def complete(core: Core, chosen: NDArray[np.integer] | None = None) -> NDArray[np.int32]:
    """Complete a choice of columns to a feasible plan; from nothing if none is given.

    Of a choice beyond the budget those are closed first that are needed least. Opens columns
    greedily by worth for cost, leaving room for the quotas, fills these, and closes again what
    turned out idle (without a budget). Ties go to the lowest column.

    Returns
    -------
    int32
        Open columns, increasing.
    """
    board = lay_out(core)
    state = state_of(board, np.zeros(0, dtype=np.int32) if chosen is None else chosen)
    limit = len(core.sites) if core.budget is None else core.budget
    if core.budget is not None:
        _trim(board, state, core.budget)
    _build(board, state, limit, int(state.is_open.sum()))
    if core.budget is None:
        _prune(board, state)
    return np.flatnonzero(state.is_open).astype(np.int32)


@kernel
def _build(board: Board, state: State, limit: Any, n_open: Any) -> None:
    k = len(board.cost)
    owed = 0
    for zone in range(len(board.quota)):
        owed += max(0, board.quota[zone] - state.in_zone[zone])
    while n_open < limit:
        done = met(board, state)
        if done and owed == 0:
            break
        only_quotas = done or n_open + owed >= limit
        pick, top = _NONE, -1.0
        for i in range(k):
            if state.is_open[i]:
                continue
            zone = board.zone[i]
            counts = zone >= 0 and state.in_zone[zone] < board.quota[zone]
            if only_quotas and not counts:
                continue
            score = (worth(board, state, i) + 1e-9 * counts) / max(board.cost[i], 1e-9)
            if score > top:
                pick, top = i, score
        if pick < 0 or (top <= 0.0 and not only_quotas):
            if only_quotas or owed == 0:
                break
            limit = n_open + owed
            continue
        zone = board.zone[pick]
        owed -= zone >= 0 and state.in_zone[zone] < board.quota[zone]
        toggle(board, state, pick)
        n_open += 1


@kernel
def _trim(board: Board, state: State, budget: Any) -> None:
    """Close columns beyond the budget, and leave room for what the quotas still need."""
    while True:
        n_open, owed = 0, 0
        for j in range(len(board.cost)):
            n_open += state.is_open[j]
        for zone in range(len(board.quota)):
            owed += max(0, board.quota[zone] - state.in_zone[zone])
        if n_open + owed <= budget:
            break
        pick, top = _NONE, np.inf
        for j in range(len(board.cost)):
            if not state.is_open[j]:
                continue
            zone = board.zone[j]
            if zone >= 0 and state.in_zone[zone] <= board.quota[zone]:
                continue
            lost = harm(board, state, j)
            if lost < top:
                pick, top = j, lost
        toggle(board, state, pick)


@kernel
def _prune(board: Board, state: State) -> None:
    """Close columns that nothing needs, the dearest first, of equals the highest."""
    while True:
        pick, top = _NONE, -1.0
        for j in range(len(board.cost)):
            if not state.is_open[j] or board.cost[j] < top:
                continue
            zone = board.zone[j]
            if zone >= 0 and state.in_zone[zone] <= board.quota[zone]:
                continue
            if harm(board, state, j) <= 0.0:
                pick, top = j, board.cost[j]
        if pick < 0:
            break
        toggle(board, state, pick)
