"""Sizes, costs and kinds of places of the three tiers: a table that the user may edit."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from geo.errors import InputError
from geo.toml_table import checked_fields, line_of_text, located, number, read_toml

__all__ = [
    "DEFAULT_FIGURES",
    "TIERS",
    "Figures",
    "Leg",
    "Place",
    "Return",
    "Size",
    "Tier",
    "read_figures",
]

#: The table that comes with the program.
DEFAULT_FIGURES = Path(__file__).resolve().parents[3] / "data" / "tiers.toml"

Tier = Literal["station", "centre"]
TIERS: tuple[Tier, ...] = ("station", "centre")
LEGS = ("collect", "onward", "direct")
_MOST = 1e9


@dataclass(frozen=True, kw_only=True, slots=True)
class Leg:
    """A kind of way and its price, yuan for a tonne and kilometre."""

    key: str
    name_zh: str
    name_en: str
    yuan_t_km: float
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Size:
    """A size in which a station or a centre can be built.

    Parameters
    ----------
    special
        For materials that are kept apart.
    floor_m2, t_m2_year
        Their product is the capacity, tonnes a year.
    land_share
        m2 of land for each m2 of floor.
    build_yuan_m2, years
        Building, written off evenly.
    run_yuan_year
        Everything else.
    """

    key: str
    name_zh: str
    name_en: str
    tier: Tier
    special: bool
    floor_m2: float
    t_m2_year: float
    land_share: float
    build_yuan_m2: float
    years: float
    run_yuan_year: float
    source: str

    @property
    def capacity_t_year(self) -> float:
        """Tonnes that can pass in a year."""
        return self.floor_m2 * self.t_m2_year

    @property
    def land_m2(self) -> float:
        """Land that it takes."""
        return self.floor_m2 * self.land_share

    def yuan_year(self, build_share: float) -> float:
        """Cost of a year where so much of the building remains to be paid."""
        return self.floor_m2 * self.build_yuan_m2 * build_share / self.years + self.run_yuan_year


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """What may stand at candidates of one kind."""

    key: str
    tiers: tuple[Tier, ...]
    most_m2: float
    build_share: float
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Return:
    """What candidates of one kind hand in."""

    key: str
    name_zh: str
    name_en: str
    material: str
    kg_day: float
    unless_special: str
    source: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Figures:
    """The whole table; places in the order of preference."""

    legs: tuple[Leg, ...]
    sizes: tuple[Size, ...]
    places: tuple[Place, ...]
    returns: tuple[Return, ...]
    file: str

    def with_floors(self, station_m2: float | None, centre_m2: float | None) -> Figures:
        """The table without sizes of less floor; specialised centres stay as they are."""
        least = {"station": station_m2 or 0.0, "centre": centre_m2 or 0.0}
        left = tuple(s for s in self.sizes if s.special or s.floor_m2 >= least[s.tier])
        return dataclasses.replace(self, sizes=left)

    def record(self) -> dict[str, Any]:
        """Plain form for JSON, with every source."""
        return dataclasses.asdict(self)


def read_figures(path: Path | None = None) -> Figures:
    """Read a table of figures (TOML, see ``data/tiers.toml``).

    Raises
    ------
    InputError
        If it cannot be read, or a figure is missing, unknown or out of range.
    """
    path = DEFAULT_FIGURES if path is None else path
    try:
        tables = read_toml(path)
        checked_fields("figures", tables, ("ways", "sizes", "places", "returns"))
        return Figures(
            legs=tuple(_leg(key, _table("ways", tables["ways"]).get(key)) for key in LEGS),
            sizes=_sizes(_table("sizes", tables["sizes"])),
            places=tuple(_place(*row) for row in _table("places", tables["places"]).items()),
            returns=tuple(_return(*row) for row in _table("returns", tables["returns"]).items()),
            file=path.name,
        )
    except InputError as error:
        raise located(error, path, "Start from data/tiers.toml") from None


def _table(name: str, given: object) -> Mapping[str, Any]:
    if not isinstance(given, Mapping) or len(given) > 100:
        raise InputError("is no table of at most 100 rows", where=f"[{name}]")
    return given


def _leg(key: str, given: object) -> Leg:
    told = checked_fields(key, given, ("name_zh", "name_en", "yuan_t_km", "source"))
    return Leg(
        key=key,
        name_zh=line_of_text(f"[ways.{key}] name_zh", told["name_zh"]),
        name_en=line_of_text(f"[ways.{key}] name_en", told["name_en"]),
        yuan_t_km=number(f"[ways.{key}] yuan_t_km", told["yuan_t_km"], 0.0, 1000.0),
        source=line_of_text(f"[ways.{key}] source", told["source"]),
    )


def _sizes(rows: Mapping[str, Any]) -> tuple[Size, ...]:
    sizes = tuple(_size(*row) for row in rows.items())
    for tier in TIERS:
        if not any(size.tier == tier and not size.special for size in sizes):
            raise InputError(f"holds no size of a {tier}", where="[sizes]")
    return sizes


def _size(key: str, given: object) -> Size:
    fields = tuple(field.name for field in dataclasses.fields(Size) if field.name != "key")
    told = checked_fields(key, given, fields)
    where = f"[sizes.{key}]"
    if type(told["special"]) is not bool:
        raise InputError(f"{told['special']!r:.40} is neither true nor false", where=where)
    return Size(
        key=key,
        name_zh=line_of_text(f"{where} name_zh", told["name_zh"]),
        name_en=line_of_text(f"{where} name_en", told["name_en"]),
        tier=_tier(where, told["tier"]),
        special=told["special"],
        floor_m2=number(f"{where} floor_m2", told["floor_m2"], 1.0, 1e6),
        t_m2_year=number(f"{where} t_m2_year", told["t_m2_year"], 0.01, 1000.0),
        land_share=number(f"{where} land_share", told["land_share"], 0.1, 100.0),
        build_yuan_m2=number(f"{where} build_yuan_m2", told["build_yuan_m2"], 0.0, 1e6),
        years=number(f"{where} years", told["years"], 1.0, 100.0),
        run_yuan_year=number(f"{where} run_yuan_year", told["run_yuan_year"], 0.0, _MOST),
        source=line_of_text(f"{where} source", told["source"]),
    )


def _tier(where: str, given: object) -> Tier:
    for tier in TIERS:
        if given == tier:
            return tier
    raise InputError(f"{given!r:.40} is no tier", where=where, remedy="Give station or centre")


def _place(key: str, given: object) -> Place:
    told = checked_fields(key, given, ("tiers", "most_m2", "build_share", "source"))
    where = f"[places.{key}]"
    tiers = told["tiers"]
    if not isinstance(tiers, list) or not tiers:
        raise InputError("is no list of tiers", where=where, remedy='Write ["station"]')
    return Place(
        key=key,
        tiers=tuple(_tier(where, tier) for tier in tiers),
        most_m2=number(f"{where} most_m2", told["most_m2"], 1.0, 1e6),
        build_share=number(f"{where} build_share", told["build_share"], 0.0, 1.0),
        source=line_of_text(f"{where} source", told["source"]),
    )


def _return(key: str, given: object) -> Return:
    fields = ("name_zh", "name_en", "material", "kg_day", "unless_special", "source")
    told = checked_fields(key, given, fields)
    where = f"[returns.{key}]"
    if not isinstance(told["unless_special"], str):
        raise InputError("is no text", where=f"{where} unless_special")
    return Return(
        key=key,
        name_zh=line_of_text(f"{where} name_zh", told["name_zh"]),
        name_en=line_of_text(f"{where} name_en", told["name_en"]),
        material=line_of_text(f"{where} material", told["material"]),
        kg_day=number(f"{where} kg_day", told["kg_day"], 0.0, 1e6),
        unless_special=told["unless_special"],
        source=line_of_text(f"{where} source", told["source"]),
    )
