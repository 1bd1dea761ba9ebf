"""A plan's figures in words and numbers: what stands in ``plan.json``."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import VERSION, Bundle
from geo.findings import Finding
from geo.travel import TravelMatrix
from optimise import Solution
from planner.material import by_township, grams_by_material, kg, weights_of
from planner.scenario import Scenario
from planner.wording.words import say_finding, say_reason

__all__ = [
    "data_record",
    "objective_record",
    "people_estimated",
    "people_figures",
    "share",
    "tie_break_record",
    "township_rows",
    "urban_figures",
    "versions",
    "warnings",
]

Mask = npt.NDArray[np.bool_]
SHARE_DECIMALS = 6


def share(part: int, whole: int) -> float | None:
    """Share of people covered; ``None`` where nobody lives."""
    return round(part / whole, SHARE_DECIMALS) if whole else None


def people_figures(bundle: Bundle, covered: Mask) -> dict[str, Any]:
    """Everybody: total, covered, share, and whether the numbers are an estimate."""
    people = bundle.demand.frame["people"].to_numpy(np.int64)
    total, served = int(people.sum()), int(people[covered].sum())
    return {
        "total": total,
        "covered": served,
        "share": share(served, total),
        "estimated": bundle.demand.estimated,
        "source": bundle.demand.source,
    }


def urban_figures(bundle: Bundle, scenario: Scenario, covered: Mask) -> dict[str, Any]:
    """The main urban area: how it was defined, and its people."""
    frame = bundle.demand.frame
    people, urban = frame["people"].to_numpy(np.int64), frame["urban"].to_numpy(bool)
    total, served = int(people[urban].sum()), int(people[urban & covered].sum())
    target = scenario.urban_target
    weight = weights_of(bundle, scenario)[urban]
    reached = int(weight[covered[urban]].sum())
    return {
        "definition": bundle.demand.urban_definition,
        "total": total,
        "covered": served,
        "share": share(served, total),
        "weighed_share": share(reached, int(weight.sum())),
        "target": target,
        "met": target is None or reached >= target * int(weight.sum()),
    }


def people_estimated(bundle: Bundle, code: str) -> bool:
    """Whether a township's people are an estimate; a bundle that does not tell speaks for all."""
    basis = bundle.demand.bases.get(code)
    return bundle.demand.estimated if basis is None else basis != "figure"


def township_rows(
    bundle: Bundle,
    scenario: Scenario,
    covered: Mask,
    open_townships: npt.NDArray[np.int32],
    required: npt.NDArray[np.int32],
    available: npt.NDArray[np.int32],
) -> list[dict[str, Any]]:
    """One row a township, none left out: people, sites, pass or fail and why.

    ``required`` and ``available`` are sites asked for and candidates that may be open.
    """
    frame = bundle.demand.frame
    townships = bundle.region.townships
    size = len(townships)
    people = frame["people"].to_numpy(np.int64)
    where = frame["township"].to_numpy()
    total = np.zeros(size, np.int64)
    served = np.zeros(size, np.int64)
    np.add.at(total, where, people)
    np.add.at(served, where[covered], people[covered])
    weight = weights_of(bundle, scenario)
    weighed = by_township(bundle, weight)
    reached = by_township(bundle, np.where(covered, weight, 0))
    grams = grams_by_material(bundle).sum(axis=1)
    arising = by_township(bundle, grams)
    within = by_township(bundle, np.where(covered, grams, 0))
    homes = by_township(bundle, frame["households"].to_numpy(np.int64))
    sites = np.bincount(open_townships, minlength=size)
    target = scenario.township_target
    rows = []
    for t in range(size):
        reasons = []
        if sites[t] < required[t]:
            kind = "no-candidate" if available[t] == 0 else "too-few-sites"
            reasons.append(
                say_reason(
                    kind,
                    sites=int(sites[t]),
                    required=int(required[t]),
                    candidates=int(available[t]),
                )
            )
        if target is not None and weighed[t] and reached[t] < target * weighed[t]:
            part = reached[t] / weighed[t]
            reasons.append(say_reason("below-target", share=part, target=target))
        passed = not reasons
        if not total[t]:
            reasons.append(say_reason("no-people"))
        rows.append(
            {
                "code": str(townships["code"].iloc[t]),
                "name": str(townships["name"].iloc[t]),
                "people": int(total[t]),
                "covered": int(served[t]),
                "share": share(int(served[t]), int(total[t])),
                "people_estimated": people_estimated(bundle, str(townships["code"].iloc[t])),
                "households": int(homes[t]),
                "kg_day": kg(arising[t]),
                "covered_kg_day": kg(within[t]),
                "sites": int(sites[t]),
                "required": int(required[t]),
                "pass": passed,
                "reason": "; ".join(reasons),
            }
        )
    return rows


def warnings(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    """Findings with their sentence in both languages."""
    return [
        {
            "kind": finding.kind,
            "where": finding.where,
            "zh": say_finding(finding, "zh"),
            "en": say_finding(finding, "en"),
        }
        for finding in findings
    ]


def data_record(bundle: Bundle, travel: TravelMatrix) -> dict[str, Any]:
    """Everything the answer stands on, by name and hash."""
    return {
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
        "impedance": travel.impedance,
        "unit": travel.unit,
        "detour_factor": travel.detour_factor,
        "demand_cells": len(bundle.demand.frame),
        "candidates": len(bundle.candidates.frame),
    }


def versions() -> dict[str, str]:
    """What a plan is made with: the program and the solver."""
    return {
        "recyclenet": importlib.metadata.version("recyclenet"),
        "solver": f"HiGHS {importlib.metadata.version('highspy')}",
    }


def objective_record(solution: Solution, scenario: Scenario) -> dict[str, Any]:
    """What was minimised or maximised, and the proof of how good it is."""
    # The optimiser knows weights only: it calls them people and counts grams.
    in_kg = scenario.weight == "kg" and solution.objective == "people"
    unit = 1000 if in_kg else 1
    return {
        "name": "kg_day" if in_kg else solution.objective,
        "value": _number(solution.value / unit),
        "bound": _number(solution.bound / unit),
        "gap": round(solution.gap, 9),
        "proved_by": solution.proved_by,
    }


def tie_break_record(solution: Solution, scenario: Scenario) -> dict[str, Any] | None:
    """Total distance or time of people (or kg a day): decides between equal plans."""
    tie = solution.tie_break
    if tie is None:
        return None
    what = "distance" if scenario.unit == "m" else "time"
    of, per = ("kg", 1000) if scenario.weight == "kg" else ("person", 1)
    return {
        "name": f"total_{what}_{of}_{scenario.unit}",
        "value": round(tie.value / per),
        "bound": None if tie.bound is None else round(tie.bound / per),
        "gap": None if tie.gap is None else round(tie.gap, 6),
    }


def _number(value: float) -> int | float:
    return int(value) if float(value).is_integer() else round(float(value), 6)
