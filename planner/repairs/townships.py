"""The nearest repair of each township that falls short, or is served worst.

A repair is the plan as it stands and one change. Each is tried before it is told: the changed
scenario is answered, the answer must be the plan's sites and those of the change, and the numbers
are its. What does not help is not told.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from geo.progress import Progress, silent
from geo.travel import TravelMatrix
from planner.losses import nearest_open
from planner.plan import Plan
from planner.posed import pose
from planner.repairs.drafts import Draft, Ground, Ward, drafts
from planner.repairs.refused import joined, repairs_of_refusal
from planner.repairs.repair import Repair, applied, repair_lines
from planner.repairs.trial import Outcome, counted, fitting, tried
from planner.repairs.words import Said, both
from planner.wording.language import LANGUAGES
from planner.wording.shares import percent

__all__ = ["Repair", "repair_lines", "repairs_for", "repairs_of", "repairs_of_refusal"]

ALSO = 3
"""Townships that pass, those served worst, for which a repair is looked for too."""
OPTIONS = 2
"""Repairs told of one township."""


def repairs_of(
    plan: Plan,
    travel: TravelMatrix | None = None,
    *,
    also: int = ALSO,
    progress: Progress = silent,
) -> tuple[Repair, ...]:
    """Find what would help the townships that need it most.

    Parameters
    ----------
    plan
        Any plan.
    travel
        Of the region as it was imported, at least to the scenario's limit; measured if not given.
    also
        Beside the townships that do not pass, so many of those that do: where the smallest share
        is covered, if not all.
    progress
        Told ``"repairs"``; may raise ``KeyboardInterrupt``.

    Returns
    -------
    tuple
        Township by township, those that fail first, the largest first; of each the nearest repair
        first. Townships that nothing helps have none.
    """
    rows = plan.record["townships"]
    order = sorted(range(len(rows)), key=lambda t: (-rows[t]["people"], t))
    failing = [t for t in order if not rows[t]["pass"]]
    short = [t for t in order if rows[t]["pass"] and rows[t]["covered"] < rows[t]["people"]]
    short.sort(key=lambda t: rows[t]["share"])
    chosen = [*failing, *short[:also]]
    found: list[Repair] = []
    ground = _ground(plan, travel) if chosen else None
    for number, township in enumerate(chosen):
        assert ground is not None
        progress("repairs", number / len(chosen))
        found += _for(Ward(ground=ground, township=township))
    progress("repairs", 1.0)
    return tuple(found)


def repairs_for(plan: Plan, code: str, travel: TravelMatrix | None = None) -> tuple[Repair, ...]:
    """Find what would help one township, the nearest repair first; none if it is served wholly.

    Parameters
    ----------
    plan, travel
        As in :func:`repairs_of`.
    code
        Of the township; an unknown one has no repairs.
    """
    codes = [row["code"] for row in plan.record["townships"]]
    if code not in codes:
        return ()
    township = codes.index(code)
    row = plan.record["townships"][township]
    if row["pass"] and row["covered"] == row["people"]:
        return ()
    return tuple(_for(Ward(ground=_ground(plan, travel), township=township)))


def _ground(plan: Plan, travel: TravelMatrix | None) -> Ground:
    scenario = plan.scenario
    travel = fitting(travel, plan.bundle, scenario)
    posed = pose(plan.bundle, scenario, travel)
    at = {name: row for row, name in enumerate(posed.bundle.candidates.frame["id"])}
    opened = np.array([at[name] for name in plan.sites["id"]], np.int64)
    return Ground(
        plan=plan,
        posed=posed,
        travel=travel,
        opened=opened,
        now=counted(posed.bundle, scenario, plan.site_of >= 0, opened),
        away=nearest_open(posed.bundle, scenario, posed.travel, opened).cells,
    )


def _for(ward: Ward) -> list[Repair]:
    found: list[Repair] = []
    for draft in drafts(ward):
        repair = _repair(ward, draft)
        if repair is not None:
            found.append(repair)
        if len(found) == OPTIONS:
            break
    return sorted(found, key=lambda one: not one.passes)


def _repair(ward: Ward, draft: Draft) -> Repair | None:
    """Try a draft; ``None`` if it does not help, or if the rules ask for more than the change."""
    ground = ward.ground
    changed = applied(draft.steps, ward.scenario)
    after = tried(ground.posed.bundle, changed, ground.travel)
    if after is None or set(after.ids) != {*ground.now.ids, *changed.edits.forced}:
        return None
    return _told(ward, draft, after)


def _told(ward: Ward, draft: Draft, after: Outcome) -> Repair | None:
    """Put a draft that was tried into words; ``None`` if it does not help."""
    t, now = ward.township, ward.ground.now
    gain = int(after.township_people[t] - now.township_people[t])
    passes = bool(after.passes[t])
    if ward.lacking:
        if after.township_sites[t] <= now.township_sites[t]:
            return None
        then = both(
            "then-sites",
            before=int(now.township_sites[t]),
            after=int(after.township_sites[t]),
            required=ward.required,
        )
    else:
        if gain <= 0 or after.reached[t] <= now.reached[t] or (ward.passes and not passes):
            return None
        then = both(
            "then-covered",
            gain=gain,
            before=percent(now.share(t)),
            after=percent(after.share(t)),
        )
    short = both("still-short") if not passes else dict.fromkeys(LANGUAGES, "")
    ends = (both("unchanged"), then, *_of_all(ward, after), short)
    text = joined([both(draft.key, **draft.words)], *ends)
    values: tuple[tuple[str, str | int | float | None], ...] = (
        ("gain", gain),
        ("before", round(now.share(t), 6)),
        ("after", round(after.share(t), 6)),
        ("township_sites", int(after.township_sites[t])),
        ("sites", after.sites),
        ("people_gain", after.people - now.people),
        ("passing", int(after.passes.sum())),
        ("cost", round(after.cost, 4)),
    )
    return Repair(
        kind=draft.kind,
        township=str(ward.ground.posed.bundle.region.townships["code"].iloc[t]),
        steps=draft.steps,
        zh=text["zh"],
        en=text["en"],
        passes=passes,
        values=values,
    )


def _of_all(ward: Ward, after: Outcome) -> Iterator[Said]:
    """Say what the change does to the whole region, and what it costs."""
    now = ward.ground.now
    if after.people != now.people:
        yield both("then-people", gain=after.people - now.people)
    passing = int(now.passes.sum()), int(after.passes.sum())
    if passing[0] != passing[1]:
        yield both("then-passing", before=passing[0], after=passing[1], of=len(now.passes))
    if after.sites != now.sites:
        yield both("then-total", before=now.sites, after=after.sites)
        if ward.scenario.objective == "cost":
            yield both("then-cost", before=f"{now.cost:,.1f}", after=f"{after.cost:,.1f}")
