"""A second opinion on a plan of three tiers: shares no code with what makes one."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from optimise.checking.fault import Fault
from optimise.tiers.plan import TiersPlan
from optimise.tiers.question import Tiers, TierSites

__all__ = ["verify_tiers"]

#: Relative slack of what a solver in float64 balances.
_SLACK = 1e-6


def verify_tiers(tiers: Tiers, plan: TiersPlan) -> tuple[Fault, ...]:
    """Recount every claim of a plan from the question.

    Checked are sizes, numbers and budget; that nothing goes where there is no way, no open place
    or no taker; that every tonne of every point and stream leaves it, and leaves each station
    again; capacities; single assignment; and the costs. Of the bound only that it is on the right
    side.

    Returns
    -------
    tuple of Fault
        Empty if every claim holds.
    """
    faults: list[Fault] = []
    for name, tier, size in (
        ("station", tiers.stations, plan.station_size),
        ("centre", tiers.centres, plan.centre_size),
    ):
        faults += _bad_sizes(name, tier, size)
    if faults:
        return tuple(faults)
    faults += _bad_ways(tiers, plan)
    faults += _bad_balance(tiers, plan)
    faults += _bad_loads(tiers, plan)
    if not tiers.split:
        faults += _bad_splits(plan)
    faults += _bad_costs(tiers, plan)
    return tuple(faults)


def _bad_sizes(name: str, tier: TierSites, size: NDArray[np.int32]) -> list[Fault]:
    faults = []
    if size.shape != (len(tier.capacity),):
        return [Fault(what="length", where=name, claimed=len(size), found=len(tier.capacity))]
    for row, chosen in enumerate(size.tolist()):
        there = -1 <= chosen < tier.capacity.shape[1]
        if not there or (chosen >= 0 and tier.capacity[row, chosen] <= 0):
            faults.append(Fault(what="size", where=f"{name} {row}", claimed=chosen, found=math.nan))
        if tier.kept is not None and tier.kept[row] and chosen < 0:
            faults.append(Fault(what="kept", where=f"{name} {row}", claimed=0, found=1))
    opened = sum(chosen >= 0 for chosen in size.tolist())
    if tier.at_most is not None and opened > tier.at_most:
        faults.append(Fault(what="at most", where=name, claimed=opened, found=tier.at_most))
    return faults


def _bad_ways(tiers: Tiers, plan: TiersPlan) -> list[Fault]:
    faults = []
    station, centre = plan.station_size >= 0, plan.centre_size >= 0
    endless = np.full(plan.direct.shape[:2], np.inf)
    legs = (
        ("to station", plan.collected, tiers.to_stations, None, station, tiers.stations.takes),
        ("onward", plan.onward, tiers.onward, station, centre, tiers.centres.takes),
        (
            "direct",
            plan.direct,
            endless if tiers.direct is None else tiers.direct,
            None,
            centre,
            tiers.centres.takes,
        ),
    )
    for name, flow, far, begins, ends, takes in legs:
        if not np.isfinite(flow).all() or (flow < 0).any():
            faults.append(Fault(what="flow", where=name, claimed=math.nan, found=0))
        for i, j, m in np.argwhere(flow > 0).tolist():
            allowed = math.isfinite(far[i, j]) and ends[j] and (begins is None or begins[i])
            if not allowed or (takes is not None and not takes[j, m]):
                faults.append(
                    Fault(what="way", where=f"{name} {i}-{j}-{m}", claimed=flow[i, j, m], found=0)
                )
    return faults


def _bad_balance(tiers: Tiers, plan: TiersPlan) -> list[Fault]:
    faults = []
    for i, m in np.ndindex(tiers.supply.shape):
        leaves = math.fsum([*plan.collected[i, :, m], *plan.direct[i, :, m]])
        given = float(tiers.supply[i, m])
        if abs(leaves - given) > _SLACK * max(1.0, given):
            faults.append(Fault(what="leaves", where=f"point {i}-{m}", claimed=leaves, found=given))
    for j, m in np.ndindex(plan.onward.shape[0], plan.onward.shape[2]):
        enters, leaves = math.fsum(plan.collected[:, j, m]), math.fsum(plan.onward[j, :, m])
        if abs(enters - leaves) > _SLACK * max(1.0, enters):
            faults.append(
                Fault(what="balance", where=f"station {j}-{m}", claimed=leaves, found=enters)
            )
    return faults


def _bad_loads(tiers: Tiers, plan: TiersPlan) -> list[Fault]:
    faults = []
    for j, size in enumerate(plan.station_size.tolist()):
        load = math.fsum(plan.collected[:, j, :].ravel())
        room = float(tiers.stations.capacity[j, size]) if size >= 0 else 0.0
        if load > room + _SLACK * max(1.0, room):
            faults.append(Fault(what="capacity", where=f"station {j}", claimed=load, found=room))
    for k, size in enumerate(plan.centre_size.tolist()):
        load = math.fsum([*plan.onward[:, k, :].ravel(), *plan.direct[:, k, :].ravel()])
        room = float(tiers.centres.capacity[k, size]) if size >= 0 else 0.0
        if load > room + _SLACK * max(1.0, room):
            faults.append(Fault(what="capacity", where=f"centre {k}", claimed=load, found=room))
    return faults


def _bad_splits(plan: TiersPlan) -> list[Fault]:
    faults = []
    ways = (plan.collected > 0).sum(axis=1) + (plan.direct > 0).sum(axis=1)
    for i, m in np.argwhere(ways > 1).tolist():
        faults.append(
            Fault(what="single", where=f"point {i}-{m}", claimed=int(ways[i, m]), found=1)
        )
    onward = (plan.onward > 0).sum(axis=1)
    for j, m in np.argwhere(onward > 1).tolist():
        faults.append(
            Fault(what="single", where=f"station {j}-{m}", claimed=int(onward[j, m]), found=1)
        )
    return faults


def _bad_costs(tiers: Tiers, plan: TiersPlan) -> list[Fault]:
    places = math.fsum(
        float(tier.cost[row, size])
        for tier, sizes in ((tiers.stations, plan.station_size), (tiers.centres, plan.centre_size))
        for row, size in enumerate(sizes.tolist())
        if size >= 0
    )
    ways = 0.0
    for rate, flow, far in zip(
        tiers.rates,
        (plan.collected, plan.onward, plan.direct),
        (tiers.to_stations, tiers.onward, tiers.direct),
        strict=True,
    ):
        if far is None:
            continue
        for i, j, m in np.argwhere(flow > 0).tolist():
            ways += rate * float(far[i, j]) * float(flow[i, j, m])
    faults = []
    for name, claimed, found in (
        ("site cost", plan.site_cost, places),
        ("way cost", plan.way_cost, ways),
        ("value", plan.value, places + ways),
        ("gap", plan.gap, abs(plan.value - plan.bound) / max(1e-10, abs(plan.value))),
    ):
        if not abs(claimed - found) <= _SLACK * max(1.0, abs(found)):
            faults.append(Fault(what=name, where="plan", claimed=claimed, found=found))
    if tiers.budget is not None and places > tiers.budget * (1 + _SLACK):
        faults.append(Fault(what="budget", where="plan", claimed=places, found=tiers.budget))
    if plan.bound > plan.value * (1 + _SLACK):
        faults.append(Fault(what="bound", where="plan", claimed=plan.bound, found=plan.value))
    return faults
