"""Why the three tiers cannot be laid out, in sentences."""

from __future__ import annotations

from optimise import OptimiseError, TiersInfeasible
from planner.errors import PlanError
from planner.policy.tiers.figures import Figures, Tier
from planner.policy.tiers.supply import Supply
from planner.policy.tiers.words import TIERS_WORDS
from planner.wording.language import Language

__all__ = ["no_size", "refused"]


def refused(error: OptimiseError, supply: Supply) -> PlanError:
    """Make the planner's refusal of the optimiser's."""
    if not isinstance(error, TiersInfeasible):
        return PlanError(str(error), zh=str(error), where="tiers")
    said = {}
    for lang in ("en", "zh"):
        lines = [
            TIERS_WORDS.say(
                f"short-{fact.rule}",
                "zh" if lang == "zh" else "en",
                tonnes=f"{fact.short:,.1f}",
                total=f"{float(supply.tonnes_year.sum()):,.1f}",
                points=len(fact.points),
            )
            for fact in error.reasons
        ]
        said[lang] = ("；" if lang == "zh" else "; ").join(lines)
    return PlanError(said["en"], zh=said["zh"], where="tiers")


def no_size(tier: Tier, least_m2: float, figures: Figures) -> PlanError:
    """Refuse a least floor that no size of the table has."""
    largest = max(s.floor_m2 for s in figures.sizes if s.tier == tier and not s.special)

    def said(lang: Language) -> str:
        return TIERS_WORDS.say(
            "short-floor",
            lang,
            tier=TIERS_WORDS.say(tier, lang),
            least=f"{least_m2:,.0f}",
            largest=f"{largest:,.0f}",
            file=figures.file,
        )

    return PlanError(said("en"), zh=said("zh"), where="tiers")
