"""Better plans by exchanges of open columns: estimated by prices, then weighed exactly."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array, csr_array
from scipy.sparse.csgraph import connected_components

from optimise.capacity.bound import Prices, judge
from optimise.capacity.ground import Ground
from optimise.capacity.plan import Plan, evaluate
from optimise.compiled import kernel
from optimise.watch import Watch

__all__ = ["improve", "lower"]

#: Exchanges weighed before the search gives up on a plan.
_TRIES = 24
#: Columns considered on each side of an exchange.
_WIDTH = 16
#: Exchanges estimated to lose more than this share of the value are not weighed.
_HOPE = 1e-3


def improve(
    ground: Ground,
    plan: Plan,
    watch: Watch,
    *,
    moves: int,
    enough: bool = False,
    below: float = math.inf,
) -> Plan:
    """Open, close and exchange columns as long as that pays.

    Parameters
    ----------
    moves
        Exchanges that are weighed at most.
    enough
        Whether to stop as soon as nobody is left out.
    below
        Columns whose fixed costs alone are not below this are of no interest.
    """
    blocks, neighbours = _blocks(ground), _apart(ground)
    best, spent, seen = plan, 0, {plan.is_open.tobytes()}
    while spent < moves and not (enough and best.short == 0):
        better, tries = None, 0
        for candidate in _candidates(ground, best, blocks, neighbours):
            key = candidate.tobytes()
            if key in seen or not ground.keeps(candidate):
                continue
            seen.add(key)
            if ground.fixed[candidate].sum() >= below:
                continue
            if watch.look("search", spent / moves) is not None:
                return best
            spent, tries = spent + 1, tries + 1
            tried = evaluate(ground, candidate)
            if tried.rank < best.rank:
                better = tried
                break
            if spent >= moves or tries >= _TRIES:
                break
        if better is None:
            break
        best = better
    return best


def lower(ground: Ground, plan: Plan, watch: Watch, *, moves: int) -> Plan:
    """Close a column and make up for it by exchanges, as long as that works."""
    while watch.stopped is None:
        _, loss = _estimates(ground, plan)
        loose = np.flatnonzero(plan.is_open & ~ground.kept & (ground.fixed > 0))
        tried: Plan | None = None
        for column in loose[np.argsort(loss[loose], kind="stable")]:
            fewer = plan.is_open.copy()
            fewer[column] = False
            if ground.keeps(fewer):
                start = evaluate(ground, fewer)
                tried = improve(ground, start, watch, moves=moves, enough=True, below=plan.value)
                break
        if tried is None or tried.short > 0 or tried.value >= plan.value:
            break
        plan = tried
    return plan


def _blocks(ground: Ground) -> NDArray[np.int64]:
    """Number of the block of columns each one must be opened with."""
    pairs = [at for at, (kind, _) in enumerate(ground.names) if kind == "together"]
    k = len(ground.sites)
    one, other = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    if pairs:
        part = ground.matrix[pairs]
        whole = np.diff(part.indptr) == 2
        ends = part[np.flatnonzero(whole)].indices.astype(np.int64).reshape(-1, 2)
        one, other = ends[:, 0], ends[:, 1]
    graph = coo_array((np.ones(len(one)), (one, other)), shape=(k, k))
    return np.asarray(connected_components(graph, directed=False)[1], dtype=np.int64)


def _apart(ground: Ground) -> csr_array:
    """Columns that exclude one another, as a symmetric matrix."""
    pairs = [at for at, (kind, _) in enumerate(ground.names) if kind == "apart"]
    part = ground.matrix[pairs] if pairs else ground.matrix[:0]
    ends = part[np.flatnonzero(np.diff(part.indptr) == 2)].indices.reshape(-1, 2)
    k = len(ground.sites)
    matrix = coo_array(
        (
            np.ones(2 * len(ends)),
            (
                np.concatenate([ends[:, 0], ends[:, 1]]),
                np.concatenate([ends[:, 1], ends[:, 0]]),
            ),
        ),
        shape=(k, k),
    )
    return csr_array(matrix)


def _candidates(
    ground: Ground, plan: Plan, blocks: NDArray[np.int64], neighbours: csr_array
) -> Iterator[NDArray[np.bool_]]:
    """Neighbouring choices, most promising first by first-order estimates."""
    gain, loss = _estimates(ground, plan)
    closed = np.flatnonzero(~plan.is_open)
    ins = closed[np.argsort(-gain[closed], kind="stable")][:_WIDTH]
    loose = np.flatnonzero(plan.is_open & ~ground.kept)
    outs = loose[np.argsort(loss[loose], kind="stable")][:_WIDTH]
    scored = [(-gain[j], j, -1) for j in ins] + [(loss[k], -1, k) for k in outs]
    scored += [(loss[k] - gain[j], j, k) for j in ins for k in outs]
    for score, j, k in sorted(scored):
        # Opening saves no more than estimated; closing may cost less.
        if score > _HOPE * abs(plan.value) and plan.short == 0:
            return
        candidate = plan.is_open.copy()
        if k >= 0:
            candidate[blocks == blocks[k]] = False
        if j >= 0:
            candidate[blocks == blocks[j]] = True
            shut = neighbours.indices[neighbours.indptr[j] : neighbours.indptr[j + 1]]
            candidate[np.isin(blocks, blocks[shut[candidate[shut]]])] = False
        yield candidate


def _estimates(ground: Ground, plan: Plan) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """What opening each closed column saves at most, and what closing each open one costs about."""
    k = len(ground.sites)
    pays = np.zeros(len(ground.need))
    if len(ground.need):
        free = ~ground.must
        top = np.where(free, plan.price, 0.0)
        pays = np.full(len(ground.need), float(top.max(initial=0.0)))
    dual = judge(ground, Prices(unit=plan.price, target=pays, side=np.zeros(len(ground.names))))
    gain = dual.worth - ground.fixed
    # A closed column's customers go where they are next cheapest, at today's prices.
    row = ground.row_at(plan.pairs)
    column, cost = ground.column[plan.pairs], ground.cost[plan.pairs]
    price = np.zeros(k)
    np.maximum.at(price, column, plan.price[row] - cost)
    second = _second(ground.start, ground.column, ground.cost, plan.is_open, price, plan.pairs, row)
    far = 2.0 * float(ground.cost.max(initial=0.0)) + 1.0
    more = np.maximum(0.0, np.where(np.isfinite(second), second, far) - cost) * plan.flow
    return gain, np.bincount(column, weights=more, minlength=k) - ground.fixed


@kernel
def _second(
    start: NDArray[np.int64],
    column: NDArray[np.int32],
    cost: NDArray[np.float64],
    is_open: NDArray[np.bool_],
    price: NDArray[np.float64],
    pairs: NDArray[np.int64],
    row: NDArray[np.int64],
) -> NDArray[np.float64]:
    """Least cost and price of another open column for each pair."""
    second = np.full(len(pairs), np.inf)
    for at in range(len(pairs)):
        for entry in range(start[row[at]], start[row[at] + 1]):
            if is_open[column[entry]] and entry != pairs[at]:
                second[at] = min(second[at], cost[entry] + price[column[entry]])
    return second
