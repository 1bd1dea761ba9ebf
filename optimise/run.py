"""How to answer: options and the watch, as every solver takes them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from optimise.errors import ProblemError
from optimise.watch import Progress, Watch

__all__ = ["Run", "run_of"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Run:
    """Options of one call of :func:`optimise.solve`.

    Parameters
    ----------
    gap
        Relative gap that counts as proven.
    seed
        Of every random choice.
    exact
        Whether to prove with branch and bound; if not, local search and a bound must do.
    watch
        Clock, cancel button, listener.
    start
        int32, open sites of a plan to begin with, say the answer to a neighbouring question; it
        need not be feasible. None for none. The fast way of covering questions heeds it.
    """

    gap: float
    seed: int
    exact: bool
    watch: Watch
    start: NDArray[np.int32] | None = None


def run_of(
    *,
    gap: float,
    seed: int,
    effort: Literal["exact", "quick"],
    time_limit_s: float,
    progress: Progress | None,
    cancel: Callable[[], bool] | None,
) -> Run:
    """Check the options that every question takes, and start the clock.

    Raises
    ------
    ProblemError
        Naming the option, the value and the remedy.
    """
    if not 0 <= gap < 1:
        raise ProblemError("solve.gap", f"{gap!r}", remedy="Give a share from 0 to below 1.")
    if not time_limit_s > 0:
        raise ProblemError("solve.time_limit_s", f"{time_limit_s!r}", remedy="Give seconds > 0.")
    if effort not in ("exact", "quick"):
        raise ProblemError("solve.effort", f"{effort!r}", remedy='Choose "exact" or "quick".')
    watch = Watch(time_limit_s, progress, cancel)
    return Run(gap=gap, seed=seed, exact=effort == "exact", watch=watch)
