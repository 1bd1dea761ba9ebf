"""Where a region's data come from: every file by name and hash, and the credit they ask for."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from geo.errors import InputError
from geo.extract import Extract

__all__ = [
    "BOUNDARIES",
    "OSM_LICENCE",
    "OWN_LICENCE",
    "InputFile",
    "Request",
    "Source",
    "hashed",
    "source_of",
]

OSM_LICENCE = "© OpenStreetMap contributors, ODbL 1.0"
OWN_LICENCE = "user's own data"
BOUNDARIES = "boundaries"

# A Shapefile's names, encoding and coordinate system are in the files beside it.
_BESIDE = {".cpg", ".dbf", ".prj", ".shx"}


@dataclass(frozen=True, kw_only=True, slots=True)
class InputFile:
    """A file of the user's that the region was made with.

    Parameters
    ----------
    role
        What it was given for: "boundaries", "candidates", "exclude", "kinds", "population" or
        "urban"; of the files beside a Shapefile with their suffix, "boundaries.dbf".
    file, sha256
        Its name and hash.
    """

    role: str
    file: str
    sha256: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Request:
    """A question that a map server answered.

    Parameters
    ----------
    server, query, time
        Whom, what, and when it answered (ISO 8601 UTC).
    """

    server: str
    query: str
    time: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """Where the region's data come from.

    Parameters
    ----------
    file
        Name of the extract, or of the boundary file where there is no extract.
    sha256
        Of that file.
    osm_timestamp
        Date the OSM data are of (ISO 8601), empty if there are none.
    licence
        The credit line that every map and file made from the data carries.
    inputs
        The user's files, by role.
    requests
        Questions whose answers the extract was put together from; none for a file.
    """

    file: str
    sha256: str
    osm_timestamp: str
    licence: str
    inputs: tuple[InputFile, ...] = ()
    requests: tuple[Request, ...] = ()

    def record(self) -> dict[str, Any]:
        """The source as it stands in the manifest."""
        inputs = {given.role: {"file": given.file, "sha256": given.sha256} for given in self.inputs}
        record: dict[str, Any] = {
            "file": self.file,
            "sha256": self.sha256,
            "osm_timestamp": self.osm_timestamp,
            "licence": self.licence,
            "inputs": inputs,
        }
        if self.requests:
            record["requests"] = [dataclasses.asdict(request) for request in self.requests]
        return record

    @classmethod
    def of(cls, record: Mapping[str, Any]) -> Source:
        """Read :meth:`record` back."""
        inputs = (InputFile(role=role, **given) for role, given in record["inputs"].items())
        requests = tuple(Request(**told) for told in record.get("requests", ()))
        return cls(**{**record, "inputs": tuple(inputs), "requests": requests})


def hashed(files: Mapping[str, Path | None]) -> tuple[InputFile, ...]:
    """Hash the user's files by role, those left out (None) apart.

    Raises
    ------
    InputError
        If one cannot be read.
    """
    inputs = [
        InputFile(role=role + suffix, file=_shown(path), sha256=_sha256(path))
        for role, given in files.items()
        if given is not None
        for suffix, path in _with_beside(given)
    ]
    return tuple(sorted(inputs, key=lambda given: given.role))


def source_of(extract: Extract | None, inputs: tuple[InputFile, ...]) -> Source:
    """Say where a region's data come from; without an extract from the boundary file."""
    own = next((given for given in inputs if given.role == BOUNDARIES), None)
    if extract is not None:
        return Source(
            file=_shown(extract.path),
            sha256=extract.sha256,
            osm_timestamp=extract.timestamp or "",
            licence=OSM_LICENCE + (f"; boundaries: user's file {own.file}" if own else ""),
            inputs=inputs,
        )
    assert own is not None
    return Source(
        file=own.file, sha256=own.sha256, osm_timestamp="", licence=OWN_LICENCE, inputs=inputs
    )


def _with_beside(path: Path) -> list[tuple[str, Path]]:
    if path.suffix.lower() != ".shp" or not path.is_file():
        return [("", path)]
    beside = [
        (other.suffix, other)
        for other in sorted(path.parent.iterdir())
        if other.stem == path.stem and other.suffix.lower() in _BESIDE
    ]
    return [("", path), *beside]


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (OSError, ValueError) as error:
        raise InputError(
            f"cannot be read ({getattr(error, 'strerror', None) or error})",
            where=str(path),
            remedy="Check the path",
        ) from error


def _shown(path: Path) -> str:
    """A file's name fit for one line of UTF-8, whatever the file system allows."""
    return " ".join(path.name.encode("utf-8", "replace").decode().split())
