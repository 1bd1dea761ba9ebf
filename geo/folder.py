"""Folders that are there whole or not at all."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from geo.errors import InputError

__all__ = ["refuse_foreign", "refuse_place", "written_whole"]


def refuse_foreign(
    folder: Path, *, is_ours: Callable[[Path], bool], names: Collection[str]
) -> None:
    """Make sure that replacing a folder loses nothing of anybody else's.

    Parameters
    ----------
    folder
        Where something is to be written; may not be there, or be empty.
    is_ours
        Says whether a folder holds an older thing of the same sort.
    names
        Files that such a thing consists of.

    Raises
    ------
    FileExistsError
        Something else stands there; its message says what.
    OSError
        The place cannot be looked at.
    """
    if not folder.exists():
        return
    if not folder.is_dir():
        raise FileExistsError("it is a file")
    there = sorted(path.name for path in folder.iterdir())
    if there and not is_ours(folder):
        raise FileExistsError("it is another folder")
    foreign = [name for name in there if name not in names]
    if foreign:
        raise FileExistsError(f"it also holds {foreign[0]!r}")


def refuse_place(
    folder: Path,
    *,
    is_ours: Callable[[Path], bool],
    names: Collection[str],
    thing: str,
    error: type[InputError],
) -> None:
    """Refuse a place that a thing must not be written to; ask before the work, not after.

    Parameters
    ----------
    folder, is_ours, names
        As in :func:`refuse_foreign`.
    thing
        What it is, with its article: "a plan".
    error
        What is raised if something else stands there, or the place cannot be looked at.
    """
    try:
        refuse_foreign(folder, is_ours=is_ours, names=names)
    except (OSError, ValueError) as reason:
        raise error(
            f"is no place for {thing}: {getattr(reason, 'strerror', None) or reason}",
            where=str(folder),
            remedy="Choose another --out",
        ) from reason


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
