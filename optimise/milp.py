"""HiGHS behind two plain functions: arrays in, arrays out.

The only importer of ``highspy``. One thread and a fixed seed make a run repeatable; work is
limited by a count first (how often HiGHS asks whether to go on: each round of cuts, each node),
which stops at the same point on every run, and by the clock only as a safety that the result
names.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any

import highspy
import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from optimise.formulate import Milp
from optimise.watch import Stopped, Watch

__all__ = ["Found", "Limits", "Relaxation", "Relaxed", "minimise", "relax"]


#: Steps of the interior point method, some ten times as many as it takes where it gets anywhere:
#: on costs of 1 beside 1e14 it turns in circles.
_STEPS = 500
_HEURISTICS = (
    "mip_heuristic_run_feasibility_jump",
    "mip_heuristic_run_rens",
    "mip_heuristic_run_rins",
    "mip_heuristic_run_root_reduced_cost",
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """When to stop, besides the watch.

    Parameters
    ----------
    tolerance
        Difference of value and bound that is good enough.
    easy_work, work
        Rounds: up to ``easy_work`` the search goes on below ``tolerance`` down to 0, at ``work``
        it stops whatever the difference.
    cutoff
        Only plans of at most this value are of interest.
    """

    tolerance: float
    easy_work: int
    work: int
    cutoff: float = math.inf


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Found:
    """What the search found.

    Parameters
    ----------
    values
        float64[cols] of the best plan, None if it has none.
    bound
        No plan is below this, but those beyond the cutoff; ``-inf`` if nothing is known.
    stopped
        Why it ended; None if it searched everything.
    work, nodes
        Rounds and search nodes spent.
    """

    values: NDArray[np.float64] | None
    bound: float
    stopped: Stopped | None
    work: int
    nodes: int


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Relaxed:
    """Prices of the rows at the optimum of the linear relaxation, float64[rows].

    ``values``: float64[cols], the optimum itself, where it lies on a vertex.
    """

    duals: NDArray[np.float64]
    values: NDArray[np.float64] | None = None


def relax(milp: Milp, watch: Watch) -> Relaxed | None:
    """Solve the linear relaxation by an interior point method; None if it was stopped."""
    solver = _load(milp, 0, watch)
    solver.setOptionValue("solver", "ipx")
    solver.setOptionValue("run_crossover", "off")
    solver.setOptionValue("ipm_iteration_limit", _STEPS)
    solver.setOptionValue("solve_relaxation", True)
    asked = _Asked(watch, None)
    solver.setCallback(asked, None)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackIpmInterrupt)
    solver.run()
    solution = solver.getSolution()
    if asked.stopped is not None or not solution.dual_valid:
        return None
    return Relaxed(duals=np.array(solution.row_dual))


class Relaxation:
    """A linear relaxation that is kept, to be solved again, warm, with rows added."""

    def __init__(self, milp: Milp, watch: Watch) -> None:
        self._watch = watch
        self._solver = _load(milp, 0, watch)
        self._solver.setOptionValue("solve_relaxation", True)

    def add(self, matrix: sparse.csr_array, lower: NDArray[Any], upper: NDArray[Any]) -> None:
        """Add rows."""
        self._solver.addRows(
            matrix.shape[0],
            lower.astype(np.float64),
            upper.astype(np.float64),
            matrix.nnz,
            matrix.indptr[:-1].astype(np.int32),
            matrix.indices.astype(np.int32),
            matrix.data.astype(np.float64),
        )

    def solve(self) -> Relaxed | None:
        """Solve by the dual simplex method; None if it was stopped or there is no solution."""
        solver = self._solver
        # HiGHS adds up the time of all its runs.
        solver.setOptionValue("time_limit", solver.getRunTime() + self._watch.left_s())
        asked = _Asked(self._watch, None)
        solver.setCallback(asked, None)
        solver.startCallback(highspy.cb.HighsCallbackType.kCallbackSimplexInterrupt)
        solver.run()
        if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = solver.getSolution()
        return Relaxed(duals=np.array(solution.row_dual), values=np.array(solution.col_value))


def minimise(
    milp: Milp,
    limits: Limits,
    watch: Watch,
    *,
    start: NDArray[np.float64] | None = None,
    seed: int = 0,
    heuristics: bool = False,
    reduced: bool = False,
) -> Found:
    """Solve a mixed-integer programme, warm from ``start`` if given.

    ``heuristics`` lets HiGHS look for plans itself, which pays only where no plan is known.
    ``reduced`` says that nothing is left to presolve: looking for it anyway costs more, and blurs
    the structure its cuts live on (measured: up to five times as long on maximal covering).
    """
    if not len(milp.cost):
        return Found(values=np.zeros(0), bound=milp.offset, stopped=None, work=0, nodes=0)
    scale = _scale(milp.cost)
    if scale != 1.0:
        found = minimise(
            replace(milp, cost=milp.cost / scale, offset=milp.offset / scale),
            replace(limits, tolerance=limits.tolerance / scale, cutoff=limits.cutoff / scale),
            watch,
            start=start,
            seed=seed,
            heuristics=heuristics,
            reduced=reduced,
        )
        return replace(found, bound=found.bound * scale)
    solver = _load(milp, seed, watch)
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    if math.isfinite(limits.cutoff):
        solver.setOptionValue("objective_bound", limits.cutoff)
    if heuristics:
        for name in _HEURISTICS:
            solver.setOptionValue(name, True)
        solver.setOptionValue("mip_heuristic_effort", 0.05)
    if reduced:
        solver.setOptionValue("presolve", "off")
    asked = _Asked(watch, limits)
    solver.setCallback(asked, None)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    nothing = (highspy.HighsModelStatus.kInfeasible, highspy.HighsModelStatus.kObjectiveBound)
    stopped = asked.stopped
    if stopped is None and status not in (highspy.HighsModelStatus.kOptimal, *nothing):
        stopped = "time limit"
    bound = math.inf if status in nothing else float(info.mip_dual_bound)
    feasible = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    return Found(
        values=np.array(solver.getSolution().col_value) if feasible else None,
        bound=-math.inf if math.isnan(bound) else bound,
        stopped=stopped,
        work=asked.rounds,
        nodes=max(0, int(info.mip_node_count)),
    )


def _scale(cost: NDArray[np.float64]) -> float:
    """Power of two that brings costs to numbers HiGHS can tell from 0 and from infinity (1e20)."""
    largest = float(np.abs(cost).max())
    if largest == 0 or 1e-3 <= largest <= 1e15:
        return 1.0
    return math.ldexp(1.0, math.frexp(largest)[1] - 20)


class _Asked:
    """Called by HiGHS now and then; decides whether to go on."""

    def __init__(self, watch: Watch, limits: Limits | None) -> None:
        self._watch, self._limits = watch, limits
        self.stopped: Stopped | None = None
        self.rounds = 0

    def __call__(self, _kind: Any, _message: str, out: Any, into: Any, _data: object) -> None:
        self.rounds += 1
        if self._limits is not None:
            self._judge(self._limits, out.mip_primal_bound, out.mip_dual_bound)
        if self.stopped is None:
            # Never raises: an exception must not travel through C++.
            share = self.rounds / self._limits.work if self._limits else 0.0
            self.stopped = self._watch.look("prove", share)
        if self.stopped is not None:
            into.user_interrupt = True

    def _judge(self, limits: Limits, primal: float, dual: float) -> None:
        known = math.isfinite(min(primal, limits.cutoff)) and math.isfinite(dual)
        if self.rounds > limits.work:
            self.stopped = "work limit"
        elif (
            self.rounds > limits.easy_work
            and known
            and min(primal, limits.cutoff) - dual <= limits.tolerance
        ):
            self.stopped = "gap"


def _load(milp: Milp, seed: int, watch: Watch) -> Any:
    solver = highspy.Highs()  # type: ignore[no-untyped-call]
    solver.disableCallbacks()  # type: ignore[no-untyped-call]
    for name, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": seed,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-6,
        # Plans come from our own search, which is faster and better at them.
        "mip_heuristic_effort": 0.0,
        **dict.fromkeys(_HEURISTICS, False),
        "time_limit": watch.left_s(),
    }.items():
        solver.setOptionValue(name, value)
    columns = milp.matrix.tocsc()
    columns.sort_indices()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = columns.shape
    lp.col_cost_, lp.offset_ = milp.cost, milp.offset
    lp.col_lower_, lp.col_upper_ = milp.bounds
    lp.row_lower_, lp.row_upper_ = milp.row_lower, milp.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = columns.indptr, columns.indices
    lp.a_matrix_.value_ = columns.data
    kind = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kind[int(whole)] for whole in milp.whole]
    solver.passModel(lp)
    return solver
