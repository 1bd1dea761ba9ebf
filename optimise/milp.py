"""HiGHS behind a plain function: arrays in, arrays out.

The only importer of ``highspy``. One thread and a fixed seed make a run repeatable; work is
limited by a count first (how often HiGHS asks whether to go on: each round of cuts, each node),
which stops at the same point on every machine, and by the clock only as a safety that the result
names.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import highspy
import numpy as np
from numpy.typing import NDArray

from optimise.formulate import Milp

__all__ = ["Limits", "MilpResult", "Stopped", "minimise"]

Stopped = Literal["optimal", "gap", "work limit", "time limit", "cancelled"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """When to stop.

    Parameters
    ----------
    gap
        Relative gap that is good enough.
    easy_work, work
        Rounds: up to ``easy_work`` the search goes on below ``gap`` down to 0, at ``work`` it
        stops whatever the gap.
    deadline_s
        ``time.monotonic()`` at which it stops, as a safety.
    cancel
        Asked now and then; True stops.
    progress
        Told the share of ``work`` done; may raise ``KeyboardInterrupt`` to stop.
    """

    gap: float
    easy_work: int
    work: int
    deadline_s: float
    cancel: Callable[[], bool]
    progress: Callable[[float], None]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class MilpResult:
    """What HiGHS found.

    Parameters
    ----------
    values
        float64[cols] of the best plan, None if it has none.
    bound
        No plan is below this; ``-inf`` if nothing is known.
    stopped
        Why it ended.
    work, nodes
        Rounds and search nodes spent.
    """

    values: NDArray[np.float64] | None
    bound: float
    stopped: Stopped
    work: int
    nodes: int


def minimise(
    milp: Milp, limits: Limits, *, start: NDArray[np.float64] | None = None, seed: int = 0
) -> MilpResult:
    """Solve a mixed-integer programme, warm from ``start`` if given."""
    if not len(milp.cost):
        return MilpResult(values=np.zeros(0), bound=milp.offset, stopped="optimal", work=0, nodes=0)
    solver = _load(milp, seed)
    if start is not None:
        solver.setSolution(len(start), np.arange(len(start), dtype=np.int32), start)
    watch = _Watch(limits)
    solver.setCallback(watch, None)
    solver.startCallback(highspy.cb.HighsCallbackType.kCallbackMipInterrupt)
    solver.setOptionValue("time_limit", max(0.01, limits.deadline_s - time.monotonic()))
    solver.run()
    info, status = solver.getInfo(), solver.getModelStatus()
    stopped: Stopped = watch.stopped or "optimal"
    if watch.stopped is None and status != highspy.HighsModelStatus.kOptimal:
        stopped = "time limit"
    found = info.primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    values = np.array(solver.getSolution().col_value) if found else None
    bound = info.mip_dual_bound if milp.whole.any() else info.objective_function_value
    return MilpResult(
        values=values,
        bound=bound if math.isfinite(bound) else -math.inf,
        stopped=stopped,
        work=watch.work,
        nodes=int(info.mip_node_count),
    )


class _Watch:
    """Called by HiGHS now and then; decides whether to go on."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self.stopped: Stopped | None = None
        self.work = 0

    def __call__(self, _kind: Any, _message: str, out: Any, into: Any, _data: object) -> None:
        try:
            self.work += 1
            self._judge(out.mip_primal_bound, out.mip_dual_bound)
            self._limits.progress(min(1.0, self.work / self._limits.work))
            if self._limits.cancel():
                self.stopped = "cancelled"
            elif time.monotonic() > self._limits.deadline_s:
                self.stopped = "time limit"
        except KeyboardInterrupt:
            # An exception must not travel through C++; the caller sees why it stopped.
            self.stopped = "cancelled"
        if self.stopped is not None:
            into.user_interrupt = True

    def _judge(self, primal: float, dual: float) -> None:
        if self.work > self._limits.work:
            self.stopped = "work limit"
        elif (
            self.work > self._limits.easy_work
            and math.isfinite(primal)
            and math.isfinite(dual)
            and abs(primal - dual) <= self._limits.gap * max(1e-10, abs(primal))
        ):
            self.stopped = "gap"


def _load(milp: Milp, seed: int) -> Any:
    solver = highspy.Highs()
    solver.disableCallbacks()
    for name, value in {
        "output_flag": False,
        "threads": 1,
        "random_seed": seed,
        "mip_rel_gap": 0.0,
        "mip_abs_gap": 1e-6,
    }.items():
        solver.setOptionValue(name, value)
    columns = milp.matrix.tocsc()
    columns.sort_indices()
    lp = highspy.HighsLp()
    lp.num_row_, lp.num_col_ = columns.shape
    lp.col_cost_, lp.offset_ = milp.cost, milp.offset
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.ones(lp.num_col_)
    lp.row_lower_, lp.row_upper_ = milp.row_lower, milp.row_upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_ = columns.indptr, columns.indices
    lp.a_matrix_.value_ = columns.data
    kind = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
    lp.integrality_ = [kind[int(whole)] for whole in milp.whole]
    solver.passModel(lp)
    return solver
