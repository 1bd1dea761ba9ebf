"""Best plan and bound so far, of a question with capacities."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

from optimise.capacity.ground import Ground
from optimise.capacity.plan import Plan
from optimise.watch import Stopped

__all__ = ["Ledger"]


@dataclass(slots=True)
class Ledger:
    """Best plan and bound so far.

    Parameters
    ----------
    plan
        None as long as there is none that answers the question.
    bound
        No plan has a lower value; infinite once it is proven that there is none.
    """

    ground: Ground
    gap: float
    plan: Plan | None = None
    bound: float = 0.0
    proved_by: str = "nothing below 0"
    stopped: Stopped | None = None
    log: list[str] = field(default_factory=list)

    @property
    def value(self) -> float:
        """Value of the plan, infinite without one."""
        return math.inf if self.plan is None else self.plan.value

    def offer(self, plan: Plan) -> bool:
        """Take a plan if it answers the question and is better."""
        better = plan.short == 0 and plan.value < self.value
        if better:
            self.plan = plan
        return better

    def prove(self, bound: float, by: str) -> None:
        """Take a bound if it is better."""
        bound = min(self.ground.round_up(bound), self.value)
        if bound > self.bound:
            self.bound, self.proved_by = bound, by

    @property
    def closed(self) -> bool:
        """Whether value and bound have met."""
        if self.plan is None:
            return math.isinf(self.bound)
        return self.value - self.bound <= 1e-9 * max(1.0, abs(self.value))

    @property
    def good_enough(self) -> bool:
        """Whether the gap asked for is reached."""
        if self.closed or self.plan is None:
            return self.closed
        return self.value - self.bound <= self.gap * abs(self.value)
