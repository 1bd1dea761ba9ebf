"""Units of travel and the pace of a walker: plain names, so that a command answers at once."""

from __future__ import annotations

from typing import Literal

__all__ = ["WALK_M_S", "Unit"]

Unit = Literal["m", "s"]

#: Comfortable for grown-ups of all ages: design value of the Highway Capacity Manual (TRB 2000)
#: where at most a fifth of the walkers are old, 1.0 where more are.
WALK_M_S = 1.2
