"""A second opinion on the robust core: cases made again from what is told of them.

Distances by plain SciPy on the stored network, less the pieces told as blocked; sums by plain
Python. That each case's plan is the best one is not proven again; that it is a plan, and covers
what it is said to, is.
"""

from __future__ import annotations

import dataclasses
import math
from fractions import Fraction
from typing import Any

import numpy as np

from geo.bundle import Bundle
from planner.checking.check import Report
from planner.checking.distances import covered_by, near_each
from planner.checking.ledger import Ledger
from planner.crossing import required_sites
from planner.plan import Plan

__all__ = ["check_robust"]


def check_robust(record: dict[str, Any], plan: Plan) -> Report:
    """Compute the claims of ``robust.json`` again from the plan and its bundle.

    Checked: what the base plan and each case's plan cover in cases of people by township and of
    roads (not of other spreads, nor by weight in kg); chosen, allowed and missing of every site;
    regret; what each substitute covers in a refused site's place and misses of the targets, and
    that township numbers hold with it; roles from all of that.
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
        known = case["kind"] in ("people", "roads") and plan.scenario.weight != "kg"
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
    _check_sites(record, plan, plans, ledger)


def _covered(case: dict[str, Any], plan: Plan, sites: set[str]) -> float:
    bundle = plan.bundle
    people = [float(one) for one in bundle.demand.frame["people"]]
    if case["kind"] == "people":
        codes = bundle.region.townships["code"].tolist()
        factors = case["values"]["factors"]
        home = bundle.demand.frame["township"].tolist()
        people = [float(np.rint(n * factors[codes[t]])) for n, t in zip(people, home, strict=True)]
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


def _check_sites(
    record: dict[str, Any], plan: Plan, plans: dict[str, set[str]], ledger: Ledger
) -> None:
    rows = record["sites"]
    counts = {role: sum(row["role"] == role for row in rows) for role in record["roles"]}
    ledger.same("roles", record["roles"], counts)
    ledger.same("roles of all sites", sum(counts.values()), len(rows))
    for row in rows:
        name = row["id"]
        with_it = [one for one, sites in plans.items() if name in sites]
        ledger.same(f"{name} chosen", row["chosen"], len(with_it))
        ledger.same(f"{name} allowed", row["allowed"], len(plans))
        ledger.same(f"{name} missing", row["missing"], len(plans) - len(with_it))
        if row["role"] != "standing":
            _check_role(row, len(with_it) == len(plans), record["spec"]["near_share"], ledger)
        if row["substitute"] is not None:
            other = row["substitute"]["id"]
            stood = sum(other in sites and name not in sites for sites in plans.values())
            ledger.holds(f"{name}: {other} never stands in", stood >= row["substitute"]["cases"])
    asked = record["spec"]["refused_sites"]
    new = [row for row in rows if row["role"] != "standing"]
    tried = sum(row["if_refused"] != "untested" for row in new)
    ledger.same("sites refused", tried, len(new) if asked == "all" else min(asked, len(new)))
    if plan.scenario.weight != "kg":
        _check_refusals(rows, plan, ledger)


def _check_role(row: dict[str, Any], always: bool, share: float, ledger: Ledger) -> None:
    """Core is what every case chose, and what nothing can stand in for where it was refused."""
    told, most = row["if_refused"], share * (row["served"] or 0) + 1e-9
    with_it = (row["lost_if_refused"], row["missed_if_refused"])
    near = all(one is not None and one <= most for one in with_it)
    core = always and told != "untested" and not near
    ledger.same(f"{row['id']} core", row["role"] == "core", core)
    ledger.same(f"{row['id']} untested", row["role"] == "untested", always and told == "untested")
    if always and near:
        named = "later" if row["substitute"] is None else "replaceable"
        ledger.same(f"{row['id']} role", row["role"], named)


def _check_refusals(rows: list[dict[str, Any]], plan: Plan, ledger: Ledger) -> None:
    """Count who is covered with the substitute in a site's place, and what the rules then miss."""
    tried = [row for row in rows if row["lost_if_refused"] is not None]
    base = [row["id"] for row in rows]
    others = [row["substitute"]["id"] for row in tried if row["substitute"] is not None]
    near = near_each(plan.bundle, plan.scenario, {*base, *others})
    people = plan.bundle.demand.frame["people"].to_numpy(np.int64)
    times = np.zeros(len(people), np.int64)
    for name in base:
        times[near[name]] += 1
    served = dict(zip(plan.sites["id"].astype(str), plan.sites["people"].tolist(), strict=True))
    home = dict(
        zip(
            plan.bundle.candidates.frame["id"],
            plan.bundle.candidates.frame["township"],
            strict=True,
        )
    )
    need, before = required_sites(plan.bundle, plan.scenario).tolist(), people[times > 0].sum()
    for row in tried:
        name = row["id"]
        other = None if row["substitute"] is None else row["substitute"]["id"]
        now = times.copy()
        now[near[name]] -= 1
        have = [home[one] for one in base if one != name]
        if other is not None:
            ledger.holds(f"{name}: {other} is open already", other not in base)
            now[near[other]] += 1
            have.append(home[other])
        lost = max(0, int(before - people[now > 0].sum()))
        ledger.close(f"{name} lost", row["lost_if_refused"], lost, share=0, least=0.5)
        ledger.same(f"{name} served", row["served"], served[name])
        town = home[name]
        quota = min(need[town], sum(home[one] == town for one in base))
        ledger.holds(f"{name}: its township misses its number", have.count(town) >= quota)
        missed = _missed(plan, people, times > 0, now > 0)
        ledger.close(f"{name} missed", row["missed_if_refused"], missed, share=0, least=0.5)
        does = missed == 0
        told = row["if_refused"] in ("nothing", "substitute")
        ledger.same(f"{name}: the substitute does", told, does)


def _missed(plan: Plan, people: Any, before: Any, now: Any) -> int:
    """People that the targets miss now and did not before."""
    cells, asked = plan.bundle.demand.frame, plan.scenario
    groups = []
    if asked.max_sites is not None:
        return 0
    if asked.urban_target is not None:
        groups.append((cells["urban"].to_numpy(bool), asked.urban_target))
    if asked.township_target is not None:
        home = cells["township"].to_numpy()
        groups += [(home == town, asked.township_target) for town in np.unique(home).tolist()]
    more = 0
    for group, share in groups:
        need = math.ceil(Fraction(str(share)) * int(people[group].sum()))
        had, has = (int(people[group & one].sum()) for one in (before, now))
        more += max(0, max(0, need - has) - max(0, need - had))
    return more
