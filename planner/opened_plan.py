"""A plan's folder opened again as the plan it was written from, without solving."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from geo.bundle import Bundle, load_bundle
from geo.progress import Progress, silent
from planner.answers import Answer, answer_in, plan_from
from planner.checking.files import bundle_of, recorded_bundle
from planner.errors import OutputError
from planner.outputs import PLAN_FILE, RUN_FILE
from planner.packs.manifest import MANIFEST
from planner.packs.pack import SCENARIO_FILE, Packed, unpacked
from planner.packs.words import refused
from planner.plan import Plan, make_plan
from planner.scenario import Scenario, read_scenario

__all__ = ["Opened", "bundle_beside", "open_answer", "open_plan"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Opened:
    """What a folder holds of a plan, before it is laid out.

    Parameters
    ----------
    answer
        ``None`` where a scenario was packed without one.
    bundle_path
        Where the region lies.
    """

    scenario: Scenario
    toml: str
    answer: Answer | None
    bundle: Bundle
    bundle_path: Path


def open_answer(folder: Path, bundle_path: Path | None = None) -> Opened:
    """Read what ``recyclenet plan`` wrote, or one scenario of what ``recyclenet unpack`` wrote.

    Parameters
    ----------
    bundle_path
        The region, if it has moved since.

    Raises
    ------
    OutputError, ScenarioError
        If it is neither, or a file of it cannot be read.
    PackError
        If the region is not the one that the plan was made from.
    BundleError
        If the bundle is damaged.
    """
    made_from = ""
    if (folder / PLAN_FILE).is_file():
        answer: Answer | None = answer_in(folder)
        made_from = _made_from(folder / PLAN_FILE)
        bundle = bundle_of(folder, bundle_path)
        path = bundle_path or recorded_bundle(folder)
    else:
        packed = _packed(folder)
        path, answer, made_from = bundle_path or packed.bundle, packed.answer, packed.sha256
        bundle = load_bundle(path)
    if bundle.sha256 != made_from:
        asked, found = made_from[:12], bundle.sha256[:12]
        raise refused("other-data", str(folder), asked=asked, found=found)
    file = folder / SCENARIO_FILE
    scenario = read_scenario(file)
    return Opened(
        scenario=scenario,
        toml=file.read_bytes().decode("utf-8"),
        answer=answer,
        bundle=bundle,
        bundle_path=path,
    )


def open_plan(
    folder: Path, bundle_path: Path | None = None, *, progress: Progress = silent
) -> Plan:
    """Lay a plan out again from its folder; solved only where no answer came with it.

    Raises
    ------
    InputError
        As :func:`open_answer`; and if the answer does not hold on the region.
    """
    progress("load bundle", 0.0)
    opened = open_answer(folder, bundle_path)
    if opened.answer is None:
        return make_plan(opened.bundle, opened.scenario, progress=progress)
    progress("open plan", 0.0)
    return plan_from(opened.bundle, opened.scenario, opened.answer)


def bundle_beside(scenario: Path) -> Path:
    """Find the region of a scenario file that lies in a plan's folder or in an unpacked pack.

    Raises
    ------
    OutputError
        If the file lies in neither.
    """
    folder = scenario.absolute().parent
    if (folder / RUN_FILE).is_file():
        return recorded_bundle(folder)
    if folder.parent.name == "scenarios" and (folder.parent.parent / MANIFEST).is_file():
        return _packed(folder).bundle
    raise OutputError(
        "does not tell where its region's data lie",
        where=str(scenario),
        remedy="Give the bundle too",
    )


def _packed(folder: Path) -> Packed:
    place = folder.absolute()
    if not (place / SCENARIO_FILE).is_file() or place.parent.name != "scenarios":
        raise OutputError(
            "is no plan",
            where=str(folder),
            remedy="Give the folder that recyclenet plan wrote, or scenarios/N of an unpacked pack",
        )
    for one in unpacked(place.parent.parent):
        if one.folder.name == place.name:
            return one
    raise refused("missing", str(place.parent.parent), name=f"scenarios/{place.name}")


def _made_from(file: Path) -> str:
    """Hash of the data that a plan was made from; its files were read before."""
    told = json.loads(file.read_text("utf-8"))["data"]["bundle_sha256"]
    return told if isinstance(told, str) else ""
