"""A second opinion on hosts: every claim of their record computed again.

Who is covered is measured by plain SciPy shortest paths (:mod:`planner.checking.distances`), re-use
and money are counted from the record's own places and costs. The bounds cannot be proven again.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from pyproj import Transformer

from planner.checking.check import Report
from planner.checking.distances import measure
from planner.checking.edits import other_kinds
from planner.checking.ledger import Ledger
from planner.crossing import required_sites
from planner.plan import Plan

__all__ = ["check_hosts"]


def check_hosts(record: dict[str, Any], plan: Plan) -> Report:
    """Compute every claim of ``hosts.json`` again from the plan and its bundle."""
    ledger = Ledger()
    try:
        _check(record, plan, ledger)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        ledger.holds(f"the record is not that of hosts ({error!r:.200})", False)
    return Report(checked=ledger.checked, differences=tuple(ledger.differences))


def _check(record: dict[str, Any], plan: Plan, ledger: Ledger) -> None:
    base = record["plan"]
    ledger.same("sites of the plan", base["open"], [str(one) for one in plan.sites["id"]])
    hosted = _hosted(record, plan)
    told = _count(base, plan, hosted, record, ledger, "plan")
    for step in record["steps"]:
        where = f"dial {step['dial']}"
        found = _count(step, plan, hosted, record, ledger, where)
        ledger.same(f"{where} sites", step["sites"], base["sites"])
        change = found["people"] - told["people"]
        ledger.same(f"{where} people gained or lost", step["people_change"], change)
        money = found["yuan"] - told["yuan"]
        ledger.close(f"{where} cost", step["yuan_change"], money, share=1e-9, least=0.011)
        same = len(set(step["open"]) & set(base["open"]))
        ledger.same(f"{where} same as in the plan", step["same_as_plan"], same)
        _check_rules(step["open"], plan, ledger, where)
        fits = step["bound"] <= step["value"] * (1 + 1e-6) + 1e-6
        ledger.holds(f"{where}: the bound is above the value", fits)
    _check_sites(record, plan, hosted, ledger)


def _hosted(record: dict[str, Any], plan: Plan) -> dict[str, str]:
    """Host of each candidate that stands at one, found anew: nearest pairs first."""
    bundle = plan.bundle
    frame = bundle.candidates.frame
    existing = dict(zip(frame["id"].astype(str), frame["existing"].astype(bool), strict=True))
    metres = Transformer.from_crs("EPSG:4326", bundle.region.crs, always_xy=True)
    places = {row["id"]: row for row in record["places"]}
    hosted = {one: one for one in places if one in existing and not existing[one]}
    within = record["spec"]["within_m"]
    xy = np.column_stack([frame.geometry.x, frame.geometry.y])
    pairs = []
    for name, row in places.items():
        if name in existing:
            continue
        far = np.hypot(*(xy - np.array(metres.transform(row["lon"], row["lat"]))).T)
        near = np.flatnonzero(far <= within + 0.02).tolist()
        pairs += [(float(far[at]), name, str(frame["id"].iloc[at])) for at in near]
    taken: set[str] = set()
    for far_m, name, one in sorted(pairs):
        if far_m <= within and name not in taken and one not in hosted and not existing[one]:
            hosted[one] = name
            taken.add(name)
    return hosted


def _count(
    told: dict[str, Any],
    plan: Plan,
    hosted: dict[str, str],
    record: dict[str, Any],
    ledger: Ledger,
    where: str,
) -> dict[str, float]:
    frame = plan.bundle.candidates.frame.set_index("id", drop=False)
    opened = told["open"]
    ledger.same(f"{where} open twice", len(set(opened)), len(opened))
    sites = frame.loc[opened]
    existing = [bool(one) for one in sites["existing"]]
    hosts = [one for one, stands in zip(opened, existing, strict=True) if not stands]
    hosts = [one for one in hosts if one in hosted]
    new = len(opened) - sum(existing) - len(hosts)
    for field, found in (
        ("sites", len(opened)),
        ("existing", sum(existing)),
        ("hosted", len(hosts)),
        ("reused", sum(existing) + len(hosts)),
        ("new", new),
    ):
        ledger.same(f"{where} {field}", told[field], found)
    kinds = {row["id"]: row["kind"] for row in record["places"]}
    price = {row["key"]: row["yuan"] for row in record["costs"]["hosts"]}
    fresh, standing = record["costs"]["new"]["yuan"], record["costs"]["existing"]["yuan"]
    yuan = sum(existing) * standing + new * fresh
    yuan += math.fsum(price[kinds[hosted[one]]] for one in hosts)
    anew = sum(existing) * standing + (len(opened) - sum(existing)) * fresh
    ledger.close(f"{where} cost", told["yuan"], yuan, share=1e-9, least=0.011)
    ledger.close(f"{where} saved", told["saved_yuan"], anew - yuan, share=1e-9, least=0.011)
    nobody = np.full(len(plan.bundle.demand.frame), -1, np.int64)
    covered = measure(plan.bundle, plan.scenario, sites, nobody).covered
    people = int(plan.bundle.demand.frame["people"].to_numpy(np.int64)[covered].sum())
    ledger.same(f"{where} people covered", told["people_covered"], people)
    return {"people": people, "yuan": yuan}


def _check_rules(opened: list[str], plan: Plan, ledger: Ledger, where: str) -> None:
    frame = plan.bundle.candidates.frame.set_index("id", drop=False)
    counts = frame.loc[opened, "township"].value_counts()
    barred = {*plan.scenario.edits.closed}
    possible = frame[[one not in barred for one in frame.index]]["township"].value_counts()
    for township, need in enumerate(required_sites(plan.bundle, plan.scenario).tolist()):
        have = int(counts.get(township, 0))
        least = min(need, int(possible.get(township, 0)))
        code = plan.bundle.region.townships["code"].iloc[township]
        # Areas kept free may leave a township less than it needs; the plan then has it too.
        in_plan = int((plan.sites["township_code"] == code).sum())
        ledger.holds(f"{where}: {code} has {have} of {least}", have >= min(least, in_plan))
    if plan.scenario.keep_existing:
        kept = set(frame.index[frame["existing"].astype(bool)]) - barred
        ledger.holds(f"{where}: an existing site was closed", kept <= set(opened))
    strange = sorted(other_kinds(plan.bundle, plan.scenario, ledger) & set(opened))
    ledger.holds(f"{where}: sites of kinds not asked for: {strange[:5]!r:.200}", not strange)


def _check_sites(
    record: dict[str, Any], plan: Plan, hosted: dict[str, str], ledger: Ledger
) -> None:
    frame = plan.bundle.candidates.frame
    standing = set(frame["id"][frame["existing"].astype(bool)].astype(str))
    dial = round(record["spec"]["dial"], 6)
    chosen = next((step["open"] for step in record["steps"] if step["dial"] == dial), None)
    rows = record["sites"]
    wanted = sorted(record["plan"]["open"] if chosen is None else chosen)
    ledger.same("sites told", sorted(row["id"] for row in rows), wanted)
    for row in rows:
        host = hosted.get(row["id"], "")
        role = "existing" if row["id"] in standing else "hosted" if host else "new"
        ledger.same(f"{row['id']} role", row["role"], role)
        ledger.same(f"{row['id']} host", row["host"], host)
        ledger.same(f"{row['id']} in plan", row["in_plan"], row["id"] in record["plan"]["open"])
