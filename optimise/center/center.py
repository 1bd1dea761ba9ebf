"""The p-center problem: nobody further than necessary.

The radius of a plan is the largest impedance from anybody to the nearest open site; it is always
one of the impedances of the matrix. Whether p sites are enough at a radius is a set covering
question (Minieka 1970), and the answers are monotone, so that halving the radii that are still
possible leads to the smallest one (Daskin 2013, section 5.4; Elloumi, Labbe and Pochet 2004).
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimise.center.question import Answer, ask
from optimise.center.task import CenterTask, prepare
from optimise.errors import Infeasible, SitesShort, Undecided
from optimise.models import PCenter
from optimise.problem import Problem
from optimise.run import Run
from optimise.solution import Solution, Status, relative_gap, serve
from optimise.watch import Stopped, Watch

__all__ = ["solve_center"]

#: Radii beyond which the middle one is taken as they come, without sorting out equal ones.
_MANY = 1_000_000
#: Radii left open one after the other that end the first look.
_PATIENCE = 2


def solve_center(problem: Problem, model: PCenter, run: Run) -> Solution:
    """Find the plan with the least radius, without links between sites or a budget.

    Returns
    -------
    Solution
        ``objective`` is "radius": ``value`` the largest impedance from a unit with weight to its
        nearest open site, ``bound`` the smallest radius that is not excluded. Each unit, with
        weight or not, is assigned to the nearest open site the matrix knows.

    Raises
    ------
    Infeasible
        If the existing sites and the quotas need more than p sites, if no allowed site reaches
        some units within the matrix (``TargetShort.stranded`` names them), or if p sites cannot
        reach everybody within it (``SitesShort``).
    Undecided
        If the work was ended before any plan was found.
    """
    began = time.perf_counter()
    watch = run.watch
    watch.look("reduce", 0.0)
    task = prepare(problem, problem.most(model.p))
    prepared = time.perf_counter()
    hunt = _Hunt(task=task, watch=watch, seed=run.seed, gap=run.gap)
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


def _nothing(problem: Problem, model: PCenter, hunt: _Hunt) -> Infeasible | Undecided:
    """Say why there is no plan at all."""
    most = problem.most(model.p)
    if hunt.impossible:
        return Infeasible((SitesShort(max_sites=most, least=most + 1, enough=None),))
    return Undecided(
        f"no plan of {most} sites that reaches everybody was found ({hunt.stopped})",
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
