"""What the arrays of a problem file are: names, dimensions, types, and lists strung together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.errors import ProblemError

__all__ = [
    "ARRAYS",
    "FIELDS",
    "NEEDED",
    "SINCE_2",
    "check_array",
    "cut_apart",
    "refuse_file",
    "strung",
]

_AMOUNTS = ("int64", "float64")
#: Dimensions and types of each array of a problem file.
ARRAYS: dict[str, tuple[int, tuple[str, ...]]] = {
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
#: Arrays that came with version 2, all of which may be left out.
SINCE_2: dict[str, tuple[int, tuple[str, ...]]] = {
    "closable": (1, ("bool",)),
    "forced": (1, ("bool",)),
    "capacities": (1, ("float64",)),
    "max_sites": (0, ("int64",)),
    "budget": (0, ("float64",)),
    "apart": (2, ("int32",)),
    "together_ptr": (1, ("int64",)),
    "together_sites": (1, ("int32",)),
    "choice_ptr": (1, ("int64",)),
    "choice_sites": (1, ("int32",)),
    "choice_least": (1, ("int64",)),
    "choice_most": (1, ("int64",)),
}
#: Arrays of a file that are fields of :class:`~optimise.problem.Problem`, left out or not.
FIELDS = (
    *("site_costs", "existing", "closable", "forced", "forbidden", "zones", "quotas"),
    *("capacities", "apart"),
)
#: Arrays that only mean something all together.
_SETS = {
    "Groups": ("group_names", "group_ptr", "group_units"),
    "Sites together": ("together_ptr", "together_sites"),
    "Choices": ("choice_ptr", "choice_sites", "choice_least", "choice_most"),
}
#: Arrays that no file may leave out.
NEEDED = ("weights", "indptr", "indices", "impedance", "n_sites")


def refuse_file(path: Path, what: str, remedy: str) -> ProblemError:
    """Make the error for a file."""
    return ProblemError(str(path), what, remedy=remedy)


def strung(
    parts: Iterable[Sequence[int] | NDArray[np.int32]],
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Lists of numbers one after the other, with where each starts."""
    lists = [np.asarray(part, dtype=np.int32) for part in parts]
    ptr = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    return ptr, np.concatenate([np.zeros(0, dtype=np.int32), *lists])


def check_array(path: Path, name: str, array: NDArray[Any]) -> None:
    """Refuse other types and shapes: a conversion could change numbers unseen."""
    dimensions, types = {**ARRAYS, **SINCE_2}[name]
    found = "str" if array.dtype.kind == "U" else array.dtype.name
    if found not in types or not array.dtype.isnative:
        raise refuse_file(path, f"{name} is {array.dtype}", f"Write it as {' or '.join(types)}.")
    if array.ndim != dimensions:
        raise refuse_file(
            path, f"{name} has {array.ndim} dimensions", f"It has {dimensions} in this format."
        )


def cut_apart(
    path: Path, arrays: dict[str, Any], kind: str, ptr: str, flat: str
) -> list[NDArray[Any]]:
    """Cut lists apart; the other arrays of the kind have one entry for each of them."""
    names = _SETS[kind]
    given = [name for name in names if name in arrays]
    if not given:
        return []
    if len(given) < len(names):
        count = {2: "both", 3: "all three", 4: "all four"}[len(names)]
        raise refuse_file(path, f"has only {', '.join(given)}", f"{kind} need {count} arrays.")
    starts, entries = arrays[ptr], arrays[flat]
    fits = len(starts) > 0 and starts[0] == 0 and starts[-1] == len(entries)
    others = [len(arrays[name]) for name in names if name not in (ptr, flat)]
    if (
        not fits
        or (np.diff(starts) < 0).any()
        or any(length != len(starts) - 1 for length in others)
    ):
        raise refuse_file(
            path,
            f"{', '.join(names[:-1])} and {names[-1]} do not fit together",
            "Write CSR starts from 0 to the number of entries, and one of all else for each list.",
        )
    return [entries[start:end] for start, end in pairwise(starts)]
