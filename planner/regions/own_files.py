"""The planner's own files of an import: opened early, checked against the region, placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from geo.consent import Check
from geo.errors import BoundaryError, CandidateError, CoordinateError, InputError
from geo.landmarks import Landmarks
from geo.own_file import OwnFile, Wanted, read_own
from geo.placing import Placed, place
from geo.reading import reading_of
from planner.commands.inspect_words import say_suspect

__all__ = ["ROLES", "for_role", "open_files", "place_file", "refuse_roles"]

#: What a file of places may be given for, what is wanted of it, and whose fault it is.
ROLES: dict[str, tuple[Wanted, type[InputError]]] = {
    "boundaries": ("outlines", BoundaryError),
    "candidates": ("sites", CandidateError),
    "exclude": ("outlines", CandidateError),
    "urban": ("outlines", BoundaryError),
}
_NAMED = (*ROLES, "population")


def for_role(told: Iterable[str], role: str) -> str | None:
    """What options like ``ROLE=VALUE`` (or ``VALUE`` for every file) say for one role."""
    found = None
    for text in told:
        name, equals, value = text.partition("=")
        if not equals or name not in _NAMED:
            found = text if found is None else found
        elif name == role:
            return value
    return found


def refuse_roles(option: str, told: Iterable[str], given: Iterable[str]) -> None:
    """Refuse options for files that are not given, and readings that are none.

    Raises
    ------
    InputError
        With the option's name.
    """
    given = list(given)
    for text in told:
        name, equals, value = text.partition("=")
        role = name if equals and name in _NAMED else ""
        if not given or (role and role not in given):
            wanted = f"--{role}" if role else "any of " + ", ".join(f"--{name}" for name in ROLES)
            raise InputError(
                f"is of no use without {wanted}",
                where=option,
                remedy="Give the file too, or leave it out",
            )
        if option == "--convert":
            reading_of(value if role else text, None)


def open_files(files: Mapping[str, Path | None], layers: Iterable[str]) -> dict[str, OwnFile]:
    """Read the files that are given, by role, before anything slow."""
    layers = list(layers)
    return {
        role: read_own(path, wanted=ROLES[role][0], error=ROLES[role][1],
                       layer=for_role(layers, role))
        for role, path in files.items()
        if path is not None
    }  # fmt: skip


def place_file(
    own: OwnFile,
    role: str,
    landmarks: Landmarks | None,
    *,
    convert: Iterable[str] = (),
    accept: bool = False,
) -> Placed:
    """Check a file's coordinates against what is known, and convert them as consented to.

    Raises
    ------
    CoordinateError
        If they are not what they seem and nobody has consented; says so in Chinese too.
    """
    check = Check(role=role, landmarks=landmarks, convert=for_role(convert, role), accept=accept)
    try:
        return place(own, wanted=ROLES[role][0], error=ROLES[role][1], check=check)
    except CoordinateError as error:
        error.zh = say_suspect(error, "zh")
        raise
