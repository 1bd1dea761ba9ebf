"""Why a question has no answer, and the change that would give it one."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo.bundle import Bundle
from geo.travel import nearest_on_roads
from optimise import BudgetShort, Infeasible, QuotaShort, TargetShort
from planner.crossing import URBAN
from planner.errors import PlanError
from planner.language import LANGUAGES
from planner.scenario import MAX_RADIUS_M, Scenario
from planner.words import REFUSALS

__all__ = ["no_candidates", "radius_needed_m", "refusal"]


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
        what = REFUSALS.say(key, language, **values)
        remedy = REFUSALS.say(f"{key}-remedy", language, **values)
        also = REFUSALS.say("more", language, more=more) if more else ""
        lines[language] = (what + also, remedy)
    what, remedy = lines["en"]
    return PlanError(what, remedy=remedy, where=field, zh="。".join(lines["zh"]))


def radius_needed_m(
    bundle: Bundle, mode: str, members: npt.NDArray[np.int32], share: float
) -> float:
    """Smallest radius (metres) at which all candidates together cover a share of some cells.

    ``inf`` where even unbounded distances do not: too many people are cut off.
    """
    frame = bundle.demand.frame.iloc[members]
    demand, candidates = _xy(frame), _xy(bundle.candidates.frame)
    if bundle.networks:
        nearest = nearest_on_roads(bundle.networks[mode], demand, candidates)
    else:
        nearest = np.asarray(cKDTree(candidates).query(demand)[0]) * bundle.detour_factor
    people = frame["people"].to_numpy(np.int64)
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
        "radius": f"{scenario.radius_m:g}",
    }
    codes = bundle.region.townships["code"].tolist()
    needed = 0.0
    for fact in facts:
        if fact.group == URBAN:
            members = np.flatnonzero(frame["urban"].to_numpy(bool))
        else:
            township = codes.index(fact.group.partition(":")[2])
            members = np.flatnonzero(frame["township"].to_numpy() == township)
        radius_m = radius_needed_m(bundle, scenario.mode, members.astype(np.int32), fact.share)
        needed = max(needed, radius_m)
    if worst.group == URBAN:
        key, field = "urban-target", "urban_target"
    else:
        key, field = "township-target", "township_target"
        code = worst.group.partition(":")[2]
        name = bundle.region.townships["name"].iloc[codes.index(code)]
        values |= {"name": name, "code": code}
    if needed <= MAX_RADIUS_M:  # else the radius is no remedy
        return f"{key}-radius", field, {**values, "needed": math.ceil(needed)}
    return key, field, values


def _xy(frame: object) -> npt.NDArray[np.float64]:
    geometry = frame.geometry  # type: ignore[attr-defined]
    return np.column_stack([geometry.x, geometry.y])
