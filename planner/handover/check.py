"""Every handed-over file held against the plan after it was written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry.base import BaseGeometry

from planner.handover.fields import Field
from planner.handover.layers import Layer
from planner.handover.read import ReadLayer
from planner.handover.text import Change
from planner.handover.words import HANDOVER
from planner.plan import Plan
from planner.wording.language import LANGUAGES, Language

__all__ = ["Check", "FileCheck", "check_layer", "totals_of"]

METRES_PER_DEGREE = 111_320.0
MOST_TOLD = 50
"""Differences of one file that are listed; more of them say nothing more."""


@dataclass(frozen=True, kw_only=True, slots=True)
class FileCheck:
    """One layer in one file, or one table.

    Parameters
    ----------
    file, layer
        Which; no layer in tables.
    rows, values
        Features and single values compared.
    away_m, allowed_m
        Largest distance of a corner from where the plan has it, and what rounding may do.
    differences
        What does not agree, a line each.
    """

    file: str
    layer: str
    rows: int
    values: int
    away_m: float
    allowed_m: float
    differences: tuple[str, ...]

    def said(self, language: Language) -> str:
        """One line."""
        if not self.layer:
            return HANDOVER.say("check-table", language, file=self.file, values=f"{self.values:,}")
        return HANDOVER.say(
            "check-file",
            language,
            file=self.file,
            layer=self.layer,
            rows=f"{self.rows:,}",
            values=f"{self.values:,}",
            away=f"{self.away_m:.4f}",
            allowed=f"{self.allowed_m:g}",
        )


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """What came of reading everything back.

    Parameters
    ----------
    changes
        Texts that a format could not hold as they are.
    """

    files: tuple[FileCheck, ...]
    changes: tuple[Change, ...]

    @property
    def differences(self) -> tuple[str, ...]:
        """What does not agree, of all files."""
        return tuple(line for one in self.files for line in one.differences)

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return {
            "agrees": not self.differences,
            "files": [
                {
                    "file": one.file,
                    "layer": one.layer,
                    "features": one.rows,
                    "values": one.values,
                    "largest_offset_m": round(one.away_m, 6),
                    "allowed_offset_m": one.allowed_m,
                    "differences": list(one.differences),
                }
                for one in self.files
            ],
            "changes": [
                {
                    "what": one.what,
                    "file": one.file,
                    "layer": one.layer,
                    "id": one.row,
                    "field": one.field,
                    "plan": one.given,
                    "file_has": one.told,
                    "limit": one.limit,
                }
                for one in self.changes
            ],
        }

    def text(self) -> str:
        """The same to be read, Chinese first."""
        return "\r\n\r\n".join("\r\n".join(self._lines(one)) for one in LANGUAGES) + "\r\n"

    def _lines(self, language: Language) -> list[str]:
        def say(key: str, **values: object) -> str:
            return HANDOVER.say(key, language, **values)

        found = self.differences
        verdict = say(
            "check-differs" if found else "check-agrees",
            files=f"{len({one.file for one in self.files}):,}",
            values=f"{sum(one.values for one in self.files):,}",
            **({"differences": len(found)} if found else {}),
        )
        lines = [say("check-title"), verdict, say("check-how"), ""]
        lines += [f"  ✗ {one}" for one in found]
        lines += [f"  ✓ {one.said(language)}" for one in self.files if not one.differences]
        if self.changes:
            lines += ["", say("check-changes"), *(f"  - {c.said(language)}" for c in self.changes)]
        else:
            lines += ["", say("check-no-changes")]
        return lines


def check_layer(
    layer: Layer,
    read: ReadLayer,
    *,
    file: str,
    names: Mapping[str, str],
    rows: Sequence[Sequence[object]] | None = None,
    epsg: int,
    allowed_m: float,
    totals: Mapping[str, int],
) -> FileCheck:
    """Hold a layer as it was read against the plan's.

    Parameters
    ----------
    names
        What the file calls each field.
    rows
        Values that the file is meant to have, a list per feature, where its format cannot hold
        all texts; otherwise the plan's.
    epsg
        Coordinate system it should say it is in.
    allowed_m
        How far a corner may be off.
    totals
        Sums that the plan's record tells, by field; ``""`` is the number of features.
    """
    found: list[str] = []
    expected = rows if rows is not None else _rows(layer)
    count = len(layer.frame)
    if read.epsg != epsg:
        found.append(f"{file} {layer.name}: EPSG:{read.epsg}, not EPSG:{epsg}")
    if len(read.shapes) != count:
        found.append(f"{file} {layer.name}: {len(read.shapes)} features, not {count}")
        return _result(file, layer, 0, 0, 0.0, allowed_m, found)
    values = 0
    ids = layer.ids()
    for n, field in enumerate(layer.fields):
        column = read.columns.get(names[field.key], [None] * count)
        for row, want, have in zip(ids, (one[n] for one in expected), column, strict=True):
            values += 1
            if not _same(field, want, have):
                found.append(f"{file} {layer.name} {row} {field.key}: {have!r}, not {want!r}")
        if field.key in totals:
            values += 1
            total = sum(int(one) for one in column if one is not None)
            if total != totals[field.key]:
                sums = f"{total}, not {totals[field.key]}"
                found.append(f"{file} {layer.name} {field.key}: sum {sums}")
    if count != totals.get("", count):
        found.append(f"{file} {layer.name}: {count} features, the plan tells {totals['']}")
    away = [_away_m(a, b) for a, b in zip(layer.frame.geometry, read.shapes, strict=True)]
    for row, one in zip(ids, away, strict=True):
        if not one <= allowed_m:
            found.append(f"{file} {layer.name} {row}: {one:.3f} m away")
    return _result(file, layer, count, values, max(away, default=0.0), allowed_m, found)


def totals_of(plan: Plan) -> dict[str, dict[str, int]]:
    """Sums that the plan's record tells, by layer and field; ``""`` is the number of features."""
    record = plan.record
    people = record["people"]
    townships = record["townships"]
    left = people["total"] - people["covered"]
    return {
        "sites": {"": record["sites"], "people": people["covered"]},
        "townships": {
            "": len(townships),
            "people": people["total"],
            "covered": people["covered"],
            "sites": record["sites"],
            "pass": sum(bool(row["pass"]) for row in townships),
        },
        "cells": {"": record["data"]["demand_cells"], "people": people["total"]},
        "uncovered": {"people": left},
    }


def _result(
    file: str,
    layer: Layer,
    rows: int,
    values: int,
    away_m: float,
    allowed_m: float,
    found: list[str],
) -> FileCheck:
    more = [f"{file} {layer.name}: … {len(found) - MOST_TOLD} more"]
    told = found if len(found) <= MOST_TOLD else found[:MOST_TOLD] + more
    return FileCheck(
        file=file,
        layer=layer.name,
        rows=rows,
        values=values,
        away_m=away_m,
        allowed_m=allowed_m,
        differences=tuple(told),
    )


def _rows(layer: Layer) -> list[tuple[object, ...]]:
    columns = [layer.frame[field.key].tolist() for field in layer.fields]
    return list(zip(*columns, strict=True))


def _same(field: Field, want: Any, have: Any) -> bool:
    """Compare a value with what a file holds; KML holds texts only."""
    if field.type == "text":
        return (want or "") == (have or "")
    if want is None or have is None or have == "":
        return want is None and have in (None, "")
    if field.type == "yes":
        told = {"true": True, "false": False}.get(have) if isinstance(have, str) else bool(have)
        return told == bool(want)
    try:
        return float(have) == float(want)
    except (TypeError, ValueError):
        return False


def _away_m(want: BaseGeometry, have: BaseGeometry | None) -> float:
    """Farthest that a corner of either is from the nearest one of the other, metres."""
    if have is None or shapely.is_empty(have) or shapely.is_empty(want):
        return float("inf")
    ours, theirs = shapely.get_coordinates(want), shapely.get_coordinates(have)
    scale = (np.cos(np.radians(ours[0, 1])) * METRES_PER_DEGREE, METRES_PER_DEGREE)
    # Degrees near 180 leave no room for differences; the start of the ring is the origin.
    ours, theirs = (ours - ours[0]) * scale, (theirs - shapely.get_coordinates(want)[0]) * scale
    if want.geom_type == "Point":
        return float(np.hypot(*(ours[0] - theirs[0]))) if len(theirs) == 1 else float("inf")
    if _rings(want) != _rings(have):
        return float("inf")
    there, _ = cKDTree(theirs).query(ours)
    back, _ = cKDTree(ours).query(theirs)
    return float(max(np.max(there), np.max(back)))


def _rings(shape: BaseGeometry) -> tuple[int, int, int]:
    parts = shapely.get_parts(shape)
    holes = int(shapely.get_num_interior_rings(parts).sum())
    return len(parts), holes, int(shapely.get_num_coordinates(shape))
