"""What the robust core says of each site: its role, and what becomes of the plan without it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from geo.crs import WGS84
from optimise import Refusal, SiteRole
from planner.policy.naming import numbers_of
from planner.posed import Posed

__all__ = ["plain_number", "site_rows"]


def plain_number(value: float, unit: float) -> float | int | None:
    """In units told; None for what is not known."""
    if not np.isfinite(value):
        return None
    told = float(value) / unit
    return int(told) if told.is_integer() else round(told, 6)


def site_rows(
    posed: Posed, roles: Sequence[SiteRole], refusals: Sequence[Refusal], unit: float
) -> list[dict[str, Any]]:
    """One row for each site of the plan.

    ``if_refused`` is ``"standing"`` or ``"untested"`` where that was not tried; ``"nothing"`` or
    ``"substitute"`` where targets and quotas are met with nothing or one other in its place;
    ``"more"`` where they need so many sites more, ``"impossible"`` or ``"unknown"``. What is lost
    and missed is with the substitute, if there is one.
    """
    frame = posed.bundle.candidates.frame
    places = frame.geometry.to_crs(WGS84)
    xy = np.column_stack([frame.geometry.x, frame.geometry.y])
    lon, lat = places.x.round(7).tolist(), places.y.round(7).tolist()
    ids, names, kinds = (frame[key].tolist() for key in ("id", "name", "kind"))
    townships = posed.bundle.region.townships["name"].tolist()
    home, numbers = frame["township"].tolist(), numbers_of(frame)
    tried = {one.site: one for one in refusals}

    def about(row: int) -> dict[str, Any]:
        return {
            "id": ids[row],
            "name": names[row],
            "kind": kinds[row],
            "number": numbers[row],
            "township": townships[home[row]],
            "lon": lon[row],
            "lat": lat[row],
        }

    rows = []
    for role in roles:
        stand_in = None
        if role.substitute >= 0:
            far = float(np.hypot(*(xy[role.site] - xy[role.substitute])))
            stand_in = {
                **about(role.substitute),
                "cases": role.stood_in,
                "straight_m": round(far, 1),
            }
        rows.append(
            {
                **about(role.site),
                "role": role.role,
                "chosen": role.chosen,
                "allowed": role.allowed,
                "missing": role.missing,
                "frequency": round(role.chosen / role.allowed, 6) if role.allowed else None,
                **_refusal(role, tried.get(role.site), unit),
                "substitute": stand_in,
            }
        )
    return rows


def _refusal(role: SiteRole, told: Refusal | None, unit: float) -> dict[str, Any]:
    found: dict[str, Any] = {
        "if_refused": "standing" if role.role == "standing" else "untested",
        "lost_if_refused": None,
        "missed_if_refused": None,
        "more_if_refused": None,
        "served": None,
    }
    if told is None:
        return found
    ends = "nothing" if told.substitute < 0 else "substitute"
    if math.isnan(told.more):
        ends = "unknown"
    elif told.more > 0:
        ends = "impossible" if math.isinf(told.more) else "more"
    return {
        "if_refused": ends,
        "lost_if_refused": plain_number(told.lost, unit),
        "missed_if_refused": plain_number(told.missed, unit),
        "more_if_refused": plain_number(told.more, 1.0),
        "served": plain_number(told.served, unit),
    }
