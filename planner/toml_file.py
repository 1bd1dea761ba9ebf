"""TOML files of the user's."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from planner.errors import ScenarioError

__all__ = ["read_toml"]


def read_toml(path: Path) -> dict[str, Any]:
    """Read a file.

    Raises
    ------
    ScenarioError
        If it cannot be read or is not TOML in UTF-8.
    """
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise ScenarioError(f"cannot be read ({error.strerror})", where=str(path)) from error
    except (ValueError, RecursionError) as error:
        raise ScenarioError(f"is not TOML in UTF-8 ({error!s:.200})", where=str(path)) from error
