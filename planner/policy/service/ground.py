"""What service stands on and no price changes: villages, depots, ways between them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from geo.progress import Progress, silent
from planner.plan import Plan
from planner.policy.service.depots import Depots, depots_for
from planner.policy.service.figures import ServiceFigures
from planner.policy.service.spec import Depot, ServiceSpec
from planner.policy.service.villages import Villages, villages_of
from planner.policy.service.ways import StopWays, stop_ways

__all__ = ["Ground", "ground_of"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Ground:
    """Villages, depots and the ways between.

    Parameters
    ----------
    ways
        Between the depots, then the villages.
    days_a_week
        On which vehicles go out.
    """

    plan: Plan
    spec: ServiceSpec
    figures: ServiceFigures
    villages: Villages
    depots: Depots
    ways: StopWays
    days_a_week: int


def ground_of(
    plan: Plan,
    spec: ServiceSpec,
    figures: ServiceFigures,
    *,
    days_a_week: int = 5,
    depot_sites: tuple[Depot, ...] | None = None,
    progress: Progress = silent,
) -> Ground:
    """Group the villages, place the depots, measure the ways.

    Parameters
    ----------
    depot_sites
        Stations and centres that depots are chosen from.

    Raises
    ------
    PlanError
        If no depot can be had.
    """
    progress("villages", 0.0)
    villages = villages_of(plan, spec.village_m)
    depots = depots_for(plan, spec, villages, depot_sites)
    frame = villages.frame
    xy = np.vstack([depots.xy, np.column_stack([frame.geometry.x, frame.geometry.y])])
    townships = np.concatenate([depots.townships, frame["township"].to_numpy(np.int64)])
    return Ground(
        plan=plan,
        spec=spec,
        figures=figures,
        villages=villages,
        depots=depots,
        ways=stop_ways(plan.bundle, xy, townships, progress),
        days_a_week=days_a_week,
    )
