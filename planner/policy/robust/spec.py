"""What a plan is tried against: the table ``[policy.robust]`` of a scenario file."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from planner.policy.fields import flag, number, one_of, refuse_unknown, refused, table_of, whole

__all__ = ["Blocked", "RobustSpec", "read_robust"]

_PART = "policy.robust"


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
        So many of the plan's new points are refused, one by one, those that serve most first; None
        for all of them. What is not tried is never called core.
    near_share
        Of the people that a point serves, what may be lost for another to be as good in its place.
    max_runs
        The most cases of people and roads, whatever is asked; the last ones are left out, and
        counted.
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
    refused_sites: int | None = None
    near_share: float = 0.05
    max_runs: int = 40
    effort: Literal["quick", "exact"] = "quick"
    least_regret: bool = False
    seed: int = 0
    gap: float = 0.01

    def __post_init__(self) -> None:
        for field in ("spreads", "least_regret"):
            flag(_PART, field, getattr(self, field))
        for field, top in (
            ("people_draws", 100),
            ("road_draws", 100),
            ("roads_blocked", 1000),
            ("max_runs", 10_000),
            ("seed", 2**31 - 1),
        ):
            whole(_PART, field, getattr(self, field), 0, top)
        if self.refused_sites is not None:
            whole(_PART, "refused_sites", self.refused_sites, 0, 1_000_000)
        for field, most in (("people_change", 0.9), ("near_share", 1.0), ("gap", 0.5)):
            number(_PART, field, getattr(self, field), 0.0, most)
        one_of(_PART, "effort", self.effort, "quick", "exact")
        if not isinstance(self.blocked, tuple):
            raise refused(_PART, "blocked", self.blocked, "a list of tables")

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and TOML, every field named."""
        told = dataclasses.asdict(self)
        refused = "all" if self.refused_sites is None else self.refused_sites
        return {**told, "blocked": list(told["blocked"]), "refused_sites": refused}


def read_robust(table: object) -> RobustSpec:
    """Read the table ``[policy.robust]``; anything unknown in it is refused.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    given = dict(table_of(_PART, table))
    refuse_unknown(_PART, given, {field.name for field in dataclasses.fields(RobustSpec)})
    if given.get("refused_sites") == "all":
        given["refused_sites"] = None
    if "blocked" in given:
        if not isinstance(given["blocked"], list):
            raise refused(_PART, "blocked", given["blocked"], "a list of tables")
        given["blocked"] = tuple(_blocked(row, at) for at, row in enumerate(given["blocked"]))
    return RobustSpec(**given)


def _blocked(row: object, at: int) -> Blocked:
    where = f"blocked[{at}]"
    if not isinstance(row, Mapping) or not {"lon", "lat"} <= set(row):
        raise refused(_PART, where, row, "lon and lat")
    refuse_unknown(_PART, row, {one.name for one in dataclasses.fields(Blocked)}, f"{where}.")
    name = row.get("name", "")
    if not isinstance(name, str) or len(name) > 200 or not name.isprintable():
        raise refused(_PART, f"{where}.name", name, "one line of text")
    return Blocked(
        lon=number(_PART, f"{where}.lon", row["lon"], -180.0, 180.0),
        lat=number(_PART, f"{where}.lat", row["lat"], -90.0, 90.0),
        radius_m=number(_PART, f"{where}.radius_m", row.get("radius_m", 100.0), 1.0, 1e5),
        name=name,
    )
