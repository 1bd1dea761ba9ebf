"""A scenario put to a region: edited, measured, ready for the optimiser."""

from __future__ import annotations

from dataclasses import dataclass

from geo.bundle import Bundle
from geo.progress import Progress, silent
from geo.travel import TravelMatrix
from planner.crossing import Question, ask
from planner.edited import edited
from planner.refusal import no_candidates
from planner.scenario import Scenario
from planner.travels import measure_of, travel_for, travel_with

__all__ = ["Posed", "pose"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Posed:
    """A question with what it was asked of.

    Parameters
    ----------
    bundle
        As edited by the scenario.
    travel
        To all of its candidates, at least to the scenario's limit.
    question
        What the optimiser is asked.
    """

    bundle: Bundle
    travel: TravelMatrix
    question: Question


def pose(
    bundle: Bundle,
    scenario: Scenario,
    travel: TravelMatrix | None = None,
    progress: Progress = silent,
) -> Posed:
    """Edit a region as the scenario says, measure what is not known yet, and put the question.

    Parameters
    ----------
    bundle
        As it was imported; what another scenario added to it is dropped.
    travel
        Of the region as it was imported, known already at least to the scenario's limit.

    Raises
    ------
    PlanError
        If an edit cannot be done, or the region has no candidate.
    """
    bundle = edited(bundle, scenario.edits)
    if bundle.candidates.frame.empty:
        raise no_candidates(bundle)
    measure = measure_of(scenario)
    if travel is None:
        travel = travel_for(bundle, scenario.mode, scenario.limit, progress, measure=measure)
    elif travel.unit != scenario.unit:
        raise ValueError(f"travel in {travel.unit}, scenario in {scenario.unit}")
    else:
        travel = travel_with(bundle, travel, scenario.mode, measure=measure)
    return Posed(bundle=bundle, travel=travel, question=ask(bundle, scenario, travel))
