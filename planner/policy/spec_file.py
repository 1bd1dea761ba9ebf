"""Tables ``[policy.<part>]`` of a scenario file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from planner.errors import ScenarioError
from planner.toml_file import read_toml

__all__ = ["policy_tables"]


def policy_tables(path: Path, *parts: str) -> dict[str, Any]:
    """Read what a file asks of some parts; those that it does not name are left out.

    Raises
    ------
    ScenarioError
        If the file cannot be read, is not TOML or has none of the tables.
    """
    policy = read_toml(path).get("policy")
    found = (
        {part: policy[part] for part in parts if part in policy} if isinstance(policy, dict) else {}
    )
    if not found:
        names = " or ".join(f"[policy.{part}]" for part in parts)
        raise ScenarioError(f"has no table {names}", where=str(path))
    return found
