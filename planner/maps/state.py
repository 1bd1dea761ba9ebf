"""What one plan says about the rows of a scene: small enough to be sent on each slider move."""

from __future__ import annotations

from typing import Any

import numpy as np

from planner.headline import reason_in
from planner.maps.codec import pack
from planner.maps.scene import cell_order
from planner.maps.words import MAP_WORDS, kind_name
from planner.plan import Plan
from planner.wording.language import Language

__all__ = ["notices", "plan_state"]

STEP = {"m": 10.0, "s": 5.0}
"""Distances are shown to ten metres, times to five seconds: a cell is 250 m wide."""

NAMED = 5
"""Townships named in a notice."""

REASONS = ("not chosen", "no candidate", "unreachable", "unmapped?")


def plan_state(plan: Plan, language: Language) -> bytes:
    """Pack sites, townships' figures and each cell's site, distance and reason."""
    order = cell_order(plan.bundle.demand)
    scenario = plan.scenario
    distance = np.nan_to_num(plan.impedance[order]) / STEP[scenario.unit]
    # A reader thinks in metres or minutes.
    part = 1.0 if scenario.unit == "m" else 60.0
    reason = np.zeros(len(order), dtype=np.int64)
    for number, text in enumerate(REASONS):
        reason[plan.cell_reason[order] == text] = number
    header = {
        "count": len(order),
        "unit": "m" if scenario.unit == "m" else "min",
        "step": STEP[scenario.unit] / part,
        "limit": scenario.limit / part,
        "sites": _sites(plan, language),
        "townships": _townships(plan, language),
        "notices": notices(plan, language),
        "reasons": [
            MAP_WORDS.say(f"cell-{text.rstrip('?').replace(' ', '-')}", language)
            for text in REASONS
        ],
    }
    site = plan.site_of[order].astype(np.int64)
    return pack(header, [np.diff(site, prepend=0), np.rint(distance).astype(np.int64), reason])


def notices(plan: Plan, language: Language) -> list[str]:
    """Sentences that must stand on every map of the plan: what is an estimate."""
    data = plan.record["data"]
    out = []
    if data["impedance"] == "straight-line":
        factor = f"{data['detour_factor']:g}"
        out.append(MAP_WORDS.say("straight-line", language, factor=factor))
    elif plan.bundle.roadless:
        names = plan.bundle.region.townships["name"].iloc[list(plan.bundle.roadless)]
        some = ("、" if language == "zh" else ", ").join(map(str, names[:NAMED]))
        more = "…" if len(names) > NAMED else ""
        factor = f"{data['detour_factor']:g}"
        out.append(MAP_WORDS.say("straight-townships", language, names=some + more, factor=factor))
    if plan.record["people"]["estimated"]:
        out.append(MAP_WORDS.say("people-estimated", language))
    if data["boundaries_approximate"]:
        out.append(MAP_WORDS.say("borders-approximate", language))
    return out


def _sites(plan: Plan, language: Language) -> list[dict[str, Any]]:
    frame = plan.sites
    row_of = {str(code): row for row, code in enumerate(plan.bundle.region.townships["code"])}
    return [
        {
            "id": str(site.id),
            "kind": kind_name(str(site.kind), language),
            "name": str(site.name),
            "existing": bool(site.existing),
            "role": str(site.role),
            "township": row_of[str(site.township_code)],
            "people": int(site.people),
            "lost": int(site.lost),
            "lon": round(float(site.geometry.x), 6),
            "lat": round(float(site.geometry.y), 6),
        }
        for site in frame.itertuples(index=False)
    ]


def _townships(plan: Plan, language: Language) -> list[dict[str, Any]]:
    part = 1.0 if plan.scenario.unit == "m" else 60.0
    keys = ("people", "covered", "share", "sites", "required", "pass")
    return [
        {
            **{key: row[key] for key in keys},
            "worst": None if row["worst"] is None else round(row["worst"] / part, 1),
            "reason": reason_in(row["reason"], language),
        }
        for row in plan.record["townships"]
    ]
