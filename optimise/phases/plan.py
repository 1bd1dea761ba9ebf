"""Sites opened over several years: the answer, with its certificate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.phases.question import NEVER, Phases
from optimise.solution import Status, serve

__all__ = ["PhasesPlan", "counted", "opened_of", "people_years"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class PhasesPlan:
    """Which sites are opened when.

    Parameters
    ----------
    opened_in
        int32[m], number of the year in which each site opens, 0 for those that are there already,
        :data:`~optimise.NEVER` for those that stay closed.
    covered
        Weight covered in each year.
    free_value, free_bound
        Most that each year's plan covers by itself, as if no year came before or after it, and a
        proven bound on it. ``free_value[t] - covered[t]`` is the price of nesting in year t.
    value
        Sum of ``share * covered`` over the years, less the price of changes.
    changes
        What the plan pays for differing from the earlier one.
    bound, gap, status, stopped, proved_by, seconds, log
        As of :class:`~optimise.Solution`.
    """

    opened_in: NDArray[np.int32]
    covered: tuple[float, ...]
    free_value: tuple[float, ...]
    free_bound: tuple[float, ...]
    value: float
    changes: float
    bound: float
    gap: float
    status: Status
    stopped: str
    proved_by: str
    seconds: Mapping[str, float]
    log: tuple[str, ...]

    def open_by(self, number: int) -> NDArray[np.int32]:
        """Sites open at the end of a year, int32, increasing."""
        told = (self.opened_in != NEVER) & (self.opened_in <= number)
        return np.flatnonzero(told).astype(np.int32)


def opened_of(nested: list[NDArray[np.int32]], n_sites: int) -> NDArray[np.int32]:
    """Year of each site's opening out of the open sites of each year."""
    opened = np.full(n_sites, NEVER, np.int32)
    for number in reversed(range(len(nested))):
        opened[nested[number]] = number
    return opened


def counted(phases: Phases, opened_in: NDArray[np.int32]) -> tuple[float, ...]:
    """Weight covered in each year."""
    told = []
    for number in range(len(phases.years)):
        there = np.flatnonzero((opened_in != NEVER) & (opened_in <= number)).astype(np.int32)
        assignment, _ = serve(phases.problem, there, phases.radius)
        told.append(float(phases.weights[number][assignment >= 0].sum()))
    return tuple(told)


def people_years(phases: Phases, covered: tuple[float, ...]) -> float:
    """Sum of what is covered, each year by its share."""
    pairs = zip(phases.years, covered, strict=True)
    return float(sum(year.share * amount for year, amount in pairs))
