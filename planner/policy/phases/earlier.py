"""An earlier plan of openings: read from its record, and what differs from it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from optimise import NEVER
from planner.errors import ScenarioError
from planner.posed import Posed

__all__ = ["changes_from", "opened_of", "read_earlier"]

Openings = npt.NDArray[np.int32]


def read_earlier(text: str | bytes, where: str) -> dict[str, Any]:
    """Read the ``phases.json`` of a run.

    Parameters
    ----------
    where
        What the file is called.

    Raises
    ------
    ScenarioError
        If it is none.
    """
    try:
        told = json.loads(text)
        rows = list(told["sites"] if told["part"] == "phases" else [None])
        if all(_row(row) for row in rows) and len({row["id"] for row in rows}) == len(rows):
            return dict(told)
    except (ValueError, LookupError, TypeError, RecursionError):
        pass
    raise ScenarioError("is no phases.json", where=where, remedy="Give that of a run")


def _row(row: Any) -> bool:
    texts = isinstance(row["id"], str) and isinstance(row["state"], str)
    return texts and type(row["year"]) is int


def opened_of(earlier: dict[str, Any], posed: Posed, years: Sequence[int]) -> Openings:
    """Number of the year in which each candidate was to open, of the years of now."""
    ids = posed.bundle.candidates.frame["id"].tolist()
    row_of = dict(zip(ids, range(len(ids)), strict=True))
    opened = np.full(len(ids), NEVER, np.int32)
    for row in earlier["sites"]:
        if row["id"] in row_of:
            opened[row_of[row["id"]]] = max(0, sum(one <= row["year"] for one in years) - 1)
    return opened


def changes_from(earlier: dict[str, Any], opened: Openings, posed: Posed) -> dict[str, list[str]]:
    """New sites kept, dropped and added, against the earlier openings."""
    frame = posed.bundle.candidates.frame
    there = (opened != NEVER) & ~frame["existing"].to_numpy(bool)
    here = set(frame["id"][there].tolist())
    planned = {row["id"] for row in earlier["sites"] if row["state"] != "standing"}
    return {
        "kept": sorted(planned & here),
        "dropped": sorted(planned - here),
        "added": sorted(here - planned),
    }
