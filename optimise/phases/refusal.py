"""Why there are no openings that keep every year's rules."""

from __future__ import annotations

from dataclasses import dataclass

from optimise.errors import Fact, Infeasible, ProblemError, RulesClash
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
    for number, year in enumerate(phases.years):
        limited = year.max_sites is not None or year.budget is not None
        if not (year.targets or limited or (phases.quotas(number) > 0).any()):
            continue
        try:
            problem = phases.alone(number)
            model = CoverShare(radius=phases.radius, targets=year.targets, tie_break=None)
            solve(
                problem,
                model,
                gap=min(0.5, run.gap),
                seed=run.seed,
                time_limit_s=run.watch.left_s(),
            )
        except Infeasible as reason:
            found += [PhaseFact(year=number, fact=fact) for fact in reason.facts]
        except ProblemError as error:
            found += [PhaseFact(year=number, fact=fact) for fact in error.facts]
            if not error.facts:
                raise
    return tuple(found)


def clash(number: int) -> PhaseFact:
    """A year that can be met alone, but not after those before it."""
    return PhaseFact(year=number, fact=RulesClash(rules=()))
