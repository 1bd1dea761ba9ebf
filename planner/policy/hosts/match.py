"""Which candidates stand at a host (两网融合): of its kind, or so near to one that it is there."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from geo.bundle import Bundle
from geo.kinds import KindTable, default_kinds
from geo.own_sites import read_own_sites
from planner.policy.hosts.spec import HostCosts

__all__ = ["Hosting", "Places", "host_places", "hosting_of"]

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Places:
    """Hosts, sorted by id: of the map, and of the user's file (``h`` and the row)."""

    ids: tuple[str, ...]
    kinds: tuple[str, ...]
    names: tuple[str, ...]
    xy: Floats


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Hosting:
    """For each candidate the host it stands at.

    Parameters
    ----------
    host
        int64[candidates], row of the places, -1 for none.
    away_m
        float64[candidates], metres to it, NaN for none.
    existing
        bool[candidates], points that stand already: they need no host.
    yuan
        float64[candidates], what a point costs there, once.
    """

    host: npt.NDArray[np.int64]
    away_m: Floats
    existing: npt.NDArray[np.bool_]
    yuan: Floats

    @property
    def reused(self) -> npt.NDArray[np.bool_]:
        """Candidates that use an existing place."""
        return np.asarray(self.existing | (self.host >= 0), np.bool_)


def host_places(
    bundle: Bundle, costs: HostCosts, file: Path | None = None, kinds: KindTable | None = None
) -> Places:
    """Collect the hosts of a region: candidates of the table's kinds, and a file of the user's.

    Raises
    ------
    CandidateError, CoordinateError
        If the file cannot be used.
    """
    known = {one.key for one in costs.hosts}
    frame = bundle.candidates.frame
    rows = [
        (str(one), str(kind), str(name), point.x, point.y)
        for one, kind, name, point in zip(
            frame["id"], frame["kind"], frame["name"], frame.geometry, strict=True
        )
        if kind in known
    ]
    if file is not None:
        table = default_kinds() if kinds is None else kinds
        for site in read_own_sites(file, table, bundle.region):
            kind = site.kind if site.kind in known else "own"
            if kind in known and bundle.region.assign(np.array([site.x]), np.array([site.y])) >= 0:
                rows.append((f"h{site.id[1:]}", kind, site.name, site.x, site.y))
    rows.sort()
    return Places(
        ids=tuple(row[0] for row in rows),
        kinds=tuple(row[1] for row in rows),
        names=tuple(row[2] for row in rows),
        xy=np.array([row[3:] for row in rows], np.float64).reshape(-1, 2),
    )


def hosting_of(bundle: Bundle, places: Places, costs: HostCosts, within_m: float) -> Hosting:
    """Match hosts and candidates one to one: a host takes one point.

    A candidate that is a host itself stands there. A host of the user's file is matched to the
    nearest candidate within so many metres that has no host yet and is no point already; the
    nearest pairs first, of equals the first rows.
    """
    frame = bundle.candidates.frame
    xy = np.column_stack([frame.geometry.x, frame.geometry.y]).astype(np.float64)
    existing = frame["existing"].to_numpy(bool)
    host = np.full(len(frame), -1, np.int64)
    away = np.full(len(frame), np.nan)
    number = {str(one): row for row, one in enumerate(frame["id"])}
    rest = []
    for at, one in enumerate(places.ids):
        row = number.get(one, -1)
        if row < 0:
            rest.append(at)
        elif not existing[row]:
            host[row], away[row] = at, 0.0
    free = np.flatnonzero((host < 0) & ~existing)
    if rest and len(free):
        tree = cKDTree(xy[free])
        near = [tree.query_ball_point(places.xy[at], within_m) for at in rest]
        pairs = sorted(
            (float(np.hypot(*(xy[free[row]] - places.xy[at]))), at, int(free[row]))
            for at, rows in zip(rest, near, strict=True)
            for row in rows
        )
        taken: set[int] = set()
        for far, at, row in pairs:
            if at not in taken and host[row] < 0:
                host[row], away[row] = at, far
                taken.add(at)
    price = {one.key: one.yuan for one in costs.hosts}
    there = np.array([*(price[kind] for kind in places.kinds), costs.new.yuan])
    yuan = np.where(existing, costs.existing.yuan, there[host])
    return Hosting(host=host, away_m=away, existing=existing, yuan=np.asarray(yuan, np.float64))
