"""Changes that make a question answerable: each a value that can be applied.

A change works on the fields of a problem, not on the problem: so it can also mend what
:class:`~optimise.Problem` refuses to be made of, and several can be made before it is checked.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from optimise.cover_models import CoverAll, CoverShare
from optimise.errors import ProblemError
from optimise.models import Model
from optimise.problem import EVERYBODY, Problem
from optimise.travel import Travel

__all__ = [
    "AddCandidate",
    "Allow",
    "Change",
    "CloseExisting",
    "DropRule",
    "Fields",
    "LowerQuota",
    "LowerTarget",
    "MobileStop",
    "MoreBudget",
    "MoreRadius",
    "MoreSites",
    "amended",
    "applied",
    "fields_of",
]

#: The arguments :class:`~optimise.Problem` is made of, by name.
Fields = dict[str, Any]


def fields_of(problem: Problem) -> Fields:
    """Return the arguments a problem is made of."""
    found = {field.name: getattr(problem, field.name) for field in fields(problem)}
    return found | {"groups": dict(problem.groups)}


class Change:
    """One change of a question; applying it makes a new problem and a new question."""

    __slots__ = ()

    def apply(self, problem: Problem, model: Model) -> tuple[Problem, Model]:
        """Return the changed problem and question."""
        return applied((self,), problem, model)


@dataclass(frozen=True, kw_only=True, slots=True)
class MoreRadius(Change):
    """Raise the coverage radius of one group, or where ``group`` is None of everybody.

    "Radius 1,000 -> 1,300 m in Y". A radius that is larger already stays.
    """

    group: str | None
    radius: float


@dataclass(frozen=True, kw_only=True, slots=True)
class AddCandidate(Change):
    """One candidate more, at a place of demand.

    Parameters
    ----------
    zone
        Zone it lies in, -1 for none.
    unit
        Demand unit at whose place it is, served at an impedance of 0; None: somewhere in the
        zone, so that nobody can be said to be near it.
    near
        Pairs (unit, impedance) of others that are known to reach it.
    cost
        Cost of keeping it open.
    """

    zone: int
    unit: int | None
    near: tuple[tuple[int, float], ...] = ()
    cost: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class MobileStop(Change):
    """A site that comes to exactly these units and counts as one site more."""

    units: tuple[int, ...]
    cost: float = 1.0


@dataclass(frozen=True, kw_only=True, slots=True)
class MoreBudget(Change):
    """Raise the budget by so much."""

    amount: float


@dataclass(frozen=True, kw_only=True, slots=True)
class MoreSites(Change):
    """Allow so many open sites more, in the problem and in the question."""

    count: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LowerQuota(Change):
    """Ask for fewer sites in a zone."""

    zone: int
    to: int


@dataclass(frozen=True, kw_only=True, slots=True)
class LowerTarget(Change):
    """Ask for a smaller share of a group, in ``field`` "targets" or "backup"."""

    group: str
    share: float
    field: str = "targets"


@dataclass(frozen=True, kw_only=True, slots=True)
class Allow(Change):
    """Allow a forbidden site to be opened."""

    site: int


@dataclass(frozen=True, kw_only=True, slots=True)
class DropRule(Change):
    """Give up a rule: kind "apart", "together" or "choice" by number, "forced" by site."""

    kind: str
    number: int


@dataclass(frozen=True, kw_only=True, slots=True)
class CloseExisting(Change):
    """Allow an existing site to be closed."""

    site: int


def applied(changes: tuple[Change, ...], problem: Problem, model: Model) -> tuple[Problem, Model]:
    """Make changes to a problem and a question; neither argument is touched."""
    changed, asked = amended(changes, fields_of(problem), model)
    assert asked is not None
    return Problem(**changed), asked


def amended(
    changes: tuple[Change, ...], given: Mapping[str, Any], model: Model | None = None
) -> tuple[Fields, Model | None]:
    """Make changes to the fields of a problem that need not be a valid one yet.

    Raises
    ------
    ProblemError
        If a change has nothing to work on, e.g. a budget that is not there.
    """
    found: Fields = dict(given)
    # Numbers of rules change when one goes: the last one goes first.
    rules = [change for change in changes if isinstance(change, DropRule)]
    others = [change for change in changes if not isinstance(change, DropRule)]
    for rule in sorted(rules, key=lambda one: (one.kind, -one.number)):
        _drop(found, rule)
    for change in others:
        match change:
            case MoreRadius():
                model = _more_radius(_there(model, change), change)
            case LowerTarget():
                model = _lower_target(_there(model, change), change)
            case MoreSites():
                model = _more_sites(found, model, change)
            case MoreBudget():
                found["budget"] = _there(found.get("budget"), change) + change.amount
            case AddCandidate():
                units = [] if change.unit is None else [(change.unit, 0.0)]
                beyond = [pair for pair in change.near if pair[0] != change.unit]
                _add_site(found, units + beyond, zone=change.zone, cost=change.cost)
            case MobileStop():
                stops = [(unit, 0.0) for unit in change.units]
                _add_site(found, stops, zone=-1, cost=change.cost)
            case LowerQuota():
                _set(found, "quotas", change.zone, change.to)
            case Allow():
                _set(found, "forbidden", change.site, False)
            case CloseExisting():
                if found.get("closable") is None:
                    found["closable"] = np.zeros(int(found["n_sites"]), dtype=np.bool_)
                _set(found, "closable", change.site, True)
    return found, model


def _there(value: Any, change: Change) -> Any:
    """Return what a change works on."""
    if value is None:
        raise ProblemError(
            type(change).__name__, f"{change} has nothing to change", remedy="Leave it out."
        )
    return value


def _set(found: Fields, name: str, at: int, value: Any) -> None:
    if found.get(name) is None:
        raise ProblemError(f"Problem.{name}", "there are none", remedy="Leave the change out.")
    array = np.array(found[name])
    array[at] = value
    found[name] = array


def _drop(found: Fields, rule: DropRule) -> None:
    match rule.kind:
        case "apart":
            found["apart"] = np.delete(np.asarray(found["apart"]), rule.number, axis=0)
        case "together" | "choice":
            name = "together" if rule.kind == "together" else "choices"
            kept = list(found[name])
            del kept[rule.number]
            found[name] = tuple(kept)
        case "forced":
            _set(found, "forced", rule.number, False)
        case _:
            raise ProblemError(
                "DropRule.kind",
                f"{rule.kind!r}",
                remedy='Choose "apart", "together", "choice" or "forced".',
            )


def _more_radius(model: Model, change: MoreRadius) -> Model:
    radius: Any = _there(getattr(model, "radius", None), change)
    new: Any
    if not isinstance(radius, tuple):
        if change.group in (None, EVERYBODY):
            new = max(radius, change.radius)
        else:
            own = ((change.group, float(change.radius)), (EVERYBODY, radius))
            new = own if change.radius > radius else radius
    elif change.group is None:
        new = tuple((group, max(value, change.radius)) for group, value in radius)
    elif change.group in dict(radius):
        new = tuple(
            (group, max(value, change.radius) if group == change.group else value)
            for group, value in radius
        )
    else:
        # A unit has the radius of the first group it is in: the larger ones come first.
        values = [value for _, value in radius]
        if values != sorted(values, reverse=True):
            raise ProblemError(
                "MoreRadius.group",
                f"{change.group!r} has no radius of its own in {radius!r}",
                remedy="Choose a group that has one, or None for everybody.",
            )
        at = sum(value >= change.radius for value in values)
        new = (*radius[:at], (change.group, float(change.radius)), *radius[at:])
    return replace(model, radius=new)


def _lower_target(model: Model, change: LowerTarget) -> Model:
    if isinstance(model, CoverAll):
        return CoverShare(
            radius=model.radius,
            targets=((EVERYBODY, change.share),),
            objective=model.objective,
            tie_break=model.tie_break,
        )
    targets: Any = _there(getattr(model, change.field, None), change)
    lowered = tuple(
        (group, min(share, change.share) if group == change.group else share)
        for group, share in targets
    )
    return replace(model, **{change.field: lowered})  # type: ignore[arg-type]


def _more_sites(found: Fields, model: Model | None, change: MoreSites) -> Model | None:
    """Raise every limit on the number of sites that is below what is needed."""
    own = next((name for name in ("p", "max_sites") if getattr(model, name, None) is not None), "")
    limits = [found.get("max_sites"), getattr(model, own) if own else None]
    enough = _there(min((one for one in limits if one is not None), default=None), change)
    enough += change.count
    if found.get("max_sites") is not None:
        found["max_sites"] = max(found["max_sites"], enough)
    if own and model is not None:
        return replace(model, **{own: max(getattr(model, own), enough)})
    return model


def _add_site(found: Fields, near: list[tuple[int, float]], *, zone: int, cost: float) -> None:
    """Append a site that reaches some units to every field of a problem."""
    m = int(found["n_sites"])
    travel: Travel = found["travel"]
    away = dict(near)
    units = np.array(sorted(away), dtype=np.int64)
    values = np.array([away[int(unit)] for unit in units], dtype=np.float64)
    at = travel.indptr[units + 1]
    grown = np.zeros(len(travel.indptr), dtype=np.int64)
    grown[units + 1] = 1
    found["travel"] = Travel(
        indptr=travel.indptr + np.cumsum(grown),
        indices=np.insert(travel.indices, at, m),
        impedance=np.insert(travel.impedance, at, _not_above(values, travel.impedance.dtype)),
        cutoff=travel.cutoff,
    )
    found["n_sites"] = m + 1
    for name, value in (
        ("existing", False),
        ("closable", False),
        ("forced", False),
        ("forbidden", False),
        ("zones", zone),
        ("capacities", math.inf),
    ):
        if found.get(name) is not None:
            found[name] = np.append(found[name], value).astype(np.asarray(found[name]).dtype)
    costs = np.ones(m, dtype=np.int64) if found.get("site_costs") is None else found["site_costs"]
    whole = np.asarray(costs).dtype.kind in "iub" and float(cost).is_integer()
    found["site_costs"] = np.append(costs, int(cost) if whole else cost)


def _not_above(values: NDArray[np.float64], dtype: Any) -> NDArray[Any]:
    """Round down where the matrix has fewer digits: what was within a radius stays within."""
    rounded = values.astype(dtype)
    over = rounded.astype(np.float64) > values
    rounded[over] = np.nextafter(rounded[over], np.asarray(0, dtype=dtype))
    return rounded
