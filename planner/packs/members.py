"""The zip file of a pack, opened as if an enemy had made it.

What is looked at before anything is unpacked: the end of the file, the number and names of its
members, links, encryption, sizes as they are told; while unpacking: sizes as they are, and hashes;
afterwards what compressed tables inside would swell to.
"""

from __future__ import annotations

import hashlib
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pyarrow as pa

from planner.packs.manifest import (
    MANIFEST,
    MAX_PARTS,
    Manifest,
    Part,
    is_part,
    read_manifest,
)
from planner.packs.tables import refuse_table
from planner.packs.words import refused

__all__ = [
    "DAMAGED",
    "MAX_BYTES",
    "MAX_MANIFEST_BYTES",
    "MAX_PART_BYTES",
    "MAX_RATIO",
    "extracted",
    "look_at",
    "opened",
    "refuse_swollen",
    "unpack_part",
]

MAX_BYTES = 2_000_000_000
"""Of a pack, packed or not: a province has some hundred megabytes."""
MAX_MANIFEST_BYTES = 2_000_000
MAX_RATIO, RATIO_FROM_BYTES = 100, 1_000_000
"""Our members are stored; one packed again shrinks little, as its tables are packed already."""
MAX_PART_BYTES = {
    "manifest.json": MAX_MANIFEST_BYTES,
    "scenario.toml": 1_000_000,
    "answer.json": 20_000_000,
}
"""Of what is read whole before it is understood."""
_END = struct.Struct("<4s4H2LH")
_END_MARK, _FIRST_MARK = b"PK\x05\x06", b"PK\x03\x04"
_MAX_DIRECTORY_BYTES = 256 * MAX_PARTS
_ENCRYPTED = 0x1
DAMAGED = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, struct.error)
_CHUNK = 1 << 20
_KNOWN = {
    b"PK\x05\x06": "empty-zip",
    b"SQLi": "SQLite",
    b"%PDF": "PDF",
    b"\x1f\x8b": "gzip",
    b"Rar!": "rar",
    b"7z": "7z",
    b"{": "JSON",
    b"<": "XML, HTML",
}


@contextmanager
def opened(path: Path, *, foreign: str = "foreign") -> Iterator[zipfile.ZipFile]:
    """Open a pack after looking at both of its ends.

    Parameters
    ----------
    foreign
        What is said of another file, by its key in :mod:`planner.packs.words`.

    Raises
    ------
    PackError
        If it is another file, incomplete, or its directory is out of proportion.
    """
    where = str(path)
    try:
        file = path.open("rb")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise refused("unreadable", where, why=why) from error
    with file:
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(4)
        if head != _FIRST_MARK:
            raise refused(foreign, where, found=_looks_like(head))
        if size > MAX_BYTES:
            mb = MAX_BYTES // 1_000_000
            raise refused("too-large", where, size=size // 1_000_000, most=mb)
        file.seek(max(0, size - _END.size))
        end = file.read(_END.size)
        if len(end) < _END.size or end[:4] != _END_MARK:
            raise refused("truncated", where, size=size)
        _, disk, first, here, count, directory, offset, comment = _END.unpack(end)
        if directory > _MAX_DIRECTORY_BYTES or count > MAX_PARTS:
            raise refused("too-many", where, count=count, most=MAX_PARTS)
        if disk or first or here != count or comment or offset + directory + _END.size != size:
            raise refused("truncated", where, size=size)
        file.seek(0)
        try:
            archive = zipfile.ZipFile(file)
        except DAMAGED as error:
            raise refused("truncated", where, size=size) from error
        with archive:
            yield archive


def extracted(archive: zipfile.ZipFile, folder: Path, where: str) -> Manifest:
    """Unpack every member into an empty folder, and check each.

    Raises
    ------
    PackError
        If anything in it is not as its manifest says, or out of place or proportion.
    """
    entries = archive.infolist()
    look_at(entries, where)
    by_name = {entry.filename: entry for entry in entries}
    if MANIFEST not in by_name:
        raise refused("foreign", where, found=f"zip, {entries[0].filename!r:.60}")
    if by_name[MANIFEST].file_size > MAX_MANIFEST_BYTES:
        raise refused("too-large", where, size=by_name[MANIFEST].file_size // 1_000_000, most=2)
    try:
        content = archive.read(by_name[MANIFEST])
        manifest = read_manifest(content, where)
        for name in by_name:
            if not is_part(name):
                raise refused("unknown-part", where, name=f"{name!r:.60}")
        told = {part.name for part in manifest.parts}
        for name in sorted(told - set(by_name)):
            raise refused("missing", where, name=name)
        for name in sorted(set(by_name) - told - {MANIFEST}):
            raise refused("unknown-part", where, name=f"{name!r:.60}")
        for part in manifest.parts:
            _refuse_large(part, where)
        (folder / MANIFEST).write_bytes(content)
        for part in manifest.parts:
            place = folder / part.name
            place.parent.mkdir(parents=True, exist_ok=True)
            unpack_part(archive, by_name[part.name], part, place, where)
    except DAMAGED as error:
        raise refused("manifest", where, why=f"{error!s:.80}") from error
    for part in manifest.parts:
        refuse_swollen(folder / part.name, part, where)
    return manifest


def _refuse_large(part: Part, where: str) -> None:
    most = MAX_PART_BYTES.get(part.name.rpartition("/")[2], MAX_BYTES)
    if part.size > most:
        size, limit = (f"{one / 1e6:.1f}" for one in (part.size, most))
        raise refused("part-too-large", where, name=part.name, size=size, most=limit)


def look_at(entries: list[zipfile.ZipInfo], where: str) -> None:
    """Look at the members of a zip file before any of them is unpacked.

    Raises
    ------
    PackError
        If one leads out, is a link, stands there twice, is encrypted, or any is out of proportion.
    """
    if not entries or len(entries) > MAX_PARTS:
        raise refused("too-many", where, count=len(entries), most=MAX_PARTS)
    seen: set[str] = set()
    for entry in entries:
        name = entry.filename
        shown = f"{name!r:.60}"
        parts = name.replace("\\", "/").split("/")
        # The name as it stands in the file: zipfile cuts at a NUL, and turns backslashes.
        if ".." in parts or parts[0] == "" or ":" in name or entry.orig_filename != name:
            raise refused("leads-out", where, name=f"{entry.orig_filename!r:.60}")
        if stat.S_ISLNK(entry.external_attr >> 16):
            raise refused("link", where, name=shown)
        if name in seen:
            raise refused("twice", where, name=shown)
        seen.add(name)
        if entry.flag_bits & _ENCRYPTED:
            raise refused("encrypted", where, name=shown)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise refused("method", where, name=shown)
        packed, size = entry.compress_size, entry.file_size
        if size > RATIO_FROM_BYTES and size > MAX_RATIO * max(packed, 1):
            raise refused("bomb", where, name=shown, packed=packed, size=size)
    total = sum(entry.file_size for entry in entries)
    if total > MAX_BYTES:
        mb = MAX_BYTES // 1_000_000
        raise refused("too-large", where, size=total // 1_000_000, most=mb)


def unpack_part(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, part: Part, place: Path, where: str
) -> None:
    """Unpack one member, which must have the size and the hash that are told of it.

    Raises
    ------
    PackError
        If it has not.
    """
    sha256, size = hashlib.sha256(), 0
    try:
        with archive.open(entry) as source, place.open("xb") as out:
            while piece := source.read(_CHUNK):
                size += len(piece)
                if size > part.size:
                    raise refused("edited", where, name=part.name)
                sha256.update(piece)
                out.write(piece)
    except DAMAGED as error:  # its own check sum, or a head that differs from the directory
        raise refused("edited", where, name=part.name) from error
    if size != part.size or sha256.hexdigest() != part.sha256:
        raise refused("edited", where, name=part.name)


def refuse_swollen(path: Path, part: Part, where: str) -> None:
    """Tables are packed themselves: refuse those that would not fit into memory.

    Raises
    ------
    PackError
        If one would not, or is no table.
    """
    try:
        if path.suffix == ".npz":
            swollen = _npz_bytes(path)
        elif path.suffix == ".parquet":
            refuse_table(path, part.name, where)
            return
        else:
            return
    except (*DAMAGED, OSError, pa.ArrowException, KeyError) as error:
        raise refused("bundle", where, why=f"{part.name}: {error!s:.80}") from error
    if swollen > MAX_BYTES:
        raise refused("bomb", where, name=part.name, packed=part.size, size=swollen)


def _npz_bytes(path: Path) -> int:
    """Bytes of all arrays, as their heads say and as the members are long: the larger."""
    total = 0
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            with archive.open(entry) as file:
                version = np.lib.format.read_magic(file)
                read = (
                    np.lib.format.read_array_header_1_0
                    if version == (1, 0)
                    else np.lib.format.read_array_header_2_0
                )
                shape, _, dtype = read(file)
            size = dtype.itemsize
            for length in shape:
                size *= length
            total += max(size, entry.file_size)
    return total


def _looks_like(head: bytes) -> str:
    named = (name for mark, name in _KNOWN.items() if head.startswith(mark))
    return next(named, "empty" if not head else "unknown")
