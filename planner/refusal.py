"""Why a question has no answer, and the change that would give it one."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo.bundle import Bundle
from geo.travel import nearest_m
from optimise import BudgetShort, Infeasible, QuotaShort, TargetShort
from planner.crossing import URBAN
from planner.errors import PlanError
from planner.language import LANGUAGES
from planner.scenario import Scenario
from planner.words import REFUSALS

__all__ = ["radius_needed_m", "refusal"]


def refusal(reason: Infeasible, bundle: Bundle, scenario: Scenario) -> PlanError:
    """Put the optimiser's facts into one line: what cannot be, where, and what would do.

    The first fact is told in full, further ones are counted: one repair may settle several.
    """
    fact = reason.facts[0]
    match fact:
        case TargetShort():
            key, field, values = _target(fact, bundle, scenario)
        case BudgetShort():
            key, field = "too-few-sites-allowed", "max_sites"
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
    more = len(reason.facts) - 1
    lines = {}
    for language in LANGUAGES:
        what = REFUSALS.say(key, language, **values)
        remedy = REFUSALS.say(f"{key}-remedy", language, **values)
        lines[language] = (
            what,
            remedy + (REFUSALS.say("more", language, more=more) if more else ""),
        )
    return PlanError(lines["en"][0], remedy=lines["en"][1], where=field, zh="。".join(lines["zh"]))


def radius_needed_m(
    bundle: Bundle, mode: str, members: npt.NDArray[np.int32], share: float
) -> float:
    """Smallest radius (metres) at which all candidates together cover a share of some cells.

    ``inf`` where even unbounded distances do not: too many people are cut off.
    """
    frame = bundle.demand.frame.iloc[members]
    demand, candidates = _xy(frame), _xy(bundle.candidates.frame)
    if bundle.networks:
        nearest = nearest_m(bundle.networks[mode], demand, candidates)
    else:
        nearest = np.asarray(cKDTree(candidates).query(demand)[0]) * bundle.detour_factor
    people = frame["people"].to_numpy(np.int64)
    order = np.argsort(nearest, kind="stable")
    reached = np.cumsum(people[order])
    enough = np.flatnonzero(reached >= share * reached[-1] - 1e-9)
    return float(nearest[order][enough[0]])


def _target(
    fact: TargetShort, bundle: Bundle, scenario: Scenario
) -> tuple[str, str, dict[str, object]]:
    frame = bundle.demand.frame
    values: dict[str, object] = {
        "share": f"{fact.share:g}",
        "attainable": f"{fact.attainable:.1%}",
        "lower": f"{math.floor(fact.attainable * 1000) / 1000:g}",
        "radius": f"{scenario.radius_m:g}",
    }
    if fact.group == URBAN:
        key, field = "urban-target", "urban_target"
        members = np.flatnonzero(frame["urban"].to_numpy(bool))
    else:
        key, field = "township-target", "township_target"
        code = fact.group.partition(":")[2]
        township = bundle.region.townships["code"].tolist().index(code)
        values |= {"name": bundle.region.townships["name"].iloc[township], "code": code}
        members = np.flatnonzero(frame["township"].to_numpy() == township)
    needed = radius_needed_m(bundle, scenario.mode, members.astype(np.int32), fact.share)
    if math.isfinite(needed):
        return f"{key}-radius", field, {**values, "needed": math.ceil(needed)}
    return key, field, values


def _xy(frame: object) -> npt.NDArray[np.float64]:
    geometry = frame.geometry  # type: ignore[attr-defined]
    return np.column_stack([geometry.x, geometry.y])
