"""What would give a scenario a plan that has none: changes that were tried, the nearest first."""

from __future__ import annotations

import dataclasses
import math
from collections import defaultdict
from collections.abc import Iterator, Sequence

import geopandas as gpd
import numpy as np

from geo.bundle import Bundle
from geo.crs import WGS84
from geo.progress import Progress, silent
from geo.travel import TravelMatrix
from optimise import (
    AddCandidate,
    BudgetShort,
    Infeasible,
    LowerTarget,
    OptimiseError,
    TargetShort,
    Travel,
    solve,
    why_not,
)
from planner.crossing import URBAN
from planner.edited import unedited
from planner.errors import PlanError, ScenarioError
from planner.posed import Posed, pose
from planner.refusal import InTheWay, edits_in_the_way, limit_needed
from planner.repairs.repair import Kind, Repair, Step, applied, limit_steps
from planner.repairs.trial import fitting, tried
from planner.repairs.words import Said, both, limit_said, listed
from planner.scenario import MAX_MINUTES, MAX_RADIUS_M, Scenario
from planner.travels import travel_between
from planner.wording.language import LANGUAGES
from planner.wording.shares import percent, target_percent
from planner.wording.words import WORDS

__all__ = ["edits_said", "joined", "repairs_of_refusal"]

MOST_POINTS = 20
"""New points that a hand would still put on a map."""
TIME_S = 10.0
ALIKE: defaultdict[str, int] = defaultdict(lambda: 1, free=3)
"""Repairs of one kind that are told."""


def repairs_of_refusal(
    bundle: Bundle,
    scenario: Scenario,
    travel: TravelMatrix | None = None,
    *,
    progress: Progress = silent,
) -> tuple[Repair, ...]:
    """Find what would give a refused scenario a plan.

    Parameters
    ----------
    bundle, travel
        As in :func:`planner.plan.make_plan`.
    progress
        Told ``"repairs"``; may raise ``KeyboardInterrupt``.

    Returns
    -------
    tuple
        Repairs of the whole scenario, each tried, the nearest first. None if it has a plan, or if
        nothing was found that one change of a kind can do.
    """
    progress("repairs", 0.0)
    travel = fitting(travel, bundle, scenario)
    try:
        posed = pose(bundle, scenario, travel)
    except PlanError:
        drafts = [*_edits_back(scenario), *_all_kinds(scenario)]
    else:
        drafts = _drafts(posed, scenario)
    found: list[Repair] = []
    for number, (kind, steps, words) in enumerate(drafts):
        if sum(one.kind == kind for one in found) >= ALIKE[kind]:
            continue
        progress("repairs", (number + 1) / (len(drafts) + 1))
        try:
            changed = applied(steps, scenario)
        except ScenarioError:
            continue  # such as a radius that no scenario may have
        after = tried(unedited(bundle), changed, travel)
        if after is None:
            continue
        whole = int(bundle.demand.frame["people"].sum())
        share = percent(after.people / whole if whole else None)
        text = joined(words, both("then-plan", total=after.sites, share=share))
        found.append(
            Repair(
                kind=kind,
                township="",
                steps=steps,
                zh=text["zh"],
                en=text["en"],
                passes=True,
                values=(("sites", after.sites), ("people", after.people)),
            )
        )
    return tuple(found)


Draft = tuple[Kind, tuple[Step, ...], list[Said]]


def _drafts(posed: Posed, scenario: Scenario) -> list[Draft]:
    try:
        solve(posed.question.problem, posed.question.model, gap=scenario.gap, effort="quick")
    except Infeasible as reason:
        short = [fact for fact in reason.facts if isinstance(fact, TargetShort)]
        budget = [fact for fact in reason.facts if isinstance(fact, BudgetShort)]
        if short:
            ways = [*_back(short, posed, scenario), *_all_kinds(scenario)]
            return [*ways, *_by_doctor(short, posed, scenario)]
        return list(_budget(budget[0], scenario)) if budget else []
    except OptimiseError:
        return []
    return []


def _back(short: list[TargetShort], posed: Posed, scenario: Scenario) -> Iterator[Draft]:
    """Take back the edits that stand in the way."""
    ways = [edits_in_the_way(fact, posed.bundle, scenario) for fact in short]
    if any(way is None for way in ways):
        return
    told: list[InTheWay] = [way for way in ways if way is not None]
    closed = sorted({one for way in told for one in way.closed})
    areas = sorted({one for way in told for one in way.areas})
    steps: tuple[Step, ...] = (
        *(("free", one) for one in closed),
        *(("give-back", row) for row in areas),
    )
    yield "free", steps, [both("free", edits=edits_said(closed, areas))]


def _all_kinds(scenario: Scenario) -> Iterator[Draft]:
    """Allow candidates of every kind."""
    if scenario.kinds:
        yield "kinds", (("all-kinds",),), [both("kinds")]


def _by_doctor(short: list[TargetShort], posed: Posed, scenario: Scenario) -> Iterator[Draft]:
    """Let the optimiser find the fewest new points and the least to be given up."""
    problem, model = posed.question.problem, posed.question.model
    home = posed.bundle.demand.frame["township"].to_numpy(np.int32)
    changes: dict[str, Sequence[object]] = {}
    try:
        why = why_not(
            problem,
            model,
            kinds=("candidate", "target"),
            neighbours=_neighbours(posed, scenario, short),
            unit_zones=home,
            seed=scenario.seed,
            time_limit_s=TIME_S,
        )
        changes = {one.kind: one.changes for one in why.alone}
    except OptimiseError:
        pass  # the radius may do all the same
    points = [one for one in changes.get("candidate", ()) if isinstance(one, AddCandidate)]
    units = [one.unit for one in points if one.unit is not None]
    if units and len(units) == len(points) <= MOST_POINTS:
        at = gpd.GeoSeries(posed.bundle.demand.frame.geometry.iloc[sorted(units)]).to_crs(WGS84)
        places = [(round(p.x, 6), round(p.y, 6)) for p in at]
        said = listed([f"{lon:.5f}, {lat:.5f}" for lon, lat in places])
        steps: tuple[Step, ...] = tuple(("add", lon, lat) for lon, lat in places)
        yield "add", steps, [both("add", places=said, n=len(places))]
    yield from _wider(short, posed, scenario)
    lowered = [one for one in changes.get("target", ()) if isinstance(one, LowerTarget)]
    if lowered:
        yield _lower(lowered, scenario)


def _wider(short: list[TargetShort], posed: Posed, scenario: Scenario) -> Iterator[Draft]:
    frame = posed.bundle.demand.frame
    codes = posed.bundle.region.townships["code"].tolist()
    needed = 0.0
    for fact in short:
        if fact.group == URBAN:
            mine = frame["urban"].to_numpy(bool)
        else:
            mine = frame["township"].to_numpy() == codes.index(fact.group.partition(":")[2])
        members = np.flatnonzero(mine).astype(np.int32)
        needed = max(needed, limit_needed(posed.bundle, scenario, members, fact.share))
    step, longest = (1.0, MAX_RADIUS_M) if scenario.unit == "m" else (60.0, MAX_MINUTES * 60.0)
    if needed > longest:
        return
    limit = math.ceil(needed / step) * step
    steps = limit_steps(scenario, limit)
    words = both("radius", old=limit_said(scenario), new=limit_said(applied(steps, scenario)))
    yield "radius", steps, [words]


def _lower(changes: list[LowerTarget], scenario: Scenario) -> Draft:
    """Lower targets to what can be had: one number holds for all townships."""
    steps: list[Step] = []
    words = []
    for key, field, old in (
        ("lower-urban", "urban_target", scenario.urban_target),
        ("lower-township", "township_target", scenario.township_target),
    ):
        mine = [one.share for one in changes if (one.group == URBAN) == (key == "lower-urban")]
        if mine:
            new = math.floor(min(mine) * 1000) / 1000
            steps.append(("set", field, new))
            words.append(both(key, old=target_percent(old or 0.0), new=target_percent(new)))
    return "lower", tuple(steps), words


def _budget(fact: BudgetShort, scenario: Scenario) -> Iterator[Draft]:
    """Allow more sites, ask for fewer, or let existing ones go."""
    words = both("sites", old=fact.max_sites, new=fact.least)
    yield "sites", (("set", "max_sites", fact.least),), [words]
    if scenario.keep_existing and fact.existing:
        yield "existing", (("set", "keep_existing", False),), [both("existing")]
    for number in range(scenario.min_per_township - 1, -1, -1):
        fewer = both("quota", old=scenario.min_per_township, new=number)
        steps: list[Step] = [("set", "min_per_township", number)]
        if (scenario.min_per_township_urban or 0) > number:
            steps.append(("set", "min_per_township_urban", number))
        yield "quota", tuple(steps), [fewer]


def _edits_back(scenario: Scenario) -> Iterator[Draft]:
    """Take back single edits, for those that cannot be made."""
    edits = scenario.edits
    for site in edits.added:
        yield "free", (("remove", site.id),), [both("free", edits=_named([site.id], "added"))]
    for one in edits.forced:
        yield "free", (("free", one),), [both("free", edits=_named([one], "forced"))]
    for row in range(len(edits.no_go)):
        yield "free", (("give-back", row),), [both("free", edits=edits_said([], [row]))]


def _neighbours(posed: Posed, scenario: Scenario, short: list[TargetShort]) -> Travel:
    """Who would reach a new point at the place of each cell that no site can serve."""
    frame = posed.bundle.demand.frame
    stranded = np.unique(np.concatenate([fact.stranded for fact in short]))
    cells = frame.iloc[stranded]
    stand_in = gpd.GeoDataFrame(
        {"township": cells["township"].to_numpy()}, geometry=cells.geometry.to_numpy()
    ).set_crs(posed.bundle.region.crs)
    candidates = dataclasses.replace(posed.bundle.candidates, frame=stand_in)
    there = dataclasses.replace(posed.bundle, candidates=candidates)
    every = np.arange(len(frame)), np.arange(len(stranded))
    travel = travel_between(there, scenario, *every)
    return Travel(
        indptr=travel.indptr,
        indices=stranded[travel.indices].astype(np.int32),
        impedance=np.round(travel.values.astype(np.float64), 2),
        cutoff=travel.cutoff,
    )


def edits_said(closed: Sequence[str], areas: Sequence[int]) -> Said:
    """Name closed sites and no-go areas, both as the planner knows them."""
    names = {
        one: [
            *(WORDS.say("edit-closed", one, id=site) for site in closed),
            *(WORDS.say("edit-no-go", one, number=row + 1) for row in areas),
        ]
        for one in LANGUAGES
    }
    return {one: listed(names[one])[one] for one in LANGUAGES}


def _named(ids: Sequence[str], key: str) -> Said:
    return {one: listed([both(key, id=site)[one] for site in ids])[one] for one in LANGUAGES}


def joined(phrases: Sequence[Said], *ends: Said) -> Said:
    """Make one sentence of several changes and what comes of them."""
    link = both("and")
    return {
        one: link[one].join(phrase[one] for phrase in phrases) + "".join(end[one] for end in ends)
        for one in LANGUAGES
    }
