"""A repair: one change of a scenario that was tried, in words and as something to apply."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.scenario import Scenario
from planner.wording.language import Language

__all__ = ["Kind", "Repair", "Step", "applied", "limit_steps", "repair_lines"]

Kind = Literal["open", "add", "radius", "free", "lower", "sites", "quota", "existing", "kinds"]

Step = tuple[str | float | int | bool | None, ...]
"""One change: ``("force", id)``, ``("free", id)`` (neither closed nor forced), ``("remove", id)``
(a point added by hand), ``("add", lon, lat)``, ``("give-back", row)`` (a no-go area),
``("all-kinds",)`` or
``("set", field, value)`` of the scenario."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Repair:
    """What would help a township, or give a refused scenario a plan.

    Parameters
    ----------
    kind
        ``"open"`` a candidate, ``"add"`` a point where there is none, raise the ``"radius"``,
        ``"free"`` what was closed or kept free by hand, ``"lower"`` a target, allow more
        ``"sites"``, ask each township for fewer (``"quota"``), let ``"existing"`` ones be closed,
        allow candidates of all ``"kinds"``.
    township
        Code of the township it is for; empty for the whole scenario.
    steps
        The change.
    zh, en
        One sentence with its numbers, plain text: names in it come from the data.
    passes
        Whether the township passes then, or the scenario has a plan.
    values
        The numbers of the sentence, for front ends that say it otherwise: ``gain`` (people more
        in the township), ``before``, ``after`` (shares covered), ``sites`` (in all, after).
    """

    kind: Kind
    township: str
    steps: tuple[Step, ...]
    zh: str
    en: str
    passes: bool
    values: tuple[tuple[str, str | int | float | None], ...] = ()

    def said(self, language: Language) -> str:
        """Return the sentence."""
        return self.zh if language == "zh" else self.en

    def apply(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the change made."""
        return applied(self.steps, scenario)

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return {
            **{key: getattr(self, key) for key in ("kind", "township", "zh", "en", "passes")},
            "steps": [list(step) for step in self.steps],
            "values": dict(self.values),
        }


def applied(steps: Iterable[Step], scenario: Scenario) -> Scenario:
    """Make changes to a scenario.

    Raises
    ------
    ScenarioError
        If a change does not fit the scenario, such as a field out of range.
    """
    edits, fields = scenario.edits, dict[str, Any]()
    # Areas are known by their row: the last is given back first.
    ordered = sorted(steps, key=lambda step: step[0] == "give-back")
    back = sorted((step for step in ordered if step[0] == "give-back"), reverse=True, key=_row)
    for step in (*(one for one in ordered if one[0] != "give-back"), *back):
        match step:
            case ("force", str(site)):
                edits = edits.with_forced(site)
            case ("free", str(site)):
                edits = edits.freed(site)
            case ("remove", str(site)):
                edits = edits.without(site)
            case ("add", float(lon), float(lat)):
                edits = edits.with_added(lon, lat)
                edits = edits.with_forced(edits.added[-1].id)
            case ("give-back", int(row)):
                edits = edits.without_no_go(row)
            case ("all-kinds",):
                fields["kinds"] = ()
            case ("set", str(field), value):
                fields[field] = value
            case _:
                raise ValueError(f"no such step: {step!r}")
    return dataclasses.replace(scenario, edits=edits, **fields)


def limit_steps(scenario: Scenario, limit: float) -> tuple[Step, ...]:
    """Set the coverage limit, metres or seconds."""
    if scenario.unit == "m":
        return (("set", "radius_m", limit),)
    return (("set", "minutes", limit / 60.0),)


def _row(step: Step) -> int:
    return int(step[1] or 0)


def repair_lines(repairs: Iterable[Repair], language: Language) -> Mapping[str, str]:
    """Say the nearest repair of each township, by code."""
    lines: dict[str, str] = {}
    for repair in repairs:
        lines.setdefault(repair.township, repair.said(language))
    lines.pop("", None)
    return lines
