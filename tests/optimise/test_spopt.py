"""The same questions put to spopt, where it has the model.

spopt is no dependency of ours: ``pip install spopt`` to run these. Its ``status`` says "Optimal"
also of a plan that a limit of its solver ended; ``problem.sol_status`` tells the two apart.
"""

from __future__ import annotations

import numpy as np
import pytest

from optimise import CoverAll, CoverMost, PCenter, PMedian, Problem, Status, Travel, solve, verify

locate = pytest.importorskip("spopt.locate", reason="spopt is not installed (a peer, optional)")
pulp = pytest.importorskip("pulp", reason="spopt's modelling layer is not installed")


def town(seed: int, units: int = 60, sites: int = 20) -> tuple[np.ndarray, Problem]:
    lot = np.random.default_rng(seed)
    homes, places = lot.uniform(0, 1000, (units, 2)), lot.uniform(0, 1000, (sites, 2))
    table = np.round(np.hypot(*(homes[:, None] - places[None]).transpose(2, 0, 1)))
    weights = lot.integers(1, 30, units)
    return table, Problem(weights=weights, travel=Travel.from_dense(table), n_sites=sites)


def told(model) -> float:
    """Objective of a model that spopt has solved to the end."""
    model = model.solve(pulp.PULP_CBC_CMD(msg=False))
    assert model.problem.sol_status == pulp.LpSolutionOptimal
    return float(pulp.value(model.problem.objective))


def ours(problem: Problem, model) -> float:
    plan = solve(problem, model, gap=0.0)
    assert plan.status is Status.PROVEN
    assert verify(problem, model, plan) == ()
    return plan.value


@pytest.mark.parametrize("seed", range(4))
def test_the_same_optima(seed):
    table, problem = town(seed)
    weights = problem.weights
    radius = float(np.quantile(table.min(axis=1), 1.0)) + 60.0
    lscp = locate.LSCP.from_cost_matrix(table, radius)
    assert ours(problem, CoverAll(radius=radius)) == pytest.approx(told(lscp))
    mclp = locate.MCLP.from_cost_matrix(table, weights, 180.0, p_facilities=4)
    assert ours(problem, CoverMost(radius=180.0, max_sites=4)) == pytest.approx(told(mclp))
    median = locate.PMedian.from_cost_matrix(table, weights, p_facilities=4)
    assert ours(problem, PMedian(p=4)) == pytest.approx(told(median))
    center = locate.PCenter.from_cost_matrix(table, p_facilities=4)
    assert ours(problem, PCenter(p=4)) == pytest.approx(told(center))


@pytest.mark.parametrize("seed", range(2))
def test_existing_sites_are_kept_by_both(seed):
    table, problem = town(seed)
    there = np.zeros(problem.n_sites, dtype=np.bool_)
    there[[2, 11]] = True
    kept = Problem(
        weights=problem.weights, travel=problem.travel, n_sites=problem.n_sites, existing=there
    )
    radius = float(table.min(axis=1).max()) + 60.0
    lscp = locate.LSCP.from_cost_matrix(table, radius, predefined_facilities_arr=there.astype(int))
    assert ours(kept, CoverAll(radius=radius)) == pytest.approx(told(lscp))
