"""Small tables in TOML that users may edit: read strictly, every fault with its place."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from geo.errors import InputError

__all__ = ["checked_fields", "line_of_text", "located", "number", "read_toml"]


def read_toml(path: Path) -> dict[str, Any]:
    """Content of a TOML file.

    Raises
    ------
    InputError
        If it cannot be read or is not TOML in UTF-8.
    """
    try:
        if not path.is_file():
            raise InputError("no such file" if not path.exists() else "is no file")
        if path.stat().st_size > 1_000_000:
            raise InputError("is too large for such a table (more than 1 MB)")
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError) as error:
        if isinstance(error, tomllib.TOMLDecodeError | UnicodeDecodeError | RecursionError):
            raise InputError(f"is not TOML in UTF-8 ({error!s:.200})") from error
        raise InputError(f"cannot be read ({getattr(error, 'strerror', None) or error})") from error


def located(error: InputError, path: Path, remedy: str) -> InputError:
    """The same fault with the file it is in."""
    where = ", ".join(filter(None, (str(path).replace("\0", "?"), error.where)))
    return InputError(error.what, where=where, remedy=error.remedy or remedy)


def line_of_text(where: str, value: object) -> str:
    """One line of text, not empty.

    Raises
    ------
    InputError
        If it is none.
    """
    if not isinstance(value, str) or not value.strip() or not value.isprintable():
        raise InputError("is no line of text", where=where, remedy="Name it in one line")
    return value


def number(where: str, value: object, low: float, high: float) -> float:
    """A number in a range.

    Raises
    ------
    InputError
        If it is none.
    """
    sound = not isinstance(value, bool) and isinstance(value, int | float)
    if not sound or not math.isfinite(value) or not low <= value <= high:  # type: ignore[arg-type,operator]
        raise InputError(
            f"{value!r:.80} is not allowed", where=where, remedy=f"Give {low:g} to {high:g}"
        )
    return float(value)  # type: ignore[arg-type]


def checked_fields(key: str, table: object, fields: tuple[str, ...]) -> Mapping[str, Any]:
    """A table with exactly some fields under an identifier.

    Raises
    ------
    InputError
        If it is none.
    """
    if not re.fullmatch(r"[a-z0-9_-]{1,40}", key):
        raise InputError(f"{key!r:.60} is no identifier", remedy="Use a-z, 0-9, _ and -")
    if not isinstance(table, Mapping):
        raise InputError(f"{key!r} is no table", remedy=f"Write [{key}]")
    for field in [*(f for f in fields if f not in table), *sorted(set(table) - set(fields))]:
        fault = "is no field" if field in table else "is missing"
        raise InputError(fault, where=f"[{key}] {field:.80}", remedy=f"Known: {', '.join(fields)}")
    return table
