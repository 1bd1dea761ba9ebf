"""Whole numbers packed into bytes that deflate well, and back."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["packed", "unpacked"]


def packed(values: npt.NDArray[Any]) -> npt.NDArray[np.uint8]:
    """Pack integers or booleans: differences, folded to be positive, as planes of bytes.

    Parameters
    ----------
    values
        Integers of any kind, shape [n]; small steps from one to the next pack best.

    Returns
    -------
    uint8[p, n]
        As many planes as the largest step needs, lowest byte first.
    """
    whole = values.astype(np.int64)
    step = whole - np.concatenate([[0], whole[:-1]])
    folded = ((step << 1) ^ (step >> 63)).astype("<u8")
    planes = np.ascontiguousarray(folded.view(np.uint8).reshape(len(folded), 8).T)
    return planes[: np.flatnonzero(planes.any(axis=1)).max(initial=-1) + 1]


def unpacked(planes: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Inverse of :func:`packed`, as int64[n]."""
    folded = np.zeros(planes.shape[1], np.uint64)
    for number, plane in enumerate(planes):
        folded |= plane.astype(np.uint64) << np.uint64(8 * number)
    step = (folded >> np.uint64(1)).astype(np.int64) ^ -(folded & np.uint64(1)).astype(np.int64)
    return np.cumsum(step)
