"""What a trade-off curve is made of: points with their proofs, policy lines, the knee."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from optimise.insight.frontier import knee_of
from optimise.solution import relative_gap
from planner.scenario import Scenario

__all__ = ["CurvePoint", "PlanCurve", "Policy", "PolicyLine", "certified", "learnt"]

Policy = Literal["township-minimum", "urban-target"]


@dataclass(frozen=True, kw_only=True, slots=True)
class CurvePoint:
    """One plan on a curve.

    Parameters
    ----------
    sites
        Sites allowed, existing ones counted.
    limit
        Coverage limit, metres or seconds.
    value, bound, gap
        What was maximised, people covered or kg a day; no plan covers more than ``bound``. Of a
        plan that maximised something else (the fewest sites) ``bound`` and ``gap`` are ``None``.
    status
        ``"proven"`` to the scenario's gap, or ``"feasible"``.
    people, share
        People covered, of everybody.
    urban_share
        Share covered of the main urban area, of people or kg, as its target counts; ``None``
        where there is none.
    townships_failing
        Townships that do not pass: too few sites, or below the scenario's target.
    opened
        Sites of the plan; fewer than ``sites`` where more would cover nobody else.
    asked
        ``max_sites`` of the scenario that gives the plan, ``None`` if it has none.
    rows
        Open sites, rows of the candidates.
    """

    sites: int
    limit: float
    value: float
    bound: float | None
    gap: float | None
    status: str
    people: int
    share: float | None
    urban_share: float | None
    townships_failing: int
    opened: int
    asked: int | None
    rows: tuple[int, ...] = dataclasses.field(repr=False)

    def plan_at(self, scenario: Scenario) -> Scenario:
        """Return the scenario that gives this point's plan.

        Parameters
        ----------
        scenario
            The curve's.
        """
        limit: dict[str, float] = {}
        if self.limit != scenario.limit:
            in_metres = scenario.unit == "m"
            limit = {"radius_m": self.limit} if in_metres else {"minutes": self.limit / 60.0}
        return dataclasses.replace(scenario, max_sites=self.asked, **limit)  # type: ignore[arg-type]

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        fields = dataclasses.fields(self)
        return {one.name: getattr(self, one.name) for one in fields if one.name != "rows"}


@dataclass(frozen=True, kw_only=True, slots=True)
class PolicyLine:
    """The fewest sites that a rule needs.

    Parameters
    ----------
    policy
        ``"township-minimum"``: each township's number of sites, nothing else; ``"urban-target"``:
        the target of the main urban area too.
    sites, bound, gap, status
        The number, and its proof.
    plan
        A plan that does with so many: whom it covers, and which sites it opens. Other plans of as
        many sites cover others.
    """

    policy: Policy
    sites: int
    bound: float
    gap: float
    status: str
    plan: CurvePoint

    def plan_at(self, scenario: Scenario) -> Scenario:
        """Return the scenario that needs so many sites."""
        urban = scenario.urban_target if self.policy == "urban-target" else None
        return dataclasses.replace(
            scenario, max_sites=None, urban_target=urban, township_target=None, objective="sites"
        )

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        own = {one: getattr(self, one) for one in ("policy", "sites", "bound", "gap", "status")}
        return {**own, "plan": self.plan.record()}


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanCurve:
    """A trade-off, whole or on its way.

    Parameters
    ----------
    kind
        ``"sites"``: against the number of sites; ``"limit"``: against the coverage limit.
    points
        By increasing number or limit; value and bound never fall.
    knee
        Row of the point beyond which a site more brings clearly less than before (Satopaa,
        Albrecht, Irwin and Raghavan 2011); ``None`` on a curve against the limit.
    township_minimum, urban_target
        Policy lines; ``None`` where there is no such rule, or nothing can do it.
    current
        Where the scenario's own plan stands.
    of
        Points that the curve will have.
    """

    kind: Literal["sites", "limit"]
    points: tuple[CurvePoint, ...] = ()
    knee: int | None = None
    township_minimum: PolicyLine | None = None
    urban_target: PolicyLine | None = None
    current: CurvePoint | None = None
    of: int = 0

    @property
    def whole(self) -> bool:
        """Whether every point is there."""
        return len(self.points) >= self.of

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        found: dict[str, Any] = {"kind": self.kind, "knee": self.knee, "of": self.of}
        for key in ("township_minimum", "urban_target", "current"):
            one = getattr(self, key)
            found[key] = None if one is None else one.record()
        return {**found, "points": [point.record() for point in self.points]}


def certified(point: CurvePoint, bound: float, gap: float) -> CurvePoint:
    """Give a point a bound, and draw the conclusions; ``gap`` counts as proven."""
    bound = max(bound, point.value)
    reached = relative_gap(point.value, bound)
    status = "proven" if reached <= gap else point.status
    return dataclasses.replace(point, bound=bound, gap=reached, status=status)


def learnt(
    curve: PlanCurve,
    point: CurvePoint,
    gap: float,
    recount: Callable[[npt.NDArray[np.int32], CurvePoint], CurvePoint],
) -> PlanCurve:
    """Add a point: plans go to the right, bounds to the left.

    Parameters
    ----------
    gap
        Counts as proven.
    recount
        Counts a plan's rows again at the number and limit of another point.
    """
    points = sorted((*curve.points, point), key=lambda one: (one.sites, one.limit))
    for row in range(1, len(points)):
        before, own = points[row - 1], points[row]
        if before.value > own.value:
            points[row] = recount(np.array(before.rows, np.int32), own)
            points[row] = dataclasses.replace(points[row], asked=before.asked)
    bound = np.inf
    for row in reversed(range(len(points))):
        own = points[row]
        assert own.bound is not None
        bound = max(min(bound, own.bound), own.value)
        points[row] = certified(own, bound, gap)
    knee = None
    if curve.kind == "sites":
        x = np.array([one.sites for one in points], np.float64)
        y = np.array([one.value for one in points], np.float64)
        knee = knee_of(x, y, rising=True)
    return dataclasses.replace(curve, points=tuple(points), knee=knee)
