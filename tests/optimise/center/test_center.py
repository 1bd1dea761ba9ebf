from __future__ import annotations

import math
import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import shortest_path

from optimise import Infeasible, PCenter, Problem, ProblemError, Status, Travel, solve
from optimise.errors import BudgetShort, SitesShort, TargetShort
from tests.optimise.brute import dense, plans, problems

exactly = partial(solve, gap=0.0)

DATA = os.environ.get("RECYCLENET_TEST_DATA") or None


def radius_of(problem: Problem, plan: tuple[int, ...]) -> float:
    table = dense(problem)[problem.weights > 0]
    if not len(table):
        return 0.0
    return float(table[:, list(plan)].min(axis=1).max()) if plan else math.inf


def even(table: np.ndarray, **others: object) -> Problem:
    return Problem(
        weights=np.ones(len(table), dtype=int),
        travel=Travel.from_dense(table),
        n_sites=np.shape(table)[1],
        **others,
    )


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_equals_brute_force(data):
    problem = data.draw(problems())
    p = data.draw(st.integers(0, problem.n_sites))
    radii = [radius_of(problem, plan) for plan in plans(problem) if len(plan) <= p]
    least = min(radii, default=None)
    table = dense(problem)[:, ~problem.forbidden]
    alone = (problem.weights > 0) & ~np.isfinite(table).any(axis=1)
    try:
        plan = exactly(problem, PCenter(p=p))
    except Infeasible as refusal:
        (fact,) = refusal.facts
        if isinstance(fact, SitesShort):
            assert (fact.max_sites, fact.least, fact.enough) == (p, p + 1, None)
            assert least == math.inf
            assert not alone.any()
        elif least is None:
            assert isinstance(fact, BudgetShort)
            assert min(len(one) for one in plans(problem)) == fact.least > p
        else:
            assert isinstance(fact, TargetShort)
            assert least == math.inf
            assert fact.stranded.tolist() == np.flatnonzero(alone).tolist()
        return
    chosen = tuple(plan.open_sites.tolist())
    assert chosen in set(plans(problem))
    assert len(chosen) <= p
    assert (plan.value, plan.bound, plan.gap) == (least, least, 0.0)
    assert radius_of(problem, chosen) == least
    assert (plan.status, plan.stopped, plan.objective) == (Status.PROVEN, "gap", "radius")
    full = dense(problem)
    for unit, site in enumerate(plan.assignment):
        if site < 0:
            assert not np.isfinite(full[unit, list(chosen)]).any()
        else:
            assert plan.distance[unit] == full[unit, site] == full[unit, list(chosen)].min()


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10**6), st.integers(2, 5), st.booleans())
def test_towns_in_the_plane_equal_brute_force(seed, p, with_quotas):
    """Larger, with distances that are all different and sites apart from people."""
    lot = np.random.default_rng(seed)
    people, sites = lot.random((40, 2)), lot.random((13, 2))
    table = np.hypot(*(people[:, None] - sites[None]).transpose(2, 0, 1))
    zones = np.arange(13) % 4
    problem = even(
        table,
        existing=np.arange(13) == 3,
        forbidden=np.arange(13) == 7,
        zones=zones,
        quotas=np.array([1, 0, 0, int(p > 2)] if with_quotas else [0, 0, 0, 0]),
    )
    least = min(radius_of(problem, plan) for plan in plans(problem) if len(plan) <= p)
    plan = exactly(problem, PCenter(p=p), seed=seed)
    assert (plan.value, plan.bound) == (least, least)


def harder(n: int = 90, seed: int = 1) -> Problem:
    """A problem that the quick arguments do not settle."""
    points = np.random.default_rng(seed).random((n, 2))
    return even(np.hypot(*(points[:, None] - points[None]).transpose(2, 0, 1)))


def test_same_place_counts_as_radius_nought():
    table = np.array([[0.0, np.inf], [np.inf, 0.0]])
    plan = exactly(even(table), PCenter(p=2))
    assert (plan.value, plan.bound, plan.gap) == (0.0, 0.0, 0.0)
    assert plan.assignment.tolist() == [0, 1]


def test_32_bit_impedances_stay_as_they_are():
    table = np.array([[0.1, 0.3], [0.3, 0.1], [0.2, 0.2]])
    wide = Travel.from_dense(table)
    travel = Travel(
        indptr=wide.indptr, indices=wide.indices, impedance=wide.impedance.astype(np.float32)
    )
    plan = exactly(Problem(weights=[1, 1, 1], travel=travel, n_sites=2), PCenter(p=1))
    assert plan.value == plan.bound == float(np.float32(0.3))


def test_nobody_needs_nothing():
    problem = Problem(
        weights=[0, 0], travel=Travel.from_dense([[5.0, 1.0], [np.inf, np.inf]]), n_sites=2
    )
    plan = exactly(problem, PCenter(p=0))
    assert (plan.value, plan.open_sites.tolist()) == (0.0, [])
    assert plan.status is Status.PROVEN


def test_stranded_units_are_named():
    table = np.array([[1.0, np.inf], [np.inf, 1.0], [np.inf, np.inf]])
    with pytest.raises(Infeasible, match="1 units have no site") as refusal:
        exactly(even(table), PCenter(p=2))
    assert refusal.value.facts[0].stranded.tolist() == [2]


def test_too_few_sites_for_the_matrix():
    with pytest.raises(Infeasible, match="at most 1 sites may be open and at least 2 are needed"):
        exactly(even(np.array([[1.0, np.inf], [np.inf, 1.0]])), PCenter(p=1))


@pytest.mark.parametrize("p", [-1, 1.5, True, "3"])
def test_a_senseless_p_is_refused(p):
    with pytest.raises(ProblemError, match=r"PCenter\.p"):
        PCenter(p=p)


@pytest.mark.parametrize("options", [{"gap": 1.0}, {"gap": math.nan}, {"time_limit_s": 0.0}])
def test_senseless_options_are_refused(options):
    with pytest.raises(ProblemError, match=r"solve\."):
        exactly(harder(5), PCenter(p=2), **options)


def test_equal_runs_are_equal():
    one, other = (exactly(harder(), PCenter(p=6), seed=3) for _ in range(2))
    assert one.log == other.log
    assert one.open_sites.tolist() == other.open_sites.tolist()


def test_a_cancel_keeps_plan_and_bound():
    problem, asked = harder(), []

    def cancel() -> bool:
        asked.append(None)
        return len(asked) > 4

    best = exactly(problem, PCenter(p=6))
    plan = exactly(problem, PCenter(p=6), cancel=cancel)
    assert plan.stopped == "cancelled"
    assert plan.status is Status.FEASIBLE
    assert plan.bound <= best.value < plan.value
    assert plan.value == radius_of(problem, tuple(plan.open_sites.tolist()))


def test_ctrl_c_at_any_moment_is_a_cancel():
    problem, told = harder(80), []
    best = exactly(problem, PCenter(p=6), progress=lambda *phase: told.append(phase))
    assert {phase for phase, _ in told} == {"reduce", "search", "prove"}
    assert all(0.0 <= share <= 1.0 for _, share in told)
    for moment in {1, 2, 3, *range(4, len(told) + 1, max(1, len(told) // 8)), len(told)}:
        seen = []

        def progress(phase: str, share: float, seen: list = seen, moment: int = moment) -> None:
            seen.append(phase)
            if len(seen) == moment:
                raise KeyboardInterrupt

        plan = exactly(problem, PCenter(p=6), progress=progress)
        assert plan.bound <= best.value <= plan.value == radius_of(problem, tuple(plan.open_sites))
        assert (plan.status is Status.PROVEN) == (plan.bound == plan.value)


def test_a_gap_is_kept():
    problem = harder()
    best = exactly(problem, PCenter(p=6))
    plan = exactly(problem, PCenter(p=6), gap=0.2)
    assert plan.status is Status.PROVEN
    assert plan.bound <= best.value <= plan.value
    assert plan.gap == pytest.approx((plan.value - plan.bound) / plan.value)
    assert 0.0 < plan.gap <= 0.2
    assert len(plan.log) < len(best.log)


def test_the_bound_is_an_impedance_of_the_matrix():
    problem = harder()
    plan = exactly(problem, PCenter(p=6), gap=0.2)
    assert plan.bound in problem.travel.impedance


def published(name: str) -> Problem:
    """OR-Library p-median file: of a repeated edge the last counts."""
    numbers = np.array((Path(DATA or "") / f"benchmarks/pmed/{name}.txt").read_text().split(), int)
    n = numbers[0]
    arc = np.zeros((n, n))
    for one, other, length in numbers[3:].reshape(-1, 3):
        arc[one - 1, other - 1] = arc[other - 1, one - 1] = length
    return even(shortest_path(csr_array(arc)))


@pytest.mark.skipif(DATA is None, reason="RECYCLENET_TEST_DATA is not set")
@pytest.mark.parametrize("number", range(1, 31))
def test_or_library_optima(number):
    folder = Path(DATA or "") / "benchmarks/pmed"
    optima = dict(
        line.split() for line in (folder / "optimal_pcenter.txt").read_text().split("\n") if line
    )
    name = f"pmed{number}"
    p = int((folder / f"{name}.txt").read_text().split()[2])
    plan = exactly(published(name), PCenter(p=p))
    assert plan.value == plan.bound == float(optima[name])
    assert plan.status is Status.PROVEN
