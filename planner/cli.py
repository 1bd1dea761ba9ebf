"""The command ``recyclenet``: import a region, plan on it, check the plan."""

from __future__ import annotations

import argparse
import dataclasses
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from geo.errors import GeoError
from planner.commands.compare import add_compare
from planner.commands.export import add_export
from planner.commands.fetch import add_fetch
from planner.commands.inspect import add_consents, add_inspect
from planner.commands.pack import add_pack, add_unpack
from planner.commands.quality import add_quality
from planner.commands.solve import add_solve
from planner.commands.verify import add_verify
from planner.errors import ScenarioError
from planner.policy.compliance.command import add_comply, add_rules, packs_of
from planner.policy.hosts.command import add_hosts
from planner.policy.phases.command import add_phases
from planner.policy.programme_command import add_policy
from planner.policy.robust.command import add_robust
from planner.policy.service.command import add_service
from planner.policy.tiers.command import add_tiers
from planner.scenario import Scenario, read_scenario
from planner.wording.language import LANGUAGES

if TYPE_CHECKING:
    from geo.bundle import Bundle
    from planner.policy.rules.rules import RulePack
    from planner.regions.intake import Intake
    from planner.regions.recipes import Recipe
    from planner.wording.language import Language

__all__ = ["main"]

SPECIAL_TABLE = Path(__file__).resolve().parent.parent / "data" / "special_demand.toml"

FAILED, REFUSED, INTERRUPTED = 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns its exit code.

    0: done. 1: ``check`` or ``verify`` found differences. 2: something given is wrong, said in
    one line. 130: interrupted, nothing half-written is left behind.
    """
    _speak_utf8()
    for stop in ("SIGTERM", "SIGHUP"):  # what a container or a closed terminal sends
        if hasattr(signal, stop) and threading.current_thread() is threading.main_thread():
            signal.signal(getattr(signal, stop), _interrupt)
    options = _parser().parse_args(arguments)
    try:
        code = int(options.run(options))
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # the reader of a pipe has gone; what was to be written is written
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except GeoError as error:
        from planner.wording.errors import say_error

        said = say_error(error, getattr(options, "lang", "en"))
        sys.stderr.write(f"recyclenet: {said}\n")
        return REFUSED
    except KeyboardInterrupt:
        sys.stderr.write(
            "\nrecyclenet: 已中断,未写入任何文件。 Interrupted, nothing was written.\n"
        )
        return INTERRUPTED


def _interrupt(_signal: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt


def _speak_utf8() -> None:
    # A pipe or a Windows console may be set to an encoding without Chinese.
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="replace")


class _OneLine(argparse.ArgumentParser):
    """Refuses in one line, as every command of ours does."""

    def error(self, message: str) -> Any:
        sys.stderr.write(f"{self.prog}: {message}. Try: {self.prog} --help\n")
        raise SystemExit(REFUSED)


def _parser() -> argparse.ArgumentParser:
    parser = _OneLine(
        prog="recyclenet",
        description="再生资源回收网点规划 · Recycling-network planner: from an OpenStreetMap "
        "extract to a plan with a proof.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    importing = commands.add_parser("import", help="导入区域 · make a bundle of a region")
    importing.add_argument(
        "extract", nargs="?", type=Path, help=".osm.pbf, .osm, .osm.bz2, .osm.gz"
    )
    _import_options(importing)
    importing.set_defaults(run=_import)
    add_inspect(commands)
    add_fetch(commands, _import_options, _intake)
    _plan_options(commands.add_parser("plan", help="规划 · find the sites, write the plan"))
    _check_options(commands.add_parser("check", help="复核 · compute a plan's claims again"))
    add_export(commands)
    add_pack(commands)
    add_unpack(commands)
    add_compare(commands)
    add_comply(commands)
    add_verify(commands)
    add_tiers(commands)
    add_phases(commands)
    add_robust(commands)
    add_service(commands)
    add_hosts(commands)
    add_policy(commands)
    add_quality(commands)
    add_solve(commands)
    return parser


def _common(parser: argparse.ArgumentParser) -> None:
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    parser.add_argument("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    parser.add_argument("--quiet", action="store_true", help="不显示进度 · no progress")


def _import_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--recipe", metavar="NAME", help="ready region: jingdezhen, nanchang-gaoxin")
    add("--out", type=Path, required=True, metavar="BUNDLE", help="folder to write")
    add("--name", help="name of the region")
    add("--admin-level", type=int, metavar="N", help="OSM admin_level of the townships")
    add("--boundaries", type=Path, metavar="FILE", help="own township file instead")
    add("--name-field", metavar="F", help="its column of names")
    add("--code-field", metavar="F", help="its column of codes")
    add("--county-field", metavar="F", help="its column of county codes or names")
    add("--population", type=Path, metavar="FILE.csv", help="people by township or county")
    add("--population-code-field", metavar="F")
    add("--population-name-field", metavar="F")
    add("--population-field", metavar="F", help="its column of people")
    add("--skip-unknown", action="store_true", help="pass over its rows for other places")
    add(
        "--population-raster",
        type=Path,
        metavar="FILE.tif",
        help="people per pixel (WorldPop, GHS-POP)",
    )
    add("--raster-band", type=int, metavar="N", help="its band, if there are several")
    add("--population-year", type=int, metavar="Y", help="year that the people are of")
    add("--growth", metavar="RATE|FILE", help="per year, e.g. 0.4%%, or a table by code")
    add("--year", type=int, metavar="Y", help="year to grow to, e.g. 2027")
    add("--household-size", type=float, metavar="N", help="where the table does not tell: 2.62")
    add("--materials", type=Path, metavar="FILE.toml", help="own kg per person and day")
    add(
        "--special-demand",
        type=Path,
        nargs="?",
        const=SPECIAL_TABLE,
        metavar="FILE.toml",
        help="count schools, offices, markets and shops too",
    )
    add("--cell", type=float, default=250.0, metavar="M", dest="cell_m", help="demand cell, metres")
    add("--urban", type=Path, metavar="FILE", help="polygon of the main urban area")
    add("--urban-names", metavar="A,B", help="townships that are the main urban area")
    add("--kinds", type=Path, metavar="FILE.csv", help="own table of candidate kinds and weights")
    add("--candidates", type=Path, metavar="FILE", help="own candidate or existing sites")
    add("--exclude", type=Path, metavar="FILE", help="own no-go areas")
    add("--exclude-buffer", type=float, default=10.0, metavar="M", dest="exclude_buffer_m")
    add(
        "--reach",
        type=float,
        metavar="M",
        dest="reach_m",
        help="each cell gets a candidate so near",
    )
    add("--straight-line", type=float, metavar="FACTOR", help="do without roads: detour factor")
    add("--detour", type=float, metavar="FACTOR", help="where a township has no mapped roads: 1.4")
    add("--speeds", type=Path, metavar="FILE.toml", help="own speeds by class of road")
    add("--suitability", type=Path, metavar="FILE.toml", help="own criteria of where a point fits")
    add("--dem", type=Path, metavar="FILE.tif", help="heights in metres, for the slope of places")
    add_consents(parser)
    _common(parser)


def _plan_options(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add(
        "bundle",
        nargs="?",
        type=Path,
        help="the region's data; without, those that the scenario file lies beside",
    )
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write")
    add("--scenario", type=Path, metavar="FILE.toml", help="options below override its fields")
    add("--accept-data", action="store_true", help="plan on other data than the file names")
    add("--radius", type=float, metavar="M", dest="radius_m", help="coverage radius, metres")
    add("--minutes", type=float, metavar="M", help="coverage limit in minutes of travel instead")
    add("--mode", choices=("walk", "ebike", "drive"))
    add(
        "--speed-walk",
        type=float,
        metavar="M/S",
        dest="speed_walk_m_s",
        help="pace on foot, 1.2 m/s; with --minutes",
    )
    add("--min-per-township", type=int, metavar="Q")
    add("--urban-target", type=_share, metavar="T", help="0-1, or none")
    add("--township-target", type=_share, metavar="T", help="0-1, or none")
    add("--max-sites", type=int, metavar="P")
    add("--objective", choices=("sites", "cost"))
    add(
        "--criterion",
        type=_weighed,
        action="append",
        metavar="NAME=W",
        dest="suitability",
        help="weight of a criterion of suitability (free=3, slope=0); may be repeated",
    )
    add(
        "--kinds",
        type=_kinds,
        metavar="A,B",
        help="kinds of candidates that may be opened new, e.g. parking,supermarket; or all",
    )
    closing = parser.add_mutually_exclusive_group()
    closing.add_argument("--keep-existing", action="store_const", const=True)
    closing.add_argument(
        "--close-existing", action="store_const", const=False, dest="keep_existing"
    )
    add("--gap", type=float, metavar="G", help="relative gap asked for, 0 for a full proof")
    add("--seed", type=int)
    add(
        "--households-per-site",
        type=_whole,
        metavar="H",
        help="a site for every so many households of a township, e.g. 2000; or none",
    )
    add(
        "--households-per-site-urban",
        type=_whole,
        metavar="H",
        help="the same, in townships most of whose people live in the main urban area",
    )
    add("--weight", choices=("people", "kg"), help="what is weighed: people, or kg of recyclables")
    add_rules(parser)
    _common(parser)
    parser.set_defaults(run=_plan)


def _check_options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("plan", type=Path, help="folder that recyclenet plan wrote")
    parser.add_argument("--bundle", type=Path, help="if it has moved since")
    _common(parser)
    parser.set_defaults(run=_check)


def _share(text: str) -> float | str:
    try:
        return "none" if text == "none" else float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no share: give 0 to 1, or none") from None


def _whole(text: str) -> int | str:
    try:
        return "none" if text == "none" else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number, nor none") from None


def _kinds(text: str) -> tuple[str, ...]:
    return () if text.strip() == "all" else tuple(kind.strip() for kind in text.split(","))


def _weighed(text: str) -> tuple[str, float]:
    name, _, weight = text.partition("=")
    try:
        return name.strip(), float(weight)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no weight: give NAME=W") from None


def _intake(options: argparse.Namespace, recipe: Recipe | None, folder: Path) -> Intake:
    """Make an intake of the options; what a recipe brings along is written into a folder."""
    # Imported where they are used: `recyclenet --help` answers at once.
    from planner.regions.intake import Intake
    from planner.regions.recipe_region import with_recipe

    fields = {field.name for field in dataclasses.fields(Intake)}
    given = {key: value for key, value in vars(options).items() if key in fields}
    if options.urban_names is None:
        given["urban_names"] = ()
    else:  # names of nothing but commas are refused, not taken for none
        names = [name.strip() for name in options.urban_names.split(",")]
        given["urban_names"] = tuple(filter(None, names)) or ("",)
    for several in ("layer", "convert"):
        given[several] = tuple(given[several] or ())
    if recipe is None:
        return Intake(**given)
    # The people to be grown are the recipe's, if the user has none of their own.
    of_people = {key: given.pop(key) for key in ("population_year", "growth", "year")}
    intake = with_recipe(Intake(**given), recipe, folder)
    told = {key: value for key, value in of_people.items() if value is not None}
    return dataclasses.replace(intake, **told)


def _import(options: argparse.Namespace) -> int:
    from planner.regions.intake import import_region
    from planner.regions.recipes import load_recipe
    from planner.summary import bundle_summary
    from planner.terminal import phases

    recipe = load_recipe(options.recipe) if options.recipe else None
    with tempfile.TemporaryDirectory(prefix="recyclenet-") as folder:
        intake = _intake(options, recipe, Path(folder))
        with phases(options.lang, quiet=options.quiet) as progress:
            bundle = import_region(intake, options.out, progress, recipe=recipe)
    sys.stdout.write(bundle_summary(bundle, options.out, options.lang))
    return 0


def _scenario(options: argparse.Namespace) -> Scenario:
    base = read_scenario(options.scenario) if options.scenario else Scenario()
    fields = {field.name for field in dataclasses.fields(Scenario)}
    given: dict[str, Any] = {
        key: None if value == "none" else value
        for key, value in vars(options).items()
        if key in fields and value is not None
    }
    if "suitability" in given:
        given["suitability"] = {**dict(base.suitability), **dict(given["suitability"])}
    # Who gives a limit of one kind beside a file wants it in place of the other kind.
    if "minutes" in given:
        given.setdefault("radius_m", None)
    elif "radius_m" in given:
        given["minutes"] = None
        given.setdefault("speed_walk_m_s", Scenario().speed_walk_m_s)
    scenario = dataclasses.replace(base, **given)
    if options.suitability and scenario.objective != "cost":
        raise ScenarioError(
            "is of no use while sites are counted, not weighed by their cost",
            where="--criterion",
            remedy="Give --objective cost too, or leave it out",
        )
    return scenario


def _under_rules(
    packs: tuple[RulePack, ...], scenario: Scenario, bundle: Bundle, language: Language
) -> Scenario:
    """Ask for what packs of rules ask for, and say what no plan can be asked for."""
    from planner.policy.compliance.words import say_compliance_finding
    from planner.policy.rules.ruled import ruled

    if not packs:
        return scenario
    under = ruled(scenario, packs, bundle)
    for finding in under.findings:
        sys.stderr.write(f"  ! {say_compliance_finding(finding, language)}\n")
    return under.scenario


def _refuse_unknown_criteria(bundle: Bundle, moved: Iterable[tuple[str, float]]) -> None:
    """Refuse weights of criteria that the region's data says nothing about."""
    from geo.suitability import column_of

    frame = bundle.candidates.frame
    for key, _ in moved:
        column = column_of(key)
        if column not in frame or frame[column].isna().all():
            raise ScenarioError(
                f"{key}: the region's data says nothing about it",
                where="--criterion",
                remedy="Leave it out, or import again with what tells it (slope: --dem)",
            )


def _bundle_of(options: argparse.Namespace) -> Path:
    """Region that was given, or that the scenario file lies beside."""
    from planner.opened_plan import bundle_beside

    if options.bundle is not None:
        return Path(options.bundle)
    if options.scenario is not None:
        return bundle_beside(options.scenario)
    raise ScenarioError(
        "is missing",
        where="bundle",
        remedy="Give the region's folder, or --scenario FILE of a plan's folder or an unpacked "
        "pack",
    )


def _plan(options: argparse.Namespace) -> int:
    scenario = _scenario(options)  # before anything slow: a wrong option is told at once
    packs = packs_of(options)

    from geo.bundle import load_bundle
    from planner.outputs import refuse_out, write_plan
    from planner.plan import make_plan
    from planner.scenario_data import (
        data_of,
        differing,
        read_scenario_file,
        refuse_other_data,
        say_differing,
    )
    from planner.summary import plan_summary
    from planner.terminal import phases
    from planner.wording.words import WORDS

    told = read_scenario_file(options.scenario)[1] if options.scenario else None
    bundle_path = _bundle_of(options)
    refuse_out(options.out)
    with phases(options.lang, quiet=options.quiet) as progress:
        progress("load bundle", 0.0)
        bundle = load_bundle(bundle_path)
        if told is not None and not options.accept_data:
            refuse_other_data(told, bundle)
        _refuse_unknown_criteria(bundle, options.suitability or ())
        scenario = _under_rules(packs, scenario, bundle, options.lang)
        plan = make_plan(bundle, scenario, progress=progress)
        progress("write plan", 0.0)
        write_plan(plan, options.out, bundle_path=bundle_path)
    sys.stdout.write(plan_summary(plan, options.out, options.lang))
    if told is not None and (other := differing(told, data_of(bundle))):
        what = say_differing(other, options.lang)
        sys.stdout.write(WORDS.say("data-accepted", options.lang, what=what) + "\n")
    return 0


def _check(options: argparse.Namespace) -> int:
    from planner.checking.check import check_plan
    from planner.summary import check_summary

    report = check_plan(options.plan, options.bundle)
    sys.stdout.write(check_summary(report, options.lang))
    return FAILED if report.differences else 0


if __name__ == "__main__":
    raise SystemExit(main())
