"""What is planned beside the points, and held against rules with them: stations, rounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

__all__ = ["POINTS_ALONE", "Beside", "Station", "Visit"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Station:
    """A station or a centre.

    Parameters
    ----------
    tier
        ``"station"`` or ``"centre"``.
    township
        Code of the one that it stands in.
    lon, lat
        WGS84 degrees.
    floor_m2
        ``None`` where nobody knows.
    """

    id: str
    tier: str
    kind: str
    name: str
    township: str
    lon: float
    lat: float
    floor_m2: float | None

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """How a village that no point serves is served.

    Parameters
    ----------
    township
        Code of the one that it lies in.
    estate
        Whether most of it is main urban area: rules for the city speak of these.
    way
        ``"point"``, ``"terminal"``, ``"mobile"``; empty where it is left out.
    visits_in_4_weeks
        Of a vehicle that people bring things to; 0 for other ways.
    """

    village: str
    township: str
    people: int
    estate: bool
    way: str
    visits_in_4_weeks: int

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, kw_only=True, slots=True)
class Beside:
    """Stations with centres, and visits; ``None`` where nobody has planned them."""

    stations: tuple[Station, ...] | None = None
    visits: tuple[Visit, ...] | None = None

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return {
            name: None if rows is None else [row.record() for row in rows]
            for name, rows in (("stations", self.stations), ("visits", self.visits))
        }


POINTS_ALONE = Beside()
