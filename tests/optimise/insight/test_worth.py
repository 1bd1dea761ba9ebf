from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import (
    Choice,
    CoverMost,
    CoverShare,
    CoverTwice,
    FairMedian,
    PCenter,
    PMedian,
    Problem,
    ProblemError,
    Solution,
    Status,
    Travel,
)
from optimise.insight.worth import site_worth
from optimise.solution import serve
from tests.optimise import brute


def plan_of(problem: Problem, sites: tuple[int, ...], *, value: float = 0.0) -> Solution:
    open_sites = np.array(sites, dtype=np.int32)
    assignment, distance = serve(problem, open_sites, np.inf)
    return Solution(
        open_sites=open_sites,
        assignment=assignment,
        distance=distance,
        status=Status.FEASIBLE,
        stopped="gap",
        objective="people",
        value=value,
        bound=0.0,
        gap=0.0,
        proved_by="",
        tie_break=None,
        seconds={},
        log=(),
    )


def measure(problem: Problem, model: object, plan: tuple[int, ...]) -> tuple[float, float]:
    """Covered people and weighted distance by hand, an unserved unit as far as it counts."""
    radius = getattr(model, "radius", None)
    nearest = brute.nearest_of(brute.reachable(problem, radius), plan)
    largest = float(problem.travel.impedance.max(initial=0.0))
    far = getattr(model, "unserved_cost", None)
    if far is None:
        far = largest if radius is None else brute.widest_of(radius)
    covered = np.isfinite(nearest)
    people = float(problem.weights[covered].sum())
    return people, float((problem.weights * np.where(covered, nearest, far)).sum())


@st.composite
def cases(draw: st.DrawFn) -> tuple[Problem, object, tuple[int, ...]]:
    problem = draw(brute.problems(sides=True))
    radius = st.sampled_from([0.5, 1.0, 2.5, 3.0])
    model = draw(
        st.one_of(
            st.builds(CoverShare, radius=radius),
            st.builds(CoverMost, radius=brute.radii(problem), max_sites=st.just(3)),
            st.builds(CoverTwice, radius=radius, backup=st.just((("all", 0.5),))),
            st.builds(PMedian, p=st.just(3)),
            st.builds(
                PMedian,
                p=st.just(3),
                radius=st.one_of(st.none(), radius),
                unserved_cost=st.just(9.0),
            ),
            st.builds(FairMedian, p=st.just(3)),
        )
    )
    plans = list(brute.plans(problem))
    if not plans:
        plans = [tuple(np.flatnonzero(problem.kept).tolist())]
    return problem, model, draw(st.sampled_from(plans))


@given(cases())
@settings(max_examples=100, deadline=None)
def test_worth_and_substitutes_equal_trying_everything(case) -> None:
    problem, model, plan = case
    worth = site_worth(problem, model, plan_of(problem, plan))
    people, distance = measure(problem, model, plan)
    everybody = isinstance(model, PMedian | FairMedian) and (
        getattr(model, "unserved_cost", None) is None
    )
    allowed = set(brute.plans(problem))
    usable = [other for other in range(problem.n_sites) if other not in plan]
    reach = np.isfinite(brute.reachable(problem, getattr(model, "radius", None)))
    tied = {site for group in problem.together for site in group}
    for at, site in enumerate(plan):
        without = tuple(one for one in plan if one != site)
        left, further = measure(problem, model, without)
        assert worth.only[at] == people - left
        if everybody and left < people:
            assert worth.farther[at] == np.inf
        else:
            assert worth.farther[at] == pytest.approx(further - distance)
        two = reach[:, list(plan)].sum(axis=1) == 2
        assert worth.backup[at] == problem.weights[two & reach[:, site]].sum()
        assert worth.closable[at] == (not problem.kept[site] and site not in tied)
        found = []
        for other in usable:
            swapped = tuple(sorted((*without, other)))
            if swapped not in allowed:
                continue
            after, away = measure(problem, model, swapped)
            first = people - after if not getattr(model, "unserved_cost", None) else 0.0
            found.append((first, round(away - distance, 9), other, people - after))
        if plan not in allowed:
            continue
        if not found or problem.kept[site]:
            assert worth.substitute[at] == -1
            assert np.isnan(worth.regret_people[at])
            continue
        _, regret, other, lost = min(found)
        assert worth.substitute[at] == other
        assert worth.regret_people[at] == lost
        if everybody and lost > 0:
            assert worth.regret_distance[at] == np.inf
        else:
            assert worth.regret_distance[at] == pytest.approx(regret, abs=1e-9)


def test_a_center_is_judged_within_the_radius_it_reaches() -> None:
    table = np.array([[1.0, 2.0, 9.0], [5.0, 3.0, 1.0], [9.0, 8.0, 2.0]])
    problem = Problem(weights=[1, 2, 4], travel=Travel.from_dense(table), n_sites=3)
    worth = site_worth(problem, PCenter(p=2), plan_of(problem, (0, 2), value=2.0))
    assert worth.only.tolist() == [1.0, 6.0]
    assert worth.substitute.tolist() == [1, 1]
    assert worth.regret_people.tolist() == [0.0, 6.0]


def test_rules_rule_substitutes_out() -> None:
    table = np.array([[0.0, 1.0, 1.0, 1.0], [9.0, 0.0, 9.0, 9.0]])
    rules = {
        "zones": np.array([0, 0, 1, 1]),
        "quotas": np.array([1, 0]),
        "choices": (Choice(sites=(0, 2), least=1, most=2),),
    }
    problem = Problem(weights=[3, 1], travel=Travel.from_dense(table), n_sites=4, **rules)
    worth = site_worth(problem, CoverMost(radius=2.0, max_sites=1), plan_of(problem, (0,)))
    # Site 1 leaves the choice, sites 2 and 3 leave the zone.
    assert worth.substitute.tolist() == [-1]


def test_many_sites_are_judged_in_lots_with_the_same_outcome(monkeypatch) -> None:
    rng = np.random.default_rng(5)
    table = rng.uniform(0, 10, (60, 30))
    problem = Problem(weights=rng.integers(0, 9, 60), travel=Travel.from_dense(table), n_sites=30)
    plan = plan_of(problem, tuple(range(0, 30, 2)))
    whole = site_worth(problem, PMedian(p=15), plan)
    monkeypatch.setattr("optimise.insight.worth._AT_ONCE", 100)
    lots = site_worth(problem, PMedian(p=15), plan)
    for name in ("only", "farther", "substitute", "regret_people", "regret_distance"):
        assert (getattr(whole, name) == getattr(lots, name)).all()


def test_a_plan_of_another_problem_is_refused() -> None:
    problem = Problem(weights=[1], travel=Travel.from_dense([[1.0]]), n_sites=1)
    other = Problem(weights=[1], travel=Travel.from_dense([[1.0, 1.0]]), n_sites=2)
    with pytest.raises(ProblemError, match="in a problem of 1"):
        site_worth(problem, PMedian(p=1), plan_of(other, (1,)))
