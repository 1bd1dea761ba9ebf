"""Local search that heeds every rule (compiled).

Simulated annealing over a programme. A move opens a column, closes one, or exchanges two; opening
also closes what a rule no longer bears (ejection). Missed rules, targets and limits are priced;
the prices rise where something stays missed and fall while everything holds, so that the search
moves along the border of what is allowed. Moves are made, judged by the exact difference, and
taken back if refused.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.lots import lot
from optimise.programme import Programme

__all__ = ["search"]

#: Moves between two looks at the prices of what is missed.
_EPOCH = 500
#: Columns moved at once at most.
_LONGEST = 12
#: Longest rule whose columns are looked through for one to eject.
_SHORT_RULE = 200


class _Board(NamedTuple):
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


class _State(NamedTuple):
    """What changes.

    ``near``: of a row that measures distance the ranks of the two nearest open columns, of any
    other the number of open columns; ``sums``: price of what is
    open and lost, price of what is missed, distance, shortfall; ``..._fine``: price of missing
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


def _lay_out(programme: Programme) -> _Board:
    units, rules = programme.units, programme.rules
    k = programme.columns.count
    order = np.argsort(units.columns, kind="stable")
    counts = np.bincount(units.columns, minlength=k)
    rank = np.arange(len(units.columns)) - units.indptr[units.row_of]
    by_column = rules.matrix.tocsc()
    gain = units.gain
    return _Board(
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
    board = _lay_out(programme)
    k, n_rows, n_rules = len(board.price), len(board.far), len(board.lower)
    # At first losing what a typical column covers costs as much as a typical column is worth.
    covers = np.zeros(len(board.slack))
    np.add.at(covers, board.gain_target, board.gain * np.diff(board.row_ptr)[_gain_rows(board)])
    worth = _worth(board, covers)
    state = _State(
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
    plan, feasible = _run(
        board, state, np.asarray(start, dtype=np.int64), moves, heat * worth, 0.003 * worth
    )
    return np.flatnonzero(plan), bool(feasible)


def _gain_rows(board: _Board) -> NDArray[np.int64]:
    return np.repeat(np.arange(len(board.far)), np.diff(board.gain_ptr))


def _worth(board: _Board, covers: NDArray[np.float64]) -> float:
    """Typical difference that one column makes to what is minimised."""
    k = max(1, len(board.price))
    parts = [float(board.price.mean()) if len(board.price) else 0.0]
    parts.append(float(board.target_price @ covers) / k / 4.0)
    if board.limits[0] > 0 and len(board.far):
        first = board.level[board.row_ptr[:-1]]
        parts.append(board.limits[0] * float((board.far + first).sum()) / k / 8.0)
    parts.append(board.limits[2])
    return max(*parts, 1e-9) if max(parts) > 0 else 1.0


@inner
def _missing(board: _Board, state: _State, s: Any) -> Any:
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
def _lacking(board: _Board, state: _State, s: Any) -> Any:
    return max(0.0, board.lower[s] - state.active[s]) if board.quota[s] else 0.0


@inner
def _lose(board: _Board, state: _State, row: Any, sign: Any) -> None:
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
def _is_lost(board: _Board, state: _State, row: Any) -> Any:
    if board.measured[row]:
        return state.near[row, 0] == board.row_ptr[row + 1] - board.row_ptr[row]
    return state.near[row, 0] < board.need[row]


@inner
def _toggle(board: _Board, state: _State, j: Any) -> None:
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
def _paid(board: _Board, state: _State) -> Any:
    """What is minimised, without fines."""
    return state.sums[0] + board.limits[0] * state.sums[2] + board.limits[2] * state.sums[3]


@inner
def _total(board: _Board, state: _State) -> Any:
    """What is minimised, with fines."""
    total = _paid(board, state) + state.sums[1]
    total += state.cap_fine[0] * max(0.0, state.sums[2] - board.limits[1])
    return total + state.cap_fine[1] * max(0.0, state.sums[3] - board.limits[3])


@inner
def _holds(board: _Board, state: _State) -> Any:
    """Whether nothing is missed; the quotas may be, up to their cap."""
    held = state.counts[2] == 0 and state.sums[3] <= board.limits[3] + 1e-6
    held = held and state.sums[2] <= board.limits[1] * (1.0 + 1e-12)
    at = 0
    while held and at < state.counts[1]:
        held = _missing(board, state, state.missed[at]) <= 0.0
        at += 1
    return held


@inner
def _fine(board: _Board, state: _State, kind: Any) -> None:
    """Raise the fines of what is missed (kind 1), lower all (kind 0), and add up again."""
    for s in range(len(board.lower)):
        if kind == 0:
            state.rule_fine[s] *= 0.9
        elif _missing(board, state, s) > 0.0:
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
        total += state.rule_fine[s] * _missing(board, state, s)
    for g in range(len(board.slack)):
        total += state.target_fine[g] * max(0.0, state.lost[g] - board.slack[g])
    state.sums[1] = total


@inner
def _some(state: _State, count: Any) -> Any:
    """Draw a number below ``count``."""
    return min(count - 1, np.int64(lot(state.word) * count))


@inner
def _one_of(board: _Board, state: _State, s: Any, wanted: Any, but: Any) -> Any:
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
def _near(board: _Board, state: _State, j: Any) -> Any:
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
def _propose(board: _Board, state: _State) -> Any:
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
            if not _is_lost(board, state, row):
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
def _move(board: _Board, state: _State, made: NDArray[np.int64]) -> Any:
    """Make a move; ``made`` takes the columns toggled. Returns how many."""
    opened, closed = _propose(board, state)
    count = 0
    if closed >= 0:
        _toggle(board, state, closed)
        made[count] = closed
        count += 1
    if opened >= 0:
        _toggle(board, state, opened)
        made[count] = opened
        count += 1
        if lot(state.word) < 0.85:
            for e in range(board.rule_ptr[opened], board.rule_ptr[opened + 1]):
                s = board.rule_of[e]
                while count < _LONGEST and state.active[s] > board.upper[s]:
                    out = _one_of(board, state, s, True, opened)
                    if out < 0:
                        break
                    _toggle(board, state, out)
                    made[count] = out
                    count += 1
    return count


@kernel
def _run(
    board: _Board,
    state: _State,
    start: NDArray[np.int64],
    moves: int,
    hot: float,
    cold: float,
) -> Any:
    for row in range(len(board.far)):
        state.near[row, :] = 0
        if board.measured[row]:
            state.near[row, :] = board.row_ptr[row + 1] - board.row_ptr[row]
        state.sums[2] += board.far[row]
        _lose(board, state, row, 1.0)
    for s in range(len(board.lower)):
        missing, lacking = _missing(board, state, s), _lacking(board, state, s)
        state.sums[1] += state.rule_fine[s] * missing
        state.sums[3] += lacking
        if missing + lacking > 0.0:
            state.missed_at[s] = state.counts[1]
            state.missed[state.counts[1]] = s
            state.counts[1] += 1
    for j in start:
        _toggle(board, state, j)
    best, least, found = state.is_open.copy(), np.inf, False
    if _holds(board, state):
        least, found = _paid(board, state), True
    made = np.zeros(_LONGEST + 2, dtype=np.int64)
    was_missed, was_held = True, True
    total = _total(board, state)
    for move in range(moves):
        count = _move(board, state, made)
        if count == 0:
            continue
        now = _total(board, state)
        heat = hot * (cold / hot) ** (move / moves)
        if now <= total or lot(state.word) < np.exp((total - now) / heat):
            total = now
            holds = _holds(board, state)
            was_missed &= not holds
            was_held &= holds
            if holds and _paid(board, state) < least - 1e-9 * max(
                1.0, abs(least) if found else 1.0
            ):
                least, found = _paid(board, state), True
                best[:] = state.is_open
        else:
            for back in range(count - 1, -1, -1):
                _toggle(board, state, made[back])
        if (move + 1) % _EPOCH == 0:
            if was_missed:
                _fine(board, state, 1)
            elif was_held:
                _fine(board, state, 0)
            was_missed, was_held = True, True
            total = _total(board, state)
    if not found:
        return state.is_open, False
    _tidy(board, state, best)
    return best, True


@inner
def _tidy(board: _Board, state: _State, best: NDArray[np.bool_]) -> None:
    """Go back to the best plan and close what it can do without, the highest price first."""
    for j in range(len(best)):
        if state.is_open[j] != best[j]:
            _toggle(board, state, j)
    for j in np.argsort(-board.price, kind="mergesort"):
        if best[j]:
            before = _paid(board, state)
            _toggle(board, state, j)
            if _holds(board, state) and _paid(board, state) <= before + 1e-12 * abs(before):
                best[j] = False
            else:
                _toggle(board, state, j)
