"""What a pack of scenarios says of itself, read without believing it."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from geo.bundle import NAMES as BUNDLE_FILES
from planner.packs.words import refused

__all__ = [
    "FORMAT",
    "MANIFEST",
    "MAX_PARTS",
    "VERSION",
    "Manifest",
    "Part",
    "Region",
    "Scene",
    "is_part",
    "read_manifest",
]

FORMAT, VERSION = "recyclenet-pack", 1
MANIFEST = "manifest.json"
MAX_PARTS = 1_000
_SHA256 = re.compile(r"[0-9a-f]{64}")
_PART = re.compile(r"(bundles|scenarios)/[1-9][0-9]{0,2}/([A-Za-z0-9.-]{1,40})")
_SCENARIO_FILES = frozenset({"scenario.toml", "answer.json"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One file of the pack: its name, its hash and its size."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Region:
    """A bundle in the pack: its folder, the hash of its content, the region's name."""

    folder: str
    sha256: str
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A scenario in the pack: its folder, its name, the hash of the bundle it is asked of.

    Parameters
    ----------
    answer
        Whether its answer is there too.
    """

    folder: str
    name: str
    bundle: str
    answer: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Manifest:
    """The content of ``manifest.json``."""

    regions: tuple[Region, ...]
    scenes: tuple[Scene, ...]
    parts: tuple[Part, ...]

    def text(self) -> str:
        """The file, with the hash of its own content."""
        told: dict[str, Any] = {
            "format": FORMAT,
            "version": VERSION,
            "bundles": [
                {"folder": one.folder, "sha256": one.sha256, "region": one.name}
                for one in self.regions
            ],
            "scenarios": [
                {
                    "folder": one.folder,
                    "name": one.name,
                    "bundle": one.bundle,
                    "answer": one.answer,
                }
                for one in self.scenes
            ],
            "files": {
                part.name: {"sha256": part.sha256, "bytes": part.size} for part in self.parts
            },
        }
        told["sha256"] = _digest(told)
        return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def is_part(name: str) -> bool:
    """Whether a pack may hold a file of that name."""
    found = _PART.fullmatch(name)
    if found is None:
        return name == MANIFEST
    return found[2] in (BUNDLE_FILES if found[1] == "bundles" else _SCENARIO_FILES)


def read_manifest(content: bytes, where: str) -> Manifest:
    """Read the manifest of a pack, of this format version or an older one.

    Raises
    ------
    PackError
        If it is another file's, of a newer version, changed, or makes no sense.
    """
    try:
        told = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise refused("manifest", where, why=type(error).__name__) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        found = told.get("format") if isinstance(told, dict) else type(told).__name__
        raise refused("foreign", where, found=f"format {found!r:.40}")
    version = told.get("version")
    if type(version) is not int or version < 1:
        raise refused("manifest", where, why=f"version {version!r:.40}")
    if version > VERSION:
        raise refused("newer", where, version=version, known=VERSION)
    digest = told.pop("sha256", None)
    if digest != _digest(told):
        raise refused("edited", where, name=MANIFEST)
    try:
        return _manifest(told)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise refused("manifest", where, why=f"{error!r:.80}") from error


def _manifest(told: Mapping[str, Any]) -> Manifest:
    parts = tuple(
        Part(
            name=_part(name),
            sha256=_sha256(one["sha256"]),
            size=_size(one["bytes"]),
        )
        for name, one in sorted(told["files"].items())
    )
    names = {part.name for part in parts}
    regions = tuple(
        Region(
            folder=_folder(one["folder"], "bundles"),
            sha256=_sha256(one["sha256"]),
            name=_line(one["region"]),
        )
        for one in told["bundles"]
    )
    scenes = tuple(
        Scene(
            folder=_folder(one["folder"], "scenarios"),
            name=_line(one["name"]),
            bundle=_sha256(one["bundle"]),
            answer=one["answer"] is True,
        )
        for one in told["scenarios"]
    )
    folders = [one.folder for one in regions] + [one.folder for one in scenes]
    if len(set(folders)) != len(folders) or not scenes:
        raise ValueError("folders")
    if {name.rpartition("/")[0] for name in names} != set(folders):
        raise ValueError("files outside of its folders")
    for scene in scenes:
        if scene.bundle not in {region.sha256 for region in regions}:
            raise ValueError("a scenario without its region")
        wanted = {f"{scene.folder}/scenario.toml"}
        wanted |= {f"{scene.folder}/answer.json"} if scene.answer else set()
        if {name for name in names if name.startswith(f"{scene.folder}/")} != wanted:
            raise ValueError(scene.folder)
    return Manifest(regions=regions, scenes=scenes, parts=parts)


def _digest(told: Mapping[str, Any]) -> str:
    try:
        text = json.dumps(told, ensure_ascii=True, sort_keys=True, allow_nan=False)
    except (ValueError, RecursionError):
        return ""
    return hashlib.sha256(text.encode()).hexdigest()


def _part(name: object) -> str:
    if not isinstance(name, str) or name == MANIFEST or not is_part(name):
        raise ValueError(f"file {name!r:.60}")
    return name


def _folder(name: object, kind: str) -> str:
    if not isinstance(name, str) or not re.fullmatch(rf"{kind}/[1-9][0-9]{{0,2}}", name):
        raise ValueError(f"folder {name!r:.60}")
    return name


def _sha256(text: object) -> str:
    if not isinstance(text, str) or not _SHA256.fullmatch(text):
        raise ValueError(f"sha256 {text!r:.20}")
    return text


def _size(number: object) -> int:
    if type(number) is not int or number < 0:
        raise ValueError(f"bytes {number!r:.20}")
    return number


def _line(text: object) -> str:
    if not isinstance(text, str) or len(text) > 400 or any(c in text for c in "\0\r\n"):
        raise ValueError(f"name {text!r:.60}")
    return text
