"""Local search where every row must be covered: rows that stay uncovered grow heavier (compiled).

Row weighting local search (Gao, Weise and Li 2015): whenever everything is covered the plan is
kept and a column closed, so that the search goes on one column cheaper; then again and again the
column that is needed least is closed, one on a row drawn among the uncovered is opened, and what
is still uncovered gains weight. Quotas are rows that ask for more than one column.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.covering.core import Core, must_cover
from optimise.incidence import Incidence
from optimise.lots import lot

__all__ = ["fits", "search"]

#: None of them; a 64-bit number for the compiler, not a literal.
_NONE: Any = np.int64(-1)


class _Field(NamedTuple):
    """What does not change: incidence both ways, columns each row asks for, costs."""

    row_ptr: NDArray[np.int64]
    row_cols: NDArray[np.int32]
    col_ptr: NDArray[np.int64]
    col_rows: NDArray[np.int32]
    ask: NDArray[np.int32]
    cost: NDArray[np.float64]


class _State(NamedTuple):
    """What does change.

    ``cover`` open columns of each row, ``weight`` of each row; ``score`` of each column: the weight
    of the rows that lack it if it is closed, that would if it is open; ``since`` when it was last
    moved, ``fresh`` whether anything about it changed since it was closed; ``lacking`` lists the
    rows not covered, ``place`` where each row stands in it; ``opened`` the open columns; ``size``
    [2] how many both lists hold.
    """

    is_open: NDArray[np.bool_]
    cover: NDArray[np.int32]
    weight: NDArray[np.float64]
    score: NDArray[np.float64]
    since: NDArray[np.int64]
    fresh: NDArray[np.bool_]
    lacking: NDArray[np.int32]
    place: NDArray[np.int32]
    opened: NDArray[np.int32]
    size: NDArray[np.int64]


def fits(core: Core) -> bool:
    """Whether every row of a core must be covered, so that this search applies."""
    return core.budget is None and len(core.costs) > 0 and bool(must_cover(core).all())


def search(
    core: Core, plan: NDArray[np.integer], *, moves: int, seed: int, goal: float = -math.inf
) -> NDArray[np.int32]:
    """Improve a feasible plan by a fixed number of exchanges; never returns a worse one.

    Parameters
    ----------
    core
        One that :func:`fits`.
    moves
        Columns to close.
    goal
        Value that is good enough to stop at.
    """
    reach, ask = core.reach, np.ones(core.reach.n_rows, dtype=np.int32)
    if len(core.quota):
        counted = np.flatnonzero(core.zone >= 0)
        by_zone = counted[np.argsort(core.zone[counted], kind="stable")].astype(np.int32)
        size = np.bincount(core.zone[counted], minlength=len(core.quota))
        reach = Incidence(
            indptr=np.concatenate([reach.indptr, reach.indptr[-1] + np.cumsum(size)]),
            indices=np.concatenate([reach.indices, by_zone]),
            n_columns=reach.n_columns,
        )
        ask = np.concatenate([ask, core.quota]).astype(np.int32)
    back = reach.transpose()
    field = _Field(
        row_ptr=reach.indptr,
        row_cols=reach.indices,
        col_ptr=back.indptr,
        col_rows=back.indices,
        ask=ask,
        cost=core.costs,
    )
    best = np.zeros(len(core.sites), dtype=np.bool_)
    best[plan] = True
    n, k = len(ask), len(best)
    state = _State(
        is_open=np.zeros(k, dtype=np.bool_),
        cover=np.zeros(n, dtype=np.int32),
        weight=np.ones(n),
        score=np.zeros(k),
        since=np.zeros(k, dtype=np.int64),
        fresh=np.ones(k, dtype=np.bool_),
        lacking=np.zeros(n, dtype=np.int32),
        place=np.full(n, -1, dtype=np.int32),
        opened=np.zeros(k, dtype=np.int32),
        size=np.zeros(2, dtype=np.int64),
    )
    _search(field, state, best, goal - core.offset, core.step - 1e-9, moves, seed)
    return np.flatnonzero(best).astype(np.int32)


@inner
def _lack(state: _State, r: Any) -> None:
    """Row r is uncovered from now on."""
    state.place[r] = state.size[0]
    state.lacking[state.size[0]] = r
    state.size[0] += 1


@inner
def _open(field: _Field, state: _State, j: Any) -> None:
    state.is_open[j] = True
    state.opened[state.size[1]] = j
    state.size[1] += 1
    own = 0.0
    for a in range(field.col_ptr[j], field.col_ptr[j + 1]):
        r = field.col_rows[a]
        state.cover[r] += 1
        over = state.cover[r] - field.ask[r]
        if over <= 0:
            own += state.weight[r]
        if over != 0 and over != 1:
            continue
        for b in range(field.row_ptr[r], field.row_ptr[r + 1]):
            i = field.row_cols[b]
            state.fresh[i] = True
            if i != j and over == (1 if state.is_open[i] else 0):
                state.score[i] -= state.weight[r]
        if over == 0:
            last = state.lacking[state.size[0] - 1]
            state.lacking[state.place[r]] = last
            state.place[last] = state.place[r]
            state.place[r] = -1
            state.size[0] -= 1
    state.score[j] = own


@inner
def _close(field: _Field, state: _State, at: Any) -> None:
    """Close the column at a place of the list of open ones."""
    j = state.opened[at]
    state.is_open[j] = False
    state.size[1] -= 1
    state.opened[at] = state.opened[state.size[1]]
    own = 0.0
    for a in range(field.col_ptr[j], field.col_ptr[j + 1]):
        r = field.col_rows[a]
        state.cover[r] -= 1
        over = state.cover[r] - field.ask[r]
        if over < 0:
            own += state.weight[r]
        if over != 0 and over != -1:
            continue
        for b in range(field.row_ptr[r], field.row_ptr[r + 1]):
            i = field.row_cols[b]
            state.fresh[i] = True
            if i != j and over == (0 if state.is_open[i] else -1):
                state.score[i] += state.weight[r]
        if over == -1:
            _lack(state, r)
    state.score[j] = own
    state.fresh[j] = False


@inner
def _spared(field: _Field, state: _State, held: Any) -> Any:
    """Place of the open column needed least for its cost, of equals the one moved longest ago."""
    pick, top, age = _NONE, np.inf, np.int64(0)
    for at in range(state.size[1]):
        j = state.opened[at]
        if state.since[j] >= held:
            continue
        score = state.score[j] / max(field.cost[j], 1e-9)
        if score < top or (score == top and state.since[j] < age):
            pick, top, age = np.int64(at), score, state.since[j]
    return pick


@inner
def _wanted(field: _Field, state: _State, r: Any, room: Any) -> Any:
    """Closed column of row r that is worth most for its cost and fits the room, -1 for none."""
    pick, top, age = _NONE, -1.0, np.int64(0)
    for b in range(field.row_ptr[r], field.row_ptr[r + 1]):
        i = field.row_cols[b]
        if state.is_open[i] or not state.fresh[i] or field.cost[i] > room:
            continue
        score = state.score[i] / max(field.cost[i], 1e-9)
        if score > top or (score == top and state.since[i] < age):
            pick, top, age = np.int64(i), score, state.since[i]
    return pick


@kernel
def _search(
    field: _Field,
    state: _State,
    best: NDArray[np.bool_],
    enough: Any,
    step: Any,
    moves: Any,
    seed: Any,
) -> None:
    """``best`` comes as the plan to begin with and leaves as the best found."""
    word = np.array([np.uint64(seed) * np.uint64(2) + np.uint64(88172645463325253)])
    n, k = len(field.ask), len(best)
    for r in range(n):
        _lack(state, r)
        for b in range(field.row_ptr[r], field.row_ptr[r + 1]):
            state.score[field.row_cols[b]] += 1.0
    cost, limit = 0.0, np.inf
    for j in range(k):
        if best[j]:
            _open(field, state, j)
            cost += field.cost[j]
    # Columns moved in this round or later are left alone.
    for turn in range(1, moves + 1):
        while state.size[0] == 0:
            limit = cost - step
            for j in range(k):
                best[j] = state.is_open[j]
            if cost <= enough or state.size[1] == 0:
                return
            at = _spared(field, state, np.int64(moves + 1))
            cost -= field.cost[state.opened[at]]
            _close(field, state, at)
        at = _spared(field, state, np.int64(turn - 1))
        if at >= 0:
            j = state.opened[at]
            cost -= field.cost[j]
            state.since[j] = turn
            _close(field, state, at)
        while state.size[0] > 0:
            r = state.lacking[np.int64(lot(word) * state.size[0])]
            i = _wanted(field, state, r, limit - cost)
            if i < 0:
                break
            cost += field.cost[i]
            state.since[i] = turn
            _open(field, state, i)
            for a in range(state.size[0]):
                r = state.lacking[a]
                state.weight[r] += 1.0
                for b in range(field.row_ptr[r], field.row_ptr[r + 1]):
                    # Open columns of a row that asks for more than it has are needed more, too.
                    state.score[field.row_cols[b]] += 1.0
