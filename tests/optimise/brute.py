"""Every answer by trying all subsets; shares nothing with the code under test."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st

from optimise import CoverMost, CoverShare, Problem, Travel


def dense(problem: Problem) -> np.ndarray:
    """Impedance table with inf for what is absent."""
    table = np.full((problem.n_units, problem.n_sites), np.inf)
    for unit in range(problem.n_units):
        for entry in range(problem.travel.indptr[unit], problem.travel.indptr[unit + 1]):
            table[unit, problem.travel.indices[entry]] = problem.travel.impedance[entry]
    return table


def plans(problem: Problem) -> Iterator[tuple[int, ...]]:
    """All sets of open sites that respect existing, forbidden and quotas."""
    must = np.flatnonzero(problem.existing).tolist()
    free = np.flatnonzero(~problem.existing & ~problem.forbidden).tolist()
    for size in range(len(free) + 1):
        for extra in itertools.combinations(free, size):
            plan = tuple(sorted((*must, *extra)))
            counts = [
                sum(1 for site in plan if problem.zones[site] == zone)
                for zone in range(len(problem.quotas))
            ]
            if all(have >= need for have, need in zip(counts, problem.quotas, strict=True)):
                yield plan


def outcome(problem: Problem, plan: tuple[int, ...], radius: float) -> tuple[np.ndarray, float]:
    """Covered units and total weighted distance."""
    table = dense(problem)
    nearest = table[:, list(plan)].min(axis=1) if plan else np.full(problem.n_units, np.inf)
    covered = nearest <= radius
    return covered, float((problem.weights * np.where(covered, nearest, radius)).sum())


def share_of(problem: Problem, covered: np.ndarray, group: str) -> Fraction:
    """Exact covered share of a group with whole weights; 1 for a group without weight."""
    members = range(problem.n_units) if group == "all" else problem.groups[group]
    total = sum(int(problem.weights[unit]) for unit in members)
    have = sum(int(problem.weights[unit]) for unit in members if covered[unit])
    return Fraction(have, total) if total else Fraction(1)


def best(problem: Problem, model: CoverShare | CoverMost) -> tuple[float, float] | None:
    """Return the best value and, among such plans, the least distance; None if infeasible."""
    found: list[tuple[float, float]] = []
    for plan in plans(problem):
        covered, distance = outcome(problem, plan, model.radius)
        if isinstance(model, CoverMost):
            if len(plan) <= model.max_sites:
                found.append((-float(problem.weights[covered].sum()), distance))
        elif all(
            share_of(problem, covered, group) >= Fraction(repr(share))
            for group, share in model.targets
        ):
            cost = len(plan) if model.objective == "sites" else problem.site_costs[list(plan)].sum()
            found.append((float(cost), distance))
    if not found:
        return None
    value, distance = min(found)
    return abs(value), distance


@st.composite
def problems(draw: st.DrawFn, max_units: int = 8, max_sites: int = 7) -> Problem:
    """Small problems with ties, co-located pairs, absences and every side constraint."""
    n = draw(st.integers(1, max_units))
    m = draw(st.integers(1, max_sites))
    steps = st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0, 4.0, np.inf, np.inf])
    table = np.array(
        draw(st.lists(st.lists(steps, min_size=m, max_size=m), min_size=n, max_size=n))
    )
    weights = draw(st.lists(st.integers(0, 5), min_size=n, max_size=n))
    costs = draw(st.lists(st.integers(0, 4), min_size=m, max_size=m))
    kind = draw(
        st.lists(st.sampled_from(["free", "free", "free", "old", "no"]), min_size=m, max_size=m)
    )
    n_zones = draw(st.integers(0, 3))
    zones = np.array(draw(st.lists(st.integers(-1, n_zones - 1), min_size=m, max_size=m)))
    usable = np.array([k != "no" for k in kind])
    quotas = [
        draw(st.integers(0, min(2, int(((zones == zone) & usable).sum()))))
        for zone in range(n_zones)
    ]
    groups = {
        name: draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=n))
        for name in draw(st.sampled_from([(), ("a",), ("a", "b")]))
    }
    return Problem(
        weights=np.array(weights),
        travel=Travel.from_dense(table),
        n_sites=m,
        site_costs=np.array(costs),
        existing=np.array([k == "old" for k in kind]),
        forbidden=~usable,
        zones=zones,
        quotas=np.array(quotas, dtype=np.int32),
        groups=groups,
    )


def share_models(problem: Problem) -> st.SearchStrategy[CoverShare]:
    """Share questions about a problem."""
    shares = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.6, 0.7, 0.9, 0.95, 1.0])
    return st.builds(
        CoverShare,
        radius=st.sampled_from([0.5, 1.0, 2.5, 3.0]),
        targets=st.lists(
            st.tuples(st.sampled_from(["all", *problem.groups]), shares),
            max_size=3,
            unique_by=lambda target: target[0],
        ).map(tuple),
        objective=st.sampled_from(["sites", "cost"]),
    )


def most_models(problem: Problem) -> st.SearchStrategy[CoverMost]:
    """Budget questions about a problem."""
    return st.builds(
        CoverMost,
        radius=st.sampled_from([0.5, 1.0, 2.5, 3.0]),
        max_sites=st.integers(0, problem.n_sites),
    )
