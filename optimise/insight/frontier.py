"""Trade-off curves: people covered against number of sites, sites needed against radius.

Every point is a question of its own with its own certificate, and then learns from its
neighbours: a plan of fewer sites or of a smaller radius is feasible further on, a bound for more
sites or a larger radius holds before it.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import check_count, check_radius
from optimise.errors import Infeasible, ProblemError, Undecided
from optimise.incidence import widest
from optimise.insight.growth import growing, grown
from optimise.insight.point import Point, learn_people, learn_sites
from optimise.models import CoverMost, CoverShare, Radius
from optimise.problem import Problem
from optimise.solve import solve
from optimise.watch import Progress

__all__ = ["Curve", "Point", "knee_of", "people_curve", "sites_curve"]

Effort = Literal["exact", "quick"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Curve:
    """A trade-off, point by point.

    Parameters
    ----------
    kind
        ``"people"``: covered weight against sites allowed, rising; ``"sites"``: sites (or their
        cost) needed against radius, falling.
    points
        By increasing ``x``.
    knee
        Number of the point of :func:`knee_of`, None with fewer than three plans.
    stopped
        "gap" where every point is there, else what ended the work.
    seconds
        Spent in all.
    """

    kind: Literal["people", "sites"]
    points: tuple[Point, ...]
    knee: int | None
    stopped: str
    seconds: float


def people_curve(
    problem: Problem,
    *,
    radius: Radius,
    sites: Sequence[int],
    stay: float = 0.0,
    gap: float = 0.01,
    seed: int = 0,
    effort: Effort = "exact",
    time_limit_s: float = 300.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Curve:
    """Most people covered by each number of sites.

    Parameters
    ----------
    radius
        As in :class:`~optimise.CoverMost`.
    sites
        Numbers of sites allowed, existing ones included; sorted, doubled ones dropped.
    stay
        People one gives up at most for each site of the point before that stays where it is:
        0 plans every point freely, ``inf`` nests them (each plan contains the one before).
    gap, seed, effort
        For each point, as in :func:`~optimise.solve`.
    time_limit_s, progress, cancel
        For the whole curve; what is not reached in time is left without a plan.

    Raises
    ------
    ProblemError
        For a senseless option.
    """
    check_radius("people_curve", radius)
    for number in sites:
        check_count("people_curve", "sites", number)
    if not (isinstance(stay, int | float) and stay >= 0):
        raise ProblemError("people_curve.stay", f"{stay!r}", remedy="Give people from 0 up.")
    task = _Task(problem, gap, seed, effort, time_limit_s, progress, cancel)
    xs = sorted(set(sites))
    count = len(xs) * (2 if stay > 0 else 1)
    free = [task.point(x, CoverMost(radius=radius, max_sites=x), count) for x in xs]
    free = learn_people(problem, radius, free, gap)
    if stay > 0:
        model = CoverMost(radius=radius, max_sites=0)
        free = _grow(task, problem, model, free, stay)
    return task.curve("people", free)


def sites_curve(
    problem: Problem,
    *,
    radii: Sequence[float],
    targets: tuple[tuple[str, float], ...],
    objective: Literal["sites", "cost"] = "sites",
    gap: float = 0.01,
    seed: int = 0,
    effort: Effort = "exact",
    time_limit_s: float = 300.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Curve:
    """Fewest (or cheapest) sites for the targets at each radius.

    Parameters
    ----------
    radii
        Coverage radii in the unit of the travel matrix; sorted, doubled ones dropped.
    targets, objective
        As in :class:`~optimise.CoverShare`.
    gap, seed, effort, time_limit_s, progress, cancel
        As in :func:`people_curve`.
    """
    task = _Task(problem, gap, seed, effort, time_limit_s, progress, cancel)
    xs = sorted({float(radius) for radius in radii})
    models = [CoverShare(radius=x, targets=targets, objective=objective) for x in xs]
    free = [task.point(x, model, len(xs)) for x, model in zip(xs, models, strict=True)]
    return task.curve("sites", learn_sites(problem, free, gap))


def knee_of(x: NDArray[np.float64], y: NDArray[np.float64], *, rising: bool) -> int | None:
    """Point furthest from the chord of a curve of diminishing returns.

    The discrete form of Kneedle (Satopaa, Albrecht, Irwin and Raghavan 2011): both axes are
    scaled to 0..1 and the largest distance from the diagonal wins, of equals the first. None
    with fewer than three points or a curve without a bend.
    """
    if len(x) < 3 or np.ptp(x) == 0 or np.ptp(y) == 0:
        return None
    across, up = (x - x[0]) / np.ptp(x), (y - y.min()) / np.ptp(y)
    height = up - across if rising else (1.0 - up) - across
    best = int(np.argmax(height))
    return best if height[best] > 1e-9 else None


class _Task:
    """The options of a curve and its clock."""

    def __init__(
        self,
        problem: Problem,
        gap: float,
        seed: int,
        effort: Effort,
        time_limit_s: float,
        progress: Progress | None,
        cancel: Callable[[], bool] | None,
    ) -> None:
        if not time_limit_s > 0:
            raise ProblemError(
                "curve.time_limit_s", f"{time_limit_s!r}", remedy="Give seconds > 0."
            )
        self.problem, self.gap, self.seed, self.effort = problem, gap, seed, effort
        self.progress, self.cancel = progress, cancel
        self.began = time.monotonic()
        self.limit_s = time_limit_s
        self.stopped = ""
        self.done = 0

    def point(
        self,
        x: float,
        model: CoverMost | CoverShare,
        count: int,
        problem: Problem | None = None,
    ) -> Point:
        """Ask one point's question, unless the time is up."""
        left_s = self.limit_s - (time.monotonic() - self.began)
        if not self.stopped and left_s <= 0:
            self.stopped = "time limit"
        if self.stopped:
            return Point(x=x, solution=None)
        self.done += 1
        done = self.done - 1

        def told(phase: str, share: float) -> None:
            if self.progress is not None:
                self.progress(phase, min(1.0, (done + share) / count))

        try:
            found = solve(
                problem or self.problem,
                model,
                gap=self.gap,
                seed=self.seed,
                effort=self.effort,
                time_limit_s=left_s,
                progress=told,
                cancel=self.cancel,
            )
        except (Infeasible, Undecided) as reason:
            return Point(x=x, solution=None, reason=reason)
        if found.stopped == "cancelled":
            self.stopped = found.stopped
        return Point(x=x, solution=found)

    def curve(self, kind: Literal["people", "sites"], points: list[Point]) -> Curve:
        """Put the points together."""
        there = [n for n, point in enumerate(points) if point.solution is not None]
        x = np.array([points[n].x for n in there])
        y = np.array([one.value for n in there if (one := points[n].solution) is not None])
        knee = knee_of(x, y, rising=kind == "people")
        return Curve(
            kind=kind,
            points=tuple(points),
            knee=None if knee is None else there[knee],
            stopped=self.stopped or "gap",
            seconds=time.monotonic() - self.began,
        )


def _grow(
    task: _Task, problem: Problem, model: CoverMost, free: list[Point], stay: float
) -> list[Point]:
    """Plan each point again, from the plan before."""
    # The growing problem knows each unit's radius already, unless it is the problem itself.
    asked_radius = model.radius if math.isinf(stay) else widest(model.radius)
    points: list[Point] = []
    before: NDArray[np.int32] | None = None
    for point in free:
        if point.solution is None or before is None:
            points.append(point)
        else:
            asked = CoverMost(radius=asked_radius, max_sites=int(point.x), tie_break=None)
            again = task.point(
                point.x, asked, 2 * len(free), growing(problem, before, stay, model.radius)
            )
            points.append(grown(problem, point, again, model.radius, task.gap))
        now = points[-1].solution
        before = before if now is None else now.open_sites
    return points
