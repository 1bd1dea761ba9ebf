"""A second opinion on openings over the years: every claim of the record computed again.

Distances by plain SciPy on the stored network (:mod:`planner.checking.distances`), sums by plain
Python; no code of what made them. The bound is not proven again.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from planner.checking.check import Report
from planner.checking.distances import measure
from planner.checking.edits import other_kinds
from planner.checking.ledger import Ledger
from planner.plan import Plan

__all__ = ["check_phases"]


def check_phases(record: dict[str, Any], plan: Plan) -> Report:
    """Compute every claim of ``phases.json`` again from the plan and its bundle.

    Checked: sites known and opened once; limits and budgets by the spec; people of each year by
    the growth told; who is covered by the end of each year, in all and by township; that gains of
    openings add up to it; targets; what differs from an earlier plan is told both ways.
    """
    ledger = Ledger()
    try:
        _check(record, plan, ledger)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        ledger.holds(f"the record is not that of openings ({error!r:.200})", False)
    return Report(checked=ledger.checked, differences=tuple(ledger.differences))


def _check(record: dict[str, Any], plan: Plan, ledger: Ledger) -> None:
    spec, sites, bundle = record["spec"], record["sites"], plan.bundle
    frame = bundle.candidates.frame.set_index("id", drop=False)
    names = [row["id"] for row in sites]
    ledger.same("sites opened twice", len(names), len(set(names)))
    strangers = [name for name in names if name not in frame.index]
    ledger.holds(f"sites that are no candidates: {strangers[:5]!r:.200}", not strangers)
    ledger.same("bundle", record["bundle_sha256"], bundle.sha256)
    ledger.same("scenario", record["scenario"], plan.scenario.record())
    if strangers:
        return
    keeps = plan.scenario.keep_existing
    shut = set(plan.scenario.edits.closed)
    others = other_kinds(bundle, plan.scenario, ledger)
    gone = set(record["built"]["refused"]) if record["built"] else set()
    stands = {
        name
        for name, there in zip(frame["id"], frame["existing"], strict=True)
        if there and keeps and name not in shut and name not in gone
    }
    for row in sites:
        standing = row["state"] == "standing"
        ledger.same(f"{row['id']} stands", standing, row["id"] in stands)
        ledger.same(f"{row['id']} cost", row["cost_yuan"], 0.0 if standing else spec["site_yuan"])
        ledger.holds(f"{row['id']} is refused", row["id"] not in gone)
        ledger.holds(f"{row['id']} is closed by hand", row["id"] not in shut)
        strange = row["id"] in others and row["state"] != "built"
        ledger.holds(f"{row['id']} is of a kind not asked for", not strange)
    if record["built"]:
        built = {row["id"]: row["year"] for row in record["built"]["built"]}
        told = {row["id"]: row["year"] for row in sites if row["state"] == "built"}
        ledger.same("built", told, {k: v for k, v in built.items() if k not in stands})
        early = [
            row["id"]
            for row in sites
            if row["state"] == "planned" and row["year"] < record["built"]["from_year"]
        ]
        ledger.holds(f"planned in years gone by: {early[:5]!r:.200}", not early)
    _check_years(record, plan, ledger, stands)


def _check_years(record: dict[str, Any], plan: Plan, ledger: Ledger, stands: set[str]) -> None:
    spec, bundle = record["spec"], plan.bundle
    frame = bundle.candidates.frame.set_index("id", drop=False)
    cells = bundle.demand.frame
    codes = bundle.region.townships["code"].tolist()
    home = [codes[t] for t in cells["township"].tolist()]
    base = _amounts(plan)
    scale = 1000.0 if plan.scenario.weight == "kg" else 1.0
    start = spec["people_year"] or bundle.demand.year or spec["years"][0]
    urban = cells["urban"].tolist()
    total_years = 0.0
    ledger.same("years", [row["year"] for row in record["years"]], list(spec["years"]))
    before: list[bool] | None = None
    for at, row in enumerate(record["years"]):
        year = row["year"]
        factors = record["growth_factors"][str(year)]
        if not spec["growth_file"]:
            rate = (1.0 + spec["growth"]) ** (year - start)
            for code in codes:
                ledger.close(f"{year} {code} growth", factors[code], rate, share=1e-6, least=1e-8)
        weight = [float(np.rint(w * factors[c])) for w, c in zip(base, home, strict=True)]
        open_ids = [one["id"] for one in record["sites"] if one["year"] <= year]
        new = [name for name in open_ids if name not in stands]
        ledger.same(f"{year} sites", row["sites"], len(open_ids))
        ledger.same(f"{year} spent", row["spent_yuan"], spec["site_yuan"] * len(new))
        if spec["new_sites"] is not None and not record["built"]:
            most = sum(spec["new_sites"][: at + 1])
            ledger.holds(f"{year}: more than {most} new sites", len(new) <= most)
        if spec["budgets_yuan"] is not None and not record["built"]:
            money = sum(spec["budgets_yuan"][: at + 1])
            ledger.holds(f"{year}: over the budget", row["spent_yuan"] <= money + 0.01)
        nobody = np.full(len(cells), -1, np.int64)
        covered = measure(bundle, plan.scenario, frame.loc[open_ids], nobody).covered.tolist()
        if before is not None:
            lost = any(a and not b for a, b in zip(before, covered, strict=True))
            ledger.holds(f"{year}: people lose their site", not lost)
        before = covered
        served = math.fsum(w for w, yes in zip(weight, covered, strict=True) if yes)
        everybody = math.fsum(weight)
        near = {"share": 1e-9, "least": 0.51 / scale}
        ledger.close(f"{year} covered", row["covered"], served / scale, **near)
        ledger.close(f"{year} total", row["total"], everybody / scale, **near)
        share = served / max(1.0, everybody)
        ledger.close(f"{year} share", row["share"], share, share=0, least=1e-6)
        town = math.fsum(w for w, yes, u in zip(weight, covered, urban, strict=True) if yes and u)
        ledger.close(f"{year} urban", row["urban_covered"], town / scale, **near)
        total_years += served * (1.0 if spec["year_shares"] is None else spec["year_shares"][at])
        if spec["urban_targets"] and any(urban):
            whole = math.fsum(w for w, u in zip(weight, urban, strict=True) if u)
            met = town >= spec["urban_targets"][at] * whole * (1 - 1e-9)
            ledger.holds(f"{year}: the urban target is missed", met)
        _check_townships(row, plan, ledger, (weight, covered, home, open_ids, scale))
        price = row["free_covered"] - row["covered"]
        ledger.close(f"{year} price", row["nesting_price"], price, share=1e-9, least=1.0)
        ledger.holds(f"{year}: bound below its plan", row["free_bound"] >= row["free_covered"])
    # Gains are those of each opening in its turn: of the first year they add up to its coverage.
    first = record["years"][0]
    gains = math.fsum(one["gain"] for one in record["sites"] if one["year"] <= first["year"])
    ledger.close("gains of the first year", gains, first["covered"], share=1e-9, least=0.01)
    told = record["objective"]
    if record["built"] is None:
        value = total_years - record["changes_people_years"]
        ledger.close("person-years", told["value"], value, share=1e-9, least=0.01)
    ledger.holds("bound below the value", told["bound"] >= told["value"] - 1e-6)
    gap = abs(told["bound"] - told["value"]) / max(1e-10, abs(told["value"]))
    ledger.close("gap", told["gap"], gap, share=1e-6, least=1e-8)
    proven = record["status"] == "proven"
    ledger.same("status", proven, told["gap"] <= spec["gap"] + 1e-8)


def _check_townships(row: dict[str, Any], plan: Plan, ledger: Ledger, of: Any) -> None:
    weight, covered, home, open_ids, scale = of
    codes = plan.bundle.region.townships["code"].tolist()
    candidates = plan.bundle.candidates.frame
    where = dict(zip(candidates["id"], candidates["township"], strict=True))
    sites = dict.fromkeys(codes, 0)
    for name in open_ids:
        sites[codes[where[name]]] += 1
    served = dict.fromkeys(codes, 0.0)
    for amount, yes, code in zip(weight, covered, home, strict=True):
        served[code] += amount if yes else 0.0
    told = {one["code"]: one for one in row["by_township"]}
    ledger.same(f"{row['year']} townships", sorted(told), sorted(codes))
    for code in codes:
        where_now = f"{row['year']} {code}"
        ledger.same(f"{where_now} sites", told[code]["sites"], sites[code])
        amount = served[code] / scale
        ledger.close(f"{where_now} covered", told[code]["covered"], amount, share=1e-9, least=0.51)
    some = sum(count > 0 for count in sites.values())
    ledger.same(f"{row['year']} townships with a site", row["townships_with_site"], some)


def _amounts(plan: Plan) -> list[float]:
    """People, or grams a day, of each cell."""
    if plan.scenario.weight != "kg":
        return [float(one) for one in plan.bundle.demand.frame["people"]]
    from planner.checking.material import weighed

    return [float(one) for one in weighed(plan.bundle, plan.scenario)]
