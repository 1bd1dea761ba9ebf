"""Which sites to choose at their prices, and which of them are beyond doubt.

Each site has what it earns (``rho``, at most 0) and lies in at most one zone. So the cheapest
sites that hold the quotas and the number are the cheapest of each zone that lacks some, then the
cheapest of the rest; and the prices of a quota and of a site that prove it are read off the first
site left out or the last one taken.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner
from optimise.median.core import Ground

__all__ = ["CLOSED", "FREE", "OPEN", "choose", "room_for", "settle"]

#: What is settled about a site.
FREE, OPEN, CLOSED = 0, 1, -1

#: None of them; a 64-bit number for the compiler, not a literal.
_NONE: Any = np.int64(-1)


@inner
def room_for(ground: Ground, state: NDArray[np.int8], wanted: NDArray[np.int64]) -> tuple[Any, Any]:
    """Fill ``wanted`` with what each zone lacks.

    Returns
    -------
    room, beyond
        Sites that may yet be opened, and those beyond the quotas: negative if it cannot be done.
    """
    wanted[:] = ground.quota
    room = np.int64(ground.most)
    for j in range(len(state)):
        if state[j] == OPEN:
            room -= 1
            if ground.zone[j] >= 0:
                wanted[ground.zone[j]] -= 1
    beyond = room
    for z in range(len(wanted)):
        wanted[z] = max(0, wanted[z])
        beyond -= wanted[z]
    if beyond >= 0 and len(wanted):
        have = np.zeros(len(wanted), np.int64)
        for j in range(len(state)):
            if state[j] == FREE and ground.zone[j] >= 0:
                have[ground.zone[j]] += 1
        for z in range(len(wanted)):
            if have[z] < wanted[z]:
                return room, _NONE
    return room, beyond


@inner
def choose(
    ground: Ground,
    order: NDArray[np.int64],
    rho: NDArray[np.float64],
    wanted: NDArray[np.int64],
    beyond: Any,
    chosen: NDArray[np.bool_],
) -> tuple[Any, Any]:
    """Choose the cheapest of the free sites (``order``: cheapest first), quotas first.

    Returns
    -------
    last, next_
        ``rho`` of the last one chosen beyond the quotas (``-inf`` if none may be) and of the
        first one not chosen (0 if none).
    """
    lack = wanted.copy()
    for t in range(len(order)):
        j = order[t]
        z = ground.zone[j]
        chosen[j] = z >= 0 and lack[z] > 0
        if chosen[j]:
            lack[z] -= 1
    last, next_ = -np.inf, 0.0
    for t in range(len(order)):
        j = order[t]
        if chosen[j]:
            continue
        if beyond > 0:
            chosen[j], last = True, rho[j]
            beyond -= 1
        else:
            next_ = rho[j]
            break
    if beyond > 0:
        last = 0.0
    return last, next_


@inner
def settle(
    ground: Ground,
    order: NDArray[np.int64],
    rho: NDArray[np.float64],
    wanted: NDArray[np.int64],
    price: Any,
    spare: Any,
    state: NDArray[np.int8],
    opening: Any,
) -> None:
    """Settle free sites by reduced costs at a price for a site.

    A zone that lacks sites pays a premium: what makes its last needed site worth its price.
    """
    seen, premium = np.zeros(len(wanted), np.int64), np.zeros(len(wanted))
    for t in range(len(order)):
        z = ground.zone[order[t]]
        if z >= 0:
            seen[z] += 1
            if seen[z] == wanted[z]:
                premium[z] = max(0.0, rho[order[t]] + price)
    for t in range(len(order)):
        j = order[t]
        reduced = rho[j] + price
        if ground.zone[j] >= 0:
            reduced -= premium[ground.zone[j]]
        if state[j] == FREE and opening and -reduced > spare:
            state[j] = OPEN
        elif state[j] == FREE and not opening and reduced > spare:
            state[j] = CLOSED
