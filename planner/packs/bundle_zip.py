"""A region's folder as a zip file of somebody's, unpacked as carefully as a pack of scenarios."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

from geo.bundle import FORMAT, MANIFEST, NAMES, Bundle, load_bundle
from geo.errors import BundleError
from geo.folder import written_whole
from planner.packs.manifest import Part
from planner.packs.members import (
    DAMAGED,
    MAX_MANIFEST_BYTES,
    look_at,
    opened,
    refuse_swollen,
    unpack_part,
)
from planner.packs.words import refused

__all__ = ["unzip_bundle"]

_FOREIGN = "foreign-bundle"
_SHA256 = re.compile(r"[0-9a-f]{64}")
#: What systems put beside the files that were zipped.
_NOISE_FOLDER, _NOISE = "__MACOSX", frozenset({".DS_Store", "Thumbs.db", "desktop.ini"})


def unzip_bundle(path: Path, folder: Path) -> Bundle:
    """Unpack a region into a folder that is there whole or not at all.

    The files may lie at the top of the zip file or in one folder of it. Before anything appears
    the zip file itself is looked at, every hash is checked, and the region is loaded.

    Parameters
    ----------
    folder
        Of the region; not there yet.

    Raises
    ------
    PackError
        Saying why the file is refused; nothing was changed.
    """
    where = str(path)
    try:
        with opened(path, foreign=_FOREIGN) as archive, written_whole(folder) as partial:
            _extract(archive, partial, where)
            return _loaded(partial, where)
    except OSError as error:
        raise refused("unwritable", where, why=error.strerror or error) from error


def _extract(archive: zipfile.ZipFile, folder: Path, where: str) -> None:
    look_at(archive.infolist(), where)
    entries = {entry.filename: entry for entry in archive.infolist() if not _is_noise(entry)}
    homes = [name.removesuffix(MANIFEST) for name in entries if name.endswith(MANIFEST)]
    homes = [home for home in homes if home == "" or re.fullmatch("[^/]+/", home)]
    if len(homes) != 1:
        first = next(iter(archive.infolist())).filename
        raise refused(_FOREIGN, where, found=f"zip, {first!r:.60}")
    home = homes[0]
    manifest = entries.pop(home + MANIFEST)
    if manifest.file_size > MAX_MANIFEST_BYTES:
        raise refused("too-large", where, size=manifest.file_size // 1_000_000, most=2)
    try:
        content = archive.read(manifest)
    except DAMAGED as error:
        raise refused("manifest", where, why=f"{error!s:.80}") from error
    parts = [
        Part(name=name, sha256=sha256, size=entries[home + name].file_size)
        for name, sha256 in _told(content, where).items()
        if _there(home + name, entries, where)
    ]
    told = {home + part.name for part in parts}
    for name in sorted(set(entries) - told):
        raise refused("unknown-part", where, name=f"{name!r:.60}")
    (folder / MANIFEST).write_bytes(content)
    for part in parts:
        unpack_part(archive, entries[home + part.name], part, folder / part.name, where)
    for part in parts:
        refuse_swollen(folder / part.name, part, where)


def _is_noise(entry: zipfile.ZipInfo) -> bool:
    parts = entry.filename.split("/")
    return entry.is_dir() or parts[0] == _NOISE_FOLDER or parts[-1] in _NOISE


def _there(name: str, entries: dict[str, zipfile.ZipInfo], where: str) -> bool:
    if name not in entries:
        raise refused("missing", where, name=f"{name!r:.60}")
    return True


def _told(content: bytes, where: str) -> dict[str, str]:
    """Files of a region's manifest with their hashes; the rest is for its reader to believe."""
    try:
        told = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise refused("manifest", where, why=type(error).__name__) from error
    if not isinstance(told, dict) or told.get("format") != FORMAT:
        found = told.get("format") if isinstance(told, dict) else type(told).__name__
        raise refused(_FOREIGN, where, found=f"format {found!r:.40}")
    files = told.get("files")
    if not isinstance(files, dict):
        raise refused("manifest", where, why="files")
    for name, sha256 in files.items():
        if name not in NAMES - {MANIFEST}:
            raise refused("unknown-part", where, name=f"{name!r:.60}")
        if not isinstance(sha256, str) or not _SHA256.fullmatch(sha256):
            raise refused("manifest", where, why=f"sha256 {sha256!r:.20}")
    return dict(sorted(files.items()))


def _loaded(folder: Path, where: str) -> Bundle:
    try:
        return load_bundle(folder)
    except (BundleError, MemoryError) as error:
        why = getattr(error, "what", type(error).__name__)
        raise refused("bundle", where, why=why) from error
