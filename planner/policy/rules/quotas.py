"""Which townships a rule is for, and how many sites it asks of each."""

from __future__ import annotations

import math

import numpy as np

from geo.bundle import Bundle
from planner.material import by_township, households_by_township, urban_townships
from planner.policy.rules.rules import Rule

__all__ = ["sites_due", "townships_of", "unknown_townships"]


def townships_of(rule: Rule, bundle: Bundle) -> list[int]:
    """Rows of the townships that a rule is for, by its scope and its list of townships."""
    city = urban_townships(bundle)
    rows = range(len(city))
    if rule.scope in ("urban", "township"):
        rows = [t for t in rows if city[t] == (rule.scope == "urban")]  # type: ignore[assignment]
    if not rule.townships:
        return list(rows)
    frame = bundle.region.townships
    named = {*rule.townships}
    told = zip(frame["code"].astype(str), frame["name"].astype(str), strict=True)
    mine = [bool(named & {code, name}) for code, name in told]
    return [t for t in rows if mine[t]]


def unknown_townships(rule: Rule, bundle: Bundle) -> tuple[str, ...]:
    """What a rule's list names that the region does not have."""
    frame = bundle.region.townships
    known = {*frame["code"].astype(str), *frame["name"].astype(str)}
    return tuple(one for one in rule.townships if one not in known)


def sites_due(rule: Rule, bundle: Bundle) -> dict[int, int]:
    """Sites that a rule of numbers asks of each township it is for; empty for other rules.

    Returns
    -------
    dict
        Row of the township to whole sites.
    """
    rows = townships_of(rule, bundle)
    if rule.kind == "count-per-township":
        return dict.fromkeys(rows, int(rule["sites"]))
    if rule.kind not in ("count-per-households", "count-per-people", "count-per-either"):
        return {}
    people = by_township(bundle, bundle.demand.frame["people"].to_numpy(np.int64))
    amounts = {"households": households_by_township(bundle), "people": people}
    # "For so many households or so many people": who keeps either keeps the rule.
    return {
        t: min(math.ceil(int(amounts[name][t]) / per) for name, per in rule.parameters)
        for t in rows
    }
