"""The p-median in arrays: units that weigh something, sites that may be open, costs both ways."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import kernel
from optimise.incidence import within
from optimise.problem import Problem

__all__ = ["Ground", "cost_of", "lay_ground", "narrow"]


class Ground(NamedTuple):
    """Costs (weight times impedance) of serving units from sites, and what must hold.

    A tuple of arrays, as compiled code likes it. An absent pair means that the site cannot serve
    the unit; an explicit cost of 0 is a site at the same place.

    Parameters
    ----------
    unit_ptr, unit_site, unit_cost
        int64[n + 1], int32[nnz], float64[nnz]: the sites of each unit, cheapest first.
    site_ptr, site_unit, site_cost
        int64[k + 1], int32[nnz], float64[nnz]: the units of each site.
    left
        float64[n], cost of leaving a unit unserved; no less than any cost of the unit.
    zone
        int32[k], row of ``quota`` a site counts for, -1 for none.
    quota
        int64[t], least number of open sites in each zone, the kept ones included.
    kept
        bool[k], sites that are open in every plan.
    most
        Number of sites that may be open, the kept ones included.
    """

    unit_ptr: NDArray[np.int64]
    unit_site: NDArray[np.int32]
    unit_cost: NDArray[np.float64]
    site_ptr: NDArray[np.int64]
    site_unit: NDArray[np.int32]
    site_cost: NDArray[np.float64]
    left: NDArray[np.float64]
    zone: NDArray[np.int32]
    quota: NDArray[np.int64]
    kept: NDArray[np.bool_]
    most: int


def lay_ground(
    problem: Problem, *, most: int, radius: float, unserved_cost: float | None
) -> tuple[Ground, NDArray[np.int32]]:
    """Put a problem into arrays.

    Parameters
    ----------
    most
        Number of sites that may be open.
    radius
        A site serves only within this impedance.
    unserved_cost
        Cost of leaving a unit of weight unserved, in the unit of the impedance. None: it must
        not be; then ``left`` is above the cost of any plan that serves everybody.

    Returns
    -------
    ground, sites
        The arrays and int32[k], the problem's index of each of their sites.
    """
    reach = within(problem.travel, radius, problem.n_sites)
    impedance = problem.travel.impedance.astype(np.float64)
    impedance = impedance[impedance <= radius]
    weights = problem.weights.astype(np.float64)
    units, sites = np.flatnonzero(weights > 0), np.flatnonzero(~problem.forbidden)
    number = np.full(problem.n_sites, -1, dtype=np.int32)
    number[sites] = np.arange(len(sites), dtype=np.int32)
    place = np.full(problem.n_units, -1, dtype=np.int32)
    place[units] = np.arange(len(units), dtype=np.int32)
    unit, site = place[reach.row_of], number[reach.indices]
    held = (unit >= 0) & (site >= 0)
    unit, site = unit[held], site[held]
    cost = weights[units][unit] * impedance[held]
    if unserved_cost is None:
        dearest = np.zeros(len(units))
        np.maximum.at(dearest, unit, cost)
        total = np.ceil(float(dearest.sum()))
        # Whole, and more than everybody's dearest site beyond 2**53 too, where 1 is lost.
        left = np.full(len(units), total + max(1.0, np.floor(total * 2.0**-30)))
    else:
        left = weights[units] * unserved_cost
    order = np.lexsort((site, cost, unit))
    back = np.argsort(site, kind="stable")
    ground = Ground(
        unit_ptr=np.searchsorted(unit, np.arange(len(units) + 1)).astype(np.int64),
        unit_site=site[order],
        unit_cost=cost[order],
        site_ptr=np.searchsorted(site[back], np.arange(len(sites) + 1)).astype(np.int64),
        site_unit=unit[back],
        site_cost=cost[back],
        left=left,
        zone=problem.zones[sites],
        quota=problem.quotas.astype(np.int64),
        kept=problem.kept[sites],
        most=min(most, len(sites)),
    )
    return ground, sites.astype(np.int32)


def narrow(
    ground: Ground, keep: NDArray[np.integer], opened: NDArray[np.bool_], worth: NDArray[np.float64]
) -> Ground:
    """Keep some sites (increasing) and only the pairs that a better plan may use.

    Parameters
    ----------
    opened
        bool[k], sites known to be open in every better plan; they become kept ones.
    worth
        float64[n], costs above this are not paid for a unit in a better plan, unless for want of
        any other site.
    """
    number = np.full(len(ground.kept), -1, dtype=np.int32)
    number[keep] = np.arange(len(keep), dtype=np.int32)
    unit = np.repeat(np.arange(len(ground.left), dtype=np.int32), np.diff(ground.unit_ptr))
    site = number[ground.unit_site]
    held = (site >= 0) & (ground.unit_cost <= worth[unit])
    unit, site, cost = unit[held], site[held], ground.unit_cost[held]
    back = np.lexsort((unit, site))
    return ground._replace(
        unit_ptr=np.searchsorted(unit, np.arange(len(ground.left) + 1)).astype(np.int64),
        unit_site=site,
        unit_cost=cost,
        site_ptr=np.searchsorted(site[back], np.arange(len(keep) + 1)).astype(np.int64),
        site_unit=unit[back],
        site_cost=cost[back],
        zone=ground.zone[keep],
        kept=(ground.kept | opened)[keep],
    )


@kernel
def cost_of(ground: Ground, is_open: NDArray[np.bool_]) -> float:
    """Cost of serving every unit from its cheapest open site, bool[k], or leaving it."""
    total = 0.0
    for i in range(len(ground.left)):
        paid = ground.left[i]
        for a in range(ground.unit_ptr[i], ground.unit_ptr[i + 1]):
            if is_open[ground.unit_site[a]]:
                paid = ground.unit_cost[a]
                break
        total += paid
    return total
