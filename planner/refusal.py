"""Why a question has no answer, and the change that would give it one."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from optimise import BudgetShort, Infeasible, QuotaShort, TargetShort
from planner.crossing import URBAN
from planner.errors import PlanError
from planner.language import LANGUAGES, Language
from planner.material import weights_of
from planner.scenario import MAX_MINUTES, MAX_RADIUS_M, Scenario
from planner.travels import nearest_for
from planner.words import REFUSALS, WORDS

__all__ = ["limit_needed", "no_candidates", "refusal"]


def refusal(reason: Infeasible, bundle: Bundle, scenario: Scenario) -> PlanError:
    """Put the optimiser's facts into one line: what cannot be, where, and what would do.

    Of townships that fall short of one target the worst is named, and the remedy is for all of
    them; facts of another kind wait until this one is settled.
    """
    fact = reason.facts[0]
    more = 0
    values: dict[str, object]
    match fact:
        case TargetShort():
            short = [f for f in reason.facts if isinstance(f, TargetShort) and f.group != URBAN]
            alike = [fact] if fact.group == URBAN else short
            more = len(alike) - 1
            key, field, values = _target(alike, bundle, scenario)
        case BudgetShort():
            field = "max_sites"
            key = "too-few-sites-allowed" + ("" if fact.existing else "-all-new")
            values = {
                "most": fact.max_sites,
                "existing": fact.existing,
                "quotas": fact.new_for_quotas,
                "least": fact.least,
            }
        case QuotaShort():
            key, field = "quota-short", "min_per_township"
            name = bundle.region.townships["name"].iloc[fact.zone]
            values = {"name": name, "need": fact.need, "have": fact.have}
    return _error(key, field, values, more)


def no_candidates(bundle: Bundle) -> PlanError:
    """Refuse a region without a single candidate."""
    return _error("no-candidates", "bundle", {"name": bundle.region.name})


def _error(key: str, field: str, values: dict[str, object], more: int = 0) -> PlanError:
    lines = {}
    for language in LANGUAGES:
        said = {
            name: value.said(language) if isinstance(value, _Limit) else value
            for name, value in values.items()
        }
        what = REFUSALS.say(key, language, **said)
        remedy = REFUSALS.say(f"{key}-remedy", language, **said)
        also = REFUSALS.say("more", language, more=more) if more else ""
        lines[language] = (what + also, remedy)
    what, remedy = lines["en"]
    return PlanError(what, remedy=remedy, where=field, zh="。".join(lines["zh"]))


class _Limit(NamedTuple):
    """A coverage limit to be said with its unit."""

    value: float
    unit: str

    def said(self, language: Language) -> str:
        if self.unit == "m":
            return WORDS.say("metres", language, n=f"{self.value:.10g}")
        return WORDS.say("minutes", language, n=f"{self.value / 60:.10g}")


def limit_needed(
    bundle: Bundle, scenario: Scenario, members: npt.NDArray[np.int32], share: float
) -> float:
    """Smallest limit (metres or seconds) at which all candidates cover a share of some cells.

    ``inf`` where even unbounded travel does not: too many people are cut off.
    """
    nearest = nearest_for(bundle, scenario, members)
    people = weights_of(bundle, scenario)[members]
    order = np.argsort(nearest, kind="stable")
    reached = np.cumsum(people[order])
    enough = np.flatnonzero(reached >= share * reached[-1] - 1e-9)
    return float(nearest[order][enough[0]])


def _target(
    facts: list[TargetShort], bundle: Bundle, scenario: Scenario
) -> tuple[str, str, dict[str, object]]:
    frame = bundle.demand.frame
    worst = min(facts, key=lambda fact: fact.attainable)
    values: dict[str, object] = {
        "share": f"{worst.share:g}",
        "attainable": f"{worst.attainable:.1%}",
        "lower": f"{math.floor(worst.attainable * 1000) / 1000:g}",
        "radius": _Limit(scenario.limit, scenario.unit),
    }
    codes = bundle.region.townships["code"].tolist()
    needed = 0.0
    for fact in facts:
        if fact.group == URBAN:
            members = np.flatnonzero(frame["urban"].to_numpy(bool))
        else:
            township = codes.index(fact.group.partition(":")[2])
            members = np.flatnonzero(frame["township"].to_numpy() == township)
        needed = max(needed, limit_needed(bundle, scenario, members.astype(np.int32), fact.share))
    if worst.group == URBAN:
        key, field = "urban-target", "urban_target"
    else:
        key, field = "township-target", "township_target"
        code = worst.group.partition(":")[2]
        name = bundle.region.townships["name"].iloc[codes.index(code)]
        values |= {"name": name, "code": code}
    step, longest = (1.0, MAX_RADIUS_M) if scenario.unit == "m" else (60.0, MAX_MINUTES * 60.0)
    if needed <= longest:  # else the radius is no remedy
        enough = _Limit(math.ceil(needed / step) * step, scenario.unit)
        return f"{key}-radius", field, {**values, "needed": enough}
    return key, field, values
