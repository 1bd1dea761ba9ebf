from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise import (
    Case,
    CoverMost,
    CoverShare,
    Problem,
    ProblemError,
    Travel,
    least_regret,
    robust_core,
    solve,
)

RADIUS = 5.0


def town(seed: int) -> tuple[Problem, list[Case], np.ndarray]:
    rng = np.random.default_rng(seed)
    n, m = int(rng.integers(5, 14)), int(rng.integers(3, 7))
    far = rng.integers(0, 11, (n, m)).astype(float)
    existing = rng.random(m) < 0.15
    problem = Problem(
        weights=rng.integers(1, 30, n),
        travel=Travel.from_dense(far),
        n_sites=m,
        existing=existing,
        forbidden=~existing & (rng.random(m) < 0.1),
    )
    blocked = np.where(rng.random((n, m)) < 0.3, 99.0, far)
    refused = np.zeros(m, np.bool_)
    refused[int(rng.integers(m))] = True
    cases = [
        Case(name="people", weights=rng.integers(1, 30, n)),
        Case(name="roads", travel=Travel.from_dense(blocked)),
        Case(name="refused", refused=refused),
    ]
    return problem, cases, far


def covered(problem: Problem, case: Case, sites: tuple[int, ...]) -> float:
    """Counted without any code of ours."""
    travel = problem.travel if case.travel is None else case.travel
    weights = problem.weights if case.weights is None else case.weights
    lost = set() if case.refused is None else set(np.flatnonzero(case.refused).tolist())
    total = 0.0
    for unit in range(problem.n_units):
        for at in range(travel.indptr[unit], travel.indptr[unit + 1]):
            site = int(travel.indices[at])
            if site in sites and site not in lost and travel.impedance[at] <= RADIUS:
                total += float(weights[unit])
                break
    return total


def plans(problem: Problem, most: int, case: Case | None = None) -> list[tuple[int, ...]]:
    """Every plan that keeps the rules, in a case without what it refuses."""
    lost = set()
    if case is not None and case.refused is not None:
        lost = set(np.flatnonzero(case.refused).tolist())
    kept = set(np.flatnonzero(problem.existing).tolist()) - lost
    may = [s for s in range(problem.n_sites) if not problem.forbidden[s] and s not in lost]
    return [
        sites
        for size in range(len(kept), most + 1)
        for sites in itertools.combinations(may, size)
        if kept <= set(sites)
    ]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000))
def test_least_greatest_regret_of_all_plans(seed: int) -> None:
    problem, cases, _ = town(seed)
    most = int(problem.existing.sum()) + 1 + seed % 2
    best = [max(covered(problem, c, p) for p in plans(problem, most, c)) for c in cases]
    truth = min(
        max(b - covered(problem, c, plan) for b, c in zip(best, cases, strict=True))
        for plan in plans(problem, most)
    )
    found = least_regret(problem, RADIUS, most, cases, gap=0.0)
    assert found.best == tuple(best)
    assert found.value == pytest.approx(truth)
    assert found.bound == pytest.approx(truth)
    told = [
        b - covered(problem, c, tuple(found.open_sites.tolist()))
        for b, c in zip(best, cases, strict=True)
    ]
    assert list(found.regrets) == pytest.approx(told)
    quick = least_regret(problem, RADIUS, most, cases, effort="quick")
    assert quick.bound <= truth + 1e-6 <= quick.value + 2e-6


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 100_000), st.booleans())
def test_each_case_has_its_best_plan_and_the_most_of_the_base(seed: int, share: bool) -> None:
    problem, cases, _ = town(seed)
    most = int(problem.existing.sum()) + 1 + seed % 2
    total = int(problem.weights.sum())
    every = [s for s in range(problem.n_sites) if not problem.forbidden[s]]
    top = covered(problem, Case(name=""), tuple(every)) / total
    goal = float(np.floor(top * 8) / 10)
    model = (
        CoverShare(radius=RADIUS, targets=(("all", goal),))
        if share
        else CoverMost(radius=RADIUS, max_sites=most)
    )
    base = solve(problem, model, gap=0.0).open_sites
    core = robust_core(problem, model, base, cases, gap=0.0)
    mine = tuple(base.tolist())
    for case, answer in zip(cases, core.answers, strict=True):
        weights = problem.weights if case.weights is None else case.weights
        whole = float(weights.sum())
        need = np.ceil(round(goal * 10) * whole / 10)
        options = plans(problem, problem.n_sites if share else most, case)
        if share:
            options = [p for p in options if covered(problem, case, p) >= need]
            if not options:
                assert answer.open_sites is None
                assert answer.facts
                continue
            best = min(len(p) for p in options)
            good = [p for p in options if len(p) == best]
            assert answer.regret == max(0.0, need - covered(problem, case, mine))
        else:
            best = max(covered(problem, case, p) for p in options)
            good = [p for p in options if covered(problem, case, p) == best]
            assert answer.regret == best - covered(problem, case, mine)
        assert answer.value == best
        assert answer.bound == best
        assert answer.open_sites is not None
        kept = len(set(mine) & set(answer.open_sites.tolist()))
        assert kept == max(len(set(mine) & set(p)) for p in good)
        if share:
            gone = set() if case.refused is None else set(np.flatnonzero(case.refused).tolist())
            fixed = set(mine) - gone
            mended = [p for p in options if fixed <= set(p)]
            if mended:
                assert answer.mended is not None
                assert len(answer.mended) == min(len(p) for p in mended)
    for told in core.sites:
        chosen = [a for a in core.answers if a.open_sites is not None and told.site in a.open_sites]
        assert told.chosen == len(chosen)


def test_core_substitute_and_later() -> None:
    # Site 0 is always best; 1 and 2 reach the same people; 3 serves few, and few are not sure.
    problem = Problem(
        weights=[50, 20, 5],
        travel=Travel.from_dense(
            [[1.0, 9.0, 9.0, 9.0], [9.0, 1.0, 2.0, 9.0], [9.0, 9.0, 9.0, 1.0]]
        ),
        n_sites=4,
    )
    model = CoverMost(radius=RADIUS, max_sites=3)
    base = solve(problem, model, gap=0.0).open_sites
    assert base.tolist() == [0, 1, 3]
    refused = np.array([False, True, False, False])
    cut = Travel.from_dense([[1.0, 9.0, 9.0, 9.0], [9.0, 9.0, 2.0, 9.0], [9.0, 9.0, 9.0, 1.0]])
    cases = [
        Case(name="refused", refused=refused),
        Case(name="cut", travel=cut),
        Case(name="nobody", weights=[50, 20, 0]),
    ]
    core = robust_core(problem, model, base, cases, gap=0.0)
    told = {role.site: role for role in core.sites}
    assert (told[0].role, told[0].chosen, told[0].allowed) == ("core", 3, 3)
    assert (told[1].role, told[1].substitute, told[1].stood_in) == ("replaceable", 2, 2)
    assert (told[1].chosen, told[1].allowed) == (1, 2)
    assert told[3].role == "core"  # of plans that are as good the base plan is taken
    lost = {one.site: (one.more, one.lost, one.substitute) for one in core.refusals}
    assert lost == {0: (0.0, 50.0, -1), 1: (0.0, 0.0, 2), 3: (0.0, 5.0, -1)}
    assert [answer.regret for answer in core.answers] == [20.0, 20.0, 0.0]
    fewer = CoverShare(radius=RADIUS, targets=(("all", 1.0),))
    base = solve(problem, fewer, gap=0.0).open_sites
    core = robust_core(problem, fewer, base, cases[2:], gap=0.0)
    told = {role.site: role for role in core.sites}
    assert told[3].role == "later"
    assert core.answers[0].value == 2.0


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 100_000), st.booleans())
def test_every_refusal_by_trying_every_site_in_its_place(seed: int, share: bool) -> None:
    problem, _, _ = town(seed)
    rng = np.random.default_rng(seed)
    zones = rng.integers(0, 2, problem.n_sites).astype(np.int32)
    have = np.bincount(zones[~problem.forbidden], minlength=2)
    problem = dataclasses.replace(problem, zones=zones, quotas=np.minimum(have, 1).astype(np.int32))
    everywhere = Case(name="")
    every = tuple(s for s in range(problem.n_sites) if not problem.forbidden[s])
    total = int(problem.weights.sum())
    goal = float(np.floor(covered(problem, everywhere, every) / total * 8) / 10)
    need = np.ceil(round(goal * 10) * total / 10) if share else 0.0
    most = int(problem.existing.sum()) + 2
    model = (
        CoverShare(radius=RADIUS, targets=(("all", goal),))
        if share
        else CoverMost(radius=RADIUS, max_sites=most)
    )
    base = solve(problem, model, gap=0.0).open_sites
    mine = set(base.tolist())
    core = robust_core(problem, model, base, [], gap=0.0)

    def quota(sites: set[int]) -> bool:
        return all(sum(zones[s] == z for s in sites) >= problem.quotas[z] for z in (0, 1))

    def missed(sites: set[int]) -> float:
        return max(0.0, need - covered(problem, everywhere, tuple(sites)))

    before = covered(problem, everywhere, tuple(mine))
    new = [site for site in sorted(mine) if not problem.existing[site]]
    assert [one.site for one in core.refusals] == new
    roles = {one.site: one for one in core.sites}
    for one in core.refusals:
        rest = mine - {one.site}
        others = [s for s in every if s not in mine]
        ways = [way for way in (rest, *(rest | {s} for s in others)) if quota(way)]
        found = [
            (missed(way), max(0.0, before - covered(problem, everywhere, tuple(way))))
            for way in ways
        ]
        there = rest | ({one.substitute} if one.substitute >= 0 else set())
        near = False
        if found:
            least, lost = min(found)
            assert (one.missed, one.lost) == (least, lost)
            assert quota(there)
            assert missed(there) == least
            near = max(one.lost, one.missed) <= 0.05 * one.served
        else:
            assert np.isnan(one.lost)
            assert np.isnan(one.missed)
        named = "replaceable" if one.substitute >= 0 else "later"
        assert roles[one.site].role == (named if near else "core")
        sizes = [
            size - 1
            for size in range(len(others) + 1)
            if any(
                quota(rest | set(some)) and missed(rest | set(some)) == 0
                for some in itertools.combinations(others, size)
            )
        ]
        assert one.more == (max(0, sizes[0]) if sizes else np.inf)


def test_a_label_does_not_hang_on_how_many_are_tried() -> None:
    problem, cases, _ = town(11)
    problem = dataclasses.replace(problem, existing=np.zeros(problem.n_sites, np.bool_))
    model = CoverMost(radius=RADIUS, max_sites=3)
    base = solve(problem, model, gap=0.0).open_sites
    all_of = robust_core(problem, model, base, cases[:2], gap=0.0)
    full = {one.site: one.role for one in all_of.sites}
    assert "untested" not in full.values()
    for number in range(len(base)):
        part = robust_core(problem, model, base, cases[:2], refused=base[:number], gap=0.0)
        for one in part.sites:
            if one.site in base[:number].tolist():
                assert one.role == full[one.site]
            else:
                assert one.role != "core"
    none = robust_core(problem, model, base, [], refused=base[:0])
    assert {one.role for one in none.sites} == {"untested"}


def test_least_regret_beats_every_case_s_own_plan() -> None:
    # Each case's best covers 10 of 11 there and 1 elsewhere; the middle covers 7 in both.
    problem = Problem(
        weights=[1, 1, 1],
        travel=Travel.from_dense([[1.0, 9.0, 9.0], [9.0, 1.0, 9.0], [9.0, 9.0, 1.0]]),
        n_sites=3,
    )
    cases = [Case(name="a", weights=[10, 1, 7]), Case(name="b", weights=[1, 10, 7])]
    found = least_regret(problem, RADIUS, 1, cases, gap=0.0)
    assert (found.open_sites.tolist(), found.value, found.bound) == ([2], 3.0, 3.0)
    core = robust_core(
        problem, CoverMost(radius=RADIUS, max_sites=1), np.array([0], np.int32), cases
    )
    assert core.regrets.tolist() == [[0.0, 9.0], [0.0, 9.0], [9.0, 0.0]]


def test_the_same_twice_and_nonsense_refused() -> None:
    problem, cases, _ = town(5)
    model = CoverMost(radius=RADIUS, max_sites=3)
    base = solve(problem, model).open_sites
    one, two = (robust_core(problem, model, base, cases) for _ in range(2))
    assert one.sites == two.sites
    with pytest.raises(ProblemError, match="once"):
        robust_core(problem, model, base, [cases[0], cases[0]])
    with pytest.raises(ProblemError, match="refused"):
        robust_core(problem, model, base, [Case(name="x", refused=np.array([True]))])
    with pytest.raises(ProblemError, match="cases"):
        least_regret(problem, RADIUS, 3, [])
