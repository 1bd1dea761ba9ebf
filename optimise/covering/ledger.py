"""Best plan and bound so far for one core, and how good that is."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from optimise.covering.core import Core, value_of
from optimise.watch import Stopped

__all__ = ["Ledger"]


@dataclass(slots=True)
class Ledger:
    """Best plan and bound so far for one core.

    Parameters
    ----------
    plan, value
        Open columns and their value.
    bound
        No plan has a lower value.
    proved_by
        Where the bound comes from.
    stopped
        Why the work ended before the gap asked for was reached, None if it was.
    log
        What was done.
    """

    core: Core
    tolerance: Callable[[float], float]
    plan: NDArray[np.int32]
    value: float
    bound: float = -math.inf
    proved_by: str = "nothing"
    stopped: Stopped | None = None
    log: list[str] = field(default_factory=list)

    def offer(self, plan: NDArray[np.integer]) -> bool:
        """Take a plan if it is better."""
        value = value_of(self.core, plan)
        better = value < self.value
        if better:
            self.plan, self.value = np.sort(plan).astype(np.int32), value
        return better

    def prove(self, bound: float, by: str) -> None:
        """Take a bound if it is better."""
        bound = min(self.core.round_up(bound), self.value)
        if bound > self.bound:
            self.bound, self.proved_by = bound, by

    @property
    def floor(self) -> float:
        """Bound that holds once nothing better by a step is possible."""
        return self.value if self.core.integral else self.value - self.core.step

    @property
    def closed(self) -> bool:
        """Whether value and bound have met."""
        return self.bound >= self.floor - 1e-9 * max(1.0, abs(self.value))

    @property
    def good_enough(self) -> bool:
        """Whether the gap asked for is reached."""
        return self.value - self.bound <= self.tolerance(self.value)
