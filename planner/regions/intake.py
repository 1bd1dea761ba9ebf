"""From files to a bundle: the import, one straight street."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING

from geo.access import MODES
from geo.basemap import basemap_of
from geo.boundary import Region, region_from_file, region_from_osm
from geo.bundle import Bundle, refuse_out, save_bundle
from geo.candidates import build_candidates
from geo.completeness import completeness_of, lone_spreads
from geo.cut_off import cut_off
from geo.demand import build_demand
from geo.errors import BoundaryError, InputError, NetworkError
from geo.exclusions import exclusion_zones
from geo.extract import Extract, read_extract
from geo.findings import Finding
from geo.households import HOUSEHOLD_SIZE
from geo.kinds import default_kinds, read_kinds
from geo.landmarks import Landmarks, landmarks_of, landmarks_of_extract
from geo.network import RoadNetwork, build_network
from geo.own_file import OwnFile
from geo.placing import Placed
from geo.progress import Progress, silent
from geo.roadless import without_roads
from geo.source import BOUNDARIES, hashed, source_of
from geo.special_demand import special_demand
from geo.speeds import default_speeds, read_speeds
from geo.suitability import default_suitability, read_suitability
from geo.suitability_ground import WANTED, ground_of
from geo.suitability_sites import with_criteria
from planner.regions.own_files import ROLES, open_files, place_file, refuse_roles
from planner.regions.people import read_people, refuse_people
from planner.regions.recipe_region import compared, narrowed
from planner.regions.recipes import Recipe

if TYPE_CHECKING:
    from geo.live import Fetched

__all__ = [
    "DETOUR_FACTOR",
    "REACH_M",
    "STRAIGHT_REACH_M",
    "Intake",
    "import_region",
]

DETOUR_FACTOR = 1.4
"""Road metres per straight-line metre where no roads are known: an assumption the user may set.

Observed circuity of road networks lies mostly between 1.2 and 1.5 (Ballou, Rahardja and Sakai
2002, "Selected country circuity factors for road travel distance estimation").
"""

REACH_M = 500.0
STRAIGHT_REACH_M = 800.0
"""Without roads people are spread evenly or by little evidence, and the place of a candidate means
little: a finer lattice would feign a precision that is not there, and cost the proof (on
Jingdezhen's 61 townships 0.5 % of gap at 800 m, 2.3 % at 500 m)."""

# Options that say nothing without another, and options of which one makes the other idle.
_OF_USE_WITH = {
    "--name-field": "--boundaries",
    "--code-field": "--boundaries",
    "--county-field": "--boundaries",
    "--population-code-field": "--population",
    "--population-name-field": "--population",
    "--population-field": "--population",
    "--raster-band": "--population-raster",
    "--skip-unknown": "--population",
    "--accept-guesses": "--population",
    "--names": "--population",
}
_IDLE_WITH = {
    "--admin-level": "--boundaries",
    "--urban-names": "--urban",
    "--detour": "--straight-line",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Intake:
    """What to import, and how: the options of ``recyclenet import``.

    Parameters
    ----------
    extract
        OSM file; may be left out where ``boundaries`` are given (then no roads are known).
    admin_level
        OSM level of the townships; chosen from the data if left out.
    boundaries, name_field, code_field, county_field
        The user's own township file and its columns.
    population, population_code_field, population_name_field, population_field
        Table of people, its columns, and
    skip_unknown
        whether rows for places outside the region are passed over instead of refused.
    cell_m
        Edge of a demand cell, metres.
    urban, urban_names
        Polygon file or township names of the main urban area.
    kinds, candidates, exclude, exclude_buffer_m, reach_m
        Table of candidate kinds, own candidates, no-go areas with their buffer, and the
        distance within which every demand cell shall have a candidate: if left out
        ``REACH_M`` along roads, ``STRAIGHT_REACH_M`` where none are known.
    layer, convert
        Which layer or sheet to read, and how to read coordinates whatever the check says: values
        for every file, or ``ROLE=VALUE`` for one of ``boundaries``, ``candidates``, ``exclude``
        and ``urban`` (layers also of ``population``).
    accept_diagnosis
        What the coordinate check finds is agreed to.
    names, accept_guesses
        Table of confirmed names, and whether the nearest spelling is taken, for ``population``.
    straight_line
        Detour factor to plan with straight-line distances although an extract is given.
    detour
        Detour factor of the straight lines in townships without mapped roads; ``DETOUR_FACTOR``
        if left out.
    speeds
        Table of speeds by class of road.
    suitability, dem
        Table of criteria of where a point fits, and GeoTIFF of heights in metres for the slope.
    population_raster, raster_band
        GeoTIFF with people per pixel, and which of its bands if it has several.
    population_year, growth, year
        Year of the people; growth per year ("0.004", "0.4%", or the path of a table by code or
        name) and the year they are to be grown to.
    household_size
        People per household where the table does not tell; a Chinese average if left out.
    materials, special_demand
        Tables of recyclables per person and day, and of what schools, offices, markets and shops
        hand in (these are not looked for if left out).
    name
        Name of the region; found in the data if left out.

    Raises
    ------
    InputError
        If an option is empty, out of range, lacks the one it belongs to, or would be passed over
        because of another: what a user says is done or refused, never ignored.
    """

    extract: Path | None = None
    admin_level: int | None = None
    boundaries: Path | None = None
    name_field: str | None = None
    code_field: str | None = None
    county_field: str | None = None
    population: Path | None = None
    population_code_field: str | None = None
    population_name_field: str | None = None
    population_field: str | None = None
    skip_unknown: bool = False
    cell_m: float = 250.0
    urban: Path | None = None
    urban_names: tuple[str, ...] = ()
    kinds: Path | None = None
    candidates: Path | None = None
    exclude: Path | None = None
    exclude_buffer_m: float = 10.0
    reach_m: float | None = None
    straight_line: float | None = None
    detour: float | None = None
    speeds: Path | None = None
    suitability: Path | None = None
    dem: Path | None = None
    population_raster: Path | None = None
    raster_band: int | None = None
    population_year: int | None = None
    growth: str | None = None
    year: int | None = None
    household_size: float | None = None
    materials: Path | None = None
    special_demand: Path | None = None
    name: str | None = None
    layer: tuple[str, ...] = ()
    convert: tuple[str, ...] = ()
    accept_diagnosis: bool = False
    names: Path | None = None
    accept_guesses: bool = False

    def __post_init__(self) -> None:
        self._refuse_blank()
        self._refuse_idle()
        refuse_people(self)
        consents = (self.convert, ("",) if self.accept_diagnosis else ())
        for option, told in zip(("--convert", "--accept-diagnosis"), consents, strict=True):
            refuse_roles(option, told, [role for role in ROLES if getattr(self, role)])
        tables = [role for role in (*ROLES, "population") if getattr(self, role)]
        refuse_roles("--layer", self.layer, tables)
        if self.extract is None and self.boundaries is None:
            raise BoundaryError(
                "neither an OSM extract nor a boundary file is given",
                remedy="Name an .osm.pbf file, or --boundaries FILE",
            )
        if self.boundaries is not None and not self.name_field:
            raise BoundaryError(
                "--name-field is missing",
                where=str(self.boundaries),
                remedy="Say which column holds the townships' names",
            )
        for option, value, low, high in (
            ("--cell", self.cell_m, 50.0, 5000.0),
            ("--reach", self.reach_m, 50.0, 20_000.0),
            ("--exclude-buffer", self.exclude_buffer_m, 0.0, 5000.0),
            ("--straight-line", self.straight_line, 1.0, 5.0),
            ("--detour", self.detour, 1.0, 5.0),
        ):
            if value is not None and not low <= value <= high:
                raise InputError(
                    f"{value:g} is not allowed", where=option, remedy=f"Give {low:g} to {high:g}"
                )

    def _refuse_blank(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            texts = value if isinstance(value, tuple) else (value,)
            # An empty path is the current folder to Python.
            if any(
                text == Path() or (isinstance(text, str) and not text.strip()) for text in texts
            ):
                option = "EXTRACT" if field.name == "extract" else _option(field.name)
                raise InputError("is empty", where=option, remedy="Give a value or leave it out")

    def _refuse_idle(self) -> None:
        values = {_option(field.name): getattr(self, field.name) for field in fields(self)}
        given = {
            option
            for option, value in values.items()
            if value is not None and value is not False and value != ()  # but 0 is given
        }
        for option, other in _OF_USE_WITH.items():
            if option in given and other not in given:
                raise InputError(
                    f"is of no use without {other}",
                    where=option,
                    remedy=f"Give {other} FILE too, or leave {option} out",
                )
        for option, other in _IDLE_WITH.items():
            if option in given and other in given:
                raise InputError(
                    f"is of no use with {other}", where=option, remedy="Give one of the two"
                )


def _option(field: str) -> str:
    return "--" + field.replace("_", "-")


def import_region(
    intake: Intake,
    out: Path,
    progress: Progress = silent,
    *,
    recipe: Recipe | None = None,
    fetched: Fetched | None = None,
) -> Bundle:
    """Import a region and write its bundle.

    Parameters
    ----------
    intake
        What to import, and how.
    out
        Folder to write.
    progress
        Told what is being done.
    recipe
        Ready region: which units of the extract are meant, and which of them are urban.
    fetched
        Where the extract comes from, if map servers were asked for it.

    Raises
    ------
    InputError
        If any of the files or options is wrong; nothing is written then.
    """
    refuse_out(out)
    inputs = hashed(
        {
            BOUNDARIES: intake.boundaries,
            "candidates": intake.candidates,
            "exclude": intake.exclude,
            "kinds": intake.kinds,
            "growth": _growth_file(intake),
            "materials": intake.materials,
            "names": intake.names,
            "population": intake.population,
            "population_raster": intake.population_raster,
            "special_demand": intake.special_demand,
            "dem": intake.dem,
            "speeds": intake.speeds,
            "suitability": intake.suitability,
            "urban": intake.urban,
        }
    )
    kinds = read_kinds(intake.kinds) if intake.kinds else default_kinds()
    speeds = read_speeds(intake.speeds) if intake.speeds else default_speeds()
    suitability = (
        read_suitability(intake.suitability) if intake.suitability else default_suitability()
    )
    people = read_people(intake)
    own = open_files({role: getattr(intake, role) for role in ROLES}, intake.layer)
    wanted = kinds.wanted() | WANTED | (people.special.wanted() if people.special else set())
    extract = (
        read_extract(intake.extract, wanted=wanted, progress=progress) if intake.extract else None
    )
    findings = [*(fetched.findings if fetched else ()), *(extract.findings if extract else ())]
    if fetched and extract:
        extract = replace(extract, place=fetched.outline)
    if recipe and extract and not intake.boundaries:
        extract, noticed = narrowed(extract, recipe)
        findings += noticed
    around = landmarks_of_extract(extract) if intake.boundaries else None
    boundaries = _placed(own, "boundaries", intake, around)
    region, noticed = _region(intake, boundaries, extract, progress)
    findings += noticed
    if intake.name:
        region = replace(region, name=intake.name)
    urban_names = intake.urban_names
    if recipe:
        findings += compared(region, recipe)
        if not urban_names and not intake.urban:
            urban_names = recipe.urban_names(region.townships["name"].tolist())
    networks: dict[str, RoadNetwork] = {}
    if extract is not None and intake.straight_line is None:
        if not len(extract.roads.way_id):
            raise NetworkError(
                "has no roads (no way with a highway tag)",
                where=str(intake.extract),
                remedy="Take another extract, or plan on straight lines with --straight-line 1.4",
            )
        for mode in MODES:
            networks[mode], noticed = build_network(
                extract.roads, mode=mode, crs=region.crs, speeds=speeds, progress=progress
            )
            findings += noticed
    basemap = basemap_of(extract, region)
    landmarks = landmarks_of(region, basemap) if own.keys() - {"boundaries"} else None
    placed = {role: _placed(own, role, intake, landmarks) for role in ROLES if role != "boundaries"}
    # Nought is refused with the options, so that "or" means "not given" here and below.
    detour_factor = intake.straight_line or intake.detour or DETOUR_FACTOR
    exclusions, noticed = exclusion_zones(
        extract.areas if extract else None,
        region,
        user_file=placed["exclude"],
        buffer_m=intake.exclude_buffer_m,
    )
    findings += noticed
    demand, noticed = build_demand(
        extract,
        region,
        cell_m=intake.cell_m,
        population=people.table,
        raster=intake.population_raster,
        raster_band=intake.raster_band or 0,
        growth=people.growth,
        year=intake.population_year or 0,
        household_size=intake.household_size or HOUSEHOLD_SIZE,
        urban_file=placed["urban"],
        urban_names=urban_names,
        progress=progress,
    )
    findings += noticed
    special = None
    if people.special and extract is not None:
        special, noticed = special_demand(
            extract.pois, people.special, people.materials, region, demand.frame
        )
        findings += noticed
    roadless: tuple[int, ...] = ()
    if networks:
        roadless, noticed = without_roads(
            region, demand, networks["walk"], detour_factor=detour_factor
        )
        findings += noticed
    ground = ground_of(extract, region, exclusions) if extract else None
    candidates, noticed = build_candidates(
        extract.pois if extract else None,
        kinds,
        region,
        demand,
        networks.get("walk"),
        exclusions,
        own_file=placed["candidates"],
        reach_m=intake.reach_m or (REACH_M if networks else STRAIGHT_REACH_M),
        detour_factor=detour_factor,
        roadless=roadless,
        ground=ground,
        suitability=suitability,
        progress=progress,
    )
    findings += noticed
    judged = ground is not None or intake.dem is not None
    if judged:
        candidates, noticed = with_criteria(
            candidates, region, suitability, ground=ground, dem=intake.dem
        )
        findings += noticed
    findings += lone_spreads(demand, len(region.townships))
    completeness = None
    if extract is not None:
        lost = None
        for way, network in networks.items():
            cells, noticed = cut_off(network, demand, candidates, roadless)
            findings += noticed
            lost = cells if way == "walk" else lost
        completeness, noticed = completeness_of(
            extract, region, demand, cut_off=lost, roadless=roadless
        )
        findings += noticed
    bundle = Bundle(
        region=region,
        networks=networks,
        demand=demand,
        candidates=candidates,
        basemap=basemap,
        exclusions=exclusions,
        detour_factor=detour_factor if roadless or not networks else 1.0,
        roadless=roadless,
        speeds=speeds,
        suitability=suitability if judged else None,
        materials=people.materials,
        special=special,
        completeness=completeness,
        source=replace(source_of(extract, inputs), requests=fetched.requests if fetched else ()),
        findings=tuple(findings),
    )
    progress("write bundle", 0.0)
    return save_bundle(bundle, out)


def _growth_file(intake: Intake) -> Path | None:
    path = Path(intake.growth) if intake.growth else None
    return path if path and path.is_file() else None


def _placed(
    own: Mapping[str, OwnFile], role: str, intake: Intake, landmarks: Landmarks | None
) -> Placed | None:
    if role not in own:
        return None
    return place_file(
        own[role],
        role,
        landmarks,
        convert=intake.convert,
        accept=intake.accept_diagnosis,
    )


def _region(
    intake: Intake, boundaries: Placed | None, extract: Extract | None, progress: Progress
) -> tuple[Region, list[Finding]]:
    if boundaries is not None:
        assert intake.name_field is not None
        return region_from_file(
            boundaries,
            name_field=intake.name_field,
            code_field=intake.code_field,
            county_field=intake.county_field,
            extract=extract,
            progress=progress,
        )
    assert extract is not None
    return region_from_osm(extract, admin_level=intake.admin_level, progress=progress)
