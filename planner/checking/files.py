"""A plan's files as they stand in its folder, read without believing them."""

from __future__ import annotations

import csv
import json
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from typing import Any, NoReturn

from geo.bundle import Bundle, is_bundle, load_bundle
from planner.errors import OutputError, ScenarioError
from planner.scenario import Scenario
from planner.scenario_data import ScenarioData, read_scenario_file

__all__ = ["Collection", "PlanFiles", "bundle_of", "read_plan_files", "recorded_bundle"]

REMEDY = "Give the folder that recyclenet plan wrote"
UNREADABLE = (OSError, ValueError, RecursionError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Collection:
    """Features of a GeoJSON file: their properties and their geometries."""

    rows: list[dict[str, Any]]
    geometries: list[dict[str, Any]]

    def column(self, key: str) -> list[Any]:
        """Return one property of every feature, ``None`` where it is missing."""
        return [row.get(key) for row in self.rows]

    def points(self) -> list[list[float]]:
        """Coordinates of points; ValueError if they are others."""
        if any(geometry["type"] != "Point" for geometry in self.geometries):
            raise ValueError("a geometry is no point")
        return [geometry["coordinates"] for geometry in self.geometries]


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanFiles:
    """Content of a plan's folder."""

    plan: dict[str, Any]
    scenario: Scenario
    data: ScenarioData | None
    sites: Collection
    townships: Collection
    demand: Collection
    uncovered: Collection
    site_table: list[list[str]]
    page: str


def read_plan_files(folder: Path) -> PlanFiles:
    """Read every file of a plan but ``run.json``.

    Raises
    ------
    OutputError
        If one is missing, cannot be read or is not of its kind.
    """
    plan = _json(folder / "plan.json")
    scenario, data = _scenario(folder / "scenario.toml")
    return PlanFiles(
        plan=plan,
        scenario=scenario,
        data=data,
        sites=_collection(folder / "sites.geojson"),
        townships=_collection(folder / "townships.geojson"),
        demand=_collection(folder / "demand.geojson"),
        uncovered=_collection(folder / "uncovered.geojson"),
        site_table=_table(folder / "sites.csv"),
        page=_text(folder / "map.html"),
    )


def bundle_of(folder: Path, path: Path | None) -> Bundle:
    """Load the bundle at ``path``, or the one that the plan in ``folder`` was made from.

    Raises
    ------
    OutputError
        If ``run.json`` does not name a bundle.
    BundleError
        If the bundle is damaged.
    """
    try:
        path = recorded_bundle(folder) if path is None else path
        return load_bundle(path)
    except (OSError, ValueError) as error:
        _refuse(path or folder, error)


def recorded_bundle(folder: Path) -> Path:
    """Where the bundle lay that the plan in ``folder`` was made from.

    Raises
    ------
    OutputError
        If ``run.json`` does not name a bundle.
    """
    run = folder / "run.json"
    name = _json(run).get("bundle")
    path = Path(name) if isinstance(name, str) and name else None
    if path is None or not is_bundle(path):
        raise OutputError(
            f"names no bundle ({name!r:.200})", where=str(run), remedy="Give --bundle"
        )
    return path


def _refuse(path: Path, error: Exception) -> NoReturn:
    why = (isinstance(error, OSError) and error.strerror) or str(error) or type(error).__name__
    raise OutputError(f"cannot be read ({why})", where=str(path), remedy=REMEDY) from error


def _text(path: Path, encoding: str = "utf-8") -> str:
    try:
        with path.open(encoding=encoding, newline="") as file:
            return file.read()
    except UNREADABLE as error:
        _refuse(path, error)


def _json(path: Path) -> dict[str, Any]:
    def no_number(name: str) -> NoReturn:
        raise ValueError(f"{name} is not JSON")

    try:
        content = json.loads(_text(path), parse_constant=no_number)
    except UNREADABLE as error:
        _refuse(path, error)
    if not isinstance(content, dict):
        raise OutputError("is not a JSON object", where=str(path), remedy=REMEDY)
    return content


def _collection(path: Path) -> Collection:
    content = _json(path)
    features = content.get("features")
    whole = content.get("type") == "FeatureCollection" and isinstance(features, list)
    found: list[Any] = features if isinstance(features, list) else []
    for key in ("properties", "geometry"):
        whole &= all(isinstance(f, dict) and isinstance(f.get(key), dict) for f in found)
    if not whole:
        raise OutputError("is not a GeoJSON FeatureCollection", where=str(path), remedy=REMEDY)
    return Collection(
        rows=[feature["properties"] for feature in found],
        geometries=[feature["geometry"] for feature in found],
    )


def _table(path: Path) -> list[list[str]]:
    try:
        return list(csv.reader(StringIO(_text(path, "utf-8-sig"), newline=""), strict=True))
    except csv.Error as error:
        _refuse(path, error)


def _scenario(path: Path) -> tuple[Scenario, ScenarioData | None]:
    try:
        return read_scenario_file(path)
    except (ScenarioError, *UNREADABLE) as error:
        raise OutputError(
            f"is not the scenario of a plan ({error})", where=str(path), remedy=REMEDY
        ) from error
