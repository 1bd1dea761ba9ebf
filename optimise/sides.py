"""Side constraints that tie sites to one another, as every model heeds them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

from optimise.checks import array_of, refuse, sites_of

if TYPE_CHECKING:
    from optimise.problem import Problem

__all__ = [
    "Choice",
    "SideRows",
    "check_sides",
    "choices_of",
    "limit_of",
    "pairs_of",
    "side_rows",
    "together_of",
]


#: Limits are numbers of 64 bits.
_LARGEST = 2**63


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """Of these sites at least ``least`` and at most ``most`` are open: either-or by default.

    Parameters
    ----------
    sites
        Numbers of the sites; sorted and distinct once the problem has checked them.
    least, most
        ``least=1, most=1``: exactly one of them; ``least=0, most=1``: one or none.
    """

    sites: tuple[int, ...]
    least: int = 1
    most: int = 1

    def checked(self, n_sites: int) -> Choice:
        """Check the numbers against a problem's sites."""
        for name in ("least", "most"):
            value = getattr(self, name)
            whole = isinstance(value, int) and not isinstance(value, bool)
            if not (whole and 0 <= value < _LARGEST):
                raise refuse("choices", f"{name} is {value!r:.40}", "Give whole numbers from 0 up.")
        if self.least > self.most:
            raise refuse("choices", f"at least {self.least}, at most {self.most}", "Swap them.")
        return replace(self, sites=sites_of("choices", self.sites, n_sites, least=1))


def pairs_of(value: ArrayLike | None, n_sites: int) -> NDArray[np.int32]:
    """Turn pairs of sites into int32[q, 2], each pair and all of them sorted, none twice."""
    if value is None:
        return np.zeros((0, 2), dtype=np.int32)
    array = array_of("apart", value)
    if array.size == 0:
        return np.zeros((0, 2), dtype=np.int32)
    if array.ndim != 2 or array.shape[1] != 2 or array.dtype.kind not in "iu":
        raise refuse("apart", f"{array.dtype} of shape {array.shape}", "Give pairs of sites.")
    if array.min() < 0 or array.max() >= n_sites:
        bad = array.min() if array.min() < 0 else array.max()
        raise refuse("apart", f"site {bad} does not exist", f"Sites go from 0 to {n_sites - 1}.")
    same = np.flatnonzero(array[:, 0] == array[:, 1])
    if len(same):
        site = array[same[0], 0]
        raise refuse("apart", f"site {site} with itself", "Give pairs of different sites.")
    return np.unique(np.sort(array, axis=1), axis=0).astype(np.int32)


def together_of(value: Iterable[Any], n_sites: int) -> tuple[tuple[int, ...], ...]:
    """Check groups of sites that are open together or not at all."""
    if not isinstance(value, Iterable):
        raise refuse("together", f"{value!r}", "Give a list of groups of sites.")
    return tuple(sites_of("together", group, n_sites, least=2) for group in value)


def choices_of(value: Iterable[Any], n_sites: int) -> tuple[Choice, ...]:
    """Check choices against a problem's sites."""
    given = tuple(value) if isinstance(value, Iterable) else (value,)
    for one in given:
        if not isinstance(one, Choice):
            raise refuse("choices", f"{one!r}", "Give a list of Choice(sites, least, most).")
    return tuple(one.checked(n_sites) for one in given)


def limit_of(field: str, value: Any, *, whole: bool) -> Any:
    """Check a limit: None, or a number from 0 up."""
    if value is None:
        return None
    number = int if whole else int | float
    if isinstance(value, np.generic):
        value = value.item()
    fits = isinstance(value, number) and not isinstance(value, bool)
    if not (fits and abs(value) < _LARGEST):  # neither inf nor NaN is
        kind = "whole number" if whole else "number"
        raise refuse(field, f"{value!r:.40}", f"Give a {kind} from 0 up, or None for no limit.")
    if value < 0:
        raise refuse(field, f"{value!r}", "Give a number from 0 up, or None for no limit.")
    return value if whole else float(value)


def check_sides(problem: Problem) -> None:
    """Refuse rules that contradict the kept and forbidden sites one by one.

    Raises
    ------
    ProblemError
        Naming the rule. What only rules together make impossible is found when solving.
    """
    kept, forbidden = problem.kept, problem.forbidden
    if len(problem.apart):
        both = np.flatnonzero(kept[problem.apart].all(axis=1))
        if len(both):
            one, other = problem.apart[both[0]]
            raise refuse(
                "apart",
                f"sites {one} and {other} both stay open ({len(both)} such pairs)",
                "Leave out pairs of sites that are kept, or make one closable.",
            )
    for group in problem.together:
        sites = np.array(group)
        if kept[sites].any() and forbidden[sites].any():
            raise refuse(
                "together",
                f"site {sites[kept[sites]][0]} stays open and site {sites[forbidden[sites]][0]} is "
                "forbidden",
                "Take one of them out of the group.",
            )
    for choice in problem.choices:
        sites = np.array(choice.sites)
        if kept[sites].sum() > choice.most:
            raise refuse(
                "choices",
                f"{kept[sites].sum()} of {choice.sites} stay open, at most {choice.most} may",
                "Raise most, or make an existing one closable.",
            )
        if (~forbidden[sites]).sum() < choice.least:
            raise refuse(
                "choices",
                f"{(~forbidden[sites]).sum()} of {choice.sites} may be open, {choice.least} must",
                "Lower least, or allow a forbidden one.",
            )


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class SideRows:
    """``lower <= matrix @ y <= upper`` over all sites of a problem, y = 1 where open.

    Parameters
    ----------
    matrix
        csr float64[rows, m]
    lower, upper
        float64[rows], infinite where there is no limit.
    names
        What each row is: ``("quota", zone)``, ``("max_sites", 0)``, ``("budget", 0)``,
        ``("apart", pair)``, ``("together", group)`` (one row for each further member) or
        ``("choice", number)``.
    """

    matrix: sparse.csr_array
    lower: NDArray[np.float64]
    upper: NDArray[np.float64]
    names: tuple[tuple[str, int], ...]


def side_rows(problem: Problem) -> SideRows:
    """Write all side constraints down, kept and forbidden sites apart (they are bounds of y)."""
    m = problem.n_sites
    rows: list[tuple[str, int, NDArray[Any], NDArray[Any], float, float]] = []
    for zone in np.flatnonzero(problem.quotas):
        sites = np.flatnonzero(problem.zones == zone)
        rows.append(("quota", int(zone), sites, _ones(sites), float(problem.quotas[zone]), np.inf))
    every = np.arange(m)
    if problem.max_sites is not None:
        rows.append(("max_sites", 0, every, _ones(every), -np.inf, float(problem.max_sites)))
    if problem.budget is not None:
        costs = problem.site_costs.astype(np.float64)
        rows.append(("budget", 0, every, costs, -np.inf, problem.budget))
    for number, pair in enumerate(problem.apart):
        rows.append(("apart", number, pair, _ones(pair), -np.inf, 1.0))
    for number, group in enumerate(problem.together):
        for other in group[1:]:
            pair = np.array([group[0], other])
            rows.append(("together", number, pair, np.array([1.0, -1.0]), 0.0, 0.0))
    for number, choice in enumerate(problem.choices):
        sites = np.array(choice.sites)
        least, most = float(choice.least), float(choice.most)
        rows.append(("choice", number, sites, _ones(sites), least, most))
    lengths = [len(row[2]) for row in rows]
    matrix = sparse.csr_array(
        (
            np.concatenate([row[3] for row in rows]) if rows else np.zeros(0),
            np.concatenate([row[2] for row in rows]) if rows else np.zeros(0, dtype=np.int64),
            np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64),
        ),
        shape=(len(rows), m),
    )
    return SideRows(
        matrix=matrix,
        lower=np.array([row[4] for row in rows]),
        upper=np.array([row[5] for row in rows]),
        names=tuple((row[0], row[1]) for row in rows),
    )


def _ones(sites: NDArray[Any]) -> NDArray[np.float64]:
    return np.ones(len(sites))
