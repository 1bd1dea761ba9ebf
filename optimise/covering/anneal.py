"""Local search on a core: exchange a site for another, at first boldly, then strictly (compiled).

Simulated annealing (Kirkpatrick, Gelatt and Vecchi 1983) over exchanges of one open and one
closed site, mostly between sites that serve the same people. What is minimised is the weight
still missing from the targets, each row counting about 1. Whenever nothing is missing and there
is no budget, the plan is kept and a site is closed, so that the search goes on one site cheaper;
with a budget the number of sites stays and the best plan is kept. Quotas hold throughout.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.covering.core import Core
from optimise.covering.moves import Board, State, harm, lay_out, met, state_of, toggle
from optimise.lots import lot

__all__ = ["anneal"]

#: None of them; a 64-bit number for the compiler, not a literal.
_NONE: Any = np.int64(-1)

#: What a missed target counts beside its missing weight, in average rows.
_MISSED = 1.0
#: Temperature at the start (with one target) and at the end, in average rows.
_HOT, _COLD = 1.5, 0.05
#: Share of proposals directed at unmet targets; rows drawn to find one; open sites drawn to find
#: one that can be spared.
_DIRECTED, _TRIES, _LOTS = 0.4, 8, 4


def anneal(
    core: Core,
    plan: NDArray[np.integer],
    *,
    moves: int,
    seed: int,
    goal: float = -math.inf,
    heat: float | None = None,
) -> NDArray[np.int32]:
    """Improve a feasible plan by a fixed number of tried exchanges; never returns a worse one.

    Parameters
    ----------
    moves
        Exchanges to try.
    goal
        Value that is good enough to stop at.
    heat
        Temperature at the start, in average rows; by default lower the more targets there are,
        for only a plan that meets all of them counts.
    """
    if not len(core.sites) or not len(plan):
        return np.asarray(plan, dtype=np.int32)
    heat = heat or _HOT / math.sqrt(max(1, len(core.gain)))
    board = lay_out(core)
    state = state_of(board, plan)
    best = state.is_open.copy()
    cost = float(core.costs[best].sum())
    opened = np.zeros(len(best), dtype=np.int64)
    opened[: len(plan)] = np.sort(plan)
    # What the search counts: cost, or weight covered.
    cheapen = core.budget is None
    enough = goal - core.offset if cheapen else core.offset + core.gain.sum() - goal
    _anneal(
        board,
        state,
        best,
        opened,
        len(plan),
        cost,
        0.0 if cheapen else float(state.covered[0]),
        cheapen,
        bool((core.costs == core.costs[0]).all()),
        core.step - 1e-9,
        float(enough),
        moves,
        seed,
        heat,
    )
    return np.flatnonzero(best).astype(np.int32)


@inner
def _pain(unit: Any, short: Any) -> Any:
    """What a target short of so much weight counts, in average rows.

    Missing the target at all counts too: of many targets each would else stay short of a little.
    """
    return unit * short + _MISSED if short > 0.0 else 0.0


@inner
def _change(board: Board, state: State, j: Any, i: Any, moved: NDArray[np.float64]) -> Any:
    """Weight that goes missing, in average rows, if j is closed and i opened (negative: gained).

    ``moved`` is a zeroed buffer over targets and is left zeroed.
    """
    missing = state.hold[j] - state.pull[i]
    for a in range(board.col_ptr[i], board.col_ptr[i + 1]):
        r = board.col_rows[a]
        if state.cover[r] == 1 and state.who[r] == j:
            missing -= board.must[r]
            for p in range(board.par_ptr[r], board.par_ptr[r + 1]):
                moved[board.par_target[p]] += board.par_gain[p]
    for t in range(board.top_ptr[i], board.top_ptr[i + 1]):
        moved[board.top_target[t]] += state.gain[t]
    for t in range(board.top_ptr[j], board.top_ptr[j + 1]):
        g = board.top_target[t]
        short = board.need[g] - state.covered[g]
        after = short - moved[g] + state.loss[t]
        missing += _pain(board.unit[g], after) - _pain(board.unit[g], short)
        moved[g] = 0.0
    for t in range(board.top_ptr[i], board.top_ptr[i + 1]):
        g = board.top_target[t]
        if moved[g] > 0.0:
            short = board.need[g] - state.covered[g]
            missing += _pain(board.unit[g], short - moved[g]) - _pain(board.unit[g], short)
            moved[g] = 0.0
    return missing


@inner
def _partner(board: Board, word: NDArray[np.uint64], j: Any) -> Any:
    """Propose a column to open for j: mostly one on a row of j, else of its zone, else any."""
    n_rows = board.col_ptr[j + 1] - board.col_ptr[j]
    dice = lot(word)
    if n_rows > 0 and dice < 0.9:
        r = board.col_rows[board.col_ptr[j] + np.int64(lot(word) * n_rows)]
        n_cols = board.row_ptr[r + 1] - board.row_ptr[r]
        return np.int64(board.row_cols[board.row_ptr[r] + np.int64(lot(word) * n_cols)])
    zone = board.zone[j]
    if zone >= 0 and dice < 0.95:
        n_cols = board.zone_ptr[zone + 1] - board.zone_ptr[zone]
        return board.zone_cols[board.zone_ptr[zone] + np.int64(lot(word) * n_cols)]
    return np.int64(lot(word) * len(board.cost))


@inner
def _copy(source: NDArray[np.bool_], target: NDArray[np.bool_]) -> None:
    for at in range(len(source)):
        target[at] = source[at]


@inner
def _least_harm(board: Board, state: State, opened: NDArray[np.int64], n_open: Any) -> Any:
    """Position among the open columns of the one least needed for its cost; -1 if all are."""
    pick, top = -1, np.inf
    for at in range(n_open):
        j = opened[at]
        zone = board.zone[j]
        if zone >= 0 and state.in_zone[zone] <= board.quota[zone]:
            continue
        score = harm(board, state, j) / max(board.cost[j], 1e-9)
        if score < top:
            pick, top = at, score
    return pick


@inner
def _wanted(board: Board, state: State, word: NDArray[np.uint64]) -> Any:
    """Propose a column on an uncovered row that something unmet asks for; -1 if none comes up."""
    n_rows = len(board.must)
    for _ in range(_TRIES if n_rows > 0 else 0):
        r = np.int64(lot(word) * n_rows)
        if state.cover[r] > 0:
            continue
        asked = board.must[r]
        for p in range(board.par_ptr[r], board.par_ptr[r + 1]):
            g = board.par_target[p]
            asked |= state.covered[g] < board.need[g]
        if asked:
            n_cols = board.row_ptr[r + 1] - board.row_ptr[r]
            return np.int64(board.row_cols[board.row_ptr[r] + np.int64(lot(word) * n_cols)])
    return _NONE


@inner
def _spared(
    board: Board, state: State, word: NDArray[np.uint64], opened: NDArray[np.int64], n_open: Any
) -> Any:
    """Position of the least needed of a few open columns drawn by lot."""
    pick, top = np.int64(lot(word) * n_open), np.inf
    for _ in range(_LOTS):
        at = np.int64(lot(word) * n_open)
        j = opened[at]
        score = harm(board, state, j) / max(board.cost[j], 1e-9)
        if score < top:
            pick, top = at, score
    return pick


@inner
def _propose(
    board: Board,
    state: State,
    word: NDArray[np.uint64],
    opened: NDArray[np.int64],
    n_open: Any,
    room: Any,
    even: Any,
) -> Any:
    """Position to close and column to open, -1 for neither.

    ``room`` is what may be spent beyond the present cost. With uneven costs the number of sites
    may change: a wanted site is just added where there is room, or one is just closed.
    """
    dice = lot(word)
    if dice < _DIRECTED or n_open == 0:
        i = _wanted(board, state, word)
        if i < 0 or n_open == 0 or (not even and board.cost[i] <= room):
            return _NONE, i
        return _spared(board, state, word, opened, n_open), i
    at = np.int64(lot(word) * n_open)
    if not even and dice < _DIRECTED + 0.1:
        return at, _NONE
    return at, _partner(board, word, opened[at])


@kernel
def _anneal(
    board: Board,
    state: State,
    best: NDArray[np.bool_],
    opened: NDArray[np.int64],
    n_open: Any,
    cost: Any,
    kept: Any,
    cheapen: Any,
    even: Any,
    step: Any,
    enough: Any,
    moves: Any,
    seed: Any,
    heat: Any,
) -> None:
    """``opened[:n_open]`` lists the open columns; ``cost`` is theirs. Fills ``best``."""
    word = np.array([np.uint64(seed) * np.uint64(2) + np.uint64(88172645463325253)])
    moved = np.zeros(len(board.need))
    limit = cost
    cooling = (_COLD / heat) ** (1.0 / moves)
    for _ in range(moves):
        heat *= cooling
        # A position in `opened` to close and a column to open, -1 for neither.
        at, i, change = _NONE, _NONE, 0.0
        if cheapen and cost <= limit and met(board, state):
            _copy(state.is_open, best)
            limit = cost - step
            if cost <= enough:
                return
            at = _least_harm(board, state, opened, n_open)
            if at < 0:
                return
        else:
            if not cheapen and state.covered[0] > kept:
                kept = state.covered[0]
                _copy(state.is_open, best)
                if kept >= enough:
                    return
            at, i = _propose(board, state, word, opened, n_open, limit - cost, even)
            j = opened[max(at, 0)]
            if i >= 0 and (state.is_open[i] or i == j):
                continue
            if at >= 0:
                zone = board.zone[j]
                tight = zone >= 0 and state.in_zone[zone] <= board.quota[zone]
                if tight and (i < 0 or board.zone[i] != zone):
                    continue
                if i < 0:
                    change = harm(board, state, j) if cost <= limit else 0.0
                elif cost - board.cost[j] + board.cost[i] > max(limit, cost):
                    continue
                else:
                    change = _change(board, state, j, i, moved)
            if change > 0.0 and lot(word) >= math.exp(-change / heat):
                continue
        if at >= 0:
            cost -= board.cost[opened[at]]
            toggle(board, state, opened[at])
            n_open -= 1
            opened[at] = opened[n_open]
        if i >= 0:
            cost += board.cost[i]
            toggle(board, state, i)
            opened[n_open] = i
            n_open += 1
