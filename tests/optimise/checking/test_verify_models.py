"""Verify against brute force, with solutions that no solver made."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

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
    Flows,
    PCenter,
    PMedian,
    Problem,
    Solution,
    Status,
    TieBreak,
    Travel,
    verify,
)
from optimise.checking.reach import look_around, own_radius, pair_at
from tests.optimise.brute import (
    broken,
    dense,
    models,
    nearest_of,
    plans,
    problems,
    radii,
    reachable,
    sternness,
    worth,
)
from tests.optimise.claims import honest

KINDS = [
    *(CoverAll, CoverShare, CoverTwice, CoverMost, CoverFairly),
    *(CapacitatedCover, PMedian, PCenter, CapacitatedMedian, FairMedian),
]
CAPACITATED = (CapacitatedCover, CapacitatedMedian)


def drawn(data, kind):
    """A problem with a question of the kind; what nothing can be scaled by is left out."""
    sizes = (5, 5) if kind in CAPACITATED else (7, 6)
    problem = data.draw(problems(*sizes, sides=True, capacities=kind in CAPACITATED))
    model = data.draw(models(problem, kind))
    assume(not isinstance(model, FairMedian) or np.isfinite(sternness(problem, model)))
    assume(not isinstance(model, CoverFairly) or problem.weights.any())
    return problem, model


def found(problem, model, solution):
    return {fault.what for fault in verify(problem, model, solution)}


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_any_set_of_sites_passes_exactly_if_it_is_an_answer(kind, data):
    problem, model = drawn(data, kind)
    sites = st.lists(st.integers(0, problem.n_sites - 1), unique=True).map(sorted).map(tuple)
    kept = list(plans(problem))
    plan = data.draw(st.one_of(st.sampled_from(kept), sites) if kept else sites)
    rules = broken(problem, plan)
    most = getattr(model, "p", getattr(model, "max_sites", None))
    if most is not None and len(plan) > most:
        rules.add("max_sites")
    answers = worth(problem, model)(plan) is not None
    faults = found(problem, model, honest(problem, model, plan))
    of_rules = {
        *("existing", "forced", "forbidden", "quota", "max_sites", "budget"),
        *("apart", "together", "choice"),
    }
    assert faults & of_rules == rules
    assert (not faults - of_rules) == answers or (rules and answers)
    assert (not faults) == (answers and not rules)


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_each_false_claim_is_found(kind, data):
    problem, model = drawn(data, kind)
    value_of, most = worth(problem, model), getattr(model, "p", getattr(model, "max_sites", None))
    answers = [
        plan
        for plan in plans(problem)
        if (most is None or len(plan) <= most) and value_of(plan) is not None
    ]
    if not answers:
        return
    plan = data.draw(st.sampled_from(answers))
    whole = honest(problem, model, plan)
    assert verify(problem, model, whole) == ()
    worse = -1.0 if isinstance(model, CoverMost | CoverFairly) else 1.0
    value, unit = whole.value, data.draw(st.integers(0, problem.n_units - 1))
    site = data.draw(
        st.integers(-1, problem.n_sites - 1).filter(lambda s: s != whole.assignment[unit])
    )
    false = {
        "value": {"value": value + 1},
        "bound": {"bound": value + worse},
        "gap": {"gap": 0.25},
        "status": {"stopped": "tired"},
        "objective": {"objective": "wealth"},
        "assignment": {"assignment": _put(whole.assignment, unit, site)},
        "distance": {"distance": _put(whole.distance, unit, 77.0)},
    }
    for what, change in false.items():
        assert what in found(problem, model, replace(whole, **change)), what
    for change in ("value", "bound", "gap"):
        assert verify(problem, model, replace(whole, **{change: float("nan")}))
    site = data.draw(st.integers(0, problem.n_sites - 1))
    if getattr(model, "objective", None) == "sites":
        others = np.setxor1d(plan, [site]).astype(np.int32)
        assert verify(problem, model, replace(whole, open_sites=others))
    if whole.tie_break is not None:
        for tie in (
            TieBreak(name="distance", value=whole.tie_break.value + 1),
            TieBreak(name="distance", value=whole.tie_break.value, bound=1e9, gap=0.0),
            replace(whole.tie_break, gap=0.5),
            replace(whole.tie_break, name="beauty"),
        ):
            assert "tie-break" in found(problem, model, replace(whole, tie_break=tie))


def _put(array, place, value):
    changed = array.copy()
    changed[place] = value
    return changed


LINE = Problem(
    weights=[4, 1, 1, 1, 5],
    travel=Travel.from_dense(np.abs(np.arange(5.0)[:, None] - np.arange(0, 5, 2))),
    n_sites=3,
    site_costs=[1.0, 2.5, 4.0],
    capacities=[5.0, 4.0, 3.0],
)


def served(rows):
    """Flows from one dictionary {site: weight} for each unit."""
    return Flows(
        indptr=np.concatenate([[0], np.cumsum([len(row) for row in rows])]).astype(np.int64),
        sites=np.array([site for row in rows for site in row], dtype=np.int32),
        weight=np.array([weight for row in rows for weight in row.values()], dtype=float),
    )


SPLIT = [{0: 4}, {0: 1}, {1: 1}, {1: 1}, {1: 2, 2: 3}]


def split_solution(rows, assignment=(0, 0, 1, 1, 2), distance=(0, 1, 0, 1, 0), value=6.0):
    return Solution(
        open_sites=np.array([0, 1, 2], dtype=np.int32),
        assignment=np.array(assignment, dtype=np.int32),
        distance=np.array(distance, dtype=float),
        status=Status.FEASIBLE,
        stopped="work limit",
        objective="distance",
        value=value,
        bound=value,
        gap=0.0,
        proved_by="",
        tie_break=None,
        seconds={},
        log=(),
        flows=rows if rows is None or isinstance(rows, Flows) else served(rows),
    )


MEDIAN = CapacitatedMedian(split=True, radius=2.0)


def test_flows_by_hand():
    assert verify(LINE, MEDIAN, split_solution(SPLIT)) == ()
    added = replace(MEDIAN, fixed_costs="add")
    with_costs = replace(split_solution(SPLIT, value=13.5), objective="cost")
    assert verify(LINE, added, with_costs) == ()
    assert found(LINE, added, replace(with_costs, value=6.0)) == {"value"}


@pytest.mark.parametrize(
    ("what", "model", "rows"),
    [
        ("flows", MEDIAN, None),
        ("capacity", MEDIAN, [*SPLIT[:4], {1: 1, 2: 4}]),
        ("capacity", MEDIAN, [{0: 4}, {0: 1}, {1: 1}, {1: 1}, {1: 2.001, 2: 2.999}]),
        ("served", MEDIAN, [*SPLIT[:4], {1: 1, 2: 3}]),
        ("served", MEDIAN, [*SPLIT[:3], {}, {1: 2, 2: 3}]),
        ("flows above the weight", MEDIAN, [*SPLIT[:2], {1: 2}, {}, {1: 2, 2: 3}]),
        ("flows beyond the radius", replace(MEDIAN, radius=1.5), SPLIT),
        ("flows beyond the radius", MEDIAN, [{0: 4}, {0: 1}, {1: 1}, {1: 1}, {0: 2, 2: 3}]),
        ("flows", MEDIAN, [*SPLIT[:4], {2: 3, 1: 2}]),
        ("flows", MEDIAN, [{0: 4, 1: 0}, *SPLIT[1:]]),
        ("flows", MEDIAN, [{0: 5, 1: -1}, *SPLIT[1:]]),
        ("flows", MEDIAN, [{0: 4, 7: 1}, *SPLIT[1:]]),
        ("flows", MEDIAN, [{0: float("nan")}, *SPLIT[1:]]),
        ("flows", MEDIAN, SPLIT[:4]),
        ("single assignment", replace(MEDIAN, split=False), SPLIT),
        ("value", MEDIAN, [{0: 4}, {1: 1}, {0: 1}, {1: 1}, {1: 2, 2: 3}]),
    ],
)
def test_false_flows_are_found(what, model, rows):
    assert what in found(LINE, model, split_solution(rows))


def test_flows_that_are_no_arrays_of_a_kind():
    good = served(SPLIT)
    for bad in (
        replace(good, indptr=good.indptr[::-1].copy()),
        replace(good, indptr=good.indptr + 1),
        replace(good, indptr=good.indptr.astype(float)),
        replace(good, weight=good.weight[:-1]),
        replace(good, sites=good.sites.astype(float)),
        replace(good, indptr=np.array([0, 2, 1, 3, 4, 6])),
    ):
        assert "flows" in found(LINE, MEDIAN, split_solution(bad))


def test_a_closed_site_serves_nobody_and_a_split_cover_needs_its_share():
    closed = replace(split_solution(SPLIT), open_sites=np.array([0, 1], dtype=np.int32))
    assert "flows to a closed site" in found(LINE, MEDIAN, closed)
    cover = CapacitatedCover(radius=2.0, targets=(("all", 0.75),))
    part = replace(
        split_solution([{0: 4}, {0: 1}, {1: 1}, {}, {2: 3}], assignment=(0, 0, 1, -1, 2)),
        objective="sites",
        value=3.0,
        bound=3.0,
        distance=np.array([0, 1, 0, np.nan, 0]),
    )
    assert verify(LINE, cover, part) == ()
    assert found(LINE, replace(cover, targets=(("all", 0.76),)), part) == {"target"}
    assert found(LINE, replace(cover, split=False), part) == {"single assignment"}


def test_flows_and_second_goals_where_there_are_none_to_have():
    plan = honest(LINE, PMedian(p=2), (0, 2))
    assert verify(LINE, PMedian(p=2), plan) == ()
    assert found(LINE, PMedian(p=2), replace(plan, flows=served(SPLIT))) == {"flows"}
    tie = TieBreak(name="distance", value=6.0)
    told = replace(split_solution(SPLIT), tie_break=tie)
    assert found(LINE, MEDIAN, told) == {"tie-break"}


@pytest.mark.parametrize(
    ("what", "sides", "plan"),
    [
        ("existing", {"existing": [True, False, False]}, (1, 2)),
        ("forced", {"forced": [True, False, False]}, (1, 2)),
        ("forbidden", {"forbidden": [False, True, False]}, (1, 2)),
        ("quota", {"zones": [0, 0, 1], "quotas": [2, 0]}, (1, 2)),
        ("max_sites", {"max_sites": 1}, (1, 2)),
        ("budget", {"budget": 6.4}, (1, 2)),
        ("apart", {"apart": [[0, 1], [2, 1]]}, (1, 2)),
        ("together", {"together": [[0, 1]]}, (1, 2)),
        ("choice", {"choices": [Choice(sites=(0, 1), least=2, most=2)]}, (1, 2)),
        ("choice", {"choices": [Choice(sites=(1, 2))]}, (1, 2)),
    ],
)
def test_each_broken_rule_is_named_and_nothing_else(what, sides, plan):
    model = PMedian(p=3)
    free = {name: getattr(LINE, name) for name in ("weights", "travel", "n_sites", "site_costs")}
    assert verify(Problem(**free), model, honest(LINE, model, plan)) == ()
    assert found(Problem(**free, **sides), model, honest(LINE, model, plan)) == {what}
    closable = {"existing": [True, False, False], "closable": [True, False, False]}
    assert verify(Problem(**free, **closable), model, honest(LINE, model, plan)) == ()


@settings(max_examples=100, deadline=None)
@given(st.data(), st.integers(1, 9))
def test_one_walk_in_blocks_of_any_size(data, block):
    problem = data.draw(problems())
    radius = data.draw(st.one_of(st.none(), radii(problem)))
    is_open = np.array(
        data.draw(st.lists(st.booleans(), min_size=problem.n_sites, max_size=problem.n_sites))
    )
    plan = tuple(np.flatnonzero(is_open).tolist())
    reach = look_around(problem, is_open, own_radius(problem, radius), block)
    table = reachable(problem, radius)
    assert reach.nearest.tolist() == nearest_of(table, plan).tolist()
    assert reach.count.tolist() == np.isfinite(table[:, is_open]).sum(axis=1).tolist()
    first = [
        next((site for site in plan if table[unit, site] == reach.nearest[unit]), -1)
        if np.isfinite(reach.nearest[unit])
        else -1
        for unit in range(problem.n_units)
    ]
    assert reach.site.tolist() == first
    every = dense(problem)
    units, sites = (each.ravel() for each in np.indices(every.shape))
    pairs = pair_at(problem, units, sites)
    assert np.where(np.isnan(pairs), np.inf, pairs).tolist() == every.ravel().tolist()


def test_thousands_of_faults_are_told_in_a_thousand_and_one():
    n = 5000
    problem = Problem(
        weights=np.ones(n, dtype=int), travel=Travel.from_dense(np.zeros((n, 1))), n_sites=1
    )
    model = CoverAll(radius=1.0, tie_break=None)
    plan = replace(
        honest(LINE, CoverMost(radius=1.0, max_sites=3), ()),
        open_sites=np.array([0], dtype=np.int32),
        assignment=np.full(n, 3),
        distance=np.zeros(n),
        objective="sites",
        value=1.0,
        bound=1.0,
        tie_break=None,
    )
    faults = verify(problem, model, plan)
    assert len(faults) == 1001
    assert faults[-1].where == "4000 more units"
