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
from geo.reading import SHIFTS, Reading, alternatives

__all__ = ["Diagnosis", "Hypothesis", "diagnose"]

Floats = NDArray[np.float64]
Verdict = Literal["plain", "unknown", "doubt", "mend", "elsewhere"]
Basis = Literal["borders", "roads", "place", "none"]

_SAMPLE = 1_500
#: Distance at which a place hardly speaks for a reading any more, and the floor for strays.
_SCALE_M = {"borders": 40.0, "roads": 25.0}
_STRAY = 0.02
#: Neighbouring places share their errors: what lies in one square counts once.
_BLOCK_M = {"borders": 1_000.0, "roads": 200.0}
#: So many squares, so many standard errors, so near, and so much nearer, before a file that lies
#: in the region as it is is called displaced. z = 4.5 is 3 in a million by chance.
_MIN_BLOCKS, _MIN_Z = 8, 4.5
_NEAR_M = {"borders": 60.0, "roads": 30.0}
_NEARER = 2.5
#: Shares of a file in the region: less is elsewhere, more is there.
_ELSEWHERE, _THERE = 0.05, 0.8
#: Readings that lie nearer to each other cannot be told apart, and need not be.
_SAME_M = 20.0
_MOST = 0.999


@dataclass(frozen=True, kw_only=True, slots=True)
class Hypothesis:
    """How one reading fits.

    Parameters
    ----------
    reading
        The way to read.
    inside
        Share of the sample in the region or within 2 km of it.
    near_m
        Median distance to the nearest border or road, NaN where there is none.
    named
        Share of the features that lie in the township they are named for, NaN where none is.
    shift_m
        Median distance to the plain reading, NaN where that is nowhere.
    score
        Mean logarithm of the fit: 0 is on the line everywhere, -3.9 far from it.
    """

    reading: Reading
    inside: float
    near_m: float
    named: float
    shift_m: float
    score: float

    @property
    def key(self) -> str:
        """The reading's key."""
        return self.reading.key


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
    xy, row, areal = _sample(frame.geometry.to_numpy())
    if not len(xy):
        return None
    if landmarks is None:
        return _without_region(xy, crs, plain)
    basis: Basis = "borders" if areal else "roads"
    tree = landmarks.borders if areal else landmarks.roads
    if not len(tree.geometries):
        basis = "place"
    trial = _Trial(landmarks, xy, basis, _targets(frame, row, named, landmarks))
    first = trial.of(plain, None) if plain is not None else None
    shifts = [Reading(crs=crs, shift=shift) for shift in SHIFTS] if crs is not None else []
    if first is not None and first.of.inside >= _ELSEWHERE:
        return _displaced(first, [trial.of(shift, first) for shift in shifts], trial, basis)
    return _misread(first, crs, shifts, trial, basis)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class _Fit:
    """A hypothesis with what each place of the sample says."""

    of: Hypothesis
    xy: Floats
    logs: Floats


class _Trial:
    """The sample, held against the landmarks under one reading after the other."""

    def __init__(
        self, landmarks: Landmarks, xy: Floats, basis: Basis, targets: NDArray[np.int64]
    ) -> None:
        self.landmarks, self.raw, self.basis, self.targets = landmarks, xy, basis, targets
        self.tree = landmarks.borders if basis == "borders" else landmarks.roads

    def glance(self, reading: Reading) -> bool:
        """Whether a few places of the sample are in the region under a reading."""
        few = self.raw[:: max(1, len(self.raw) // 40)]
        xy = self.landmarks.metres(*reading.to_wgs84(few[:, 0], few[:, 1]))
        return bool(self.landmarks.inside(xy).mean() >= _THERE / 2)

    def of(self, reading: Reading, plain: _Fit | None) -> _Fit:
        """Fit of one reading."""
        lon, lat = reading.to_wgs84(self.raw[:, 0], self.raw[:, 1])
        if reading.shift and not in_china(*_middle(lon, lat)):  # no displacement is drawn abroad
            lon = np.full(len(lon), np.nan)
        xy = self.landmarks.metres(lon, lat)
        inside = self.landmarks.inside(xy)
        distance_m = np.full(len(xy), np.inf)
        finite = np.flatnonzero(np.isfinite(xy).all(axis=1) & inside)
        scale_m = _SCALE_M.get(self.basis, math.inf)
        if len(finite) and self.basis != "place":
            points = np.asarray(shapely.points(xy[finite]), dtype=object)
            (which, _), found = self.tree.query_nearest(
                points, return_distance=True, all_matches=False
            )
            distance_m[finite[which]] = found
        logs = np.log(_STRAY + np.exp(-distance_m / scale_m)) if scale_m < math.inf else (
            np.where(inside, 0.0, math.log(_STRAY)))  # fmt: skip
        named, told = self._named(xy)
        if self.basis != "borders":
            logs = logs + told
        apart = np.hypot(*(xy - plain.xy).T) if plain is not None else np.zeros(len(xy))
        return _Fit(
            of=Hypothesis(
                reading=reading,
                inside=float(inside.mean()),
                near_m=float(np.median(distance_m)) if len(finite) else math.nan,
                named=named,
                shift_m=float(np.nanmedian(apart)) if np.isfinite(apart).any() else math.nan,
                score=float(logs.mean()),
            ),
            xy=xy,
            logs=logs,
        )

    def _named(self, xy: Floats) -> tuple[float, Floats]:
        """Share of places in the township they are named for, and what each says."""
        told = np.zeros(len(xy))
        known = np.flatnonzero(self.targets >= 0)
        if not len(known):
            return math.nan, told
        shapes = self.landmarks.shapes[self.targets[known]]
        right = shapely.intersects_xy(shapes, xy[known, 0], xy[known, 1])
        told[known] = np.log(np.where(right, 0.95, 0.05))
        return float(right.mean()), told

    def z(self, better: _Fit, worse: _Fit) -> float:
        """Standard errors by which one fits better than another, over independent squares."""
        ground = np.where(np.isfinite(better.xy), better.xy, 0.0)
        size_m = _BLOCK_M.get(self.basis, 1_000.0)
        _, block = np.unique(np.floor(ground / size_m), axis=0, return_inverse=True)
        block = block.reshape(-1)
        gain = np.bincount(block, better.logs - worse.logs) / np.bincount(block)
        if len(gain) < _MIN_BLOCKS:
            return 0.0
        spread = float(gain.std(ddof=1))
        return float(gain.mean()) / max(spread / math.sqrt(len(gain)), 1e-9)


def _displaced(plain: _Fit, others: list[_Fit], trial: _Trial, basis: Basis) -> Diagnosis:
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
    plain: _Fit | None,
    crs: pyproj.CRS | None,
    shifts: list[Reading],
    trial: _Trial,
    basis: Basis,
) -> Diagnosis:
    """Find the reading under which a file lies in the region at all."""
    middle = shapely.centroid(trial.landmarks.area)
    lon, _ = pyproj.Transformer.from_crs(trial.landmarks.crs, WGS84, always_xy=True).transform(
        middle.x, middle.y
    )
    likely = [
        other
        for other in (*alternatives(crs, trial.raw[:, 0], trial.raw[:, 1], lon), *shifts)
        if trial.glance(other)
    ]
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
        if _apart_m(other, best) >= _SAME_M and trial.z(other, best) >= 3.0:
            best = other
    for shift in SHIFTS:  # a displacement on top of it
        if not best.of.reading.shift:
            moved = trial.of(replace(best.of.reading, shift=shift), plain)
            tried.append(moved)
            clear = trial.z(moved, best) >= _MIN_Z and basis != "place"
            if clear and moved.of.near_m <= _NEAR_M[basis]:
                best = moved
    rivals = [other for other in there if other is not best and _apart_m(other, best) >= _SAME_M]
    sure = min((_chance(trial.z(best, other)) for other in rivals), default=_MOST)
    return _told("mend", plain.of if plain else None, best.of, sure, tried, trial)


def _apart_m(one: _Fit, other: _Fit) -> float:
    apart = np.hypot(*(one.xy - other.xy).T)
    return float(np.nanmedian(apart)) if np.isfinite(apart).any() else math.inf


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
    x, y = _middle(lon, lat)
    return use.west - 5 <= x <= use.east + 5 and use.south - 5 <= y <= use.north + 5


def _told(
    verdict: Verdict,
    plain: Hypothesis | None,
    best: Hypothesis,
    confidence: float,
    tried: Iterable[_Fit],
    trial: _Trial,
) -> Diagnosis:
    rest = [fit.of for fit in tried if fit.of != best and fit.of.inside > 0.0]
    rest.sort(key=lambda one: (-one.score, one.key))
    return Diagnosis(
        verdict=verdict, plain=plain.key if plain is not None else "", best=best,
        confidence=round(min(max(confidence, 0.0), _MOST), 3), shift_m=best.shift_m,
        basis=trial.basis, sample=len(trial.raw), hypotheses=(best, *rest),
    )  # fmt: skip


def _middle(lon: Floats, lat: Floats) -> tuple[float, float]:
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        return math.nan, math.nan
    return float(np.median(lon[known])), float(np.median(lat[known]))


def _chance(z: float) -> float:
    """Probability that a difference of z standard errors is none of chance, one-sided."""
    return 0.5 * (1.0 + math.erf(z / math.sqrt(2.0)))


def _sample(shapes: NDArray[np.object_]) -> tuple[Floats, NDArray[np.int64], bool]:
    """Places to look at, the row each is of, and whether they are on outlines."""
    rows = np.flatnonzero(~(shapely.is_missing(shapes) | shapely.is_empty(shapes)))
    areal = rows[np.isin(shapely.get_type_id(shapes[rows]), (3, 6))]
    if len(areal) * 2 > len(rows):
        lines, which = shapely.get_parts(shapely.boundary(shapes[areal]), return_index=True)
        length = shapely.length(lines)
        if not length.sum() > 0.0:
            return np.empty((0, 2)), np.empty(0, np.int64), True
        ends = np.cumsum(length)
        at = (np.arange(_SAMPLE) + 0.5) * ends[-1] / _SAMPLE
        line = np.minimum(np.searchsorted(ends, at), len(lines) - 1)
        points = shapely.line_interpolate_point(lines[line], at - (ends - length)[line])
        return shapely.get_coordinates(points), areal[which[line]], True
    taken = rows[:: max(1, math.ceil(len(rows) / _SAMPLE))] if len(rows) else rows
    points = shapely.point_on_surface(shapes[taken])
    return shapely.get_coordinates(points), taken, False


def _targets(
    frame: gpd.GeoDataFrame, row: NDArray[np.int64], named: Sequence[str], landmarks: Landmarks
) -> NDArray[np.int64]:
    """Township that each place is said to be in, -1 where none or several are called so."""
    if not len(named):
        return np.full(len(row), -1, np.int64)
    once = {name: at for at, name in enumerate(landmarks.names)}
    for name in landmarks.names:
        if landmarks.names.count(name) > 1:
            once.pop(name, None)
    by_row = np.array([once.get(name, -1) for name in named], np.int64)
    assert len(by_row) == len(frame)
    return by_row[row]
