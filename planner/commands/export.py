"""The command ``recyclenet export``: a plan's files for those who do not use RecycleNet."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from planner.commands.export_words import EXPORT
from planner.wording.language import LANGUAGES, Language

if TYPE_CHECKING:
    from planner.handover.check import Check
    from planner.handover.formats import Request, Written

__all__ = ["add_export"]

FAILED = 1
KINDS = ("pack", "xlsx", "png", "pdf", "docx", "html", "gpkg", "shp", "kml", "geojson")
REPORT_FILES = {
    "xlsx": "plan.xlsx",
    "png": "map.png",
    "pdf": "report.pdf",
    "docx": "report.docx",
    "html": "map.html",
}
PACK_FILE = "handover.zip"


def add_export(commands: Any) -> None:
    """Add the command to the ``add_subparsers()`` of a parser; its ``run`` gives the exit code."""
    parser = commands.add_parser("export", help="导出 · a plan as files for others")
    add = parser.add_argument
    add("plan", type=Path, help="folder that recyclenet plan wrote, or scenarios/N of a pack")
    add("--out", type=Path, metavar="DIR", help="folder to write; an older export is replaced")
    add("--bundle", type=Path, help="the region's data, if they have moved")
    for kind in KINDS:
        both = (EXPORT.say(f"kind-{kind}", one) for one in LANGUAGES)
        add(f"--{kind}", action="store_true", help=" · ".join(both))
    add("--review-number", default="", metavar="NO", help="审图号 · map-review number")
    default = "zh" if os.environ.get("LANG", "").lower().startswith("zh") else "en"
    add("--lang", choices=LANGUAGES, default=default, help="语言 · language")
    add("--quiet", action="store_true", help="不显示进度 · no progress")
    parser.set_defaults(run=_run)


def _run(options: argparse.Namespace) -> int:
    kinds = [kind for kind in KINDS if getattr(options, kind)]
    if not kinds or options.out is None:
        sys.stdout.write(_choice(options))
        return 0

    # Imported where they are used: `recyclenet --help` answers at once.
    from geo.folder import refuse_place, written_whole
    from planner.errors import OutputError
    from planner.opened_plan import open_plan
    from planner.terminal import phases

    def ours(folder: Path) -> bool:
        return all(path.name in _names() for path in folder.iterdir())

    refuse_place(options.out, is_ours=ours, names=_names(), thing="an export", error=OutputError)
    with phases(options.lang, quiet=options.quiet) as progress:
        plan = open_plan(options.plan, options.bundle, progress=progress)
        progress("write export", 0.0)
        files, check, notes = _files(plan, kinds, options)
    try:
        with written_whole(options.out) as partial:
            for name, content in files.items():
                (partial / name).parent.mkdir(parents=True, exist_ok=True)
                (partial / name).write_bytes(content)
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(options.out),
            remedy="Check the path, the free space and your rights",
        ) from error
    sys.stdout.write(_said(options, files, check, notes))
    return FAILED if check.differences else 0


def _names() -> frozenset[str]:
    folders = {"geojson", "gpkg", "kml", "shapefile-gbk", "shapefile-utf8"}
    return frozenset({PACK_FILE, *REPORT_FILES.values(), *folders})


def _files(
    plan: Any, kinds: list[str], options: argparse.Namespace
) -> tuple[dict[str, bytes], Check, list[str]]:
    """Make the files by name, what came of reading them back, and what is to be told."""
    from planner.handover import formats
    from planner.handover.check import Check
    from planner.handover.crs import systems_of
    from planner.handover.handover import make_handover
    from planner.handover.layers import plan_layers
    from planner.packs.zipped import zipped

    writers: dict[str, Callable[[Request], Written]] = {
        "gpkg": formats.packages,
        "shp": formats.shapefiles,
        "kml": formats.kml_document,
        "geojson": formats.geojson,
    }
    lang = options.lang
    request = formats.Request(
        plan=plan,
        layers=plan_layers(plan, lang),
        systems=systems_of(plan.bundle),
        language=lang,
        review_number=options.review_number,
    )
    files: dict[str, bytes] = {}
    checks = []
    for kind in kinds:
        if kind == "pack":
            handover = make_handover(plan, lang, review_number=options.review_number)
            files[PACK_FILE] = zipped(handover.files)
            checks.append(handover.check)
        elif kind in writers:
            written = writers[kind](request)
            files |= written.files
            checks.append(Check(files=written.checks, changes=written.changes))
        else:
            files[REPORT_FILES[kind]] = _report(plan, kind, options)
    whole = Check(
        files=tuple(one for check in checks for one in check.files),
        changes=tuple(one for check in checks for one in check.changes),
    )
    metric = {"pack", "gpkg", "shp"} & set(kinds)
    return files, whole, request.systems.notes(lang) if metric else []


def _report(plan: Any, kind: str, options: argparse.Namespace) -> bytes:
    lang, number = options.lang, options.review_number
    match kind:
        case "xlsx":
            from planner.report.workbook import plan_xlsx

            return plan_xlsx(plan, lang, review_number=number)
        case "png":
            from planner.picture.sheet import map_png

            return map_png(plan, lang, review_number=number)
        case "html":
            from planner.maps.page import map_html

            return map_html(plan, lang, review_number=number).encode()
    from planner.report.blocks import Imprint

    told: dict[str, Any] = {"imprint": Imprint(review_number=number), **_advice(plan, lang)}
    if kind == "pdf":
        from planner.report.pdf import report_pdf

        return report_pdf(plan, lang, **told)
    from planner.report.docx import report_docx

    return report_docx(plan, lang, **told)


def _advice(plan: Any, lang: Language) -> dict[str, Any]:
    """Find what the app's report says beside the plan: repairs, and how many more could be had."""
    from planner.curves.room import has_room, people_more
    from planner.repairs.townships import repair_lines, repairs_of
    from planner.repairs.trial import fitting

    travel = fitting(None, plan.bundle, plan.scenario)
    return {
        "repairs": repair_lines(repairs_of(plan, travel, also=0), lang),
        "more": people_more(plan, travel) if has_room(plan) else None,
    }


def _choice(options: argparse.Namespace) -> str:
    lang = options.lang
    lines = [EXPORT.say("choose", lang)]
    lines += [f"  --{kind:<8} {EXPORT.say(f'kind-{kind}', lang)}" for kind in KINDS]
    return "".join(f"{line}\n" for line in lines)


def _said(
    options: argparse.Namespace, files: dict[str, bytes], check: Check, notes: list[str]
) -> str:
    from planner.handover.words import HANDOVER

    lang = options.lang
    lines = [EXPORT.say("exported", lang, folder=options.out, files=len(files))]
    lines += [f"  ! {note}" for note in notes]
    if check.files:
        differences = check.differences
        values = f"{sum(one.values for one in check.files):,}"
        told = {"files": len({one.file for one in check.files}), "values": values}
        key = "check-differs" if differences else "check-agrees"
        more = {"differences": len(differences)} if differences else {}
        lines.append("  " + HANDOVER.say(key, lang, **told, **more))
        lines += [f"  ✗ {line}" for line in differences[:50]]
        lines += [f"  ! {change.said(lang)}" for change in check.changes[:10]]
        if len(check.changes) > 10:
            lines.append("  " + EXPORT.say("more-changes", lang, more=len(check.changes) - 10))
    plain = ("".join(c if c.isprintable() else " " for c in line) for line in lines)
    return "".join(f"{line}\n" for line in plain)
