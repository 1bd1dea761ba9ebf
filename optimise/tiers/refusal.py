"""Why not everything that points hand in finds a way to a centre."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from optimise.errors import OptimiseError
from optimise.milp import Limits, minimise
from optimise.run import Run
from optimise.tiers.question import Tiers
from optimise.tiers.rows import write

__all__ = ["TiersFact", "TiersInfeasible", "stranded", "why_none"]

#: Rounds of HiGHS times columns, and rounds at least and at most.
_WORK, _LEAST_ROUNDS, _MOST_ROUNDS = 400_000, 40, 2_000

Rule = Literal["way", "capacity", "stations", "centres", "budget", "single"]

_TOO_SMALL: tuple[Rule, ...] = ("capacity",)


@dataclass(frozen=True, kw_only=True, slots=True)
class TiersFact:
    """One reason.

    Parameters
    ----------
    rule
        ``"way"``: a point has no way, over stations that take the stream, to a centre that takes
        it. Else what would have to give: ``"capacity"`` (of the places together),
        ``"stations"`` or ``"centres"`` (their number at most), ``"budget"``, ``"single"``
        (assignment).
    short
        Amount that finds no way, at least.
    stream
        The stream, -1 for all together.
    points
        Those concerned, where it is about some.
    """

    rule: Rule
    short: float
    stream: int = -1
    points: tuple[int, ...] = ()


class TiersInfeasible(OptimiseError):  # noqa: N818 - a refusal with reasons, not an error
    """No plan brings everything to a centre; ``reasons`` say how much is left and why."""

    def __init__(self, reasons: tuple[TiersFact, ...]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(_sentence(fact) for fact in reasons))


def _sentence(fact: TiersFact) -> str:
    if fact.rule == "way":
        return (
            f"{fact.short:g} of stream {fact.stream} at {len(fact.points)} points has no way to a "
            "centre that takes it"
        )
    cause = {
        "capacity": "the places together are too small",
        "stations": "there may be too few stations",
        "centres": "there may be too few centres",
        "budget": "the budget is too small",
        "single": "nothing may be split among ways",
    }[fact.rule]
    return f"{fact.short:g} finds no room: {cause}"


def stranded(tiers: Tiers) -> tuple[TiersFact, ...]:
    """Points without any way to a centre, a reason for each stream."""
    to_station, onward, direct = tiers.prices()
    stations, centres = tiers.stations, tiers.centres
    assert stations.takes is not None and centres.takes is not None
    facts = []
    for m in range(tiers.n_streams):
        ends = centres.takes[:, m] & (centres.largest > 0)
        passes = stations.takes[:, m] & (stations.largest > 0)
        passes &= np.isfinite(onward[:, ends]).any(axis=1)
        way = np.isfinite(to_station[:, passes]).any(axis=1)
        way |= np.isfinite(direct[:, ends]).any(axis=1)
        lost = np.flatnonzero((tiers.supply[:, m] > 0) & ~way)
        if len(lost):
            short = float(tiers.supply[lost, m].sum())
            facts.append(TiersFact(rule="way", short=short, stream=m, points=tuple(lost.tolist())))
    return tuple(facts)


def why_none(tiers: Tiers, run: Run) -> tuple[TiersFact, ...]:
    """Find how much is left in the best case, and which rule, given up alone, would do."""
    short = _left(tiers, run)
    eased: list[tuple[Rule, Tiers]] = []
    if tiers.stations.at_most is not None:
        more = replace(tiers.stations, at_most=None)
        eased.append(("stations", replace(tiers, stations=more)))
    if tiers.centres.at_most is not None:
        more = replace(tiers.centres, at_most=None)
        eased.append(("centres", replace(tiers, centres=more)))
    if tiers.budget is not None:
        eased.append(("budget", replace(tiers, budget=None)))
    if not tiers.split:
        eased.append(("single", replace(tiers, split=True)))
    to_blame: list[Rule] = [
        rule for rule, other in eased if _left(other, run) <= 1e-6 * max(1.0, short)
    ]
    return tuple(TiersFact(rule=rule, short=short) for rule in to_blame or _TOO_SMALL)


def _left(tiers: Tiers, run: Run) -> float:
    """Least amount that finds no way, a bound from below."""
    total = float(tiers.supply.sum())
    milp = write(tiers, elastic=True).milp
    rounds = min(_MOST_ROUNDS, max(_LEAST_ROUNDS, _WORK // max(1, len(milp.cost))))
    found = minimise(
        milp,
        Limits(tolerance=1e-6 * total, easy_work=rounds, work=rounds),
        run.watch,
        seed=run.seed,
        heuristics=True,
    )
    # Kept places may be more than may be open: then nothing helps but that rule.
    return total if math.isinf(found.bound) and found.bound > 0 else max(0.0, found.bound)
