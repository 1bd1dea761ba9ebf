"""Rules as constraints: a scenario that asks the optimiser for what packs of rules ask."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Set
from dataclasses import dataclass
from typing import Any

from geo.bundle import Bundle
from geo.findings import Finding
from planner.policy.rules.quotas import sites_due, unknown_townships
from planner.policy.rules.rules import OF_REGION, Rule, RulePack
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
        ``"rule-radius"`` (``own_m``, ``radius_m``): the scenario's radius was wider.
        ``"rule-minutes-walked"`` (``minutes``, ``radius_m``): minutes on foot became the metres
        that are walked in them, or the rules' if those are less.
        ``"rule-minutes-dropped"`` (``minutes``, ``radius_m``): minutes by vehicle cannot be
        compared with metres: the rules' metres took their place.
        ``"rule-people"``: shares are of people, the scenario weighed kilograms.
        ``"rule-mode"`` (``mode``): the plan measures by the scenario's mode, the sheet on foot.
        ``"rule-most-sites"`` (``sites``): with so many sites at most, shares are made large, not
        enforced.
        ``"rule-list-unknown"`` (``rule``, ``names``): townships that the region has not.
        ``"rule-only-checked-..."``: why no plan is asked for it.
    """

    scenario: Scenario
    findings: tuple[Finding, ...]


def ruled(scenario: Scenario, packs: Iterable[RulePack], bundle: Bundle | None = None) -> Ruled:
    """Put rules upon a scenario; what it asks already holds where it is stricter.

    Shares of rules are of people within metres of travel. Where the scenario's limit or weight is
    of another kind, what took its place is told.

    Parameters
    ----------
    bundle
        The region: numbers for some townships, or by people, are asked of those very townships.
        Without it they are asked of all, or checked only; that is told.
    """
    packs = tuple(packs)
    kinds = {(rule.kind, rule.scope) for pack in packs for rule in pack.rules}
    fields: dict[str, Any] = {}
    found: list[Finding] = []
    radii: set[float] = set()
    quotas: dict[int, int] = {}
    for pack in packs:
        for rule in pack.rules:
            values: dict[str, str | int | float] = {"rule": f"{pack.id}.{rule.id}"}
            if bundle is not None and (names := unknown_townships(rule, bundle)):
                told = values | {"names": ", ".join(names)}
                found.append(Finding(kind="rule-list-unknown", values=told))
            if _by_quota(rule, kinds, bundle is not None):
                for t, sites in sites_due(rule, bundle).items() if bundle is not None else ():
                    quotas[t] = max(quotas.get(t, 0), sites)
                if bundle is None:
                    found.append(Finding(kind="rule-only-checked-region", values=values))
            elif not _put(rule, scenario, fields, radii):
                found.append(Finding(kind=_why(rule), values=values))
            elif _is_wider(rule, kinds):
                found.append(Finding(kind="rule-wider", values=values))
    if bundle is not None and quotas:
        codes = bundle.region.townships["code"].astype(str).tolist()
        own = dict(scenario.min_by_township)
        asked = {codes[t]: max(sites, own.get(codes[t], 0)) for t, sites in quotas.items() if sites}
        fields["min_by_township"] = tuple(sorted((own | asked).items()))
    if len(radii) > 1:
        found.append(Finding(kind="rules-share-radius", values={"radius_m": min(radii)}))
    if radii:
        limit, said = _limit(scenario, min(radii))
        fields |= limit
        found += said + _beside_limit(scenario)
    return Ruled(scenario=dataclasses.replace(scenario, **fields), findings=tuple(found))


def _by_quota(rule: Rule, kinds: Set[tuple[str, str]], known: bool) -> bool:
    """Whether a rule is asked township by township; no field of a scenario is of just those."""
    if rule.kinds or rule.tier != "point" or rule.scope == "village":
        return False
    if rule.kind in ("count-per-people", "count-per-either"):
        return True
    if not rule.kind.startswith("count-per-") or rule.kind in OF_REGION:
        return False
    alone = rule.kind == "count-per-households" and _is_wider(rule, kinds)
    return bool(rule.townships) or (alone and known)


def _why(rule: Rule) -> str:
    """Why no plan is asked for a rule."""
    if rule.tier != "point":
        return "rule-only-checked-tier"
    if rule.kinds:
        return "rule-only-checked-kinds"
    if rule.scope == "village":
        return "rule-only-checked-villages"
    if rule.townships:
        return "rule-only-checked-list"
    if rule.kind == "count-per-estate":
        return "rule-only-checked-estates"
    return "rule-only-checked-spacing" if rule.kind == "site-distance" else "rule-only-checked"


def _beside_limit(scenario: Scenario) -> list[Finding]:
    """What else a share is not, in this scenario."""
    found = []
    if scenario.mode != "walk":
        found.append(Finding(kind="rule-mode", values={"mode": scenario.mode}))
    if scenario.max_sites is not None:
        found.append(Finding(kind="rule-most-sites", values={"sites": scenario.max_sites}))
    return found


def _is_wider(rule: Rule, kinds: Set[tuple[str, str]]) -> bool:
    """Whether a scenario asks it of more townships than the rule is for."""
    if rule.scope != "township" or rule.kind == "count-per-township":
        return False
    # A share has one number for all townships; households have another for the city.
    return rule.kind == "share-within-radius" or (rule.kind, "urban") not in kinds


def _limit(scenario: Scenario, radius_m: float) -> tuple[dict[str, Any], list[Finding]]:
    """Take the stricter of the scenario's limit and the rules' radius, in people and metres."""
    found: list[Finding] = []
    pace = Scenario().speed_walk_m_s
    usual: dict[str, Any] = {"minutes": None, "speed_walk_m_s": pace, "weight": "people"}
    if scenario.weight != "people":
        found.append(Finding(kind="rule-people"))
    if scenario.minutes is None:
        own = scenario.radius_m or radius_m
        if own > radius_m:
            values: dict[str, str | int | float] = {"own_m": own, "radius_m": radius_m}
            found.append(Finding(kind="rule-radius", values=values))
        return {"radius_m": min(own, radius_m), **usual}, found
    told: dict[str, str | int | float] = {"minutes": scenario.minutes}
    if scenario.mode != "walk":
        found.append(Finding(kind="rule-minutes-dropped", values=told | {"radius_m": radius_m}))
        return {"radius_m": radius_m, **usual}, found
    # Every way on foot is walked at one pace: minutes are metres.
    own = math.floor(scenario.minutes * 60 * scenario.speed_walk_m_s)
    least = max(1.0, min(float(own), radius_m))
    found.append(Finding(kind="rule-minutes-walked", values=told | {"radius_m": least}))
    return {"radius_m": least, **usual}, found


def _put(rule: Rule, scenario: Scenario, fields: dict[str, Any], radii: set[float]) -> bool:
    """Ask for one rule, if a scenario can."""
    match rule.kind, rule.scope:
        case _ if rule.kinds or rule.tier != "point" or rule.townships:
            return False
        case "count-per-township", "everywhere" | "urban" | "township":
            sites = int(rule["sites"])
            country = fields.get("min_per_township", scenario.min_per_township)
            told = fields.get("min_per_township_urban", scenario.min_per_township_urban)
            city = country if told is None else told
            country = country if rule.scope == "urban" else max(country, sites)
            city = city if rule.scope == "township" else max(city, sites)
            fields["min_per_township"] = country
            fields["min_per_township_urban"] = None if city == country else city
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
