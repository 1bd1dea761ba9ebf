"""A region made ready to plan on: one folder of GeoParquet and NumPy files with a manifest.

The folder is written beside its final place and renamed, so that it is there whole or not at
all; every file's sha256 stands in the manifest and is checked when the bundle is loaded, so that
a plan can name the exact data it stands on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import geopandas as gpd
import numpy as np
import pandas as pd
import pyarrow as pa
from pyproj import CRS

from geo.access import MODES
from geo.boundary import Region
from geo.candidates import Candidates
from geo.demand import Demand
from geo.errors import BundleError
from geo.findings import Finding
from geo.folder import refuse_place, written_whole
from geo.households import HOUSEHOLD_SIZE
from geo.materials import Materials, default_materials
from geo.network import UNTOLD_KMH, RoadNetwork
from geo.rounding import largest_remainder
from geo.source import Source
from geo.speeds import Speeds, default_speeds
from geo.suitability import Suitability

__all__ = [
    "FORMAT",
    "VERSION",
    "Bundle",
    "Source",
    "is_bundle",
    "load_bundle",
    "refuse_out",
    "save_bundle",
]

FORMAT = "recyclenet-bundle"
VERSION = 2
#: Version 1 has no e-bike network, no speeds and no township without roads.
READABLE = (1, 2)
MANIFEST = "manifest.json"
TOWNSHIPS, DEMAND, CANDIDATES = "townships.parquet", "demand.parquet", "candidates.parquet"
BASEMAP, EXCLUSIONS = "basemap.parquet", "exclusions.parquet"
SPECIAL = "special.parquet"
SPREADS, COMPLETENESS = "spreads.parquet", "completeness.parquet"
NETWORKS: dict[str, str] = {mode: f"network-{mode}.npz" for mode in MODES}
NAMES = frozenset(
    {
        *(MANIFEST, TOWNSHIPS, DEMAND, CANDIDATES, BASEMAP, EXCLUSIONS, SPECIAL),
        *(SPREADS, COMPLETENESS, *NETWORKS.values()),
    }
)
_UNREADABLE = (
    *(LookupError, TypeError, ValueError, AttributeError, OSError),
    *(pa.ArrowException, BadZipFile),
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Bundle:
    """A region with its roads, demand and candidates.

    Parameters
    ----------
    region, demand, candidates
        What is planned for, in one metric coordinate system.
    networks
        Road network by mode (:data:`geo.access.MODES`); empty where no roads are known and
        distances are straight lines times ``detour_factor``.
    detour_factor
        Road metres per straight-line metre, used where ``networks`` is empty and in townships
        without mapped roads.
    basemap
        Lines and areas to draw (``kind``, ``geometry``), not to compute with.
    exclusions
        Areas where no site may stand.
    findings
        What was noticed, estimated, mended or left out on import.
    sha256
        Of the bundle's content; empty until it has been saved.
    roadless
        Rows of the townships in which no roads are mapped: what lies in them is joined by
        straight lines (:mod:`geo.roadless`). Empty where ``networks`` is.
    speeds
        By class of road; the arcs of ``networks`` have theirs already.
    materials
        What a person hands in on a day, by material.
    completeness
        How completely each township is mapped (:mod:`geo.completeness`); None where there is no
        map, or nobody has looked.
    special
        Schools, offices, markets and shops with what they hand in
        (:func:`geo.special_demand.special_demand`); None where they were not asked for.
    suitability
        Criteria of where a point fits; the candidates have a column for each. None: not judged.
    """

    region: Region
    networks: Mapping[str, RoadNetwork]
    demand: Demand
    candidates: Candidates
    basemap: gpd.GeoDataFrame
    exclusions: gpd.GeoSeries
    detour_factor: float
    source: Source
    findings: tuple[Finding, ...]
    sha256: str = ""
    roadless: tuple[int, ...] = ()
    speeds: Speeds = field(default_factory=default_speeds)
    materials: Materials = field(default_factory=default_materials)
    special: gpd.GeoDataFrame | None = None
    completeness: pd.DataFrame | None = None
    suitability: Suitability | None = None

    @property
    def modes(self) -> tuple[str, ...]:
        """Modes that can be planned for."""
        return tuple(mode for mode in MODES if mode in self.networks or not self.networks)

    def counts(self) -> dict[str, int]:
        """Sizes for the manifest and the planner."""
        candidates = self.candidates.frame
        counts = {
            "townships": len(self.region.townships),
            "demand_cells": len(self.demand.frame),
            "people": int(self.demand.frame["people"].sum()),
            "households": int(self.demand.frame["households"].sum()),
            "special_places": 0 if self.special is None else len(self.special),
            "candidates": len(candidates),
            "candidates_existing": int(candidates["existing"].sum()),
            "candidates_generated": int((candidates["source"] == "generated").sum()),
        }
        for mode, network in sorted(self.networks.items()):
            counts[f"{mode}_nodes"] = len(network.x)
            counts[f"{mode}_arcs"] = len(network.indices)
            counts[f"{mode}_length_m"] = round(float(network.component_length_m.sum()))
            counts[f"{mode}_parts"] = len(network.component_length_m)
        return counts


def is_bundle(folder: Path) -> bool:
    """Say whether a folder holds a bundle's manifest, of whatever version."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
        return bool(manifest["format"] == FORMAT)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def refuse_out(folder: Path) -> None:
    """Refuse a place that a bundle must not be written to; ask before the work, not after.

    Raises
    ------
    BundleError
        If something else stands there, or the place cannot be looked at.
    """
    refuse_place(folder, is_ours=is_bundle, names=NAMES, thing="a bundle", error=BundleError)


def save_bundle(bundle: Bundle, folder: Path) -> Bundle:
    """Write a bundle and return it with its content hash.

    An existing bundle of that name is replaced, any other non-empty folder is refused.

    Raises
    ------
    BundleError
        If the folder is not ours to replace or cannot be written.
    """
    refuse_out(folder)
    try:
        with written_whole(folder) as partial:
            _write_frames(bundle, partial)
            files = {path.name: _sha256(path) for path in sorted(partial.iterdir())}
            manifest = _manifest(bundle, files)
            text = json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True)
            (partial / MANIFEST).write_text(text + "\n", "utf-8")
    except OSError as error:
        raise BundleError(
            f"cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="Check the path, the free space and your rights",
        ) from error
    return replace(bundle, sha256=manifest["sha256"])


def load_bundle(folder: Path) -> Bundle:
    """Read a bundle back.

    Raises
    ------
    BundleError
        If the folder is missing, no bundle, of another format version, or a file in it is
        missing or not the one that was imported.
    """
    manifest = _read_manifest(folder)
    for name, sha256 in manifest["files"].items():
        path = folder / name
        if not path.is_file() or _sha256(path) != sha256:
            raise BundleError(
                "is missing or was changed since the import",
                where=str(path),
                remedy="Import the region again",
            )
    try:
        return _read_frames(folder, manifest)
    except _UNREADABLE as error:
        raise BundleError(
            f"cannot be read ({error!r})", where=str(folder), remedy="Import the region again"
        ) from error


def _write_frames(bundle: Bundle, folder: Path) -> None:
    townships = bundle.region.townships.copy()
    townships["territory"] = bundle.region.territories
    townships["roadless"] = np.isin(np.arange(len(townships)), bundle.roadless)
    _write(townships, folder / TOWNSHIPS)
    _write(bundle.demand.frame, folder / DEMAND)
    _write(bundle.candidates.frame, folder / CANDIDATES)
    if bundle.special is not None:
        _write(bundle.special, folder / SPECIAL)
    for name, table in ((SPREADS, bundle.demand.spreads), (COMPLETENESS, bundle.completeness)):
        if table is not None:
            table.to_parquet(folder / name, index=False, compression="zstd")
    _write(bundle.basemap, folder / BASEMAP)
    _write(gpd.GeoDataFrame(geometry=bundle.exclusions), folder / EXCLUSIONS)
    for mode, network in sorted(bundle.networks.items()):
        np.savez_compressed(folder / NETWORKS[mode], **network.to_arrays())  # type: ignore[arg-type]


def _write(frame: gpd.GeoDataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False, compression="zstd")


def _manifest(bundle: Bundle, files: dict[str, str]) -> dict[str, Any]:
    manifest: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "source": bundle.source.record(),
        "region": {
            "name": bundle.region.name,
            "crs": bundle.region.crs.to_string(),
            "source": bundle.region.source,
            "approximate": bundle.region.approximate,
        },
        "demand": {
            "cell_m": bundle.demand.cell_m,
            "estimated": bundle.demand.estimated,
            "methods": dict(sorted(bundle.demand.methods.items())),
            "source": bundle.demand.source,
            "urban_definition": bundle.demand.urban_definition,
            "year": bundle.demand.year,
            "household_size": bundle.demand.household_size,
            "bases": dict(sorted(bundle.demand.bases.items())),
        },
        "materials": bundle.materials.record(),
        "detour_factor": bundle.detour_factor,
        "modes": sorted(bundle.networks),
        "speeds": bundle.speeds.record(),
        "suitability": bundle.suitability.record() if bundle.suitability else None,
        "counts": bundle.counts(),
        "findings": [finding.record() for finding in bundle.findings],
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, allow_nan=False)
    return {**manifest, "sha256": hashlib.sha256(text.encode()).hexdigest()}


def _read_manifest(folder: Path) -> dict[str, Any]:
    path = folder / MANIFEST
    if not path.is_file():
        raise BundleError(
            "is not a bundle (no manifest.json)",
            where=str(folder),
            remedy="Make one with: recyclenet import EXTRACT --out BUNDLE",
        )
    try:
        manifest = json.loads(path.read_text("utf-8"))
        known = manifest["format"] == FORMAT and isinstance(manifest["files"], dict)
    except (OSError, ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise BundleError("is damaged or of another program", where=str(path))
    if manifest["version"] not in READABLE:
        raise BundleError(
            f"has format version {manifest['version']}, this program reads {VERSION}",
            where=str(path),
            remedy="Import the region again with this program",
        )
    if any(Path(name).name != name for name in manifest["files"]):
        raise BundleError("names a file outside the bundle", where=str(path))
    unhashed = {key: value for key, value in manifest.items() if key != "sha256"}
    text = json.dumps(unhashed, ensure_ascii=False, sort_keys=True)
    if hashlib.sha256(text.encode()).hexdigest() != manifest.get("sha256"):
        raise BundleError("was changed by hand", where=str(path), remedy="Import the region again")
    return dict(manifest)


def _read_frames(folder: Path, manifest: dict[str, Any]) -> Bundle:
    townships = gpd.read_parquet(folder / TOWNSHIPS)
    told = manifest["region"]
    crs = CRS.from_user_input(told["crs"])
    region = Region(
        name=told["name"],
        crs=crs,
        source=told["source"],
        approximate=told["approximate"],
        townships=townships.drop(columns=["territory", "roadless"], errors="ignore"),
        territories=gpd.GeoSeries(townships["territory"], crs=crs),
    )
    networks = {}
    for mode in manifest["modes"]:
        with np.load(folder / NETWORKS[mode], allow_pickle=False) as arrays:
            networks[mode] = RoadNetwork.of({name: arrays[name] for name in arrays}, mode)
    findings = [Finding.of(record) for record in manifest["findings"]]
    if manifest["version"] != VERSION:
        values: dict[str, str | int | float] = {"version": manifest["version"], "kmh": UNTOLD_KMH}
        findings.append(Finding(kind="bundle-older", values=values))
    tables = {
        name: pd.read_parquet(folder / name) if name in manifest["files"] else None
        for name in (SPREADS, COMPLETENESS)
    }
    demand, noticed = _demand(gpd.read_parquet(folder / DEMAND), manifest["demand"])
    demand = replace(demand, spreads=tables[SPREADS])
    findings += noticed
    roadless = townships.get("roadless", default=np.zeros(len(townships), np.bool_))
    return Bundle(
        region=region,
        networks=networks,
        demand=demand,
        candidates=Candidates(frame=gpd.read_parquet(folder / CANDIDATES)),
        basemap=gpd.read_parquet(folder / BASEMAP),
        exclusions=gpd.read_parquet(folder / EXCLUSIONS).geometry,
        detour_factor=manifest["detour_factor"],
        source=Source.of(manifest["source"]),
        findings=tuple(findings),
        sha256=manifest["sha256"],
        roadless=tuple(np.flatnonzero(roadless).tolist()),
        speeds=Speeds.of(manifest["speeds"]) if "speeds" in manifest else default_speeds(),
        suitability=Suitability.of(told) if (told := manifest.get("suitability")) else None,
        materials=(
            Materials.of(manifest["materials"]) if "materials" in manifest else default_materials()
        ),
        special=gpd.read_parquet(folder / SPECIAL) if SPECIAL in manifest["files"] else None,
        completeness=tables[COMPLETENESS],
    )


def _demand(frame: gpd.GeoDataFrame, told: dict[str, Any]) -> tuple[Demand, list[Finding]]:
    """Demand of a bundle; one from before households were kept gets them by an assumed size."""
    if "households" in frame:
        return Demand(frame=frame, **told), []
    people = frame["people"].to_numpy(np.int64)
    homes = round(int(people.sum()) / HOUSEHOLD_SIZE)
    frame = frame.copy()
    at = frame.columns.get_loc("people") + 1
    frame.insert(at, "households", largest_remainder(homes, people.astype(np.float64)))
    values: dict[str, str | int | float] = {"size": HOUSEHOLD_SIZE}
    finding = Finding(
        kind="households-assumed", values={**values, "households": homes, "of": homes}
    )
    return Demand(frame=frame, **{**told, "household_size": HOUSEHOLD_SIZE}), [finding]


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
