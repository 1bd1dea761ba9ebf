"""The claims about where points fit, computed again one place at a time."""

from __future__ import annotations

import math
from typing import Any

from geo.bundle import Bundle
from planner.checking.ledger import Ledger
from planner.scenario import Scenario

__all__ = ["check_suitability", "cost_again", "score_again"]

_SUFFIX = {"m2": "_m2", "m": "_m", "degrees": "_deg"}


def score_again(bundle: Bundle, scenario: Scenario, row: Any) -> tuple[float | None, list[str]]:
    """Score of a candidate and what counts against it."""
    if bundle.suitability is None:
        return None, []
    moved = dict(scenario.suitability)
    parts, against = [], []
    for one in bundle.suitability.record():
        column = one["key"] + _SUFFIX[one["unit"]]
        weight = moved.get(one["key"], one["weight"])
        if weight <= 0 or bundle.candidates.frame[column].isna().all():
            continue
        value = float(row[column])
        if math.isnan(value):
            parts.append((weight, one["unknown"]))
            continue
        low, high = sorted((one["zero"], one["one"]))
        share = (min(max(value, low), high) - low) / (high - low)
        share = share if one["zero"] < one["one"] else 1.0 - share
        parts.append((weight, share))
        if share < 0.5:
            against.append(one["key"])
    whole = math.fsum(weight for weight, _ in parts)
    if not whole:
        return None, against
    return math.fsum(weight * share for weight, share in parts) / whole, against


def cost_again(facts: Any) -> float:
    """Cost of the open sites."""
    costs = []
    for _, row in facts.sites.iterrows():
        score, _ = score_again(facts.bundle, facts.scenario, row)
        dearer = 1.0 if score is None or row["existing"] else 2.0 - score
        costs.append(dearer / row["weight"])
    return math.fsum(costs)


def check_suitability(plan: dict[str, Any], facts: Any, ledger: Ledger) -> None:
    """Compare the section ``suitability``."""
    told, bundle = plan["suitability"], facts.bundle
    if bundle.suitability is None:
        ledger.same("suitability", told, None)
        return
    ledger.same("suitability: fields", sorted(told), ["criteria", "sites"])
    moved = dict(facts.scenario.suitability)
    criteria = [
        {**one, "weight": moved.get(one["key"], one["weight"])}
        for one in bundle.suitability.record()
    ]
    ledger.same("suitability.criteria", told["criteria"], criteria)
    rows = told["sites"]
    names = facts.sites["id"].tolist()
    if [row["id"] for row in rows] != names:
        ledger.holds("the sites of suitability are not the open ones", False)
        return
    again = [score_again(bundle, facts.scenario, row) for _, row in facts.sites.iterrows()]
    for (score, against), row in zip(again, rows, strict=True):
        at = f"suitability of {row['id']!r:.60}"
        ledger.same(f"{at}: fields", sorted(row), ["against", "id", "score"])
        ledger.same(f"{at}: against", row["against"], against)
        if score is None or row["score"] is None:
            ledger.same(f"{at}: score", row["score"], score)
        else:
            ledger.close(f"{at}: score", row["score"], score, share=0.0, least=6e-5)
