"""What can go wrong with places and data about them.

GeoError
└── InputError          something the user gave is wrong: where, what, the value, the remedy
    ├── ExtractError    the OSM extract
    ├── BoundaryError   township boundaries
    ├── NetworkError    roads
    ├── PopulationError population tables
    ├── CandidateError  candidate sites, kinds table, no-go areas
    ├── CoordinateError the coordinates of a user's file are not what they seem
    ├── LiveError       a map server, its answer, or the way to it
    │   └── PlaceError  the place asked for: unknown, no area, or one of several
    └── BundleError     a bundle folder on disk
"""

from __future__ import annotations

__all__ = [
    "BoundaryError",
    "BundleError",
    "CandidateError",
    "CoordinateError",
    "ExtractError",
    "GeoError",
    "InputError",
    "LiveError",
    "NetworkError",
    "PlaceError",
    "PopulationError",
]


class GeoError(Exception):
    """Base of every error raised on purpose by ``geo``."""


class InputError(GeoError):
    """Something the user gave is wrong.

    Parameters
    ----------
    what
        What is wrong, with the offending value.
    where
        File, row, field or option it was found in.
    remedy
        What the user can do about it.
    """

    def __init__(self, what: str, *, where: str = "", remedy: str = "") -> None:
        self.what, self.where, self.remedy = what, where, remedy
        head = f"{where}: {what}" if where else what
        line = f"{head}. {remedy}" if remedy else head
        # One line, whatever a file name or a cell of the user's holds.
        super().__init__(" ".join(line.split()))


class ExtractError(InputError):
    """The OSM extract cannot be used."""


class BoundaryError(InputError):
    """The township boundaries cannot be used."""


class NetworkError(InputError):
    """The roads cannot be used."""


class PopulationError(InputError):
    """The population table cannot be used."""


class CandidateError(InputError):
    """Candidate sites, the table of kinds or the no-go areas cannot be used."""


class CoordinateError(InputError):
    """The coordinates of a user's file are not what they seem, and nobody has consented.

    Parameters
    ----------
    diagnosis
        The ``geo.diagnosis.Diagnosis``, for front ends that say it in other words.
    role
        What the file was given for.

    Attributes
    ----------
    zh
        The same line in Chinese, once a front end has put it there.
    """

    zh: str = ""

    def __init__(
        self, what: str, *, diagnosis: object, role: str, where: str = "", remedy: str = ""
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.diagnosis, self.role = diagnosis, role


class BundleError(InputError):
    """A bundle folder is missing, damaged, foreign or of another version."""


class LiveError(InputError):
    """A map server cannot be used, or what it answered."""


class PlaceError(LiveError):
    """The place asked for is unknown, no area, or one of several.

    Parameters
    ----------
    choices
        ``(OSM id, full name)`` of the places it may be, for a front end to offer.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str = "",
        remedy: str = "",
        choices: tuple[tuple[str, str], ...] = (),
    ) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.choices = choices
