"""What is asked of the three tiers: the table ``[policy.tiers]`` of a scenario file."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeGuard

from planner.errors import ScenarioError

__all__ = ["Extra", "TiersSpec", "read_tiers"]

Siting = Literal["together", "in-turn"]

#: Factors of growth: below the one a share is meant, above the other nothing known grows.
GROWTH = (0.5, 20.0)
YEARS = (2000, 2100)
FLOOR_M2 = (1.0, 1e6)


@dataclass(frozen=True, kw_only=True, slots=True)
class Extra:
    """A place that hands in more than the region's data know: a store of public equipment (公物仓),
    a works, a campus; WGS84 degrees."""  # noqa: D205, D209

    name: str
    lon: float
    lat: float
    material: str
    kg_day: float


@dataclass(frozen=True, kw_only=True, slots=True)
class TiersSpec:
    """How stations and centres are sited for the open points of a plan.

    Parameters
    ----------
    siting
        ``"together"``, or ``"in-turn"``: first the stations, then the centres.
    split
        Whether what a point (a station) hands on may be shared out among several; else each goes
        one way.
    direct
        Whether points may deliver straight to a centre.
    special
        Materials kept apart, for specialised centres.
    station_reach_km
        A point delivers to stations so near only; where none is, to the nearest. None: to any.
    max_stations, max_centres
        The most that may be open.
    budget_yuan_year
        The most that the places may cost a year, without the ways.
    keep_existing
        Whether existing places of the table's kinds must be used as stations.
    station_floor_m2, centre_floor_m2
        Least floor of a station, and of a sorting centre that is not a specialised one, say by a
        rule: smaller sizes are not offered.
    growth
        Pairs (material, factor): so many times what people, special places and returns hand in
        today is handed in by ``growth_year``; extras are what they say they are.
    growth_year
        Told with the growth; nothing else depends on it.
    station_candidates, centre_candidates
        So many places are looked at; the rest is left out, and named.
    extra
        Places that hand in besides.
    gap
        Relative gap asked for.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """

    siting: Siting = "together"
    split: bool = False
    direct: bool = False
    special: tuple[str, ...] = ()
    station_reach_km: float | None = None
    max_stations: int | None = None
    max_centres: int | None = None
    budget_yuan_year: float | None = None
    keep_existing: bool = False
    station_floor_m2: float | None = None
    centre_floor_m2: float | None = None
    growth: tuple[tuple[str, float], ...] = ()
    growth_year: int | None = None
    station_candidates: int = 40
    centre_candidates: int = 8
    extra: tuple[Extra, ...] = ()
    gap: float = 0.05

    def __post_init__(self) -> None:
        if self.siting not in ("together", "in-turn"):
            raise _refused("siting", self.siting, "together or in-turn")
        for field in ("split", "direct", "keep_existing"):
            if type(getattr(self, field)) is not bool:
                raise _refused(field, getattr(self, field), "true or false")
        for field in ("max_stations", "max_centres"):
            if getattr(self, field) is not None:
                _whole(field, getattr(self, field), 0, 10_000)
        _whole("station_candidates", self.station_candidates, 0, 300)
        _whole("centre_candidates", self.centre_candidates, 1, 50)
        if self.budget_yuan_year is not None:
            _number("budget_yuan_year", self.budget_yuan_year, 0.0, 1e12)
        if self.station_reach_km is not None:
            _number("station_reach_km", self.station_reach_km, 0.1, 1000.0)
        for field in ("station_floor_m2", "centre_floor_m2"):
            if getattr(self, field) is not None:
                _number(field, getattr(self, field), *FLOOR_M2)
        _number("gap", self.gap, 0.0, 0.5)
        if not isinstance(self.growth, tuple):
            raise _refused("growth", self.growth, "a table of materials and factors")
        for material, factor in self.growth:
            # 0.3 may be meant for 30 % more: refused rather than taken for 70 % less.
            if not _is_within(factor, *GROWTH):
                raise _refused(
                    f"growth.{material!s:.60}",
                    factor,
                    f"a factor from {GROWTH[0]:g} to {GROWTH[1]:g}, such as 1.3 for 30 % more",
                )
        if len({material for material, _ in self.growth}) < len(self.growth):
            raise _refused("growth", self.growth, "each material once")
        if self.growth_year is not None:
            _whole("growth_year", self.growth_year, *YEARS)
        special = self.special
        if not isinstance(special, tuple) or not all(isinstance(one, str) for one in special):
            raise _refused("special", special, "a list of materials")
        if not isinstance(self.extra, tuple) or not all(isinstance(e, Extra) for e in self.extra):
            raise _refused("extra", self.extra, "a list of tables")

    def record(self) -> dict[str, Any]:
        """Plain form for JSON and TOML, every field named."""
        told = dataclasses.asdict(self)
        plain = {"special": list(self.special), "extra": list(told["extra"])}
        return {**told, **plain, "growth": dict(self.growth)}


def read_tiers(table: object) -> TiersSpec:
    """Read the table ``[policy.tiers]``; anything unknown in it is refused.

    Raises
    ------
    ScenarioError
        Naming the field, the value and what is allowed.
    """
    if not isinstance(table, Mapping):
        raise _refused("", table, "a table")
    known = {field.name for field in dataclasses.fields(TiersSpec)}
    _refuse_unknown(table, known, "")
    given = {key: value for key, value in table.items() if value != "none" and value is not None}
    if "special" in given:
        if not isinstance(given["special"], list):
            raise _refused("special", given["special"], "a list of materials")
        given["special"] = tuple(given["special"])
    if "growth" in given:
        if not isinstance(given["growth"], Mapping):
            raise _refused("growth", given["growth"], "a table of materials and factors")
        given["growth"] = tuple(sorted(given["growth"].items()))
    if "extra" in given:
        if not isinstance(given["extra"], list):
            raise _refused("extra", given["extra"], "a list of tables")
        given["extra"] = tuple(_extra(row, at) for at, row in enumerate(given["extra"]))
    return TiersSpec(**given)


def _extra(row: object, at: int) -> Extra:
    where = f"extra[{at}]"
    if not isinstance(row, Mapping):
        raise _refused(where, row, "a table")
    names = [field.name for field in dataclasses.fields(Extra)]
    _refuse_unknown(row, set(names), f"{where}.")
    for name in names:
        if name not in row:
            raise ScenarioError("is missing", where=f"policy.tiers.{where}.{name}")
    for name in ("name", "material"):
        text = row[name]
        if not isinstance(text, str) or not 0 < len(text) <= 200 or not text.isprintable():
            raise _refused(f"{where}.{name}", text, "one line of text")
    return Extra(
        name=row["name"],
        lon=_number(f"{where}.lon", row["lon"], -180.0, 180.0),
        lat=_number(f"{where}.lat", row["lat"], -90.0, 90.0),
        material=row["material"],
        kg_day=_number(f"{where}.kg_day", row["kg_day"], 0.0, 1e6),
    )


def _refuse_unknown(table: Mapping[str, Any], known: set[str], prefix: str) -> None:
    for key in table:
        if key not in known:
            raise ScenarioError(
                f"unknown field {prefix}{key!r:.60}",
                where="policy.tiers",
                remedy=f"Known are: {', '.join(sorted(known))}",
            )


def _refused(field: str, value: object, allowed: str) -> ScenarioError:
    where = ".".join(filter(None, ("policy.tiers", field)))
    return ScenarioError(f"{value!r:.80} is not allowed", where=where, remedy=f"Give {allowed}")


def _number(field: str, value: object, low: float, high: float) -> float:
    if not _is_within(value, low, high):
        raise _refused(field, value, f"a number from {low:g} to {high:g}")
    return float(value)


def _is_within(value: object, low: float, high: float) -> TypeGuard[int | float]:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    return math.isfinite(value) and low <= value <= high


def _whole(field: str, value: object, low: int, high: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
        raise _refused(field, value, f"a whole number from {low} to {high}")
