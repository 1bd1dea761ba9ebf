"""Readers of what a table ``[policy.<part>]`` may hold; a refusal names part, field and value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from planner.errors import ScenarioError

__all__ = ["flag", "number", "one_of", "refuse_unknown", "refused", "table_of", "whole"]


def refused(part: str, field: str, value: object, allowed: str) -> ScenarioError:
    """Make the refusal of a value; ``part`` is the table: ``"policy.robust"``."""
    where = ".".join(filter(None, (part, field)))
    return ScenarioError(f"{value!r:.80} is not allowed", where=where, remedy=f"Give {allowed}")


def number(part: str, field: str, value: object, low: float, high: float) -> float:
    """Check a number from ``low`` to ``high``.

    Raises
    ------
    ScenarioError
        If it is none.
    """
    # A NaN is in no range; a whole number too large for a float is compared as it is.
    if isinstance(value, bool) or not isinstance(value, int | float) or not low <= value <= high:
        raise refused(part, field, value, f"a number from {low:g} to {high:g}")
    return float(value)


def whole(part: str, field: str, value: object, low: int, high: int) -> int:
    """Check a whole number from ``low`` to ``high``.

    Raises
    ------
    ScenarioError
        If it is none.
    """
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise refused(part, field, value, f"a whole number from {low} to {high}")
    return value


def flag(part: str, field: str, value: object) -> bool:
    """Check a yes or no.

    Raises
    ------
    ScenarioError
        If it is neither.
    """
    if not isinstance(value, bool):
        raise refused(part, field, value, "true or false")
    return value


def one_of(part: str, field: str, value: object, first: str, second: str) -> str:
    """Check a choice of two words.

    Raises
    ------
    ScenarioError
        If it is neither.
    """
    if value not in (first, second):
        raise refused(part, field, value, f"{first} or {second}")
    return str(value)


def table_of(part: str, table: object) -> Mapping[str, Any]:
    """Check that something is a table.

    Raises
    ------
    ScenarioError
        If it is none.
    """
    if not isinstance(table, Mapping):
        raise refused(part, "", table, "a table")
    return table


def refuse_unknown(
    part: str, table: Mapping[str, Any], known: Iterable[str], prefix: str = ""
) -> None:
    """Refuse a field that is not known; ``prefix`` is what it stands in: ``"blocked[0]."``.

    Raises
    ------
    ScenarioError
        Naming it, and those that are.
    """
    names = sorted(known)
    for key in table:
        if key not in names:
            raise ScenarioError(
                f"unknown field {prefix}{key!r:.60}",
                where=part,
                remedy=f"Known are: {', '.join(names)}",
            )
