"""Why a question has no answer, and the change that would give it one."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from optimise import BudgetShort, Infeasible, QuotaShort, TargetShort
from planner.crossing import URBAN
from planner.edited import ruling
from planner.errors import PlanError
from planner.material import weights_of
from planner.scenario import MAX_MINUTES, MAX_RADIUS_M, Scenario
from planner.travels import nearest_between, travel_between
from planner.wording.language import LANGUAGES, Language
from planner.wording.shares import percent, target_percent
from planner.wording.words import REFUSALS, WORDS

__all__ = [
    "InTheWay",
    "edits_in_the_way",
    "kinds_in_the_way",
    "limit_needed",
    "no_candidates",
    "refusal",
]

_NAMES = 8
"""Edits named in one sentence."""


def refusal(reason: Infeasible, bundle: Bundle, scenario: Scenario) -> PlanError:
    """Put the optimiser's facts into one line: what cannot be, where, and what would do.

    Of townships that fall short of one target the worst is named, and the remedy is for all of
    them; facts of another kind wait until this one is settled.
    """
    fact = reason.facts[0]
    more, way, regained = 0, None, None
    values: dict[str, object]
    match fact:
        case TargetShort():
            short = [f for f in reason.facts if isinstance(f, TargetShort) and f.group != URBAN]
            alike = [fact] if fact.group == URBAN else short
            more = len(alike) - 1
            key, field, values = _target(alike, bundle, scenario)
            worst = min(alike, key=lambda one: one.attainable)
            way = edits_in_the_way(worst, bundle, scenario)
            regained = kinds_in_the_way(worst, bundle, scenario)
        case BudgetShort():
            field = "max_sites"
            forced = _forced(bundle, scenario)
            # The optimiser counts all that must be open; the planner knows which was whose word.
            kept = fact.existing - forced
            key = "too-few-sites-allowed" + ("-forced" if forced else "" if kept else "-all-new")
            values = {
                "most": fact.max_sites,
                "existing": kept,
                "forced": forced,
                "quotas": fact.new_for_quotas,
                "least": fact.least,
            }
        case QuotaShort():
            key, field = "quota-short", "min_per_township"
            name = bundle.region.townships["name"].iloc[fact.zone]
            values = {"name": name, "need": fact.need, "have": fact.have}
    return _error(key, field, values, more, way, regained)


def no_candidates(bundle: Bundle) -> PlanError:
    """Refuse a region without a single candidate."""
    return _error("no-candidates", "bundle", {"name": bundle.region.name})


def _error(
    key: str,
    field: str,
    values: dict[str, object],
    more: int = 0,
    way: InTheWay | None = None,
    regained: float | None = None,
) -> PlanError:
    lines = {}
    for language in LANGUAGES:
        said = {
            name: value.said(language) if isinstance(value, _Limit) else value
            for name, value in values.items()
        }
        what = REFUSALS.say(key, language, **said)
        remedy = REFUSALS.say(f"{key}-remedy", language, **said)
        also = REFUSALS.say("more", language, more=more) if more else ""
        if way is not None:
            also += REFUSALS.say("edits-in-the-way", language, **way.said(language))
        if regained is not None:
            also += REFUSALS.say("kinds-in-the-way", language, regained=percent(regained))
        lines[language] = (what + also, remedy)
    what, remedy = lines["en"]
    return PlanError(what, remedy=remedy, where=field, zh="。".join(lines["zh"]))


class InTheWay(NamedTuple):
    """Edits without which a target could be reached, or more of it.

    Parameters
    ----------
    closed
        Ids of closed sites, those that cost most first.
    areas
        Rows of no-go areas.
    attainable
        Share that could be had without them.
    """

    closed: tuple[str, ...]
    areas: tuple[int, ...]
    attainable: float

    def said(self, language: Language) -> dict[str, object]:
        """Fields of the sentence about them."""
        names = [WORDS.say("edit-closed", language, id=one) for one in self.closed]
        names += [WORDS.say("edit-no-go", language, number=row + 1) for row in self.areas]
        shown = names[:_NAMES] + (["…"] if len(names) > _NAMES else [])
        joint = "、" if language == "zh" else ", "
        return {"edits": joint.join(shown), "regained": percent(self.attainable)}


def edits_in_the_way(fact: TargetShort, bundle: Bundle, scenario: Scenario) -> InTheWay | None:
    """Find the edits to take back so that a target comes within reach.

    One after another the edit is taken back that brings most of the group within the limit, until
    the target can be met or no edit brings anybody. ``None``: edits are not to blame.
    """
    told = ruling(bundle, scenario.edits, scenario.kinds)
    barred = np.flatnonzero(told.by_hand & ~told.other)
    if not len(barred) or not len(fact.stranded):
        return None
    travel = travel_between(bundle, scenario, fact.stranded, barred)
    cell = np.repeat(np.arange(len(fact.stranded)), np.diff(travel.indptr))
    site = barred[travel.indices]
    # A site that was closed and stands in an area too is given back by the two together only.
    once = ~(told.closed[site] & (told.area[site] >= 0))
    cell, site = cell[once], site[once]
    edit = np.where(told.closed[site], site, -1 - told.area[site])
    weight = weights_of(bundle, scenario)[fact.stranded]
    coverable, taken = fact.coverable, []
    while len(edit) and coverable < fact.share * fact.total:
        choices, which = np.unique(edit, return_inverse=True)
        pairs = np.unique(np.column_stack([which, cell]), axis=0)
        gains = np.bincount(pairs[:, 0], weights=weight[pairs[:, 1]], minlength=len(choices))
        best = int(gains.argmax())
        if gains[best] <= 0:
            break
        coverable += float(gains[best])
        taken.append(int(choices[best]))
        left = ~np.isin(cell, cell[edit == choices[best]])
        cell, edit = cell[left], edit[left]
    if not taken:
        return None
    ids = bundle.candidates.frame["id"]
    return InTheWay(
        closed=tuple(str(ids.iloc[one]) for one in taken if one >= 0),
        areas=tuple(-1 - one for one in taken if one < 0),
        attainable=coverable / fact.total,
    )


def kinds_in_the_way(fact: TargetShort, bundle: Bundle, scenario: Scenario) -> float | None:
    """Share of a group that could be covered if candidates of every kind might be opened.

    ``None``: the kinds asked for are not to blame.
    """
    told = ruling(bundle, scenario.edits, scenario.kinds)
    others = np.flatnonzero(told.other & ~told.by_hand)
    if not len(others) or not len(fact.stranded):
        return None
    travel = travel_between(bundle, scenario, fact.stranded, others)
    gained = np.diff(travel.indptr) > 0
    if not gained.any():
        return None
    weight = weights_of(bundle, scenario)[fact.stranded][gained]
    return (fact.coverable + float(weight.sum())) / fact.total


def _forced(bundle: Bundle, scenario: Scenario) -> int:
    """Sites that must be open by hand alone."""
    stays = bundle.candidates.frame["existing"].to_numpy(bool) & scenario.keep_existing
    forced = ruling(bundle, scenario.edits, scenario.kinds).forced
    return int((forced & ~stays).sum())


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
    """Smallest limit (metres or seconds) at which all that may open cover a share of some cells.

    ``inf`` where even unbounded travel does not: too many people are cut off.
    """
    cells = bundle.demand.frame.iloc[members]
    here = np.column_stack([cells.geometry.x, cells.geometry.y])
    may_open = np.flatnonzero(~ruling(bundle, scenario.edits, scenario.kinds).forbidden)
    home = cells["township"].to_numpy(np.int64)
    nearest = nearest_between(bundle, scenario, here, home, may_open)
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
        "share": target_percent(worst.share),
        "attainable": percent(worst.attainable),
        "lower": target_percent(math.floor(worst.attainable * 1000) / 1000),
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
