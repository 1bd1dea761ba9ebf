"""Sizes of places changed, one place or a pair at a time, while that pays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner, kernel
from optimise.tiers.ground import Ground
from optimise.tiers.lay import look

__all__ = ["descend", "lay_out"]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@kernel
def descend(
    ground: Ground, limits: Ints, pairs: bool, work: int, passed: Floats
) -> tuple[float, float, int]:
    """Improve ``limits`` in place; faults and cost they come to, and the work it took.

    One place is closed, opened or given another size (drop and add; Kuehn and Hamburger 1963);
    with ``pairs``, where no such move pays, one is closed or made smaller while another is opened
    or enlarged. What pays is taken at once. Sizes shrink to what their load needs, so that room
    is where it was asked for.

    Parameters
    ----------
    work
        Amounts times open stations times open centres of all sets of sizes that are looked at, at
        most; it is what looking takes time for.
    passed
        float64[0, streams, centres]
    """
    places = len(limits)
    state = np.zeros(3)
    _try(ground, limits, limits.copy(), state, passed, True)
    tried = limits.copy()
    wide = False
    while state[2] < work:
        begun = state[1], state[0]
        for p in range(places):
            for s in range(0 if ground.kept[p] else -1, ground.had[p]):
                if not wide:
                    if s != limits[p] and state[2] < work:
                        tried[:] = limits
                        tried[p] = s
                        _try(ground, limits, tried, state, passed, False)
                    continue
                for q in range(places):
                    for t in range(limits[q] + 1, ground.had[q]):
                        if q != p and limits[q] < t and s < limits[p] and state[2] < work:
                            tried[:] = limits
                            tried[p], tried[q] = s, t
                            _try(ground, limits, tried, state, passed, False)
        if (state[1], state[0]) != begun:
            wide = False
        elif wide or not pairs:
            break
        else:
            wide = True
    return state[0], state[1], int(state[2])


@inner
def _try(
    ground: Ground, limits: Ints, tried: Ints, state: Floats, passed: Floats, first: bool
) -> None:
    """Look at ``tried`` and take it over if it is better; state: faults, cost, work."""
    load, size = np.empty(len(tried)), np.empty(len(tried), np.int64)
    none = np.zeros((0, 0))
    above = np.inf if first or state[0] > 0 else state[1]
    faults, cost = look(ground, tried, above, load, size, none, passed, none)
    state[2] += _work(ground, tried)
    if first or faults < state[0] or (faults == state[0] and cost < state[1] * (1 - 1e-9)):
        state[0], state[1] = faults, cost
        limits[:] = size if faults <= 0 else tried


@inner
def _work(ground: Ground, limits: Ints) -> int:
    """Ways that are looked at for a set of sizes."""
    n_s = ground.onward.shape[0]
    stations, centres = 1, 1
    for p in range(len(limits)):
        if limits[p] >= 0 and p < n_s:
            stations += 1
        elif limits[p] >= 0:
            centres += 1
    return len(ground.amount) * stations * centres


@kernel
def lay_out(
    ground: Ground, limits: Ints, size: Ints, collected: Floats, passed: Floats, straight: Floats
) -> float:
    """Fill in ``size`` and ways for sizes at most, as :func:`look` does; gives the faults."""
    load = np.empty(len(limits))
    faults, _ = look(ground, limits, np.inf, load, size, collected, passed, straight)
    return faults
