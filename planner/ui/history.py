"""What can be undone and redone, carried by the address: a reload takes no step away."""

from __future__ import annotations

import json

from planner.edits import Edits
from planner.errors import PlannerError
from planner.ui import sitting
from planner.ui.archive import edits_at, edits_id
from planner.ui.carried import carried, carry

__all__ = ["STEPS", "bring_back_steps", "tell_steps"]

STEPS = "u"
"""Parameter of an address."""
MOST = 30
"""Steps that are carried, of each kind: the latest."""


def tell_steps() -> None:
    """Let the address carry them; where the store cannot be used it goes without."""
    past, future = sitting.steps()
    ids = [[edits_id(one) for one in steps[-MOST:]] for steps in (past, future)]
    whole = all(all(one) for one in ids)
    carry(STEPS, json.dumps(ids) if whole and (past or future) else "")


def bring_back_steps() -> None:
    """Take the steps of the address; what is no good in it is as if it were not there."""
    try:
        told = json.loads(carried(STEPS) or "[[], []]")
        past, future = ([edits_at(str(one)) for one in steps[-MOST:]] for steps in told)
    except (PlannerError, ValueError, TypeError, LookupError, RecursionError):
        return
    steps: tuple[list[Edits], list[Edits]] = (past, future)
    sitting.take_steps(*steps)
