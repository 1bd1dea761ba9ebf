"""Folders that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["written_whole"]


@contextmanager
def written_whole(folder: Path) -> Iterator[Path]:
    """Give a new folder to fill; it takes ``folder``'s place when the block ends well.

    Whatever ends the block early (an error, Ctrl-C) leaves what was there before untouched
    and nothing half-written behind.

    Raises
    ------
    OSError
        If the place cannot be written.
    """
    folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() would follow a link at `folder`
    folder.parent.mkdir(parents=True, exist_ok=True)
    workshop = Path(tempfile.mkdtemp(prefix=f".{folder.name[:80]}.", dir=folder.parent))
    try:
        fresh = workshop / "fresh"
        fresh.mkdir()  # made here, not by mkdtemp: with the user's own permissions
        yield fresh
        if folder.exists():
            folder.rename(workshop / "old")
        fresh.rename(folder)
    finally:
        old = workshop / "old"
        if old.exists() and not folder.exists():
            old.rename(folder)
        shutil.rmtree(workshop, ignore_errors=True)
