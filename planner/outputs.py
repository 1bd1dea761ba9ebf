"""The files of a plan: written whole or not at all, the same bytes for the same plan."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import numpy as np

from geo.folder import refuse_place, written_whole
from planner.errors import OutputError
from planner.geojson import feature_collection, plain
from planner.maps.page import map_html
from planner.plan import IMPEDANCE_COLUMN, Plan
from planner.scenario_data import data_of, scenario_toml

__all__ = [
    "demand_geojson",
    "plan_files",
    "plan_json",
    "refuse_out",
    "scenario_file",
    "sites_csv",
    "sites_geojson",
    "spreadsheet_cell",
    "townships_csv",
    "townships_geojson",
    "uncovered_geojson",
    "write_plan",
]

PLAN_FILE = "plan.json"
RUN_FILE = "run.json"
FILES = frozenset(
    {
        *(PLAN_FILE, RUN_FILE, "scenario.toml", "map.html", "sites.csv", "sites.geojson"),
        *("townships.geojson", "demand.geojson", "uncovered.geojson"),
    }
)
SITE_COLUMNS = (
    *("id", "kind", "name", "existing", "township", "township_code"),
    *("role", "people", "lost", "kg_day", "score", "against", "estimated", "impedance"),
)
TOWNSHIP_COLUMNS = (
    *("code", "name", "people", "covered", "share", "covered_low", "covered_high", "spreads"),
    *("people_estimated", "households", "kg_day", "covered_kg_day"),
    *("worst", "sites", "required", "pass", "reason", "estimated", "impedance"),
)
DEMAND_COLUMNS = ("id", "people", "estimated", "township", "urban", "site")
UNCOVERED_COLUMNS = ("id", "people", "estimated", "township", "urban", "reason", "impedance")


def plan_json(plan: Plan) -> str:
    """Render the plan's record."""
    return json.dumps(plan.record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def sites_geojson(plan: Plan) -> str:
    """Open sites as points."""
    return feature_collection(plan.sites.assign(**_caveats(plan)), SITE_COLUMNS)


def townships_geojson(plan: Plan) -> str:
    """Townships with their figures."""
    return feature_collection(plan.townships.assign(**_caveats(plan)), TOWNSHIP_COLUMNS)


def demand_geojson(plan: Plan) -> str:
    """Demand cells as points, with the site that serves each."""
    columns = (*DEMAND_COLUMNS, IMPEDANCE_COLUMN[plan.scenario.unit], "impedance")
    return feature_collection(plan.cells().assign(**_caveats(plan)), columns)


def uncovered_geojson(plan: Plan) -> str:
    """Demand cells that no open site serves within the radius, and why."""
    cells = plan.cells().assign(**_caveats(plan))
    return feature_collection(cells[cells["site"].isna()], UNCOVERED_COLUMNS)


def sites_csv(plan: Plan) -> str:
    """Open sites as a table for Excel and WPS (to be encoded as utf-8-sig)."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow([*SITE_COLUMNS, "longitude", "latitude"])
    sites = plan.sites.assign(**_caveats(plan))
    for *row, point in sites[[*SITE_COLUMNS, "geometry"]].itertuples(index=False):
        longitude, latitude = np.round([point.x, point.y], 7).tolist()
        table.writerow([*(spreadsheet_cell(plain(value)) for value in row), longitude, latitude])
    return text.getvalue()


def scenario_file(plan: Plan, policy: str = "") -> str:
    """Render the whole question: the scenario and the data it was asked of.

    Parameters
    ----------
    policy
        Tables of what is asked of the parts of the policy, if anything is.
    """
    data = data_of(plan.bundle, plan.record["data"]["recyclenet"])
    return scenario_toml(plan.scenario, data, policy)


def townships_csv(plan: Plan) -> str:
    """Townships as a table for Excel and WPS (to be encoded as utf-8-sig)."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\r\n")
    table.writerow(TOWNSHIP_COLUMNS)
    townships = plan.townships.assign(**_caveats(plan))
    for row in townships[list(TOWNSHIP_COLUMNS)].itertuples(index=False):
        table.writerow([spreadsheet_cell(plain(value)) for value in row])
    return text.getvalue()


def refuse_out(folder: Path) -> None:
    """Refuse a place that a plan must not be written to; ask before the work, not after.

    Raises
    ------
    OutputError
        If something else stands there, or the place cannot be looked at.
    """
    refuse_place(folder, is_ours=_is_plan, names=FILES, thing="a plan", error=OutputError)


def plan_files(plan: Plan) -> dict[str, bytes]:
    """Content of every file of the plan but ``run.json``, by name."""
    files = {
        PLAN_FILE: plan_json(plan),
        "sites.geojson": sites_geojson(plan),
        "townships.geojson": townships_geojson(plan),
        "demand.geojson": demand_geojson(plan),
        "uncovered.geojson": uncovered_geojson(plan),
        "map.html": map_html(plan),
        "scenario.toml": scenario_file(plan),
    }
    told = {name: text.encode("utf-8") for name, text in files.items()}
    return {**told, "sites.csv": sites_csv(plan).encode("utf-8-sig")}


def write_plan(plan: Plan, folder: Path, *, bundle_path: Path) -> None:
    """Write every file of the plan; a plan that stands there is replaced.

    ``run.json`` alone holds what belongs to this machine (where the bundle lies), so that the
    other files are the same wherever the plan is made.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    """
    refuse_out(folder)
    try:
        with written_whole(folder) as partial:
            for name, content in plan_files(plan).items():
                (partial / name).write_bytes(content)
            run = json.dumps({"bundle": str(bundle_path.resolve())}, ensure_ascii=False)
            (partial / RUN_FILE).write_text(run, "utf-8", newline="\n")
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="Check the path, the free space and your rights",
        ) from error


def _caveats(plan: Plan) -> dict[str, object]:
    """What every row must say of itself: who opens one file alone reads nothing else."""
    data = plan.record["data"]
    factor = f" x {data['detour_factor']:g}" if "straight-line" in data["impedance"] else ""
    return {
        "estimated": plan.bundle.demand.estimated,
        "impedance": data["impedance"] + factor,
    }


def _is_plan(folder: Path) -> bool:
    try:
        return "bundle_sha256" in json.loads((folder / PLAN_FILE).read_text("utf-8"))["data"]
    except (OSError, ValueError, LookupError, TypeError):
        return False


def spreadsheet_cell(value: object) -> object:
    """A cell that no spreadsheet runs: text that looks like a formula is quoted."""
    # A spreadsheet runs a text that starts with one of these as a formula (OWASP "CSV injection").
    if isinstance(value, str) and value.lstrip()[:1] in ("=", "+", "-", "@"):
        return "'" + value
    if isinstance(value, str) and value[:1] in ("\t", "\r", "\n"):
        return "'" + value
    return value
