"""Sites opened over several years: what is asked."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.checks import amounts, frozen, refuse, whole
from optimise.cover_models import check_count, check_radius, check_shares
from optimise.problem import EVERYBODY, Problem

__all__ = ["NEVER", "Earlier", "Phases", "Year"]

#: In place of a year, for a site that is not opened in any.
NEVER = -1


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Year:
    """What holds at the end of a year.

    Parameters
    ----------
    name
        As it is told, e.g. "2027".
    max_sites
        Most sites open by then, those from before counted; None for no limit.
    budget
        Most that all sites open by then may cost together (:attr:`Problem.site_costs`), those from
        before counted; None for no limit. What a year does not use is left for the next.
    targets
        Pairs (group, share): at least so much of the group's weight of that year is covered.
    quotas
        int32[zones], least number of open sites in each; none at all if left out.
    weights
        [n], people of each demand unit in that year; the problem's if left out.
    share
        What a person covered in that year counts, from 0 up.
    """

    name: str
    max_sites: int | None = None
    budget: float | None = None
    targets: tuple[tuple[str, float], ...] = ()
    quotas: NDArray[np.int32] | None = None
    weights: NDArray[Any] | None = None
    share: float = 1.0

    def __post_init__(self) -> None:
        owner = f"Year {self.name!r}"
        if self.max_sites is not None:
            check_count(owner, "max_sites", self.max_sites)
        for name in ("budget", "share"):
            value = getattr(self, name)
            if value is not None and not (math.isfinite(value) and value >= 0):
                raise refuse(f"{owner}.{name}", f"{value!r}", "Give a number from 0 up.")
        check_shares(owner, "targets", self.targets)


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Earlier:
    """A plan of openings that is to be changed as little as pays.

    Parameters
    ----------
    opened_in
        int32[m], number of the year in which it opens each site, :data:`NEVER` for none.
    drop, add
        What it costs, in people, to do without a site in a year that had it, and to have a site in
        a year that had none; 0 each: the earlier plan does not count.
    """

    opened_in: NDArray[np.int32]
    drop: float = 0.0
    add: float = 0.0


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Phases:
    """Cover the most people over the years with openings that are only added.

    Maximal covering over several periods with sites that stay open (Gunawardane 1982; Schilling
    1980). Sites that are existing and not closable are open from the first year on, forced ones by
    the last; a closable one counts as any candidate.

    Parameters
    ----------
    problem
        Its ``max_sites``, ``budget`` and ``quotas`` are heeded in no year: the years have theirs.
    radius
        Coverage radius, one for everybody.
    years
        In their order, at least one.
    earlier
        See :class:`Earlier`.

    Raises
    ------
    ProblemError
        For a field that makes no sense.
    """

    problem: Problem
    radius: float
    years: tuple[Year, ...]
    earlier: Earlier | None = None
    weights: NDArray[Any] = field(init=False)

    def __post_init__(self) -> None:
        check_radius("Phases", self.radius)
        if self.radius > self.problem.travel.cutoff:
            raise refuse(
                "Phases.radius",
                f"{self.radius:g} is beyond the travel cutoff of {self.problem.travel.cutoff:g}",
                "Compute travel up to the radius first.",
            )
        if not self.years:
            raise refuse("Phases.years", "no year", "Give at least one.")
        names = [year.name for year in self.years]
        if len(set(names)) < len(names):
            raise refuse("Phases.years", f"{names!r:.80}", "Name each year once.")
        if self.problem.linked:
            raise refuse("Phases.problem", "sites are linked to one another", "Leave it out.")
        n, m = self.problem.n_units, self.problem.n_sites
        rows = []
        for year in self.years:
            own = self.problem.weights if year.weights is None else year.weights
            rows.append(amounts("Year.weights", own, n, per="weight for each demand unit"))
            for group, _ in year.targets:
                if group != EVERYBODY and group not in self.problem.groups:
                    known = ", ".join([EVERYBODY, *self.problem.groups][:8])
                    raise refuse("Year.targets", f"no group {group!r}", f"There are: {known}.")
            if year.quotas is not None:
                zones = len(self.problem.quotas)
                quotas = whole("Year.quotas", year.quotas, zones, per="quota for each zone")
                object.__setattr__(year, "quotas", frozen(quotas))
        object.__setattr__(self, "weights", frozen(np.stack(rows)))
        if self.earlier is not None:
            told = whole("Earlier.opened_in", self.earlier.opened_in, m, per="year for each site")
            if len(told) and (told.min() < NEVER or told.max() >= len(self.years)):
                raise refuse("Earlier.opened_in", "a year that is not there", "Number them from 0.")
            for name in ("drop", "add"):
                price = getattr(self.earlier, name)
                if not (math.isfinite(price) and price >= 0):
                    raise refuse(f"Earlier.{name}", f"{price!r}", "Give a number from 0 up.")

    def limit(self, number: int) -> int:
        """Most sites open by the end of a year."""
        own = self.years[number].max_sites
        return self.problem.n_sites if own is None else own

    def quotas(self, number: int) -> NDArray[np.int32]:
        """Quotas of a year, int32[zones]."""
        own = self.years[number].quotas
        return np.zeros(len(self.problem.quotas), np.int32) if own is None else own

    def alone(self, number: int) -> Problem:
        """One year's problem by itself: its weights, quotas, limits, and nothing forced early."""
        last = number == len(self.years) - 1
        forced = self.problem.forced if last else np.zeros_like(self.problem.forced)
        return replace(
            self.problem,
            weights=self.weights[number],
            quotas=self.quotas(number),
            max_sites=self.years[number].max_sites,
            budget=self.years[number].budget,
            forced=forced,
        )

    def changes(self, opened_in: NDArray[np.int32]) -> float:
        """What a plan costs for differing from the earlier one."""
        if self.earlier is None:
            return 0.0
        here, before = (
            np.arange(len(self.years))[:, None] >= np.where(told == NEVER, 2**30, told)[None, :]
            for told in (opened_in, self.earlier.opened_in)
        )
        drop, add = int((before & ~here).sum()), int((here & ~before).sum())
        return drop * self.earlier.drop + add * self.earlier.add
