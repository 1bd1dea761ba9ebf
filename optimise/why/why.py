"""Why not: what makes a question impossible, and the cheapest ways to make it possible.

The blocking demands and limits are found by the elastic programme (:mod:`optimise.why.elastic`),
the smallest radius by halving; every repair that is returned has been applied and solved.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from optimise.checks import whole
from optimise.errors import (
    Fact,
    Infeasible,
    ProblemError,
    QuotaShort,
    TargetShort,
    Undecided,
)
from optimise.models import Model
from optimise.problem import Problem
from optimise.travel import Travel
from optimise.watch import Progress, Watch
from optimise.why.asked import Asked, Need, asked_of
from optimise.why.changes import LowerQuota, MoreRadius
from optimise.why.direct import limits_apart, twin_of
from optimise.why.radius import SmallestRadius, smallest_radius
from optimise.why.remedy import Doctor, Remedy, plainer
from optimise.why.tariff import KINDS, Prices

__all__ = ["WhyNot", "why_not"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class WhyNot:
    """Why a question has no answer, and what would give it one.

    Parameters
    ----------
    facts
        What :func:`~optimise.solve` says.
    radius
        The smallest radius that would do.
    stranded
        For each demand that not even all allowed sites meet: the group, its share, what is
        attainable, and the units without enough allowed sites within their radius.
    left_out
        int32, units of positive weight that the plan which misses least of the targets leaves
        uncovered, where lowering targets alone is enough; else those stranded.
    zones
        Zones whose quotas the limits and rules do not let be met, each with what a plan of
        least total shortfall has.
    alone
        The cheapest repair of each single kind that is enough by itself, the cheapest first.
    mix
        The cheapest repair of all kinds together, None if none was found.
    seconds
        Time spent.
    log
        What was asked and what came of it.
    """

    facts: tuple[Fact, ...]
    radius: SmallestRadius
    stranded: tuple[TargetShort, ...]
    left_out: NDArray[np.int32]
    zones: tuple[QuotaShort, ...]
    alone: tuple[Remedy, ...]
    mix: Remedy | None
    seconds: float
    log: tuple[str, ...]


def why_not(
    problem: Problem,
    model: Model,
    *,
    prices: Prices | None = None,
    kinds: Collection[str] | None = None,
    neighbours: Travel | None = None,
    unit_zones: ArrayLike | None = None,
    seed: int = 0,
    time_limit_s: float = 120.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> WhyNot:
    """Say why a question has no answer, and what would give it one.

    Parameters
    ----------
    problem, model
        The question.
    prices
        What each kind of repair costs, the defaults of :class:`Prices` if left out.
    kinds
        Kinds of repair to look for, all of them if left out.
    neighbours
        Impedances between demand units (rows) and places at demand units (columns, the same
        numbers): who would reach a new candidate there. Without them a new candidate serves only
        the unit at whose place it is.
    unit_zones
        int[n], zone of each demand unit, for new candidates; without them a candidate is taken
        to lie in the zone of the unit's nearest site.
    seed, time_limit_s, progress, cancel
        As in :func:`~optimise.solve`; a limit leaves repairs out, and the log says so.

    Raises
    ------
    ProblemError
        If the question has an answer, or an option makes no sense.
    """
    began = time.perf_counter()
    chosen = _kinds(kinds, prices or Prices())
    watch = Watch(time_limit_s, progress, cancel)
    asked = asked_of(problem, model)
    doctor = Doctor(
        problem=problem,
        model=model,
        prices=prices or Prices(),
        neighbours=neighbours,
        unit_zones=_unit_zones(problem, unit_zones),
        seed=seed,
        watch=watch,
        asked=asked,
    )
    facts = _facts(doctor.within(0.2))
    log: list[str] = []
    radius = smallest_radius(problem, model, asked, doctor.within(0.3).possible)
    log.append(f"radius: {radius.verdict}, {radius.radius}")
    levels = np.array([] if radius.radius is None else [radius.radius])
    useful = doctor.possible_kinds
    chosen = tuple(kind for kind in chosen if kind in useful)
    alone: list[Remedy] = []
    for number, kind in enumerate(chosen):
        if watch.look("search", number / (len(chosen) + 1)) is not None:
            log.append(f"{kind}: left out ({watch.stopped})")
            continue
        part = doctor.within(1 / (len(chosen) - number + 1))
        found, verdict = part.remedy(kind, (kind,), levels)
        if kind == "radius" and radius.radius is not None:
            everybody = (MoreRadius(group=None, radius=radius.radius),)
            found = _cheaper(found, part.proven(kind, everybody, 0.0))
        log.append(f"{kind}: " + (verdict if found is None else f"{found.price:g}"))
        if found is not None:
            alone.append(found)
    alone.sort(key=lambda one: one.price)
    mix = None
    if len(chosen) > 1 and watch.look("search", 1.0) is None:
        mix, _ = doctor.within(0.9).remedy("mix", chosen, levels)
    if alone and (mix is None or alone[0].price <= mix.price * (1 + 1e-9)):
        mix = alone[0]
    log.append("mix: " + ("not found" if mix is None else f"{mix.price:g}"))
    stranded = tuple(
        short for need in asked.needs if (short := _stranded(problem, asked, need)) is not None
    )
    return WhyNot(
        facts=facts,
        radius=radius,
        stranded=stranded,
        left_out=_left_out(asked, problem, alone, stranded),
        zones=_short_zones(doctor),
        alone=tuple(alone),
        mix=mix,
        seconds=time.perf_counter() - began,
        log=tuple(log),
    )


def _kinds(kinds: Collection[str] | None, prices: Prices) -> tuple[str, ...]:
    for kind in kinds or ():
        if kind not in KINDS:
            raise ProblemError(
                "why_not.kinds", f"{kind!r}", remedy=f"There are: {', '.join(KINDS)}."
            )
    return tuple(
        kind
        for kind, price in KINDS.items()
        if (kinds is None or kind in kinds) and np.isfinite(getattr(prices, price))
    )


def _unit_zones(problem: Problem, given: ArrayLike | None) -> NDArray[np.int32] | None:
    if given is None:
        return None
    zones = whole("unit_zones", given, problem.n_units, per="zone for each demand unit")
    if zones.min() < -1 or zones.max() >= len(problem.quotas):
        raise ProblemError(
            "why_not.unit_zones",
            f"zones from {zones.min()} to {zones.max()} of {len(problem.quotas)}",
            remedy="Number zones as in Problem.quotas, -1 for none.",
        )
    return zones


def _facts(doctor: Doctor) -> tuple[Fact, ...]:
    """Ask once more, and refuse a question that has an answer."""
    if doctor.large:
        settled = limits_apart(doctor, *twin_of(doctor.problem, doctor.model, doctor.asked))
        if isinstance(settled, tuple):
            return settled
    try:
        doctor.solved(doctor.problem, plainer(doctor.model))
    except Infeasible as refusal:
        return refusal.facts
    except Undecided:
        if doctor.possible(doctor.problem, doctor.model) is not True:
            return ()
    raise ProblemError("why_not", "the question has an answer", remedy="Solve it.")


def _cheaper(one: Remedy | None, other: Remedy | None) -> Remedy | None:
    found = [remedy for remedy in (one, other) if remedy is not None]
    return min(found, key=lambda remedy: remedy.price, default=None)


def _stranded(problem: Problem, asked: Asked, need: Need) -> TargetShort | None:
    """What not even all allowed sites can cover of a group."""
    travel, members = problem.travel, need.members
    unit = np.repeat(np.arange(problem.n_units), np.diff(travel.indptr))
    near = travel.impedance.astype(np.float64) <= asked.own[unit]
    near &= ~problem.forbidden[travel.indices]
    enough = np.bincount(unit[near], minlength=problem.n_units)[members] >= need.times
    weights = problem.weights[members].astype(np.float64)
    coverable = float(weights[enough].sum())
    if coverable >= need.need:
        return None
    return TargetShort(
        group=need.group,
        share=need.share,
        attainable=coverable / need.total,
        total=need.total,
        coverable=coverable,
        stranded=members[~enough & (weights > 0)],
    )


def _left_out(
    asked: Asked, problem: Problem, alone: list[Remedy], stranded: tuple[TargetShort, ...]
) -> NDArray[np.int32]:
    """Units that the plan with the least misses does not cover."""
    wanted = np.zeros(problem.n_units, dtype=np.bool_)
    for need in asked.needs:
        wanted[need.members] = True
    lowered = next((one for one in alone if one.kind == "target"), None)
    if lowered is None:
        units = [short.stranded for short in stranded]
        return np.unique(np.concatenate([np.zeros(0, dtype=np.int32), *units]))
    missed = (lowered.solution.assignment < 0) & (problem.weights > 0) & wanted
    return np.flatnonzero(missed).astype(np.int32)


def _short_zones(doctor: Doctor) -> tuple[QuotaShort, ...]:
    """Zones that must do with less than their quota, whoever is covered."""
    lowered = doctor.short_zones()
    return tuple(
        QuotaShort(zone=one.zone, have=one.to, need=int(doctor.problem.quotas[one.zone]))
        for one in lowered or ()
        if isinstance(one, LowerQuota)
    )
