"""Where rounds begin and end: named by the user, stations of the tiers, or open points."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from pyproj import Transformer

from geo.bundle import Bundle
from geo.crs import WGS84
from planner.errors import PlanError
from planner.plan import Plan
from planner.policy.service.spec import Depot, ServiceSpec
from planner.policy.service.villages import Villages

__all__ = ["Depots", "DepotsFrom", "depots_for"]

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
#: A depot that is named lies no farther outside the region.
_FAR_M = 100_000
DepotsFrom = Literal["named", "stations", "open-points"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Depots:
    """Depots of a service.

    Parameters
    ----------
    places
        Names and degrees.
    xy, townships
        In the region's coordinates, and rows of their townships.
    origin
        ``"named"`` by the user, ``"stations"`` (or centres) offered by the three tiers, or
        ``"open-points"`` of the plan: an assumption.
    """

    places: tuple[Depot, ...]
    xy: Floats
    townships: Ints
    origin: DepotsFrom


def depots_for(
    plan: Plan,
    spec: ServiceSpec,
    villages: Villages,
    offered: tuple[Depot, ...] | None = None,
) -> Depots:
    """Take the depots that the user names; else those that lie best for the villages' kilograms.

    Parameters
    ----------
    offered
        Stations and centres; open points of the plan are chosen from where there are none.

    Raises
    ------
    PlanError
        If there is nothing to choose from, or a named one lies far outside the region.
    """
    region = plan.bundle.region
    if spec.depots:
        named = _placed(plan.bundle, spec.depots, "named")
        _refuse_far(plan.bundle, named)
        return named
    places, origin = offered or (), "stations"
    if not places:
        places, origin = _open_points(plan), "open-points"
    if not places:
        raise PlanError(
            "no point is open where rounds could begin",
            where="policy.service.depots",
            remedy="Give depots",
            zh="没有可作为车辆基地的开放网点；请给出 depots",
        )
    xy = _metric(plan.bundle, places)
    frame = villages.frame.to_crs(region.crs)
    there = np.column_stack([frame.geometry.x, frame.geometry.y])
    weight = frame["grams_day"].to_numpy(np.float64)
    far = np.hypot(*(xy[:, None] - there[None]).transpose(2, 0, 1)) * weight
    least = np.full(len(there), np.inf)
    chosen: list[int] = []
    for _ in range(min(spec.depot_count, len(xy))):
        total = np.minimum(far, least).sum(axis=1)
        total[chosen] = np.inf
        chosen.append(int(np.argmin(total)))
        least = np.minimum(least, far[chosen[-1]])
    return _placed(
        plan.bundle,
        tuple(places[row] for row in chosen),
        "stations" if origin == "stations" else "open-points",
    )


def _refuse_far(bundle: Bundle, depots: Depots) -> None:
    """Refuse what can only be a slip: longitude and latitude changed about, a digit left out."""
    west, south, east, north = bundle.region.townships.total_bounds
    x, y = depots.xy[:, 0], depots.xy[:, 1]
    away_m = np.hypot(
        np.maximum(np.maximum(west - x, x - east), 0),
        np.maximum(np.maximum(south - y, y - north), 0),
    )
    for depot, away in zip(depots.places, away_m.tolist(), strict=True):
        if not away <= _FAR_M:
            at = f"({depot.lon:g}, {depot.lat:g})"
            raise PlanError(
                f"{depot.name!r:.60} {at} lies more than {_FAR_M // 1000} km outside the region",
                where="policy.service.depots",
                remedy="Check longitude and latitude (WGS84, degrees)",
                zh=f"车辆基地“{depot.name:.60}”{at}距区域 {_FAR_M // 1000} 公里以上；"
                "请检查经度和纬度（WGS84，度）",
            )


def _open_points(plan: Plan) -> tuple[Depot, ...]:
    sites = plan.sites
    return tuple(
        Depot(
            name=_one_line(str(name) or str(township)),
            lon=round(float(point.x), 7),
            lat=round(float(point.y), 7),
        )
        for name, township, point in zip(
            sites["name"], sites["township"], sites.geometry, strict=True
        )
    )


def _metric(bundle: Bundle, places: tuple[Depot, ...]) -> Floats:
    to_metric = Transformer.from_crs(WGS84, bundle.region.crs, always_xy=True)
    x, y = to_metric.transform([d.lon for d in places], [d.lat for d in places])
    return np.column_stack([x, y])


def _placed(bundle: Bundle, places: tuple[Depot, ...], origin: DepotsFrom) -> Depots:
    xy = _metric(bundle, places)
    townships = np.asarray(bundle.region.assign(xy[:, 0], xy[:, 1]), np.int64)
    return Depots(places=places, xy=xy, townships=townships, origin=origin)


def _one_line(text: str) -> str:
    plain = "".join(sign if sign.isprintable() else " " for sign in text).strip()[:200]
    return plain or "depot"
