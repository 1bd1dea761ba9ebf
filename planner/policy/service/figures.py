"""Costs of a point, a terminal and a stop, and of the vehicle: a table the user may edit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from geo.errors import InputError
from geo.toml_table import checked_fields, line_of_text, located, number, read_toml
from optimise import Tariff

__all__ = [
    "CYCLES",
    "DEFAULT_SERVICE",
    "WAYS",
    "WEEKS",
    "Frequency",
    "ServiceFigures",
    "Vehicle",
    "Way",
    "WayKey",
    "read_service_figures",
]

DEFAULT_SERVICE = Path(__file__).resolve().parents[3] / "data" / "service.toml"
#: Weeks of a cycle of rounds, and cycles in a year.
WEEKS, CYCLES = 4, 13

WayKey = Literal["point", "terminal", "mobile"]
WAYS: tuple[WayKey, ...] = ("point", "terminal", "mobile")


@dataclass(frozen=True, kw_only=True, slots=True)
class Way:
    """A way of serving a village; see ``data/service.toml``."""

    key: WayKey
    name_zh: str
    name_en: str
    fixed_yuan_year: float
    yuan_kg: float
    kg_visit: float
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Vehicle:
    """The vehicle of the rounds and what it costs.

    Parameters
    ----------
    setup_min, stay_min, kg_h
        A stop takes ``setup_min`` and ``stay_min``, and longer by what is weighed and loaded.
    stops_per_round
        Ways to and from the depot are shared by so many stops where a way of serving is first
        chosen; then as the rounds are driven (``planner.policy.service.settle``).
    """

    capacity_kg: float
    shift_h: float
    yuan_km: float
    yuan_h: float
    yuan_round: float
    setup_min: float
    stay_min: float
    kg_h: float
    stops_per_round: float
    source: str

    def stop_h(self, kg: float) -> float:
        """Hours that a visit takes where so much is handed in."""
        return (self.setup_min + self.stay_min) / 60 + kg / self.kg_h


@dataclass(frozen=True, kw_only=True, slots=True)
class Frequency:
    """Visits in four weeks, at least."""

    estate_visits: int
    country_visits: int
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceFigures:
    """The whole table."""

    ways: tuple[Way, ...]
    vehicle: Vehicle
    frequency: Frequency

    def trip_yuan(self, km: float, hours: float) -> float:
        """Yuan for a vehicle's way of so many km and hours, and its day."""
        lorry = self.vehicle
        return km * lorry.yuan_km + hours * lorry.yuan_h + lorry.yuan_round

    def stop_yuan(self, *, is_open: bool) -> float:
        """Yuan for the crew's time at a stop, without the kilograms.

        Parameters
        ----------
        is_open
            People bring things; else a point or a terminal is emptied, which takes no waiting.
        """
        lorry = self.vehicle
        minutes = lorry.setup_min + (lorry.stay_min if is_open else 0.0)
        return minutes / 60 * lorry.yuan_h

    def trip_share(self, way: Way) -> float:
        """Share of a trip that a visit bears before rounds are known.

        Ways are shared by ``stops_per_round`` stops, but by no more than the vehicle has room
        for: a full point of 1,500 kg fills a lorry of 1,500 kg.
        """
        lorry = self.vehicle
        shared = 1 / lorry.stops_per_round
        return shared if way.key == "mobile" else max(shared, way.kg_visit / lorry.capacity_kg)

    def tariff(
        self, way: Way, km: float, hours: float, visits: int, share: float | None = None
    ) -> Tariff:
        """Cost of a way of serving by the kilograms a year.

        Parameters
        ----------
        km, hours
            From the depot and back.
        visits
            In a cycle, at least, where a vehicle stops; points and terminals are emptied when full.
        share
            Of the way there and back that a visit bears; ``None``: :meth:`trip_share`.
        """
        lorry, is_open = self.vehicle, way.key == "mobile"
        borne = self.trip_share(way) if share is None else share
        return Tariff(
            fixed=way.fixed_yuan_year,
            per_kg=way.yuan_kg + lorry.yuan_h / lorry.kg_h,
            per_visit=self.trip_yuan(km, hours) * borne + self.stop_yuan(is_open=is_open),
            kg_visit=way.kg_visit,
            min_visits=visits * CYCLES if is_open else 0,
        )

    def record(self) -> dict[str, Any]:
        """Plain form for JSON."""
        return dataclasses.asdict(self)


def read_service_figures(path: Path | None = None) -> ServiceFigures:
    """Read a table of costs; the one that comes with the program if none is given.

    Raises
    ------
    InputError
        If it cannot be read, or a figure is missing, unknown or out of range.
    """
    path = path or DEFAULT_SERVICE
    try:
        content = read_toml(path)
        for key in ("ways", "vehicle", "frequency"):
            if not isinstance(content.get(key), Mapping):
                raise InputError(f"has no table [{key}]")
        if unknown := sorted(set(content) - {"ways", "vehicle", "frequency"}):
            raise InputError(f"unknown table [{unknown[0]:.60}]")
        if set(content["ways"]) != set(WAYS):
            raise InputError("must hold point, terminal and mobile", where="[ways]")
        figures = ServiceFigures(
            ways=tuple(_way(key, content["ways"][key]) for key in WAYS),
            vehicle=_vehicle(content["vehicle"]),
            frequency=_frequency(content["frequency"]),
        )
        if figures.ways[2].kg_visit > figures.vehicle.capacity_kg:
            raise InputError("kg_visit is above the capacity of the vehicle", where="[ways.mobile]")
    except InputError as error:
        raise located(error, path, "Start from data/service.toml") from None
    return figures


def _way(key: WayKey, given: object) -> Way:
    fields = ("name_zh", "name_en", "fixed_yuan_year", "yuan_kg", "kg_visit", "source")
    row = checked_fields(key, given, fields)
    return Way(
        key=key,
        name_zh=line_of_text(f"[{key}] name_zh", row["name_zh"]),
        name_en=line_of_text(f"[{key}] name_en", row["name_en"]),
        fixed_yuan_year=number(f"[{key}] fixed_yuan_year", row["fixed_yuan_year"], 0, 1e7),
        yuan_kg=number(f"[{key}] yuan_kg", row["yuan_kg"], 0, 1000),
        kg_visit=number(f"[{key}] kg_visit", row["kg_visit"], 1, 1e6),
        source=line_of_text(f"[{key}] source", row["source"]),
    )


_VEHICLE: dict[str, tuple[float, float]] = {
    "capacity_kg": (1, 1e5),
    "shift_h": (0.5, 24),
    "yuan_km": (0, 1000),
    "yuan_h": (0, 10_000),
    "yuan_round": (0, 1e5),
    "setup_min": (0, 240),
    "stay_min": (0, 480),
    "kg_h": (1, 1e6),
    "stops_per_round": (1, 200),
}


def _vehicle(given: object) -> Vehicle:
    row = checked_fields("vehicle", given, (*_VEHICLE, "source"))
    figures = {
        name: number(f"[vehicle] {name}", row[name], *limits) for name, limits in _VEHICLE.items()
    }
    return Vehicle(**figures, source=line_of_text("[vehicle] source", row["source"]))


def _frequency(given: object) -> Frequency:
    row = checked_fields("frequency", given, ("estate_visits", "country_visits", "source"))
    visits = {}
    for name in ("estate_visits", "country_visits"):
        value = number(f"[frequency] {name}", row[name], 1, 20)
        if value not in (1, 2, 4, 8, 12, 16, 20):
            raise InputError(
                f"{value:g} is not allowed",
                where=f"[frequency] {name}",
                remedy="Give 1, 2, 4, 8, 12, 16 or 20 visits in four weeks",
            )
        visits[name] = int(value)
    return Frequency(**visits, source=line_of_text("[frequency] source", row["source"]))
