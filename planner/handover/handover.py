"""The handover pack: a plan in every format that a GIS team asks for, each file read back.

GeoJSON, GeoPackage and Shapefiles in CGCS2000, KML, Excel tables, metadata; then every file is
opened again, compared with the plan, and what came of it is in the pack.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from geo.folder import refuse_place, written_whole
from geo.progress import Progress, silent
from planner.errors import OutputError
from planner.handover.check import Check
from planner.handover.crs import Systems, systems_of
from planner.handover.formats import (
    Request,
    Written,
    geojson,
    kml_document,
    packages,
    shapefiles,
    tables,
)
from planner.handover.layers import plan_layers
from planner.handover.metadata import FORMAT, metadata_json, readme
from planner.outputs import scenario_file
from planner.packs.zipped import zipped
from planner.plan import Plan
from planner.wording.language import Language

__all__ = ["Handover", "handover_pack", "make_handover", "refuse_out", "write_handover"]

METADATA, CHECK = "metadata.json", "check.json"
FOLDERS = ("geojson", "gpkg", "kml", "plan", "shapefile-gbk", "shapefile-utf8", "tables")
NAMES = frozenset(
    {
        *FOLDERS,
        *("README.txt", METADATA, CHECK, "核对结果.txt", "字段对照表.csv", "字段对照表.xlsx"),
    }
)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Handover:
    """A pack before it is zipped.

    Parameters
    ----------
    files
        Content by name, "/" between folders.
    check
        What came of reading them back.
    systems
        Their coordinate systems, with what is to be told of them.
    """

    files: dict[str, bytes]
    check: Check
    systems: Systems


def make_handover(
    plan: Plan,
    language: Language = "zh",
    *,
    review_number: str = "",
    progress: Progress = silent,
) -> Handover:
    """Write a plan in every format and read each file back.

    Parameters
    ----------
    language
        Of values in words, titles and tables; README and check are in both.
    review_number
        Map-review number (审图号); without one the pack calls itself a draft.
    """
    systems = systems_of(plan.bundle)
    request = Request(
        plan=plan,
        layers=plan_layers(plan, language),
        systems=systems,
        language=language,
        review_number=review_number,
    )
    written: list[Written] = []
    formats = (geojson, packages, shapefiles, kml_document, tables)
    for n, write in enumerate(formats):
        progress("write handover", n / len(formats))
        written.append(write(request))
    files = {name: content for one in written for name, content in one.files.items()}
    check = Check(
        files=tuple(line for one in written for line in one.checks),
        changes=tuple(change for one in written for change in one.changes),
    )
    record = {key: value for key, value in plan.record.items() if key != "timings"}
    files |= {
        "plan/plan.json": _json(record),
        "plan/scenario.toml": scenario_file(plan).encode(),
        "README.txt": readme(plan, systems, review_number).encode("utf-8-sig"),
        CHECK: _json(check.record()),
        "核对结果.txt": check.text().encode("utf-8-sig"),
    }
    files[METADATA] = metadata_json(plan, request.layers, systems, files, review_number).encode()
    progress("write handover", 1.0)
    return Handover(files=dict(sorted(files.items())), check=check, systems=systems)


def handover_pack(plan: Plan, language: Language = "zh", *, review_number: str = "") -> bytes:
    """Give the pack as one zip file: the same bytes for the same plan."""
    return zipped(make_handover(plan, language, review_number=review_number).files)


def refuse_out(folder: Path) -> None:
    """Refuse a place that a pack must not be written to; ask before the work, not after.

    Raises
    ------
    OutputError
        If something else stands there, or the place cannot be looked at.
    """
    refuse_place(folder, is_ours=_is_pack, names=NAMES, thing="a handover pack", error=OutputError)


def write_handover(plan: Plan, folder: Path, language: Language = "zh") -> Handover:
    """Write the pack as a folder; one that stands there is replaced.

    Raises
    ------
    OutputError
        If the folder holds something else, or cannot be written.
    """
    refuse_out(folder)
    handover = make_handover(plan, language)
    try:
        with written_whole(folder) as partial:
            for name, content in handover.files.items():
                (partial / name).parent.mkdir(parents=True, exist_ok=True)
                (partial / name).write_bytes(content)
    except OSError as error:
        raise OutputError(
            f"cannot be written ({error.strerror or error})",
            where=str(folder),
            remedy="Check the path, the free space and your rights",
        ) from error
    return handover


def _is_pack(folder: Path) -> bool:
    try:
        told = json.loads((folder / METADATA).read_text("utf-8"))
        return bool(told["format"] == FORMAT)
    except (OSError, ValueError, LookupError, TypeError):
        return False


def _json(record: object) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
