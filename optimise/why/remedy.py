"""Repairs: found by the elastic programme, applied, and proven before they are handed out."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.checking.verify import verify
from optimise.errors import Infeasible, Undecided
from optimise.milp import Limits, minimise
from optimise.models import CoverAll, CoverMost, CoverShare, FairMedian, Model, PMedian
from optimise.problem import Problem
from optimise.solution import Solution
from optimise.solve import solve
from optimise.travel import Travel
from optimise.watch import Watch
from optimise.why.asked import Asked, asked_of
from optimise.why.changes import Change, MoreRadius, applied
from optimise.why.direct import DIRECT, first_guesses, limits_apart, twin_of
from optimise.why.elastic import elastic
from optimise.why.plan import changes_of, price_of
from optimise.why.rows import rows_of
from optimise.why.tariff import Prices

__all__ = ["Doctor", "Remedy", "plainer"]

#: Work for a programme of so many entries, and at least so many rounds.
_WORK, _LEAST_ROUNDS = 2e8, 400
#: Pairs within the matrix from which on the solvers are asked instead, where they can be.
_LARGE = 20_000


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Remedy:
    """Changes after which a question has an answer, and that answer.

    Parameters
    ----------
    kind
        ``"mix"``, or the only kind of change there is: "radius", "candidate", "stop", "budget",
        "sites", "quota", "target", "allow", "rule" or "close".
    changes
        What to change; all of it together is enough.
    price
        What the changes cost.
    bound
        No repair of the kind is cheaper, of those the elastic programme can choose from;
        ``price`` itself where that is proven.
    solution
        A plan of the changed question, good enough to prove that there is one; of a fair
        p-median's the p-median.
    """

    kind: str
    changes: tuple[Change, ...]
    price: float
    bound: float
    solution: Solution

    def apply(self, problem: Problem, model: Model) -> tuple[Problem, Model]:
        """Return the changed problem and question."""
        return applied(self.changes, problem, model)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Doctor:
    """A question and what may be done about it."""

    problem: Problem
    model: Model
    prices: Prices
    neighbours: Travel | None
    unit_zones: NDArray[np.int32] | None
    seed: int
    watch: Watch
    asked: Asked

    def within(self, share: float) -> Doctor:
        """Return one that takes at most a share of the time that is left."""
        outer = self.watch
        inner = Watch(
            max(0.01, outer.left_s() * share), None, lambda: outer.look("search", 0.0) is not None
        )
        return replace(self, watch=inner)

    @property
    def large(self) -> bool:
        """Whether the elastic programme is too large to prove anything by itself."""
        return len(self.problem.travel.indices) > _LARGE

    def possible(self, problem: Problem, model: Model) -> bool | None:
        """Tell whether a question has an answer; None if that is not settled."""
        if self.watch.look("prove", 0.0) is not None:
            return None
        asked = asked_of(problem, model)
        if not self.large:
            found = self._cheapest(problem, asked, (), None)
            return None if found is None else found[0] is not None
        twin = twin_of(problem, model, asked)
        settled = limits_apart(self, *twin)
        if settled is not None:
            return settled is True
        try:
            self.ask(*twin, effort="quick")
        except Infeasible:
            return False
        except Undecided:
            return None
        return True

    def remedy(
        self, kind: str, kinds: Collection[str], levels: NDArray[np.float64]
    ) -> tuple[Remedy | None, str]:
        """Find the cheapest repair of some kinds; None, and why, if there is none."""
        if self.large and kind in DIRECT:
            found = self._directly(kind)
            if found is not None:
                return found, "found"
        steps = levels if "radius" in kinds else None
        cheapest = self._cheapest(self.problem, self.asked, kinds, steps)
        if cheapest is None:
            return None, "left open by a limit"
        if cheapest[0] is None:
            return None, "not enough"
        remedy = self.proven(kind, cheapest[0], cheapest[1])
        if remedy is None:
            return None, "found, but no plan with it was"
        return self._tightened(remedy), "found"

    def short_zones(self) -> tuple[Change, ...] | None:
        """Least lowering of quotas that limits and rules ask for, whoever is covered."""
        needless = replace(self.asked, needs=())
        found = self._cheapest(self.problem, needless, ("quota",), None)
        return None if found is None else found[0]

    def proven(self, kind: str, changes: tuple[Change, ...], bound: float) -> Remedy | None:
        """Hand out changes only with a plan that keeps everything."""
        if not changes:
            return None
        solution = self.answer(*applied(changes, self.problem, self.model))
        if solution is None:
            return None
        price = price_of(changes, self.problem, self.asked, self.prices)
        return Remedy(
            kind=kind,
            changes=changes,
            price=price,
            bound=bound if bound < price * (1 - 1e-6) else price,
            solution=solution,
        )

    def answer(self, problem: Problem, model: Model) -> Solution | None:
        """Solve a changed question, however roughly, and look the plan over."""
        try:
            solution = self.solved(problem, plainer(model))
        except (Infeasible, Undecided):
            return None
        return None if verify(problem, plainer(model), solution) else solution

    def solved(self, problem: Problem, model: Model) -> Solution:
        """Find any plan of a question.

        Raises
        ------
        Infeasible, Undecided
            As :func:`~optimise.solve` does.
        """
        try:
            return self.ask(problem, model, effort="quick")
        except Undecided:
            return self.ask(problem, model, effort="exact")

    def ask(
        self,
        problem: Problem,
        model: Model,
        *,
        effort: Literal["quick", "exact"],
        gap: float = 0.99,
    ) -> Solution:
        """Solve within the time there is."""
        return solve(
            problem,
            model,
            gap=gap,
            seed=self.seed,
            effort=effort,
            time_limit_s=self.watch.left_s(),
            cancel=lambda: self.watch.look("prove", 0.0) is not None,
        )

    def _directly(self, kind: str) -> Remedy | None:
        """Find a repair without the elastic programme."""
        guesses = first_guesses(self.within(0.5), kind)
        if guesses is None:
            return None
        for changes in guesses[0]:
            remedy = self.within(0.4).proven(kind, changes, guesses[1])
            if remedy is not None:
                return remedy
        return None

    @property
    def possible_kinds(self) -> frozenset[str]:
        """Kinds of repair that there is something to change for."""
        problem, asked = self.problem, self.asked
        quotas = bool((problem.quotas > 0).any())
        there = {
            "radius": bool(asked.needs and asked.groups),
            "candidate": bool(asked.needs) or quotas,
            "stop": bool(asked.needs),
            "budget": problem.budget is not None,
            "sites": asked.most is not None,
            "quota": quotas,
            "target": any(need.field for need in asked.needs),
            "allow": bool(problem.forbidden.any()),
            "rule": problem.linked or bool(problem.forced.any()),
            "close": bool((problem.existing & ~problem.closable).any()),
        }
        return frozenset(kind for kind, useful in there.items() if useful)

    def _cheapest(
        self,
        problem: Problem,
        asked: Asked,
        kinds: Collection[str],
        levels: NDArray[np.float64] | None,
    ) -> tuple[tuple[Change, ...] | None, float] | None:
        """Solve the elastic programme: no changes if it has no plan, None if that is open."""
        rows = rows_of(
            problem,
            asked,
            neighbours=self.neighbours,
            unit_zones=self.unit_zones,
            levels=levels,
        )
        programme = elastic(problem, asked, rows, self.prices, kinds)
        rounds = max(_LEAST_ROUNDS, int(_WORK / max(1, programme.milp.matrix.nnz)))
        found = minimise(
            programme.milp,
            Limits(tolerance=1e-7, easy_work=rounds, work=rounds),
            self.watch,
            seed=self.seed,
            heuristics=True,
        )
        if found.values is None:
            return (None, math.inf) if found.bound == math.inf else None
        changes = changes_of(problem, asked, rows, programme, found.values, self.neighbours)
        return changes, found.bound

    def _tightened(self, remedy: Remedy) -> Remedy:
        """Lower raised radii, in steps when found, as far as the same open sites allow."""
        if self.asked.capacitated:
            return remedy
        changes = list(remedy.changes)
        radii = np.unique(self.problem.travel.impedance.astype(np.float64))
        for at, change in enumerate(changes):
            if not isinstance(change, MoreRadius):
                continue
            # The last of the pool is known to do, everything up to ``low`` not to.
            pool = radii[radii <= change.radius]
            low, high = -1, len(pool) - 1
            while high - low > 1:
                middle = (low + high) // 2
                changes[at] = replace(change, radius=float(pool[middle]))
                changed = applied(tuple(changes), self.problem, self.model)
                met = _met(*changed, remedy.solution.open_sites)
                low, high = (low, middle) if met else (middle, high)
            changes[at] = replace(change, radius=float(pool[high]))
        if tuple(changes) == remedy.changes:
            return remedy
        return self.proven(remedy.kind, tuple(changes), remedy.bound) or remedy


def plainer(model: Model) -> Model:
    """Return the question that has the same plans and is answered with least effort."""
    if isinstance(model, FairMedian):
        return PMedian(p=model.p, radius=model.radius)
    if isinstance(model, CoverAll | CoverShare | CoverMost):
        return replace(model, tie_break=None)
    return model


def _met(problem: Problem, model: Model, open_sites: NDArray[np.int32]) -> bool:
    """Whether open sites cover what a question needs."""
    asked, travel = asked_of(problem, model), problem.travel
    is_open = np.zeros(problem.n_sites, dtype=np.bool_)
    is_open[open_sites] = True
    entries = np.flatnonzero(is_open[travel.indices])
    unit = np.searchsorted(travel.indptr, entries, side="right") - 1
    near = travel.impedance[entries].astype(np.float64) <= asked.own[unit]
    count = np.bincount(unit[near], minlength=problem.n_units)
    weights = problem.weights.astype(np.float64)
    return all(
        weights[need.members[count[need.members] >= need.times]].sum() >= need.need
        for need in asked.needs
    )
