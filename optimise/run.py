"""How to answer: options and the watch, as every solver takes them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.watch import Watch

__all__ = ["Run"]


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
