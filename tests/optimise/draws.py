"""Small random problems and questions that leave out no side constraint."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from optimise import (
    CapacitatedCover,
    CapacitatedMedian,
    Choice,
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    CoverTwice,
    FairMedian,
    Model,
    PCenter,
    PMedian,
    Problem,
    Radius,
    Travel,
)
from tests.optimise.tables import members_of, weight_of


@st.composite
def problems(
    draw: st.DrawFn,
    max_units: int = 8,
    max_sites: int = 7,
    *,
    sides: bool = False,
    capacities: bool = False,
) -> Problem:
    """Small problems with ties, co-located pairs and absences.

    Existing and forbidden sites, quotas and groups are always drawn; ``sides`` adds, in random
    mixes, closable sites (some of them forbidden: to be shut) and forced ones, most sites, a
    budget, pairs apart, sites together, choices and weights in quarters; ``capacities`` some for
    the sites.
    """
    n = draw(st.integers(1, max_units))
    m = draw(st.integers(1, max_sites))
    steps = st.sampled_from([0.0, 0.0, 1.0, 2.0, 3.0, 4.0, np.inf, np.inf])
    table = np.array(
        draw(st.lists(st.lists(steps, min_size=m, max_size=m), min_size=n, max_size=n))
    )
    weights = np.array(draw(st.lists(st.integers(0, 5), min_size=n, max_size=n)))
    costs = draw(st.lists(st.integers(0, 4), min_size=m, max_size=m))
    kinds = ["free", "free", "free", "old", "no"]
    if sides:
        kinds += ["free", "free", "free", "free", "closable", "closable", "forced", "shut"]
    kind = draw(st.lists(st.sampled_from(kinds), min_size=m, max_size=m))
    n_zones = draw(st.integers(0, 3))
    zones = np.array(draw(st.lists(st.integers(-1, n_zones - 1), min_size=m, max_size=m)))
    usable = np.array([k not in ("no", "shut") for k in kind])
    quotas = [
        draw(st.integers(0, min(2, int(((zones == zone) & usable).sum()))))
        for zone in range(n_zones)
    ]
    groups = {
        name: draw(st.lists(st.integers(0, n - 1), min_size=1, max_size=n))
        for name in draw(st.sampled_from([(), ("a",), ("a", "b")]))
    }
    more = draw(_rules(kind, costs)) if sides else {}
    if sides and draw(st.integers(0, 3)) == 0:
        weights = weights / 4
    if capacities and draw(st.integers(0, 7)):
        room = st.sampled_from([0.0, 1.0, 2.0, 3.0, 5.0, 8.0, 12.5, np.inf])
        more["capacities"] = draw(st.lists(room, min_size=m, max_size=m))
    return Problem(
        weights=weights,
        travel=Travel.from_dense(table),
        n_sites=m,
        site_costs=np.array(costs),
        existing=np.array([k in ("old", "closable", "shut") for k in kind]),
        forbidden=~usable,
        zones=zones,
        quotas=np.array(quotas, dtype=np.int32),
        groups=groups,
        **more,
    )


@st.composite
def _rules(draw: st.DrawFn, kind: list[str], costs: list[int]) -> dict[str, object]:
    """A random mix of rules, without those that a problem refuses when it is made."""
    m = len(kind)
    sites = range(m)
    kept = {site for site in sites if kind[site] in ("old", "forced")}
    gone = {site for site in sites if kind[site] in ("no", "shut")}
    some = st.lists(st.integers(0, m - 1), min_size=1, max_size=4, unique=True)
    mix = draw(st.sets(st.sampled_from(["max_sites", "budget", "apart", "together", "choices"])))
    rules: dict[str, object] = {
        "closable": [k in ("closable", "shut") for k in kind],
        "forced": [k == "forced" for k in kind],
    }
    if "max_sites" in mix:
        rules["max_sites"] = draw(st.integers(max(0, len(kept) - 1), m))
    if "budget" in mix:
        least = sum(costs[site] for site in kept)
        rules["budget"] = draw(st.integers(max(0, least - 1), least + 8))
    if "apart" in mix and m > 1:
        pairs = draw(
            st.lists(st.lists(st.sampled_from(sites), min_size=2, max_size=2, unique=True))
        )
        rules["apart"] = [pair for pair in pairs if not kept >= set(pair)] or None
    if "together" in mix and m > 1:
        groups = draw(st.lists(some.filter(lambda group: len(group) > 1), max_size=2))
        rules["together"] = [
            tuple(group) for group in groups if not (kept & set(group) and gone & set(group))
        ]
    if "choices" in mix:
        chosen = []
        for group in draw(st.lists(some, max_size=2)):
            high = len(set(group) - gone)
            low = draw(st.integers(0, high))
            stay = len(set(group) & kept)
            chosen.append(
                Choice(
                    sites=tuple(group),
                    least=low,
                    most=draw(st.integers(max(low, stay), max(len(group), low))),
                )
            )
        rules["choices"] = tuple(chosen)
    return rules


def radii(problem: Problem) -> st.SearchStrategy[Radius]:
    """One radius for everybody, or one for each of some groups."""
    one = st.sampled_from([0.5, 1.0, 2.5, 3.0])
    pairs = st.lists(
        st.tuples(st.sampled_from(["all", *problem.groups]), one),
        min_size=1,
        max_size=3,
        unique_by=lambda pair: pair[0],
    ).map(tuple)
    return st.one_of(one, one, pairs)


def targets_of(problem: Problem) -> st.SearchStrategy[tuple[tuple[str, float], ...]]:
    """Shares of groups, none to three."""
    shares = st.sampled_from([0.0, 0.1, 0.3, 0.5, 0.6, 0.7, 0.9, 0.95, 1.0])
    return st.lists(
        st.tuples(st.sampled_from(["all", *problem.groups]), shares),
        max_size=3,
        unique_by=lambda target: target[0],
    ).map(tuple)


objectives = st.sampled_from(["sites", "cost"])


def share_models(problem: Problem) -> st.SearchStrategy[CoverShare]:
    """Share questions about a problem."""
    return st.builds(
        CoverShare,
        radius=st.sampled_from([0.5, 1.0, 2.5, 3.0]),
        targets=targets_of(problem),
        objective=objectives,
    )


def most_models(problem: Problem) -> st.SearchStrategy[CoverMost]:
    """Budget questions about a problem."""
    return st.builds(
        CoverMost,
        radius=st.sampled_from([0.5, 1.0, 2.5, 3.0]),
        max_sites=st.integers(0, problem.n_sites),
    )


def models(problem: Problem, kind: type) -> st.SearchStrategy[Model]:
    """Questions of one kind about a problem."""
    radius, within = radii(problem), st.sampled_from([None, None, 1.0, 2.5])
    n_sites = st.integers(0, problem.n_sites)
    limit = n_sites
    if problem.max_sites is not None or problem.budget is not None:
        limit = st.one_of(st.none(), n_sites)
    p = st.integers(1, problem.n_sites)
    heavy = [
        group
        for group in ["all", *problem.groups]
        if weight_of(problem, members_of(problem, group))
    ]
    options: dict[type, dict[str, st.SearchStrategy[object]]] = {
        CoverAll: {"radius": radius, "objective": objectives},
        CoverShare: {"radius": radius, "objective": objectives, "targets": targets_of(problem)},
        CoverTwice: {
            "radius": radius,
            "objective": objectives,
            "targets": targets_of(problem),
            "backup": targets_of(problem),
        },
        CoverMost: {"radius": radius, "max_sites": limit},
        CoverFairly: {
            "radius": radius,
            "max_sites": limit,
            "groups": st.lists(
                st.sampled_from(heavy or ["all"]), min_size=1, max_size=3, unique=True
            ).map(tuple),
        },
        CapacitatedCover: {
            "radius": radius,
            "objective": objectives,
            "targets": targets_of(problem),
            "split": st.booleans(),
        },
        PMedian: {"p": p, "radius": within, "unserved_cost": st.sampled_from([None, 4.0, 9.0])},
        PCenter: {"p": n_sites},
        CapacitatedMedian: {
            "p": st.one_of(st.none(), p),
            "radius": within,
            "split": st.booleans(),
            "fixed_costs": st.sampled_from(["none", "add"]),
        },
        FairMedian: {
            "p": p,
            "radius": within,
            "aversion": st.sampled_from([0.1, 1.0, 3.0]),
            "scale": st.sampled_from([None, 2.0]),
        },
    }
    return st.builds(kind, **options[kind])
