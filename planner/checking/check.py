"""A second opinion: every claim of a plan's files, computed again from the bundle.

Shares nothing with the solver, the travel matrix or the code that writes plans: plain SciPy
shortest paths on the stored network, plain sums. It reads only the bundle and the plan's files.
What it cannot do is prove the bound again: it checks that value, bound, gap and status fit each
other. Nor can it know how long the plan took, or with which versions it was made.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from shapely.errors import ShapelyError

from geo.bundle import VERSION, Bundle
from planner.checking.claims import Facts, check_claims
from planner.checking.distances import measure
from planner.checking.edits import by_hand
from planner.checking.files import PlanFiles, bundle_of, read_plan_files
from planner.checking.ledger import Ledger
from planner.checking.rows import check_rows
from planner.scenario_data import ScenarioData

__all__ = ["Report", "check_plan"]


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
    files = read_plan_files(folder)
    bundle = bundle_of(folder, bundle_path)
    ledger = Ledger()
    try:
        _check(files, bundle, ledger)
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        ledger.holds(f"the files are not those of a plan ({error!r:.200})", False)
    except (ShapelyError, RecursionError) as error:
        ledger.holds(f"the files hold no shapes ({error!r:.200})", False)
    return Report(checked=ledger.checked, differences=tuple(ledger.differences))


def _check(files: PlanFiles, bundle: Bundle, ledger: Ledger) -> None:
    # Plans made before kinds could be chosen do not name them.
    told = {"kinds": [], **files.plan["scenario"]}
    record = files.scenario.record()
    for key in sorted({*told, *record}):
        ledger.same(f"scenario.{key:.40}", told.get(key, "(nothing)"), record.get(key, "(nothing)"))
    ids, open_ids = files.demand.column("id"), files.sites.column("id")
    if files.data is not None:
        _check_data(files.data, bundle, ledger)
    hand = by_hand(bundle, files.scenario, ledger)
    if hand is None:
        return
    bundle = hand.bundle
    candidates = bundle.candidates.frame.set_index("id", drop=False)
    strangers = [name for name in open_ids if name not in candidates.index]
    ledger.holds(f"sites that are no candidates: {strangers[:5]!r:.200}", not strangers)
    ledger.holds("a site is open twice", len(set(open_ids)) == len(open_ids))
    whole = ids == bundle.demand.frame["id"].tolist()
    ledger.holds("demand.geojson does not hold the cells of the bundle", whole)
    known = not bundle.networks or files.scenario.mode in bundle.networks
    ledger.holds(f"the bundle has no roads for mode {files.scenario.mode!r}", known)
    rows = {name: row for row, name in enumerate(open_ids)}
    closed = [name for name in files.demand.column("site") if name is not None and name not in rows]
    ledger.holds(f"cells are served by sites that are not open: {closed[:5]!r:.200}", not closed)
    if strangers or not whole or not known:
        return  # nothing else can be compared
    served_by = np.array([rows.get(name, -1) for name in files.demand.column("site")], np.int64)
    sites = candidates.loc[open_ids]
    facts = Facts(
        bundle=bundle,
        scenario=files.scenario,
        hand=hand,
        sites=sites,
        measured=measure(bundle, files.scenario, sites, served_by, hand.barred),
    )
    check_claims(files.plan, facts, ledger)
    check_rows(files, facts, ledger)


def _check_data(told: ScenarioData, bundle: Bundle, ledger: Ledger) -> None:
    """Compare the data that the scenario's file names; older files name none."""
    weights: dict[str, set[float]] = {}
    frame = bundle.candidates.frame
    for kind, weight in zip(frame["kind"].tolist(), frame["weight"].tolist(), strict=True):
        weights.setdefault(kind, set()).add(weight)
    demand, source = bundle.demand, bundle.source
    truth = {
        "region": bundle.region.name,
        "bundle_sha256": bundle.sha256,
        "bundle_format": VERSION,
        "extract": source.file,
        "extract_sha256": source.sha256,
        "extract_date": source.osm_timestamp,
        "boundaries": bundle.region.source,
        "population": demand.source,
        "population_year": 0 if demand.year is None else demand.year,
        "population_estimated": demand.estimated,
        "cell_m": demand.cell_m,
        "kinds": tuple((kind, tuple(sorted(weights[kind]))) for kind in sorted(weights)),
    }
    for key, value in truth.items():
        ledger.same(f"scenario.toml: data.{key}", getattr(told, key), value)
    ledger.holds("scenario.toml: data.program is not named", bool(told.program))
