"""What tests need from the system: where it is missing they are skipped, and say so.

Where the whole suite must run (``RECYCLENET_REQUIRE_BROWSER``) they fail instead.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from planner.errors import MissingToolError
from planner.picture.fonts import chinese_family
from planner.report.pdf import need_library

__all__ = ["NEEDS_PANGO", "NEEDS_TYPE"]


def _lacking(need: Callable[[], object]) -> str:
    try:
        need()
    except MissingToolError as error:
        return "" if os.environ.get("RECYCLENET_REQUIRE_BROWSER") else str(error)
    return ""


NEEDS_TYPE = pytest.mark.skipif(bool(_lacking(chinese_family)), reason=_lacking(chinese_family))
NEEDS_PANGO = pytest.mark.skipif(bool(_lacking(need_library)), reason=_lacking(need_library))
