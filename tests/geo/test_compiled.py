from __future__ import annotations

import numba
import pytest
from numba.core import caching

from geo.compiled import compiled


def test_machine_code_that_cannot_be_kept_is_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """As where the project stands on a read-only disk and the user has no home."""
    monkeypatch.setattr(caching.FunctionCache._impl_class, "_locator_classes", [])

    def double(value: int) -> int:
        return 2 * value

    with pytest.raises(RuntimeError, match="cannot cache"):
        numba.njit(cache=True)(double)
    assert compiled(double)(21) == 42
