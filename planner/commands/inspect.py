"""The command ``recyclenet inspect``: what was understood of a file, before it is taken."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.wording.language import LANGUAGES

if TYPE_CHECKING:
    from geo.preview import Preview
    from planner.wording.language import Language

__all__ = ["add_consents", "add_inspect", "say_preview"]

#: What ``--as`` calls a role, and the role.
AS = {
    "townships": "boundaries",
    "candidates": "candidates",
    "existing": "existing",
    "no-go": "exclude",
    "urban": "urban",
    "population": "population",
}
_SHOWN = 10


def add_inspect(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("inspect", help="预览文件 · what is understood of an own file")
    add = parser.add_argument
    add("file", type=Path, help="GeoJSON, GPKG, Shapefile, KML/KMZ, CSV/TSV, XLSX, or zipped")
    add("--bundle", type=Path, metavar="BUNDLE", help="region to check it against")
    add("--as", choices=tuple(AS), dest="role", help="what it would be given for")
    add("--layer", metavar="NAME", help="layer or sheet, where there are several")
    add("--convert", metavar="READING", help="look at it read so: gcj02, bd09, epsg:N …, or none")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="只看有无问题 · only whether it can be taken")
    parser.set_defaults(run=_run)


def add_consents(parser: argparse.ArgumentParser) -> None:
    """Add the options of an import by which a user says how own files are to be taken."""
    add = parser.add_argument
    add("--layer", action="append", metavar="[ROLE=]NAME", help="layer or sheet of an own file")
    add(
        "--convert",
        action="append",
        metavar="[ROLE=]READING",
        help="read coordinates as gcj02, bd09, swapped, dms, epsg:N, or none (as they are); ROLE "
        "is boundaries, candidates, exclude or urban",
    )
    add("--accept-diagnosis", action="store_true", help="convert as the coordinate check finds")
    add("--names", type=Path, metavar="MAP.csv", help="confirmed names: given,name")
    add("--accept-guesses", action="store_true", help="take the nearest spelling of a township")


def _run(options: argparse.Namespace) -> int:
    # Imported where they are used: `recyclenet --help` answers at once.
    from geo.bundle import load_bundle
    from geo.preview import preview

    bundle = load_bundle(options.bundle) if options.bundle else None
    seen = preview(
        options.file,
        role=AS[options.role] if options.role else None,  # type: ignore[arg-type]
        region=bundle.region if bundle else None,
        basemap=bundle.basemap if bundle else None,
        layer=options.layer,
        convert=options.convert,
    )
    if not options.quiet:
        sys.stdout.write(say_preview(seen, options.lang))
    return 0


def say_preview(seen: Preview, language: Language) -> str:
    """Say what was understood, line by line; text of the file's own stays text."""
    from planner.commands.inspect_words import PREVIEW, say_diagnosis, say_tried
    from planner.wording.errors import say_part, say_place
    from planner.wording.words import say_finding

    def say(key: str, **values: object) -> str:
        return PREVIEW.say(key, language, **values)

    encoding = say("encoding", encoding=seen.encoding) if seen.encoding else ""
    layer = say("layer", layer=seen.layer, layers=len(seen.layers)) if seen.layer else ""
    layer += say("packed", packed=seen.packed) if seen.packed else ""
    lines = [
        say("file", file=seen.file, kind=seen.kind, layer=layer, rows=seen.rows,
            encoding=encoding),
        say("role", role=say(f"role-{seen.role}")),
    ]  # fmt: skip
    if seen.crs:
        lines.append(say("crs", crs=seen.crs, by=say(f"by-{seen.crs_by}")))
    else:
        lines.append(say("crs-none"))
    if seen.diagnosis is not None:
        lines.append(say_diagnosis(seen.diagnosis, language))
        lines += [say_tried(tried, language) for tried in seen.diagnosis.hypotheses[:4]]
    lines += [
        say("column", name=_short(column.name), taken=say(f"as-{column.taken}"),
            sample=_short(column.sample))
        for column in seen.columns
    ]  # fmt: skip
    lines.append(say("taken", taken=seen.taken, refused=len(seen.refused)))
    if seen.inside >= 0:
        lines.append(say("inside", inside=seen.inside, outside=seen.taken - seen.inside))
    lines += [
        say("refused", where=_short(say_place(r.where, language)), what=say_part(r.what, language))
        for r in seen.refused[:_SHOWN]
    ]
    if len(seen.refused) > _SHOWN:
        lines.append(say("more", more=len(seen.refused) - _SHOWN))
    if seen.names or seen.unmatched:
        lines.append(say("names"))
        lines += [
            say("name", text=_short(match.text), name=match.name,
                kind=say(f"kind-{match.kind}"), score=f"{match.score:.2f}")
            for match in seen.names[:_SHOWN]
        ]  # fmt: skip
        lines += [say("name-none", text=_short(text)) for text in seen.unmatched[:_SHOWN]]
        more = max(0, len(seen.names) - _SHOWN) + max(0, len(seen.unmatched) - _SHOWN)
        lines += [say("more", more=more)] * bool(more)
    lines += [say_finding(finding, language) for finding in seen.findings]
    lines.append(say("first"))
    lines += ["  " + " | ".join(_short(cell) for cell in row) for row in seen.first]
    return "".join(" ".join(line.splitlines()) + "\n" for line in lines)


def _short(text: str) -> str:
    """A cell for one line of a terminal, without what would steer it."""
    plain = "".join(c if c.isprintable() else " " for c in text)
    return plain if len(plain) <= 60 else plain[:59] + "…"
