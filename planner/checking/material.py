"""Households and recyclables counted again, in plain Python from the bundle's tables."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from planner.checking.ledger import Ledger
from planner.scenario import Scenario

__all__ = ["cell_grams", "check_material", "due_sites", "township_amounts", "weighed"]

Mask = npt.NDArray[np.bool_]


def cell_grams(bundle: Bundle) -> list[list[int]]:
    """Grams a day of each cell, by material."""
    rates = [(one.key, one.g_person_day) for one in bundle.materials.streams]
    extra: dict[int, list[int]] = defaultdict(lambda: [0] * len(rates))
    if bundle.special is not None:
        for row in bundle.special.drop(columns="geometry").to_dict("records"):
            here = extra[row["cell"]]
            for at, (key, _) in enumerate(rates):
                here[at] += row[f"g_{key}"]
    nothing = [0] * len(rates)
    return [
        [
            people * rate + more
            for (_, rate), more in zip(rates, extra.get(at, nothing), strict=True)
        ]
        for at, people in enumerate(bundle.demand.frame["people"].tolist())
    ]


def weighed(bundle: Bundle, scenario: Scenario) -> npt.NDArray[np.float64]:
    """What counts of each cell: people, or kg a day."""
    if scenario.weight == "kg":
        return np.array([sum(row) / 1000 for row in cell_grams(bundle)])
    return np.asarray(bundle.demand.frame["people"], np.float64)


def due_sites(bundle: Bundle, scenario: Scenario) -> list[int]:
    """Sites that each township must have by all rules."""
    due = [scenario.min_per_township] * len(bundle.region.townships)
    cells = bundle.demand.frame
    lead = [0] * len(due)  # of people in the main urban area over the others
    for t, people, urban in zip(cells["township"], cells["people"], cells["urban"], strict=True):
        lead[t] += int(people) if urban else -int(people)
    for t, homes in enumerate(_homes(bundle)):
        per = scenario.households_per_site
        if lead[t] > 0 and scenario.min_per_township_urban is not None:
            due[t] = scenario.min_per_township_urban
        if lead[t] > 0 and scenario.households_per_site_urban is not None:
            per = scenario.households_per_site_urban
        if per is not None:
            due[t] = max(due[t], -(-homes // per))
    for code, number in scenario.min_by_township:
        for t, one in enumerate(bundle.region.townships["code"]):
            due[t] = max(due[t], number if str(one) == code else 0)
    return due


def township_amounts(bundle: Bundle, covered: Mask) -> dict[str, list[Any]]:
    """Households and kg a day by township, as its rows tell them."""
    size = len(bundle.region.townships)
    arising, within = [0] * size, [0] * size
    townships = bundle.demand.frame["township"].tolist()
    for row, t, reached in zip(cell_grams(bundle), townships, covered.tolist(), strict=True):
        arising[t] += sum(row)
        within[t] += sum(row) * reached
    return {
        "households": _homes(bundle),
        "kg_day": [grams / 1000 for grams in arising],
        "covered_kg_day": [grams / 1000 for grams in within],
    }


def check_material(
    plan: dict[str, Any], bundle: Bundle, scenario: Scenario, covered: Mask, ledger: Ledger
) -> None:
    """Compare the sections on households and on material."""
    homes = bundle.demand.frame["households"].tolist()
    reached = covered.tolist()
    figures: dict[str, Any] = {
        "total": sum(homes),
        "covered": sum(one for one, near in zip(homes, reached, strict=True) if near),
        "per_site": scenario.households_per_site,
        "per_site_urban": scenario.households_per_site_urban,
        "assumed_size": bundle.demand.household_size or None,
    }
    _same("households", plan["households"], figures, ledger)

    grams = cell_grams(bundle)
    rows = bundle.materials.record()
    all_, near = [0] * len(rows), [0] * len(rows)
    for row, covers in zip(grams, reached, strict=True):
        for at, amount in enumerate(row):
            all_[at] += amount
            near[at] += amount if covers else 0
    special = [] if bundle.special is None else bundle.special["g_day"].tolist()
    truth = {
        "kg_day": sum(all_) / 1000,
        "covered_kg_day": sum(near) / 1000,
        "share": round(sum(near) / sum(all_), 6) if sum(all_) else None,
        "tonnes_year": round(sum(all_) * 365 / 1e6, 3),
        "covered_tonnes_year": round(sum(near) * 365 / 1e6, 3),
        "special_kg_day": sum(special) / 1000,
        "special_places": len(special),
    }
    told = dict(plan["material"])
    streams = told.pop("by_material")
    _same("material", told, truth, ledger)
    ledger.same("material: keys", [one["key"] for one in streams], [one["key"] for one in rows])
    for at, (stream, one) in enumerate(zip(rows, streams, strict=False)):
        due = {**stream, "kg_day": all_[at] / 1000, "covered_kg_day": near[at] / 1000}
        _same(f"material {stream['key']}", one, due, ledger)


def _same(section: str, told: dict[str, Any], truth: dict[str, Any], ledger: Ledger) -> None:
    ledger.same(f"fields of {section}", sorted(told), sorted(truth))
    for key, value in truth.items():
        ledger.same(f"{section}.{key}", told.get(key), value)


def _homes(bundle: Bundle) -> list[int]:
    homes = [0] * len(bundle.region.townships)
    frame = bundle.demand.frame
    for t, count in zip(frame["township"].tolist(), frame["households"].tolist(), strict=True):
        homes[t] += count
    return homes
