"""The claims of a plan's tables and shapes: every row, column and coordinate."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree

from geo.crs import WGS84
from planner.checking.claims import Facts, impedance_of
from planner.checking.distances import TOLERANCE
from planner.checking.files import Collection, PlanFiles
from planner.checking.ledger import Ledger
from planner.checking.material import cell_grams
from planner.checking.spread import said_reasons
from planner.roles import HOSTS

__all__ = ["check_rows"]

DEGREES = 1e-6  # about a decimetre


def check_rows(files: PlanFiles, facts: Facts, ledger: Ledger) -> None:
    """Compare the GeoJSON files, ``sites.csv`` and ``map.html``."""
    along = impedance_of(facts.bundle, facts.scenario)
    factor = f" x {facts.bundle.detour_factor:g}" if along.endswith("straight-line") else ""
    caveats = {
        "estimated": facts.bundle.demand.estimated,
        "impedance": along + factor,
    }
    _demand(files, facts, caveats, ledger)
    _sites(files, facts, caveats, ledger)
    _site_table(files, ledger)
    _townships(files, facts, caveats, ledger)
    _page(files.page, ledger)


def _columns(
    file: str, names: list[str], told: Collection, truth: dict[str, list[Any]], ledger: Ledger
) -> None:
    for key, column in truth.items():
        ledger.column(f"{file}: {key}", names, told.column(key), column)
    fields = [sorted(row) for row in told.rows]
    ledger.column(f"{file}: fields", names, fields, [sorted(truth)] * len(names))


def _demand(files: PlanFiles, facts: Facts, caveats: dict[str, Any], ledger: Ledger) -> None:
    frame, measured, told = facts.bundle.demand.frame, facts.measured, files.demand
    names, site = frame["id"].tolist(), told.column("site")
    townships = facts.bundle.region.townships["name"].to_numpy(object)
    cells = {
        "id": names,
        "people": frame["people"].tolist(),
        "urban": frame["urban"].tolist(),
        "township": townships[frame["township"].to_numpy()].tolist(),
        **{key: [value] * len(names) for key, value in caveats.items()},
    }
    # Which of equally near sites serves a cell, and the last centimetre, are the plan's to say.
    covered, said = measured.covered, np.array([one is not None for one in site], bool)
    ledger.column("demand.geojson: served", names, said.tolist(), covered.tolist())
    way = "distance_m" if facts.scenario.minutes is None else "time_s"
    lengths = told.column(way)
    away = np.array([np.nan if metres is None else metres for metres in lengths], np.float64)
    near = np.abs(away - measured.nearest) <= TOLERANCE
    near &= np.abs(away - measured.claimed) <= TOLERANCE
    near |= ~covered & np.isnan(away)
    nearest = np.where(covered, np.round(measured.nearest, 2), np.nan).tolist()
    lengths_due = [t if ok else n for t, ok, n in zip(lengths, near, nearest, strict=True)]
    truth = {**cells, "site": site, way: lengths_due}
    _columns("demand.geojson", names, told, truth, ledger)
    at = _degrees(frame)
    ledger.points("demand.geojson: coordinates", names, told.points(), at)

    left, told = np.flatnonzero(~covered), files.uncovered
    missed = [names[row] for row in left]
    if told.column("id") != missed:
        ledger.holds("uncovered.geojson does not hold the cells that are not covered", False)
        return
    truth = {key: [column[row] for row in left] for key, column in cells.items()}
    truth["reason"] = said_reasons(facts.bundle, measured)[left].tolist()
    _columns("uncovered.geojson", missed, told, truth, ledger)
    ledger.points("uncovered.geojson: coordinates", missed, told.points(), at[left])


def _sites(files: PlanFiles, facts: Facts, caveats: dict[str, Any], ledger: Ledger) -> None:
    sites, names = facts.sites, facts.sites["id"].tolist()
    townships = facts.bundle.region.townships.iloc[sites["township"].to_numpy()]
    served, lost = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    people = facts.bundle.demand.frame["people"].tolist()
    choice = facts.measured.within.tolist()
    for site, count, sites_near in zip(files.demand.column("site"), people, choice, strict=True):
        if site is not None:
            served[site] = served.get(site, 0) + count
            lost[site] = lost.get(site, 0) + count * (sites_near == 1)
    grams = dict.fromkeys(names, 0)
    handed_in = cell_grams(facts.bundle)
    told = (files.plan["suitability"] or {}).get("sites")  # these are checked already
    fit = told or [{"score": None, "against": []}] * len(names)
    for site, row in zip(files.demand.column("site"), handed_in, strict=True):
        if site is not None:
            grams[site] = grams.get(site, 0) + sum(row)
    truth = {
        "id": names,
        "kind": sites["kind"].tolist(),
        "name": sites["name"].tolist(),
        "existing": sites["existing"].tolist(),
        "township": townships["name"].tolist(),
        "township_code": townships["code"].tolist(),
        "role": [_role(*site) for site in sites[["kind", "existing"]].itertuples(index=False)],
        "people": [served[name] for name in names],
        "lost": [lost[name] for name in names],
        "kg_day": [grams[name] / 1000 for name in names],
        "score": [row["score"] for row in fit],
        "against": [";".join(row["against"]) for row in fit],
        **{key: [value] * len(names) for key, value in caveats.items()},
    }
    _columns("sites.geojson", names, files.sites, truth, ledger)
    ledger.points("sites.geojson: coordinates", names, files.sites.points(), _degrees(sites))


def _role(kind: str, existing: bool) -> str:
    if existing or kind not in (*HOSTS, "mobile"):
        return "existing" if existing else "new"
    return "hosted" if kind in HOSTS else "mobile"


def _site_table(files: PlanFiles, ledger: Ledger) -> None:
    head, *rows = files.site_table or [[]]
    names = [str(name) for name in files.sites.column("id")]
    keys = list(files.sites.rows[0]) if files.sites.rows else head[:-2]
    ledger.same("sites.csv: columns", head, [*keys, "longitude", "latitude"])
    if {len(row) for row in rows} - {len(head)} or len(rows) != len(names):
        ledger.holds("sites.csv has other rows than sites.geojson", False)
        return
    for key in keys:
        told = [row[head.index(key)] for row in rows]
        due = [_written(value) for value in files.sites.column(key)]
        ledger.column(f"sites.csv: {key}", names, told, due)
    at = np.array(files.sites.points(), np.float64).reshape(-1, 2)
    told_at = [[float(text) for text in row[-2:]] for row in rows]
    ledger.points("sites.csv: coordinates", names, told_at, at)


def _written(value: Any) -> str:
    """Text of a table's cell; one that a spreadsheet would run as a formula is quoted."""
    text = "" if value is None else str(value)
    formula = isinstance(value, str) and (text.lstrip()[:1] or " ") in "=+-@"
    broken = isinstance(value, str) and text[:1] in ("\t", "\r", "\n")
    return f"'{text}" if formula or broken else text


def _townships(files: PlanFiles, facts: Facts, caveats: dict[str, Any], ledger: Ledger) -> None:
    rows, told = files.plan["townships"], files.townships
    names = [str(row["code"]) for row in rows]
    if told.column("code") != names:
        ledger.holds("townships.geojson has other townships than plan.json", False)
        return
    truth = {key: [row[key] for row in rows] for key in rows[0]}
    truth |= {key: [value] * len(rows) for key, value in caveats.items()}
    _columns("townships.geojson", names, told, truth, ledger)
    shapes = facts.bundle.region.townships.geometry.to_crs(WGS84).to_numpy()
    for name, geometry, shape in zip(names, told.geometries, shapes, strict=True):
        ledger.holds(f"townships.geojson: the outline of {name!r} differs", _same(geometry, shape))


def _same(geometry: dict[str, Any], shape: Any) -> bool:
    told = shapely.make_valid(shapely.geometry.shape(geometry))
    ours, theirs = (
        shapely.get_coordinates(one) for one in (shape, shapely.geometry.shape(geometry))
    )
    if not len(ours) or not len(theirs):
        return len(ours) == len(theirs)
    for some, others in ((ours, theirs), (theirs, ours)):
        if np.max(cKDTree(others).query(some)[0]) > DEGREES:
            return False
    between = shapely.symmetric_difference(told, shapely.make_valid(shape)).area
    return bool(between <= DEGREES * shape.length)


class _Page(HTMLParser):
    """Finds what a page would fetch; a link that a reader may follow is none."""

    def __init__(self) -> None:
        super().__init__()
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for key, value in attrs:
            held = (value or "").strip().lower().startswith(("data:", "#"))
            if tag != "a" and key in ("src", "href", "srcset", "poster", "data") and not held:
                self.fetched.append(f"{tag} {value!r:.120}")

    def handle_data(self, data: str) -> None:
        style = "".join(data.lower().split()) if self.cdata_elem == "style" else ""
        for outside in (
            "@import",
            *(f"url({mark}{to}" for mark in ("", "'", '"') for to in ("http", "//")),
        ):
            if outside in style:
                self.fetched.append(f"style {outside!r}")


def _page(text: str, ledger: Ledger) -> None:
    page = _Page()
    page.feed(text)
    ledger.holds("map.html is empty", bool(text.strip()))
    ledger.holds(f"map.html fetches {page.fetched[:3]}", not page.fetched)


def _degrees(frame: Any) -> Any:
    points = frame.geometry.to_crs(WGS84)
    return np.column_stack([points.x, points.y]).reshape(-1, 2)
