"""Zip files whose bytes depend on nothing but their content: no dates, no machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

__all__ = ["member", "zipped"]

_NO_DATE = (1980, 1, 1, 0, 0, 0)
_PLAIN_FILE = 0o100644 << 16
_UNIX = 3


def zipped(files: Mapping[str, bytes], *, deflate: bool = True) -> bytes:
    """Pack files in their order.

    Parameters
    ----------
    files
        Content by name, "/" between folders.
    deflate
        Otherwise they are stored as they are: for what is small already, and for bytes that must
        not depend on the version of zlib.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files.items():
            archive.writestr(member(name, deflate=deflate), content)
    return out.getvalue()


def member(name: str, *, deflate: bool = True) -> zipfile.ZipInfo:
    """Head of one file in an archive."""
    entry = zipfile.ZipInfo(name, _NO_DATE)
    entry.create_system = _UNIX
    entry.external_attr = _PLAIN_FILE
    entry.compress_type = zipfile.ZIP_DEFLATED if deflate else zipfile.ZIP_STORED
    return entry
