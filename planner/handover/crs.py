"""Which coordinates a region is handed over in: CGCS2000 in China, in degrees and in a zone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyproj
import shapely

from geo.bundle import Bundle
from geo.crs import WGS84, in_china, metric_crs
from planner.handover.words import HANDOVER
from planner.wording.language import Language

__all__ = ["Systems", "systems_of"]

_KM_PER_DEGREE = 111.32
_EARTH_KM = 6371.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Systems:
    """Coordinate systems of a handover.

    Parameters
    ----------
    geographic
        Degrees: CGCS2000 (EPSG:4490) in China, else WGS84.
    metric
        Metres: the 3-degree zone of the region's centre (EPSG:4534-4554), else its UTM zone.
    in_china
        Whether they are CGCS2000.
    meridian
        Central meridian of ``metric``, degrees east.
    zones
        Central meridians of all zones that the region touches, from west to east, as far as its
        centre's kind of zone goes.
    people_outside
        People who live in other zones than ``metric``'s.
    away_km
        Of the people's cells that is farthest from the central meridian.
    """

    geographic: pyproj.CRS
    metric: pyproj.CRS
    in_china: bool
    meridian: float
    zones: tuple[float, ...]
    people_outside: int
    away_km: float

    @property
    def epsg(self) -> int:
        """EPSG code of :attr:`metric`."""
        code = self.metric.to_epsg()
        assert code is not None
        return int(code)

    @property
    def straddles(self) -> bool:
        """Whether the region lies in several zones."""
        return len(self.zones) > 1

    def notes(self, language: Language) -> list[str]:
        """Say which systems were taken and why, and what is to be heeded."""
        meridian = _degrees(self.meridian)
        if self.in_china:
            notes = [HANDOVER.say("cgcs2000", language, meridian=meridian, epsg=self.epsg)]
        else:
            crs = f"{self.metric.name} (EPSG:{self.epsg})"
            notes = [HANDOVER.say("outside-china", language, crs=crs)]
        if self.straddles:
            # Off the meridian lengths grow by half the square of the way to it, in earth radii.
            stretch = (self.away_km / _EARTH_KM) ** 2 / 2 * 1e5
            told = {
                "zones": len(self.zones),
                "meridians": ("、" if language == "zh" else ", ").join(map(_degrees, self.zones)),
                "meridian": meridian,
                "epsg": self.epsg,
                "people": f"{self.people_outside:,}",
                "away": f"{self.away_km:.0f}",
                "stretch": f"{stretch:.0f}",
            }
            notes.append(HANDOVER.say("straddles", language, **told))
        return notes


def systems_of(bundle: Bundle) -> Systems:
    """Choose the coordinate systems by the centre of a region's townships."""
    shapes = bundle.region.townships.geometry.to_crs(WGS84)
    west, south, east, north = shapely.total_bounds(shapes.to_numpy()).tolist()
    if east - west > 180.0:  # across the 180th meridian
        longitudes = shapely.get_coordinates(shapes.to_numpy())[:, 0] % 360.0
        west, east = float(longitudes.min()), float(longitudes.max())
    lon, lat = (west + east) / 2, (south + north) / 2
    lon = lon - 360.0 if lon > 180.0 else lon
    chinese = in_china(lon, lat)
    metric = metric_crs(lon, lat)
    step = 3.0 if chinese else 6.0
    meridian = float(_meridian(np.array([lon]), step)[0])
    cells = bundle.demand.frame.geometry.to_crs(WGS84)
    longitudes, latitudes = cells.x.to_numpy(), cells.y.to_numpy()
    homes = _meridian(longitudes, step)
    people = bundle.demand.frame["people"].to_numpy(np.int64)
    sides = (longitudes - meridian + 180.0) % 360.0 - 180.0
    away = np.abs(sides) * np.cos(np.radians(latitudes)) * _KM_PER_DEGREE
    ends = _meridian(np.array([west, east]), step)
    count = int(((ends[1] - ends[0]) % 360.0) // step) + 1
    zones = [(float(ends[0]) + step * n + 180.0) % 360.0 - 180.0 for n in range(count)]
    return Systems(
        geographic=pyproj.CRS.from_epsg(4490 if chinese else 4326),
        metric=metric,
        in_china=chinese,
        meridian=meridian,
        zones=tuple(zones),
        people_outside=int(people[homes != meridian].sum()),
        away_km=float(away.max(initial=0.0)),
    )


def _meridian(longitude: npt.NDArray[np.float64], step: float) -> npt.NDArray[np.float64]:
    """Central meridians of the zones of some longitudes: 3-degree zones, or UTM's of 6 degrees."""
    if step == 3.0:
        return np.asarray(3.0 * np.round(longitude / 3.0), np.float64)
    zone = np.floor((longitude + 180.0) / 6.0) % 60.0
    return np.asarray(zone * 6.0 - 177.0, np.float64)


def _degrees(longitude: float) -> str:
    return f"{abs(longitude):g}°{'E' if longitude >= 0 else 'W'}"
