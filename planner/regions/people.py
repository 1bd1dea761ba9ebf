"""The part of an import that is about people: tables, rasters, growth, what they hand in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from geo.errors import InputError
from geo.growth import Growth, read_growth
from geo.households import MAX_SIZE
from geo.materials import Materials, default_materials, read_materials
from geo.naming import read_name_map
from geo.population import PopulationTable, read_population
from geo.special_demand import SpecialKinds, read_special_kinds
from planner.regions.own_files import for_role

if TYPE_CHECKING:
    from planner.regions.intake import Intake

__all__ = ["People", "read_people", "refuse_people"]


@dataclass(frozen=True, kw_only=True, slots=True)
class People:
    """What was read; None where it was not asked for."""

    table: PopulationTable | None
    growth: Growth | None
    materials: Materials
    special: SpecialKinds | None


def refuse_people(intake: Intake) -> None:
    """Refuse options about people that say nothing without others.

    Raises
    ------
    InputError
        With the option's name.
    """
    if (intake.growth is None) != (intake.year is None):
        lacking, given = ("--growth", "--year") if intake.year else ("--year", "--growth")
        raise InputError(
            f"is of no use without {lacking}", where=given, remedy="Give both, or neither"
        )
    if intake.growth is not None and intake.population_year is None:
        raise InputError(
            "is of no use without --population-year",
            where="--growth",
            remedy="Say which year the people are of",
        )
    known = intake.population is not None or intake.population_raster is not None
    if intake.population_year is not None and not known:
        raise InputError(
            "is of no use without --population or --population-raster",
            where="--population-year",
            remedy="Give people, or leave it out",
        )
    if intake.special_demand is not None and intake.extract is None:
        raise InputError(
            "is of no use without an OSM extract", where="--special-demand", remedy="Name one"
        )
    size = intake.household_size
    if size is not None and not 1.0 <= size <= MAX_SIZE:
        raise InputError(
            f"{size:g} is not allowed",
            where="--household-size",
            remedy=f"Give 1 to {MAX_SIZE:g}",
        )


def read_people(intake: Intake) -> People:
    """Read the tables; the raster waits for the region.

    Raises
    ------
    InputError
        If one of them is wrong.
    """
    table = None
    if intake.population:
        table = read_population(
            intake.population,
            code_field=intake.population_code_field,
            name_field=intake.population_name_field,
            people_field=intake.population_field,
            skip_unknown=intake.skip_unknown,
            accept_guesses=intake.accept_guesses,
            names=read_name_map(intake.names) if intake.names else None,
            sheet=for_role(intake.layer, "population"),
        )
    growth = None
    if intake.growth is not None and intake.year is not None:
        growth = read_growth(
            intake.growth, from_year=intake.population_year or 0, to_year=intake.year
        )
    materials = read_materials(intake.materials) if intake.materials else default_materials()
    special = None
    if intake.special_demand:
        special = read_special_kinds(intake.special_demand, materials)
    return People(table=table, growth=growth, materials=materials, special=special)
