"""Why openings cannot keep the rules of the years, in sentences."""

from __future__ import annotations

from collections.abc import Sequence

from geo.bundle import Bundle
from optimise import (
    BudgetShort,
    CostShort,
    OptimiseError,
    PhaseFact,
    PhasesInfeasible,
    QuotaShort,
    SitesShort,
    TargetShort,
)
from planner.errors import PlanError
from planner.policy.phases.words import PHASES_WORDS
from planner.wording.language import Language
from planner.wording.shares import percent, target_percent

__all__ = ["refused"]


def refused(error: OptimiseError, years: Sequence[int], bundle: Bundle) -> PlanError:
    """Make the planner's refusal of the optimiser's, year by year."""
    if not isinstance(error, PhasesInfeasible):
        return PlanError(str(error), zh=str(error), where="phases")
    said: dict[Language, str] = {}
    for lang, between in (("en", "; "), ("zh", "；")):
        language: Language = "zh" if lang == "zh" else "en"
        lines = [_sentence(reason, years, bundle, language) for reason in error.reasons[:8]]
        said[language] = between.join(lines)
    return PlanError(said["en"], zh=said["zh"], where="phases")


def _sentence(reason: PhaseFact, years: Sequence[int], bundle: Bundle, lang: Language) -> str:
    year, fact = years[reason.year], reason.fact

    def say(key: str, **values: object) -> str:
        return PHASES_WORDS.say(key, lang, year=year, **values)

    names = bundle.region.townships["name"].tolist()
    match fact:
        case QuotaShort():
            return say("short-quota", name=names[fact.zone], need=fact.need, have=fact.have)
        case TargetShort():
            told = fact.group
            if told.startswith("township:"):
                codes = bundle.region.townships["code"].tolist()
                told = names[codes.index(told.removeprefix("township:"))]
            elif told == "urban":
                told = PHASES_WORDS.say("urban", lang)
            return say(
                "short-target",
                group=told,
                share=target_percent(fact.share),
                most=percent(fact.attainable),
            )
        case BudgetShort():
            return say("short-sites", most=fact.max_sites, least=fact.least)
        case SitesShort():
            return say("short-sites", most=fact.max_sites, least=fact.least)
        case CostShort():
            return say("short-budget", most=f"{fact.budget:,.0f}", least=f"{fact.least:,.0f}")
    return say("short-clash")
