"""What is asked of service and rounds: ``[policy.service]`` and ``[policy.rounds]``."""

from __future__ import annotations

import dataclasses
import datetime
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from planner.errors import ScenarioError

__all__ = ["Depot", "RoundsSpec", "ServiceSpec", "read_rounds", "read_service"]

_Spec = TypeVar("_Spec", "ServiceSpec", "RoundsSpec", "Depot")


@dataclass(frozen=True, kw_only=True, slots=True)
class Depot:
    """Where rounds begin and end, a station or a centre; WGS84 degrees."""

    name: str
    lon: float
    lat: float

    def __post_init__(self) -> None:
        name = self.name
        if not isinstance(name, str) or not 0 < len(name) <= 200 or not name.isprintable():
            raise _refused("service", "depots.name", name, "one line of text")
        object.__setattr__(self, "lon", _number("service", "depots.lon", self.lon, -180.0, 180.0))
        object.__setattr__(self, "lat", _number("service", "depots.lat", self.lat, -90.0, 90.0))


@dataclass(frozen=True, kw_only=True, slots=True)
class ServiceSpec:
    """How the villages that no open point serves are to be served.

    Parameters
    ----------
    share
        Share (0-1) of the people left out by the plan who must be served.
    village_m
        Cells of a township that lie at most so far apart, straight, are one village.
    max_points, max_terminals, max_mobile
        Most villages served each way; ``None``: any number.
    depots
        Where rounds begin; empty: at open points of the plan that lie well for it.
    depot_count
        How many of those.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    share: float = 1.0
    village_m: float = 1500.0
    max_points: int | None = None
    max_terminals: int | None = None
    max_mobile: int | None = None
    depots: tuple[Depot, ...] = ()
    depot_count: int = 1

    def __post_init__(self) -> None:
        for field, low, high in (("share", 0.0, 1.0), ("village_m", 100.0, 20_000.0)):
            value = _number("service", field, getattr(self, field), low, high)
            object.__setattr__(self, field, value)
        for field in ("max_points", "max_terminals", "max_mobile"):
            if getattr(self, field) is not None:
                _whole("service", field, getattr(self, field), 0, 100_000)
        _whole("service", "depot_count", self.depot_count, 1, 20)
        depots = self.depots
        if not isinstance(depots, tuple) or not all(isinstance(one, Depot) for one in depots):
            raise _refused("service", "depots", depots, "a list of tables")
        if len(depots) > 20:
            raise _refused("service", "depots", f"{len(depots)} tables", "at most 20")

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and TOML, every field named."""
        told = dataclasses.asdict(self)
        return {**told, "depots": list(told["depots"])}


@dataclass(frozen=True, kw_only=True, slots=True)
class RoundsSpec:
    """How the rounds of the mobile stops are driven.

    Parameters
    ----------
    vehicles
        At each depot, at most; ``None``: as many as needed.
    days_a_week
        From Monday on.
    start
        When vehicles leave, ``"HH:MM"``.
    first_monday
        First day of a cycle of four weeks, ``"YYYY-MM-DD"``; empty: weeks are numbered, not dated.
    iterations
        Of the search of each day's rounds; ``None``: the more, the more stops the day has
        (``optimise.iterations_for``).
    seed
        Of that search.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    vehicles: int | None = None
    days_a_week: int = 5
    start: str = "08:30"
    first_monday: str = ""
    iterations: int | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        if self.vehicles is not None:
            _whole("rounds", "vehicles", self.vehicles, 1, 1000)
        _whole("rounds", "days_a_week", self.days_a_week, 1, 7)
        if self.iterations is not None:
            _whole("rounds", "iterations", self.iterations, 1, 100_000)
        _whole("rounds", "seed", self.seed, 0, 2**31 - 1)
        clock = self.start
        if not isinstance(clock, str) or not re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", clock):
            raise _refused("rounds", "start", clock, 'a time as "08:30"')
        if self.first_monday != "":
            try:
                day = datetime.date.fromisoformat(self.first_monday)
            except (TypeError, ValueError):
                day = None
            if day is None or day.weekday():
                raise _refused("rounds", "first_monday", self.first_monday, "a Monday, YYYY-MM-DD")

    @property
    def start_s(self) -> int:
        """Seconds after midnight."""
        hours, minutes = self.start.split(":")
        return int(hours) * 3600 + int(minutes) * 60

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and TOML, every field named."""
        return dataclasses.asdict(self)


def read_service(table: object) -> ServiceSpec:
    """Read the table ``[policy.service]``; anything unknown in it is refused.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    given = _given("service", table, ServiceSpec)
    if "depots" in given:
        if not isinstance(given["depots"], list):
            raise _refused("service", "depots", given["depots"], "a list of tables")
        given["depots"] = tuple(_depot(row) for row in given["depots"])
    return ServiceSpec(**given)


def read_rounds(table: object) -> RoundsSpec:
    """Read the table ``[policy.rounds]``; anything unknown in it is refused.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    return RoundsSpec(**_given("rounds", table, RoundsSpec))


def _depot(row: object) -> Depot:
    given = _given("service", row, Depot)
    for name in ("name", "lon", "lat"):
        if name not in given:
            raise ScenarioError("is missing", where=f"policy.service.depots.{name}")
    return Depot(**given)


def _given(part: str, table: object, spec: type[_Spec]) -> dict[str, Any]:
    if not isinstance(table, Mapping):
        raise _refused(part, "", table, "a table")
    known = {field.name for field in dataclasses.fields(spec)}
    for key in table:
        if key not in known:
            raise ScenarioError(
                f"unknown field {key!r:.60}",
                where=f"policy.{part}",
                remedy=f"Known are: {', '.join(sorted(known))}",
            )
    return {key: value for key, value in table.items() if value != "none" and value is not None}


def _refused(part: str, field: str, value: object, allowed: str) -> ScenarioError:
    where = ".".join(filter(None, ("policy", part, field)))
    return ScenarioError(f"{value!r:.80} is not allowed", where=where, remedy=f"Give {allowed}")


def _number(part: str, field: str, value: object, low: float, high: float) -> float:
    sound = not isinstance(value, bool) and isinstance(value, int | float)
    if not sound or not math.isfinite(value) or not low <= value <= high:  # type: ignore[arg-type,operator]
        raise _refused(part, field, value, f"a number from {low:g} to {high:g}")
    return float(value)  # type: ignore[arg-type]


def _whole(part: str, field: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _refused(part, field, value, f"a whole number from {low} to {high}")
