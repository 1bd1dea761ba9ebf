"""Why there are no openings that keep every year's rules."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from optimise.errors import (
    BudgetShort,
    Fact,
    Infeasible,
    ProblemError,
    RulesClash,
    SitesShort,
)
from optimise.models import CoverShare
from optimise.phases.question import Phases
from optimise.run import Run
from optimise.solve import solve

__all__ = ["PhaseFact", "PhasesInfeasible", "clash", "why_no_year"]


@dataclass(frozen=True, kw_only=True, slots=True)
class PhaseFact:
    """One reason: the number of the year, and what is short in it.

    :class:`~optimise.RulesClash` without rules means that the year can be met by itself, but not
    by keeping what the years before it need.
    """

    year: int
    fact: Fact


class PhasesInfeasible(Infeasible):
    """No openings keep every year's rules; ``reasons`` say in which year and why."""

    def __init__(self, phases: Phases, reasons: tuple[PhaseFact, ...]) -> None:
        self.reasons = reasons
        super().__init__(tuple(reason.fact for reason in reasons))
        names = [phases.years[reason.year].name for reason in reasons]
        pairs = zip(names, str(Infeasible(self.facts)).split("; "), strict=False)
        self.args = ("; ".join(f"{name}: {what}" for name, what in pairs),)


def why_no_year(phases: Phases, run: Run) -> tuple[PhaseFact, ...]:
    """Reasons of each year by itself; empty if each can be met alone."""
    found: list[PhaseFact] = []
    for number in range(len(phases.years)):
        try:
            facts = _facts(phases, number, run)
        except Infeasible as reason:
            facts = reason.facts
        except ProblemError as error:
            if not error.facts:
                raise
            facts = error.facts
        found += [PhaseFact(year=number, fact=fact) for fact in facts]
    return tuple(found)


def _facts(phases: Phases, number: int, run: Run) -> tuple[Fact, ...]:
    problem, year = phases.alone(number), phases.years[number]
    counted = problem.zones >= 0
    kept = problem.kept
    have = np.bincount(problem.zones[counted & kept], minlength=len(problem.quotas))
    new = int(np.maximum(problem.quotas - have, 0).sum())
    least = int(kept.sum()) + new
    if year.max_sites is not None and least > year.max_sites:
        short = BudgetShort(
            max_sites=year.max_sites, least=least, existing=int(kept.sum()), new_for_quotas=new
        )
        return (short,)
    if not year.targets and year.budget is None:
        return ()
    # Without its limits the year is a question for the fast engine; mostly its answer keeps them.
    model = CoverShare(radius=phases.radius, targets=year.targets, tie_break=None)
    loose = replace(problem, max_sites=None, budget=None)
    gap = min(0.5, run.gap)
    plan = solve(loose, model, gap=gap, seed=run.seed, time_limit_s=run.watch.left_s())
    cost = float(problem.site_costs[plan.open_sites].sum())
    if (year.max_sites is None or plan.value <= year.max_sites) and (
        year.budget is None or cost <= year.budget
    ):
        return ()
    if year.max_sites is not None and plan.bound > year.max_sites:
        fact = SitesShort(max_sites=year.max_sites, least=int(plan.bound), enough=int(plan.value))
        return (fact,)
    solve(problem, model, gap=gap, seed=run.seed, time_limit_s=run.watch.left_s())
    return ()


def clash(number: int) -> PhaseFact:
    """A year that can be met alone, but not after those before it."""
    return PhaseFact(year=number, fact=RulesClash(rules=()))
