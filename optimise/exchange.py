"""Problems and solutions as files for other tools; the format is told in docs/exchange.md."""

from __future__ import annotations

import math
import shutil
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from optimise.errors import ProblemError
from optimise.exchange_arrays import (
    ARRAYS,
    FIELDS,
    NEEDED,
    SINCE_2,
    check_array,
    cut_apart,
    refuse_file,
    strung,
)
from optimise.problem import Problem
from optimise.sides import Choice
from optimise.solution import Solution
from optimise.travel import Travel

__all__ = ["read_problem", "solution_record", "write_problem", "written_beside"]

_PROBLEM, _SOLUTION, _VERSION = "recyclenet-problem", "recyclenet-solution", 2


@contextmanager
def written_beside(path: Path) -> Iterator[BinaryIO]:
    """Give a new file to fill; it takes ``path``'s place when the block ends well.

    Raises
    ------
    OSError
        If the place cannot be written.
    """
    # In a folder of its own, made beside: the file itself gets the user's usual permissions.
    workshop = Path(tempfile.mkdtemp(prefix=f".{path.name[:80]}.", dir=path.parent))
    try:
        with (workshop / "fresh").open("xb") as file:
            yield file
        (workshop / "fresh").replace(path)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def write_problem(path: Path, problem: Problem) -> None:
    """Write a problem; :func:`read_problem` gives back an equal one, type for type.

    Equal problems make equal bytes. A file that stands there is replaced, whole or not at all.

    Raises
    ------
    ProblemError
        If the file cannot be written, or a group's name ends in a NUL, which numpy drops.
    """
    if any(name.endswith("\0") for name in problem.groups):
        raise ProblemError("Problem.groups", "a name ends in NUL", remedy="Rename the group.")
    arrays: dict[str, Any] = {
        "format": np.array(_PROBLEM),
        "version": np.array(_VERSION, dtype=np.int64),
        "weights": problem.weights,
        "indptr": problem.travel.indptr,
        "indices": problem.travel.indices,
        "impedance": problem.travel.impedance,
        "cutoff": np.array(problem.travel.cutoff, dtype=np.float64),
        "n_sites": np.array(problem.n_sites, dtype=np.int64),
    }
    for name in FIELDS:
        if (array := getattr(problem, name)) is not None:
            arrays[name] = array
    for name, kind in (("max_sites", np.int64), ("budget", np.float64)):
        if (limit := getattr(problem, name)) is not None:
            arrays[name] = np.array(limit, dtype=kind)
    arrays["group_names"] = np.array(list(problem.groups), dtype=np.str_)
    arrays["group_ptr"], arrays["group_units"] = strung(problem.groups.values())
    arrays["together_ptr"], arrays["together_sites"] = strung(problem.together)
    choices = problem.choices
    arrays["choice_ptr"], arrays["choice_sites"] = strung(choice.sites for choice in choices)
    arrays["choice_least"] = np.array([choice.least for choice in choices], dtype=np.int64)
    arrays["choice_most"] = np.array([choice.most for choice in choices], dtype=np.int64)
    try:
        with written_beside(path) as file:
            np.savez_compressed(file, **arrays)
    except OSError as error:
        raise ProblemError(
            str(path),
            f"cannot be written ({error.strerror or error})",
            remedy="Check the path, the free space and your rights.",
        ) from error


def read_problem(path: Path) -> Problem:
    """Read a problem of this or an older version, checked like any other.

    Raises
    ------
    ProblemError
        If the file is missing, damaged, something else, of a newer version, or holds arrays of
        other types or shapes than told, or a problem that makes no sense. Nothing in the file is
        ever run.
    """
    arrays = _load(path)
    for name, array in arrays.items():
        check_array(path, name, array)
    travel_fields = {name: arrays[name] for name in ("indptr", "indices", "impedance")}
    if "cutoff" in arrays:
        travel_fields["cutoff"] = float(arrays["cutoff"])
    limits = {name: arrays[name].item() for name in ("max_sites", "budget") if name in arrays}
    groups, together, choices = _groups(path, arrays), *_rules(path, arrays)
    try:
        return Problem(
            weights=arrays["weights"],
            travel=Travel(**travel_fields),
            n_sites=int(arrays["n_sites"]),
            groups=groups,
            together=together,
            choices=choices,
            **limits,
            **{name: arrays[name] for name in FIELDS if name in arrays},
        )
    except ProblemError as error:
        raise ProblemError(
            f"{path}: {error.field}", error.what, remedy=error.remedy, facts=error.facts
        ) from error


def _load(path: Path) -> dict[str, Any]:
    """Take the arrays out of the file, without running anything in it."""
    foreign = refuse_file(path, "is not a problem file", "Write it as docs/exchange.md says.")
    try:
        if not zipfile.is_zipfile(path):
            if not path.exists():
                raise refuse_file(path, "does not exist", "Check the path.")
            raise foreign
        with np.load(path, allow_pickle=False) as file:
            names = set(file.files)
            if not {"format", "version"} <= names or str(file["format"]) != _PROBLEM:
                raise foreign
            version = file["version"]
            if version.shape != () or version.dtype.kind not in "iu" or version < 1:
                raise foreign
            if version > _VERSION:
                raise refuse_file(path, f"has version {version}", "Update this program to read it.")
            known = {**ARRAYS, **SINCE_2} if version >= 2 else ARRAYS
            for name in sorted(set(NEEDED) - names):
                raise refuse_file(
                    path, f"has no array {name!r}", "Write it as docs/exchange.md says."
                )
            for name in sorted(names - set(known) - {"format", "version"}):
                remedy = "Call it version 2." if name in SINCE_2 else "Leave it out."
                raise refuse_file(path, f"has an unknown array {name!r}", remedy)
            return {name: file[name] for name in known if name in names}
    except OSError as error:
        raise refuse_file(
            path, f"cannot be read ({error.strerror or error})", "Check the path and your rights."
        ) from error
    except MemoryError as error:
        raise refuse_file(path, "does not fit into memory", "Use a larger machine.") from error
    except (
        ValueError,
        KeyError,
        EOFError,
        NotImplementedError,
        RuntimeError,
        SyntaxError,
        zipfile.BadZipFile,
        zlib.error,
    ) as error:
        raise refuse_file(path, f"is damaged ({error})"[:300], "Write it again.") from error


def _groups(path: Path, arrays: dict[str, Any]) -> dict[str, NDArray[np.int32]]:
    """Cut the members of the groups apart."""
    units = cut_apart(path, arrays, "Groups", "group_ptr", "group_units")
    names = arrays["group_names"].tolist() if "group_names" in arrays else []
    if len(set(names)) < len(names):
        raise refuse_file(path, "group_names are not distinct", "Name each group once.")
    return dict(zip(names, units, strict=True))


def _rules(
    path: Path, arrays: dict[str, Any]
) -> tuple[tuple[tuple[int, ...], ...], tuple[Choice, ...]]:
    """Cut the sites together and the choices apart."""
    together = cut_apart(path, arrays, "Sites together", "together_ptr", "together_sites")
    choices = cut_apart(path, arrays, "Choices", "choice_ptr", "choice_sites")
    limits = [arrays[name].tolist() if choices else [] for name in ("choice_least", "choice_most")]
    return (
        tuple(tuple(sites.tolist()) for sites in together),
        tuple(
            Choice(sites=tuple(sites.tolist()), least=least, most=most)
            for sites, least, most in zip(choices, *limits, strict=True)
        ),
    )


def solution_record(solution: Solution) -> dict[str, Any]:
    """Give a solution as plain values, ready for JSON: what is not a finite number is None."""
    tie_break, flows = solution.tie_break, solution.flows
    return {
        "format": _SOLUTION,
        "version": _VERSION,
        "status": solution.status.value,
        "stopped": solution.stopped,
        "objective": solution.objective,
        "value": _number(solution.value),
        "bound": _number(solution.bound),
        "gap": _number(solution.gap),
        "proved_by": solution.proved_by,
        "open_sites": solution.open_sites.tolist(),
        "assignment": solution.assignment.tolist(),
        "distance": [_number(far) for far in solution.distance.tolist()],
        "flows": flows
        and {
            "indptr": flows.indptr.tolist(),
            "sites": flows.sites.tolist(),
            "weight": flows.weight.tolist(),
        },
        "tie_break": tie_break
        and {
            "name": tie_break.name,
            "value": _number(tie_break.value),
            "bound": _number(tie_break.bound),
            "gap": _number(tie_break.gap),
        },
        "seconds": {stage: round(seconds, 6) for stage, seconds in solution.seconds.items()},
        "log": list(solution.log),
    }


def _number(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None
