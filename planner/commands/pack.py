"""The commands ``recyclenet pack`` and ``recyclenet unpack``: scenarios as one file."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.wording.language import LANGUAGES

if TYPE_CHECKING:
    from planner.packs.pack import Item

__all__ = ["add_pack", "add_unpack"]


def add_pack(commands: Any) -> None:
    """Add ``pack`` to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("pack", help="打包 · scenarios and their data into one file")
    add = parser.add_argument
    add(
        "plans",
        nargs="+",
        type=Path,
        metavar="PLAN|SCENARIO",
        help="folder of a plan, or a scenario.toml",
    )
    add("--out", type=Path, required=True, metavar="FILE.rnpack")
    add("--bundle", type=Path, help="the region's data, if they have moved")
    _common(parser)
    parser.set_defaults(run=_pack)


def add_unpack(commands: Any) -> None:
    """Add ``unpack`` to the ``add_subparsers()`` of a parser."""
    parser = commands.add_parser("unpack", help="解包 · open a packed file, all of it checked")
    add = parser.add_argument
    add("pack", type=Path, metavar="FILE.rnpack")
    add("--out", type=Path, required=True, metavar="DIR", help="folder to write, not there yet")
    _common(parser)
    parser.set_defaults(run=_unpack)


def _common(parser: argparse.ArgumentParser) -> None:
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    parser.add_argument("--lang", choices=LANGUAGES, default=default, help="语言 · language")


def _pack(options: argparse.Namespace) -> int:
    # Imported where they are used: `recyclenet --help` answers at once.
    from planner.packs.pack import refuse_out, write_pack
    from planner.packs.words import PACK

    refuse_out(options.out)
    items = [_item(path, options.bundle) for path in options.plans]
    manifest = write_pack(items, options.out)
    told = {
        "file": options.out,
        "scenarios": len(manifest.scenes),
        "bundles": len(manifest.regions),
        "size": f"{options.out.stat().st_size / 1e6:.1f}",
    }
    sys.stdout.write(PACK.say("packed", options.lang, **told) + "\n")
    return 0


def _item(path: Path, bundle: Path | None) -> Item:
    from geo.bundle import load_bundle
    from planner.errors import OutputError
    from planner.opened_plan import bundle_beside, open_answer
    from planner.packs.pack import Item
    from planner.packs.words import refused
    from planner.policy.asked import portable, read_asked
    from planner.scenario import read_tables
    from planner.scenario_data import read_scenario_file

    if path.is_dir():
        opened = open_answer(path, bundle)
        return Item(
            scenario=opened.scenario,
            toml=opened.toml,
            answer=opened.answer,
            bundle=opened.bundle_path,
        )
    scenario, told = read_scenario_file(path)
    portable(read_asked(read_tables(path).get("policy"), str(path)), str(path))
    if bundle is None:
        try:
            bundle = bundle_beside(path)
        except OutputError:
            raise refused("no-bundle", str(path)) from None
    if told is not None and told.bundle_sha256 != (found := load_bundle(bundle).sha256):
        raise refused("other-data", str(path), asked=told.bundle_sha256[:12], found=found[:12])
    toml = path.read_bytes().decode("utf-8-sig")
    return Item(scenario=scenario, toml=toml, answer=None, bundle=bundle)


def _unpack(options: argparse.Namespace) -> int:
    from planner.packs.pack import SCENARIO_FILE, unpack
    from planner.packs.words import PACK

    def say(key: str, **values: object) -> str:
        line = PACK.say(key, options.lang, **values)
        return "".join(c if c.isprintable() else " " for c in line)

    found = unpack(options.pack, options.out)
    lines = [say("unpacked", folder=options.out)]
    for one in found:
        name = one.scenario.name or say("no-name")
        lines.append(say("unpacked-scenario", folder=one.folder, name=name, region=one.region))
    scenario = found[0].folder / SCENARIO_FILE
    lines.append(say("plan-again", bundle=found[0].bundle, scenario=scenario))
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    return 0
