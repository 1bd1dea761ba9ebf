"""The criteria of every candidate: measured once on import, kept as columns."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from geo.boundary import Region
from geo.candidates import Candidates
from geo.findings import Finding
from geo.suitability import CRITERIA, LAND_COLUMN, Suitability, column_of
from geo.suitability_ground import HAND_M, Ground
from geo.suitability_slope import slopes_deg

__all__ = ["with_criteria"]


def with_criteria(
    candidates: Candidates,
    region: Region,
    suitability: Suitability,
    *,
    ground: Ground | None,
    dem: Path | None,
) -> tuple[Candidates, list[Finding]]:
    """Measure every criterion at every candidate.

    Parameters
    ----------
    ground
        What an extract tells; None: nothing is known of it.
    dem
        Raster of heights in metres; None: no slopes are known.

    Returns
    -------
    candidates
        With a column for each criterion (:func:`geo.suitability.column_of`), NaN where unknown,
        and ``land``; without places of our own on land that is too steep.
    findings
        ``suitability-unknown``, ``suitability-free-unknown``, ``candidates-too-steep``.

    Raises
    ------
    InputError
        If the raster cannot be used.
    """
    frame = candidates.frame.copy()
    xy = shapely.get_coordinates(frame.geometry.to_numpy())
    values = {key: np.full(len(frame), np.nan) for key in CRITERIA}
    land = np.full(len(frame), "", object)
    if ground is not None:
        values |= ground.measure(xy)
        land = ground.free_m2(np.asarray(shapely.points(xy), dtype=object))[1]
    if dem is not None:
        values["slope"] = slopes_deg(dem, xy, region.crs).round(2)
    for key in CRITERIA:
        frame[column_of(key)] = values[key]
    frame[LAND_COLUMN] = land.astype(str)
    findings = []
    slope = suitability["slope"]
    if slope.weight > 0:
        # A place we propose for its land is a bad proposal on a slope; others are there already.
        steep = (slope.scores(values["slope"]) <= 0) & frame["id"].str.startswith("l").to_numpy()
        if steep.any():
            found: dict[str, str | int | float] = {
                "candidates": int(steep.sum()),
                "degrees": slope.zero,
            }
            findings.append(Finding(kind="candidates-too-steep", values=found))
            frame = frame[~steep].reset_index(drop=True)
    weighed = [one for one in suitability.criteria if one.weight > 0]
    unknown = [one for one in weighed if frame[column_of(one.key)].isna().all()]
    if unknown:
        names: dict[str, str | int | float] = {
            "criteria": "; ".join(f"{one.name_zh} {one.name_en}" for one in unknown)
        }
        findings.append(Finding(kind="suitability-unknown", values=names))
    bare = int(frame[column_of("free")].isna().sum())
    if bare and suitability["free"] not in unknown and suitability["free"].weight > 0:
        counts: dict[str, str | int | float] = {
            "candidates": bare,
            "of": len(frame),
            "within_m": HAND_M,
        }
        findings.append(Finding(kind="suitability-free-unknown", values=counts))
    return Candidates(frame=frame), findings
