"""Where a recycling point may stand: mapped features, the user's sites, places we propose."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from scipy.spatial import cKDTree

from geo.boundary import Region
from geo.demand import Demand
from geo.exclusions import within_zones
from geo.findings import Finding
from geo.kinds import GENERATED, KindTable
from geo.network import RoadNetwork
from geo.own_sites import placed_sites, read_own_sites
from geo.placing import Placed
from geo.progress import Progress, silent
from geo.proposals import Proposals, propose
from geo.suitability import Suitability, default_suitability
from geo.suitability_ground import Ground
from geo.suitability_land import LandPlaces, land_places

__all__ = ["Candidates", "build_candidates"]

#: Features of one kind this near are one place: the containers of a yard are often mapped each.
MERGE_M = 30.0
#: Names told in one sentence.
_NAMES = 10
_NOT_PUBLIC = ("private", "no")


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Candidates:
    """Places where a site may stand or stands.

    Parameters
    ----------
    frame
        Sorted by ``id`` (OSM "n1", "w2", "r3"; the user's "u0001" by row; ours "g00001" beside a
        road, "l00001" on suitable land):
        ``kind`` (of the table of kinds), ``name``, ``existing`` bool, ``township`` int32,
        ``weight`` in (0, 1], ``source`` "osm", "file" or "generated", and a Point in the
        region's coordinates; and, where the ground was judged, a column for each criterion
        (:mod:`geo.suitability`).
    """

    frame: gpd.GeoDataFrame


def build_candidates(
    pois: gpd.GeoDataFrame | None,
    kinds: KindTable,
    region: Region,
    demand: Demand,
    network: RoadNetwork | None,
    exclusions: gpd.GeoSeries,
    *,
    own_file: Path | Placed | None = None,
    reach_m: float = 500.0,
    detour_factor: float = 1.0,
    roadless: tuple[int, ...] = (),
    ground: Ground | None = None,
    suitability: Suitability | None = None,
    progress: Progress = silent,
) -> tuple[Candidates, list[Finding]]:
    """Collect the candidates of a region.

    Parameters
    ----------
    pois
        Points of interest of an extract, or None.
    kinds
        Which of them can host a site.
    region, demand
        Sites must lie in a township; everybody is to have a candidate within reach.
    network
        Walking network; None for straight lines times ``detour_factor``.
    exclusions
        Areas in which no new site may stand; existing ones stay and are named.
    own_file
        Sites of the user's: a table with coordinates or any file of places.
    reach_m
        Distance within which every demand unit is to have a candidate.
    roadless
        Townships without mapped roads: straight lines there too.
    ground, suitability
        What is known of the ground, and the criteria: places on suitable land are added to all
        others, a reach apart; None: no ground is known, and the criteria of the program.
    progress
        Phases "collect candidates" and "propose places".

    Raises
    ------
    CandidateError
        If the user's file cannot be used.
    """
    progress("collect candidates", 0.0)
    own = placed_sites(own_file, region) if isinstance(own_file, Path) else own_file
    tables = [_own(own, kinds, region), _from_osm(pois, kinds, region)]
    known = pd.concat([table for table in tables if len(table)] or tables[:1], ignore_index=True)
    known, findings = _public(known)
    findings += own.findings if own is not None else ()
    known, found = _in_townships(known, region)
    findings += found
    known, found = _out_of_zones(known, exclusions)
    findings += found
    known, found = _merged(known)
    findings += found
    if pois is not None and not (known["source"] == "osm").any():
        findings.append(_finding("candidates-none-in-osm", features=len(pois)))
    progress("collect candidates", 1.0)
    proposals = propose(
        demand.frame,
        region,
        network,
        exclusions,
        candidate_xy=known[["x", "y"]].to_numpy(float),
        candidate_township=known["township"].to_numpy(np.int64),
        reach_m=reach_m,
        detour_factor=detour_factor,
        roadless=roadless,
        progress=progress,
    )
    findings += _about(proposals, demand, region, reach_m)
    table = pd.concat([known, _generated(proposals, kinds)], ignore_index=True)
    if ground is not None:
        places = land_places(
            ground,
            suitability or default_suitability(),
            demand.frame,
            region,
            exclusions,
            candidate_xy=table[["x", "y"]].to_numpy(float),
            spacing_m=reach_m,
        )
        if len(places.x):
            findings.append(
                _finding("candidates-on-land", candidates=len(places.x), spacing_m=reach_m)
            )
            table = pd.concat([table, _on_land(places, kinds)], ignore_index=True)
    return Candidates(frame=_frame(table, region)), findings


def _table(**columns: object) -> pd.DataFrame:
    """Make a table with all columns in one order and type, so that tables can be joined."""
    text = ("id", "kind", "name", "source", "access")
    types: dict[str, type] = dict.fromkeys(text, object)
    types |= {"existing": bool, "weight": float, "order": int, "x": float, "y": float}
    return pd.DataFrame(columns).astype(types)[list(types)]


def _from_osm(pois: gpd.GeoDataFrame | None, kinds: KindTable, region: Region) -> pd.DataFrame:
    if pois is None:
        return _own(None, kinds, region)
    keys = sorted({key for key, _ in kinds.wanted()} & set(pois.columns))
    tags = pois[keys].fillna("").astype(str).itertuples(index=False, name=None)
    kind_of = [kinds.of(dict(zip(keys, values, strict=True))) for values in tags]
    found = pois[np.array([kind is not None for kind in kind_of], bool)]
    known = [kind for kind in kind_of if kind is not None]
    points = found.geometry.to_crs(region.crs)
    return _table(
        id=found["osm_id"].to_numpy(object),
        kind=[kind.kind for kind in known],
        name=found["name"].fillna("").to_numpy(object),
        source="osm",
        existing=[kind.existing for kind in known],
        weight=[kind.weight for kind in known],
        order=[kind.priority for kind in known],
        access=found["access"].fillna("").to_numpy(object) if "access" in found else "",
        x=points.x.to_numpy(float),
        y=points.y.to_numpy(float),
    )


def _own(placed: Placed | None, kinds: KindTable, region: Region) -> pd.DataFrame:
    sites = read_own_sites(placed, kinds, region) if placed is not None else []
    return _table(
        id=[site.id for site in sites],
        kind=[site.kind for site in sites],
        name=[site.name for site in sites],
        source="file",
        existing=[site.existing for site in sites],
        weight=[site.weight for site in sites],
        order=-1,  # the user's own word comes before the map's
        access="",
        x=[site.x for site in sites],
        y=[site.y for site in sites],
    )


def _generated(proposals: Proposals, kinds: KindTable) -> pd.DataFrame:
    return _proposed("g", proposals, kinds)


def _on_land(places: LandPlaces, kinds: KindTable) -> pd.DataFrame:
    return _proposed("l", places, kinds)


def _proposed(letter: str, proposals: Proposals | LandPlaces, kinds: KindTable) -> pd.DataFrame:
    count = len(proposals.x)
    table = _table(
        id=[f"{letter}{number:05d}" for number in range(1, count + 1)],
        kind=GENERATED,
        name="",
        source="generated",
        existing=False,
        weight=kinds[GENERATED].weight,
        order=0,
        access="",
        x=proposals.x,
        y=proposals.y,
    )
    return table.assign(township=proposals.township)


def _public(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Leave out what the public may not enter, except what is a recycling point all the same."""
    closed = table["access"].isin(_NOT_PUBLIC) & ~table["existing"]
    found = _finding("candidates-private", candidates=int(closed.sum()))
    findings = [found] if closed.any() else []
    return table[~closed], findings


def _in_townships(table: pd.DataFrame, region: Region) -> tuple[pd.DataFrame, list[Finding]]:
    township = np.asarray(region.assign(table["x"].to_numpy(), table["y"].to_numpy()), np.int64)
    table = table.assign(township=township)
    findings = []
    for source in ("osm", "file"):
        out = table[(table["township"] < 0) & (table["source"] == source)]
        if len(out):
            findings.append(
                _finding(f"candidates-outside-{source}", candidates=len(out), names=_names(out))
            )
    return table[township >= 0], findings


def _out_of_zones(table: pd.DataFrame, zones: gpd.GeoSeries) -> tuple[pd.DataFrame, list[Finding]]:
    inside = within_zones(zones, table[["x", "y"]].to_numpy(float))
    dropped = table[inside & ~table["existing"]]
    kept = table[inside & table["existing"]]
    findings = []
    if len(dropped):
        findings.append(
            _finding("candidates-excluded", candidates=len(dropped), names=_names(dropped))
        )
    if len(kept):
        findings.append(_finding("existing-in-exclusion", candidates=len(kept), names=_names(kept)))
    return table[~inside | table["existing"]], findings


def _merged(table: pd.DataFrame) -> tuple[pd.DataFrame, list[Finding]]:
    """Keep one of several features that are one place.

    Of existing sites any two, of others those of one kind; the user's before the map's, the
    better kind before the worse, then by id. A user's row is never merged away.
    """
    table = table.sort_values(["order", "id"], ignore_index=True)
    kept = np.ones(len(table), bool)
    own = (table["source"] == "file").to_numpy()
    group = np.where(table["existing"], "existing", table["kind"])
    for name in np.unique(group.astype(str)):
        rows = np.flatnonzero(group == name)
        xy = table[["x", "y"]].to_numpy(float)[rows]
        for first, second in sorted(cKDTree(xy).query_pairs(MERGE_M)):
            if kept[rows[first]] and not own[rows[second]]:
                kept[rows[second]] = False
    found = _finding("candidates-merged", candidates=int((~kept).sum()), within_m=MERGE_M)
    findings = [found] if not kept.all() else []
    return table[kept], findings


def _about(proposals: Proposals, demand: Demand, region: Region, reach_m: float) -> list[Finding]:
    people = demand.frame["people"].to_numpy()
    findings = []
    if len(proposals.x):
        findings.append(
            _finding("candidates-generated", candidates=len(proposals.x), reach_m=reach_m)
        )
    for kind, rows in (
        ("demand-far-from-road", proposals.far_from_road),
        ("demand-shut-in", proposals.shut_in),
    ):
        if len(rows):
            findings.append(
                _finding(kind, cells=len(rows), people=int(people[rows].sum()), reach_m=reach_m)
            )
    if len(bare := proposals.bare_townships):
        names = "; ".join(region.townships["name"].iloc[bare].astype(str))
        findings.append(_finding("townships-without-candidate", townships=len(bare), names=names))
    return findings


def _finding(kind: str, **values: str | int | float) -> Finding:
    return Finding(kind=kind, values=values)


def _names(rows: pd.DataFrame) -> str:
    labels = [str(name or at) for name, at in zip(rows["name"], rows["id"], strict=True)]
    return "; ".join(labels[:_NAMES]) + ("; …" if len(labels) > _NAMES else "")


def _frame(table: pd.DataFrame, region: Region) -> gpd.GeoDataFrame:
    table = table.sort_values("id", ignore_index=True)
    columns = ["id", "kind", "name", "existing", "township", "weight", "source"]
    frame = table[columns].astype({"township": np.int32, "existing": bool})
    return gpd.GeoDataFrame(frame, geometry=shapely.points(table["x"], table["y"]), crs=region.crs)
