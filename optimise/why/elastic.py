"""The elastic programme: the question with a price on everything that could give way.

Every demand and limit gets a column that lets it give way (Brown and Graves 1975; Chinneck 2008,
chapter 6): sites beyond the limit, money beyond the budget, quotas and targets unmet, rules
broken, forbidden sites opened, existing ones closed, new candidates and mobile stops at places of
demand, larger radii in steps. The cheapest plan of all says which of them to change.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.formulate import Milp
from optimise.problem import Problem
from optimise.sides import side_rows
from optimise.why.asked import Asked, Need
from optimise.why.rows import Rows
from optimise.why.sheet import Sheet
from optimise.why.tariff import Prices

__all__ = ["Elastic", "elastic"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Elastic:
    """A programme and where its columns are.

    Parameters
    ----------
    milp
        The programme.
    sites
        Columns of all sites: the problem's, then the new ones of ``rows``.
    radii
        int64[groups, levels], columns of the radius steps.
    stops
        int64[rows], column of the stop at each row, -1 for none.
    covered
        Columns of covered rows for each number of sites, int64[rows] with -1.
    flows
        Columns of the pairs of ``rows``, only where capacities count.
    """

    milp: Milp
    sites: NDArray[np.int64]
    radii: NDArray[np.int64]
    stops: NDArray[np.int64]
    covered: dict[int, NDArray[np.int64]]
    flows: NDArray[np.int64] | None


def elastic(
    problem: Problem,
    asked: Asked,
    rows: Rows,
    prices: Prices,
    kinds: Collection[str],
) -> Elastic:
    """Write a question down with the given kinds of repair to choose from."""
    sheet = Sheet()
    sites, offset = _sites(sheet, problem, rows, prices, kinds)
    radii = _radii(sheet, asked, rows, prices, kinds)
    stops = _stops(sheet, rows, prices, kinds)
    total_stops = stops[1]
    _sides(sheet, problem, asked, rows, prices, kinds, sites, total_stops)
    times = sorted({need.times for need in asked.needs})
    flows = None
    if asked.capacitated:
        flows, covered = _shipped(sheet, problem, asked, rows, sites, radii, stops[0])
    else:
        covered = _reached(sheet, asked, rows, times, sites, radii, stops[0])
    for number, need in enumerate(asked.needs):
        _target(sheet, need, rows.gain[number], covered[need.times], prices, kinds)
    return Elastic(
        milp=sheet.milp(offset),
        sites=sites,
        radii=radii,
        stops=stops[0],
        covered=covered,
        flows=flows,
    )


def _sites(
    sheet: Sheet, problem: Problem, rows: Rows, prices: Prices, kinds: Collection[str]
) -> tuple[NDArray[np.int64], float]:
    m, new = problem.n_sites, len(rows.new_zone)
    cost, lower, upper = np.zeros(m + new), np.zeros(m + new), np.ones(m + new)
    if "allow" in kinds:
        cost[:m][problem.forbidden] = prices.allow
    else:
        upper[:m][problem.forbidden] = 0.0
    stays = problem.existing & ~problem.closable
    offset = 0.0
    for flags, kind, price in (
        (stays, "close", prices.close),
        (problem.forced, "rule", prices.rule),
    ):
        if kind in kinds:
            cost[:m][flags] -= price
            offset += price * int(flags.sum())
        else:
            lower[:m][flags] = 1.0
    cost[m:] = prices.candidate if "candidate" in kinds else 0.0
    upper[m:] = float("candidate" in kinds)
    return sheet.add(m + new, cost=cost, lower=lower, upper=upper), offset


def _radii(
    sheet: Sheet, asked: Asked, rows: Rows, prices: Prices, kinds: Collection[str]
) -> NDArray[np.int64]:
    """Steps of the radius of each group, the lower ones first."""
    levels, n = rows.levels, len(asked.groups)
    columns = np.zeros((n, len(levels)), dtype=np.int64)
    for number, group in enumerate(asked.groups):
        each = prices.radius_all if group.group is None else prices.radius
        before = np.maximum(np.concatenate([[0.0], levels[:-1]]), group.base)
        step = np.maximum(levels, group.base) - before
        usable = "radius" in kinds and math.isfinite(each)
        columns[number] = sheet.add(
            len(levels),
            cost=10 * each * step / group.base if usable else 0.0,
            upper=float(usable),
        )
    if n and len(levels) > 1:
        at = np.arange(len(levels) - 1)
        for own in columns:
            sheet.put(at, own[:-1], 1.0)
            sheet.put(at, own[1:], -1.0)
            sheet.close(len(at), least=0.0)
    return columns


def _stops(
    sheet: Sheet, rows: Rows, prices: Prices, kinds: Collection[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """One mobile stop, and the rows it comes to."""
    found = np.full(rows.n, -1, dtype=np.int64)
    where = np.flatnonzero(rows.loose) if "stop" in kinds else np.zeros(0, dtype=np.int64)
    if not len(where):
        return found, np.zeros(0, dtype=np.int64)
    stop = sheet.add(1, cost=prices.stop)
    found[where] = sheet.add(len(where), cost=prices.stop_unit)
    at = np.arange(len(where))
    sheet.put(at, np.full(len(where), stop[0]), 1.0)
    sheet.put(at, found[where], -1.0)
    sheet.close(len(where), least=0.0)
    return found, stop


def _sides(
    sheet: Sheet,
    problem: Problem,
    asked: Asked,
    rows: Rows,
    prices: Prices,
    kinds: Collection[str],
    sites: NDArray[np.int64],
    stop: NDArray[np.int64],
) -> None:
    """Quotas, limits and rules."""
    side, m = side_rows(problem), problem.n_sites
    mean = float(problem.site_costs.astype(np.float64).mean()) or 1.0
    given_up: dict[tuple[str, int], int] = {}
    for number, (name, which) in enumerate(side.names):
        if name == "max_sites":
            continue
        span = slice(side.matrix.indptr[number], side.matrix.indptr[number + 1])
        columns, values = sites[side.matrix.indices[span]], side.matrix.data[span]
        least, most = side.lower[number], side.upper[number]
        sheet.put(0, columns, values)
        if name == "quota":
            sheet.put(0, sites[m:][rows.new_zone == which], 1.0)
            if "quota" in kinds:
                sheet.put(0, sheet.add(1, cost=prices.quota, upper=least, whole=False), 1.0)
        elif name == "budget":
            sheet.put(0, sites[m:], rows.new_cost)
            sheet.put(0, stop, rows.new_site_cost)
            if "budget" in kinds:
                price = prices.budget / mean
                sheet.put(0, sheet.add(1, cost=price, upper=math.inf, whole=False), -1.0)
        elif "rule" in kinds:
            if (name, which) not in given_up:
                given_up[name, which] = int(sheet.add(1, cost=prices.rule)[0])
            # Large enough for the row to hold whatever is open.
            over, under = values[values > 0].sum() - most, least - values[values < 0].sum()
            dropped = given_up[name, which]
            if math.isfinite(most) and math.isfinite(least):
                sheet.put(1, columns, values)
                sheet.put(1, dropped, max(0.0, under))
                sheet.put(0, dropped, -max(0.0, over))
                sheet.close(2, least=np.array([-np.inf, least]), most=np.array([most, np.inf]))
                continue
            sheet.put(0, dropped, -max(0.0, over))
        sheet.close(1, least=least, most=most)
    if asked.most is not None:
        sheet.put(0, sites, 1.0)
        sheet.put(0, stop, 1.0)
        if "sites" in kinds:
            sheet.put(0, sheet.add(1, cost=prices.site, upper=math.inf, whole=False), -1.0)
        sheet.close(1, most=float(asked.most))


def _reached(
    sheet: Sheet,
    asked: Asked,
    rows: Rows,
    times: list[int],
    sites: NDArray[np.int64],
    radii: NDArray[np.int64],
    stops: NDArray[np.int64],
) -> dict[int, NDArray[np.int64]]:
    """Rows within reach of one open site, or two."""
    rings, ring, largest = _rings(sheet, rows, sites, radii, max(times, default=1))
    covered: dict[int, NDArray[np.int64]] = {}
    near = rows.level == 0
    for count in times:
        counted = np.zeros(rows.n, dtype=np.bool_)
        for number, need in enumerate(asked.needs):
            counted |= (rows.gain[number] > 0) & (need.times == count)
        where = np.flatnonzero(counted)
        at = np.full(rows.n, -1, dtype=np.int64)
        at[where] = np.arange(len(where))
        covered[count] = np.full(rows.n, -1, dtype=np.int64)
        covered[count][where] = sheet.add(len(where))
        mine = near & counted[rows.row]
        sheet.put(at[rows.row[mine]], sites[rows.site[mine]], 1.0)
        mine = counted[rings]
        sheet.put(at[rings[mine]], ring[mine], largest)
        mine = counted & (stops >= 0)
        sheet.put(at[mine], stops[mine], 1.0)
        sheet.put(np.arange(len(where)), covered[count][where], -float(count))
        sheet.close(len(where), least=0.0)
    return covered


def _rings(
    sheet: Sheet,
    rows: Rows,
    sites: NDArray[np.int64],
    radii: NDArray[np.int64],
    times: int,
) -> tuple[NDArray[np.int64], NDArray[np.int64], float]:
    """What each step of the radius adds to a row: its row and its column."""
    far = rows.level > 0
    key = rows.row[far] * (len(rows.levels) + 1) + rows.level[far]
    distinct, number = np.unique(key, return_inverse=True)
    row, level = np.divmod(distinct, len(rows.levels) + 1)
    columns = sheet.add(len(distinct), whole=False)
    sheet.put(number, sites[rows.site[far]], 1.0)
    sheet.put(np.arange(len(distinct)), columns, -float(times))
    sheet.close(len(distinct), least=0.0)
    for group, own in zip(rows.in_group, radii, strict=True):
        mine = group[row]
        sheet.put(np.flatnonzero(mine), own[level[mine] - 1], 1.0)
    sheet.put(np.arange(len(distinct)), columns, -1.0)
    sheet.close(len(distinct), least=0.0)
    return row, columns, float(times)


def _shipped(
    sheet: Sheet,
    problem: Problem,
    asked: Asked,
    rows: Rows,
    sites: NDArray[np.int64],
    radii: NDArray[np.int64],
    stops: NDArray[np.int64],
) -> tuple[NDArray[np.int64], dict[int, NDArray[np.int64]]]:
    """Shares of rows that sites serve, none overloaded."""
    pairs = len(rows.row)
    flows = sheet.add(pairs, whole=not asked.split)
    at = np.arange(pairs)
    sheet.put(at, sites[rows.site], 1.0)
    sheet.put(at, flows, -1.0)
    sheet.close(pairs, least=0.0)
    far = np.flatnonzero(rows.level > 0)
    for group, own in zip(rows.in_group, radii, strict=True):
        mine = group[rows.row[far]]
        sheet.put(np.flatnonzero(mine), own[rows.level[far[mine]] - 1], 1.0)
    sheet.put(np.arange(len(far)), flows[far], -1.0)
    sheet.close(len(far), least=0.0)
    assert problem.capacities is not None
    room = np.concatenate([problem.capacities, np.full(len(rows.new_zone), np.inf)])
    limited = np.isfinite(room)
    number = np.cumsum(limited) - 1
    mine = limited[rows.site]
    sheet.put(number[rows.site[mine]], flows[mine], rows.weight[rows.row[mine]])
    sheet.put(np.arange(int(limited.sum())), sites[limited], -room[limited])
    sheet.close(int(limited.sum()), most=0.0)
    covered = sheet.add(rows.n, whole=not asked.split)
    sheet.put(rows.row, flows, 1.0)
    sheet.put(np.flatnonzero(stops >= 0), stops[stops >= 0], 1.0)
    sheet.put(np.arange(rows.n), covered, -1.0)
    sheet.close(rows.n, least=0.0)
    return flows, {1: covered}


def _target(
    sheet: Sheet,
    need: Need,
    gain: NDArray[np.float64],
    covered: NDArray[np.int64],
    prices: Prices,
    kinds: Collection[str],
) -> None:
    """Enough of a group covered, in shares of what is needed: tolerances are absolute."""
    mine = np.flatnonzero(gain > 0)
    sheet.put(0, covered[mine], gain[mine] / need.need)
    if "target" in kinds and need.field:
        price = 100 * prices.target * (need.need / need.total)
        sheet.put(0, sheet.add(1, cost=price, whole=False), 1.0)
    sheet.close(1, least=1.0)
