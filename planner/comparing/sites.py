"""What became of each site from one plan to another: kept, added, dropped, moved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from planner.plan import Plan

__all__ = ["MOVED_M", "SAME_M", "Change", "SiteChange", "matched", "site_changes"]

Change = Literal["kept", "added", "dropped", "moved"]

MOVED_M = 500.0
"""A dropped and an added site no farther apart, straight, count as one that moved."""

SAME_M = 1.0
"""Two points no farther apart are the same place, whatever their ids."""

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True)
class SiteChange:
    """One site, or a pair of them.

    Parameters
    ----------
    row_a, row_b
        Rows of the two plans' ``sites``, -1 where it is open in the other only.
    distance_m
        Straight, from the old place to the new one; 0 for all but moved sites.
    """

    change: Change
    row_a: int
    row_b: int
    distance_m: float = 0.0


def site_changes(one: Plan, other: Plan) -> tuple[SiteChange, ...]:
    """Tell what became of the sites of one plan in another of the same region."""
    crs = one.bundle.region.crs
    before, after = _xy(one.sites, crs), _xy(other.sites, crs)
    ids = one.sites["id"].astype(str).tolist(), other.sites["id"].astype(str).tolist()
    return matched(ids, before, after)


def matched(
    ids: tuple[list[str], list[str]], before: Floats, after: Floats
) -> tuple[SiteChange, ...]:
    """Match the sites of two plans.

    A site is kept if the other plan has one at the same place. Of the others, the nearest dropped
    and added ones become pairs, the nearest pair first (then by id), each in one pair at most, as
    long as they are within :data:`MOVED_M`.

    Parameters
    ----------
    ids
        Of either plan's sites.
    before, after
        Their places, metres, float64[n, 2] and float64[m, 2].

    Returns
    -------
    tuple of SiteChange
        Kept, moved, dropped (each in A's order), then added (in B's).
    """
    partner = _same_id(ids, before, after)
    partner |= _nearest(ids, before, after, partner)
    taken = set(partner.values())
    kept, moved, dropped = [], [], []
    for a in range(len(before)):
        b = partner.get(a, -1)
        far_m = _apart_m(before[a], after[b]) if b >= 0 else 0.0
        if b < 0:
            dropped.append(SiteChange(change="dropped", row_a=a, row_b=-1))
        elif far_m <= SAME_M:
            kept.append(SiteChange(change="kept", row_a=a, row_b=b))
        else:
            far_m = round(far_m, 1)
            moved.append(SiteChange(change="moved", row_a=a, row_b=b, distance_m=far_m))
    added = [
        SiteChange(change="added", row_a=-1, row_b=b) for b in range(len(after)) if b not in taken
    ]
    return (*kept, *moved, *dropped, *added)


def _apart_m(one: Floats, other: Floats) -> float:
    # To the millimetre: below it a tie is a tie whatever the rounding of a projection.
    return round(float(np.hypot(*(one - other))), 3)


def _xy(sites: gpd.GeoDataFrame, crs: object) -> Floats:
    points = sites.geometry.to_crs(crs)
    return np.column_stack([points.x, points.y]).reshape(-1, 2)


def _same_id(ids: tuple[list[str], list[str]], before: Floats, after: Floats) -> dict[int, int]:
    # Points added by hand are numbered in each plan anew: the same id may be another place.
    row_of = {name: row for row, name in enumerate(ids[1])}
    return {
        a: row_of[name]
        for a, name in enumerate(ids[0])
        if name in row_of and _apart_m(before[a], after[row_of[name]]) <= SAME_M
    }


def _nearest(
    ids: tuple[list[str], list[str]], before: Floats, after: Floats, partner: dict[int, int]
) -> dict[int, int]:
    """Pair those that are left over within :data:`MOVED_M`, nearest first."""
    free_a = [a for a in range(len(before)) if a not in partner]
    taken = set(partner.values())
    free_b = [b for b in range(len(after)) if b not in taken]
    if not free_a or not free_b:
        return {}
    near = cKDTree(before[free_a]).query_ball_tree(cKDTree(after[free_b]), MOVED_M)
    pairs = [(free_a[i], free_b[j]) for i, found in enumerate(near) for j in found]
    order = sorted((_apart_m(before[a], after[b]), ids[0][a], ids[1][b], a, b) for a, b in pairs)
    out: dict[int, int] = {}
    used: set[int] = set()
    for _, _, _, a, b in order:
        if a not in out and b not in used:
            out[a] = b
            used.add(b)
    return out
