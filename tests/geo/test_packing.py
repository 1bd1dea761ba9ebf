from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from geo.packing import packed, unpacked

#: Steps between any two of these fit 64 bits.
whole = st.integers(min_value=-(2**61), max_value=2**61)


@settings(deadline=None)
@given(st.lists(whole))
def test_numbers_come_back(values: list[int]) -> None:
    planes = packed(np.array(values, np.int64))
    assert planes.dtype == np.uint8
    assert unpacked(planes).tolist() == values


def test_planes_are_no_more_than_the_largest_step_needs() -> None:
    assert packed(np.arange(1000) + 7).shape == (1, 1000)
    assert packed(np.array([0, 128, 0])).shape == (2, 3)
    assert packed(np.zeros(5, np.bool_)).shape == (0, 5)
