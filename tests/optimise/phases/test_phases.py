from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import (
    NEVER,
    BudgetShort,
    Earlier,
    Phases,
    PhasesInfeasible,
    Problem,
    ProblemError,
    RulesClash,
    TargetShort,
    Travel,
    Year,
    solve_phases,
    verify_phases,
)

RADIUS = 500.0


def make(seed: int, *, rich: bool = True) -> Phases:
    """A small question of any shape."""
    rng = np.random.default_rng(seed)
    n, m, years = int(rng.integers(4, 14)), int(rng.integers(2, 6)), int(rng.integers(1, 4))
    existing = rng.random(m) < 0.15
    forbidden = ~existing & (rng.random(m) < 0.1)
    zones = rng.integers(-1, 2, m).astype(np.int32)
    problem = Problem(
        weights=rng.integers(0, 30, n),
        travel=Travel.from_dense(rng.integers(0, 1100, (n, m)).astype(float)),
        n_sites=m,
        site_costs=rng.integers(1, 5, m),
        existing=existing,
        forced=~existing & ~forbidden & (rng.random(m) < 0.1),
        forbidden=forbidden,
        zones=zones,
        quotas=np.zeros(2, np.int32),
        groups={"some": np.arange(n) % 2 == 0},
    )
    growing = np.cumsum(rng.integers(0, 3, years)) + int(existing.sum())
    told = []
    for number in range(years):
        targets = (("some", float(rng.choice([0.3, 0.6]))),) if rng.random() < 0.3 * rich else ()
        told.append(
            Year(
                name=str(2025 + number),
                max_sites=int(growing[number]) if rng.random() < 0.85 else None,
                budget=float(rng.integers(4, 14)) if rng.random() < 0.3 * rich else None,
                targets=targets,
                quotas=rng.integers(0, 2, 2) if rng.random() < 0.2 * rich else None,
                weights=rng.integers(0, 30, n) if rng.random() < 0.5 else None,
                share=float(rng.choice([1.0, 1.0, 0.5, 2.0])),
            )
        )
    earlier = None
    if rng.random() < 0.4:
        before = rng.integers(-1, years, m).astype(np.int32)
        prices = rng.integers(0, 12, 2)
        earlier = Earlier(opened_in=before, drop=float(prices[0]), add=float(prices[1]))
    return Phases(problem=problem, radius=RADIUS, years=tuple(told), earlier=earlier)


def brute(phases: Phases) -> float | None:
    """Best value of all openings there are, counted without any code of ours."""
    problem = phases.problem
    dense = np.full((problem.n_units, problem.n_sites), np.inf)
    for unit in range(problem.n_units):
        part = slice(problem.travel.indptr[unit], problem.travel.indptr[unit + 1])
        dense[unit, problem.travel.indices[part]] = problem.travel.impedance[part]
    near = dense <= phases.radius
    best = None
    for opened in itertools.product(range(-1, len(phases.years)), repeat=problem.n_sites):
        told = np.array(opened)
        if (told[problem.existing] != 0).any() or (told[problem.forbidden] >= 0).any():
            continue
        if (told[problem.forced] < 0).any():
            continue
        value, fine = 0.0, True
        for number, year in enumerate(phases.years):
            there = (told >= 0) & (told <= number)
            weight = problem.weights if year.weights is None else np.asarray(year.weights)
            covered = near[:, there].any(axis=1)
            value += year.share * float(weight[covered].sum())
            fine &= year.max_sites is None or there.sum() <= year.max_sites
            fine &= year.budget is None or problem.site_costs[there].sum() <= year.budget
            if year.quotas is not None:
                have = [((problem.zones == z) & there).sum() for z in range(2)]
                fine &= bool((np.array(have) >= year.quotas).all())
            for group, share in year.targets:
                mine = problem.members(group)
                need = round(share * 10) * int(weight[mine].sum())
                fine &= 10 * int(weight[mine][covered[mine]].sum()) >= need
            if phases.earlier is not None:
                before = np.asarray(phases.earlier.opened_in)
                had = (before >= 0) & (before <= number)
                value -= phases.earlier.drop * float((had & ~there).sum())
                value -= phases.earlier.add * float((there & ~had).sum())
        if fine and (best is None or value > best):
            best = value
    return best


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_best_openings_are_those_of_all_there_are(seed: int) -> None:
    phases = make(seed)
    truth = brute(phases)
    try:
        plan = solve_phases(phases, gap=0.0)
    except PhasesInfeasible:
        assert truth is None
        return
    assert truth is not None
    assert verify_phases(phases, plan) == ()
    assert plan.value == pytest.approx(truth)
    assert plan.bound == pytest.approx(truth)
    for number in range(len(phases.years)):
        single = replace(phases, years=(replace(phases.years[number], share=1.0),), earlier=None)
        if number < len(phases.years) - 1:
            loose = replace(phases.problem, forced=np.zeros(phases.problem.n_sites, np.bool_))
            single = replace(single, problem=loose)
        assert plan.free_value[number] == pytest.approx(brute(single))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 100_000))
def test_quick_openings_keep_the_rules_and_their_bound_holds(seed: int) -> None:
    phases = make(seed)
    try:
        plan = solve_phases(phases, effort="quick")
    except PhasesInfeasible:
        assert brute(phases) is None
        return
    truth = brute(phases)
    assert truth is not None
    assert verify_phases(phases, plan) == ()
    assert plan.value <= truth + 1e-6 <= plan.bound + 2e-6


def line(people: list[int], sites: list[list[float]], **more: object) -> Problem:
    return Problem(weights=people, travel=Travel.from_dense(sites), n_sites=len(sites[0]), **more)


def test_nesting_costs_what_the_free_last_year_has_more() -> None:
    # One site in the middle is best alone; with two, the ends are.
    problem = line([10, 6, 6, 10], [[1, 9, 1], [9, 9, 1], [9, 9, 1], [9, 1, 1]])
    far = line([9, 6, 6, 9], [[1, 9, 9], [1, 9, 2], [9, 1, 2], [9, 1, 9]])
    years = (Year(name="a", max_sites=1, share=10.0), Year(name="b", max_sites=2))
    plan = solve_phases(Phases(problem=far, radius=5.0, years=years), gap=0.0)
    assert plan.covered == (15.0, 30.0)
    assert problem.n_sites == 3
    middle = line([9, 6, 6, 9, 4], [[1, 9, 9], [1, 9, 2], [9, 1, 2], [9, 1, 9], [9, 9, 2]])
    plan = solve_phases(Phases(problem=middle, radius=5.0, years=years), gap=0.0)
    assert plan.covered == (16.0, 25.0)
    assert plan.free_value == (16.0, 30.0)


def test_changes_are_made_only_where_they_pay() -> None:
    problem = line([10, 12], [[1, 9], [9, 1]])
    years = (Year(name="a", max_sites=1),)
    before = np.array([0, NEVER], np.int32)
    for price, opened in ((0.5, [NEVER, 0]), (1.5, [0, NEVER])):
        earlier = Earlier(opened_in=before, drop=price, add=price)
        plan = solve_phases(
            Phases(problem=problem, radius=5.0, years=years, earlier=earlier), gap=0.0
        )
        assert plan.opened_in.tolist() == opened
        assert plan.changes == (2 * price if opened[1] == 0 else 0)


def test_reasons_name_the_year() -> None:
    problem = line([10, 10], [[1, 9], [9, 9]], zones=[0, 0], quotas=np.zeros(1, np.int32))
    years = (
        Year(name="2025", max_sites=1),
        Year(name="2026", max_sites=1, targets=(("all", 0.9),)),
        Year(name="2027", max_sites=1, quotas=np.array([2], np.int32)),
    )
    with pytest.raises(PhasesInfeasible, match=r"2026: .*2027: ") as caught:
        solve_phases(Phases(problem=problem, radius=5.0, years=years))
    kinds = [(reason.year, type(reason.fact)) for reason in caught.value.reasons]
    assert kinds == [(1, TargetShort), (2, BudgetShort)]


def test_years_that_can_only_be_met_apart_are_told_so() -> None:
    problem = line([10, 10], [[1, 9], [9, 1]], groups={"one": [0], "two": [1]})
    years = (
        Year(name="a", max_sites=1, targets=(("one", 1.0),)),
        Year(name="b", max_sites=1, targets=(("two", 1.0),)),
        Year(name="c", max_sites=1),
    )
    with pytest.raises(PhasesInfeasible) as caught:
        solve_phases(Phases(problem=problem, radius=5.0, years=years))
    (reason,) = caught.value.reasons
    assert reason.year == 1
    assert isinstance(reason.fact, RulesClash)


def test_same_question_same_answer() -> None:
    one, two = (solve_phases(make(3), gap=0.0) for _ in range(2))
    assert one.opened_in.tolist() == two.opened_in.tolist()
    assert one.log == two.log


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("Phases.years", {"years": ()}),
        ("Phases.years", {"years": (Year(name="a"), Year(name="a"))}),
        ("Year.targets", {"years": (Year(name="a", targets=(("x", 0.5),)),)}),
        ("Phases.radius", {"radius": -1.0}),
        ("Earlier.drop", {"earlier": Earlier(opened_in=np.array([0]), drop=-1.0)}),
        ("Earlier.opened_in", {"earlier": Earlier(opened_in=np.array([1]))}),
    ],
)
def test_nonsense_is_refused(field: str, change: dict[str, object]) -> None:
    good = Phases(problem=line([1], [[1.0]]), radius=1.0, years=(Year(name="a"),))
    with pytest.raises(ProblemError, match=field):
        replace(good, **change)


def test_a_false_plan_is_found_out() -> None:
    phases = Phases(
        problem=line([10, 12], [[1, 9], [9, 1]]), radius=5.0, years=(Year(name="a", max_sites=1),)
    )
    plan = solve_phases(phases)
    for change, what in (
        ({"covered": (13.0,)}, "covered differs"),
        ({"opened_in": np.array([0, 0], np.int32)}, "too many sites"),
        ({"bound": 1.0}, "bound below"),
        ({"free_value": (1.0,)}, "free is less"),
    ):
        faults = verify_phases(phases, replace(plan, **change))
        assert any(what in fault.what for fault in faults)
