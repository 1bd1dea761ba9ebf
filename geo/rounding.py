"""Whole numbers that add up."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

__all__ = ["largest_remainder"]


def largest_remainder(total: int, weights: NDArray[np.float64]) -> NDArray[np.int64]:
    """Share out a whole number in proportion to weights (Hamilton's method).

    Every share is its quota rounded down or up, the largest remainders up (of equal ones the
    first), and the shares add up to ``total`` exactly.

    Parameters
    ----------
    total
        Not negative.
    weights
        Not negative, at least one positive.
    """
    quota = total * (np.asarray(weights, float) / np.sum(weights))
    share = np.floor(quota).astype(np.int64)
    short = total - int(share.sum())
    # Quotas are sums of rounded numbers: at most the last bit may make `short` negative.
    order = np.argsort(-(quota - share), kind="stable")
    share[order[:short] if short >= 0 else order[short:]] += np.sign(short)
    return share
