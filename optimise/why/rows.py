"""Demand as the elastic programme sees it: merged, with steps of the radius and new places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.problem import Problem
from optimise.travel import Travel
from optimise.why.asked import Asked

__all__ = ["Rows", "rows_of"]

#: Places of demand that are offered a new candidate or a mobile stop, and steps of the radius.
_PLACES, _LEVELS = 200, 8


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Rows:
    """Demand units with the same sites in the same steps of the radius, merged exactly.

    Parameters
    ----------
    row, site, level
        int64[pairs]; sites from ``m`` up are new ones. Level 0 is within the radius, level k
        beyond it and within ``levels[k - 1]``.
    levels
        float64[k], increasing.
    weight
        float64[rows]
    gain
        float64[needs, rows], weight in each need.
    in_group
        bool[groups, rows], whose radius counts.
    loose
        bool[rows], rows of one unit each, which a mobile stop may serve.
    unit
        int64[rows], the (first) unit.
    new_unit, new_zone, new_cost
        int64, int64, float64[new], places of the new sites; unit -1 for "somewhere in the zone".
    new_site_cost
        Cost of a mobile stop.
    """

    row: NDArray[np.int64]
    site: NDArray[np.int64]
    level: NDArray[np.int64]
    levels: NDArray[np.float64]
    weight: NDArray[np.float64]
    gain: NDArray[np.float64]
    in_group: NDArray[np.bool_]
    loose: NDArray[np.bool_]
    unit: NDArray[np.int64]
    new_unit: NDArray[np.int64]
    new_zone: NDArray[np.int64]
    new_cost: NDArray[np.float64]
    new_site_cost: float

    @property
    def n(self) -> int:
        """Number of rows."""
        return len(self.weight)


def rows_of(
    problem: Problem,
    asked: Asked,
    *,
    neighbours: Travel | None,
    unit_zones: NDArray[np.int32] | None,
    levels: NDArray[np.float64] | None,
) -> Rows:
    """Merge demand and find the places where something new could be.

    Parameters
    ----------
    levels
        Steps of the radius that must be among those offered; None for no steps at all.
    """
    n, m = problem.n_units, problem.n_sites
    weights = problem.weights.astype(np.float64)
    wanted = np.zeros((len(asked.needs), n), dtype=np.bool_)
    for mask, need in zip(wanted, asked.needs, strict=True):
        mask[need.members] = weights[need.members] > 0
    asking = np.asarray(wanted.any(axis=0))
    unit, site, away = _pairs(problem.travel, asking)
    stranded = asking & ~_has(unit, away <= asked.own[unit], ~problem.forbidden[site], n)
    places = _places(weights, asking, stranded, neighbours, asked)
    zones = _zones_of(problem, places, unit_zones)
    # Zones whose quota may need a site that is near nobody in particular.
    somewhere = np.repeat(np.arange(len(problem.quotas)), problem.quotas)
    cost = float(np.sort(problem.site_costs)[m // 2])
    more = _new_pairs(places, neighbours, asking, m)
    unit, site, away = (
        np.concatenate([one, other]) for one, other in zip((unit, site, away), more, strict=True)
    )
    steps = np.zeros(0) if levels is None else _levels(asked, unit, away, levels)
    level = np.where(
        away <= asked.own[unit], 0, 1 + np.searchsorted(steps, away, side="left")
    ).astype(np.int64)
    raised = np.zeros((len(asked.groups), n), dtype=np.bool_)
    for mask, group in zip(raised, asked.groups, strict=True):
        mask[group.members] = True
    usable = (level == 0) | ((level <= len(steps)) & np.asarray(raised.any(axis=0))[unit])
    unit, site, level = unit[usable], site[usable], level[usable]
    order = np.lexsort((site, unit))
    unit, site, level = unit[order], site[order], level[order]
    single = np.zeros(n, dtype=np.bool_)
    single[places] = True
    apart = single | asking if asked.capacitated and not asked.split else single
    first, row_of = _merge(n, asking, apart, unit, site + level * (m + n), wanted, raised)
    gain = np.zeros((len(asked.needs), len(first)))
    units = np.flatnonzero(asking)
    for total, mask in zip(gain, wanted, strict=True):
        total += np.bincount(
            row_of[units], weights=np.where(mask, weights, 0.0)[units], minlength=len(first)
        )
    weight = np.bincount(row_of[units], minlength=len(first), weights=weights[units])
    keep = np.isin(unit, first)
    return Rows(
        row=row_of[unit[keep]],
        site=site[keep],
        level=level[keep],
        levels=steps,
        weight=weight.astype(np.float64),
        gain=gain,
        in_group=raised[:, first],
        loose=single[first],
        unit=first,
        new_unit=np.concatenate([places, np.full(len(somewhere), -1)]),
        new_zone=np.concatenate([zones, somewhere]),
        new_cost=np.full(len(places) + len(somewhere), cost),
        new_site_cost=cost,
    )


def _pairs(
    travel: Travel, asking: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    unit = np.repeat(np.arange(len(asking)), np.diff(travel.indptr))
    keep = asking[unit]
    return (
        unit[keep],
        travel.indices[keep].astype(np.int64),
        travel.impedance[keep].astype(np.float64),
    )


def _has(
    unit: NDArray[np.int64], near: NDArray[np.bool_], allowed: NDArray[np.bool_], n: int
) -> NDArray[np.bool_]:
    found = np.zeros(n, dtype=np.bool_)
    found[unit[near & allowed]] = True
    return found


def _places(
    weights: NDArray[np.float64],
    asking: NDArray[np.bool_],
    stranded: NDArray[np.bool_],
    neighbours: Travel | None,
    asked: Asked,
) -> NDArray[np.int64]:
    """Units at whose place the most stranded weight, then the most weight, could be reached."""
    lost, all_of_it = np.where(stranded, weights, 0.0), np.where(asking, weights, 0.0)
    if neighbours is not None:
        unit, place, away = _pairs(neighbours, asking)
        near = (away <= asked.own[unit]) & (unit != place)
        for total, own in ((lost, lost.copy()), (all_of_it, all_of_it.copy())):
            np.add.at(total, place[near], own[unit[near]])
    useful = np.flatnonzero(asking)
    order = np.lexsort((useful, -all_of_it[useful], -lost[useful]))
    return np.sort(useful[order[:_PLACES]])


def _zones_of(
    problem: Problem, places: NDArray[np.int64], unit_zones: NDArray[np.int32] | None
) -> NDArray[np.int64]:
    """Zone of each place: the caller's, else that of the nearest site the matrix knows."""
    if unit_zones is not None:
        return unit_zones[places].astype(np.int64)
    travel, found = problem.travel, np.full(len(places), -1, dtype=np.int64)
    for at, unit in enumerate(places):
        span = slice(travel.indptr[unit], travel.indptr[unit + 1])
        if span.start < span.stop:
            found[at] = problem.zones[travel.indices[span][travel.impedance[span].argmin()]]
    return found


def _new_pairs(
    places: NDArray[np.int64], neighbours: Travel | None, asking: NDArray[np.bool_], m: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """Who reaches a new site: the unit itself, and those the caller knows of."""
    number = np.full(len(asking), -1, dtype=np.int64)
    number[places] = m + np.arange(len(places))
    unit, site, away = places, number[places], np.zeros(len(places))
    if neighbours is None:
        return unit, site, away
    other, place, far = _pairs(neighbours, asking)
    keep = (number[place] >= 0) & (other != place)
    return (
        np.concatenate([unit, other[keep]]),
        np.concatenate([site, number[place[keep]]]),
        np.concatenate([away, far[keep]]),
    )


def _levels(
    asked: Asked,
    unit: NDArray[np.int64],
    away: NDArray[np.float64],
    wanted: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Steps of the radius: all there are, or if these are many a few spread over the units."""
    if not asked.groups:
        return np.zeros(0)
    base = min(group.base for group in asked.groups)
    steps = np.unique(away[away > base])
    if len(steps) > _LEVELS:
        beyond = np.full(len(asked.own), np.inf)
        outside = away > asked.own[unit]
        np.minimum.at(beyond, unit[outside], away[outside])
        nearest = beyond[np.isfinite(beyond)]
        at = np.linspace(0, 1, _LEVELS + 1)[1:]
        spread = np.quantile(nearest, at, method="higher") if len(nearest) else np.zeros(0)
        steps = np.union1d(spread, wanted[np.isfinite(wanted)])
    return np.asarray(steps[steps > base])


def _merge(
    n: int,
    asking: NDArray[np.bool_],
    single: NDArray[np.bool_],
    unit: NDArray[np.int64],
    column: NDArray[np.int64],
    wanted: NDArray[np.bool_],
    raised: NDArray[np.bool_],
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Find units that nothing tells apart: the first of each class, and the class of each unit."""
    start = np.concatenate([[0], np.cumsum(np.bincount(unit, minlength=n))])
    kind = np.packbits(np.concatenate([wanted, raised]), axis=0).T.copy()
    seen: dict[bytes, int] = {}
    first: list[int] = []
    row_of = np.full(n, -1, dtype=np.int64)
    packed = column.astype(np.int64)
    for one in np.flatnonzero(asking).tolist():
        key = kind[one].tobytes() + packed[start[one] : start[one + 1]].tobytes()
        if single[one]:
            key += one.to_bytes(8, "little")
        number = seen.setdefault(key, len(first))
        if number == len(first):
            first.append(one)
        row_of[one] = number
    return np.array(first, dtype=np.int64), row_of
