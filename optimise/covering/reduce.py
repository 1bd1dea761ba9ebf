"""From the problem to its core.

Existing sites are open, forbidden ones are gone, whatever they settle is taken off the targets
and quotas. Demand units with the same sites within reach become one row (an exact merge: the row
keeps one weight per group). Sites that another site can always replace are left out.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.covering.alike import OUT, classes, tally, totals
from optimise.covering.core import Core, shrink
from optimise.errors import BudgetShort, Fact, Infeasible, TargetShort
from optimise.incidence import widest
from optimise.models import Cover, CoverMost, CoverShare
from optimise.problem import EVERYBODY, Problem

__all__ = ["grain_of", "reduce_problem", "weight_needed"]


def grain_of(values: NDArray[np.number]) -> float | None:
    """Find 1/d, d up to a thousand, that divides all values; None if there is none."""
    if values.dtype.kind in "iu":
        return 1.0
    parts = int(_parts(values.astype(np.float64)))
    return 1.0 / parts if parts else None


@kernel
def _parts(values: NDArray[np.float64]) -> Any:
    """Find the least d up to a thousand of which all values are whole multiples; 0 for none."""
    odd = 0
    for parts in range(1, 1001):
        # What spoilt the last number of parts mostly spoils this one, too.
        whole = True
        for step in range(-1, len(values)):
            at = odd if step < 0 else step
            scaled = values[at] * parts
            if abs(scaled - round(scaled)) > 1e-9 * max(1.0, scaled):
                whole, odd = False, at
                break
        if whole:
            return parts
    return 0


def weight_needed(problem: Problem, share: float, total: float) -> float:
    """Return the least covered weight that is ``share`` of ``total``.

    Whole weights are counted exactly, with the share as the decimal it is written as; others
    to one part in 10**9, but never so roughly that a unit could go by that is heavier than one
    part in 10**12.
    """
    exact = Fraction(repr(float(share))) * Fraction(total)
    if grain_of(problem.weights) == 1.0:
        return float(-(-exact // 1))
    lightest = float(problem.weights.min(initial=np.inf, where=problem.weights > 0))
    slack = max(1e-12 * total, min(1e-9 * total, 0.5 * lightest))
    return max(0.0, float(exact) - slack)


def reduce_problem(problem: Problem, model: Cover) -> Core:
    """Settle the obvious and merge the equal.

    Raises
    ------
    Infeasible
        With every reason there is.
    """
    found = classes(problem.travel, widest(model.radius), problem.kept, problem.forbidden)
    allowed = np.flatnonzero(~problem.forbidden & ~problem.kept).astype(np.int32)
    quota, zone = _open_quotas(problem, allowed)
    if isinstance(model, CoverMost):
        grain = grain_of(problem.weights)
        budget: int | None = _open_budget(problem, model, int(quota.sum()))
        groups, needs = [problem.members(EVERYBODY)], np.zeros(0)
        costs = np.zeros(len(allowed))
        total, coverable, _ = totals(found.of, problem.weights, groups[0])
        offset = total - coverable
    else:
        budget = None
        groups, needs = _open_targets(problem, model, found.of)
        by_cost = model.objective == "cost"
        all_costs = problem.site_costs if by_cost else np.ones(problem.n_sites, dtype=np.int64)
        costs = all_costs[allowed].astype(np.float64)
        offset = float(all_costs[problem.kept].sum())
        grain = grain_of(all_costs)
    gain = np.zeros((len(groups), found.reach.n_rows))
    for row, members in zip(gain, groups, strict=True):
        row[:] = tally(found, problem.weights, members)
    useful = np.flatnonzero((gain > 0).any(axis=0))
    return shrink(
        Core(
            sites=allowed,
            costs=costs,
            zone=zone,
            quota=quota,
            reach=found.reach.take(useful),
            gain=gain[:, useful],
            need=needs,
            budget=budget,
            offset=offset,
            integral=grain is not None,
            grain=grain or 1.0,
        )
    )


def _open_quotas(
    problem: Problem, allowed: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Quotas that the existing sites leave open, and the quota row of each allowed site."""
    n_zones = len(problem.quotas)
    zones = problem.zones[problem.kept]
    have = np.bincount(zones[zones >= 0], minlength=n_zones)
    rest = np.maximum(problem.quotas - have, 0).astype(np.int32)
    left = np.flatnonzero(rest)
    number = np.full(n_zones + 1, -1, dtype=np.int32)
    number[left] = np.arange(len(left), dtype=np.int32)
    return rest[left], number[problem.zones[allowed]]


def _open_budget(problem: Problem, model: CoverMost, new_for_quotas: int) -> int:
    existing = int(problem.kept.sum())
    least = existing + new_for_quotas
    most = problem.most(model.max_sites)
    if most < least:
        raise Infeasible(
            (
                BudgetShort(
                    max_sites=most,
                    least=least,
                    existing=existing,
                    new_for_quotas=new_for_quotas,
                ),
            )
        )
    return most - existing


def _open_targets(
    problem: Problem, model: CoverShare, of: NDArray[np.int32]
) -> tuple[list[NDArray[np.int32]], NDArray[np.float64]]:
    """Targets that the existing sites leave open: their units and the weight still needed."""
    groups: list[NDArray[np.int32]] = []
    needs: list[float] = []
    short: list[Fact] = []
    for name, share in model.targets:
        members = problem.members(name)
        total, most, served = totals(of, problem.weights, members)
        need = weight_needed(problem, share, total)
        if most < need:
            lost = members[(of[members] == OUT) & (problem.weights[members] > 0)]
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
        rest = need - served
        if rest > 0:
            groups.append(members)
            needs.append(rest)
    if short:
        raise Infeasible(tuple(short))
    return groups, np.array(needs)
