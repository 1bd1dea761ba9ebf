"""A network drawn by hand, or by somebody else: a file of sites measured as a plan is."""

from __future__ import annotations

import dataclasses
import math
import time
import unicodedata
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely

from geo.bundle import Bundle
from geo.crs import WGS84
from geo.errors import CandidateError
from geo.findings import Finding
from geo.kinds import default_kinds
from geo.own_sites import placed_sites, read_own_sites
from geo.placing import Placed
from geo.progress import Progress, silent
from geo.table_file import folded
from geo.travel import TravelMatrix
from optimise.solution import serve
from planner.edited import kind_weights, unedited
from planner.edits import MAX_EDITS, AddedSite, Edits
from planner.plan import Outcome, Plan, laid_out
from planner.policy.beside import Station
from planner.posed import pose
from planner.record import versions
from planner.scenario import Scenario

__all__ = ["DRAWN", "Drawn", "drawn_plan"]

DRAWN = "drawn"
"""Status of a plan that nobody solved."""
STATIONS = ("transfer_station",)
"""Kinds that are stations, not points."""
AREA_FIELDS = ("floor_m2", "area_m2", "建筑面积", "面积")
"""Names a column of floor areas may have, the first that is there counts."""


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Drawn:
    """A file of sites as a plan.

    Parameters
    ----------
    plan
        Every site of the file open and no other; ``sites`` has ``floor_m2`` too (NaN: not told).
        Its record's status is ``"drawn"``: nothing was optimised.
    file
        Its name.
    stations
        Sites of the file that are transfer stations (:data:`STATIONS`): no points that people
        bring things to. ``None``: it has none.
    findings
        What was noticed of its coordinates, and ``"drawn-outside"`` (``sites``, ``names``).
    """

    plan: Plan
    file: str
    stations: tuple[Station, ...] | None
    findings: tuple[Finding, ...]


def drawn_plan(
    bundle: Bundle,
    path: Path,
    scenario: Scenario | None = None,
    *,
    travel: TravelMatrix | None = None,
    progress: Progress = silent,
) -> Drawn:
    """Evaluate a file of sites without optimising.

    Parameters
    ----------
    bundle, travel
        As for :func:`planner.plan.make_plan`.
    path
        GeoJSON, GeoPackage, Shapefile, KML, CSV or XLSX, read and checked as own sites of an
        import are: columns ``name``, ``kind``, ``existing``, ``floor_m2`` may be there.
    scenario
        Limit, mode and targets it is measured by; its edits do not count.

    Raises
    ------
    CandidateError
        If the file cannot be read, a value in it is not allowed or no site lies in the region.
    CoordinateError
        If its coordinates are not what they seem.
    """
    bundle = unedited(bundle)
    placed = placed_sites(path, bundle.region)
    added, areas, stations, findings = _added(placed, bundle)
    asked = dataclasses.replace(
        scenario or Scenario(),
        keep_existing=False,
        max_sites=None,
        edits=Edits(added=tuple(added), forced=tuple(site.id for site in added)),
    )
    started = time.perf_counter()
    posed = pose(bundle, asked, travel, progress)
    size = len(posed.bundle.candidates.frame)
    opened = np.arange(size - len(added), size, dtype=np.int32)
    assignment, distance = serve(posed.question.problem, opened, asked.limit)
    outcome = Outcome(
        open_sites=opened,
        assignment=assignment,
        distance=distance,
        status="proven",  # nothing was sought, so that nothing is left to be proven
        stopped="gap",
        objective={
            "name": "sites",
            "value": len(added),
            "bound": 0,
            "gap": 1.0,
            "proved_by": DRAWN,
        },
        tie_break=None,
        timings={"distances_s": round(time.perf_counter() - started, 3), "solve_s": 0.0},
        made_with=versions(),
    )
    plan = laid_out(posed, asked, outcome)
    plan = dataclasses.replace(
        plan,
        record={**plan.record, "status": DRAWN},
        sites=plan.sites.assign(floor_m2=np.array(areas, np.float64)),
    )
    return Drawn(
        plan=plan,
        file=path.name,
        stations=stations or None,
        findings=(*placed.findings, *findings),
    )


def _added(
    placed: Placed, bundle: Bundle
) -> tuple[list[AddedSite], list[float], tuple[Station, ...], tuple[Finding, ...]]:
    """Points in the region with their floor areas, stations, and what is told of the others."""
    file = placed.own.file
    sites = read_own_sites(placed, default_kinds(), bundle.region)
    areas = _areas(placed)
    inside = bundle.region.assign(
        np.array([site.x for site in sites]), np.array([site.y for site in sites])
    )
    metric = gpd.GeoSeries(shapely.points([(site.x, site.y) for site in sites]))
    places = metric.set_crs(bundle.region.crs, allow_override=True).to_crs(WGS84)
    known = kind_weights(bundle)
    added, kept, outside = [], [], []
    stations: list[Station] = []
    codes = bundle.region.townships["code"].tolist()
    rows = zip(sites, areas, inside.tolist(), places, strict=True)
    for number, (site, area, township, place) in enumerate(rows, 1):
        name = "".join(sign for sign in site.name if sign.isprintable())[:200]
        if township < 0:
            outside.append(name or str(number))
            continue
        if site.kind in STATIONS:
            stations.append(
                Station(
                    id=f"drawn-{number}",
                    tier="station",
                    kind=site.kind,
                    name=name,
                    township=str(codes[township]),
                    lon=place.x,
                    lat=place.y,
                    floor_m2=None if math.isnan(area) else area,
                )
            )
            continue
        kind = site.kind if site.kind in known else "own"
        at = AddedSite(
            id=f"drawn-{number}",
            lon=place.x,
            lat=place.y,
            kind=kind,
            name=name,
            existing=site.existing,
        )
        added.append(at)
        kept.append(area)
    if len(added) > MAX_EDITS:
        raise CandidateError(
            f"holds {len(added)} sites",
            where=file,
            remedy=f"Give at most {MAX_EDITS}, or a region at a time",
        )
    if not added:
        raise CandidateError(
            "holds no point in the region that people could bring things to",
            where=file,
            remedy="Give points of another kind than transfer_station",
        )
    if not outside:
        return added, kept, tuple(stations), ()
    told = "; ".join(outside[:10]) + ("; …" if len(outside) > 10 else "")
    values: dict[str, str | int | float] = {"sites": len(outside), "names": told}
    return added, kept, tuple(stations), (Finding(kind="drawn-outside", where=file, values=values),)


def _areas(placed: Placed) -> list[float]:
    """Floor area of each row in square metres, NaN where it is not told."""
    frame = placed.frame
    names = {folded(str(name)): name for name in frame.columns if name != frame.geometry.name}
    column = next((names[folded(one)] for one in AREA_FIELDS if folded(one) in names), None)
    if column is None:
        return [math.nan] * len(frame)
    return [_area(value, placed.own.where(row)) for row, value in enumerate(frame[column])]


def _area(value: object, where: str) -> float:
    text = "" if value is None else unicodedata.normalize("NFKC", str(value)).strip()
    if text in ("", "nan", "None", "<NA>"):
        return math.nan
    try:
        area = float(text)
    except ValueError:
        area = -1.0
    if not 0 <= area <= 1e6:
        raise CandidateError(
            f"floor area {text!r:.40} is not allowed",
            where=where,
            remedy="Give square metres from 0 to 1000000, or leave it empty",
        )
    return area
