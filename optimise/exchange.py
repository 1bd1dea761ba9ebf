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
from optimise.problem import Problem
from optimise.solution import Solution
from optimise.travel import Travel

__all__ = ["read_problem", "solution_record", "write_problem", "written_beside"]

_PROBLEM, _SOLUTION, _VERSION = "recyclenet-problem", "recyclenet-solution", 1

_AMOUNTS = ("int64", "float64")
#: Dimensions and types of each array of a problem file.
_ARRAYS: dict[str, tuple[int, tuple[str, ...]]] = {
    "weights": (1, _AMOUNTS),
    "indptr": (1, ("int64",)),
    "indices": (1, ("int32",)),
    "impedance": (1, ("float32", "float64")),
    "cutoff": (0, ("float64",)),
    "n_sites": (0, ("int64",)),
    "site_costs": (1, _AMOUNTS),
    "existing": (1, ("bool",)),
    "forbidden": (1, ("bool",)),
    "zones": (1, ("int32",)),
    "quotas": (1, ("int32",)),
    "group_names": (1, ("str",)),
    "group_ptr": (1, ("int64",)),
    "group_units": (1, ("int32",)),
}
#: What a file may leave out, with what stands for it in :class:`~optimise.problem.Problem`.
_OPTIONAL = ("cutoff", "site_costs", "existing", "forbidden", "zones", "quotas")
_GROUPS = ("group_names", "group_ptr", "group_units")


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
    groups = list(problem.groups.items())
    if any(name.endswith("\0") for name, _ in groups):
        raise ProblemError("Problem.groups", "a name ends in NUL", remedy="Rename the group.")
    lengths = [len(units) for _, units in groups]
    arrays = {
        "format": np.array(_PROBLEM),
        "version": np.array(_VERSION, dtype=np.int64),
        "weights": problem.weights,
        "indptr": problem.travel.indptr,
        "indices": problem.travel.indices,
        "impedance": problem.travel.impedance,
        "cutoff": np.array(problem.travel.cutoff, dtype=np.float64),
        "n_sites": np.array(problem.n_sites, dtype=np.int64),
        "site_costs": problem.site_costs,
        "existing": problem.existing,
        "forbidden": problem.forbidden,
        "zones": problem.zones,
        "quotas": problem.quotas,
        "group_names": np.array([name for name, _ in groups], dtype=np.str_),
        "group_ptr": np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        "group_units": np.concatenate(
            [np.zeros(0, dtype=np.int32), *(units for _, units in groups)]
        ),
    }
    try:
        with written_beside(path) as file:
            np.savez_compressed(file, **arrays)  # type: ignore[arg-type]
    except OSError as error:
        raise ProblemError(
            str(path),
            f"cannot be written ({error.strerror or error})",
            remedy="Check the path, the free space and your rights.",
        ) from error


def read_problem(path: Path) -> Problem:
    """Read a problem, checked like any other.

    Raises
    ------
    ProblemError
        If the file is missing, damaged, something else, of a newer version, or holds arrays of
        other types or shapes than told, or a problem that makes no sense. Nothing in the file is
        ever run.
    """
    arrays = _load(path)
    for name, array in arrays.items():
        _check(path, name, array)
    travel_fields = {name: arrays[name] for name in ("indptr", "indices", "impedance")}
    if "cutoff" in arrays:
        travel_fields["cutoff"] = float(arrays["cutoff"])
    try:
        return Problem(
            weights=arrays["weights"],
            travel=Travel(**travel_fields),
            n_sites=int(arrays["n_sites"]),
            groups=_groups(path, arrays),
            **{name: arrays[name] for name in _OPTIONAL[1:] if name in arrays},
        )
    except ProblemError as error:
        if error.field.startswith(str(path)):
            raise
        raise ProblemError(
            f"{path}: {error.field}", error.what, remedy=error.remedy, facts=error.facts
        ) from error


def _refuse(path: Path, what: str, remedy: str) -> ProblemError:
    return ProblemError(str(path), what, remedy=remedy)


def _load(path: Path) -> dict[str, Any]:
    """Take the arrays out of the file, without running anything in it."""
    foreign = _refuse(path, "is not a problem file", "Write it as docs/exchange.md says.")
    try:
        if not zipfile.is_zipfile(path):
            if not path.exists():
                raise _refuse(path, "does not exist", "Check the path.")
            raise foreign
        with np.load(path, allow_pickle=False) as file:
            names = set(file.files)
            if not {"format", "version"} <= names or str(file["format"]) != _PROBLEM:
                raise foreign
            version = file["version"]
            if version.shape != () or version.dtype.kind not in "iu" or version < 1:
                raise foreign
            if version > _VERSION:
                raise _refuse(path, f"has version {version}", "Update this program to read it.")
            wanted = set(_ARRAYS) - set(_OPTIONAL) - set(_GROUPS)
            for name in sorted(wanted - names):
                raise _refuse(path, f"has no array {name!r}", "Write it as docs/exchange.md says.")
            for name in sorted(names - set(_ARRAYS) - {"format", "version"}):
                raise _refuse(path, f"has an unknown array {name!r}", "Leave it out.")
            return {name: file[name] for name in _ARRAYS if name in names}
    except OSError as error:
        raise _refuse(
            path, f"cannot be read ({error.strerror or error})", "Check the path and your rights."
        ) from error
    except MemoryError as error:
        raise _refuse(path, "does not fit into memory", "Use a larger machine.") from error
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
        raise _refuse(path, f"is damaged ({error})"[:300], "Write it again.") from error


def _check(path: Path, name: str, array: NDArray[Any]) -> None:
    """Refuse other types and shapes: a conversion could change numbers unseen."""
    dimensions, types = _ARRAYS[name]
    found = "str" if array.dtype.kind == "U" else array.dtype.name
    if found not in types or not array.dtype.isnative:
        raise _refuse(path, f"{name} is {array.dtype}", f"Write it as {' or '.join(types)}.")
    if array.ndim != dimensions:
        raise _refuse(
            path, f"{name} has {array.ndim} dimensions", f"It has {dimensions} in this format."
        )


def _groups(path: Path, arrays: dict[str, Any]) -> dict[str, NDArray[np.int32]]:
    """Cut the members of the groups apart."""
    given = [name for name in _GROUPS if name in arrays]
    if not given:
        return {}
    if len(given) < len(_GROUPS):
        raise _refuse(path, f"has only {', '.join(given)}", "Groups need all three arrays.")
    names, ptr, units = (arrays[name] for name in _GROUPS)
    fits = len(ptr) == len(names) + 1 and ptr[0] == 0 and ptr[-1] == len(units)
    if not fits or (np.diff(ptr) < 0).any() or len(set(names.tolist())) < len(names):
        raise _refuse(
            path,
            "group_names, group_ptr and group_units do not fit together",
            "Write distinct names and CSR starts from 0 to the number of units.",
        )
    return {
        str(name): units[start:end]
        for name, start, end in zip(names, ptr[:-1], ptr[1:], strict=True)
    }


def solution_record(solution: Solution) -> dict[str, Any]:
    """Give a solution as plain values, ready for JSON: what is not a finite number is None."""
    tie_break = solution.tie_break
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
