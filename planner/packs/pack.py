"""Scenarios packed into one file with everything needed to make them again elsewhere.

A pack is a zip file of stored members: a manifest with the sha256 of each part, the bundles, the
scenarios and, where there are any, their answers. The same content gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from geo.bundle import MANIFEST as BUNDLE_MANIFEST
from geo.bundle import Bundle, is_bundle, load_bundle
from geo.errors import BundleError
from geo.folder import refuse_place, written_whole
from planner.answers import Answer, read_answer
from planner.errors import PackError, PlannerError
from planner.packs.manifest import (
    FORMAT,
    MANIFEST,
    Manifest,
    Part,
    Region,
    Scene,
    is_part,
    read_manifest,
)
from planner.packs.members import extracted, opened
from planner.packs.words import refused
from planner.packs.zipped import member
from planner.policy.asked import NOTHING_ASKED, Asked, portable, read_asked
from planner.scenario import Scenario, read_scenario, read_tables

__all__ = ["Item", "Packed", "packed_answer", "refuse_out", "unpack", "unpacked", "write_pack"]

SCENARIO_FILE, ANSWER_FILE = "scenario.toml", "answer.json"
_CHUNK = 1 << 20


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Item:
    """A scenario to be packed.

    Parameters
    ----------
    toml
        Its file, as it stands.
    answer
        What was found for it, if anything was.
    bundle
        Folder of the region that it is asked of.
    """

    scenario: Scenario
    toml: str
    answer: Answer | None
    bundle: Path


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Packed:
    """A scenario as it was unpacked.

    Parameters
    ----------
    folder
        Where ``scenario.toml`` and perhaps ``answer.json`` are.
    bundle, sha256, region
        Folder of its region, the hash of that data, its name.
    asked
        What its file asks of the parts of the policy.
    """

    folder: Path
    scenario: Scenario
    answer: Answer | None
    bundle: Path
    sha256: str
    region: str
    asked: Asked = NOTHING_ASKED


def write_pack(items: Sequence[Item], path: Path) -> Manifest:
    """Write a pack; bundles that several scenarios share are in it once.

    Raises
    ------
    PackError
        If the place is taken by something else, or cannot be written.
    BundleError
        If a bundle is damaged.
    """
    refuse_out(path)
    folders: dict[str, tuple[str, Path, Bundle]] = {}
    hashes = []
    for item in items:
        bundle = load_bundle(item.bundle)  # checks every hash in it
        hashes.append(bundle.sha256)
        number = len(folders) + 1
        folders.setdefault(bundle.sha256, (f"bundles/{number}", item.bundle, bundle))
    contents: list[tuple[str, Path | bytes]] = []
    for folder, source, _ in folders.values():
        names = sorted(_bundle_files(source))
        contents += [(f"{folder}/{name}", source / name) for name in names]
    scenes = []
    for number, (item, sha256) in enumerate(zip(items, hashes, strict=True), start=1):
        folder = f"scenarios/{number}"
        contents.append((f"{folder}/{SCENARIO_FILE}", item.toml.encode()))
        if item.answer is not None:
            contents.append((f"{folder}/{ANSWER_FILE}", packed_answer(item.answer)))
        scenes.append(
            Scene(
                folder=folder,
                name=item.scenario.name,
                bundle=sha256,
                answer=item.answer is not None,
            )
        )
    regions = tuple(
        Region(folder=folder, sha256=sha256, name=" ".join(bundle.region.name.split())[:400])
        for sha256, (folder, _, bundle) in folders.items()
    )
    parts = tuple(_part(name, content) for name, content in sorted(contents, key=lambda c: c[0]))
    manifest = Manifest(regions=regions, scenes=tuple(scenes), parts=parts)
    _write(manifest, dict(contents), path)
    return manifest


def refuse_out(path: Path) -> None:
    """Refuse a place that a pack must not be written to; an older pack is replaced.

    Raises
    ------
    PackError
        If something else stands there, or the place cannot be looked at.
    """
    try:
        if not path.exists():
            return
        with path.open("rb") as file:
            ours = MANIFEST.encode() in (head := file.read(4096)) and FORMAT.encode() in head
    except OSError as error:
        raise refused("unwritable", str(path), why=error.strerror or error) from error
    if not ours:
        raise refused("place-taken", str(path))


def unpack(path: Path, folder: Path) -> tuple[Packed, ...]:
    """Unpack into a folder that is there whole or not at all.

    Everything is checked before anything appears: the zip file itself, every hash, that each
    bundle loads, that each scenario and answer can be read.

    Raises
    ------
    PackError
        Saying why the pack is refused; nothing was changed.
    OutputError
        If the folder holds something else.
    """
    refuse_place(folder, is_ours=_never, names=(), thing="a pack's content", error=_TakenError)
    try:
        with opened(path) as archive, written_whole(folder) as partial:
            manifest = extracted(archive, partial, str(path))
            found = _packed(manifest, partial, str(path))
    except OSError as error:
        raise refused("unwritable", str(folder), why=error.strerror or error) from error
    return tuple(
        Packed(
            folder=folder / one.folder.relative_to(partial),
            scenario=one.scenario,
            answer=one.answer,
            bundle=folder / one.bundle.relative_to(partial),
            sha256=one.sha256,
            region=one.region,
            asked=one.asked,
        )
        for one in found
    )


def unpacked(path: Path) -> tuple[Packed, ...]:
    """Read the scenarios of a folder that :func:`unpack` wrote; their bundles are checked.

    Raises
    ------
    PackError
        If it is no such folder.
    """
    try:
        content = (path / MANIFEST).read_bytes()
    except OSError as error:
        raise refused("unreadable", str(path), why=error.strerror or error) from error
    return _packed(read_manifest(content, str(path)), path, str(path))


def packed_answer(answer: Answer) -> bytes:
    """An answer as a file."""
    text = json.dumps(answer.record(), ensure_ascii=False, indent=1, allow_nan=False)
    return (text + "\n").encode()


class _TakenError(PackError):
    """The place to unpack into is not empty."""

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        zh = f"{where}：已有内容，不会覆盖。请换一个 --out"
        super().__init__(what, where=where, remedy=remedy, zh=zh)


def _never(_folder: Path) -> bool:
    return False


def _bundle_files(folder: Path) -> list[str]:
    manifest = json.loads((folder / BUNDLE_MANIFEST).read_text("utf-8"))
    return [BUNDLE_MANIFEST, *manifest["files"]]


def _part(name: str, content: Path | bytes) -> Part:
    if not is_part(name):
        raise refused("unknown-part", str(content), name=repr(name)[:60])
    if isinstance(content, bytes):
        return Part(name=name, sha256=hashlib.sha256(content).hexdigest(), size=len(content))
    with content.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        return Part(name=name, sha256=sha256, size=file.tell())


def _write(manifest: Manifest, contents: dict[str, Path | bytes], path: Path) -> None:
    """Write beside the place and rename, so that the file is there whole or not at all."""
    workshop = None
    try:
        place = path.absolute()
        place.parent.mkdir(parents=True, exist_ok=True)
        workshop = tempfile.mkdtemp(prefix=f".{place.name[:80]}.", dir=place.parent)
        fresh = Path(workshop) / "fresh"
        with zipfile.ZipFile(fresh, "w") as archive:
            archive.writestr(member(MANIFEST, deflate=False), manifest.text())
            for part in manifest.parts:
                _copy(archive, part, contents[part.name])
        fresh.replace(place)
    except OSError as error:
        raise refused("unwritable", str(path), why=error.strerror or error) from error
    finally:
        if workshop is not None:
            shutil.rmtree(workshop, ignore_errors=True)


def _copy(archive: zipfile.ZipFile, part: Part, content: Path | bytes) -> None:
    entry = member(part.name, deflate=False)
    entry.file_size = part.size
    with archive.open(entry, "w") as out:
        if isinstance(content, bytes):
            out.write(content)
            return
        with content.open("rb") as file:
            _pour(file, out)


def _pour(source: IO[bytes], out: IO[bytes]) -> None:
    while piece := source.read(_CHUNK):
        out.write(piece)


def _packed(manifest: Manifest, folder: Path, where: str) -> tuple[Packed, ...]:
    regions = {}
    for region in manifest.regions:
        place = folder / region.folder
        if not is_bundle(place):
            raise refused("missing", where, name=f"{region.folder}/{BUNDLE_MANIFEST}")
        try:
            if load_bundle(place).sha256 != region.sha256:
                raise refused("edited", where, name=region.folder)
        except (BundleError, MemoryError) as error:
            why = getattr(error, "what", type(error).__name__)
            raise refused("bundle", where, why=why) from error
        regions[region.sha256] = (place, region.name)
    found = []
    for scene in manifest.scenes:
        place = folder / scene.folder
        bundle, region_name = regions[scene.bundle]
        try:
            scenario = read_scenario(place / SCENARIO_FILE)
            policy = read_tables(place / SCENARIO_FILE).get("policy")
            asked = portable(read_asked(policy, SCENARIO_FILE), "")
            answer = _answer(place / ANSWER_FILE) if scene.answer else None
        except (PlannerError, OSError, ValueError, RecursionError) as error:
            why = getattr(error, "what", type(error).__name__)
            raise refused("scenario", where, why=why) from error
        found.append(
            Packed(
                folder=place,
                scenario=scenario,
                answer=answer,
                bundle=bundle,
                sha256=scene.bundle,
                region=region_name,
                asked=asked,
            )
        )
    return tuple(found)


def _answer(path: Path) -> Answer:
    return read_answer(json.loads(path.read_text("utf-8")))
