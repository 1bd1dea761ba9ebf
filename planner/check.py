"""A second opinion: every claim of a plan's files, computed again from the bundle.

Shares nothing with the solver, the travel matrix or the code that writes plans: plain SciPy
shortest paths on the stored network, plain sums. It reads only the bundle and the plan's files.
What it cannot do is prove the bound again; it checks that the bound and the gap fit the value.
"""

from __future__ import annotations

import csv
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra
from scipy.spatial import cKDTree

from geo.bundle import Bundle, load_bundle
from planner.errors import OutputError

__all__ = ["Report", "check_plan"]

Floats = npt.NDArray[np.float64]
TOLERANCE_M = 0.011  # distances are stored in whole centimetres
CHUNK_CELLS = 20_000_000  # distances held at a time


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What was compared and what differs.

    Parameters
    ----------
    checked
        Number of claims computed again.
    differences
        One line each; empty if the plan is what it says.
    """

    checked: int
    differences: tuple[str, ...]


class _Ledger:
    """Counts claims and keeps those that do not hold."""

    def __init__(self) -> None:
        self.checked = 0
        self.differences: list[str] = []

    def same(self, what: str, told: Any, found: Any) -> None:
        self.checked += 1
        equal = told == found
        if isinstance(told, float) and isinstance(found, float | int):
            equal = math.isclose(told, found, rel_tol=1e-9, abs_tol=1e-6)
        if not equal:
            self.differences.append(f"{what}: the plan says {told!r}, it is {found!r}")

    def holds(self, what: str, truth: bool) -> None:
        self.checked += 1
        if not truth:
            self.differences.append(what)


def check_plan(folder: Path, bundle_path: Path | None = None) -> Report:
    """Compute every claim of a plan again.

    Parameters
    ----------
    folder
        What ``recyclenet plan --out`` wrote.
    bundle_path
        The region's bundle; where it lay when the plan was made, if left out.

    Raises
    ------
    OutputError, BundleError
        If the plan or the bundle cannot be read.
    """
    plan = _read_json(folder / "plan.json")
    if bundle_path is None:
        bundle_path = Path(_read_json(folder / "run.json")["bundle"])
    bundle = load_bundle(bundle_path)
    ledger = _Ledger()
    try:
        _check(plan, folder, bundle, ledger)
    except (KeyError, TypeError, IndexError, ValueError, AttributeError) as error:
        ledger.holds(f"the files are not those of a plan ({error!r})", truth=False)
    return Report(checked=ledger.checked, differences=tuple(ledger.differences))


def _check(plan: dict[str, Any], folder: Path, bundle: Bundle, ledger: _Ledger) -> None:
    ledger.same("data.bundle_sha256", plan["data"]["bundle_sha256"], bundle.sha256)
    site_rows = [f["properties"] for f in _features(folder / "sites.geojson")]
    cells = [f["properties"] for f in _features(folder / "demand.geojson")]
    candidates = bundle.candidates.frame.set_index("id", drop=False)
    strangers = [row["id"] for row in site_rows if row["id"] not in candidates.index]
    ledger.holds(f"sites that are no candidates: {strangers[:5]}", truth=not strangers)
    if strangers:
        return
    sites = candidates.loc[[row["id"] for row in site_rows]]
    ledger.holds("a site is open twice", truth=sites["id"].is_unique)
    demand = bundle.demand.frame
    ledger.same("cells of demand.geojson", [c["id"] for c in cells], demand["id"].tolist())
    if len(cells) != len(demand):
        return
    distances = _distances(bundle, plan["scenario"], sites, cells)
    covered = _check_cells(plan, bundle, cells, distances, ledger)
    _check_figures(plan, bundle, covered, ledger)
    _check_sites(plan, bundle, site_rows, cells, ledger)
    _check_townships(plan, folder, bundle, sites, covered, ledger)
    _check_objective(plan, sites, covered, demand["people"].to_numpy(), ledger)
    _check_tables(folder, site_rows, cells, ledger)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Distances:
    nearest: Floats  # metres to the nearest open site, inf where none is within the radius
    claimed: Floats  # metres to the site that is said to serve the cell, NaN where none is


def _distances(
    bundle: Bundle, scenario: dict[str, Any], sites: Any, cells: list[dict[str, Any]]
) -> _Distances:
    demand_xy = _xy(bundle.demand.frame)
    site_xy = _xy(sites)
    rows = {site: row for row, site in enumerate(sites["id"])}
    claimed_row = np.array([rows.get(cell["site"], -1) for cell in cells])
    nearest = np.full(len(demand_xy), np.inf)
    claimed = np.full(len(demand_xy), np.nan)
    nodes = max((len(network.x) for network in bundle.networks.values()), default=1)
    step = max(1, CHUNK_CELLS // max(nodes, len(demand_xy)))
    for start in range(0, len(site_xy), step):
        block = slice(start, min(start + step, len(site_xy)))
        table = _table(bundle, scenario, demand_xy, site_xy[block])
        nearest = np.minimum(nearest, table.min(axis=0, initial=np.inf))
        mine = np.flatnonzero((claimed_row >= block.start) & (claimed_row < block.stop))
        claimed[mine] = table[claimed_row[mine] - block.start, mine]
    return _Distances(nearest=nearest, claimed=claimed)


def _table(bundle: Bundle, scenario: dict[str, Any], demand_xy: Floats, site_xy: Floats) -> Floats:
    """Metres from every cell (columns) to every site (rows); inf well beyond the radius."""
    if not bundle.networks:
        straight = np.hypot(
            site_xy[:, None, 0] - demand_xy[None, :, 0], site_xy[:, None, 1] - demand_xy[None, :, 1]
        )
        return np.asarray(np.ceil(straight * bundle.detour_factor * 100.0 - 1e-6) / 100.0)
    network = bundle.networks[scenario["mode"]]
    snappable = np.flatnonzero(network.snappable)
    tree = cKDTree(np.column_stack([network.x, network.y])[snappable])
    from_road, at = tree.query(demand_xy)
    to_site, site_at = tree.query(site_xy)
    size = len(network.x)
    # Towards the sites along the arcs is away from them on the network turned round.
    backwards = csr_array(
        (network.length_cm.astype(np.float64), network.indices, network.indptr), shape=(size, size)
    ).T.tocsr()
    limit = scenario["radius_m"] * 100.0 + 1.0
    paths = dijkstra(backwards, indices=snappable[site_at], limit=limit)[:, snappable[at]]
    access = np.ceil(from_road * 100.0 - 1e-6)[None, :] + np.ceil(to_site * 100.0 - 1e-6)[:, None]
    return np.asarray((paths + access) / 100.0)


def _check_cells(
    plan: dict[str, Any],
    bundle: Bundle,
    cells: list[dict[str, Any]],
    distances: _Distances,
    ledger: _Ledger,
) -> npt.NDArray[np.bool_]:
    frame = bundle.demand.frame
    names = bundle.region.townships["name"].to_numpy(object)[frame["township"].to_numpy()]
    for key, truth in (
        ("people", frame["people"].tolist()),
        ("urban", frame["urban"].tolist()),
        ("township", names.tolist()),
    ):
        ledger.same(f"{key} of the cells", [cell[key] for cell in cells], truth)
    radius = plan["scenario"]["radius_m"]
    told = np.array([np.nan if c["distance_m"] is None else c["distance_m"] for c in cells])
    served = np.array([cell["site"] is not None for cell in cells], bool)
    covered = distances.nearest <= radius + TOLERANCE_M / 2
    for row in np.flatnonzero(served != covered)[:5]:
        ledger.holds(
            f"cell {cells[row]['id']}: nearest open site at {distances.nearest[row]:.2f} m, "
            f"radius {radius:g} m, said to be {'served' if served[row] else 'not served'}",
            truth=False,
        )
    ledger.same("cells within the radius", int(served.sum()), int(covered.sum()))
    wrong = served & ~(np.abs(told - distances.claimed) <= TOLERANCE_M)
    wrong |= served & ~(np.abs(told - distances.nearest) <= TOLERANCE_M)
    wrong |= ~served & ~np.isnan(told)
    ledger.checked += len(cells)
    for row in np.flatnonzero(wrong)[:5]:
        ledger.holds(
            f"cell {cells[row]['id']}: said to be {told[row]} m from {cells[row]['site']}, it is "
            f"{distances.claimed[row]:.2f} m; the nearest is at {distances.nearest[row]:.2f} m",
            truth=False,
        )
    return np.asarray(covered)


def _check_figures(
    plan: dict[str, Any], bundle: Bundle, covered: npt.NDArray[np.bool_], ledger: _Ledger
) -> None:
    frame = bundle.demand.frame
    people, urban = frame["people"].to_numpy(), frame["urban"].to_numpy(bool)
    for key, mask in (("people", np.ones(len(people), bool)), ("urban", urban)):
        total, served = int(people[mask].sum()), int(people[mask & covered].sum())
        ledger.same(f"{key}.total", plan[key]["total"], total)
        ledger.same(f"{key}.covered", plan[key]["covered"], served)
        ledger.same(f"{key}.share", plan[key]["share"], _share(served, total))
    ledger.same("people.estimated", plan["people"]["estimated"], bundle.demand.estimated)
    ledger.same("urban.definition", plan["urban"]["definition"], bundle.demand.urban_definition)
    target = plan["scenario"]["urban_target"]
    ledger.same("urban.target", plan["urban"]["target"], target)
    if target is not None:
        met = int(people[urban & covered].sum()) >= target * int(people[urban].sum())
        ledger.same("urban.met", plan["urban"]["met"], met)
        if plan["scenario"]["max_sites"] is None:
            ledger.holds("the urban target is not met", truth=met)


def _check_sites(
    plan: dict[str, Any],
    bundle: Bundle,
    rows: list[dict[str, Any]],
    cells: list[dict[str, Any]],
    ledger: _Ledger,
) -> None:
    candidates = bundle.candidates.frame.set_index("id", drop=False)
    townships = bundle.region.townships
    served: dict[str, int] = {}
    for cell in cells:
        if cell["site"] is not None:
            served[cell["site"]] = served.get(cell["site"], 0) + cell["people"]
    for row in rows:
        truth = candidates.loc[row["id"]]
        township = townships.iloc[int(truth["township"])]
        for key, value in (
            ("kind", truth["kind"]),
            ("name", truth["name"]),
            ("existing", bool(truth["existing"])),
            ("township", township["name"]),
            ("township_code", township["code"]),
            ("people", served.get(row["id"], 0)),
        ):
            ledger.same(f"site {row['id']}: {key}", row[key], value)
    ledger.same("sites", plan["sites"], len(rows))
    ledger.same("sites_new", plan["sites_new"], sum(not row["existing"] for row in rows))
    if plan["scenario"]["keep_existing"]:
        missing = set(candidates.loc[candidates["existing"], "id"]) - {row["id"] for row in rows}
        ledger.holds(f"existing sites were closed: {sorted(missing)[:5]}", truth=not missing)
    most = plan["scenario"]["max_sites"]
    if most is not None:
        ledger.holds(f"{len(rows)} sites are more than max_sites {most}", truth=len(rows) <= most)


def _check_townships(
    plan: dict[str, Any],
    folder: Path,
    bundle: Bundle,
    sites: Any,
    covered: npt.NDArray[np.bool_],
    ledger: _Ledger,
) -> None:
    frame, townships = bundle.demand.frame, bundle.region.townships
    people, where = frame["people"].to_numpy(), frame["township"].to_numpy()
    available = np.bincount(bundle.candidates.frame["township"], minlength=len(townships))
    target = plan["scenario"]["township_target"]
    ledger.same("townships", [t["code"] for t in plan["townships"]], townships["code"].tolist())
    for t, told in enumerate(plan["townships"]):
        total, served = int(people[where == t].sum()), int(people[(where == t) & covered].sum())
        opened = int((sites["township"] == t).sum())
        required = plan["scenario"]["min_per_township"]
        reached = target is None or served >= target * total
        label = f"township {told['code']}"
        for key, value in (
            ("name", townships["name"].iloc[t]),
            ("people", total),
            ("covered", served),
            ("share", _share(served, total)),
            ("sites", opened),
            ("required", required),
            ("pass", opened >= required and reached),
        ):
            ledger.same(f"{label}: {key}", told[key], value)
        ledger.holds(
            f"{label}: {opened} sites open, {min(required, int(available[t]))} could be",
            truth=opened >= min(required, int(available[t])),
        )
        if target is not None and plan["scenario"]["max_sites"] is None:
            ledger.holds(f"{label}: the township target is not met", truth=reached)
    rows = [feature["properties"] for feature in _features(folder / "townships.geojson")]
    ledger.same("townships.geojson", rows, plan["townships"])


def _check_objective(
    plan: dict[str, Any],
    sites: Any,
    covered: npt.NDArray[np.bool_],
    people: npt.NDArray[np.int64],
    ledger: _Ledger,
) -> None:
    told = plan["objective"]
    most = plan["scenario"]["max_sites"] is not None
    if most:
        value: float = int(people[covered].sum())
    elif plan["scenario"]["objective"] == "cost":
        value = float((1.0 / sites["weight"].to_numpy()).sum())
    else:
        value = len(sites)
    ledger.holds(
        f"objective.value: the plan says {told['value']}, it is {value}",
        truth=math.isclose(told["value"], value, rel_tol=1e-6, abs_tol=1e-6),
    )
    slack = 1e-6 * max(1.0, abs(told["value"]))
    above = told["bound"] - told["value"]
    sound = above >= -slack if most else above <= slack
    ledger.holds(f"objective.bound {told['bound']} is on the wrong side", truth=sound)
    gap = abs(told["value"] - told["bound"]) / max(1e-10, abs(told["value"]))
    ledger.holds(
        f"objective.gap: the plan says {told['gap']}, it is {gap}",
        truth=math.isclose(told["gap"], gap, rel_tol=1e-5, abs_tol=1e-7),
    )


def _check_tables(
    folder: Path, site_rows: list[dict[str, Any]], cells: list[dict[str, Any]], ledger: _Ledger
) -> None:
    uncovered = [feature["properties"]["id"] for feature in _features(folder / "uncovered.geojson")]
    ledger.same("uncovered.geojson", uncovered, [c["id"] for c in cells if c["site"] is None])
    with (folder / "sites.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    ledger.same("ids of sites.csv", [row["id"] for row in rows], [row["id"] for row in site_rows])
    ledger.same(
        "people of sites.csv",
        [int(row["people"]) for row in rows],
        [row["people"] for row in site_rows],
    )


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 6) if whole else None


def _xy(frame: Any) -> Floats:
    return np.column_stack([frame.geometry.x, frame.geometry.y])


def _features(path: Path) -> list[dict[str, Any]]:
    return list(_read_json(path)["features"])


def _read_json(path: Path) -> dict[str, Any]:
    try:
        return dict(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise OutputError(
            f"cannot be read ({error})",
            where=str(path),
            remedy="Give the folder that recyclenet plan wrote",
        ) from error
