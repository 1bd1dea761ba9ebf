"""Coordinate check (坐标体检): where a file's coordinates fit what is known to be where it is.

Each way to read the coordinates (``geo.reading``) is held against borders, roads and names. The
plain reading has the word: a file that lies in the region under it is judged displaced only if
another reading fits far better, by a paired test over places that do not depend on each other.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import geopandas as gpd
import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from geo.crs import WGS84, in_china
from geo.landmarks import Landmarks
from geo.reading import SHIFTS, Reading, alternatives, converter, older
from geo.trial import Basis, Fit, Hypothesis, Trial, apart_m, middle_of, sample_of, targets_of

__all__ = ["Diagnosis", "Hypothesis", "diagnose"]

Floats = NDArray[np.float64]
Verdict = Literal["plain", "unknown", "doubt", "mend", "elsewhere"]

#: So many standard errors, so near, and so much nearer, before a file that lies in the region as
#: it is is called displaced. z = 4.5 is 3 in a million by chance.
_MIN_Z = 4.5
_NEAR_M = {"borders": 60.0, "roads": 30.0}
_NEARER = 2.5
#: Shares of a file in the region: less is elsewhere, more is there.
_ELSEWHERE, _THERE = 0.05, 0.8
#: Readings that lie nearer to each other cannot be told apart, and need not be.
_SAME_M = 20.0
_MOST = 0.999


@dataclass(frozen=True, kw_only=True, slots=True)
class Diagnosis:
    """What the check found.

    Parameters
    ----------
    verdict
        "plain": the file is where it says. "unknown": it lies in the region, and nothing speaks
        for or against another reading. "doubt": another reading fits better, not surely. "mend":
        another reading is meant. "elsewhere": it is in the region in no reading.
    plain
        Key of the plain reading, empty where the file names no coordinate system.
    best
        The reading that fits best; under "plain" and "unknown" the plain one.
    confidence
        Probability that the best fits better than the next not by chance, at most 0.999.
    shift_m
        Metres between plain and best, NaN where the plain reading is nowhere.
    basis
        What it was held against: "borders" (and shores), "roads", "place" (the region alone).
    sample
        Places looked at.
    hypotheses
        All readings tried, the best first.
    """

    verdict: Verdict
    plain: str
    best: Hypothesis
    confidence: float
    shift_m: float
    basis: Basis
    sample: int
    hypotheses: tuple[Hypothesis, ...]


def diagnose(
    frame: gpd.GeoDataFrame,
    landmarks: Landmarks | None,
    *,
    named: Sequence[str] = (),
) -> Diagnosis | None:
    """Check the coordinates of a file.

    Parameters
    ----------
    frame
        Geometry as it is in the file; ``crs`` None where it names none.
    landmarks
        What is known of the region. Without, only what cannot be right is found: degrees beyond
        90 north, eastings with the number of a zone.
    named
        Township that each row is said to be in, empty where unknown.

    Returns
    -------
    None where there is nothing to check.
    """
    crs = frame.crs
    plain = Reading(crs=crs) if crs is not None else None
    xy, row, areal = sample_of(frame.geometry.to_numpy())
    if not len(xy):
        return None
    if landmarks is None:
        return _without_region(xy, crs, plain)
    basis: Basis = "borders" if areal else "roads"
    tree = landmarks.borders if areal else landmarks.roads
    if not len(tree.geometries):
        basis = "place"
    trial = Trial(landmarks, xy, basis, targets_of(frame, row, named, landmarks))
    first = trial.of(plain, None) if plain is not None else None
    shifts = [Reading(crs=crs, shift=shift) for shift in SHIFTS] if crs is not None else []
    if first is not None and first.of.inside >= _ELSEWHERE:
        return _displaced(first, [trial.of(shift, first) for shift in shifts], trial, basis)
    return _misread(first, crs, shifts, trial, basis)


def _displaced(plain: Fit, others: list[Fit], trial: Trial, basis: Basis) -> Diagnosis:
    """Judge a file that lies in the region as it is: only a clear displacement counts."""
    others = [other for other in others if other.of.shift_m >= _SAME_M]
    rival = max(others, key=lambda other: other.of.score, default=None)
    if rival is None:
        return _told("plain", plain.of, plain.of, min(plain.of.inside, _MOST), [plain], trial)
    tried = [plain, *others]
    if basis == "place":
        return _told("unknown", plain.of, plain.of, 0.5, tried, trial)
    z = trial.z(rival, plain)
    near, limit = rival.of.near_m, _NEAR_M[basis]
    if z >= _MIN_Z and near <= limit and plain.of.near_m >= _NEARER * near:
        return _told("mend", plain.of, rival.of, _chance(z), tried, trial)
    if z <= -2.0:
        return _told("plain", plain.of, plain.of, _chance(-z), tried, trial)
    verdict: Verdict = "doubt" if z >= 3.0 and near <= limit else "unknown"
    best = rival.of if verdict == "doubt" else plain.of
    return _told(verdict, plain.of, best, _chance(abs(z)), tried, trial)


def _misread(
    plain: Fit | None,
    crs: pyproj.CRS | None,
    shifts: list[Reading],
    trial: Trial,
    basis: Basis,
) -> Diagnosis:
    """Find the reading under which a file lies in the region at all."""
    middle = shapely.centroid(trial.landmarks.area)
    lon, _ = converter(trial.landmarks.crs, WGS84).transform(middle.x, middle.y)
    likely = [
        other
        for other in (*alternatives(crs, trial.raw[:, 0], trial.raw[:, 1], lon), *shifts)
        if trial.glance(other)
    ]
    likely += [other for near in likely for other in older(near)]
    found = [trial.of(other, plain) for other in likely]
    there = [other for other in found if other.of.inside >= _THERE]
    tried = ([plain] if plain is not None else []) + found
    if not there:
        best = plain or max(tried, key=lambda fit: fit.of.inside, default=None)
        if best is None:
            best = trial.of(Reading(), None)
        return _told("elsewhere", plain.of if plain else None, best.of, 0.5, tried, trial)
    best = there[0]  # the likelier come first: another must fit better, not just as well
    for other in there[1:]:
        if apart_m(other, best) >= _SAME_M and trial.z(other, best) >= 3.0:
            best = other
    for shift in SHIFTS:  # a displacement on top of it
        if not best.of.reading.shift:
            moved = trial.of(replace(best.of.reading, shift=shift), plain)
            tried.append(moved)
            clear = trial.z(moved, best) >= _MIN_Z and basis != "place"
            if clear and moved.of.near_m <= _NEAR_M[basis]:
                best = moved
    rivals = [other for other in there if other is not best and apart_m(other, best) >= _SAME_M]
    sure = min((_chance(trial.z(best, other)) for other in rivals), default=_MOST)
    return _told("mend", plain.of if plain else None, best.of, sure, tried, trial)


def _without_region(xy: Floats, crs: pyproj.CRS | None, plain: Reading | None) -> Diagnosis | None:
    """Find what cannot be right wherever it is."""

    def of(reading: Reading) -> Hypothesis:
        lon, lat = reading.to_wgs84(xy[:, 0], xy[:, 1])
        known = np.isfinite(lon) & np.isfinite(lat)
        here = [bool(k) and in_china(a, b) for a, b, k in zip(lon, lat, known, strict=True)]
        return Hypothesis(
            reading=reading, inside=float(np.mean(here)), near_m=math.nan, named=math.nan,
            shift_m=math.nan, score=float(np.mean(known)),
        )  # fmt: skip

    xy = xy[:: max(1, len(xy) // 200)]
    first = of(plain) if plain is not None else None
    if first is not None and (first.score > 0.5 and _in_use(plain, xy)):
        return None
    # Without the region's longitude only a number before the easting tells the zone.
    found = [of(other) for other in alternatives(crs, xy[:, 0], xy[:, 1], 105.0)]
    degrees = float(np.abs(xy).max()) <= 180.0
    prefixed = float(np.abs(xy).max()) >= 13_000_000.0
    there = [one for one in found if one.inside >= 0.9] if degrees or prefixed else []
    if not there or (degrees and first is None):
        return None
    best = there[0]
    rest = [one for one in there[1:] if one.reading.crs.name.split(" /")[0] == "WGS 84"]
    return Diagnosis(
        verdict="mend", plain=plain.key if plain else "", best=best,
        confidence=0.5 if rest else 0.9, shift_m=math.nan, basis="none", sample=len(xy),
        hypotheses=(best, *there[1:], *([first] if first else [])),
    )  # fmt: skip


def _in_use(reading: Reading | None, xy: Floats) -> bool:
    """Whether a reading puts the places where its coordinate system is for."""
    use = reading.crs.area_of_use if reading is not None else None
    if reading is None or use is None or use.west > use.east:
        return True
    lon, lat = reading.to_wgs84(xy[:, 0], xy[:, 1])
    x, y = middle_of(lon, lat)
    return use.west - 5 <= x <= use.east + 5 and use.south - 5 <= y <= use.north + 5


def _told(
    verdict: Verdict,
    plain: Hypothesis | None,
    best: Hypothesis,
    confidence: float,
    tried: Iterable[Fit],
    trial: Trial,
) -> Diagnosis:
    rest = [fit.of for fit in tried if fit.of != best and fit.of.inside > 0.0]
    rest.sort(key=lambda one: (-one.score, one.key))
    return Diagnosis(
        verdict=verdict, plain=plain.key if plain is not None else "", best=best,
        confidence=round(min(max(confidence, 0.0), _MOST), 3),
        shift_m=best.shift_m if plain is not None else math.nan,
        basis=trial.basis, sample=len(trial.raw), hypotheses=(best, *rest),
    )  # fmt: skip


def _chance(z: float) -> float:
    """Probability that a difference of z standard errors is none of chance, one-sided."""
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))
