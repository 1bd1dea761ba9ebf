"""Tonnes and households: what people and special places hand in, and what a plan takes of it.

Whole grams until they are told, so that sums agree to the gram in any order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from geo.bundle import Bundle
from geo.special_demand import g_columns
from planner.scenario import Scenario

__all__ = [
    "by_township",
    "grams_by_material",
    "households_by_township",
    "households_figures",
    "kg",
    "material_figures",
    "urban_townships",
    "weights_of",
]

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

DAYS = 365


def kg(grams: int) -> float:
    """Kilograms of whole grams."""
    return int(grams) / 1000


def grams_by_material(bundle: Bundle) -> Ints:
    """Grams a day of each demand cell by material: int64[cells, materials]."""
    per_person = np.array([stream.g_person_day for stream in bundle.materials.streams], np.int64)
    grams = bundle.demand.frame["people"].to_numpy(np.int64)[:, None] * per_person
    if bundle.special is not None and len(bundle.special):
        special = bundle.special[g_columns(bundle.materials)].to_numpy(np.int64)
        np.add.at(grams, bundle.special["cell"].to_numpy(), special)
    return np.asarray(grams, np.int64)


def weights_of(bundle: Bundle, scenario: Scenario) -> Ints:
    """What the optimiser weighs each cell by: its people, or its grams a day."""
    if scenario.weight == "kg":
        return np.asarray(grams_by_material(bundle).sum(axis=1))
    return np.asarray(bundle.demand.frame["people"], np.int64)


def by_township(bundle: Bundle, amounts: Ints) -> Ints:
    """Sum an amount of each cell by township."""
    total = np.zeros(len(bundle.region.townships), np.int64)
    np.add.at(total, bundle.demand.frame["township"].to_numpy(), amounts)
    return total


def households_by_township(bundle: Bundle) -> Ints:
    """Households of each township."""
    return by_township(bundle, bundle.demand.frame["households"].to_numpy(np.int64))


def urban_townships(bundle: Bundle) -> Mask:
    """Townships most of whose people live in the main urban area, bool[townships].

    Rules that differ between city and country are of whole townships, whatever the border of the
    urban area cuts through.
    """
    people = bundle.demand.frame["people"].to_numpy(np.int64)
    urban = np.where(bundle.demand.frame["urban"].to_numpy(bool), people, 0)
    return np.asarray(2 * by_township(bundle, urban) > by_township(bundle, people))


def households_figures(bundle: Bundle, scenario: Scenario, covered: Mask) -> dict[str, Any]:
    """All households, those covered, and the size that was assumed where none was known."""
    households = bundle.demand.frame["households"].to_numpy(np.int64)
    return {
        "total": int(households.sum()),
        "covered": int(households[covered].sum()),
        "per_site": scenario.households_per_site,
        "per_site_urban": scenario.households_per_site_urban,
        "assumed_size": bundle.demand.household_size or None,
    }


def material_figures(bundle: Bundle, covered: Mask) -> dict[str, Any]:
    """Recyclables a day, by material and all together: what arises and what is within reach."""
    grams = grams_by_material(bundle)
    arising, within = grams.sum(axis=0), grams[covered].sum(axis=0)
    total, reached = int(arising.sum()), int(within.sum())
    special = 0 if bundle.special is None else int(bundle.special["g_day"].sum())
    return {
        "kg_day": kg(total),
        "covered_kg_day": kg(reached),
        "share": round(reached / total, 6) if total else None,
        "tonnes_year": round(total * DAYS / 1e6, 3),
        "covered_tonnes_year": round(reached * DAYS / 1e6, 3),
        "special_kg_day": kg(special),
        "special_places": 0 if bundle.special is None else len(bundle.special),
        "by_material": [
            {
                **told,
                "kg_day": kg(arising[at]),
                "covered_kg_day": kg(within[at]),
            }
            for at, told in enumerate(bundle.materials.record())
        ],
    }
