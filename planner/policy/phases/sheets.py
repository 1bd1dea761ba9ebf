"""A map sheet of each year's end."""

from __future__ import annotations

from collections.abc import Iterable

from optimise.solution import serve
from planner.picture.sheet import map_png, map_under
from planner.plan import Outcome, Plan, laid_out
from planner.policy.phases.phases import PhasesResult
from planner.policy.phases.words import PHASES_WORDS
from planner.posed import Posed, pose
from planner.wording.language import Language

__all__ = ["map_of_year", "maps_of_years", "plan_of_year"]

MAP_PX = 1800


def plan_of_year(result: PhasesResult, number: int, posed: Posed | None = None) -> Plan:
    """The plan that stands at the end of a year, on the people of the data.

    Parameters
    ----------
    posed
        The plan's question, if it is posed already.
    """
    scenario = result.plan.scenario
    posed = pose(result.plan.bundle, scenario) if posed is None else posed
    opened = result.open_by(number)
    assignment, distance = serve(posed.question.problem, opened, scenario.limit)
    told = result.record["objective"]
    outcome = Outcome(
        open_sites=opened,
        assignment=assignment,
        distance=distance,
        status=result.record["status"],
        stopped=result.record["stopped"],
        objective={**told, "name": result.plan.record["objective"]["name"]},
        tie_break=None,
        timings=result.plan.record["timings"],
        made_with={key: result.plan.record["data"][key] for key in ("recyclenet", "solver")},
    )
    return laid_out(posed, scenario, outcome)


def map_of_year(result: PhasesResult, number: int, lang: Language) -> bytes:
    """Draw the map sheet of a year's end."""
    return maps_of_years(result, lang, [number])[number]


def maps_of_years(result: PhasesResult, lang: Language, numbers: Iterable[int]) -> dict[int, bytes]:
    """Draw the map sheets of several years: what is the same in all of them is made once."""
    bundle = result.plan.bundle
    posed, under = pose(bundle, result.plan.scenario), map_under(bundle, width_px=MAP_PX)
    drawn = {}
    for number in numbers:
        plan = plan_of_year(result, number, posed)
        year = result.spec.years[number]
        title = PHASES_WORDS.say("map-title", lang, region=bundle.region.name, year=year)
        drawn[number] = map_png(plan, lang, title=title, width_px=MAP_PX, under=under)
    return drawn
