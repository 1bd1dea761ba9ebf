"""The files of a comparison: written whole or not at all, the same bytes for the same plans."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from geo.crs import WGS84
from geo.folder import refuse_place, written_whole
from planner.comparing.compare import LETTERS, Comparison, Difference
from planner.comparing.page import compare_html
from planner.comparing.townships import CELL_CHANGES
from planner.comparing.workbook import compare_xlsx
from planner.errors import OutputError
from planner.geojson import feature_collection
from planner.wording.language import Language

__all__ = [
    "cells_geojson",
    "compare_json",
    "pair_name",
    "refuse_compare_out",
    "sites_geojson",
    "townships_geojson",
    "write_compare",
]

RECORD = "compare.json"
PAGE, BOOK = "compare.html", "compare.xlsx"
SITE_ENDS = ("id", "name", "people", "lon", "lat")


def pair_name(pair: Difference) -> str:
    """Name two plans in a file's name: ``A-B``."""
    return f"{LETTERS[pair.a]}-{LETTERS[pair.b]}"


def cells_geojson(comparison: Comparison, pair: Difference) -> str:
    """Demand cells (points) with their ``change``: gained, lost, both or neither."""
    demand = comparison.plans[pair.a].bundle.demand
    frame = demand.frame[["id", "people", "urban", "geometry"]].to_crs(WGS84)
    names = comparison.plans[pair.a].bundle.region.townships["name"].to_numpy(object)
    frame["township"] = names[demand.frame["township"].to_numpy()]
    frame["change"] = np.array(CELL_CHANGES, object)[pair.cells]
    columns = ["id", "people", "township", "urban", "change", "pair", "estimated"]
    return feature_collection(
        frame.assign(pair=pair_name(pair), estimated=demand.estimated), columns
    )


def townships_geojson(comparison: Comparison, pair: Difference) -> str:
    """Townships with what they gain and lose; ``change`` is the verdict."""
    rows = [dataclasses.asdict(row) for row in pair.townships]
    plan = comparison.plans[pair.a]
    frame = gpd.GeoDataFrame(rows, geometry=plan.townships.geometry.to_numpy(), crs=WGS84)
    frame = frame.rename(columns={"verdict": "change"})
    frame["net"] = frame["gained"] - frame["lost"]
    units = [comparison.figures[row].unit for row in (pair.a, pair.b)]
    frame = frame.assign(unit_a=units[0], unit_b=units[1], pair=pair_name(pair))
    frame["estimated"] = plan.bundle.demand.estimated
    first = ["code", "name", "people", "change", "gained", "lost", "net"]
    rest = [key for key in frame.columns if key not in (*first, "geometry")]
    return feature_collection(frame, [*first, *rest])


def sites_geojson(comparison: Comparison, pair: Difference) -> str:
    """Sites of both plans with their ``change``; one that moved stands at its new place."""
    ends = [comparison.plans[row].sites for row in (pair.a, pair.b)]
    rows: list[dict[str, Any]] = []
    points = []
    for site in pair.sites:
        told: dict[str, Any] = {"change": site.change, "distance_m": site.distance_m}
        for letter, frame, row in zip("ab", ends, (site.row_a, site.row_b), strict=True):
            one = frame.iloc[row] if row >= 0 else None
            for key in SITE_ENDS:
                told[f"{key}_{letter}"] = None if one is None else _of_site(one, key)
            if one is not None:
                last = one
        rows.append(told | {"kind": last["kind"], "existing": bool(last["existing"])})
        points.append(last.geometry)
    frame = gpd.GeoDataFrame(rows, geometry=np.array(points, object), crs=WGS84)
    columns = [key for key in frame.columns if key != "geometry"]
    return feature_collection(frame.assign(pair=pair_name(pair)), [*columns, "pair"])


def compare_json(comparison: Comparison) -> str:
    """The whole comparison for machines."""
    record = {
        "comparison": [
            {
                "letter": LETTERS[row],
                "name": comparison.names[row],
                "bundle_sha256": plan.bundle.sha256,
                "scenario": plan.scenario.record(),
                "figures": dataclasses.asdict(comparison.figures[row]),
            }
            for row, plan in enumerate(comparison.plans)
        ],
        "parameters": [row[0].key for row in comparison.parameters],
        "findings": [finding.record() for finding in comparison.findings],
        "differences": [
            {
                "a": LETTERS[pair.a],
                "b": LETTERS[pair.b],
                "people": pair.people,
                "sites": {
                    key: sum(site.change == key for site in pair.sites)
                    for key in ("kept", "moved", "dropped", "added")
                },
                "townships": [dataclasses.asdict(row) for row in pair.townships],
            }
            for pair in comparison.differences
        ],
    }
    return json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def refuse_compare_out(folder: Path) -> None:
    """Refuse a place that a comparison must not be written to; ask before the work, not after.

    Raises
    ------
    OutputError
        If something else stands there, or the place cannot be looked at.
    """
    names = {RECORD, PAGE, BOOK}
    pairs = [f"{a}-{b}" for a in LETTERS for b in LETTERS]
    names |= {f"{kind}-{pair}.geojson" for kind in _LAYERS for pair in pairs}
    refuse_place(
        folder,
        is_ours=_is_comparison,
        names=frozenset(names),
        thing="a comparison",
        error=OutputError,
    )


def write_compare(comparison: Comparison, folder: Path, lang: Language) -> None:
    """Write page, workbook, record and layers; a comparison that stands there is replaced.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    """
    refuse_compare_out(folder)
    try:
        with written_whole(folder) as partial:
            files = {PAGE: compare_html(comparison, lang), RECORD: compare_json(comparison)}
            for kind, make in _LAYERS.items():
                for pair in comparison.differences:
                    files[f"{kind}-{pair_name(pair)}.geojson"] = make(comparison, pair)
            for name, text in files.items():
                (partial / name).write_text(text, "utf-8", newline="\n")
            (partial / BOOK).write_bytes(compare_xlsx(comparison, lang))
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="Check the path, the free space and your rights",
        ) from error


_LAYERS = {"cells": cells_geojson, "townships": townships_geojson, "sites": sites_geojson}


def _of_site(site: Any, key: str) -> Any:
    if key in ("lon", "lat"):
        return round(float(shapely.get_x(site.geometry) if key == "lon" else site.geometry.y), 7)
    return int(site[key]) if key == "people" else str(site[key])


def _is_comparison(folder: Path) -> bool:
    try:
        return "comparison" in json.loads((folder / RECORD).read_text("utf-8"))
    except (OSError, ValueError, TypeError):
        return False
