from __future__ import annotations

import os
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import shortest_path

import optimise.median.pursue as pursue_module
from optimise import (
    Infeasible,
    PMedian,
    Problem,
    ProblemError,
    Status,
    Travel,
    solve,
)
from optimise.errors import BudgetShort, SitesShort, TargetShort
from tests.optimise.brute import dense, plans, problems

exactly = partial(solve, gap=0.0)


def _cost(problem: Problem, plan: tuple[int, ...], model: PMedian) -> float:
    """Cost of a plan by the definition; infinite where somebody must be served and is not."""
    table = dense(problem)
    if model.radius is not None:
        table = np.where(table <= model.radius, table, np.inf)
    nearest = table[:, list(plan)].min(axis=1, initial=np.inf)
    heavy = problem.weights > 0
    left = np.inf if model.unserved_cost is None else model.unserved_cost
    return float((problem.weights[heavy] * np.minimum(nearest, left)[heavy]).sum())


def _best(problem: Problem, model: PMedian) -> float:
    costs = [_cost(problem, plan, model) for plan in plans(problem) if len(plan) <= model.p]
    return min(costs, default=np.inf)


models = st.builds(
    PMedian,
    p=st.integers(1, 5),
    radius=st.sampled_from([None, None, 1.0, 2.5]),
    unserved_cost=st.sampled_from([None, 4.0, 9.0]),
)


@settings(max_examples=250, deadline=None)
@given(problems(max_units=9, max_sites=8), models, st.integers(0, 3))
def test_median_equals_brute_force(problem, model, seed):
    truth = _best(problem, model)
    try:
        plan = exactly(problem, model, seed=seed)
    except (Infeasible, ProblemError):
        assert truth == np.inf
        return
    assert plan.status is Status.PROVEN
    assert (plan.value, plan.bound, plan.gap) == (truth, truth, 0.0)
    sites = tuple(plan.open_sites.tolist())
    assert sites in set(plans(problem))
    assert len(sites) <= model.p
    assert _cost(problem, sites, model) == truth


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 10**6),
    st.integers(2, 5),
    st.sampled_from([0.3, 0.6, 1.0]),
    st.integers(0, 2),
    st.sampled_from([4, 600]),
)
def test_fractions_and_sparse_travel_equal_brute_force(seed, p, density, quota, steps):
    """Large enough for relaxation and settling; with few steps the tree has to finish."""
    random = np.random.default_rng(seed)
    places, sites = random.random((40, 2)), random.random((13, 2))
    table = np.linalg.norm(places[:, None] - sites[None], axis=2)
    table[random.random(table.shape) > density] = np.inf
    problem = Problem(
        weights=random.random(40) * 10,
        travel=Travel.from_dense(table),
        n_sites=13,
        existing=np.arange(13) == 7,
        forbidden=np.arange(13) == 2,
        zones=np.array([0, 0, 0, 0, 1, 1, 1, 1, -1, -1, -1, -1, -1]),
        quotas=np.array([quota, 1]),
    )
    model = PMedian(p=max(p, quota + 1), unserved_cost=2.0)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pursue_module, "_STEPS", steps)
        plan = exactly(problem, model)
    truth = _best(problem, model)
    assert plan.status is Status.PROVEN
    assert plan.value == pytest.approx(truth, rel=1e-8)
    assert truth * (1 - 2e-9) <= plan.value and plan.bound <= truth * (1 + 1e-12)


def _grid(side: int, p: int) -> tuple[Problem, PMedian]:
    y, x = np.divmod(np.arange(side * side), side)
    table = np.abs(x[:, None] - x) + np.abs(y[:, None] - y)
    weights = 1 + (7 * x + 3 * y) % 5
    return Problem(weights=weights, travel=Travel.from_dense(table), n_sites=len(x)), PMedian(p=p)


def test_same_answer_twice_and_any_stop_keeps_a_plan_and_its_bound():
    problem, model = _grid(9, 6)
    whole = exactly(problem, model)
    again = exactly(problem, model)
    assert whole.status is Status.PROVEN
    assert whole.open_sites.tolist() == again.open_sites.tolist()
    assert whole.log == again.log
    for looks in range(6):
        asked = iter(range(100))
        stopped = exactly(problem, model, cancel=lambda: next(asked) >= looks)  # noqa: B023
        assert stopped.bound <= whole.value <= stopped.value
        assert len(stopped.open_sites) <= 6
        assert stopped.stopped == ("gap" if stopped.status is Status.PROVEN else "cancelled")

    def interrupt(_phase: str, _share: float) -> None:
        raise KeyboardInterrupt

    stopped = exactly(problem, model, progress=interrupt)
    assert (stopped.status, stopped.stopped) == (Status.FEASIBLE, "cancelled")
    assert stopped.bound <= whole.value <= stopped.value


def test_explicit_zeros_are_places_and_absent_pairs_are_not():
    travel = Travel(
        indptr=np.array([0, 1, 2, 3]),
        indices=np.array([0, 1, 1], dtype=np.int32),
        impedance=np.array([0.0, 0.0, 5.0]),
        cutoff=10.0,
    )
    problem = Problem(weights=[1, 1, 2], travel=travel, n_sites=2)
    plan = exactly(problem, PMedian(p=2))
    assert plan.open_sites.tolist() == [0, 1]
    assert (plan.value, plan.distance.tolist()) == (10.0, [0.0, 0.0, 5.0])
    one = exactly(problem, PMedian(p=1, unserved_cost=10.0))
    assert (one.open_sites.tolist(), one.value) == ([1], 20.0)
    assert one.assignment.tolist() == [-1, 1, 1]


def test_refusals_name_what_is_wrong():
    table = np.array([[1.0, 2.0, np.inf], [3.0, np.inf, 1.0], [np.inf, np.inf, np.inf]])
    problem = Problem(weights=[1, 1, 4], travel=Travel.from_dense(table), n_sites=3)
    with pytest.raises(Infeasible) as lost:
        exactly(problem, PMedian(p=2))
    (fact,) = lost.value.facts
    assert isinstance(fact, TargetShort)
    assert fact.stranded.tolist() == [2]
    weightless = Problem(weights=[1, 1, 0], travel=Travel.from_dense(table), n_sites=3)
    assert exactly(weightless, PMedian(p=1)).open_sites.tolist() == [0]

    two = Problem(weights=[1, 1], travel=Travel.from_dense([[1, np.inf], [np.inf, 1]]), n_sites=2)
    with pytest.raises(Infeasible) as few:
        exactly(two, PMedian(p=1))
    assert few.value.facts == (SitesShort(max_sites=1, least=2, enough=2),)
    kept = Problem(
        weights=[1],
        travel=Travel.from_dense([[1.0, 2.0]]),
        n_sites=2,
        existing=[True, False],
        zones=[-1, 0],
        quotas=[1],
    )
    with pytest.raises(Infeasible) as short:
        exactly(kept, PMedian(p=1))
    assert short.value.facts == (BudgetShort(max_sites=1, least=2, existing=1, new_for_quotas=1),)
    with pytest.raises(ProblemError, match="unserved_cost"):
        exactly(two, PMedian(p=1, unserved_cost=0.5))
    bounded = Travel(
        indptr=np.array([0, 1]), indices=np.array([0]), impedance=np.array([1.0]), cutoff=2.0
    )
    near = Problem(weights=[1], travel=bounded, n_sites=1)
    with pytest.raises(ProblemError, match="cutoff"):
        exactly(near, PMedian(p=1, radius=3.0))
    huge = Problem(weights=[2**40], travel=Travel.from_dense([[1e300]]), n_sites=1)
    with pytest.raises(ProblemError, match="Use a larger unit"):
        exactly(huge, PMedian(p=1))
    for wrong in (0, -1, 2.0, True):
        with pytest.raises(ProblemError, match=r"PMedian.p"):
            PMedian(p=wrong)  # type: ignore[arg-type]
    with pytest.raises(ProblemError, match=r"PMedian.radius"):
        PMedian(p=1, radius=float("nan"))


def test_single_precision_is_read_as_it_stands():
    travel = Travel(
        indptr=np.array([0, 2]),
        indices=np.array([0, 1], dtype=np.int32),
        impedance=np.array([0.3, 0.4], dtype=np.float32),
    )
    problem = Problem(weights=[2], travel=travel, n_sites=2, forbidden=[True, False])
    plan = exactly(problem, PMedian(p=1))
    assert plan.value == 2 * float(np.float32(0.4))
    with pytest.raises(Infeasible):  # the single-precision 0.4 lies above 0.4
        exactly(problem, PMedian(p=1, radius=0.4))


def test_no_site_is_opened_for_nothing():
    problem = Problem(weights=[1, 1], travel=Travel.from_dense([[0.0, 1.0, 1.0]] * 2), n_sites=3)
    assert exactly(problem, PMedian(p=3)).open_sites.tolist() == [0]


FOLDER = Path(os.environ.get("RECYCLENET_TEST_DATA", ""), "benchmarks", "pmed")
needs_data = pytest.mark.skipif(
    "RECYCLENET_TEST_DATA" not in os.environ or not FOLDER.is_dir(),
    reason="RECYCLENET_TEST_DATA is not set or has no benchmarks/pmed (OR-Library p-median)",
)


@needs_data
@pytest.mark.parametrize("name", ["pmed1", "pmed6", "pmed15", "pmed22", "pmed30"])
def test_published_optima(name):
    numbers = np.array((FOLDER / f"{name}.txt").read_text().split(), dtype=np.int64)
    n, _, p = numbers[:3]
    lengths = np.full((n, n), np.inf)
    for one, other, length in numbers[3:].reshape(-1, 3):
        lengths[one - 1, other - 1] = lengths[other - 1, one - 1] = length
    table = shortest_path(lengths, directed=False)
    optima = dict(line.split() for line in (FOLDER / "optimal.txt").read_text().splitlines()[1:])
    problem = Problem(weights=np.ones(n, int), travel=Travel.from_dense(table), n_sites=int(n))
    plan = exactly(problem, PMedian(p=int(p)))
    assert plan.status is Status.PROVEN
    assert plan.value == plan.bound == int(optima[name])


@pytest.mark.parametrize("weight", [1, 10**9, 8 * 10**13])
def test_a_unit_is_served_however_much_it_weighs(weight):
    problem = Problem(weights=[weight], travel=Travel.from_dense([[3e6]]), n_sites=1)
    plan = solve(problem, PMedian(p=1), gap=0.0)
    assert plan.open_sites.tolist() == [0]
    assert plan.value == weight * 3e6
