"""A second opinion on the robust core: cases made again from what is told of them.

Distances by plain SciPy on the stored network, less the pieces told as blocked; sums by plain
Python. That each case's plan is the best one is not proven again; that it is a plan, and covers
what it is said to, is.
"""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np

from geo.bundle import Bundle
from planner.checking.check import Report
from planner.checking.distances import covered_by
from planner.checking.ledger import Ledger
from planner.plan import Plan

__all__ = ["check_robust"]


def check_robust(record: dict[str, Any], plan: Plan) -> Report:
    """Compute the claims of ``robust.json`` again from the plan and its bundle.

    Checked: what the base plan and each case's plan cover in cases of people by township, of
    roads and of refused sites (not of other spreads, nor by weight in kg); chosen, allowed and
    missing of every site; its role; regret.
    """
    ledger = Ledger()
    try:
        _check(record, plan, ledger)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        ledger.holds(f"the record is not that of a robust core ({error!r:.200})", False)
    return Report(checked=ledger.checked, differences=tuple(ledger.differences))


def _check(record: dict[str, Any], plan: Plan, ledger: Ledger) -> None:
    ledger.same("bundle", record["bundle_sha256"], plan.bundle.sha256)
    ledger.same("scenario", record["scenario"], plan.scenario.record())
    base = [str(one) for one in plan.sites["id"]]
    ledger.same("sites", sorted(row["id"] for row in record["sites"]), sorted(base))
    plans: dict[str, set[str]] = {}
    for case in record["cases"]:
        known = case["kind"] in ("people", "roads", "refused") and plan.scenario.weight != "kg"
        if known:
            covered = _covered(case, plan, set(base))
            ledger.close(f"{case['name']} base", case["covered_base"], covered, share=0, least=0.5)
        if case["dropped"] is None:
            ledger.same(f"{case['name']} regret without a plan", case["regret"], None)
            continue
        ledger.holds(
            f"{case['name']}: drops no site of the plan", set(case["dropped"]) <= set(base)
        )
        plans[case["name"]] = (set(base) - set(case["dropped"])) | set(case["added"])
        if case["objective"] == "sites":
            ledger.same(f"{case['name']} sites", case["value"], len(plans[case["name"]]))
        if known:
            covered = _covered(case, plan, plans[case["name"]])
            ledger.close(f"{case['name']} best", case["covered_best"], covered, share=0, least=0.5)
        if case["objective"] == "people":
            gap = max(0.0, case["covered_best"] - case["covered_base"])
            ledger.close(f"{case['name']} regret", case["regret"], gap, share=1e-9, least=0.5)
        else:
            ledger.same(f"{case['name']} regret", case["regret"], case["short_base"])
    _check_sites(record, plans, ledger)


def _covered(case: dict[str, Any], plan: Plan, sites: set[str]) -> float:
    bundle = plan.bundle
    people = [float(one) for one in bundle.demand.frame["people"]]
    if case["kind"] == "people":
        codes = bundle.region.townships["code"].tolist()
        factors = case["values"]["factors"]
        home = bundle.demand.frame["township"].tolist()
        people = [float(np.rint(n * factors[codes[t]])) for n, t in zip(people, home, strict=True)]
    if case["kind"] == "refused":
        sites = sites - {case["values"]["id"]}
    if case["kind"] == "roads":
        bundle = _without(bundle, plan.scenario.mode, case["values"]["pieces"])
    covered = covered_by(bundle, plan.scenario, sites)
    return math.fsum(n for n, yes in zip(people, covered.tolist(), strict=True) if yes)


def _without(bundle: Bundle, mode: str, pieces: list[list[int]]) -> Bundle:
    """The bundle without some pieces of road, arc by arc."""
    network = bundle.networks[mode]
    gone = {(int(a), int(b)) for a, b in pieces}
    starts, heads = network.indptr.tolist(), network.indices.tolist()
    kept, indptr = [], [0]
    for node in range(len(starts) - 1):
        for at in range(starts[node], starts[node + 1]):
            pair = min(node, heads[at]), max(node, heads[at])
            if pair not in gone:
                kept.append(at)
        indptr.append(len(kept))
    rows = np.array(kept, np.int64)
    less = dataclasses.replace(
        network,
        indptr=np.array(indptr, np.int64),
        indices=network.indices[rows],
        length_cm=network.length_cm[rows],
        kmh=network.kmh[rows],
    )
    return dataclasses.replace(bundle, networks={**bundle.networks, mode: less})


def _check_sites(record: dict[str, Any], plans: dict[str, set[str]], ledger: Ledger) -> None:
    refused = {
        case["name"]: case["values"]["id"] for case in record["cases"] if case["kind"] == "refused"
    }
    counts = dict.fromkeys(("standing", "core", "replaceable", "later"), 0)
    for row in record["sites"]:
        name = row["id"]
        with_it = [one for one, sites in plans.items() if name in sites]
        may = [one for one in plans if refused.get(one) != name]
        ledger.same(f"{name} chosen", row["chosen"], len(with_it))
        ledger.same(f"{name} allowed", row["allowed"], len(may))
        ledger.same(f"{name} missing", row["missing"], len(plans) - len(with_it))
        counts[row["role"]] += 1
        always = len(with_it) == len(may) > 0
        if row["role"] != "standing":
            ledger.same(f"{name} core", row["role"] == "core", always)
        if row["substitute"] is not None:
            other = row["substitute"]["id"]
            stood = sum(other in sites and name not in sites for sites in plans.values())
            ledger.holds(f"{name}: {other} never stands in", stood >= row["substitute"]["cases"])
    ledger.same("roles", record["roles"], counts)
