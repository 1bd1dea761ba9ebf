from __future__ import annotations

import numpy as np

from geo.bundle import Bundle
from planner.curves.room import has_room, people_more
from planner.plan import make_plan, travel_for
from planner.scenario import Scenario


def test_no_plan_of_as_many_sites_covers_more_than_is_told(town: Bundle) -> None:
    travel = travel_for(town, "walk", 800.0)
    for scenario in (
        Scenario(radius_m=450.0, urban_target=0.6),
        Scenario(radius_m=450.0, urban_target=None, weight="kg"),
    ):
        plan = make_plan(town, scenario, travel=travel)
        more = people_more(plan, travel)
        assert has_room(plan)
        # The question itself, answered whole: most people with as many sites.
        most = Scenario(radius_m=450.0, max_sites=plan.record["sites"], gap=0.0)
        best = make_plan(town, most, travel=travel)
        assert not has_room(best)
        covered = plan.record["people"]["covered"]
        assert best.record["people"]["covered"] - covered <= more
        # And not more than there are people within the limit of any candidate.
        near = travel.values <= 450.005
        cell = np.repeat(np.arange(len(town.demand.frame)), np.diff(travel.indptr))[near]
        people = town.demand.frame["people"].to_numpy(np.int64)
        assert 0 < more <= people[np.unique(cell)].sum() - covered


def test_a_plan_that_covers_everybody_has_no_room(town: Bundle) -> None:
    plan = make_plan(town, Scenario(radius_m=3000.0))
    assert people_more(plan, travel_for(town, "walk", 3000.0)) == 0
