"""Rules as constraints: a scenario that asks the optimiser for what packs of rules ask."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from geo.findings import Finding
from planner.policy.rules.rules import Rule, RulePack
from planner.scenario import Scenario

__all__ = ["Ruled", "ruled"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruled:
    """A scenario under rules.

    Parameters
    ----------
    scenario
        Asks for at least what the rules ask, as far as a scenario can.
    findings
        ``"rule-only-checked"`` (``rule``): what no optimiser chooses, such as floor areas.
        ``"rule-wider"`` (``rule``): asked of all townships, not only of those it is for.
        ``"rules-share-radius"`` (``radius_m``): rules of several radii are asked for at the least.
    """

    scenario: Scenario
    findings: tuple[Finding, ...]


def ruled(scenario: Scenario, packs: Iterable[RulePack]) -> Ruled:
    """Put rules upon a scenario; what it asks already holds where it is stricter.

    Shares are of people within metres of travel: a limit in minutes gives way to the radius of
    the rules, and weighing by kilograms to people.
    """
    packs = tuple(packs)
    kinds = {(rule.kind, rule.scope) for pack in packs for rule in pack.rules}
    fields: dict[str, Any] = {}
    found: list[Finding] = []
    radii: set[float] = set()
    for pack in packs:
        for rule in pack.rules:
            values: dict[str, str | int | float] = {"rule": f"{pack.id}.{rule.id}"}
            if not _put(rule, scenario, fields, radii):
                found.append(Finding(kind="rule-only-checked", values=values))
            elif rule.scope == "township" and (rule.kind, "urban") not in kinds:
                found.append(Finding(kind="rule-wider", values=values))
    if radii:
        fields |= {"radius_m": min(radii), "minutes": None, "weight": "people"}
        fields["speed_walk_m_s"] = Scenario().speed_walk_m_s
    if len(radii) > 1:
        found.append(Finding(kind="rules-share-radius", values={"radius_m": min(radii)}))
    return Ruled(scenario=dataclasses.replace(scenario, **fields), findings=tuple(found))


def _put(rule: Rule, scenario: Scenario, fields: dict[str, Any], radii: set[float]) -> bool:
    """Ask for one rule, if a scenario can."""
    match rule.kind, rule.scope:
        case _ if rule.kinds:
            return False
        case "count-per-township", "everywhere":
            least = fields.get("min_per_township", scenario.min_per_township)
            fields["min_per_township"] = max(least, int(rule["sites"]))
        case "count-per-households", scope:
            country, city = scenario.households_per_site, scenario.households_per_site_urban
            # Who asks for one number asks for it in the city too.
            start = {"": country, "_urban": country if city is None else city}
            parts = {"urban": ("_urban",), "township": ("",)}.get(scope, ("", "_urban"))
            for part in parts:
                name = f"households_per_site{part}"
                told = fields.get(name, start[part])
                homes = int(rule["households"])
                fields[name] = homes if told is None else min(told, homes)
        case "share-within-radius", scope:
            name = "urban_target" if scope == "urban" else "township_target"
            fields[name] = max(fields.get(name, getattr(scenario, name)) or 0.0, rule["share"])
            radii.add(rule["radius_m"])
        case _:
            return False
    return True
