"""What a question asks for, whatever its model: who must be covered, how often, within what."""

from __future__ import annotations

import sys
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from optimise.covering.reduce import weight_needed
from optimise.models import (
    CapacitatedCover,
    CapacitatedMedian,
    CoverAll,
    CoverShare,
    CoverTwice,
    Model,
    PMedian,
)
from optimise.problem import EVERYBODY, Problem

__all__ = ["Asked", "Need", "RadiusGroup", "asked_of", "own_radius"]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Need:
    """A share of a group that must be within reach of ``times`` open sites.

    ``field`` is where the model says so, "" where it cannot be lowered; ``need`` the weight that
    is at least to be covered, ``total`` the weight of the group.
    """

    field: str
    group: str
    share: float
    times: int
    members: NDArray[np.int32]
    total: float
    need: float


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class RadiusGroup:
    """Units whose radius may be raised together, from ``base``; ``group`` None for everybody."""

    group: str | None
    base: float
    members: NDArray[np.int32]


@dataclass(frozen=True, kw_only=True, slots=True, eq=False)
class Asked:
    """The demands and limits of a question.

    Parameters
    ----------
    needs
        What must be covered; none for a question that only limits the plan.
    own
        float64[n], radius of each unit, -1 where it cannot be covered.
    groups
        Whose radius may be raised.
    most
        Most sites that may be open, None for no limit.
    capacitated, split
        Whether capacities count, and whether a unit may be shared out among sites.
    """

    needs: tuple[Need, ...]
    own: NDArray[np.float64]
    groups: tuple[RadiusGroup, ...]
    most: int | None
    capacitated: bool
    split: bool


def asked_of(problem: Problem, model: Model) -> Asked:
    """Read a question."""
    limits = [problem.max_sites, getattr(model, "p", None), getattr(model, "max_sites", None)]
    needs = tuple(
        Need(
            field=field,
            group=group,
            share=share,
            times=times,
            members=(members := problem.members(group)),
            total=(total := float(problem.weights[members].astype(np.float64).sum())),
            need=weight_needed(problem, share, total),
        )
        for field, group, share, times in _needs(model)
    )
    capacitated = problem.capacities is not None and isinstance(
        model, CapacitatedCover | CapacitatedMedian
    )
    return Asked(
        needs=tuple(need for need in needs if need.need > 0),
        own=own_radius(problem, model),
        groups=_radius_groups(problem, model, needs),
        most=min((limit for limit in limits if limit is not None), default=None),
        capacitated=capacitated,
        split=bool(getattr(model, "split", True)),
    )


def _needs(model: Model) -> list[tuple[str, str, float, int]]:
    match model:
        case CoverAll():
            return [("targets", EVERYBODY, 1.0, 1)]
        case CoverShare() | CapacitatedCover():
            return [("targets", group, share, 1) for group, share in model.targets]
        case CoverTwice():
            once = [("targets", group, share, 1) for group, share in model.targets]
            return once + [("backup", group, share, 2) for group, share in model.backup]
        case PMedian() if model.unserved_cost is not None:
            return []
    return [("", EVERYBODY, 1.0, 1)] if hasattr(model, "p") else []


def own_radius(problem: Problem, model: Model) -> NDArray[np.float64]:
    """Radius of each unit, float64[n]; -1 where it cannot be covered."""
    radius = getattr(model, "radius", None)
    if not isinstance(radius, tuple):
        own = sys.float_info.max if radius is None else float(radius)
        return np.full(problem.n_units, own)
    each = np.full(problem.n_units, -1.0)
    for group, value in reversed(radius):
        each[problem.members(group)] = value
    return each


def _radius_groups(
    problem: Problem, model: Model, needs: tuple[Need, ...]
) -> tuple[RadiusGroup, ...]:
    radius = getattr(model, "radius", None)
    if radius is None:
        return ()
    if isinstance(radius, tuple):
        groups, taken = [], np.zeros(problem.n_units, dtype=np.bool_)
        for group, value in radius:
            members = problem.members(group)
            own = members[~taken[members]]
            taken[members] = True
            groups.append(RadiusGroup(group=group, base=float(value), members=own))
        return tuple(one for one in groups if len(one.members))
    everybody = RadiusGroup(group=None, base=float(radius), members=problem.members(EVERYBODY))
    if hasattr(model, "p"):
        return (everybody,)
    named = dict.fromkeys(need.group for need in needs if need.group != EVERYBODY)
    return (
        everybody,
        *(
            RadiusGroup(group=group, base=float(radius), members=problem.members(group))
            for group in named
        ),
    )
