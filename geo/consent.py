"""Whose word counts about a file's coordinates: the file's, the check's, the user's."""

from __future__ import annotations

import math
from dataclasses import dataclass

from geo.crs import WGS84
from geo.diagnosis import Diagnosis
from geo.errors import CoordinateError, InputError
from geo.findings import Finding
from geo.landmarks import Landmarks
from geo.layer_file import OwnFile
from geo.reading import Reading, reading_of

__all__ = ["UNCHECKED", "Check", "consented"]

_WRITE = {
    "Shapefile": "Put its .prj beside it",
    "GPKG": "Set the layer's system (QGIS: Layer CRS)",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Check:
    """How the coordinates of the user's files are checked and what is consented to.

    Parameters
    ----------
    role
        What the file is given for, as ``--convert`` calls it.
    landmarks
        What it should fit, if known.
    convert
        Reading to use whatever the check says ("gcj02", "none" …); None to go by the check.
    accept
        The user agrees to what the check finds.
    layer
        Layer or sheet to read.
    """

    role: str = ""
    landmarks: Landmarks | None = None
    convert: str | None = None
    accept: bool = False
    layer: str | None = None


UNCHECKED = Check()


def consented(
    own: OwnFile,
    diagnosis: Diagnosis | None,
    check: Check,
    findings: list[Finding],
    error: type[InputError],
) -> Reading:
    """Decide how a file's coordinates are read, and add to the findings what is not plain.

    Raises
    ------
    CoordinateError
        The check finds another reading than the file's, and nobody has consented.
    error
        Nobody says what the coordinates are.
    """
    suspected = diagnosis is not None and diagnosis.verdict == "mend"
    if check.convert is not None:
        reading = reading_of(check.convert, own.crs)
        if own.crs is None and check.convert.strip().casefold() == "none":
            raise _unnamed(own, diagnosis, check, error)
        if own.crs is None or reading != Reading(crs=own.crs):
            findings.append(_converted(own, reading, diagnosis, by="asked"))
        elif suspected and diagnosis is not None:
            values: dict[str, str | int | float] = {
                "reading": diagnosis.best.key, "confidence": diagnosis.confidence,
            }  # fmt: skip
            findings.append(Finding(kind="coordinates-kept", where=own.file, values=values))
        return reading
    if suspected and diagnosis is not None:
        if not check.accept:
            raise _suspect(own, diagnosis, check)
        findings.append(_converted(own, diagnosis.best.reading, diagnosis, by="diagnosis"))
        return diagnosis.best.reading
    if own.crs is None:
        raise _unnamed(own, diagnosis, check, error)
    if diagnosis is not None and diagnosis.verdict == "doubt":
        values = {"reading": diagnosis.best.key, "confidence": diagnosis.confidence,
                  "shift_m": round(diagnosis.shift_m)}  # fmt: skip
        findings.append(Finding(kind="coordinates-doubtful", where=own.file, values=values))
    return Reading(crs=own.crs)


def _converted(own: OwnFile, reading: Reading, diagnosis: Diagnosis | None, *, by: str) -> Finding:
    same = diagnosis is not None and diagnosis.best.reading == reading
    shift_m = diagnosis.best.shift_m if same and diagnosis is not None else math.nan
    values: dict[str, str | int | float] = {
        "plain": Reading(crs=own.crs).key if own.crs else "unknown",
        "reading": reading.key,
        "shift_m": round(shift_m) if math.isfinite(shift_m) else "unknown",
        "confidence": diagnosis.confidence if same and diagnosis is not None else "unknown",
        "by": by,
    }
    return Finding(kind="coordinates-converted", where=own.file, values=values)


def _suspect(own: OwnFile, diagnosis: Diagnosis, check: Check) -> CoordinateError:
    best = diagnosis.best
    plain = Reading(crs=own.crs or WGS84).label
    role = f"{check.role}=" if check.role else ""
    fits = f"fit the {_BASES[diagnosis.basis]}"
    if math.isfinite(best.near_m):
        fits += f" to {best.near_m:.0f} m"
    if not diagnosis.plain:
        what = f"names no coordinate system; as {best.reading.label} its coordinates {fits}"
    else:
        what = f"its coordinates are not {plain} but {best.reading.label}: read so they {fits}"
    if math.isfinite(diagnosis.shift_m):
        what += f", {diagnosis.shift_m:.0f} m from where they lie as they are"
    keep = f"; keep them with --convert {role}none" if diagnosis.plain else ""
    return CoordinateError(
        f"{what} (confidence {math.floor(diagnosis.confidence * 1000) / 10:g} %)",
        where=own.file,
        remedy=f"Convert them with --convert {role}{best.key} or --accept-diagnosis{keep}",
        diagnosis=diagnosis,
        role=check.role,
    )


_BASES = {"borders": "borders", "roads": "roads", "place": "region", "none": "region"}


def _unnamed(
    own: OwnFile, diagnosis: Diagnosis | None, check: Check, error: type[InputError]
) -> InputError:
    if diagnosis is not None and diagnosis.verdict == "mend":
        return _suspect(own, diagnosis, check)
    told = own.frame.crs
    return error(
        "names no coordinate system" + (f" ({told.name})" if told is not None else ""),
        where=own.file,
        remedy=_WRITE.get(own.kind, "Name it") + ", e.g. EPSG:4490 for CGCS2000 degrees"
        f" (or say it with --convert {check.role + '=' if check.role else ''}epsg:4490)",
    )
