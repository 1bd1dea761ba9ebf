"""One way of serving for each village, at the least cost that meets a coverage requirement."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.errors import OptimiseError, ProblemError, Undecided
from optimise.formulate import Milp
from optimise.milp import Limits, minimise
from optimise.solution import Status
from optimise.watch import Progress, Watch

__all__ = ["ServiceChoice", "ServicePlan", "ServiceShort", "choose_service", "verify_service"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ServiceChoice:
    """Villages, ways of serving each, and what is required.

    Parameters
    ----------
    cost
        float64[villages, ways], yuan a year, infinite where a way is not possible.
    weight
        float64[villages], people (or kilograms) of each.
    required
        Share (0-1) of the weight to be served, one way or another.
    limits
        Most villages served each way, ``None`` for any number.

    Raises
    ------
    ProblemError
        If shapes or values do not fit.
    """

    cost: Floats
    weight: Floats
    required: float = 1.0
    limits: tuple[int | None, ...] = ()

    def __post_init__(self) -> None:
        cost = np.asarray(self.cost, np.float64)
        weight = np.asarray(self.weight, np.float64)
        object.__setattr__(self, "cost", cost)
        object.__setattr__(self, "weight", weight)
        if cost.ndim != 2 or weight.shape != cost.shape[:1]:
            raise ProblemError(
                "ServiceChoice.cost",
                f"cost {cost.shape} and weight {weight.shape} do not fit each other",
                remedy="Give a row of costs and a weight for each village",
            )
        if np.isnan(cost).any() or (cost < 0).any() or not np.isfinite(weight).all():
            raise ProblemError(
                "ServiceChoice.cost", "a cost or a weight is no number", remedy="Give 0 or more"
            )
        if (weight < 0).any() or not 0 <= self.required <= 1:
            raise ProblemError(
                "ServiceChoice.weight",
                "a weight or the share is out of range",
                remedy="Give 0 or more",
            )
        if self.limits and len(self.limits) != cost.shape[1]:
            raise ProblemError(
                "ServiceChoice.limits", "do not fit the ways", remedy="Give one for each way"
            )

    @property
    def need(self) -> float:
        """Weight that must be served."""
        return self.required * float(self.weight.sum())


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class ServicePlan:
    """What was chosen.

    Parameters
    ----------
    way
        int32[villages], -1 where a village is left out.
    value, bound, gap
        Yuan a year; nothing that meets the requirement costs less than ``bound``; their distance
        by ``value``.
    status
        Whether the gap asked for is proven.
    proved_by
        ``"villages apart"``, where each takes its cheapest way and nothing ties them together, or
        ``"mixed-integer programme"``.
    """

    way: Ints
    value: float
    bound: float
    gap: float
    status: Status
    proved_by: str


class ServiceShort(OptimiseError):  # noqa: N818
    """The requirement cannot be met.

    Parameters
    ----------
    need, attainable
        Weight that must be served, and that can be.
    """

    def __init__(self, *, need: float, attainable: float) -> None:
        super().__init__(f"{attainable:g} of {need:g} can be served")
        self.need, self.attainable = need, attainable


def choose_service(
    question: ServiceChoice,
    *,
    gap: float = 0.0,
    time_limit_s: float = 30.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> ServicePlan:
    """Choose a way for each village at the least cost.

    Raises
    ------
    ServiceShort
        If no choice meets the requirement.
    Undecided
        If a limit ended the search before one was known.
    """
    cost = question.cost
    free = not any(limit is not None for limit in question.limits)
    possible = np.isfinite(cost).any(axis=1) if cost.shape[1] else np.zeros(len(cost), np.bool_)
    attainable = float(question.weight[possible].sum())
    if attainable < question.need - _slack(question):
        raise ServiceShort(need=question.need, attainable=attainable)
    everybody = question.need >= float(question.weight.sum()) - _slack(question)
    if free and everybody:
        way = np.where(possible, np.argmin(cost, axis=1), -1).astype(np.int32)
        way[question.weight == 0] = -1
        value = _value(question, way)
        return ServicePlan(
            way=way,
            value=value,
            bound=value,
            gap=0.0,
            status=Status.PROVEN,
            proved_by="villages apart",
        )
    return _by_milp(question, gap, Watch(time_limit_s, progress, cancel))


def _by_milp(question: ServiceChoice, gap: float, watch: Watch) -> ServicePlan:
    villages, ways = np.nonzero(np.isfinite(question.cost))
    columns = np.arange(len(villages))
    ones = np.ones(len(villages))
    n, m = question.cost.shape
    once = sparse.csr_array((ones, (villages, columns)), shape=(n, len(columns)))
    served = sparse.csr_array(question.weight[villages][None, :])
    kinds = sparse.csr_array((ones, (ways, columns)), shape=(m, len(columns)))
    limits = question.limits or (None,) * m
    most = [np.inf if limit is None else float(limit) for limit in limits]
    milp = Milp(
        cost=question.cost[villages, ways],
        matrix=sparse.csr_array(sparse.vstack([once, served, kinds])),
        row_lower=np.concatenate(
            [np.full(n, -np.inf), [question.need - _slack(question)], np.full(m, -np.inf)]
        ),
        row_upper=np.concatenate([np.ones(n), [np.inf], most]),
        whole=np.ones(len(columns), np.bool_),
        offset=0.0,
    )
    limits_of = Limits(tolerance=1e-6, easy_work=200, work=4000)
    found = minimise(milp, limits_of, watch, heuristics=True)
    if found.values is None:
        if found.bound == math.inf:
            raise ServiceShort(need=question.need, attainable=_attainable(question))
        raise Undecided(
            "No choice is known yet", remedy="Allow more time", bound=max(0.0, found.bound)
        )
    way = np.full(n, -1, np.int32)
    chosen = found.values > 0.5
    way[villages[chosen]] = ways[chosen]
    value = _value(question, way)
    bound = value if found.stopped is None else min(value, max(0.0, found.bound))
    left = (value - bound) / value if value else 0.0
    return ServicePlan(
        way=way,
        value=value,
        bound=bound,
        gap=left,
        status=Status.PROVEN if left <= gap + 1e-9 else Status.FEASIBLE,
        proved_by="mixed-integer programme",
    )


def _attainable(question: ServiceChoice) -> float:
    """Most weight that the limits allow: any village any way, the heaviest first, as a bound."""
    limits = [len(question.weight) if limit is None else limit for limit in question.limits]
    possible = np.isfinite(question.cost).any(axis=1)
    heaviest = np.sort(question.weight[possible])[::-1]
    return float(heaviest[: sum(limits)].sum())


def _value(question: ServiceChoice, way: Ints) -> float:
    served = np.flatnonzero(way >= 0)
    return math.fsum(question.cost[served, way[served]].tolist())


def _slack(question: ServiceChoice) -> float:
    return 1e-9 * max(1.0, float(question.weight.sum()))


def verify_service(question: ServiceChoice, plan: ServicePlan) -> tuple[str, ...]:
    """Count a choice again, village by village; the faults found, none if it holds."""
    faults = []
    total, served = 0.0, 0.0
    count = [0] * question.cost.shape[1]
    if len(plan.way) != len(question.weight):
        return (f"{len(plan.way)} villages instead of {len(question.weight)}",)
    for village, way in enumerate(plan.way.tolist()):
        if way == -1:
            continue
        if not 0 <= way < len(count):
            faults.append(f"village {village}: no way {way}")
            continue
        count[way] += 1
        total += float(question.cost[village, way])
        served += float(question.weight[village])
    if not math.isclose(total, plan.value, rel_tol=1e-9, abs_tol=1e-6):
        faults.append(f"costs {total}, told {plan.value}")
    if served < question.required * float(question.weight.sum()) * (1 - 1e-9) - 1e-9:
        faults.append(f"serves {served} of {question.weight.sum()}")
    for way, limit in enumerate(question.limits):
        if limit is not None and count[way] > limit:
            faults.append(f"way {way}: {count[way]} villages, at most {limit}")
    if plan.bound > plan.value * (1 + 1e-9) + 1e-6:
        faults.append(f"bound {plan.bound} above {plan.value}")
    return tuple(faults)
