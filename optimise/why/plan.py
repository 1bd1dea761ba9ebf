"""From the cheapest elastic plan to the changes it stands for, and what they cost."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from optimise.covering.reduce import weight_needed
from optimise.problem import Problem
from optimise.travel import Travel
from optimise.why.asked import Asked, Need
from optimise.why.changes import (
    AddCandidate,
    Allow,
    Change,
    CloseExisting,
    DropRule,
    LowerQuota,
    LowerTarget,
    MobileStop,
    MoreBudget,
    MoreRadius,
    MoreSites,
)
from optimise.why.elastic import Elastic
from optimise.why.rows import Rows
from optimise.why.tariff import Prices

__all__ = ["changes_of", "price_of", "share_of", "up_to"]

#: Digits of a lowered share.
_DIGITS = 9


def changes_of(
    problem: Problem,
    asked: Asked,
    rows: Rows,
    programme: Elastic,
    values: NDArray[np.float64],
    neighbours: Travel | None,
) -> tuple[Change, ...]:
    """Read off a plan what has to change for it to be one.

    Amounts are counted from the plan itself, not taken from the slack columns, so that none is
    off by a tolerance.
    """
    m = problem.n_sites
    chosen = values[programme.sites] > 0.5
    stopped = np.flatnonzero(programme.stops >= 0)
    stopped = stopped[values[programme.stops[stopped]] > 0.5]
    stop = tuple(int(rows.unit[row]) for row in stopped)
    changes: list[Change] = []
    reach = np.zeros(rows.n, dtype=np.int64)
    for number, (group, own) in enumerate(zip(asked.groups, programme.radii, strict=True)):
        steps = int((values[own] > 0.5).sum())
        if steps and rows.levels[steps - 1] > group.base:
            radius = float(rows.levels[steps - 1])
            changes.append(MoreRadius(group=group.group, radius=radius))
            mine = rows.in_group[number]
            reach[mine] = np.maximum(reach[mine], steps)
    changes += [_candidate(rows, int(new), neighbours) for new in np.flatnonzero(chosen[m:])]
    if stop:
        changes.append(MobileStop(units=stop, cost=rows.new_site_cost))
    changes += [Allow(site=int(site)) for site in np.flatnonzero(chosen[:m] & problem.forbidden)]
    stays = problem.existing & ~problem.closable
    changes += [CloseExisting(site=int(site)) for site in np.flatnonzero(~chosen[:m] & stays)]
    forced = np.flatnonzero(~chosen[:m] & problem.forced)
    changes += [DropRule(kind="forced", number=int(site)) for site in forced]
    changes += _rules(problem, chosen[:m])
    zones = np.concatenate([problem.zones, rows.new_zone])[chosen]
    have = np.bincount(zones[zones >= 0], minlength=len(problem.quotas))
    for zone in np.flatnonzero(have < problem.quotas):
        changes.append(LowerQuota(zone=int(zone), to=int(have[zone])))
    count = int(chosen.sum()) + bool(stop)
    if asked.most is not None and count > asked.most:
        changes.append(MoreSites(count=count - asked.most))
    if problem.budget is not None:
        cost = float(problem.site_costs[chosen[:m]].sum()) + float(rows.new_cost[chosen[m:]].sum())
        cost += rows.new_site_cost * bool(stop)
        if cost > problem.budget:
            changes.append(MoreBudget(amount=up_to(problem.budget, cost)))
    for number, need in enumerate(asked.needs):
        covered = _covered(asked, rows, programme, values, chosen, reach, stopped, need.times)
        got = float(covered @ rows.gain[number])
        share = share_of(problem, need, got)
        if share is not None:
            changes.append(LowerTarget(group=need.group, share=share, field=need.field))
    return tuple(changes)


def _candidate(rows: Rows, new: int, neighbours: Travel | None) -> AddCandidate:
    unit = int(rows.new_unit[new])
    return AddCandidate(
        zone=int(rows.new_zone[new]),
        unit=None if unit < 0 else unit,
        near=_near(neighbours, unit),
        cost=float(rows.new_cost[new]),
    )


def _near(neighbours: Travel | None, unit: int) -> tuple[tuple[int, float], ...]:
    """Units that the caller knows to reach a place, the place itself apart."""
    if neighbours is None or unit < 0:
        return ()
    entries = np.flatnonzero(neighbours.indices == unit)
    others = np.searchsorted(neighbours.indptr, entries, side="right") - 1
    return tuple(
        (int(other), float(away))
        for other, away in zip(others, neighbours.impedance[entries], strict=True)
        if other != unit
    )


def up_to(budget: float, cost: float) -> float:
    """What a budget lacks, so that adding it is enough whatever the rounding."""
    amount = cost - budget
    while budget + amount < cost:
        amount = math.nextafter(amount, math.inf)
    return amount


def _rules(problem: Problem, chosen: NDArray[np.bool_]) -> list[Change]:
    """Rules that a plan breaks."""
    found: list[Change] = []
    if len(problem.apart):
        both = np.flatnonzero(chosen[problem.apart].all(axis=1))
        found += [DropRule(kind="apart", number=int(pair)) for pair in both]
    for number, group in enumerate(problem.together):
        if 0 < chosen[list(group)].sum() < len(group):
            found.append(DropRule(kind="together", number=number))
    for number, choice in enumerate(problem.choices):
        if not choice.least <= chosen[list(choice.sites)].sum() <= choice.most:
            found.append(DropRule(kind="choice", number=number))
    return found


def _covered(
    asked: Asked,
    rows: Rows,
    programme: Elastic,
    values: NDArray[np.float64],
    chosen: NDArray[np.bool_],
    reach: NDArray[np.int64],
    stopped: NDArray[np.int64],
    times: int,
) -> NDArray[np.float64]:
    """Share of each row that is covered often enough; 0 or 1 but where it is shared out."""
    if asked.capacitated:
        share = values[programme.covered[times]]
        return share if asked.split else np.round(share)
    usable = chosen[rows.site] & (rows.level <= reach[rows.row])
    count = np.bincount(rows.row[usable], minlength=rows.n)
    count[stopped] += 1
    return (count >= times).astype(np.float64)


def share_of(problem: Problem, need: Need, got: float) -> float | None:
    """Largest share of so many digits that ``got`` is enough for; None if nothing is missing."""
    if got >= need.need - 1e-9 * need.total:
        return None
    scale = 10**_DIGITS
    share: float = math.floor(Fraction(got) / Fraction(need.total) * scale) / scale
    while share > 0 and weight_needed(problem, share, need.total) > got:
        share = max(0.0, share - 1 / scale)
    return share


def price_of(changes: tuple[Change, ...], problem: Problem, asked: Asked, prices: Prices) -> float:
    """Sum the prices of changes."""
    return float(sum(_price(change, problem, asked, prices) for change in changes))


def _price(change: Change, problem: Problem, asked: Asked, prices: Prices) -> float:
    match change:
        case MoreRadius():
            each = prices.radius_all if change.group is None else prices.radius
            base = min(
                (group.base for group in asked.groups if group.group == change.group),
                default=min((group.base for group in asked.groups), default=change.radius),
            )
            return 10 * each * max(0.0, change.radius / base - 1)
        case AddCandidate():
            return prices.candidate
        case MobileStop():
            return prices.stop + prices.stop_unit * len(change.units)
        case MoreBudget():
            mean = float(problem.site_costs.astype(np.float64).mean()) or 1.0
            return prices.budget * change.amount / mean
        case MoreSites():
            return prices.site * change.count
        case LowerQuota():
            return prices.quota * float(problem.quotas[change.zone] - change.to)
        case LowerTarget():
            shares = [
                need.share - change.share
                for need in asked.needs
                if (need.group, need.field) == (change.group, change.field)
            ]
            return 100 * prices.target * sum(shares)
        case Allow():
            return prices.allow
        case CloseExisting():
            return prices.close
    return prices.rule
