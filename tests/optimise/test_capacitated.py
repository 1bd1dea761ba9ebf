"""Questions with capacities against brute force, compact programmes and published optima."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optimise import (
    CapacitatedCover,
    CapacitatedMedian,
    Infeasible,
    Problem,
    Solution,
    Status,
)
from optimise.capacitated import solve_capacitated
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
