"""Where stations and centres may stand, and how far everything is by lorry."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo.bundle import Bundle
from geo.findings import Finding
from geo.roadless import nearest
from planner.plan import Plan
from planner.policy.tiers.figures import Figures, Tier
from planner.policy.tiers.spec import TiersSpec

__all__ = ["lorry_km", "off_roads", "places_for", "straight_km", "xy_of"]

Floats = npt.NDArray[np.float64]

LORRY = "drive"
BESIDE, INDUSTRIAL = "beside-point", "industrial"
BUILT_SHARE = 0.3
"""Of a plot of industrial land, as ``data/tiers.toml`` says."""
SAME_PLACE_M = 50.0
"""Candidates so near one another are one place for a lorry."""


def places_for(
    plan: Plan, tier: Tier, tonnes: Floats, spec: TiersSpec, figures: Figures
) -> tuple[pd.DataFrame, list[Finding]]:
    """Choose the places that are looked at for a tier.

    Parameters
    ----------
    tonnes
        float64[points], what each open point hands on.

    Returns
    -------
    DataFrame
        ``id``, ``kind``, ``name``, ``existing``, ``township`` int, ``x``, ``y`` metres,
        ``room_m2`` floor that there is room for, ``build_share``; sorted by ``id``.
    list of Finding
        ``tiers-places-assumed``, ``tiers-places-left-out``.
    """
    most = spec.station_candidates if tier == "station" else spec.centre_candidates
    points = _points(plan, tonnes)
    known = _known(plan.bundle, tier, figures)
    known, findings = _beside_points(plan, known, points, tier, figures)
    known = _apart(known)
    if len(known) > most:
        kept = _spread(known, points, most, keep=spec.keep_existing and tier == "station")
        values: dict[str, str | int | float] = {
            "tier": tier,
            "kept": most,
            "all": len(known),
        }
        findings.append(Finding(kind="tiers-places-left-out", values=values))
        known = known.iloc[kept]
    return known.sort_values("id", ignore_index=True).drop(columns="rank"), findings


def xy_of(plan: Plan) -> Floats:
    """Open points in the region's coordinates, float64[points, 2]."""
    points = plan.sites.geometry.to_crs(plan.bundle.region.crs)
    return np.column_stack([points.x, points.y]).astype(np.float64)


def lorry_km(bundle: Bundle, here: Floats, there: Floats) -> Floats:
    """Kilometres by lorry from places to others, float64[n, m]; infinite where no road leads.

    Along the roads for cars, in their directions; straight lines times the detour factor from and
    to townships without mapped roads, and everywhere if the region has none.
    """
    off_here, off_there = (
        np.isin(bundle.region.assign(xy[:, 0], xy[:, 1]), bundle.roadless) for xy in (here, there)
    )
    network = bundle.networks.get(LORRY)
    table = np.full((len(here), len(there)), np.inf)
    for column in range(len(there)):
        one = slice(column, column + 1)
        table[:, column] = nearest(
            network,
            here,
            there[one],
            (off_here, off_there[one]),
            detour_factor=bundle.detour_factor,
            kmh=bundle.speeds.elsewhere(LORRY),
        )
    return table / 1000


def off_roads(table: Floats) -> npt.NDArray[np.bool_]:
    """Rows from which no road leads anywhere: a stop on an island of the map's roads."""
    lost = ~np.isfinite(table).any(axis=1) & (table.shape[1] > 0)
    return np.asarray(lost, bool)


def straight_km(bundle: Bundle, here: Floats, there: Floats) -> Floats:
    """Kilometres as the crow flies times the detour factor, float64[n, m]."""
    metres = np.hypot(*(here[:, None] - there[None]).transpose(2, 0, 1))
    return np.asarray(metres * bundle.detour_factor / 1000)


def _points(plan: Plan, tonnes: Floats) -> pd.DataFrame:
    xy = xy_of(plan)
    codes = plan.bundle.region.townships["code"].tolist()
    rows = {code: row for row, code in enumerate(codes)}
    return pd.DataFrame(
        {
            "id": plan.sites["id"].to_numpy(object),
            "name": plan.sites["name"].to_numpy(object),
            "township": [rows[code] for code in plan.sites["township_code"]],
            "x": xy[:, 0],
            "y": xy[:, 1],
            "tonnes": tonnes,
        }
    )


def _known(bundle: Bundle, tier: Tier, figures: Figures) -> pd.DataFrame:
    """Candidates of the table's kinds, and industrial land of the map."""
    frame = bundle.candidates.frame
    rows = []
    for rank, place in enumerate(figures.places):
        if tier not in place.tiers:
            continue
        if place.key == INDUSTRIAL:
            found = _industrial(bundle, place.most_m2)
        else:
            mine = frame[frame["kind"] == place.key]
            found = pd.DataFrame(
                {
                    "id": mine["id"].to_numpy(object),
                    "kind": place.key,
                    "name": mine["name"].to_numpy(object),
                    "existing": mine["existing"].to_numpy(bool),
                    "township": mine["township"].to_numpy(np.int64),
                    "x": mine.geometry.x.to_numpy(),
                    "y": mine.geometry.y.to_numpy(),
                    "room_m2": place.most_m2,
                }
            )
        rows.append(found.assign(build_share=place.build_share, rank=rank))
    smallest = min(size.floor_m2 for size in figures.sizes if size.tier == tier)
    known = pd.concat(rows, ignore_index=True) if rows else pd.DataFrame(columns=_COLUMNS)
    return known[known["room_m2"] >= smallest].reset_index(drop=True)


_COLUMNS = [
    *("id", "kind", "name", "existing", "township", "x", "y", "room_m2", "build_share", "rank")
]


def _industrial(bundle: Bundle, most_m2: float) -> pd.DataFrame:
    """Plots of industrial land as drawn on the base map, one place each."""
    shapes = bundle.basemap[bundle.basemap["kind"] == INDUSTRIAL].geometry.to_numpy()
    plots = [one for one in shapely.get_parts(shapes) if one.area > 0] if len(shapes) else []
    inside = [one.representative_point() for one in plots]
    x = np.array([one.x for one in inside], np.float64)
    y = np.array([one.y for one in inside], np.float64)
    township = bundle.region.assign(x, y) if len(plots) else np.empty(0, np.int32)
    order = sorted(range(len(plots)), key=lambda row: (x[row], y[row]))
    order = [row for row in order if township[row] >= 0]
    room = [min(most_m2, plots[row].area * BUILT_SHARE) for row in order]
    return pd.DataFrame(
        {
            "id": [f"i{at + 1:04d}" for at in range(len(order))],
            "kind": INDUSTRIAL,
            "name": "",
            "existing": False,
            "township": township[order].astype(np.int64),
            "x": x[order],
            "y": y[order],
            "room_m2": np.array(room, np.float64),
        }
    )


def _beside_points(
    plan: Plan, known: pd.DataFrame, points: pd.DataFrame, tier: Tier, figures: Figures
) -> tuple[pd.DataFrame, list[Finding]]:
    """Give each township without a place one beside its largest point; a region for centres."""
    place = next((one for one in figures.places if one.key == BESIDE), None)
    if place is None or tier not in place.tiers or points.empty:
        return known, []
    largest = points.sort_values(["tonnes", "id"], ascending=[False, True], kind="stable")
    largest = largest.drop_duplicates("township")
    if tier == "station":
        missing = largest[~largest["township"].isin(known["township"])]
    else:
        # A centre serves a county: beside the two largest points of each without any place.
        county = plan.bundle.region.townships["county_code"].to_numpy(object)
        has = set(county[known["township"].to_numpy(np.int64)].tolist())
        of = county[largest["township"].to_numpy(np.int64)]
        missing = largest.assign(county=of)[[one not in has for one in of]]
        missing = missing.groupby("county", sort=True).head(2).drop(columns="county")
    if missing.empty:
        return known, []
    rank = len(figures.places)
    more = pd.DataFrame(
        {
            "id": ["b-" + str(one) for one in missing["id"]],
            "kind": BESIDE,
            "name": missing["name"].to_numpy(object),
            "existing": False,
            "township": missing["township"].to_numpy(np.int64),
            "x": missing["x"].to_numpy(),
            "y": missing["y"].to_numpy(),
            "room_m2": place.most_m2,
            "build_share": place.build_share,
            "rank": rank,
        }
    )
    values: dict[str, str | int | float] = {"tier": tier, "places": len(more)}
    found = Finding(kind="tiers-places-assumed", values=values)
    whole = more if known.empty else pd.concat([known, more], ignore_index=True)
    return whole, [found]


def _apart(known: pd.DataFrame) -> pd.DataFrame:
    """Of places side by side the one preferred: existing, then by kind, then the larger."""
    if len(known) < 2:
        return known
    order = known.assign(new=~known["existing"].astype(bool)).sort_values(
        ["new", "rank", "room_m2", "id"], ascending=[True, True, False, True], kind="stable"
    )
    xy = order[["x", "y"]].to_numpy(np.float64)
    near = cKDTree(xy).query_pairs(SAME_PLACE_M, output_type="ndarray")
    neighbours: dict[int, list[int]] = {}
    for a, b in near.tolist():
        neighbours.setdefault(max(a, b), []).append(min(a, b))
    kept = np.ones(len(order), bool)
    for row in range(len(order)):
        kept[row] = not any(kept[other] for other in neighbours.get(row, ()))
    return order[kept].drop(columns="new").reset_index(drop=True)


def _spread(known: pd.DataFrame, points: pd.DataFrame, most: int, *, keep: bool) -> list[int]:
    """Rows of so many places: kept ones, then each time the one that saves most tonne-metres."""
    there = known[["x", "y"]].to_numpy(np.float64)
    here, tonnes = points[["x", "y"]].to_numpy(np.float64), points["tonnes"].to_numpy(np.float64)
    far = np.hypot(*(here[:, None, :] - there[None, :, :]).transpose(2, 0, 1))
    # Dearer places look farther away than they are: those with a host come first.
    far = far + 500.0 * known["build_share"].to_numpy(np.float64)
    chosen = np.flatnonzero(known["existing"].to_numpy(bool)).tolist() if keep else []
    chosen = chosen[:most]
    now = far[:, chosen].min(axis=1) if chosen else np.full(len(here), 1e9)
    while len(chosen) < most:
        saved = (np.maximum(now[:, None] - far, 0.0) * tonnes[:, None]).sum(axis=0)
        saved[chosen] = -1.0
        best = int(saved.argmax())
        chosen.append(best)
        now = np.minimum(now, far[:, best])
    return sorted(chosen)
