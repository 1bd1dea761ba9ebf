"""The question as a mixed-integer programme, there and back.

Columns: x_ijm share of what point i hands in of stream m that goes to station j, d_ikm share that
goes straight to centre k, f_gjkm share of group g's stream m that passes station j to centre k,
y_js and w_ks sizes, with single assignment z_jkm; what finds no way, u_im, where asked for.

    sum_j x_ijm + sum_k d_ikm (+ u_im) = 1
    x_ijm <= sum_s y_js
    sum_{i in g} (q_im / q_gm) x_ijm = sum_k f_gjkm
    sum_j f_gjkm + sum_{i in g} (q_im / q_gm) d_ikm <= sum_s w_ks
    f_gjkm <= z_jkm,  sum_k z_jkm <= sum_s y_js

Where each point is a group of its own the fourth row is the strong linking of the two-level
facility location problem by origin (Aardal, Labbe, Leung and Queyranne 1996): its relaxation is
as good as that over paths, with fewer columns. Coarser groups keep the programme exact and small,
with a weaker bound.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.formulate import Milp
from optimise.tiers.plan import Ways
from optimise.tiers.question import Tiers
from optimise.tiers.sheet import Columns, Rows

__all__ = ["Written", "write"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: Columns of flows between stations and centres, at most: beyond it points share a group. Measured:
#: at 60 points, 40 stations and 8 centres one group for all is proven five times as fast.
_MOST_FLOWS = 4_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Written:
    """A programme and where its columns are; -1 where a table has none.

    Parameters
    ----------
    milp
        The programme.
    x, d, f, z, y, w
        int64 tables of columns: [points, stations, streams], [points, centres, streams],
        [groups, stations, centres, streams], [stations, centres, streams] and sizes by site.
    group
        int64[points]
    """

    tiers: Tiers
    milp: Milp
    x: Ints
    d: Ints
    f: Ints
    z: Ints
    y: Ints
    w: Ints
    group: Ints

    def ways(self, values: Floats) -> Ways:
        """Read a solution: shares are made to add up, what is whole is rounded."""
        tiers = self.tiers
        sizes = [_open_size(table, values) for table in (self.y, self.w)]
        x = np.where(sizes[0][None, :, None] >= 0, _taken(self.x, values), 0.0)
        d = np.where(sizes[1][None, :, None] >= 0, _taken(self.d, values), 0.0)
        if not tiers.split:
            x, d = x.round(), d.round()
        total = x.sum(axis=1) + d.sum(axis=1)
        scale = np.divide(tiers.supply, total, out=np.zeros_like(total), where=total > 0)
        collected, direct = x * scale[:, None, :], d * scale[:, None, :]
        by_group = _by_group(tiers.supply, self.group)
        passed = (_taken(self.f, values) * by_group[:, None, None, :]).sum(axis=0)
        passed = np.where(sizes[1][None, :, None] >= 0, passed, 0.0)
        if not tiers.split:
            one = passed.argmax(axis=1)[:, None, :] == np.arange(passed.shape[1])[None, :, None]
            passed = np.where(one, passed, 0.0)
        inflow, outflow = collected.sum(axis=0), passed.sum(axis=1)
        # An inflow below the solver's tolerance has no way of its own: the nearest.
        lost = np.argwhere((inflow > 0) & (outflow <= 0))
        for j, m in lost.tolist():
            price = np.where((self.f[:, j, :, m] >= 0).any(axis=0), tiers.prices()[1][j], np.inf)
            passed[j, np.where(sizes[1] >= 0, price, np.inf).argmin(), m] = 1.0
        outflow = passed.sum(axis=1)
        share = np.divide(inflow, outflow, out=np.zeros_like(inflow), where=outflow > 0)
        return Ways(
            station_size=sizes[0],
            centre_size=sizes[1],
            collected=collected,
            onward=passed * share[:, None, :],
            direct=direct,
        )

    def values(self, ways: Ways) -> Floats:
        """Write a plan as a solution of the programme."""
        tiers = self.tiers
        values = np.zeros(len(self.milp.cost))
        supply = np.where(tiers.supply > 0, tiers.supply, 1.0)
        _put(values, self.x, ways.collected / supply[:, None, :])
        _put(values, self.d, ways.direct / supply[:, None, :])
        inflow = ways.onward.sum(axis=1)
        share = np.divide(
            ways.onward,
            inflow[:, None, :],
            out=np.zeros_like(ways.onward),
            where=inflow[:, None, :] > 0,
        )
        into = np.zeros((len(self.f), *inflow.shape))
        np.add.at(into, self.group, ways.collected)
        by_group = _by_group(tiers.supply, self.group)
        into /= np.where(by_group > 0, by_group, 1.0)[:, None, :]
        _put(values, self.f, into[:, :, None, :] * share[None])
        _put(values, self.z, (ways.onward > 0).astype(np.float64))
        for table, size in ((self.y, ways.station_size), (self.w, ways.centre_size)):
            rows = np.flatnonzero(size >= 0)
            values[table[rows, size[rows]]] = 1.0
        return values


def write(tiers: Tiers, *, elastic: bool = False) -> Written:
    """Write the question down; ``elastic``: minimise what finds no way instead of cost."""
    columns = Columns()
    to_station, onward, direct = tiers.prices()
    stations, centres = tiers.stations, tiers.centres
    assert stations.takes is not None and centres.takes is not None
    some = tiers.supply > 0
    fits_s, fits_c = (
        np.ones((tiers.n_points, tier.n_sites, tiers.n_streams), bool)
        if tiers.split
        else tiers.supply[:, None, :] <= tier.largest[None, :, None] * (1 + 1e-9)
        for tier in (stations, centres)
    )
    linked = np.isfinite(onward)[:, :, None] & centres.takes[None] & stations.takes[:, None, :]
    linked &= ((stations.largest > 0)[:, None] & (centres.largest > 0)[None])[:, :, None]
    goes_on = _any(linked, 1)
    has_x = some[:, None, :] & np.isfinite(to_station)[:, :, None] & goes_on[None] & fits_s
    has_d = some[:, None, :] & np.isfinite(direct)[:, :, None] & centres.takes[None] & fits_c
    has_d &= (centres.largest > 0)[None, :, None]
    priced = 0.0 if elastic else 1.0
    q = tiers.supply
    x = columns.add(has_x, priced * q[:, None, :] * _finite(to_station)[:, :, None])
    d = columns.add(has_d, priced * q[:, None, :] * _finite(direct)[:, :, None])
    group = _groups(tiers, to_station, int(linked.sum()))
    by_group = _by_group(q, group)
    enters = np.zeros((len(by_group), *goes_on.shape), bool)
    np.logical_or.at(enters, group, has_x)
    has_f = enters[:, :, None, :] & linked[None]
    f = columns.add(has_f, priced * by_group[:, None, None, :] * _finite(onward)[None, :, :, None])
    z = columns.add(linked & (not tiers.split), np.zeros(linked.shape), whole=True)
    y = columns.add(stations.capacity > 0, priced * stations.cost, whole=True)
    w = columns.add(centres.capacity > 0, priced * centres.cost, whole=True)
    u = columns.add(some & elastic, q)
    if not tiers.split:
        columns.make_whole(x, d)
    written = Written(
        tiers=tiers,
        milp=_EMPTY,
        x=x,
        d=d,
        f=f,
        z=z,
        y=y,
        w=w,
        group=group,
    )
    rows = _rows(written, by_group, u, elastic=elastic)
    return Written(
        tiers=tiers,
        milp=columns.programme(rows),
        x=x,
        d=d,
        f=f,
        z=z,
        y=y,
        w=w,
        group=group,
    )


def _rows(at: Written, by_group: Floats, u: Ints, *, elastic: bool) -> Rows:
    tiers, rows = at.tiers, Rows()
    q, group = tiers.supply, at.group
    # Everything goes somewhere.
    everything = rows.block(q > 0, 1.0, 1.0)
    for table in (at.x, at.d):
        rows.put(everything[:, None, :], table, 1.0)
    rows.put(everything, u, 1.0)
    # A station that is used is open.
    used = rows.block(at.x >= 0, -np.inf, 0.0)
    rows.put(used, at.x, 1.0)
    rows.put(used[..., None], at.y[None, :, None, :], -1.0)
    # What enters a station leaves it, group by group.
    part = q / np.where(by_group > 0, by_group, 1.0)[group]
    passes = rows.block(_any(at.f >= 0, 2), 0.0, 0.0)
    rows.put(passes[group], at.x, part[:, None, :])
    rows.put(passes[:, :, None, :], at.f, -1.0)
    # A centre that is used is open.
    reaches = _any(at.f >= 0, 1)
    np.logical_or.at(reaches, group, at.d >= 0)
    arrives = rows.block(reaches, -np.inf, 0.0)
    rows.put(arrives[:, None, :, :], at.f, 1.0)
    rows.put(arrives[group], at.d, part[:, None, :])
    rows.put(arrives[..., None], at.w[None, :, None, :], -1.0)
    if len(by_group) < tiers.n_points:
        straight = rows.block(at.d >= 0, -np.inf, 0.0)
        rows.put(straight, at.d, 1.0)
        rows.put(straight[..., None], at.w[None, :, None, :], -1.0)
    # One centre for each stream of a station.
    if not tiers.split:
        chosen = rows.block(at.f >= 0, -np.inf, 0.0)
        rows.put(chosen, at.f, 1.0)
        rows.put(chosen, at.z[None], -1.0)
        one = rows.block(_any(at.z >= 0, 1), -np.inf, 0.0)
        rows.put(one[:, None, :], at.z, 1.0)
        rows.put(one[..., None], at.y[:, None, :], -1.0)
    _capacity_rows(rows, at, by_group)
    _count_rows(rows, at, elastic=elastic)
    return rows


def _capacity_rows(rows: Rows, at: Written, by_group: Floats) -> None:
    tiers = at.tiers
    for tier, sizes, inflows in (
        (tiers.stations, at.y, ((at.x, tiers.supply[:, None, :]),)),
        (
            tiers.centres,
            at.w,
            ((at.f, by_group[:, None, None, :]), (at.d, tiers.supply[:, None, :])),
        ),
    ):
        # In shares of the largest size, so that rows are near 1 whatever the unit.
        largest = np.where(tier.largest > 0, tier.largest, 1.0)
        room = rows.block(tier.largest > 0, -np.inf, 0.0)
        for table, amounts in inflows:
            rows.put(room[:, None], table, amounts / largest[:, None])
        rows.put(room[:, None], sizes, -tier.capacity / largest[:, None])


def _count_rows(rows: Rows, at: Written, *, elastic: bool) -> None:
    tiers = at.tiers
    total = float(tiers.supply.sum())
    for tier, sizes in ((tiers.stations, at.y), (tiers.centres, at.w)):
        assert tier.kept is not None
        once = rows.block(tier.largest > 0, tier.kept.astype(np.float64), 1.0)
        rows.put(once[:, None], sizes, 1.0)
        if tier.at_most is not None:
            count = rows.block(np.ones(1, bool), -np.inf, float(tier.at_most))
            rows.put(count[:, None], sizes, 1.0)
        # Implied, and said so that it can be rounded into cuts.
        needed = tier is tiers.centres or tiers.direct is None
        if needed and not elastic and total > 0:
            enough = rows.block(np.ones(1, bool), 1.0, np.inf)
            rows.put(enough[:, None], sizes, tier.capacity / total)
    if tiers.budget is not None:
        unit = max(tiers.budget, 1.0)
        money = rows.block(np.ones(1, bool), -np.inf, tiers.budget / unit)
        rows.put(money[:, None], at.y, tiers.stations.cost / unit)
        rows.put(money[:, None], at.w, tiers.centres.cost / unit)


_EMPTY = Milp(
    cost=np.zeros(0),
    matrix=sparse.csr_array((0, 0)),
    row_lower=np.zeros(0),
    row_upper=np.zeros(0),
    whole=np.zeros(0, bool),
    offset=0.0,
)


def _groups(tiers: Tiers, to_station: Floats, links: int) -> Ints:
    """Each point its own group; points with the same nearest station; all in one."""
    points = tiers.n_points
    if points * links <= _MOST_FLOWS:
        return np.arange(points)
    if tiers.stations.n_sites * links <= _MOST_FLOWS:
        _, group = np.unique(to_station.argmin(axis=1), return_inverse=True)
        return np.asarray(group, np.int64)
    return np.zeros(points, np.int64)


def _by_group(supply: Floats, group: Ints) -> Floats:
    total = np.zeros((int(group.max(initial=-1)) + 1, supply.shape[1]))
    np.add.at(total, group, supply)
    return total


def _finite(table: Floats) -> Floats:
    return np.where(np.isfinite(table), table, 0.0)


def _taken(table: Ints, values: Floats) -> Floats:
    taken, there = np.zeros(table.shape), table >= 0
    taken[there] = np.clip(values[table[there]], 0.0, 1.0) + 0.0  # no -0.0
    return taken


def _any(there: Mask, axis: int) -> Mask:
    return np.asarray(there.any(axis=axis), np.bool_)


def _put(values: Floats, table: Ints, taken: Floats) -> None:
    there = table >= 0
    values[table[there]] = taken[there]


def _open_size(table: Ints, values: Floats) -> NDArray[np.int32]:
    taken = _taken(table, values)
    return np.where(taken.sum(axis=1) > 0.5, taken.argmax(axis=1), -1).astype(np.int32)
