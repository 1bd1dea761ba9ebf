"""The p-center problem: nobody further than necessary.

The radius of a plan is the largest impedance from anybody to the nearest open site; it is always
one of the impedances of the matrix. Whether p sites are enough at a radius is a set covering
question (Minieka 1970), and the answers are monotone, so that halving the radii that are still
possible leads to the smallest one (Daskin 2013, section 5.4; Elloumi, Labbe and Pochet 2004).
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimise.center_question import Answer, ask
from optimise.center_task import CenterTask, prepare
from optimise.errors import ProblemError
from optimise.problem import Problem
from optimise.solution import Solution, Status, relative_gap, serve
from optimise.watch import Progress, Stopped, Watch

__all__ = ["PCenter", "solve_center"]

#: Radii beyond which the middle one is taken as they come, without sorting out equal ones.
_MANY = 1_000_000
#: Radii left open one after the other that end the first look.
_PATIENCE = 2


@dataclass(frozen=True, kw_only=True, slots=True)
class PCenter:
    """Least radius within which at most ``p`` open sites reach everybody.

    The p-center problem (Hakimi 1964; Minieka 1970), on the sites there are. Everybody means
    every demand unit with a positive weight; how large the weight is does not matter. Existing
    sites stay open and count towards ``p``; quotas hold.

    Parameters
    ----------
    p
        The most sites that may be open, existing ones included.
    """

    p: int

    def __post_init__(self) -> None:
        if isinstance(self.p, bool) or not isinstance(self.p, int):
            raise ProblemError("PCenter.p", f"{self.p!r}", remedy="Give a whole number.")
        if self.p < 0:
            raise ProblemError("PCenter.p", f"{self.p}", remedy="Give a number from 0 up.")


def solve_center(
    problem: Problem,
    model: PCenter,
    *,
    gap: float = 0.0,
    seed: int = 0,
    time_limit_s: float = 60.0,
    progress: Progress | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Solution:
    """Find the plan with the least radius.

    Parameters
    ----------
    problem, model
        Who, what, how far; and how many sites.
    gap
        Relative gap of the radius that is good enough; 0 asks for the optimum.
    seed
        Same problem, model and seed: same answer.
    time_limit_s
        Safety limit; an answer ended by it says so in ``stopped`` and is not repeatable.
    progress
        Told "reduce", "search" or "prove" and the share done; may raise ``KeyboardInterrupt``.
    cancel
        Asked now and then; True ends the search. So does Ctrl-C.

    Returns
    -------
    Solution
        ``objective`` is "radius": ``value`` the largest impedance from a unit with weight to its
        nearest open site, ``bound`` the smallest radius that is not excluded. Each unit, with
        weight or not, is assigned to the nearest open site the matrix knows.

    Raises
    ------
    Infeasible
        If the existing sites and the quotas need more than p sites, or if no allowed site
        reaches some units within the matrix (``TargetShort.stranded`` names them).
    ProblemError
        For a senseless option; if p sites cannot reach everybody within the matrix; or if the
        work was ended before any plan was found.
    """
    if not 0 <= gap < 1:
        raise ProblemError("solve_center.gap", f"{gap!r}", remedy="Give a share from 0 to below 1.")
    if not time_limit_s > 0:
        raise ProblemError(
            "solve_center.time_limit_s", f"{time_limit_s!r}", remedy="Give seconds > 0."
        )
    began = time.perf_counter()
    watch = Watch(time_limit_s, progress, cancel)
    watch.look("reduce", 0.0)
    task = prepare(problem, model.p)
    prepared = time.perf_counter()
    hunt = _Hunt(task=task, watch=watch, seed=seed, gap=gap)
    try:
        hunt.run()
    except KeyboardInterrupt:
        watch.stopped = "cancelled"
    if hunt.plan is None:
        raise _nothing(problem, model, hunt)
    watch.look("prove", 1.0)
    return _certify(
        problem,
        hunt,
        seconds={
            "reduce": prepared - began,
            "search and prove": time.perf_counter() - prepared,
        },
    )


@dataclass(kw_only=True, slots=True, eq=False)
class _Hunt:
    """Halves the radii that are still possible.

    ``pool`` holds them: those below ``value`` that are not excluded. Radii from ``low`` to
    ``high`` stayed open when asked. A first look then goes on above them only; what is left is
    asked thoroughly, the largest radius first: if the best plan is optimal already, that one
    hard question proves it. ``idle`` counts the radii left open since the last plan.
    """

    task: CenterTask
    watch: Watch
    seed: int
    gap: float
    plan: NDArray[np.int32] | None = None
    value: float = math.inf
    pool: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    low: float = math.inf
    high: float = -math.inf
    proved_by: str = "the nearest site of the furthest unit"
    idle: int = 0
    impossible: bool = False
    log: list[str] = field(default_factory=list)

    @property
    def bound(self) -> float:
        """Smallest radius that is not excluded."""
        return float(self.pool.min(initial=self.value))

    def run(self) -> None:
        task = self.task
        floor = task.floor
        self.pool = task.impedance[task.impedance >= floor]
        top = float(self.pool.max(initial=floor))
        self._ask(top, thorough=True)
        whole = math.log(1 + len(self.pool))
        for thorough in (False, True):
            self.low, self.high = math.inf, -math.inf
            radius = self._last() if thorough else self._middle(below=False)
            while self.plan is not None and radius is not None and not self._done():
                share = 1.0 - math.log(1 + len(self.pool)) / whole
                if self.watch.look("search", share) is not None:
                    return
                self._ask(radius, thorough=thorough)
                tired = not thorough and self.idle >= _PATIENCE
                radius = None if tired else self._middle(below=thorough)

    def _last(self) -> float | None:
        """Largest radius that is left."""
        return float(self.pool.max()) if len(self.pool) else None

    def _done(self) -> bool:
        return relative_gap(self.value, self.bound) <= self.gap

    def _middle(self, *, below: bool) -> float | None:
        """Middle of the radii above the open ones; if there are none, of those below."""
        if len(self.pool) <= _MANY:
            self.pool = np.unique(self.pool)
        rest = self.pool
        if self.low <= self.high:
            above = rest[rest > self.high]
            rest = rest[rest < self.low] if below and not len(above) else above
        return float(np.partition(rest, len(rest) // 2)[len(rest) // 2]) if len(rest) else None

    def _ask(self, radius: float, *, thorough: bool) -> None:
        answer: Answer = ask(
            self.task.core(radius),
            self.task.limit,
            self.watch,
            seed=self.seed,
            thorough=thorough,
        )
        if answer.sites is not None:
            value = self.task.radius(answer.sites)
            verdict = f"enough ({answer.by}), in fact at {value:g}"
            self.idle = 0
            if value < self.value:
                self.plan, self.value = answer.sites, value
                self.pool = self.pool[self.pool < value]
        elif answer.excluded:
            verdict = f"too few ({answer.by})"
            self.impossible |= self.plan is None
            self.pool, self.proved_by = self.pool[self.pool > radius], answer.by
        else:
            verdict = "left open"
            self.idle += 1
            self.low, self.high = min(self.low, radius), max(self.high, radius)
        self.log.append(f"radius {radius:g}: {self.task.limit} new sites are {verdict}")

    @property
    def stopped(self) -> Stopped:
        """Why the hunt ended."""
        if self._done():
            return "gap"
        return self.watch.stopped or "work limit"


def _nothing(problem: Problem, model: PCenter, hunt: _Hunt) -> ProblemError:
    """Say why there is no plan at all."""
    if hunt.impossible:
        return ProblemError(
            "PCenter.p",
            f"{model.p} sites cannot reach everybody within the travel matrix "
            f"(cutoff {problem.travel.cutoff:g})",
            remedy="Allow more sites, or compute travel further.",
        )
    return ProblemError(
        "solve_center.time_limit_s",
        f"no plan of {model.p} sites that reaches everybody was found ({hunt.stopped})",
        remedy="Allow more time or more sites, or compute travel further.",
    )


def _certify(problem: Problem, hunt: _Hunt, *, seconds: dict[str, float]) -> Solution:
    """Recompute everything from the problem."""
    assert hunt.plan is not None
    open_sites = np.union1d(hunt.task.existing, hunt.plan).astype(np.int32)
    assignment, distance = serve(problem, open_sites, math.inf)
    value = float(distance[problem.weights > 0].max(initial=0.0))
    bound = min(hunt.bound, value)
    reached = relative_gap(value, bound)
    return Solution(
        open_sites=open_sites,
        assignment=assignment,
        distance=distance,
        status=Status.PROVEN if reached <= hunt.gap else Status.FEASIBLE,
        stopped=hunt.stopped,
        objective="radius",
        value=value,
        bound=bound,
        gap=reached,
        proved_by=hunt.proved_by,
        tie_break=None,
        seconds=seconds,
        log=tuple(hunt.log),
    )
