"""Ready regions: the facts about a place and a first question, in one readable TOML file."""

from __future__ import annotations

import dataclasses
import math
import re
import tomllib
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

from geo.live_townships import unit_called
from planner.errors import PlannerError, ScenarioError
from planner.scenario import Scenario, scenario_in

__all__ = [
    "REGIONS",
    "Census",
    "CensusPart",
    "Commitment",
    "Recipe",
    "RecipeError",
    "Urban",
    "load_recipe",
    "recipe_names",
]

REGIONS = Path(__file__).resolve().parents[2] / "data" / "regions"
"""Folder of the recipes that come with the project."""


class RecipeError(PlannerError):
    """A recipe is missing, not TOML, or says something that cannot be."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CensusPart:
    """People of one county of the region; ``code`` by GB/T 2260, six digits."""

    code: str
    name: str
    people: int
    households: int | None = None

    def __post_init__(self) -> None:
        _require("code", self.code, "six digits", bool(re.fullmatch(r"[0-9]{6}", self.code)))
        _one_line("name", self.name)
        _count("people", self.people)
        _count("households", self.households)


@dataclass(frozen=True, kw_only=True, slots=True)
class Census:
    """People of the region in one year, and where the figure is from.

    Where ``parts`` are given they are the whole region: their sums are the totals.
    """

    year: int
    source: str
    people: int
    households: int | None = None
    parts: tuple[CensusPart, ...] = ()

    def __post_init__(self) -> None:
        _require("year", self.year, "a year from 1950 to 2100", 1950 <= self.year <= 2100)
        _one_line("source", self.source)
        _count("people", self.people)
        _count("households", self.households)
        _distinct("parts", [part.code for part in self.parts])
        for figure in ("people", "households"):
            known = [getattr(part, figure) for part in self.parts]
            if not known or getattr(self, figure) is None or None in known:
                continue
            whole = getattr(self, figure)
            _require(figure, whole, f"the sum of the parts, {sum(known)}", whole == sum(known))


@dataclass(frozen=True, kw_only=True, slots=True)
class Urban:
    """Main urban area (主城区): the townships it consists of, and who says so."""

    definition_zh: str
    definition_en: str
    townships: tuple[str, ...]

    def __post_init__(self) -> None:
        _one_line("definition_zh", self.definition_zh)
        _one_line("definition_en", self.definition_en)
        _require("townships", self.townships, "at least one name", bool(self.townships))
        _distinct("townships", self.townships)


@dataclass(frozen=True, kw_only=True, slots=True)
class Commitment:
    """One target of a published plan: the document, its clause, the year and the words."""

    document: str
    clause: str
    by: int
    text_zh: str
    text_en: str

    def __post_init__(self) -> None:
        for name in ("document", "clause", "text_zh", "text_en"):
            _one_line(name, getattr(self, name))
        _require("by", self.by, "a year from 1950 to 2100", 1950 <= self.by <= 2100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Recipe:
    """What is known about a region before any data is read.

    Parameters
    ----------
    name
        Name of the file, without its ending.
    name_zh, name_en
        Of the region.
    place
        Query that Nominatim answers with the region; where ``township_names`` are given, with
        what they lie in.
    admin_level
        OSM level of the townships.
    townships
        How many there ought to be.
    census, urban, commitments
        People; the main urban area; what the region has promised.
    scenario
        Question to start from.
    area_km2
        Published area, if any.
    township_names
        All townships, where the region is not simply everything inside one OSM boundary.
    former_names
        Today's name of a township, and another that older files or maps have; one pair for each.
    """

    name: str
    name_zh: str
    name_en: str
    place: str
    admin_level: int
    townships: int
    census: Census
    urban: Urban
    commitments: tuple[Commitment, ...]
    scenario: Scenario
    area_km2: float | None = None
    township_names: tuple[str, ...] = ()
    former_names: tuple[tuple[str, str], ...] = ()

    def __post_init__(self) -> None:
        for name in ("name_zh", "name_en", "place"):
            _one_line(name, getattr(self, name))
        _require("admin_level", self.admin_level, "1 to 11", 1 <= self.admin_level <= 11)
        _require("townships", self.townships, "at least 1", self.townships >= 1)
        if self.area_km2 is not None:
            possible = math.isfinite(self.area_km2) and self.area_km2 > 0
            _require("area_km2", self.area_km2, "more than 0", possible)
        _distinct("township_names", self.township_names)
        if self.township_names:
            count = len(self.township_names)
            _require("townships", self.townships, f"{count}, as named", self.townships == count)
            for name in (*self.urban.townships, *(today for today, _ in self.former_names)):
                _require(
                    "township_names", name, "a township named there", name in self.township_names
                )

    def urban_names(self, present: Collection[str]) -> tuple[str, ...]:
        """Names of the urban townships as a region's data has them: today's, former or upgraded.

        Parameters
        ----------
        present
            Township names of the region; those that are not in it are left out of the answer.
        """
        known = sorted(present)
        rows = [unit_called(self.spellings(name), known) for name in self.urban.townships]
        return tuple(known[row] for row in rows if row is not None)

    def spellings(self, name: str) -> tuple[str, ...]:
        """A township's name, and the others that it goes or went by."""
        return (name, *(before for today, before in self.former_names if today == name))

    def population_csv(self) -> str:
        """Table for ``recyclenet import --population``: a row a county, else one for the region."""
        rows = [
            f"{part.code},{part.name},{part.people},{part.households or ''}"
            for part in self.census.parts
        ]
        whole = f",合计,{self.census.people},{self.census.households or ''}"
        return "\n".join(["code,name,people,households", *(rows or [whole])]) + "\n"


def recipe_names(folder: Path = REGIONS) -> tuple[str, ...]:
    """Names that :func:`load_recipe` knows, sorted."""
    return tuple(sorted(path.stem for path in folder.glob("*.toml")))


def load_recipe(name: str, folder: Path = REGIONS) -> Recipe:
    """Read a ready region.

    Parameters
    ----------
    name
        File name in ``folder``, without ``.toml``.

    Raises
    ------
    RecipeError
        If there is none of that name, or the file is wrong: names the field, the value and what
        is allowed. Unknown fields are refused, as a misspelt one would go unnoticed.
    """
    known = recipe_names(folder)
    if name not in known:
        raise RecipeError(f"no recipe {name!r}", remedy=f"Known are: {', '.join(known)}")
    path = folder / f"{name}.toml"
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise RecipeError(f"is not readable TOML ({error})", where=str(path)) from error
    try:
        table = content.get("scenario")
        if not isinstance(table, dict):
            raise ScenarioError("has no table [scenario]", where=str(path))
        return _recipe(name, content, scenario_in(table, str(path)))
    except ScenarioError as error:
        raise RecipeError(error.what, where=error.where, remedy=error.remedy) from None
    except RecipeError as error:
        where = f"{path}, {error.where}"
        raise RecipeError(error.what, where=where, remedy=error.remedy) from None


Kind = TypeVar("Kind")


def _recipe(name: str, content: dict[str, Any], scenario: Scenario) -> Recipe:
    known = {"region", "census", "urban", "commitment", "policy", "scenario"}
    for key in sorted(content.keys() - known):
        raise RecipeError("unknown table", where=key, remedy=f"Known are: {_listed(known)}")
    region = _table("region", content.get("region"))
    census = _table("census", content.get("census"))
    former = _table("region.former_names", region.pop("former_names", {}))
    parts = _records("census.parts", census.pop("parts", []), CensusPart)
    return _build(
        "region",
        region,
        Recipe,
        name=name,
        former_names=tuple(
            (today, before)
            for today, told in former.items()
            for before in _names(f"region.former_names.{today}", told)
        ),
        census=_build("census", census, Census, parts=parts),
        urban=_build("urban", _table("urban", content.get("urban")), Urban),
        commitments=_records("commitment", content.get("commitment", []), Commitment),
        scenario=scenario,
    )


def _table(where: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise RecipeError("is missing or no table", where=where, remedy=f"Give a table [{where}]")
    return dict(value)


def _records(where: str, value: object, kind: type[Kind]) -> tuple[Kind, ...]:
    if not isinstance(value, list):
        raise RecipeError("is no list of tables", where=where, remedy=f"Give [[{where}]]")
    rows = enumerate(value, start=1)
    return tuple(_build(f"{where} {at}", _table(f"{where} {at}", row), kind) for at, row in rows)


def _build(where: str, table: dict[str, Any], kind: type[Kind], **built: object) -> Kind:
    """A value type from a table of the file, with ``built`` for what is not a plain field."""
    fields = {field.name: field for field in dataclasses.fields(kind)}  # type: ignore[arg-type]
    plain = fields.keys() - built.keys()
    for key in sorted(table.keys() - plain):
        raise RecipeError(
            "unknown field", where=f"{where}.{key}", remedy=f"Known: {_listed(plain)}"
        )
    for key in sorted(plain - table.keys()):
        if fields[key].default is dataclasses.MISSING:
            raise RecipeError("is missing", where=f"{where}.{key}", remedy="Give it")
    hints = get_type_hints(kind)
    values = {key: _typed(f"{where}.{key}", value, hints[key]) for key, value in table.items()}
    try:
        return kind(**values, **built)
    except RecipeError as error:
        where = f"{where}.{error.where}"
        raise RecipeError(error.what, where=where, remedy=error.remedy) from None


def _typed(where: str, value: Any, hint: Any) -> Any:
    """A TOML value as the type that a field is declared with."""
    if hint == tuple[str, ...]:
        if not isinstance(value, list):
            raise _refused(where, value, "a list of names")
        for name in value:
            _one_line(where, _typed(where, name, str))
        return tuple(value)
    kinds = get_args(hint) or (hint,)
    if float in kinds and type(value) is int:
        return float(value)
    if type(value) not in kinds:
        words = {str: "one line of text", int: "a whole number", float: "a number"}
        raise _refused(where, value, next(words[kind] for kind in kinds if kind in words))
    return value


def _names(where: str, value: object) -> tuple[str, ...]:
    """One name, or a list of them."""
    told: tuple[str, ...] = _typed(
        where, value if isinstance(value, list) else [value], tuple[str, ...]
    )
    return told


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))


def _refused(where: str, value: object, allowed: str) -> RecipeError:
    return RecipeError(f"{value!r} is not allowed", where=where, remedy=f"Give {allowed}")


def _require(where: str, value: object, allowed: str, met: bool) -> None:
    if not met:
        raise _refused(where, value, allowed)


def _one_line(where: str, text: str) -> None:
    fits = 0 < len(text) <= 200 and text.isprintable() and text == text.strip()
    _require(where, text, "one line of text, at most 200 characters", fits)


def _count(where: str, value: int | None) -> None:
    _require(where, value, "a whole number above 0", value is None or value > 0)


def _distinct(where: str, names: Sequence[str]) -> None:
    twice = sorted({name for name in names if names.count(name) > 1})
    _require(where, ", ".join(twice), "each once", not twice)
