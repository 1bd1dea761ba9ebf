"""Check the open sites of a solution, and the rules that tie them to one another."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.checking.fault import Fault, faults_at
from optimise.problem import Problem

__all__ = ["bad_sides", "bad_sites"]

#: Costs that are no whole numbers are summed to this.
_ROUNDING = 1e-9


def bad_sites(problem: Problem, sites: NDArray[Any]) -> list[Fault]:
    """Find what is no list of sites of this problem; nothing else can be checked then."""
    if sites.ndim != 1 or (sites.size and sites.dtype.kind not in "iu"):
        return [Fault(what="site", where="type", claimed=math.nan, found=sites.ndim)]
    outside = (sites < 0) | (sites >= problem.n_sites)
    if outside.any():
        bad = sites[outside][0]
        return [Fault(what="site", where="number", claimed=float(bad), found=problem.n_sites)]
    unordered = sites[1:] <= sites[:-1]
    if unordered.any():
        bad = sites[1:][unordered][0]
        return [Fault(what="site", where="order", claimed=float(bad), found=math.nan)]
    return []


def bad_sides(problem: Problem, is_open: NDArray[np.bool_], own_limit: int | None) -> list[Fault]:
    """Find every side constraint that open sites break.

    Parameters
    ----------
    is_open
        bool[m]
    own_limit
        Most sites that the model itself allows; None for no limit.
    """
    stays = problem.existing & ~problem.closable
    faults = faults_at("existing", "site", stays & ~is_open, 1, 0)
    faults += faults_at("forced", "site", problem.forced & ~is_open, 1, 0)
    faults += faults_at("forbidden", "site", problem.forbidden & is_open, 0, 1)
    in_zone = is_open & (problem.zones >= 0)
    have = np.bincount(problem.zones[in_zone], minlength=len(problem.quotas))
    faults += faults_at("quota", "zone", have < problem.quotas, problem.quotas, have)
    n_open = int(np.count_nonzero(is_open))
    for limit in (problem.max_sites, own_limit):
        if limit is not None and n_open > limit:
            faults.append(Fault(what="max_sites", where="", claimed=limit, found=n_open))
    if problem.budget is not None:
        costs = problem.site_costs[is_open].sum()
        slack = 0.0 if problem.site_costs.dtype.kind == "i" else _ROUNDING * problem.budget
        if costs > problem.budget + slack:
            faults.append(
                Fault(what="budget", where="", claimed=problem.budget, found=float(costs))
            )
    both = is_open[problem.apart[:, 0]] & is_open[problem.apart[:, 1]]
    faults += faults_at("apart", "pair", both, 1, 2)
    faults += _bad_together(problem, is_open)
    return faults + _bad_choices(problem, is_open)


def _counts(
    groups: list[tuple[int, ...]], is_open: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Sites of each group, and how many of them are open."""
    sizes = np.array([len(group) for group in groups], dtype=np.int64)
    number = np.repeat(np.arange(len(groups)), sizes)
    sites = np.array([site for group in groups for site in group], dtype=np.int64)
    return sizes, np.bincount(number[is_open[sites]], minlength=len(groups))


def _bad_together(problem: Problem, is_open: NDArray[np.bool_]) -> list[Fault]:
    sizes, have = _counts(list(problem.together), is_open)
    return faults_at("together", "group", (have > 0) & (have < sizes), sizes, have)


def _bad_choices(problem: Problem, is_open: NDArray[np.bool_]) -> list[Fault]:
    _, have = _counts([choice.sites for choice in problem.choices], is_open)
    least, most = (
        np.array([getattr(choice, name) for choice in problem.choices], dtype=np.float64)
        for name in ("least", "most")
    )
    few = faults_at("choice", "choice", have < least, least, have)
    return few + faults_at("choice", "choice", have > most, most, have)
