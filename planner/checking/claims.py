"""The claims of ``plan.json``, each computed again from the bundle."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import VERSION, Bundle
from planner.checking.distances import TOLERANCE, Measured, nearest_to_sites
from planner.checking.edits import ByHand, check_edits, edit_warnings
from planner.checking.ledger import Ledger
from planner.checking.material import check_material, due_sites, township_amounts, weighed
from planner.checking.spread import township_ranges, unmapped_townships
from planner.checking.suitability import check_suitability, cost_again
from planner.scenario import Scenario

__all__ = ["Facts", "check_claims", "impedance_of"]

Mask = npt.NDArray[np.bool_]
STOPPED = ("gap", "work limit", "time limit")
SECTIONS = (
    *("scenario", "data", "status", "stopped", "objective", "tie_break", "sites", "sites_new"),
    *("people", "urban", "households", "material", "suitability"),
    *("townships", "warnings", "timings"),
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Facts:
    """What a plan's claims are held against; ``sites`` are the open rows of the candidates.

    The region is the one edited by ``hand``.
    """

    bundle: Bundle
    scenario: Scenario
    hand: ByHand
    sites: Any
    measured: Measured


def impedance_of(bundle: Bundle, scenario: Scenario) -> str:
    """Say what distances are measured along."""
    if not bundle.networks:
        return "straight-line"
    return f"network:{scenario.mode}" + ("+straight-line" if bundle.roadless else "")


def check_claims(plan: dict[str, Any], facts: Facts, ledger: Ledger) -> None:
    """Compare every section of ``plan.json`` but the times it took."""
    ledger.same("sections of plan.json", sorted(plan), sorted(SECTIONS))
    _data(plan["data"], facts, ledger)
    _proof(plan, facts, ledger)
    _objective(plan["objective"], facts, ledger)
    _tie_break(plan["tie_break"], facts, ledger)
    _people(plan, facts, ledger)
    check_material(plan, facts.bundle, facts.scenario, facts.measured.covered, ledger)
    check_suitability(plan, facts, ledger)
    ledger.same("sites", plan["sites"], len(facts.sites))
    ledger.same("sites_new", plan["sites_new"], int((~facts.sites["existing"]).sum()))
    _promises(facts, ledger)
    _townships(plan["townships"], facts, ledger)
    _warnings(plan, facts, ledger)


def _data(told: dict[str, Any], facts: Facts, ledger: Ledger) -> None:
    bundle = facts.bundle
    truth = {
        "region": bundle.region.name,
        "bundle_sha256": bundle.sha256,
        "bundle_format": VERSION,
        "source": bundle.source.file,
        "source_sha256": bundle.source.sha256,
        "osm_timestamp": bundle.source.osm_timestamp,
        "licence": bundle.source.licence,
        "inputs": bundle.source.record()["inputs"],
        "boundaries": bundle.region.source,
        "boundaries_approximate": bundle.region.approximate,
        "crs": bundle.region.crs.to_string(),
        "cell_m": bundle.demand.cell_m,
        "impedance": impedance_of(bundle, facts.scenario),
        "unit": "m" if facts.scenario.minutes is None else "s",
        "detour_factor": (bundle.detour_factor if bundle.roadless or not bundle.networks else 1.0),
        "demand_cells": len(bundle.demand.frame),
        "candidates": len(bundle.candidates.frame),
    }
    for key, value in truth.items():
        ledger.same(f"data.{key}", told[key], value)
    # The versions that made the plan need not be those that check it.
    for key in ("recyclenet", "solver"):
        ledger.holds(f"data.{key} is not named", isinstance(told[key], str) and bool(told[key]))
    ledger.same("fields of data", sorted(told), sorted([*truth, "recyclenet", "solver"]))


def _proof(plan: dict[str, Any], facts: Facts, ledger: Ledger) -> None:
    told, gap = plan["objective"], plan["objective"]["gap"]
    found = abs(told["value"] - told["bound"]) / max(1e-10, abs(told["value"]))
    ledger.close("objective.gap", gap, found, share=1e-5, least=1e-7)
    proven = gap <= facts.scenario.gap + 1e-9
    ledger.same("status", plan["status"], "proven" if proven else "feasible")
    ledger.holds(f"stopped {plan['stopped']!r:.80} is no reason", plan["stopped"] in STOPPED)
    if proven:
        ledger.same("stopped", plan["stopped"], "gap")
    by = told["proved_by"]
    ledger.holds("objective.proved_by is not named", isinstance(by, str) and bool(by))


def _objective(told: dict[str, Any], facts: Facts, ledger: Ledger) -> None:
    people = weighed(facts.bundle, facts.scenario)
    most = facts.scenario.max_sites is not None
    counted = "kg_day" if facts.scenario.weight == "kg" else "people"
    name = counted if most else facts.scenario.objective
    if most:
        value = float(people[facts.measured.covered].sum())
    elif name == "cost":
        value = cost_again(facts)
    else:
        value = float(len(facts.sites))
    ledger.same("objective.name", told["name"], name)
    ledger.close("objective.value", told["value"], value, share=1e-6, least=1e-6)
    slack = 1e-6 * max(1.0, abs(told["value"]))
    above = told["bound"] - told["value"]
    ledger.holds(
        f"objective.bound {told['bound']!r:.80} is on the wrong side of the value",
        above >= -slack if most else above <= slack,
    )
    if most:
        total = float(people.sum())
        ledger.holds("objective.bound is more than everybody", told["bound"] <= total + slack)


def _tie_break(told: dict[str, Any], facts: Facts, ledger: Ledger) -> None:
    radius = facts.scenario.radius_m or (facts.scenario.minutes or 0.0) * 60.0
    people = weighed(facts.bundle, facts.scenario)
    metres = np.where(facts.measured.covered, np.minimum(facts.measured.nearest, radius), radius)
    one = "kg" if facts.scenario.weight == "kg" else "person"
    name = f"total_distance_{one}_m" if facts.scenario.radius_m else f"total_time_{one}_s"
    ledger.same("tie_break.name", told["name"], name)
    # Distances are kept in single precision while a plan is made.
    found = round(float((people * metres).sum()))
    ledger.close("tie_break.value", told["value"], found, share=1e-7, least=1.0)
    bound, gap = told["bound"], told["gap"]
    if bound is None:
        ledger.same("tie_break.gap", gap, None)
        return
    ledger.holds(
        f"tie_break.bound {bound!r:.80} is above the value", 0 <= bound <= told["value"] + 1
    )
    found_gap = abs(told["value"] - bound) / max(1e-10, abs(told["value"]))
    # Both figures were rounded to whole ones after the gap was taken: it matters where few live.
    rounded = 1.0 / max(1.0, told["value"])
    ledger.close("tie_break.gap", gap, found_gap, share=1e-5, least=max(1e-6, rounded))


def _people(plan: dict[str, Any], facts: Facts, ledger: Ledger) -> None:
    demand, covered = facts.bundle.demand, facts.measured.covered
    people = demand.frame["people"].to_numpy()
    urban = demand.frame["urban"].to_numpy(bool)
    for key, mask in (("people", np.ones(len(people), bool)), ("urban", urban)):
        total, served = int(people[mask].sum()), int(people[mask & covered].sum())
        ledger.same(f"{key}.total", plan[key]["total"], total)
        ledger.same(f"{key}.covered", plan[key]["covered"], served)
        ledger.same(f"{key}.share", plan[key]["share"], _share(served, total))
    ranges = township_ranges(facts.bundle, facts.scenario, facts.sites, facts.measured)
    for key, side in (("people", "covered"), ("urban", "urban")):
        for end in ("low", "high"):
            found = sum(ranges[f"{side}_{end}"])
            ledger.same(f"{key}.covered_{end}", plan[key][f"covered_{end}"], found)
    ledger.same("people.estimated", plan["people"]["estimated"], demand.estimated)
    ledger.same("people.source", plan["people"]["source"], demand.source)
    target = facts.scenario.urban_target
    weight = weighed(facts.bundle, facts.scenario)
    part, all_ = (round(1000 * float(weight[mask].sum())) for mask in (urban & covered, urban))
    met = target is None or part >= target * all_
    ledger.same("urban.weighed_share", plan["urban"]["weighed_share"], _share(part, all_))
    ledger.same("urban.definition", plan["urban"]["definition"], demand.urban_definition)
    ledger.same("urban.target", plan["urban"]["target"], target)
    ledger.same("urban.met", plan["urban"]["met"], met)
    if facts.scenario.max_sites is None:
        ledger.holds("the urban target is not met", met)


def _available(facts: Facts) -> list[int]:
    """Candidates of each township that may be open."""
    frame, size = facts.bundle.candidates.frame, len(facts.bundle.region.townships)
    left = frame[[name not in facts.hand.barred for name in frame["id"]]]
    return [int(count) for count in np.bincount(left["township"], minlength=size)]


def _promises(facts: Facts, ledger: Ledger) -> None:
    check_edits(facts, ledger)
    if facts.scenario.keep_existing:
        candidates = facts.bundle.candidates.frame
        stay = set(candidates.loc[candidates["existing"], "id"]) - facts.hand.closed
        closed = stay - set(facts.sites["id"])
        ledger.holds(f"existing sites were closed: {sorted(closed)[:5]}", not closed)
    most, count = facts.scenario.max_sites, len(facts.sites)
    if most is not None:
        ledger.holds(f"{count} sites are more than max_sites {most}", count <= most)


def _townships(told: list[dict[str, Any]], facts: Facts, ledger: Ledger) -> None:
    frame, townships = facts.bundle.demand.frame, facts.bundle.region.townships
    size, codes = len(townships), townships["code"].tolist()
    if [row["code"] for row in told] != codes:
        ledger.holds("the townships of plan.json are not those of the bundle", False)
        return
    people, where = frame["people"].to_numpy(np.int64), frame["township"].to_numpy()
    covered = facts.measured.covered
    totals = [int(people[where == t].sum()) for t in range(size)]
    served = [int(people[(where == t) & covered].sum()) for t in range(size)]
    opened = np.bincount(facts.sites["township"], minlength=size).tolist()
    target, required = facts.scenario.township_target, due_sites(facts.bundle, facts.scenario)
    weight = weighed(facts.bundle, facts.scenario)
    reached = [
        target is None
        or round(1000 * float(weight[(where == t) & covered].sum()))
        >= target * round(1000 * float(weight[where == t].sum()))
        for t in range(size)
    ]
    passed = [opened[t] >= required[t] and reached[t] for t in range(size)]
    truth = {
        "name": townships["name"].tolist(),
        "people": totals,
        "covered": served,
        "share": [_share(part, all_) for part, all_ in zip(served, totals, strict=True)],
        "sites": opened,
        "required": required,
        "pass": passed,
        **township_amounts(facts.bundle, covered),
        "people_estimated": [
            facts.bundle.demand.bases.get(code, "" if facts.bundle.demand.estimated else "figure")
            != "figure"
            for code in codes
        ],
    }
    ranges = township_ranges(facts.bundle, facts.scenario, facts.sites, facts.measured)
    truth |= {key: ranges[key] for key in ("covered_low", "covered_high", "spreads")}
    for key, column in truth.items():
        ledger.column(f"townships: {key}", codes, [row[key] for row in told], column)
    given = [isinstance(row["reason"], str) and bool(row["reason"]) for row in told]
    needed = [not passed[t] or not totals[t] for t in range(size)]
    ledger.column("townships: a reason is given", codes, given, needed)
    _worst(told, codes, facts, ledger)
    fields = sorted(["code", "reason", "worst", *truth])
    ledger.column("townships: fields", codes, [sorted(row) for row in told], [fields] * size)
    available = _available(facts)
    enough = [opened[t] >= min(required[t], available[t]) for t in range(size)]
    ledger.column("townships: as many sites as could be", codes, enough, [True] * size)
    if target is not None and facts.scenario.max_sites is None:
        ledger.column("townships: the target is met", codes, reached, [True] * size)


def _worst(told: list[dict[str, Any]], codes: list[str], facts: Facts, ledger: Ledger) -> None:
    """Measure from every cell to its nearest open site, as far as the roads go."""
    frame = facts.bundle.demand.frame
    home, xy = frame["township"].tolist(), np.column_stack([frame.geometry.x, frame.geometry.y])
    away = nearest_to_sites(facts.bundle, facts.scenario, xy, home, facts.sites).tolist()
    by_township: dict[int, list[float]] = {}
    for township, far in zip(home, away, strict=True):
        by_township.setdefault(township, []).append(far)
    for t, code in enumerate(codes):
        due, said = max(by_township.get(t, [np.inf])), told[t]["worst"]
        if np.isfinite(due):
            ledger.close(f"townships: worst of {code!r:.60}", said, due, share=0, least=TOLERANCE)
        else:
            ledger.same(f"townships: worst of {code!r:.60}", said, None)


def _warnings(plan: dict[str, Any], facts: Facts, ledger: Ledger) -> None:
    told = Counter((warning["kind"], warning["where"]) for warning in plan["warnings"])
    bundle, townships = facts.bundle, facts.bundle.region.townships
    size, required = len(townships), due_sites(bundle, facts.scenario)
    available = _available(facts)
    all_there = np.bincount(bundle.candidates.frame["township"], minlength=size).tolist()
    people = bundle.demand.frame["people"].to_numpy()
    why = np.where(facts.measured.covered, "", facts.measured.reasons())
    counts: dict[str, list[int]] = edit_warnings(facts)
    for kind, reason in (
        ("cells-unreachable", "unreachable"),
        (
            "cells-no-candidate" if facts.scenario.minutes is None else "cells-beyond-minutes",
            "no candidate",
        ),
    ):
        counts[kind] = [int((why == reason).sum()), int(people[why == reason].sum())]
    poor = sorted(unmapped_townships(bundle))
    doubted = ~facts.measured.covered & np.isin(bundle.demand.frame["township"], poor)
    counts["cells-unmapped"] = [int(doubted.sum()), int(people[doubted].sum())]
    truth = {
        "straight-line": not bundle.networks,
        "straight-line-townships": bool(bundle.networks and bundle.roadless),
        "not-proven": plan["status"] != "proven",
        "stopped-by-the-clock": plan["stopped"] == "time limit",
        **{kind: kind == "edited" or numbers[0] > 0 for kind, numbers in counts.items()},
    }
    due = Counter((finding.kind, finding.where) for finding in bundle.findings)
    due.update((kind, "") for kind, noted in truth.items() if noted)
    frame = bundle.candidates.frame
    of_others = set(frame.loc[frame["id"].isin(facts.hand.others), "township"].tolist())
    for t, code in enumerate(townships["code"]):
        if available[t] < required[t]:
            by = "-edits" if available[t] < all_there[t] else ""
            by = "-kinds" if t in of_others else by
            due[f"quota-unmeetable{by}", code] += 1
    for key in sorted(set(due) | set(told)):
        ledger.same(f"warnings {key!r:.120}", told[key], due[key])
    for warning in plan["warnings"]:
        sentences = [warning["zh"], warning["en"]]
        spoken = all(isinstance(text, str) and text for text in sentences)
        ledger.holds(f"a warning {warning['kind']!r:.80} says nothing", spoken)
        if spoken and warning["kind"] in counts:
            for text in sentences:
                numbers = re.findall(r"\d+", re.sub(r"(?<=\d),(?=\d{3})", "", text))
                ledger.same(
                    f"numbers of {warning['kind']}",
                    [int(number) for number in numbers[: len(counts[warning["kind"]])]],
                    counts[warning["kind"]],
                )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None
