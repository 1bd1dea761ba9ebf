"""Lots to draw in compiled code: the same in every run and thread."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.compiled import inner

__all__ = ["lot"]


@inner
def lot(word: NDArray[np.uint64]) -> Any:
    """Draw from [0, 1) by xorshift64* (Vigna 2016); ``word`` [1] is the state, never 0."""
    x = word[0]
    x ^= x >> np.uint64(12)
    x ^= x << np.uint64(25)
    x ^= x >> np.uint64(27)
    word[0] = x
    return np.float64((x * np.uint64(2685821657736338717)) >> np.uint64(11)) / 9007199254740992.0
