"""From the problem to its core: what is still to be decided once the obvious is settled.

Existing sites are open, forbidden ones are gone, whatever they settle is taken off the targets
and quotas. Demand units with the same sites within reach become one row (an exact merge: the row
keeps one weight per group). Sites that another site can always replace are left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from optimise._dominate import dominated
from optimise.errors import BudgetShort, Fact, Infeasible, TargetShort
from optimise.incidence import Incidence, within
from optimise.models import CoverMost, CoverShare, Model
from optimise.problem import EVERYBODY, Problem

__all__ = ["Core", "integral", "reduce_problem", "weight_needed"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Core:
    """The decision that remains, in arrays.

    Choose columns (sites) of least cost such that each target has its need covered and each
    quota its count; or, with a ``budget``, at most so many columns that cover most of the only
    target.

    Parameters
    ----------
    sites
        int32[k], the problem's index of each column, increasing.
    costs
        float64[k]
    zone
        int32[k], row of ``quota`` the column counts for, -1 for none.
    quota
        int32[t], columns still needed in each zone, all positive.
    reach
        Columns that cover each merged row.
    gain
        float64[g, r], weight of each merged row in each target.
    need
        float64[g], weight still to be covered in each target; empty with a budget.
    budget
        Number of columns that may be opened, None for no limit.
    fixed_value
        Cost (or weight covered) of what is settled already.
    integral
        Whether the objective takes whole values only.
    """

    sites: NDArray[np.int32]
    costs: NDArray[np.float64]
    zone: NDArray[np.int32]
    quota: NDArray[np.int32]
    reach: Incidence
    gain: NDArray[np.float64]
    need: NDArray[np.float64]
    budget: int | None
    fixed_value: float
    integral: bool


def integral(values: NDArray[np.number]) -> bool:
    """Tell whether all values are whole numbers."""
    return bool(values.dtype.kind in "iu" or (values == np.floor(values)).all())


def weight_needed(share: float, total: float, *, whole: bool) -> float:
    """Return the least covered weight that is ``share`` of ``total``.

    Whole weights are counted exactly, with the share as the decimal it is written as; others
    to one part in 10**9.
    """
    exact = Fraction(repr(float(share))) * Fraction(total)
    return float(-(-exact // 1)) if whole else max(0.0, float(exact) - 1e-9 * total)


def reduce_problem(problem: Problem, model: Model) -> Core:
    """Settle the obvious and merge the equal.

    Raises
    ------
    Infeasible
        With every reason there is.
    """
    reach = within(problem.travel, model.radius, problem.n_sites)
    served = reach.touches(problem.existing)
    allowed = np.flatnonzero(~problem.forbidden & ~problem.existing).astype(np.int32)
    reach = reach.keep_columns(allowed)
    quota, zone = _open_quotas(problem, allowed)
    whole = integral(problem.weights)
    weights = problem.weights.astype(np.float64)
    budget: int | None = None
    if isinstance(model, CoverMost):
        budget = _open_budget(problem, model, int(quota.sum()))
        groups, needs = [problem.members(EVERYBODY)], np.zeros(0)
        costs = np.ones(len(allowed))
        fixed_value = float(weights[served].sum())
    else:
        groups, needs = _open_targets(problem, model, reach, served, whole=whole)
        all_costs = (
            problem.site_costs.astype(np.float64)
            if model.objective == "cost"
            else np.ones(problem.n_sites)
        )
        costs = all_costs[allowed]
        whole = integral(all_costs)
        fixed_value = float(all_costs[problem.existing].sum())
    gain = np.zeros((len(groups), problem.n_units))
    for row, members in zip(gain, groups, strict=True):
        row[members] = weights[members]
    open_rows = np.flatnonzero((gain > 0).any(axis=0) & ~served & (reach.lengths > 0))
    core = Core(
        sites=allowed,
        costs=costs,
        zone=zone,
        quota=quota,
        reach=reach.take(open_rows),
        gain=gain[:, open_rows],
        need=needs,
        budget=budget,
        fixed_value=fixed_value,
        integral=whole,
    )
    return _shrink(core)


def _open_quotas(
    problem: Problem, allowed: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Quotas that the existing sites leave open, and the quota row of each allowed site."""
    n_zones = len(problem.quotas)
    zones = problem.zones[problem.existing]
    have = np.bincount(zones[zones >= 0], minlength=n_zones)
    rest = np.maximum(problem.quotas - have, 0).astype(np.int32)
    left = np.flatnonzero(rest)
    number = np.full(n_zones + 1, -1, dtype=np.int32)
    number[left] = np.arange(len(left), dtype=np.int32)
    return rest[left], number[problem.zones[allowed]]


def _open_budget(problem: Problem, model: CoverMost, new_for_quotas: int) -> int:
    existing = int(problem.existing.sum())
    least = existing + new_for_quotas
    if model.max_sites < least:
        raise Infeasible(
            (
                BudgetShort(
                    max_sites=model.max_sites,
                    least=least,
                    existing=existing,
                    new_for_quotas=new_for_quotas,
                ),
            )
        )
    return model.max_sites - existing


def _open_targets(
    problem: Problem,
    model: CoverShare,
    reach: Incidence,
    served: NDArray[np.bool_],
    *,
    whole: bool,
) -> tuple[list[NDArray[np.int32]], NDArray[np.float64]]:
    """Targets that the existing sites leave open: their units and the weight still needed."""
    weights = problem.weights.astype(np.float64)
    coverable = served | (reach.lengths > 0)
    groups: list[NDArray[np.int32]] = []
    needs: list[float] = []
    short: list[Fact] = []
    for name, share in model.targets:
        members = problem.members(name)
        total = float(weights[members].sum())
        most = float(weights[members[coverable[members]]].sum())
        need = weight_needed(share, total, whole=whole)
        if most < need:
            lost = members[~coverable[members] & (weights[members] > 0)]
            short.append(
                TargetShort(
                    group=name,
                    share=float(share),
                    attainable=most / total,
                    total=total,
                    coverable=most,
                    stranded=lost,
                )
            )
        rest = need - float(weights[members[served[members]]].sum())
        if rest > 0:
            groups.append(members)
            needs.append(rest)
    if short:
        raise Infeasible(tuple(short))
    return groups, np.array(needs)


def _shrink(core: Core) -> Core:
    """Merge rows and drop dominated columns until neither finds anything."""
    while True:
        core = _merge(core)
        gone = dominated(core.reach, core.costs, core.zone, core.quota)
        if not gone.any():
            return core
        left = np.flatnonzero(~gone)
        core = Core(
            sites=core.sites[left],
            costs=core.costs[left],
            zone=core.zone[left],
            quota=core.quota,
            reach=core.reach.keep_columns(left),
            gain=core.gain,
            need=core.need,
            budget=core.budget,
            fixed_value=core.fixed_value,
            integral=core.integral,
        )


def _merge(core: Core) -> Core:
    first, row = equal_rows(core.reach)
    gain = np.zeros((len(core.gain), len(first)))
    for merged, single in zip(gain, core.gain, strict=True):
        merged += np.bincount(row, weights=single, minlength=len(first))
    return Core(
        sites=core.sites,
        costs=core.costs,
        zone=core.zone,
        quota=core.quota,
        reach=core.reach.take(first),
        gain=gain,
        need=core.need,
        budget=core.budget,
        fixed_value=core.fixed_value,
        integral=core.integral,
    )


def equal_rows(reach: Incidence) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find rows with the same columns.

    Rows are sorted by a 64-bit signature and compared entry by entry with their neighbour, so a
    clash of signatures costs a merge but never merges unequal rows.

    Returns
    -------
    first, row
        int64[u], one row of each class, increasing; int64[rows], class of each row.
    """
    n = reach.n_rows
    if n == 0:
        return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.int64)
    key = np.random.default_rng(1971).integers(0, 2**64, reach.n_columns, dtype=np.uint64)
    sums = np.concatenate([np.zeros(1, np.uint64), np.cumsum(key[reach.indices], dtype=np.uint64)])
    signature = sums[reach.indptr[1:]] - sums[reach.indptr[:-1]]
    order = np.lexsort((np.arange(n), signature, reach.lengths))
    before, after = order[:-1], order[1:]
    maybe = (signature[before] == signature[after]) & (
        reach.lengths[before] == reach.lengths[after]
    )
    pairs = np.flatnonzero(maybe)
    one, other = reach.take(before[pairs]), reach.take(after[pairs])
    differs = np.concatenate([[0], np.cumsum(one.indices != other.indices)])
    maybe[pairs] = differs[one.indptr[1:]] == differs[one.indptr[:-1]]
    run = np.concatenate([[0], np.cumsum(~maybe)])
    first_of_run = order[np.concatenate([[True], ~maybe])]
    rank = np.argsort(np.argsort(first_of_run))
    row = np.empty(n, dtype=np.int64)
    row[order] = rank[run]
    return np.sort(first_of_run).astype(np.int64), row
