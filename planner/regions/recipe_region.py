"""A recipe applied: which units of an extract are its region, and how the region compares."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import shapely

from geo.boundary import Region
from geo.extract import AdminArea, Extract
from geo.findings import Finding, Value
from geo.live_townships import unit_called
from planner.errors import OutputError
from planner.regions.recipes import Recipe, RecipeError

if TYPE_CHECKING:
    from planner.regions.intake import Intake

__all__ = ["compared", "narrowed", "with_recipe"]


def with_recipe(intake: Intake, recipe: Recipe, folder: Path) -> Intake:
    """Fill in what a recipe knows and the user did not say: name, people, level of the townships.

    Parameters
    ----------
    intake
        As asked.
    recipe
        Of the region.
    folder
        Takes the table of people, if it is the recipe's.

    Raises
    ------
    OutputError
        If the folder cannot be written.
    """
    more: dict[str, object] = {"name": intake.name or recipe.name_zh}
    if intake.population is None:
        path = folder / f"{recipe.name}-population.csv"
        try:
            path.write_text(recipe.population_csv(), "utf-8")
        except OSError as error:
            raise OutputError(
                f"cannot be written ({error.strerror or error})",
                where=str(path),
                remedy="Free some space for temporary files, or give --population FILE",
            ) from error
        more["population"] = path
        more["population_year"] = intake.population_year or recipe.census.year
    # Elsewhere the level is found in the data, which may hold no townships at all.
    if recipe.township_names and intake.boundaries is None and intake.admin_level is None:
        more["admin_level"] = recipe.admin_level
    return dataclasses.replace(intake, **more)  # type: ignore[arg-type]


def narrowed(extract: Extract, recipe: Recipe) -> tuple[Extract, list[Finding]]:
    """Leave out administrative units beyond a recipe's region, and say what its ground is.

    Parameters
    ----------
    extract
        Of the region or of more, such as its province.
    recipe
        Names the townships, else the unit around them.

    Returns
    -------
    extract, findings
        ``"recipe-township-alias"``, ``"recipe-townships-missing"``; ``"recipe-outline-missing"``
        where the unit is not there whole, and the extract is taken for the region.

    Raises
    ------
    RecipeError
        None of the named townships is there whole.
    """
    if recipe.township_names:
        return _named(extract, recipe)
    names = {recipe.name_zh, recipe.name_en}
    whole = [a for a in extract.admin if a.geometry is not None and {a.name, a.name_en} & names]
    if not whole:
        if extract.place is not None:  # fetched for the recipe: there is no more in it
            return extract, []
        values: dict[str, Value] = {"name": recipe.name_zh}
        return extract, [Finding(kind="recipe-outline-missing", values=values)]
    region = whole[0]  # the coarsest of the name
    shapely.prepare(region.geometry)
    kept = tuple(a for a in extract.admin if a.level < region.level or _in(a, region))
    return dataclasses.replace(extract, admin=kept, place=region.geometry), []


def compared(region: Region, recipe: Recipe) -> list[Finding]:
    """Say where a region is not what its recipe expects: townships, and names of urban ones."""
    found = []
    names = region.townships["name"].tolist()
    if len(names) != recipe.townships:
        values: dict[str, Value] = {"found": len(names), "expected": recipe.townships}
        found.append(Finding(kind="recipe-townships-count", values=values))
    missing = []
    for name in recipe.urban.townships:
        row = unit_called(recipe.spellings(name), names)
        if row is None:
            missing.append(name)
        elif names[row] != name and not recipe.township_names:  # told by `narrowed` there
            alias: dict[str, Value] = {"name": name, "osm_name": names[row]}
            found.append(Finding(kind="recipe-township-alias", values=alias))
    if missing:
        told: dict[str, Value] = {"names": ", ".join(missing), "missing": len(missing)}
        told["of"] = len(recipe.urban.townships)
        found.append(Finding(kind="recipe-urban-missing", values=told))
    return found


def _named(extract: Extract, recipe: Recipe) -> tuple[Extract, list[Finding]]:
    units = [a for a in extract.admin if a.level == recipe.admin_level and a.geometry is not None]
    kept: list[AdminArea] = []
    missing = []
    found: list[Finding] = []
    called = [unit.name for unit in units]
    for name in recipe.township_names:
        row = unit_called(recipe.spellings(name), called)
        if row is None:
            missing.append(name)
            continue
        kept.append(units[row])
        if called[row] != name:
            values: dict[str, Value] = {"name": name, "osm_name": called[row]}
            where = f"{units[row].osm_type}{units[row].osm_id}"
            found.append(Finding(kind="recipe-township-alias", where=where, values=values))
    if not kept:
        raise RecipeError(
            f"holds none of the townships of {recipe.name_zh}: {', '.join(missing)}",
            where=str(extract.path),
            remedy="Take an extract of the place, or give --boundaries FILE --name-field FIELD",
        )
    if missing:
        told: dict[str, Value] = {"names": ", ".join(missing), "found": len(kept)}
        found.append(Finding(kind="recipe-townships-missing", values=told))
    admin = _only(extract.admin, kept, recipe.admin_level)
    place = shapely.union_all([unit.geometry for unit in kept])
    return dataclasses.replace(extract, admin=admin, place=place), found


def _only(
    admin: Sequence[AdminArea], kept: Sequence[AdminArea], level: int
) -> tuple[AdminArea, ...]:
    chosen = {(unit.osm_type, unit.osm_id) for unit in kept}
    return tuple(a for a in admin if a.level != level or (a.osm_type, a.osm_id) in chosen)


def _in(area: AdminArea, region: AdminArea) -> bool:
    if area.geometry is None:
        return False
    return bool(shapely.intersects(region.geometry, area.geometry.representative_point()))
