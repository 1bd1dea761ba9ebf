"""A sample of a file's places, held against landmarks under one reading after the other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from geo.crs import in_china
from geo.landmarks import Landmarks
from geo.reading import Reading

__all__ = [
    "Basis", "Fit", "Hypothesis", "Trial", "apart_m", "middle_of", "sample_of", "targets_of",
]  # fmt: skip

Floats = NDArray[np.float64]
Basis = Literal["borders", "roads", "place", "none"]

_SAMPLE = 1_500
#: Distance at which a place hardly speaks for a reading any more, and the floor for strays.
_SCALE_M = {"borders": 40.0, "roads": 25.0}
_STRAY = 0.02
#: Neighbouring places share their errors: what lies in one square counts once, and with fewer
#: squares than this nothing is told.
_BLOCK_M = {"borders": 1_000.0, "roads": 200.0}
_MIN_BLOCKS = 8
#: A glance asks for this share of a few places in the region.
_GLANCE, _FEW = 0.4, 40


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


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Fit:
    """A hypothesis with what each place of the sample says."""

    of: Hypothesis
    xy: Floats
    logs: Floats


class Trial:
    """The sample, held against the landmarks under one reading after the other."""

    def __init__(
        self, landmarks: Landmarks, xy: Floats, basis: Basis, targets: NDArray[np.int64]
    ) -> None:
        self.landmarks, self.raw, self.basis, self.targets = landmarks, xy, basis, targets
        self.tree = landmarks.borders if basis == "borders" else landmarks.roads

    def glance(self, reading: Reading) -> bool:
        """Whether a few places of the sample are in the region under a reading."""
        few = self.raw[:: max(1, len(self.raw) // _FEW)]
        xy = self.landmarks.metres(*reading.to_wgs84(few[:, 0], few[:, 1]))
        return bool(self.landmarks.inside(xy).mean() >= _GLANCE)

    def of(self, reading: Reading, plain: Fit | None) -> Fit:
        """Fit of one reading."""
        lon, lat = reading.to_wgs84(self.raw[:, 0], self.raw[:, 1])
        if reading.shift and not in_china(*middle_of(lon, lat)):  # no displacement is drawn abroad
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
        return Fit(
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

    def z(self, better: Fit, worse: Fit) -> float:
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


def apart_m(one: Fit, other: Fit) -> float:
    """Median distance between the places of two readings, infinite where one has none."""
    apart = np.hypot(*(one.xy - other.xy).T)
    return float(np.nanmedian(apart)) if np.isfinite(apart).any() else math.inf


def middle_of(lon: Floats, lat: Floats) -> tuple[float, float]:
    """Median of the places that are finite, NaN where none is."""
    known = np.isfinite(lon) & np.isfinite(lat)
    if not known.any():
        return math.nan, math.nan
    return float(np.median(lon[known])), float(np.median(lat[known]))


def sample_of(shapes: NDArray[np.object_]) -> tuple[Floats, NDArray[np.int64], bool]:
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


def targets_of(
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
