"""What a scenario comes to, counted without making its whole plan: to try repairs with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.travel import TravelMatrix
from optimise import Infeasible, OptimiseError, solve
from planner.crossing import required_sites
from planner.edited import unedited
from planner.errors import PlannerError
from planner.material import by_township, weights_of
from planner.posed import Posed, pose
from planner.scenario import Scenario
from planner.suitability import site_costs
from planner.travels import measure_of, travel_for

__all__ = ["Outcome", "counted", "fitting", "tried"]

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Outcome:
    """Figures of a plan.

    Parameters
    ----------
    ids
        Of the open sites, sorted.
    people
        People covered.
    cost
        Relative cost of the sites, as the scenario weighs kinds of places.
    covered
        bool[n], cells with an open site within the limit.
    township_sites, township_people
        By township: open sites, people covered.
    weighed, reached
        By township: what targets are shares of, all of it and what is covered.
    passes
        By township: enough sites, and the scenario's target met.
    """

    ids: tuple[str, ...]
    people: int
    cost: float
    covered: npt.NDArray[np.bool_]
    township_sites: Ints
    township_people: Ints
    weighed: Ints
    reached: Ints
    passes: npt.NDArray[np.bool_]

    @property
    def sites(self) -> int:
        """Open sites."""
        return len(self.ids)

    def share(self, township: int) -> float:
        """Share of a township that is covered; 1 where there is nobody."""
        whole = int(self.weighed[township])
        return int(self.reached[township]) / whole if whole else 1.0


def counted(
    bundle: Bundle,
    scenario: Scenario,
    covered: npt.NDArray[np.bool_],
    opened: npt.NDArray[np.integer[Any]],
) -> Outcome:
    """Count a plan's cells and open sites, rows of the edited bundle's candidates."""
    weights = weights_of(bundle, scenario)
    people = bundle.demand.frame["people"].to_numpy(np.int64)
    size = len(bundle.region.townships)
    zones = bundle.candidates.frame["township"].to_numpy(np.int64)[opened]
    sites = np.bincount(zones, minlength=size)
    weighed, reached = by_township(bundle, weights), by_township(bundle, weights * covered)
    passes = sites >= required_sites(bundle, scenario)
    if scenario.township_target is not None:
        passes &= (weighed == 0) | (reached >= scenario.township_target * weighed)
    return Outcome(
        ids=tuple(sorted(bundle.candidates.frame["id"].iloc[opened].astype(str))),
        people=int(people[covered].sum()),
        cost=float(site_costs(bundle, scenario)[opened].sum()),
        covered=covered,
        township_sites=sites,
        township_people=by_township(bundle, people * covered),
        weighed=weighed,
        reached=reached,
        passes=passes,
    )


def fitting(travel: TravelMatrix | None, bundle: Bundle, scenario: Scenario) -> TravelMatrix:
    """Return distances that reach a scenario's limit in its unit: those known, else new ones.

    Of the region as it was imported, whatever edits the bundle holds.
    """
    if travel is not None and travel.unit == scenario.unit and travel.cutoff >= scenario.limit:
        return travel
    measure = measure_of(scenario)
    return travel_for(unedited(bundle), scenario.mode, scenario.limit, measure=measure)


def tried(bundle: Bundle, scenario: Scenario, travel: TravelMatrix | None) -> Outcome | None:
    """Answer a scenario quickly; ``None`` if it has no plan, or its edits cannot be made.

    Parameters
    ----------
    travel
        Of the region as it was imported; measured anew where it ends before the limit.
    """
    try:
        posed: Posed = pose(bundle, scenario, fitting(travel, bundle, scenario))
        question = posed.question
        found = solve(
            question.problem,
            question.model,
            gap=scenario.gap,
            seed=scenario.seed,
            effort="quick",
        )
    except (Infeasible, OptimiseError, PlannerError):
        return None
    return counted(posed.bundle, scenario, found.assignment >= 0, found.open_sites)
