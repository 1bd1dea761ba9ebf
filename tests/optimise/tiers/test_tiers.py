from __future__ import annotations

import itertools
import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from optimise.errors import ProblemError
from optimise.run import Run, run_of
from optimise.solution import Status
from optimise.tiers import prove, rows
from optimise.tiers.plan import costs_of
from optimise.tiers.question import Tiers, TierSites
from optimise.tiers.refusal import TiersInfeasible
from optimise.tiers.start import seek
from optimise.tiers.tiers import solve_tiers, solve_tiers_in_turn
from optimise.tiers.verify import verify_tiers
from tests.optimise.tiers.brute_tiers import cheapest


@st.composite
def questions(draw: st.DrawFn, max_points: int = 3) -> Tiers:
    """Small questions with ties, missing ways and every rule, feasible or not."""
    points, streams = draw(st.integers(1, max_points)), draw(st.integers(1, 2))
    stations, centres = draw(st.integers(0, 2)), draw(st.integers(1, 2))

    def table(height: int, width: int, values: list[float]) -> np.ndarray:
        cells = draw(
            st.lists(st.sampled_from(values), min_size=height * width, max_size=height * width)
        )
        return np.array(cells, float).reshape(height, width)

    far = [0.0, 1.0, 2.0, 5.0, math.inf]

    def tier(sites: int) -> TierSites:
        sizes = draw(st.integers(1, 2))
        capacity = table(sites, sizes, [0.0, 4.0, 6.0, 9.0, 20.0])
        return TierSites(
            capacity=capacity,
            cost=table(sites, sizes, [0.0, 3.0, 7.5, 20.0]),
            takes=table(sites, streams, [1, 1, 1, 0]) > 0,
            kept=(table(sites, 1, [0, 0, 0, 1])[:, 0] > 0) & (capacity > 0).any(axis=1),
            at_most=draw(st.sampled_from([None, None, 1])),
        )

    return Tiers(
        supply=table(points, streams, [0.0, 1.0, 2.0, 3.5]),
        stations=tier(stations),
        centres=tier(centres),
        to_stations=table(points, stations, far),
        onward=table(stations, centres, far),
        direct=table(points, centres, far) if draw(st.booleans()) else None,
        rates=(2.0, 1.0, 3.0),
        split=draw(st.booleans()),
        budget=draw(st.sampled_from([None, None, 15.0])),
    )


@given(questions(), st.sampled_from([1, 4_000]), st.sampled_from([0, 4_000]))
@settings(max_examples=70, deadline=None)
def test_the_answer_is_that_of_trying_everything(tiers: Tiers, most_flows: int, many: int) -> None:
    truth = cheapest(tiers)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rows, "_MOST_FLOWS", most_flows)  # points of their own, or all in one group
        patch.setattr(prove, "_MANY", many)  # by the split question first, or not
        try:
            plan = solve_tiers(tiers, gap=0.0)
        except TiersInfeasible as refused:
            assert truth == math.inf
            assert all(reason.short > 0 for reason in refused.reasons)
            return
    assert plan.value == pytest.approx(truth, abs=1e-6)
    assert plan.bound == pytest.approx(truth, abs=1e-6)
    assert verify_tiers(tiers, plan) == ()


@given(questions())
@settings(max_examples=30, deadline=None)
def test_split_costs_no_more_than_single_and_turns_no_less_than_together(tiers: Tiers) -> None:
    values = {}
    for split in (False, True):
        asked = replace(tiers, split=split)
        try:
            values[split] = solve_tiers(asked, gap=0.0).value
        except TiersInfeasible:
            values[split] = math.inf
        try:
            turn = solve_tiers_in_turn(asked, gap=0.0)
        except TiersInfeasible:
            continue
        assert verify_tiers(asked, turn) == ()
        assert turn.value >= values[split] - 1e-6
        assert turn.bound <= values[split] + 1e-6
    assert values[True] <= values[False] + 1e-6


@given(questions(max_points=6))
@settings(max_examples=25, deadline=None)
def test_a_quick_answer_holds_its_claims(tiers: Tiers) -> None:
    try:
        exact = solve_tiers(tiers, gap=0.0)
    except TiersInfeasible:
        return
    quick = solve_tiers(tiers, effort="quick")
    assert verify_tiers(tiers, quick) == ()
    assert quick.bound - 1e-6 <= exact.value <= quick.value + 1e-6


def _town(points: int, seed: int, *, split: bool) -> Tiers:
    draw = np.random.default_rng(seed)
    at, stations, centres = (draw.random((k, 2)) * 30 for k in (points, 8, 3))

    def far(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.hypot(*(a[:, None] - b[None]).transpose(2, 0, 1))

    return Tiers(
        supply=draw.lognormal(3, 0.8, (points, 2)),
        stations=TierSites(
            capacity=np.tile([300.0, 900.0], (8, 1)), cost=np.tile([6e3, 1e4], (8, 1))
        ),
        centres=TierSites(
            capacity=np.tile([2e3, 9e3], (3, 1)),
            cost=np.tile([5e4, 1e5], (3, 1)),
            takes=np.array([[True, False], [True, True], [False, True]]),
        ),
        to_stations=far(at, stations),
        onward=far(stations, centres),
        direct=far(at, centres),
        rates=(4.0, 1.0, 4.0),
        split=split,
    )


@pytest.mark.parametrize("split", [False, True])
def test_coarse_groups_and_fine_ones_agree_at_a_town_s_size(
    split: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiers = _town(25, 7, split=split)
    fine = solve_tiers(tiers, gap=1e-6)
    for most in (24 * 8 * 3, 1):
        monkeypatch.setattr(rows, "_MOST_FLOWS", most)
        coarse = solve_tiers(tiers, gap=1e-6)
        assert coarse.status is Status.PROVEN
        assert coarse.value == pytest.approx(fine.value, rel=1e-5)
    assert verify_tiers(tiers, fine) == ()
    monkeypatch.undo()
    again = solve_tiers(tiers, gap=1e-6)
    assert (again.collected == fine.collected).all() and again.log == fine.log


def test_what_is_short_is_said_in_amounts() -> None:
    tiers = Tiers(
        supply=[[6.0], [5.0]],
        stations=TierSites(capacity=np.array([[4.0], [4.0]]), cost=np.ones((2, 1))),
        centres=TierSites(capacity=np.array([[100.0]]), cost=np.ones((1, 1))),
        to_stations=np.ones((2, 2)),
        onward=np.ones((2, 1)),
        split=True,
    )
    with pytest.raises(TiersInfeasible, match="3 finds no room: the places together") as refused:
        solve_tiers(tiers)
    assert [(r.rule, r.short) for r in refused.value.reasons] == [("capacity", pytest.approx(3))]
    fewer = replace(
        tiers,
        stations=TierSites(capacity=np.array([[6.0], [6.0]]), cost=np.ones((2, 1)), at_most=1),
    )
    with pytest.raises(TiersInfeasible) as refused:
        solve_tiers(fewer)
    assert [(r.rule, r.short) for r in refused.value.reasons] == [("stations", pytest.approx(5))]
    far = replace(tiers, to_stations=np.array([[1.0, 1.0], [np.inf, np.inf]]))
    with pytest.raises(TiersInfeasible) as refused:
        solve_tiers(far)
    assert refused.value.reasons[0].points == (1,) and refused.value.reasons[0].rule == "way"


def test_a_checker_that_sees_nothing_would_be_useless() -> None:
    tiers = _town(6, 3, split=False)
    plan = solve_tiers(tiers)
    assert verify_tiers(tiers, plan) == ()
    faults = {
        "leaves": replace(plan, direct=plan.direct * 0, collected=plan.collected * 0),
        "balance": replace(plan, onward=plan.onward * 1.5, collected=plan.collected + 0),
        "capacity": replace(plan, centre_size=np.where(plan.centre_size >= 0, 0, -1)),
        "way cost": replace(plan, way_cost=plan.way_cost * 1.01),
        "way": replace(plan, centre_size=np.full(3, -1, np.int32)),
        "bound": replace(plan, bound=plan.value * 1.1, gap=0.1),
    }
    if not (plan.onward > 0).any():
        del faults["balance"]
    small = replace(tiers, centres=replace(tiers.centres, capacity=tiers.centres.capacity / 100))
    for what, wrong in faults.items():
        asked = small if what == "capacity" else tiers
        assert what in {fault.what for fault in verify_tiers(asked, wrong)}, what


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"supply": [[-1.0]]}, "supply"),
        ({"to_stations": [[1.0, 2.0]]}, "to_stations"),
        ({"rates": (1.0, math.nan, 1.0)}, "rates"),
        ({"budget": -1.0}, "budget"),
        ({"supply": [[1e300]]}, "supply"),
        ({"centres": TierSites(capacity=np.zeros((1, 1)), cost=np.zeros((1, 1)),
                               kept=np.array([True]))}, "kept"),
        ({"centres": TierSites(capacity=np.ones((1, 1)), cost=np.zeros((1, 1)),
                               at_most=True)}, "at_most"),
        ({"centres": TierSites(capacity=np.ones((1, 0)), cost=np.ones((1, 0)))}, "capacity"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_by_name(fields: dict[str, object], said: str) -> None:
    one = TierSites(capacity=np.ones((1, 1)), cost=np.ones((1, 1)))
    whole = {
        "supply": [[1.0]],
        "stations": one,
        "centres": one,
        "to_stations": [[1.0]],
        "onward": [[1.0]],
    }
    with pytest.raises(ProblemError, match=said):
        Tiers(**{**whole, **fields})  # type: ignore[arg-type]


@given(questions())
@settings(max_examples=60, deadline=None)
def test_search_and_relaxation_lie_on_either_side_of_the_truth(tiers: Tiers) -> None:
    truth = cheapest(tiers)
    sought = seek(tiers, _run())
    assert sought.bound <= truth * (1 + 1e-9) + 1e-9
    if sought.ways is not None:
        value = sum(costs_of(tiers, sought.ways))
        assert value >= truth - 1e-6
        # What was struck out was in no plan better than this one.
        assert min(value, cheapest(sought.rest)) == pytest.approx(truth, abs=1e-6)


@pytest.mark.parametrize("split", [False, True])
def test_search_and_relaxation_come_near_the_programme_at_a_town_s_size(split: bool) -> None:
    tiers = _town(25, 7, split=split)
    best = solve_tiers(tiers, gap=1e-6).value
    sought = seek(tiers, _run())
    assert sought.ways is not None
    assert sum(costs_of(tiers, sought.ways)) <= best * 1.01
    assert 0.95 * best <= sought.bound <= best * (1 + 1e-6)
    assert (sought.rest.stations.capacity == 0).any()


def test_the_clock_decides_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a machine so busy that an hour passes between any two looks at the clock."""
    tiers = _town(12, 5, split=False)
    idle = solve_tiers(tiers, gap=0.0)
    hours = itertools.count()
    monkeypatch.setattr("optimise.watch.time.monotonic", lambda: 3600.0 * next(hours))
    busy = solve_tiers(tiers, gap=0.0)
    assert busy.stopped == idle.stopped == "gap" and busy.log == idle.log
    assert (busy.collected == idle.collected).all() and (busy.onward == idle.onward).all()
    assert (busy.value, busy.bound) == (idle.value, idle.bound)


@pytest.mark.parametrize("gap", [0.0, 0.9])
def test_a_cancel_hands_out_what_is_known_and_is_named(
    gap: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(prove, "_MANY", 0)
    tiers = _town(25, 7, split=False)
    asked: list[str] = []

    def interrupt(phase: str, _share: float) -> None:
        asked.append(phase)
        if phase == "search":
            raise KeyboardInterrupt

    plan = solve_tiers(tiers, gap=gap, progress=interrupt)
    assert "search" in asked
    assert plan.stopped == "cancelled" and verify_tiers(tiers, plan) == ()


def _run() -> Run:
    return run_of(
        gap=0.0, seed=0, effort="quick", time_limit_s=math.inf, progress=None, cancel=None
    )
