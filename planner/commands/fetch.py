"""The command ``recyclenet fetch``: a place by its name in, its bundle out."""

from __future__ import annotations

import argparse
import contextlib
import difflib
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from geo.errors import PlaceError
from planner.errors import OutputError, PlannerError

if TYPE_CHECKING:
    from geo.live import Place, Servers
    from geo.progress import Progress
    from planner.regions.intake import Intake
    from planner.regions.recipes import Recipe

__all__ = ["add_fetch"]

_POLYGONS = {".geojson", ".json", ".gpkg", ".shp", ".kml", ".kmz", ".zip"}


def add_fetch(
    commands: Any,
    import_options: Callable[[argparse.ArgumentParser], None],
    intake_of: Callable[[argparse.Namespace, Recipe | None, Path], Intake],
) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code.

    Parameters
    ----------
    commands
        From ``add_subparsers()``.
    import_options
        Adds the options of ``recyclenet import``, but for the extract.
    intake_of
        Makes an intake of the options, a recipe, and a folder for what the recipe brings along.
    """
    parser = commands.add_parser("fetch", help="获取区域 · make a bundle of a place by its name")
    add = parser.add_argument
    add(
        "place",
        nargs="?",
        metavar="PLACE",
        help="name (景德镇市), OSM id (R3172234), polygon file, or recipe (jingdezhen)",
    )
    add("--choose", type=int, metavar="N", help="which of the places offered")
    add("--skip-missing", action="store_true", help="recipe: without townships that OSM lacks")
    add("--overpass", metavar="URL", help="server to ask for map data")
    add("--nominatim", metavar="URL", help="server to ask for places")
    add("--offline", action="store_true", help="ask nobody: use the answers kept")
    add("--max-age", type=float, metavar="DAYS", dest="max_age_days", help="of kept answers; 7")
    add("--cache", type=Path, metavar="DIR", help="folder of the answers kept")
    add("--timeout", type=int, metavar="S", dest="timeout_s", help="of a question, seconds; 180")
    add("--tile-km2", type=float, metavar="KM2", help="ground of a question; 1000")
    add("--save-extract", type=Path, metavar="FILE.osm.pbf", help="keep the map data too")
    import_options(parser)
    parser.set_defaults(run=lambda options: _run(options, intake_of))


def _run(
    options: argparse.Namespace,
    intake_of: Callable[[argparse.Namespace, Recipe | None, Path], Intake],
) -> int:
    # Imported where they are used: `recyclenet --help` answers at once.
    from geo.bundle import refuse_out
    from geo.kinds import default_kinds, read_kinds
    from geo.live import fetch_extract
    from geo.materials import default_materials, read_materials
    from geo.special_demand import read_special_kinds
    from geo.suitability_ground import WANTED
    from planner.regions.intake import import_region
    from planner.regions.recipes import load_recipe, recipe_names
    from planner.summary import bundle_summary
    from planner.terminal import phases

    if options.place in recipe_names() and not options.recipe:
        options.recipe, options.place = options.place, None
    recipe = load_recipe(options.recipe) if options.recipe else None
    servers = _servers(options)
    tile_m2 = _tile_m2(options.tile_km2)
    _refuse_save(options.save_extract)
    refuse_out(options.out)
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as name:
        folder = Path(name)
        options.extract = folder / "place.osm.pbf"
        intake_of(options, recipe, folder)  # a wrong option is told before anything is asked
        wanted = (read_kinds(options.kinds) if options.kinds else default_kinds()).wanted()
        wanted |= WANTED
        if options.special_demand:
            table = read_materials(options.materials) if options.materials else default_materials()
            wanted |= read_special_kinds(options.special_demand, table).wanted()
        with phases(options.lang, quiet=options.quiet) as progress:
            place = _place(options, recipe, servers, progress)
            options.extract = folder / f"{_slug(place.name)}.osm.pbf"
            fetched = fetch_extract(
                place, options.extract, servers, wanted=wanted, tile_m2=tile_m2, progress=progress
            )
            intake = intake_of(options, recipe, folder)
            bundle = import_region(intake, options.out, progress, recipe=recipe, fetched=fetched)
        if options.save_extract:
            _save(options.extract, options.save_extract)
    sys.stdout.write(bundle_summary(bundle, options.out, options.lang))
    return 0


def _servers(options: argparse.Namespace) -> Servers:
    from geo.live import Servers

    given = {
        name: getattr(options, name)
        for name in ("overpass", "nominatim", "cache", "max_age_days", "timeout_s")
        if getattr(options, name) is not None
    }
    return Servers(**given, offline=options.offline)


def _place(
    options: argparse.Namespace, recipe: Recipe | None, servers: Servers, progress: Progress
) -> Place:
    from geo.live import find_place, find_townships, place_from_file

    asked: dict[str, Any] = {"choose": options.choose, "language": options.lang}
    asked["progress"] = progress
    if options.place is None and options.boundaries is not None:
        return place_from_file(options.boundaries)
    if options.place is not None:
        path = Path(options.place)
        if path.suffix.lower() in _POLYGONS:
            return place_from_file(path)
        try:
            return find_place(options.place, servers, **asked)
        except PlaceError as error:
            _suggest_recipe(options.place, error)
            raise
    if recipe is None:
        raise PlannerError(
            "nothing to fetch is given",
            where="PLACE",
            remedy="Name a place: recyclenet fetch 景德镇市 --out BUNDLE",
        )
    place = find_place(recipe.place, servers, **asked)
    if not recipe.township_names:
        return place
    return find_townships(
        [recipe.spellings(name) for name in recipe.township_names],
        place,
        servers,
        name=recipe.name_zh,
        level=recipe.admin_level,
        skip_missing=options.skip_missing,
        progress=progress,
    )


def _suggest_recipe(text: str, error: PlaceError) -> None:
    from planner.regions.recipes import recipe_names

    near = difflib.get_close_matches(text.casefold(), recipe_names(), n=1, cutoff=0.75)
    if near and not error.choices:
        raise PlaceError(
            error.what,
            where=error.where,
            remedy=f"Did you mean the recipe {near[0]}? {error.remedy}",
        ) from error


def _tile_m2(tile_km2: float | None) -> float:
    from geo.live_query import TILE_M2

    if tile_km2 is None:
        return TILE_M2
    if not 1.0 <= tile_km2 <= 100_000.0:
        raise PlannerError(
            f"{tile_km2:g} is not allowed", where="--tile-km2", remedy="Give 1 to 100000"
        )
    return tile_km2 * 1e6


def _slug(name: str) -> str:
    return re.sub(r"[^\w-]+", "-", name).strip("-")[:60] or "place"


def _refuse_save(path: Path | None) -> None:
    if path is not None and not path.name.endswith(".osm.pbf"):
        raise OutputError(
            "is no name for an extract", where="--save-extract", remedy="End it in .osm.pbf"
        )


def _save(extract: Path, path: Path) -> None:
    """Copy beside and rename: whole or not at all."""
    partial = path.with_name(f".{path.name}.partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_bytes(extract.read_bytes())
        partial.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(path),
            remedy="Check the path, the free space and your rights",
        ) from error
