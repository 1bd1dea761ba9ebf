"""The general way against brute force, and what it says where there is no plan."""

from __future__ import annotations

import math
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import (
    Choice,
    CostShort,
    CoverAll,
    CoverFairly,
    CoverMost,
    CoverShare,
    CoverTwice,
    Infeasible,
    PCenter,
    PMedian,
    Problem,
    RulesClash,
    SitesShort,
    Status,
    Travel,
    Undecided,
    solve,
)
from optimise.general.general import solve_general
from optimise.run import Run
from optimise.watch import Watch
from tests.optimise.brute import best, models, problems, worth
from tests.optimise.brute import plans as plans_of

KINDS = [CoverShare, CoverTwice, CoverMost, CoverFairly, PMedian, PCenter]


def run(gap: float = 0.0, *, exact: bool = True) -> Run:
    return Run(gap=gap, seed=0, exact=exact, watch=Watch(60.0))


def better(model, value, bound):
    """Value and bound, the one that must not exceed the truth first."""
    return (value, bound) if isinstance(model, CoverMost | CoverFairly) else (bound, value)


def check_facts(problem, model, facts):
    """What a refusal says about limits and rules is true."""
    assert facts
    for fact in facts:
        if isinstance(fact, SitesShort):
            own = getattr(model, "max_sites", getattr(model, "p", None))
            value_of = worth(problem, model)
            sizes = []
            for budget in (problem.budget, None):
                loose = replace(problem, max_sites=None, budget=budget)
                sizes += [len(plan) for plan in plans_of(loose) if value_of(plan) is not None]
                if sizes:
                    break
            assert fact.max_sites == problem.most(own)
            assert fact.max_sites < fact.least
            if fact.enough is not None:
                assert fact.least <= min(sizes) <= fact.enough
        if isinstance(fact, CostShort):
            assert fact.budget == problem.budget
            assert fact.enough is None or fact.enough > fact.budget
        if isinstance(fact, RulesClash):
            truth = best(only(problem, fact.rules), loosened(model, problem))
            assert truth is None
            for number in range(len(fact.rules)):
                fewer = fact.rules[:number] + fact.rules[number + 1 :]
                assert best(only(problem, fewer), loosened(model, problem)) is not None


def only(problem, rules):
    """The problem with these rules and no limit."""
    quotas = [q if ("quota", zone) in rules else 0 for zone, q in enumerate(problem.quotas)]
    return replace(
        problem,
        quotas=np.array(quotas, dtype=np.int32),
        apart=[p for k, p in enumerate(problem.apart.tolist()) if ("apart", k) in rules] or None,
        together=tuple(g for k, g in enumerate(problem.together) if ("together", k) in rules),
        choices=tuple(c for k, c in enumerate(problem.choices) if ("choice", k) in rules),
        max_sites=problem.n_sites,
        budget=None,
    )


def loosened(model, problem):
    """The question without its own limit."""
    if isinstance(model, CoverMost | CoverFairly):
        return replace(model, max_sites=problem.n_sites)
    if isinstance(model, PMedian | PCenter):
        return replace(model, p=problem.n_sites)
    return model


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_answers_equal_brute_force(kind, data):
    problem = data.draw(problems(sides=True))
    model = data.draw(models(problem, kind))
    if isinstance(model, CoverMost | CoverFairly) and model.max_sites is None:
        model = replace(model, max_sites=problem.n_sites)
    truth = best(problem, model)
    try:
        plan = solve_general(problem, model, run())
    except Infeasible as refusal:
        assert truth is None
        check_facts(problem, model, refusal.facts)
        return
    assert truth is not None
    assert plan.value == pytest.approx(truth[0], abs=1e-9)
    assert plan.bound == pytest.approx(truth[0], abs=1e-9)
    assert plan.status is Status.PROVEN
    assert tuple(plan.open_sites) in set(plans_of(problem))


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_quick_answers_keep_the_rules_and_their_bound_holds(kind, data):
    problem = data.draw(problems(sides=True))
    model = data.draw(models(problem, kind))
    if isinstance(model, CoverMost | CoverFairly) and model.max_sites is None:
        model = replace(model, max_sites=problem.n_sites)
    truth = best(problem, model)
    try:
        plan = solve_general(problem, model, run(exact=False))
    except Infeasible:
        assert truth is None
        return
    except Undecided:
        return
    low, high = better(model, plan.value, plan.bound)
    assert low - 1e-9 <= truth[0] <= high + 1e-9
    assert tuple(plan.open_sites) in set(plans_of(problem))


def line(n: int = 6, **more) -> Problem:
    """Sites and units one apart on a line; a unit reaches its own site and the next ones."""
    at = np.arange(n, dtype=np.float64)
    return Problem(
        weights=np.ones(n, dtype=np.int64),
        travel=Travel.from_dense(np.abs(at[:, None] - at)),
        n_sites=n,
        **more,
    )


def test_rules_that_clash_are_named_and_none_too_many():
    problem = line(
        zones=[0, 0, 0, 1, 1, 1],
        quotas=[1, 2],
        apart=[[0, 1], [3, 4], [4, 5], [3, 5]],
    )
    with pytest.raises(Infeasible) as refusal:
        solve(problem, CoverShare(radius=1.0))
    (fact,) = refusal.value.facts
    assert isinstance(fact, RulesClash)
    # Sorted pairs are (0, 1), (3, 4), (3, 5), (4, 5).
    assert set(fact.rules) == {("quota", 1), ("apart", 1), ("apart", 2), ("apart", 3)}


def test_a_limit_that_is_too_low_is_told_with_what_would_do():
    model = CoverAll(radius=1.0)
    with pytest.raises(Infeasible) as refusal:
        solve(line(9, max_sites=2), model)
    assert refusal.value.facts == (SitesShort(max_sites=2, least=3, enough=3),)
    with pytest.raises(Infeasible) as refusal:
        solve(line(9, budget=2.0), model)
    assert refusal.value.facts == (CostShort(budget=2.0, least=3.0, enough=3.0),)
    with pytest.raises(Infeasible) as refusal:
        solve(line(9, budget=2.0), PMedian(p=9, radius=1.0))
    assert refusal.value.facts == (CostShort(budget=2.0, least=3.0, enough=3.0),)


def test_sites_that_go_together_are_opened_together():
    problem = line(forced=np.arange(6) == 0, together=((0, 5),), choices=(Choice(sites=(1, 2, 3)),))
    plan = solve(problem, CoverAll(radius=1.0, tie_break=None), gap=0.0)
    assert plan.open_sites.tolist() in ([0, 2, 5], [0, 3, 5])


def scattered(n: int, m: int, spacing: float, seed: int = 0) -> Problem:
    """People and sites scattered over a square, sites nearer than ``spacing`` apart."""
    rng = np.random.default_rng(seed)
    who, where = rng.random((n, 2)), rng.random((m, 2))
    table = np.hypot(*(who[:, None] - where[None]).transpose(2, 0, 1))
    between = np.hypot(*(where[:, None] - where[None]).transpose(2, 0, 1))
    return Problem(
        weights=rng.integers(1, 50, n),
        travel=Travel.from_dense(np.where(table < 0.3, table, np.inf)),
        n_sites=m,
        site_costs=rng.integers(3, 9, m),
        zones=(where[:, 0] * 3).astype(int),
        quotas=[2, 2, 2],
        apart=np.argwhere(np.triu(between < spacing, 1)),
        groups={"west": who[:, 0] < 0.5, "east": who[:, 0] >= 0.5},
    )


def test_plans_are_found_among_thousands_of_pairs_apart():
    problem = scattered(1500, 600, 0.08)
    assert len(problem.apart) > 2000
    for model in (
        CoverMost(radius=0.1, max_sites=25),
        CoverShare(radius=0.1, targets=(("all", 0.9),)),
        CoverTwice(radius=0.15, backup=(("west", 0.8),)),
        PMedian(p=20, unserved_cost=1.0),
    ):
        plan = solve(problem, model, effort="quick")
        is_open = np.isin(np.arange(600), plan.open_sites)
        assert not is_open[problem.apart].all(axis=1).any()
        assert (np.bincount(problem.zones[is_open], minlength=3) >= 2).all()


MODELS = [
    CoverMost(radius=0.12, max_sites=8),
    CoverShare(radius=0.15, targets=(("all", 0.8), ("west", 0.9)), objective="cost"),
    CoverTwice(radius=0.2, backup=(("east", 0.7),), targets=(("all", 0.6),)),
    CoverFairly(radius=0.12, groups=("east", "west"), max_sites=8),
    PMedian(p=8, unserved_cost=0.5),
]


@cache
def proven(model):
    """The optimum."""
    return solve(scattered(80, 40, 0.12, seed=3), model, gap=0.0)


@pytest.mark.parametrize("model", MODELS)
def test_proven_answers_equal_a_plain_model(model):
    """The same question written down plainly, pair by pair, for SciPy's HiGHS."""
    plan = proven(model)
    assert plan.status is Status.PROVEN
    assert plan.value == pytest.approx(plain(scattered(80, 40, 0.12, seed=3), model), rel=1e-7)


def plain(problem: Problem, model) -> float:
    """Optimum by ``scipy.optimize.milp`` on dense rows, one variable per unit or pair."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    n, m = problem.n_units, problem.n_sites
    table = np.full((n, m), np.inf)
    unit = np.repeat(np.arange(n), np.diff(problem.travel.indptr))
    table[unit, problem.travel.indices] = problem.travel.impedance
    weights = problem.weights.astype(float)
    rows, low, high = [], [], []
    pairs = isinstance(model, PMedian)
    # Variables: y, then z and zz (covered once, twice) or x_ij and "unserved", then t.
    size = m + (n * m + n if pairs else 2 * n + 1)

    def put(row, least, most):
        rows.append(row)
        low.append(least)
        high.append(most)

    def blank():
        return np.zeros(size)

    for zone, quota in enumerate(problem.quotas):
        row = blank()
        row[:m][problem.zones == zone] = 1
        put(row, quota, np.inf)
    for one, other in problem.apart:
        row = blank()
        row[[one, other]] = 1
        put(row, -np.inf, 1)
    most = getattr(model, "max_sites", getattr(model, "p", None))
    if most is not None:
        row = blank()
        row[:m] = 1
        put(row, -np.inf, most)
    cost = blank()
    upper = np.ones(size)
    if pairs:
        for i in range(n):
            row = blank()
            row[m + i * m : m + (i + 1) * m] = 1
            row[m + n * m + i] = 1
            put(row, 1, 1)
            cost[m + n * m + i] = weights[i] * model.unserved_cost
            for j in range(m):
                at = m + i * m + j
                if math.isfinite(table[i, j]):
                    cost[at] = weights[i] * table[i, j]
                    row = blank()
                    row[at], row[j] = 1, -1
                    put(row, -np.inf, 0)
                else:
                    upper[at] = 0
        sign = 1.0
    else:
        near = table <= model.radius
        for i in range(n):
            row = blank()
            row[:m][near[i]] = -1
            row[m + i] = row[m + n + i] = 1
            put(row, -np.inf, 0)
            row = blank()
            row[m + n + i], row[m + i] = 1, -1
            put(row, -np.inf, 0)
        shares = [(m, group, share) for group, share in getattr(model, "targets", ())]
        shares += [(m + n, group, share) for group, share in getattr(model, "backup", ())]
        for start, group, share in shares:
            row = blank()
            units = problem.members(group)
            row[start + units] = weights[units]
            put(row, math.ceil(share * weights[units].sum() - 1e-9), np.inf)
        sign = -1.0
        if isinstance(model, CoverMost):
            cost[m : m + n] = -weights
        elif isinstance(model, CoverFairly):
            cost[-1] = -1
            for group in model.groups:
                row = blank()
                units = problem.members(group)
                row[m + units] = weights[units] / weights[units].sum()
                row[-1] = -1
                put(row, 0, np.inf)
        else:
            sign = 1.0
            cost[:m] = 1 if model.objective == "sites" else problem.site_costs
    whole = np.zeros(size)
    whole[: m if pairs else m + 2 * n] = 1
    found = milp(
        cost,
        constraints=LinearConstraint(np.array(rows), low, high),
        integrality=whole,
        bounds=Bounds(0, upper),
        options={"mip_rel_gap": 0.0},
    )
    assert found.status == 0
    return sign * found.fun


def test_two_runs_say_the_same():
    problem, model = scattered(80, 40, 0.12, seed=3), MODELS[1]
    one, other = solve(problem, model), solve(problem, model)
    assert one.open_sites.tolist() == other.open_sites.tolist()
    assert (one.value, one.bound, one.log) == (other.value, other.bound, other.log)


@pytest.mark.parametrize("after", [0, 1, 2])
@pytest.mark.parametrize("model", [*MODELS, PCenter(p=12)])
def test_stopped_work_hands_out_a_plan_and_a_bound(model, after):
    problem = scattered(80, 40, 0.12, seed=3)
    looks = []

    def cancel():
        looks.append(1)
        return len(looks) > after

    truth = proven(model)
    try:
        plan = solve(problem, model, gap=0.0, cancel=cancel)
    except Undecided:
        assert isinstance(model, PCenter)
        return
    assert plan.stopped == "cancelled"
    low, high = better(model, plan.value, plan.bound)
    assert low - 1e-9 <= truth.value <= high + 1e-9
