"""Zip files of the user's, opened without letting a hostile one do harm.

Nothing is written where the archive says: members are read into memory, counted while they are
unpacked (a header may lie), and known by their bare names.
"""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import PurePosixPath

from geo.errors import InputError

__all__ = ["MAX_BYTES", "is_zip", "unzipped"]

#: Largest file that is read, packed or not.
MAX_BYTES = 400_000_000
_MAX_MEMBERS = 2_000
#: Vector data shrink 3 to 30 times, a bomb a thousand times and more.
_MAX_RATIO, _RATIO_FROM_BYTES = 200, 10_000_000
_UTF8_FLAG = 0x800
_CHUNK = 1 << 20


def is_zip(data: bytes) -> bool:
    """Whether bytes begin as a zip file does (empty ones too)."""
    return data.startswith((b"PK\x03\x04", b"PK\x05\x06"))


def unzipped(
    data: bytes, where: str, error: type[InputError], *, kind: str = "zip file"
) -> dict[str, bytes]:
    """Unpack a zip file in memory.

    Parameters
    ----------
    data
        The archive.
    where
        Its name, for sentences.
    error
        Raised where it is damaged, encrypted, a bomb, or holds links or paths that lead out.
    kind
        What a sentence calls it.

    Returns
    -------
    Content by name with "/" between folders, in the archive's order; what systems add of their own
    (``__MACOSX``, names that begin with a dot) is left out.
    """

    def fault(what: str, remedy: str = "Pack the files of one layer anew") -> InputError:
        return error(what, where=where, remedy=remedy)

    members: dict[str, bytes] = {}
    left = MAX_BYTES
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if len(entries) > _MAX_MEMBERS:
                raise fault(f"is a {kind} of {len(entries)} members")
            for entry in entries:
                name = _name(entry)
                parts = PurePosixPath(name).parts
                if name.startswith("/") or ".." in parts or ":" in name or "\0" in name:
                    raise fault(f"holds a path that leads out of it ({name!r:.60})")
                if stat.S_ISLNK(entry.external_attr >> 16):
                    raise fault(f"holds a symbolic link ({name!r:.60})")
                if entry.is_dir() or any(part.startswith((".", "__MACOSX")) for part in parts):
                    continue
                if entry.flag_bits & 1:
                    raise fault("is encrypted", "Pack it without a password")
                if name in members:
                    raise fault(f"holds {name!r:.60} twice")
                members[name] = _content(archive, entry, left, fault)
                left -= len(members[name])
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,
    ) as e:
        raise fault(f"is a damaged {kind} ({_damage(e)})", "Pack or download it anew") from e
    return members


def _damage(error: Exception) -> str:
    """What a reader of archives found, without its codes and offsets."""
    if isinstance(error, NotImplementedError):
        return "its compression is not supported"
    if isinstance(error, zipfile.BadZipFile) and "not a zip file" in str(error):
        return str(error)
    return "its contents are damaged"


def _content(
    archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int, fault: Callable[..., InputError]
) -> bytes:
    pieces, size = [], 0
    with archive.open(entry) as file:
        while piece := file.read(_CHUNK):
            size += len(piece)
            bomb = size > _RATIO_FROM_BYTES and size > _MAX_RATIO * max(entry.compress_size, 1)
            if bomb or size > left:
                raise fault(
                    f"unpacks to more than {size // 1_000_000} MB"
                    + (f" from {entry.compress_size} bytes" if bomb else ""),
                    "Give the layer that is meant, not an archive of everything",
                )
            pieces.append(piece)
    return b"".join(pieces)


def _name(entry: zipfile.ZipInfo) -> str:
    """Name of a member: packers in China write GBK without saying so."""
    name = entry.filename
    if not entry.flag_bits & _UTF8_FLAG:
        raw = name.encode("cp437", "replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/")
