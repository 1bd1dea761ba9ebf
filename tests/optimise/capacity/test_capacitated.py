"""Questions with capacities against brute force, compact programmes and published optima."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array

from optimise import (
    CapacitatedCover,
    CapacitatedMedian,
    CapacityShort,
    CostShort,
    Infeasible,
    Problem,
    RulesClash,
    SitesShort,
    Solution,
    Status,
    TargetShort,
    Travel,
    verify,
)
from optimise.capacity.capacitated import solve_capacitated
from optimise.run import Run
from optimise.watch import Watch
from tests.optimise.brute import best, problems, radii, reachable, targets_of

Model = CapacitatedCover | CapacitatedMedian


def ask(problem: Problem, model: Model, *, gap: float = 0.0, cancel: object = None) -> Solution:
    """Solve to the end, unless told otherwise."""
    watch = Watch(60.0, None, cancel)
    return solve_capacitated(problem, model, Run(gap=gap, seed=0, exact=True, watch=watch))


def hold(problem: Problem, model: Model, answer: Solution) -> None:
    """Flows, assignment and value, recounted unit by unit."""
    flows, table = answer.flows, reachable(problem, model.radius)
    assert flows is not None
    load = np.zeros(problem.n_sites)
    served = np.zeros(problem.n_units)
    cost = 0.0
    for unit in range(problem.n_units):
        part = slice(flows.indptr[unit], flows.indptr[unit + 1])
        sites, amounts = flows.sites[part], flows.weight[part]
        assert (np.diff(sites) > 0).all()
        assert (amounts > 0).all()
        assert np.isfinite(table[unit, sites]).all()
        assert np.isin(sites, answer.open_sites).all()
        load[sites] += amounts
        served[unit] = amounts.sum()
        cost += float(amounts @ table[unit, sites])
        if not model.split:
            assert len(sites) <= 1
            assert served[unit] in (0, problem.weights[unit])
        main = sites[np.argmax(amounts)] if len(sites) else -1
        assert answer.assignment[unit] == main
        assert np.isnan(answer.distance[unit]) if main < 0 else True
        assert answer.distance[unit] == table[unit, main] if main >= 0 else True
    if problem.capacities is not None:
        assert (load <= problem.capacities + 1e-9).all()
    assert (served <= problem.weights + 1e-9).all()
    costs = float(problem.site_costs[answer.open_sites].sum())
    if isinstance(model, CapacitatedCover):
        for group, share in model.targets:
            members = problem.members(group)
            assert served[members].sum() >= share * problem.weights[members].sum() - 1e-9
        value = float(len(answer.open_sites)) if model.objective == "sites" else costs
    else:
        np.testing.assert_allclose(served, problem.weights, atol=1e-9)
        value = cost + (costs if model.fixed_costs == "add" else 0.0)
    assert answer.value == pytest.approx(value, rel=1e-12)
    assert verify(problem, model, answer) == ()


def compare(problem: Problem, model: Model) -> None:
    """The same as trying every plan."""
    truth = best(problem, model)
    if truth is None:
        with pytest.raises(Infeasible) as refused:
            ask(problem, model)
        assert refused.value.facts
        return
    answer = ask(problem, model)
    hold(problem, model, answer)
    assert answer.value == pytest.approx(truth[0], rel=1e-7, abs=1e-9)
    assert answer.bound <= truth[0] + 1e-9 * max(1.0, abs(truth[0]))
    assert answer.status is Status.PROVEN


@st.composite
def _asked(draw: st.DrawFn, *, cover: bool) -> tuple[Problem, Model]:
    problem = draw(problems(6, 5, sides=True, capacities=True))
    split = draw(st.booleans())
    if cover:
        return problem, CapacitatedCover(
            radius=draw(radii(problem)),
            targets=draw(targets_of(problem)),
            objective=draw(st.sampled_from(["sites", "cost"])),
            split=split,
        )
    return problem, CapacitatedMedian(
        p=draw(st.sampled_from([None, 1, 2, 3])),
        radius=draw(st.sampled_from([None, 2.5, 4.0])),
        split=split,
        fixed_costs=draw(st.sampled_from(["none", "add"])),
    )


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(_asked(cover=True))
def test_cover_equals_brute_force(asked: tuple[Problem, Model]) -> None:
    compare(*asked)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(_asked(cover=False))
def test_median_equals_brute_force(asked: tuple[Problem, Model]) -> None:
    compare(*asked)


#: Beasley (1988); split assignment.
OPTIMA = {
    "cap61": 932615.750,
    "cap62": 977799.400,
    "cap63": 1014062.050,
    "cap64": 1045650.250,
}


def read_cap(path: Path) -> Problem:
    """OR-Library's capacitated warehouses: costs of serving a whole customer, made per weight."""
    numbers = iter(path.read_text().split())
    m, n = int(next(numbers)), int(next(numbers))
    sites = np.array([[float(next(numbers)) for _ in range(2)] for _ in range(m)])
    lines = np.array([[float(next(numbers)) for _ in range(m + 1)] for _ in range(n)])
    return Problem(
        weights=lines[:, 0],
        travel=Travel.from_dense(lines[:, 1:] / lines[:, :1]),
        n_sites=m,
        capacities=sites[:, 0],
        site_costs=sites[:, 1],
    )


@pytest.mark.parametrize("name", sorted(OPTIMA))
def test_published_optima(name: str) -> None:
    folder = os.environ.get("RECYCLENET_TEST_DATA")
    if not folder:
        pytest.skip("RECYCLENET_TEST_DATA is not set")
    problem = read_cap(Path(folder) / f"benchmarks/cap/{name}.txt")
    answer = ask(problem, CapacitatedMedian(split=True, fixed_costs="add"))
    assert answer.value == pytest.approx(OPTIMA[name], abs=1e-3)
    assert answer.status is Status.PROVEN


def town(n: int, m: int, *, seed: int, load: float) -> Problem:
    """Units and sites at random in a square; so much of all capacities is needed by p = m / 6."""
    rng = np.random.default_rng(seed)
    units, sites = rng.random((n, 2)) * 100, rng.random((m, 2)) * 100
    table = np.hypot(*(units[:, None, axis] - sites[None, :, axis] for axis in range(2)))
    weights = rng.integers(1, 50, n)
    return Problem(
        weights=weights,
        travel=Travel.from_dense(np.where(table < 70, table, np.inf)),
        n_sites=m,
        capacities=np.round(rng.uniform(0.6, 1.4, m) * weights.sum() / (m / 6) / load),
        site_costs=rng.integers(500, 1500, m),
        existing=np.arange(m) == 1,
        zones=np.arange(m) % 3,
        quotas=[1, 1, 0],
        apart=[[0, 3], [2, 5]],
        together=((4, 7),),
        budget=14_000,
    )


def plainly(problem: Problem, model: Model) -> float:
    """The same as one compact programme, by ``scipy.optimize.milp``."""
    table = reachable(problem, model.radius)
    n, m = table.shape
    unit, site = np.nonzero(np.isfinite(table))
    weights = problem.weights.astype(float)
    width, at = m + len(unit), m + np.arange(len(unit))

    def rows(height: int, line: np.ndarray, column: np.ndarray, data: np.ndarray) -> csr_array:
        return csr_array((data, (line, column)), shape=(height, width))

    every, ones = np.arange(m), np.ones(len(unit))
    served = rows(n, unit, at, ones)
    load = rows(m, site, at, weights[unit]) - rows(m, every, every, problem.capacities)
    bite = rows(len(unit), np.arange(len(unit)), at, ones)
    bite = bite - rows(len(unit), np.arange(len(unit)), site, ones)
    zone = rows(3, problem.zones, every, np.ones(m))
    spend = rows(1, np.zeros(m, int), every, problem.site_costs.astype(float))
    links = rows(3, np.array([0, 0, 1, 1, 2, 2]), np.array([0, 3, 2, 5, 4, 7]), np.ones(6))
    links[2, 7] = -1.0
    limits = [
        LinearConstraint(load, -np.inf, 0),
        LinearConstraint(bite, -np.inf, 0),
        LinearConstraint(zone, problem.quotas, np.inf),
        LinearConstraint(spend, -np.inf, problem.budget),
        LinearConstraint(links, [-np.inf, -np.inf, 0], [1, 1, 0]),
    ]
    cost = np.zeros(width)
    if isinstance(model, CapacitatedCover):
        cost[:m] = 1.0
        limits.append(LinearConstraint(served, 0, 1))
        for group, share in model.targets:
            inside = np.isin(unit, problem.members(group)) * weights[unit]
            need = share * weights[problem.members(group)].sum()
            limits.append(LinearConstraint(rows(1, 0 * unit, at, inside), need, np.inf))
    else:
        cost[m:] = table[unit, site] * weights[unit]
        limits.append(LinearConstraint(served, 1, 1))
        limits.append(LinearConstraint(rows(1, 0 * every, every, np.ones(m)), 0, model.p or m))
    whole = np.concatenate([np.ones(m), np.full(len(unit), not model.split)])
    found = milp(
        cost,
        constraints=limits,
        integrality=whole,
        bounds=Bounds(np.arange(width) == 1, 1),
        options={"mip_rel_gap": 0.0},
    )
    assert found.status == 0
    return float(found.fun)


@pytest.mark.parametrize("split", [True, False])
@pytest.mark.parametrize("seed", [1, 2])
def test_median_equals_compact_programme(split: bool, seed: int) -> None:
    problem = town(40, 18, seed=seed, load=0.75)
    model = CapacitatedMedian(p=7, split=split)
    answer = ask(problem, model)
    hold(problem, model, answer)
    assert answer.value == pytest.approx(plainly(problem, model), rel=1e-6)
    assert answer.status is Status.PROVEN


@pytest.mark.parametrize("split", [True, False])
def test_cover_equals_compact_programme(split: bool) -> None:
    problem = town(40, 18, seed=3, load=0.9)
    model = CapacitatedCover(radius=45.0, targets=(("all", 0.9),), split=split)
    answer = ask(problem, model)
    hold(problem, model, answer)
    assert answer.value == round(plainly(problem, model))
    assert answer.status is Status.PROVEN


def line() -> Problem:
    """Two villages at their sites, 10 apart; the first is too large for its site."""
    return Problem(
        weights=[6, 2, 4],
        travel=Travel.from_dense([[0.0, 10.0], [0.0, 10.0], [10.0, 0.0]]),
        n_sites=2,
        capacities=[7.0, 9.0],
    )


def test_split_by_hand() -> None:
    model = CapacitatedMedian(split=True)
    answer = ask(line(), model)
    hold(line(), model, answer)
    assert answer.value == 10.0
    assert answer.bound == 10.0


def test_whole_by_hand() -> None:
    answer = ask(line(), CapacitatedMedian(split=False))
    assert answer.value == 20.0
    assert answer.assignment.tolist() == [0, 1, 1]
    assert answer.flows is not None
    assert answer.flows.weight.tolist() == [6.0, 2.0, 4.0]


@pytest.mark.parametrize("split", [True, False])
def test_capacity_short(split: bool) -> None:
    problem = replace(line(), capacities=[5.0, 5.0])
    with pytest.raises(Infeasible) as refused:
        ask(problem, CapacitatedCover(radius=10.0, split=split))
    (fact,) = refused.value.facts
    assert isinstance(fact, CapacityShort)
    assert fact.need == 12.0
    assert fact.most == (10.0 if split else 6.0)


def test_whole_units_that_do_not_pack() -> None:
    problem = replace(line(), weights=[4, 4, 4], capacities=[7.0, 7.0])
    with pytest.raises(Infeasible) as refused:
        ask(problem, CapacitatedMedian(split=False))
    (fact,) = refused.value.facts
    assert isinstance(fact, CapacityShort)
    assert 8.0 <= fact.most < 12.0
    assert ask(problem, CapacitatedMedian(split=True)).value == 10.0


def test_too_few_sites() -> None:
    with pytest.raises(Infeasible) as refused:
        ask(line(), CapacitatedMedian(p=1, split=True))
    assert refused.value.facts == (SitesShort(max_sites=1, least=2, enough=2),)


def test_too_little_money() -> None:
    problem = replace(line(), site_costs=[3, 4], budget=5)
    with pytest.raises(Infeasible) as refused:
        ask(problem, CapacitatedCover(radius=10.0))
    assert refused.value.facts == (CostShort(budget=5.0, least=7.0, enough=7.0),)


def test_rules_that_clash() -> None:
    problem = replace(line(), apart=[[0, 1]])
    with pytest.raises(Infeasible) as refused:
        ask(problem, CapacitatedCover(radius=10.0))
    assert refused.value.facts == (RulesClash(rules=(("apart", 0),)),)


def test_out_of_reach() -> None:
    with pytest.raises(Infeasible) as refused:
        ask(replace(line(), forbidden=[True, False]), CapacitatedMedian(radius=5.0, split=True))
    (fact,) = refused.value.facts
    assert isinstance(fact, TargetShort)
    assert fact.stranded.tolist() == [0, 1]


def test_cancelled_with_a_bound() -> None:
    problem = town(60, 30, seed=5, load=0.8)
    model = CapacitatedMedian(p=9, split=True)
    truth = ask(problem, model)
    asked = []

    def soon() -> bool:
        asked.append(0)
        return len(asked) > 6

    answer = ask(problem, model, cancel=soon)
    hold(problem, model, answer)
    assert answer.stopped == "cancelled"
    assert answer.bound <= truth.value <= answer.value


def test_same_answer_twice() -> None:
    problem = town(60, 30, seed=6, load=0.8)
    one, two = (ask(problem, CapacitatedMedian(p=9, split=False), gap=0.01) for _ in range(2))
    assert one.log == two.log
    assert one.open_sites.tolist() == two.open_sites.tolist()
    assert one.assignment.tolist() == two.assignment.tolist()
    assert (one.value, one.bound) == (two.value, two.bound)


def test_equal_units_are_merged() -> None:
    problem = town(30, 12, seed=7, load=0.7)
    start, indices, far = (
        problem.travel.indptr,
        problem.travel.indices,
        problem.travel.impedance,
    )
    twice = Problem(
        weights=np.tile(problem.weights, 2),
        travel=Travel(
            indptr=np.concatenate([start, start[1:] + start[-1]]),
            indices=np.tile(indices, 2),
            impedance=np.tile(far, 2),
        ),
        n_sites=12,
        capacities=problem.capacities * 2,
    )
    model = CapacitatedMedian(p=4, split=True)
    answer = ask(twice, model)
    hold(twice, model, answer)
    single = replace(twice, weights=problem.weights, travel=problem.travel)
    single = replace(single, capacities=problem.capacities)
    assert answer.value == pytest.approx(2.0 * ask(single, model).value, rel=1e-8)
    assert " 30 rows " in answer.log[0]


@pytest.mark.parametrize("split", [True, False])
def test_one_person_beside_a_trillion(split: bool) -> None:
    problem = replace(line(), weights=[10**12, 1, 1], capacities=[1e12, 1.0])
    with pytest.raises(Infeasible):
        ask(problem, CapacitatedMedian(split=split))
    model = CapacitatedMedian(split=split)
    roomy = replace(problem, capacities=[1e12, 2.0])
    answer = ask(roomy, model)
    hold(roomy, model, answer)
    assert answer.value == 10.0
