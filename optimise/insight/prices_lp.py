"""The linear relaxation of a question, with its rows named."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.formulate import Milp
from optimise.models import (
    CapacitatedMedian,
    CoverFairly,
    CoverMost,
    Model,
    PMedian,
)
from optimise.problem import EVERYBODY, Problem
from optimise.sides import side_rows
from optimise.why.asked import Asked, Need, asked_of
from optimise.why.rows import Rows, rows_of

__all__ = ["NamedLp", "relaxation_of"]

#: What a row is about: ("quota", zone), ("max_sites", 0), ("budget", 0), ("targets", group) ...
Name = tuple[str, int | str]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class NamedLp:
    """A programme of which the relaxation is meant, and the rows that have a name.

    ``sign`` is -1 where the question maximises: the programme minimises the negative.
    """

    milp: Milp
    names: dict[Name, int]
    sign: float


def relaxation_of(problem: Problem, model: Model) -> NamedLp | None:
    """Write the relaxation of a question down; None for those that have no linear one."""
    asked = asked_of(problem, model)
    if isinstance(model, PMedian | CapacitatedMedian):
        return _median(problem, model, asked)
    if isinstance(model, CoverMost | CoverFairly):
        groups = model.groups if isinstance(model, CoverFairly) else (EVERYBODY,)
        needs = tuple(_wish(problem, group) for group in groups)
        asked = replace(asked, needs=tuple(need for need in needs if need.total > 0))
    if hasattr(model, "p"):
        return None
    return _cover(problem, model, asked)


def _wish(problem: Problem, group: str) -> Need:
    """A group whose cover counts without having to reach anything."""
    members = problem.members(group)
    total = float(problem.weights[members].astype(np.float64).sum())
    return Need(field="", group=group, share=0.0, times=1, members=members, total=total, need=0.0)


def _table(
    row: NDArray[np.int64], column: NDArray[np.int64], value: object, shape: tuple[int, int]
) -> sparse.csr_array:
    data = np.broadcast_to(np.asarray(value, dtype=np.float64), row.shape)
    return sparse.csr_array(sparse.coo_array((data, (row, column)), shape=shape))


class _Stack:
    """Rows one below the other, over columns of a fixed number."""

    def __init__(self, n_columns: int) -> None:
        self.n_columns, self.n_rows = n_columns, 0
        self.blocks: list[sparse.csr_array] = []
        self.lower: list[NDArray[np.float64]] = []
        self.upper: list[NDArray[np.float64]] = []
        self.names: dict[Name, int] = {}

    def add(
        self,
        block: sparse.csr_array,
        lower: NDArray[np.float64] | float,
        upper: NDArray[np.float64] | float,
        names: tuple[Name, ...] = (),
    ) -> None:
        """Add rows, from the first column on."""
        height, width = block.shape
        if width < self.n_columns:
            empty = sparse.csr_array((height, self.n_columns - width))
            block = sparse.csr_array(sparse.hstack([block, empty]))
        for number, name in enumerate(names):
            self.names.setdefault(name, self.n_rows + number)
        self.blocks.append(block)
        self.lower.append(np.broadcast_to(np.asarray(lower, dtype=np.float64), height))
        self.upper.append(np.broadcast_to(np.asarray(upper, dtype=np.float64), height))
        self.n_rows += height

    def milp(
        self,
        cost: NDArray[np.float64],
        lower: NDArray[np.float64],
        upper: NDArray[np.float64],
        offset: float = 0.0,
    ) -> Milp:
        """Put everything together."""
        none = sparse.csr_array((0, self.n_columns))
        return Milp(
            cost=cost,
            matrix=sparse.csr_array(sparse.vstack([none, *self.blocks])),
            row_lower=np.concatenate([np.zeros(0), *self.lower]),
            row_upper=np.concatenate([np.zeros(0), *self.upper]),
            whole=np.zeros(self.n_columns, dtype=np.bool_),
            offset=offset,
            column_lower=lower,
            column_upper=upper,
        )


def _sided(stack: _Stack, problem: Problem, asked: Asked) -> None:
    side = side_rows(replace(problem, max_sites=asked.most))
    if len(side.names):
        stack.add(side.matrix, side.lower, side.upper, side.names)


def _cover(problem: Problem, model: Model, asked: Asked) -> NamedLp:
    m = problem.n_sites
    # Pairs of capacities are as many as those of units: no merging by places then.
    rows = rows_of(problem, asked, neighbours=None, unit_zones=None, levels=None)
    own = rows.site < m
    row, site = rows.row[own], rows.site[own]
    times = sorted({need.times for need in asked.needs})
    pairs = len(row) if asked.capacitated else 0
    first = {count: m + number * rows.n for number, count in enumerate(times)}
    n_columns = m + len(times) * rows.n + pairs + isinstance(model, CoverFairly)
    stack = _Stack(n_columns)
    if asked.capacitated:
        _serve(stack, problem, rows.weight, row, site, m + len(times) * rows.n)
        flow = m + len(times) * rows.n + np.arange(pairs)
        at = np.arange(rows.n)
        block = _table(row, flow, 1.0, (rows.n, n_columns))
        stack.add(block - _table(at, first[1] + at, 1.0, block.shape), 0.0, np.inf)
    else:
        for count in times:
            at = np.arange(rows.n)
            block = _table(row, site, 1.0, (rows.n, n_columns))
            stack.add(block - _table(at, first[count] + at, count, block.shape), 0.0, np.inf)
    for number, need in enumerate(asked.needs):
        _counted(stack, rows, number, need, first[need.times], model)
    _sided(stack, problem, asked)
    cost, lower, upper = np.zeros(n_columns), np.zeros(n_columns), np.ones(n_columns)
    lower[:m][problem.kept] = 1.0
    upper[:m][problem.forbidden] = 0.0
    sign = 1.0
    if isinstance(model, CoverMost):
        sign = -1.0
        if asked.needs:
            cost[first[1] : first[1] + rows.n] = -rows.gain[0]
    elif isinstance(model, CoverFairly):
        sign = -1.0
        cost[-1] = -1.0
    else:
        by_cost = getattr(model, "objective", "sites") == "cost"
        cost[:m] = problem.site_costs if by_cost else 1.0
    return NamedLp(milp=stack.milp(cost, lower, upper), names=stack.names, sign=sign)


def _counted(stack: _Stack, rows: Rows, number: int, need: Need, first: int, model: Model) -> None:
    """Weight of a group that is covered."""
    at = np.flatnonzero(rows.gain[number] > 0)
    zero = np.zeros(len(at), dtype=np.int64)
    block = _table(zero, first + at, rows.gain[number, at], (1, stack.n_columns))
    if isinstance(model, CoverFairly):
        share = _table(zero[:1], zero[:1] + stack.n_columns - 1, need.total, block.shape)
        stack.add(block - share, 0.0, np.inf)
    elif need.field:
        stack.add(block, need.need, np.inf, ((need.field, need.group),))


def _serve(
    stack: _Stack,
    problem: Problem,
    weight: NDArray[np.float64],
    row: NDArray[np.int64],
    site: NDArray[np.int64],
    first: int,
) -> None:
    """Only open sites serve, and no more than they can."""
    pairs, at = len(row), np.arange(len(row))
    shape = (pairs, stack.n_columns)
    stack.add(_table(at, first + at, 1.0, shape) - _table(at, site, 1.0, shape), -np.inf, 0.0)
    if problem.capacities is None:
        return
    limited = np.flatnonzero(np.isfinite(problem.capacities))
    number = np.full(problem.n_sites, -1, dtype=np.int64)
    number[limited] = np.arange(len(limited))
    mine = number[site] >= 0
    shape = (len(limited), stack.n_columns)
    load = _table(number[site[mine]], first + at[mine], weight[row[mine]], shape)
    room = _table(np.arange(len(limited)), limited, problem.capacities[limited], shape)
    stack.add(load - room, -np.inf, 0.0)


def _median(problem: Problem, model: PMedian | CapacitatedMedian, asked: Asked) -> NamedLp:
    m, travel = problem.n_sites, problem.travel
    weights = problem.weights.astype(np.float64)
    unit = np.repeat(np.arange(problem.n_units), np.diff(travel.indptr))
    away = travel.impedance.astype(np.float64)
    usable = (away <= asked.own[unit]) & (weights[unit] > 0) & ~problem.forbidden[travel.indices]
    unit, away, site = unit[usable], away[usable], travel.indices[usable].astype(np.int64)
    units = np.flatnonzero(weights > 0)
    number = np.full(problem.n_units, -1, dtype=np.int64)
    number[units] = np.arange(len(units))
    pairs = len(unit)
    stack = _Stack(m + pairs)
    bare = problem if isinstance(model, CapacitatedMedian) else replace(problem, capacities=None)
    _serve(stack, bare, weights, unit, site, m)
    left = getattr(model, "unserved_cost", None)
    each = _table(number[unit], m + np.arange(pairs), 1.0, (len(units), m + pairs))
    stack.add(each, 1.0 if left is None else 0.0, 1.0)
    _sided(stack, problem, asked)
    cost = np.concatenate([np.zeros(m), weights[unit] * (away - (left or 0.0))])
    if isinstance(model, CapacitatedMedian) and model.fixed_costs == "add":
        cost[:m] = problem.site_costs
    lower, upper = np.zeros(m + pairs), np.ones(m + pairs)
    lower[:m][problem.kept] = 1.0
    upper[:m][problem.forbidden] = 0.0
    offset = float(weights.sum()) * (left or 0.0)
    return NamedLp(milp=stack.milp(cost, lower, upper, offset), names=stack.names, sign=1.0)
