"""Every answer by trying all subsets; shares nothing with the code under test.

``best(problem, model)`` is the truth about any model under any side constraints: the plans are
listed one by one, what a plan is worth is written down from the definition, with fractions where
shares are compared. Capacities take a transportation problem by ``scipy.optimize.linprog`` (split)
or a walk through all assignments (whole) for each plan.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
from hypothesis import strategies as st
from scipy.optimize import linprog

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


def dense(problem: Problem) -> np.ndarray:
    """Impedance table with inf for what is absent."""
    table = np.full((problem.n_units, problem.n_sites), np.inf)
    for unit in range(problem.n_units):
        for entry in range(problem.travel.indptr[unit], problem.travel.indptr[unit + 1]):
            table[unit, problem.travel.indices[entry]] = problem.travel.impedance[entry]
    return table


def broken(problem: Problem, plan: tuple[int, ...]) -> set[str]:
    """Which kinds of side constraints a set of open sites breaks."""
    open_sites, found = set(plan), set()
    for site in range(problem.n_sites):
        if site not in open_sites and problem.existing[site] and not problem.closable[site]:
            found.add("existing")
        if site not in open_sites and problem.forced[site]:
            found.add("forced")
        if site in open_sites and problem.forbidden[site]:
            found.add("forbidden")
    for zone, quota in enumerate(problem.quotas):
        if sum(1 for site in plan if problem.zones[site] == zone) < quota:
            found.add("quota")
    if problem.max_sites is not None and len(plan) > problem.max_sites:
        found.add("max_sites")
    if problem.budget is not None:
        costs = sum((Fraction(problem.site_costs[site].item()) for site in plan), Fraction(0))
        if costs > Fraction(problem.budget):
            found.add("budget")
    if any(one in open_sites and other in open_sites for one, other in problem.apart.tolist()):
        found.add("apart")
    if any(0 < len(open_sites & set(group)) < len(group) for group in problem.together):
        found.add("together")
    for choice in problem.choices:
        if not choice.least <= len(open_sites & set(choice.sites)) <= choice.most:
            found.add("choice")
    return found


def plans(problem: Problem) -> Iterator[tuple[int, ...]]:
    """All sets of open sites that keep every side constraint, small ones first."""
    for size in range(problem.n_sites + 1):
        for plan in itertools.combinations(range(problem.n_sites), size):
            if not broken(problem, plan):
                yield plan


def members_of(problem: Problem, group: str) -> list[int]:
    """Units of a group."""
    return list(range(problem.n_units)) if group == "all" else problem.groups[group].tolist()


def reachable(problem: Problem, radius: Radius | None) -> np.ndarray:
    """Impedance table with inf beyond each unit's own radius."""
    table = dense(problem)
    if radius is None:
        return table
    pairs = radius if isinstance(radius, tuple) else (("all", radius),)
    for unit in range(problem.n_units):
        own = [value for group, value in pairs if unit in members_of(problem, group)]
        for site in range(problem.n_sites):
            if not own or table[unit, site] > own[0]:
                table[unit, site] = np.inf
    return table


def widest_of(radius: Radius) -> float:
    """Largest radius there is."""
    return max(value for _, value in radius) if isinstance(radius, tuple) else radius


def nearest_of(table: np.ndarray, plan: tuple[int, ...]) -> np.ndarray:
    """Impedance to the nearest open site, inf for none."""
    return table[:, list(plan)].min(axis=1, initial=np.inf)


def outcome(problem: Problem, plan: tuple[int, ...], radius: Radius) -> tuple[np.ndarray, float]:
    """Covered units and total weighted distance."""
    nearest = nearest_of(reachable(problem, radius), plan)
    covered = np.isfinite(nearest)
    far = np.where(covered, nearest, widest_of(radius))
    return covered, float((problem.weights * far).sum())


def weight_of(problem: Problem, units: list[int]) -> Fraction:
    """Exact weight of some units."""
    return sum((Fraction(problem.weights[unit].item()) for unit in units), Fraction(0))


def share_of(problem: Problem, covered: np.ndarray, group: str) -> Fraction:
    """Exact covered share of a group; 1 for a group without weight."""
    members = members_of(problem, group)
    total = weight_of(problem, members)
    return weight_of(problem, [unit for unit in members if covered[unit]]) / total if total else 1


def _meets(problem: Problem, covered: np.ndarray, targets: tuple[tuple[str, float], ...]) -> bool:
    return all(
        share_of(problem, covered, group) >= Fraction(repr(share)) for group, share in targets
    )


def _price(problem: Problem, plan: tuple[int, ...], objective: str) -> float:
    return float(len(plan) if objective == "sites" else problem.site_costs[list(plan)].sum())


def best(problem: Problem, model: Model) -> tuple[float, float | None] | None:
    """Return the best value and, where it breaks ties, the least distance; None if infeasible."""
    sign = -1.0 if isinstance(model, CoverMost | CoverFairly) else 1.0
    worth = _worth(problem, model)
    most = getattr(model, "p", getattr(model, "max_sites", None))
    found = []
    for plan in plans(problem):
        if most is not None and len(plan) > most:
            continue
        value = worth(plan)
        if value is not None:
            ties = isinstance(model, CoverAll | CoverShare | CoverMost)
            distance = outcome(problem, plan, model.radius)[1] if ties else 0.0
            found.append((sign * value, distance))
    if not found:
        return None
    value, distance = min(found)
    return sign * value, distance


def _worth(problem: Problem, model: Model) -> Callable[[tuple[int, ...]], float | None]:
    """What a plan is worth to a model, None if it does not answer it; rules apart."""
    match model:
        case CoverAll():
            return lambda plan: _covered_price(problem, model, plan, [(1, "all", None)])
        case CoverShare():
            targets = [(1, group, share) for group, share in model.targets]
            return lambda plan: _covered_price(problem, model, plan, targets)
        case CoverTwice():
            targets = [(1, group, share) for group, share in model.targets]
            targets += [(2, group, share) for group, share in model.backup]
            return lambda plan: _covered_price(problem, model, plan, targets)
        case CoverMost():
            return lambda plan: float(
                problem.weights[outcome(problem, plan, model.radius)[0]].sum()
            )
        case CoverFairly():
            return lambda plan: float(
                min(
                    share_of(problem, outcome(problem, plan, model.radius)[0], group)
                    for group in model.groups
                )
            )
        case CapacitatedCover():
            return lambda plan: _capacitated_price(problem, model, plan)
        case PMedian():
            return lambda plan: _median(problem, model, plan)
        case PCenter():
            return lambda plan: _center(problem, plan)
        case CapacitatedMedian():
            return lambda plan: _capacitated_median(problem, model, plan)
        case FairMedian():
            return lambda plan: _equivalent(problem, model, plan)
    raise TypeError(model)


def _covered_price(
    problem: Problem,
    model: CoverAll | CoverShare | CoverTwice,
    plan: tuple[int, ...],
    targets: list[tuple[int, str, float | None]],
) -> float | None:
    sites = np.isfinite(reachable(problem, model.radius)[:, list(plan)]).sum(axis=1)
    for times, group, share in targets:
        if share is None:
            if ((sites < times) & (problem.weights > 0)).any():
                return None
        elif not _meets(problem, sites >= times, ((group, share),)):
            return None
    return _price(problem, plan, model.objective)


def _median(problem: Problem, model: PMedian, plan: tuple[int, ...]) -> float | None:
    nearest = nearest_of(reachable(problem, model.radius), plan)
    heavy = problem.weights > 0
    left = np.inf if model.unserved_cost is None else model.unserved_cost
    value = float((problem.weights[heavy] * np.minimum(nearest, left)[heavy]).sum())
    return value if np.isfinite(value) else None


def _center(problem: Problem, plan: tuple[int, ...]) -> float | None:
    nearest = nearest_of(dense(problem), plan)[problem.weights > 0]
    value = float(nearest.max(initial=0.0))
    return value if np.isfinite(value) else None


def sternness(problem: Problem, model: FairMedian) -> float:
    """The k of the Kolm-Pollak measure; nan where there is nothing to scale by."""
    if model.scale is not None:
        return model.aversion / model.scale
    allowed = tuple(np.flatnonzero(~problem.forbidden).tolist())
    nearest = nearest_of(reachable(problem, model.radius), allowed)
    near = np.isfinite(nearest)
    first = (problem.weights[near] * nearest[near]).sum()
    second = (problem.weights[near] * nearest[near] ** 2).sum()
    return float(model.aversion * first / second) if second > 0 else np.nan


def _equivalent(problem: Problem, model: FairMedian, plan: tuple[int, ...]) -> float | None:
    people = problem.weights > 0
    nearest = nearest_of(reachable(problem, model.radius), plan)[people]
    if not np.isfinite(nearest).all():
        return None
    if not people.any():
        return 0.0
    k = sternness(problem, model)
    mean = np.average(np.exp(k * nearest), weights=problem.weights[people])
    return float(np.log(mean) / k)


def _capacity(problem: Problem) -> np.ndarray:
    free = np.full(problem.n_sites, np.inf)
    return free if problem.capacities is None else problem.capacities


def _capacitated_price(
    problem: Problem, model: CapacitatedCover, plan: tuple[int, ...]
) -> float | None:
    needs = {
        group: Fraction(repr(share)) * weight_of(problem, members_of(problem, group))
        for group, share in model.targets
    }
    ways = np.isfinite(reachable(problem, model.radius))
    if model.split:
        fits = _flow(problem, ways, plan, needs=needs) is not None
    else:
        fits = _packs(problem, ways, plan, needs)
    return _price(problem, plan, model.objective) if fits else None


def _capacitated_median(
    problem: Problem, model: CapacitatedMedian, plan: tuple[int, ...]
) -> float | None:
    table = reachable(problem, model.radius)
    if model.split:
        value = _flow(problem, np.isfinite(table), plan, table=table)
    else:
        value = _cheapest(problem, table, plan)
    if value is None or model.fixed_costs == "none":
        return value
    return value + _price(problem, plan, "cost")


def _flow(
    problem: Problem,
    ways: np.ndarray,
    plan: tuple[int, ...],
    *,
    needs: dict[str, Fraction] | None = None,
    table: np.ndarray | None = None,
) -> float | None:
    """Transportation problem: everybody served (``table``), or enough of each group (``needs``)."""
    pairs = [
        (unit, site)
        for unit in range(problem.n_units)
        for site in plan
        if ways[unit, site] and problem.weights[unit] > 0
    ]
    weights, capacity = problem.weights.astype(float), _capacity(problem)
    units = np.array([[unit == one for one, _ in pairs] for unit in range(problem.n_units)])
    load = [[site == other for _, other in pairs] for site in plan if np.isfinite(capacity[site])]
    room = [capacity[site] for site in plan if np.isfinite(capacity[site])]
    if not pairs:
        enough = not any((needs or {"all": weight_of(problem, range(len(weights)))}).values())
        return 0.0 if enough else None
    upper, limit = [list(map(float, row)) for row in load], list(room)
    if needs is None:
        found = linprog(
            [table[pair] for pair in pairs],
            A_ub=upper or None,
            b_ub=limit or None,
            A_eq=units[weights > 0].astype(float),
            b_eq=weights[weights > 0],
        )
    else:
        for group, need in needs.items():
            inside = set(members_of(problem, group))
            upper.append([-float(unit in inside) for unit, _ in pairs])
            limit.append(-float(need))
        found = linprog(
            np.zeros(len(pairs)),
            A_ub=np.vstack([units.astype(float), np.array(upper).reshape(-1, len(pairs))]),
            b_ub=np.concatenate([weights, limit]),
        )
    assert found.status in (0, 2)
    return float(found.fun) if found.status == 0 else None


def _packs(
    problem: Problem, ways: np.ndarray, plan: tuple[int, ...], needs: dict[str, Fraction]
) -> bool:
    """Whether units, each whole, fit into the sites so that every group has what it needs."""
    inside = {group: set(members_of(problem, group)) for group in needs}
    weights = [Fraction(weight.item()) for weight in problem.weights]
    capacity = _capacity(problem)

    def walk(unit: int, room: tuple[object, ...], needs: dict[str, Fraction]) -> bool:
        if all(need <= 0 for need in needs.values()):
            return True
        if unit == problem.n_units:
            return False
        for at, site in enumerate(plan):
            if ways[unit, site] and weights[unit] <= room[at]:
                left = (*room[:at], room[at] - weights[unit], *room[at + 1 :])
                less = {
                    group: need - weights[unit] * (unit in inside[group])
                    for group, need in needs.items()
                }
                if walk(unit + 1, left, less):
                    return True
        return walk(unit + 1, room, needs)

    room = tuple(
        Fraction(capacity[site].item()) if np.isfinite(capacity[site]) else Fraction(10**9)
        for site in plan
    )
    return walk(0, room, needs)


def _cheapest(problem: Problem, table: np.ndarray, plan: tuple[int, ...]) -> float | None:
    """Least cost of giving each unit, whole, to one of the sites."""
    heavy = np.flatnonzero(problem.weights > 0).tolist()
    capacity = _capacity(problem)
    least = [np.inf]

    def walk(at: int, room: np.ndarray, cost: float) -> None:
        if cost >= least[0]:
            return
        if at == len(heavy):
            least[0] = cost
            return
        unit = heavy[at]
        weight = float(problem.weights[unit])
        for site in plan:
            if np.isfinite(table[unit, site]) and weight <= room[site]:
                left = room.copy()
                left[site] -= weight
                walk(at + 1, left, cost + weight * table[unit, site])

    walk(0, capacity.astype(float), 0.0)
    return float(least[0]) if np.isfinite(least[0]) else None


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
    mixes, closable and forced sites, most sites, a budget, pairs apart, sites together, choices
    and weights in quarters; ``capacities`` some for the sites.
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
        kinds += ["free", "free", "free", "closable", "forced"]
    kind = draw(st.lists(st.sampled_from(kinds), min_size=m, max_size=m))
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
        existing=np.array([k in ("old", "closable") for k in kind]),
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
    gone = {site for site in sites if kind[site] == "no"}
    some = st.lists(st.integers(0, m - 1), min_size=1, max_size=4, unique=True)
    mix = draw(st.sets(st.sampled_from(["max_sites", "budget", "apart", "together", "choices"])))
    rules: dict[str, object] = {
        "closable": [k == "closable" for k in kind],
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
