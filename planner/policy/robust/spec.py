"""What a plan is tried against: the table ``[policy.robust]`` of a scenario file."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.errors import ScenarioError

__all__ = ["Blocked", "RobustSpec", "read_robust"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Blocked:
    """A place where roads are impassable: WGS84 degrees, metres around."""

    lon: float
    lat: float
    radius_m: float = 100.0
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class RobustSpec:
    """Cases that the question of a plan is asked again in.

    Parameters
    ----------
    spreads
        Whether people may live where other evidence puts them, as in the plan's ranges.
    people_draws, people_change
        So many draws in which each township has up to so much more or fewer people (0.1: 10 %).
    road_draws, roads_blocked
        So many draws in which so many pieces of road are blocked, those that more people use on
        their way to a point the likelier.
    blocked
        Places where roads are blocked; a case each.
    refused_sites
        So many of the plan's new points are refused, one by one, those that serve most first.
    max_runs
        The most cases, whatever is asked; the last ones are left out, and counted.
    effort
        ``"quick"`` or ``"exact"``, of each case.
    least_regret
        Whether to look for the plan of as many sites whose greatest regret is least, over the
        cases of people and roads.
    seed, gap
        Of the draws; asked for in each case.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    spreads: bool = True
    people_draws: int = 2
    people_change: float = 0.1
    road_draws: int = 3
    roads_blocked: int = 5
    blocked: tuple[Blocked, ...] = ()
    refused_sites: int = 20
    max_runs: int = 40
    effort: Literal["quick", "exact"] = "quick"
    least_regret: bool = False
    seed: int = 0
    gap: float = 0.01

    def __post_init__(self) -> None:
        for field in ("spreads", "least_regret"):
            if type(getattr(self, field)) is not bool:
                raise _refused(field, getattr(self, field), "true or false")
        for field, top in (
            ("people_draws", 100),
            ("road_draws", 100),
            ("roads_blocked", 1000),
            ("refused_sites", 10_000),
            ("max_runs", 10_000),
            ("seed", 2**31 - 1),
        ):
            value = getattr(self, field)
            if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= top:
                raise _refused(field, value, f"a whole number from 0 to {top}")
        _number("people_change", self.people_change, 0.0, 0.9)
        _number("gap", self.gap, 0.0, 0.5)
        if self.effort not in ("quick", "exact"):
            raise _refused("effort", self.effort, "quick or exact")
        if not isinstance(self.blocked, tuple):
            raise _refused("blocked", self.blocked, "a list of tables")

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and TOML, every field named."""
        told = dataclasses.asdict(self)
        return {**told, "blocked": list(told["blocked"])}


def read_robust(table: object) -> RobustSpec:
    """Read the table ``[policy.robust]``; anything unknown in it is refused.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    if not isinstance(table, Mapping):
        raise _refused("", table, "a table")
    _refuse_unknown(table, {field.name for field in dataclasses.fields(RobustSpec)}, "")
    given = dict(table)
    if "blocked" in given:
        if not isinstance(given["blocked"], list):
            raise _refused("blocked", given["blocked"], "a list of tables")
        given["blocked"] = tuple(_blocked(row, at) for at, row in enumerate(given["blocked"]))
    return RobustSpec(**given)


def _blocked(row: object, at: int) -> Blocked:
    where = f"blocked[{at}]"
    if not isinstance(row, Mapping) or not {"lon", "lat"} <= set(row):
        raise _refused(where, row, "lon and lat")
    _refuse_unknown(row, {field.name for field in dataclasses.fields(Blocked)}, f"{where}.")
    name = row.get("name", "")
    if not isinstance(name, str) or len(name) > 200 or not name.isprintable():
        raise _refused(f"{where}.name", name, "one line of text")
    return Blocked(
        lon=_number(f"{where}.lon", row["lon"], -180.0, 180.0),
        lat=_number(f"{where}.lat", row["lat"], -90.0, 90.0),
        radius_m=_number(f"{where}.radius_m", row.get("radius_m", 100.0), 1.0, 1e5),
        name=name,
    )


def _refuse_unknown(table: Mapping[str, Any], known: set[str], prefix: str) -> None:
    for key in table:
        if key not in known:
            raise ScenarioError(
                f"unknown field {prefix}{key!r:.60}",
                where="policy.robust",
                remedy=f"Known are: {', '.join(sorted(known))}",
            )


def _refused(field: str, value: object, allowed: str) -> ScenarioError:
    where = ".".join(filter(None, ("policy.robust", field)))
    return ScenarioError(f"{value!r:.80} is not allowed", where=where, remedy=f"Give {allowed}")


def _number(field: str, value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise _refused(field, value, f"a number from {low:g} to {high:g}")
    if not math.isfinite(value) or not low <= value <= high:
        raise _refused(field, value, f"a number from {low:g} to {high:g}")
    return float(value)
