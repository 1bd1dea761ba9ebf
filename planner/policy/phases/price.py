"""The price of only ever adding: what each year, and the last one, could have by itself."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import numpy.typing as npt

from optimise import NEVER, CoverShare, Phases, PhasesPlan, Year, solve, solve_phases
from planner.plan import Plan
from planner.policy.phases.spec import PhasesSpec
from planner.posed import Posed

__all__ = ["fewest_for_the_same", "free_optima"]

Ints = npt.NDArray[np.int64]


def free_optima(
    plan: Plan,
    spec: PhasesSpec,
    posed: Posed,
    weights: Ints,
    limits: list[int | None],
    asked: tuple[Year, ...],
) -> list[tuple[float, float]]:
    """Most that as many sites cover in each year, chosen for that year alone among all candidates.

    A year's quotas hold, its targets do not; nor does what was built or refused meanwhile.
    """
    base = posed.question.problem
    best = []
    for at in range(len(spec.years)):
        late = at - (len(spec.years) - len(asked))
        year = Year(
            name=str(spec.years[at]),
            max_sites=limits[at],
            quotas=None if late < 0 else asked[late].quotas,
            weights=weights[at],
        )
        free = dataclasses.replace(base, quotas=np.zeros_like(base.quotas))
        if at < len(spec.years) - 1:
            free = dataclasses.replace(free, forced=np.zeros_like(base.forced))
        found = solve_phases(
            Phases(problem=free, radius=plan.scenario.limit, years=(year,)),
            gap=spec.gap,
            seed=plan.scenario.seed,
            effort="quick",
        )
        best.append((found.value, found.bound))
    return best


def fewest_for_the_same(
    plan: Plan, posed: Posed, last: Year, answer: PhasesPlan, spec: PhasesSpec
) -> dict[str, Any]:
    """Fewest sites, chosen freely, that cover as many people in the last year: price in sites.

    They meet the targets of the scenario too: fewer that did not would be no plan of it.
    """
    weights = np.asarray(last.weights)
    total = int(weights.sum())
    sites = int((answer.opened_in != NEVER).sum())
    covered = answer.covered[-1]
    share = np.floor(covered / total * 1e9) / 1e9 if total else 0.0
    model = posed.question.model
    targets = dict(model.targets) if isinstance(model, CoverShare) else {}
    targets["all"] = max(targets.get("all", 0.0), float(share))
    found = solve(
        dataclasses.replace(
            posed.question.problem, weights=weights, quotas=np.asarray(last.quotas)
        ),
        CoverShare(radius=plan.scenario.limit, targets=tuple(targets.items()), tie_break=None),
        gap=spec.gap,
        seed=plan.scenario.seed,
        effort="quick",
    )
    fewest = min(int(found.value), sites)
    return {"sites": fewest, "bound": int(min(found.bound, fewest)), "price_sites": sites - fewest}
