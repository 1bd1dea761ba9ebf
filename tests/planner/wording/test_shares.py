from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planner.wording.shares import gap_percent, percent, target_percent


@given(st.integers(0, 10**6), st.integers(1, 10**6))
def test_what_was_reached_is_never_rounded_up(covered: int, total: int) -> None:
    covered = min(covered, total)
    told = Fraction(percent(covered / total).removesuffix(" %"))
    assert 0 <= Fraction(100 * covered, total) - told < Fraction(11, 100)
    assert (told == 100) == (covered == total) or Fraction(covered, total) > 1 - Fraction(2, 10**6)


@given(st.integers(0, 10_000))
def test_what_is_asked_is_told_as_it_was_asked(hundredths: int) -> None:
    assert target_percent(hundredths / 10_000) == f"{hundredths / 100:g} %"


@pytest.mark.parametrize(
    ("share", "told"), [(1.0, "100 %"), (0.95, "95 %"), (0.833, "83.3 %"), (0.007, "0.7 %")]
)
def test_targets(share: float, told: str) -> None:
    assert target_percent(share) == told


@given(st.integers(0, 10**6))
def test_a_gap_is_never_rounded_down(millionths: int) -> None:
    told = Fraction(gap_percent(millionths / 10**6).removesuffix(" %"))
    assert 0 <= told - Fraction(millionths, 10**4) < Fraction(11, 100)
    assert (told == 0) == (millionths == 0)


def test_nobody_has_no_share() -> None:
    assert percent(None) == "–"
